"""The values that a map shows, frozen as JSON: from a released version, or from the figures of an indicator.

A layer becomes ``{"title", "unit", "counts", "decimals", "period", "on", "level", "shape", "values", "sources", …}``; each of
``values`` is ``[key, place, value, flag]``. ``value`` is None where there is none; ``flag`` is ``*`` where it is withheld,
``barred`` where the country says that it must not be computed. ``shape`` says what lies there: ``places`` (borders in force
on the day ``on``), ``rows`` (the version's own geometry).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext as _

from rafid.commons.indicators import disaggregation
from rafid.commons.indicators.figures import BARRED, Reader, is_demonstration
from rafid.commons.indicators.formula import Atom
from rafid.commons.indicators.periods import in_order, is_period, span
from rafid.commons.indicators.queries import periods as periods_there
from rafid.commons.people.visibility import holder
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place, PlaceVersion
from rafid.commons.places.queries import inside, places_at
from rafid.commons.programme import LANGUAGES, PARTNER, PUBLIC, RESTRICTED

from ..catalogue.fields import FLAG
from ..catalogue.finding import OUT, dataset_seen, version_seen
from ..models import Dataset, DatasetVersion, VersionState
from ..release.cells import TOTALS
from ..released_table import ReleasedTable
from ..tables import Filters, NoSuchFilter
from .body import LEVELS, OUTLINE, POINTS, SYMBOLS, Body, Layer

MOST_SHAPES = 20_000
"""Points or areas that one page can still show as marks of their own."""
_NOT_DIMENSIONS = ("period", "level", "code", "place", "area")
WITHHELD, BARRED_FLAG = "*", "barred"


def version_of(layer: Layer) -> DatasetVersion | None:
    """The version that a layer means: its own number, else the newest that is out, the most public one first."""
    dataset = Dataset.objects.filter(code=layer.dataset, state="published").first()
    if dataset is None:
        return None
    if layer.version:
        return dataset.versions.filter(number=layer.version, state__in=OUT).first()
    return dataset.versions.filter(state=VersionState.PUBLISHED).order_by("sensitivity", "-number").first()


def map_figures(body: Body, period: str, user: Any) -> dict[str, Any]:
    """``{"layers": […], "places": {ref: {"ar", "ckb", "en", "pcode"}}}``. Raises ``ValidationError``: it cannot be shown so."""
    names: dict[str, dict[str, str]] = {}
    layers = []
    for at, layer in enumerate(body.layers, 1):
        try:
            found = _of_indicator(layer, period, user) if layer.is_indicator else _of_dataset(layer, body, period, user)
            _with_all_places(found, layer, body, names)
            if layer.style.kind == SYMBOLS and any((value or 0) < 0 for _key, _ref, value, _flag in found["values"]):
                raise ValidationError(_("A circle cannot show a value below zero. Choose classes instead."))
        except ValidationError as refused:
            said = [_("Layer %(at)d: %(why)s") % {"at": at, "why": why} for why in refused.messages]
            raise ValidationError(said) from refused
        layers.append(found)
    return {
        "layers": layers, "places": names, "sensitivity": max((one.pop("sensitivity") for one in layers), default=PUBLIC),
        "demonstration": any(one["demonstration"] for one in layers),
    }  # fmt: skip


def _of_dataset(layer: Layer, body: Body, period: str, user: Any) -> dict[str, Any]:
    version = version_of(layer)
    try:
        if version is None:
            raise LookupError(layer.dataset)
        version_seen(dataset_seen(layer.dataset, user), version.number, user)
    except LookupError as gone:
        raise ValidationError(_("There is no released version of %s that you may use.") % layer.dataset[:80]) from gone
    fields = {one["name"]: one for one in version.fields}
    shown = fields.get(layer.field) if layer.field else None
    if layer.field and shown is None:
        raise ValidationError(_("The dataset has no field %s.") % layer.field[:60])
    if shown is None and layer.style.kind not in (POINTS, OUTLINE):
        raise ValidationError(_("Choose the field that the map shows."))
    if shown is not None and shown["kind"] not in ("number", "integer"):
        raise ValidationError(_("The field %s holds no numbers.") % layer.field)
    rows, chosen = _rows(version, layer, body, period, fields)
    found = _described(version, layer, shown, chosen)
    found["shape"] = "rows" if rows and all(own for *_row, own in rows) else "places"
    if found["shape"] == "places":
        rows = _one_a_place(rows, fields, layer, found)
    refs = dict(Place.objects.filter(pk__in={row[2] for row in rows if row[2]}).values_list("pk", "ref"))
    found["values"] = [
        [
            key if found["shape"] == "rows" else refs.get(place, ""),
            refs.get(place, ""),
            _number(values.get(layer.field)) if shown else None,
            str(values.get(layer.field + FLAG) or "") if shown else "",
        ]
        for key, values, place, _own in rows
    ]
    found["decimals"] = _decimals(found)
    return found


def _rows(
    version: DatasetVersion, layer: Layer, body: Body, period: str, fields: Mapping[str, Any]
) -> tuple[list[tuple[str, dict[str, Any], UUID | None, bool]], str]:
    """Key, values, place and "has a geometry of its own" of each row that the layer shows; and the period chosen."""
    place = _place(layer.place)
    chosen = layer.period or (period if version.first_period else "") or version.last_period
    try:
        box = body.bbox if version.bounds else None
        table = ReleasedTable(version, Filters(place=place, periods=frozenset({chosen} if chosen else ()), bbox=box))
    except NoSuchFilter as nothing:
        raise ValidationError(_("The dataset cannot be filtered by %s.") % nothing.name) from nothing
    rows = table.rows
    for name, value in layer.where.items():
        if name not in fields:
            raise ValidationError(_("The dataset has no field %s.") % name[:60])
        rows = rows.filter(**{f"values__{name}": value})
    if layer.level:
        rows = rows.filter(place__level=LEVELS[layer.level])
    count = rows.count()
    if count == 0 and box and ReleasedTable(version, Filters(place=place, periods=table.filters.periods)).rows.exists():
        raise ValidationError(_("Nothing of this layer lies in the extent of the map."))
    if count == 0:
        there = " – ".join(dict.fromkeys(filter(None, (version.first_period, version.last_period))))
        said = _("No row of the dataset fits this filter.")
        raise ValidationError(f"{said} {_('It has figures of %s.') % there}" if there else said)
    if count > MOST_SHAPES:
        raise ValidationError(
            _("The layer has %(count)s rows; a page shows at most %(most)s marks. Choose a place, or counts by area.")
            % {"count": f"{count:,}", "most": f"{MOST_SHAPES:,}"}
        )
    found = rows.values_list("key", "values", "place_id", "geometry")
    return [(key, values, at, geometry is not None) for key, values, at, geometry in found], chosen


def _place(ref: str) -> Place | None:
    if not ref:
        return None
    found = Place.objects.filter(ref=ref).first()
    if found is None:
        raise ValidationError(_("There is no place %s.") % ref[:40])
    return found


def _one_a_place(
    rows: list[tuple[str, dict[str, Any], UUID | None, bool]], fields: Mapping[str, Any], layer: Layer,
    found: dict[str, Any],
) -> list[tuple[str, dict[str, Any], UUID | None, bool]]:  # fmt: skip
    """Totals where nothing else was asked; the level that has most places. Two rows of one place are an open question."""
    rows = [row for row in rows if row[2]]
    if not rows:
        raise ValidationError(_("The rows lie nowhere: the dataset has neither places nor positions."))
    open_to = [
        name for name, one in fields.items()
        if one["kind"] in ("text", "choice", "boolean") and name not in layer.where and name not in _NOT_DIMENSIONS
        and not name.startswith("name") and not name.endswith(FLAG) and name != layer.field
    ]  # fmt: skip
    for name in open_to:
        if any(times > 1 for times in Counter(row[2] for row in rows).values()):
            totals = [row for row in rows if str(row[1].get(name) or "") in TOTALS]
            rows = totals or rows
    levels = dict(Place.objects.filter(pk__in={row[2] for row in rows}).values_list("pk", "level"))
    level = Counter(levels[row[2]] for row in rows if row[2] in levels).most_common(1)[0][0]
    rows = [row for row in rows if row[2] is not None and levels.get(row[2]) == level]
    found["level"] = level
    twice = [pk for pk, times in Counter(row[2] for row in rows).items() if times > 1]
    if twice:
        differing = [
            name for name in open_to
            if len({str(row[1].get(name)) for row in rows if row[2] == twice[0]}) > 1
        ]  # fmt: skip
        raise ValidationError(
            _("A place has several rows. Choose one value of: %s.") % (", ".join(differing[:5]) or _("the period"))
        )
    return rows


def _described(version: DatasetVersion, layer: Layer, shown: Any, chosen: str) -> dict[str, Any]:
    dataset = version.dataset
    attribution = {code: str(dataset.attribution.get(code) or dataset.names.get(code) or "") for code in LANGUAGES}
    counts = bool(shown) and (shown["kind"] == "integer" or shown.get("role") == "sensitive")
    title = dict((shown or {}).get("names") or {}) or dataset.names
    if shown and not any(title.values()):
        title = dict.fromkeys(LANGUAGES, layer.field.replace("_", " "))
    return {
        "title": {code: str(title.get(code) or title.get("en") or "") for code in LANGUAGES},
        "of": dataset.names,
        "unit": _unit(str((shown or {}).get("unit") or "")),
        "counts": counts,
        "period": chosen,
        "on": _day(chosen).isoformat(),
        "where": dict(layer.where),
        "dataset": dataset.code,
        "version": version.number,
        "sources": [
            {"text": attribution, "as_of": _dated(version), "licence": dataset.licence, "version": version.number}
        ],
        "provisional": version.provisional,
        "demonstration": dataset.demonstration,
        "share_present": version.share_present,
        "sensitivity": version.sensitivity,
    }


def _dated(version: DatasetVersion) -> str:
    when = version.published_at or version.made_at
    return timezone.localtime(when).date().isoformat()


def _of_indicator(layer: Layer, period: str, user: Any) -> dict[str, Any]:
    reader = Reader(user)
    indicator = reader.indicators.get(layer.indicator)
    if indicator is None:
        raise ValidationError(_("There is no indicator %s that you may use.") % layer.indicator[:80])
    try:
        by = disaggregation.join(disaggregation.split(layer.by)) if layer.by else ""
    except ValueError as wrong:
        raise ValidationError(_("%s is no disaggregation.") % layer.by[:80]) from wrong
    chosen = layer.period or period
    if not chosen:
        there = periods_there(reader, [layer.indicator])
        if not there:
            raise ValidationError(_("The indicator has no figures yet."))
        chosen = there[0]
    if not is_period(chosen):
        raise ValidationError(_("Write the period as 2026, 2026Q1 or 202609."))
    board = reader.board(chosen, [Atom(layer.indicator, by)])
    level = LEVELS[layer.level] if layer.level else Level.GOVERNORATE
    figures = board.of(layer.indicator, by)
    within = _place(layer.place)
    values: list[list[Any]] = []
    shown = []
    for area in board.places.at(level, None if level < Level.DISTRICT else country().division):
        if within is not None and within.pk not in {one.id for one in board.places.path(area.id)}:
            continue
        figure = figures.get(area.id)
        if figure is None:
            continue
        shown.append(area.id)
        barred = figure.basis == BARRED
        value = None if barred else _number(figure.value)
        values.append([area.ref, area.ref, value, BARRED_FLAG if barred else "" if value is not None else WITHHELD])
    if not values:
        raise ValidationError(_("The indicator has no figures of %s at this level.") % chosen)
    sources = [
        {"text": dict.fromkeys(LANGUAGES, text), "as_of": as_of, "licence": "", "version": None}
        for text, as_of in board.sources(shown)
    ]
    found = {
        "title": indicator.names, "of": {}, "unit": _unit(indicator.unit), "counts": indicator.counts,
        "period": chosen, "on": min(span(chosen).end, timezone.localdate()).isoformat(), "where": {}, "by": by,
        "indicator": layer.indicator, "indicator_version": indicator.version, "level": int(level), "shape": "places",
        "values": values, "sources": sources,
        "provisional": any(one.provisional for pk in shown if (one := figures.get(pk))),
        "demonstration": any(is_demonstration(one["text"]["en"]) for one in sources),
        "share_present": None, "sensitivity": _reach(user, chosen, Atom(layer.indicator, by), level),
    }  # fmt: skip
    found["decimals"] = _decimals(found)
    return found


def _reach(user: Any, period: str, atom: Atom, level: int) -> int:
    """Who sees the same figures: everybody, partners, or fewer."""

    def told(reader: Reader) -> dict[UUID, float | None]:
        board = reader.board(period, [atom])
        areas = {area.id for area in board.places.at(level)}
        return {pk: figure.value for pk, figure in board.of(atom.code, atom.by).items() if pk in areas}

    mine = told(Reader(user))
    for sensitivity, other in ((PUBLIC, AnonymousUser()), (PARTNER, holder("platform.author"))):
        if told(Reader(other)) == mine:
            return sensitivity
    return RESTRICTED


def _unit(unit: str) -> dict[str, str]:
    """Units are words of the catalogue: each language's own."""
    said = {}
    for code in LANGUAGES:
        with override(code):
            said[code] = gettext(unit) if unit else ""
    return said


