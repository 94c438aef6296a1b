import pytest

from rafid.commons.records.tabular import CellError, Limits, TableError, open_table
from rafid.commons.records.tabular.delimiters import sniff
from tests.commons.records.tabular.build import saved

ARABIC = "المحافظة,القضاء,السكان\nذي قار,الناصرية,١٢٣\nالبصرة,الزبير,456\nواسط,الكوت,789\n"


def values(table):
    return [row.cells for row in table.rows()]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1256", "cp1256"),
        ("iso8859_6", "iso8859_6"),
        ("cp720", "cp720"),
    ],
)
def test_reads_arabic_in_any_encoding(tmp_path, encoding, told):
    text = ARABIC.replace("١٢٣", "123") if encoding in ("cp1256", "iso8859_6", "cp720") else ARABIC
    table = open_table(saved(tmp_path, text.encode(encoding)))
    assert table.encoding == told
    assert table.header == ["المحافظة", "القضاء", "السكان"]
    assert values(table)[0] == text.splitlines()[1].split(",")
    assert ("encoding_guessed" in [note.code for note in table.notes]) is (not told.startswith("utf"))


def test_reads_french_as_western(tmp_path):
    table = open_table(saved(tmp_path, "Nom,Pays\nCôte d’Ivoire,São Tomé\nx,y\n".encode("cp1252")))
    assert table.encoding == "cp1252"
    assert values(table)[0] == ["Côte d’Ivoire", "São Tomé"]


def test_encoding_of_the_officer_wins(tmp_path):
    path = saved(tmp_path, "name\ncaf\xe9\nx\n".encode("latin-1"))
    assert values(open_table(path, encoding="windows-1256"))[0] == ["café"]
    with pytest.raises(TableError) as caught:
        open_table(path, encoding="klingon")
    assert caught.value.code == "unknown_encoding"


def test_mixed_encodings_name_the_row(tmp_path):
    rows = ["name,place", *["ذي قار,الناصرية"] * 6]
    data = [row.encode("utf-8") for row in rows]
    data[4] = rows[4].encode("cp1256")
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, b"\n".join(data)))
    assert (caught.value.code, caught.value.row) == ("mixed_encoding", 5)
    assert "Row 5" in str(caught.value)
    assert "Windows-1256" in str(caught.value)
    assert "UTF-8" in str(caught.value)

    data = [row.encode("cp1256") for row in rows]
    data[3] = '"ذي\nقار",الناصرية'.encode("cp1256")  # two lines, one row
    data[5] = rows[5].encode("utf-8")
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, b"\n".join(data)))
    assert (caught.value.code, caught.value.row) == ("mixed_encoding", 6)


def test_a_mark_of_utf8_with_other_bytes_is_mixed(tmp_path):
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, b"\xef\xbb\xbfname,place\n" + "ذي قار,الناصرية\n".encode("cp1256")))
    assert (caught.value.code, caught.value.row) == ("mixed_encoding", 2)


def test_broken_utf16_names_the_row(tmp_path):
    good = "name,place\na,b\n".encode("utf-16-le")
    half = "c,".encode("utf-16-le") + b"\x00\xd8" + "\n".encode("utf-16-le")
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, b"\xff\xfe" + good + half + "e,f\n".encode("utf-16-le") * 9))
    assert (caught.value.code, caught.value.row) == ("wrong_encoding", 3)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "،", "؛"])
def test_finds_the_delimiter(tmp_path, delimiter):
    text = ARABIC.replace(",", delimiter)
    table = open_table(saved(tmp_path, text))
    assert table.delimiter == delimiter
    assert len(table.header) == 3
    assert len(values(table)) == 3


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", ";"),  # decimal commas
        ("name,codes,n\nx,a;b,1\ny,c;d,2\nz,e;f,3\n", ","),  # a list inside a column
        ("العدد،مكان\n12,5،بغداد\n13,5،واسط\n", "،"),
        ("place,name\nبغداد، الكرخ,a\nبغداد، الرصافة,b\nواسط,c\n", ","),  # Arabic commas inside text
        ("Population of Iraq, 2024\nSource: ministry\na\tb\tc\n1\t2\t3\n4\t5\t6\n", "\t"),  # title rows
        ('name|note\nx|"a|b"\ny|c\n', "|"),
    ],
)
def test_finds_the_delimiter_among_others(text, delimiter):
    assert sniff(text) == delimiter


