"""Files of submissions: Central's names and values, all versions in one table, options, masks, one state of the database."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import UTC, datetime

import pytest

from rafid.commons.forms.exports import (
    Options,
    Selection,
    export_csv_zip,
    export_geojson,
    export_media_zip,
    export_xlsx,
)
from rafid.commons.forms.models import FieldPolicy, Submission
from rafid.commons.forms.versions import publish_draft, put_draft
from tests.methods.xforms.conftest import T1_XFORM

pytestmark = pytest.mark.django_db

AT = datetime(2026, 9, 30, 8, 15, 4, 250_000, tzinfo=UTC)


@pytest.fixture
def officer(field):
    return field.world.person("officer", ("wells.officer", None, None))


@pytest.fixture
def donor(field):
    return field.world.person("donor", ("wells.donor", None, None))


def selected(form, user, **options) -> Selection:
    return Selection.of(user, form, Submission.objects.filter(form=form).visible_to(user), Options(**options))


def files(selection) -> dict[str, str]:
    return unzipped(export_csv_zip(selection))


def unzipped(pieces) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as found:
        assert found.testzip() is None
        return {name: found.read(name).decode() for name in found.namelist()}


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_columns_and_values_are_central_s(field, officer):
    field.send(field.visit(7), received_at=AT, device_id="collect:abc")
    found = files(selected(field.form, officer))
    assert found == {
        "t1.csv": (
            "SubmissionDate,visit_id,gov,dist,deminers,medics,ambulance,amb_why,n_major,loc-Latitude,loc-Longitude,"
            "loc-Altitude,loc-Accuracy,KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,ReviewState,"
            "DeviceID,Edits,FormVersion\n"
            "2026-09-30T08:15:04.250Z,TPM-0001,kirkuk,dibis,12,2,yes,,2,36.1909,44.01,412,4.8,uuid:7,"
            f"{field.phone.pk},Tablet 7,0,2,,collect:abc,0,1\n"
        ),
        "t1-nc.csv": (
            "sev,photo,PARENT_KEY,KEY\n"
            "major,a.jpg,uuid:7,uuid:7/nc[1]\n"
            "minor,,uuid:7,uuid:7/nc[2]\n"
            "major,b.jpg,uuid:7,uuid:7/nc[3]\n"
        ),
    }


def test_the_newest_submission_comes_first_and_states_have_central_s_names(field, officer):
    for number, state in enumerate(["received", "has_issues", "edited", "approved", "rejected"], 1):
        field.send(field.visit(number), received_at=AT.replace(minute=number))
        Submission.objects.filter(instance_id=f"uuid:{number}").update(state=state)
    rows = table(files(selected(field.form, officer))["t1.csv"])
    assert [(row["KEY"], row["ReviewState"]) for row in rows] == [
        ("uuid:5", "rejected"),
        ("uuid:4", "approved"),
        ("uuid:3", "edited"),
        ("uuid:2", "hasIssues"),
        ("uuid:1", ""),
    ]


def test_a_corrected_submission_keeps_its_first_key_in_all_tables(field, officer):
    field.send(field.visit(1))
    field.send(field.visit(2, edits="uuid:1", visit_id="TPM-0002"))
    found = files(selected(field.form, officer))
    (row,) = table(found["t1.csv"])
    assert (row["KEY"], row["visit_id"], row["Edits"], row["ReviewState"]) == ("uuid:1", "TPM-0002", "1", "edited")
    assert [(one["PARENT_KEY"], one["KEY"]) for one in table(found["t1-nc.csv"])] == [
        ("uuid:1", f"uuid:1/nc[{n}]") for n in (1, 2, 3)
    ]


def test_all_versions_are_one_table_with_the_newest_order(field, officer):
    field.send(field.visit(1))
    newer = T1_XFORM.replace('version="1"', 'version="2"').replace("<gov/>", "").replace("<medics/>", "<medics/><new/>")
    newer = re.sub(r'<bind nodeset="/data/gov"[^>]*/>', "", newer).replace("[gov= /data/gov ]", "")
    newer = re.sub(
        r'<select1 ref="/data/gov">.*?</select1>', '<input ref="/data/new"><label>New</label></input>', newer
    )
    put_draft(field.form, newer.replace("</model>", '<bind nodeset="/data/new" type="string"/></model>').encode())
    publish_draft(field.form)
    xml = (
        field.visit(2, gov=None).replace(b'version="1"', b'version="2"').replace(b"</medics>", b"</medics><new>x</new>")
    )
    field.send(xml)
    text = files(selected(field.form, officer))["t1.csv"]
    assert text.startswith(
        "SubmissionDate,visit_id,dist,deminers,medics,new,ambulance,amb_why,n_major,loc-Latitude,loc-Longitude,"
        "loc-Altitude,loc-Accuracy,gov,KEY,"
    )
    assert [(row["new"], row["gov"], row["FormVersion"]) for row in table(text)] == [
        ("x", "", "2"),
        ("", "kirkuk", "1"),
    ]


def test_an_export_of_nothing_has_its_heads(field, officer, donor):
    for person in (officer, donor, field.world.stranger):
        found = files(selected(field.form, person))
        assert found["t1.csv"].startswith("SubmissionDate,visit_id,")
        assert found["t1.csv"].count("\n") == 1
        assert found["t1-nc.csv"] == "sev,photo,PARENT_KEY,KEY\n"


SELECTS = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"><h:head><h:title>S</h:title>
<model><itext><translation lang="English (en)"><text id="w"><value>Water</value></text><text id="f"><value>Food</value></text></translation><translation lang="Arabic (ar)"><text id="w"><value>ماء</value></text><text id="f"><value>غذاء</value></text></translation></itext>
<instance><data id="s" version="1"><needs/><one><first/><both/></one><two><first/><KEY/></two><note/><meta><instanceID/></meta></data></instance>
<bind nodeset="/data/needs" type="string"/><bind nodeset="/data/one/first" type="string"/><bind nodeset="/data/one/both" type="string"/><bind nodeset="/data/two/first" type="string"/><bind nodeset="/data/two/KEY" type="string"/><bind nodeset="/data/note" type="string"/></model></h:head>
<h:body><select ref="/data/needs"><label>N</label><item><label ref="jr:itext('w')"/><value>water</value></item><item><label ref="jr:itext('f')"/><value>food</value></item></select>
<group ref="/data/one"><select1 ref="/data/one/first"><label>F</label><item><label ref="jr:itext('w')"/><value>water</value></item><item><label ref="jr:itext('f')"/><value>food</value></item></select1><input ref="/data/one/both"><label>B</label></input></group>
<group ref="/data/two"><input ref="/data/two/first"><label>F</label></input><input ref="/data/two/KEY"><label>K</label></input></group><input ref="/data/note"><label>T</label></input></h:body></h:html>"""


