"""Planned visits: read from a table, and compared with the visits that were made."""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.people.visibility import allowing
from rafid.methods.xforms.geometry import read_point

from ..models import Form, Submission, SubmissionState, VisitPlan
from ..seeing import unmasked

COLUMNS: Final = ("site", "due_from", "due_to", "interviewer")
_SPELLINGS: Final = {
    "site": ("site", "الموقع", "شوێن"),
    "due_from": ("due_from", "due from", "from", "من", "لە"),
    "due_to": ("due_to", "due to", "to", "until", "إلى", "بۆ"),
    "interviewer": ("interviewer", "الباحث", "توێژەر"),
    "latitude": ("latitude", "خط العرض", "پانی"),
    "longitude": ("longitude", "خط الطول", "درێژی"),
}
MOST_ROWS: Final = 20_000
LARGEST: Final = 4_000_000
DONE, LATE, OVERDUE, OPEN = "done", "late", "overdue", "open"


class PlanRefused(Exception):
    """``problems``: sentences, each with its row and column; nothing of the table was taken."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems[0])
        self.problems = problems


def import_plan(form: Form, data: bytes, *, replace: bool = False) -> int:
    """Takes a CSV table with the columns site, due_from, due_to, and interviewer, latitude and longitude (which may be missing
    or empty): where the site lies, for the check of distance.

    A row that is planned already is not planned twice; it is told where its site lies. ``replace``: what was planned before
    goes. Raises ``PlanRefused``.
    """
    rows = _read(data)
    with transaction.atomic():
        Form.objects.select_for_update().get(pk=form.pk)
        if replace:
            VisitPlan.objects.filter(form=form).delete()
        known = {
            (one.site, one.due_from, one.due_to, one.interviewer): one for one in VisitPlan.objects.filter(form=form)
        }
        fresh = [one for one in rows if one not in known]
        moved = [known[one] for one, at in rows.items() if at and one in known and known[one].location != at]
        for plan in moved:
            plan.location = rows[plan.site, plan.due_from, plan.due_to, plan.interviewer]
        VisitPlan.objects.bulk_update(moved, ["location"], batch_size=1000)
        VisitPlan.objects.bulk_create(
            (VisitPlan(form=form, **dict(zip(COLUMNS, one, strict=True)), location=rows[one]) for one in fresh),
            batch_size=1000,
        )
    return len(fresh)


Row = tuple[str, date, date, str]


def _read(data: bytes) -> dict[Row, Point | None]:
    if len(data) > LARGEST:
        raise PlanRefused([_("This table is too large; at most %(most)s rows are taken.") % {"most": MOST_ROWS}])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PlanRefused([_("This file is not UTF-8. Save it as “CSV UTF-8”.")]) from None
    if "\0" in text:
        raise PlanRefused([_("This file is no CSV table.")])
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        places = _header(next(rows, []))
        return _rows(rows, places)
    except csv.Error:
        raise PlanRefused([_("This file is no CSV table.")]) from None


def _header(cells: list[str]) -> dict[str, int]:
    names = [cell.strip().casefold() for cell in cells]
    places = {
        column: names.index(found)
        for column, spellings in _SPELLINGS.items()
        if (found := next((one for one in spellings if one in names), None))
    }
    if missing := [one for one in COLUMNS[:3] if one not in places]:
        raise PlanRefused(
            [_("The first row must name the columns: %(columns)s. Missing: %(missing)s.")
             % {"columns": ", ".join(COLUMNS), "missing": ", ".join(missing)}]
        )  # fmt: skip
    return places


def _rows(rows: Iterable[list[str]], places: dict[str, int]) -> dict[Row, Point | None]:
    found: dict[Row, Point | None] = {}
    problems: list[str] = []
    for number, cells in enumerate(rows, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if number > MOST_ROWS + 1:
            raise PlanRefused([_("This table is too large; at most %(most)s rows are taken.") % {"most": MOST_ROWS}])
        values = {column: cells[at].strip() if at < len(cells) else "" for column, at in places.items()}
        begin, end = _day(values["due_from"]), _day(values["due_to"])
        wrong = len(problems)
        if not values["site"] or len(values["site"]) > 255:
            problems.append(_("Row %(row)s, site: give the site, in at most 255 letters.") % {"row": number})
        for column, day in (("due_from", begin), ("due_to", end)):
            if day is None:
                facts = {"row": number, "column": column, "value": values[column][:40]}
                problems.append(_("Row %(row)s, %(column)s: “%(value)s” is no day. Write it as 2026-09-30.") % facts)
        if begin and end and end < begin:
            problems.append(
                _("Row %(row)s: the visit is due to end before it begins. Exchange the days.") % {"row": number}
            )
        try:
            at = _position(values.get("latitude", ""), values.get("longitude", ""))
        except ValueError:
            problems.append(
                _(
                    "Row %(row)s: latitude and longitude are no position. Write them in degrees, such as 36.19 and 44.01."
                )
                % {"row": number}
            )
        if wrong == len(problems) and begin and end:
            row = (values["site"], begin, end, values.get("interviewer", "")[:255])
            found[row] = at or found.get(row)
        if len(problems) >= 100:
            break
    if problems:
        raise PlanRefused(problems)
    if not found:
        raise PlanRefused([_("There is no row below the first.")])
    return found


def _position(latitude: str, longitude: str) -> Point | None:
    """None where neither is given. Raises ``ValueError``."""
    if not latitude and not longitude:
        return None
    read = read_point(f"{latitude} {longitude}")
    if read is None or len(read) != 2:
        raise ValueError
    return Point(read[1], read[0], srid=4326)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


class Made(NamedTuple):
    """A visit that was made, on a day of the country's zone."""

    site: str
    day: date
    pk: UUID
    interviewer: str
    instance_id: str


