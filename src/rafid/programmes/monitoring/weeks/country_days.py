"""What the country pack says of days: holidays of fixed days, lunar ones that are announced each year, hours of field work."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from rafid.commons.places.country import country

from .lunar import days_between

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Holiday:
    """``fixed`` by month and day; else ``month`` and ``day`` are those of the lunar year, and each year's day is announced."""

    code: str
    fixed: bool
    month: int
    day: int
    days: int
    places: tuple[str, ...]
    names: Mapping[str, str]
    source: str
    as_of: str
    note: str


@dataclass(frozen=True)
class Hours:
    kind: str
    begins: tuple[int, int] | None
    ends: tuple[int, int] | None
    opens: time
    closes: time
    names: Mapping[str, str]
    source: str

    def holds(self, on: date) -> bool:
        if self.begins is None or self.ends is None:
            return False
        return self.begins <= (on.month, on.day) <= self.ends


def _three(row: Mapping[str, str]) -> dict[str, str]:
    return {code: row[f"name_{code}"] for code in ("ar", "ckb", "en")}


@functools.cache
def holidays() -> tuple[Holiday, ...]:
    """A country without the table has no holidays of its own; its office enters them."""
    try:
        rows = country().table("holidays.csv")
    except FileNotFoundError:
        return ()
    return tuple(
        Holiday(
            row["code"], row["calendar"] == "fixed", int(row["month"]), int(row["day"]), int(row["days"]),
            tuple(row["place_refs"].split()), _three(row), row["source"], row["as_of"], row["note"],
        )
        for row in rows
    )  # fmt: skip


@functools.cache
def hours() -> tuple[Hours, ...]:
    try:
        rows = country().table("working_hours.csv")
    except FileNotFoundError:
        return ()
    return tuple(
        Hours(
            row["kind"],
            (int(row["from_month"]), int(row["from_day"])) if row["from_month"] else None,
            (int(row["to_month"]), int(row["to_day"])) if row["to_month"] else None,
            time.fromisoformat(row["opens"]),
            time.fromisoformat(row["closes"]),
            _three(row),
            row["source"],
        )
        for row in rows
    )


def usual_hours() -> tuple[time, time]:
    found = next((one for one in hours() if one.kind == "usual"), None)
    return (found.opens, found.closes) if found else (time(7), time(16))


def is_weekend(on: date) -> bool:
    return WEEKDAYS[on.weekday()] in country().weekend


def fixed_between(first: date, until: date) -> dict[date, list[Holiday]]:
    found: dict[date, list[Holiday]] = {}
    for holiday in holidays():
        for year in range(first.year - 1, until.year + 1) if holiday.fixed else ():
            for more in range(holiday.days):
                on = date(year, holiday.month, holiday.day) + timedelta(days=more)
                if first <= on < until:
                    found.setdefault(on, []).append(holiday)
    return found


def expected_between(first: date, until: date) -> list[tuple[date, Holiday]]:
    """Lunar holidays around the days on which they are expected."""
    found = []
    for holiday in holidays():
        if not holiday.fixed:
            found += [(on, holiday) for on in days_between(holiday.month, holiday.day, first, until)]
    return sorted(found, key=lambda pair: (pair[0], pair[1].code))