@pytest.fixture
def selects(field):
    """A second form, with choices in two languages and groups, and ``send(number, inside)``."""
    from types import SimpleNamespace

    from rafid.commons.forms.models import Form

    form = Form.objects.create(xform_id="s", title_en="Selects", programme="wells", owner=field.world.authority)
    put_draft(form, SELECTS.encode())
    publish_draft(form)
    field.phone.forms.add(form)

    def send(number: int, inside: str):
        xml = f'<data id="s" version="1">{inside}<meta><instanceID>uuid:{number}</instanceID></meta></data>'
        return field.send(xml.encode())

    return SimpleNamespace(form=form, send=send)


def test_split_gives_each_option_a_column(selects, officer):
    selects.send(1, "<needs>food other</needs>")
    selects.send(2, "<needs>water</needs>")
    selects.send(3, "<needs/>")
    rows = table(files(selected(selects.form, officer, split=True))["s.csv"])
    assert [name for name in rows[0] if name.startswith("needs")] == [
        "needs",
        "needs/water",
        "needs/food",
        "needs/other",
    ]
    assert [[row[f"needs/{one}"] for one in ("water", "food", "other")] for row in rows] == [
        ["", "", ""],
        ["1", "0", "0"],
        ["0", "1", "1"],
    ]


def test_labels_stand_instead_of_codes(selects, officer):
    selects.send(1, "<needs>food other</needs><one><first>water</first></one>")
    (row,) = table(files(selected(selects.form, officer, labels="ar"))["s.csv"])
    assert (row["needs"], row["one-first"]) == ("غذاء, other", "ماء")
    (row,) = table(files(selected(selects.form, officer, labels="en", split=True))["s.csv"])
    assert (row["needs"], row["needs/food"], row["one-first"]) == ("Food, other", "1", "Water")


