"""The demonstration's two authorities, each a process with a database of its own: one stick each way, six kinds of case, one picture."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROCESS = Path(__file__).with_name("demo_node.py")
BOTH = (("dma", "DMA"), ("ikmaa", "IKMAA"))
ALL = "agreement,check,ground,retired,together,value"


@pytest.fixture
def nodes(tmp_path, django_db_setup):
    """Runs a program as either node and gives what it said."""
    from tests.conftest import copy_of_template

    made = {}
    for node, _name in BOTH:
        database = f"rafid_demo_{node}_{os.getpid()}"
        cluster = copy_of_template(database)
        (tmp_path / node).mkdir()
        made[node] = (
            database,
            {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "rafid.site.settings",
                "DATABASE_URL": cluster.url(database),
                "RAFID_DATA": str(tmp_path / node),
                "RAFID_NODE": node,
                "PYTHONPATH": str(ROOT / "src"),
            },
        )

    def run(node: str, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=made[node][1], capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    yield run
    for database, _environment in made.values():
        cluster.drop_database(database)


@pytest.mark.long
def test_one_stick_each_way_opens_a_case_of_every_kind_and_decisions_end_them_at_both(nodes, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()

    def carry(origin: str, target: str) -> None:
        file = str(stick / f"{origin}.rafid")
        nodes(origin, "manage.py", "node", "export", file)
        nodes(target, "manage.py", "node", "import", file, "--receipt", str(stick / f"{target}.receipt"))
        nodes(origin, "manage.py", "node", "import", str(stick / f"{target}.receipt"))

    for node, name in BOTH:
        nodes(node, str(PROCESS), "load")
        assert f"node    {name}" in nodes(node, "manage.py", "node", "status")
        assert "already" in nodes(node, "manage.py", "node", "init", name)
    carry("dma", "ikmaa")
    carry("ikmaa", "dma")
    said = {nodes(node, str(PROCESS), "say") for node, _name in BOTH}
    assert len(said) == 1, said
    _digest, causes, refused = said.pop().split()
    assert (causes, refused) == (ALL, "0")

    nodes("ikmaa", str(PROCESS), "decide")
    carry("ikmaa", "dma")
    said = {nodes(node, str(PROCESS), "say") for node, _name in BOTH}
    assert len(said) == 1, said
    assert said.pop().split()[1:] == ["none", "0"]
