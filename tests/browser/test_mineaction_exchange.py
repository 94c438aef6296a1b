"""Another authority's file is read, the ground that both entered is decided by keyboard, and both show the same digest."""

from __future__ import annotations

import json
import re

import pytest

from rafid.commons.identity import uuid7
from rafid.commons.people.grant import give
from rafid.commons.records.exchange import nodes
from rafid.commons.records.exchange.declared import kinds
from rafid.commons.records.exchange.entries import write_now
from rafid.commons.records.models import Case, ExchangeState
from rafid.methods.exchange import Change, Log, new_box_keys, new_keys, seal, unseal, unwrap, wrap
from tests.programmes.mineaction.conftest import ground, square  # noqa: F401

SIZES = {"en": {}, "ckb": {}, "ar": {"viewport": {"width": 360, "height": 740}}}


class Far:
    """The other authority's node: its keys, and its log by the methods alone."""

    def __init__(self, name):
        self.name = name
        self.private, self.public = new_keys()
        self.box_private, self.box_public = new_box_keys()
        self.log = Log(rules=kinds()["mineaction.hazard"].rules)

    @property
    def key(self):
        said = {
            "box_key": self.box_public.hex(), "format": "rafid-node/1", "node": self.name, "public_key": self.public.hex()
        }  # fmt: skip
        return json.dumps(said).encode()

    def file(self, here):
        own = [change for change in self.log.changes.values() if change.id.startswith(f"{self.name}:")]
        data = seal(own, node=self.name, private_key=self.private, have=self.log.have)
        return wrap(data, sender=self.name, receiver=here.name, receiver_key=bytes.fromhex(here.box_key))

    def reads(self, data, here):
        bundle = unseal(
            unwrap(data, receiver=self.name, private_key=self.box_private),
            public_keys={here.name: bytes.fromhex(here.public_key)},
        )
        self.log.take(bundle.changes)


@pytest.fixture
def two(ground, monkeypatch):  # noqa: F811
    """``here`` with one hazard in its log, and FAR, which entered the same ground under a number of its own."""
    monkeypatch.setattr(nodes, "kinds", dict)  # what the demonstration holds stays out of the log
    here = nodes.init("HERE")
    give(None, ground.director, "mineaction.node", organisation=ground.ikmaa, reason="Test")
    hazard = ground.make_hazard("confirmed")
    write_now()
    far = Far("FAR")
    nodes.trust(far.key)
    fields = {
        "ref": "TT-IKMAA-2026-0001", "owner": "TT-IKMAA", "place": ground.place.ref, "sensitivity": 1, "on": "2026-02-01",
        "type": "minefield", "classification": "SHA", "state": "suspected", "suspected_on": "2026-02-01", "proofs": [],
        "ground": square(0.1, 0.1).wkt,
    }  # fmt: skip
    far.log.take([Change("FAR:1", str(uuid7()), "mineaction.hazard", "set", fields, ())])
    return here, far, hazard


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing runs out of the page"


def digest_on(page):
    return re.search(r"(?:[0-9a-f]{4} ){5}[0-9a-f]{4}", page.inner_text("main"))[0].replace(" ", "")


def go_to(page, selector):
    """Presses Tab until the keyboard is there."""
    for _press in range(150):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_a_file_is_read_and_its_case_decided_by_keyboard(visit, two, ground, tmp_path, language):  # noqa: F811
    here, far, hazard = two
    stick = tmp_path / "far-to-here.rafid"
    stick.write_bytes(far.file(here)[:-1])
    window = visit(ground.director, **SIZES[language])
    page = window.open(f"/exchange/?lang={language}")
    fits(page)
    page.set_input_files("#read", stick)
    page.locator("form[action='/exchange/read/'] button").click()
    assert page.wait_for_selector("[role=alert]"), "cut by one byte: refused"
    stick.write_bytes(far.file(here))
    page.set_input_files("#read", stick)
    go_to(page, "form[action='/exchange/read/'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#receipts")
    fits(page)
    assert not ExchangeState.objects.exclude(refused="")
    before = digest_on(page)
    case = Case.objects.get(ended_at=None)
    assert case.cause == "ground"

    go_to(page, ".page-head a.button")
    page.keyboard.press("Enter")
    page.wait_for_selector("tbody th a")
    fits(page)
    go_to(page, "tbody th a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#keep")
    fits(page)
    assert "{'" not in page.inner_text("main"), "evidence is said in words"
    assert page.locator(".side-a, .side-b").count() >= 2, "both sides are drawn"
    page.select_option("#keep", str(hazard.pk))
    go_to(page, "#why")
    page.keyboard.type("Seen together on the ground")
    go_to(page, "button[name=choice][value=same]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#keep", state="detached")
    fits(page)
    case.refresh_from_db()
    assert (case.open, case.decided_by) == (False, ground.director)

    page = window.open(f"/exchange/?lang={language}")
    assert digest_on(page) != before
    with page.expect_download() as told:
        page.locator("form[action='/exchange/nodes/FAR/file/'] button").click()
    far.reads(told.value.path().read_bytes(), here)
    picture = far.log.picture()
    assert digest_on(page) == picture.digest[:24]
    assert not picture.conflicts
    assert list(picture.same_as.values()) == [str(hazard.pk)]
