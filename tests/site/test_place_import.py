"""Borders and settlements by page: sent, read by the worker, looked at, put in force or aside; by whom, and by nobody else."""

from __future__ import annotations

import json
from datetime import date

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob
from shapely import box

from rafid.commons.places.models import Level, Place, PlaceImport, PlaceVersion
from rafid.commons.records.models import Task, TaskState
from rafid.commons.records.tasks import run as run_task

pytestmark = pytest.mark.django_db
DAY = date(2019, 6, 3)
SQUARES = {
    "TQ01": box(44, 31, 45, 32),
    "TQ02": box(45, 31, 46, 32),
    "TQ03": box(44, 32, 45, 33),
    "TQ04": box(45, 32, 46, 33),
}
NAMES = {"TQ01": "Qalat Amin", "TQ02": "Sharwand", "TQ03": "Bistan", "TQ04": "Zawraq"}
TOWNS = "name,pcode,lat,lon,adm2_pcode\nQaryat Zarqun,TQV1,31.05,46.25,IQG17Q04\nAbroad,XX9,51.5,0.1,IQG17Q04\n"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def trial():
    """A governorate and four districts that nothing else knows, in a division of their own."""
    country = Place.objects.get(ref="IQ")
    above = Place.objects.create(
        ref="TQ", level=1, division="trial", parent=country, name_en="Trial", code="T0", source="test"
    )
    PlaceVersion.objects.create(place=above, parent=country, name_en="Trial", valid=(None, None))
    for ref, name in NAMES.items():
        place = Place.objects.create(ref=ref, level=2, division="trial", parent=above, name_en=name, source="test")
        PlaceVersion.objects.create(place=place, parent=above, name_en=name, valid=(None, None), source="names: test")
    return above


@pytest.fixture
def administrator(world):
    return world.person("cartographer", ("platform.administrator", None, None))


@pytest.fixture
def officer(client, administrator):
    client.force_login(administrator)
    return client


def geojson(squares=SQUARES, names=NAMES, name="borders.geojson", **more):
    features = [
        {
            "type": "Feature",
            "properties": {"pcode": ref, "label": names.get(ref, "")},
            "geometry": shapely.geometry.mapping(shape),
        }
        for ref, shape in squares.items()
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features, **more})
    return SimpleUploadedFile(name, content.encode())


def send(client, file, kind="borders", **said):
    if kind == "borders":
        said = {"level": "2", "division": "trial", "valid": DAY.isoformat(), **said}
    return client.post(f"/places/import/{kind}/?lang=en", {"file": file, **said})


def work_off() -> None:
    """What the worker would do: each waiting task, in this process."""
    for job in ProcrastinateJob.objects.filter(status="todo", task_name="rafid.run").order_by("id"):
        run_task.func(None, **job.args)


def sent(client, file, kind="borders", **said):
    answer = send(client, file, kind, **said)
    assert answer.status_code == 302, answer.content.decode()
    work_off()
    return PlaceImport.objects.order_by("-made_at")[0]


def text(client, run):
    return client.get(run.get_absolute_url() + "?lang=en").content.decode()


def decide(client, run, what="apply", **said):
    from rafid.commons.places.place_imports import seen

    said = {"seen": seen(run), "why": "The ministry redrew them", **said}
    answer = client.post(f"{run.get_absolute_url()}{what}/?lang=en", said, follow=True)
    run.refresh_from_db()
    return answer.content.decode()


def geometry_of(ref):
    return PlaceVersion.objects.get(place__ref=ref, valid__contains=DAY).geometry


def test_from_the_file_to_the_map(officer, administrator, trial):
    answer = send(officer, geojson())
    run = PlaceImport.objects.get()
    assert answer["Location"] == run.get_absolute_url()
    assert "is being read" in text(officer, run)
    work_off()
    run.refresh_from_db()
    page = text(officer, run)
    assert (run.state, run.by) == ("checked", administrator.pk)
    for said in (
        "Code: pcode (guessed)",
        "Valid from: 2019-06-03",
        "layer borders,",
        "Put in force",
        "Qalat Amin",
        "Nothing is wrong",
    ):
        assert said in page
    assert run.report["outlook"] == {"new": 0, "changed": 4, "same": 0}
    assert page.count("area is-taken") == 4
    assert geometry_of("TQ01") is None
    decide(officer, run)
    assert run.state == "applying"
    work_off()
    run.refresh_from_db()
    assert (run.state, run.decided_by, run.stored) == ("applied", administrator.pk, "")
    assert geometry_of("TQ01").extent == (44, 31, 45, 32)
    assert "This file is in force" in text(officer, run)
    history = officer.get("/places/TQ01/history/?lang=en").content.decode()
    assert "The ministry redrew them" in history
    assert str(administrator) in history
    listed = officer.get("/places/import/?lang=en").content.decode()
    assert "borders.geojson" in listed
    assert "In force" in listed
    assert str(administrator) in listed
    assert administrator.messages.filter(link=run.get_absolute_url()).count() == 1


