import zipfile
from datetime import date, datetime, time

import pytest

from rafid.commons.records.tabular import CellError, Limits, TableError, open_table
from rafid.commons.records.tabular.xlsx_cells import excel_date, number
from tests.commons.records.tabular.build import inline, rows_xml, saved, sheet_xml, workbook


def values(table):
    return [row.cells for row in table.rows()]


def test_reads_what_a_workbook_holds(tmp_path):
    data = workbook(
        [
            ["name", "n", "share", "day", "moment", "hour", "yes"],
            ["ذي قار", 12, 0.1 + 0.2, date(2024, 10, 31), datetime(2024, 10, 31, 8, 30), time(8, 30), True],
            ["واسط\nالكوت", -3.5, 1e20, date(1900, 3, 1), datetime(1999, 12, 31, 23, 59, 59), time(0, 0), False],
        ]
    )
    table = open_table(saved(tmp_path, data))
    assert (table.kind, table.sheet, table.encoding) == ("xlsx", "Data", None)
    assert values(table) == [
        ["ذي قار", 12, 0.3, date(2024, 10, 31), datetime(2024, 10, 31, 8, 30), time(8, 30), True],
        ["واسط\nالكوت", -3.5, 1e20, date(1900, 3, 1), datetime(1999, 12, 31, 23, 59, 59), time(0, 0), False],
    ]


def test_formulas_give_their_stored_result_or_say_that_there_is_none(tmp_path):
    rows = rows_xml(
        inline("a") + inline("b") + inline("c") + inline("d"),
        '<c><f>1+1</f><v>2</v></c><c><f>1+1</f></c><c><f>1+1</f><v></v></c><c t="str"><f>A1&amp;""</f><v></v></c>',
        '<c t="e"><f>1/0</f><v>#DIV/0!</v></c><c t="str"><f>A1</f><v>text</v></c><c><v>7</v></c><c t="e"><v>#N/A</v></c>',
    )
    missing = CellError("formula_without_value")
    assert values(open_table(saved(tmp_path, sheet_xml(rows)))) == [
        [2, missing, missing, None],
        [CellError("error_cell", value="#DIV/0!"), "text", 7, CellError("error_cell", value="#N/A")],
    ]


def test_formulas_that_openpyxl_wrote_have_no_result(tmp_path):
    table = open_table(saved(tmp_path, workbook([["a", "b"], ["x", "=1+1"]])))
    assert values(table) == [["x", CellError("formula_without_value")]]


@pytest.mark.parametrize(("date1904", "expected"), [(False, date(2024, 10, 31)), (True, date(2028, 11, 1))])
def test_both_date_systems(tmp_path, date1904, expected):
    rows = rows_xml(
        inline("a") + inline("b") + inline("c"),
        '<c s="1"><v>45596</v></c><c s="2"><v>45596</v></c><c s="3"><v>45596</v></c>',
    )
    assert values(open_table(saved(tmp_path, sheet_xml(rows, date1904=date1904)))) == [[expected, expected, 45596]]


def test_dates_that_are_none_are_told(tmp_path):
    rows = rows_xml(
        inline("a") + inline("b"),
        '<c s="1"><v>-5</v></c><c s="1"><v>60</v></c>',
        '<c t="d"><v>2024-10-31</v></c><c t="d"><v>x</v></c>',
    )
    assert values(open_table(saved(tmp_path, sheet_xml(rows)))) == [
        [CellError("bad_excel_date", value="-5"), CellError("bad_excel_date", value="60")],
        [date(2024, 10, 31), CellError("bad_excel_date", value="x")],
    ]


