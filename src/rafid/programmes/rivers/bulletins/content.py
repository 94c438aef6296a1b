"""The figures of a bulletin, from what was known at one moment: the same question gives the same figures for ever.

They are those that the public may see. Nothing here reads the clock, and every value is read as known at ``known_at``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser

from rafid.commons.records.change import Refused
from rafid.methods.hydrology import status_class

from ..models import BulletinKind, Forecast, ForecastValue, Outlook, Series, Station
from ..status.queries import Status, status
from ..values.reading import aware, known_values

ZONE = ZoneInfo("Asia/Baghdad")
MORNING = time(9)
"""A daily bulletin tells what was read until this hour of its day."""
YEARS = 10
"""Fewer past years of a month give no class."""

Content = dict[str, Any]


def period_of(kind: str, period: str) -> tuple[datetime, datetime]:
    """First and last moment of a period, in the country's zone: a day, a month, or two months with a stroke between.
    Raises ``Refused`` with a sentence for what is none of the kind."""
    from django.utils.translation import gettext as _

    try:
        if kind in (BulletinKind.DAILY, BulletinKind.FLOOD):
            day = date.fromisoformat(period)
            return _begin(day), datetime.combine(day, MORNING, ZONE).astimezone(UTC)
        if kind == BulletinKind.MONTHLY_STATUS:
            first = date.fromisoformat(f"{period}-01")
            return _begin(first), _begin(_next_month(first)) - timedelta(seconds=1)
        start, _stroke, end = period.partition("/")
        first, last = date.fromisoformat(f"{start}-01"), date.fromisoformat(f"{end}-01")
        return _begin(first), _begin(_next_month(last)) - timedelta(seconds=1)
    except ValueError as error:
        raise Refused(
            _(
                "“%(period)s” is no period. Write 2026-03-01 for a day, 2026-03 for a month, 2026-10/2027-04 for a season."
            )
            % {"period": period[:30]}
        ) from error


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(0), ZONE).astimezone(UTC)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def compute(kind: str, period: str, known_at: datetime) -> tuple[Content, list[dict[str, str]]]:
    """Figures, and the series that they name with the first and last time of what was used."""
    start, end = period_of(kind, period)
    makers = {
        BulletinKind.DAILY: _daily,
        BulletinKind.FLOOD: _flood,
        BulletinKind.MONTHLY_STATUS: _monthly,
        BulletinKind.SEASON: _season,
    }
    content, used = makers[BulletinKind(kind)](start, end, known_at)
    return {"kind": kind, "period": period, **content}, used


def _daily(start: datetime, end: datetime, known_at: datetime) -> tuple[Content, list[dict[str, str]]]:
    found = status(AnonymousUser(), at=end, known_at=known_at)
    rows = [
        _station(one)
        for one in found.standings
        if one.latest is not None and one.latest.time >= start - timedelta(days=2)
    ]
    return (
        {
            "stations": sorted(rows, key=lambda row: (row["river"], row["station"])),
            "reservoirs": _reservoirs(found),
            "warnings": _warnings(found),
            "classes": dict(sorted(found.counts.items())),
        },
        _used(row["station"] for row in rows),
    )


def _station(one: Any) -> dict[str, Any]:
    def value(name: str) -> float | None:
        latest = one.values.get(name)
        return None if latest is None or latest.quality >= 4 else latest.value

    return {
        "station": one.station.code,
        "names": one.station.names,
        "river": one.station.river,
        "class": one.klass,
        "time": _iso(one.latest.time),
        "stage": value("stage"),
        "discharge": value("discharge"),
        "precipitation": value("precipitation"),
        "tds": value("tds"),
        "change": None if one.change is None else round(one.change, 3),
        "variable": one.shown,
        "quality": one.latest.quality,
    }


def _reservoirs(found: Status) -> list[dict[str, Any]]:
    return [
        {
            "reservoir": one.reservoir.code,
            "names": one.reservoir.names,
            "level": one.level,
            "storage": one.storage,
            "fill_pct": None if one.percent is None else round(one.percent, 1),
            "inflow": one.inflow,
            "release": one.release,
        }
        for one in sorted(found.fills, key=lambda one: one.reservoir.code)
        if one.time is not None
    ]


def _warnings(found: Status) -> list[dict[str, Any]]:
    return [
        {"ref": one.ref, "station": one.station.code, "names": one.station.names, "level": one.level,
         "onset": _iso(one.onset), "expires": _iso(one.expires), "headline": one.headline}
        for one in found.warnings
    ]  # fmt: skip


def _flood(start: datetime, end: datetime, known_at: datetime) -> tuple[Content, list[dict[str, str]]]:
    found = status(AnonymousUser(), at=end, known_at=known_at)
    high = [one for one in found.standings if one.klass in ("watch", "warning", "severe", "extreme")]
    rows = sorted((_station(one) for one in high), key=lambda row: (row["river"], row["station"]))
    return (
        {
            "stations": rows,
            "warnings": _warnings(found),
            "forecasts": _forecasts(known_at),
            "reservoirs": _reservoirs(found),
        },
        _used(row["station"] for row in rows),
    )


def _forecasts(known_at: datetime) -> list[dict[str, Any]]:
    """The newest forecast of each node that was issued by then: its middle and range by day."""
    newest = (
        Forecast.objects.visible_to(AnonymousUser())
        .filter(issued_at__lte=known_at, issued_at__gt=known_at - timedelta(days=3))
        .exclude(model__kind="external")  # another centre's stands beside the own one, not in its place
        .order_by("node__code", "-issued_at", "ref")
        .distinct("node__code")
        .select_related("node")
    )
    rows = []
    for one in newest:
        leads = []
        for value in ForecastValue.objects.filter(forecast=one).order_by("lead_h"):
            members = sorted(value.members)
            leads.append(
                {
                    "lead_h": value.lead_h,
                    "low": round(members[int(0.1 * (len(members) - 1))], 1),
                    "middle": round(members[len(members) // 2], 1),
                    "high": round(members[int(0.9 * (len(members) - 1))], 1),
                }
            )
        rows.append({"ref": one.ref, "node": one.node.code, "names": one.node.names, "leads": leads})
    return rows


def _monthly(start: datetime, end: datetime, known_at: datetime) -> tuple[Content, list[dict[str, str]]]:
    """The mean flow of the month at each station, and its class among the same month of the years before."""
    nobody = AnonymousUser()
    rows = []
    series = (
        Series.objects.visible_to(nobody)
        .filter(variable="discharge", step="1d", station__in=Station.objects.visible_to(nobody))
        .exclude(origin__in=("forecast", "model"))
        .select_related("station")
        .order_by("station__river", "station__code", "ref")
    )
    for one in series:
        means = monthly_means(one, end, known_at)
        mean = means.pop((start + timedelta(days=2)).astimezone(ZONE).strftime("%Y-%m"), None)
        month = (start + timedelta(days=2)).astimezone(ZONE).month
        history = [value for key, value in sorted(means.items()) if int(key[5:]) == month]
        if mean is None:
            continue
        klass, percentile = status_class(mean, history=history) if len(history) >= YEARS else ("", None)
        rows.append(
            {
                "station": one.station.code,
                "names": one.station.names,
                "river": one.station.river,
                "mean": round(mean, 2),
                "years": len(history),
                "usual": round(sum(history) / len(history), 2) if history else None,
                "class": str(klass),
                "percentile": None if percentile is None else round(float(percentile), 1),
            }
        )
    found = status(nobody, at=end, known_at=known_at)
    content = {"stations": rows, "reservoirs": _reservoirs(found)}
    return content, _used((row["station"] for row in rows), variables=("discharge",))


def monthly_means(series: Any, end: datetime, known_at: datetime, *, fewest: int = 20) -> dict[str, float]:
    """Means of the months that have at least ``fewest`` values, as known then, by ``2026-03``."""
    known = known_values(series, end=end, known_at=known_at)
    sums: dict[str, list[float]] = {}
    for moment, value in zip(known.times, known.good.tolist(), strict=True):
        if value == value:
            sums.setdefault(aware(moment).astimezone(ZONE).strftime("%Y-%m"), []).append(value)
    return {key: sum(values) / len(values) for key, values in sums.items() if len(values) >= fewest}


def _season(start: datetime, end: datetime, known_at: datetime) -> tuple[Content, list[dict[str, str]]]:
    """The newest outlook of each node for this season that was issued by then."""
    first, last = start.astimezone(ZONE), end.astimezone(ZONE)
    season = f"{first:%Y-%m}/{last:%Y-%m}"
    rows = (
        Outlook.objects.visible_to(AnonymousUser())
        .filter(season=season, issued_at__lte=known_at, node__isnull=False)
        .order_by("node__code", "-issued_at", "ref")
        .distinct("node__code")
        .select_related("node")
    )
    found = []
    for one in rows:
        totals = sorted(sum(trace) for trace in one.volumes)
        usual = sorted(sum(year) if isinstance(year, list) else year for year in one.climatology)
        found.append(
            {
                "ref": one.ref,
                "node": one.node.code,
                "names": one.node.names,
                "method": one.method,
                "traces": len(totals),
                "low": round(totals[int(0.1 * (len(totals) - 1))], 1),
                "middle": round(totals[len(totals) // 2], 1),
                "high": round(totals[int(0.9 * (len(totals) - 1))], 1),
                "usual": round(usual[len(usual) // 2], 1) if usual else None,
                "skill": one.skill,
            }
        )
    return {"outlooks": found}, []


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _used(stations: Iterable[str], *, variables: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """The public series of these stations: a correction of one of them is told beside the bulletin."""
    rows = Series.objects.visible_to(AnonymousUser()).filter(station__code__in=list(stations))
    if variables:
        rows = rows.filter(variable__in=variables)
    return [{"series": str(pk), "ref": ref} for pk, ref in rows.order_by("ref").values_list("pk", "ref")]
