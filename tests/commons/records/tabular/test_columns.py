from datetime import date

import pytest

from rafid.commons.programme import Column
from rafid.commons.records.tabular import CellError, open_table, recognise
from rafid.commons.records.tabular.parse import Choices, column_parser, parse_bool, parse_choice, parse_text
from tests.commons.records.tabular.build import saved

SEX = {"m": ["Male", "ذكر", "نێر"], "f": ["Female", "أنثى", "مێ"]}
COLUMNS = [
    Column(
        "district",
        {"ar": "القضاء", "ckb": "قەزا", "en": "District"},
        "place",
        hxl="#adm2+code",
        synonyms=("adm2_pcode",),
    ),
    Column("governorate", {"ar": "المحافظة", "ckb": "پارێزگا", "en": "Governorate"}, "place", hxl="#adm1+code"),
    Column("total", {"ar": "المجموع", "ckb": "کۆی گشتی", "en": "Total"}, "integer", hxl="#population"),
    Column("female", {"ar": "إناث", "ckb": "مێ", "en": "Female"}, "integer", synonyms=("women",), hxl="#population+f"),
    Column("male", {"ar": "ذكور", "ckb": "نێر", "en": "Male"}, "integer", synonyms=("men",), hxl="#population+m"),
    Column("day", {"ar": "التاريخ", "ckb": "بەروار", "en": "Date of survey"}, "date"),
    Column("sex", {"ar": "الجنس", "ckb": "ڕەگەز", "en": "Sex"}, "choice", choices=SEX),
    Column("lon", {"ar": "خط الطول", "ckb": "درێژی", "en": "Longitude"}, "longitude"),
]


def found(header, **options):
    return {guess.index: (guess.column_code, guess.reason) for guess in recognise(header, COLUMNS, **options)}


def test_names_in_three_languages():
    assert found(["القضاء", "پارێزگا", "FEMALE ", "ذُكُور", "Total"]) == {
        0: ("district", "name"),
        1: ("governorate", "name"),
        2: ("female", "name"),
        3: ("male", "name"),
        4: ("total", "name"),
    }


def test_codes_and_synonyms():
    assert found(["adm2_pcode", "women", "MEN", "lon"]) == {
        0: ("district", "synonym"),
        1: ("female", "synonym"),
        2: ("male", "synonym"),
        3: ("lon", "code"),
    }


def test_tags_win_over_names():
    guesses = recognise(["Total", "x", "y"], COLUMNS, hxl=["#population+f", "#adm2 +code", "#population+m+urban"])
    assert [(guess.column_code, guess.reason) for guess in guesses][1:] == [("district", "hxl"), ("male", "hxl")]
    assert guesses[1].score == 1.0 > guesses[2].score
    assert found(["a"], hxl=["#population+f"]) == {0: ("female", "hxl")}
    assert found(["a"], hxl=["#population+i"]) == {0: ("total", "hxl")}
    assert found(["a", "b"], hxl=["", "#affected"]) == {0: (None, "none"), 1: (None, "none")}


def test_joined_and_bilingual_names():
    assert found(["Governorate / المحافظة", "Population > Male", "Population > Female / إناث", "Sex (M/F)"]) == {
        0: ("governorate", "name"),
        1: ("male", "name"),
        2: ("female", "name"),
        3: ("sex", "name"),
    }


def test_the_group_of_a_joined_name_is_weaker_than_its_own():
    assert found(["Female > Total", "Female"]) == {0: ("total", "name"), 1: ("female", "name")}


def test_similar_names():
    guesses = recognise(["Governarate", "Distrct name", "Survey date", "zzz"], COLUMNS)
    assert [guess.column_code for guess in guesses] == ["governorate", None, "day", None]
    assert guesses[0].reason == "similar"
    assert 0.5 < guesses[0].score < 0.9
    assert guesses[0].matched == "Governorate"


def test_similar_names_with_other_content_are_not_taken():
    header, text = ["total remarks"], [["good"], ["bad"], ["none of it"]]
    assert recognise(header, COLUMNS, samples=[["12"], ["13"]])[0].column_code == "total"
    assert recognise(header, COLUMNS, samples=text)[0].column_code is None


def test_each_column_is_used_once():
    codes = [guess.column_code for guess in recognise(["Total", "total", "TOTAL"], COLUMNS)]
    assert codes == ["total", None, None]


