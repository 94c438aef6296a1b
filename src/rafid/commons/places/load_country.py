"""The country pack into the database: places, what they were when, how divisions lie to each other, towns."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from django.db import transaction
from django.utils import timezone

from rafid.commons.history import because
from rafid.commons.identity import uuid7

from .country import Country
from .models import Place, PlaceLink, PlaceVersion, search_text
from .models.place import Level
from .overviews import refresh
from .timeline import Change, Span, change, joined, spans_of, write

SETTLEMENTS = "settlement"
"""The division of towns and villages: they lie in districts, they do not cut the country up."""


@dataclass(frozen=True)
class Loaded:
    """What a loading did: places of the pack, how many of them were new or changed, and the rows beside them."""

    places: int
    made: int
    changed: int
    versions: Change
    links: int


def _number(text: str, factor: float = 1.0) -> float | None:
    return round(float(text) * factor, 1) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _point(row: Mapping[str, str]) -> Point | None:
    return Point(float(row["lon"]), float(row["lat"]), srid=4326) if row["lon"] and row["lat"] else None


def _named(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name_ar": row["name_ar"],
        "name_ckb": row["name_ckb"],
        "name_en": row["name_en"],
        "other_names": [name for name in row["other_names"].split("|") if name],
        "point": _point(row),
        "source": row["source"],
        "as_of": row["as_of"],
    }


@dataclass(frozen=True)
class Row:
    """One place of the pack: its fields, the parents it had with their days and sources, and its days."""

    ref: str
    parent: str
    fields: dict[str, Any]
    lower: date | None = None
    upper: date | None = None


def rows_of(pack: Country) -> list[Row]:
    """All places of the pack, parents before children."""
    rows = []
    for row in pack.table("places.csv"):
        fields = {
            **_named(row),
            "division": row["division"],
            "level": int(row["level"]),
            "pcode": row["pcode"] or None,
            "iso_3166_2": row["iso_3166_2"],
            "hasc": row["hasc"],
            "area_m2": _number(row["area_km2"], 1e6),
            "region": row["region"],
            "note": row["name_note"],
        }
        rows.append(Row(row["ref"], row["parent_ref"], fields, _day(row["valid_from"]), _day(row["valid_until"])))
    for row in pack.table("census_districts.csv"):
        fields = {
            **_named(row),
            "division": pack.divisions[1].code,
            "level": Level.DISTRICT,
            "code": row["cosit_code"],
            "note": row["name_note"],
        }
        rows.append(Row(row["ref"], row["parent_ref"], fields))
    for row in pack.table("cities.csv"):
        fields = {**_named(row), "division": SETTLEMENTS, "level": Level.SETTLEMENT, "note": row["note"]}
        rows.append(Row(f"GN-{row['geonameid']}", row["parent_ref"], fields))
    return sorted(rows, key=lambda row: row.fields["level"])


def load_country(pack: Country) -> Loaded:
    """Brings the places to what the pack says; twice does nothing more than once. Imported borders stay.

    Raises ``KeyError`` for a parent or a link that the pack does not hold.
    """
    rows = rows_of(pack)
    moved: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in pack.table("parents.csv"):
        moved[row["ref"]].append(row)
    with transaction.atomic(), because(f"Country pack: {pack.pack}"):
        ids, made, changed = _places(rows, moved)
        versions = _versions(rows, ids, moved, _outlines(pack))
        links = _links(pack, ids)
        if versions:
            refresh()
    return Loaded(len(rows), made, changed, versions, links)


def _parent_today(row: Row, moved: Mapping[str, list[dict[str, str]]]) -> str:
    today = timezone.localdate()
    for step in moved.get(row.ref, ()):
        if Span(_day(step["valid_from"]), _day(step["valid_until"])).holds(today):
            return step["parent_ref"]
    return row.parent


def _same(held: Any, wanted: Any) -> bool:
    if isinstance(held, Point) and isinstance(wanted, Point):
        return held.coords == wanted.coords
    return bool(held == wanted)


def _places(rows: Iterable[Row], moved: Mapping[str, list[dict[str, str]]]) -> tuple[dict[str, UUID], int, int]:
    held = {place.ref: place for place in Place.objects.filter(ref__in=[row.ref for row in rows])}
    measured = set(
        PlaceVersion.objects.filter(valid__contains=timezone.localdate(), geometry__isnull=False, generalised=False)
        .values_list("place__ref", flat=True)
        .order_by()
    )
    ids = {ref: place.pk for ref, place in held.items()}
    new: dict[int, list[Place]] = defaultdict(list)
    differ: list[Place] = []
    touched: set[str] = set()
    for row in rows:
        parent = _parent_today(row, moved)
        fields = {**row.fields, "parent_id": ids[parent] if parent else None}
        if row.ref in measured:
            fields.pop("area_m2", None)  # that of the imported borders is better
        place = held.get(row.ref)
        if place is None:
            ids[row.ref] = uuid7()
            new[fields["level"]].append(Place(id=ids[row.ref], ref=row.ref, **fields))
        elif place.search != search_text(place) or any(
            not _same(getattr(place, name), value) for name, value in fields.items()
        ):
            for name, value in fields.items():
                setattr(place, name, value)
            differ.append(place)
            touched |= fields.keys()
    for place in (*differ, *(one for some in new.values() for one in some)):
        place.search = search_text(place)
    touched.add("search")
    for level in sorted(new):  # the trigger that writes the lineage reads the parent's
        Place.objects.bulk_create(new[level])
    if differ:
        Place.objects.bulk_update(differ, sorted(touched), batch_size=200)
    return ids, sum(map(len, new.values())), len(differ)


@dataclass(frozen=True)
class Outline:
    geometry: GEOSGeometry
    source: str
    as_of: str


def _outlines(pack: Country) -> dict[str, Outline]:
    content = pack.geojson("outlines.geojson")
    found = {}
    for feature in content["features"]:
        shape = GEOSGeometry(json.dumps(feature["geometry"]), srid=4326)
        if isinstance(shape, Polygon):
            shape = MultiPolygon(shape, srid=4326)
        found[feature["properties"]["ref"]] = Outline(shape, content["source"], content["as_of"])
    return found


def _versions(
    rows: Iterable[Row],
    ids: Mapping[str, UUID],
    moved: Mapping[str, list[dict[str, str]]],
    outlines: Mapping[str, Outline],
) -> Change:
    versions = list(PlaceVersion.objects.filter(place_id__in=list(ids.values())))
    held: dict[UUID, list[PlaceVersion]] = defaultdict(list)
    for version in versions:
        held[version.place_id].append(version)
    wanted = {}
    for row in rows:
        spans = _between(spans_of(held[ids[row.ref]]), row.lower, row.upper)
        steps = moved.get(row.ref) or [{"parent_ref": row.parent, "source": row.fields["source"]}]
        for step in steps:
            lower, upper = _day(step.get("valid_from", "")) or row.lower, _day(step.get("valid_until", "")) or row.upper
            spans = change(
                spans,
                lower,
                upper,
                parent_id=ids[step["parent_ref"]] if step["parent_ref"] else None,
                **{name: row.fields[name] for name in ("name_ar", "name_ckb", "name_en")},
            )
            spans = [
                _drawn(span, row, step["source"], outlines.get(row.ref)) if _inside(span, lower, upper) else span
                for span in spans
            ]
        wanted[ids[row.ref]] = joined(spans)
    return write(wanted, versions)


def _between(spans: list[Span], lower: date | None, upper: date | None) -> list[Span]:
    """The spans cut and stretched to these days; one empty span where there was none."""
    kept = [
        span
        for span in spans
        if not (lower and span.upper and span.upper <= lower) and not (upper and span.lower and span.lower >= upper)
    ] or [Span(lower, upper)]
    kept[0] = dataclasses.replace(kept[0], lower=lower)
    kept[-1] = dataclasses.replace(kept[-1], upper=upper)
    return kept


def _inside(span: Span, lower: date | None, upper: date | None) -> bool:
    return (lower is None or (span.lower is not None and span.lower >= lower)) and (
        upper is None or (span.upper is not None and span.upper <= upper)
    )


def _drawn(span: Span, row: Row, source: str, outline: Outline | None) -> Span:
    """The rough outline where no borders were imported; ``source`` is that of its parent."""
    if span.imported:
        return span
    if outline is None:
        return dataclasses.replace(span, geometry=None, generalised=False, source=source, as_of=row.fields["as_of"])
    return dataclasses.replace(
        span,
        geometry=outline.geometry,
        generalised=True,
        source=f"{source}; outline: {outline.source}",
        as_of=row.fields["as_of"],
    )


def _links(pack: Country, ids: Mapping[str, UUID]) -> int:
    held = {(link.place_id, link.other_id): link for link in PlaceLink.objects.all()}
    wanted: dict[tuple[UUID, UUID | None], PlaceLink] = {}
    for row in pack.table("census_districts.csv"):
        key = (ids[row["ref"]], ids[row["linked_ref"]] if row["linked_ref"] else None)
        wanted[key] = PlaceLink(
            place_id=key[0], other_id=key[1], confidence=row["link_confidence"], source=row["source"]
        )
    stale = [
        link.pk
        for key, link in held.items()
        if key not in wanted or (link.confidence, link.source) != (wanted[key].confidence, wanted[key].source)
    ]
    if stale:
        PlaceLink.objects.filter(pk__in=stale).delete()
    new = [link for key, link in wanted.items() if key not in held or held[key].pk in stale]
    PlaceLink.objects.bulk_create(new)
    return len(new)
