"""The ledger against counted cells: grounds of whole cells of a lattice, every figure counted cell by cell."""

from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box, union_all

from rafid.methods.landrelease import (
    KINDS,
    Claim,
    Hazard,
    Release,
    balance,
    compare_claims,
    explain_change,
    ledger,
    neighbourhood,
    revise,
)

SIDE = 6
FIRST = date(2024, 1, 1)
days = st.integers(0, 5).map(lambda n: FIRST + timedelta(n))
maybe_days = st.none() | days


@st.composite
def shapes(draw):
    """One or two rectangles: they may touch, be apart, or make a corner."""
    found = []
    for _ in range(draw(st.integers(1, 2))):
        x, y = draw(st.integers(0, SIDE - 1)), draw(st.integers(0, SIDE - 1))
        found.append(box(x, y, x + draw(st.integers(1, 3)), y + draw(st.integers(1, 3))))
    return union_all(found)


@st.composite
def worlds(draw):
    hazards = [
        Hazard(
            f"H{n}",
            draw(shapes()),
            draw(days),
            confirmed=draw(maybe_days),
            known=draw(maybe_days),
            replaces=draw(st.sampled_from([None, None, f"H{n - 1}"])),
        )
        for n in range(draw(st.integers(0, 5)))
    ]
    releases = [
        Release(
            f"R{n}",
            draw(st.sampled_from(KINDS)),
            draw(shapes()),
            draw(days),
            known=draw(maybe_days),
            hazard=draw(st.sampled_from([None, "H0", "H1", "H9"])),
            replaces=draw(st.sampled_from([None, None, f"R{n - 1}"])),
        )
        for n in range(draw(st.integers(0, 6)))
    ]
    return hazards, releases


X, Y = (axis.ravel() for axis in np.meshgrid(np.arange(SIDE + 3), np.arange(SIDE + 3)))


def cells(ground):
    inside = shapely.contains_xy(ground, X + 0.5, Y + 0.5)
    return set(zip(X[inside].tolist(), Y[inside].tolist(), strict=True))


def there(records, on, known):
    taken = [r for r in records if known is None or r.known is None or r.known <= known]
    replaced = {r.replaces for r in taken}
    return [r for r in taken if r.id not in replaced and (on is None or r.on <= on)]


def left(hazard, releases):
    gone = set()
    for release in releases:
        named = release.kind == "cleared" or release.hazard in (None, hazard.id)
        if named and release.on >= hazard.on:
            gone |= cells(release.ground)
    return cells(hazard.ground) - gone


def counted(hazards, releases, on, known, priority):
    hazards, releases = there(hazards, on, known), there(releases, on, known)
    rest = {h.id: left(h, releases) for h in hazards}
    sure = [h.id for h in hazards if h.confirmed is not None and (on is None or h.confirmed <= on)]
    ground = set().union(*(cells(h.ground) for h in hazards))
    remaining = set().union(*rest.values())
    released = set().union(*(cells(r.ground) for r in releases))
    confirmed = set().union(*(rest[name] for name in sure))
    found = {
        "recorded": sum(len(cells(h.ground)) for h in hazards),
        "ground": len(ground),
        "remaining": len(remaining),
        "remaining_confirmed": len(confirmed),
        "remaining_suspected": len(remaining - confirmed),
        "still_claimed": len(released & remaining),
        "released_twice": sum(len(cells(r.ground) & ground) for r in releases) - len(released & ground),
        "outside": len(released - ground),
    }
    found["counted_twice"] = found["recorded"] - found["ground"]
    open_ground = ground - remaining
    for kind in priority:
        mine = open_ground & set().union(*(cells(r.ground) for r in releases if r.kind == kind))
        found[kind] = len(mine)
        open_ground -= mine
    return found, {name: len(cell) for name, cell in rest.items()}


@settings(max_examples=150, deadline=None)
@given(worlds(), maybe_days, maybe_days, st.permutations(KINDS))
def test_every_figure_is_what_counting_gives(world, on, known, priority):
    found = ledger(*world, on=on, known=known, priority=priority)
    expected, rows = counted(*world, on, known, priority)
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected, abs=1e-6)
    assert {row.id: row.remaining for row in found.rows} == pytest.approx(rows, abs=1e-6)
    assert found.ground == pytest.approx(found.remaining + found.cleared + found.reduced + found.cancelled)
    assert found.recorded == pytest.approx(found.ground + found.counted_twice)


states = st.fixed_dictionaries({"on": maybe_days, "known": maybe_days})


