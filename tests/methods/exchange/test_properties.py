"""Whatever happens at three nodes, in whatever order it is heard of: one picture."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from rafid.methods.exchange import Change, Log, Rules, merge

NODES = ("A", "B", "C")
RULES = Rules(
    together={"hazard": [("status", "remaining")]},
    checks={"hazard": [("sum", lambda r: (r.get("a") or 0) + (r.get("b") or 0) < 5)]},
    cautious={"remaining": max},
    ground={"hazard": lambda r: box(r["x"], 0, r["x"] + 10, 10) if isinstance(r.get("x"), int) else None},
    agreement=lambda change, before, after: ("A", "B") if change.fields.get("status") == 0 else (),
)


@st.composite
def worlds(draw):
    """What three nodes do that know their own changes and now and then hear of all others'."""
    known = {node: [] for node in NODES}
    numbers = dict.fromkeys(NODES, 0)
    every = []
    for _step in range(draw(st.integers(1, 25))):
        node = draw(st.sampled_from(NODES))
        if draw(st.integers(0, 3)) == 0:
            known[node] = list(every)
        record = draw(st.sampled_from(("r1", "r2", "r3")))
        mine = [change for change in known[node] if change.record == record]
        covered = {one for change in mine for one in change.after}
        heads = tuple(sorted(change.id for change in mine if change.id not in covered))
        action = draw(
            st.sampled_from(("set",) * 8 + ("retire", "restore", "same", "distinct", "agree", "decline"))
            if mine
            else st.just("set")
        )
        fields = {}
        if action in ("same", "distinct"):
            fields = {"with": draw(st.sampled_from([one for one in ("r1", "r2", "r3") if one != record]))}
        elif action in ("agree", "decline"):
            fields = {"change": draw(st.sampled_from(mine)).id}
        elif action == "set":
            fields = draw(
                st.dictionaries(
                    st.sampled_from(("status", "remaining", "a", "b", "x")), st.integers(0, 4), min_size=1, max_size=3
                )
            )
        numbers[node] += 1
        change = Change(f"{node}:{numbers[node]}", record, "hazard", action, fields, heads)
        known[node].append(change)
        every.append(change)
    return every


def same(one, other):
    assert one.records == other.records
    assert one.retired == other.retired
    assert [conflict.id for conflict in one.conflicts] == [conflict.id for conflict in other.conflicts]
    assert one.conflicts == other.conflicts
    assert (one.waiting, one.same_as, one.digest) == (other.waiting, other.same_as, other.digest)


@settings(max_examples=80, deadline=None)
@given(worlds(), st.data())
def test_any_order_and_any_repetition(changes, data):
    again = data.draw(st.permutations(changes + data.draw(st.lists(st.sampled_from(changes), max_size=10))))
    same(merge(changes, rules=RULES), merge(again, rules=RULES))


@settings(max_examples=80, deadline=None)
@given(worlds(), st.data())
def test_a_log_that_takes_bundles_shows_what_one_that_takes_all_at_once_shows(changes, data):
    mixed = data.draw(st.permutations(changes))
    log = Log(rules=RULES)
    while mixed:
        count = data.draw(st.integers(1, len(mixed)))
        log.take(mixed[:count])
        same(log.picture(), merge(log.changes.values(), rules=RULES))
        mixed = mixed[count:]


@settings(max_examples=60, deadline=None)
@given(worlds(), st.data())
def test_what_waits_touches_nothing(changes, data):
    part = data.draw(st.lists(st.sampled_from(changes), unique_by=lambda change: change.id))
    picture = merge(part, rules=RULES)
    without = merge([change for change in part if change.id not in picture.waiting], rules=RULES)
    assert without.waiting == ()
    assert (picture.records, picture.conflicts, picture.digest) == (without.records, without.conflicts, without.digest)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_one_who_has_seen_all_and_sets_all_ends_every_case_of_a_record(changes):
    picture = merge(changes, rules=Rules())
    for record, fields in picture.records.items():
        mine = [change for change in changes if change.record == record]
        covered = {one for change in mine for one in change.after}
        heads = tuple(change.id for change in mine if change.id not in covered)
        names = {name for change in mine if change.action == "set" for name in change.fields}
        last = Change("Z:1", record, "hazard", "set", {name: fields.get(name) for name in names}, heads)
        after = merge([*changes, last], rules=Rules())
        assert not [conflict for conflict in after.conflicts if conflict.records == (record,)]
        assert after.records[record] == last.fields
