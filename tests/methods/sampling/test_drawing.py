"""The draw: its order, what continues what, the chance of each site, and the lines that repeat it without us."""

import hashlib
import json
import math
import random
import subprocess
import sys
import unicodedata
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.sampling import REPEAT_DRAW, certain_sites, draw, frame_hash, seal, stratum_seed

TASKS = [f"TASK-{n:03d}" for n in range(1, 41)]
AREAS = [900, 100, 120, 300, 80, 60, 450, 200, 150, 40]
SEED = "rafid-2026Q3"

NAMES = st.lists(
    st.text(min_size=1, max_size=8), min_size=1, max_size=40, unique_by=lambda name: unicodedata.normalize("NFC", name)
)
SEEDS = st.text(min_size=1, max_size=12)


def hashed(seed, name):
    return hashlib.sha256(f"{seed}|{unicodedata.normalize('NFC', name)}".encode("utf-8", "surrogatepass")).hexdigest()


def test_the_worked_examples():
    assert draw(TASKS, 5, seed=SEED) == ("TASK-003", "TASK-038", "TASK-016", "TASK-034", "TASK-031")
    assert draw(TASKS[:10], 4, seed=SEED, sizes=AREAS) == ("TASK-001", "TASK-004", "TASK-007", "TASK-008")
    assert seal(SEED).startswith("d39eceb5bd3e3130")


@given(NAMES, SEEDS, st.randoms(use_true_random=False))
def test_equal_draws_are_the_first_by_hash_in_whatever_order_the_ids_come(names, seed, chance):
    order = tuple(sorted(names, key=lambda name: hashed(seed, name)))
    assert draw(names, len(names), seed=seed) == order
    mixed = names[:]
    chance.shuffle(mixed)
    for size in range(1, len(names) + 1):
        # A longer sample continues a shorter one.
        assert draw(mixed, size, seed=seed) == order[:size]


def by_size_slowly(names, size, seed, sizes):
    """The definition, with sums made anew each time."""
    measure = dict(zip(names, sizes, strict=True))
    left = sorted(names, key=lambda name: hashed(seed, name))
    certain = []
    while len(certain) < size:
        step = math.fsum(measure[name] for name in left) / (size - len(certain))
        large = [name for name in left if measure[name] >= step]
        if not large:
            break
        certain += large
        left = [name for name in left if name not in large]
    wanted = size - len(certain)
    if not wanted:
        return certain
    start = int(hashlib.sha256(f"{seed}|start".encode("utf-8", "surrogatepass")).hexdigest()[:13], 16) / 16**13
    taken = []
    for mark in [start * step + number * step for number in range(wanted)]:
        taken.append(next(name for at, name in enumerate(left) if mark < sum(measure[one] for one in left[: at + 1])))
    return certain + taken


@settings(deadline=None)
@given(NAMES, SEEDS, st.data())
def test_draws_by_size_follow_their_definition(names, seed, data):
    # Whole sizes below 2^53: sums are exact, so that the marks of both sides are the same but for their last bit.
    sizes = data.draw(st.lists(st.integers(1, 1000), min_size=len(names), max_size=len(names)))
    size = data.draw(st.integers(1, len(names)))
    found = draw(names, size, seed=seed, sizes=sizes)
    assert list(found) == by_size_slowly(names, size, seed, sizes)
    assert len(set(found)) == size
    mixed = list(zip(names, sizes, strict=True))
    random.Random(1).shuffle(mixed)
    assert draw([n for n, _ in mixed], size, seed=seed, sizes=[s for _, s in mixed]) == found
    certain = {name for name, sure in zip(names, certain_sites(sizes, size), strict=True) if sure}
    assert set(found[: len(certain)]) == certain


def test_each_site_has_the_same_chance():
    seeds = 4000
    drawn = Counter(name for number in range(seeds) for name in draw(TASKS, 10, seed=f"seed {number}"))
    # Each count is binomial(4000, 1/4): the sum of squares of forty such is nearly chi-squared with 39 degrees of freedom.
    spread = sum((drawn[name] - 1000) ** 2 / 750 for name in TASKS) * 39 / 40
    assert 15 < spread < 73  # 99.8 %


def test_by_size_each_site_has_a_chance_in_proportion_to_its_size():
    seeds, left = 4000, math.fsum(AREAS[1:])
    drawn = Counter(name for number in range(seeds) for name in draw(TASKS[:10], 4, seed=f"seed {number}", sizes=AREAS))
    assert drawn["TASK-001"] == seeds  # 900 of 2,400 is more than a quarter
    for name, area in zip(TASKS[1:10], AREAS[1:], strict=True):
        chance = 3 * area / left
        assert drawn[name] / seeds == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / seeds))


def test_all_are_drawn_when_all_are_asked_for():
    assert sorted(draw(TASKS[:10], 10, seed=SEED, sizes=AREAS)) == TASKS[:10]
    assert sorted(draw(["a", "b", "c"], 3, seed="x", sizes=[5, 5, 5])) == ["a", "b", "c"]


def test_a_letter_written_in_two_ways_is_one_letter():
    composed, apart = "Qurʼān é", unicodedata.normalize("NFD", "Qurʼān é")
    assert composed != apart
    others = [f"سایت {n}" for n in range(20)]
    one, two = draw([composed, *others], 21, seed="s"), draw([apart, *others], 21, seed="s")
    assert one.index(composed) == two.index(apart)
    with pytest.raises(ValueError, match="twice"):
        draw([composed, apart], 1, seed="s")


def test_whole_numbers_are_their_texts_and_floats_are_no_ids():
    assert draw([1, 2, 3], 3, seed="s") == tuple(int(n) for n in draw(["1", "2", "3"], 3, seed="s"))
    with pytest.raises(ValueError, match="no text"):
        draw([1.0, 2.0], 1, seed="s")


