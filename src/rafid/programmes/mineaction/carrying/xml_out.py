"""Records as XML by the same mapping that reads it: what one office writes, the other reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from ..models import Accident, EoreSession, Hazard, Release, ReportType
from .leaving import Leaving
from .mapping import UNITS, FieldMap, Mapping, ReportMap, ShapeMap
from .nodes import Node

MODELS: dict[Any, tuple[str, Any]] = {
    ReportType.HAZARD: ("hazards", Hazard), ReportType.RELEASE: ("releases", Release),
    ReportType.ACCIDENT: ("accidents", Accident), ReportType.EORE: ("eore", EoreSession),
}  # fmt: skip
"""By kind of report: the layer whose rows it is written from."""


def xml(leaving: Leaving, mapping: Mapping) -> Iterator[str]:
    """A record of the file for each row, named by the row's own reference and id."""
    names = mapping.record.split("/")
    yield '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(f"<{name}>" for name in names[:-1])
    yield f"<!-- {escape(leaving.said()).replace('--', '—')} -->\n"
    layers = {layer.code: layer for layer in leaving.layers}
    for report in mapping.reports:
        if report.type not in MODELS or MODELS[report.type][0] not in layers:
            continue
        layer = layers[MODELS[report.type][0]]
        rows = leaving.rows(layer).select_related("place", "organisation", "owner")
        if report.type == ReportType.HAZARD:
            rows = rows.prefetch_related("evidence")
        for row in rows.iterator(chunk_size=500):
            yield _text(record(row, report, names[-1])) + "\n"
    yield "".join(f"</{name}>" for name in reversed(names[:-1]))


def record(row: Any, report: ReportMap, tag: str) -> Node:
    """``row`` as a node that ``reports_in`` reads as the same report."""
    root = Node(tag)
    own = _made(root, report.each)
    identity = {"reference": row.ref, "key": str(row.pk), "object": str(row.pk)}
    for name, paths in (("reference", report.reference), ("key", report.key), ("object", report.object)):
        for path in paths:
            _set(own, path, identity[name])
    if report.operator and (row.organisation or row.owner):
        _set(own, report.operator[0], (row.organisation or row.owner).ref)
    if report.place and row.place:
        _set(own, report.place[0], row.place.ref)
    if report.on.path:
        _set(own, report.on.path[0], _date(row.on, report.on))
    for one in report.fields:
        _field(own, one, getattr(row, one.field, None))
    for part in report.lists:
        for item in getattr(row, part.field).all() if part.field == "evidence" else ():
            below = _made(own, part.each, fresh=True)
            for one in part.fields:
                _field(below, one, getattr(item, one.field, None))
    for name, path in report.links.items():
        linked = getattr(row, f"{name}_id", None)
        if linked:
            _set(own, path, f"{name.title()}_{linked}")
    for shape in report.shapes:
        _shape(own, shape, getattr(row, shape.field, None))
    return root


def _field(node: Node, one: FieldMap, value: Any) -> None:
    if value in (None, "", []) or not one.path:
        return
    back: dict[Any, str] = {}
    for written, code in one.codes.items():
        back.setdefault(code, one.spelled.get(written, written))
    values = value if isinstance(value, list) else [value]
    for each in values:
        if one.codes and each not in back:
            continue
        text = back[each] if one.codes else _plain(each, one)
        if isinstance(value, list):
            _made(node, one.path[0], fresh=True).text = text
        else:
            _set(node, one.path[0], text)


def _plain(value: Any, one: FieldMap) -> str:
    if hasattr(value, "isoformat"):
        return _date(value, one)
    if one.unit and isinstance(value, int | float):
        return f"{value / UNITS[one.unit]:.10g}"
    return str(value)


def _date(value: Any, one: FieldMap) -> str:
    return value.strftime(one.date[0]) if one.date else value.isoformat()


def _shape(node: Node, said: ShapeMap, shape: Any) -> None:
    if shape is None or not said.points:
        return
    parts = list(shape) if shape.geom_type == "MultiPolygon" else [shape]
    number = 0
    for at, part in enumerate(parts, start=1):
        points = [part.coords] if part.geom_type == "Point" else part.exterior_ring.coords[:-1]
        for lon, lat, *_z in points:
            number += 1
            below = _made(node, said.points, fresh=True)
            for path, values in said.only.items():
                _set(
                    below,
                    path,
                    values[1] if number > 1 and len(values) > 1 and part.geom_type != "Point" else values[0],
                )
            if said.group:
                _set(below, said.group, str(at))
            if said.order:
                _set(below, said.order, str(number))
            _set(below, said.x, f"{lon:.9f}")
            _set(below, said.y, f"{lat:.9f}")
            wgs = next((text for text, code in said.crs_codes.items() if code == "EPSG:4326"), "EPSG:4326")
            if said.crs:
                _set(below, said.crs, wgs)


def _made(node: Node, path: str, *, fresh: bool = False) -> Node:
    """The node at ``path``, made where it is missing; ``fresh``: the last one is always a new one."""
    names = [name for name in path.split("/") if name and name != "."]
    for at, name in enumerate(names):
        if name == "..":
            node = node.parent or node
            continue
        found = (
            None if fresh and at == len(names) - 1 else next((one for one in node.children if one.tag == name), None)
        )
        if found is None:
            found = Node(name, node)
            node.children.append(found)
        node = found
    return node


def _set(node: Node, path: str, text: str) -> None:
    above, _slash, last = path.rpartition("/")
    if last.startswith("@"):
        _made(node, above).attributes[last[1:]] = text
    else:
        _made(node, path).text = text


def _text(node: Node) -> str:
    given = "".join(f" {name}={_quoted(value)}" for name, value in node.attributes.items())
    inside = "".join(_text(child) for child in node.children) or escape(_clean(node.text))
    return f"<{node.tag}{given}>{inside}</{node.tag}>"


def _quoted(value: Any) -> str:
    from xml.sax.saxutils import quoteattr

    return quoteattr(_clean(str(value)))


def _clean(text: str) -> str:
    from rafid.commons.spreadsheets import printable

    return printable(str(text))
