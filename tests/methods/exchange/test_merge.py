"""Changes of several nodes give one picture: what merges, what becomes a case, and what is shown meanwhile."""

from __future__ import annotations

import pytest
from shapely.geometry import box

from rafid.methods.exchange import Change, Log, Rules, merge

OPENNESS = ("closed", "worked_on", "open")
RULES = Rules(
    together={"hazard": [("status", "remaining")]},
    checks={"hazard": [("closed without ground", lambda r: not (r.get("status") == "closed" and r.get("finds")))]},
    cautious={"remaining": max, "status": lambda values: max(values, key=OPENNESS.index)},
    ground={"hazard": lambda r: box(*r["box"]) if r.get("box") else None},
    agreement=lambda change, before, after: (
        ("DMA", "IKMAA") if after.get("shared") and change.fields.get("status") == "closed" else ()
    ),
)


def made(id, fields=None, after=(), action="set", record="H1", kind="hazard"):
    return Change(id, record, kind, action, fields or {}, tuple(after))


FIRST = made("DMA:1", {"status": "open", "remaining": 100, "comment": "old", "finds": 0})


def only(picture):
    (conflict,) = picture.conflicts
    return conflict


def test_one_change_is_a_record():
    picture = merge([FIRST])
    assert picture.records == {"H1": dict(FIRST.fields)}
    assert (picture.conflicts, picture.retired, picture.waiting, picture.same_as) == ((), (), (), {})
    assert len(picture.digest) == 64


def test_edits_that_do_not_touch_each_other_merge():
    picture = merge([FIRST, made("DMA:2", {"comment": "new"}, ["DMA:1"]), made("IKMAA:1", {"slope": 3}, ["DMA:1"])])
    assert picture.conflicts == ()
    assert picture.records["H1"] == {"status": "open", "remaining": 100, "comment": "new", "slope": 3, "finds": 0}


def test_no_clock_decides():
    early = Change("IKMAA:1", "H1", "hazard", "set", {"comment": "b"}, ("DMA:2",), at="1970-01-01T00:00:00Z")
    picture = merge([FIRST, made("DMA:2", {"comment": "a"}, ["DMA:1"]), early])
    assert picture.records["H1"]["comment"] == "b"


def test_two_live_values_are_a_case_and_the_last_common_value_is_shown():
    picture = merge([FIRST, made("DMA:2", {"comment": "a"}, ["DMA:1"]), made("IKMAA:1", {"comment": "b"}, ["DMA:1"])])
    conflict = only(picture)
    assert (conflict.cause, conflict.records, conflict.fields) == ("value", ("H1",), ("comment",))
    assert {side: view["comment"] for side, view in conflict.sides.items()} == {"DMA:2": "a", "IKMAA:1": "b"}
    assert picture.records["H1"]["comment"] == "old"


def test_the_same_value_twice_is_no_case():
    picture = merge([FIRST, made("DMA:2", {"comment": "a"}, ["DMA:1"]), made("IKMAA:1", {"comment": "a"}, ["DMA:1"])])
    assert picture.conflicts == ()
    assert picture.records["H1"]["comment"] == "a"


def test_the_cautious_value_is_shown_meanwhile():
    sides = [made("DMA:2", {"remaining": 20}, ["DMA:1"]), made("IKMAA:1", {"remaining": 60}, ["DMA:1"])]
    picture = merge([FIRST, *sides], rules=RULES)
    assert only(picture).cause == "value"
    assert picture.records["H1"]["remaining"] == 60


def test_a_field_without_a_common_past_is_not_shown_while_it_is_disputed():
    picture = merge([made("DMA:1", {"name": "a", "x": 1}), made("IKMAA:1", {"name": "b"})])
    assert only(picture).fields == ("name",)
    assert picture.records["H1"] == {"x": 1}


def test_a_decision_ends_the_case_whatever_comes_late():
    sides = [made("DMA:2", {"comment": "a"}, ["DMA:1"]), made("IKMAA:1", {"comment": "b"}, ["DMA:1"])]
    decided = made("DMA:3", {"comment": "b"}, ["DMA:2", "IKMAA:1"])
    for changes in ([FIRST, *sides, decided], [decided, *reversed(sides), FIRST, *sides]):
        picture = merge(changes)
        assert picture.conflicts == ()
        assert picture.records["H1"]["comment"] == "b"


def test_an_edit_elsewhere_does_not_decide_a_value():
    sides = [made("DMA:2", {"comment": "a"}, ["DMA:1"]), made("IKMAA:1", {"comment": "b"}, ["DMA:1"])]
    before = only(merge([FIRST, *sides]))
    after = only(merge([FIRST, *sides, made("DMA:3", {"slope": 4}, ["DMA:2", "IKMAA:1"])]))
    assert (after.id, after.cause, set(after.sides)) == (before.id, "value", {"DMA:2", "IKMAA:1"})


