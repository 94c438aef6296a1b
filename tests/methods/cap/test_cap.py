"""Alerts of CAP 1.2: what is built is read again the same, and what is wrong is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.methods.cap import CapAlert, CapArea, CapInfo, build_alert, check_alert, read_alert

SENT = datetime(2026, 3, 28, 9, 0, tzinfo=timezone(timedelta(hours=3)))
AREA = CapArea("Banks of the Tigris", polygons=(((33.2, 44.3), (33.2, 44.5), (33.5, 44.5), (33.2, 44.3)),))
INFO = CapInfo(
    "en", "Flood", ("Met",), "Expected", "Severe", "Likely", ("Prepare",), "Flood warning", "Water rises", "Go up",
    onset=SENT + timedelta(hours=12), expires=SENT + timedelta(days=2), areas=(AREA,), parameters=(("level", "severe"),),
)  # fmt: skip
ALERT = CapAlert(
    "WN-1", "water.gov.example", SENT, "Actual", "Alert", "Public", (INFO, replace(INFO, language="ar-IQ"))
)


def errors(xml, **options):
    return [one.where for one in check_alert(xml, **options) if one.level == "error"]


def test_what_is_built_is_read_again():
    xml = build_alert(ALERT)
    assert read_alert(xml) == ALERT
    assert build_alert(read_alert(xml)) == xml
    assert b"<sent>2026-03-28T09:00:00+03:00</sent>" in xml


def test_utc_is_written_as_cap_has_it():
    xml = build_alert(replace(ALERT, sent=SENT.astimezone(UTC)))
    assert b"<sent>2026-03-28T06:00:00-00:00</sent>" in xml


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"sent": SENT.replace(tzinfo=None)}, "sent"),
        ({"identifier": "a b"}, "identifier"),
        ({"sender": "a,b"}, "sender"),
        ({"status": "Real"}, "status"),
        ({"msg_type": "Update"}, "references"),
        ({"scope": "Restricted"}, "restriction"),
        ({"scope": "Private"}, "addresses"),
        ({"infos": (INFO, INFO)}, "language"),
        ({"infos": (replace(INFO, expires=SENT),)}, "expires"),
        ({"infos": (replace(INFO, severity="Bad"),)}, "severity"),
        ({"infos": (replace(INFO, areas=(CapArea("A", polygons=(((1, 2), (3, 4), (1, 2)),)),)),)}, "polygon"),
        ({"infos": (replace(INFO, areas=(CapArea("A", circles=((91, 2, 3),)),)),)}, "circle"),
        ({"infos": (replace(INFO, areas=(CapArea("A", circles=((33, 44, -1),)),)),)}, "circle"),
    ],
)
def test_what_is_wrong_is_not_built(change, where):
    with pytest.raises(ValueError, match=where):
        build_alert(replace(ALERT, **change))


def test_what_others_send_is_refused_with_its_place():
    xml = build_alert(ALERT)
    assert errors(xml.replace(b"+03:00</sent>", b"Z</sent>")) == ["sent"]
    assert errors(b'<!DOCTYPE a [<!ENTITY x "y">]>' + xml) == ["alert"]
    assert errors(xml[:200]) == ["alert"]
    assert errors(b"<a/>") == ["alert"]
    assert errors(xml, within=(29, 38, 38, 49)) == []
    assert len(errors(xml, within=(40, 38, 45, 49))) == 8


def test_a_reference_has_three_parts():
    about = replace(ALERT, msg_type="Update", references=(("water.gov.example", "WN-0", SENT),))
    assert read_alert(build_alert(about)).references == about.references
    assert errors(build_alert(about).replace(b"water.gov.example,WN-0,", b"WN-0,")) == ["references"]


@given(st.binary(max_size=400))
def test_no_bytes_are_an_accident(data):
    assert isinstance(check_alert(data), tuple)
