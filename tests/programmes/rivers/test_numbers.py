"""Numbers as people write them, read in one way by every door: what can mean two things is refused with both."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from rafid.programmes.rivers.arriving.readers.tables import read_table
from rafid.programmes.rivers.values.numbers import read_number, two_readings


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("6000", 6000), (" 6.000 ", 6), ("6,5", 6.5), ("6,50", 6.5), ("-6,5", -6.5), ("−0,4", -0.4), ("0,125", 0.125),
        ("1234,567", 1234.567), ("٦٫٥", 6.5), ("٦،٥", 6.5), ("٦٬٠٠٠", 6000), ("۱٬۲۳۴٫۵", 1234.5), ("6٬000,25", 6000.25),
        ("1٬234٬567", 1234567), ("\u200f12\u200e", 12), (".5", 0.5), ("1e3", 1000), (6, 6), (6.25, 6.25),
    ],
)  # fmt: skip
def test_it_is_read(written, number):
    assert read_number(written) == number


@pytest.mark.parametrize(
    ("written", "both"),
    [("6,000", ("6000", "6.000")), ("-12,345", ("-12345", "-12.345")), ("٦,٠٠٠", ("6000", "6.000")),
     ("١٢٣،٤٥٦", ("123456", "123.456"))],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused_with_both(written, both):
    assert two_readings(written) == both
    with override("en"), pytest.raises(ValueError, match=f"“{written}” can be read in two ways. Write {both[0]} or "):
        read_number(written)
    assert [read_number(one) for one in both] == [float(one) for one in both]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "much",
        "1,234,5",
        "1,234.5",
        "1,234,567",
        "6٬00",
        "6٬000٫1٫2",
        "6٫5,1",
        "inf",
        "nan",
        "1e999",
        "6 000",
        True,
        ",",
    ],
)
def test_what_is_no_number_is_refused(written):
    assert not isinstance(written, str) or two_readings(written) is None
    with override("en"), pytest.raises(ValueError, match="is no number"):
        read_number(written)


def table_of(tmp_path, *cells):
    path = tmp_path / "values.csv"
    rows = "".join(f"a;2026-03-{at:02}T06:00Z;stage;{cell}\n" for at, cell in enumerate(cells, 1))
    path.write_text(f"station;time;variable;value\n{rows}")
    found = read_table(path)
    return [one.value for one in found.rows], [(one.row, one.text()) for one in found.refused]


def test_a_table_that_shows_nothing_else_refuses_the_row(tmp_path):
    values, refused = table_of(tmp_path, "320", "6,000")
    assert values == [320]
    assert refused == [(3, "“6,000” can be read in two ways. Write 6000 or 6.000.")]


def test_the_other_cells_of_a_column_say_which_it_is(tmp_path):
    assert table_of(tmp_path, "3,25", "6,000") == ([3.25, 6.0], [])
    assert table_of(tmp_path, "3.25", "6,000") == ([3.25, 6000.0], [])
