from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.commons.records.tabular import CellError
from rafid.commons.records.tabular.calendars import (
    hijri_month_length,
    hijri_to_gregorian,
    solar_hijri_to_gregorian,
    solar_month_length,
    to_gregorian,
)
from rafid.commons.records.tabular.months import GREGORIAN, HIJRI, SOLAR
from rafid.commons.records.tabular.parse import column_date_order, parse_date, parse_period

APRIL = date(2024, 4, 3)


@pytest.mark.parametrize(
    "cell",
    ["2024-04-03", "2024/4/3", "2024.04.03", "3 نيسان 2024", "3/نيسان/2024", "٣ نيسان ٢٠٢٤", "3 أبريل 2024", "3 ابريل 2024",
     "3ی نیسانی 2024", "3ی نیسان 2024", "3 April 2024", "April 3, 2024", "3rd of April 2024", "2024 April 3", "3-Apr-2024",
     "Wednesday, 3 April 2024", "الأربعاء 3 نيسان 2024", "يوم الأربعاء 3 نيسان 2024 م", "20240403", "2024-04-03T10:30:00Z",
     "2024-04-03 10:30", "3 نيسان 2024 10:30 ص", "٢٠٢٤/٤/٣", "\u200f2024-04-03\u200f", "2024-04-03 00:00:00",
     APRIL, datetime(2024, 4, 3, 23, 59)],
)  # fmt: skip
def test_one_day_written_in_many_ways(cell):
    got = parse_date(cell)
    assert (got.value, got.calendar, got.doubt) == (APRIL, "gregorian", None)


@pytest.mark.parametrize(
    ("cell", "value", "doubt"),
    [
        ("03/04/2024", APRIL, "order"),
        ("3-4-2024", APRIL, "order"),
        ("04/04/2024", date(2024, 4, 4), None),
        ("31/10/2024", date(2024, 10, 31), None),
        ("04/13/2024", date(2024, 4, 13), "american"),
        ("5-Mar-24", date(2024, 3, 5), "two_digit_year"),
        ("31/10/24", date(2024, 10, 31), "two_digit_year"),
        ("31/10/75", date(1975, 10, 31), "two_digit_year"),
        ("45385", APRIL, "serial"),
        (45385, APRIL, "serial"),
        (45385.5, APRIL, "serial"),
        ("31102024", date(2024, 10, 31), "compact"),
    ],
)
def test_what_is_uncertain_is_told(cell, value, doubt):
    got = parse_date(cell)
    assert (got.value, got.doubt, got.certain) == (value, doubt, doubt is None)


def test_the_column_settles_the_order():
    assert parse_date("03/04/2024", order="dmy") == (APRIL, "gregorian", None)
    assert parse_date("03/04/2024", order="mdy") == (date(2024, 3, 4), "gregorian", None)
    assert column_date_order(["03/04/2024", "31/12/2024", "x", None]) == "dmy"
    assert column_date_order(["03/04/2024", "12/31/2024"]) == "mdy"
    assert column_date_order(["31/12/2024", "12/31/2024"]) is None
    assert column_date_order(["2024-12-31", "03/04/2024"]) is None


@pytest.mark.parametrize(
    ("cell", "value", "calendar", "doubt"),
    [
        ("٢٤ رمضان ١٤٤٥ هـ", APRIL, "hijri", "hijri_day"),
        ("24 رمضان المبارك 1445", APRIL, "hijri", "hijri_day"),
        ("24/9/1445", APRIL, "hijri", "hijri_day"),
        ("1445/09/24 هـ", APRIL, "hijri", "hijri_day"),
        ("1445-09-24", APRIL, "hijri", "hijri_day"),
        ("24 Ramadan 1445 AH", APRIL, "hijri", "hijri_day"),
        ("24/9/1400 هـ", date(1980, 8, 6), "hijri", "hijri_day"),
        ("15 فروردین 1403", APRIL, "solar_hijri", None),
        ("15ی خاکەلێوەی 1403", APRIL, "solar_hijri", None),
        ("1403/1/15 هـ.ش", APRIL, "solar_hijri", None),
        ("15ی خاکەلێوەی 2724", APRIL, "kurdish", None),
        ("15/1/2724", APRIL, "kurdish", None),
        ("15ی ڕەشەمەی 2724", date(2025, 3, 5), "kurdish", None),
    ],
)
def test_three_calendars(cell, value, calendar, doubt):
    got = parse_date(cell)
    assert (got.value, got.calendar, got.doubt) == (value, calendar, doubt)


