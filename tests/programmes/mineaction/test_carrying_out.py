"""What leaves: layers, teams' files and XML that the other office reads; and the pages of carrying."""

from __future__ import annotations

import io
import json
import sqlite3
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rafid.commons.records.imports.apply import apply
from rafid.commons.records.models import ImportRun
from rafid.programmes.mineaction.carrying.kept import in_use, mapping_of, save_version, shipped
from rafid.programmes.mineaction.carrying.mapping import BadMapping, read
from rafid.programmes.mineaction.carrying.written import dump
from rafid.programmes.mineaction.models import FieldReport, ImportMapping

from .carried_files import hazard, report, xml
from .conftest import own, spot
from .test_carrying import _store, send  # noqa: F401

pytestmark = pytest.mark.django_db
NAME = "Zqxmarkedname"


def fetch(client, who, address: str) -> bytes:
    client.force_login(who)
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200, address
    return answer.getvalue()


@pytest.fixture
def told(ground):
    """A confirmed hazard, a release, a find, a restricted find, an accident with a victim."""
    row = ground.make_hazard("confirmed", device_categories=["ap_mine"], depth_expected_m=0.2, name_local="River bank")
    ground.make_release(row, on=date(2026, 3, 1))
    ground.make_find(row, model="Visible model")
    ground.make_find(row, model="Hidden model", sensitivity=2, point=spot(1, 1))
    ground.make_victim(NAME, accident=ground.make_accident())
    return row


def test_the_geopackage_has_layers_styles_and_three_languages(client, ground, told, tmp_path):
    path = tmp_path / "out.gpkg"
    path.write_bytes(fetch(client, ground.im_officer, "/mineaction/export/mineaction.gpkg"))
    link = sqlite3.connect(path)
    styles = dict(link.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    assert "255,0,0,128" in styles["hazards"]
    assert "LinePatternFill" in styles["hazards"]
    found = dict(
        zip(("ref", "ar", "ckb", "en"),
            link.execute("SELECT ref, classification_ar, classification_ckb, classification_en FROM hazards").fetchone(), strict=True)
    )  # fmt: skip
    assert found["ref"] == told.ref
    assert len({found["ar"], found["ckb"], found["en"]}) == 3
    (said,) = link.execute("SELECT said FROM about").fetchone()
    assert "WGS 84" in said
    assert "No record does not mean" in said
    models = {row[0] for row in link.execute("SELECT model FROM ordnance")}
    assert models == {"Visible model"}


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "xlsx", "kml", "gpx"])
def test_no_file_names_a_person_or_a_restricted_item(client, ground, told, kind):
    from zipfile import ZipFile

    data = fetch(client, ground.im_officer, f"/mineaction/export/mineaction.{kind}")
    if kind == "xlsx":
        with ZipFile(io.BytesIO(data)) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    assert NAME.encode() not in data
    assert b"Hidden model" not in data
    assert told.ref.encode() in data


def test_each_sees_his_own_in_every_file(client, ground, told):
    other = fetch(client, ground.rival_desk, "/mineaction/export/mineaction.geojson")
    assert not any(one["properties"]["layer"] == "hazards" for one in json.loads(other)["features"])
    public = json.loads(fetch(client, ground.partner, "/mineaction/export/mineaction.geojson"))
    layers = {one["properties"]["layer"] for one in public["features"]}
    assert "hazards" not in layers
    assert "ordnance" not in layers
    assert "hazard_cells" in layers


def test_turning_points_for_a_receiver(client, ground, told):
    text = fetch(client, ground.im_officer, "/mineaction/export/mineaction.gpx?layer=hazards").decode()
    assert text.count("<wpt ") == 4
    assert f"{told.ref} TP4" in text


def test_xml_that_one_office_writes_the_other_reads(client, ground, told, send):  # noqa: F811
    data = fetch(client, ground.im_officer, "/mineaction/export/maxml.xml?layer=hazards&layer=releases")
    run = send(data, name="from-the-other.xml")
    assert run.bad == 0, run.error
    apply(run)
    row = own(FieldReport).get(type="hazard")
    assert row.content["classification"] == "CHA"
    assert row.content["device_categories"] == ["ap_mine"]
    assert row.content["depth_expected_m"] == pytest.approx(0.2)
    assert row.content["evidence"][0]["direct"] is True
    assert row.content["ground"]["coordinates"][0][0][0] == pytest.approx(told.ground.coords[0][0][0], abs=1e-8)
    released = [
        row.content["hazard"]["key"] for row in own(FieldReport).filter(type="release") if row.content.get("hazard")
    ]
    assert released.count(f"Hazard_{told.pk}") == 1


