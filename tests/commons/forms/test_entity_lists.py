"""Entity lists as phones get them, and as answers are judged against them."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from django.contrib.gis.geos import Point

from rafid.commons import blobs
from rafid.commons.forms.entities.csv_file import entity_csv, integrity
from rafid.commons.forms.lists import lists_of
from rafid.commons.forms.models import Entity, EntityList, FieldPolicy, Finding, FormFile, PublicLink
from rafid.commons.forms.sender import Sender, of_account, of_link
from rafid.commons.places.models import Place
from tests.commons.forms.entities import OTHER, TREE, new_tree, visit

pytestmark = pytest.mark.django_db


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def names(data: bytes) -> list[str]:
    return [row["name"] for row in table(data)]


@pytest.fixture
def two(grove):
    """A tree of the branch in the south's town, one of another organisation in the north."""
    world = grove.world
    grove.send(new_tree())
    grove.send(new_tree("n2", uuid=OTHER, label="Ash 2"), owner=world.other)
    Entity.objects.filter(uuid=TREE).update(place=world.town)
    Entity.objects.filter(uuid=OTHER).update(place=world.north)
    return grove


def test_the_file_of_a_phone(two):
    data = entity_csv(two.trees, two.phone_of(two.world.branch))
    assert data.splitlines()[0] == b"name,label,__version,__trunkVersion,__branchId,species,keeper,girth,state,geometry"
    assert table(data) == [
        {
            "name": TREE, "label": "Oak 1", "__version": "1", "__trunkVersion": "", "__branchId": "", "species": "oak",
            "keeper": "Zaynab", "girth": "", "state": "", "geometry": "33.31 44.36 0 0",
        }
    ]  # fmt: skip


def test_the_same_bytes_until_something_changes(two):
    phone = two.phone_of(two.world.branch)
    first = entity_csv(two.trees, phone)
    assert entity_csv(two.trees, phone) == first
    two.send(visit("v1", base="1", girth="40"))
    assert entity_csv(two.trees, phone) != first
    assert table(entity_csv(two.trees, phone))[0]["__version"] == "2"


def test_by_organisation_and_place(two):
    world = two.world
    assert names(entity_csv(two.trees, two.phone_of(world.authority))) == [TREE]
    assert names(entity_csv(two.trees, two.phone_of(world.other))) == [OTHER]
    assert names(entity_csv(two.trees, two.phone_of(world.branch, world.south))) == [TREE]
    assert names(entity_csv(two.trees, two.phone_of(world.branch, world.north))) == []
    officer = world.person("south-officer", ("wells.officer", None, world.south))
    assert names(entity_csv(two.trees, of_account(officer))) == [TREE]
    assert names(entity_csv(two.trees, of_account(world.stranger))) == []


def test_a_public_link_gets_no_things(two):
    link = PublicLink.objects.create(name="Link", token_sha256="0" * 64, owner=two.world.branch, form=two.visits)
    assert names(entity_csv(two.trees, of_link(link))) == []


def test_masked_properties_are_left_out(two):
    FieldPolicy.objects.create(form=two.register, path="/data/keeper", label="personal", reader_sees="nothing")
    FieldPolicy.objects.create(form=two.register, path="/data/spot", label="place", reader_sees="generalised")
    data = entity_csv(two.trees, two.phone_of(two.world.branch))
    assert b"Zaynab" not in data
    assert b"keeper" not in data
    assert table(data)[0]["geometry"] == "33.3 44.4"
    everything = two.world.person("all-officer", ("wells.officer", None, None))
    assert b"Zaynab" in entity_csv(two.trees, of_account(everything))


def test_a_donor_gets_what_is_approved(two):
    donor = two.world.person("donor", ("wells.donor", None, None))
    assert names(entity_csv(two.trees, of_account(donor))) == []
    made = Entity.objects.get(uuid=TREE).versions.get().source_submission.submission
    made.state = "approved"
    made.save()
    assert names(entity_csv(two.trees, of_account(donor))) == [TREE]
    two.send(visit("v1", base="1", girth="40"))
    assert names(entity_csv(two.trees, of_account(donor))) == []


def test_integrity(two):
    from django.utils import timezone

    phone = two.phone_of(two.world.branch)
    fresh = str(uuid.uuid4())
    asked = [TREE.upper(), OTHER, fresh, "no id"]
    assert integrity(two.trees, asked, phone) == {TREE.upper(): False, OTHER: True, fresh: False}
    Entity.objects.filter(uuid=TREE).update(deleted_at=timezone.now())
    assert integrity(two.trees, [TREE], phone) == {TREE: True}
    assert names(entity_csv(two.trees, phone)) == []


def test_answers_are_judged_against_the_list(two):
    good = two.send(visit("v1", base="1", girth="40"))
    assert not Finding.objects.filter(submission=good.submission).exists()
    unknown = two.send(visit("v2", uuid=str(uuid.uuid4()), base="1", girth="40"))
    kinds = set(Finding.objects.filter(submission=unknown.submission).values_list("kind", flat=True))
    assert kinds == {"unknown_choice", "entity_problem"}


