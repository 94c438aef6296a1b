"""What follows arrival, check by check, through the real database."""

from __future__ import annotations

import itertools
import logging
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from rafid.commons import blobs
from rafid.commons.forms import arrivals, checks
from rafid.commons.forms.accept import accept
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.checks import duplicates, matrices, nightly, travel
from rafid.commons.forms.checks.nightly import look_again, look_at_form
from rafid.commons.forms.models import (
    AppUser,
    Attachment,
    BackCheck,
    CopyingRank,
    Entity,
    EntityList,
    Finding,
    Form,
    Submission,
    SubmissionVersion,
    VisitFacts,
)
from rafid.commons.forms.sender import of_phone
from rafid.commons.forms.versions import publish_draft, put_draft

from .visits import BATTERY, MORNING, ROLES, XFORM, audit, exif, photo, visit_xml

pytestmark = pytest.mark.django_db


@pytest.fixture
def visits(world):
    """``send(**more)`` a visit; ``found(kind)`` what is open about it, by instanceID; ``handle()``."""
    form = Form.objects.create(
        xform_id="visits", title_en="Visits", programme="wells", owner=world.authority, roles=ROLES
    )
    put_draft(form, XFORM.encode())
    publish_draft(form, at=datetime(2026, 1, 1, tzinfo=UTC))
    Submission.everything.filter(handled_at=None).update(handled_at=timezone.now())
    phone = AppUser.objects.create(name="Tablet 7", token_sha256="x" * 64, owner=world.branch)
    phone.forms.add(form)
    numbers = itertools.count(1)

    def send(files=(), received=None, number=None, **more):
        number = number or next(numbers)
        start = more.get("start", MORNING) or MORNING
        kept = [(name, blobs.keep(data)) for name, data in files]
        accepted = accept(
            visit_xml(number, **more), of_phone(phone), files=kept, received_at=received or start + timedelta(hours=3)
        )
        return Submission.objects.get(pk=accepted.submission)

    def found(kind):
        rows = told(form).filter(kind=kind).order_by("submission__received_at", "submission", "path")
        return [(one.submission.instance_id, one.path, one.evidence) for one in rows]

    return SimpleNamespace(form=form, phone=phone, send=send, found=found, world=world, handle=handle_arrivals)


def told(form):
    return Finding.objects.filter(submission__form=form)


def again(visits):
    """All of the form wait for examination once more."""
    Submission.objects.filter(form=visits.form).update(handled_at=None)


def limit(visits, **limits):
    visits.form.limits = limits
    visits.form.save()


def test_an_ordinary_day_has_no_finding(visits):
    for hour in range(4):
        visits.send(start=MORNING + timedelta(hours=hour), loc=f"36.{19 + hour} 44.01 0 5", site=f"S{hour}")
    assert visits.handle() == 4
    assert list(told(visits.form).values_list("kind", flat=True)) == []
    assert Submission.objects.filter(form=visits.form, handled_at=None).count() == 0
    assert visits.handle() == 0


def test_a_clock_that_cannot_be_right(visits):
    visits.send(start=MORNING, end=MORNING - timedelta(minutes=1))
    visits.send(start=MORNING, end=MORNING + timedelta(hours=30), received=MORNING + timedelta(hours=3))
    visits.send(start=datetime(2025, 6, 1, 9, tzinfo=UTC))
    visits.send(start=MORNING, end=MORNING + timedelta(hours=26), received=MORNING + timedelta(hours=3))
    visits.handle()
    reasons = {one[0]: one[2]["reasons"] for one in visits.found("clock_problem")}
    assert reasons == {
        "uuid:v1": ["end_before_start"],
        "uuid:v2": ["end_after_received"],
        "uuid:v3": ["start_before_published"],
    }


@pytest.mark.parametrize(
    ("local", "is_night"), [(19.99, False), (20, True), (23.5, True), (4.99, True), (5, False), (12, False)]
)
def test_night_is_by_the_country_s_clock(visits, local, is_night):
    visits.send(start=datetime(2026, 9, 28, 21, tzinfo=UTC) + timedelta(hours=local), minutes=1)
    visits.handle()
    assert bool(visits.found("night_interview")) is is_night


