"""Paging while data arrives: each row once, each change seen. Real transactions, in a database of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT, copy_of_template


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    name = f"rafid_race_{os.getpid()}"
    cluster = copy_of_template(name)
    try:
        done = subprocess.run(
            [sys.executable, "tests/commons/forms/feed_race.py"],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "rafid.site.settings", "DATABASE_URL": cluster.url(name)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout)
    finally:
        cluster.drop_database(name)


def test_nothing_failed(told):
    assert told["failures"] == []
    assert len(told["at_last"]) == 120


def test_the_feed_gives_each_submission_once(told):
    assert len(told["main"]) == len(set(told["main"]))
    assert set(told["main"]) == set(told["at_last"])


def test_the_feed_gives_each_row_of_a_repeat_once(told):
    assert len(told["repeats"]) == len(set(told["repeats"]))
    assert set(told["repeats"]) == {f"{key}/nc[{n}]" for key in told["at_last"] for n in (1, 2, 3)}


def test_paging_by_change_ends_with_the_last_change_of_each(told):
    assert told["changes"] == told["at_last"]


def test_a_reader_who_goes_away_frees_the_connection(told):
    assert told["connections"] == [1, 0]


def test_all_tables_of_a_file_are_of_one_state(told):
    assert told["frozen"] == [0, 0]
