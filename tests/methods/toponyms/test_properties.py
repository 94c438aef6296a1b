"""What holds for any name."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.toponyms import REASONS, Toponym, ToponymIndex
from rafid.methods.toponyms.align import alignment_cost
from rafid.methods.toponyms.alphabet import BREAK, GAPS, SIGN, SIGNS, encode
from rafid.methods.toponyms.costs import build, no_counts, probabilities, tables
from rafid.methods.toponyms.weights import counts

SOURCE = Path(__file__).resolve().parents[3] / "src"
ARABIC_NAMES = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويىئؤءأإآةگچپڤکیەێۆڕڵژ ", min_size=2, max_size=30)
LATIN_NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyz'-āīūşţḑḩêîûç ", min_size=2, max_size=30)
NAMES = st.one_of(ARABIC_NAMES, LATIN_NAMES, st.text(max_size=40))


@given(st.lists(NAMES, min_size=1, max_size=8), NAMES)
@settings(max_examples=60, deadline=None)
def test_every_name_finds_itself_and_scores_are_in_order(names: list[str], text: str) -> None:
    index = ToponymIndex(Toponym(number, [name]) for number, name in enumerate(names))
    for number, matches in enumerate(index.match_many(names, limit=len(names))):
        name = names[number]
        if encode(name).signs and not any(c.isdigit() for c in name):
            assert any(match.id == number and match.score == 1.0 for match in matches)
    for matches in (index.match(text), index.match(text, near=(44, 33))):
        assert all(0 < match.score <= 1 and match.reason in REASONS for match in matches)
        assert [match.score for match in matches] == sorted((match.score for match in matches), reverse=True)
        assert len({match.id for match in matches}) == len(matches)


@given(NAMES)
def test_spellings_that_fold_to_one_have_one_core(name: str) -> None:
    assert encode(name.upper().lower()).core == encode(name.lower()).core
    assert all(sign < len(SIGNS) for sign in encode(name).signs)


@given(ARABIC_NAMES)
def test_marks_do_not_change_the_signs(name: str) -> None:
    vowelled = "".join(c + "\u064e" if c in "بتثجحخدذرزسشصضطظغفقكلمن" else c for c in name)
    assert encode(vowelled) == encode(name)


@given(st.one_of(ARABIC_NAMES, LATIN_NAMES), st.one_of(ARABIC_NAMES, LATIN_NAMES))
@settings(deadline=None)
def test_within_a_script_equal_names_cost_nothing_and_order_does_not_matter(left: str, right: str) -> None:
    one, other = encode(left), encode(right)
    if one.script != other.script or SIGN[BREAK] in one.signs + other.signs:
        return
    assert cost(one.signs, one.signs) == 0
    assert abs(cost(one.signs, other.signs) - cost(other.signs, one.signs)) < 1e-3


def cost(written: bytes, meant: bytes) -> float:
    table = tables()
    gaps = np.full(200, GAPS, np.uint8)
    room = np.empty((4, 256), np.float32)
    left, right = np.frombuffer(written, np.uint8), np.frombuffer(meant, np.uint8)
    return float(
        alignment_cost(left, right, gaps, 1, table.replace, table.drop, table.insert, table.usual, 5.0, 0.6, room, 1e8)
    )


def test_counts_become_probabilities() -> None:
    for given_counts in (counts(), no_counts()):
        written, inserted, passed = probabilities(given_counts)
        spelled = written.sum(axis=0)
        assert np.allclose(spelled[spelled > 0], 1)
        assert np.all((passed > 0) & (passed < 1))
        assert np.all(inserted.sum(axis=0) + passed < 1.2)


def test_costs_are_never_negative() -> None:
    for table in build(counts())[:5]:
        assert np.all(np.isfinite(table))
        assert np.all(table >= 0)


def test_import_is_light() -> None:
    code = "import sys, rafid.methods.toponyms; sys.exit('numba' in sys.modules or 'snowballstemmer' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": str(SOURCE)}).returncode == 0
