"""XLSForms: converted in a process of their own, each problem with its cell."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest

from rafid.methods.xforms import check_form, convert_xlsform, converted_together, parse_form, version_problem
from rafid.methods.xforms.checking import spoken
from rafid.methods.xforms.workbook import MOST_ROWS, cell_name, read_sheets, refuse_hostile
from rafid.methods.xforms.worker import convert

T1 = """
| survey | | | | | | | |
| | type | name | label | constraint | required | relevant | choice_filter | calculation |
| | text | visit_id | Visit | regex(., 'TPM-[0-9]{4}') | yes | | | |
| | select_one gov | gov | Governorate | | | | | |
| | select_one dist | dist | District | | | | gov=${gov} | |
| | integer | deminers | Deminers | . >= 0 and . <= 200 | | | | |
| | integer | medics | Medics | . <= ${deminers} | | | | |
| | select_one yn | ambulance | Ambulance | | | | | |
| | text | amb_why | Why | | yes | ${ambulance} = 'no' | | |
| | begin repeat | nc | Non-conformity | | | | | |
| | select_one sev | sev | Severity | | yes | | | |
| | image | photo | Photo | | | ${sev} != 'minor' | | |
| | end repeat | | | | | | | |
| | calculate | n_major | | | | | | count(${nc}[sev='major']) |
| | geopoint | loc | Place | | | | | |
| choices | | | | |
| | list_name | name | label | gov |
| | gov | nineveh | Nineveh | |
| | gov | kirkuk | Kirkuk | |
| | dist | mosul | Mosul | nineveh |
| | dist | dibis | Dibis | kirkuk |
| | yn | yes | Yes | |
| | yn | no | No | |
| | sev | major | Major | |
| | sev | minor | Minor | |
| settings | | | |
| | form_id | version | form_title |
| | t1 | 1 | T1 |
"""

HEAD = "| survey |\n| | type | name | label | constraint | relevant | calculation | required |\n"
TAIL = "| settings |\n| | form_id | version |\n| | f | 1 |\n"


def told(*rows: str, tail: str = TAIL, head: str = HEAD):
    """Problems of a sheet, in the process of the test."""
    return convert((head + "".join(f"| | {row} |\n" for row in rows) + tail).encode(), ".md")["problems"]


def errors(problems):
    return [(problem["cell"], problem["message"]) for problem in problems if problem["severity"] == "error"]


def workbook(rows, *, sheet="survey", settings=(("form_id", "version"), ("f", "1"))) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    extra = book.create_sheet("settings")
    for row in settings:
        extra.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_t1_converts_and_is_read():
    conversion = convert_xlsform(T1.encode(), name="t1.md")
    assert {problem.severity for problem in conversion.problems} == {"warning"}
    pattern = conversion.problems[0]
    assert (pattern.sheet, pattern.row, pattern.column, pattern.cell, pattern.field) == (
        "survey", 2, "constraint", "D2", "visit_id",
    )  # fmt: skip
    form = parse_form(conversion.xform)
    assert (form.form_id, form.version, form.title) == ("t1", "1", "T1")
    assert [field.name for field in form.fields] == [
        "visit_id", "gov", "dist", "deminers", "medics", "ambulance", "amb_why", "sev", "photo", "n_major", "loc",
    ]  # fmt: skip
    assert [(repeat.path, repeat.table) for repeat in form.repeats] == [("/data/nc", "nc")]
    severity = form.fields[7]
    assert (severity.path, severity.repeat, severity.type) == ("/data/nc/sev", "/data/nc", "select_one")
    assert [(choice.value, choice.label) for choice in severity.choices] == [
        ("major", {"default": "Major"}),
        ("minor", {"default": "Minor"}),
    ]


def test_an_excel_workbook_converts_and_an_xform_passes_through():
    rows = [("type", "name", "label"), ("integer", "n", "How many")]
    conversion = convert_xlsform(workbook(rows), name="Form.XLSX")
    assert [field.type for field in parse_form(conversion.xform).fields] == ["int"]
    assert convert_xlsform(conversion.xform, name="f.xml").xform == conversion.xform


def test_all_faults_are_told_together_each_with_its_cell():
    problems = told(
        "text | a | See ${nope} | (1=1 | | | ",
        "integer | b | B | . == 0 | count() > 1 | | ",
        "integer | b | B | summ(1) | | | ${gone} = 1",
        "select_one nolist | c | C | | | |",
        "calculate | d | | | | ${e} + 1 |",
        "calculate | e | | | | ${d} + 1 |",
    )
    assert errors(problems) == [
        ("C2", "label of “a”: there is no question “nope” for ${nope}"),
        ("D2", "constraint of “a”: a bracket is opened at character 1 and not closed (character 5)"),
        ("D3", "constraint of “b”: “==” is not an operator here; write “=” (character 3)"),
        ("E3", "relevant of “b”: count() takes 1 argument, not 0 (character 1)"),
        ("D4", "constraint of “b”: there is no function summ() (character 1)"),
        ("G4", "required of “b”: there is no question “gone” for ${gone}"),
        ("B4", "The name “b” is already used in row 3."),
        ("A5", "The list “nolist” has no choices in the sheet “choices”."),
        ("F6", "These wait for one another and none can be answered: ${d} → ${e} → ${d}."),
    ]


def test_a_column_is_called_as_its_author_wrote_it():
    sheet = """
