"""A node of its own beside this one: a log and a key in memory, that writes files as any other node does."""

from __future__ import annotations

import json

import pytest
from django.utils.translation import override

from rafid.methods.exchange import Change, Log, new_box_keys, new_keys, seal


@pytest.fixture(autouse=True)
def _english():
    """Sentences are looked at in one language."""
    with override("en"):
        yield


class Far:
    """Another node, of the methods alone: what the database makes of its files is compared with what it makes of ours."""

    def __init__(self, name: str, rules) -> None:
        self.name, self.rules = name, rules
        self.private, self.public = new_keys()
        self.box_private, self.box_public = new_box_keys()
        self.log = Log(rules=rules)
        self.number = 0

    @property
    def key(self) -> bytes:
        said = {
            "box_key": self.box_public.hex(),
            "format": "rafid-node/1",
            "node": self.name,
            "public_key": self.public.hex(),
        }
        return json.dumps(said).encode()

    def does(self, record, action="set", *, after=None, kind="wells.well", **fields) -> Change:
        self.number += 1
        standing = self.log.standings.get(record)
        after = (standing.heads if standing else ()) if after is None else after
        change = Change(f"{self.name}:{self.number}", record, kind, action, fields, tuple(after), "2026-01-01", "far")
        self.log.take([change])
        return change

    def file(self, since=0) -> bytes:
        own = [change for change in self.log.changes.values() if change.id.startswith(f"{self.name}:")]
        own = [change for change in own if int(change.id.rpartition(":")[2]) > since]
        return seal(own, node=self.name, private_key=self.private, have=self.log.have)


@pytest.fixture
def rules(db):
    from rafid.commons.records.exchange.declared import kinds

    return kinds()["wells.well"].rules


@pytest.fixture
def alpha(db, monkeypatch):
    """This installation as the node ALPHA, whose log begins with the wells: what the demonstration holds stays out of it."""
    from rafid.commons.records.exchange import nodes
    from rafid.commons.records.exchange.declared import kinds

    monkeypatch.setattr(nodes, "kinds", lambda: {"wells.well": kinds()["wells.well"]})
    return nodes.init("ALPHA")


@pytest.fixture
def beta(alpha, rules):
    """The node BETA, which ALPHA trusts."""
    from rafid.commons.records.exchange.nodes import trust

    far = Far("BETA", rules)
    trust(far.key)
    return far
