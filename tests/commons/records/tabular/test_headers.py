import pytest

from rafid.commons.records.tabular import TableError, open_table
from tests.commons.records.tabular.build import saved, workbook


def header(tmp_path, text, **options):
    return open_table(saved(tmp_path, text), **options)


def test_titles_above_the_names(tmp_path):
    table = header(
        tmp_path,
        "Population by district,,,\nSource:,Ministry of Planning,,\n,,,\ndistrict,male,female,total\nA,1,2,3\nB,4,5,9\n",
    )
    assert table.header == ["district", "male", "female", "total"]
    assert table.header_rows == [4]
    assert table.titles == ["Population by district", "Source: Ministry of Planning"]
    assert [note.code for note in table.notes] == ["title_rows"]


def test_years_as_names(tmp_path):
    table = header(tmp_path, "Governorate,2022,2023,2024\nA,10,20,30\nB,5,6,7\n")
    assert table.header == ["Governorate", "2022", "2023", "2024"]


def test_a_table_of_text(tmp_path):
    table = header(tmp_path, "name,district,type\nAli,Baghdad,x\nZainab,Basra,y\nOmar,Erbil,z\n")
    assert table.header == ["name", "district", "type"]
    assert table.header_rows == [1]


def test_a_name_that_is_missing(tmp_path):
    table = header(tmp_path, "name,district,,type\nAli,Baghdad,5,x\nZainab,Basra,6,y\n")
    assert table.header == ["name", "district", "", "type"]
    assert table.header_rows == [1]


def test_unnamed_column_with_content_is_kept(tmp_path):
    table = header(tmp_path, "name,n\nAli,1,note\nZainab,2,note\nOmar,3,\n")
    assert table.header == ["name", "n", ""]


def test_group_row_without_merged_cells(tmp_path):
    table = header(
        tmp_path,
        "District,Rural,,Urban,\n,Male,Female,Male,Female\nA,1,2,3,4\nB,5,6,7,8\n",
    )
    assert table.header == ["District", "Rural > Male", "Rural > Female", "Urban > Male", "Urban > Female"]
    assert table.header_rows == [1, 2]


def test_group_row_above_a_full_row(tmp_path):
    table = header(
        tmp_path,
        "Title,,,,\n,Rural,,Urban,\nDistrict,Male,Female,Male,Female\nA,1,2,3,4\nB,5,6,7,8\n",
    )
    assert table.header == ["District", "Rural > Male", "Rural > Female", "Urban > Male", "Urban > Female"]
    assert table.header_rows == [2, 3]
    assert table.titles == ["Title"]


def test_three_rows_of_names(tmp_path):
    data = workbook(
        [
            ["District", "Population", None, None, None],
            [None, "Rural", None, "Urban", None],
            [None, "Male", "Female", "Male", "Female"],
            ["A", 1, 2, 3, 4],
            ["B", 1, 2, 3, 4],
        ],
        merges=["A1:A3", "B1:E1", "B2:C2", "D2:E2"],
    )
    table = header(tmp_path, data)
    assert table.header[1:] == [f"Population > {a} > {b}" for a in ("Rural", "Urban") for b in ("Male", "Female")]
    assert table.header[0] == "District"


def test_two_languages(tmp_path):
    table = header(tmp_path, "Governorate,Male,Female\nالمحافظة,ذكور,إناث\nذي قار,1,2\nواسط,3,4\n")
    assert table.header == ["Governorate / المحافظة", "Male / ذكور", "Female / إناث"]
    assert [row.number for row in table.rows()] == [3, 4]


def test_arabic_rows_under_english_names_are_data(tmp_path):
    table = header(tmp_path, "name,district\nعلي,بغداد\nزينب,البصرة\nعمر,أربيل\n")
    assert table.header == ["name", "district"]
    assert [row.number for row in table.rows()] == [2, 3, 4]


def test_hxl_row_is_recognised_and_removed(tmp_path):
    table = header(tmp_path, "Title\nPlace,Code,People\n#adm2 +name,#adm2+code,#affected +f\nA,IQG01Q01,5\n")
    assert table.header == ["Place", "Code", "People"]
    assert table.hxl == ["#adm2+name", "#adm2+code", "#affected+f"]
    assert [row.number for row in table.rows()] == [4]
    assert [note.params for note in table.notes if note.code == "hxl_row"] == [{"row": 3}]


def test_hxl_row_without_names(tmp_path):
    table = header(tmp_path, "#adm2+code,#affected\nIQG01Q01,5\n")
    assert table.header == ["#adm2+code", "#affected"] == table.hxl


def test_hxl_with_empty_columns(tmp_path):
    table = header(tmp_path, "a,b,c,d\n#adm1,,,#affected\nx,1,2,3\n")
    assert table.hxl == ["#adm1", "", "", "#affected"]


def test_hash_signs_are_not_tags(tmp_path):
    table = header(tmp_path, "rank,name\n#1,x\n#2,y\n")
    assert table.hxl is None
    assert table.header == ["rank", "name"]


def test_the_officer_names_the_row(tmp_path):
    text = "a,b,c\nq,r,s\nx,y,z\n1,2,3\n"
    assert header(tmp_path, text, header_row=2).header == ["q", "r", "s"]
    assert [row.number for row in header(tmp_path, text, header_row=2).rows()] == [3, 4]
    with pytest.raises(TableError) as caught:
        header(tmp_path, text, header_row=99)
    assert caught.value.code == "header_missing"


def test_one_broken_row_does_not_move_the_header(tmp_path):
    table = header(tmp_path, "a,b,c\n1,2,3\n" + ",".join(["x"] * 3000) + "\n4,5,6\n7,8,9\n")
    assert table.header == ["a", "b", "c"]
