"""Reports of other systems, by mapping files: once, with what did not fit told, and back as one."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rafid.commons.records.imports import receive, stage, undo
from rafid.commons.records.imports.apply import apply
from rafid.commons.records.imports.mapping import choose_as_suggested
from rafid.commons.records.imports.messages import sentence
from rafid.commons.records.imports.receive import open_run
from rafid.commons.records.imports.targets import target_of
from rafid.commons.records.models import ImportRow
from rafid.commons.records.tabular import TableError
from rafid.programmes.mineaction.carrying import shapes, table_source, xml_source
from rafid.programmes.mineaction.models import ExternalId, FieldReport
from rafid.programmes.mineaction.reports import decide
from rafid.programmes.mineaction.reports.reconcile import as_new

from .carried_files import CORNERS, geojson, hazard, ng, points, report, xml, zipped
from .conftest import own

pytestmark = pytest.mark.django_db
TARGET = "mineaction.reports"


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def send(ground):
    """Reads a file by a mapping, as its page does; the run that waits to be recorded."""

    def sent(data: bytes, mapping="maxml", name="reports.xml", *, by=None, **options):
        run = receive(
            SimpleUploadedFile(name, data),
            TARGET,
            by or ground.im_officer,
            {"mapping": mapping, **options},
            owner=ground.dma,
        )
        choose_as_suggested(run, target_of(TARGET), open_run(run), {})
        run.save()
        return stage(run)

    return sent


def said(run, kind="problems") -> list[str]:
    """The sentences about its rows."""
    rows = ImportRow.objects.filter(run_id=run.pk).order_by("number")
    return [sentence(one) for row in rows for found in (getattr(row, kind) or {}).values() for one in found]


def test_xml_becomes_reports_and_comes_again_without_doubles(send, ground):
    data = xml(report(1), report(2, hazard(2, cls="CHA")))
    run = send(data)
    assert (run.state, run.good, run.bad) == ("staged", 2, 0)
    apply(run)
    first = FieldReport.objects.get(reference="FR-1/HA-1", owner=ground.dma)
    assert (first.type, first.on, first.organisation, first.state) == (
        "hazard",
        date(2026, 1, 10),
        ground.operator,
        "received",
    )
    assert first.content["type"] == "minefield"
    assert first.content["depth_expected_m"] == pytest.approx(0.2)
    assert first.content["external"] == {"system": "maxml", "key": "h-1"}
    assert first.content["ground"]["coordinates"][0][0][:2] == [list(CORNERS[0]), list(CORNERS[1])]
    again = send(data)
    assert (again.outlook["new"], again.outlook["same"]) == (0, 2)
    apply(again)
    assert own(FieldReport).count() == 2


def test_what_the_codes_lack_is_kept_where_the_mapping_says_so(send):
    run = send(xml())
    assert any("Zogger" in one for one in said(run, "warnings"))
    apply(run)
    row = own(FieldReport).get()
    assert row.content["elsewhere"]["Devices/device"] == "Zogger"
    assert row.content["device_categories"] == ["ap_mine"]


def test_a_code_that_the_mapping_lacks_is_told_with_its_path(send):
    run = send(xml(report(1), report(2, hazard(2, kind="Moonfield"))))
    assert (run.good, run.bad) == (1, 1)
    (text,) = said(run)
    assert "Moonfield" in text
    assert "hazardType" in text


def test_other_content_under_the_same_number_is_its_next_version(send):
    apply(send(xml(report(1))))
    run = send(xml(report(1, hazard(1, kind="Battle area"))))
    apply(run)
    states = dict(own(FieldReport).values_list("number", "state"))
    assert states == {1: "superseded", 2: "received"}
    newest = own(FieldReport).get(number=2)
    assert ExternalId.objects.get(system="maxml/report", key="g-1/h-1").record == newest.pk


def test_an_import_is_undone_as_one_and_the_earlier_version_comes_back(send, ground):
    apply(send(xml(report(1))))
    run = send(xml(report(1, hazard(1, kind="Battle area")), report(2)))
    apply(run)
    undo(run, "Wrong file", by=ground.im_officer)
    row = own(FieldReport).get()
    assert (row.number, row.state, row.content["type"]) == (1, "received", "minefield")
    assert ExternalId.objects.get(system="maxml/report").record == row.pk


def test_what_was_looked_at_since_is_not_undone(send, ground):
    from rafid.commons.records.imports.undo import CannotUndo

    run = send(xml())
    apply(run)
    decide.check(own(FieldReport).get(), by=ground.desk)
    with pytest.raises(CannotUndo):
        undo(run, "Wrong file", by=ground.im_officer)
    assert own(FieldReport).get().state == "operator_checked"


def test_an_accepted_object_is_known_by_its_identifier(send, ground):
    """The next report about it is proposed as of the record that is there."""
    apply(send(xml(report(1)), gates="elsewhere"))
    row = own(FieldReport).get()
    assert row.state == "operator_approved"
    decide.check(row, by=ground.second)
    accepted = decide.accept(as_new(row), by=ground.operations)
    apply(send(xml(report(7, hazard(1, kind="Battle area")))))
    later = own(FieldReport).get(reference="FR-7/HA-1")
    assert (later.reconciled, later.target) == ("existing", accepted.target)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (xml(before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), "document type"),
        (xml(before='<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'), "document type"),
        (b"<OtherExport><Row/></OtherExport>", "begins with <OtherExport>"),
        (xml(report(1), report(2))[:-150], "breaks off"),
        (b"PK\x03\x04 not xml", "no XML"),
    ],
)
def test_xml_that_is_not_taken_at_all(send, data, words):
    said = ""
    try:
        run = send(data)
    except TableError as error:
        said = error.text()
    else:
        assert run.state == "failed"
        said = run.error["en"]
        assert not ImportRow.objects.filter(run_id=run.pk).exists()
    assert words in said
    assert not own(FieldReport).exists()


def test_numbers_that_repeat_in_one_file(send):
    run = send(xml(report(1), report(1, hazard(1, kind="Battle area")), report(2), report(2)))
    assert (run.good, run.bad) == (1, 3)


def test_links_to_what_is_not_there(send):
    release = (
        "<HazardReduction><hazardReductionGUID>r-1</hazardReductionGUID><hazardReductionID>R-1</hazardReductionID>"
        f"<reductionType>Cleared</reductionType><clearanceDepth>20</clearanceDepth><linkedHazard>Hazard_404</linkedHazard>{points()}"
        "</HazardReduction>"
    )
    run = send(xml(report(1, release)))
    assert any("Hazard_404" in one for one in said(run, "warnings"))
    apply(run)
    row = own(FieldReport).get()
    assert row.content["hazard"] == {"system": "maxml", "key": "Hazard_404"}


def test_several_grids_in_one_shape_and_a_grid_of_another_country(send):
    mixed = points(CORNERS[:2]).replace("</Points></GeospatialInfo>", "") + points(
        ((440000, 3990000),), crs="UTM 38N"
    ).replace("<GeospatialInfo><Points>", "")
    moved = points(((440000, 3990000), (440300, 3990000), (440300, 3990200)), crs="UTM 39N")
    right = points(((440000, 3990000), (440300, 3990000), (440300, 3990200)), crs="UTM 38N")
    run = send(
        xml(report(1, hazard(1, shape=mixed)), report(2, hazard(2, shape=right)), report(3, hazard(3, shape=moved)))
    )
    texts = said(run)
    assert any("several grids" in one for one in texts)
    apply(run, only_good=True)
    got = own(FieldReport).get(reference="FR-2/HA-2").content["ground"]["coordinates"][0][0][0]
    assert got == pytest.approx([44.33384, 36.05271], abs=1e-5)


def test_a_shape_that_crosses_itself_keeps_its_report_out(send):
    crossed = points((CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3]))
    run = send(xml(report(1, hazard(1, shape=crossed))))
    assert any("crosses itself" in one for one in said(run))


def test_a_shape_with_too_many_points_keeps_its_report_out(send, monkeypatch):
    monkeypatch.setattr(shapes, "MOST_POINTS", 4)
    more = hazard(2, shape=points((*CORNERS, (44.329, 36.051))))
    run = send(xml(report(1), report(2, more)))
    assert (run.good, run.bad) == (1, 1)
    assert "The shape has 5 points, and at most 4 are taken" in said(run)[0]


def test_a_report_that_would_fill_the_memory_is_named_and_refused_at_once(send, monkeypatch):
    monkeypatch.setattr(xml_source, "MOST_PARTS", 60)
    long = xml(report(1), "\n" + report(2, hazard(2, shape=points(CORNERS * 8))))
    with pytest.raises(TableError) as caught:
        send(long)
    assert "begins at line 2 of the file has more than 60 elements" in caught.value.text()


def test_a_report_of_tables_with_too_many_points_is_named(send, monkeypatch):
    monkeypatch.setattr(table_source, "MOST_POINTS", 2)
    with pytest.raises(TableError) as caught:
        send(ng(), mapping="imsma-ng", name="ng.zip")
    assert "of the file has more than 2 points" in caught.value.text()


def test_persons_never_come_in(send):
    people = "<Victim><FirstName>Zqxname</FirstName></Victim><reportedBy>Zqxname</reportedBy>"
    run = send(xml(report(1, hazard(1, more=people) + "<Victim><FirstName>Zqxname</FirstName></Victim>")))
    apply(run)
    everything = json.dumps([row.content for row in own(FieldReport)], ensure_ascii=False)
    assert "Zqxname" not in everything
    assert not any("Zqxname" in json.dumps(row.values) for row in ImportRow.objects.filter(run_id=run.pk))


def test_tables_of_ng_ask_for_the_north(send):
    run = send(ng(), "imsma-ng", "ng.zip")
    assert any("does not say from which north" in one for one in said(run, "warnings"))
    apply(run)
    row = own(FieldReport).get()
    assert row.on == date(2026, 2, 1)
    assert row.content["ground"]["coordinates"][0][0][0] == list(CORNERS[0])
    assert "Salim" not in json.dumps(row.content)
    turned = send(ng(), "imsma-ng", "ng.zip", answers={"north": "magnetic"})
    apply(turned)
    newer = own(FieldReport).get(number=2)
    moved = newer.content["ground"]["coordinates"][0][0][1]
    assert moved[1] < CORNERS[1][1] - 0.0001  # 5° east of north, 270 m to the east: about 25 m southwards


def test_a_layer_and_its_links(send):
    rows = {"hazard_id": "C-1", "globalid": "{1}", "link_id": "HazardousArea_1", "hazard_type": "cmr", "ha_class": "sha",
            "organisation": "Operator", "report_date": "2026-02-01", "devices": "ap, uxo"}  # fmt: skip
    run = send(geojson(rows), "core-layers", "hazards.geojson")
    assert (run.good, run.bad) == (1, 0)
    apply(run)
    row = own(FieldReport).get()
    assert row.content["device_categories"] == ["ap_mine", "other_uxo"]
    assert row.content["external"]["key"] == "HazardousArea_1"


def test_who_may_not_import_in_the_name_of_the_authority(ground, client):
    client.force_login(ground.desk)
    assert client.get("/mineaction/import/").status_code in (403, 404)


def test_tables_without_the_table_of_the_mapping(send):
    with pytest.raises(TableError) as caught:
        send(zipped(other=[{"a": 1}]), "imsma-ng", "ng.zip")
    assert "geopoint" in caught.value.text()