def test_far_from_the_earlier_visits_of_the_site(visits):
    visits.send(site="A", loc="36.1900 44.0100 0 5", start=MORNING - timedelta(days=3))
    visits.send(site="A", loc="36.1909 44.0100 0 5", start=MORNING - timedelta(days=2))
    visits.send(site="A", loc="36.1981 44.0100 0 5", start=MORNING - timedelta(days=1))
    visits.send(site="B", loc="36.5 44.0100 0 5")
    visits.handle()
    [(who, path, evidence)] = visits.found("far_from_site")
    assert (who, path, evidence["by"], evidence["visits"]) == ("uuid:v3", "", "earlier", 2)
    assert evidence["metres"] == pytest.approx(850.6, abs=0.2)
    assert VisitFacts.objects.get(
        submission__form=visits.form, submission__instance_id="uuid:v2"
    ).site_m == pytest.approx(100.1, abs=0.1)


def test_the_fix_s_accuracy_counts_in_favour(visits):
    visits.send(site="A", loc="36.1900 44.0100 0 5", start=MORNING - timedelta(days=3))
    visits.send(site="A", loc="36.1972 44.0100 0 400", start=MORNING - timedelta(days=2))
    visits.handle()
    assert visits.found("far_from_site") == []


def test_the_entity_says_where_the_site_is(visits):
    sites = EntityList.objects.create(name="our_sites", programme="wells", owner=visits.world.authority)
    entity = Entity.objects.create(
        list=sites, uuid="0192aaaa-0000-7000-8000-000000000001", label="A", owner=visits.world.authority,
        data={"geometry": "36.1900 44.0100 0 0"},
    )  # fmt: skip
    visits.send(site=str(entity.uuid), loc="36.1972 44.0100 0 5")
    near = visits.send(site=str(entity.uuid), loc="36.1909 44.0100 0 5")
    visits.handle()
    [(who, _path, evidence)] = visits.found("far_from_site")
    assert (who, evidence["by"]) == ("uuid:v1", "entity")
    assert evidence["metres"] == pytest.approx(800.6, abs=0.1)
    assert near.visit_facts.site_by == "entity"


def test_a_journey_that_nobody_can_make(visits):
    visits.send(loc="33.3152 44.3661 0 5", start=MORNING - timedelta(minutes=60), minutes=60)
    visits.send(loc="36.3489 43.1577 0 5", start=MORNING + timedelta(hours=1))
    visits.send(loc="33.3152 44.3661 0 5", start=MORNING + timedelta(hours=1), who="Sara")
    visits.handle()
    [(who, _path, evidence)] = visits.found("too_fast_travel")
    assert (who, evidence["instance_id"], evidence["kmh"], evidence["seconds"]) == ("uuid:v2", "uuid:v1", 354.9, 3600)


def test_a_slow_journey_is_none_of_our_business(visits):
    visits.send(loc="33.3152 44.3661 0 5", start=MORNING - timedelta(minutes=60), minutes=60)
    visits.send(loc="36.3489 43.1577 0 5", start=MORNING + timedelta(hours=4))
    visits.handle()
    assert visits.found("too_fast_travel") == []


def test_a_visit_that_comes_late_is_found_at_the_one_after_it(visits):
    visits.send(loc="36.3489 43.1577 0 5", start=MORNING + timedelta(hours=2), received=MORNING + timedelta(hours=8))
    visits.handle()
    assert visits.found("too_fast_travel") == []
    visits.send(loc="33.3152 44.3661 0 5", start=MORNING, minutes=60, received=MORNING + timedelta(hours=9))
    visits.handle()
    assert [one[0] for one in visits.found("too_fast_travel")] == ["uuid:v1"]


def test_at_two_places_at_once(visits):
    visits.send(loc="33.3152 44.3661 0 5", start=MORNING)
    visits.send(loc="36.3489 43.1577 0 5", start=MORNING + timedelta(minutes=10))
    visits.handle()
    [(_who, _path, evidence)] = visits.found("too_fast_travel")
    assert evidence["kmh"] is None
    assert evidence["seconds"] == -1200


def test_a_short_interview_among_enough_others(visits):
    for day in range(9):
        visits.send(start=MORNING - timedelta(days=day + 1), minutes=30)
    visits.send(start=MORNING, minutes=9)
    visits.send(start=MORNING - timedelta(days=20), minutes=11)
    visits.handle()
    [(who, _path, evidence)] = visits.found("short_interview")
    assert (who, evidence["seconds"], evidence["median"], evidence["interviews"]) == ("uuid:v10", 540, 1800, 11)