def test_a_year_of_two_calendars_is_an_error_that_names_both():
    with pytest.raises(CellError) as caught:
        parse_date("12/03/1403")
    assert caught.value.code == "date_calendar_unclear"
    assert "1982-12-28" in str(caught.value)
    assert "2024-06-01" in str(caught.value)
    assert parse_date("12/03/1403", calendar="hijri").value == date(1982, 12, 28)
    assert parse_date("12/03/1403", calendar="solar_hijri").value == date(2024, 6, 1)


def test_one_day_in_several_calendars():
    for cell in (
        "٢٤ رمضان ١٤٤٥ هـ الموافق ٣ نيسان ٢٠٢٤ م",
        "3 نيسان 2024 (24 رمضان 1445)",
        "2024-04-03 / 24 رمضان 1445 هـ / 15 فروردین 1403",
        "3ی نیسانی 2024 بەرامبەر 15ی خاکەلێوەی 2724",
    ):
        assert parse_date(cell) == (APRIL, "gregorian", None)
    with pytest.raises(CellError) as caught:
        parse_date("24 رمضان 1445 الموافق 3 أيار 2024")
    assert caught.value.code == "date_calendars_disagree"
    assert "2024-05-03" in str(caught.value)
    assert "2024-04-03" in str(caught.value)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("hello", "not_a_date"), ("2024", "not_a_date"), (2024, "not_a_date"), ("نيسان 2024", "not_a_date"),
        (True, "not_a_date"), (time(5), "not_a_date"), ("1/2/3/4", "not_a_date"),
        ("2024-04-03 / hello", "not_a_date"), ("99/99", "not_a_date"),
        ("2024-02-30", "no_such_day"), ("30/2/2024", "no_such_day"), ("31 نيسان 2024", "no_such_day"),
        ("2024-13-01", "no_such_day"),
        ("30 رمضان 1446 / 2025", "not_a_date"), ("31/9/1445", "no_such_day"), ("0001-01-01", "date_out_of_range"),
        ("24 رمضان 2024", "date_out_of_range"), ("3 آذار 1445", "date_out_of_range"), (date(9999, 12, 31), "date_out_of_range"),
        ("#REF!", "error_cell"),
    ],
)  # fmt: skip
def test_what_is_no_date(cell, code):
    with pytest.raises(CellError) as caught:
        parse_date(cell)
    assert caught.value.code == code


@pytest.mark.parametrize("cell", [None, "", "-", "لا يوجد", "n/a"])
def test_no_date(cell):
    assert parse_date(cell) is None


@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_again(day):
    assert parse_date(day.isoformat()).value == day
    assert parse_date(f"{day.day}/{day.month}/{day.year}").value == day
    assert parse_date(f"{day.day} {GREGORIAN[day.month - 1][0]} {day.year}").value == day
    assert parse_date(f"{day.day}ی {GREGORIAN[day.month - 1][3]}ی {day.year}").value == day
    assert parse_date(f"{day:%d %b %Y}", order="dmy").value == day
    assert parse_date(f"{day:%m/%d/%Y}", order="mdy").value == day


@pytest.mark.parametrize(
    ("calendar", "months", "year"),
    [("gregorian", GREGORIAN, 2024), ("hijri", HIJRI, 1445), ("solar_hijri", SOLAR, 1403)],
)
def test_every_name_of_every_month(calendar, months, year):
    for number, spellings in enumerate(months, start=1):
        for spelling in spellings:
            got = parse_date(f"5 {spelling} {year}")
            assert (got.value, got.calendar) == (to_gregorian(calendar, year, number, 5), calendar), spelling


