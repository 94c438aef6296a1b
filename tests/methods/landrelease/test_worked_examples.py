"""The worked examples of the ledger: computed by hand, on a grid of whole metres."""

import doctest
import importlib
from datetime import date

import pytest
from shapely import box

from rafid.methods.landrelease import (
    Claim,
    Hazard,
    Release,
    Step,
    balance,
    compare_claims,
    explain_change,
    ledger,
)

DAY = date(2024, 3, 10)

HAZARDS = [
    Hazard("HA-1", box(0, 0, 300, 200), date(2023, 2, 1), confirmed=date(2023, 2, 1)),
    Hazard("HA-2", box(250, 0, 350, 200), date(2025, 6, 1)),
]
RELEASES = [
    Release("R-1", "cleared", box(200, 0, 300, 200), date(2024, 3, 10), known=date(2024, 3, 15)),
    Release("R-2", "cancelled", box(0, 0, 100, 200), date(2024, 5, 1), known=date(2025, 1, 20), hazard="HA-1"),
]
MID = date(2024, 6, 30)
END = date(2025, 12, 31)


def test_the_balance_of_one_hazard():
    found = balance(
        box(0, 0, 300, 200),
        [
            Release("R-1", "cancelled", box(0, 150, 300, 200), DAY),
            Release("R-2", "reduced", box(0, 0, 120, 150), DAY),
            Release("R-3", "cleared", box(110, 0, 200, 160), DAY),
            Release("R-4", "cleared", box(290, 100, 320, 150), DAY),
        ],
    )
    assert sum(found.reported.values()) == pytest.approx(48_900)
    assert (found.hazard, found.released, found.remaining) == pytest.approx((60_000, 45_500, 14_500))
    assert (found.counted_twice, found.outside) == pytest.approx((2_400, 1_000))
    assert found.by_kind == pytest.approx({"cleared": 14_900, "reduced": 16_500, "cancelled": 14_100})
    assert found.remaining_ground.area == pytest.approx(14_500)
    assert found.outside_ground.equals(box(300, 100, 320, 150))
    assert found.twice_ground.area == pytest.approx(2_400)


def test_as_of_and_as_known():
    assert ledger(HAZARDS, RELEASES, on=MID, known=MID).remaining == pytest.approx(40_000)
    assert ledger(HAZARDS, RELEASES, on=MID).remaining == pytest.approx(20_000)


def test_ground_suspected_again():
    found = ledger(HAZARDS, RELEASES, on=END, known=END)
    assert (found.recorded, found.ground, found.counted_twice) == pytest.approx((80_000, 70_000, 10_000))
    assert (found.cleared, found.reduced, found.cancelled) == pytest.approx((10_000, 0, 20_000))
    assert (found.remaining, found.remaining_confirmed, found.remaining_suspected) == pytest.approx(
        (40_000, 20_000, 20_000)
    )
    assert (found.still_claimed, found.released_twice, found.outside) == pytest.approx((10_000, 0, 0))
    assert [*found.rows] == [
        ("HA-1", 60_000, 20_000),
        ("HA-2", 20_000, 20_000),
    ]


def test_the_steps_between():
    found = explain_change(HAZARDS, RELEASES, before={"on": MID, "known": MID}, after={"on": END, "known": END})
    assert found == (Step("hazard added", "HA-2", 20_000), Step("release added", "R-2", -20_000))


def test_two_authorities():
    found = compare_claims(
        [Claim("A-1", box(0, 0, 100, 100), "open"), Claim("A-2", box(100, 0, 150, 100), "closed")],
        [Claim("B-1", box(50, 0, 200, 100), "open")],
    )
    assert (found.agreed, found.disputed, found.only_a, found.only_b, found.total) == pytest.approx(
        (5_000,) * 4 + (20_000,)
    )
    assert found.grounds["disputed"].equals(box(100, 0, 150, 100))
    assert found.grounds["only_b"].equals(box(150, 0, 200, 100))


@pytest.mark.parametrize("module", ["balances", "claims", "grounds", "ledgers"])
def test_the_examples_of_the_docstrings(module):
    found = doctest.testmod(importlib.import_module(f"rafid.methods.landrelease.{module}"))
    assert found.attempted
    assert not found.failed
