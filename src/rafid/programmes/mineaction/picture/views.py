"""The picture: map, ledger and table of a state, its files; and what changed between two states."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rafid.commons.filters import Filters
from rafid.commons.people.visibility import places_within
from rafid.commons.places.country import country
from rafid.commons.places.finding import Found, find_place, links, place_asked
from rafid.commons.places.models import Level, Place

from ..models import Hazard, HazardCell, Release
from ..seeing import AUTHORITY, OPERATORS, held
from . import feed, ledgers, shown
from .asked import Asked, NoDate, asked, asked_on_page
from .columns import CHANGE_FIELDS, HAZARD_FIELDS, change_rows, hazard_rows
from .files import KINDS, send_rows
from .frame import Frame, frame
from .inputs import Inputs, inputs_for
from .overview import overview
from .scope import sees_exactly
from .standing import not_in_ledger, standings, stood, with_records

PAGE = 50
TITLE = {"ar": "المناطق الخطرة", "ckb": "ناوچە مەترسیدارەکان", "en": "Hazards"}
CHANGES = {"ar": "ما غيّر المساحة المتبقية", "ckb": "ئەوەی ڕووبەری ماوەی گۆڕی", "en": "What changed the remaining area"}


@dataclass(frozen=True)
class Page:
    """What the address asks: a state, a place, and what of it was not understood."""

    asked: Asked
    found: Found
    filters: Filters

    @property
    def place(self) -> Place | None:
        return self.found.place


def read_page(request: HttpRequest, before: str = "") -> Page | HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    filters = Filters(request.GET)
    return Page(asked_on_page(filters, before), found, filters)


def filter_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    return {
        "found": page.found,
        "candidates": links(request, page.found),
        "filter_notes": page.filters.notes,
        "place": page.place,
        "places": Place.objects.filter(level=Level.GOVERNORATE, division=country().division).order_by("ref"),
        "asked": page.asked,
        "today": timezone.localdate(),
        "sheet_url": _sheet_url(request.user, page.place, page.asked),
    }


def _sheet_url(user: Any, place: Place | None, wanted: Asked) -> str:
    """Where the sheet of the chosen district is made, in the same state."""
    if place is None or place.level != Level.DISTRICT or not held(user, AUTHORITY | OPERATORS, "export"):
        return ""
    given = urlencode({"place": place.ref, **wanted.query()})
    return f"{reverse('mineaction-product-new', args=['district'])}?{given}"


@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    page = read_page(request)
    if isinstance(page, HttpResponse):
        return page
    if not sees_exactly(request.user):
        return _public(request, page)
    inputs = inputs_for(request.user, page.place)
    found = ledgers.ledger_at(inputs, page.asked)
    rows = stood(inputs, found, page.asked)
    framed = frame(page.asked, page.place, Hazard.everything.filter(owner__in={one.owner for one in rows}))
    of = shown.figures(found)
    corners = bounds([one.point for one in rows], page.place)
    paged = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    paged.object_list = with_records(list(paged))
    context = {
        **filter_context(request, page),
        "frame": framed,
        "ledger": found,
        "first": of(shown.FIRST),
        "parts": of(shown.PARTS),
        "checks": of(shown.CHECKS),
        "remaining": of(("remaining",))[0],
        "strip": strip(of(shown.PARTS), found.ground),
        "page": paged,
        "count": len(rows),
        "undrawn": not_in_ledger(request.user, page.place).count(),
        "bounds": corners,
        "drawn": overview([(one.ref, one.point, one.classification, one.group) for one in rows], corners),
        "kinds": KINDS,
        "shapes_url": f"{reverse('mineaction-shapes')}?{framed.query}",
        "changes_query": changes_query(page),
    }
    return render(request, "mineaction/picture/picture.html", context, status=404 if page.found.said else 200)


def _public(request: HttpRequest, page: Page) -> HttpResponse:
    """What everybody may see, as it is today: where hazards are open on a grid of 1 km, and released ground."""
    cells = HazardCell.objects.visible_to(request.user).select_related("place", "owner")
    released = Release.objects.visible_to(request.user)
    if page.place is not None:
        cells, released = (rows.filter(place__in=places_within(page.place.pk)) for rows in (cells, released))
    today = Asked(timezone.localdate())
    framed = frame(today, page.place, cells)
    corners = bounds(list(cells.exclude(cell=None).values_list("cell", flat=True)), page.place)
    context = {
        **filter_context(request, page),
        "public": True,
        "frame": framed,
        "shapes_url": f"{reverse('mineaction-shapes')}?{framed.query}",
        "page": Paginator(cells.order_by("ref"), PAGE).get_page(request.GET.get("page")),
        "count": cells.count(),
        "released": released.count(),
        "bounds": corners,
        "drawn": overview(cells.values_list("ref", "cell", "classification", "group"), corners),
    }
    return render(request, "mineaction/picture/picture.html", context, status=404 if page.found.said else 200)


@dataclass(frozen=True)
class Piece:
    """A part of the strip: where it begins and how long it is, of 1000."""

    figure: shown.Figure
    start: float
    width: float


def strip(parts: list[shown.Figure], ground: float) -> list[Piece]:
    found, at = [], 0.0
    for one in parts:
        width = 1000 * one.value / ground if ground > 0 else 0.0
        found.append(Piece(one, at, width))
        at += width
    return found


def bounds(points: list[Any], place: Place | None) -> str:
    """What the map first shows, with a little air around it."""
    there = [point for point in points if point is not None]
    if not there:
        if place is not None and place.point:
            x, y = place.point.coords
            return f"{x - 0.3:.4f},{y - 0.3:.4f},{x + 0.3:.4f},{y + 0.3:.4f}"
        return ",".join(map(str, country().bounds))
    xs, ys = [point.x for point in there], [point.y for point in there]
    air = 0.004
    return f"{min(xs) - air:.5f},{min(ys) - air:.5f},{max(xs) + air:.5f},{max(ys) + air:.5f}"


def changes_query(page: Page) -> str:
    """From the end of the year before to the state that is shown: the question that is asked most."""
    own = {"place": page.place.ref} if page.place is not None else {}
    return urlencode({"on": year_end_before(page.asked.on).isoformat(), **page.asked.query("to_"), **own})


def year_end_before(on: date) -> date:
    return on.replace(year=on.year - 1, month=12, day=31) if on.year > 1 else on


def strictly(request: HttpRequest) -> tuple[Asked, Place | None]:
    """For files and the map's shapes: a place or a date that is not understood is no file."""
    found = find_place(request.GET.get("place", ""))
    if found.said:
        raise Http404
    try:
        return asked(request.GET), found.place
    except NoDate as error:
        raise Http404 from error


