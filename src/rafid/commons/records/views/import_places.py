"""Places of a run: the doubtful names, asked with candidates; what was recognised, and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.filters import small_number
from rafid.commons.names import pick
from rafid.commons.places.matching import REASONS
from rafid.commons.places.models import Place

from ..imports import NotNow
from ..imports.messages import label
from ..imports.places import decide, divisions_of
from ..imports.runs import locked, refuse, same_as_seen
from ..imports.staging import again
from ..imports.targets import Target
from ..imports.work import begin_staging
from ..models import ImportRun, RunState
from .import_access import back, frame, must_act, run_or_404

ASKED = 50
LISTED = 50
WHY = {**REASONS, "decided": gettext_lazy("You or another officer said so for this file")}


class WrongPlace(Exception):
    """The place that was chosen cannot stand in this column; the message says why."""


@login_required
def places(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = run_or_404(request, pk)
    target = must_act(request, run)
    if run.state != RunState.STAGED:
        return back(request, run, refuse(run) if request.method == "POST" else "")
    refusal = ""
    if request.method == "POST":
        try:
            same_as_seen(run, request.POST.get("seen", ""))
            with locked(run, RunState.STAGED) as fresh:
                if _decide(request, fresh, target):
                    fresh.save(update_fields=["decisions"])
                    again(fresh)
                    begin_staging(fresh, request.user)
                    return back(request, fresh)
            refusal = _("Nothing was chosen.")
        except NotNow as reason:
            return back(request, run, reason)
        except WrongPlace as wrong:
            refusal = str(wrong)
    return render(
        request,
        "records/import_places.html",
        {**frame(request, run, target, "places"), **_context(request, run, target), "refusal": refusal},
        status=422 if refusal else 200,
    )


def _decide(request: HttpRequest, run: ImportRun, target: Target) -> bool:
    """Notes what was answered; False where nothing was. Raises ``WrongPlace``."""
    asked = request.POST
    decided = False
    for number in asked.getlist("question"):
        answer = asked.get(f"answer-{number}", "")
        if not answer:
            continue
        code, text, inside = (asked.get(f"{name}-{number}", "") for name in ("column", "text", "inside"))
        if not any(one["column"] == code and one["text"] == text for one in (*run.questions, *run.matches)):
            continue
        place = None
        if answer != "none":
            ref = asked.get(f"other-{number}", "") if answer == "other" else answer
            place = _place(ref.strip(), text, code, target)
        decide(run, code, text, inside or None, place, request.user)
        decided = True
    return decided


def _place(ref: str, text: str, code: str, target: Target) -> Place:
    if not ref:
        raise WrongPlace(_("“%(text)s”: write which other place it is.") % {"text": text})
    place = Place.objects.filter(ref__iexact=ref).first() if "\x00" not in ref else None
    if place is None:
        raise WrongPlace(_("“%(text)s”: there is no place with the code %(code)s.") % {"text": text, "code": ref[:40]})
    column = target.column(code)
    divisions = divisions_of(column)
    if (column.levels and place.level not in column.levels) or (divisions and place.division not in divisions):
        raise WrongPlace(
            _("“%(text)s”: %(place)s is not a place of the kind that the column “%(column)s” takes.")
            % {"text": text, "place": place.name, "column": pick(column.names)}
        )
    return place


def _context(request: HttpRequest, run: ImportRun, target: Target) -> dict[str, Any]:
    changing = small_number(request.GET.get("change", ""))
    questions = run.questions
    if changing is not None and changing < len(run.matches):
        match = run.matches[changing]
        questions = [{**match, "candidates": [], "inside_names": None, "now": pick(match["names"])}, *questions]
    matched = sorted(
        ({**one, "at": at} for at, one in enumerate(run.matches)), key=lambda one: (_sure(one), -one["rows"])
    )
    page = Paginator(matched, LISTED).get_page(request.GET.get("page"))
    return {
        "questions": [_question(number, one, target) for number, one in enumerate(questions[:ASKED])],
        "more": max(0, len(questions) - ASKED),
        "page": page,
        "matched": [
            {
                **one,
                "label": label(target, one["column"]),
                "name": pick(one["names"]),
                "reason": WHY.get(one["why"], ""),
            }
            for one in page
        ],
    }


def _sure(match: dict[str, Any]) -> bool:
    """What needs no second look comes last."""
    return match["why"] in ("exact", "folded", "code")


def _question(number: int, one: dict[str, Any], target: Target) -> dict[str, Any]:
    column = target.column(one["column"])
    return {
        "levels": ",".join(str(int(level)) for level in column.levels),
        "divisions": ",".join(divisions_of(column)),
        "number": number,
        "column": one["column"],
        "label": label(target, one["column"]),
        "text": one["text"],
        "inside": one["inside"] or "",
        "inside_name": pick(one["inside_names"]) if one.get("inside_names") else "",
        "rows": one["rows"],
        "now": one.get("now", ""),
        "candidates": [
            {
                "ref": candidate["ref"],
                "name": pick(candidate["names"]),
                "above": " · ".join(pick(names) for names in candidate["above"]),
                "why": REASONS.get(candidate["reason"], ""),
            }
            for candidate in one["candidates"]
        ],
    }
