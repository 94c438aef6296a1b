"""Which state of the picture an address asks for: as of one day, as known on another, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from rafid.commons.filters import Filters
from rafid.commons.records.moments import moment_now
from rafid.commons.writing import day, moment


class NoDate(ValueError):
    """``name``: the word of the address that holds no date."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(_("“%(value)s” is no date. Write it as 2026-11-29.") % {"value": value[:60]})
        self.name = name


@dataclass(frozen=True)
class Asked:
    """``on``: what was so on this day. ``known``: as it was known at the end of this day or at this instant; None: now."""

    on: date
    known: date | datetime | None = None

    @property
    def until(self) -> datetime | None:
        """The instant of ``known``: a day means all of it, in the country's zone."""
        if self.known is None or isinstance(self.known, datetime):
            return self.known
        tomorrow = datetime.combine(self.known + timedelta(days=1), time(), timezone.get_current_timezone())
        return tomorrow - timedelta(microseconds=1)

    @property
    def state(self) -> datetime:
        """The moment that a frozen figure names: with it as ``known`` the same figure comes again."""
        now = moment_now()
        return min(self.until, now) if self.until else now

    @property
    def text(self) -> str:
        """Both dates, as every map and file says them."""
        if self.known is None:
            return _("As of %(on)s, as known now") % {"on": day(self.on)}
        known = moment(self.known) if isinstance(self.known, datetime) else day(self.known)
        return _("As of %(on)s, as known on %(known)s") % {"on": day(self.on), "known": known}

    def query(self, before: str = "") -> dict[str, str]:
        found = {f"{before}on": self.on.isoformat()}
        if self.known is not None:
            found[f"{before}known"] = self.known.isoformat()
        return found


def read_day(given: str, name: str) -> date:
    """Raises :class:`NoDate`."""
    try:
        found = parse_date(given.strip())
    except ValueError:
        found = None
    if found is None:
        raise NoDate(name, given)
    return found


def read_known(given: str, name: str) -> date | datetime:
    """A day, or an instant with its offset. Raises :class:`NoDate`."""
    text = given.strip().replace(" ", "+")  # a plus sign of an address that was not escaped
    try:
        if len(text) > 10 and (instant := parse_datetime(text)):
            return instant if timezone.is_aware(instant) else timezone.make_aware(instant)
    except (ValueError, OverflowError):
        pass
    return read_day(given, name)


def asked(query: Mapping[str, Any], before: str = "") -> Asked:
    """``{before}on`` and ``{before}known`` of an address. Raises :class:`NoDate`."""
    on, known = str(query.get(f"{before}on") or ""), str(query.get(f"{before}known") or "")
    return Asked(
        read_day(on, f"{before}on") if on else timezone.localdate(),
        read_known(known, f"{before}known") if known else None,
    )


def asked_on_page(filters: Filters, before: str = "") -> Asked:
    """The same for a page: what is no date is left out, and the page says so."""
    on, known = timezone.localdate(), None
    titles = {"on": _("As of"), "known": _("As known on")}
    for name in ("on", "known"):
        given = filters.query.get(f"{before}{name}", "")
        if not given:
            continue
        try:
            if name == "on":
                on = read_day(given, name)
            else:
                known = read_known(given, name)
        except NoDate:
            filters.wrong(f"{before}{name}", titles[name])
    return Asked(on, known)