def test_too_few_interviews_have_no_median(visits):
    for day in range(8):
        visits.send(start=MORNING - timedelta(days=day + 1), minutes=30)
    visits.send(start=MORNING, minutes=1)
    visits.handle()
    assert visits.found("short_interview") == []


def test_the_audit_log_s_active_time_is_believed_before_the_clock(visits):
    for day in range(10):
        visits.send(start=MORNING - timedelta(days=day + 1), minutes=30)
    log = audit(("form start", "", 0, 0, "", ""), ("question", "/data/site", 0, 120, "", ""))
    visits.send(start=MORNING, minutes=30, audit="audit.csv", files=[("audit.csv", log)])
    visits.handle()
    [(who, _path, evidence)] = visits.found("short_interview")
    assert (who, evidence["seconds"], evidence["audit"]) == ("uuid:v11", 120, True)
    look_at_form(visits.form)
    assert len(visits.found("short_interview")) == 1


def test_a_log_that_comes_later_is_read_later(visits):
    one = visits.send(audit="audit.csv")
    visits.handle()
    assert one.visit_facts.from_audit is False
    log = audit(
        ("form finalize", "", 0, 0, "", ""), ("question", "/data/people", 1, 5, "20", "40"),
        ("question", "/data/room[2]/beds", 5, 9, "1", "1"),
    )  # fmt: skip
    visits.send(number=1, audit="audit.csv", files=[("audit.csv", log)])
    assert visits.handle() == 1
    assert VisitFacts.objects.get(submission=one).active_seconds == 8
    assert [(one[0], one[1]) for one in visits.found("changed_after_finalise")] == [("uuid:v1", "/data/people")]


def test_a_copy_of_an_earlier_record(visits):
    for _ in range(12):
        visits.send()
    copied = dict.fromkeys(BATTERY, "b") | {"people": "44", "fee": "9.5", "note_of": "seen"}
    visits.send(who="Ali", answers=copied)
    visits.send(who="Ali", answers=copied | {"q1": "c"}, start=MORNING + timedelta(hours=3))
    visits.handle()
    [(who, _path, evidence)] = visits.found("near_duplicate")
    assert (who, evidence["instance_id"], evidence["equal"], evidence["compared"]) == ("uuid:v14", "uuid:v13", 10, 11)


def test_a_back_check_is_meant_to_be_alike(visits):
    for _ in range(5):
        visits.send()
    copied = dict.fromkeys(BATTERY, "b")
    first = visits.send(answers=copied | {"note_of": "x"})
    again = visits.send(answers=copied | {"note_of": "x", "people": "24"}, who="Sara")
    BackCheck.objects.create(form=visits.form, original=first, repeated=again, items={"q1": 1})
    visits.handle()
    assert visits.found("near_duplicate") == []


def test_the_same_photo_of_another_visit(visits):
    visits.send(photo="a.jpg", files=[("a.jpg", photo(1))])
    visits.send(photo="b.jpg", files=[("b.jpg", photo(2))])
    visits.send(
        rooms=(("2", "x.jpg"), ("3", "y.jpg")),
        files=[("x.jpg", photo(3)), ("y.jpg", photo(1, size=(200, 150), quality=60))],
    )
    visits.handle()
    [(who, path, evidence)] = visits.found("same_photo")
    assert (who, path) == ("uuid:v3", "/data/room[2]/shot")
    assert (evidence["instance_id"], evidence["other_name"]) == ("uuid:v1", "a.jpg")
    assert evidence["bits"] <= 4
    one = Attachment.objects.get(submission__form=visits.form, name="y.jpg")
    assert one.examined_at is not None
    assert one.perceptual_hash is not None


def test_two_pictures_of_one_visit_may_be_alike(visits):
    visits.send(photo="a.jpg", rooms=(("1", "b.jpg"),), files=[("a.jpg", photo(1)), ("b.jpg", photo(1, quality=50))])
    visits.handle()
    assert visits.found("same_photo") == []


