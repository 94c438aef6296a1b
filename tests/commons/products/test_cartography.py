from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.commons.products import cartography
from rafid.commons.products.cartography import class_breaks, class_ranges, classify, metres_per_pixel, scale_bar

NINE = [1, 2, 3, 10, 11, 12, 30, 31, 50]


def deviations(groups):
    """Sum of squared deviations from the groups' means, in whole numbers: exact."""
    total = Fraction(0)
    for group in groups:
        if group:
            mean = sum(group, Fraction(0)) / len(group)
            total += sum((value - mean) ** 2 for value in group)
    return total


def fit(values, edges):
    found = classify(values, edges)
    exact = [Fraction(value) for value in values]
    return deviations([[v for v, c in zip(exact, found, strict=True) if c == i] for i in range(len(edges) - 1)])


def best_fit(values, classes):
    """Every way to cut the distinct values into at most ``classes`` runs."""
    distinct = sorted(set(values))
    exact = sorted(Fraction(value) for value in values)
    best = None
    for cuts in combinations(distinct[1:], min(classes, len(distinct)) - 1):
        bounds = [None, *cuts, None]
        groups = [
            [v for v in exact if (low is None or v >= low) and (high is None or v < high)]
            for low, high in pairwise(bounds)
        ]
        cost = deviations(groups)
        best = cost if best is None else min(best, cost)
    return best


@pytest.fixture(params=["table", "compiled"])
def both_ways(request, monkeypatch):
    """Small and large inputs are solved differently; both must be exact."""
    if request.param == "compiled":
        monkeypatch.setattr(cartography, "_SMALL", 0)


def test_examples_of_the_contract():
    assert class_breaks(NINE, classes=4).tolist() == [1, 3, 12, 31, 50]
    assert class_breaks(NINE, classes=3, how="quantile").round(3).tolist() == [1, 7.667, 18, 50]
    assert class_breaks(NINE, classes=7, how="equal").tolist() == [1, 8, 15, 22, 29, 36, 43, 50]


@pytest.mark.usefixtures("both_ways")
def test_few_distinct_values():
    assert class_breaks([7, 7, 7], classes=5).tolist() == [7, 7]
    assert class_breaks([1, 2, 1], classes=5).tolist() == [1, 1, 2]
    assert class_breaks([1, 2, 1], classes=1).tolist() == [1, 2]
    assert class_breaks([1, 100, 101, 102], classes=2).tolist() == [1, 1, 102]
    assert class_breaks([5], classes=3).tolist() == [5, 5]


@pytest.mark.usefixtures("both_ways")
def test_missing_values_are_left_out():
    assert class_breaks([np.nan, *NINE, np.nan], classes=4).tolist() == [1, 3, 12, 31, 50]


def test_quantile_edges_rise_strictly():
    assert class_breaks([1, 1, 1, 1, 1, 1, 1, 9], classes=4, how="quantile").tolist() == [1, 9]
    assert class_breaks([0, 0, 0, 5, 6], classes=5, how="quantile").round(9).tolist() == [0, 2, 5.2, 6]
    tiny = class_breaks([1.0, np.nextafter(1.0, 2.0)], classes=9, how="equal")
    assert (np.diff(tiny) > 0).all()


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ([], {"classes": 3}),
        ([np.nan], {"classes": 3}),
        ([1, np.inf], {"classes": 3}),
        ([1, 2], {"classes": 0}),
        ([1, 2], {"classes": 1.5}),
        ([1, 2], {"classes": True}),
        ([1, 2], {"classes": 2, "how": "pretty"}),
    ],
)
def test_wrong_input_is_refused(values, options):
    with pytest.raises(ValueError, match=r"\w+ .*\w"):
        class_breaks(values, **options)


@pytest.mark.usefixtures("both_ways")
def test_values_far_from_zero_keep_their_classes():
    plain = class_breaks(NINE, classes=4)
    for offset in (1e9, 1e15, -1e15):
        assert (class_breaks(np.array(NINE) + offset, classes=4) - offset).tolist() == plain.tolist()


@pytest.mark.usefixtures("both_ways")
def test_small_differences_beside_large_values_are_seen():
    assert class_breaks([1, 2, 4, 1e9, 2e9], classes=4).tolist() == [1, 2, 4, 1e9, 2e9]
    assert class_breaks([0, 1e-9, 3e-9, 1, 2], classes=4).tolist() == [0, 1e-9, 3e-9, 1, 2]
    assert class_breaks([-1e308, 0, 1e308], classes=3).tolist() == [-1e308, -1e308, 0, 1e308]


VALUES = st.lists(st.integers(-50, 50), min_size=1, max_size=10)


