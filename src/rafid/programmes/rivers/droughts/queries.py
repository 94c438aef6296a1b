"""The drought index of every station that a person sees, for one month, and the events behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.utils import timezone

from ..models import Series, Station
from ..seeing import latest_time
from ..values.reading import FOREVER, Known, windows_of
from .monthly import month_of, monthly, said

INDICES = {"spi": "precipitation", "ssi": "discharge", "spei": "balance"}
"""What each index is made of; the water balance is rain less potential evapotranspiration."""

SCALES = (1, 3, 6, 9, 12, 24, 48)
FIRST = datetime(1900, 1, 1, tzinfo=UTC)
ORIGINS = ("observed", "telemetry", "derived")


@dataclass(frozen=True)
class Dry:
    """One station in one month. ``value`` is the index (None: none, with ``why``), ``status`` its class; ``event`` the drought
    that holds the month, with ``months`` so far."""

    station: Station
    value: float | None
    status: str
    why: str
    since: str = ""
    months: int = 0
    severity: float = 0.0
    years: int = 0


@dataclass(frozen=True)
class Picture:
    index: str
    scale: int
    month: str
    rows: list[Dry]


def drought(
    user: Any, *, index: str, scale: int, month: str | None = None, known_at: datetime | None = None
) -> Picture:
    """Raises ``ValueError`` for an index, scale or month that cannot be."""
    if index not in INDICES:
        raise ValueError(f"the index is {index!r}; give spi, spei or ssi")
    now = np.datetime64(timezone.now().astimezone(UTC).replace(tzinfo=None), "M")
    asked = month_of(month) if month else now - 1
    if asked > now:
        raise ValueError(f"the month {month} lies in the future")
    chosen = _series(user, index)
    ids = {one.pk for parts in chosen.values() for one in parts}
    end = datetime.fromisoformat(f"{said(asked + 1)}-01T00:00:00+00:00")
    found = windows_of(ids, start=FIRST, end=min(end, timezone.now()), known_at=known_at or FOREVER)
    rows = []
    for station, parts in chosen.items():
        known = [_cut(found.get(one.pk), latest_time(user, one)) for one in parts]
        rows.append(_judged(station, parts, known, index, scale, asked))
    rows.sort(key=lambda one: (one.value is None, one.value or 0.0, one.station.code))
    return Picture(index, scale, said(asked), rows)


def _series(user: Any, index: str) -> dict[Station, list[Series]]:
    """By station the series that the index is made of, the preferred one of each variable."""
    wanted = ("precipitation", "pet") if index == "spei" else (INDICES[index],)
    rows = Series.objects.visible_to(user).filter(variable__in=wanted, origin__in=ORIGINS).select_related("station")
    rows = rows.filter(station__in=Station.objects.visible_to(user).values("pk"))
    ranked = sorted(rows, key=lambda one: (not one.preferred, ORIGINS.index(one.origin), one.ref))
    found: dict[Station, dict[str, Series]] = {}
    for one in ranked:
        found.setdefault(one.station, {}).setdefault(one.variable, one)
    return {
        station: [parts[name] for name in wanted] for station, parts in found.items() if all(n in parts for n in wanted)
    }


def _cut(known: Known | None, limit: datetime | None) -> Known | None:
    """Without the values that are under an embargo for this person."""
    if known is None or limit is None:
        return known
    end = int(np.searchsorted(known.times, np.datetime64(limit.astimezone(UTC).replace(tzinfo=None), "us"), "right"))
    return Known(
        known.series, known.times[:end], known.values[:end], known.quality[:end], known.flow_quality[:end],
        known.known_from[:end], known.origin[:end], known.reasons[:end],
    )  # fmt: skip


def _judged(
    station: Station, parts: list[Series], known: list[Known | None], index: str, scale: int, asked: Any
) -> Dry:
    from rafid.methods.hydrology import drought_events, spei, spi, ssi

    held = [one for one in known if one is not None and len(one)]
    if len(held) < len(parts):
        return Dry(station, None, "", "empty")
    first = max(one.times[0] for one in held).astype("datetime64[M]")
    if first > asked:
        return Dry(station, None, "", "empty")
    months = [monthly(series, one, first, asked) for series, one in zip(parts, held, strict=True)]
    start = int(first.astype(int)) % 12 + 1
    if index == "spei":
        values = spei(months[0] - months[1], scale=scale, start_month=start)
    else:
        values = (spi if index == "spi" else ssi)(months[0], scale=scale, start_month=start)
    years = int(np.isfinite(months[0]).sum() // 12)
    value = float(values[-1])
    if np.isnan(value):
        recent = np.isnan(months[0][-scale:]).any()
        return Dry(station, None, "", "gap" if recent else "short", years=years)
    event = next((one for one in drought_events(values) if one.end == values.size), None)
    return Dry(
        station,
        value,
        class_of(value),
        "",
        said(first + event.start) if event else "",
        event.duration if event else 0,
        event.severity if event else 0.0,
        years,
    )


def class_of(value: float) -> str:
    """The class of a place's state by the percentile that the index stands for."""
    from scipy import special  # heavy, and wanted only where an index is computed

    from rafid.methods.hydrology.drought import HYDROSOS

    percentile = 100 * float(special.ndtr(value))
    for end, name in HYDROSOS:
        if percentile < end or (percentile == end and end > 50):
            return name.replace(" ", "_")
    return "high"
