"""Which days and hours are worked at a place: the country's table, and what the office entered in its calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.places.models import Place
from rafid.commons.records.queries import period_days
from rafid.commons.writing import whole

from ..models import CalendarDay, DayKind
from . import country_days

DAY = timedelta(days=1)
_WEEK = re.compile(r"(19|20|21)[0-9]{2}W[0-9]{1,2}")


@dataclass(frozen=True)
class WorkDay:
    """``off``: why nobody works on it, empty where they do; ``names``: hours and holidays that hold on it."""

    on: date
    opens: time
    closes: time
    off: str = ""
    names: tuple[str, ...] = ()
    sources: tuple[str, ...] = field(default=(), compare=False)

    @property
    def minutes(self) -> int:
        return 0 if self.off else (self.closes.hour - self.opens.hour) * 60 + self.closes.minute - self.opens.minute


def zone() -> ZoneInfo:
    return ZoneInfo(country().time_zone)


def at(on: date, clock: time) -> datetime:
    """That time of the day in the country's zone."""
    return datetime.combine(on, clock, zone())


def week_days(code: str) -> list[date] | None:
    """The seven days of 2026W48, from the country's first day of work on; None for what is no week.

    A week has the number of the Monday in it: where work begins on Sunday, it begins the day before.
    """
    found = period_days(code) if _WEEK.fullmatch(code) else None
    return [found[0] + (number - _before_monday()) * DAY for number in range(7)] if found else None


def week_of(on: date) -> str:
    year, week, _day = (on + _before_monday() * DAY).isocalendar()
    return f"{year}W{week:02}"


def _before_monday() -> int:
    """How many days before Monday the week of work begins: on the first day after the weekend."""
    monday = date(2024, 1, 1)
    off = [country_days.is_weekend(monday + number * DAY) for number in range(7)]
    first = next((number for number in range(7) if off[number - 1] and not off[number]), 0)
    return -first % 7


def quarter_of(on: date) -> tuple[str, date, date]:
    """``2026Q4``, its first day and the day after its last."""
    code = f"{on.year}Q{(on.month + 2) // 3}"
    found = period_days(code)
    assert found is not None
    return code, *found


def work_days(owner: Any, first: date, until: date, place: Place | None = None) -> dict[date, WorkDay]:
    """Each day from ``first`` to before ``until``. What holds for a place only counts where ``place`` lies in it."""
    lineage = list(place.lineage or ()) if place else []
    refs = set(Place.objects.filter(pk__in=lineage).values_list("ref", flat=True)) if lineage else set()
    rows = CalendarDay.objects.filter(owner=owner, days__overlap=(first, until))
    rows = rows.filter(Q(place=None) | Q(place__in=lineage)) if lineage else rows.filter(place=None)
    entered = list(rows.order_by("known_at"))
    fixed = country_days.fixed_between(first, until)
    opens, closes = country_days.usual_hours()
    found = {}
    for number in range((until - first).days):
        on = first + number * DAY
        own = [row for row in entered if on in row.days]
        holidays = [one for one in fixed.get(on, ()) if not one.places or refs & set(one.places)]
        found[on] = _day(WorkDay(on, opens, closes), own, holidays)
    return found


def _day(day: WorkDay, own: Iterable[CalendarDay], holidays: list[country_days.Holiday]) -> WorkDay:
    rows = list(own)
    named = {row.kind: row for row in rows}
    said = [(pick(one.names), one.source) for one in holidays]
    said += [(row.name or str(row.get_kind_display()), row.source) for row in rows if row.kind == DayKind.HOLIDAY]
    day = replace(day, names=tuple(name for name, _source in said), sources=tuple(source for _name, source in said))
    if DayKind.WORKING in named:
        row = named[DayKind.WORKING]
        day = replace(day, names=(*day.names, row.name or str(row.get_kind_display())))
        if row.opens and row.closes:
            day = replace(day, opens=row.opens, closes=row.closes)
    elif said:
        day = replace(day, off=_("Holiday: %s") % whole(said[0][0]))
    elif country_days.is_weekend(day.on):
        day = replace(day, off=_("Weekend"))
    return _hours(day, rows)


def _hours(day: WorkDay, rows: list[CalendarDay]) -> WorkDay:
    """Hours of heat and of Ramadan stand instead of the usual ones, of both what they share; those that the office entered
    stand instead of the country's of the same kind."""
    entered = {row.kind for row in rows}
    special = [
        (one.opens, one.closes, pick(one.names), one.source)
        for one in country_days.hours()
        if one.kind not in ("usual", *entered) and one.holds(day.on)
    ]
    special += [
        (row.opens, row.closes, row.name or str(row.get_kind_display()), row.source)
        for row in rows
        if row.kind in (DayKind.HEAT, DayKind.RAMADAN) and row.opens and row.closes
    ]
    if not special:
        return day
    opens, closes = max(one[0] for one in special), min(one[1] for one in special)
    return replace(
        day,
        opens=opens,
        closes=max(opens, closes),
        names=(*day.names, *(one[2] for one in special)),
        sources=(*day.sources, *(one[3] for one in special)),
    )


def one_day(owner: Any, on: date, place: Place | None = None) -> WorkDay:
    return work_days(owner, on, on + DAY, place)[on]