def test_a_calculation_from_the_list_is_not_held_against_an_older_copy(two):
    from rafid.commons.forms.models import Form
    from rafid.commons.forms.versions import publish_draft, put_draft
    from tests.commons.forms.entities import VISIT_TREE

    xform = VISIT_TREE.replace('id="tree_visit"', 'id="tree_look"').replace("<state/>", "<state/><was/><sum/>", 1)
    xform = xform.replace(
        "</model>",
        '<bind nodeset="/data/was" calculate="instance(\'trees\')/root/item[name = /data/tree]/species"/>'
        '<bind nodeset="/data/sum" calculate="1 + 1"/></model>',
    )
    form = Form.objects.create(xform_id="tree_look", programme="wells", owner=two.world.authority)
    draft = put_draft(form, xform.encode())
    FormFile.objects.create(version=draft, name="trees.csv", kind="csv")
    publish_draft(form)
    phone = two.phone_of(two.world.branch)
    phone.app_user.forms.add(form)
    xml = visit("v1", base="1", girth="4", state="x</state><was>old</was><sum>3</sum><state>").decode()
    xml = xml.replace("<state></state>", "").replace('id="tree_visit"', 'id="tree_look"')
    accepted = two.send(xml.encode())
    told = Finding.objects.filter(submission=accepted.submission).values_list("kind", "path")
    assert list(told) == [("calculation_mismatch", "/data/sum")]


def test_geojson_files(grove):
    text = (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "w1", "geometry":'
        ' {"type": "Point", "coordinates": [44.1, 33.2]}, "properties": {"title": "Well", "depth": 12, "dry": null}},'
        ' {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[44, 33], [45, 34]]},'
        ' "properties": {"id": "w2", "title": "Line"}}]}'
    )
    version = grove.visits.versions.get()
    blob = blobs.keep(text.encode())
    FormFile.objects.create(version=version, name="wells.geojson", kind="geojson", sha256=blob.sha256)
    rows = [{column.name: column.text for column in item.children} for item in lists_of(version.pk)["wells"].children]
    assert rows == [
        {"id": "w1", "title": "Well", "depth": "12", "dry": "", "geometry": "33.2 44.1 0 0"},
        {"id": "w2", "title": "Line", "geometry": "33 44 0 0; 34 45 0 0"},
    ]


def test_places_as_a_list(grove):
    world = grove.world
    Place.objects.filter(pk=world.town.pk).update(point=Point(44.36, 33.31))
    listed = EntityList.objects.create(
        name="towns", programme="wells", owner=world.authority, source="places",
        view={"under": str(world.country.pk), "levels": [1, 2]},
    )  # fmt: skip
    rows = table(entity_csv(listed, grove.phone_of(world.branch)))
    assert [(row["name"], row["label"], row["ref"], row["parent"], row["geometry"]) for row in rows] == [
        (str(world.south.pk), "South", "T1", "T0", ""),
        (str(world.north.pk), "North", "T2", "T0", ""),
        (str(world.town.pk), "Town", "T11", "T1", "33.31 44.36 0 0"),
    ]
    mine = table(entity_csv(listed, grove.phone_of(world.branch, world.south)))
    assert [row["ref"] for row in mine] == ["T1", "T11"]
    assert integrity(listed, [str(world.north.pk)], grove.phone_of(world.branch, world.south)) == {
        str(world.north.pk): True
    }


def test_a_register_as_a_list(grove):
    world = grove.world
    point = Point(44.3, 33.3, srid=4326)
    well = world.well(number="W-1", point=point, name_ar="بئر", state="published")
    world.well(number="W-2", point=point, owner=world.other, place=world.north, sensitivity=1)
    world.well(number="W-3", point=point, sensitivity=2)
    listed = EntityList.objects.create(
        name="wells", programme="wells", owner=world.authority, source="sites", view={"register": "wells.well"}
    )
    rows = table(entity_csv(listed, grove.phone_of(world.branch)))
    assert [(row["name"], row["label"], row["place"], row["geometry"]) for row in rows] == [
        (str(well.pk), "بئر", "T11", "33.3 44.3 0 0")
    ]
    keeper = Sender(account=world.person("everywhere", ("wells.keeper", None, None)))
    assert len(names(entity_csv(listed, keeper))) == 3


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("sites.csv", "csv", b"name,label\n1," + b"x" * 200_000 + b"\n"),
        ("areas.geojson", "geojson", b'{"features": [{"geometry": {"type": "Point"}, "properties": "none"}]}'),
        ("areas.geojson", "geojson", b'{"features": {"geometry": {"type": "Point"}}}'),
        ("sites.csv", "csv", None),
    ],
)
def test_a_list_that_cannot_be_read_stops_no_receipt(field, name, kind, data):
    sha256 = blobs.keep(data).sha256 if data is not None else "0" * 64
    FormFile.objects.create(version=field.version, name=name, kind=kind, sha256=sha256, md5="0" * 32)
    assert lists_of(field.version.pk) == {}
    FormFile.objects.create(version=field.version, name=f"x{name}", kind="csv", sha256=blobs.keep(b"name\n1\n").sha256)
    assert len(lists_of(field.version.pk)) == 1
