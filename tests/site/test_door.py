"""`./rafid` as an operator meets it: by its words, its exit codes, and what runs afterwards."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest

from rafid.site.cli import __main__ as door_main
from rafid.site.cli import processes
from rafid.site.cli.console import last_words, sentence
from rafid.site.cli.environment import VENV
from rafid.site.cluster import REPOSITORY, Cluster
from rafid.site.door import server_error

DOOR = str(REPOSITORY / "rafid")


def door(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DOOR, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"]])
def test_help_is_short_and_asks_for_nothing(own_data, arguments):
    done = door(*arguments)
    assert done.returncode == 0
    assert "./rafid up" in done.stdout
    assert len(done.stdout.splitlines()) < 30


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fly"], "There is no command 'fly'."),
        (["up", "--port", "many"], "invalid port value: 'many'"),
        (["up", "--node", "0"], "--node needs a number"),
        (["backup"], "file"),
        (["restore", "/no/such/file"], "There is no file /no/such/file."),
        (["bench", "no-such"], "There is no benchmark no-such."),
    ],
)
def test_a_wrong_word_is_answered_with_a_sentence(own_data, arguments, sentence):
    done = door(*arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_said_before_anything_is_made(own_data):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = door("up", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "→" in done.stderr
    assert not Cluster("main").running
    assert processes.recall("up") is None


def test_a_second_start_says_where_the_first_runs(own_data, port):
    processes.remember("up", os.getpid(), port=port)
    try:
        done = door("up", "--port", str(port))
        assert done.returncode == 1
        assert f"runs already at http://127.0.0.1:{port}/" in done.stderr
        done = door("restore", str(REPOSITORY / "pyproject.toml"), "--yes")
        assert "Stop it first: ./rafid down" in done.stderr
    finally:
        processes.forget("up")


def test_down_with_nothing_to_stop(own_data):
    done = door("down")
    assert (done.returncode, done.stdout) == (0, "Nothing was running.\n")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Traceback\n  File x\ndjango.core.exceptions.ImproperlyConfigured: No key. Set one.\n", "No key. Set one."),
        ("CommandError: There is no place X.\nTake another.\n", "There is no place X.\nTake another."),
        ("django.core.exceptions.ImproperlyConfigured: No key.\n[ERROR] Worker crash loop\n", "No key."),
        (
            "ERRORS:\n?: (rafid_people.E001) Known passwords: admin.\n\tHINT: Run: this\n\nWARNINGS:\n?: (a.W1) Never mind.\n",
            "Known passwords: admin. Run: this",
        ),
        ("ModuleNotFoundError: No module named 'x'\n", None),
    ],
)
def test_the_sentence_of_a_django_process_is_found_in_what_it_said(said, told):
    assert sentence(said) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Doing.\nTraceback (most recent call last):\n  File x, line 1\n    boom()\nImportError: no y\n",
            "ImportError: no y",
        ),
        (
            "Traceback (most recent call last):\n  File x\nKeyError: 1\n\nDuring this:\n\n"
            "Traceback (most recent call last):\n  File y\npsycopg.Error: refused\nDETAIL: why\n",
            "psycopg.Error: refused\nDETAIL: why",
        ),
        ("\n".join(map(str, range(20))), "\n".join(map(str, range(10, 20)))),
    ],
)
def test_of_a_traceback_only_what_it_comes_to_is_told(said, told):
    assert last_words(said) == told


@pytest.mark.parametrize(
    ("said", "where", "message", "remedy"),
    [
        ("connection to server on socket failed: No such file", Path("/d"), "in /d does not answer", "./rafid up"),
        ('connection to server at "db" failed: Connection refused', "db", "server db does not answer", "host and port"),
        (
            'connection to server at "db" failed: FATAL:  password authentication failed for user "rafid"',
            "db",
            "password authentication failed",
            "Correct DATABASE_URL",
        ),
        ("ERROR: could not extend file: No space left on device", Path("/d"), "disk of /d is full", "Free some space"),
    ],
)
def test_what_the_database_server_says_gets_its_own_remedy(said, where, message, remedy):
    error = server_error(said, where)
    assert message in error.message
    assert remedy in error.remedy


def test_a_full_disk_is_named_wherever_it_is_met(own_data, monkeypatch, capsys):
    def full(arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(door_main, "_command", full)
    assert door_main.main(["up"]) == 1
    said = capsys.readouterr().err
    assert f"The disk of {own_data} is full." in said
    assert "→ Free some space" in said


def test_a_file_that_cannot_be_written_is_a_sentence(own_data):
    done = door("backup", "/dev/null/file")
    assert done.returncode == 1
    assert "/dev/null" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.long
@pytest.mark.skipif(not (VENV / "rafid.json").exists(), reason="the environment was not made by ./rafid")
def test_an_interrupted_first_start_goes_on_and_down_leaves_nothing(own_data, port):
    command = [DOOR, "up", "--no-demo", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as first:
        for line in first.stdout:
            if "Database" in line:  # the next step makes the tables
                first.send_signal(signal.SIGINT)
                break
        first.communicate(timeout=60)
        assert first.returncode == 130
    assert not Cluster("main").running
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as second:
        said = ""
        for line in second.stdout:
            said += line
            if "Database" in line:  # on its way: a third neither starts beside it nor disturbs it
                third = door("up", "--no-demo", "--port", str(port + 1 if port < 65535 else port - 1))
                assert third.returncode == 1
                assert "→" in third.stderr
                assert "runs already" in third.stderr
            if "Rafid is ready" in line:
                break
        assert f"http://127.0.0.1:{port}/" in said
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        assert (own_data / "media").stat().st_mode & 0o077 == 0
        children = [processes.recall(name)["pid"] for name in ("web", "worker")]
        done = door("down")
        assert done.stdout == "Stopped: the site.\n"
        second.communicate(timeout=60)
        assert second.returncode == 0
    assert [processes.start_time(pid) for pid in children] == [None, None]
    assert not Cluster("main").running
    processes.require_free(port)
