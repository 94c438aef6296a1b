"""Rounds by network: another node answers over HTTP, wholly or cut in the middle."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from rafid.commons.records.exchange import nodes
from rafid.commons.records.exchange.errors import Refused
from rafid.commons.records.exchange.rounds import ask, ask_due
from rafid.commons.records.models import ExchangeChange, Node

pytestmark = pytest.mark.django_db


@pytest.fixture
def answering(beta):
    """BETA's address; ``says`` is what it answers next, ``asked`` what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append((self.path, self.headers["Authorization"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(server.says)))
            self.end_headers()
            self.wfile.write(server.says[: len(server.says) // 2] if server.cut else server.says)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.says, server.cut = [], b"", False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    nodes.trust(beta.key, url=f"http://127.0.0.1:{server.server_port}/", token="secret-token", times="00:00")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_round_asks_for_what_is_missing_and_takes_it(alpha, beta, answering):
    beta.does("R-1", kind="bridges.bridge", span=1)
    answering.says = beta.file()
    ask_due()
    assert ExchangeChange.objects.count() == 1
    node = Node.objects.get(name="BETA")
    assert (node.failed, node.asked_at is not None) == (None, True)
    assert "secret-token" not in node.token
    assert answering.asked == [("/api/v1/exchange/bundles?after=ALPHA%3A0%2CBETA%3A0", "Bearer secret-token")]
    ask_due()
    assert len(answering.asked) == 1  # not again before its time


def test_a_line_that_is_cut_leaves_everything_as_it_was(alpha, beta, answering):
    beta.does("R-1", kind="bridges.bridge", span=1)
    answering.says, answering.cut = beta.file(), True
    with pytest.raises(Refused, match="cut"):
        ask(Node.objects.get(name="BETA"))
    assert not ExchangeChange.objects.exists()
    ask_due()
    assert Node.objects.get(name="BETA").failed["en"].startswith("The last round")
    answering.cut = False
    ask(Node.objects.get(name="BETA"))
    assert ExchangeChange.objects.count() == 1


def test_who_does_not_answer_is_named(alpha, beta):
    node = nodes.trust(beta.key, url="http://127.0.0.1:1/")
    with pytest.raises(Refused, match="BETA does not answer"):
        ask(node)
    node.url = "file:///etc/hostname"
    with pytest.raises(Refused, match="no address"):
        ask(node)
