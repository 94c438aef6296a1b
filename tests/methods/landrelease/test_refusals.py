"""What the ledger refuses, and shapes as they come out of real files."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
import shapely
from shapely import LineString, Polygon, box
from shapely.affinity import translate

from rafid.methods.landrelease import (
    Claim,
    Hazard,
    Release,
    balance,
    compare_claims,
    explain_change,
    ledger,
    polygonal_part,
)

DAY = date(2024, 3, 10)
GROUND = box(0, 0, 300, 200)
BOW_TIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


@pytest.mark.parametrize(
    ("ground", "said"),
    [
        (BOW_TIE, "5 5"),
        (Polygon(), "no ground"),
        (None, "no ground"),
        (LineString([(0, 0), (1, 1)]), "LineString"),
        ("POLYGON ((0 0, 1 0, 1 1, 0 0))", "str"),
    ],
)
def test_a_ground_that_is_none_is_refused_by_name(ground, said):
    for name, ask in {
        "HA-7": lambda: ledger([Hazard("HA-7", ground, DAY)], []),
        "R-7": lambda: ledger([Hazard("HA-1", GROUND, DAY)], [Release("R-7", "cleared", ground, DAY)]),
        "R-8": lambda: balance(GROUND, [Release("R-8", "cleared", ground, DAY)]),
        "hazard": lambda: balance(ground, []),
        "R-9": lambda: explain_change(
            [Hazard("HA-1", GROUND, DAY)],
            [Release("R-9", "cleared", ground, date(2025, 1, 1))],
            before={"on": DAY},
            after={"on": None},
        ),
        "C-1": lambda: compare_claims([], [Claim("C-1", ground, "open")]),
    }.items():
        with pytest.raises(ValueError, match=name) as refused:
            ask()
        assert said in str(refused.value)
        assert len(str(refused.value)) > 20


def test_an_unknown_kind_an_id_used_twice_and_a_missing_date():
    with pytest.raises(ValueError, match="R-1 has the kind 'demined'"):
        ledger([], [Release("R-1", "demined", GROUND, DAY)])
    with pytest.raises(ValueError, match="R-1 has the kind"):
        balance(GROUND, [Release("R-1", "", GROUND, DAY)])
    with pytest.raises(ValueError, match="HA-1 is there twice"):
        ledger([Hazard("HA-1", GROUND, DAY), Hazard("HA-1", GROUND, DAY)], [])
    with pytest.raises(ValueError, match="HA-1: on is None"):
        ledger([Hazard("HA-1", GROUND, None)], [])
    with pytest.raises(ValueError, match="priority"):
        ledger([], [], priority=("cleared", "reduced"))
    with pytest.raises(ValueError, match="state after has when"):
        explain_change([], [], before={}, after={"when": DAY})


def test_an_instant_and_a_day_are_compared_by_the_day():
    late = datetime(2024, 3, 10, 23, 30, tzinfo=UTC)
    record = [Hazard("HA-1", GROUND, DAY, known=late)]
    assert ledger(record, [], known=DAY).remaining == 60_000
    assert ledger(record, [], known=datetime(2024, 3, 10, 23, 0, tzinfo=UTC)).remaining == 0
    with pytest.raises(ValueError, match="time zone"):
        ledger(record, [], known=datetime(2024, 3, 10, 23, 0))


def test_a_correction_counts_from_when_it_was_taken_whatever_its_date():
    hazards = [
        Hazard("HA-1", GROUND, DAY, known=date(2024, 3, 20)),
        Hazard("HA-1b", box(0, 0, 100, 200), date(2026, 1, 1), known=date(2024, 4, 1), replaces="HA-1"),
    ]
    assert ledger(hazards, [], on=DAY, known=date(2024, 3, 25)).remaining == 60_000
    assert ledger(hazards, [], on=DAY, known=date(2024, 4, 1)).remaining == 0
    assert ledger(hazards, []).remaining == 20_000


def test_a_repaired_shape_keeps_its_polygons_and_says_so():
    repaired = shapely.make_valid(Polygon([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0), (-50, 0), (0, 0)]))
    assert repaired.geom_type == "GeometryCollection"
    assert polygonal_part(repaired).area == pytest.approx(10_000)
    with pytest.warns(UserWarning, match="HA-1"):
        found = ledger([Hazard("HA-1", repaired, DAY)], [Release("R-1", "cleared", box(50, 0, 200, 100), DAY)])
    assert (found.remaining, found.cleared, found.outside) == pytest.approx((5_000, 5_000, 10_000))


def test_nothing_is_a_ledger_too():
    found = ledger([], [])
    assert (found.ground, found.remaining, found.rows) == (0, 0, ())
    assert ledger([], [Release("R-1", "cleared", GROUND, DAY)]).outside == 60_000
    assert compare_claims([], []).total == 0
    assert explain_change([], [], before={}, after={}) == ()


def test_neighbours_that_touch_are_counted_apart():
    """Sheets cut at map edges share edges and corners, and no ground."""
    sheets = [
        Hazard(f"S{x}-{y}", translate(box(0, 0, 10, 10), 10 * x, 10 * y), DAY) for x in range(8) for y in range(8)
    ]
    found = ledger(sheets, [Release("R-1", "cleared", box(5, 5, 15, 15), DAY)])
    assert (found.recorded, found.counted_twice, found.cleared) == pytest.approx((6_400, 0, 100))


def test_holes_and_several_parts():
    ring = Polygon(box(0, 0, 100, 100).exterior.coords, [box(20, 20, 80, 80).exterior.coords])
    both = shapely.union_all([ring, box(200, 0, 300, 100)])
    found = ledger(
        [Hazard("HA-1", both, DAY)],
        [
            Release("R-1", "cleared", box(10, 10, 90, 90), DAY),
            Release("R-2", "reduced", box(0, 0, 100, 50), DAY),
            Release("R-3", "reduced", box(250, 0, 400, 100), DAY),
        ],
    )
    assert found.ground == pytest.approx(16_400)
    assert found.cleared == pytest.approx(2_800)
    assert found.outside == pytest.approx(3_600 + 10_000)
    assert found.reduced == pytest.approx(5_000 + (100 * 50 - 60 * 30) - 80 * 40 + 60 * 30)


def test_rough_shapes_agree_with_plain_overlays():
    chance = np.random.default_rng(5)

    def star(centre, radius):
        angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        reach = radius * chance.uniform(0.4, 1.2, 24)
        return Polygon(centre + reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1))

    hazards = [Hazard(f"H{n}", star(chance.uniform(0, 1000, 2), 90), DAY) for n in range(60)]
    releases = [Release(f"R{n}", "reduced", star(chance.uniform(0, 1000, 2), 60), DAY) for n in range(60)]
    found = ledger(hazards, releases)
    ground, gone = (shapely.union_all([r.ground for r in records]) for records in (hazards, releases))
    assert found.ground == pytest.approx(ground.area, abs=1e-3)
    assert found.remaining == pytest.approx(ground.difference(gone).area, abs=1e-3)
    assert found.outside == pytest.approx(gone.difference(ground).area, abs=1e-3)
    alone = [balance(h.ground, releases).remaining for h in hazards]
    assert [row.remaining for row in found.rows] == pytest.approx(alone, abs=1e-3)
