"""The example of the handbook and the skill that is published, on basins that nothing was set for."""

import contextlib
import io
import re
from functools import lru_cache
from pathlib import Path

import pytest

from benchmarks.bench_rivers_skill import AIMS, skill_of
from benchmarks.rivers_data import read_basins

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def basins(shared):
    if not (shared / "rivers/camels_fr").is_dir():
        pytest.skip("the development basins are not among the shared data")
    return _read(shared / "rivers")


@lru_cache(1)
def _read(folder):
    return {basin.code: basin for basin in read_basins(folder)}


def test_the_ten_lines_of_the_handbook(shared, basins, tmp_path, monkeypatch):
    text = (ROOT / "docs/methods/hydrology.md").read_text(encoding="utf-8")
    lines = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    assert len([line for line in lines.splitlines() if line.strip()]) <= 10
    (tmp_path / "basin.csv").symlink_to(shared / "rivers/camels_fr/X031001001.csv")
    monkeypatch.chdir(tmp_path)
    names = {}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(lines, "docs/methods/hydrology.md", "exec"), names)
    assert names["found"].score > 0.9
    assert names["basin"].elevations.tolist() == list(basins["X031001001"].forcing.elevations), "those of the basin"
    assert [float(nse) for nse in re.search(r"\[(.*)\]", said.getvalue())[1].split(", ")] == pytest.approx(
        [0.985, 0.953, 0.924], abs=0.02
    )


@pytest.mark.parametrize("code", ["H120101001", "J171171001"])
def test_updating_beats_persistence_and_the_range_is_honest(basins, code):
    """Two of the nine, one fed by groundwater; all of them by `./rafid bench rivers_skill`."""
    found = skill_of(basins[code], max_runs=1200)
    assert all(mine > theirs for mine, theirs in zip(found.updated, found.persistence, strict=True))
    assert found.nse > AIMS[1] - 0.02
    assert 0.72 <= found.inside <= 0.9
    assert found.ratio < 0.8
    assert found.season > 0
