"""Letting the platform call an address that somebody typed in: never one inside its own network.

The name is resolved, every address that it has is judged, and the connection goes to the address that was judged; a name that
means something else a moment later changes nothing. Redirects are not followed, proxies of the environment are not used.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CONNECT, ANSWER, WHOLE = 5.0, 15.0, 30.0
"""Seconds to connect, between two signs of life, and for the whole answer."""
MOST = 2000
_TRANSLATED = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""IPv6 that stands for an IPv4 address which the platform does not see."""


class Refused(Exception):
    """The address lies inside, or means nothing; the sentence is for the person who set it."""


@dataclass(frozen=True)
class Answer:
    status: int
    said: str

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300


def may_be_called(ip: str) -> bool:
    """Is it an address of the open internet?

    >>> may_be_called("127.0.0.1"), may_be_called("::ffff:10.0.0.1"), may_be_called("fe80::1"), may_be_called("9.9.9.9")
    (False, False, False, True)
    """
    address = ipaddress.ip_address(ip.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            address = address.ipv4_mapped
        elif any(address in net for net in _TRANSLATED):
            return False
    return address.is_global and not address.is_multicast


def checked(url: str) -> SplitResult:
    """The parts of an address that may be called, as it is written. Raises ``Refused``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(_("This is no address.")) from error
    schemes = ("https", "http") if settings.RAFID_WEBHOOKS_INSIDE else ("https",)
    if parts.scheme not in schemes:
        raise Refused(_("The address must begin with https://."))
    if not parts.hostname or parts.username or parts.password or port == 0:
        raise Refused(_("The address needs a host, and no name or password in it."))
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in url) or not (parts.path + parts.query).isascii():
        raise Refused(_("This is no address."))
    return parts


def resolve(parts: SplitResult) -> list[tuple[int, str, int]]:
    """Family, address and port of each, all of them judged. Raises ``Refused``; ``OSError`` where the name is not found."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = _ascii(parts.hostname or "")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys((int(family), str(where[0]), port) for family, _t, _p, _n, where in found))
    if not settings.RAFID_WEBHOOKS_INSIDE and not all(may_be_called(ip) for _family, ip, _port in addresses):
        raise Refused(_("This address lies inside a private network. Webhooks go to the open internet only."))
    return addresses


def _ascii(host: str) -> str:
    """A name in any script as the network knows it. Raises ``UnicodeError``."""
    return host if host.isascii() or _is_ip(host) else host.encode("idna").decode("ascii")


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def check(url: str) -> None:
    """For forms. Raises ``ValidationError``."""
    try:
        resolve(checked(url))
    except Refused as error:
        raise ValidationError({"url": str(error)}) from error
    except (OSError, UnicodeError) as error:
        raise ValidationError({"url": _("No host of this name is found.")}) from error


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Raises ``Refused``, and ``OSError`` or ``http.client.HTTPException`` where nobody answers."""
    parts = checked(url)
    last: OSError | None = None
    try:
        addresses = resolve(parts)
    except UnicodeError as error:
        raise OSError(str(error)) from error
    for _family, ip, port in addresses[:3]:
        connection = _connected(parts, ip, port)
        try:
            connection.connect()
        except OSError as error:
            last = error
            connection.close()
            continue
        late: list[bool] = []
        end = Timer(WHOLE, _cut, [connection.sock, late])
        end.daemon = True
        end.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body=body, headers=headers)
            answer = connection.getresponse()
            said = answer.read(MOST).decode("utf-8", "replace")
            if late:
                raise OSError("no whole answer in time")
            return Answer(answer.status, "".join(sign for sign in said if sign.isprintable())[:300])
        finally:
            end.cancel()
            connection.close()
    raise last or OSError("no address")


def _cut(sock: socket.socket, late: list[bool]) -> None:
    late.append(True)
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _connected(parts: SplitResult, ip: str, port: int) -> http.client.HTTPConnection:
    host = _ascii(parts.hostname or "")
    if parts.scheme == "https":
        return _Secure(host, ip, port)
    return _Plain(host, ip, port)


class _Plain(http.client.HTTPConnection):
    """To the address that was judged, under the name that was asked."""

    def __init__(self, host: str, ip: str, port: int) -> None:
        super().__init__(host, port, timeout=ANSWER)
        self.ip = ip

    def connect(self) -> None:
        self.sock = socket.create_connection((self.ip, self.port), CONNECT)
        self.sock.settimeout(ANSWER)


class _Secure(http.client.HTTPSConnection):
    def __init__(self, host: str, ip: str, port: int) -> None:
        self.tls = ssl.create_default_context()
        super().__init__(host, port, timeout=ANSWER, context=self.tls)
        self.ip = ip

    def connect(self) -> None:
        plain = socket.create_connection((self.ip, self.port), CONNECT)
        plain.settimeout(ANSWER)
        try:
            self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