def test_without_groups_names_that_clash_stay_whole(selects, officer):
    selects.send(1, "<one><first>water</first><both>b</both></one><two><first>x</first><KEY>k</KEY></two>")
    text = files(selected(selects.form, officer, groups=False))["s.csv"]
    assert text.split("\n")[0].startswith("SubmissionDate,needs,one-first,both,two-first,two-KEY,note,KEY,")


def test_safe_text_for_a_spreadsheet(selects, officer):
    selects.send(
        1, '<needs>@x</needs><one><both>-5</both></one><note>=HYPERLINK("http://x")</note><two><first>+a</first></two>'
    )
    plain = files(selected(selects.form, officer))["s.csv"]
    assert not plain.startswith("\ufeff")
    assert '"=HYPERLINK(""http://x"")"' in plain
    text = files(selected(selects.form, officer, safe=True))["s.csv"]
    assert text.encode()[:3] == b"\xef\xbb\xbf"
    (row,) = table(text)
    assert [row[name] for name in ("needs", "one-both", "note", "two-first")] == [
        "'@x",
        "-5",
        '\'=HYPERLINK("http://x")',
        "'+a",
    ]


def test_since_gives_what_changed(field, officer):
    for number in (1, 2):
        field.send(field.visit(number), received_at=AT.replace(day=number))
    Submission.objects.filter(instance_id="uuid:1").update(changed_at=AT)
    Submission.objects.filter(instance_id="uuid:2").update(changed_at=AT.replace(day=2))
    rows = table(files(selected(field.form, officer, since=AT.replace(day=3)))["t1.csv"])
    assert [row["KEY"] for row in rows] == ["uuid:1"]


def test_awkward_text_comes_through(selects, officer):
    text = 'a, "b"\nc\u00a0٣٫٥ ێ \\. \t|'
    from xml.sax.saxutils import escape

    selects.send(1, f"<note>{escape(text)}</note><one><both>\\.</both></one>")
    (row,) = table(files(selected(selects.form, officer))["s.csv"])
    assert (row["note"], row["one-both"]) == (text, "\\.")


def masked(form) -> None:
    for path, sees in [("/data/visit_id", "nothing"), ("/data/loc", "generalised"), ("/data/nc/photo", "nothing"),
                       ("/data/deminers", "generalised"), ("/data/gov", "generalised")]:  # fmt: skip
        FieldPolicy.objects.create(form=form, path=path, label="personal", reader_sees=sees, public_sees=sees)


def test_a_donor_s_file_is_approved_and_masked(field, officer, donor):
    field.send(field.visit(1), device_id="collect:abc")
    field.send(field.visit(2))
    Submission.objects.filter(instance_id="uuid:1").update(state="approved")
    masked(field.form)
    found = files(selected(field.form, donor))
    (row,) = table(found["t1.csv"])
    seen = {name: row[name] for name in ("KEY", "visit_id", "gov", "dist", "deminers", "loc-Latitude", "loc-Longitude")}
    assert seen == {
        "KEY": "uuid:1", "visit_id": "", "gov": "", "dist": "dibis", "deminers": "10", "loc-Latitude": "36.2",
        "loc-Longitude": "44.0",
    }  # fmt: skip
    assert [row[name] for name in ("loc-Altitude", "loc-Accuracy", "SubmitterName", "SubmitterID", "DeviceID")] == [
        ""
    ] * 5
    assert {one["photo"] for one in table(found["t1-nc.csv"])} == {""}
    assert len(table(files(selected(field.form, officer))["t1.csv"])) == 2
    assert "TPM-0001" in files(selected(field.form, officer))["t1.csv"]


