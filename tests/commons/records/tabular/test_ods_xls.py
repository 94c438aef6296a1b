from datetime import date, datetime
from pathlib import Path

import pytest

from rafid.commons.records.tabular import CellError, Limits, TableError, open_table
from tests.commons.records.tabular.build import opendocument, saved

OLD = Path(__file__).with_name("population.xls")


def row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def text(value: str, **at: object) -> str:
    return f'<table:table-cell office:value-type="string"{attributes(at)}><text:p>{value}</text:p></table:table-cell>'


def value(kind: str, given: object, shown: str = "", **at: object) -> str:
    name = {"date": "date-value", "boolean": "boolean-value"}.get(kind, "value")
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name}="{given}"{attributes(at)}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def attributes(at: dict[str, object]) -> str:
    return "".join(f' table:{name.replace("_", "-")}="{given}"' for name, given in at.items())


EMPTY, COVERED = "<table:table-cell/>", "<table:covered-table-cell/>"


def table(*rows: str, name: str = "Data", style: str = "ta1") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def values(opened):
    return [one.cells for one in opened.rows()]


def test_reads_an_opendocument_spreadsheet(tmp_path):
    data = opendocument(
        table(
            row(text("name"), text("n"), text("share"), text("day"), text("yes"), text("moment")),
            row(
                text("ذي<text:s text:c='2'/>قار<text:line-break/>x</text:p><text:p>second"),
                value("float", 12, "12.00"),
                value("percentage", 0.45, "45%"),
                value("date", "2024-10-31", "31/10/24"),
                value("boolean", "true", "TRUE"),
                value("date", "2024-10-31T08:30:00"),
            ),
            row(EMPTY, repeated=3),
            row(text("a"), value("currency", 1.5), repeated=2),
            row('<table:table-cell table:number-columns-repeated="16384"/>', repeated=1_048_570),
        )
    )
    opened = open_table(saved(tmp_path, data))
    assert opened.kind == "ods"
    assert [(one.number, one.cells) for one in opened.rows()] == [
        (2, ["ذي  قار\nx\nsecond", 12, 0.45, date(2024, 10, 31), True, datetime(2024, 10, 31, 8, 30)]),
        (6, ["a", 1.5, None, None, None, None]),
        (7, ["a", 1.5, None, None, None, None]),
    ]


def test_repeated_cells_comments_errors_and_formulas(tmp_path):
    comment = "<office:annotation><dc:creator>x</dc:creator><text:p>not this</text:p></office:annotation>"
    data = opendocument(
        table(
            row(text("a"), text("b"), text("c"), text("d")),
            row(
                f'<table:table-cell office:value-type="string">{comment}<text:p>this</text:p></table:table-cell>',
                value("float", 7, number_columns_repeated=2),
                EMPTY,
            ),
            row(
                '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
                ' calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>',
                '<table:table-cell table:formula="of:=1+1"/>',
                value("float", 2, formula="of:=1+1"),
                value("float", "nan", "x"),
            ),
        )
    )
    assert values(open_table(saved(tmp_path, data))) == [
        ["this", 7, 7, None],
        [
            CellError("error_cell", value="#DIV/0!"),
            CellError("formula_without_value"),
            2,
            CellError("error_cell", value="x"),
        ],
    ]


def test_merged_header_and_merged_rows(tmp_path):
    data = opendocument(
        table(
            row(text("Governorate", number_rows_spanned=2), text("Population", number_columns_spanned=2), COVERED),
            row(COVERED, text("Male"), text("Female")),
            row(text("Dhi Qar", number_rows_spanned=2), value("float", 1), value("float", 2)),
            row(COVERED, value("float", 3), value("float", 4)),
        )
    )
    opened = open_table(saved(tmp_path, data))
    assert opened.header == ["Governorate", "Population > Male", "Population > Female"]
    assert values(opened) == [["Dhi Qar", 1, 2], ["Dhi Qar", 3, 4]] == values(opened)


def test_sheets_of_a_document(tmp_path):
    styles = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    head, data_row = row(text("a"), text("b")), row(text("x"), text("y"))
    data = opendocument(
        table(head, data_row)
        + table(head, name="Hidden", style="ta2")
        + table(head, row(text("p"), text("q")), name="More"),
        styles=styles,
    )
    opened = open_table(saved(tmp_path, data))
    assert [(one.name, one.hidden) for one in opened.sheets] == [("Data", False), ("Hidden", True), ("More", False)]
    assert values(open_table(saved(tmp_path, data), sheet="More")) == [["p", "q"]]


@pytest.mark.parametrize(
    "cells",
    [
        text("x", number_columns_repeated=20_000),
        text("x", number_columns_repeated="many"),
        text("x", number_columns_repeated=0),
        text("<text:s text:c='x'/>"),
    ],
)
def test_damaged_documents(tmp_path, cells):
    data = opendocument(table(row(text("a"), text("b")), row(cells)))
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, data))
    assert caught.value.code == "damaged"


def test_a_row_repeated_beyond_the_sheet_is_damage(tmp_path):
    data = opendocument(table(row(text("a"), text("b")), row(text("x"), text("y"), repeated=2_000_000)))
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, data))
    assert caught.value.code == "damaged"


def test_protected_document(tmp_path):
    data = opendocument(table(), manifest="<manifest:encryption-data/>")
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, data))
    assert caught.value.code == "encrypted"


def test_reads_the_old_format():
    opened = open_table(OLD)
    assert (opened.kind, opened.sheet) == ("xls", "Data")
    assert opened.header == ["", "المحافظة", "Population > Male", "Population > Female", "Date"]
    assert opened.titles == ["Population of Dhi Qar"]
    assert [(one.number, one.cells) for one in opened.rows()][:2] == [
        (6, [None, "ذي قار", 10, 12, date(2024, 10, 1)]),
        (7, [None, "البصرة", 1.5, 14, date(2024, 10, 2)]),
    ]
    assert [note.params for note in opened.notes if note.code == "hidden_sheets"] == [{"sheets": "Hidden"}]


def test_the_old_format_is_refused_above_a_size():
    with pytest.raises(TableError) as caught:
        open_table(OLD, limits=Limits(max_xls=4096))
    assert caught.value.code == "xls_too_large"
    assert "XLSX or CSV" in str(caught.value)


def test_a_reader_that_dies_is_a_damaged_file(tmp_path):
    """A cell at the far corner makes calamine ask for 170 GB, which ends its process."""
    data = OLD.read_bytes()
    cell = b"\xfd\x00\x0a\x00\x01\x00\x01\x00"  # a text in row 1, column 1
    assert cell in data
    data = data.replace(cell, cell[:4] + b"\xff\xff\xff\xff")
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, data))
    assert caught.value.code == "damaged"


def test_reading_an_old_file_may_be_given_up():
    rows = open_table(OLD).rows()
    assert next(rows).number == 6
    rows.close()
