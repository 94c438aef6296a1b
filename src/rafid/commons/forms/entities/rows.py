"""The rows of an entity list that a reader sees, by the filters of the address: one selection for table, map and files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rafid.commons.filters import Filters
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may
from rafid.commons.places.finding import ALL, Found, place_asked
from rafid.commons.spreadsheets import disarmed

from ..models import Conflict, Entity, EntityList, Sight
from .csv_file import properties_of
from .keep import may_add
from .seen import facts_of, hidden_properties, name_of, place_of, seen_by
from .versions import LABEL, point_of

EXPORTERS = ("export", "review", "design")
FILTERS = ("q", "place", "organisation", "conflict", "deleted")
MOST_POINTS = 5000
_BLOCK = 500


@dataclass(frozen=True)
class Chosen:
    """``rows``: what the reader sees of the list ``of``, by the filters. ``hidden``: properties that he sees less of."""

    of: EntityList
    rows: QuerySet[Entity]
    hidden: Mapping[str, Sight]
    place: Found
    query: dict[str, str]
    notes: list[str]

    @property
    def properties(self) -> list[str]:
        return [name for name in properties_of(self.of) if self.hidden.get(name) != Sight.NOTHING]

    def seen(self, entity: Entity) -> dict[str, str]:
        return facts_of(entity, self.hidden)

    def name(self, entity: Entity) -> str:
        return name_of(entity, self.hidden)


def list_seen(user: Any, name: str) -> EntityList:
    """Raises Http404."""
    found = EntityList.objects.visible_to(user).filter(name=name).first() if "\x00" not in name else None
    if found is None:
        raise Http404
    return found


def entity_seen(user: Any, name: str, uuid: UUID) -> Entity:
    """Raises Http404. Deleted things are seen by those who may bring them back."""
    entity_list = list_seen(user, name)
    rows = Entity.everything.filter(list=entity_list).visible_to(user).select_related("list", "owner", "place")
    rows = seen_by(rows, user)
    if not may_add(user, entity_list):
        rows = rows.filter(deleted_at=None)
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def chosen(request: HttpRequest, entity_list: EntityList) -> Chosen | HttpResponse:
    """An answer that it returns is a redirect to the place's reference."""
    filters = Filters(request.GET)
    found = place_asked(request, levels=ALL)
    if isinstance(found, HttpResponse):
        return found
    user = request.user
    rows = seen_by(Entity.everything.filter(list=entity_list).visible_to(user), user)
    hidden = hidden_properties(entity_list, user)
    keeps = may_add(user, entity_list)
    deleted = filters.one_of("deleted", _("Deleted"), ["1"], "") if keeps else ""
    rows = rows.filter(deleted_at__isnull=not deleted)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    if text:
        rows = rows.filter(_by_id(text) if LABEL in hidden else Q(label_seen__icontains=text) | _by_id(text))
    if found.place is not None:
        rows = rows.filter(place__lineage__contains=[found.place.pk])
    elif found.said:
        rows = rows.none()
    owners = {one.ref: one for one in Organisation.objects.all()}
    owner = filters.one_of("organisation", _("Organisation"), owners, None)
    if owner is not None:
        rows = rows.filter(owner=owner)
    conflict = filters.one_of("conflict", _("Conflict"), {**dict.fromkeys(Conflict.values), "any": None}.keys(), "")
    if conflict:
        rows = rows.exclude(conflict=Conflict.NONE) if conflict == "any" else rows.filter(conflict=conflict)
    query = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    # The order of labels that are not seen would tell of them.
    order = ["pk"] if LABEL in hidden else ["label_seen", "pk"]
    rows = rows.select_related("owner", "place", "list").order_by(*order)
    return Chosen(entity_list, rows, hidden, found, query, filters.notes)


def _by_id(text: str) -> Q:
    try:
        return Q(uuid=UUID(text))
    except ValueError:
        return Q(pk__in=[])


def may_export(user: Any, entity_list: EntityList) -> bool:
    return any(may(user, action, entity_list.programme) for action in EXPORTERS)


def csv_lines(picked: Chosen, *, safe: bool = False) -> Iterator[bytes]:
    """The table that can be imported again, with whose and where. ``safe``: for spreadsheets, no formula stays one."""
    names = picked.properties
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    if safe:
        buffer.write("\ufeff")
    writer.writerow(["name", "label", "__version", *names, "place", "organisation", "conflict", "changed_at"])
    for count, entity in enumerate(picked.rows.iterator(chunk_size=2000), 1):
        seen = picked.seen(entity)
        row = [
            str(entity.uuid),
            picked.name(entity),
            entity.version,
            *(seen.get(name, "") for name in names),
            place.ref if (place := place_of(entity)) else "",
            entity.owner.ref,
            entity.conflict,
            entity.changed_at.isoformat(timespec="seconds"),
        ]
        writer.writerow([disarmed(value) for value in row] if safe else row)
        if count % _BLOCK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def geojson_lines(picked: Chosen) -> Iterator[bytes]:
    """RFC 7946; a thing whose position this reader does not see has none."""
    yield b'{"type": "FeatureCollection", "features": ['
    before = "\n"
    for entity in picked.rows.iterator(chunk_size=2000):
        yield (before + json.dumps(feature(picked, entity), ensure_ascii=False)).encode()
        before = ",\n"
    yield b"\n]}\n"


def feature(picked: Chosen, entity: Entity) -> dict[str, Any]:
    seen = picked.seen(entity)
    point = point_of(seen)
    return {
        "type": "Feature",
        "id": str(entity.uuid),
        "geometry": {"type": "Point", "coordinates": [round(part, 6) for part in point]} if point else None,
        "properties": {
            "label": picked.name(entity),
            **{name: seen.get(name, "") for name in picked.properties if name != "geometry"},
            "version": entity.version,
            "place": place.ref if (place := place_of(entity)) else None,
            "organisation": entity.owner.ref,
            "conflict": entity.conflict,
        },
    }


def points(picked: Chosen) -> dict[str, Any]:
    """What the map of the page draws: reference and name of each thing with a position."""
    found = []
    for entity in picked.rows[:MOST_POINTS]:
        at = point_of(picked.seen(entity))
        if at is not None:
            names = dict.fromkeys(("name_ar", "name_ckb", "name_en"), picked.name(entity))
            told = {"ref": str(entity.uuid), **names, "conflict": entity.conflict}
            found.append({"type": "Feature", "geometry": {"type": "Point", "coordinates": at}, "properties": told})
    return {"type": "FeatureCollection", "features": found}


def bounds_of(positions: Iterable[tuple[float, float] | None], around: float = 0.05) -> str:
    """West, south, east, north as a map takes it; '' without a position."""
    there = [one for one in positions if one is not None]
    if not there:
        return ""
    longitudes, latitudes = [one[0] for one in there], [one[1] for one in there]
    box = (min(longitudes) - around, min(latitudes) - around, max(longitudes) + around, max(latitudes) + around)
    return ",".join(f"{part:.4f}" for part in box)