def test_a_mapping_written_anew_is_the_same_mapping():
    from dataclasses import replace

    for one in shipped().values():
        assert replace(read(dump(one)), text="") == replace(one, text="")


def test_versions_of_a_mapping(ground):
    from rafid.commons.records.change import Refused

    text = mapping_of("maxml").text.replace('"Minefield" =', '"Moonfield" = "minefield", "Minefield" =')
    first = save_version(owner=ground.dma, text=text, seen=0, by=ground.im_officer, reason="Their word")
    assert first.number == 1
    with pytest.raises(Refused, match="meanwhile"):
        save_version(owner=ground.dma, text=text, seen=0, by=ground.im_officer)
    assert mapping_of("maxml", owner=ground.dma.pk).number == 1
    assert mapping_of("maxml", owner=ground.ikmaa.pk).number == 0
    assert {one.code: one.number for one in in_use(ground.dma.pk)}["maxml"] == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('field = "type"', 'field = "typo"'), "has no field"),
        (('unit = "cm"', 'unit = "league"'), "league"),
        (('type = "hazard"', 'type = "dragon"'), "dragon"),
        (('kind = "xml"', 'kind = "parchment"'), "parchment"),
        (('field = "name_local"', 'field = "reporter"'), "names a person"),
        (("[source]", "[source"), "no TOML"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where(change, words):
    with pytest.raises(BadMapping, match=words):
        read(shipped()["maxml"].text.replace(*change))


def test_the_pages_from_upload_to_undo(client, ground):
    client.force_login(ground.im_officer)
    ask = {"headers": {"accept-language": "en"}}
    page = client.get("/mineaction/import/", **ask)
    assert page.status_code == 200
    sent = {"mapping": "maxml", "owner": str(ground.dma.pk), "operator": "", "north": ""}
    data = xml(report(1), report(2, hazard(2, kind="Moonfield")))
    answer = client.post("/mineaction/import/", {**sent, "file": SimpleUploadedFile("a.xml", data)}, **ask)
    run = ImportRun.objects.get(target="mineaction.reports")
    assert (answer.status_code, answer["Location"]) == (302, run.get_absolute_url())
    shown = client.get(run.get_absolute_url(), **ask).content.decode()
    assert "hazardType “Minefield” → Kind: minefield" in shown.replace("&quot;", '"')
    assert "Moonfield" in shown
    rest = client.get(f"/imports/{run.pk}/rest.csv", **ask)
    assert b"Moonfield" in rest.getvalue()
    mapping = client.post("/mineaction/mappings/maxml/", {"act": "preview", "run": str(run.pk), "seen": "0",
                          "text": shipped()["maxml"].text.replace('"Minefield" =', '"Moonfield" = "minefield", "Minefield" =')}, **ask)  # fmt: skip
    assert mapping.status_code == 200
    assert "Moonfield" in mapping.content.decode()


def test_what_a_mapping_makes_is_said_in_the_readers_language(client, ground):
    client.force_login(ground.im_officer)
    for language, words in (("ar", "التوعية"), ("ckb", "هۆشیارکردنەوە"), ("en", "Risk education")):
        page = client.get("/mineaction/mappings/", headers={"accept-language": language}).content.decode()
        assert words in page
        assert "quality" not in page[page.index("<tbody>") : page.index("</tbody>")], "a code of the file is no word"


def test_a_mapping_is_edited_in_its_table(client, ground):
    from rafid.programmes.mineaction.carrying.editing import rows_of

    client.force_login(ground.im_officer)
    posted = {"act": "save", "seen": "0", "reason": "Their words"}
    for part in rows_of(shipped()["excel-sessions"]):
        posted |= {head["name"]: head["value"] for head in part["heads"]}
        for row in part["rows"]:
            posted |= {
                f"{row['name']}-field": row["field"].field, f"{row['name']}-path": row["path"], f"{row['name']}-codes": row["codes"],
                f"{row['name']}-unit": row["field"].unit, f"{row['name']}-date": row["date"],
                **({f"{row['name']}-keep": "1"} if row["field"].lacking == "keep" else {}),
            }  # fmt: skip
    posted["r0-f1-path"] = "Male adults"
    answer = client.post("/mineaction/mappings/excel-sessions/", posted, headers={"accept-language": "en"})
    assert answer.status_code == 302, answer.content.decode()
    saved = mapping_of("excel-sessions", owner=ground.dma.pk)
    men = next(one for one in saved.reports[0].fields if one.field == "men")
    assert men.path == ("Male adults",)
    assert ImportMapping.objects.get().reason == "Their words"


def test_who_is_nobody_here_sees_none_of_it(client, ground):
    client.force_login(ground.desk)
    assert client.get("/mineaction/mappings/").status_code in (403, 404)
    client.logout()
    for address in ("/mineaction/import/", "/mineaction/mappings/maxml/", "/mineaction/export/mineaction.gpkg"):
        assert client.get(address).status_code in (302, 404)


def test_xml_is_written_by_the_mapping_that_was_edited(client, ground, told):
    """Each authority's file by its own version; who works for none gets the country's."""
    mapping = mapping_of("maxml", owner=ground.dma.pk)
    text = (mapping.text or dump(mapping)).replace('"Minefield" = "minefield"', '"Laid minefield" = "minefield"')
    save_version(owner=ground.dma, text=text, seen=0, by=ground.im_officer)
    assert b"Laid minefield" in fetch(client, ground.im_officer, "/mineaction/export/maxml.xml")
    assert b"Laid minefield" not in fetch(client, ground.desk, "/mineaction/export/maxml.xml")
    assert b"Laid minefield" not in fetch(client, ground.partner, "/mineaction/export/maxml.xml")


def test_an_import_approved_elsewhere_is_compared_on_its_page(client, ground, send):  # noqa: F811
    run = send(xml(report(1), report(2, hazard(2))), gates="elsewhere")
    apply(run)
    address = f"/mineaction/import/{run.pk}/compare/"
    english = {"accept-language": "en"}
    client.force_login(ground.im_officer)
    assert "Another person of the authority compares them" in client.get(address, headers=english).content.decode()
    assert client.post(address, {"compared": "1"}, headers=english).status_code == 422
    client.force_login(ground.second)
    inbox = client.get("/mineaction/reports/", headers=english).content.decode()
    assert address in inbox
    assert client.post(address, headers=english).status_code == 422
    assert client.post(address, {"compared": "1"}, headers=english).status_code == 302
    assert set(own(FieldReport).values_list("checked_by", flat=True)) == {ground.second.pk}
    assert address not in client.get("/mineaction/reports/", headers=english).content.decode()
    client.force_login(ground.operations)
    row = own(FieldReport).order_by("reference").first()
    page = f"/mineaction/reports/{row.ref}/"
    assert "/step/accept/" in client.get(page, headers=english).content.decode()
    apply(send(xml(report(3, hazard(3))), gates="elsewhere"))
    third = own(FieldReport).get(reference="FR-3/HA-3")
    client.force_login(ground.operations)  # who may accept may compare instead
    assert "/step/compare/" in client.get(f"/mineaction/reports/{third.ref}/").content.decode()
    client.force_login(ground.quality)
    assert "/step/compare/" not in client.get(f"/mineaction/reports/{third.ref}/").content.decode()
    client.force_login(ground.rival_desk)
    assert client.get(address).status_code == 404
    client.force_login(ground.desk)
    assert client.post(address, {"compared": "1"}).status_code == 403


def test_one_report_approved_elsewhere_is_compared_on_its_own_page(client, ground, send):  # noqa: F811
    apply(send(xml(report(1)), gates="elsewhere"))
    row = own(FieldReport).get()
    client.force_login(ground.im_officer)
    page = client.get(f"/mineaction/reports/{row.ref}/", headers={"accept-language": "en"}).content.decode()
    assert "/step/compare/" not in page
    assert "second person of the authority" in page
    client.force_login(ground.second)
    done = client.post(f"/mineaction/reports/{row.ref}/step/compare/", {"version": row.version})
    assert done.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.checked_by) == ("operator_approved", ground.second)