def test_a_public_file_has_no_names_whoever_takes_it(field, officer):
    field.send(field.visit(1), device_id="collect:abc")
    Submission.objects.update(state="approved")
    (row,) = table(files(selected(field.form, officer, public=True))["t1.csv"])
    assert row["visit_id"] == "TPM-0001"
    assert [row[name] for name in ("SubmitterName", "SubmitterID", "DeviceID")] == ["", "", ""]
    masked(field.form)
    assert "TPM-0001" not in files(selected(field.form, officer, public=True))["t1.csv"]


@pytest.mark.parametrize("state", ["received", "has_issues", "edited", "rejected"])
def test_the_public_gets_what_is_approved(field, officer, state):
    field.send(field.visit(1))
    field.send(field.visit(2))
    Submission.objects.filter(instance_id="uuid:1").update(state=state)
    Submission.objects.filter(instance_id="uuid:2").update(state="approved")
    (row,) = table(files(selected(field.form, officer, public=True))["t1.csv"])
    assert row["KEY"] == "uuid:2"


def test_geojson_says_where(field, officer, donor):
    field.send(field.visit(1))
    field.send(field.visit(2, loc=None))
    Submission.objects.update(state="approved")
    found = json.loads(b"".join(export_geojson(selected(field.form, officer))))
    assert [(one["id"], one["geometry"]) for one in found["features"]] == [
        ("uuid:2", None),
        ("uuid:1", {"type": "Point", "coordinates": [44.01, 36.1909]}),
    ]
    assert found["features"][1]["properties"]["deminers"] == 12
    assert found["features"][1]["properties"]["loc-Accuracy"] == 4.8
    FieldPolicy.objects.create(form=field.form, path="/data/loc", reader_sees="generalised")
    features = json.loads(b"".join(export_geojson(selected(field.form, donor))))["features"]
    assert features[1]["geometry"] == {"type": "Point", "coordinates": [44.0, 36.2]}
    FieldPolicy.objects.update(reader_sees="nothing")
    told = b"".join(export_geojson(selected(field.form, donor)))
    assert json.loads(told)["features"][1]["geometry"] is None
    assert b"36.1" not in told


def test_xlsx_has_a_sheet_a_table_and_no_formula(field, officer):
    from openpyxl import load_workbook

    field.send(field.visit(1, visit_id="=1+1"))
    book = load_workbook(io.BytesIO(b"".join(export_xlsx(selected(field.form, officer)))))
    assert book.sheetnames == ["t1", "nc"]
    head, row = (dict(enumerate(cells)) for cells in book["t1"].iter_rows(values_only=True))
    by_name = {name: row[at] for at, name in head.items()}
    assert (by_name["visit_id"], by_name["deminers"], by_name["loc-Accuracy"], by_name["amb_why"]) == (
        "=1+1",
        12,
        4.8,
        None,
    )
    assert book["t1"]["B2"].data_type == "s"
    assert book["t1"]["B2"].quotePrefix
    assert [cells[:2] for cells in book["nc"].iter_rows(min_row=2, values_only=True)] == [
        ("major", "a.jpg"),
        ("minor", None),
        ("major", "b.jpg"),
    ]


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(field, officer, monkeypatch):
    from openpyxl import load_workbook

    from rafid.commons.forms.exports import xlsx

    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    for number in range(1, 4):
        field.send(field.visit(number, nc=()))
    book = load_workbook(io.BytesIO(b"".join(export_xlsx(selected(field.form, officer)))))
    assert book.sheetnames == ["t1", "t1 (2)", "nc"]
    assert [book[name].max_row for name in book.sheetnames] == [3, 2, 1]


def photo(colour: int) -> bytes:
    from PIL import Image

    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "CameraOfSomebody"
    Image.new("RGB", (8, 8), (colour, 0, 0)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def pictures(field):
    from rafid.commons import blobs

    kept = [photo(10), photo(200)]
    sent = [("a.jpg", blobs.keep(kept[0])), ("b.jpg", blobs.keep(kept[1]))]
    field.send(field.visit(1), files=sent)
    Submission.objects.update(state="approved")
    return kept


def media(selection) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(export_media_zip(selection)))) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def test_media_come_in_a_folder_a_submission(field, officer, donor, pictures):
    assert media(selected(field.form, officer)) == {"uuid_1/a.jpg": pictures[0], "uuid_1/b.jpg": pictures[1]}
    assert media(selected(field.form, donor)) == {"uuid_1/a.jpg": pictures[0], "uuid_1/b.jpg": pictures[1]}
    FieldPolicy.objects.create(form=field.form, path="/data/nc/photo", reader_sees="nothing")
    assert media(selected(field.form, donor)) == {}
    assert len(media(selected(field.form, officer))) == 2


