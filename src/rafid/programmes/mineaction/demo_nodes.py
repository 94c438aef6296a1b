"""The two nodes of the demonstration: each with a key, trusting the other, and with changes that neither has told yet.

The keys follow from the node's name, so that two installations know each other without anybody carrying keys. They protect
nothing but a demonstration, which production refuses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import connection
from django.utils import timezone

from rafid.commons.enciphering import encipher
from rafid.commons.history import because
from rafid.commons.people.grant import give, revoke
from rafid.commons.records.exchange.declared import kinds
from rafid.commons.records.exchange.entries import travelling, write_now
from rafid.commons.records.exchange.nodes import SALT, fill_log
from rafid.commons.records.exchange.settling import settle
from rafid.commons.records.models import ExchangeState, Node

from .demo_common import STORIES, shared_yards
from .demo_hazards import Plot, make, save
from .demo_world import DMA, IKMAA, OURS, World, chance_of, moved, stored
from .hazards import states
from .models import Evidence, Handover, Hazard, Release

PAST = "2025-07-01T08:00:00Z"
"""When the common past was written, as its authors' clocks said; the same everywhere."""
READS = "mineaction.node"
"""The role by which somebody at one authority reads what the other sent."""
GROUNDS = 4
"""So much ground both authorities enter under numbers of their own."""


def other_of(name: str) -> str:
    return next(one for one in OURS if one != name)


def private_key(name: str, purpose: str) -> bytes:
    return hashlib.sha256(f"rafid demonstration {name} {purpose}".encode()).digest()


def public_keys(name: str) -> tuple[str, str]:
    sign = Ed25519PrivateKey.from_private_bytes(private_key(name, "sign"))
    box = X25519PrivateKey.from_private_bytes(private_key(name, "receive"))
    return sign.public_key().public_bytes_raw().hex(), box.public_key().public_bytes_raw().hex()


def start(world: World, plots: Sequence[Plot], releases: Sequence[Release]) -> int:
    """Makes this installation a node that shares a past with the other one. Returns how many changes are in its log."""
    name = world.authority.ref.rpartition("-")[2]
    other = other_of(name)
    write_now()  # what was loaded so far is not yet anybody's change
    sign, box = public_keys(name)
    secret = json.dumps([private_key(name, "sign").hex(), private_key(name, "receive").hex()])
    own = Node.objects.create(name=name, public_key=sign, box_key=box, own=True, secret=encipher(secret, SALT))
    there = Node.objects.create(name=other, **dict(zip(("public_key", "box_key"), public_keys(other), strict=True)))
    counts = dict.fromkeys(OURS, 0)
    for kind, rows in (("mineaction.hazard", [plot.row for plot in plots]), ("mineaction.release", list(releases))):
        for node in OURS:
            ids = [row.pk for row in rows if row.owner.ref == f"IQ-{node}"]
            counts[node] += _past(kind, node, counts[node], ids)
    _decided(world, plots, counts)
    Node.objects.filter(pk=own.pk).update(number=counts[name])
    Node.objects.filter(pk=there.pk).update(have=counts)
    fill_log()
    settle()
    own.refresh_from_db()
    return own.number