| survey | | | |
| | type | name | Label::English (en) |
| | note | thanks | Thank you, ${nobody} |
"""
    (problem,) = [one for one in convert_xlsform(sheet.encode(), name="a.md").problems if one.severity == "error"]
    assert (problem.cell, problem.message) == (
        "C2",
        "Label::English (en) of “thanks”: there is no question “nobody” for ${nobody}",
    )


def test_a_circle_that_pyxform_takes_is_an_error():
    problems = told("integer | a | A | | ${b} = 1 | |", "integer | b | B | | ${a} = 1 | |")
    assert errors(problems) == [("E2", "These wait for one another and none can be answered: ${a} → ${b} → ${a}.")]


def test_warnings_speak_the_authors_words():
    problems = told(
        "date | d | D | . > '2024-01-01' | | |",
        "begin repeat | r | R | | | |",
        "integer | x | X | | | |",
        "end repeat | | | | | |",
        "integer | y | Y | | ${x} > 1 | |",
        "integer | z | Z | | sum(${x}) > 1 | |",
    )
    messages = {problem["cell"]: problem["message"] for problem in problems}
    assert "a date is compared with the text '2024-01-01'" in messages["D2"]
    assert "${x} lies in a repeat" in messages["E6"]
    assert set(messages) == {"D2", "E6"}
    problems = told(
        "begin repeat | r | R | | | |",
        "text | x | X | | | |",
        "end repeat | | | | | |",
        "select_one ${x} | head | H | | | |",
    )
    assert problems == []
    assert all("/data" not in problem["message"] for problem in problems)


def test_pyxforms_own_messages_are_given_their_cell():
    problems = told("text | a b | A | | | |")
    assert [(cell, field) for cell, field in ((p["cell"], p["field"]) for p in problems)] == [("B2", "a b")]
    problems = told("begin group | g | G | | | |", "text | a | A | | | |")
    assert errors(problems)[0][0] == "A2"


def test_missing_form_id_and_version_are_told():
    problems = told("text | a | A | | | |", tail="")
    assert [problem["column"] for problem in problems] == ["form_id", "version"]


def test_sensitivity_and_role_come_with_their_namespace():
    head = "| survey |\n| | type | name | label | bind::rafid:sensitivity | bind::rafid:role |\n"
    answer = convert((head + "| | text | who | Who | personal | interviewer |\n" + TAIL).encode(), ".md")
    assert 'xmlns:rafid="' in answer["xform"]
    field = parse_form(answer["xform"].encode()).fields[0]
    assert (field.sensitivity, field.role) == ("personal", "interviewer")


def test_versions_are_compared_as_numbers_where_they_are():
    assert version_problem("10", "9") is None
    assert version_problem("9", "10").severity == "warning"
    assert version_problem("1", None) is None


def test_xform_problems_need_no_workbook(t1):
    assert [(problem.severity, problem.field, problem.column) for problem in check_form(t1)] == [
        ("warning", "visit_id", "constraint")
    ]
    broken = parse_form(
        b'<h:html xmlns:h="h"><h:head><model><instance><data id="" ><a/><a2/></data></instance>'
        b'<bind nodeset="/data/a" relevant="/data/b = 1"/><bind nodeset="/data/a2" calculate="1 +"/></model></h:head>'
        b'<h:body><select1 ref="/data/a"/></h:body></h:html>'
    )
    messages = [problem.message for problem in check_form(broken) if problem.severity == "error"]
    assert messages == [
        "The form has no form_id, so nobody can send to it.",
        "relevant of “a”: there is no question “b”",
        "“a” has no choices to select from.",
        "calculation of “a2”: the expression ends too early (character 4)",
    ]
    refused = convert_xlsform(b"<data/>", name="f.xml")
    assert refused.xform is None
    assert refused.problems[0].severity == "error"


def test_paths_are_spoken():
    assert spoken("calculation: /data/nc/sev and ../x and a/b") == "calculation: ${sev} and ${x} and a/b"


def test_cells_are_named_as_spreadsheets_do():
    assert [cell_name(1, 1), cell_name(26, 2), cell_name(27, 3), cell_name(703, 4)] == ["A1", "Z2", "AA3", "AAA4"]


# Files that are none, or more than they seem


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name.replace("__", "/"), data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "f.xlsx", "no readable"),
        (b"\x89PNG\r\n", "f.xlsx", "no readable"),
        (zipped(**{"a.txt": b"x"}), "f.xlsx", "no XLSX"),
        (zipped(**{"xl__workbook.xml": b"", "xl__vbaProject.bin": b""}), "f.xlsx", "macros"),
        (zipped(**{"xl__workbook.xml": b"", "xl__externalLinks__externalLink1.xml": b""}), "f.xlsx", "links"),
        (zipped(**{"xl__workbook.xml": b"not xml"}), "f.xlsx", "readable"),
        (b"PK", "f.xlsm", "macros"),
        (b"x", "f.pdf", "A form is"),
        (b"x", "f.xls", "no XLS"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "f.xls", "macros"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "f.xls", "readable"),
        (b"no table", "f.md", "no sheet"),
        (b"\xff| survey |", "f.md", "UTF-8"),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_sentence(data, name, says):
    with pytest.raises(ValueError, match=says):
        convert_xlsform(data, name=name)


def test_a_workbook_that_unpacks_to_much_is_refused_before_it_is_opened():
    bomb = zipped(**{"xl__workbook.xml": b"", "xl__worksheets__sheet1.xml": b"\0" * 101_000_000})
    assert len(bomb) < 200_000
    with pytest.raises(ValueError, match="100 MB"):
        refuse_hostile(bomb, ".xlsx")
    # A directory that lies about the size does not help.
    lying = bomb.replace((101_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != bomb
    with pytest.raises(ValueError, match=r"readable|100 MB"):
        refuse_hostile(lying, ".xlsx")


def test_too_many_rows_are_refused():
    lines = "".join("| | text | a | A |\n" for _ in range(MOST_ROWS + 1))
    with pytest.raises(ValueError, match="rows"):
        read_sheets(("| survey |\n" + lines).encode(), ".md")


def test_a_hostile_pattern_does_not_hold_the_conversion_up():
    problems = told("text | a | A | regex(., '^([0-9]+)+x$') | | |")
    assert [problem["severity"] for problem in problems] == ["warning"]
    assert "freeze" in problems[0]["message"]


def test_a_conversion_that_takes_too_long_ends_with_a_sentence(monkeypatch):
    monkeypatch.setattr("rafid.methods.xforms.converting.SECONDS", 0.01)
    with pytest.raises(ValueError, match="seconds"):
        convert_xlsform(T1.encode(), name="t1.md")


def test_addresses_in_messages_are_left_alone():
    assert (
        spoken("Learn more: https://xlsform.org/en/ref-table/ now")
        == "Learn more: https://xlsform.org/en/ref-table/ now"
    )


def test_structure_and_actions_of_an_xform_are_checked():
    broken = parse_form(
        b'<h:html xmlns:h="h"><h:head><model><instance><data id="f" version="1"><a/><a/><b/></data></instance>'
        b'<bind nodeset="/data/gone" type="int"/><setvalue ref="/data/b" event="odk-instance-first-load" value="now("/>'
        b'<bind nodeset="/data/b" calculate="count(1)"/></model></h:head><h:body><input ref="/data/lost"/></h:body></h:html>'
    )
    assert [(problem.field, problem.column) for problem in check_form(broken)] == [
        ("a", "name"), ("gone", "name"), ("lost", "name"), ("b", "calculation"), ("b", "default"),
    ]  # fmt: skip


def test_a_list_without_its_file_is_no_fault_but_one_unknown_is():
    select = (
        '<select1 ref="/data/a"><itemset nodeset="instance(\'l\')/root/item"><value ref="name"/></itemset></select1>'
    )
    xform = (
        '<h:html xmlns:h="h"><h:head><model><instance><data id="f" version="1"><a/></data></instance>@</model></h:head>'
        f"<h:body>{select}</h:body></h:html>"
    )
    given = xform.replace("@", '<instance id="l" src="jr://file-csv/l.csv"/>')
    assert check_form(parse_form(given.encode())) == []
    (problem,) = check_form(parse_form(xform.replace("@", "").encode()))
    assert "“l”" in problem.message


def test_own_columns_that_say_what_cannot_be():
    head = "| survey |\n| | type | name | label | bind::rafid:sensitivity | bind::rafid:role |\n"
    problems = told(
        "text | a | A | secret | site |",
        "text | b | B | personal | where |",
        "text | c | C | | site |",
        "text | d | D | | location |",
        "begin repeat | r | R | | |",
        "text | e | E | None | place |",
        "end repeat | | | | |",
        "geopoint | f | F | Place | Location |",
        head=head,
    )
    assert errors(problems) == [
        (
            "D2",
            "“secret” is no sensitivity; write one of none, personal, identifying, place, protection, contamination.",
        ),
        ("E3", "“where” is no role; write one of place, site, interviewer, location."),
        ("E4", "“a” says the site already."),
        ("E5", "Only a question of type geopoint can say the location."),
        ("E7", "A question in a repeat has several answers and cannot say the place."),
    ]


def test_many_are_converted_in_one_process(monkeypatch):
    files = [(T1.encode(), "t1.md"), (T1.replace("T1", "Two").encode(), "t2.md"), (b"no table", "t3.md")]
    alone = []
    for data, name in files:
        try:
            alone.append(convert_xlsform(data, name=name))
        except ValueError as error:
            alone.append(str(error))
    with converted_together(files):
        monkeypatch.setattr("subprocess.run", None)
        for (data, name), expected in zip(files, alone, strict=True):
            if isinstance(expected, str):
                with pytest.raises(ValueError, match=re.escape(expected)):
                    convert_xlsform(data, name=name)
            else:
                assert convert_xlsform(data, name=name) == expected
