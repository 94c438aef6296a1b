"""The stylesheet holds what its head promises: small, logical sides only, text that can be read in every scheme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "src/rafid/site/static/rafid.css"
RULES = re.sub(r"/\*.*?\*/", "", CSS.read_text(encoding="utf-8"), flags=re.DOTALL)


def schemes() -> dict[str, dict[str, str]]:
    """Custom properties that are plain colours, by scheme."""
    blocks = re.findall(r":root \{([^}]*)\}", RULES)
    light, dark = blocks[0], blocks[1]

    def read(block: str) -> dict[str, str]:
        return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\s*;", block))

    return {"light": read(light), "dark": {**read(light), **read(dark)}}


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * one for one in digits) if len(digits) == 3 else digits
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_wcag():
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "accent", "bad") for ground in ("bg", "surface", "sunken")),
    ("on-accent", "accent"), ("on-accent", "accent-hover"), ("ink", "accent-soft"), ("head-ink", "head"), ("head-2", "head"),
    *((tone, f"{tone}-soft") for tone in ("good", "warn", "bad", "info")),
    *(("ink", f"{tone}-soft") for tone in ("good", "warn", "bad", "info", "neutral")),
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme):
    colours = schemes()[scheme]
    weak = {(ink, ground): round(contrast(colours[ink], colours[ground]), 2) for ink, ground in TEXT}
    assert not {pair: value for pair, value in weak.items() if value < 4.5}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_borders_of_fields_and_focus_can_be_seen(scheme):
    colours = schemes()[scheme]
    for edge in ("line-strong", "focus"):
        for ground in ("bg", "surface"):
            assert contrast(colours[edge], colours[ground]) >= 3, (edge, ground)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ramp_goes_one_way(scheme):
    """A reader who sees no hue still sees the order."""
    colours = schemes()[scheme]
    steps = [luminance(colours[f"ramp-{step}"]) for step in range(1, 8)]
    assert steps == sorted(steps, reverse=scheme == "light")
    assert all(abs(one - other) > 0.005 for one, other in zip(steps, steps[1:], strict=False))


def test_it_is_small():
    assert CSS.stat().st_size < 30_000


def test_sides_are_logical():
    physical = r"(?<![\w-])((?:margin|padding|border|inset)-(?:left|right|top|bottom)[\w-]*|left|right|top|bottom|(?:min-|max-)?(?:width|height))\s*:"
    media = re.sub(r"@media[^{]*", "", RULES)
    assert not re.findall(physical, media)
    assert not re.findall(r"text-align:\s*(left|right)|float:\s*(left|right)", RULES)


def test_it_asks_nothing_from_outside():
    assert not re.findall(r"url\(\s*[\"']?(?:https?:|//)", RULES)
    assert "@import" not in RULES
