"""The room's periodic tasks, each done by a real worker through the real queue, and what it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT, copy_of_template


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    name = f"rafid_night_{os.getpid()}"
    cluster = copy_of_template(name)
    folder = tmp_path_factory.mktemp("night")
    about = {
        "DJANGO_SETTINGS_MODULE": "rafid.site.settings",
        "DATABASE_URL": cluster.url(name),
        "RAFID_DATA": str(folder),
        "RAFID_SECRET_KEY": "k" * 60,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    try:
        done = subprocess.run(
            [sys.executable, "tests/commons/forms/night.py"],
            cwd=ROOT,
            env={**os.environ, **about},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout.splitlines()[-1])
    finally:
        cluster.drop_database(name)


def test_the_worker_does_each_of_them(left):
    assert left["names"] == [f"rafid.forms.{name}" for name in ("arrivals", "held", "keeping", "nightly")]
    assert left["jobs"] == [f"{name} succeeded" for name in left["names"]]


def test_what_arrived_is_examined(left):
    assert left["unhandled"] == 0
    assert left["facts"] == 20
    assert left["night"] == 9
    assert left["copies"] == 6


def test_the_night_ranks_interviewers(left):
    assert left["ranks"] == ["Ali", "Sara"]


def test_updates_that_waited_in_vain_are_applied(left):
    assert (left["waited"], left["held"]) == (1, 0)
    assert left["trees"] == [["Oak 1", "soft"]]


def test_retention_trash_and_files_that_nothing_names(left):
    assert left["purged"] == ["old", "trashed"]
    assert left["swept"] is True
