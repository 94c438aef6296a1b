"""The history of a record: who changed what, when and why; two versions side by side; bringing one back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from rafid.commons.people.models import Account
from rafid.commons.people.visibility import may_at, may_on

from ..change import Refused, Stale, differences, restore, version_read
from ..queries import by_ref
from ..registers import Register, register_of, value_text
from .elsewhere import elsewhere


def visible_events(register: Register, record: Any, user: Any) -> list[Any]:
    """Old versions fall under the rule as they were: what was restricted then is not shown to the public now."""
    return list(record.events.filter(register.model.visibility(user)).select_related("pgh_context").order_by("pgh_id"))


def people_of(events: list[Any]) -> dict[str, str]:
    ids = {str(e.pgh_context.metadata.get("user")) for e in events if e.pgh_context}
    valid = [one for one in ids if len(one) == 36]
    return {str(account.pk): str(account) for account in Account.objects.filter(pk__in=valid)}


def described(register: Register, before: Any, after: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": register.label(one.field),
            "before": value_text(before, one.field),
            "after": value_text(after, one.field),
        }
        for one in differences(before, after)
    ]


def facts_of(event: Any, names: dict[str, str]) -> dict[str, Any]:
    """Who, why and from where, as the event's context tells."""
    facts = event.pgh_context.metadata if event.pgh_context else {}
    run = facts.get("import_run")
    return {
        "by": names.get(str(facts.get("user")), ""),
        "why": facts.get("reason", ""),
        "run": f"/imports/{run}/" if run else "",
        "where": "" if run else facts.get("url", ""),
    }


def record_history(request: HttpRequest, programme: str, code: str, ref: str) -> HttpResponse:
    register = register_of(programme, code)
    record = by_ref(register.model.everything.visible_to(request.user), ref)
    if record.deleted_at and not may_on(request.user, "delete", record):
        raise Http404
    events = visible_events(register, record, request.user)
    names = people_of(events) if request.user.is_authenticated else {}
    entries = []
    for before, event in pairwise([None, *events]):
        entries.append(
            {
                "event": event,
                **facts_of(event, names),
                "changes": described(register, before, event) if before else [],
            }
        )
    entries.reverse()
    chosen = compared(request, register, events)
    return render(
        request,
        "records/history.html",
        {
            "register": register,
            "record": record,
            "entries": entries,
            "chosen": chosen,
            "may_restore": may_on(request.user, "change", record) and not register.door("change", record),
        },
    )


def compared(request: HttpRequest, register: Register, events: list[Any]) -> dict[str, Any] | None:
    """Two versions that the address names, the older one first: ``?a=…&b=…`` are event numbers."""
    by_id = {str(event.pgh_id): event for event in events}
    a, b = by_id.get(request.GET.get("a", "")), by_id.get(request.GET.get("b", ""))
    if a is None or b is None:
        return None
    a, b = sorted((a, b), key=lambda event: event.pgh_id)
    return {"a": a, "b": b, "changes": described(register, a, b)}


def record_restore(request: HttpRequest, programme: str, code: str, ref: str, event: int) -> HttpResponse:
    register = register_of(programme, code)
    record = by_ref(register.model.everything.visible_to(request.user), ref)
    if not may_on(request.user, "change", record):
        raise PermissionDenied
    if door := register.door("change", record):
        return elsewhere(request, door)
    old = next((one for one in visible_events(register, record, request.user) if one.pgh_id == event), None)
    if old is None or old.deleted_at:  # deleting has its own page, which asks why
        raise Http404
    if not may_at(request.user, "change", record.programme_name(), old.owner_id, old.place_id):
        raise PermissionDenied  # it would move the record to where the role does not reach
    error = ""
    if request.method == "POST":
        why = request.POST.get("why", "").strip()
        try:
            if not why:
                raise Refused(_("Say why this version is brought back."))
            restore(record, old, why=why, version=version_read(request.POST.get("version", "")))
        except Stale:
            error = _("Somebody changed this record since you read it. Look at its history again.")
        except Refused as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("The version is brought back."))
            return redirect("record-history", programme, code, record.ref)
    return render(
        request,
        "records/restore.html",
        {
            "register": register,
            "record": record,
            "old": old,
            "changes": described(register, record, old),
            "error": error,
            "why": request.POST.get("why", ""),
        },
        status=422 if error else 200,
    )
