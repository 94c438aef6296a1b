"""Lists of codes that a country keeps: devices, what a hazard blocks, ways of risk education, services for victims.

They are data of the country pack, ``mine_codes.csv``, each row with its source. The database knows them as rows of
:class:`ListedCode`, which every migration brings to what the pack says, and refuses others by a trigger.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import models
from django.utils.functional import lazy

from rafid.commons.names import pick
from rafid.commons.places.country import country

from .base import Derived, refuse

FILE = "mine_codes.csv"
_said = lazy(pick, str)


@dataclass(frozen=True)
class Code:
    """``group``: the coarser one that statistics count by; empty: none of them."""

    value: str
    names: tuple[tuple[str, str], ...]
    group: str
    source: str

    @property
    def label(self) -> Any:
        """Its name, in the language in which it is read."""
        return _said(dict(self.names))


class Codes:
    """A list of the pack, used as a class of choices is: ``Device("axo").label``, ``Device.values``, ``Device.choices``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, value: str) -> Code:
        try:
            return codes()[self.name][value]
        except KeyError:
            raise ValueError(f"“{value}” is no code of the list {self.name} in {FILE} of the country pack.") from None

    def __iter__(self) -> Iterator[Code]:
        return iter(codes().get(self.name, {}).values())

    def __contains__(self, value: object) -> bool:
        return value in codes().get(self.name, {})

    def named(self, text: str) -> Code | None:
        """The code that somebody means who writes it, or its name in any of the languages."""
        said = text.strip().casefold()
        return next(
            (one for one in self if said == one.value or said in {name.casefold() for _language, name in one.names}),
            None,
        )

    @property
    def values(self) -> list[str]:
        return list(codes().get(self.name, {}))

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return [(one.value, one.label) for one in self]


@functools.cache
def codes() -> dict[str, dict[str, Code]]:
    """By list and code, in the pack's order."""
    found: dict[str, dict[str, Code]] = {}
    for row in sorted(country().table(FILE), key=lambda row: int(row["order"])):
        names = tuple((language, row[f"name_{language}"]) for language in ("ar", "ckb", "en"))
        found.setdefault(row["list"], {})[row["code"]] = Code(row["code"], names, row["group"], row["source"])
    return found


Device = Codes("device")
Blocked = Codes("blocked")
EoreMethod = Codes("eore_method")
Service = Codes("service")
ReleaseMethod = Codes("release_method")
"""Words for how ground was released. Reports write it freely: this list only says the usual ones in each language."""


# What fields name: a migration keeps the name of the function and not the country's rows.


def devices() -> list[tuple[str, Any]]:
    return Device.choices


def blocked_things() -> list[tuple[str, Any]]:
    return Blocked.choices


def eore_methods() -> list[tuple[str, Any]]:
    return EoreMethod.choices


def services() -> list[tuple[str, Any]]:
    return Service.choices


class ListedCode(Derived):
    """A code as the database knows it. One that left the pack stays for old rows, and is taken for no new one."""

    list = models.CharField(max_length=20)
    code = models.CharField(max_length=20)
    source = models.CharField(max_length=300)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="listed_code_once")]

    @classmethod
    def visibility(cls, user: Any) -> models.Q:
        return models.Q()


def bring_codes(sender: Any = None, *, apps: Any = None, using: str = "default", **_kwargs: Any) -> None:
    """Brings the database's rows to what the pack says; runs after every migration."""
    try:
        table = apps.get_model("rafid_mineaction", "ListedCode") if apps is not None else ListedCode
    except LookupError:
        return  # migrated back to where there is no such table
    rows = [
        table(list=name, code=one.value, source=one.source, active=True)
        for name, listed in codes().items()
        for one in listed.values()
    ]
    table._base_manager.using(using).update(active=False)
    table._base_manager.using(using).bulk_create(
        rows, update_conflicts=True, unique_fields=["list", "code"], update_fields=["source", "active"]
    )


def listed(column: str, codes_: Codes, *, many: bool = False) -> pgtrigger.Trigger:
    """A column (``many``: an array) holds codes of the list."""
    given = f'unnest(NEW."{column}")' if many else f'NEW."{column}"'
    return pgtrigger.Trigger(
        name=f"{column}_listed",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(column),
        func=pgtrigger.Func(
            f"""
            IF EXISTS (
                SELECT {given} EXCEPT SELECT c.code FROM rafid_mineaction_listedcode c
                WHERE c.list = '{codes_.name}' AND (c.active OR TG_OP = 'UPDATE')
            ) THEN
                {refuse("code_listed")}
            END IF;
            RETURN NEW;
            """
        ),
    )