@settings(max_examples=150, deadline=None)
@given(worlds(), states, states)
def test_steps_add_up_and_each_is_what_it_says(world, before, after):
    hazards, releases = world
    steps = explain_change(hazards, releases, before=before, after=after)
    start = {r.id: r for records in world for r in there(records, **before)}
    end = {r.id: r for records in world for r in there(records, **after)}
    everything = {r.id: r for r in [*hazards, *releases]}
    assert {step.item for step in steps} == set(start) ^ set(end)
    causes = [step.cause for step in steps]
    assert causes == sorted(
        causes, key=["hazard withdrawn", "hazard added", "release withdrawn", "release added"].index
    )
    state = dict(start)

    def remaining():
        now = [r for r in state.values() if isinstance(r, Release)]
        return len(set().union(*(left(h, now) for h in state.values() if isinstance(h, Hazard))))

    for step in steps:
        was = remaining()
        if step.cause.endswith("added"):
            state[step.item] = everything[step.item]
        else:
            del state[step.item]
        assert step.change == pytest.approx(remaining() - was, abs=1e-6)
    assert set(state) == set(end)
    difference = ledger(hazards, releases, **after).remaining - ledger(hazards, releases, **before).remaining
    assert sum(step.change for step in steps) == pytest.approx(difference, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(worlds(), st.data())
def test_a_neighbourhood_tells_what_the_whole_tells(world, data):
    hazards, releases = world
    # Corrections need both versions at hand; here only a record that nothing hangs on comes or goes.
    hazards = [Hazard(h.id, h.ground, h.on, h.confirmed) for h in hazards]
    releases = [Release(r.id, r.kind, r.ground, r.on, hazard=r.hazard) for r in releases]
    if not [*hazards, *releases]:
        return
    name = data.draw(st.sampled_from([r.id for r in [*hazards, *releases]]))

    def without(records):
        return [record for record in records if record.id != name]

    near = neighbourhood(hazards, releases, {name})
    stored, whole = ledger(without(hazards), without(releases)), ledger(hazards, releases)
    for first, second, change in ((stored, whole, (without, list)), (whole, stored, (list, without))):
        parts = [ledger(way(near[0]), way(near[1])) for way in change]
        found = revise(first, *parts)
        for field in (
            "recorded",
            "ground",
            "counted_twice",
            *KINDS,
            "remaining",
            "remaining_confirmed",
            "remaining_suspected",
            "still_claimed",
            "released_twice",
            "outside",
        ):
            assert getattr(found, field) == pytest.approx(getattr(second, field), abs=1e-6), field
        assert {r.id: r.remaining for r in found.rows} == pytest.approx(
            {r.id: r.remaining for r in second.rows}, abs=1e-6
        )


@settings(max_examples=100, deadline=None)
@given(shapes(), st.lists(st.tuples(st.sampled_from(KINDS), shapes()), max_size=5), st.permutations(KINDS))
def test_a_balance_is_what_counting_gives(ground, given_releases, priority):
    releases = [Release(f"R{n}", kind, shape, FIRST) for n, (kind, shape) in enumerate(given_releases)]
    found = balance(ground, releases, priority=priority)
    own, each = cells(ground), [cells(r.ground) for r in releases]
    released = set().union(*each)
    twice = sum(len(cell & own) for cell in each) - len(released & own)
    assert (found.hazard, found.released, found.remaining) == pytest.approx(
        (len(own), len(own & released), len(own - released))
    )
    assert (found.counted_twice, found.outside) == pytest.approx((twice, len(released - own)))
    assert cells(found.remaining_ground) == own - released
    assert cells(found.outside_ground) == released - own
    rest = own & released
    for kind in priority:
        mine = rest & set().union(*(cells(r.ground) for r in releases if r.kind == kind))
        assert found.by_kind[kind] == pytest.approx(len(mine))
        rest -= mine
    assert sum(found.reported.values()) == pytest.approx(sum(map(len, each)))


claims = st.lists(st.tuples(shapes(), st.sampled_from(["open", "worked on", "closed"])), max_size=4)


@settings(max_examples=100, deadline=None)
@given(claims, claims)
def test_claims_are_what_counting_gives(a, b):
    found = compare_claims(
        [Claim(f"A{n}", *claim) for n, claim in enumerate(a)], [Claim(f"B{n}", *claim) for n, claim in enumerate(b)]
    )
    of_a = {(cell, status) for shape, status in a for cell in cells(shape)}
    of_b = {(cell, status) for shape, status in b for cell in cells(shape)}
    in_a, in_b = {cell for cell, _ in of_a}, {cell for cell, _ in of_b}
    disputed = {cell for cell, status in of_a for other, different in of_b if cell == other and status != different}
    expected = {
        "agreed": (in_a & in_b) - disputed,
        "disputed": disputed,
        "only_a": in_a - in_b,
        "only_b": in_b - in_a,
    }
    for name, chosen in expected.items():
        assert getattr(found, name) == pytest.approx(len(chosen))
        assert cells(found.grounds[name]) == chosen
    assert found.total == pytest.approx(len(in_a | in_b))