@pytest.mark.parametrize(
    ("ids", "size", "more"),
    [
        (["a", "a"], 1, {}),
        (["a", "b"], 3, {}),
        (["a", "b"], 0, {}),
        (["a", "b"], -1, {}),
        (["a", "b"], 1, {"sizes": [1, 0]}),
        (["a", "b"], 1, {"sizes": [1, float("nan")]}),
        (["a", "b"], 1, {"sizes": [1, -2]}),
        (["a", "b"], 1, {"sizes": [1]}),
        (["a", "b"], 1, {"seed": ""}),
        ([None, "b"], 1, {}),
        ([], 1, {}),
    ],
)
def test_a_frame_that_cannot_be_drawn_from_is_refused(ids, size, more):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        draw(ids, size, **({"seed": "s"} | more))


def test_certain_sites_of_a_frame_that_does_not_fit_are_refused():
    for sizes, size in (([1, 2], 3), ([1, 0], 1), ([1, 2], 0)):
        with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
            certain_sites(sizes, size)


def hash_of(frame):
    return frame_hash((row["site"], row["stratum"], row["size"]) for row in frame)


def revealed_plan():
    """A plan as its page gives it out, in two strata."""
    north = [f"سایت {n}" for n in range(1, 31)]
    frame = [{"site": site, "stratum": "شمال", "size": None} for site in north]
    frame += [{"site": site, "stratum": "south", "size": size} for site, size in zip(TASKS[:10], AREAS, strict=True)]
    return {
        "seed": SEED,
        "seed_hash": seal(SEED),
        "frame_hash": hash_of(frame),
        "frame": frame,
        "strata": [
            {"name": "شمال", "method": "equal", "size": 6, "drawn": draw(north, 6, seed=stratum_seed(SEED, "شمال"))},
            {
                "name": "south",
                "method": "by_size",
                "size": 4,
                "drawn": draw(TASKS[:10], 4, seed=stratum_seed(SEED, "south"), sizes=AREAS),
            },
        ],
    }


def repeat(folder, plan):
    (folder / "repeat_draw.py").write_text(REPEAT_DRAW, encoding="utf-8")
    (folder / "plan.json").write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    # -I -S: neither our packages nor any other; the standard library alone.
    return subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", "repeat_draw.py", "plan.json"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_few_lines_repeat_the_draw_without_us(tmp_path):
    plan = revealed_plan()
    done = repeat(tmp_path, plan)
    assert done.returncode == 0, done.stdout + done.stderr
    printed = [line.strip() for line in done.stdout.splitlines()]
    for stratum in plan["strata"]:
        at = printed.index(stratum["name"])
        assert printed[at + 1 : at + 2 + stratum["size"]] == [*stratum["drawn"], "(as drawn)"]


def test_they_tell_another_seed_another_frame_and_another_draw(tmp_path):
    plan = revealed_plan()
    smaller = [*plan["frame"][:-1], plan["frame"][-1] | {"size": 39.5}]
    done = repeat(tmp_path, plan | {"frame": smaller})
    assert done.returncode == 1
    assert "The frame DOES NOT FIT" in done.stdout
    done = repeat(tmp_path, plan | {"seed_hash": seal("another")})
    assert done.returncode == 1
    assert "The seed DOES NOT FIT" in done.stdout
    plan["strata"][0]["drawn"] = [*plan["strata"][0]["drawn"][:-1], "سایت 1"]
    assert plan["strata"][0]["drawn"] != list(revealed_plan()["strata"][0]["drawn"])
    done = repeat(tmp_path, plan)
    assert done.returncode == 1
    assert "NOT AS DRAWN" in done.stdout


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_they_draw_what_we_draw_from_any_frame(tmp_path_factory, data):
    strata, frame, seed = [], [], data.draw(st.uuids()).hex
    for name in ("a", "b", "c"):
        sizes = data.draw(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=30))
        sites, size = [f"{name}{n}" for n in range(len(sizes))], data.draw(st.integers(1, len(sizes)))
        frame += [{"site": site, "stratum": name, "size": measure} for site, measure in zip(sites, sizes, strict=True)]
        drawn = draw(sites, size, seed=stratum_seed(seed, name), sizes=sizes)
        strata.append({"name": name, "method": "by_size", "size": size, "drawn": drawn})
    plan = {"seed": seed, "seed_hash": seal(seed), "frame_hash": hash_of(frame), "frame": frame, "strata": strata}
    done = repeat(tmp_path_factory.mktemp("draw"), plan)
    assert done.returncode == 0, done.stdout + done.stderr


def test_numpy_frames_are_frames():
    assert draw(np.array(TASKS), 2, seed=SEED) == ("TASK-003", "TASK-038")


def test_the_hash_of_a_frame_is_that_of_its_canonical_json():
    text = '[{"site":"é","size":2.5,"stratum":"a"},{"site":"z","size":4,"stratum":"a"},{"site":"b","size":null,"stratum":"شمال"}]'
    lines = [("b", "شمال", None), ("z", "a", 4.0), (unicodedata.normalize("NFD", "é"), "a", 2.5)]
    # By code point: z before é.
    rows = json.loads(text)
    ordered = json.dumps([rows[1], rows[0], rows[2]], separators=(",", ":"), ensure_ascii=False)
    assert frame_hash(lines) == frame_hash(reversed(lines)) == hashlib.sha256(ordered.encode()).hexdigest()
    for wrong in ([("a", "s", 1), ("a", "s", 2)], [("a", "s", float("nan"))], [("a", "s", "large")]):
        with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
            frame_hash(wrong)
