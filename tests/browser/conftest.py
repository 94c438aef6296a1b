"""A real browser on a real server over the suite's database, which stays as it was.

The server works on the test's own connection, within the transaction that is rolled back; so it answers one request at a
time, in the order in which they come.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

# The driver of the browser runs an event loop in this thread, where Django would otherwise refuse to ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    # A page with a map asks for two dozen files at once.
    request_queue_size = 128

    line: Line

    def verify_request(self, request: Any, client_address: Any) -> bool:
        return not self.line.is_cut


class Line:
    """The line between browsers and the site. Asked of each answer: does ``lose`` lose it after the server did its work, does
    ``tear`` break it off in its middle?"""

    def __init__(self) -> None:
        self.is_cut = False
        self.lose: Callable[[str], bool] = lambda path: False
        self.tear: Callable[[str], bool] = lambda path: False

    def cut(self) -> None:
        """For everything, also for what a browser sends by itself when no page is open."""
        self.is_cut = True

    def mend(self) -> None:
        self.is_cut = False


class _Silent(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    from rafid.site.cli.environment import browser_program

    program = browser_program()
    if program is None:
        pytest.skip("no Chromium on this machine")
    with sync.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def site(db: None, settings: Any, line: Line) -> Iterator[str]:
    """The address of the whole site, served from the transaction of this test."""
    from django.core.signals import request_finished, request_started
    from django.core.wsgi import get_wsgi_application
    from django.db import close_old_connections, connections

    own = connections["default"]
    own.inc_thread_sharing()
    # A request's beginning and end would close a connection that is in the middle of a test.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    lock = threading.RLock()
    # Undone before the transaction of the test ends, which began before.
    patches = pytest.MonkeyPatch()
    one_at_a_time(patches, lock)
    application = get_wsgi_application()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        with lock:
            connections["default"] = own
            body = application(environ, start)
            try:
                whole = b"".join(body)
            finally:
                getattr(body, "close", lambda: None)()
        if line.lose(environ["PATH_INFO"]):
            raise ConnectionAbortedError
        return [whole[: len(whole) // 2]] if line.tear(environ["PATH_INFO"]) else [whole]

    server = make_server("127.0.0.1", 0, answer, server_class=_Server, handler_class=_Silent)
    server.line = line  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    patches.undo()
    with lock:  # whoever is still being answered is answered on a connection that is still there
        own.dec_thread_sharing()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def one_at_a_time(patches: pytest.MonkeyPatch, lock: Any) -> None:
    """The test's own transactions wait for the request that is being answered, and it for them: both set savepoints on one
    connection, and to release the outer one destroys the inner one of the other thread."""
    from django.db.transaction import Atomic

    enter, leave = Atomic.__enter__, Atomic.__exit__

    def entered(self: Any) -> Any:
        lock.acquire()
        try:
            return enter(self)
        except BaseException:
            lock.release()
            raise

    def left(self: Any, *raised: Any) -> Any:
        try:
            return leave(self, *raised)
        finally:
            lock.release()

    patches.setattr(Atomic, "__enter__", entered)
    patches.setattr(Atomic, "__exit__", left)


class Watched:
    """A page that remembers what went wrong on it and whom it asked."""

    def __init__(self, page: Any, site: str) -> None:
        self.page, self.site = page, site
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _asked(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self.site:
            self.elsewhere.append(request.url)

    def open(self, address: str) -> Any:
        self.page.goto(self.site + address)
        return self.page


@pytest.fixture
def visit(browser: Any, site: str) -> Iterator[Callable[..., Watched]]:
    """``visit()`` opens a new browser window; ``visit(account)`` one that is signed in. Options are Playwright's own."""
    contexts = []

    def opened(account: Any = None, **options: Any) -> Watched:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        if account is not None:
            from django.conf import settings
            from django.test import Client

            client = Client()
            client.force_login(account)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
        return Watched(context.new_page(), site)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def every_question() -> bytes:
    """An XForm with every type of question that a browser can ask, in three languages; converted once."""
    from pathlib import Path

    from rafid.methods.xforms import convert_xlsform

    source = Path(__file__).with_name("forms") / "every_question.md"
    made = convert_xlsform(source.read_bytes(), name=source.name)
    assert made.xform, made.problems
    return made.xform


@pytest.fixture
def fillable(world: Any, settings: Any, tmp_path: Any) -> Callable[..., Any]:
    """``fillable(xform)`` is a published form of the programme wells with its list of sites; ``publish=False`` leaves a draft."""
    from rafid.commons import blobs
    from rafid.commons.forms.models import Form, FormFile
    from rafid.commons.forms.versions import publish_draft, put_draft
    from rafid.methods.xforms import parse_form

    settings.MEDIA_ROOT = tmp_path / "media"

    def made(xform: bytes, *, publish: bool = True, form: Any = None) -> Any:
        form = form or Form.objects.create(
            xform_id=parse_form(xform).form_id, title_en="Every question", title_ar="كل سؤال", programme="wells",
            owner=world.authority, roles={"location": "/data/loc"},
        )  # fmt: skip
        draft = put_draft(form, xform)
        sites = "name,label,kind\n" + "".join(f"s{n},Site {n},{'field' if n % 2 else 'road'}\n" for n in range(1, 121))
        sites_blob = blobs.keep(sites.encode())
        FormFile.objects.create(version=draft, name="sites.csv", kind="csv", sha256=sites_blob.sha256)
        if publish:
            publish_draft(form)
        return form

    return made


@pytest.fixture
def collector(world: Any) -> Any:
    return world.person("collector", ("wells.collector", world.authority, None))
