"""Steps with their times, programs run quietly with their words kept, questions to the operator."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rafid.site.cli.processes import shared_turn
from rafid.site.cluster import data_dir
from rafid.site.door import FULL, DoorError


class Step:
    """A running step; `note` is printed behind its name when it ends."""

    note = ""


@contextlib.contextmanager
def step(name: str) -> Iterator[Step]:
    """Show a step with the seconds that it took, counting on a terminal while it runs."""
    current, started, over = Step(), time.monotonic(), threading.Event()

    def line(ending: str = "") -> str:
        return f"{time.monotonic() - started:7.1f} s  {name}{ending}"

    def tick() -> None:
        while not over.wait(0.5):
            print(f"\r{line(' …')}", end="", flush=True)

    ticker = threading.Thread(target=tick, daemon=True)
    if sys.stdout.isatty():
        ticker.start()
    ending = " — not done"
    try:
        yield current
        ending = f" — {current.note}" if current.note else ""
    finally:
        over.set()
        if ticker.is_alive():
            ticker.join()
        print(f"\r{line(ending)}\033[K" if sys.stdout.isatty() else line(ending), flush=True)


def log_file(name: str) -> Path:
    """A log in the data folder; one that has grown past 20 MB is begun anew, the old one kept as `.1`."""
    path = data_dir() / "log" / f"{name}.log"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > 20 * 1024 * 1024:
            path.replace(path.with_suffix(".log.1"))
    return path


def quietly(
    command: Sequence[str | Path], *, env: dict[str, str] | None = None, cwd: Path | None = None, remedy: str = ""
) -> str:
    """Run a program with its words going to setup.log, and give them back.

    Raises DoorError with its last words when it fails, and with what to do when the words are known ones.
    """
    path = log_file("setup")
    words = [str(word) for word in command]
    with path.open("ab") as log:
        log.write(f"\n$ {' '.join(words)}\n".encode())
        log.flush()
        begin = log.tell()
        done = subprocess.run(
            words, check=False, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env or dict(os.environ), cwd=cwd,
            pass_fds=shared_turn("setup", "packages"),
        )  # fmt: skip
    with path.open("rb") as log:
        log.seek(begin)
        said = log.read().decode(errors="replace")
    if done.returncode:
        raise _failure(words, said, remedy, path)
    return said


NO_NETWORK = (
    "Temporary failure in name resolution",
    "Could not resolve",
    "Failed to fetch",
    "Connection refused",
    "Network is unreachable",
    "dns error",
    "error sending request",
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "timed out",
)


# Django's own ways of stopping with a sentence.
CHECK = re.compile(r"^ERRORS:\n\S+: \([\w.]+\) (.+)(?:\n\s+HINT: (.+))?", re.MULTILINE)
SENTENCE = re.compile(
    r"^(?:[\w.]*ImproperlyConfigured|CommandError): (.+?)(?=\n\[|\nTraceback|\Z)", re.MULTILINE | re.DOTALL
)


def sentence(said: str) -> str | None:
    """The sentence with which a Django process stopped, if it did."""
    if found := CHECK.search(said):
        return " ".join(part.strip() for part in found.groups() if part)
    found = SENTENCE.search(said)
    return found[1].strip() if found else None


def last_words(said: str, lines: int = 10) -> str:
    """The end of what a program said; of a Python traceback only what it comes to."""
    *_, last = said.strip().rpartition("Traceback (most recent call last):\n")
    if last != said.strip():
        last = "\n".join(line for line in last.splitlines() if line.strip() and not line.startswith(" "))
    return "\n".join(last.splitlines()[-lines:])


def _failure(words: list[str], said: str, remedy: str, log: Path) -> DoorError:
    if told := sentence(said):
        return DoorError(told, remedy)
    last = last_words(said)
    if "No space left on device" in said or "ENOSPC" in said or "Disk quota exceeded" in said:
        return DoorError("The disk is full.", FULL)
    if any(sign in said for sign in NO_NETWORK):
        return DoorError(
            f"Something could not be fetched from the network.\n{last}",
            "Check the connection (or the proxy and mirror settings of apt, pip and npm), then run it again; "
            "what was fetched is kept.",
        )
    script = next((Path(word).stem for word in words if word.endswith("manage.py")), Path(words[0]).name)
    return DoorError(f"{script} failed.\n{last}", remedy or f"All that was said is in {log}. Then run it again.")


def agreed(question: str, yes: bool) -> bool:
    """Ask the operator. `--yes` answers it; without a terminal a question is a refusal."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise DoorError(f"{question} This needs an answer, and nobody is here to ask.", "Say --yes to agree.")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