@pytest.mark.parametrize(
    ("serial", "expected"),
    [
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
        (45596.5, datetime(2024, 10, 31, 12)),
        (0.25, time(6)),
        (2_958_465, date(9999, 12, 31)),
    ],
)
def test_excel_serials(serial, expected):
    assert excel_date(serial) == expected


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "x", "²"])
def test_numbers_that_are_none(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the reader only asks whether it is a number
        number(text)


def test_shared_strings_runs_and_escapes(tmp_path):
    strings = (
        "<si><t>head</t></si><si><r><t>ذي </t></r><r><t>قار</t></r><rPh><t>hint</t></rPh></si>"
        "<si><t>line_x000D_end _xD800_ _x0000_</t></si><si><t/></si>"
    )
    rows = rows_xml(
        '<c t="s"><v>0</v></c><c t="s"><v>0</v></c><c t="s"><v>0</v></c>',
        '<c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c>',
    )
    assert values(open_table(saved(tmp_path, sheet_xml(rows, strings=strings)))) == [
        ["ذي قار", "line\rend _xD800_ _x0000_", None]
    ]


def test_a_shared_string_that_is_not_there_is_damage(tmp_path):
    rows = rows_xml(inline("a"), inline("b"), '<c t="s"><v>5</v></c>')
    with pytest.raises(TableError) as caught:
        list(open_table(saved(tmp_path, sheet_xml(rows))).rows())
    assert caught.value.code == "damaged"


def test_gaps_keep_rows_and_columns(tmp_path):
    body = (
        "<sheetData>"
        f'<row r="2">{inline("a", "B2")}{inline("b", "D2")}</row>'
        f'<row r="7">{inline("x", "D7")}</row>'
        f'<row r="9">{inline("y", "B9")}<c r="AA9" s="1"/></row></sheetData>'
    )
    table = open_table(saved(tmp_path, sheet_xml(body)))
    assert table.header == ["", "a", "", "b"]
    assert table.header_rows == [2]
    assert [(row.number, row.cells, row.error) for row in table.rows()] == [
        (7, [None, None, None, "x"], None),
        (9, [None, "y", None, None], None),
    ]


def test_prefixed_names_are_read(tmp_path):
    names = "".join(f"<x:c t='inlineStr'><x:is><x:t>{name}</x:t></x:is></x:c>" for name in "ab")
    numbers = "<x:c><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c>"
    body = f"<x:sheetData xmlns:x='m'><x:row>{names}</x:row><x:row>{numbers}</x:row></x:sheetData>"
    table = open_table(saved(tmp_path, sheet_xml(body)))
    assert table.header == ["a", "b"]
    assert values(table) == [[1, 2]]


def test_header_merged_across_is_filled_and_joined(tmp_path):
    data = workbook(
        [
            ["Population of Iraq", None, None, None, None],
            ["District", "Population", None, "Households", None],
            [None, "Male", "Female", "Urban", "Rural"],
            ["Nasiriya", 1, 2, 3, 4],
            ["Shatra", 5, 6, 7, 8],
        ],
        merges=["A1:E1", "A2:A3", "B2:C2", "D2:E2"],
    )
    table = open_table(saved(tmp_path, data))
    assert table.header == [
        "District", "Population > Male", "Population > Female", "Households > Urban", "Households > Rural",
    ]  # fmt: skip
    assert table.header_rows == [2, 3]
    assert table.titles == ["Population of Iraq"]
    assert values(table)[0] == ["Nasiriya", 1, 2, 3, 4]


def test_text_merged_over_rows_is_repeated_but_figures_are_not(tmp_path):
    rows = [
        ["governorate", "district", "total"],
        ["Dhi Qar", "Nasiriya", 10],
        [None, "Shatra", None],
        [None, "Rifai", 3],
    ]
    table = open_table(saved(tmp_path, workbook(rows, merges=["A2:A4", "C2:C3"])))
    assert values(table) == [["Dhi Qar", "Nasiriya", 10], ["Dhi Qar", "Shatra", None], ["Dhi Qar", "Rifai", 3]]
    assert "merged_cells" in [note.code for note in table.notes]
    assert [row.cells[0] for row in table.rows(after=3)] == ["Dhi Qar"]


def test_sheets_hidden_and_others_are_told(tmp_path):
    data = workbook([["a", "b"], [1, 2]], hidden=["Secret"], others=["More"])
    table = open_table(saved(tmp_path, data))
    assert [(sheet.name, sheet.hidden) for sheet in table.sheets] == [
        ("Data", False),
        ("Secret", True),
        ("More", False),
    ]
    assert {note.code: note.params["sheets"] for note in table.notes} == {
        "other_sheets": "More",
        "hidden_sheets": "Secret",
    }
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, data), sheet="Nothing")
    assert caught.value.code == "no_such_sheet"
    assert "Data, Secret, More" in str(caught.value)


