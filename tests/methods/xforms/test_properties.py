"""What holds for whatever is sent: nothing crashes, tables lose nothing, and equal submissions do not differ."""

from __future__ import annotations

import contextlib
import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.xforms import (
    ExpressionError,
    SubmissionError,
    diff_submissions,
    evaluate,
    flatten,
    read_submission,
    table_columns,
    validate_submission,
)
from rafid.methods.xforms.grammar import parse

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff<&>"), max_size=12
)
LIKELY = st.sampled_from(
    [
        "",
        "abc",
        "kirkuk",
        "mosul",
        "dibis",
        "yes",
        "no",
        "major",
        "minor",
        "12",
        "500",
        "-1",
        "36.19 44.01",
        "1e5",
        "٣",
        "2024-02-30",
    ]
)
NAMES = [
    "visit_id",
    "gov",
    "dist",
    "deminers",
    "medics",
    "ambulance",
    "amb_why",
    "nc",
    "sev",
    "photo",
    "n_major",
    "loc",
    "meta",
    "zz",
]


@st.composite
def elements(draw, depth=3):
    name = draw(st.sampled_from(NAMES))
    if depth and draw(st.booleans()):
        return f"<{name}>" + "".join(draw(st.lists(elements(depth=depth - 1), max_size=4))) + f"</{name}>"
    return f"<{name}>{draw(st.one_of(LIKELY, TEXT))}</{name}>"


@st.composite
def submissions(draw):
    inside = "".join(draw(st.lists(elements(), max_size=12)))
    return read_submission(f'<data id="t1" version="1" instanceID="uuid:1">{inside}</data>'.encode())


@st.composite
def regular(draw):
    """Submissions that have the form's shape, whatever the answers."""
    names = [name for name in NAMES if name not in {"nc", "sev", "photo", "meta", "zz"}]
    answers = "".join(f"<{name}>{draw(st.one_of(LIKELY, TEXT))}</{name}>" for name in names)
    rows = "".join(
        f"<nc><sev>{draw(LIKELY)}</sev><photo>{draw(TEXT)}</photo></nc>" for _ in range(draw(st.integers(0, 12)))
    )
    return read_submission(f'<data id="t1" version="1" instanceID="uuid:1">{answers}{rows}</data>'.encode())


@given(submission=submissions())
@settings(max_examples=150)
def test_judging_flattening_and_comparing_never_raise(t1, submission):
    first = validate_submission(t1, submission, now=NOW)
    assert first == validate_submission(t1, submission, now=NOW)
    tables = flatten(t1, submission)
    for name, columns in table_columns(t1).items():
        assert all(set(row) == set(columns) for row in tables[name])
    assert diff_submissions(t1, submission, submission) == []


def _texts(value):
    return "" if value is None else str(value)


@given(submission=regular())
def test_a_submission_can_be_rebuilt_from_its_tables(t1, submission):
    tables = flatten(t1, submission)
    (main,) = tables["submissions"]
    for node in submission.root.children:
        if node.name not in {"nc", "loc", "deminers", "medics"}:
            assert _texts(main[node.name]) == node.text
        elif node.name in {"deminers", "medics"}:
            kept = main[node.name]
            assert kept == (int(node.text) if isinstance(kept, int) else node.text or None)
    rows = [(_texts(row["sev"]), _texts(row["photo"])) for row in tables["nc"]]
    assert rows == [tuple(child.text for child in node.children) for node in submission.root.named("nc")]
    assert [row["KEY"] for row in tables["nc"]] == [f"uuid:1/nc[{number}]" for number in range(1, len(rows) + 1)]


@given(old=regular(), new=regular())
def test_a_difference_backwards_is_the_same_backwards(t1, old, new):
    there = {(change.path, change.old, change.new) for change in diff_submissions(t1, old, new)}
    back = {(change.path, change.new, change.old) for change in diff_submissions(t1, new, old)}
    assert there == back


WORDS = ["1", "'a'", ".", "..", "/data/nc/sev", "../x", "count(", "if(", ")", "(", "[", "]", "+", "-", "*", "div", "and", "=", "<", ",",
         "sum(/data/nc)", "today()", "selected(", "position(..)", "@id", "//", "$", "'", "substr('abc', -1)", "1e9", "mod", "|", "instance('gov')/root/item"]  # fmt: skip


@given(expression=st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
@settings(max_examples=400)
def test_an_expression_is_answered_or_refused(t1, expression):
    submission = read_submission(
        b'<data id="t1" instanceID="1"><visit_id>a</visit_id><nc><sev>major</sev></nc><nc/></data>'
    )
    try:
        value = evaluate(expression, submission, form=t1, now=NOW)
    except ExpressionError:
        return
    assert isinstance(value, float | str | bool | list)


@given(expression=st.text(max_size=40))
def test_any_text_is_parsed_or_refused(expression):
    at = refused_at(expression)
    assert at is None or 1 <= at <= len(expression) + 1


def refused_at(expression):
    try:
        parse(expression, references=True)
    except ExpressionError as refused:
        return refused.at
    return None


@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(SubmissionError):
        read_submission(data)


@pytest.mark.parametrize(
    "expression",
    ["(" * 5000 + "1" + ")" * 5000, "not(" * 5000 + "1" + ")" * 5000, "a[" * 5000 + "1" + "]" * 5000, "(" * 200 + "1"],
)
def test_deep_nesting_is_an_error_and_no_crash(expression):
    with pytest.raises(ExpressionError, match="deeper than 100"):
        evaluate(expression, None)


def test_long_chains_are_answered():
    assert evaluate("1" + " + 1" * 20_000, None) == 20_001.0
    assert evaluate("-" * 20_001 + "1", None) == -1.0
    assert evaluate("(" * 99 + "1" + ")" * 99, None) == 1.0


def test_a_form_can_be_pickled(t1, visit):
    again = pickle.loads(pickle.dumps(t1))
    assert validate_submission(again, visit(n_major="5")) == validate_submission(t1, visit(n_major="5"))
