"""Nodes: this one and its keys, those that it trusts, and those that were lost."""

from __future__ import annotations

import json
import re
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.enciphering import decipher, encipher
from rafid.commons.history import because
from rafid.commons.people.models import Organisation
from rafid.methods.exchange import canonical, new_box_keys, new_keys

from ..models import ExchangeChange, Node
from .declared import kinds
from .errors import Refused

SALT = "rafid.exchange.node"
FORMAT = "rafid-node/1"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")


def own() -> Node | None:
    return Node.objects.filter(own=True).first()


def own_or_refuse() -> Node:
    node = own()
    if node is None:
        raise Refused.no_node()
    return node


def private_keys(node: Node) -> tuple[bytes, bytes]:
    """To sign with, and to receive with. They lie enciphered under this installation's secret key."""
    try:
        sign, box = json.loads(decipher(node.secret, SALT))
    except ValueError as error:
        raise Refused(
            _(
                "The key of this node cannot be read: the secret key of the installation was changed. Bring that one back."
            )
        ) from error
    return bytes.fromhex(sign), bytes.fromhex(box)


@transaction.atomic
def init(name: str) -> Node:
    """Makes this installation a node and writes what it holds already into the log. Raises ``Refused``."""
    if not NAME.fullmatch(name):
        raise Refused(
            _("“%s” is no name of a node. Take letters A to Z, digits, dash and point, such as DMA.") % name[:60]
        )
    there = own()
    if there is not None:
        raise Refused(_("This installation is node %s already.") % there.name)
    if Node.objects.filter(name=name).exists() or ExchangeChange.objects.filter(node=name).exists():
        raise Refused(_("Another node is called %s already. Each node needs a name of its own.") % name)
    private, public = new_keys()
    box_private, box_public = new_box_keys()
    with because("node made"):
        node = Node.objects.create(
            name=name,
            public_key=public.hex(),
            box_key=box_public.hex(),
            own=True,
            secret=encipher(json.dumps([private.hex(), box_private.hex()]), SALT),
        )
    fill_log()
    return node


def fill_log() -> int:
    """Writes what lies in the tables and not yet in the log, kind by kind and each by one statement; how many records."""
    from .entries import travelling, write_now

    write_now()
    count = 0
    with connection.cursor() as cursor:
        for kind in kinds().values():
            table = kind.model._meta.db_table
            cursor.execute(
                f"""
                SELECT count(rafid_exchange_write('{kind.name}', r.id::text, 'set', (
                    SELECT coalesce(jsonb_object_agg(key, value) FILTER (WHERE value <> 'null'), '{{}}')
                    FROM jsonb_each({travelling(kind, "r")}))))
                FROM (SELECT * FROM "{table}" WHERE sensitivity < 2 AND deleted_at IS NULL AND NOT EXISTS (
                    SELECT FROM rafid_records_exchangestate s WHERE s.record = "{table}".id::text) ORDER BY id) r
                """
            )
            count += cursor.fetchone()[0]
    return count


def key_file(node: Node) -> bytes:
    """What another node needs to trust this one. Nothing in it is secret; the fingerprint is compared by voice."""
    said: dict[str, Any] = {
        "box_key": node.box_key,
        "format": FORMAT,
        "node": node.name,
        "public_key": node.public_key,
    }
    if node.revoked_at:
        said["last_valid"] = node.last_valid or 0
    return canonical(said).encode() + b"\n"


@transaction.atomic
def trust(data: bytes, *, url: str = "", token: str = "", times: str = "") -> Node:
    """Takes the key of another node. A name that is known keeps its key: another one is refused. Raises ``Refused``."""
    try:
        said = json.loads(data.decode())
        name, keys = said["node"], (said["public_key"], said["box_key"])
        good = (
            said["format"] == FORMAT and NAME.fullmatch(name) and all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)
        )
        last_valid = said.get("last_valid")
        good = good and (last_valid is None or (type(last_valid) is int and last_valid >= 0))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        good = False
    if not good:
        raise Refused(_("This is no key of a node. Take the file that ./rafid node key wrote there."))
    node = Node.objects.select_for_update().filter(name=name).first()
    if node is not None and node.own:
        raise Refused(_("This is the key of this node itself. Take the other node's."))
    if node is not None and (node.public_key, node.box_key) != keys:
        raise Refused(
            _("Node %s is trusted with another key. If it was set up anew, it needs a new name; revoke the lost key.")
            % name
        )
    with because("node trusted"):
        if node is None:
            node = Node(name=name, public_key=keys[0], box_key=keys[1])
        if last_valid is not None and node.revoked_at is None:
            node.revoked_at, node.last_valid = timezone.now(), last_valid
        node.url, node.times = url or node.url, check_times(times) or node.times
        if token:
            node.token = encipher(token, SALT)
        node.save()
    return node


def check_times(times: str) -> str:
    """Times of the day as ``06:00,18:00``; raises ``Refused`` for what are none."""
    parts = [part.strip() for part in times.split(",") if part.strip()]
    for part in parts:
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", part):
            raise Refused(_("“%s” is no time of the day. Write it as 06:00.") % part[:20])
    return ",".join(parts)


@transaction.atomic
def revoke(name: str) -> Node:
    """The key of a lost node counts no more; what it signed before, and this node holds, stands."""
    from .log import have

    node = Node.objects.select_for_update().filter(name=name).first()
    if node is None:
        raise Refused(_("There is no node %s here.") % name[:60])
    if node.revoked_at is None:
        with because("key revoked"):
            node.revoked_at = timezone.now()
            node.last_valid = have().get(node.name, 0)
            node.save()
    return node


@transaction.atomic
def belongs(name: str, organisation: str) -> Node:
    """Says whose node it is: agreements with that organisation open what is given to the node alone. Raises ``Refused``."""
    node = Node.objects.select_for_update().filter(name=name).first()
    if node is None:
        raise Refused(_("There is no node %s here.") % name[:60])
    found = Organisation.objects.filter(ref=organisation).first()
    if found is None:
        raise Refused(_("There is no organisation %s here.") % organisation[:60])
    with because("said whose node it is"):
        node.organisation = found
        node.save(update_fields=["organisation"])
    return node
