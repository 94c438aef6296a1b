"""Rules held against facts: each at its threshold, on both sides of it. No database."""

from __future__ import annotations

from datetime import date, timedelta
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.programmes.monitoring.warnings.judging import (
    Facts,
    FindingFact,
    LandFact,
    StudyFact,
    Tally,
    judge,
    outlying,
    repeats,
)
from rafid.programmes.monitoring.warnings.rules import DEFAULTS, LABELS, RULES, limits_of

TODAY = date(2026, 5, 10)


def facts(**values):
    return Facts("C-1", date(2026, 12, 31), dict(DEFAULTS), **values)


def broken(of):
    return {(one.rule, one.subject) for one in judge(of, TODAY)}


def figures(spi=1.0, *, covered=1.0, floor=None, at_sites=0.0, high=None, finish=None, drawn=None):
    line = {"code": "1.1", "floor": floor, "floor_of": 100.0, "at_sites": at_sites, "high": high}
    return {
        "earned": {"verified_capped": {"spi": spi, "covered": covered}},
        "lines": [line],
        "finish": {"verified": finish},
        "drawn": drawn or {},
    }


def of_months(*every):
    return facts(figures=[(date(2026, 4 - back, 1), one) for back, one in enumerate(every)])


@pytest.mark.parametrize(
    ("spi", "warned"), [((0.84, 0.84), True), ((0.84, 0.86), False), ((0.85, 0.80), False), ((0.5,), False)]
)
def test_slow_warns_after_two_months_running(spi, warned):
    assert (("slow", "contract") in broken(of_months(*map(figures, spi)))) is warned


def test_slow_says_nothing_where_little_weight_is_verified():
    assert broken(of_months(figures(0.2, covered=0.4), figures(0.2, covered=0.4))) == set()


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"floor": 74.0}, "floor"),
        ({"floor": 76.0}, None),
        ({"at_sites": 100.0, "high": 99.0}, "range"),
        ({"at_sites": 100.0, "high": 100.0}, None),
        ({"at_sites": 100.0, "high": None}, None),
    ],
)
def test_lines_warn_by_themselves(values, rule):
    assert broken(of_months(figures(**values))) == ({(rule, "line:1.1")} if rule else set())


@pytest.mark.parametrize(("finish", "warned"), [("202702", False), ("202703", True), (None, False)])
def test_a_finish_more_than_sixty_days_late_warns(finish, warned):
    """The contract ends on 31 December: 28 February is 59 days later, 31 March 90."""
    assert (("finish", "contract") in broken(of_months(figures(finish=finish)))) is warned


@pytest.mark.parametrize(("denied", "warned"), [(3, False), (4, True)])
def test_denied_is_held_against_what_was_decided(denied, warned):
    """Three of twenty are 15 %; those still open do not count as seen."""
    drawn = {"done": 20 - denied, "denied": denied, "planned": 100}
    assert (("denied", "contract") in broken(of_months(figures(drawn=drawn)))) is warned


def finding(number, severity="major", late=0):
    return FindingFact(f"NC-{number}", severity, TODAY - timedelta(days=30), TODAY - timedelta(days=late))


def test_overdue_warns_above_a_tenth_or_for_one_critical():
    nine = [finding(number) for number in range(9)]
    assert broken(facts(findings=[*nine, finding(9, late=1)])) == set()
    assert broken(facts(findings=[*nine[1:], finding(9, late=1)])) == {("overdue", "contract")}
    grave = [*[finding(number) for number in range(30)], finding(99, "critical", late=1)]
    assert broken(facts(findings=grave)) == {("overdue", "contract"), ("critical", "nonconformity:NC-99")}


def test_a_finding_due_today_is_not_overdue():
    assert broken(facts(findings=[finding(1)])) == set()


def test_scores_warn_only_where_the_whole_interval_falls():
    assert broken(facts(scores=[0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65])) == {("scores", "contract")}
    assert broken(facts(scores=[0.9, 0.7, 0.95, 0.72, 0.93, 0.71])) == set()
    assert broken(facts(scores=[0.9, nan, 0.5, nan, 0.1])) == set(), "three points make no trend"


@pytest.mark.parametrize(("late", "due", "warned"), [(1, 5, False), (2, 5, True), (2, 4, False)])
def test_visits_behind_schedule(late, due, warned):
    of = facts(due_visits=due, late_visits=[f"V-{number}" for number in range(late)])
    assert (("behind", "contract") in broken(of)) is warned


def test_outcomes_and_land_warn_by_their_study():
    of = facts(
        studies=[StudyFact("O-1", 40, 0.1, -0.01, 0.2), StudyFact("O-2", 40, 0.1, 0.01, 0.2)],
        lands=[LandFact("O-3", 8, 2, 0.07, 0.6), LandFact("O-4", 8, 3, 0.1, 0.7)],
    )
    assert broken(of) == {("outcome", "study:O-1"), ("unused", "study:O-4")}


def test_an_item_that_failed_three_times_warns_with_its_visits():
    failed = {("P", "ppe"): ["V-3", "V-2", "V-1"], ("P", "log"): ["V-3", "V-2"]}
    (one,) = repeats(failed, {"P": "Partner"}, 3)
    assert (one.rule, one.subject) == ("repeat", "partner:P item:ppe")
    assert one.links == (("visit", "V-3"), ("visit", "V-2"), ("visit", "V-1"))


def tally(code, visits, events):
    return Tally(code, code, visits, tuple(f"V-{code}{number}" for number in range(events)))


def test_one_who_stands_out_is_named_and_chance_is_not():
    usual = [tally(f"M{number}", 40, 4) for number in range(6)]
    assert outlying("monitor", usual, 1.5) == []
    found = outlying("monitor", [*usual, tally("M9", 40, 26)], 1.5)
    assert [one.subject for one in found] == ["monitor:M9"]
    assert outlying("monitor", [*usual, tally("M9", 2, 2)], 1.5) == [], "two visits are no rate"


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8))
def test_nobody_below_the_rate_of_all_is_ever_named(pairs):
    rows = [tally(f"M{number}", max(a, b), min(a, b)) for number, (a, b) in enumerate(pairs)]
    visits, events = sum(one.visits for one in rows), sum(len(one.events) for one in rows)
    named = {one.subject for one in outlying("monitor", rows, 1.5)}
    for one in rows:
        if one.visits and len(one.events) * visits <= events * one.visits:
            assert f"monitor:{one.code}" not in named


def test_every_threshold_belongs_to_a_rule_and_has_a_name():
    used = {name for rule in RULES.values() for name in rule.limits}
    assert used == DEFAULTS.keys() == LABELS.keys()
    assert limits_of() == {name: float(value) for name, value in DEFAULTS.items()}
