"""Sites for the frame: by table, by GeoPackage, from a published dataset; judged by cell, looked at, recorded, taken back."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rafid.commons.records.imports import apply, stage, undo
from rafid.commons.records.imports.mapping import choose_as_suggested
from rafid.commons.records.imports.receive import open_run
from rafid.commons.records.imports.targets import target_of
from rafid.commons.records.models import ImportRun
from rafid.programmes.monitoring.models import ExactPlace, Site
from rafid.programmes.monitoring.plans.bringing import of_geopackage
from tests.programmes.monitoring.test_contracts_entry import doubts, problems, table

pytestmark = pytest.mark.django_db
HEAD = "Id,List,Contract,Kind of site,Name,Size,Active from,Active to,Longitude,Latitude\n"


@pytest.fixture
def manager(client, field, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    client.force_login(field.manager)
    client.get("/?lang=en")
    return client


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def staged() -> ImportRun:
    run, target = ImportRun.objects.latest("made_at"), target_of("monitoring.sites")
    choose_as_suggested(run, target, open_run(run), {})
    run.save()
    return stage(run)


def test_sites_come_by_table_again_and_can_be_taken_back(field):
    ref = field.contract.ref
    text = f"{HEAD}A-1,tasks,{ref},Clearance task,Field one,900,2026-01-01,,44.3611,33.3152\nA-2,tasks,{ref},Session,Talk,,,,,\n"
    run = table(field, "sites", text)
    assert (run.good, run.bad, run.outlook["new"]) == (2, 0, 2)
    assert any("A-2 has no size: it can be drawn with equal chances only" in one for one in doubts(run))
    assert not Site.objects.filter(origin="tasks").exists(), "a preview records nothing"
    apply(run)
    one = Site.objects.get(origin="tasks", external_id="A-1")
    assert (one.size, one.partner, one.contract, one.active_from) == (
        900,
        field.partner,
        field.contract,
        date(2026, 1, 1),
    )
    exact = ExactPlace.objects.get(site=one).point
    assert (exact.x, exact.y) == pytest.approx((44.3611, 33.3152))
    assert (one.point.x, one.point.y) == pytest.approx((44.35, 33.3)), "what maps show is coarse"

    again = table(field, "sites", text.replace(",900,", ",950,"))
    assert (again.outlook["new"], again.outlook["replacing"], again.outlook["same"]) == (0, 1, 1)
    apply(again)
    one.refresh_from_db()
    assert one.size == 950
    undo(again, "a wrong file", by=field.manager)
    one.refresh_from_db()
    assert one.size == 900


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("B-1,tasks,,Clearance task,Zero,0,,,,", "size", None),
        ("B-1,tasks,NONE-1,Clearance task,Far,5,,,,", "contract", "There is no contract “NONE-1”"),
        ("B-1,tasks,,Clearance task,Back,5,2026-05-01,2026-04-01,,", "active_to", "ends on 2026-04-01, before it begins"),
        ("B-1,tasks,,Clearance task,Half,5,,,44.3,", "latitude", "one of the two coordinates"),
        ("B-1,tasks,,Palace,Odd,5,,,,", "kind_of_site", None),
        (",tasks,,Clearance task,Nameless,5,,,,", "external_id", None),
    ],
)  # fmt: skip
def test_a_wrong_site_names_row_field_and_remedy(field, row, column, sentence):
    run = table(field, "sites", f"{HEAD}{row}\nB-9,tasks,,Clearance task,Good,5,,,,\n")
    (found,) = problems(run)
    assert found[:2] == (1, column) or found[:2] == (2, column)
    assert sentence is None or sentence in found[2]
    assert run.good == 1


def test_an_id_twice_is_refused(field):
    run = table(
        field,
        "sites",
        f"{HEAD}C-1,tasks,,Session,One,5,,,,\nC-1,tasks,,Session,Two,6,,,,\nC-1,other,,Session,Three,7,,,,\n",
    )
    assert run.bad >= 1
    assert {column for _row, column, _text in problems(run)} & {"external_id", "list", "", None, "*"}


def test_a_site_that_the_list_does_not_name_any_more_is_told_and_stays(field):
    run = table(field, "sites", f"{HEAD}PART-1,file,,Clearance task,One,100,,,,\n")
    assert any("7 sites of this list are not in the file, such as PART-2" in one for one in doubts(run))
    apply(run)
    assert Site.objects.filter(origin="file", contract=field.contract).count() == len(field.sites)


def test_a_list_of_another_organisation_is_not_touched(field):
    Site.everything.filter(pk=field.sites[0].pk).update(owner=field.world.branch)
    run = table(field, "sites", f"{HEAD}PART-1,file,,Clearance task,Mine now,1,,,,\n")
    ((_row, column, text),) = problems(run)
    assert column == "external_id"
    assert "PART-1 of this list belongs to another organisation" in text


def gpkg(tmp_path) -> bytes:
    import numpy
    import pyogrio
    import shapely

    path = tmp_path / "tasks.gpkg"
    shapes = shapely.to_wkb(numpy.array([shapely.Point(44.4, 33.3), shapely.box(43.0, 36.0, 43.2, 36.2)], dtype=object))
    pyogrio.raw.write(
        path, shapes, [numpy.array(["G-1", "G-2"], dtype=object), numpy.array([500.0, 700.0])], ["id", "area"],
        geometry_type="Unknown", crs="EPSG:4326", driver="GPKG",
    )  # fmt: skip
    return path.read_bytes()


def test_a_geopackage_is_read_with_its_places(manager, field, tmp_path):
    data = gpkg(tmp_path)
    assert of_geopackage(data).decode().splitlines()[1] == "G-1,500.0,44.4,33.3"
    answer = manager.post(
        "/monitoring/sites/file/",
        {"owner": field.third.pk, "list": "hazards", "file": SimpleUploadedFile("tasks.gpkg", data)},
    )
    assert answer.status_code == 302
    run = staged()
    assert (run.good, run.bad) == (2, 0)
    apply(run)
    second = Site.objects.get(external_id="G-2")
    assert (second.origin, second.size) == ("hazards", 700)
    assert ExactPlace.objects.get(site=second).point.coords == pytest.approx((43.1, 36.1))


def test_a_file_that_is_no_geopackage_is_refused_with_a_remedy(manager, field):
    before = ImportRun.objects.count()
    answer = manager.post(
        "/monitoring/sites/file/",
        {"owner": field.third.pk, "list": "x", "file": SimpleUploadedFile("tasks.gpkg", b"not a database")},
    )
    assert answer.status_code == 422
    assert "Save it again, or send CSV or XLSX" in answer.content.decode()
    assert ImportRun.objects.count() == before


def test_sites_come_from_a_version_of_a_published_dataset(manager, field, released):
    page = manager.get("/monitoring/sites/dataset/")
    assert f"dataset={released.dataset.code}&amp;version={released.number}" in page.content.decode()
    address = f"/monitoring/sites/dataset/?dataset={released.dataset.code}&version={released.number}"
    form = manager.get(address).content.decode()
    assert 'name="of_external_id"' in form
    answer = manager.post(
        address, {"owner": field.third.pk, "of_external_id": "ref", "of_size": "flow", "of_name_en": "name"}
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    run = staged()
    assert run.good == 2, problems(run)
    apply(run)
    sites = Site.objects.filter(origin=f"dataset:{released.dataset.code}").order_by("external_id")
    assert [(one.external_id, float(one.size), one.name_en) for one in sites] == [
        ("W-1", 5.0, "Upper"),
        ("W-2", 7.5, "Lower"),
    ]
    assert manager.get(f"/monitoring/sites/dataset/?dataset={released.dataset.code}&version=99").status_code == 404


def test_a_withdrawn_dataset_gives_no_sites(manager, released):
    type(released.dataset).objects.filter(pk=released.dataset_id).update(state="withdrawn")
    assert released.dataset.code not in manager.get("/monitoring/sites/dataset/").content.decode()
    address = f"/monitoring/sites/dataset/?dataset={released.dataset.code}&version={released.number}"
    assert manager.get(address).status_code == 404


@pytest.fixture
def released(field, db):
    """A published version of two rows."""
    from django.utils import timezone

    from rafid.commons.products.models import Dataset, DatasetVersion, Decision, ReleasedRow

    fields = [
        {"name": "ref", "names": {"en": "Reference"}, "kind": "text"},
        {"name": "name", "names": {"en": "Name"}, "kind": "text"},
        {"name": "flow", "names": {"en": "Flow"}, "kind": "number"},
    ]
    dataset = Dataset.objects.create(
        code="springs-demo", name_en="Springs", programme="wells", owner=field.third, origin="table", sensitivity=0
    )
    version = DatasetVersion.objects.create(
        dataset=dataset, number=1, known=timezone.now(), sensitivity=0, fields=fields, rows=2, sha256="a" * 64
    )
    for number, (ref, name, flow) in enumerate((("W-1", "Upper", 5), ("W-2", "Lower", 7.5)), 1):
        ReleasedRow.objects.create(version=version, n=number, key=ref, values={"ref": ref, "name": name, "flow": flow})
    Decision.objects.create(version=version, approved=True, by=field.quality)
    version.state, version.published_at = "published", timezone.now()
    version.save()
    Dataset.objects.filter(pk=dataset.pk).update(state="published")
    return version