@pytest.mark.parametrize("small", [600, 0], ids=["table", "compiled"])
def test_no_partition_is_better(small):
    before = cartography._SMALL
    cartography._SMALL = small

    @settings(max_examples=300, deadline=None)
    @given(VALUES, st.integers(1, 6), st.sampled_from([1, 1000, 0.125]))
    def check(values, classes, scale):
        values = [value * scale for value in values]
        edges = class_breaks(values, classes=classes)
        assert fit(values, edges) == best_fit(values, classes)
        assert set(edges.tolist()) <= set(map(float, values))
        assert len(edges) == min(classes, len(set(values))) + 1
        assert (edges[0], edges[-1]) == (min(values), max(values))

    try:
        check()
    finally:
        cartography._SMALL = before


@pytest.mark.parametrize("seed", range(4))
def test_both_ways_agree_on_many_values(seed, monkeypatch):
    random = np.random.default_rng(seed)
    values = np.round(random.lognormal(8, 1.5, 1500), 2)
    compiled = class_breaks(values, classes=7)
    monkeypatch.setattr(cartography, "_SMALL", 10_000)
    assert class_breaks(values, classes=7).tolist() == compiled.tolist()


@settings(max_examples=100)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40),
    st.integers(1, 9),
    st.sampled_from(["jenks", "quantile", "equal"]),
)
def test_edges_hold_every_value(values, classes, how):
    edges = class_breaks(values, classes=classes, how=how)
    assert (edges[0], edges[-1]) == (min(values), max(values))
    assert (np.diff(edges) > 0).all() or (how == "jenks" and (np.diff(edges[1:]) > 0).all()) or len(edges) == 2
    for value, found in zip(values, classify(values, edges), strict=True):
        assert edges[found] <= value <= edges[found + 1]


def test_classes_of_values():
    assert classify([0, 1, 3, 3.5, 12, 51, np.nan], [1, 3, 12, 31, 50]).tolist() == [0, 0, 0, 1, 1, 3, -1]
    assert classify([7], [7, 7]).tolist() == [0]
    assert classify([1, 2], [1, 1, 2]).tolist() == [0, 1]
    with pytest.raises(ValueError, match="two edges"):
        classify([1], [1])


def test_ranges_of_a_legend():
    assert class_ranges([1, 3, 12, 31]) == [(1, 3), (3, 12), (12, 31)]
    assert class_ranges([10, 19, 29], whole=True) == [(10, 19), (20, 29)]
    assert class_ranges([1, 7.667, 18, 50], whole=True) == [(1, 7), (8, 18), (19, 50)]
    assert class_ranges([1, 1, 2], whole=True) == [(1, 1), (2, 2)]
    assert class_ranges([0.5, 3], whole=True) == [(1, 3)]


def test_pixels_and_scale_bar():
    assert metres_per_pixel(latitude=33.3, zoom=6) == pytest.approx(1022.186, abs=5e-4)
    assert metres_per_pixel(latitude=0, zoom=0, tile_size=256) == pytest.approx(156_543.034, abs=5e-4)
    metres, pixels = scale_bar(metres_per_pixel=metres_per_pixel(latitude=33.3, zoom=6), max_pixels=120)
    assert (metres, round(pixels, 2)) == (100_000, 97.83)


@given(st.floats(1e-3, 1e6), st.floats(1, 1e4))
def test_the_scale_bar_is_the_longest_that_fits(per_pixel, room):
    metres, pixels = scale_bar(metres_per_pixel=per_pixel, max_pixels=room)
    assert pixels <= room * (1 + 1e-9)
    leading = metres / 10.0 ** np.floor(np.log10(metres) + 1e-9)
    assert round(leading, 6) in (1, 2, 5)
    following = {1: 2.0, 2: 2.5, 5: 2.0}[round(leading)]
    assert pixels * following > room * (1 - 1e-9)


def test_ten_to_a_power_fits_its_own_length():
    assert scale_bar(metres_per_pixel=1.0, max_pixels=1000.0) == (1000.0, 1000.0)
    assert scale_bar(metres_per_pixel=10.0, max_pixels=100.0) == (1000.0, 100.0)


@pytest.mark.parametrize(("per_pixel", "room"), [(0, 10), (-1, 10), (1, 0), (float("nan"), 1), (float("inf"), 1)])
def test_no_scale_bar(per_pixel, room):
    with pytest.raises(ValueError, match="positive"):
        scale_bar(metres_per_pixel=per_pixel, max_pixels=room)
    with pytest.raises(ValueError, match="latitude"):
        metres_per_pixel(latitude=91, zoom=1)
    with pytest.raises(ValueError, match="pixel"):
        metres_per_pixel(latitude=0, zoom=1, tile_size=0)
