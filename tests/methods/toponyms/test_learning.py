"""Counting spellings."""

import pytest

from rafid.methods.toponyms.alphabet import SIGN
from rafid.methods.toponyms.learning import learn

PAIRS = [
    ("Qasim", "قاسم"),
    ("Karim", "كريم"),
    ("Salim", "سليم"),
    ("Sabah", "صباح"),
    ("Habib", "حبيب"),
    ("Jabbar", "جبار"),
    ("Al Basrah", "البصرة"),
]


def test_counts_follow_the_pairs() -> None:
    counts = learn(PAIRS * 5)
    assert counts.written[SIGN["q"], SIGN["ق"]] == pytest.approx(5, abs=0.5)
    assert counts.written[SIGN["AL"], SIGN["AL"]] == pytest.approx(5, abs=0.5)
    assert counts.written[:, SIGN["ب"]].argmax() == SIGN["b"]
    # Every sign of the Arabic names was written as something or as nothing.
    assert counts.written[:, SIGN["م"]].sum() == pytest.approx(15)


def test_refuses_pairs_without_two_scripts() -> None:
    with pytest.raises(ValueError, match="no pair"):
        learn([("Basra", "Basrah"), ("", "البصرة")])