def test_the_file_goes_where_it_is_decided(officer, trial, settings):
    run = sent(officer, geojson())
    path = settings.MEDIA_ROOT / run.stored
    assert path.is_file()
    # Files go when the decision is committed, which a test never does.
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        page = decide(officer, run, "cancel")
    assert run.state == "cancelled"
    assert "No place was changed" in page
    assert not path.exists()
    assert geometry_of("TQ01") is None
    assert "decided about this file already" in decide(officer, run)


def test_faults_are_told_as_the_command_tells_them(officer, trial):
    crooked = {**SQUARES, "TQ01": box(44, 31, 45.1, 32), "SY01": box(46, 31, 46.5, 32)}
    crooked["TQ03"] = SQUARES["TQ03"] - box(44.4, 32.4, 44.6, 32.6)
    run = sent(officer, geojson(crooked))
    page = text(officer, run)
    for said in ("Overlaps", "Gaps", "Codes of another country", "km²", "badge bad"):
        assert said in page
    assert "is-refused" in page
    assert "is-fault" in page
    report = json.loads(officer.get(f"{run.get_absolute_url()}report.json").content)
    assert {"overlap", "gap", "foreign_code"} <= {fault["kind"] for fault in report["faults"]}
    in_arabic = officer.get(run.get_absolute_url() + "?lang=ar").content.decode()
    assert "تداخل" in in_arabic
    assert "Overlaps" not in in_arabic


def test_read_otherwise(officer, trial):
    run = sent(officer, geojson(names=dict.fromkeys(NAMES, "x")))
    page = text(officer, run)
    assert "pcode: TQ01, TQ02, TQ03" in page
    assert "Found by itself: pcode" in page
    said = {"level": "2", "division": "trial", "valid": "2024-01-01", "code": "pcode"}
    officer.post(f"{run.get_absolute_url()}read/", said)
    run.refresh_from_db()
    assert run.state == "reading"
    work_off()
    run.refresh_from_db()
    assert (run.report["chosen"]["valid"], run.options["code"]) == ("2024-01-01", "pcode")
    assert "code" not in run.report["chosen"]["guessed"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.geojson", b"", "The file is empty"),
        ("x.geojson", b'{"type": "Topology"}', "This is TopoJSON"),
        ("x.zip", b"PK\x03\x04broken", "The zip is damaged"),
        ("x.pdf", b"%PDF-1.7", "neither GeoJSON"),
    ],
)
def test_a_file_that_is_none_is_refused_at_once(officer, name, content, said):
    answer = send(officer, SimpleUploadedFile(name, content), division="")
    assert (answer.status_code, PlaceImport.objects.count(), Task.objects.count()) == (422, 0, 0)
    page = answer.content.decode()
    assert said in page, page[page.index("<main") :]


def test_no_file_and_one_too_large(officer, settings):
    assert "Choose the file first" in officer.post("/places/import/borders/?lang=en").content.decode()
    settings.RAFID_UPLOAD_LIMIT = 100
    answer = send(officer, geojson())
    assert answer.status_code == 422
    assert "The file is larger than" in answer.content.decode()
    assert PlaceImport.objects.count() == 0


def test_what_cannot_be_read_is_told_in_three_languages_with_a_way_on(officer, trial):
    run = sent(officer, geojson(), level="", division="", valid="")
    assert run.state == "refused"
    page = text(officer, run)
    assert "Say from which day the borders are valid" in page
    assert "Read the file otherwise" in page
    assert "Put in force</button>" not in page
    assert len(set(run.problem.values())) == 3
    assert run.problem["ar"] in officer.get(run.get_absolute_url() + "?lang=ar").content.decode()
    officer.post(f"{run.get_absolute_url()}read/", {"code": "nothing", "level": "2", "division": "trial"})
    work_off()
    run.refresh_from_db()
    assert run.state == "refused"
    assert "There is no field nothing" in text(officer, run)
    officer.post(f"{run.get_absolute_url()}read/", {"level": "2", "division": "trial", "valid": DAY.isoformat()})
    work_off()
    run.refresh_from_db()
    assert (run.state, run.problem, len(run.report["areas"])) == ("checked", None, 4)


