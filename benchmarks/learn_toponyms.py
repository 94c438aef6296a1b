"""Count how places are spelled in Latin and Arabic script, and write the counts that place matching ships.

    python benchmarks/learn_toponyms.py            # reads ../shared/data/iraq/gazetteer.csv

Writes src/rafid/methods/toponyms/weights.py: numbers of spellings only, no name of any place.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
GAZETTEER = ROOT.parent / "shared" / "data" / "iraq" / "gazetteer.csv"
WEIGHTS = ROOT / "src" / "rafid" / "methods" / "toponyms" / "weights.py"
LEAST = 2.0  # expected spellings; rarer ones are slips of single rows
MOST = 16  # spellings of a sign

HEAD = '''"""How often letters were spelled how: counts from aligned pairs of Latin and Arabic names of Iraqi places.

Written by benchmarks/learn_toponyms.py from {pairs} pairs of spellings (columns name, name_en, name_ku_latin against
name_ar, name_ku, name_ckb) of half of a gazetteer of Iraq: Who's On First (whosonfirst-data-admin-iq, 2024-03, CC0) and
GeoNames (CC BY 4.0, https://www.geonames.org). Expected counts of {rounds} rounds of expectation maximisation, rounded; those
below {least:g} are left out. `costs` smooths them.
"""

from __future__ import annotations

from typing import Final

from rafid.methods.toponyms.alphabet import GAP_CLASSES, SIGN
from rafid.methods.toponyms.costs import NOTHING, Counts, no_counts

# An Arabic sign, then Latin signs (∅ for none) with their counts.
WRITTEN: Final = """
{written}
"""

# Classes before and after a gap, how often it was left, then the Latin signs written in it with their counts.
GAPS_FILLED: Final = """
{filled}
"""


def counts() -> Counts:
    """The counts as arrays."""
    table = no_counts()
    for line in WRITTEN.strip().splitlines():
        sign, *spelled = line.split()
        for latin, count in zip(spelled[::2], spelled[1::2], strict=True):
            table.written[NOTHING if latin == "∅" else SIGN[latin], SIGN[sign]] = int(count)
    for line in GAPS_FILLED.strip().splitlines():
        sides, passed, *spelled = line.split()
        gap = GAP_CLASSES.index(sides[0]) * len(GAP_CLASSES) + GAP_CLASSES.index(sides[1])
        table.passed[gap] = int(passed)
        for latin, count in zip(spelled[::2], spelled[1::2], strict=True):
            table.inserted[SIGN[latin], gap] = int(count)
    return table
'''


def read_pairs(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Every Latin spelling of a row with every spelling in Arabic script."""
    pairs: list[tuple[str, str]] = []
    for row in rows:
        latin = {row["name"], row["name_en"], row["name_ku_latin"]} - {""}
        arabic = {row["name_ar"], row["name_ku"], row["name_ckb"]} - {""}
        pairs += sorted((left, right) for left in latin for right in arabic)
    return pairs


def main() -> None:
    sys.path.insert(0, str(ROOT / "src"))
    from rafid.methods.toponyms.alphabet import GAP_CLASSES, SIGNS
    from rafid.methods.toponyms.learning import learn

    if not GAZETTEER.exists():
        print("Nothing learned: ../shared/data/iraq/gazetteer.csv is not there.")
        return
    rounds = 8
    with GAZETTEER.open(encoding="utf-8") as file:
        pairs = read_pairs(list(csv.DictReader(file)))
    counts = learn(pairs, rounds=rounds)
    signs = [*SIGNS, "∅"]
    written = [
        " ".join([SIGNS[sign], *(f"{signs[k]} {counts.written[k, sign]:.0f}" for k in common(counts.written[:, sign]))])
        for sign in range(len(SIGNS))
        if counts.written[:, sign].max() >= LEAST and not SIGNS[sign].isdigit()
    ]
    filled = [
        " ".join(
            [
                GAP_CLASSES[gap // len(GAP_CLASSES)] + GAP_CLASSES[gap % len(GAP_CLASSES)],
                f"{counts.passed[gap]:.0f}",
                *(f"{SIGNS[k]} {counts.inserted[k, gap]:.0f}" for k in common(counts.inserted[:, gap])),
            ]
        )
        for gap in range(len(counts.passed))
        if counts.passed[gap] >= LEAST
    ]
    text = HEAD.format(
        pairs=f"{len(pairs):,}", rounds=rounds, least=LEAST, written="\n".join(written), filled="\n".join(filled)
    )
    WEIGHTS.write_text(text, encoding="utf-8")
    print(f"Learned from {len(pairs):,} pairs: {len(written)} signs, {len(filled)} kinds of gap.")


def common(column: np.ndarray) -> list[int]:
    return [int(k) for k in np.argsort(-column, kind="stable")[:MOST] if column[k] >= LEAST]


if __name__ == "__main__":
    main()
