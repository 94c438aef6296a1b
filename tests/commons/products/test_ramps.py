from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.commons.products.ramps import HATCHES, RAMPS, contrast, luminance, ramp_colours, text_colour

# Machado, Oliveira and Fernandes 2009, IEEE TVCG 15(6), severity 1.0, on linear RGB
DEFICIENCIES = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "none": np.eye(3),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
JUST_NOTICED = 2.3  # CIELAB distance, Mahy, Van Eycken and Oosterlinck 1994
WHITE = np.array([0.95047, 1.0, 1.08883])


def lab(colour, seen):
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    xyz = XYZ @ np.clip(np.array(seen) @ linear, 0, 1) / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("name", RAMPS)
@pytest.mark.parametrize("seen", DEFICIENCIES)
def test_neighbouring_classes_differ_to_every_eye(name, seen):
    for classes in range(3, 8):
        colours = [lab(colour, DEFICIENCIES[seen]) for colour in ramp_colours(name, classes)]
        for first, second in pairwise(colours):
            assert np.linalg.norm(first - second) > 2 * JUST_NOTICED, (name, classes)
        assert np.linalg.norm(colours[0] - colours[-1]) > 10 * JUST_NOTICED, (name, classes)


@pytest.mark.parametrize("name", [name for name, ramp in RAMPS.items() if ramp.kind == "sequential"])
def test_more_is_darker(name):
    for classes in range(2, 8):
        steps = [luminance(colour) for colour in ramp_colours(name, classes)]
        assert steps == sorted(steps, reverse=True)
        assert len(set(steps)) == classes


@pytest.mark.parametrize("name", [name for name, ramp in RAMPS.items() if ramp.kind == "diverging"])
def test_the_middle_is_lightest(name):
    for classes in range(3, 8):
        steps = [luminance(colour) for colour in ramp_colours(name, classes)]
        middle = max(steps)
        assert steps.index(middle) in (classes // 2, (classes - 1) // 2)


def test_number_of_classes():
    for name, ramp in RAMPS.items():
        assert sorted(ramp.colours) == [3, 4, 5, 6, 7]
        for classes in range(1, 8):
            colours = ramp_colours(name, classes)
            assert len(colours) == len(set(colours)) == classes
            assert ramp_colours(name, classes, reverse=True) == colours[::-1]
    for name, classes in (("blues", 0), ("blues", 8), ("rainbow", 3)):
        with pytest.raises(ValueError, match=r"classes|ramps"):
            ramp_colours(name, classes)


def test_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert text_colour("#ffffcc") == "#000000"
    assert text_colour("#081d58") == "#ffffff"
    with pytest.raises(ValueError, match="rrggbb"):
        luminance("red")


@given(st.integers(0, 0xFFFFFF))
def test_text_reads_on_every_colour(value):
    ground = f"#{value:06x}"
    assert contrast(text_colour(ground), ground) >= 4.5


def test_no_figure_does_not_look_like_zero():
    for hatch in HATCHES.values():
        assert hatch.ground != "#ffffff"
        assert contrast(hatch.line, hatch.ground) >= 3
    assert HATCHES["missing"].angle != HATCHES["withheld"].angle
