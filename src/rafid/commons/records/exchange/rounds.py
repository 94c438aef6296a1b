"""Exchange by network: this node asks others, at the times set for each, for what it lacks by its ``have``."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from urllib.error import URLError
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
from .nodes import SALT, own
from .settling import settle

log = logging.getLogger("rafid.exchange")
PATIENCE = 120


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
                failed = in_three(gettext_noop("The last round did not succeed. It is tried again at the next time."))
            Node.objects.filter(pk=node.pk).update(asked_at=now, failed=failed)


def ask(node: Node, *, by: Any = None) -> Taken:
    """Fetches and takes what a node has and this one lacks. A cut line leaves everything as it was. Raises ``Refused``."""
    if urlsplit(node.url).scheme not in ("http", "https"):
        raise Refused(_("Node %s has no address to ask at.") % node.name)
    after = ",".join(f"{name}:{number}" for name, number in have().items())
    request = Request(f"{node.url.rstrip('/')}/api/v1/exchange/bundles?{urlencode({'after': after})}")  # noqa: S310
    if node.token:
        request.add_header("Authorization", f"Bearer {decipher(node.token, SALT)}")
    try:
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - the scheme is looked at above
            data = answer.read(MOST_BYTES + 1)
            length = answer.headers.get("Content-Length")
    except (URLError, OSError, ValueError) as error:
        raise Refused(_("Node %(node)s does not answer: %(why)s") % {"node": node.name, "why": error}) from error
    if length is not None and len(data) != int(length):
        raise Refused(_("The line to %s was cut. Nothing was taken; it is asked again.") % node.name)
    return take(data, by=by)
