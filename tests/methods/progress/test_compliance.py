"""Scores of one visit and of many, against a plain loop."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.methods.progress import WEIGHTS, Answer, compliance, compliance_columns

SEVERITIES, RESULTS = ("critical", "major", "minor"), ("no", "yes", "na")

EXAMPLE = [
    Answer("a", "critical", "yes"),
    Answer("b", "critical", "yes"),
    Answer("c", "major", "yes"),
    Answer("d", "major", "no"),
    Answer("e", "minor", "yes"),
    Answer("f", "minor", "no"),
    Answer("g", "minor", "na"),
]
ANSWERS = st.lists(
    st.builds(Answer, st.text(max_size=3), st.sampled_from(SEVERITIES), st.sampled_from(RESULTS)), max_size=30
)


def test_the_worked_example():
    found = compliance(EXAMPLE)
    assert found.score == pytest.approx(14 / 18)
    assert found.unweighted == pytest.approx(4 / 6)
    assert found.verdict == "fail"
    assert found.failed_critical == ()
    assert (found.counted, found.not_applicable) == (6, 1)
    assert found.by_severity == {"critical": (2, 2), "major": (1, 2), "minor": (1, 2)}
    assert compliance(EXAMPLE, pass_mark=0.7).verdict == "pass"


def test_a_critical_failure_is_a_failure_at_any_score():
    many = [Answer(f"m{n}", "minor", "yes") for n in range(1000)]
    found = compliance([*many, Answer("detector checked", "critical", "no")])
    assert found.score > 0.99
    assert (found.verdict, found.failed_critical) == ("fail", ("detector checked",))
    # Even where the contract gives it no weight.
    weightless = {"critical": 0, "major": 3, "minor": 1}
    assert compliance([*many, Answer("x", "critical", "no")], weights=weightless).verdict == "fail"
    assert compliance([Answer("x", "critical", "no")], weights=weightless).verdict == "fail"


def test_nothing_assessed_is_never_a_pass():
    for answers in ([], [Answer("a", "critical", "na"), Answer("b", "minor", "na")]):
        found = compliance(answers, pass_mark=0)
        assert (found.score, found.unweighted, found.verdict, found.counted) == (None, None, "not assessed", 0)


def test_exactly_the_mark_passes():
    answers = [Answer(str(n), "minor", "yes") for n in range(4)] + [Answer("no", "minor", "no")]
    assert compliance(answers).verdict == "pass"
    assert compliance(answers, weights={"minor": 0.1}).verdict == "pass"
    assert compliance(answers, pass_mark=0.81).verdict == "fail"


def score_slowly(answers, weights, mark):
    counted = [answer for answer in answers if answer.result != "na"]
    whole = sum(weights[answer.severity] for answer in counted)
    won = sum(weights[answer.severity] for answer in counted if answer.result == "yes")
    failed = [answer.item for answer in counted if answer.severity == "critical" and answer.result == "no"]
    score = won / whole if whole else None
    verdict = "fail" if failed else "not assessed" if score is None else "pass" if score >= mark else "fail"
    return score, verdict, tuple(failed), len(counted), len(answers) - len(counted)


@given(ANSWERS, st.tuples(*[st.integers(0, 9)] * 3), st.sampled_from([0.0, 0.5, 0.8, 1.0]))
def test_against_a_plain_loop(answers, numbers, mark):
    weights = dict(zip(SEVERITIES, numbers, strict=True))
    found = compliance(answers, weights=weights, pass_mark=mark)
    assert (found.score, found.verdict, found.failed_critical, found.counted, found.not_applicable) == score_slowly(
        answers, weights, mark
    )


@pytest.mark.parametrize(
    ("answers", "more"),
    [
        ([Answer("a", "grave", "yes")], {}),
        ([Answer("a", "minor", "maybe")], {}),
        ([Answer("a", "minor", "yes")], {"weights": {"critical": 5}}),
        ([], {"weights": {"critical": -5}}),
        ([], {"pass_mark": 80}),
    ],
)
def test_answers_that_cannot_be_scored_are_refused(answers, more):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        compliance(answers, **more)


@given(
    st.dictionaries(st.integers(-5, 10**9) | st.integers(0, 40), ANSWERS.filter(bool), min_size=1, max_size=12),
    st.randoms(),
)
def test_columns_are_as_many_single_visits(visits, chance):
    rows = [(visit, answer) for visit, answers in visits.items() for answer in answers]
    chance.shuffle(rows)
    which = np.array([visit for visit, _ in rows])
    severity, result = [answer.severity for _, answer in rows], [answer.result for _, answer in rows]
    weights = {"critical": 5.5, "major": 3, "minor": 0}
    found = compliance_columns(which, severity, result, weights=weights)
    coded = compliance_columns(
        which.astype(str), [SEVERITIES.index(s) for s in severity], [RESULTS.index(r) for r in result], weights=weights
    )
    assert found.visit.tolist() == sorted(visits)
    at = {visit: row for row, visit in enumerate(coded.visit.tolist())}
    for row, visit in enumerate(sorted(visits)):
        one = compliance(visits[visit], weights=weights)
        for many, place in ((found, row), (coded, at[str(visit)])):
            for name in ("score", "unweighted"):
                value = getattr(many, name)[place]
                assert (math.isnan(value) and getattr(one, name) is None) or abs(value - getattr(one, name)) < 1e-12
            assert many.verdict[place] == one.verdict
            assert many.failed_critical[place] == len(one.failed_critical)
            assert (many.counted[place], many.not_applicable[place]) == (one.counted, one.not_applicable)


def test_no_answers_are_no_visits():
    assert compliance_columns([], [], []).visit.size == 0


@pytest.mark.parametrize(
    ("columns", "more"),
    [
        (([1], ["grave"], ["yes"]), {}),
        (([1], ["minor"], ["maybe"]), {}),
        (([1], [3], [0]), {}),
        (([1], [0], [-1]), {}),
        (([1, 2], [0], [0]), {}),
        (([[1]], [[0]], [[0]]), {}),
        (([1], [0], [0]), {"weights": {"critical": 5}}),
        (([1], [0], [0]), {"pass_mark": 2}),
    ],
)
def test_columns_that_cannot_be_scored_are_refused(columns, more):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        compliance_columns(*columns, **more)


def test_the_usual_weights_cannot_be_changed_by_accident():
    with pytest.raises(TypeError):
        WEIGHTS["critical"] = 1