def test_places_that_changed_meanwhile_are_looked_at_again(officer, trial):
    """Two people at once: what the second saw no longer holds, so that nothing is done until he has seen what does."""
    first, second = sent(officer, geojson()), sent(officer, geojson(name="same.geojson"))
    decide(officer, first)
    decide(officer, second)
    assert (first.state, second.state) == ("applying", "applying")
    work_off()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("applied", "checked")
    assert second.report["outlook"] == {"new": 0, "changed": 0, "same": 4}
    assert "Places have changed since you looked" in text(officer, second)
    decide(officer, second)
    work_off()
    second.refresh_from_db()
    assert (second.state, second.done) == ("applied", {"new": 0, "changed": 0, "same": 4})
    assert PlaceVersion.objects.filter(place__ref="TQ01").count() == 2


def test_a_decision_holds_for_the_report_that_was_seen(officer, trial):
    run = sent(officer, geojson())
    assert "The report has changed since you looked" in decide(officer, run, seen="another")
    decide(officer, run)
    assert "Wait until that is done" in decide(officer, run)
    assert "Wait until that is done" in decide(officer, run, "cancel")
    assert Task.objects.filter(name="places.apply").count() == 1


def test_work_that_was_given_up_can_be_done_again(officer, trial):
    run = sent(officer, geojson())
    decide(officer, run)
    Task.objects.filter(pk=run.task).update(state=TaskState.FAILED, error={"en": "Cut off.", "ar": "-", "ckb": "-"})
    assert "Cut off." in text(officer, run)
    officer.post(f"{run.get_absolute_url()}read/", {"level": "2", "division": "trial", "valid": DAY.isoformat()})
    work_off()
    run.refresh_from_db()
    assert run.state == "checked"


def test_new_places(officer, trial):
    fresh = {**SQUARES, "TQ05": box(46, 31, 47, 32)}
    PlaceVersion.objects.filter(place=trial).update(
        geometry="SRID=4326;MULTIPOLYGON(((44 31,47 31,47 33,44 33,44 31)))", generalised=False
    )
    run = sent(officer, geojson(fresh, {**NAMES, "TQ05": "Gulzar"}))
    assert "tick the last box" in text(officer, run)
    said = {"level": "2", "division": "trial", "valid": DAY.isoformat(), "add": "on"}
    officer.post(f"{run.get_absolute_url()}read/", said)
    work_off()
    run.refresh_from_db()
    new = [area["place"] for area in run.report["areas"] if area["how"] == "new"]
    assert (run.report["outlook"]["new"], new) == (len(new), new)


def test_settlements(officer, administrator):
    run = sent(officer, SimpleUploadedFile("towns.csv", TOWNS.encode()), "settlements", source="A survey")
    page = text(officer, run)
    assert run.report["outlook"] == {"new": 1, "changed": 0, "same": 0}
    for said in ("Points outside the country", "A survey", "row 3", "New places"):
        assert said in page
    decide(officer, run)
    work_off()
    town = Place.objects.get(ref="TQV1")
    assert (town.level, town.source, town.parent.ref) == (Level.SETTLEMENT, "A survey", "IQG17Q04")
    workbook = SimpleUploadedFile("x.csv", b"\x00\x01\x02")
    assert "neither a CSV table" in send(officer, workbook, "settlements").content.decode()


def test_only_those_who_manage_all_places(client, world, trial, officer):
    run = sent(officer, geojson())
    assert "/places/import/" in officer.get("/places/?lang=en").content.decode()
    client.logout()
    assert client.get("/places/import/")["Location"].startswith("/accounts/login/")
    assert "/places/import/" not in client.get("/places/?lang=en").content.decode()
    narrow = world.person("narrow", ("platform.administrator", world.authority, None))
    local = world.person("southern", ("platform.administrator", None, world.south))
    for account in (world.keeper, world.stranger, narrow, local):
        client.force_login(account)
        assert "/places/import/" not in client.get("/places/?lang=en").content.decode()
        for path in ("", "borders/", "settlements/"):
            assert client.get(f"/places/import/{path}").status_code == 403
        assert send(client, geojson()).status_code == 403
        for path in ("", "report.json"):
            assert client.get(run.get_absolute_url() + path).status_code == 404
        for path in ("apply/", "cancel/", "read/"):
            assert client.post(run.get_absolute_url() + path).status_code == 404
    run.refresh_from_db()
    assert run.state == "checked"