def test_a_photo_from_elsewhere_or_another_time(visits):
    here = exif("2026:09:29 09:10:00", 36.0, 44.0)
    visits.send(loc="36.0 44.0 0 5", photo="a.jpg", files=[("a.jpg", photo(1, exif=here))])
    visits.send(loc="36.5 44.0 0 5", photo="b.jpg", files=[("b.jpg", photo(2, exif=here))], who="Sara")
    old = exif("2026:09:27 09:10:00")
    visits.send(photo="c.jpg", files=[("c.jpg", photo(3, exif=old))], who="Omar")
    visits.handle()
    told = {one[0]: (one[1], one[2].get("metres"), one[2].get("hours")) for one in visits.found("photo_elsewhere")}
    assert told == {
        "uuid:v2": ("/data/photo", pytest.approx(55597, abs=5), None),
        "uuid:v3": ("/data/photo", None, pytest.approx(47.8, abs=0.1)),
    }


def test_a_file_that_is_no_picture_stops_nothing(visits, caplog):
    visits.send(photo="a.jpg", files=[("a.jpg", b"\xff\xd8\xff torn")])
    with caplog.at_level(logging.WARNING, "rafid.forms"):
        assert visits.handle() == 1
    assert "was not read" in caplog.text
    assert Attachment.objects.get(submission__form=visits.form, name="a.jpg").examined_at is not None


def test_a_number_far_from_the_others(visits):
    for number, people in enumerate((20, 22, 19, 21, 23, 20, 95)):
        visits.send(answers={"people": str(people), "fee": "1"}, rooms=(("2", ""), (str(2 + number % 2), "")))
    visits.send(answers={"people": "20"}, rooms=(("2", ""), ("60", "")))
    visits.handle()
    told = {(one[0], one[1]) for one in visits.found("outlier")}
    assert told == {("uuid:v7", "/data/people"), ("uuid:v8", "/data/room[2]/beds")} | {
        (one[0], one[1]) for one in visits.found("outlier") if one[1] == "/data/fee"
    }
    assert next(one[2] for one in visits.found("outlier") if one[0] == "uuid:v7")["value"] == 95


def test_the_same_answer_all_the_way(visits):
    visits.send(answers=dict.fromkeys(BATTERY, "c"))
    visits.send(answers=dict.fromkeys(BATTERY, "c") | {"q1": "a", "q2": "b"})
    visits.send(answers=dict.fromkeys(BATTERY, "") | dict.fromkeys(BATTERY[:5], "c"))
    visits.handle()
    [(who, path, evidence)] = visits.found("straight_line")
    assert (who, path) == ("uuid:v1", "/data/q1")
    assert (evidence["answer"], evidence["count"], evidence["of"]) == ("c", 8, 8)


def test_a_file_that_did_not_come_in_a_day(visits):
    now = timezone.now()
    visits.send(photo="a.jpg", start=now - timedelta(hours=30), received=now - timedelta(hours=25))
    visits.send(photo="b.jpg", start=now - timedelta(hours=30), received=now - timedelta(hours=23))
    visits.handle()
    [(who, path, evidence)] = visits.found("missing_attachment")
    assert (who, path, evidence["name"]) == ("uuid:v1", "/data/photo", "a.jpg")
    visits.send(number=1, photo="a.jpg", start=now - timedelta(hours=30), files=[("a.jpg", photo(1))])
    visits.handle()
    assert visits.found("missing_attachment") == []


def test_limits_of_the_form_count(visits):
    visits.send(loc="36.1900 44.0100 0 5", site="A", start=MORNING - timedelta(days=1))
    visits.send(loc="36.1909 44.0100 0 5", site="A")
    limit(visits, site_distance_m=50)
    visits.handle()
    assert len(visits.found("far_from_site")) == 1
    limit(visits)
    look_again(["visits"])
    assert visits.found("far_from_site") == []
    assert Submission.objects.get(form=visits.form, instance_id="uuid:v2").findings_open == 0


def test_findings_are_counted_and_come_once(visits):
    one = visits.send(start=MORNING + timedelta(hours=14))
    visits.handle()
    one.refresh_from_db()
    assert (one.findings_open, one.worst) == (1, 1)
    before = one.changed_at
    again(visits)
    assert visits.handle() == 1
    look_at_form(visits.form)
    one.refresh_from_db()
    assert told(visits.form).count() == 1
    assert one.changed_at == before


