"""A real server under eight phones, killed in the middle: what was answered with 201 is there, with its files, once."""

from __future__ import annotations

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.commons.forms.collect import Answer, Collect, PhoneError
from tests.conftest import ROOT, copy_of_template
from tests.methods.xforms.conftest import t1_xml

PHONES = 8
BEFORE_THE_END = 40
"""So many receipts before the server is killed."""

SET_UP = """
import django; django.setup()
from rafid.commons.forms.models import AppUser, Form
from rafid.commons.forms.sender import new_token
from rafid.commons.forms.versions import publish_draft, put_draft
from rafid.commons.people.models import Organisation
from tests.methods.xforms.conftest import T1_XFORM
owner = Organisation.objects.order_by("ref").first()
form = Form.objects.create(xform_id="t1", title_en="Killed", programme="wells", owner=owner)
put_draft(form, T1_XFORM.encode())
publish_draft(form)
token, digest = new_token()
AppUser.objects.create(name="phone", token_sha256=digest, owner=owner).forms.add(form)
print(token)
"""


class Server:
    """Granian on a free port of this machine, with a database and a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.database = f"rafid_killed_{os.getpid()}"
        self.cluster = copy_of_template(self.database)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.media = folder / "media"
        self.log = folder / "log"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "rafid.site.settings",
            "DATABASE_URL": self.cluster.url(self.database),
            "RAFID_DATA": str(folder),
            "RAFID_SECRET_KEY": "k" * 60,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        self.child: subprocess.Popen[bytes] | None = None

    def run(self, program: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self) -> None:
        command = [
            Path(sys.executable).parent / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", "2", "--blocking-threads", "8", "--no-ws", "--log-level", "warning", "rafid.site.wsgi:application",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            assert self.child.poll() is None, self.log.read_text()
            try:
                if self.line("GET", "/healthz", b"", {}).status == 200:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        """-9, the whole of it: parent and workers."""
        if self.child is not None:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
            self.child = None

    def line(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def rows(self, question: str) -> list[tuple]:
        with psycopg.connect(self.cluster.url(self.database)) as connection:
            return connection.execute(question).fetchall()


@pytest.fixture
def server(tmp_path):
    made = Server(tmp_path)
    try:
        made.token = made.run(SET_UP)
        made.start()
        yield made
    finally:
        made.kill()
        made.cluster.drop_database(made.database)


def visit(number: str) -> bytes:
    return t1_xml().replace(b"uuid:1</orx:instanceID>", f"uuid:{number}</orx:instanceID>".encode())


def files_of(number: str) -> dict[str, bytes]:
    return {name: b"\xff\xd8\xff" + f"{name} of {number} ".encode() * 500 for name in ("a.jpg", "b.jpg")}


def test_what_was_answered_is_there_after_the_server_was_killed(server):
    answered: set[str] = set()
    pending: set[str] = set()
    lock, enough = threading.Lock(), threading.Event()

    def phone(who: int) -> None:
        """Sends visit after visit until the line breaks; remembers the one that got no answer, as a phone does."""
        collect = Collect(server.line, f"http://127.0.0.1:{server.port}/collect/{server.token}", device=f"phone{who}")
        for count in range(10_000):
            number = f"{who}-{count}"
            with lock:
                pending.add(number)
            try:
                collect.send(visit(number), files_of(number))
            except (OSError, http.client.HTTPException):
                return
            with lock:
                pending.discard(number)
                answered.add(number)
                if len(answered) >= BEFORE_THE_END:
                    enough.set()

    with ThreadPoolExecutor(PHONES) as pool:
        running = [pool.submit(phone, who) for who in range(PHONES)]
        assert enough.wait(120), server.log.read_text()
        server.kill()
        for one in running:
            one.result()
    assert pending, "nobody was sending when it ended"
    assert_kept(server, answered)

    # The phones send again what got no answer: nothing is doubled, nothing is refused.
    server.start()
    collect = Collect(server.line, f"http://127.0.0.1:{server.port}/collect/{server.token}")
    for number in sorted(pending):
        collect.send(visit(number), files_of(number))
    assert_kept(server, answered | pending)
    (count,) = server.rows("SELECT count(*) FROM rafid_forms_submission s JOIN rafid_forms_form f ON f.id = s.form_id AND f.xform_id = 't1'")[0]  # fmt: skip
    assert count == len(answered | pending)
    assert_chain(server)


def assert_kept(server: Server, numbers: set[str]) -> None:
    kept = {}
    for instance, name, sha256 in server.rows(
        "SELECT s.instance_id, a.name, a.sha256 FROM rafid_forms_submission s"
        " JOIN rafid_forms_form f ON f.id = s.form_id AND f.xform_id = 't1'"
        " JOIN rafid_forms_attachment a ON a.submission_id = s.id"
    ):
        kept.setdefault(instance.removeprefix("uuid:"), {})[name] = sha256
    for number in numbers:
        for name, content in files_of(number).items():
            digest = hashlib.sha256(content).hexdigest()
            assert kept[number][name] == digest
            assert (server.media / digest[:2] / digest[2:]).read_bytes() == content


def assert_chain(server: Server) -> None:
    previous = b""
    rows = server.rows(
        "SELECT v.chain_number, v.sha256, v.instance_id, v.chain, v.xml FROM rafid_forms_submissionversion v"
        " JOIN rafid_forms_form f ON f.id = v.form_id AND f.xform_id = 't1' ORDER BY v.chain_number"
    )
    for expected, (number, sha256, instance, chain, xml) in enumerate(rows, 1):
        assert (number, sha256) == (expected, hashlib.sha256(xml).digest())
        previous = hashlib.sha256(previous + sha256 + instance.encode()).digest()
        assert chain == previous


def test_eight_at_once_are_one(server):
    """The same submission from eight lines in the same moment: 201 each, one submission, one of each file."""
    start = threading.Barrier(PHONES)

    def send(_who: int) -> list[int]:
        collect = Collect(server.line, f"http://127.0.0.1:{server.port}/collect/{server.token}")
        start.wait()
        return [answer.status for answer in collect.send(visit("same"), files_of("same"))]

    with ThreadPoolExecutor(PHONES) as pool:
        statuses = list(pool.map(send, range(PHONES)))
    assert statuses == [[201]] * PHONES
    assert_kept(server, {"same"})
    assert server.rows(
        "SELECT count(DISTINCT s.id), count(*), max(s.attachments_present), max(s.attachments_expected)"
        " FROM rafid_forms_submission s JOIN rafid_forms_attachment a ON a.submission_id = s.id"
        " WHERE s.instance_id = 'uuid:same'"
    ) == [(1, 2, 2, 2)]
    # Other answers under the same identity, from eight at once: 409 each, and the first stays.
    changed = visit("same").replace(b"TPM-0001", b"TPM-0002")

    def other(_who: int) -> str:
        with pytest.raises(PhoneError) as caught:
            Collect(server.line, f"http://127.0.0.1:{server.port}/collect/{server.token}").send(changed)
        return str(caught.value)[:3]

    with ThreadPoolExecutor(PHONES) as pool:
        assert set(pool.map(other, range(PHONES))) == {"409"}


def test_the_line_itself(server):
    """Through the real server: what HEAD, GET and a body above the limit look like on the wire."""
    base = f"/collect/{server.token}"
    head = server.line("HEAD", f"{base}/submission", b"", {})
    assert (head.status, head.body, head.headers["x-openrosa-accept-content-length"]) == (204, b"", "100000000")
    listed = server.line("GET", f"{base}/formList", b"", {"Accept-Encoding": "gzip"})
    assert listed.headers["content-type"] == "text/xml; charset=utf-8"
    assert not {"set-cookie", "location"} & set(listed.headers)
    # Connections that died while nobody asked are replaced, and the phone does not notice.
    server.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert {server.line("GET", f"{base}/formList", b"", {}).status for _time in range(20)} == {200}
    refused = server.line("GET", "/collect/unknown/formList", b"", {})
    assert (refused.status, refused.headers["content-type"]) == (403, "text/xml; charset=utf-8")
    log = server.log.read_text()
    assert server.token not in log
