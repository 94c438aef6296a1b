"""What forms declare of entities, and what submissions say of them."""

from __future__ import annotations

import pytest

from rafid.methods.xforms import (
    Declaration,
    convert_xlsform,
    entity_acts,
    is_dataset_name,
    is_property_name,
    parse_form,
    read_submission,
)

HOUSES = b"""
| survey | | | | |
| | type | name | label | save_to |
| | text | village | Village | |
| | begin_repeat | house | House | |
| | text | number | Number | number |
| | begin_group | more | More | |
| | integer | rooms | Rooms | rooms |
| | end_group | | | |
| | end_repeat | | | |
| settings | | |
| | form_id | version |
| | houses | 1 |
| entities | | |
| | list_name | label |
| | houses | ${number} |
"""
ID = "11111111-1111-4111-8111-111111111111"


def form(entity: str = '<entity dataset="trees" id="" create="1"><label/></entity>', more: str = ""):
    return parse_form(
        (
            '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
            ' xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head><h:title>T</h:title><model><instance>'
            f'<data id="t" version="1"><a/><g><b/></g>{more}<meta>{entity}<instanceID/></meta></data></instance>'
            '<bind nodeset="/data/a" type="string" entities:saveto="a"/>'
            '<bind nodeset="/data/g/b" type="string" entities:saveto="geometry"/></model></h:head><h:body>'
            '<input ref="/data/a"><label>A</label></input><input ref="/data/g/b"><label>B</label></input></h:body></h:html>'
        ).encode()
    )


def acts(entity: str, answers: str = "<a>x</a><g><b/></g>", made=None):
    xml = f'<data id="t" version="1">{answers}<meta>{entity}<instanceID>i</instanceID></meta></data>'
    return entity_acts(made or form(), read_submission(xml.encode()))


def test_a_form_declares_its_list_and_properties():
    assert form().entities == (Declaration("/data", "trees", {"/data/a": "a", "/data/g/b": "geometry"}),)
    assert form(entity="").entities == ()


def test_a_creation():
    (act,) = acts(f'<entity dataset="trees" id="uuid:{ID.upper()}" create="1"><label> Oak </label></entity>')
    assert (act.uuid, act.create, act.update, act.label) == (ID, True, False, "Oak")
    assert act.data == {"a": "x", "geometry": ""}


def test_what_was_not_sent_is_not_said():
    (act,) = acts(f'<entity dataset="trees" id="{ID}" create="true"><label>Oak</label></entity>', "<a>x</a>")
    assert act.data == {"a": "x"}


def test_an_update_with_its_versions():
    (act,) = acts(f'<entity dataset="trees" id="{ID}" update="1" baseVersion="3" trunkVersion="2" branchId="{ID}"/>')
    assert (act.update, act.base_version, act.trunk_version, act.branch_id) == (True, 3, 2, ID)


@pytest.mark.parametrize("version", ["", "0", "-1", "1.5", "x", "٣", "1" * 5000, "1e3"])
def test_what_is_no_version(version):
    (act,) = acts(f'<entity dataset="trees" id="{ID}" update="1" baseVersion="{version}"/>')
    assert act.base_version is None


@pytest.mark.parametrize("asked", ["", "0", "false", "yes", "TRUE "])
def test_only_1_and_true_ask_for_something(asked):
    found = acts(f'<entity dataset="trees" id="{ID}" create="{asked}"/>')
    assert bool(found) == (asked.strip().lower() == "true")


def test_what_the_form_does_not_declare_is_left_out():
    assert acts(f'<entity dataset="trees" id="{ID}" create="1"/>', made=form(entity="")) == []
    (act,) = acts(f'<entity dataset="others" id="{ID}" create="1"/>')
    assert act.dataset == "trees"


@pytest.mark.parametrize("identity", ["", "oak", ID[:-1], ID + "0", f"{{{ID}}}", "x" * 10000])
def test_what_is_no_identity(identity):
    (act,) = acts(f'<entity dataset="trees" id="{identity}" create="1"/>')
    assert act.uuid == ""


def test_one_in_each_row_of_a_repeat():
    made = parse_form(
        b'<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
        b' xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head><h:title>T</h:title><model><instance>'
        b'<data id="t" version="1"><v/><h><n/><g><r/></g><meta><entity dataset="houses" id="" create="1"><label/></entity>'
        b"</meta></h><meta><instanceID/></meta></data></instance>"
        b'<bind nodeset="/data/h/n" entities:saveto="number"/><bind nodeset="/data/h/g/r" entities:saveto="rooms"/></model>'
        b'</h:head><h:body><group ref="/data/h"><label>H</label><repeat nodeset="/data/h"><input ref="/data/h/n">'
        b'<label>N</label></input><input ref="/data/h/g/r"><label>R</label></input></repeat></group></h:body></h:html>'
    )
    assert made.entities == (Declaration("/data/h", "houses", {"/data/h/n": "number", "/data/h/g/r": "rooms"}),)
    house = '<h><n>{0}</n><g><r>{0}0</r></g><meta><entity dataset="houses" id="{1}" create="1"><label>H{0}</label></entity></meta></h>'
    xml = '<data id="t" version="1"><v>x</v>' + house.format(1, ID) + house.format(2, ID.replace("1", "2", 1))
    found = entity_acts(made, read_submission(f"{xml}<meta><instanceID>i</instanceID></meta></data>".encode()))
    assert [(act.label, act.data) for act in found] == [
        ("H1", {"number": "1", "rooms": "10"}),
        ("H2", {"number": "2", "rooms": "20"}),
    ]
    assert [act.path for act in found] == ["/data/h[1]/meta/entity", "/data/h[2]/meta/entity"]


def test_workbooks_declare_them():
    conversion = convert_xlsform(HOUSES, name="houses.md")
    if conversion.xform is None:
        pytest.skip("this pyxform takes no entities in repeats")
    (declared,) = parse_form(conversion.xform).entities
    assert declared.dataset == "houses"


@pytest.mark.parametrize(
    ("name", "good"), [("trees", True), ("a.b", False), ("__x", False), ("1x", False), ("موقع", True), ("", False)]
)
def test_names_of_lists(name, good):
    assert is_dataset_name(name) is good


@pytest.mark.parametrize(
    ("name", "good"), [("girth", True), ("name", False), ("Label", False), ("__version", False), ("a b", False)]
)
def test_names_of_properties(name, good):
    assert is_property_name(name) is good