def test_excel_hint_is_obeyed_and_is_no_row(tmp_path):
    table = open_table(saved(tmp_path, "sep=;\na,x;b\n1;2\n3;4\n"))
    assert table.delimiter == ";"
    assert table.header == ["a,x", "b"]
    assert table.header_rows == [1]
    assert [row.number for row in table.rows()] == [2, 3]


def test_one_column(tmp_path):
    table = open_table(saved(tmp_path, "name\nAli\nZainab\n"))
    assert table.delimiter is None
    assert values(table) == [["Ali"], ["Zainab"]]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path):
    table = open_table(saved(tmp_path, 'name,note\r\na,"two\r\nlines"\r\n\r\n , \r\nb,"say ""hi"""\r\n'))
    assert [(row.number, row.cells) for row in table.rows()] == [(2, ["a", "two\r\nlines"]), (5, ["b", 'say "hi"'])]
    assert [row.number for row in table.rows(after=2)] == [5]


def test_old_macintosh_line_ends(tmp_path):
    assert values(open_table(saved(tmp_path, "a,b\r1,2\r3,4\r"))) == [["1", "2"], ["3", "4"]]


def test_short_rows_are_filled_and_long_ones_told(tmp_path):
    table = open_table(saved(tmp_path, "a,b,c\n1\n1,2,3,\n1,2,3,4\n" + ",".join(["x"] * 3000) + "\n1,2,3\n"))
    rows = list(table.rows())
    assert rows[0].cells == ["1", None, None]
    assert rows[0].error is None
    assert rows[1].error is None
    assert (rows[2].error.code, rows[2].error.row, rows[2].error.column) == ("row_wider_than_header", 4, 3)
    assert rows[2].error.params["column_name"] == "D"
    assert rows[3].error.code == "row_too_wide"
    assert rows[3].error.params["columns"] == 3000
    assert len(rows[3].cells) == 3
    assert rows[4].error is None


def test_nul_is_told_by_cell(tmp_path):
    table = open_table(saved(tmp_path, b"name,n\n" + b"abc,1\n" * 40 + b"a\x00b,2\nc,3\n"))
    rows = list(table.rows())
    assert rows[40].cells == [CellError("nul_character"), "2"]
    assert rows[41].cells == ["c", "3"]


def test_long_cells_are_told_and_reading_goes_on(tmp_path):
    table = open_table(saved(tmp_path, f"a,b\n{'x' * 32_767},1\n{'x' * 32_768},2\n{'x' * 200_000},3\ny,4\n"))
    rows = list(table.rows())
    assert isinstance(rows[0].cells[0], str)
    assert rows[1].cells[0].code == "cell_too_long"
    assert rows[1].cells[1] == "2"
    assert rows[2].error.code == "cell_too_long"
    assert rows[3].cells == ["y", "4"]


@pytest.mark.parametrize("tail", ["c,3\n" * 400, "c,3\n", "c,3\n" * 60_000])
def test_unclosed_quotation_mark_names_its_row(tmp_path, tail):
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, 'a,b\n1,2\n"x,3\n' + tail))
    assert (caught.value.code, caught.value.row) == ("unclosed_quote", 3)


def test_unclosed_quotation_mark_far_below_is_told_while_reading(tmp_path):
    table = open_table(saved(tmp_path, "a,b\n" + "1,2\n" * 99 + '"x,3\n' + "c,4\n" * 5))
    with pytest.raises(TableError) as caught:
        list(table.rows())
    assert (caught.value.code, caught.value.row) == ("unclosed_quote", 101)


def test_a_line_without_end_is_refused(tmp_path):
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, "a,b\n1,2\n3,4\n" + "x" * 5000), limits=Limits(max_line=1000))
    assert (caught.value.code, caught.value.row) == ("line_too_long", 4)


def test_each_reading_starts_anew(tmp_path):
    table = open_table(saved(tmp_path, ARABIC))
    assert values(table) == values(table)
    assert table.rows_hint == 4