def test_the_first_sheet_with_a_table_is_taken(tmp_path):
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active["A1"] = "This workbook holds figures"
    sheet = book.create_sheet("Figures")
    sheet.append(["a", "b"])
    sheet.append([1, 2])
    out = io.BytesIO()
    book.save(out)
    table = open_table(saved(tmp_path, out.getvalue()))
    assert table.sheet == "Figures"
    assert open_table(saved(tmp_path, out.getvalue()), sheet="Figures").header == ["a", "b"]


def test_limits_of_columns(tmp_path):
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, workbook([[f"c{i}" for i in range(501)], list(range(501))])))
    assert caught.value.code == "too_many_columns"
    assert caught.value.params["columns"] == 501
    wide = workbook([["a", "b"], [1, 2], list(range(3000)), [3, 4], [5, 6]])
    rows = list(open_table(saved(tmp_path, wide)).rows())
    assert rows[1].error.code == "row_too_wide"
    assert rows[1].error.params["columns"] == 3000
    assert rows[2].cells == [3, 4]
    assert len(open_table(saved(tmp_path, workbook([[f"c{i}" for i in range(500)], list(range(500))]))).header) == 500


def test_long_cells_are_told(tmp_path):
    rows = rows_xml(inline("a"), inline("b"), inline("x" * 32_767), inline("x" * 40_000))
    table = open_table(saved(tmp_path, sheet_xml(rows)))
    got = [row.cells[0] for row in table.rows()]
    assert isinstance(got[1], str)
    assert got[2].code == "cell_too_long"
    assert (got[2].row, got[2].column) == (4, 0)


@pytest.mark.parametrize(
    "body",
    [
        "<sheetData><row r='1'><c><v>1</v></c></row>",
        "<sheetData><row r='5'><c><v>1</v></c></row><row r='4'><c><v>1</v></c></row></sheetData>",
        "<sheetData><row r='1048577'><c><v>1</v></c></row></sheetData>",
        "<sheetData><row r='x'><c><v>1</v></c></row></sheetData>",
        "<sheetData><row><c r='XFE1'><v>1</v></c></row></sheetData>",
        "<sheetData><row><c r='ÄÖ1'><v>1</v></c></row></sheetData>",
        "<sheetData><row>&bad;</row></sheetData>",
    ],
)
def test_damaged_sheets(tmp_path, body):
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, sheet_xml(body)))
    assert caught.value.code == "damaged"


def test_entities_are_refused(tmp_path):
    path = saved(tmp_path, sheet_xml(rows_xml(inline("a"), inline("b"))))
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    bomb += "<worksheet><sheetData><row><c t='str'><v>&b;</v></c></row></sheetData></worksheet>"
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/worksheets/sheet1.xml"] = bomb.encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
    with pytest.raises(TableError) as caught:
        open_table(path)
    assert caught.value.code == "damaged"


def test_an_attribute_without_end_does_not_fill_the_memory(tmp_path):
    body = f"<sheetData><row><c r='{'A' * (40 << 20)}'/></row></sheetData>"
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, sheet_xml(body)), limits=Limits(max_ratio=10_000))
    assert caught.value.code == "damaged"
