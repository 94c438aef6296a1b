"""What people do with entities: add, change, delete, decide on conflicts, import."""

from __future__ import annotations

import pytest
from django.utils import translation

from rafid.commons.forms.entities.csv_file import entity_csv
from rafid.commons.forms.entities.keep import (
    NotImported,
    add,
    alter,
    bring_back,
    disputed,
    import_csv,
    remove,
    resolve_conflict,
)
from rafid.commons.forms.models import Entity, EntityList, EntityVersion, Finding
from rafid.commons.forms.refusals import Refused
from tests.commons.forms.entities import OTHER, TREE, new_tree, visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def officer(grove):
    return grove.world.person("officer", ("wells.officer", grove.world.authority, None))


def tree() -> Entity:
    return Entity.everything.get(uuid=TREE)


def status(verb, *args, **kwargs) -> int:
    with pytest.raises(Refused) as caught:
        verb(*args, **kwargs)
    return caught.value.status


def test_added_by_a_person(grove, officer):
    made = add(
        grove.trees, "Palm 3", {"species": "palm", "girth": ""}, owner=grove.world.branch, place=grove.world.town.pk,
        by=officer, reason="Forgotten at the census",
    )  # fmt: skip
    assert (made.label, made.data, made.version) == ("Palm 3", {"species": "palm"}, 1)
    version = made.versions.get()
    assert (version.by, version.reason, version.source_submission) == (officer, "Forgotten at the census", None)


def test_what_cannot_be_added(grove, officer):
    more = {"owner": grove.world.branch, "place": None, "by": officer, "reason": "x"}
    assert status(add, grove.trees, " ", {}, **more) == 422
    assert status(add, grove.trees, "a", {"colour": "red"}, **more) == 422
    assert status(add, grove.trees, "a", {"geometry": "north"}, **more) == 422
    assert status(add, grove.trees, "a", {}, **{**more, "reason": " "}) == 422
    assert status(add, grove.trees, "a", {}, **{**more, "owner": grove.world.other}) == 403
    assert status(add, grove.trees, "a", {}, **{**more, "by": grove.world.reader}) == 403
    assert not Entity.everything.exists()


def test_changed_by_a_person(grove, officer):
    grove.send(new_tree())
    alter(tree(), 1, "Oak 1b", {"species": "oak", "girth": "41"}, by=officer, reason="Measured again")
    assert (tree().version, tree().label, tree().data["girth"], tree().conflict) == (2, "Oak 1b", "41", "none")
    assert tree().versions.get(number=2).changed == ["girth", "label"]
    assert status(alter, tree(), 1, "Oak 1c", {}, by=officer, reason="Late") == 409
    assert status(alter, tree(), 2, "Oak 1b", {"girth": "41"}, by=officer, reason="Same") == 422
    stranger = grove.world.person("elsewhere", ("wells.officer", grove.world.other, None))
    assert status(alter, tree(), 2, "Mine", {}, by=stranger, reason="x") == 403


def test_deleted_and_brought_back(grove, officer):
    grove.send(new_tree())
    remove(tree(), by=officer, reason="Felled")
    assert tree().deleted_at is not None
    assert not Entity.objects.filter(uuid=TREE).exists()
    told = grove.send(visit("v1", base="1", girth="40"))
    assert Finding.objects.get(submission=told.submission, kind="entity_problem").evidence["problem"] == "deleted"
    bring_back(tree(), by=officer, reason="It was another one")
    assert tree().deleted_at is None
    assert [version.reason for version in tree().versions.order_by("number")] == ["", "Felled", "It was another one"]


@pytest.fixture
def conflict(grove):
    """Two visits from version 1 gave the girth two values."""
    grove.send(new_tree())
    grove.send(visit("v1", base="1", girth="40", state="good"))
    grove.send(visit("v2", base="1", girth="55", state="good"))
    assert tree().conflict == "hard"
    return grove


def test_what_is_disputed(conflict):
    (one,) = disputed(tree())
    assert (one.name, one.before, one.now) == ("girth", "", "55")
    assert [(found.value, found.version.number) for found in one.candidates] == [("40", 2), ("55", 3)]


def test_a_person_decides(conflict, officer):
    resolve_conflict(tree(), 3, {"girth": "40"}, by=officer, reason="Measured at the wrong tree")
    found = tree()
    assert (found.conflict, found.data["girth"], found.version) == ("none", "40", 4)
    version = found.versions.get(number=4)
    assert (version.resolves, version.by, version.reason) == (True, officer, "Measured at the wrong tree")
    assert disputed(found) == []
    # The marks of then stay on their versions.
    assert found.versions.get(number=3).conflict == "hard"


def test_the_newest_value_may_be_kept(conflict, officer):
    resolve_conflict(tree(), 3, {}, by=officer, reason="Right as it is")
    assert (tree().conflict, tree().data["girth"], tree().version) == ("none", "55", 4)