def test_both_deciding_one_case_differently_is_a_new_case():
    sides = [made("DMA:2", {"comment": "a"}, ["DMA:1"]), made("IKMAA:1", {"comment": "b"}, ["DMA:1"])]
    first = only(merge([FIRST, *sides]))
    decisions = [
        made("DMA:3", {"comment": "a"}, ["DMA:2", "IKMAA:1"]),
        made("IKMAA:2", {"comment": "b"}, ["DMA:2", "IKMAA:1"]),
    ]
    again = only(merge([FIRST, *sides, *decisions]))
    assert again.cause == "value"
    assert again.id != first.id
    assert set(again.sides) == {"DMA:3", "IKMAA:2"}


def test_retired_against_edited_stays_on_the_map():
    retired, edited = made("DMA:2", after=["DMA:1"], action="retire"), made("IKMAA:1", {"slope": 9}, ["DMA:1"])
    picture = merge([FIRST, retired, edited], rules=RULES)
    assert only(picture).cause == "retired"
    assert picture.records["H1"]["slope"] == 9
    assert picture.retired == ()


@pytest.mark.parametrize(("action", "live"), [("retire", False), ("restore", True), ("set", True)])
def test_a_retirement_is_decided_by_one_who_saw_both(action, live):
    sides = [made("DMA:2", after=["DMA:1"], action="retire"), made("IKMAA:1", {"slope": 9}, ["DMA:1"])]
    fields = {"slope": 9} if action == "set" else {}
    picture = merge([FIRST, *sides, made("DMA:3", fields, ["DMA:2", "IKMAA:1"], action=action)])
    assert picture.conflicts == ()
    assert ("H1" in picture.records, picture.retired) == (live, () if live else ("H1",))


def test_who_retires_what_he_has_seen_makes_no_case():
    picture = merge(
        [FIRST, made("IKMAA:1", {"slope": 9}, ["DMA:1"]), made("DMA:2", after=["IKMAA:1"], action="retire")]
    )
    assert (picture.records, picture.retired, picture.conflicts) == ({}, ("H1",), ())


def test_two_who_retire_apart_agree():
    picture = merge(
        [FIRST, made("DMA:2", after=["DMA:1"], action="retire"), made("B:1", after=["DMA:1"], action="retire")]
    )
    assert (picture.retired, picture.conflicts) == (("H1",), ())


def test_an_edit_of_a_retired_record_does_not_bring_it_back_but_restoring_does():
    gone = [FIRST, made("DMA:2", after=["DMA:1"], action="retire"), made("B:1", {"slope": 2}, ["DMA:2"])]
    assert merge(gone).retired == ("H1",)
    picture = merge([*gone, made("B:2", after=["B:1"], action="restore")])
    assert picture.records["H1"]["slope"] == 2


def test_fields_that_belong_together_changed_apart():
    sides = [made("DMA:2", {"status": "closed"}, ["DMA:1"]), made("IKMAA:1", {"remaining": 140}, ["DMA:1"])]
    picture = merge([FIRST, *sides], rules=RULES)
    conflict = only(picture)
    assert (conflict.cause, conflict.fields) == ("together", ("status", "remaining"))
    assert conflict.sides["DMA:2"]["remaining"] == 100
    assert (picture.records["H1"]["status"], picture.records["H1"]["remaining"]) == ("open", 140)
    ended = merge(
        [FIRST, *sides, made("DMA:3", {"status": "open", "remaining": 140}, ["DMA:2", "IKMAA:1"])], rules=RULES
    )
    assert ended.conflicts == ()


def test_both_sides_that_came_to_the_same_group_are_no_case():
    sides = [
        made("DMA:2", {"status": "closed", "remaining": 0}, ["DMA:1"]),
        made("IKMAA:1", {"remaining": 0}, ["DMA:1"]),
        made("IKMAA:2", {"status": "closed"}, ["IKMAA:1"]),
    ]
    picture = merge([FIRST, *sides], rules=RULES)
    assert picture.conflicts == ()
    assert picture.records["H1"]["status"] == "closed"


def test_a_group_may_be_declared_alone():
    rules = Rules(together={"hazard": ("status", "remaining")})
    sides = [made("DMA:2", {"status": "closed"}, ["DMA:1"]), made("IKMAA:1", {"remaining": 140}, ["DMA:1"])]
    picture = merge([FIRST, *sides], rules=rules)
    assert only(picture).cause == "together"
    assert picture.records["H1"]["remaining"] == 100  # the last common one: nothing cautious is declared


