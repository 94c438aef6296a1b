"""A mapping file: where in another system's file the fields of our reports stand, and what its values mean here.

TOML. ``[source]`` says how the file is read; each ``[[report]]`` says what becomes a report: ``each`` is the path of the node
that does (below the record, "" is the record itself), all other paths start there, ``..`` leads up. ``[[report.field]]`` maps
one path to one field, ``[report.shape]`` points to a shape, ``[[report.list]]`` nodes to a list such as ``evidence``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, replace
from dataclasses import field as made
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..models import ReportType
from ..reports.content import FIELDS, OTHER_KEYS, PERSONS

SOURCES = ("xml", "table", "layer")
UNITS: dict[str, float] = {
    "m": 1, "cm": 0.01, "km": 1000, "ft": 0.3048, "yd": 0.9144, "m2": 1, "ha": 10_000, "km2": 1_000_000, "dunam": 2500,
}  # fmt: skip
"""To metres and square metres. The dunam of Iraq has 2,500 m²."""
LACKING = ("refuse", "keep")
KEPT = "elsewhere"
"""Key of a report's content under which stays what could not be mapped: nothing is lost."""


class BadMapping(ValueError):
    """The mapping file cannot be used; the sentence says where and what to do."""


@dataclass(frozen=True)
class FieldMap:
    """``path`` is read, the first of several that holds something; ``codes`` value → code; ``unit`` of the file; ``date`` its
    forms (strptime); ``split`` the sign between several values; ``fixed`` a value that needs no path; ``lacking``: what happens
    to a value that ``codes`` has not: refuse the report, or keep the value beside it."""

    field: str
    path: tuple[str, ...] = ()
    codes: MappingType[str, Any] = made(default_factory=dict)
    unit: str = ""
    date: tuple[str, ...] = ()
    split: str = ""
    fixed: Any = None
    lacking: str = "refuse"
    spelled: MappingType[str, str] = made(default_factory=dict, compare=False)
    """The values of ``codes`` as the mapping writes them, by how they are compared: what is exported is written so."""


@dataclass(frozen=True)
class ShapeMap:
    """``points``: path of the nodes that are points ("" where x and y stand in the node itself); ``path``: of a geometry that
    the file holds itself (``@geometry``). ``only`` {path: values} chooses points; ``group`` tells parts, ``order`` their order.
    ``crs``: path of what names the grid, ``crs_codes`` what it means, ``default_crs`` where nothing is said. ``bearing``,
    ``distance``, ``origin`` and ``id``: of points that were measured from others; ``entered_x`` and ``entered_y``: what was
    typed, where x and y were computed from it; ``label``, ``fixed_by``, ``accuracy`` of a point in its field book."""

    field: str = "ground"
    points: str = ""
    path: str = ""
    only: MappingType[str, tuple[str, ...]] = made(default_factory=dict)
    group: str = ""
    order: str = ""
    x: str = ""
    y: str = ""
    crs: str = ""
    crs_codes: MappingType[str, str] = made(default_factory=dict)
    default_crs: str = "EPSG:4326"
    bearing: str = ""
    distance: str = ""
    origin: str = ""
    id: str = ""
    entered_x: str = ""
    entered_y: str = ""
    label: str = ""
    fixed_by: str = ""
    accuracy: str = ""


@dataclass(frozen=True)
class ListMap:
    """Nodes at ``each`` become the items of ``field``."""

    field: str
    each: str
    fields: tuple[FieldMap, ...] = ()


@dataclass(frozen=True)
class ReportMap:
    """One report for each node at ``each``. ``reference``, ``key``: paths joined with “/”; ``links`` field → path of a
    comma-separated text of ``type_number``."""

    code: str
    type: str
    each: str = ""
    reference: tuple[str, ...] = ()
    on: FieldMap = made(default_factory=lambda: FieldMap("on"))
    operator: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    object: tuple[str, ...] = ()
    when: MappingType[str, tuple[str, ...]] = made(default_factory=dict)
    fields: tuple[FieldMap, ...] = ()
    shapes: tuple[ShapeMap, ...] = ()
    lists: tuple[ListMap, ...] = ()
    links: MappingType[str, str] = made(default_factory=dict)


