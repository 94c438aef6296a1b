"""T1: the worked example of a third-party monitor's visit, as an XForm, and submissions of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rafid.methods.xforms import Form, Submission, parse_form, read_submission

T1_XFORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:ev="http://www.w3.org/2001/xml-events" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" xmlns:odk="http://www.opendatakit.org/xforms"><h:head><h:title>T1</h:title>
<model odk:xforms-version="1.0.0"><instance><data id="t1" version="1"><visit_id/><gov/><dist/><deminers/><medics/><ambulance/><amb_why/><nc jr:template=""><sev/><photo/></nc><nc><sev/><photo/></nc><n_major/><loc/><meta><instanceID/></meta></data></instance>
<instance id="gov"><root><item><name>nineveh</name><label>N</label></item><item><name>kirkuk</name><label>K</label></item></root></instance>
<instance id="dist"><root><item><name>mosul</name><label>M</label><gov>nineveh</gov></item><item><name>dibis</name><label>D</label><gov>kirkuk</gov></item></root></instance>
<instance id="yn"><root><item><name>yes</name><label>Y</label></item><item><name>no</name><label>N</label></item></root></instance>
<instance id="sev"><root><item><name>major</name><label>Ma</label></item><item><name>minor</name><label>Mi</label></item></root></instance>
<bind nodeset="/data/visit_id" type="string" constraint="regex(., 'TPM-[0-9]{4}')" required="true()"/>

<bind nodeset="/data/gov" type="string"/>

<bind nodeset="/data/dist" type="string"/>

<bind nodeset="/data/deminers" type="int" constraint=". &gt;= 0 and . &lt;= 200"/>

<bind nodeset="/data/medics" type="int" constraint=". &lt;=  /data/deminers "/>

<bind nodeset="/data/ambulance" type="string"/>

<bind nodeset="/data/amb_why" type="string" required="true()" relevant=" /data/ambulance  = 'no'"/>

<bind nodeset="/data/nc/sev" type="string" required="true()"/>

<bind nodeset="/data/nc/photo" type="binary" relevant=" ../sev  != 'minor'"/>

<bind nodeset="/data/n_major" type="string" calculate="count( /data/nc [sev='major'])"/>

<bind nodeset="/data/loc" type="geopoint"/>

<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/></model></h:head>
<h:body>
<input ref="/data/visit_id"><label>Visit</label></input>
<select1 ref="/data/gov"><label>Gov</label><itemset nodeset="instance('gov')/root/item"><value ref="name"/><label ref="label"/></itemset></select1>
<select1 ref="/data/dist"><label>Dist</label><itemset nodeset="instance('dist')/root/item[gov= /data/gov ]"><value ref="name"/><label ref="label"/></itemset></select1>
<input ref="/data/deminers"><label>D</label></input>
<input ref="/data/medics"><label>M</label></input>
<select1 ref="/data/ambulance"><label>A</label><itemset nodeset="instance('yn')/root/item"><value ref="name"/><label ref="label"/></itemset></select1>
<input ref="/data/amb_why"><label>Why</label></input>
<group ref="/data/nc"><label>NC</label>
<repeat nodeset="/data/nc">
<select1 ref="/data/nc/sev"><label>Sev</label><itemset nodeset="instance('sev')/root/item"><value ref="name"/><label ref="label"/></itemset></select1>
<upload ref="/data/nc/photo" mediatype="image/*"><label>Ph</label></upload></repeat></group>
<input ref="/data/loc"><label>Loc</label></input></h:body></h:html>
"""

BASE = {
    "visit_id": "TPM-0001",
    "gov": "kirkuk",
    "dist": "dibis",
    "deminers": "12",
    "medics": "2",
    "ambulance": "yes",
    "amb_why": "",
    "nc": (("major", "a.jpg"), ("minor", ""), ("major", "b.jpg")),
    "n_major": "2",
    "loc": "36.1909 44.0100 412.0 4.8",
}


def t1_xml(**changed: object) -> bytes:
    """T1's base submission with some answers changed; None leaves the element out."""
    parts = []
    for name, value in {**BASE, **changed}.items():
        if name == "nc":
            parts += [f"<nc><sev>{sev}</sev><photo>{photo}</photo></nc>" for sev, photo in value]  # type: ignore[union-attr]
        elif value is not None:
            parts.append(f"<{name}>{value}</{name}>")
    meta = "<orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta>"
    return (
        '<data xmlns:orx="http://openrosa.org/xforms" id="t1" version="1">' + "".join(parts) + meta + "</data>"
    ).encode()


@pytest.fixture(scope="session")
def t1() -> Form:
    return parse_form(T1_XFORM.encode())


@pytest.fixture(scope="session")
def visit() -> Callable[..., Submission]:
    return lambda **changed: read_submission(t1_xml(**changed))
