"""A process that has just started opens the first pages for itself, so that no reader waits for it to wake up.

Loading the addresses and templates, and drawing the outlines of the map, take a process a second or two once.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import connections

from rafid.commons.programme import installed

log = logging.getLogger("rafid.site")


def first_pages() -> list[str]:
    """The front page, and the first page of its own to which each programme's menu leads."""
    found = ["/"]
    for programme in installed():
        links = programme.navigation.links if programme.navigation else ()
        found += [link.url for link in links if link.action is None and f"/{programme.name}/" in link.url][:1]
    return found


def visit(application: Callable[..., Iterable[bytes]], path: str) -> str:
    """Asks the application for a page, as a reader without an account would; returns the status line."""
    host = next((name.lstrip("*.") for name in settings.ALLOWED_HOSTS if name.lstrip("*.")), "localhost")
    said: list[str] = []

    def start(status: str, *_headers: Any) -> None:
        said.append(status)

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path.partition("?")[0],
        "QUERY_STRING": path.partition("?")[2],
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_X_FORWARDED_PROTO": "https",  # production would only send it to the other scheme
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    body = application(environ, start)
    for _part in body:
        pass
    getattr(body, "close", lambda: None)()
    return said[0]


def wake(application: Callable[..., Iterable[bytes]]) -> threading.Thread:
    """Opens the first pages in a thread of its own: the server answers meanwhile. A failure is the reader's to see."""

    def run() -> None:
        try:
            for path in first_pages():
                visit(application, path)
        except Exception:
            log.debug("the first pages could not be opened", exc_info=True)
        finally:
            connections.close_all()  # this thread's own

    thread = threading.Thread(target=run, name="wake", daemon=True)
    thread.start()
    return thread
