"""One record of a file as reports of ours: what became what, what is kept beside it, and what did not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_noop

from ..models import ReportType
from ..people.labels import Audience, disagree
from ..people.labels import read as read_audience
from ..reports.content import FIELDS, PERSONS
from .mapping import KEPT, UNITS, FieldMap, Mapping, ReportMap, folded
from .nodes import Node
from .refused import Unfit, in_three
from .shapes import _ARABIC, draw

DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d")
"""Tried in this order where the mapping says nothing; day before month, as dates are written here."""
MOST_KEPT = 60
AFTER_TODAY = gettext_noop("The date of information lies after today. Correct it: what is reported has happened.")
LISTS = {"device_categories", "blocked", "criteria_met", "assets", "landmark", "hazards"}
WITH_SHEETS = (ReportType.HAZARD, ReportType.SURVEY, ReportType.RELEASE)
"""Reports whose field books are accepted with them."""
AUDIENCE = {
    "men": ("male", "adult"), "women": ("female", "adult"), "boys": ("male", "child"), "girls": ("female", "child"),
    "with_disability": ("", "", True),
}  # fmt: skip
LINK = re.compile(r"^\s*(?P<type>[A-Za-z][A-Za-z ]*?)[_\s-]+(?P<number>.+?)\s*$")


@dataclass
class Carried:
    """A report as it would be received. ``says``: (path, as written, field, as understood); ``problems`` keep it out,
    ``remarks`` do not; all sentences in three languages."""

    reference: str = ""
    type: str = ""
    on: str = ""
    operator: str = ""
    place: str = ""
    key: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    says: list[tuple[str, str, str, str]] = field(default_factory=list)
    problems: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    remarks: list[dict[str, str]] = field(default_factory=list)
    sheets: list[dict[str, Any]] = field(default_factory=list)
    """Its points as they were entered (``sheets``)."""

    def unfit(self, column: str, error: Unfit) -> None:
        self.problems.setdefault(column, []).append(error.said)


def reports_in(node: Node, mapping: Mapping, answers: dict[str, str]) -> Iterator[Carried]:
    """Every report that this record makes. A record that makes none gives one that says so."""
    some = False
    left_out = _persons_left_out(node, mapping)
    for said in mapping.reports:
        for one in node.nodes(said.each):
            if all(
                folded(one.first(path)) in {folded(value) for value in values} for path, values in said.when.items()
            ):
                some = True
                made = _report(one, said, mapping, answers)
                made.remarks += left_out
                left_out = []
                yield made
    if not some:
        nothing = Carried(reference=next(iter(text for _path, text in node.leaves()), ""), type=ReportType.OTHER)
        if left_out:
            nothing.problems[""] = left_out
        else:
            nothing.unfit("", Unfit(NOTHING))
        yield nothing


NOTHING = gettext_noop("Nothing of this record is mapped to a report. Add a [[report]] for it.")
PEOPLE = ("victim", "victimassistance")
"""Elements of persons whom somebody looks after: they are counted, and nothing of them is read."""


def _persons_left_out(node: Node, mapping: Mapping) -> list[dict[str, str]]:
    never = {folded(one) for one in mapping.never}
    count = sum(len(node.nodes(one)) + len(node.nodes(f"Accident/{one}")) for one in PEOPLE if one in never)
    if not count:
        return []
    return [
        in_three(
            gettext_noop(
                "Persons left out of this record: %(count)s. Persons never come in with reports; whoever looks after victims"
                " brings them in behind their own door."
            ),
            count=count,
        )
    ]


@lru_cache(maxsize=256)
def audience_doubt(path: str, field: str) -> dict[str, str] | None:
    """Where the name of a column of an audience speaks of other people than the field that it fills, in three languages."""
    wanted = Audience(*AUDIENCE[field]) if field in AUDIENCE else None
    named = read_audience(path.rpartition("/")[2].lstrip("@"))
    if wanted is None or not disagree(named, wanted):
        return None
    return in_three(
        gettext_noop(
            "%(path)s speaks of other people than “%(field)s”, which it fills. Look at the form it came from, or correct the"
            " mapping."
        ),
        path=path,
        field=field,
    )


def _report(node: Node, said: ReportMap, mapping: Mapping, answers: dict[str, str]) -> Carried:
    made = Carried(
        reference=node.joined(said.reference)[:80],
        type=said.type,
        operator=node.first(*said.operator),
        place=node.first(*said.place),
        key=node.joined(said.key)[:120],
    )
    used: set[str] = {*said.operator, *said.place, *said.key, *said.reference, *said.on.path}
    on = None
    try:
        on = _date(node.first(*said.on.path), said.on)
        made.on = on.isoformat() if on else ""
        if on and on > timezone.localdate():
            raise Unfit(AFTER_TODAY)
    except Unfit as error:
        made.unfit("on", error)
    for one in said.fields:
        used.update(one.path)
        _field(node, one, said, made)
    for part in said.lists:
        used.add(part.each)
        items = [item for item in (_item(each, part.fields, made) for each in node.nodes(part.each)) if item]
        if items:
            made.content[part.field] = items
            made.says.append((part.each, "", part.field, str(len(items))))
    for shape in said.shapes:
        used.add(shape.points or shape.path)
        try:
            drawn = draw(node, shape, on=on, north=answers.get("north", ""))
        except Unfit as error:
            made.unfit("content", error)
            continue
        made.remarks += drawn.remarks
        if shape.field == "ground" and said.type in WITH_SHEETS:
            made.sheets += drawn.sheets
        if drawn.geometry is not None:
            made.content[shape.field] = drawn.geometry
            made.says.append((shape.points or shape.path, f"{drawn.points} ×", shape.field, drawn.geometry["type"]))
    _links(node, said, mapping, made, used)
    key = node.joined(said.object)[:120]
    if key:
        made.content["external"] = {"system": mapping.system, "key": key}
        used.update(said.object)
    _keep_rest(node, said, mapping, made, used)
    return made


def _field(node: Node, one: FieldMap, said: ReportMap, made: Carried) -> None:
    if one.fixed is not None and not one.path:
        made.content[one.field] = one.fixed
        return
    try:
        found = understood(node, one, said.type)
    except Unfit as error:
        made.unfit("content", error)
        return
    except Kept as kept:
        made.content.setdefault(KEPT, {})[kept.path] = kept.text
        made.remarks.append(kept.said)
        if kept.values:
            made.content[one.field] = kept.values
            made.says.append((kept.path, ", ".join(node.texts(kept.path)), one.field, _short(kept.values)))
        return
    if found is not None:
        text, value = found
        made.content[one.field] = value
        if said.type == ReportType.EORE and one.field in AUDIENCE:
            doubt = audience_doubt(next(path for path in one.path if node.first(path)), one.field)
            made.remarks += [doubt] if doubt else []
        made.says.append((next(path for path in one.path if node.first(path)), text, one.field, _short(value)))


class Kept(ValueError):
    """A value that ``codes`` has not, and that stays beside the report."""

    def __init__(self, path: str, text: str, field: str, values: list[Any] | None = None) -> None:
        super().__init__(text)
        self.path, self.text, self.values = path, text, values or []
        self.said = in_three(
            gettext_noop(
                "“%(value)s” at %(path)s is no value that the mapping knows for “%(field)s”; it is kept as it is written."
            ),
            value=text,
            path=path,
            field=field,
        )


def understood(node: Node, one: FieldMap, type: str) -> tuple[str, Any] | None:
    """What is written and what it means; None where nothing is written and nothing is set. Raises ``Unfit``, ``Kept``."""
    path = next((path for path in one.path if node.first(path)), None)
    if path is None:
        return None if one.fixed is None else ("", one.fixed)
    texts = node.texts(path)
    listed = one.field in LISTS
    if one.split:
        texts = [part.strip() for text in texts for part in text.split(one.split) if part.strip()]
    values: list[Any] = []
    unknown: list[str] = []
    for text in texts if listed else texts[:1]:
        try:
            values.append(_value(text, path, one, type))
        except Kept as kept:  # of several values the known ones count
            unknown.append(kept.text)
    if unknown:
        raise Kept(path, ", ".join(unknown), one.field, list(dict.fromkeys(values)))
    return ", ".join(texts), list(dict.fromkeys(values)) if listed else values[0]


def _value(text: str, path: str, one: FieldMap, type: str) -> Any:
    if one.codes:
        if folded(text) in one.codes:
            return one.codes[folded(text)]
        if one.lacking == "keep":
            raise Kept(path, text, one.field)
        raise Unfit(
            gettext_noop(
                "“%(value)s” at %(path)s: the mapping has no such value for “%(field)s”. Add it to the codes of the mapping."
            ),
            value=text,
            path=path,
            field=one.field,
        )
    kind = _model_field(one.field, type)
    if one.date or isinstance(kind, models.DateField) or one.field.endswith("_on") or one.field in ("on", "day"):
        found = _date(text, one)
        return found.isoformat() if found else None
    if one.unit or isinstance(kind, models.IntegerField | models.FloatField | models.DecimalField):
        return _amount(text, path, one, whole=isinstance(kind, models.IntegerField))
    return text


def _model_field(name: str, type: str) -> Any:
    if type not in FIELDS or name not in FIELDS[type][1]:
        return None
    found = FIELDS[type][0]._meta.get_field(name)
    return None if isinstance(found, GeometryField | ArrayField) or found.is_relation else found


def _amount(text: str, path: str, one: FieldMap, *, whole: bool) -> int | float:
    plain = re.sub(r"[\s\u00a0٬']", "", text.translate(_ARABIC))
    if plain.count(",") == 1 and "." not in plain and not re.search(r",\d{3}$", plain):
        plain = plain.replace(",", ".")
    try:
        amount = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        raise Unfit(
            gettext_noop("“%(value)s” at %(path)s is no number. Correct it in the file."), value=text, path=path
        ) from None
    if one.unit:
        amount *= Decimal(str(UNITS[one.unit]))
    return int(amount) if whole or amount == amount.to_integral_value() else float(amount)


def _date(text: str, one: FieldMap) -> date | None:
    if not text:
        return None
    plain = text.translate(_ARABIC).strip()
    forms = one.date or DATES
    for written in (plain, plain.replace("T", " ").split(" ")[0]):
        for form in forms:
            try:
                return datetime.strptime(written, form).date()
            except ValueError:
                continue
    raise Unfit(
        gettext_noop(
            "“%(value)s” is no date in the form that the mapping says (%(forms)s). Correct it, or add its form."
        ),
        value=text,
        forms=", ".join(forms),
    )


def _item(node: Node, fields: tuple[FieldMap, ...], made: Carried) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for one in fields:
        try:
            found = understood(node, one, "")
        except Unfit as error:
            made.unfit("content", error)
            continue
        except Kept as kept:
            made.remarks.append(kept.said)
            continue
        if found is not None and found[1] is not None:
            item[one.field] = found[1]
    return item


def _links(node: Node, said: ReportMap, mapping: Mapping, made: Carried, used: set[str]) -> None:
    """``Hazard_12, Hazard_15``: other records by what the other system calls them."""
    for name, path in said.links.items():
        used.add(path)
        keys = []
        for text in node.texts(path):
            for part in text.split(","):
                found = LINK.match(part)
                if found:
                    keys.append({"system": mapping.system, "key": f"{found['type'].strip()}_{found['number']}"})
                elif part.strip():
                    made.remarks.append(
                        in_three(
                            gettext_noop(
                                "The link “%(link)s” is not written as type_number; it is kept as it is written."
                            ),
                            link=part.strip(),
                        )
                    )
                    made.content.setdefault(KEPT, {})[path] = text
        if keys:
            made.content[name] = keys if name in LISTS else keys[0]
            made.says.append((path, ", ".join(one["key"] for one in keys), name, ""))


def _keep_rest(node: Node, said: ReportMap, mapping: Mapping, made: Carried, used: set[str]) -> None:
    """What no row of the mapping reads stays in the report, but for persons, who never come in one."""
    never = {folded(path) for path in mapping.never}
    taken = {folded(path) for path in used if path}
    kept: dict[str, str] = {}
    for path, text in node.leaves():
        if path in kept or _left_out(path, frozenset(taken), frozenset(never)):
            continue
        if len(kept) < MOST_KEPT:
            kept[path] = text[:2000]
    if kept and said.each != "":
        made.content[KEPT] = {**kept, **made.content.get(KEPT, {})}
    elif kept:
        above = {path.split("/")[0].casefold() for one in mapping.reports if one.each for path in [one.each]}
        own = {path: text for path, text in kept.items() if path.split("/")[0].casefold() not in above}
        if own:
            made.content[KEPT] = {**own, **made.content.get(KEPT, {})}


@lru_cache(maxsize=4096)
def _left_out(path: str, taken: frozenset[str], never: frozenset[str]) -> bool:
    """Read by a row of the mapping, or about a person."""
    names = folded(path).split("/")
    if any("/".join(names[:at]) in taken for at in range(1, len(names) + 1)):
        return True
    return any(name in never or name in PERSONS or _personal(name) for name in names)


_PERSONAL = (
    "firstname",
    "lastname",
    "fullname",
    "givenname",
    "familyname",
    "surname",
    "fathername",
    "grandfathername",
    "mothername",
    "nationalid",
    "passport",
    "telephone",
    "phone",
    "mobile",
    "email",
    "reportedby",
    "completedby",
    "signature",
    "personname",
    "victimname",
    "reportername",
    "contactname",
    "informant",
)


def _personal(name: str) -> bool:
    plain = re.sub(r"[^a-z]", "", name)
    return any(one in plain for one in _PERSONAL)


def _short(value: Any) -> str:
    text = ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