def test_what_a_person_said_stays(visits):
    one = visits.send(start=MORNING + timedelta(hours=14))
    visits.handle()
    told(visits.form).update(state="explained", comment="night shift", by=visits.world.keeper, at=timezone.now())
    limit(visits, night_from=23, night_until=5)
    again(visits)
    visits.handle()
    look_at_form(visits.form)
    said = Finding.objects.get(submission=one)
    assert (said.state, said.comment) == ("explained", "night shift")


def test_a_new_version_is_looked_at_anew(visits):
    one = visits.send(start=MORNING + timedelta(hours=14))
    visits.handle()
    visits.send(number=1, edits="uuid:v1", start=MORNING)
    assert visits.handle() == 1
    one.refresh_from_db()
    assert one.findings_open == 0
    assert told(visits.form).filter(kind="night_interview").count() == 1


def test_one_bad_submission_does_not_stop_the_others(visits, monkeypatch, caplog):
    def breaks(batch):
        if any(visit.instance_id == "uuid:v2" for visit in batch.visits.values()):
            raise ZeroDivisionError
        return [batch.found("night_interview", visit) for visit in batch.visits.values()]

    broken = tuple(checks.Check(one.kind, breaks) if one.kind == "night_interview" else one for one in checks.CHECKS)
    monkeypatch.setattr(arrivals, "CHECKS", broken)
    for _ in range(3):
        visits.send()
    assert visits.handle() == 3
    assert [one[0] for one in visits.found("night_interview")] == ["uuid:v1", "uuid:v3"]
    [(who, path, evidence)] = visits.found("not_examined")
    assert (who, path, evidence["error"]) == ("uuid:v2", "night_interview", "ZeroDivisionError")
    assert "night_interview broke on submission uuid:v2" in caplog.text
    monkeypatch.undo()
    # The night takes it up again.
    look_at_form(visits.form)
    assert visits.handle() == 1
    assert visits.found("not_examined") == []


def test_whatever_breaks_it_is_one_submission_s_trouble(visits, monkeypatch):
    sent = [visits.send(start=MORNING + timedelta(hours=14)) for _ in range(3)]
    real = arrivals.examine

    def breaks(ids):
        if sent[1].pk in ids:
            raise OSError("the store is torn")
        return real(ids)

    monkeypatch.setattr(arrivals, "examine", breaks)
    assert visits.handle() == 3
    assert [one[0] for one in visits.found("night_interview")] == ["uuid:v1", "uuid:v3"]
    assert [(one[0], one[1]) for one in visits.found("not_examined")] == [("uuid:v2", "arrival")]
    assert Submission.objects.filter(form=visits.form, handled_at=None).count() == 0
    monkeypatch.undo()
    look_at_form(visits.form)
    visits.handle()
    assert visits.found("not_examined") == []
    assert len(visits.found("night_interview")) == 3


def test_sealed_ones_and_tests_of_drafts_are_not_examined(visits):
    one = visits.send(start=MORNING + timedelta(hours=14))
    Submission.objects.filter(form=visits.form).update(sealed=True)
    assert visits.handle() == 1
    one.refresh_from_db()
    assert one.handled_at is not None
    assert told(visits.form).count() == 0


def test_what_comes_while_it_is_examined_waits(visits, monkeypatch):
    one = visits.send(photo="a.jpg")
    real = travel.run

    def meanwhile(batch):
        visits.send(number=1, photo="a.jpg", files=[("a.jpg", photo(1))])
        return real(batch)

    monkeypatch.setattr(arrivals, "CHECKS", (checks.Check("too_fast_travel", meanwhile, ("travel_speed_kmh",)),))
    visits.handle()
    one.refresh_from_db()
    assert one.handled_at is None
    monkeypatch.undo()
    visits.handle()
    one.refresh_from_db()
    assert one.handled_at is not None