def test_a_check_that_fails_only_on_both_together():
    sides = [made("DMA:2", {"status": "closed"}, ["DMA:1"]), made("IKMAA:1", {"finds": 3}, ["DMA:1"])]
    picture = merge([FIRST, *sides], rules=RULES)
    conflict = only(picture)
    assert (conflict.cause, conflict.fields) == ("check", ("closed without ground",))
    assert picture.records["H1"]["status"] == "open"
    alone = merge([FIRST, sides[0], made("DMA:3", {"finds": 3}, ["DMA:2"])], rules=RULES)
    assert alone.conflicts == ()  # one author saw it all: that is a finding, no conflict


def test_the_first_cause_that_holds():
    sides = [
        made("DMA:2", {"status": "closed", "comment": "a"}, ["DMA:1"]),
        made("IKMAA:1", {"remaining": 1, "comment": "b", "finds": 2}, ["DMA:1"]),
    ]
    assert only(merge([FIRST, *sides], rules=RULES)).cause == "value"
    assert only(merge([FIRST, *sides, made("C:1", after=["DMA:1"], action="retire")], rules=RULES)).cause == "retired"


SHARED = made("DMA:1", {"status": "open", "shared": True})
CLOSING = made("DMA:2", {"status": "closed"}, ["DMA:1"])


def test_a_change_waits_for_consent():
    picture = merge([SHARED, CLOSING], rules=RULES)
    conflict = only(picture)
    assert (conflict.cause, conflict.fields) == ("agreement", ("status",))
    assert conflict.sides["DMA:2"]["status"] == "closed"
    assert picture.records["H1"]["status"] == "open"


@pytest.mark.parametrize(("action", "status"), [("agree", "closed"), ("decline", "open")])
def test_consent_and_refusal_end_the_case(action, status):
    answer = made("IKMAA:1", {"change": "DMA:2"}, ["DMA:2"], action=action)
    picture = merge([SHARED, CLOSING, answer], rules=RULES)
    assert picture.conflicts == ()
    assert picture.records["H1"]["status"] == status


def test_only_those_asked_can_consent_and_their_newest_word_counts():
    stranger = made("UN:1", {"change": "DMA:2"}, ["DMA:2"], action="agree")
    assert only(merge([SHARED, CLOSING, stranger], rules=RULES)).cause == "agreement"
    words = [
        made("IKMAA:1", {"change": "DMA:2"}, ["DMA:2"], action="decline"),
        made("IKMAA:2", {"change": "DMA:2"}, ["IKMAA:1"], action="agree"),
    ]
    assert merge([SHARED, CLOSING, *words], rules=RULES).records["H1"]["status"] == "closed"


def test_work_goes_on_beside_what_waits_for_consent():
    later = made("DMA:3", {"comment": "x"}, ["DMA:2"])
    picture = merge([SHARED, CLOSING, later], rules=RULES)
    assert picture.records["H1"] == {"status": "open", "shared": True, "comment": "x"}
    overwritten = merge([SHARED, CLOSING, made("DMA:3", {"status": "worked_on"}, ["DMA:2"])], rules=RULES)
    assert overwritten.conflicts == ()
    assert overwritten.records["H1"]["status"] == "worked_on"


def test_a_first_change_without_consent_is_not_on_the_map():
    picture = merge([made("DMA:1", {"status": "closed", "shared": True})], rules=RULES)
    assert only(picture).cause == "agreement"
    assert picture.records == {}


ONE = made("DMA:1", {"box": [0, 0, 100, 100]}, record="H1")
OTHER = made("IKMAA:1", {"box": [10, 0, 110, 100]}, record="H2")


def test_the_same_ground_under_two_numbers():
    conflict = only(merge([ONE, OTHER], rules=RULES))
    assert (conflict.cause, conflict.records) == ("ground", ("H1", "H2"))
    assert conflict.amount == pytest.approx(9 / 11)
    assert set(conflict.sides) == {"DMA:1", "IKMAA:1"}


@pytest.mark.parametrize(
    "other",
    [
        made("IKMAA:1", {"box": [95, 0, 195, 100]}, record="H2"),  # touches too little
        made("IKMAA:1", {"box": [100, 0, 200, 100]}, record="H2"),  # an edge only
        made("IKMAA:1", {"box": None}, record="H2"),
        made("IKMAA:1", {"box": [0, 0, 100, 100]}, record="H2", kind="task"),
        made("DMA:2", {"box": [0, 0, 100, 100]}, record="H2"),  # of the same node: a finding, no conflict
    ],
)
def test_ground_that_is_no_case(other):
    assert merge([ONE, other], rules=RULES).conflicts == ()


def test_a_small_one_inside_a_large_one():
    small = made("IKMAA:1", {"box": [1, 1, 3, 3]}, record="H2")
    assert only(merge([ONE, small], rules=RULES)).amount == pytest.approx(0.0004)


