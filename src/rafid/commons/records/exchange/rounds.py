"""Exchange by network: this node asks others, at the times set for each, for what it lacks by its ``have``."""

from __future__ import annotations

import logging
import ssl
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.enciphering import decipher
from rafid.commons.names import in_three

from ..models import Node
from .carrying import MOST_BYTES, Taken, take
from .errors import Refused
from .log import have
from .nodes import SALT, own, own_or_refuse
from .parcels import received_of
from .settling import settle

log = logging.getLogger("rafid.exchange")
PATIENCE = 120

FAILED = gettext_noop("The last round did not succeed. It is tried again at the next time.")
NOT_LET = gettext_noop(
    "Node %(node)s does not accept the token (%(status)s). Make one there for an account with the role Exchange officer, and"
    " trust the node again with it."
)
FAULT = gettext_noop("Node %(node)s answers with an error (%(status)s). Nothing was taken; it is asked again.")
SILENT = gettext_noop("Node %(node)s does not answer. Nothing was taken; it is asked again. Is its address right?")
UNTRUSTED = gettext_noop(
    "This machine does not trust the certificate of node %(node)s. Name the file of its authority in SSL_CERT_FILE."
)
CUT = gettext_noop("The line to %(node)s was cut. Nothing was taken; it is asked again.")


def settle_if_node() -> None:
    if own() is not None:
        settle()


def due(node: Node, now: datetime) -> bool:
    """Whether a time of the day that is set for a node has passed since it was last asked."""
    for text in filter(None, node.times.split(",")):
        hour, minute = map(int, text.split(":"))
        at = timezone.localtime(now).replace(hour=hour, minute=minute, second=0, microsecond=0)
        if at > now:
            at -= timedelta(days=1)
        if node.asked_at is None or node.asked_at < at:
            return True
    return False


def ask_due() -> None:
    if own() is None:
        return
    now = timezone.now()
    for node in Node.objects.filter(own=False, revoked_at=None).exclude(url="").exclude(times=""):
        if due(node, now):
            failed = None
            try:
                ask(node)
            except Refused as error:
                log.warning("round with %s: %s", node.name, error)
                failed = error.three or in_three(FAILED)
            Node.objects.filter(pk=node.pk).update(asked_at=now, failed=failed)


def ask(node: Node, *, by: Any = None) -> Taken:
    """Fetches and takes what a node has and this one lacks. A cut line leaves everything as it was. Raises ``Refused``."""
    taken = take(fetch(node), by=by)
    heard(node)
    return taken


def heard(node: Node) -> None:
    Node.objects.filter(pk=node.pk).update(asked_at=timezone.now(), failed=None)


def fetch(node: Node) -> bytes:
    """The file of what a node has and this one lacks. Raises ``Refused``."""
    if urlsplit(node.url).scheme not in ("http", "https"):
        raise Refused(_("Node %s has no address to ask at.") % node.name)
    after = ",".join(f"{name}:{number}" for name, number in have().items())
    query = {"after": after}
    if node.organisation_id is not None:  # what it gives to this node alone comes enciphered
        query |= {"node": own_or_refuse().name, "parcels": ",".join(received_of(node))}
    request = Request(f"{node.url.rstrip('/')}/api/v1/exchange/bundles?{urlencode(query)}")  # noqa: S310
    if node.token:
        request.add_header("Authorization", f"Bearer {decipher(node.token, SALT)}")
    try:
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - the scheme is looked at above
            data = answer.read(MOST_BYTES + 1)
            length = answer.headers.get("Content-Length")
    except HTTPError as error:
        raise Refused.of(
            NOT_LET if error.code in (401, 403, 404) else FAULT, node=node.name, status=error.code
        ) from error
    except (OSError, HTTPException, ValueError) as error:
        untrusted = isinstance(getattr(error, "reason", error), ssl.SSLError)
        raise Refused.of(UNTRUSTED if untrusted else SILENT, node=node.name) from error
    if length is not None and len(data) != int(length):
        raise Refused.of(CUT, node=node.name)
    return data