def test_a_soft_conflict_is_looked_at(grove, officer):
    grove.send(new_tree())
    grove.send(visit("v1", base="1", girth="40"))
    grove.send(visit("v2", base="1", state="ill"))
    assert disputed(tree()) == []
    resolve_conflict(tree(), 3, {}, by=officer, reason="Both are right")
    assert tree().conflict == "none"


def test_what_cannot_be_decided(conflict, officer):
    assert status(resolve_conflict, tree(), 2, {"girth": "40"}, by=officer, reason="x") == 409
    assert status(resolve_conflict, tree(), 3, {"species": "fig"}, by=officer, reason="x") == 422
    assert status(resolve_conflict, tree(), 3, {"girth": "40"}, by=officer, reason="") == 422
    assert status(resolve_conflict, tree(), 3, {"girth": "40"}, by=conflict.world.reader, reason="x") == 403
    assert tree().conflict == "hard"
    resolve_conflict(tree(), 3, {"girth": "40"}, by=officer, reason="x")
    assert status(resolve_conflict, tree(), 4, {"girth": "40"}, by=officer, reason="x") == 409


def test_a_conflict_after_a_decision_is_a_new_one(conflict, officer):
    resolve_conflict(tree(), 3, {"girth": "40"}, by=officer, reason="x")
    conflict.send(visit("v3", base="3", girth="70"))
    (one,) = disputed(tree())
    assert [found.value for found in one.candidates] == ["40", "70"]


def test_an_import_adds_and_changes(grove, officer):
    grove.send(new_tree())
    table = (
        "\ufeffname,label,species,height,latitude,longitude,place\r\n"
        f"{TREE},Oak 1,elm,12,33.31,44.36,\r\n"
        ",Fig 9,fig,,33.4,44.4,T11\r\n"
        f"uuid:{OTHER},Fig 10,fig,3,,,\r\n"
        ",,,,,,\r\n"
    ).encode()
    done = import_csv(grove.trees, table, owner=grove.world.branch, by=officer, reason="Census 2026")
    assert (done.added, done.changed, done.same) == (2, 1, 0)
    assert (tree().data["species"], tree().data["height"], tree().version) == ("elm", "12", 2)
    fig = Entity.objects.get(label="Fig 9")
    assert (fig.place, fig.owner, fig.data["geometry"]) == (grove.world.town, grove.world.branch, "33.4 44.4 0 0")
    assert str(Entity.objects.get(label="Fig 10").uuid) == OTHER
    grove.trees.refresh_from_db()
    assert "height" in grove.trees.properties
    again = import_csv(grove.trees, table.replace(b",Fig 9,fig,,33.4,44.4,T11\r\n", b""), owner=grove.world.branch,
                       by=officer, reason="Again")  # fmt: skip
    assert (again.added, again.changed, again.same) == (0, 0, 2)


def test_what_a_phone_got_can_be_imported_again(grove, officer):
    grove.send(new_tree())
    table = entity_csv(grove.trees, grove.phone_of(grove.world.branch))
    done = import_csv(grove.trees, table, owner=grove.world.branch, by=officer, reason="Again")
    assert (done.added, done.changed, done.same) == (0, 0, 1)


def test_a_table_with_faults_is_not_taken_at_all(grove, officer):
    grove.send(new_tree())
    table = f"name,label,species,geometry,place\nx1,Fig,fig,,\n,,fig,,\n,Ash,ash,north,\n,Elm,elm,,Atlantis\n{TREE},Oak 2,,,\n"
    with pytest.raises(NotImported) as caught:
        import_csv(grove.trees, table.encode(), owner=grove.world.branch, by=officer, reason="x")
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [
        (2, "name"), (3, "label"), (4, "geometry"), (5, "place"),
    ]  # fmt: skip
    assert (tree().label, Entity.everything.count()) == ("Oak 1", 1)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"", "column names"),
        (b"\xff\xfe,\n", "UTF-8"),
        (b"label\x00,a\n", "text file"),
        (b"label,1x\nA,b\n", "some rows"),
        (b"label,label\nA,b\n", "some rows"),
        (b"species\nfig\n", "some rows"),
    ],
)
def test_what_is_no_table(grove, officer, table, said):
    with pytest.raises(Refused, match=said):
        import_csv(grove.trees, table, owner=grove.world.branch, by=officer, reason="x")


def test_nothing_is_imported_beyond_one_s_scope(grove):
    local = grove.world.person("south-officer", ("wells.officer", grove.world.branch, grove.world.south))
    table = b"label,place\nFig,T2\n"
    with pytest.raises(NotImported, match="some rows") as caught:
        import_csv(grove.trees, table, owner=grove.world.branch, by=local, reason="x")
    assert caught.value.faults[0].column == "place"


def test_a_view_takes_nothing(grove, officer):
    listed = EntityList.objects.create(name="towns", programme="wells", owner=grove.world.authority, source="places")
    assert status(import_csv, listed, b"label\nA\n", owner=grove.world.branch, by=officer, reason="x") == 409
    assert not EntityVersion.objects.exists()
