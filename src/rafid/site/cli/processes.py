"""Processes that `./rafid` started: known again by number, start time and boot, so that no other is ever ended.

And whose turn it is: two commands at once must not both start the site, nor both make what it needs.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rafid.site.cluster import data_dir
from rafid.site.door import DoorError

_turns: dict[str, int] = {}  # locks that this process holds, by name


@contextlib.contextmanager
def turn(name: str, taken: DoorError | None = None, folder: Path | None = None) -> Iterator[None]:
    """One process at a time in this data folder, or in ``folder``; within one process the turn may be taken again.

    Waits for the other, or raises `taken`. The system ends a turn with its process, however that died.
    """
    if name in _turns:
        yield
        return
    path = (folder or data_dir()) / "run" / f"{name}.lock"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if taken:
                raise taken from None
            print("Another ./rafid is at work here; waiting for it …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        _turns[name] = lock
        yield
    finally:
        _turns.pop(name, None)
        os.close(lock)


def shared_turn(*names: str) -> tuple[int, ...]:
    """What a helper inherits to keep our turns, too: one that outlives us, killed in the middle, is waited for."""
    return tuple(_turns[name] for name in names if name in _turns)


def start_time(pid: int) -> str | None:
    """When a process began, as boot and clock ticks; None if there is none, or only its unreaped remains."""
    fields = _stat(pid)
    return None if fields is None or fields[0] in "ZX" else f"{_boot()}:{fields[19]}"


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _stat(pid: int) -> list[str] | None:
    try:
        # The name in field 2 may hold spaces and brackets: what follows the last bracket is safe to split.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _record(name: str) -> Path:
    return data_dir() / "run" / f"{name}.json"


def remember(name: str, pid: int, **more: Any) -> None:
    """Write down a process that runs under this data folder."""
    path = _record(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps({"pid": pid, "started": start_time(pid), **more}))
    draft.replace(path)


def forget(name: str) -> None:
    """Strike a process off."""
    _record(name).unlink(missing_ok=True)


def _known(name: str) -> dict[str, Any] | None:
    try:
        known: dict[str, Any] = json.loads(_record(name).read_text())
        return known if int(known["pid"]) > 1 and known["started"] else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def recall(name: str) -> dict[str, Any] | None:
    """What was written down about a process that still runs; None for one that ended or whose number was given away."""
    known = _known(name)
    return known if known and start_time(known["pid"]) == known["started"] else None


def spawn(name: str, command: list[str | Path], env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own (Ctrl-C reaches only us, and we end it in order) and write it down."""
    with log.open("ab") as out:
        child = subprocess.Popen(
            [str(word) for word in command],
            env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    remember(name, child.pid, session=True)
    return child


def _family(known: dict[str, Any]) -> set[int]:
    """The process and all of its session that still run.

    The system gives a number away only when no session bears it any more: as long as the number belongs to nobody, or
    to the process that was written down, the members of its session are ours.
    """
    pid, started = known["pid"], known["started"]
    if started.partition(":")[0] != _boot() or start_time(pid) not in (None, started):
        return set()
    if not known.get("session"):
        return {pid} if start_time(pid) else set()
    found = set()
    for entry in Path("/proc").iterdir():
        if (
            entry.name.isdigit()
            and (fields := _stat(int(entry.name)))
            and fields[3] == str(pid)
            and fields[0] not in "ZX"
        ):
            found.add(int(entry.name))
    return found


def end(name: str, patience: float = 10.0) -> bool:
    """End a remembered process and what it started, by force after `patience` seconds. Returns whether any ran."""
    known = _known(name)
    family = _family(known) if known else set()
    if not known or not family:
        forget(name)
        return False
    for pid in {known["pid"]} & family or family:  # the first ends the others in order
        _signal(pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while (family := _family(known)) and time.monotonic() < deadline:
        if known["pid"] not in family:
            break
        _reap(known["pid"])
        time.sleep(0.05)
    for pid in family:
        _signal(pid, signal.SIGKILL)
    _reap(known["pid"])
    forget(name)
    return True


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _signal(pid: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)


def require_free(port: int, host: str = "127.0.0.1") -> None:
    """Raise DoorError if the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise DoorError(
                f"Port {port} is for administrators.", "Take one above 1023: ./rafid up --port 8001"
            ) from None
        except OSError:
            raise DoorError(
                f"Port {port} is taken by another program.",
                f"End it, or take another port: ./rafid up --port {port + 1 if port < 65535 else 8001}",
            ) from None