def _with_all_places(found: dict[str, Any], layer: Layer, body: Body, names: dict[str, dict[str, str]]) -> None:
    """Places without a row are missing figures; each place's names are frozen with the figures."""
    refs = {ref for _key, ref, *_rest in found["values"] if ref}
    if found["shape"] == "places":
        on = date.fromisoformat(found["on"])
        within = _place(layer.place)
        there = places_at(on, level=found["level"], division=_division(refs), within=within)
        if layer.style.kind not in (POINTS, SYMBOLS):
            there = there.filter(geometry__isnull=False)
            if not there.exists():
                raise ValidationError(
                    _("No borders are known at this level. Choose circles or governorates, or import boundaries.")
                )
        for ref in there.values_list("place__ref", flat=True):
            if ref not in refs:
                found["values"].append([ref, ref, None, ""])
                refs.add(ref)
        refs = _in_extent(refs, body, on)
        found["values"] = sorted((one for one in found["values"] if one[1] in refs), key=lambda one: one[0])
    elif body.places:
        refs = _in_extent(refs, body, date.fromisoformat(found["on"]))
        found["values"] = [one for one in found["values"] if one[1] in refs]
    if not found["values"]:
        raise ValidationError(_("Nothing of this layer lies in the extent of the map."))
    for place in Place.objects.filter(ref__in=refs - set(names)):
        names[place.ref] = {**place.names, "pcode": place.pcode or ""}


