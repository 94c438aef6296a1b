"""The demonstration of monitoring: its plan, its answers, and that what is planted is found."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from importlib.resources import files
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from rafid.commons.forms.demo import submission_xml
from rafid.commons.forms.models import BackCheck, Finding, Form, FormState, ReviewEvent, Submission, SubmissionVersion
from rafid.commons.places.country import country
from rafid.methods import xforms
from rafid.methods.fieldwork import hash_distances, photo_facts, read_audit, travel_speeds_kmh
from rafid.programmes.monitoring import demo_answers, demo_files
from rafid.programmes.monitoring.demo import FORM, VERSIONS, instance_id, many
from rafid.programmes.monitoring.demo_plan import (
    BACK_CHECKS,
    COPIER,
    DRIVER,
    PLANTED,
    REUSER,
    VISITS,
    Visit,
    plan,
    published_on,
    sites_of,
)

ZONE = ZoneInfo("Asia/Baghdad")
TODAY = date(2026, 9, 30)


def planned(share: float = 1.0, today: date = TODAY) -> list[Visit]:
    pack = country("iraq")
    monitors = {row["code"]: row["organisation_ref"] for row in pack.table("demo_monitors.csv")}
    return plan(today, ZONE, sites_of(pack.table("demo_sites.csv")), monitors, share=share, seed=1)


@pytest.fixture(scope="module")
def visits() -> list[Visit]:
    return planned()


@pytest.fixture(scope="module")
def versions() -> dict[int, xforms.Form]:
    folder = files("rafid.countries.iraq") / "forms"
    made = (xforms.convert_xlsform((folder / name).read_bytes(), name=name) for name in VERSIONS)
    return {number: xforms.parse_form(one.xform) for number, one in enumerate(made, 1)}


def test_the_plan_has_what_was_asked_for(visits):
    assert len(visits) == VISITS == 2400
    assert sum(bool(visit.repeats) for visit in visits) == BACK_CHECKS == 180
    assert len({visit.monitor for visit in visits}) == 14
    assert len({visit.site.organisation for visit in visits}) == 4
    assert len({visit.site.district[:5] for visit in visits}) == 5
    assert len({(visit.site.code, visit.round) for visit in visits}) == 24 * 12
    assert {visit.version for visit in visits} == {1, 2, 3}
    kinds = Counter(kind for visit in visits for kind in visit.planted)
    assert {kind: kinds[kind] for kind in PLANTED} == {"photo": 5, "away": 12, "sum": 9, "edit": 20, "fast": 8}
    of_copier = sum(visit.monitor == COPIER for visit in visits)
    assert kinds["copy"] == round(0.3 * of_copier)
    assert {visit.monitor for visit in visits if "photo" in visit.planted} == {REUSER}


def test_the_plan_is_the_same_each_time_and_moves_with_the_day(visits):
    assert planned() == visits
    later = planned(today=TODAY + timedelta(days=700))
    assert [visit.start - timedelta(days=700) for visit in later] == [visit.start for visit in visits]


def test_nothing_lies_in_the_future_or_before_its_form(visits):
    days = published_on(TODAY, ZONE)
    for visit in visits:
        assert days[visit.version - 1] < visit.start < visit.end < visit.received
        assert visit.received.date() < TODAY
    assert [visit.received for visit in visits] == sorted(visit.received for visit in visits)


def test_nobody_is_faster_than_a_car_but_one(visits):
    by_monitor: dict[str, list[Visit]] = {}
    for visit in visits:
        by_monitor.setdefault(visit.monitor, []).append(visit)
    for monitor, own in by_monitor.items():
        own.sort(key=lambda visit: visit.start)
        speeds = travel_speeds_kmh(
            [visit.site.latitude for visit in own],
            [visit.site.longitude for visit in own],
            [visit.start.timestamp() for visit in own],
            [visit.end.timestamp() for visit in own],
        )
        fast = {own[at + 1].number for at, speed in enumerate(speeds) if speed > 130}
        assert fast == {visit.number for visit in own if "fast" in visit.planted}, monitor
        if monitor == DRIVER:
            assert len(fast) == PLANTED["fast"]


def test_back_checks_follow_what_they_check(visits):
    numbers = {visit.number: visit for visit in visits}
    for visit in visits:
        if visit.repeats:
            first = numbers[visit.repeats]
            assert (first.site, first.repeats) == (visit.site, 0)
            assert first.monitor != visit.monitor
            assert first.received < visit.start < first.received + timedelta(days=7)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_answers_keep_the_rules_of_their_version(visits, versions, version):
    form = versions[version]
    for visit in [visit for visit in visits if visit.version == version][:150]:
        chance = random.Random(visit.number)
        first = demo_answers.fresh(visit, chance)
        for answers in (
            first,
            demo_answers.copied(visit, first, chance),
            demo_answers.repeated(visit, first, chance),
        ):
            xml = submission_xml(FORM, str(version), f"uuid:{visit.number}", answers)
            assert xforms.validate_submission(form, xforms.read_submission(xml), now=visit.received) == []


def test_shares_are_rounded_as_the_forms_are(versions):
    for part, whole in ((1, 3), (2, 3), (1, 8), (3, 8), (1249, 2000), (17, 16), (0, 9), (5, 5), (1, 1000), (1, 2000)):
        expected = xforms.evaluate(f"round({part} div {whole} * 100, 1)", xforms.read_submission(
            submission_xml(FORM, "3", "uuid:1", {})
        ))  # fmt: skip
        assert float(demo_answers.share(part, whole)) == expected


def test_pictures_do_not_look_alike_unless_saved_again():
    pictures = [photo_facts(demo_files.picture(number)).perceptual_hash for number in range(200)]
    between = hash_distances(pictures, pictures)
    assert min(between[at, other] for at in range(200) for other in range(at)) > 4
    assert photo_facts(demo_files.picture(7, quality=48)).perceptual_hash is not None
    again = photo_facts(demo_files.picture(7, quality=48)).perceptual_hash
    assert hash_distances([again], [pictures[7]])[0, 0] <= 4
    assert demo_files.picture(7) == demo_files.picture(7)


def test_the_log_has_the_time_asked_for(visits):
    visit = visits[1500]
    answers = demo_answers.fresh(visit, random.Random(1))
    log = read_audit(demo_files.audit(answers, visit.start, 1800.0, random.Random(2)))
    assert log.problems == ()
    assert log.active_seconds == pytest.approx(1800, abs=0.1)


# What the test database was made with: a tenth of it.


@pytest.fixture
def form(db) -> Form:
    return Form.objects.get(xform_id=FORM)


def test_a_tenth_is_loaded_in_all_states(form):
    rows = Submission.objects.filter(form=form)
    assert rows.count() == 240
    states = set(rows.values_list("state", flat=True))
    assert {"approved", "has_issues", "rejected", "received"} <= states
    assert BackCheck.objects.filter(form=form, repeated__isnull=False).count() == 18
    assert [version.version_text for version in form.versions.order_by("published_at")] == ["1", "2", "3"]
    assert form.versions.exclude(source=None).count() == 3
    assert form.reviews_needed == 2


def test_what_was_planted_is_found(form):
    found = Counter(Finding.objects.filter(submission__form=form).values_list("kind", flat=True))
    for kind in ("calculation_mismatch", "far_from_site", "same_photo", "too_fast_travel", "near_duplicate"):
        assert found[kind] >= 1, kind
    assert not set(found) & {
        "irrelevant_answer",
        "required",
        "constraint",
        "wrong_type",
        "unknown_field",
        "clock_problem",
    }


def test_edits_say_why(form):
    edits = SubmissionVersion.objects.filter(form=form, number=2)
    assert edits.count() == 2
    assert all(edit.reason and edit.account.login == "monitoring.officer" for edit in edits)


def test_all_that_happened_lies_in_the_past(form):
    day = min(Submission.objects.filter(form=form).values_list("received_at", flat=True)).date()
    assert day < date(2026, 2, 1)
    for event in ReviewEvent.objects.filter(submission__form=form).select_related("submission"):
        assert event.submission.received_at < event.at
    for row in Submission.objects.filter(form=form):
        assert row.changed_at.date() <= date(2026, 10, 5)
    approvals: dict = {}
    for event in ReviewEvent.objects.filter(submission__form=form, approves=True).order_by("at"):
        approvals.setdefault(event.submission_id, []).append(event.by_id)
    assert all(len(set(by)) == len(by) <= 2 for by in approvals.values())


def test_the_other_forms_are_there(db):
    kinds = {one.xform_id: one for one in Form.objects.exclude(programme="wells")}
    assert set(kinds) >= {"clearance_feedback", "safeguarding_report", "tpm_training_record", "epi_session_check"}
    assert kinds["safeguarding_report"].public_key
    assert Submission.objects.filter(form=kinds["safeguarding_report"], sealed=True).count() == 6
    assert kinds["clearance_feedback"].links.count() == 1
    assert kinds["tpm_training_record"].state == FormState.DRAFT
    assert Submission.objects.filter(form=kinds["ircs_branch_stock"]).exists()
    for one in kinds.values():
        assert all((one.title_ar, one.title_ckb, one.title_en))
    told = Finding.objects.filter(submission__form__xform_id__in=["epi_session_check", "ircs_branch_stock"])
    assert not told.filter(kind__in=["required", "constraint", "irrelevant_answer", "calculation_mismatch"]).exists()


def test_loading_again_adds_nothing(form):
    before = Submission.everything.count()
    call_command("demo", "--small", stdout=StringIO())
    assert Submission.everything.count() == before


@pytest.mark.django_db(transaction=False)
def test_many_more_for_benchmarks(form):
    assert many(TODAY, 30).endswith("30 more submissions")
    assert Submission.objects.filter(form=form).count() == 270
    many(TODAY, 5)
    assert Submission.objects.filter(form=form).count() == 275
    newest = SubmissionVersion.objects.filter(form=form).order_by("-chain_number").first()
    assert newest.chain_number == SubmissionVersion.objects.filter(form=form).count()
    assert instance_id(1) != instance_id(2)