def test_content_decides_what_is_left():
    samples = [
        ["male", date(2024, 1, index + 1), "44.36610", f"IQG01Q0{index}", f"note {index}"] for index in range(1, 9)
    ]
    columns = [column for column in COLUMNS if column.code != "governorate"]
    guesses = recognise(["a1", "b1", "c1", "d1", "e1"], columns, samples=samples)
    assert [guess.column_code for guess in guesses] == ["sex", "day", "lon", "district", None]
    assert {guess.reason for guess in guesses[:4]} == {"content"}


def test_content_that_fits_two_columns_decides_nothing():
    samples = [[f"IQG01Q0{index}"] for index in range(1, 9)]
    assert recognise(["q1"], COLUMNS, samples=samples)[0].column_code is None  # district or governorate


def test_wide_tables_are_recognised_in_time():
    header = [f"column number {index}" for index in range(500)]
    assert len(recognise(header, COLUMNS, samples=[["x"] * 500] * 50)) == 500


def test_a_table_is_recognised_with_its_own_tags(tmp_path):
    table = open_table(saved(tmp_path, "Where,Who,n\n#adm2+code,#population+f,#population\nIQG01Q01,5,9\n"))
    guesses = recognise(table.header, COLUMNS, hxl=table.hxl, samples=[row.cells for row in table.rows()])
    assert [guess.column_code for guess in guesses] == ["district", "female", "total"]


def test_choices():
    choices = Choices(SEX)
    assert [choices.parse(cell) for cell in ("male", "ذَكَر", "انثي", "F", " مێ ", None, "", "-")] == [
        "m", "m", "f", "f", "f", None, None, None,
    ]  # fmt: skip
    with pytest.raises(CellError) as caught:
        parse_choice("femal", SEX)
    assert caught.value.code == "not_a_choice_near"
    assert "“female”" in str(caught.value)
    with pytest.raises(CellError) as caught:
        parse_choice("xyz", SEX)
    assert caught.value.code == "not_a_choice"
    assert "Male, Female" in str(caught.value)
    with pytest.raises(CellError):
        parse_choice("#N/A", SEX)
    with pytest.raises(ValueError, match="spelling of both"):
        Choices({"a": ["x"], "b": ["X"]})


def test_choices_that_fold_alike_need_their_exact_spelling():
    choices = Choices({"a": ["ى"], "b": ["ي"]})
    assert (choices.parse("ى"), choices.parse("ي")) == ("a", "b")
    with pytest.raises(CellError):
        choices.parse("ې")


def test_codes_of_numbers():
    assert Choices({"1": ["Yes"], "2": ["No"]}).parse(2) == "2"
    assert Choices({"1": ["Yes"], "2": ["No"]}).parse(2.0) == "2"
    assert Choices({"1": ["Yes"], "2": ["No"]}).parse("٢") == "2"


@pytest.mark.parametrize(
    ("cell", "value"),
    [("نعم", True), ("بەڵێ", True), ("YES", True), ("1", True), (1, True), (True, True), ("✓", True), ("لا", False),
     ("نەخێر", False), ("No", False), (0, False), ("FALSE", False), ("لا يوجد", False), (None, None), ("", None)],
)  # fmt: skip
def test_yes_and_no(cell, value):
    assert parse_bool(cell) is value


def test_neither_yes_nor_no():
    with pytest.raises(CellError) as caught:
        parse_bool("perhaps")
    assert caught.value.code == "not_a_boolean"


@pytest.mark.parametrize(
    ("cell", "text"),
    [(" a ", "a"), ("", None), (None, None), (7.0, "7"), (7.5, "7.5"), (12, "12"), (True, "TRUE"),
     (date(2024, 1, 2), "2024-01-02"),
     ("e\u0301", "é"), ("\ufeffa\u200b", "a"), ("P-07", "P-07")],
)  # fmt: skip
def test_text(cell, text):
    assert parse_text(cell) == text


def test_column_parsers():
    assert column_parser("number", samples=["1,5", "1.234"])("1.234") == 1234
    assert column_parser("integer")("١٢") == 12
    assert column_parser("date", samples=["12/31/2024"])("03/04/2024").value == date(2024, 3, 4)
    assert column_parser("date", calendar="hijri")("24/9/1403").calendar == "hijri"
    assert column_parser("longitude")("44,3661") == 44.3661
    assert column_parser("choice", choices=SEX)("ذكر") == "m"
    assert column_parser("period")("2024-10") == "202410"
    assert column_parser("boolean")("لا") is False
    assert column_parser("place")(" IQG01 ") == "IQG01"
    with pytest.raises(CellError) as caught:
        column_parser("latitude")("91")
    assert caught.value.code == "not_a_coordinate"
    with pytest.raises(ValueError, match="unknown kind"):
        column_parser("colour")
