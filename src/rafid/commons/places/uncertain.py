"""Borders that are contested or provisional, as the country pack lists them: pairs of neighbours, each with source and date.

A row says that the border between two areas is open, never where it should run: maps draw the edge that they share dashed.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from .country import country

CONTESTED, PROVISIONAL = "contested", "provisional"
KINDS = (CONTESTED, PROVISIONAL)


@dataclass(frozen=True)
class Uncertain:
    """``refs`` are the two neighbours; ``until`` is the first day on which it no longer holds. A source that begins with
    ``[unverified]`` was not compared with the document itself."""

    refs: tuple[str, str]
    kind: str
    since: date | None
    until: date | None
    note: Mapping[str, str]
    source: str
    as_of: str

    def holds(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


def uncertain_borders(on: date) -> list[Uncertain]:
    """Those that hold on a day; none where the pack lists none."""
    return [one for one in _listed(settings.RAFID_COUNTRY) if one.holds(on)]


@functools.cache
def _listed(pack: str) -> tuple[Uncertain, ...]:
    try:
        rows = country(pack).table("uncertain_borders.csv")
    except FileNotFoundError:
        return ()
    found = []
    for row in rows:
        if row["kind"] not in KINDS or row["ref"] == row["neighbour_ref"]:
            raise ValueError(
                f"uncertain_borders.csv: {row['ref']}, {row['neighbour_ref']}: two places and one of {KINDS}"
            )
        since, until = (date.fromisoformat(row[name]) if row[name] else None for name in ("valid_from", "valid_until"))
        note = {code: row[f"note_{code}"] for code in ("ar", "ckb", "en")}
        refs = (row["ref"], row["neighbour_ref"])
        found.append(Uncertain(refs, row["kind"], since, until, note, row["source"], row["as_of"]))
    return tuple(found)
