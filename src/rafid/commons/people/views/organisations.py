"""The tree of organisations, and one organisation: rename, move, close."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import organisations as verbs
from ..administration import may_organise, offices, unlimited
from ..fields import ReasonForm
from ..forms import OrganisationForm, attempt
from ..models import Organisation
from .common import administrator, page


def _tree(rows: list[Organisation]) -> list[dict[str, Any]]:
    below: dict[Any, list[Organisation]] = {}
    for one in rows:
        below.setdefault(one.parent_id, []).append(one)

    def branch(parent: Any) -> list[dict[str, Any]]:
        children = sorted(below.get(parent, []), key=lambda one: (not one.active, one.name))
        return [{"organisation": one, "parts": branch(one.pk)} for one in children]

    return branch(None)


@administrator
def organisations(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        want = form.cleaned_data
        made = attempt(
            form,
            lambda: verbs.add(
                request.user, want["ref"], form.names(), kind=want["kind"], parent=want["parent"], place=want["place"]
            ),
        )
        if made:
            messages.success(request, _("%s is added.") % made)
            return redirect("organisations")
    rows = Organisation.objects.annotate(people=Count("members", filter=Q(members__is_active=True)))
    may_add = unlimited(request.user) or any(
        office.programme == "platform" and office.organisation and not office.place for office in offices(request.user)
    )
    context = {"tree": _tree(list(rows)), "form": form, "may_add": may_add}
    return page(request, "organisations", context, 422 if form.errors else 200)


@administrator
def organisation(request: HttpRequest, ref: str) -> HttpResponse:
    one = Organisation.objects.filter(ref=ref.replace("\x00", "")).select_related("parent", "place").first()
    if one is None:
        raise Http404
    may_change = may_organise(request.user, one)
    if request.method == "POST" and not may_change:
        raise PermissionDenied(_("This part of the tree of organisations lies outside your scope."))
    names = {language: getattr(one, f"name_{language}") for language in ("ar", "ckb", "en")}
    initial = {"ref": one.ref, "kind": one.kind, "parent": one.parent, "place": one.place, **names}
    changing = request.method == "POST" and "change" in request.POST
    form = OrganisationForm({**request.POST.dict(), "ref": one.ref} if changing else None, initial=initial)
    form.fields["ref"].disabled = True
    closing = request.method == "POST" and "active" in request.POST
    reason = ReasonForm(request.POST if closing else None)
    if changing and form.is_valid():
        want = form.cleaned_data
        attempt(
            form,
            lambda: verbs.change(
                one, request.user, form.names(), kind=want["kind"], parent=want["parent"], place=want["place"]
            ),
        )
    elif closing and reason.is_valid():
        attempt(
            reason,
            lambda: verbs.set_active(one, request.user, request.POST["active"] == "1", reason.cleaned_data["reason"]),
        )
    if request.method == "POST" and not form.errors and not reason.errors:
        messages.success(request, _("Saved."))
        return redirect(reverse("organisation", args=[one.ref]))
    wrong = bool(form.errors or reason.errors)
    if wrong:
        one.refresh_from_db()
    above = {found.pk: found for found in Organisation.objects.filter(pk__in=one.lineage)}
    context = {
        "organisation": one,
        "above": [above[pk] for pk in one.lineage[:-1]],
        "parts": one.children.order_by("ref"),
        "people": one.members.filter(is_active=True).count(),
        "form": form,
        "reason": reason,
        "may_change": may_change,
    }
    return page(request, "organisation", context, 422 if wrong else 200)
