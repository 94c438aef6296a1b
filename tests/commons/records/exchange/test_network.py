"""Rounds by network: another node answers over HTTP, wholly or cut in the middle."""

from __future__ import annotations

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rafid.commons.records.exchange import nodes
from rafid.commons.records.exchange.errors import Refused
from rafid.commons.records.exchange.rounds import ask, ask_due
from rafid.commons.records.models import ExchangeChange, Node

pytestmark = pytest.mark.django_db


def certified(folder):
    """A certificate that signs itself, as ``ca.pem``, and the context of a server that has it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "BETA")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


@pytest.fixture
def answering(beta, request, tmp_path):
    """BETA's address; ``says`` is what it answers next, ``asked`` what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append((self.path, self.headers["Authorization"]))
            self.send_response(server.status)
            self.send_header("Content-Length", str(len(server.says)))
            self.end_headers()
            self.wfile.write(server.says[: len(server.says) // 2] if server.cut else server.says)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.says, server.cut, server.status = [], b"", False, 200
    encrypted = getattr(request, "param", False)
    if encrypted:
        server.socket = certified(tmp_path).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"{'https' if encrypted else 'http'}://127.0.0.1:{server.server_port}/"
    nodes.trust(beta.key, url=address, token="secret-token", times="00:00")
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
    failed = Node.objects.get(name="BETA").failed
    assert "was cut" in failed["en"]
    assert len(set(failed.values())) == 3
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


@pytest.mark.parametrize("answering", [True], indirect=True)
def test_an_encrypted_line_needs_a_certificate_that_is_trusted(alpha, beta, answering, tmp_path, monkeypatch):
    beta.does("R-1", kind="bridges.bridge", span=1)
    answering.says = beta.file()
    with pytest.raises(Refused, match="SSL_CERT_FILE"):
        ask(Node.objects.get(name="BETA"))
    assert answering.asked == []  # the token was not told to whoever answered
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    ask(Node.objects.get(name="BETA"))
    assert ExchangeChange.objects.count() == 1


@pytest.mark.parametrize(("status", "said"), [(401, "token"), (404, "token"), (503, "error .503.")])
def test_what_the_other_node_refuses_is_said(alpha, beta, answering, status, said):
    answering.status = status
    with pytest.raises(Refused, match=said):
        ask(Node.objects.get(name="BETA"))
    assert not ExchangeChange.objects.exists()
