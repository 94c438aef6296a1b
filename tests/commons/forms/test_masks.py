"""What is masked, or was never approved, is in no way out of a list of things: page, map, files, API, phones, forms."""

from __future__ import annotations

import logging

import pytest
from django.db import IntegrityError

from rafid.commons.forms.entities import told
from rafid.commons.forms.entities.csv_file import entity_csv
from rafid.commons.forms.models import Entity, FieldPolicy, Submission
from rafid.commons.forms.sender import of_account
from rafid.commons.forms.versions import publish_draft, put_draft
from tests.commons.forms.entities import NEW_TREE, OTHER, TREE, new_tree, visit

pytestmark = pytest.mark.django_db

LIST = "/forms/entities/trees/"
API = "/api/v1/entity-lists/trees"
WAYS = (
    LIST, f"{LIST}?view=map", f"{LIST}?q=Zaynab", f"{LIST}points.geojson", f"{LIST}export.csv", f"{LIST}export.csv?safe=1",
    f"{LIST}export.geojson", f"{LIST}{TREE}/", API, f"{API}/{TREE}", "phone", "account",
)  # fmt: skip
NAMELESS = (f"{LIST}?view=map", f"{LIST}?q=Zaynab")
"""Ways that show no label in themselves: the map asks for its points, and the search finds nothing."""
OF_KEEPERS = (f"{LIST}{TREE}/change/", f"{LIST}{TREE}/delete/")


@pytest.fixture
def named(grove):
    """Trees whose label is made of the keeper's name, which is masked; nobody but the label's expression says so."""
    xform = NEW_TREE.replace('version="1"', 'version="2"', 1).replace(
        "</model>",
        '<bind nodeset="/data/meta/entity/label" type="string" calculate="concat( /data/species , \' of \', /data/keeper )"/>'
        "</model>",
    )
    put_draft(grove.register, xform.encode())
    publish_draft(grove.register)
    FieldPolicy.objects.create(form=grove.register, path="/data/keeper", label="personal", reader_sees="nothing")
    grove.send(new_tree(label="oak of Zaynab", version="2"))
    grove.send(new_tree("n2", uuid=OTHER, label="ash of Amina", keeper="Amina", version="2"))
    Submission.objects.update(state="approved")
    return grove


def out(grove, client, way: str, user) -> bytes:
    if way == "phone":
        return entity_csv(grove.trees, grove.phone_of(grove.world.branch))
    if way == "account":
        return entity_csv(grove.trees, of_account(user))
    client.force_login(user)
    answer = client.get(way, headers={"accept-language": "en"})
    assert answer.status_code == 200, (way, answer.status_code)
    body: bytes = answer.getvalue() if answer.streaming else answer.content
    return body.replace(b'value="Zaynab"', b"").replace(b"q=Zaynab", b"")


@pytest.mark.parametrize("way", WAYS)
def test_a_label_of_masked_answers_is_not_shown(named, client, way):
    reader = named.world.person("reads", ("wells.donor", None, None), ("wells.collector", None, None))
    body = out(named, client, way, reader)
    assert b"Zaynab" not in body
    assert b"Amina" not in body
    if way not in NAMELESS:
        assert TREE[:8].encode() in body


@pytest.mark.parametrize("way", [way for way in WAYS if way not in (*NAMELESS, "phone")])
def test_who_sees_every_answer_sees_the_label(named, client, way):
    officer = named.world.person("reviews", ("wells.officer", None, None))
    assert b"Zaynab" in out(named, client, way, officer)


@pytest.mark.parametrize("way", [*WAYS, *OF_KEEPERS])
def test_who_keeps_a_part_of_the_list_does_not_see_it_either(named, client, way):
    """The list goes beyond his organisation, and so do the labels on it."""
    keeper = named.world.person("keeps", ("wells.officer", named.world.branch, None))
    body = out(named, client, way, keeper)
    assert b"Zaynab" not in body
    assert b'name="label"' not in body


def test_who_does_not_see_the_label_leaves_it_as_it_is(named, client):
    client.force_login(named.world.person("keeps", ("wells.officer", named.world.branch, None)))
    given = {"p_species": "elm", "reason": "seen anew", "version": "1"}
    assert client.post(f"{LIST}{TREE}/change/", given).status_code == 302
    tree = Entity.objects.get(uuid=TREE)
    assert (tree.label, tree.data["species"], tree.data["keeper"]) == ("oak of Zaynab", "elm", "Zaynab")


def test_neither_search_nor_order_tells_the_label(named, client):
    client.force_login(named.world.person("reads", ("wells.collector", None, None)))
    found = client.get(f"{LIST}?lang=en&q=Zaynab").content.decode()
    assert TREE not in found
    assert TREE in client.get(f"{LIST}?q={TREE}").content.decode()
    # By labels the ash would come first.
    listed = client.get(LIST).content.decode()
    assert listed.index(TREE) < listed.index(OTHER)


@pytest.fixture
def half(grove):
    """A tree of an approved registration; a visit that nobody approved, and an approved one after it."""
    grove.send(new_tree(species="oak", label="Oak 1"))
    grove.send(visit("v1", base="1", girth="41", state="Wounded", label="Wounded oak"))
    grove.send(visit("v2", base="2", girth="55", state="Wounded"))
    Submission.objects.exclude(instance_id="uuid:v1").update(state="approved")
    return grove


@pytest.mark.parametrize("way", [way for way in WAYS if way != "phone"])
def test_a_reader_of_approved_answers_sees_nothing_of_others(half, client, way):
    donor = half.world.person("gives", ("wells.donor", None, None))
    body = out(half, client, way, donor)
    assert b"Wounded" not in body
    if way not in NAMELESS:
        assert b"Oak 1" in body
        worker = half.world.person("works", ("wells.officer", None, None))
        assert b"Wounded oak" in out(half, client, way, worker)


def test_the_label_of_an_answer_that_was_not_approved_finds_nothing(half, client):
    client.force_login(half.world.person("gives", ("wells.donor", None, None)))
    assert TREE not in client.get(f"{LIST}?q=wounded").content.decode()
    assert TREE in client.get(f"{LIST}?q=oak+1").content.decode()


def test_versions_hold_what_was_approved_when_they_came(half, client):
    client.force_login(half.world.person("gives", ("wells.donor", None, None)))
    versions = client.get(f"{API}/{TREE}").json()["versions"]
    assert [(one["number"], one["label"], one["data"].get("girth")) for one in versions] == [
        (1, "Oak 1", None),
        (3, "Oak 1", "55"),
    ]


def test_a_correction_keeps_what_it_left_as_it_was(grove, client):
    grove.send(new_tree(species="oak", label="Oak 1"))
    grove.send(new_tree("n1b", species="elm", label="Oak 1", edits="uuid:n1"))
    Submission.objects.update(state="approved")
    client.force_login(grove.world.person("gives", ("wells.donor", None, None)))
    thing = client.get(f"{API}/{TREE}").json()
    assert (thing["label"], thing["data"]["species"], thing["data"]["keeper"]) == ("Oak 1", "elm", "Zaynab")


def test_the_log_quotes_no_answer(grove, monkeypatch, caplog):
    def refused(*_given, **_more):
        raise IntegrityError("DETAIL: Failing row contains (Zaynab).")

    monkeypatch.setattr(told, "make", refused)
    with caplog.at_level(logging.ERROR, "rafid.forms"):
        grove.send(new_tree(label="oak of Zaynab"))
    assert "was not applied" in caplog.text
    assert "Zaynab" not in caplog.text
