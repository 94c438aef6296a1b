import io
import pickle
import re
import string
import zipfile

import pytest

from rafid.commons.records.tabular import CellError, Limits, TableError, open_table
from rafid.commons.records.tabular.errors import column_name, shown, size
from rafid.commons.records.tabular.messages import MESSAGES
from tests.commons.records.tabular.build import inline, opendocument, rows_xml, saved, sheet_xml


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 504


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n \n", "empty_file"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "is_html"),
        (b"\xef\xbb\xbf\n  <!DOCTYPE html><html></html>", "is_html"),
        (b"<table border=1><tr><td>1", "is_html"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "is_html"),
        (b"%PDF-1.7\n", "is_pdf"),
        (b"\x89PNG\r\n\x1a\n", "is_image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "is_image"),
        (b"\x1f\x8b\x08\x00", "is_archive"),
        (archive("data.csv"), "is_archive"),
        (archive("[Content_Types].xml", "word/document.xml"), "is_document"),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), "is_presentation"),
        (archive("[Content_Types].xml", "xl/workbook.bin"), "is_xlsb"),
        (opendocument("", mimetype="application/vnd.oasis.opendocument.text"), "is_document"),
        (b'{"type": "FeatureCollection"}', "is_json"),
        (b'[{"a": 1}]', "is_json"),
        (b'<?xml version="1.0"?><Workbook/>', "is_xml"),
        (b"SQLite format 3\x00", "is_database"),
        (b"PAR1", "is_database"),
        (b"{\\rtf1 ", "is_document"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", "is_old_excel"),
        (OLE + "EncryptedPackage".encode("utf-16-le") + b"\x00\x00", "encrypted"),
        (OLE + "WordDocument".encode("utf-16-le") + b"\x00\x00", "is_document"),
        (OLE + "Workbook".encode("utf-16-le") + b"\x00\x00", "damaged"),
        (OLE, "is_binary"),
        (bytes(range(256)) * 20, "is_binary"),
        (b"\x7fELF" + bytes(4096), "is_binary"),
        (b"a,b\n", "no_rows"),
        (b"a,b\n\n\n", "no_rows"),
        (b"1,2\n3,4\n", "header_missing"),
        (archive("[Content_Types].xml"), "damaged"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "damaged"),
        (sheet_xml("<sheetData/>"), "header_missing"),
        (sheet_xml(rows_xml(inline("a") + inline("b"))), "no_rows"),
        (b"PK\x03\x04" + b"\x00" * 60, "damaged"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, data, code):
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, data, "table.xls"))
    assert caught.value.code == code
    assert str(caught.value).endswith(".")
    assert "%(" not in str(caught.value)


def test_a_workbook_under_another_name_is_read(tmp_path):
    path = saved(tmp_path, sheet_xml(rows_xml(inline("a") + inline("b"), inline("x") + inline("y"))), "table.csv")
    assert open_table(path, name="sent.csv").kind == "xlsx"
    assert open_table(path, name="sent.csv").name == "sent.csv"


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(TableError) as caught:
        open_table(tmp_path / "nothing.csv")
    assert caught.value.code == "unreadable"


def test_a_file_of_a_gigabyte_is_refused_unread(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        file.truncate(1 << 30)
    with pytest.raises(TableError) as caught:
        open_table(path)
    assert caught.value.code == "file_too_large"
    assert "1 GB" in str(caught.value)


def bomb(unpacked: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<x/>")
        made.writestr("xl/workbook.xml", "<workbook/>")
        with made.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(unpacked >> 20):
                part.write(b"0" * (1 << 20))
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = saved(tmp_path, bomb(128 << 20))
    with pytest.raises(TableError) as caught:
        open_table(path)
    assert caught.value.code == "zip_bomb"
    with pytest.raises(TableError) as caught:
        open_table(path, limits=Limits(max_ratio=10_000, max_unpacked=100 << 20))
    assert caught.value.code == "zip_bomb"
    assert "100 MB" in str(caught.value)


def test_a_part_that_lies_about_its_size_is_not_believed(tmp_path):
    data = bytearray(sheet_xml(rows_xml(inline("a") + inline("b"), *[inline("x" * 1000)] * 2000)))
    real = zipfile.ZipFile(io.BytesIO(data)).getinfo("xl/worksheets/sheet1.xml").file_size
    for at in [m.start() for m in re.finditer(re.escape(real.to_bytes(4, "little")), bytes(data))]:
        data[at : at + 4] = (200).to_bytes(4, "little")
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, bytes(data)))
    assert caught.value.code == "damaged"


def test_too_many_parts_are_refused(tmp_path):
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, archive("[Content_Types].xml", *map(str, range(60)))), limits=Limits(max_parts=50))
    assert caught.value.code == "damaged"


def test_a_protected_zip_is_told(tmp_path):
    data = bytearray(sheet_xml(rows_xml(inline("a"))))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := data.find(mark, start)) >= 0:
            data[start + at] |= 1
            start += 4
    with pytest.raises(TableError) as caught:
        open_table(saved(tmp_path, bytes(data)))
    assert caught.value.code == "encrypted"


def test_every_message_can_be_filled_and_translated():
    for code, msgid in MESSAGES.items():
        names = re.findall(r"%\((\w+)\)s", msgid)
        params = dict.fromkeys(names, "?")
        error = TableError(code, **params)
        assert "%" not in error.text().replace("%%", "")
        assert error.text(lambda _: "ترجمة") == "ترجمة"
        assert msgid.rstrip()[-1] in ".!"
        for _, field, _, _ in string.Formatter().parse(msgid):
            assert field is None


def test_errors_keep_their_place_between_processes():
    error = TableError("mixed_encoding", row=5, encoding="a", other="b")
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.where, str(again)) == (error.code, (5, None), str(error))
    cell = CellError("not_a_number", row=3, column=2, value="x" * 500)
    again = pickle.loads(pickle.dumps(cell))
    assert again == cell
    assert again.where == (3, 2)
    assert len(again.params["value"]) == 80


def test_small_words():
    assert [column_name(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert shown("a\n b") == "a b"
    assert [size(count) for count in (12, 1536, 1 << 30)] == ["12 B", "1.5 kB", "1 GB"]
