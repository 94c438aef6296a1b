"""Figures of a chart from a dataset: its newest released version, as far as one reader may have it.

Rows are added up only where adding means something: counts, of places of one level, of parts or of their total but never of
both. A sum that holds a withheld cell is withheld itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from rafid.commons.indicators.periods import is_period
from rafid.commons.indicators.queries import in_order
from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import Field
from rafid.commons.writing import day
from rafid.commons.writing import period as period_words

from ..catalogue.fields import FLAG
from ..catalogue.finding import dataset_seen, newest
from ..datasets import dataset_of, title_of
from ..models import DatasetVersion
from ..release.cells import TOTALS
from ..released_table import ReleasedTable
from ..tables import Filters, Line, NoSuchFilter, Table, open_table
from .figures import WITHHELD, Asked, Cell, Figures, Head, Meaning, NotThere, known
from .spec import BAR, HEAT, LINE, NUMBER, PERIOD, PLACE, ChartSpec

MOST_LINES, MOST_ROWS, MOST_SERIES = 100_000, 400, 60
_ORGANISATION = ("organisation", "organization", "partner", "org")
_OPEN = ("none", "geometry")
"""Roles of fields that may be read live where a declared dataset has no version out."""


@dataclass(frozen=True)
class Opened:
    table: Table
    version: DatasetVersion | None
    fields: Mapping[str, Field]


def opened(code: str, user: Any, place: Place | None, notes: list[str]) -> Opened:
    """Its rows within a place. Raises ``NotThere``."""
    try:
        dataset = dataset_seen(code, user)
    except LookupError:
        raise NotThere(_("There is no dataset %s here, or you may not see it.") % code) from None
    version = newest(dataset, user)

    def table(filters: Filters) -> Table:
        if version is not None:
            return ReleasedTable(version, filters)
        if dataset.state == "withdrawn":
            raise NotThere(_("This dataset is withdrawn: %s") % dataset.said("withdrawn_why"))
        released = dataset.versions.exclude(state__in=["draft", "in_review", "approved"]).exists()
        if released or any(one.role not in _OPEN for one in dataset.fields.all()):
            raise NotThere(_("No version of this dataset is out yet."))
        try:
            return open_table(dataset_of(code, user), user, filters)
        except LookupError:
            raise NotThere(_("No version of this dataset is out yet.")) from None

    try:
        found = table(Filters(place=place))
    except NoSuchFilter:
        notes.append(_("It has no places; the filter by place does not change it."))
        found = table(Filters())
    return Opened(found, version, {one.name: one for one in found.fields})


def read(spec: ChartSpec, asked: Asked, user: Any) -> Figures:
    """Raises ``NotThere``."""
    notes: list[str] = []
    own = Place.objects.filter(ref=spec.place).first() if spec.place else None
    place = asked.place or own
    if asked.place and own and own.pk not in asked.place.lineage:
        notes.append(_("The place lies outside of what this shows; %s is shown.") % own.name)
        place = own
    found = opened(spec.dataset, user, place, notes)
    measure = found.fields.get(spec.field)
    if spec.field and measure is None:
        raise NotThere(_("The dataset has no field %s.") % spec.field)
    rows, series = _split(spec, found)
    lines = list(_bounded(_lines(found), found, asked, {rows, series}, notes))
    there = sorted({one.period for one in lines if is_period(one.period)}, key=in_order, reverse=True)
    period = asked.period or (spec.periods[-1] if spec.periods else there[0] if there else "")
    if PERIOD in (rows, series):
        until = in_order(period) if period else None
        lines = [
            one for one in lines if len(one.period) == len(period) and (not until or in_order(one.period) <= until)
        ]
    elif there and spec.kind != NUMBER:
        lines = [one for one in lines if one.period == period]
    places = Place.objects.in_bulk({one.place_id for one in lines if one.place_id})
    if PLACE in (rows, series):
        lines = _of_level(lines, places, spec.level or ((place.level if place else 0) + 1))
    elif places:
        lines = _of_level(lines, places, place.level if place else 0)
    lines = _no_doubles(lines, found, {rows, series})
    groups = _grouped(lines, found, rows if spec.kind != NUMBER else PERIOD if there else "", series)
    row_keys, series_keys = _keys(groups, 0), _keys(groups, 1)
    if spec.kind == NUMBER and there:
        alike = [one for one in there if len(one) == len(period) and in_order(one) <= in_order(period)]
        row_keys = list(dict.fromkeys([period, *alike]))[:2]
    elif rows == PERIOD or spec.kind == LINE:
        row_keys = sorted(row_keys, key=lambda key: in_order(key) if is_period(key) else ())[-spec.latest :]
    cells = [[_sum(groups.get((row, one), []), found, measure, notes) for one in series_keys] for row in row_keys]
    pairs = list(zip(row_keys, cells, strict=True))
    if spec.kind == BAR and rows not in (PERIOD,):
        pairs.sort(key=lambda pair: -(pair[1][0].value if pair[1] and pair[1][0].value is not None else float("-inf")))
    pairs = pairs[:MOST_ROWS]
    naming = _Naming(found, places)
    published = found.table.published
    version = found.version
    return Figures(
        [naming.head(rows if spec.kind != NUMBER else PERIOD, key) for key, _cells in pairs],
        [naming.head(series, key) for key in series_keys[:MOST_SERIES]],
        [row[:MOST_SERIES] for _key, row in pairs],
        rows_title=naming.title(rows),
        unit=measure.unit if measure else _("rows"),
        decimals=_decimals(cells, measure),
        where=place.name if place else pick(country().names),
        period=period,
        target=spec.target,
        sources=[(published.declared.attribution or published.title, _version_words(version))],
        meanings=[Meaning(published.title, published.about, reverse("dataset", args=[spec.dataset]))],
        notes=list(dict.fromkeys(notes)),
        demonstration=bool(version and version.dataset.demonstration),
        counts=measure is None or _adds_up(measure),
        versions=[str(version.pk)] if version else [],
    )


def _version_words(version: DatasetVersion | None) -> str:
    if version is None:
        return ""
    return _("version %(number)s, %(day)s") % {"number": version.number, "day": day(version.published_at)}


def _split(spec: ChartSpec, found: Opened) -> tuple[str, str]:
    """What the rows and the series are: places, periods, a field, or nothing. Raises ``NotThere``."""
    rows, series = spec.rows, spec.by
    if spec.kind == HEAT and not series and rows == PLACE:
        series = PERIOD
    for name in (rows, series):
        if name and name not in (PLACE, PERIOD) and name not in found.fields:
            raise NotThere(_("The dataset has no field %s.") % name.removeprefix("by:"))
    return rows, series


def _lines(found: Opened) -> Iterator[Line]:
    """All of them: a part of the rows would be another sum. Raises ``NotThere`` where they are too many to add up at once."""
    if found.table.count() > MOST_LINES:
        raise NotThere(
            _("It has more rows than are added up at once. Choose a place, or make a dataset of its totals.")
        )
    return found.table.lines()


def _bounded(lines: Iterator[Line], found: Opened, asked: Asked, shown: set[str], notes: list[str]) -> Iterator[Line]:
    """A click bounds what does not show the field itself: the chart that was clicked stays whole."""
    at = {name: index for index, name in enumerate(found.table.names)}
    wanted: list[tuple[int, frozenset[str]]] = []
    for name, code in asked.where.items():
        if name in shown:
            continue
        if name in at:
            wanted.append((at[name], frozenset([code])))
        else:
            notes.append(_("Not broken down by what is filtered: all are shown."))
    if asked.organisation is not None:
        field = next((one for one in found.fields.values() if _of_organisation(one)), None)
        if field is None:
            notes.append(_("It names no organisations; the filter by organisation does not change it."))
        else:
            words = {asked.organisation.ref, *asked.organisation.names.values()}
            wanted.append((at[field.name], frozenset(words - {""})))
    for line in lines:
        if all(_code(line.values[index]) in codes for index, codes in wanted):
            yield line


def _of_organisation(field: Field) -> bool:
    return (field.hxl or "").startswith("#org") or field.name in _ORGANISATION


def _of_level(lines: Sequence[Line], places: Mapping[UUID, Place], least: int) -> list[Line]:
    """Rows of one level: the first that is at least so fine, else the finest; and of the country's usual division."""
    levels = sorted({place.level for place in places.values()})
    level = next((one for one in levels if one >= least), levels[-1] if levels else 0)
    usual = country().division
    at = [one for one in places.values() if one.level == level]
    divided = level >= Level.DISTRICT and any(one.division == usual for one in at)
    wanted = {one.pk for one in at if not divided or one.division == usual}
    return [line for line in lines if line.place_id in wanted]


