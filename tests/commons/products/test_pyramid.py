import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rafid.commons.products.pyramid import FEMALE, MALE, nice_step, pyramid_geometry

GROUPS = ["0-4", "5-9", "10-14"]
SIZE = {"width": 400, "height": 200}


def test_bars_stand_back_to_back_with_the_youngest_below():
    made = pyramid_geometry(GROUPS, [100, 80, 60], [90, 85, 50], **SIZE, age_room=60)
    assert [(bar.group, bar.sex) for bar in made.bars] == [(group, sex) for group in GROUPS for sex in (MALE, FEMALE)]
    male, female = made.bars[0], made.bars[1]
    assert male.x + male.width == pytest.approx(170)
    assert female.x == pytest.approx(230)
    assert male.width / female.width == pytest.approx(100 / 90)
    assert made.bars[0].y > made.bars[2].y > made.bars[4].y
    assert [mark.text for mark in made.ages] == GROUPS
    assert all(mark.x == 200 for mark in made.ages)
    for mark, bar in zip(made.ages, made.bars[::2], strict=True):
        assert mark.y == pytest.approx(bar.y + bar.height / 2)


def test_drawing_agrees_with_its_geometry():
    made = pyramid_geometry(GROUPS, [100, 80, 60], [90, 85, 50], **SIZE)
    bars = [node for node in ElementTree.fromstring(made.svg).iter() if "bar" in node.get("class", "")]
    assert len(bars) == 6
    for node, bar in zip(bars, made.bars, strict=True):
        assert node.get("data-ref") == bar.group
        assert bar.sex in node.get("class")
        assert int(node.get("width")) / 10 == pytest.approx(bar.width, abs=0.2)
        assert int(node.get("x")) / 10 == pytest.approx(bar.x, abs=0.1)
    assert len({node.get("id") for node in bars}) == 6


def test_ticks_of_both_sides():
    made = pyramid_geometry(GROUPS, [100, 80, 60], [90, 85, 50], **SIZE, steps=4, age_room=60)
    assert [(tick.value, tick.sex) for tick in made.ticks][:4] == [(25, MALE), (25, FEMALE), (50, MALE), (50, FEMALE)]
    assert made.ticks[-2].x == pytest.approx(0)
    assert made.ticks[-1].x == pytest.approx(400)
    widest = made.bars[0]
    assert widest.x == pytest.approx(made.ticks[-2].x)


def test_two_pyramids_can_share_an_axis():
    small = pyramid_geometry(GROUPS, [10, 8, 6], [9, 8, 5], **SIZE, largest=100)
    large = pyramid_geometry(GROUPS, [100, 80, 60], [90, 80, 50], **SIZE, largest=100)
    assert large.bars[0].width == pytest.approx(10 * small.bars[0].width)


def test_what_is_withheld_is_hatched_and_has_no_length():
    made = pyramid_geometry(GROUPS, [100, None, 60], [90, 85, float("nan")], **SIZE)
    assert [bar.value for bar in made.bars] == [100, 90, None, 85, 60, None]
    assert made.bars[2].width == made.bars[5].width == 8
    root = ElementTree.fromstring(made.svg)
    fills = [node.get("fill") for node in root.iter() if "bar" in node.get("class", "")]
    assert [fill == "url(#pyramid-withheld)" for fill in fills] == [False, False, True, False, False, True]
    assert "pattern" not in pyramid_geometry(GROUPS, [1, 2, 3], [1, 2, 3], **SIZE).svg


def test_words_are_for_the_web_only():
    titles = (["a", "b", "c <"], ["d", "e", "f"])
    printed = pyramid_geometry(GROUPS, [1, 2, 3], [1, 2, 3], **SIZE, titles=titles, label="Pyramid").svg
    assert not re.search(r"<text|<title|style=|Pyramid", printed)
    shown = pyramid_geometry(GROUPS, [1, 2, 3], [1, 2, 3], **SIZE, titles=titles, label="Pyramid", web=True).svg
    found = [node.text for node in ElementTree.fromstring(shown).iter() if node.tag.endswith("title")]
    assert found == ["Pyramid", "a", "d", "b", "e", "c <", "f"]
    assert "<text" not in shown


@pytest.mark.parametrize(
    ("male", "female", "options"),
    [
        ([1, 2], [1, 2, 3], {}),
        ([1, 2, -3], [1, 2, 3], {}),
        ([1, 2, math.inf], [1, 2, 3], {}),
        ([1, 2, 3], [1, 2, 3], {"largest": 2}),
        ([1, 2, 3], [1, 2, 3], {"width": 50}),
        ([1, 2, 3], [1, 2, 3], {"height": 10}),
        ([1, 2, 3], [1, 2, 3], {"steps": 0}),
        ([1, None, 3], [1, 2, 3], {"hatch": "stripes"}),
    ],
)
def test_what_cannot_be_drawn_is_refused(male, female, options):
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        pyramid_geometry(GROUPS, male, female, **{**SIZE, **options})
    with pytest.raises(ValueError, match="group"):
        pyramid_geometry([], [], [], **SIZE)


def test_nobody_at_all():
    made = pyramid_geometry(GROUPS, [0, 0, 0], [None, 0, 0], **SIZE)
    assert [bar.width for bar in made.bars] == [0, 8, 0, 0, 0, 0]


@given(st.floats(1e-6, 1e12), st.integers(1, 10))
def test_steps_are_nice_and_reach_the_largest(largest, steps):
    step = nice_step(largest, steps)
    assert step * steps >= largest * (1 - 1e-6)
    assert step <= 2.5 * largest / steps * (1 + 1e-6)
    leading = step / 10.0 ** math.floor(math.log10(step) + 1e-9)
    assert round(leading, 6) in (1, 2, 2.5, 5)
    assert step < 1 or step == pytest.approx(round(step))


@example([(5e-324, 0.0)])
@given(st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e9)), min_size=1, max_size=30))
def test_no_bar_leaves_its_half(figures):
    groups = [str(index) for index in range(len(figures))]
    made = pyramid_geometry(
        groups, [m for m, _ in figures], [f for _, f in figures], width=400, height=400, age_room=60
    )
    for bar in made.bars:
        low, high = (0, 170) if bar.sex == MALE else (230, 400)
        assert low - 1e-6 <= bar.x <= bar.x + bar.width <= high + 1e-6
        assert bar.y >= 0
        assert bar.y + bar.height <= 382
