"""Several sources of one quantity at one place (gauge, dam sheet, altimeter, model): where they disagree more than they may.

Nobody's number is overwritten: the finding stands at the source that is not the preferred one. Levels are compared without the
usual offset between them, as a gauge and an altimeter count from other zeros.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.records.models import Severity
from rafid.methods.hydrology import apart, usual_offset
from rafid.methods.hydrology.consistency import runs

from ..models import Series, SeriesFinding
from ..station.queries import LEVELS
from ..units import in_units
from ..values.reading import windows_of
from .days import Days, by_day
from .limits import Limits, limits_of, wanted

CODE = "apart"
BEFORE = timedelta(days=60)
MEASURED = ("observed", "telemetry")
USUAL: dict[str, tuple[float, float]] = {
    **dict.fromkeys(LEVELS, (0.0, 0.3)),
    "discharge": (0.3, 5.0),
    "inflow": (0.4, 10.0),
    "release": (0.2, 5.0),
    "storage": (0.1, 5.0),
    "precipitation": (0.75, 15.0),
    "temperature": (0.0, 4.0),
    "swe": (0.5, 20.0),
}
"""By variable the share and the floor beyond which two sources disagree; of others a quarter is believed."""
MODELLED = 2.0
"""What a satellite or a model says may lie so many times further away."""
MESSAGE = gettext_noop("%(origin)s says %(value)s %(unit)s, and %(other)s says %(against)s %(unit)s.")
ORDER = ("observed", "telemetry", "derived", "altimetry", "satellite", "model")


def quantity(series: Series) -> tuple[Any, str]:
    """Series with the same answer tell one quantity: all water levels of a place are one."""
    return series.station_id, "level" if series.variable in LEVELS else series.variable


def rank(series: Series) -> tuple[bool, int, str]:
    """The first of a quantity is the one that others are compared with."""
    return not series.preferred, ORDER.index(series.origin) if series.origin in ORDER else len(ORDER), series.ref


def groups() -> list[list[Series]]:
    rows = Series.objects.exclude(origin="forecast").filter(station__status="active").select_related("station")
    some: dict[Any, list[Series]] = defaultdict(list)
    for one in rows:
        some[quantity(one)].append(one)
    return [sorted(own, key=rank) for own in some.values() if len(own) > 1]


def found(start: datetime, now: datetime) -> Iterator[SeriesFinding]:
    every = groups()
    ids = {one.pk for own in every for one in own}
    days = by_day(windows_of(ids, start=start - BEFORE, end=now), start - BEFORE, now)
    for first, *others in every:
        for other in others:
            # What was computed from the first says nothing else than it.
            if wanted(other, CODE) and other.derived_from_id != first.pk:
                yield from _doubts(first, other, days, start)


def allowed(other: Series, limits: Limits) -> tuple[float, float]:
    share, floor = USUAL.get(other.variable, (0.25, 0.0))
    more = 1.0 if other.origin in MEASURED else MODELLED
    return (
        share * more if limits.apart_share is None else limits.apart_share,
        floor * more if limits.apart_floor is None else limits.apart_floor,
    )


def _doubts(first: Series, other: Series, days: Days, start: datetime) -> Iterator[SeriesFinding]:
    base, said = days.of(first), days.of(other)
    offset = usual_offset(said, base) if other.variable in LEVELS else 0.0
    share, floor = allowed(other, limits_of(other))
    flags = apart(said - offset, base, share=share, floor=floor)
    for begin, end in runs(flags):
        if days.time(end) < start:
            continue
        worst = begin + int(np.argmax(np.abs(said[begin : end + 1] - offset - base[begin : end + 1])))
        yield SeriesFinding(
            series=other,
            check_code=CODE,
            severity=Severity.CHECK if other.origin in MEASURED else Severity.NOTE,
            start=days.first(other, begin),
            end=days.last(other, end),
            value=float(said[worst]),
            against=round(float(base[worst] + offset), 3),
            message=in_three(
                MESSAGE,
                origin=_name(other),
                value=f"{said[worst]:.4g}",
                other=_name(first),
                against=f"{base[worst] + offset:.4g}",
                unit=in_units(other.unit),
            ),
        )


def _name(series: Series) -> Any:
    """What a source is called: the model or satellite by its own name, the others by what they are."""
    return series.origin_name or in_three(str(_UNTRANSLATED[series.origin]))


_UNTRANSLATED: dict[str, Any] = {
    "observed": gettext_noop("The gauge"),
    "telemetry": gettext_noop("Telemetry"),
    "derived": gettext_noop("The computed value"),
    "altimetry": gettext_noop("The altimeter"),
    "satellite": gettext_noop("The satellite"),
    "model": gettext_noop("The model"),
    "forecast": gettext_noop("The forecast"),
}
