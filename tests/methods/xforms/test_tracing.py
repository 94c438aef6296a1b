"""Whose answers stand in an answer."""

from __future__ import annotations

import pytest

from rafid.methods.xforms import parse_form, written_from


def traced(calculation: str, *, at: str = "told", more: str = "", actions: str = ""):
    """What ``/data/told`` (or ``/data/who/told``, in the repeat) is written from."""
    nodeset = {"told": "/data/told", "row": "/data/who/told", "label": "/data/meta/entity/label"}[at]
    bind = f'<bind nodeset="{nodeset}" type="string" calculate="{calculation}"/>' if calculation else ""
    xform = (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
        ' xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms"><h:head><model>'
        '<instance><data id="f" version="1"><phone/><age/><told/><pick/><g><deep/></g><who><name/><told/></who>'
        '<meta><entity dataset="people" id="" create="1"><label/></entity><instanceID/></meta></data></instance>'
        '<instance id="people" src="jr://file-csv/people.csv"/>'
        f'{bind}{actions}</model></h:head><h:body><input ref="/data/phone"/><input ref="/data/age"/>'
        '<group ref="/data/who"><repeat nodeset="/data/who"><input ref="/data/who/name"/></repeat></group>'
        f"{more}</h:body></h:html>"
    )
    found = written_from(parse_form(xform.encode())).get(nodeset)
    return (set(found.questions), set(found.columns)) if found else (set(), set())


@pytest.mark.parametrize(
    ("calculation", "at", "questions"),
    [
        ("concat('a', 'b')", "told", set()),
        ("concat( /data/phone , '!')", "told", {"/data/phone"}),
        ("../phone", "told", {"/data/phone"}),
        ("current()/../phone", "told", {"/data/phone"}),
        ("../../phone", "row", {"/data/phone"}),
        ("once( /data/age )", "told", {"/data/age"}),
        ("if( /data/age &gt; 3, 'a', /data/phone )", "told", {"/data/phone", "/data/age"}),
        ("indexed-repeat( /data/who/name , /data/who , 2)", "told", {"/data/who/name"}),
        ("join(' ', /data/who/name )", "told", {"/data/who/name"}),
        ("count( /data/who )", "told", set()),
        ("count( /data/who [name = 'x'])", "told", {"/data/who/name"}),
        ("count( /data/who [name = current()/../phone])", "told", {"/data/who/name", "/data/phone"}),
        ("jr:choice-name( /data/phone , '/data/phone')", "told", {"/data/phone"}),
        ("concat( /data/g/* )", "told", {"/data/g/deep"}),
        ("concat(../*)", "row", {"/data/who/name"}),
        ("position(..)", "row", set()),
        ("concat( /data/age , ' ', /data/phone )", "label", {"/data/phone", "/data/age"}),
    ],
)
def test_the_questions_that_a_calculation_reads(calculation, at, questions):
    assert traced(calculation, at=at) == (questions, set())


def test_what_is_looked_up_in_a_list():
    looked = traced("instance('people')/root/item[name = /data/phone and age = 3]/keeper")
    assert looked == ({"/data/phone"}, {("people", "keeper"), ("people", "name"), ("people", "age")})
    pulled = traced("pulldata('people', 'keeper', 'name', /data/phone )")
    assert pulled == ({"/data/phone"}, {("people", "keeper"), ("people", "name")})


def test_a_value_that_is_set_once_or_by_a_trigger():
    inside = '<setvalue event="odk-instance-first-load" ref="/data/told" value=" /data/phone "/>'
    assert traced("", actions=inside) == ({"/data/phone"}, set())


def test_a_choice_among_the_answers_of_a_repeat_is_one_of_them():
    more = (
        '<select1 ref="/data/told"><itemset nodeset="/data/who[name != \'\']"><value ref="name"/><label ref="name"/>'
        "</itemset></select1>"
    )
    assert traced("", more=more) == ({"/data/who/name"}, set())


def test_what_cannot_be_followed_reads_everything():
    assert "/data/phone" in traced("coalesce(../who, ../g)/name")[0]
    assert "/data/phone" in traced("concat(((")[0]