def test_same_and_distinct_end_it():
    same = made("DMA:2", {"with": "H2"}, ["DMA:1"], action="same")
    picture = merge([ONE, OTHER, same], rules=RULES)
    assert (picture.conflicts, picture.same_as) == ((), {"H2": "H1"})
    assert set(picture.records) == {"H1", "H2"}
    distinct = made("IKMAA:2", {"with": "H1"}, ["IKMAA:1"], action="distinct", record="H2")
    picture = merge([ONE, OTHER, distinct], rules=RULES)
    assert (picture.conflicts, picture.same_as) == ((), {})


def test_ground_that_moves_after_the_decision_is_not_asked_again():
    distinct = made("IKMAA:2", {"with": "H1"}, ["IKMAA:1"], action="distinct", record="H2")
    moved = made("IKMAA:3", {"box": [0, 0, 100, 99]}, ["IKMAA:2"], record="H2")
    assert merge([ONE, OTHER, distinct, moved], rules=RULES).conflicts == ()


def test_same_and_distinct_at_once_is_a_new_case_until_one_has_seen_both():
    before = only(merge([ONE, OTHER], rules=RULES))
    apart = [
        made("DMA:2", {"with": "H2"}, ["DMA:1"], action="same"),
        made("IKMAA:2", {"with": "H1"}, ["IKMAA:1"], action="distinct", record="H2"),
    ]
    picture = merge([ONE, OTHER, *apart], rules=RULES)
    assert only(picture).id != before.id
    assert picture.same_as == {}
    last = made("DMA:3", {"with": "H2"}, ["DMA:2", "IKMAA:2"], action="same")
    picture = merge([ONE, OTHER, *apart, last], rules=RULES)
    assert (picture.conflicts, picture.same_as) == ((), {"H2": "H1"})


def test_nothing_is_counted_as_a_record_that_is_gone():
    changes = [
        ONE,
        OTHER,
        made("DMA:2", {"with": "H2"}, ["DMA:1"], action="same"),
        made("DMA:3", after=["DMA:2"], action="retire"),
    ]
    picture = merge(changes, rules=RULES)
    assert (picture.same_as, picture.retired, set(picture.records)) == ({}, ("H1",), {"H2"})


def test_three_numbers_of_one_ground_are_counted_as_one():
    third = made("UN:1", {"box": [0, 0, 100, 100]}, record="H3")
    said = [
        made("DMA:2", {"with": "H2"}, ["DMA:1"], action="same"),
        made("UN:2", {"with": "H1"}, ["UN:1"], action="same", record="H3"),
    ]
    picture = merge([ONE, OTHER, third, *said], rules=RULES)
    assert picture.same_as == {"H1": "H3", "H2": "H3"}
    assert picture.conflicts == ()


def test_what_builds_on_something_missing_waits_and_touches_nothing():
    late = made("DMA:3", {"comment": "late"}, ["DMA:2"])
    later = made("IKMAA:1", {"comment": "later"}, ["DMA:3"])
    picture = merge([FIRST, late, later])
    assert picture.waiting == ("DMA:3", "IKMAA:1")
    assert (picture.records, picture.digest) == (merge([FIRST]).records, merge([FIRST]).digest)
    whole = merge([FIRST, late, later, made("DMA:2", {"slope": 1}, ["DMA:1"])])
    assert whole.waiting == ()
    assert whole.records["H1"]["comment"] == "later"


def test_changes_in_a_circle_wait_for_ever():
    picture = merge([FIRST, made("A:1", {"x": 1}, ["B:1"]), made("B:1", {"x": 2}, ["A:1"])])
    assert picture.waiting == ("A:1", "B:1")
    assert picture.records["H1"] == dict(FIRST.fields)


@pytest.mark.parametrize("other", [{"status": "closed"}, {"status": 1}, {}])
def test_one_id_with_two_contents_is_refused_by_name(other):
    with pytest.raises(ValueError, match=r"DMA:1 .*two contents"):
        merge([made("DMA:1", {"status": True}), made("DMA:1", other)])
    log = Log([made("DMA:1", {"status": True})])
    with pytest.raises(ValueError, match="DMA:1"):
        log.take([made("DMA:2", {"x": 1}), made("DMA:1", other)])
    assert set(log.changes) == {"DMA:1"}  # all or nothing


@pytest.mark.parametrize("bad", [made("DMA:1", action="delete"), made("DMA"), made("DMA:01"), made(":1"), made("A:x")])
def test_what_is_no_change_is_refused_by_name(bad):
    with pytest.raises(ValueError, match=bad.id):
        merge([bad])


def test_a_rule_that_breaks_does_not_stop_the_exchange():
    def broken(_record):
        raise KeyError("box")

    rules = Rules(checks={"hazard": [("broken", broken)]}, ground={"hazard": broken})
    sides = [made("DMA:2", {"a": 1}, ["DMA:1"]), made("IKMAA:1", {"b": 2}, ["DMA:1"])]
    assert only(merge([FIRST, *sides], rules=rules)).fields == ("broken",)
