"""Nothing but a ``TableError`` comes out of any bytes, and nothing but a ``CellError`` out of any cell."""

import io
import tempfile
import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rafid.commons.records.tabular import CellError, Limits, Row, TableError, open_table, recognise
from rafid.commons.records.tabular.parse import (
    Choices,
    column_date_order,
    column_number_style,
    parse_bool,
    parse_date,
    parse_integer,
    parse_number,
    parse_period,
    parse_text,
)
from tests.commons.records.tabular.build import opendocument, workbook

LIMITS = Limits(max_unpacked=32 << 20)
OLD = Path(__file__).with_name("population.xls").read_bytes()
NEW = workbook(
    [["اسم", "n", "day"], ["x", 1.5, date(2024, 1, 1)], ["y", "=1+1", datetime(2024, 1, 1, 5)], ["z", 3, time(5)]],
    merges=["A3:A4"],
    hidden=["h"],
)
OPEN = opendocument(
    "<table:table table:name='a'><table:table-row><table:table-cell office:value-type='string'><text:p>a</text:p>"
    "</table:table-cell><table:table-cell office:value-type='string'><text:p>b</text:p></table:table-cell>"
    "</table:table-row><table:table-row table:number-rows-repeated='3'><table:table-cell office:value-type='float'"
    " office:value='1' table:number-columns-repeated='2'/></table:table-row></table:table>"
)
TEXT = 'المحافظة;n\n"ذي قار";1,5\nواسط;2\n'.encode("cp1256")

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def read(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(data)
        with suppress(TableError):
            table = open_table(path, limits=LIMITS)
            assert table.header
            assert any(table.header)
            for row in table.rows():
                assert isinstance(row, Row)
                assert len(row.cells) == len(table.header)


@FUZZ
@given(st.binary(max_size=2000))
@example(b"\x00" * 100)
@example(b"\xff\xfe\x00")
@example(b"a\r\r\n\r,")
@example(b"sep=,")
@example(b'sep="\n"a"b\n"')
@example(b"#\x00,#\n#a,#b")
def test_any_bytes(data):
    read(data)


@FUZZ
@given(st.text(max_size=600), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-32", "utf-8-sig"]))
def test_any_text(text, encoding):
    read(text.encode(encoding, "ignore"))


@FUZZ
@given(
    st.lists(
        st.lists(st.sampled_from(["", "a", "1", "٥", '"', "#adm1", "x\n", "ذي", " ", "2024"]), max_size=6), max_size=12
    )
)
def test_any_table(rows):
    read("\n".join(",".join(row) for row in rows).encode())


def mutate(data: bytes, changes: list[tuple[int, int]], cut: int) -> bytes:
    changed = bytearray(data)
    for at, value in changes:
        changed[at % len(changed)] = value
    return bytes(changed[: len(changed) - cut % (len(changed) // 2)])


CHANGES = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=30)
CUT = st.one_of(st.just(0), st.integers(0, 1 << 16))


@pytest.mark.parametrize("data", [NEW, OPEN, TEXT], ids=["xlsx", "ods", "csv"])
@FUZZ
@given(CHANGES, CUT)
def test_damaged_files(data, changes, cut):
    read(mutate(data, changes, cut))


@settings(FUZZ, max_examples=20)
@given(CHANGES, CUT)
def test_damaged_old_files(changes, cut):
    """Fewer of them: each is read in processes of its own."""
    read(mutate(OLD, changes, cut))


@pytest.mark.parametrize("data", [NEW, OPEN], ids=["xlsx", "ods"])
@FUZZ
@given(st.integers(0, 30), CHANGES, CUT)
def test_damaged_parts(data, which, changes, cut):
    """The container is whole, so that what is inside reaches the parsers of XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        for position, name in enumerate(names):
            part = old.read(name)
            new.writestr(name, mutate(part, changes, cut) if position == which % len(names) and len(part) > 4 else part)
    read(out.getvalue())


WORDS = st.sampled_from(
    ["1", "12", "2024", "1445", "1403", "2724", "٣", "/", "-", ".", ",", "٬", "٫", " ", "هـ", "م", "نيسان", "رمضان", "مارت",
     "ڕەشەمە", "کانوونی دووەم", "Jan", "الموافق", "T10:00", "ص", "%", "(", ")", "e5", "Q1", "W", "الربع", "#N/A", "'", "\u200f",
     "ـ", "31", "٪", "=", "\u0000", "E999", "ی"]
)  # fmt: skip
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.lists(WORDS, max_size=8).map("".join),
    st.lists(WORDS, max_size=6).map(" ".join),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.decimals(),
    st.just(CellError("error_cell", value="#N/A")),
)
CHOICES = Choices({"m": ["Male", "ذكر"], "f": ["Female", "أنثى"]})


@settings(max_examples=1500, deadline=None)
@given(CELLS)
def test_any_cell(cell):
    for parse, kinds in (
        (parse_text, str),
        (parse_number, Decimal),
        (parse_integer, int),
        (parse_date, tuple),
        (parse_period, str),
        (parse_bool, bool),
        (CHOICES.parse, str),
    ):
        with suppress(CellError):
            value = parse(cell)
            assert value is None or isinstance(value, kinds)


@settings(max_examples=200, deadline=None)
@given(st.lists(CELLS, max_size=8))
def test_any_column(cells):
    assert column_number_style(cells) in (None, "point", "comma")
    assert column_date_order(cells) in (None, "dmy", "mdy")
    assert len(recognise(["a"], [], samples=[[cell] for cell in cells])) == 1