def _in_extent(refs: set[str], body: Body, on: date) -> set[str]:
    """The places that the page shows: a legend counts nothing that lies beyond it."""
    if body.places:
        chosen = list(Place.objects.filter(ref__in=body.places))
        if not chosen:
            raise ValidationError(_("There is no place %s.") % ", ".join(body.places)[:80])
        # What lay in it on the day that is shown: a district that has moved since stays where its figure was counted.
        there = PlaceVersion.objects.filter(valid__contains=on, place__ref__in=refs)
        within = reduce(or_, (inside(place, on) for place in chosen))
        refs = set(there.filter(within).values_list("place__ref", flat=True))
    if body.bbox is not None:
        there = PlaceVersion.objects.filter(touching(body.bbox), place__ref__in=refs, valid__contains=on)
        refs = set(there.values_list("place__ref", flat=True))
    return refs


def touching(box: tuple[float, float, float, float]) -> Q:
    """Rough outlines count here, too: they are what is drawn."""
    frame = Polygon.from_bbox(box)
    frame.srid = 4326
    return Q(geometry__intersects=frame) | Q(geometry=None, place__point__within=frame)


def _division(refs: Iterable[str]) -> str:
    found = Counter(Place.objects.filter(ref__in=list(refs)).values_list("division", flat=True))
    return found.most_common(1)[0][0] if found else country().division


def _day(period: str) -> date:
    today = timezone.localdate()
    return min(span(period).end, today) if is_period(period) else today


def _number(value: Any) -> float | int | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else round(number, 9)


def _decimals(found: Mapping[str, Any]) -> int:
    """As many as tell the values apart, no more."""
    known = [float(value) for _key, _ref, value, _flag in found["values"] if value is not None]
    if found["counts"] or all(value.is_integer() for value in known):
        return 0
    largest = max(map(abs, known))
    return 1 if largest >= 10 else 2 if largest >= 1 else 3


def periods_of_version(version: DatasetVersion) -> list[str]:
    """The newest first."""
    found = version.released.exclude(period="").order_by().values_list("period", flat=True).distinct()
    return sorted(filter(is_period, found), key=in_order, reverse=True)
