"""Answers that are reckoned from sensitive ones are as sensitive, unless somebody said otherwise."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rafid.commons.forms.design import policies
from rafid.commons.forms.models import EntityList, FieldPolicy, Form
from rafid.commons.forms.seeing import masks_for, public_masks
from rafid.commons.forms.sensitivity import properties_masked, rules_of
from rafid.commons.forms.versions import publish_draft, put_draft
from rafid.methods import xforms

pytestmark = pytest.mark.django_db

_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa" xmlns:entities="http://www.opendatakit.org/xforms/entities"'
    ' xmlns:rafid="http://rafid.example/xforms"><h:head><h:title>F</h:title>'
)


def xform(form_id: str, names: str, binds: str, *, version: str = "1", entity: str = "", more: str = "") -> bytes:
    answers = "".join(f"<{name}/>" for name in names.split())
    inputs = "".join(f'<input ref="/data/{name}"><label>{name}</label></input>' for name in names.split())
    return (
        f'{_HEAD}<model entities:entities-version="2024.1.0"><instance><data id="{form_id}" version="{version}">{answers}'
        f"<meta>{entity}<instanceID/></meta></data></instance>{more}{binds}</model></h:head><h:body>{inputs}</h:body></h:html>"
    ).encode()


def calculated(name: str, expression: str, more: str = "") -> str:
    return f'<bind nodeset="/data/{name}" type="string" calculate="{expression}"{more}/>'


def published(world, data: bytes, form: Form | None = None) -> Form:
    made = xforms.parse_form(data)
    if form is None:
        form = Form.objects.create(xform_id=made.form_id, programme="wells", owner=world.authority)
    put_draft(form, data)
    policies.take_over(form, made, published=True)
    publish_draft(form)
    return form


@pytest.fixture
def form(world):
    binds = (
        calculated("greeting", "concat('Dear ', /data/first_name )")
        + calculated("twice", "concat( /data/greeting , '!')")
        + calculated("north", "selected-at( /data/spot , 0)")
        + calculated("plain", "1 + 1")
        + '<bind nodeset="/data/spot" type="geopoint"/>'
    )
    return published(world, xform("greets", "first_name spot greeting twice north plain", binds))


def labels(form: Form) -> dict[str, tuple[str, str, str]]:
    return {rule.path[6:]: (rule.label, rule.reader_sees, rule.public_sees) for rule in rules_of(form).values()}


def test_a_calculation_is_as_sensitive_as_all_that_it_reads(form):
    found = labels(form)
    assert found["greeting"] == found["twice"] == found["first_name"] == ("identifying", "nothing", "nothing")
    assert found["spot"] == ("place", "generalised", "nothing")
    # What is reckoned from a position cannot be made coarser.
    assert found["north"] == ("place", "nothing", "nothing")
    assert found["plain"] == ("none", "value", "value")
    assert rules_of(form)["/data/twice"].reads == ("first_name",)


def test_masks_follow(form, world):
    reader = world.person("reads", ("wells.donor", None, None))
    assert masks_for(reader, form).hidden >= {"/data/greeting", "/data/twice", "/data/north"}
    assert public_masks(form).hidden >= {"/data/greeting", "/data/twice", "/data/north", "/data/spot"}
    assert masks_for(world.person("officer", ("wells.officer", None, None)), form).whole


def test_what_is_masked_later_masks_what_was_reckoned_from_it(form):
    FieldPolicy.objects.filter(path="/data/plain").update(label="none")
    published_rules = labels(form)
    assert published_rules["plain"][1] == "value"
    policies.say_policies(form, {"/data/first_name": ("none", "value", "value")})
    assert labels(form)["twice"] == ("none", "value", "value")
    policies.say_policies(form, {"/data/first_name": ("protection", "nothing", "nothing")})
    assert labels(form)["twice"] == ("protection", "nothing", "nothing")


def test_what_a_designer_says_stands_and_ends_it(form):
    policies.say_policies(form, {"/data/greeting": ("none", "value", "value")})
    assert labels(form)["greeting"] == labels(form)["twice"] == ("none", "value", "value")
    assert rules_of(form)["/data/greeting"].reads == ("first_name",)


def test_saving_the_page_as_it_was_shown_says_nothing(form):
    shown = {f"/data/{name}": rule for name, rule in labels(form).items()}
    assert policies.say_policies(form, shown) == 0
    policies.say_policies(form, {"/data/first_name": ("none", "value", "value")})
    assert labels(form)["twice"] == ("none", "value", "value")


def test_what_the_author_wrote_stands(world):
    said = ' rafid:sensitivity="none"'
    binds = calculated("greeting", "concat('Dear ', /data/first_name )", said)
    form = published(world, xform("greets", "first_name greeting", binds))
    assert labels(form)["greeting"] == ("none", "value", "value")
    # Policies of before this was noted.
    FieldPolicy.objects.update(said=False)
    assert labels(form)["greeting"] == ("none", "value", "value")


def test_what_an_older_version_reckoned_stays_masked(world):
    form = published(
        world, xform("greets", "first_name greeting", calculated("greeting", "string( /data/first_name )"))
    )
    published(world, xform("greets", "first_name greeting", calculated("greeting", "'x'"), version="2"), form)
    assert labels(form)["greeting"][1] == "nothing"


def test_who_made_the_visit_is_no_name_for_the_public(world):
    binds = calculated("title", "concat( /data/visitor , ' at ', /data/well )")
    form = published(
        world,
        xform(
            "names",
            "visitor well title",
            '<bind nodeset="/data/visitor" type="string" rafid:role="interviewer"/>' + binds,
        ),
    )
    assert form.roles["interviewer"] == "/data/visitor"
    found = labels(form)
    assert found["visitor"] == found["title"] == ("none", "value", "nothing")
    assert found["well"] == ("none", "value", "value")
    said = published(
        world,
        xform(
            "codes",
            "monitor well",
            '<bind nodeset="/data/monitor" type="string" rafid:role="interviewer" rafid:sensitivity="none"/>',
        ),
    )
    assert labels(said)["monitor"] == ("none", "value", "value"), "its author says that it is a code"


def test_circles_end(world):
    binds = calculated("a", "concat( /data/b , /data/first_name )") + calculated("b", "once( /data/a )")
    assert labels(published(world, xform("greets", "first_name a b", binds)))["b"][1] == "nothing"


def test_it_goes_through_entity_lists_into_other_forms(world):
    entity = '<entity dataset="trees" id="" create="1"><label/></entity>'
    binds = '<bind nodeset="/data/first_name" type="string" entities:saveto="keeper"/>' + calculated(
        "meta/entity/label", "concat('Tree of ', /data/first_name )"
    )
    published(world, xform("registers", "first_name", binds, entity=entity))
    trees = EntityList.objects.get(name="trees")
    assert properties_masked(trees) == {"keeper": "nothing", "label": "nothing"}
    more = '<instance id="t" src="jr://file-csv/trees.csv"/>'
    binds = (
        calculated("owner", "instance('t')/root/item[name = /data/tree ]/keeper")
        + calculated("title", "instance('t')/root/item[name = /data/tree ]/label")
        + calculated("id", "instance('t')/root/item[name = /data/tree ]/name")
    )
    visits = published(world, xform("visits_trees", "tree owner title id", binds, more=more))
    assert {name: rule[1] for name, rule in labels(visits).items()} == {
        "tree": "value", "owner": "nothing", "title": "nothing", "id": "value",
    }  # fmt: skip


def test_what_is_asked_for_with_each_page_does_not_grow_with_the_lists_of_the_form(world):
    names = [f"c{number}" for number in range(9)]
    more = "".join(f'<instance id="{name}" src="jr://file-csv/{name}.csv"/>' for name in names)
    more += '<instance id="own"><root><item><name>a</name><label>A</label></item></root></instance>'
    binds = "".join(
        calculated(name, f"instance('{name}')/root/item[name = /data/first_name ]/label") for name in names
    ) + calculated("own", "instance('own')/root/item[name = /data/first_name ]/label")
    form = published(world, xform("looks_up", f"first_name own {' '.join(names)}", binds, more=more))
    assert labels(form)["c8"] == labels(form)["own"] == ("identifying", "nothing", "nothing")
    with CaptureQueriesContext(connection) as asked:
        rules_of(form)
    assert len(asked) == 3


def test_the_page_shows_what_is_inherited_and_warns_where_it_was_said_otherwise(form, world, client):
    client.force_login(world.person("officer", ("wells.officer", None, None), ("wells.designer", None, None)))
    url = f"/forms/{form.pk}/questions/?lang=en"
    answer = client.get(url)
    assert answer.status_code == 200
    assert "As strict as what it is reckoned from" in answer.content.decode()
    assert "Whoever sees it may learn" not in answer.content.decode()
    policies.say_policies(form, {"/data/greeting": ("none", "value", "value")})
    assert "Whoever sees it may learn" in client.get(url).content.decode()


def test_a_role_that_moved_follows_every_question_that_bore_it(form, world):
    """Older submissions keep what the earlier question said."""
    reader = world.person("reads", ("wells.donor", None, None))
    made = xforms.parse_form(bytes(form.versions.get().xform))
    policies.say_roles(form, made, {"site": "/data/plain", "interviewer": "/data/plain", "place": ""})
    masks = masks_for(reader, form)
    assert masks.sees_role("site")
    assert masks.sees_role("place")
    assert masks.sight_of("location") == "generalised"
    policies.say_roles(form, made, {"site": "/data/first_name", "place": "/data/greeting"})
    policies.say_roles(form, made, {"site": "/data/plain", "place": ""})
    masks = masks_for(reader, form)
    assert masks.sight_of("site") == "nothing"
    assert masks.sight_of("place") == "nothing"
    assert masks.sees_role("interviewer")
    assert masks.sees_role("site", plain=True)
