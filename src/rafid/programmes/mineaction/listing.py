"""Lists of mine action: filters that stay in the address, a table, and files of the same rows.

A list is declared once: its columns are those of the page and of the files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from rafid.commons import writing
from rafid.commons.filters import Filters
from rafid.commons.names import pick
from rafid.commons.people.visibility import places_within
from rafid.commons.places.country import country
from rafid.commons.places.finding import links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import Field

from .listing_map import Dots, shapes
from .picture.asked import Asked
from .picture.files import send_rows
from .picture.frame import Frame, frame

PAGE = 50
KINDS = ("csv", "xlsx")
MOST = 100_000
"""Rows of a file."""

Names = Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """``get`` answers a row's value; ``shown`` its word on the page where the file keeps a code."""

    code: str
    names: Names
    get: Callable[[Any], Any]
    type: str = "text"
    unit: str = ""
    shown: Callable[[Any], Any] | None = None
    state: bool = False
    """Shown as a badge."""
    only_file: bool = False
    refs: bool = False
    """References, with blanks between them; none of them is broken."""

    @property
    def field(self) -> Field:
        return Field(self.code, dict(self.names), self.type, self.unit)

    @property
    def number(self) -> bool:
        return self.type in ("integer", "number")

    @property
    def title(self) -> str:
        unit = f", {self.unit}" if self.unit else ""
        return f"{pick(self.names)}{unit}"

    def cell(self, row: Any) -> dict[str, Any]:
        value = (self.shown or self.get)(row)
        text = value
        if value is None or value == "":
            text = "–"
        elif self.type == "date":
            text = writing.day(value)
        elif self.type == "integer":
            text = writing.number(value, 0)
        elif self.type == "number":
            text = writing.number(value, 2)
        return {
            "text": text,
            "number": self.number,
            "state": self.get(row) if self.state else "",
            "date": self.type == "date",
            "refs": str(value).split() if self.refs and value else (),
        }