def test_interviewers_are_ranked_by_copying(visits):
    same = dict.fromkeys(BATTERY, "b") | {"people": "44", "fee": "9.5"}
    for _ in range(12):
        visits.send(who="Sara")
    for number in range(12):
        visits.send(who="Ali", answers=same | {f"q{1 + number % 8}": "c"})
    for _ in range(2):
        visits.send(who="Rare")
    look_at_form(visits.form)
    ranks = list(CopyingRank.objects.filter(form=visits.form).order_by("-excess"))
    assert [one.interviewer for one in ranks] == ["Ali", "Sara"]
    assert ranks[0].p_value < 0.02
    assert ranks[0].excess > 0.2 > ranks[1].excess
    look_again(["visits"])
    assert CopyingRank.objects.filter(form=visits.form).count() == 2


def test_facts_are_those_of_the_current_version(visits):
    one = visits.send(minutes=30)
    visits.handle()
    visits.send(number=1, edits="uuid:v1", minutes=45)
    visits.handle()
    facts = VisitFacts.objects.get(submission=one)
    assert (facts.active_seconds, facts.version) == (2700, SubmissionVersion.objects.get(form=visits.form, number=2))
    assert facts.submission == one


def test_of_a_large_form_those_that_come_are_compared_with_the_newest(visits, monkeypatch):
    monkeypatch.setattr(matrices, "NEWEST", 5)
    copied = dict.fromkeys(BATTERY, "b") | {"people": "44", "fee": "9.5", "note_of": "seen"}
    visits.send(answers=copied)
    for _ in range(6):
        visits.send()
    visits.handle()
    visits.send(answers=copied)
    visits.handle()
    assert visits.found("near_duplicate") == []
    visits.send(answers=copied)
    visits.handle()
    assert [(one[0], one[2]["instance_id"]) for one in visits.found("near_duplicate")] == [("uuid:v9", "uuid:v8")]
    # The night compares with all.
    look_at_form(visits.form)
    assert {(one[0], one[2]["instance_id"]) for one in visits.found("near_duplicate")} == {
        ("uuid:v8", "uuid:v1"),
        ("uuid:v9", "uuid:v8"),
    }


def test_of_a_very_large_form_the_night_compares_what_changed(visits, monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_OF_ALL", 3)
    copied = dict.fromkeys(BATTERY, "b") | {"people": "44", "fee": "9.5", "note_of": "seen"}
    for _ in range(4):
        visits.send()
    visits.send(answers=copied)
    old = visits.send(answers=copied)
    visits.handle()
    assert [one[0] for one in visits.found("near_duplicate")] == [old.instance_id]
    told(visits.form).filter(kind="near_duplicate").update(evidence={"kept": True})
    Submission.objects.filter(form=visits.form).update(changed_at=timezone.now() - timedelta(days=30))
    new = visits.send(answers=copied, received=timezone.now())
    Submission.objects.filter(form=visits.form).update(handled_at=timezone.now())
    look_at_form(visits.form)
    assert [one[0] for one in visits.found("near_duplicate")] == [old.instance_id, new.instance_id]
    assert told(visits.form).get(submission=old, kind="near_duplicate").evidence == {"kept": True}


def test_the_night_takes_a_form_in_parts_and_finds_the_same(visits, monkeypatch):
    copied = dict.fromkeys(BATTERY, "b") | {"people": "44", "fee": "9.5", "note_of": "seen"}
    for number in range(12):
        visits.send(start=MORNING - timedelta(days=number % 3), site="A", loc=f"36.{190 + number} 44.01 0 5")
    for _ in range(2):
        visits.send(answers=copied, start=MORNING + timedelta(hours=14))
    visits.send(answers={"people": "900"}, start=MORNING, loc="33.3152 44.3661 0 5")

    def all_told():
        rows = told(visits.form).order_by("submission", "kind", "path")
        return list(rows.values_list("submission", "kind", "path", "evidence"))

    look_at_form(visits.form)
    whole = all_told()
    assert {"near_duplicate", "night_interview", "outlier", "too_fast_travel", "far_from_site"} <= {
        row[1] for row in whole
    }
    facts = VisitFacts.objects.filter(submission__form=visits.form).order_by("pk")
    measured = list(facts.values_list("pk", "speed_kmh", "site_m", "active_seconds"))
    told(visits.form).delete()
    facts.delete()
    monkeypatch.setattr(nightly, "AT_ONCE", 4)
    look_at_form(visits.form)
    assert all_told() == whole
    assert list(facts.all().values_list("pk", "speed_kmh", "site_m", "active_seconds")) == measured
    assert look_at_form(visits.form) == 0
