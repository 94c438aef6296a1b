"""Only what `./rafid` started is ended: a number that was given to another program is left alone."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from rafid.site.cli import processes
from rafid.site.cluster import REPOSITORY
from rafid.site.door import DoorError


@pytest.fixture
def stranger():
    """A program of somebody else's."""
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    yield child
    child.kill()
    child.wait()


def alive(pid: int) -> bool:
    return processes.start_time(pid) is not None


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_a_process_is_known_again_and_ended(own_data):
    child = processes.spawn("web", ["sleep", "60"], dict(os.environ), own_data / "web.log")
    assert processes.recall("web")["pid"] == child.pid
    assert processes.end("web") is True
    assert gone(child.pid)
    assert processes.recall("web") is None
    assert processes.end("web") is False


def test_a_number_given_to_another_program_is_left_alone(own_data, stranger):
    record = own_data / "run" / "web.json"
    processes.remember("web", stranger.pid, session=True)
    known = json.loads(record.read_text())
    boot, _, ticks = known["started"].partition(":")
    for started in (f"{boot}:{int(ticks) - 1}", f"another-boot:{ticks}"):
        record.write_text(json.dumps({**known, "started": started}))
        assert processes.recall("web") is None
        assert processes.end("web") is False
        assert alive(stranger.pid)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1, "started": "x"}', '{"pid": "many"}', '{"pid": -1}'])
def test_a_spoilt_record_ends_nothing(own_data, content):
    (own_data / "run").mkdir(exist_ok=True)
    (own_data / "run" / "web.json").write_text(content)
    assert processes.recall("web") is None
    assert processes.end("web") is False


def test_children_that_outlived_their_parent_are_ended(own_data):
    call = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True); input()"
    log = own_data / "web.log"
    log.unlink(missing_ok=True)
    child = processes.spawn("web", [sys.executable, "-c", f"{call}".replace("input()", "import time; time.sleep(60)")],
                            dict(os.environ), log)  # fmt: skip
    deadline = time.monotonic() + 10
    while not log.read_text().endswith("\n") and time.monotonic() < deadline:
        time.sleep(0.02)
    orphan = int(log.read_text())
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert alive(orphan)
    assert processes.recall("web") is None
    assert processes.end("web") is True
    assert gone(orphan)


def test_what_does_not_listen_is_ended_by_force(own_data):
    call = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    log = own_data / "deaf.log"
    child = processes.spawn("worker", [sys.executable, "-c", call], dict(os.environ), log)
    deadline = time.monotonic() + 10
    while "deaf" not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert processes.end("worker", patience=0.3) is True
    assert gone(child.pid)


OTHER = """
import subprocess, sys
from rafid.site.cli.processes import shared_turn, turn
from rafid.site.door import DoorError
try:
    with turn("setup", DoorError("taken") if "now" in sys.argv else None):
        keep = {"stdout": subprocess.DEVNULL, "pass_fds": shared_turn("setup")}
        helper = subprocess.Popen(["sleep", "60"], **keep) if "helped" in sys.argv else None
        print("mine", helper.pid if helper else "", flush=True)
        if "stay" in sys.argv:
            input()
except DoorError as error:
    print(error.message)
"""


def other(*words: str) -> subprocess.Popen[str]:
    """Another ./rafid that takes the same turn."""
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", OTHER, *words], env=env, **pipes)


def test_a_turn_is_one_processs_and_may_be_taken_again_by_it(own_data):
    with processes.turn("setup"), processes.turn("setup"):
        assert other("now").communicate(timeout=20)[0] == "taken\n"
    assert other("now").communicate(timeout=20)[0] == "mine \n"


def test_the_helper_of_one_that_was_killed_is_waited_for(own_data):
    first = other("helped", "stay")
    helper = int(first.stdout.readline().split()[1])
    first.kill()
    first.wait()
    try:
        assert other("now").communicate(timeout=20)[0] == "taken\n"
        second = other()
        assert "waiting" in second.stdout.readline()
    finally:
        os.kill(helper, signal.SIGKILL)
    assert second.communicate(timeout=20)[0] == "mine \n"


def test_a_taken_port_is_said_with_a_free_one():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(DoorError) as stopped:
            processes.require_free(port)
    assert str(port) in stopped.value.message
    assert f"--port {port + 1 if port < 65535 else 8001}" in stopped.value.remedy
    processes.require_free(port)
