"""A site of its own for the benchmarks of forms: a private database that waits for its disk, a server, and submissions to send.

Whoever enters :func:`site` has Django set up on it. It lies in ``data/bench``, apart from everything else; its database goes
with the run.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT, ROOT / "src"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
DATA = ROOT / "data" / "bench"
FORM, FILE, VERSION = "tpm_site_visit", "tpm_site_visit.md", "3"
ZONE = ZoneInfo("Asia/Baghdad")


def family(pids: set[int]) -> set[int]:
    """These processes and all that descend from them."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def cpu_seconds(pids: set[int]) -> float:
    """Processor seconds so far of these processes, all that descend from them, and those of them that ended."""
    total = 0.0
    for pid in family(pids):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return total


def resident_mb(pids: set[int]) -> float:
    """Memory of these processes and of all that descend from them; what they share is counted once."""
    total = 0
    for pid in family(pids):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total / 1024


@dataclass(frozen=True)
class Site:
    """``pids``: the web server and the database's first process. ``token``: of a phone that may send the form."""

    port: int
    web: int
    database: int
    token: str
    form: uuid.UUID
    session: str

    @property
    def pids(self) -> set[int]:
        return {self.web, self.database}

    def line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def get(self, path: str, line: http.client.HTTPConnection | None = None) -> tuple[int, int, float]:
        """Status, bytes and seconds of an answer for the platform's administrator, read and thrown away piece by piece."""
        line = line or self.line()
        start = time.perf_counter()
        line.request("GET", path, headers={"Cookie": f"sessionid={self.session}"})
        answer = line.getresponse()
        size = 0
        while piece := answer.read(1 << 16):
            size += len(piece)
        return answer.status, size, time.perf_counter() - start


