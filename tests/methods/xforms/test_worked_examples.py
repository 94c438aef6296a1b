"""The worked examples of the forms specification, as they stand there."""

from __future__ import annotations

import math

import pytest

from rafid.methods.xforms import ExpressionError, diff_submissions, evaluate, flatten, validate_submission


def found(form, submission):
    return [(finding.kind, finding.path) for finding in validate_submission(form, submission)]


def test_the_base_has_no_finding(t1, visit):
    assert validate_submission(t1, visit()) == []


@pytest.mark.parametrize(
    ("changed", "findings"),
    [
        (
            {"visit_id": "XXX", "deminers": "500", "medics": "3"},
            [("constraint", "/data/visit_id"), ("constraint", "/data/deminers")],
        ),
        ({"amb_why": "broken"}, [("irrelevant_answer", "/data/amb_why")]),
        ({"ambulance": "no"}, [("required", "/data/amb_why")]),
        ({"dist": "mosul"}, [("choice_not_in_filter", "/data/dist")]),
        ({"dist": "atlantis"}, [("unknown_choice", "/data/dist")]),
        ({"n_major": "5"}, [("calculation_mismatch", "/data/n_major")]),
        ({"deminers": "abc"}, [("wrong_type", "/data/deminers"), ("constraint", "/data/medics")]),
        (
            {"nc": (("major", "a.jpg"), ("minor", "x.jpg"), ("", "")), "n_major": "1"},
            [("irrelevant_answer", "/data/nc[2]/photo"), ("required", "/data/nc[3]/sev")],
        ),
        # Not in the specification: what is left out is judged as empty.
        ({"visit_id": None}, [("required", "/data/visit_id")]),
        ({"ambulance": "no", "amb_why": None}, [("required", "/data/amb_why")]),
        ({"nc": (), "n_major": "0"}, []),
        ({"loc": "99 44"}, [("wrong_type", "/data/loc")]),
        ({"surplus": "1"}, [("unknown_field", "/data/surplus")]),
    ],
)
def test_findings(t1, visit, changed, findings):
    assert found(t1, visit(**changed)) == findings


def test_a_mismatch_says_what_was_expected(t1, visit):
    (finding,) = validate_submission(t1, visit(n_major="5"))
    assert (finding.value, finding.expected, finding.field) == ("5", "2", "/data/n_major")


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("7 mod -3", 1.0),
        ("-7 mod 3", -1.0),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -2.0),
        ("round(-1.5)", -1.0),
        ("round(1234567.891, -3)", 1235000.0),
        ("int(2.9)", 2.0),
        ("substr('abcdef', 1, -1)", "bcde"),
        ("regex('TPM-0001x', 'TPM-[0-9]{4}')", False),
        ("selected('a b', '')", False),
        ("'abc' < 'abd'", False),
        ("'10' > '9'", True),
        ("1 < 2 = true()", True),
        ("date('2024-02-29') + 1", 19783.0),
        ("format-date('2024-03-05', '%d %n %m %e')", "05 3 03 5"),
        ("if('false', 'y', 'n')", "y"),
        ("number('+5')", math.nan),
        ("boolean-from-string('1.0')", False),
        ("checklist(2, 3, true(), true(), false())", True),
        ("boolean('0')", True),
        ("boolean(0)", False),
        ("date('2024-02-29')", "2024-02-29"),
        ("/data/nc/sev", ["major", "minor", "major"]),
        ("/data/nc[2]/sev", ["minor"]),
    ],
)
def test_expressions(visit, expression, answer):
    value = evaluate(expression, visit())
    assert value == answer or (value != value and answer != answer)
    assert type(value) is type(answer)


@pytest.mark.parametrize("text", ["", "1e5", "+5", "0x10", "٣", "1_000", "inf", "nan", "1 2", "--5", "5-"])
def test_texts_that_are_no_numbers(visit, text):
    assert math.isnan(evaluate(f"number('{text}')", visit()))


def test_a_path_is_read_in_the_repeat_instance_in_which_one_stands(t1, visit):
    submission = visit()
    assert evaluate("/data/nc/sev", submission, at="/data/nc[2]/photo", form=t1) == ["minor"]
    assert evaluate("../../nc/sev", submission, at="/data/nc[2]/photo", form=t1) == ["major", "minor", "major"]
    assert evaluate("position(..)", submission, at="/data/nc[3]/photo", form=t1) == 3.0
    assert evaluate("indexed-repeat(/data/nc/sev, /data/nc, 2)", submission, at="/data/n_major", form=t1) == ["minor"]
    assert evaluate("indexed-repeat(/data/nc/sev, /data/nc, 2)", submission, at="/data/nc[1]/sev", form=t1) == ["minor"]
    assert evaluate("indexed-repeat(/data/nc/sev, /data/nc, 4)", submission, at="/data/n_major", form=t1) == []
    assert evaluate("current()/../sev", submission, at="/data/nc[2]/photo", form=t1) == ["minor"]


@pytest.mark.parametrize(
    ("expression", "at"),
    [("(1=1", 5), ("summ(1)", 1), ("1 == 1", 3), ("1 && 1", 3), ("//a", 1), ("child::a", 6), ("1 +", 4), ("", 1), ("'a", 1),
     ("count()", 1), ("a)", 2), ("${a}", 1)],
)  # fmt: skip
def test_what_is_wrong_names_the_character(visit, expression, at):
    with pytest.raises(ExpressionError) as refused:
        evaluate(expression, visit())
    assert refused.value.at == at
    assert isinstance(refused.value, ValueError)


def test_tables_have_central_names(t1, visit):
    tables = flatten(t1, visit())
    assert list(tables) == ["submissions", "nc"]
    (row,) = tables["submissions"]
    assert row == {
        "visit_id": "TPM-0001", "gov": "kirkuk", "dist": "dibis", "deminers": 12, "medics": 2, "ambulance": "yes",
        "amb_why": None, "n_major": "2", "loc-Latitude": 36.1909, "loc-Longitude": 44.01, "loc-Altitude": 412.0,
        "loc-Accuracy": 4.8, "KEY": "uuid:1",
    }  # fmt: skip
    assert tables["nc"][1] == {"sev": "minor", "photo": None, "PARENT_KEY": "uuid:1", "KEY": "uuid:1/nc[2]"}


def test_changes(t1, visit):
    changes = diff_submissions(t1, visit(), visit(medics="3", nc=(("major", "a.jpg"), ("major", ""))))
    assert [(change.path, change.old, change.new) for change in changes] == [
        ("/data/medics", "2", "3"),
        ("/data/nc[2]/sev", "minor", "major"),
        ("/data/nc[3]/sev", "major", None),
        ("/data/nc[3]/photo", "b.jpg", None),
    ]
    assert diff_submissions(t1, visit(), visit(amb_why=None)) == []
