"""A mapping as TOML again, after it was edited in a table."""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingType
from typing import Any

from .mapping import FieldMap, Mapping, PersonMap, ReportMap, ShapeMap


def dump(mapping: Mapping) -> str:
    """What :func:`mapping.read` reads as the same mapping. Remarks of the file it came from are not in it."""
    lines = [f"code = {_value(mapping.code)}"]
    lines += _given({"asks": mapping.asks, "never": mapping.never})
    for name, table in (("names", mapping.names), ("about", mapping.about)):
        if table:
            lines += ["", f"[{name}]", *_given(table)]
    source = {"kind": mapping.kind, "record": mapping.record, "system": mapping.system}
    lines += ["", "[source]", *(f"{name} = {_value(value)}" for name, value in source.items())]
    for code, child in mapping.tables.items():
        lines += ["", f"[tables.{_key(code)}]", *_given(child)]
    for report in mapping.reports:
        lines += _report(report)
    for person in mapping.persons:
        lines += _person(person)
    return "\n".join(lines) + "\n"


def _report(report: ReportMap) -> list[str]:
    lines = ["", "[[report]]"]
    lines += _given({"code": report.code, "type": report.type, "each": report.each})
    lines += _given(
        {
            "reference": report.reference, "key": report.key, "object": report.object, "operator": report.operator,
            "place": report.place, "on": {"path": report.on.path, **({"date": report.on.date} if report.on.date else {})},
            "when": report.when, "links": report.links,
        }
    )  # fmt: skip
    for one in report.fields:
        lines += ["", "  [[report.field]]", *_field(one, "  ")]
    for part in report.lists:
        lines += ["", "  [[report.list]]", *_given({"field": part.field, "each": part.each}, "  ")]
        for one in part.fields:
            lines += ["", "    [[report.list.item]]", *_field(one, "    ")]
    for shape in report.shapes:
        lines += ["", "  [[report.shape]]", *_given(_changed(shape), "  ")]
    return lines


def _person(person: PersonMap) -> list[str]:
    lines = ["", "[[person]]"]
    lines += _given(
        {
            "each": person.each, "key": person.key, "name": person.name, "accident": person.accident, "place": person.place,
            "residence": person.residence,
            "on": {"path": person.on.path, **({"date": person.on.date} if person.on.date else {})},
        }
    )  # fmt: skip
    for one in person.fields:
        lines += ["", "  [[person.field]]", *_field(one, "  ")]
    return lines


def _changed(shape: ShapeMap) -> dict[str, Any]:
    plain = ShapeMap()
    given = {name: getattr(shape, name) for name in shape.__dataclass_fields__}
    return {"field": shape.field, **{name: value for name, value in given.items() if value != getattr(plain, name)}}


def _field(one: FieldMap, before: str) -> list[str]:
    codes = {one.spelled.get(value, value): code for value, code in one.codes.items()}
    said: dict[str, Any] = {
        "field": one.field, "path": one.path, "codes": codes,
        "unit": one.unit, "date": one.date, "split": one.split,
    }  # fmt: skip
    if one.fixed is not None:
        said["fixed"] = one.fixed
    if one.lacking != "refuse":
        said["lacking"] = one.lacking
    return _given(said, before)


def _given(said: MappingType[str, Any], before: str = "") -> list[str]:
    return [
        f"{before}{_key(name)} = {_value(value)}" for name, value in said.items() if value not in ("", (), {}, None)
    ]


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, MappingType):
        return "{ " + ", ".join(f"{_value(str(key))} = {_value(one)}" for key, one in value.items()) + " }"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
