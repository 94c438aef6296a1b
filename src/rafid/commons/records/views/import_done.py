"""How an import ended: what was recorded and where it is seen, what was left, and undoing it as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst

from rafid.commons.kinds import kind_name, reason_text
from rafid.commons.names import pick
from rafid.commons.people.models import Account

from .. import watching
from ..imports.preview import columns_of
from ..imports.report import shown_header
from ..imports.targets import Target
from ..imports.undo import CannotUndo, Changed
from ..imports.work import findings_of
from ..judged import named
from ..models import ImportRun, RunState, Task
from ..next_steps import next_steps
from ..registers import register_of_model, registers
from .import_access import frame


def done_page(request: HttpRequest, run: ImportRun, target: Target | None, context: dict[str, Any]) -> HttpResponse:
    applied = run.state == RunState.APPLIED
    return render(
        request,
        "records/import_done.html",
        {
            **context,
            "written": written(run, target),
            "steps": next_steps(request.user, run) if applied else [],
            "look": look(run, target) if applied else [],
            "columns": columns_of(run, target) if target else [],
            "unused": _unused(run),
            "to_check": (run.outlook or {}).get("to_check", 0) if applied else 0,
            "findings": findings_of(run, target) if applied and target else 0,
            "may_undo": applied and context["may_act"],
            "has_rest": run.bad and run.state in (RunState.APPLIED, RunState.STAGED),
            "following": applied and watching.running(_follow_up(run)),
            "error": pick(run.error) if run.error else "",
        },
    )


def written(run: ImportRun, target: Target | None) -> list[dict[str, Any]]:
    """Per kind of record: how many are new, replaced, as they were. What has no register is called as the import is."""
    found = []
    for label, counts in (run.written or {}).items():
        try:
            model = apps.get_model(label)
        except LookupError:
            name = label
        else:
            register = register_of_model(model)
            alone = len(run.written or {}) == 1 and target is not None
            name = register.title if register else target.name if alone and target else model._meta.verbose_name_plural
        found.append({"name": str(name), **counts})
    return found


def look(run: ImportRun, target: Target | None) -> list[dict[str, str]]:
    """Where the rows are seen now."""
    if target is None:
        return []
    register = register_of_model(target.model) if target.model is not None else None
    if register is not None:
        return [{"name": register.title, "url": reverse("records", args=[register.programme.name, register.code])}]
    navigation = target.programme.navigation
    links = [link for link in (navigation.links if navigation else ()) if link.action is None]
    return [{"name": pick(link.names), "url": link.url} for link in links]


def _unused(run: ImportRun) -> list[str]:
    used = set(run.mapping.values())
    return [name for at, name in enumerate(shown_header(run)) if at not in used]


def _follow_up(run: ImportRun) -> Task | None:
    return Task.objects.filter(name="import.follow", link=run.get_absolute_url()).order_by("-made_at").first()


def undo_page(
    request: HttpRequest,
    run: ImportRun,
    target: Target,
    *,
    error: str = "",
    refusal: CannotUndo | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "records/import_undo.html",
        {
            **frame(request, run, target),
            "written": written(run, target),
            "error": error,
            "why": request.POST.get("why", ""),
            "blocked": refusal is not None,
            "changed": changed(refusal) if refusal else [],
            "more": max(0, refusal.count - len(refusal.changed)) if refusal else 0,
        },
        status=status,
    )


def changed(refusal: CannotUndo) -> list[dict[str, Any]]:
    """The records in the way, with a link where they have a page."""
    ids = {one.by for one in refusal.changed if one.by and _is_id(one.by)}
    people = {str(account.pk): str(account) for account in Account.objects.filter(pk__in=ids)}
    pages = {register.kind: register for register in registers()}
    things: dict[UUID, Any] = {}
    for kind in {one.kind for one in refusal.changed}:
        things |= named(kind, [one.record_id for one in refusal.changed if one.kind == kind])
    found = []
    for one in refusal.changed:
        if one.record_id in things:
            thing = things[one.record_id]
            found.append(_changed(one, thing.title, thing.get_absolute_url(), people))
            continue
        register = pages.get(one.kind)
        url = reverse("record", args=[register.programme.name, register.code, str(one.record_id)]) if register else ""
        found.append(_changed(one, one.ref or _kind(one.kind), url, people))
    return found


def _changed(one: Changed, name: str, url: str, people: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "url": url,
        "row": one.row,
        "by": people.get(one.by or "", ""),
        "why": reason_text(one.why),
        "at": one.at,
    }


def _kind(label: str) -> str:
    """What a thing without a reference is called, such as one that is gone."""
    try:
        return capfirst(kind_name(apps.get_model(label), 1))
    except (LookupError, ValueError):
        return label


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
