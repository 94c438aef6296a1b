"""Victims out of another system's file, for who stands behind their door: nothing of them is staged, kept or logged.

The file is read where it lies for the moment of the request and is gone with it. The name is enciphered before it is written;
what the other system calls the person is kept as a keyed hash only, so that the file comes twice without doubles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place
from rafid.commons.records.change import Refused

from ..models import Accident, ExternalId, Harm, Sex, Victim
from ..people.register import register
from . import xml_source
from .mapping import Mapping, PersonMap, folded
from .nodes import Node
from .reading import Kept, _date, understood
from .refused import Unfit

MOST = 20_000
"""Persons of one file: they are registered one by one, each enciphered for itself."""


@dataclass
class Person:
    """``row``: which of the file's persons; ``problems``: sentences that name nobody."""

    row: int
    key: str
    name: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass
class Brought:
    """What a file holds, or what was done with it. ``assistance``: elements about help to persons, which are not taken."""

    found: int = 0
    new: int = 0
    here: int = 0
    assistance: int = 0
    refused: list[Person] = field(default_factory=list)


def bring(path: Path, mapping: Mapping, owner: Organisation, *, by: Any, record: bool) -> Brought:
    """Looks at the persons of a file, or registers those that are right and not here yet: all of them, or none."""
    done = Brought()
    system = f"{mapping.system}/victim"[:40]
    with transaction.atomic():
        seen: set[str] = set()
        for person in _persons(path, mapping, by, done):
            done.found += 1
            if done.found > MOST:
                raise Refused(_("The file holds more than %(most)s persons. Bring it in parts.") % {"most": MOST})
            if not person.problems and person.key in seen:
                person.problems.append(_("This person stands twice in the file."))
            seen.add(person.key)
            if person.problems:
                done.refused.append(person)
            elif ExternalId.objects.filter(system=system, key=person.key).exists():
                done.here += 1
            else:
                _register(person, system, owner, by, done)
        if not record:
            transaction.set_rollback(True)
    return done


def _register(person: Person, system: str, owner: Organisation, by: Any, done: Brought) -> None:
    try:
        with transaction.atomic():
            victim = register(owner, person.name, person.values, by=by)
            ExternalId.objects.create(
                owner=owner, system=system, key=person.key, kind=Victim.kind(), record=victim.pk, made_by=by
            )
    except Refused as refused:
        person.problems.append(str(refused))
        done.refused.append(person)
    else:
        done.new += 1


def _persons(path: Path, mapping: Mapping, user: Any, done: Brought) -> Iterator[Person]:
    number = 0
    for node in xml_source.records(path, mapping.record):
        done.assistance += len(node.nodes("VictimAssistance"))
        for said in mapping.persons:
            for one in node.nodes(said.each):
                number += 1
                yield _person(one, said, mapping, number, user)
        node.forget()


def _person(node: Node, said: PersonMap, mapping: Mapping, number: int, user: Any) -> Person:
    key = node.joined(said.key)
    made = Person(number, _hashed(mapping.system, key), tuple(node.first(one) for one in said.name))
    if not key:
        made.problems.append(_("It has no identifier, so that it could not be known again. Add it in the file."))
    try:
        on = _date(node.first(*said.on.path), said.on)
    except Unfit:
        on = None
    if on is None or on > timezone.localdate():
        made.problems.append(_("The day of the accident is missing, cannot be read, or lies after today."))
    values: dict[str, Any] = {"on": on}
    for one in said.fields:
        value = _value(node, one, made)
        if value not in (None, ""):
            values[one.field] = value
    _judge(values, made)
    accident = _accident(node, said, mapping, user)
    if accident is not None and on is not None and accident.on != on:
        made.problems.append(_("Its accident was on another day. Correct one of the two."))
    values["accident"] = accident
    values["place"] = _place(node, said.place) or (accident.place if accident is not None else None)
    values["residence"] = _place(node, said.residence)
    made.values = values
    return made


def _hashed(system: str, key: str) -> str:
    """One way: whoever reads identifiers finds nobody by it."""
    return salted_hmac("rafid.mineaction.victim", f"{system}\0{folded(key)}", algorithm="sha256").hexdigest()


def _value(node: Node, one: Any, made: Person) -> Any:
    try:
        found = understood(node, one, "")
    except (Unfit, Kept):
        made.problems.append(
            _("“%(field)s” holds what the mapping does not know, or what is no date.") % {"field": one.field}
        )
        return None
    return None if found is None else found[1]


def _judge(values: dict[str, Any], made: Person) -> None:
    if values.get("harm") not in Harm.values:
        made.problems.append(_("The file does not say whether the person was killed or injured."))
    values.setdefault("sex", Sex.UNKNOWN)
    if "age" in values:
        text = str(values["age"]).strip()
        values["age"] = int(text) if text.isdigit() and int(text) <= 120 else None
        if values["age"] is None:
            made.problems.append(_("An age lies between 0 and 120 years."))
    if isinstance(values.get("born_on"), str):
        values["born_on"] = date.fromisoformat(values["born_on"])
    if values.get("born_on"):
        values["age_given"] = "birth"
    elif values.get("age") is not None:
        values["age_given"] = "age"
    if values.get("doing"):
        values["doing"] = str(values["doing"])[:120]


def _accident(node: Node, said: PersonMap, mapping: Mapping, user: Any) -> Accident | None:
    key = node.first(*said.accident)
    if not key:
        return None
    known = ExternalId.objects.filter(system=mapping.system, key=key, kind=Accident.kind()).first()
    return Accident.objects.visible_to(user).filter(pk=known.record).first() if known is not None else None


def _place(node: Node, paths: tuple[str, ...]) -> Place | None:
    ref = node.first(*paths)
    return Place.objects.filter(ref__iexact=ref).first() if ref else None


def name_of(mapping: Mapping) -> str:
    return pick(mapping.names) or mapping.code