@contextlib.contextmanager
def site() -> Iterator[Site]:
    """Migrated, with the country and no submissions of the form yet. Database and files are gone afterwards."""
    os.environ |= {
        "RAFID_DATA": str(DATA),
        "DJANGO_SETTINGS_MODULE": "rafid.site.settings",
        "RAFID_HOSTS": "127.0.0.1",
    }
    os.environ.pop("RAFID_PROGRAMMES", None)
    from rafid.site.cluster import Cluster

    cluster, name = Cluster("main", root=DATA), f"bench_{os.getpid()}"
    started_here = cluster.ensure()
    cluster.create_database(name)
    os.environ["DATABASE_URL"] = cluster.url(name)
    try:
        for command in (["migrate", "-v0"], ["createcachetable"], ["load_country", "iraq"], ["demo", "--small"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()
        form, token, session = _prepared()
        master = int((cluster.folder / "postmaster.pid").read_text().split()[0])
        with _served() as (port, pid):
            yield Site(port, pid, master, token, form, session)
    finally:
        if "django" in sys.modules:
            from django.db import connections

            connections.close_all()
        cluster.drop_database(name)
        if started_here:
            cluster.stop()
        shutil.rmtree(DATA / "media", ignore_errors=True)


def _prepared() -> tuple[uuid.UUID, str, str]:
    """A phone with a known token, and an administrator's session."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    from rafid.commons.forms.models import AppUser, Form
    from rafid.commons.forms.sender import new_token
    from rafid.commons.people.models import Account

    form = Form.objects.get(xform_id=FORM)
    token, digest = new_token()
    AppUser.objects.create(name="Benchmark", token_sha256=digest, owner=form.owner).forms.add(form)
    account = Account.objects.get(login="admin")
    store = SessionStore()
    store["_auth_user_id"] = str(account.pk)
    store["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    store["_auth_user_hash"] = account.get_session_auth_hash()
    store.create()
    return form.pk, token, store.session_key or ""


@contextlib.contextmanager
def _served() -> Iterator[tuple[int, int]]:
    """The web server as `./rafid up` starts it, with one process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "8", "--no-ws", "--log-level", "error",
        "rafid.site.wsgi:application",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            for _attempt in range(300):
                with contextlib.suppress(OSError):
                    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                    line.request("GET", "/healthz")
                    if line.getresponse().status == 200:
                        break
                time.sleep(0.2)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(20)


def made_up(count: int, *, seed: int = 1, rows: int | None = None) -> Iterator[tuple[str, dict]]:  # type: ignore[type-arg]
    """Identities and answers of the form's newest version, without files. ``rows``: so many of the repeat."""
    from rafid.commons.places.country import country
    from rafid.programmes.monitoring import demo_answers
    from rafid.programmes.monitoring.demo_plan import Visit, sites_of

    sites = sites_of(country("iraq").table("demo_sites.csv"))
    monitors = [row["code"] for row in country("iraq").table("demo_monitors.csv")]
    chance = random.Random(seed)
    day = datetime.combine(date.today() - timedelta(days=1), datetime.min.time(), ZONE)
    for number in range(1, count + 1):
        start = day + timedelta(seconds=28_800 + chance.randrange(18_000))
        end = start + timedelta(seconds=chance.randrange(1500, 4800))
        visit = Visit(number, 12, 3, chance.choice(monitors), chance.choice(sites), start, end, end)
        answers = demo_answers.fresh(visit, chance)
        if rows is not None:
            answers["nc"] = [demo_answers._case(visit, chance) for _ in range(rows)]
            answers["close"].update(demo_answers.counted(answers["nc"]))
        for case in answers["nc"]:
            case["photo"] = ""
        answers["close"]["overview"] = ""
        yield f"uuid:{uuid.UUID(int=chance.getrandbits(128), version=4)}", answers


def submissions(count: int, *, seed: int = 1) -> list[bytes]:
    from rafid.commons.forms.demo import submission_xml

    return [submission_xml(FORM, VERSION, identity, answers) for identity, answers in made_up(count, seed=seed)]


def multiply(form: uuid.UUID, upto: int) -> None:
    """Copies the form's submissions with their versions and rows until there are ``upto``, each with an identity of its own.

    For measuring how reading grows; whoever measures receipt sends.
    """
    from django.db import connection, transaction

    from rafid.commons.forms.models import Submission, SubmissionVersion

    held = Submission.objects.filter(form=form).count()
    changed = {
        Submission: {
            "id": "c.id",
            "current_id": "c.version",
            "instance_id": "c.instance",
            "received_at": "o.received_at - c.turn * interval '37 seconds'",
            "changed_at": "o.changed_at - c.turn * interval '37 seconds'",
            "handled_at": "now()",
            "attachments_present": "0",
            "attachments_expected": "0",
        },
        SubmissionVersion: {
            "id": "c.version",
            "submission_id": "c.id",
            "instance_id": "c.instance",
            "chain_number": "NULL",
            "received_at": "o.received_at - c.turn * interval '37 seconds'",
        },
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE copies ON COMMIT DROP AS SELECT s.id AS old, s.current_id AS old_version, turn,"
            " gen_random_uuid() AS id, gen_random_uuid() AS version, s.instance_id || %s || turn AS instance"
            " FROM generate_series(1, %s) turn CROSS JOIN rafid_forms_submission s"
            " WHERE s.form_id = %s AND s.draft_id IS NULL AND s.deleted_at IS NULL ORDER BY turn LIMIT %s",
            [f"-{held}-", -(-(upto - held) // held), form, upto - held],
        )
        for model, key in ((Submission, "old"), (SubmissionVersion, "old_version")):
            columns = [field.column for field in model._meta.concrete_fields]
            values = [changed[model].get(column, f'o."{column}"') for column in columns]
            names = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(values)}"
                f" FROM copies c JOIN {model._meta.db_table} o ON o.id = c.{key}"
            )
        cursor.execute(
            'INSERT INTO rafid_forms_row (submission_version_id, "table", ordinal, parent, key, "values")'
            ' SELECT c.version, r."table", r.ordinal, replace(r.parent, s.instance_id, c.instance),'
            ' replace(r.key, s.instance_id, c.instance), r."values" FROM copies c'
            " JOIN rafid_forms_submission s ON s.id = c.old"
            " JOIN rafid_forms_row r ON r.submission_version_id = c.old_version"
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


BOUNDARY = "rafid-bench-5f3a"


def body_of(xml: bytes) -> bytes:
    """The multipart body that a phone sends."""
    head = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="xml_submission_file"; filename="submission.xml"\r\n'
        "Content-Type: text/xml\r\n\r\n"
    )
    return head.encode() + xml + f"\r\n--{BOUNDARY}--\r\n".encode()


HEADERS = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "X-OpenRosa-Version": "1.0"}
