"""Pages of entity lists and of one thing: what is seen, what is changed, by whom."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rafid.commons.forms.entities import keep as entity_keep
from rafid.commons.forms.models import Entity, EntityList, FieldPolicy, Submission
from rafid.commons.people.models import AccessLog
from tests.commons.forms.entities import OTHER, TREE, new_tree, visit

pytestmark = pytest.mark.django_db


def page(client, url: str, status: int = 200, **data) -> str:
    answer = client.post(url, data) if data else client.get(url, headers={"accept-language": "en"})
    assert answer.status_code == status, answer.content.decode()[:2000]
    # The direction of a text is told apart (test_form_text).
    return answer.content.decode().replace(' dir="auto"', "")


def tree() -> Entity:
    return Entity.everything.get(uuid=TREE)


@pytest.fixture
def two(grove, client):
    """A tree of the branch in the town, visited twice with a conflict; another of another organisation in the north."""
    world = grove.world
    grove.send(new_tree())
    grove.send(new_tree("n2", uuid=OTHER, label="Ash 2"), owner=world.other)
    Entity.objects.filter(uuid=TREE).update(place=world.town)
    Entity.objects.filter(uuid=OTHER).update(place=world.north)
    grove.send(visit("v1", base="1", girth="40", state="good"))
    grove.send(visit("v2", base="1", girth="55", state="good"))
    grove.officer = world.person("officer", ("wells.officer", None, None))
    client.force_login(grove.officer)
    return grove


def test_the_lists(two, client):
    text = page(client, "/forms/entities/?lang=en")
    assert 'href="/forms/entities/trees/"' in text
    assert "?conflict=any" in text


def test_the_list_shows_what_the_reader_sees(two, client):
    text = page(client, "/forms/entities/trees/?lang=en")
    assert "Oak 1" in text
    assert "Ash 2" in text
    client.force_login(two.world.person("south", ("wells.collector", None, two.world.south)))
    text = page(client, "/forms/entities/trees/?lang=en")
    assert "Oak 1" in text
    assert "Ash 2" not in text
    client.force_login(two.world.stranger)
    page(client, "/forms/entities/trees/", 404)
    assert "trees" not in page(client, "/forms/entities/?lang=en")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=oak", {"Oak 1"}),
        (f"q={OTHER}", {"Ash 2"}),
        ("place=T1", {"Oak 1"}),
        ("place=T2", {"Ash 2"}),
        ("organisation=OTHER", {"Ash 2"}),
        ("conflict=hard", {"Oak 1"}),
        ("conflict=any", {"Oak 1"}),
        ("conflict=soft", set()),
        ("deleted=1", set()),
    ],
)
def test_filters_hold_for_table_map_and_files(two, client, query, shown):
    url = f"/forms/entities/trees/?lang=en&{query}"
    text = page(client, url)
    assert {label for label in ("Oak 1", "Ash 2") if f"<bdi>{label}</bdi></a></th>" in text} == shown
    drawn = json.loads(page(client, f"/forms/entities/trees/points.geojson?{query}"))
    assert {one["properties"]["name_en"] for one in drawn["features"]} == shown
    rows = client.get(f"/forms/entities/trees/export.csv?{query}")
    assert {line.split(b",")[1].decode() for line in rows.getvalue().splitlines()[1:]} == shown
    file = json.loads(client.get(f"/forms/entities/trees/export.geojson?{query}").getvalue())
    assert {one["properties"]["label"] for one in file["features"]} == shown


def test_a_filter_that_means_nothing_is_told(two, client):
    assert "does not know" in page(client, "/forms/entities/trees/?lang=en&conflict=strange")
    page(client, "/forms/entities/trees/?place=Atlantis", 404)


def test_files_are_logged_and_safe_for_spreadsheets(two, client):
    Entity.objects.filter(uuid=TREE).update(label="=1+1")
    plain = client.get("/forms/entities/trees/export.csv?purpose=report").getvalue()
    assert b"\r\n" in plain
    assert b",=1+1," in plain
    safe = client.get("/forms/entities/trees/export.csv?safe=1").getvalue()
    assert safe.startswith(b"\xef\xbb\xbf")
    assert b",'=1+1," in safe
    log = AccessLog.objects.filter(label="rafid_forms.entitylist").order_by("at")
    assert [(one.purpose, one.count) for one in log] == [("report", 2), ("", 2)]
    client.force_login(two.world.person("c", ("wells.collector", None, None)))
    page(client, "/forms/entities/trees/export.csv", 403)


def test_masked_properties_are_nowhere(two, client):
    FieldPolicy.objects.create(form=two.register, path="/data/keeper", label="personal", reader_sees="nothing")
    FieldPolicy.objects.create(form=two.register, path="/data/spot", label="place", reader_sees="generalised")
    client.force_login(two.world.person("c", ("wells.collector", None, None), ("wells.donor", None, None)))
    for url in (
        "/forms/entities/trees/", f"/forms/entities/trees/{TREE}/", "/forms/entities/trees/points.geojson",
        "/forms/entities/trees/export.csv", "/forms/entities/trees/export.geojson", "/forms/entities/trees/?q=Zaynab",
        "/forms/entities/trees/?view=map",
    ):  # fmt: skip
        answer = client.get(url)
        body = answer.getvalue() if answer.streaming else answer.content
        assert answer.status_code == 200
        assert b"Zaynab" not in body.replace(b'value="Zaynab"', b"").replace(b"q=Zaynab", b""), url
        assert b"keeper" not in body, url
        assert b"33.31" not in body, url
        assert b"44.36" not in body, url
    client.force_login(two.officer)
    assert "Zaynab" in page(client, f"/forms/entities/trees/{TREE}/")


def test_the_thing_with_its_visits_in_order(two, client):
    text = page(client, f"/forms/entities/trees/{TREE}/?lang=en")
    assert text.index("uuid:n1") < text.index("uuid:v1") < text.index("uuid:v2")
    assert "<del><bdi>40</bdi></del> <ins><bdi>55</bdi></ins>" in text
    assert "Hard conflict" in text
    page(client, f"/forms/entities/trees/{OTHER}/")
    client.force_login(two.world.person("south", ("wells.officer", None, two.world.south)))
    page(client, f"/forms/entities/trees/{OTHER}/", 404)


def test_a_reader_sees_only_visits_that_are_his_to_see(two, client):
    from rafid.commons.forms.models import Submission

    Submission.objects.filter(instance_id__in=["uuid:v2", "uuid:n1"]).update(state="approved")
    client.force_login(two.world.person("donor", ("wells.donor", None, None)))
    text = page(client, f"/forms/entities/trees/{TREE}/?lang=en")
    assert "uuid:v2" in text
    assert "uuid:v1" not in text
    assert "resolve" not in text


def test_a_conflict_is_decided_on_the_page(two, client):
    url = f"/forms/entities/trees/{TREE}/"
    assert 'name="pick_girth" value="2"' in page(client, url)
    page(client, url + "resolve/", 422, version=3, pick_girth="2", reason="")
    page(client, url + "resolve/", 409, version=2, pick_girth="2", reason="late")
    page(client, url + "resolve/", 302, version=3, pick_girth="2", reason="wrong tree")
    assert (tree().data["girth"], tree().conflict) == ("40", "none")
    client.force_login(two.world.person("c", ("wells.collector", None, None)))
    page(client, url + "resolve/", 403, version=4, pick_girth="3", reason="x")


def test_add_change_delete_and_bring_back(two, client):
    page(client, "/forms/entities/trees/add/")
    page(client, "/forms/entities/trees/add/", 422, label="Fig", organisation=str(two.world.branch.pk), reason="")
    given = {
        "label": "Fig", "organisation": str(two.world.branch.pk), "p_species": "fig", "p_geometry": "33.4 44.4",
        "reason": "new",
    }  # fmt: skip
    page(client, "/forms/entities/trees/add/", 302, **given)
    assert Entity.objects.get(label="Fig").data == {"species": "fig", "geometry": "33.4 44.4"}
    url = f"/forms/entities/trees/{TREE}/"
    page(client, url + "change/")
    page(client, url + "change/", 302, label="Oak", p_girth="60", version=3, reason="measured")
    assert (tree().label, tree().data["girth"], tree().version) == ("Oak", "60", 4)
    page(client, url + "change/", 409, label="Oak", p_girth="61", version=3, reason="late")
    page(client, url + "delete/", 422, reason=" ")
    page(client, url + "delete/", 302, reason="felled")
    assert tree().deleted_at is not None
    page(client, url + "delete/", 302, reason="another one")
    assert tree().deleted_at is None


def test_a_deleted_thing_is_seen_by_those_who_can_bring_it_back(two, client):
    Entity.objects.filter(uuid=TREE).update(deleted_at="2026-01-01T00:00Z")
    assert "Oak 1" in page(client, "/forms/entities/trees/?deleted=1")
    page(client, f"/forms/entities/trees/{TREE}/")
    client.force_login(two.world.person("c", ("wells.collector", None, None)))
    page(client, f"/forms/entities/trees/{TREE}/", 404)


def test_an_import_tells_its_faults(two, client):
    page(client, "/forms/entities/trees/import/")
    file = SimpleUploadedFile("t.csv", b"label,geometry\nFig,north\n")
    given = {"organisation": str(two.world.branch.pk), "reason": "census"}
    text = page(client, "/forms/entities/trees/import/?lang=en", 422, file=file, **given)
    assert "north" in text
    file = SimpleUploadedFile("t.csv", b"label,geometry\nFig,33.4 44.4\n")
    page(client, "/forms/entities/trees/import/", 302, file=file, **given)
    assert Entity.objects.filter(label="Fig").count() == 1


def test_a_new_list_of_places(two, client):
    page(client, "/forms/entities/new/")
    owner = str(two.world.authority.pk)
    page(client, "/forms/entities/new/?programme=wells", 422, name="no name", source="own", organisation=owner)
    page(client, "/forms/entities/new/?programme=wells", 302, name="districts", source="places", level="2",
         organisation=owner)  # fmt: skip
    made = EntityList.objects.get(name="districts")
    assert (made.source, made.view) == ("places", {"under": None, "levels": [2]})
    assert "IQG" in page(client, "/forms/entities/districts/")
    page(
        client, "/forms/entities/new/?programme=wells", 302, name="wells", source="sites:wells.well", organisation=owner
    )
    two.world.well(number="W-77", name_en="Deep well", point="SRID=4326;POINT(44 33)", state="published")
    client.force_login(two.world.keeper)
    assert "Deep well" in page(client, "/forms/entities/wells/?lang=en")
    client.force_login(two.world.stranger)
    page(client, "/forms/entities/new/", 403)


def test_whether_new_ones_need_an_approval(two, client):
    page(client, "/forms/entities/trees/settings/")
    page(client, "/forms/entities/trees/settings/", 302, needs_approval="on", reason="too many doubles")
    two.trees.refresh_from_db()
    assert two.trees.needs_approval
    client.force_login(two.world.person("c", ("wells.collector", None, None)))
    page(client, "/forms/entities/trees/settings/", 403)


def test_the_api(two, client):
    lists = client.get("/api/v1/entity-lists").json()
    assert [(one["name"], one["source"]) for one in lists["items"]] == [("trees", "own")]
    things = client.get("/api/v1/entity-lists/trees?limit=1&count=1").json()
    assert (things["count"], things["items"][0]["label"], things["items"][0]["conflict"]) == (2, "Oak 1", "hard")
    rest = client.get(f"/api/v1/entity-lists/trees?limit=1&cursor={things['next']}").json()
    assert [one["label"] for one in rest["items"]] == ["Ash 2"]
    one = client.get(f"/api/v1/entity-lists/trees/{TREE}").json()
    assert [(v["number"], v["submission"], v["conflicting"]) for v in one["versions"]] == [
        (1, "uuid:n1", []), (2, "uuid:v1", []), (3, "uuid:v2", ["girth"]),
    ]  # fmt: skip
    FieldPolicy.objects.create(form=two.register, path="/data/keeper", label="personal", reader_sees="nothing")
    client.force_login(two.world.person("south", ("wells.collector", None, two.world.south)))
    assert "Zaynab" not in client.get(f"/api/v1/entity-lists/trees/{TREE}").content.decode()
    assert client.get(f"/api/v1/entity-lists/trees/{OTHER}").status_code == 404
    client.force_login(two.world.stranger)
    assert client.get("/api/v1/entity-lists").json()["items"] == []
    assert client.get("/api/v1/entity-lists/trees").status_code == 404
    client.logout()
    assert client.get("/api/v1/entity-lists").status_code == 401


def test_who_sees_what_is_approved_sees_no_version_that_never_was(two, client):
    Submission.objects.exclude(instance_id="uuid:v1").update(state="approved")
    client.force_login(two.world.person("donor", ("wells.donor", None, None)))
    address = f"/api/v1/entity-lists/trees/{TREE}"
    assert [one["number"] for one in client.get(address).json()["versions"]] == [1, 3]
    two.officer.full_name = "Zqxofficer"
    two.officer.save()
    entity_keep.alter(tree(), 3, "Oak 1", {"girth": "56"}, by=two.officer, reason="Zqxreason")
    text = page(client, f"/forms/entities/trees/{TREE}/?lang=en")
    assert "55" in text
    assert "Zqx" not in text
    assert "<bdi>40</bdi>" not in text
    client.force_login(two.officer)
    assert "<bdi>40</bdi>" in page(client, f"/forms/entities/trees/{TREE}/?lang=en")
    assert [one["number"] for one in client.get(address).json()["versions"]] == [1, 2, 3, 4]
    assert "Zqxreason" in page(client, f"/forms/entities/trees/{TREE}/?lang=en")


def test_a_thing_is_changed_under_the_words_of_its_questions(two, client):
    tree_list = EntityList.objects.get(name="trees")
    text = page(client, f"{tree().get_absolute_url()}change/?lang=en")
    assert '<label for="id_p_girth">Girth' in text
    assert "p_girth" in text
    # The frame says Rafid's own version, not the thing's.
    assert re.search(r'Rafid <span class="code">\d+\.\d+', text)
    assert "\u206633.3152 44.3661\u2069" in text
    client.force_login(two.world.person("wide", ("platform.administrator", None, None)))
    text = page(client, f"{tree_list.get_absolute_url()}add/?lang=en")
    assert "Choose the organisation" in text
