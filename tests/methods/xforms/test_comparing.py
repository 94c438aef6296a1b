"""Two versions of a form compared."""

from __future__ import annotations

from rafid.methods.xforms import convert_xlsform, parse_form
from rafid.methods.xforms.comparing import Difference, compare_forms

OLD = """
| survey | | | | | |
| | type | name | label | constraint | relevant |
| | text | a | First | | |
| | integer | b | Second | . < 9 | |
| | select_one yn | c | Third | | |
| | text | gone | Gone | | |
| | text | e | Fifth | | |
| choices | | | |
| | list_name | name | label |
| | yn | yes | Yes |
| | yn | no | No |
| settings | | |
| | form_id | version |
| | f | {version} |
"""
NEW = (
    OLD.replace("| | text | gone | Gone | | |\n", "| | begin group | g | Group | | |\n| | text | new | New | | |\n| | end group | | | | |\n")
    .replace("Second | . < 9 | |", "Second one | . < 10 | ${a} != '' |")
    .replace("| | yn | no | No |", "| | yn | perhaps | Perhaps |")
    .replace("| | yn | yes | Yes |", "| | yn | yes | Yes, I do |")
)  # fmt: skip


def form(text: str, version: str = "1"):
    return parse_form(convert_xlsform(text.replace("{version}", version).encode(), name="f.md").xform)


def test_what_was_added_removed_and_changed():
    told = {one.path: one for one in compare_forms(form(OLD), form(NEW, "2"))}
    assert {path: one.kind for path, one in told.items()} == {
        "/data/b": "changed", "/data/c": "changed", "/data/g": "added", "/data/g/new": "added", "/data/gone": "removed",
    }  # fmt: skip
    assert told["/data/b"].differences == (
        Difference("label", "Second", "Second one", "default"),
        Difference("relevant", None, "${a} != ''"),
        Difference("constraint", ". < 9", ". < 10"),
    )
    assert told["/data/c"].differences == (
        Difference("choices", "no", "perhaps"),
        Difference("choice yes", "Yes", "Yes, I do", "default"),
    )


def test_equal_forms_have_no_differences():
    assert compare_forms(form(OLD), form(OLD, "2")) == []


def test_a_question_that_moved():
    row = "| | text | e | Fifth | | |\n"
    moved = OLD.replace(row, "").replace("| | text | a |", row + "| | text | a |")
    assert [(one.kind, one.name) for one in compare_forms(form(OLD), form(moved))] == [("moved", "e")]


def test_paths_are_never_shown():
    before = "| | text | gone | Gone | | ${b} > 1 |\n"
    one, two = (OLD.replace("| | text | gone | Gone | | |\n", before.replace("> 1", rule)) for rule in ("> 1", "> 2"))
    (changed,) = compare_forms(form(one), form(two))
    assert changed.differences == (Difference("relevant", "${b} > 1", "${b} > 2"),)
