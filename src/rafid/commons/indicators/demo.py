"""Figures of the demonstration: what is declared with ``made_up``, by district and month of two years, by seed.

Numerators are made before the rates of them, so that each rate is what its own counts say. The last month is provisional, and
some districts are late with it. Nobody counted any of this; each figure's source says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rafid.commons.people.models import Account, Organisation
from rafid.commons.people.visibility import holder
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import Indicator as Declared
from rafid.commons.programme import Programme, installed

from .aims import set_aim
from .figures import DEMONSTRATION, Reader
from .models import Indicator, IndicatorValue
from .queries import periods
from .write import record_values

MONTHS, FEW = 24, 3
LATE = 0.06
"""Share of districts that are late with the last month."""
_COMMON = 40_000.0
"""Inhabitants of a district of which nothing is known."""
FEW_CODES = ("children-due", "mcv1-doses", "mcv1-coverage")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Ground:
    """The districts with their inhabitants and how far north they lie (-1..1), and the months as ``202610``."""

    places: Sequence[Place]
    inhabitants: Numbers
    north: Numbers
    months: Sequence[str]


def load(today: date, scale: float = 1) -> list[str]:
    """``scale`` below 1: three indicators, three months. What is there already stays as it is."""
    found = {
        one.code: (programme, one)
        for programme in installed()
        for one in programme.indicators
        if (scale >= 1 or one.code in FEW_CODES) and _made(one, programme)
    }
    there = IndicatorValue.objects.filter(indicator__code__in=list(found), source_text__contains=DEMONSTRATION)
    if not found or there.exists():
        return []
    ground = _ground(today, MONTHS if scale >= 1 else FEW)
    series: dict[str, Numbers] = {}
    lines = []
    for programme in installed():
        own = [one for of, one in found.values() if of is programme]
        owner = _owner(programme)
        if own and owner is not None:
            written = record_values(
                None,
                _rows(own, programme, ground, series, today),
                owner=owner.pk,
                source=f"{DEMONSTRATION}: {owner.name_en}, invented figures",
                as_of=today.isoformat(),
            )
            lines.append(f"{programme.name}: {written.inserted} figures of {len(own)} indicators")
    _aims(found, ground, today)
    return lines


def _made(one: Declared, programme: Programme) -> bool:
    """Has it figures of its own, or is it the rate of two that have?"""
    counts = {other.code for other in programme.indicators if other.made_up and other.made_up.usual}
    return one.code in counts or {one.numerator, one.denominator} <= counts


def _owner(programme: Programme) -> Organisation | None:
    officer = Account.objects.filter(login=f"{programme.name}.officer").select_related("organisation").first()
    return officer.organisation if officer and officer.organisation else Organisation.objects.order_by("ref").first()


def _ground(today: date, count: int) -> Ground:
    places = list(Place.objects.filter(level=Level.DISTRICT, division=country().division).order_by("ref"))
    reader = Reader(holder("platform.author"))
    newest = next(iter(periods(reader, ["population"])), "")
    known = reader.board(newest, ["population"]).of("population") if newest else {}
    inhabitants = [found.value if (found := known.get(one.pk)) and found.value else _COMMON for one in places]
    latitude = np.array([one.point.y if one.point else np.nan for one in places])
    middle, half = np.nanmean(latitude), np.nanmax(np.abs(latitude - np.nanmean(latitude))) or 1.0
    last = today.year * 12 + today.month - 2  # the month before, counted from 0
    months = [f"{at // 12}{at % 12 + 1:02}" for at in range(last - count + 1, last + 1)]
    return Ground(places, np.array(inhabitants, float), np.nan_to_num((latitude - middle) / half), months)


def _rows(
    own: Sequence[Declared], programme: Programme, ground: Ground, series: dict[str, Numbers], today: date
) -> Iterator[dict[str, Any]]:
    late = np.random.default_rng(crc32(programme.name.encode())).random(len(ground.places)) < LATE
    ids: list[UUID] = [one.pk for one in ground.places]
    for one in own:
        if one.made_up and one.made_up.usual:
            series[one.code] = _series(one, ground, series)
    for one in own:
        rate = one.code not in series
        above = series[one.numerator if rate else one.code].tolist()
        below = series[one.denominator].tolist() if rate else None
        for at, month in enumerate(ground.months):
            last = at == len(ground.months) - 1
            for number, place in enumerate(ids):
                if last and late[number]:
                    continue
                row: dict[str, Any] = {"indicator": one.code, "place": place, "period": month, "provisional": last}
                if below is None:
                    row["value"] = above[at][number]
                else:
                    row["numerator"], row["denominator"] = above[at][number], below[at][number]
                yield row


def _series(one: Declared, ground: Ground, series: Mapping[str, Numbers]) -> Numbers:
    """Months × districts."""
    shape = one.made_up
    assert shape is not None
    chance = np.random.default_rng(crc32(one.code.encode()))
    months = np.array([int(month[4:]) for month in ground.months])
    year = np.arange(len(months)) / 12
    through = (1 + shape.season * np.cos(2 * np.pi * (months - shape.peak) / 12)) * (1 + shape.trend) ** year
    across = np.exp(chance.normal(0, shape.spread, len(ground.places))) * np.clip(
        1 + shape.north * ground.north, 0.05, None
    )
    noise = chance.normal(1, max(shape.spread / 4, 0.01), (len(months), len(ground.places)))
    rise = np.clip(through, 0, None)[:, None] * across[None, :] * np.clip(noise, 0.2, 1.8)
    if shape.of:
        # A share: what lacks to the whole is what differs, so that none of them goes beyond it.
        lack = (1 - shape.usual) / rise**3 if shape.usual > 0.5 else 1 - shape.usual * rise
        return np.round(series[shape.of] * np.clip(1 - lack, 0.0, 1.0))
    if one.rollup in ("mean", "min", "max"):
        return np.round(shape.usual * rise, 1)
    return np.round(ground.inhabitants[None, :] / 100_000 * shape.usual * rise)


def _aims(found: Mapping[str, tuple[Programme, Declared]], ground: Ground, today: date) -> None:
    """Targets of the years and the baseline of the first month, for the whole country, of those that name an aim."""
    by = Account.objects.filter(login="platform.author").first()
    whole = Place.objects.filter(level=Level.COUNTRY).first()
    wanted = [one.code for _programme, one in found.values() if one.made_up and one.made_up.aim is not None]
    if by is None or whole is None or not wanted:
        return
    board = Reader(by).board(ground.months[0], wanted)
    rows = {row.code: row for row in Indicator.objects.adopted().filter(code__in=wanted)}
    source = f"{DEMONSTRATION}: invented plan"
    for code in wanted:
        shape = found[code][1].made_up
        assert shape is not None
        assert shape.aim is not None
        for year in sorted({month[:4] for month in ground.months}):
            set_aim("target", rows[code], whole, year, shape.aim, source=source, on=today, by=by)
        began = board.value(whole.pk, code)
        if began is not None:
            set_aim("baseline", rows[code], whole, ground.months[0], round(began, 1), source=source, on=today, by=by)