def test_pictures_of_a_masked_submission_do_not_tell_what_is_masked(field, donor, pictures):
    FieldPolicy.objects.create(form=field.form, path="/data/loc", reader_sees="generalised")
    found = media(selected(field.form, donor))
    assert set(found) == {"uuid_1/a.jpg", "uuid_1/b.jpg"}
    assert all(b"CameraOfSomebody" not in data for data in found.values())


@pytest.mark.parametrize("kind", [b"\0\0\0\x18ftypmp42", b"OggS", b"\0\0\0\x18ftypheic", b"%PDF-1.7"])
def test_films_and_voices_stay_here_for_whoever_does_not_see_every_answer(field, officer, donor, kind):
    from rafid.commons import blobs

    field.send(field.visit(1), files=[("a.jpg", blobs.keep(kind + b"\0" * 64))])
    Submission.objects.update(state="approved")
    assert set(media(selected(field.form, donor))) == {"uuid_1/a.jpg"}
    FieldPolicy.objects.create(form=field.form, path="/data/loc", reader_sees="generalised")
    found = media(selected(field.form, donor))
    assert set(found) == {"withheld.txt"}
    assert b"uuid_1/a.jpg" in found["withheld.txt"]
    assert set(media(selected(field.form, officer))) == {"uuid_1/a.jpg"}
    assert media(selected(field.form, officer, public=True)) == {}


def test_public_media_carry_no_camera(field, officer, pictures):
    found = media(selected(field.form, officer, public=True))
    assert set(found) == {"uuid_1/a.jpg", "uuid_1/b.jpg"}
    assert b"CameraOfSomebody" in pictures[0]
    assert all(b"CameraOfSomebody" not in data for data in found.values())


def test_a_file_that_the_store_lost_is_named(field, officer, pictures):
    from rafid.commons import blobs
    from rafid.commons.forms.models import Attachment

    blobs.path_of(Attachment.objects.get(name="a.jpg").sha256).unlink()
    found = media(selected(field.form, officer))
    assert found == {"uuid_1/b.jpg": pictures[1], "missing.txt": b"uuid_1/a.jpg\n"}


def test_more_columns_than_a_statement_answers(field, officer):
    """PostgreSQL answers 1,664 columns at most; a form of 2,000 questions is exported all the same."""
    from rafid.commons.forms.models import Form

    names = [f"q{n}" for n in range(2000)]
    form = Form.objects.create(xform_id="wide", title_en="Wide", programme="wells", owner=field.world.authority)
    xform = (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>W</h:title>'
        '<model><instance><data id="wide" version="1">' + "".join(f"<{name}/>" for name in names)
        + "<meta><instanceID/></meta></data></instance>"
        + "".join(f'<bind nodeset="/data/{name}" type="string"/>' for name in names)
        + "</model></h:head><h:body>" + "".join(f'<input ref="/data/{name}"/>' for name in names) + "</h:body></h:html>"
    )  # fmt: skip
    put_draft(form, xform.encode())
    publish_draft(form)
    field.phone.forms.add(form)
    inside = "".join(f"<{name}>a,{n}</{name}>" for n, name in enumerate(names))
    field.send(f'<data id="wide" version="1">{inside}<meta><instanceID>uuid:w</instanceID></meta></data>'.encode())
    (row,) = table(files(selected(form, officer))["wide.csv"])
    assert [row[name] for name in names] == [f"a,{n}" for n in range(2000)]
    assert (row["KEY"], row["FormVersion"]) == ("uuid:w", "1")
    assert b'"q1999": "a,1999"' in b"".join(export_geojson(selected(form, officer)))