@dataclass(frozen=True)
class Planned:
    """``visit``: the one that fulfils it; ``more`` of the same site followed before the next was due. ``days``: how many it
    came late, or is overdue."""

    plan: VisitPlan
    state: str
    visit: Made | None = None
    days: int = 0
    more: int = 0


@dataclass(frozen=True)
class Compared:
    planned: list[Planned]
    unplanned: list[Made]

    def count(self, state: str) -> int:
        return sum(one.state == state for one in self.planned)


def compare(form: Form, user: Any, *, today: date | None = None) -> Compared:
    """Each plan takes the visits of its site from the day it is due until the next plan of the site is due, by its interviewer
    where it names one; the first of them fulfils it. Those that were rejected count for none.

    Who reviews a part of the form sees the plans of sites and interviewers that occur there.
    """
    today = today or timezone.localdate()
    plans = list(VisitPlan.objects.filter(form=form).order_by("due_from", "due_to", "site", "pk"))
    seen = Submission.objects.filter(unmasked(user, form), form=form)
    # Before the first plan nothing was planned at all.
    visits = _made(seen, plans[0].due_from) if plans else {}
    if not reviews_all(user, form):
        people = set(seen.order_by().values_list("interviewer", flat=True).distinct()) - {""}
        sites = set(seen.order_by().values_list("site", flat=True).distinct()) - {""}
        plans = [plan for plan in plans if plan.site in sites or plan.interviewer in people]
    planned: list[Planned] = []
    taken: set[Any] = set()
    for plan, before in zip(plans, _next_due(plans), strict=True):
        fitting = [
            one
            for one in _between(visits.get(plan.site, []), plan.due_from, before)
            if one.pk not in taken and plan.interviewer in ("", one.interviewer)
        ]
        if fitting:
            taken.update(one.pk for one in fitting)
            late = (fitting[0].day - plan.due_to).days
            state = LATE if late > 0 else DONE
            planned.append(Planned(plan, state, fitting[0], max(late, 0), len(fitting) - 1))
        elif plan.due_to < today:
            planned.append(Planned(plan, OVERDUE, None, (today - plan.due_to).days))
        else:
            planned.append(Planned(plan, OPEN))
    unplanned = [one for held in visits.values() for one in held if one.pk not in taken]
    return Compared(planned, sorted(unplanned, key=lambda one: (one.day, one.pk), reverse=True))


def _made(seen: QuerySet[Submission], since: date) -> dict[str, list[Made]]:
    """Visits by site, each site's oldest first."""
    rows = seen.filter(repeats=None).exclude(site="").exclude(state=SubmissionState.REJECTED)
    rows = rows.annotate(day=TruncDate(Coalesce("started_at", "received_at"))).filter(day__gte=since)
    found: dict[str, list[Made]] = defaultdict(list)
    for row in rows.order_by("day", "pk").values_list("site", "day", "pk", "interviewer", "instance_id"):
        found[row[0]].append(Made(*row))
    return found


def _next_due(plans: list[VisitPlan]) -> list[date | None]:
    """For each plan the day from which visits belong to the next one of the same site and interviewer."""
    following: dict[tuple[str, str], date] = {}
    found: list[date | None] = []
    for plan in reversed(plans):
        after = following.get((plan.site, plan.interviewer))
        found.append(after if after and after > plan.due_from else None)
        following[plan.site, plan.interviewer] = plan.due_from
    return found[::-1]


def _between(visits: list[Made], since: date, before: date | None) -> list[Made]:
    """Of visits in the order of their days those from ``since`` on and before ``before``."""
    first = bisect_left(visits, since, key=attrgetter("day"))
    return visits[first : bisect_left(visits, before, key=attrgetter("day")) if before else None]


def reviews_all(user: Any, form: Form) -> bool:
    """Does a role of this person reach the whole form, all organisations and places?"""
    reaching = [one for action in ("review", "design") for one in allowing(user, action, form.programme)]
    return any(one.organisation is None and one.place is None and one.reads >= form.sensitivity for one in reaching)
