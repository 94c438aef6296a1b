"""Checklists of inspections: the country pack's, each version as it stood. A visit names its own as ``code:number``."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from rafid.commons.names import pick
from rafid.commons.places.country import country

FILE = "checklists.csv"


@dataclass(frozen=True)
class Item:
    code: str
    severity: str
    source: str
    names: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return pick(dict(self.names))


@dataclass(frozen=True)
class Checklist:
    """``code:number``; its items in their order."""

    code: str
    number: int
    items: tuple[Item, ...]

    @property
    def key(self) -> str:
        return f"{self.code}:{self.number}"


TOPICS = ("clearance_site", "mechanical", "dogs", "eod", "nts", "completion", "office", "medical", "stores")
"""Those of the pack that are about mine action's work on the ground, in its office and its stores."""


@functools.cache
def checklists() -> dict[str, Checklist]:
    """By key, every version: that of a number holds the items that came with it or before. A pack without the
    file has none: inspections then hold a result and a comment."""
    try:
        rows = country().table(FILE)
    except FileNotFoundError:
        return {}
    made: dict[str, list[tuple[int, Item]]] = {}
    for row in rows:
        if row["topic"] in TOPICS:
            texts = tuple((code, row[f"text_{code}"]) for code in ("ar", "ckb", "en"))
            item = Item(row["code"], row["severity"], row["sop_reference"], texts)
            made.setdefault(row["topic"], []).append((int(row["since"] or 1), item))
    found = {}
    for topic in TOPICS:
        for number in range(1, max((since for since, _item in made.get(topic, ())), default=0) + 1):
            one = Checklist(topic, number, tuple(item for since, item in made[topic] if since <= number))
            found[one.key] = one
    return found


def newest() -> list[Checklist]:
    """The version that is inspected by now, of each topic."""
    return list({one.code: one for one in checklists().values()}.values())


def of(key: str) -> Checklist | None:
    return checklists().get(key)


def in_words(finding: Any) -> str:
    """What a non-conformity says, in the reader's language where it says an item of its checklist and nothing else."""
    listed = of(finding.visit.checklist) if finding.visit_id and finding.item_code else None
    for item in listed.items if listed is not None else ():
        if item.code == finding.item_code and finding.text in {f"{text} ({item.source})" for _code, text in item.names}:
            return f"{item.text} ({item.source})"
    return str(finding.text)