# Published equivalents: Umm al-Qura and astronomical lists agree with the tabular calendar on these days.
@pytest.mark.parametrize(
    ("hijri", "gregorian"),
    [
        ((1445, 1, 1), (2023, 7, 19)),
        ((1445, 9, 1), (2024, 3, 11)),
        ((1446, 1, 1), (2024, 7, 8)),
        ((1, 1, 1), (622, 7, 19)),
    ],
)
def test_hijri_days(hijri, gregorian):
    assert hijri_to_gregorian(*hijri) == date(*gregorian)


@pytest.mark.parametrize(
    ("solar", "gregorian"),
    [
        ((1300, 1, 1), (1921, 3, 21)), ((1348, 10, 11), (1970, 1, 1)), ((1399, 12, 30), (2021, 3, 20)),
        ((1400, 1, 1), (2021, 3, 21)), ((1402, 1, 1), (2023, 3, 21)), ((1403, 1, 1), (2024, 3, 20)),
        ((1403, 12, 30), (2025, 3, 20)), ((1404, 1, 1), (2025, 3, 21)),
    ],
)  # fmt: skip
def test_solar_days(solar, gregorian):
    assert solar_hijri_to_gregorian(*solar) == date(*gregorian)


@pytest.mark.parametrize(
    ("convert", "length", "years"),
    [
        (hijri_to_gregorian, hijri_month_length, range(1300, 1501)),
        (solar_hijri_to_gregorian, solar_month_length, range(1300, 1498)),
    ],
)
def test_calendars_leave_no_day_out(convert, length, years):
    expected = convert(years[0], 1, 1)
    for year in years:
        for month in range(1, 13):
            for day in (1, length(year, month)):
                assert convert(year, month, day) == expected + timedelta(days=day - 1)
            expected += timedelta(days=length(year, month))
            with pytest.raises(ValueError, match="no day"):
                convert(year, month, length(year, month) + 1)


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        ("2024", "2024"), (2024, "2024"), (2024.0, "2024"), ("٢٠٢٤", "2024"), ("سنة 2024", "2024"), ("ساڵی 2024", "2024"),
        ("2024-10", "202410"), ("10/2024", "202410"), ("202410", "202410"), (202410, "202410"), ("2024/1", "202401"),
        ("آذار 2024", "202403"), ("ئازاری 2024", "202403"), ("March 2024", "202403"), ("Mar-24", "202403"),
        ("2024 Sept", "202409"),
        ("كانون الثاني/2024", "202401"), ("کانوونی یەکەمی ٢٠٢٤", "202412"), ("شهر يناير 2024", "202401"),
        ("2024Q1", "2024Q1"), ("Q1 2024", "2024Q1"), ("2024-Q4", "2024Q4"), ("1Q2024", "2024Q1"), ("Q3/2024", "2024Q3"),
        ("الربع الأول 2024", "2024Q1"), ("الربع الرابع لسنة 2024", "2024Q4"), ("چارەکی دووەمی 2024", "2024Q2"),
        ("third quarter 2024", "2024Q3"), ("الفصل 2 2024", "2024Q2"),
        ("2026W5", "2026W5"), ("2026-W05", "2026W5"), ("W53 2026", "2026W53"), ("Week 5, 2026", "2026W5"),
        ("الأسبوع 5 2026", "2026W5"), ("هەفتەی 5 2026", "2026W5"),
        (date(2024, 10, 1), "202410"), (datetime(2024, 10, 1), "202410"), ("2024-10-01", "202410"), (None, None), ("-", None),
    ],
)  # fmt: skip
def test_periods(cell, period):
    assert parse_period(cell) == period


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("abc", "not_a_period"), ("2024-13", "not_a_period"), ("2024Q5", "not_a_period"), ("الربع 5 2024", "not_a_period"),
        ("الربع 2024", "not_a_period"), (20241, "not_a_period"), (True, "not_a_period"), ("رمضان 1445", "not_a_period"),
        ("1445", "date_out_of_range"), ("2025W53", "no_such_day"), ("2026W0", "no_such_day"), ("2024-10-15", "period_is_a_day"),
        ("3 نيسان 2024", "period_is_a_day"), (date(2024, 10, 15), "period_is_a_day"), (time(1), "not_a_period"),
    ],
)  # fmt: skip
def test_what_is_no_period(cell, code):
    with pytest.raises(CellError) as caught:
        parse_period(cell)
    assert caught.value.code == code
