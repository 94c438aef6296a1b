"""Two ministries and a third, each with its own node and database, share by agreement: what goes, what stays, what stops."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("ministry_node.py")


@pytest.fixture
def node(tmp_path, django_db_setup):
    """Does one step at one node and gives what it says."""
    from tests.conftest import copy_of_template

    made = {}
    for name in ("SOUTH", "NORTH", "THIRD"):
        database = f"rafid_{name.lower()}_{os.getpid()}"
        cluster = copy_of_template(database)
        (tmp_path / name).mkdir()
        made[name] = (
            database,
            {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "rafid.site.settings",
                "DATABASE_URL": cluster.url(database),
                "RAFID_DATA": str(tmp_path / name),
                "PYTHONPATH": str(ROOT / "src"),
                "NODE": name,
            },
        )

    def step(name: str, what: str):
        done = subprocess.run(
            [sys.executable, str(PROGRAM), what, str(tmp_path)],
            cwd=ROOT, env=made[name][1], capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    yield step
    for database, _environment in made.values():
        cluster.drop_database(database)


@pytest.mark.long
def test_each_node_gets_what_it_may_and_no_more(node):
    for name in ("SOUTH", "NORTH", "THIRD"):
        node(name, "start")
    for name in ("SOUTH", "NORTH", "THIRD"):
        node(name, "trust")
    node("SOUTH", "measure")
    node("SOUTH", "write")
    north, third = node("NORTH", "take"), node("THIRD", "take")
    # The open series after its day, the agreed one after two days; nothing of the kept and the secret one, not even that
    # they are there.
    assert {code: [value for value, _reason in rows] for code, rows in north["series"].items()} == {
        "tt-open": [1.9, 1.6, 1.3],
        "tt-agreed": [1.9, 1.6],
    }
    assert list(third["series"]) == ["tt-open"]
    assert (north["again"], north["said"], third["said"]) == (0, [], [])
    assert north["origins"] == ["node:SOUTH"]
    assert north["agreements"] == [[2, False, 1]]
    assert third["agreements"] == []
    # The series itself came today: the embargo of the agreement holds it back for its people as it does at home.
    assert north["seen"] == {"tt-open": 3}
    assert "another node" in node("NORTH", "write_here")

    assert node("SOUTH", "noted") == 2
    node("SOUTH", "correct_and_end")
    node("SOUTH", "write")
    north = node("NORTH", "take")
    assert north["series"]["tt-open"] == [[1.9, ""], [1.6, ""], [7.0, "misread"], [1.3, ""]]
    assert north["given"] == 1
    assert [value for value, _reason in north["series"]["tt-agreed"]] == [1.9, 1.6]
    assert north["agreements"] == [[2, True, 1]]