@dataclass(frozen=True)
class Choice:
    """A filter: its (value, word) pairs, and the condition that a value stands for."""

    name: str
    title: Any
    options: Callable[[], Sequence[tuple[str, Any]]]
    lookup: str
    many: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values that stand for several: waiting → (open, answered)."""

    def narrowed(self, rows: Any, value: str) -> Any:
        if value in self.many:
            return rows.filter(**{f"{self.lookup}__in": self.many[value]})
        return rows.filter(**{self.lookup: value})


@dataclass(frozen=True)
class Listing:
    """``rows`` answers what a person may see; ``name`` is that of its route, ``name-file`` that of its files."""

    name: str
    names: Names
    lead: Any
    rows: Callable[[Any], Any]
    columns: tuple[Column, ...]
    link: Callable[[Any], str]
    choices: tuple[Choice, ...] = ()
    day: str = "on"
    """The field that the dates of the filter ask about."""
    order: tuple[str, ...] = ("-on", "-id")
    place: str = "place"
    owner: Callable[[Any], Any] = lambda rows: rows
    empty: Any = ""
    help: str = "mineaction-operations"
    head: str = ""
    """A template above the table."""
    dots: Dots | None = None
    """Its map."""


@dataclass
class Shown:
    """A list as an address asks for it."""

    spec: Listing
    rows: Any
    filters: Filters
    found: Any
    chosen: dict[str, str]
    since: date | None
    until: date | None

    @property
    def narrowed(self) -> bool:
        return bool(self.found.place or any(self.chosen.values()) or self.since or self.until)

    @property
    def frame(self) -> Frame:
        return frame(Asked(timezone.localdate()), self.found.place, self.spec.owner(self.rows))


def read(request: HttpRequest, spec: Listing) -> Shown | HttpResponse:
    """The rows that the address asks for; what it got wrong is noted. A response is a redirect to be handed on."""
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    filters, rows, chosen = Filters(request.GET), spec.rows(request.user), {}
    if found.place is not None:
        rows = rows.filter(**{f"{spec.place}__in": places_within(found.place.pk)})
    for choice in spec.choices:
        value = filters.one_of(choice.name, choice.title, [code for code, _word in choice.options()], "")
        chosen[choice.name] = value
        if value:
            rows = choice.narrowed(rows, value)
    days: dict[str, date | None] = {}
    for name, title, how in (("since", _("From"), "gte"), ("until", _("To"), "lte")):
        given = request.GET.get(name, "")
        try:
            days[name] = parse_date(given) if given else None
        except ValueError:
            days[name] = None
        if given and days[name] is None:
            filters.wrong(name, title)
        if days[name]:
            rows = rows.filter(**{f"{spec.day}__{how}": days[name]})
    return Shown(spec, rows, filters, found, chosen, days["since"], days["until"])


def page(request: HttpRequest, spec: Listing, **more: Any) -> HttpResponse:
    shown = read(request, spec)
    if isinstance(shown, HttpResponse):
        return shown
    rows = shown.rows.order_by(*spec.order)
    paged = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    columns = [one for one in spec.columns if not one.only_file]
    table = [(spec.link(row), [one.cell(row) for one in columns]) for row in paged]
    query = request.GET.copy()
    for name in ("page", "lang"):
        query.pop(name, None)
    context = {
        "spec": spec, "title": pick(spec.names), "lead": spec.lead, "columns": columns, "table": table, "page": paged,
        "count": paged.paginator.count, "shown": shown, "frame": shown.frame, "filter_notes": shown.filters.notes,
        "found": shown.found, "candidates": links(request, shown.found), "place": shown.found.place,
        "places": places(), "choices": [(one, one.options(), shown.chosen[one.name]) for one in spec.choices],
        "downloads": [(kind, reverse(f"{spec.name}-file", args=[kind])) for kind in KINDS], "query": query.urlencode(),
        **(_map(request, shown, query.urlencode()) if paged.paginator.count else {}), **more,
    }  # fmt: skip
    return render(request, "mineaction/list.html", context, status=404 if shown.found.said else 200)


def _map(request: HttpRequest, shown: Shown, query: str) -> dict[str, Any]:
    spec = shown.spec
    if spec.dots is None:
        return {}
    return {
        "shapes": reverse(f"{spec.name}-shapes") + (f"?{query}" if query else ""), "dots": spec.dots,
        "bounds": spec.dots.bounds(shown.rows, shown.found.place),
    }  # fmt: skip


def _refused(shown: Shown) -> HttpResponse | None:
    """What is read by programs says what the address got wrong, and shows nothing else instead."""
    if shown.found.said or shown.filters.notes:
        return HttpResponse("\n".join([*shown.filters.notes, str(shown.found.said or "")]), status=400)
    return None


def dots(request: HttpRequest, spec: Listing) -> HttpResponse:
    """The rows that the address asks for, as GeoJSON for the map of the page."""
    shown = read(request, spec)
    if isinstance(shown, HttpResponse):
        return shown
    assert spec.dots is not None
    return _refused(shown) or shapes(spec.dots.dots(request.user, shown.rows.order_by(*spec.order)))


def export(request: HttpRequest, spec: Listing, kind: str) -> Any:
    if kind not in KINDS:
        raise Http404
    shown = read(request, spec)
    if isinstance(shown, HttpResponse):
        return shown
    if refused := _refused(shown):
        return refused
    framed = shown.frame
    fields = (*(one.field for one in spec.columns), Field("note", NOTE))
    rows = [
        {**{one.code: _plain(one.get(row), one.type) for one in spec.columns}, "note": framed.said, "_key": str(row.pk)}
        for row in shown.rows.order_by(*spec.order)[:MOST]
    ]
    code = f"{spec.name}-{timezone.localdate()}"
    return send_rows(
        request, kind, code, dict(spec.names), fields, rows, key=("_key",), about=framed.said, located=False
    )


NOTE = {"ar": "ملاحظة", "ckb": "تێبینی", "en": "Note"}


def _plain(value: Any, type: str) -> Any:
    if type == "number" and value is not None:
        return round(float(value), 3)
    return "" if value is None and type == "text" else value


def places() -> Any:
    return Place.objects.filter(level=Level.GOVERNORATE, division=country().division).order_by("ref")


def name(codes: Any) -> Callable[[], list[tuple[str, Any]]]:
    """The pairs of a class of codes, for a filter."""
    return lambda: [(str(code), word) for code, word in codes.choices]