@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    wanted, place = strictly(request)
    if not sees_exactly(request.user):
        return feed.public(request.user, place)
    return feed.exact(inputs_for(request.user, place), wanted)


def _state(request: HttpRequest) -> tuple[Inputs, Asked, Place | None, list[Any], Frame]:
    wanted, place = strictly(request)
    if not sees_exactly(request.user):
        raise Http404
    inputs = inputs_for(request.user, place)
    rows = standings(inputs, ledgers.ledger_at(inputs, wanted), wanted)
    framed = frame(wanted, place, Hazard.everything.filter(pk__in=[one.hazard.pk for one in rows]))
    return inputs, wanted, place, rows, framed


@require_safe
def export(request: HttpRequest, kind: str) -> Any:
    """The table of the picture, every row of it."""
    if kind not in KINDS:
        raise Http404
    inputs, wanted, _place, rows, framed = _state(request)
    return send_rows(
        request, kind, f"mineaction-hazards-{wanted.on}", TITLE, HAZARD_FIELDS,
        hazard_rows(rows, inputs, wanted, framed), key=("ref",), about=framed.said,
    )  # fmt: skip


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    page, after = read_page(request), read_page(request, "to_")
    if isinstance(page, HttpResponse):
        return page
    assert isinstance(after, Page)
    if not sees_exactly(request.user):
        raise Http404
    if not request.GET.get("on"):  # a day compared with itself says nothing
        page = replace(page, asked=replace(page.asked, on=year_end_before(after.asked.on)))
    inputs = inputs_for(request.user, page.place)
    told = _told(request, inputs, page.asked, after.asked)
    context = {
        **filter_context(request, page),
        "filter_notes": [*page.filters.notes, *(one for one in after.filters.notes if one not in page.filters.notes)],
        "to_asked": after.asked,
        "sheet_url": _sheet_url(request.user, page.place, after.asked),
        "frame": frame(after.asked, page.place, Hazard.objects.visible_to(request.user)),
        **told,
        "query": urlencode(
            {**page.asked.query(), **after.asked.query("to_"), **({"place": page.place.ref} if page.place else {})}
        ),
    }
    return render(request, "mineaction/picture/changes.html", context, status=404 if page.found.said else 200)


@dataclass(frozen=True)
class Told:
    """A step with its record, and the remaining area after it."""

    step: ledgers.Step
    record: Any
    after: float

    @property
    def cause(self) -> str:
        return shown.cause_name(self.step.cause)

    @property
    def on(self) -> date | None:
        """The day from which it counts in a ledger: a hazard's discovery or reopening, a release's date."""
        if isinstance(self.record, Hazard):
            return self.record.reopened_on or self.record.suspected_on
        return getattr(self.record, "on", None)


def _told(request: HttpRequest, inputs: Inputs, before: Asked, after: Asked) -> dict[str, Any]:
    old, new = ledgers.ledger_at(inputs, before), ledgers.ledger_at(inputs, after)
    steps = ledgers.steps_between(inputs, before, after)
    records = ledgers.records_of(steps, request.user)
    told, at = [], old.remaining
    for step in steps:
        at += step.change
        told.append(Told(step, records.get(step.record), at))
    compared = [
        {"name": shown.name_of(code), "code": code, "before": getattr(old, code), "after": getattr(new, code),
         "change": getattr(new, code) - getattr(old, code)}
        for code in ledgers.FIELDS
    ]  # fmt: skip
    return {
        "old": old, "new": new, "steps": told, "compared": compared, "difference": new.remaining - old.remaining,
        "grown": sum(one.step.change for one in told if one.step.change > 0),
        "shrunk": sum(one.step.change for one in told if one.step.change < 0),
    }  # fmt: skip


@require_safe
def changes_export(request: HttpRequest, kind: str) -> Any:
    if kind not in ("csv", "xlsx") or not sees_exactly(request.user):
        raise Http404
    wanted, place = strictly(request)
    try:
        after = asked(request.GET, "to_")
    except NoDate as error:
        raise Http404 from error
    inputs = inputs_for(request.user, place)
    told = _told(request, inputs, wanted, after)["steps"]
    framed = frame(after, place, Hazard.objects.visible_to(request.user))
    return send_rows(
        request, kind, f"mineaction-changes-{wanted.on}-{after.on}", CHANGES, CHANGE_FIELDS, change_rows(told),
        key=("_order",), about=framed.said, located=False,
    )  # fmt: skip
