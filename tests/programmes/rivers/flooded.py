"""A gauge with 44 years of daily flow whose yearly peaks are those of the Guadalupe at Victoria, 1935 to 1978 (US Geological
Survey), put into the water years 1982 to 2025 of an invented river."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

FIRST = 1982
PEAKS = [
    38500, 179000, 17200, 25400, 4940, 55900, 58000, 56000, 7710, 12300, 22000, 17900, 46000, 6970, 20600, 13300, 12300, 28400,
    11600, 8560, 4950, 1730, 25300, 58300, 10100, 23700, 55800, 10800, 4100, 5720, 15000, 9790, 70000, 44300, 15200, 9190, 9740,
    58500, 33100, 25200, 30200, 14100, 54500, 12700,
]  # fmt: skip
LAST = FIRST + len(PEAKS) - 1
KNOWN = datetime(2025, 10, 5, tzinfo=UTC)

_FLOWS = """
INSERT INTO rafid_rivers_value (series_id, time, known_from, value, quality, origin_ref, reason)
SELECT %(series)s, day + interval '3 hours', %(known)s, CASE WHEN to_char(day, 'MM-DD') = '04-10' THEN %(peak)s ELSE
       %(low)s * (1 + 0.3 * sin(extract(doy FROM day) / 58.1)) END, 1, 'test', ''
FROM generate_series(%(first)s::timestamptz, %(last)s::timestamptz, interval '1 day') AS day
"""


def flow_in(series, year: int, peak: float, *, days: int = 365, known=KNOWN, low: float = 900.0) -> None:
    """Daily flow of one water year, October to September, its peak on the tenth of April."""
    with connection.cursor() as cursor:
        for one in (year - 1, year):
            cursor.execute("SELECT rafid_rivers_value_year(%s)", [one])
        first = datetime(year - 1, 10, 1, tzinfo=UTC)
        last = datetime(year, 9, 30, tzinfo=UTC) if days == 365 else first.replace(day=1)
        if days != 365:
            last = datetime.fromtimestamp(first.timestamp() + (days - 1) * 86400, UTC)
        cursor.execute(
            _FLOWS,
            {"series": series.pk, "known": known, "peak": peak, "low": min(low, peak), "first": first, "last": last},
        )


@pytest.fixture
def flooded(river):
    river.station = river.make_station()
    river.flow = river.make_series(river.station, "discharge", aggregation="instant", preferred=True)
    for place, peak in enumerate(PEAKS):
        flow_in(river.flow, FIRST + place, peak)
    return river