def _no_doubles(lines: Sequence[Line], found: Opened, kept: set[str]) -> list[Line]:
    """Of a breakdown that the chart does not show, the total's rows alone, where there are such; a shown one drops them."""
    at = {name: index for index, name in enumerate(found.table.names)}
    left = list(lines)
    for field in found.fields.values():
        if field.kind not in ("choice", "text", "boolean") or (field.kind == "text" and field.role != "quasi"):
            continue
        totals = [line for line in left if _code(line.values[at[field.name]]) in TOTALS]
        if totals and len(totals) < len(left):
            parts = [line for line in left if _code(line.values[at[field.name]]) not in TOTALS]
            left = parts if field.name in kept else totals
    return left


type_groups = dict[tuple[str, str], list[Line]]


def _grouped(lines: Sequence[Line], found: Opened, rows: str, series: str) -> type_groups:
    at = {name: index for index, name in enumerate(found.table.names)}

    def key(line: Line, what: str) -> str:
        if what == PLACE:
            return str(line.place_id or "")
        if what == PERIOD:
            return line.period
        return _code(line.values[at[what]]) if what else ""

    groups: type_groups = {}
    for line in lines:
        groups.setdefault((key(line, rows), key(line, series)), []).append(line)
    return groups


def _keys(groups: type_groups, index: int) -> list[str]:
    return list(dict.fromkeys(key[index] for key in groups))


