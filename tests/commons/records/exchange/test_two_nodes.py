"""Two real nodes with two databases exchange files while both write, and come to one picture."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
PROCESS = Path(__file__).with_name("node_process.py")


@pytest.fixture
def nodes(tmp_path, django_db_setup):
    """Starts a program as either node."""
    from tests.conftest import copy_of_template

    made = {}
    for name in ("ALPHA", "BETA"):
        database = f"rafid_{name.lower()}_{os.getpid()}"
        cluster = copy_of_template(database)
        (tmp_path / name).mkdir()
        made[name] = (
            database,
            {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "rafid.site.settings",
                "RAFID_PROGRAMMES": str(ROOT / "tests" / "registers" / "wells"),
                "DATABASE_URL": cluster.url(database),
                "RAFID_DATA": str(tmp_path / name),
                "PYTHONPATH": str(ROOT / "src"),
            },
        )

    def start(name: str, *command: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=made[name][1],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    yield start
    for database, _environment in made.values():
        cluster.drop_database(database)


def ended(process: subprocess.Popen) -> str:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, out + err
    return out.strip()


@pytest.mark.long
def test_two_nodes_that_both_write_come_to_the_same_digest(nodes, tmp_path):
    keys = {name: str(tmp_path / f"{name}.rafid-node") for name in ("ALPHA", "BETA")}
    for name, file in keys.items():
        ended(nodes(name, "manage.py", "node", "init", name))
        ended(nodes(name, "manage.py", "node", "key", file))
    for name, other in (("ALPHA", "BETA"), ("BETA", "ALPHA")):
        ended(nodes(name, "manage.py", "node", "trust", keys[other]))
    both = [("ALPHA", "BETA"), ("BETA", "ALPHA")]
    at_once = [nodes(name, str(PROCESS), name, other, str(tmp_path), "18") for name, other in both]
    for process in at_once:
        ended(process)
    for name, other in both:  # each writes its last and reads; then each reads what the other wrote last
        ended(nodes(name, str(PROCESS), name, other, str(tmp_path), "0"))
    said = [ended(nodes(name, str(PROCESS), name, other, str(tmp_path), "0")) for name, other in both]
    assert said[0] == said[1]
    assert "ALPHA:" in said[0]
    assert "BETA:0" not in said[0]
    status = ended(nodes("ALPHA", "manage.py", "node", "status"))
    assert said[0].split()[0] in status
