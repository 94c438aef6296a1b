"""Five fields of cron, read and followed in the country's time zone: minute, hour, day of month, month, day of week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_FARTHEST = 366 * 8
"""Days looked ahead: a 29 February comes at least every eight years."""


@dataclass(frozen=True)
class Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def on(self, day: datetime) -> bool:
        """As cron has it: where both days are bounded, either of them will do."""
        if day.month not in self.months:
            return False
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return of_month and of_week
        return of_month or of_week

    def after(self, moment: datetime, zone: str) -> datetime | None:
        """The first moment later than this one; None where none comes (30 February)."""
        here = ZoneInfo(zone)
        local = moment.astimezone(here)
        start = local.replace(second=0, microsecond=0) + timedelta(minutes=1)
        day = datetime.combine(start.date(), time(), here)
        for _n in range(_FARTHEST):
            if self.on(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        found = day.replace(hour=hour, minute=minute)
                        if found >= start:
                            return found
            day = datetime.combine(day.date() + timedelta(days=1), time(), here)
        return None


def read(text: str) -> Cron:
    """``0 7 5 * *``. Raises ``ValueError`` with a sentence."""
    parts = text.split()
    if len(parts) != 5:
        raise ValueError(_("Write five fields: minute, hour, day of the month, month, day of the week."))
    minutes, hours, days, months, weekdays = (
        _field(part, *range_) for part, range_ in zip(parts, _RANGES, strict=True)
    )
    return Cron(
        minutes, hours, days, months, frozenset(one % 7 for one in weekdays),
        parts[2].startswith("*"), parts[4].startswith("*"),
    )  # fmt: skip


def _field(text: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for piece in text.split(","):
        span, _slash, step = piece.partition("/")
        first, dash, last = span.partition("-")
        try:
            by = int(step) if step else 1
            if first == "*" and not dash:
                start, end = low, high
            else:
                start = int(first)
                end = int(last) if dash else (high if step else start)
        except ValueError as wrong:
            raise ValueError(_("“%s” is no field of a schedule.") % text) from wrong
        if by < 1 or not low <= start <= end <= high:
            raise ValueError(
                _("“%(text)s” lies outside %(low)s to %(high)s.") % {"text": text, "low": low, "high": high}
            )
        found |= set(range(start, end + 1, by))
    return frozenset(found)
