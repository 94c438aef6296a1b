from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.commons.records.tabular import CellError
from rafid.commons.records.tabular.parse import column_number_style, parse_integer, parse_number, read_number


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1234", "1234"), ("١٢٣٤", "1234"), ("۱۲۳۴", "1234"), ("１２", "12"),
        ("1,234", "1234"), ("1,234,567.5", "1234567.5"), ("1.234.567,5", "1234567.5"), ("1.234.567", "1234567"),
        ("1 234 567", "1234567"), ("1\u00a0234,5", "1234.5"), ("1\u202f234", "1234"), ("1'234", "1234"), ("1’234.5", "1234.5"),
        ("١٬٢٣٤٫٥", "1234.5"), ("١٢٫٥", "12.5"), ("٫5", "0.5"), ("1،234", "1234"), ("٤٥,٥", "45.5"),
        ("1,23", "1.23"), ("12,5", "12.5"), ("0,123", "0.123"), ("1234,567", "1234.567"), ("1.5", "1.5"), (".5", "0.5"),
        ("-5", "-5"), ("5-", "-5"), ("−5", "-5"), ("–5", "-5"), ("(5)", "-5"), ("(1,234.50)", "-1234.50"), ("+5", "5"),
        ("\u200f-٥", "-5"), ("45%", "0.45"), ("٤٥٪", "0.45"), ("% 45", "0.45"), ("(4.5%)", "-0.045"), ("1‰", "0.001"),
        ("1.2E+05", "120000"), (" 7 ", "7"), ("'007", "7"), (7, "7"), (0.1, "0.1"), (1e20, "1e20"), (Decimal("3.5"), "3.5"),
    ],
)  # fmt: skip
def test_numbers(cell, value):
    assert parse_number(cell) == Decimal(value)


@pytest.mark.parametrize(
    "cell", [None, "", " ", "-", "–", "..", "…", "n/a", "N/A", "NULL", "لا يوجد", "نییە", "\u200f"]
)
def test_cells_that_say_that_there_is_none(cell):
    assert parse_number(cell) is None
    assert parse_integer(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["abc", "12abc", "1,234,56", "12 3456", "1 2", "1..2", "--5", "%", "()", "5%%", "1-2", "$5", "2024-01-01", True, "٫",
     "1٫2٫3", "²", "Ⅷ", "1e5e5", "x" * 300, float("nan"), float("inf"), Decimal("sNaN")],
)  # fmt: skip
def test_what_is_no_number(cell):
    with pytest.raises(CellError) as caught:
        parse_number(cell)
    assert caught.value.code == "not_a_number"


@pytest.mark.parametrize("cell", ["9" * 41, "1e60", 10**41, Decimal("1e-60"), "1E-99"])
def test_numbers_that_nobody_means(cell):
    with pytest.raises(CellError) as caught:
        parse_number(cell)
    assert caught.value.code == "number_too_large"


def test_errors_of_spreadsheets():
    for cell in ("#N/A", "#DIV/0!", "#####"):
        with pytest.raises(CellError) as caught:
            parse_number(cell)
        assert caught.value.code == "error_cell"
    with pytest.raises(CellError):
        parse_number(CellError("error_cell", value="#REF!"))


def test_a_lone_point_before_three_digits_is_ambiguous():
    assert read_number("1.234") == (Decimal("1.234"), True)
    assert read_number("1,234") == (Decimal(1234), False)
    assert read_number("12.5") == (Decimal("12.5"), False)
    assert read_number("1.234", style="comma") == (Decimal(1234), False)
    assert read_number("1,234", style="comma") == (Decimal("1.234"), False)
    assert read_number("1.234", style="point") == (Decimal("1.234"), False)
    assert parse_number("1,234", style="point") == 1234
    with pytest.raises(CellError):
        parse_number("1.234.567", style="point")


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["1.234", "1.500", "12,5"], "comma"),
        (["1.234", "2.345.678"], "comma"),
        (["1,234", "12.5"], "point"),
        (["1,234,567"], "point"),
        (["1.234", "5.678"], None),
        (["1,5", "1.25"], None),
        (["abc", None, 5, "٥"], None),
        (["١٬٢٣٤٫٥"], None),
        (["45,5%"], "comma"),
        (["0.123"], "point"),
    ],
)
def test_a_column_shows_its_style(cells, style):
    assert column_number_style(cells) == style


@pytest.mark.parametrize(
    ("cell", "value"), [("7", 7), ("7.0", 7), (7.0, 7), ("1,234", 1234), ("٧", 7), ("-3", -3), (12, 12)]
)
def test_integers(cell, value):
    got = parse_integer(cell)
    assert got == value
    assert type(got) is int


@pytest.mark.parametrize("cell", ["7.5", 7.5, "45%", "1.234"])
def test_what_is_not_whole(cell):
    with pytest.raises(CellError) as caught:
        parse_integer(cell)
    assert caught.value.code == "not_an_integer"


GROUPS = st.sampled_from([",", " ", "'", "\u00a0", ""])


@given(st.integers(-(10**15), 10**15), GROUPS, st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]))
def test_whole_numbers_however_they_are_written(value, group, digits):
    text = f"{value:,}".replace(",", group).translate(str.maketrans("0123456789", digits))
    assert parse_integer(text) == value


@given(
    st.decimals(-(10**9), 10**9, places=2), st.sampled_from([(",", "."), (".", ","), ("٬", "٫"), (" ", ","), ("", ".")])
)
def test_decimals_however_they_are_written(value, signs):
    text = f"{value:,.2f}".replace(",", "\0").replace(".", signs[1]).replace("\0", signs[0])
    assert parse_number(text) == value