def _past(kind: str, node: str, after: int, ids: Sequence[object]) -> int:
    """The first change of each of these records, as its node wrote it."""
    table = kinds()[kind].model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH rows AS (
                SELECT r.id::text AS record, %s + row_number() OVER (ORDER BY r.id) AS number, (
                    SELECT jsonb_object_agg(key, value) FILTER (WHERE value <> 'null')
                    FROM jsonb_each({travelling(kinds()[kind], "r")})
                ) AS fields FROM "{table}" r WHERE r.id = ANY (%s)
            ), logged AS (
                INSERT INTO rafid_records_exchangechange (node, number, record, kind, action, fields, after, at, by)
                SELECT %s, number, record, %s, 'set', fields::text, '{{}}', %s, '' FROM rows
            )
            INSERT INTO rafid_records_exchangestate
                (record, kind, node, fields_shown, retired, live, heads, waiting, leaf, bucket, same_as, stale, refused)
            SELECT record, %s, %s, '{{}}', false, false, ARRAY[%s || ':' || number], '{{}}', '', 0, '', true, '' FROM rows
            """,
            [after, list(ids), node, kind, PAST, kind, node, node],
        )
        return int(cursor.rowcount)


def _decided(world: World, plots: Sequence[Plot], counts: dict[str, int]) -> None:
    """Of the ground that both entered long ago one pair was found the same, one another; the rest is asked still."""
    kind = "mineaction.hazard"
    ours = [plot for plot in plots if plot.row.owner_id == world.dma.pk]
    theirs = [plot for plot in plots if plot.row.owner_id == world.ikmaa.pk]
    for node, action, at in (("DMA", "same", 1), ("IKMAA", "distinct", 2)):
        record, other = str(ours[len(STORIES) + at].row.pk), str(theirs[at].row.pk)
        if node == "IKMAA":
            record, other = other, record
        heads = [head for row in ExchangeState.objects.filter(record__in=[record, other]) for head in row.heads]
        counts[node] += 1
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO rafid_records_exchangechange (node, number, record, kind, action, fields, after, at, by)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '')",
                [node, counts[node], record, kind, action, json.dumps({"with": other}), sorted(heads), PAST],
            )


# What each of the two did since, without telling the other


def go_apart(world: World, plots: Sequence[Plot]) -> None:
    """One case of each cause, and edits that just merge. Each node makes its own half of them."""
    of = {story: plots[at].row.pk for at, story in enumerate(STORIES)}
    with because("Demonstration"):
        (_of_dma if world.authority.ref == DMA else _of_ikmaa)(world, of)
    settle()


def _of_dma(world: World, of: dict[str, object]) -> None:
    by = world.people["operations"]
    on = world.day(6)
    _change(of["value"], depth_expected_m=0.3)
    states.suspend(Hazard.objects.get(pk=of["together"]), by=by, on=on, reason="توقف العمل بسبب الأمطار.")
    Evidence.objects.filter(hazard=of["check"], direct=True).delete()
    _change(of["retired"], deleted_at=timezone.now(), deleted_why="سُجّلت بالخطأ.")
    hazard = Hazard.objects.get(pk=of["agreement"])
    handed = Handover.objects.create(
        owner=hazard.owner, organisation=hazard.organisation, place=hazard.place, hazard=hazard, on=on, depth_m=0.2,
        men=3, women=2,
        residual_risk="قد تبقى ذخائر أعمق من العمق المذكور.",
    )  # fmt: skip
    states.close(hazard, handed, by=by, on=on, reason="DEMONSTRATION")
    _change(of["quiet"], men=41, women=38)
    _grounds(world, "confirmed", 0)


def _of_ikmaa(world: World, of: dict[str, object]) -> None:
    by = world.people["operations"]
    on = world.day(5)
    _change(of["value"], depth_expected_m=0.5)
    hazard = Hazard.objects.get(pk=of["together"])
    Evidence.objects.create(hazard=hazard, direct=True, type="seen", on=on, source="سەرتیپی 2")
    _change(hazard.pk, classification="CHA", confirmed_on=on)
    states.confirm(Hazard.objects.get(pk=of["check"]), by=by, on=on)
    _change(of["retired"], comment="خەڵک هێشتا لێی دەترسن.")
    _change(of["quiet"], slope="منحدر", vegetation="شجيرات")
    _grounds(world, "worked_on", 30)


def _change(record: object, **values: object) -> None:
    row = Hazard.objects.get(pk=record)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[*values])


def _grounds(world: World, state: str, metres: float) -> None:
    """Both drew the same places, a few steps apart; some with the same state, some not."""
    plots = []
    for turn, yard in enumerate(shared_yards(world)[:GROUNDS]):
        name = f"both {turn}"
        plot = make(
            world, yard, 24, f"{name} {world.authority.ref}", state if turn % 2 else "confirmed", world.day(40),
            chance_of(name),
            owner=world.authority,
        )  # fmt: skip
        plot.ground = moved(plot.ground, metres, metres / 3)
        plot.row.ground = stored(plot.ground)
        plots.append(plot)
    save(plots)


def serve(world: World) -> None:
    """The accounts are declared for the first authority; at the second's installation they work for the second."""
    if world.authority.ref != IKMAA:
        return
    for role, account in world.people.items():
        for grant in account.grants.filter(role=f"mineaction.{role}", organisation=world.dma, revoked_at=None):
            if not account.grants.filter(role=grant.role, organisation=world.ikmaa, revoked_at=None).exists():
                give(None, account, grant.role, organisation=world.ikmaa, reason="Demonstration")
            revoke(grant, None, "Demonstration")
        if account.organisation_id == world.dma.pk:
            account.organisation = world.ikmaa
            account.save(update_fields=["organisation"])


def let_read(world: World) -> None:
    """Those who exchange read what the other authority sent."""
    theirs = world.ikmaa if world.authority.ref == DMA else world.dma
    for role in ("im_officer", "director", "node"):
        account = world.people.get(role)
        if account and not account.grants.filter(role=READS, organisation=theirs, revoked_at=None).exists():
            give(None, account, READS, organisation=theirs, reason="Demonstration")
