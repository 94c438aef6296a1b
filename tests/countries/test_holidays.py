"""Holidays and hours of the country pack: each with its source, lunar ones without a day of their own."""

from __future__ import annotations

import re
from datetime import date, time

from rafid.commons.places.country import country
from rafid.programmes.monitoring.weeks.country_days import (
    expected_between,
    fixed_between,
    holidays,
    hours,
    is_weekend,
    usual_hours,
)

SORANI_ONLY = re.compile(r"[ەۆێڵڕ]")


def test_each_holiday_has_three_names_a_source_and_a_date():
    assert len({one.code for one in holidays()}) == len(holidays()) > 10
    for one in holidays():
        assert all(one.names.values()), one.code
        assert not SORANI_ONLY.search(one.names["ar"]), one.code
        assert one.source, one.code
        assert re.fullmatch(r"\d{4}", one.as_of), one.code
        assert one.days >= 1
        date(2028, one.month, min(one.day, 29))
    places = {row["ref"] for row in country().table("places.csv")}
    assert {ref for one in holidays() for ref in one.places} <= places


def test_lunar_holidays_are_announced_and_only_expected():
    fixed = fixed_between(date(2026, 1, 1), date(2027, 1, 1))
    assert [one.code for one in fixed[date(2026, 3, 21)]] == ["nowruz"]
    assert not any(one.code == "fitr" for rows in fixed.values() for one in rows)
    expected = {one.code: on for on, one in expected_between(date(2026, 1, 1), date(2027, 1, 1))}
    assert abs((expected["fitr"] - date(2026, 3, 20)).days) <= 1
    assert expected.keys() == {one.code for one in holidays() if not one.fixed}
    assert all("announced" in one.note for one in holidays() if not one.fixed)


def test_the_weekend_and_the_hours():
    assert is_weekend(date(2026, 11, 27))
    assert not is_weekend(date(2026, 11, 29))
    assert usual_hours() == (time(7), time(16))
    heat = next(one for one in hours() if one.kind == "heat")
    assert heat.holds(date(2026, 7, 20))
    assert not heat.holds(date(2026, 11, 29))
    assert all(one.opens < one.closes and one.source for one in hours())
