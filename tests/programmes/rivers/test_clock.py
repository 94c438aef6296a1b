"""Forecasts by the clock: real workers, the real queue, one worker killed in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT, copy_of_template

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    name = f"rafid_clock_{os.getpid()}"
    cluster = copy_of_template(name)
    about = {
        "DJANGO_SETTINGS_MODULE": "rafid.site.settings",
        "DATABASE_URL": cluster.url(name),
        "RAFID_DATA": str(tmp_path_factory.mktemp("clock")),
        "RAFID_SECRET_KEY": "k" * 60,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    # The demonstration's models would be run, too.
    cluster.sql("UPDATE rafid_rivers_rivermodel SET state = 'retired' WHERE state = 'active'", name)
    try:
        done = subprocess.run(
            [sys.executable, "tests/programmes/rivers/clock.py"],
            cwd=ROOT, env={**os.environ, **about}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout.splitlines()[-1])
    finally:
        cluster.drop_database(name)


def test_every_six_hours_each_model_has_a_forecast(left):
    assert left["crons"]["rafid.rivers.forecasts"] == "40 3,9,15,21 * * *"
    assert left["clock"] == ["issued 9"]


def test_a_worker_killed_in_the_middle_leaves_nothing_half(left):
    assert left["killed"] == ["issued 9", "running 0"]
    assert left["resumed"] == ["issued 9", "issued 9"]


def test_one_that_gave_up_says_so(left):
    assert left["dead"] == ["issued 9", "issued 9", "failed 0"]
    assert left["why"] == "The work was cut off three times."


def test_nothing_is_left_in_the_queue(left):
    assert not [one for one in left["jobs"] if " doing " in one or " failed " in one or " todo " in one]
