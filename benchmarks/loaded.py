"""A whole site in a database of its own, for benchmarks: the country, its figures, and real borders where they are at hand.

Whoever imports this module has Django set up on that database, which is a copy of the suite's template.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT, ROOT / "src"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
SHARED = ROOT.parent / "shared" / "data" / "iraq"

BORDERS = (
    ("irq_adm1.geojson", "governorates"),
    ("irq_adm2.geojson", "districts"),
    ("irq_osm_subdistricts.geojson", "sub-districts, new places"),
)
GAZETTEER = "gazetteer.csv"


@contextlib.contextmanager
def site() -> Iterator[list[str]]:
    """Yields what was loaded, in words, one line each. The database is gone afterwards."""
    from tests.conftest import copy_of_template
    from tests.settings import NAME  # also says which programmes the template holds

    cluster = copy_of_template(NAME)
    import django

    django.setup()
    from django.db import connections

    try:
        yield _load()
    finally:
        connections.close_all()
        cluster.drop_database(NAME)


def _load() -> list[str]:
    from django.core.management import call_command
    from django.db import connection

    said = ["the country pack and the demonstration figures"]
    for file, what in BORDERS:
        if (SHARED / file).exists():
            call_command("country", "boundaries", SHARED / file, yes=True, add="new" in what, stdout=io.StringIO())
            said.append(f"borders of {what}: {file}")
    if len(said) == 1:
        said.append("no imported borders: the pack's rough outlines of governorates stand in")
    if (SHARED / GAZETTEER).exists():
        call_command("country", "gazetteer", SHARED / GAZETTEER, yes=True, stdout=io.StringIO())
        said.append(f"settlements: {GAZETTEER}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return said


def measured(paths: list[str], port: int, *, seconds: float | None = None) -> tuple[float, int, dict[str, int]]:
    """Asks for the addresses in their order over one kept connection (again and again for ``seconds``).

    Returns answers a second, bytes of all answers of the first round, and the size of each.
    """
    line = http.client.HTTPConnection("127.0.0.1", port)
    sizes: dict[str, int] = {}
    count, start = 0, time.perf_counter()
    while True:
        for path in paths:
            line.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = line.getresponse()
            body = answer.read()
            if answer.status not in (200, 204):
                raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")
            sizes.setdefault(path, len(body))
            count += 1
        if seconds is None or time.perf_counter() - start > seconds:
            return count / (time.perf_counter() - start), sum(sizes.values()), sizes


def _stat(pid: int) -> tuple[int, float]:
    """Parent and processor seconds so far of a process of this machine."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """The web server: its port and the process that began it."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """Of its processes and of the database's that serve them: what other work on the machine does not lengthen."""
        from django.db import connection

        family, found = {self.pid}, {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    found[int(entry.name)] = _stat(int(entry.name))
        while True:
            more = {pid for pid, (parent, _seconds) in found.items() if parent in family} - family
            if not more:
                break
            family |= more
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            family |= {pid for (pid,) in cursor.fetchall()}
        return sum(seconds for pid, (_parent, seconds) in found.items() if pid in family)


@contextlib.contextmanager
def granian(application: str = "benchmarks.peers.wsgi:application") -> Iterator[Server]:
    """The real server with one process on a free port, much as `./rafid up` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--log-level", "error", application,
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    from django.db import connection

    environment["RAFID_BENCH_DATABASE"] = str(connection.settings_dict["NAME"])
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            for _attempt in range(200):
                with contextlib.suppress(OSError):
                    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                    line.request("GET", "/healthz")
                    if line.getresponse().status == 200:
                        break
                time.sleep(0.2)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait(20)
