"""Numbers, dates and periods as Iraq writes them, with digits 0-9."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from rafid.commons import writing

NUMBERS = [
    (0, None, "0"),
    (1234567, None, "1,234,567"),
    (1234567.5, None, "1,234,567.5"),
    (0.128, None, "0.13"),
    (Decimal("46118793"), None, "46,118,793"),
    (49.6, 1, "49.6"),
    (50, 1, "50.0"),
    (49.96, 0, "50"),
    ("12", None, "12"),
    (-12, None, "\u200e−12"),
    (-0.001, None, "0"),
    (None, None, ""),
    ("", None, ""),
    ("x", None, ""),
    (float("nan"), None, ""),
    (float("inf"), None, ""),
]


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize(("value", "places", "written"), NUMBERS)
def test_numbers(value, places, written, language):
    with translation.override(language):
        assert writing.number(value, places) == written


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_a_written_number_can_be_read_back(value):
    written = writing.number(value)
    assert int(written.replace(",", "").replace("\u200e", "").replace("−", "-")) == value


DAYS = {"ar": "30 أيلول 2026", "ckb": "30ی ئەیلوولی 2026", "en": "30 September 2026"}


@pytest.mark.parametrize("language", DAYS)
def test_days_have_iraq_s_months(language):
    with translation.override(language):
        assert writing.day(dt.date(2026, 9, 30)) == DAYS[language]
        # 22:30 in UTC is the next day in Baghdad.
        assert writing.day(dt.datetime(2026, 9, 29, 22, 30, tzinfo=dt.UTC)) == DAYS[language]
        assert writing.moment(dt.datetime(2026, 9, 30, 11, 5, tzinfo=dt.UTC)).endswith("14:05")
        assert writing.moment(dt.datetime(2026, 9, 30, 11, 5, tzinfo=dt.UTC)).startswith(DAYS[language])
        assert writing.day(None) == writing.moment(None) == ""


PERIODS = [
    ("2026", "ar", "2026"),
    ("202609", "ar", "أيلول 2026"),
    ("202609", "ckb", "ئەیلوولی 2026"),
    ("202609", "en", "September 2026"),
    ("2026Q3", "ar", "الربع الثالث من 2026"),
    ("2026Q3", "en", "3rd quarter 2026"),
    ("2026W5", "en", "Week 5 of 2026"),
    ("2026W5", "ar", "الأسبوع 5 من 2026"),
    ("202613", "en", "202613"),
    ("soon", "en", "soon"),
    ("", "en", ""),
    (None, "en", ""),
]


@pytest.mark.parametrize(("period", "language", "written"), PERIODS)
def test_periods(period, language, written):
    with translation.override(language):
        assert writing.period(period) == written


@pytest.mark.parametrize(
    ("size", "written"),
    [(0, "0 B"), (999, "999 B"), (1200, "1.2 kB"), (123456, "123 kB"), (5_000_000, "5.0 MB"), (None, "0 B")],
)
def test_sizes(size, written):
    assert writing.size(size) == written
