"""What was sent, for the page of the device: the list of its sender's own, and one that was sent back with its answers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from .filling import titles
from .sent import sent_by_account, to_correct


@require_GET
@never_cache
def listing(request: HttpRequest) -> JsonResponse:
    """Empty without an account: who has a public link knows of receipt alone, which the answer to the sending told."""
    user = request.user
    items = [
        {
            "id": one.submission.instance_id,
            "current": one.current,
            "form": str(one.submission.form_id),
            "base": f"/forms/fill/{one.submission.form_id}/",
            "titles": titles(one.submission.form),
            "name": one.name,
            "at": one.submission.received_at.isoformat(),
            "state": one.submission.state,
            "reason": one.reason,
            "decided_at": one.decided_at.isoformat() if one.decided_at else None,
            "correctable": one.correctable,
            "page": one.submission.get_absolute_url(),
        }
        for one in sent_by_account(user)
    ]
    return JsonResponse({"account": str(user.pk) if user.is_authenticated else None, "items": items})


@require_GET
@never_cache
def answers(request: HttpRequest, pk: Any) -> JsonResponse:
    """The answers of one that was sent back (``?id=``), to be corrected by whoever sent it."""
    one = to_correct(request.user, pk, request.GET.get("id", ""))
    if one is None or one.current.xml is None:
        raise Http404
    files = [
        {"name": file.name, "url": reverse("submission-file", args=[one.form_id, one.instance_id, file.name])}
        for file in one.attachments.filter(replaced_by=None, sha256__isnull=False).order_by("name")
    ]
    return JsonResponse({"id": one.current.instance_id, "xml": bytes(one.current.xml).decode(), "files": files})


urls = [
    path("forms/fill/sent.json", listing, name="fill-sent"),
    path("forms/fill/<uuid:pk>/sent.json", answers, name="fill-sent-answers"),
]
