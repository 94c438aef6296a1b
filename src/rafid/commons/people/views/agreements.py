"""Agreements between organisations: the list, a new one, ending one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ..agree import agree, agreements_seen_by, end, kinds, may_agree
from ..fields import ReasonForm
from ..forms import AgreementForm, attempt
from .common import administrator, page


@administrator
def agreements(request: HttpRequest) -> HttpResponse:
    form = AgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        want = form.cleaned_data
        made = attempt(
            form,
            lambda: agree(
                request.user,
                want["giver"],
                want["receiver"],
                want["records"],
                reads=want["reads"],
                place=want["place"],
                starts_on=want["starts_on"],
                ends_on=want["ends_on"],
                embargo_days=want["embargo_days"],
                document=want["document"],
            ),
        )
        if made:
            messages.success(request, _("The agreement is recorded."))
            return redirect("agreements")
    today = timezone.localdate()
    rows = agreements_seen_by(request.user).select_related("giver", "receiver", "place", "ended_by")
    names = dict(kinds())
    listed = []
    for one in rows.order_by("-starts_on", "pk"):
        over = one.ended_at is not None or (one.ends_on is not None and one.ends_on < today)
        listed.append(
            {
                "agreement": one,
                "records": [names.get(label, label) for label in one.records],
                "state": _("ended") if over else _("not yet") if one.starts_on > today else _("in force"),
                "badge": "" if over else "warn" if one.starts_on > today else "good",
                "may_end": not over and may_agree(request.user, one.giver, one.reads, one.place),
            }
        )
    return page(request, "agreements", {"rows": listed, "form": form}, 422 if form.errors else 200)


@administrator
def end_agreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = agreements_seen_by(request.user).filter(Q(pk=pk), ended_at=None).select_related("giver", "receiver").first()
    if found is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        attempt(form, lambda: end(found, request.user, form.cleaned_data["reason"]))
        if not form.errors:
            messages.success(request, _("The agreement is ended."))
            return redirect("agreements")
    context = {
        "title": _("End the agreement"),
        "question": str(found),
        "action": _("End it now"),
        "danger": True,
        "form": form,
        "back": reverse("agreements"),
        "of": _("Agreements"),
    }
    return page(request, "confirm", context, 422 if form.errors else 200)
