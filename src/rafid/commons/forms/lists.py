"""Lists that a form reads from beside it, for judging answers against them: CSV and GeoJSON files, and entity lists."""

from __future__ import annotations

import csv
import functools
import io
import json
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Sum

from rafid.commons import blobs
from rafid.methods.xforms import Form, Node, table_tree

from .entities.views_of_registers import Thing, things_of_view, view_stamp
from .models import Entity, EntityList, EntitySource, FormFile

log = logging.getLogger("rafid.forms")

_MOST_ROWS = 200_000


def lists_of(version: UUID) -> dict[str, Node]:
    """List's name (the file's, without ending) → its tree. Files of a published version do not change: read once a process.

    Of an entity list all things are there, also deleted ones: what a phone had when it was filled is no longer known.
    """
    found: dict[str, Node] = {}
    files = FormFile.objects.filter(version=version, kind__in=["csv", "geojson", "dataset"]).select_related(
        "entity_list"
    )
    for file in files:
        name = file.name.rpartition(".")[0] or file.name
        if file.entity_list is not None:
            found[name] = entity_tree(file.entity_list)
        elif file.sha256:
            try:
                found[name] = _tree(file.sha256, file.kind)
            except (OSError, csv.Error, ValueError, TypeError, AttributeError, RecursionError) as error:
                # Nothing that is sent is lost for it: what looks into this list is told as not judged.
                log.error("the list %s of the form's version %s cannot be read: %s", file.name, version, error)
    return found


def entity_lists_of(version: UUID) -> frozenset[str]:
    """Names of those lists that change from day to day."""
    names = FormFile.objects.filter(version=version, entity_list__isnull=False).values_list("name", flat=True)
    return frozenset(name.removesuffix(".csv") for name in names)


def reads_a_changing_list(made: Form, path: str, names: frozenset[str]) -> bool:
    """Does the calculation or the filter of this question look into one of these lists? The phone's copy may have been older,
    so that what would be found against today's list says nothing."""
    shape = made.shape_at(path)
    if shape is None or shape.field is None:
        return False
    asked = shape.field.itemset.nodeset if shape.field.itemset is not None else ""
    text = f"{shape.field.calculate or ''} {asked}"
    return any(f"'{name}'" in text or f'"{name}"' in text for name in names)


@functools.lru_cache(maxsize=32)
def _tree(sha256: str, kind: str) -> Node:
    data = blobs.read(sha256)
    return table_tree(_features(data) if kind == "geojson" else _rows(data))


def _rows(data: bytes) -> Iterator[dict[str, str]]:
    text = data.decode("utf-8-sig", "replace").replace("\0", "")
    for number, row in enumerate(csv.DictReader(io.StringIO(text, newline=""))):
        if number >= _MOST_ROWS:
            break
        yield {name: value for name, value in row.items() if name and isinstance(value, str)}


def _features(data: bytes) -> Iterator[dict[str, str]]:
    """As Collect reads them: the feature's id and properties as columns, ``geometry`` as ODK writes points, lines and areas."""
    try:
        features = json.loads(data.decode("utf-8-sig", "replace"))["features"]
    except (ValueError, KeyError, TypeError):
        return
    for feature in features[:_MOST_ROWS]:
        if not isinstance(feature, dict):
            continue
        row = {"geometry": _geometry(feature.get("geometry"))}
        if feature.get("id") is not None:
            row["id"] = _text(feature["id"])
        row.update({str(name): _text(value) for name, value in (feature.get("properties") or {}).items()})
        yield row


def _geometry(geometry: Any) -> str:
    if not isinstance(geometry, Mapping):
        return ""
    at = geometry.get("coordinates")
    try:
        if geometry.get("type") == "Point":
            return _position(at)
        if geometry.get("type") == "LineString":
            return "; ".join(_position(point) for point in at or ())
        if geometry.get("type") == "Polygon":
            return "; ".join(_position(point) for point in (at or [[]])[0])
    except (TypeError, ValueError, IndexError):
        return ""
    return ""


def _position(point: Any) -> str:
    longitude, latitude = point[0], point[1]
    return f"{_text(latitude)} {_text(longitude)} 0 0"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_entity_trees: dict[UUID, tuple[tuple[Any, ...], Node]] = {}
_building = threading.Lock()


def entity_tree(entity_list: EntityList) -> Node:
    """The whole list, made anew when something in it changed."""
    own = entity_list.source == EntitySource.OWN
    rows = Entity.everything.filter(list=entity_list)
    if own:
        totals = rows.aggregate(n=Count("pk"), last=Max("changed_at"), sum=Sum("version"))
        stamp = (totals["n"], totals["last"], totals["sum"], *entity_list.properties)
    else:
        stamp = (json.dumps(entity_list.view, sort_keys=True), *view_stamp(entity_list))
    known = _entity_trees.get(entity_list.pk)
    if known is not None and known[0] == stamp:
        return known[1]
    things: Iterable[Thing] = things_of_view(entity_list, None)
    if own:
        kept = rows.order_by("pk").values_list("uuid", "label", "version", "data")
        things = (Thing(*values) for values in kept.iterator())
    empty = dict.fromkeys(entity_list.properties, "")
    tree = table_tree(
        {**empty, **thing.data, "name": str(thing.uuid), "label": thing.label, "__version": str(thing.version)}
        for thing in things
    )
    with _building:
        if len(_entity_trees) > 32:
            _entity_trees.clear()
        _entity_trees[entity_list.pk] = (stamp, tree)
    return tree
