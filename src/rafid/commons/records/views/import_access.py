"""Who sees a run, who may act on it, and what all pages of one run show."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from rafid.commons.people.visibility import may
from rafid.commons.programme import PLATFORM

from ..imports.runs import as_seen, settle
from ..imports.targets import Target, may_import, target_of
from ..models import ImportRun, RunState
from ..tabular.errors import Note

OPEN = (RunState.RECEIVED, RunState.STAGING, RunState.STAGED, RunState.FAILED)
"""States in which a run can be given up."""


def run_or_404(request: HttpRequest, pk: UUID) -> ImportRun:
    """Who decides holds the run until the end of the request: a second one waits, then sees what the first one did."""
    runs = ImportRun.objects.visible_to(request.user).select_related(
        "owner", "made_by", "applied_by", "undone_by", "task"
    )
    if request.method == "POST":
        runs = runs.select_for_update(of=("self",))
    found = runs.filter(pk=pk).first()
    if found is None:
        raise Http404
    return settle(found)


def target_or_none(run: ImportRun) -> Target | None:
    """None where no installed programme declares it any more."""
    try:
        return target_of(run.target)
    except LookupError:
        return None


def may_act(user: Any, run: ImportRun) -> bool:
    """May this person decide about the run? It may be one's own from the time of a role that is gone."""
    target = target_or_none(run)
    if target is None:
        return False
    if run.owner_id is None:
        return may(user, "import", PLATFORM)
    return may_import(user, target, run.owner_id)


def must_act(request: HttpRequest, run: ImportRun) -> Target:
    """Raises ``PermissionDenied``."""
    target = target_or_none(run)
    if target is None or not may_act(request.user, run):
        raise PermissionDenied
    return target


def back(request: HttpRequest, run: ImportRun, refusal: Exception | str = "") -> HttpResponse:
    """To the run's page, which shows what it is now; ``refusal`` says why nothing was done."""
    if refusal:
        messages.error(request, str(refusal))
    return redirect(run)


def frame(request: HttpRequest, run: ImportRun, target: Target | None, tab: str = "") -> dict[str, Any]:
    """What ``records/import_base.html`` needs."""
    acting = may_act(request.user, run)
    return {
        "run": run,
        "target": target,
        "target_name": target.name if target else run.target,
        "may_act": acting,
        "may_cancel": acting and run.state in OPEN,
        "seen": as_seen(run),
        "notes": [sentence_of(note) for note in run.notes],
        "tabs": tabs(run, tab) if acting and target else [],
    }


def tabs(run: ImportRun, on: str) -> list[dict[str, Any]]:
    """The parts of a run that can still be changed."""
    if run.state not in (RunState.RECEIVED, RunState.STAGED, RunState.FAILED):
        return []
    found = [{"code": "columns", "name": _("Columns"), "url": reverse("import-columns", args=[run.pk]), "count": 0}]
    if run.state == RunState.STAGED:
        found.append({"code": "rows", "name": _("Rows"), "url": run.get_absolute_url(), "count": 0})
        if run.questions or run.matches:
            url = reverse("import-places", args=[run.pk])
            found.append({"code": "places", "name": _("Places"), "url": url, "count": len(run.questions)})
    return [{**one, "on": one["code"] == on} for one in found]


def sentence_of(note: dict[str, Any]) -> str:
    return Note(note["code"], **note.get("params", {})).text(_)