def _sum(lines: Sequence[Line], found: Opened, measure: Field | None, notes: list[str]) -> Cell:
    if measure is None:
        return known(float(len(lines))) if lines else Cell()
    names = found.table.names
    at, flag = names.index(measure.name), names.index(measure.name + FLAG) if measure.name + FLAG in names else None
    values = [line.values[at] for line in lines]
    if flag is not None and any(line.values[flag] for line in lines):
        return Cell(None, WITHHELD)
    numbers = [float(one) for one in values if isinstance(one, int | float) and not isinstance(one, bool)]
    if not numbers:
        return Cell()
    if len(numbers) > 1 and not _adds_up(measure):
        notes.append(_("This measure is no count: several rows of it are not added up."))
        return Cell()
    return known(sum(numbers), "†" if len(numbers) < len(values) else "", _("Not all parts have a figure"))


def _adds_up(measure: Field) -> bool:
    return not measure.of and not any(sign in f" {measure.unit} " for sign in ("%", "/", " per "))


def _decimals(cells: Sequence[Sequence[Cell]], measure: Field | None) -> int:
    values = [cell.value for row in cells for cell in row if cell.value is not None]
    return 0 if measure is None or all(value == int(value) for value in values) else 1


def _code(value: Any) -> str:
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


class _Naming:
    def __init__(self, found: Opened, places: Mapping[UUID, Place]) -> None:
        self.fields, self.places = found.fields, places

    def title(self, what: str) -> str:
        if what in (PLACE, PERIOD):
            return _("Place") if what == PLACE else _("Period")
        return title_of(self.fields[what]) if what in self.fields else ""

    def head(self, what: str, key: str) -> Head:
        if what == PLACE:
            place = self.places.get(UUID(key)) if key else None
            return Head(place.name, place.ref, ("place", place.ref), place.ref) if place else Head(_("No place"))
        if what == PERIOD:
            return Head(period_words(key), key, ("period", key) if key else None)
        if not what:
            return Head("")
        return Head(self._word(self.fields[what], key), key, (f"where.{what}", key) if key else None)

    def _word(self, field: Field, key: str) -> str:
        if field.kind == "boolean":
            return _("Yes") if key == "true" else _("No") if key == "false" else _("No figure")
        return pick((field.choices or {}).get(key) or {}) or key or _("No figure")