@dataclass(frozen=True)
class PersonMap:
    """Victims at ``each``, for the import behind the door alone. ``name``: paths of up to four parts; ``accident``: of the
    identifier of its accident in the other system."""

    each: str
    key: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    on: FieldMap = made(default_factory=lambda: FieldMap("on"))
    accident: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    residence: tuple[str, ...] = ()
    fields: tuple[FieldMap, ...] = ()


PERSON_FIELDS = ("sex", "born_on", "age", "harm", "injuries", "doing", "tampered", "knew_danger", "had_eore")


@dataclass(frozen=True)
class Mapping:
    """``system`` names the other system in identifiers. ``record``: path of a record in XML, name of the table or layer else.
    ``tables``: child tables, {name: {table, key, parent}}. ``asks``: what the file does not say and a person is asked."""

    code: str
    names: MappingType[str, str]
    kind: str
    system: str
    record: str = ""
    tables: MappingType[str, MappingType[str, str]] = made(default_factory=dict)
    asks: tuple[str, ...] = ()
    about: MappingType[str, str] = made(default_factory=dict)
    never: tuple[str, ...] = ()
    reports: tuple[ReportMap, ...] = ()
    persons: tuple[PersonMap, ...] = ()
    number: int = 0
    text: str = ""


def read(text: str, *, number: int = 0) -> Mapping:
    """Raises ``BadMapping`` with the place and the remedy."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(_("The mapping is no TOML: %(why)s. Correct that line.") % {"why": error}) from error
    try:
        source = said["source"]
        mapping = Mapping(
            code=said["code"], names=said.get("names", {}), about=said.get("about", {}), kind=source["kind"],
            system=source.get("system", said["code"]), record=source.get("record", ""), tables=said.get("tables", {}),
            asks=_texts(said.get("asks", ())), never=_texts(said.get("never", ())),
            reports=tuple(_report(one) for one in said.get("report", ())),
            persons=tuple(_person(one) for one in said.get("person", ())), number=number, text=text,
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise BadMapping(
            _("The mapping lacks %(what)s, or it is of another kind. Write it.") % {"what": error}
        ) from error
    return _judged(mapping)


def _report(said: dict[str, Any]) -> ReportMap:
    on = said.get("on", {})
    return ReportMap(
        code=said.get("code", said["type"]), type=said["type"], each=said.get("each", ""),
        reference=_texts(said.get("reference", ())), key=_texts(said.get("key", ())),
        object=_texts(said.get("object", ())), operator=_texts(said.get("operator", ())), place=_texts(said.get("place", ())),
        on=replace(_field({"field": "on", **({"path": on} if isinstance(on, str | list) else on)})),
        when={path: _texts(values) for path, values in said.get("when", {}).items()},
        fields=tuple(_field(one) for one in said.get("field", ())),
        shapes=tuple(_shape(one) for one in said.get("shape", ())),
        lists=tuple(
            ListMap(one["field"], one["each"], tuple(_field(each) for each in one.get("item", ())))
            for one in said.get("list", ())
        ),
        links=dict(said.get("links", {})),
    )  # fmt: skip


def _person(said: dict[str, Any]) -> PersonMap:
    on = said.get("on", {})
    paths = {name: _texts(said.get(name, ())) for name in ("key", "name", "accident", "place", "residence")}
    return PersonMap(
        each=said["each"], on=_field({"field": "on", **({"path": on} if isinstance(on, str | list) else on)}),
        fields=tuple(_field(one) for one in said.get("field", ())), **paths,
    )  # fmt: skip


def _field(said: dict[str, Any]) -> FieldMap:
    codes = {_folded(value): code for value, code in said.get("codes", {}).items()}
    return FieldMap(
        said["field"], _texts(said.get("path", ())), codes, said.get("unit", ""), _texts(said.get("date", ())),
        said.get("split", ""), said.get("fixed"), said.get("lacking", "refuse"), spellings(said.get("codes", {})),
    )  # fmt: skip


def spellings(values: Iterable[Any]) -> dict[str, str]:
    return {_folded(value): " ".join(str(value).split()) for value in values}


def _shape(said: dict[str, Any]) -> ShapeMap:
    more = {
        "only": {path: _texts(values) for path, values in said.get("only", {}).items()},
        "crs_codes": {_folded(value): code for value, code in said.get("crs_codes", {}).items()},
    }
    return ShapeMap(**{**said, **more})


def _texts(said: Any) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(str(one) for one in said)


@lru_cache(maxsize=8192)
def _folded(value: Any) -> str:
    return " ".join(str(value).split()).casefold()


def folded(value: Any) -> str:
    """How values of a file and of ``codes`` are compared: spacing and case do not count."""
    return _folded(value)


def _judged(mapping: Mapping) -> Mapping:
    if not mapping.code.replace("-", "").replace("_", "").isalnum() or len(mapping.code) > 40:
        raise BadMapping(_("The mapping's code has letters, digits and hyphens, at most 40. Correct it."))
    if mapping.kind not in SOURCES:
        raise BadMapping(
            _("“%(kind)s” is no kind of source. Write one of: %(kinds)s.")
            % {"kind": mapping.kind, "kinds": ", ".join(SOURCES)}
        )
    if not mapping.reports:
        raise BadMapping(_("The mapping makes no report. Write at least one [[report]]."))
    for report in mapping.reports:
        _judge_report(report)
    for person in mapping.persons:
        for one in person.fields:
            if one.field not in PERSON_FIELDS:
                raise BadMapping(
                    _("Report “%(report)s” has no field “%(field)s”. It may set: %(fields)s.")
                    % {"report": person.each, "field": one.field, "fields": ", ".join(PERSON_FIELDS)}
                )
    return mapping


def _judge_report(report: ReportMap) -> None:
    if report.type not in ReportType.values:
        raise BadMapping(
            _("Report “%(report)s”: “%(type)s” is no kind of report. Write one of: %(types)s.")
            % {"report": report.code, "type": report.type, "types": ", ".join(ReportType.values)}
        )
    if not report.reference:
        raise BadMapping(
            _("Report “%(report)s” says nothing of its number. Write the path of it as reference.")
            % {"report": report.code}
        )
    allowed = {*fields_of(report.type), *OTHER_KEYS}
    parts: tuple[FieldMap | ShapeMap | ListMap, ...] = (*report.fields, *report.shapes, *report.lists)
    named = [one.field for one in parts] + list(report.links)
    for name in named:
        if name.lower() in PERSONS:
            raise BadMapping(
                _("Report “%(report)s”: “%(field)s” names a person. Persons never come in a report; take the row out.")
                % {"report": report.code, "field": name}
            )
        if allowed and name not in allowed:
            raise BadMapping(
                _("Report “%(report)s” has no field “%(field)s”. It may set: %(fields)s.")
                % {"report": report.code, "field": name, "fields": ", ".join(sorted(allowed))}
            )
    for one in (report.on, *report.fields, *(each for part in report.lists for each in part.fields)):
        if one.unit and one.unit not in UNITS:
            raise BadMapping(
                _("Field “%(field)s”: “%(unit)s” is no unit that is known here. Write one of: %(units)s.")
                % {"field": one.field, "unit": one.unit, "units": ", ".join(UNITS)}
            )
        if one.lacking not in LACKING:
            raise BadMapping(_("Field “%(field)s”: lacking is “refuse” or “keep”.") % {"field": one.field})


def fields_of(type: str) -> tuple[str, ...]:
    """What a report of this kind may set; empty where anything may stand in it."""
    return FIELDS[type][1] if type in FIELDS else ()


NORTHS = {
    "magnetic": gettext_noop("Magnetic"), "true": gettext_noop("True"), "grid": gettext_noop("Grid"),
    "unknown": gettext_noop("Nobody knows"),
}  # fmt: skip
