"""What must never be wrong in mine action is refused by the database itself, on every path, with a sentence."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import transaction
from django.utils import timezone

from rafid.commons.records.change import Refused
from rafid.programmes.mineaction.models import (
    Evidence,
    ExternalId,
    FieldReport,
    Hazard,
    HazardCell,
    HazardStep,
    LedgerRow,
    ListedCode,
    QcSample,
    QualityEvidence,
    Referral,
    Release,
    SurveyPoint,
    SurveySheet,
)
from rafid.programmes.mineaction.models.listed import bring_codes
from rafid.programmes.mineaction.refusals import settle, told
from rafid.programmes.mineaction.rules import RULES

from .conftest import refused, square

pytestmark = pytest.mark.django_db
BOW = MultiPolygon(Polygon(((44, 36), (44.01, 36.01), (44.01, 36), (44, 36.01), (44, 36))), srid=4326)
FAR = date(2100, 1, 1)


def step(hazard, new, *, by, on=date(2026, 3, 1), **values):
    """Writes a step and lets the state follow, as the verbs do."""
    hazard.refresh_from_db()
    number = hazard.steps.count() + 1
    HazardStep.objects.create(hazard=hazard, number=number, old=hazard.state, new=new, on=on, made_by=by, **values)
    changes = {"state": new}
    if new == "suspected":
        changes |= {"classification": "SHA", "confirmed_on": None}
    if new == "confirmed":
        changes |= {"classification": "CHA", "confirmed_on": on}
    Hazard.objects.filter(pk=hazard.pk).update(**changes)
    hazard.refresh_from_db()
    return hazard


def test_a_confirmed_area_has_direct_evidence(ground):
    with refused("confirmed_needs_direct_evidence"):
        ground.make_hazard("confirmed", evidence=False)
    hazard = ground.make_hazard("confirmed")
    with refused("confirmed_needs_direct_evidence"):
        hazard.evidence.all().delete()
    with refused("confirmed_needs_direct_evidence"):
        hazard.evidence.update(direct=False)
    Evidence.objects.create(hazard=hazard, direct=True, type="detonation", on=date(2026, 1, 11))
    hazard.evidence.order_by("on").first().delete()
    settle()


def test_nothing_happens_after_today_or_before_the_discovery(ground):
    hazard = ground.make_hazard()
    for make in (
        lambda: ground.make_hazard(on=FAR),
        lambda: ground.make_release(on=FAR),
        lambda: ground.make_activity(start=FAR),
        lambda: ground.make_report(on=FAR),
        lambda: ground.make_accident(on=FAR),
        lambda: ground.make_handover(hazard, on=FAR),
    ):
        with refused("not_after_today"):
            make()
    for make in (
        lambda: ground.make_release(hazard, on=date(2026, 1, 9)),
        lambda: ground.make_completion(hazard, on=date(2026, 1, 9)),
        lambda: ground.make_handover(hazard, on=date(2026, 1, 9)),
        lambda: step(hazard, "discarded", by=ground.im_officer, on=date(2026, 1, 9), reason="x"),
    ):
        with refused("not_before_discovery"):
            make()
    # A day that has begun in the east of the country, but not yet by the clock in UTC, is refused by nobody here.
    ground.make_hazard(on=timezone.localdate())


def test_an_end_lies_after_its_start(ground):
    with refused("activity_ends_after_start"):
        ground.make_activity(start=date(2026, 2, 2), end=date(2026, 2, 1))
    work = ground.make_activity(start=date(2026, 2, 2), end=date(2026, 2, 9))
    for day in (date(2026, 2, 1), date(2026, 2, 10)):
        with refused("day_outside_activity"):
            ground.make_day(work, day)
    ground.make_day(work)
    with refused("progress_day_once"):
        ground.make_day(work)
    with refused("task_valid_in_order"):
        ground.make_task(valid_to=date(2026, 1, 1))


def test_cleared_ground_says_how_deep(ground):
    with refused("release_cleared_has_depth"):
        ground.make_release(depth_m=None)
    with refused("release_depth_positive"):
        ground.make_release(depth_m=0)
    kept = ground.make_release(type="cancelled")
    with refused("release_steps"):
        Release.objects.filter(pk=kept.pk).update(on=date(2026, 2, 1))
    with refused("release_steps"):
        Release.objects.filter(pk=kept.pk).update(ground=square(5))
    ground.make_release(type="cancelled", replaces=kept)
    with refused("release_replaced_once"):
        ground.make_release(type="cancelled", replaces=kept)


def test_a_shape_that_crosses_itself_is_no_ground(ground):
    for make, rule in (
        (lambda: ground.make_hazard(ground=BOW), "hazard_ground_valid"),
        (lambda: ground.make_release(ground=BOW), "release_ground_valid"),
        (lambda: ground.make_activity(worked=BOW), "activity_worked_valid"),
    ):
        with refused(rule):
            make()


def test_a_state_changes_by_a_written_step_only(ground):
    hazard = ground.make_hazard()
    with refused("hazard_step_written"):
        Hazard.objects.filter(pk=hazard.pk).update(state="cancelled")
    with refused("hazard_steps"):
        Hazard.objects.filter(pk=hazard.pk).update(state="closed")
    with refused("hazard_steps"):
        HazardStep.objects.create(hazard=hazard, number=1, old="confirmed", new="suspected", on=date(2026, 2, 1))
    Evidence.objects.create(hazard=hazard, direct=True, type="seen", on=date(2026, 2, 1))
    step(hazard, "confirmed", by=ground.im_officer)
    with refused("step_stays"):
        hazard.steps.update(reason="otherwise")
    with refused("step_stays"):
        hazard.steps.all().delete()


def test_confirmed_ground_is_suspected_again_only_by_an_approved_survey(ground):
    hazard = ground.make_hazard("confirmed")
    for report in (None, ground.make_report("S-1", "survey"), _approved(ground, "S-2", "find")):
        with refused("hazard_back_needs_survey"):
            step(hazard, "suspected", by=ground.im_officer, report=report)
    assert (
        step(hazard, "suspected", by=ground.im_officer, report=_approved(ground, "S-3", "survey")).state == "suspected"
    )


def _approved(ground, reference, type):
    return ground.make_report(
        reference, type, state="approved", checked_by=ground.desk, decided_by=ground.im_officer, reconciled="new",
        accepted_at=timezone.now(),
    )  # fmt: skip


def test_work_begins_under_a_task_of_this_hazard(ground):
    hazard, other = ground.make_hazard("confirmed"), ground.make_hazard("confirmed", east=10)
    for task in (
        None,
        ground.make_task(hazard),
        ground.make_task(other, state="accepted"),
        ground.make_task(hazard, state="accepted", valid_from=date(2026, 3, 2)),
    ):
        with refused("hazard_work_needs_task"):
            step(hazard, "worked_on", by=ground.operations, task=task)
    task = ground.make_task(hazard, state="accepted")
    assert step(hazard, "worked_on", by=ground.operations, task=task).state == "worked_on"


def test_ground_left_is_not_closed_without_a_reason(ground):
    hazard = ground.make_hazard("worked_on")
    with refused("hazard_ground_left"):
        step(hazard, "completed", by=ground.operations, depth_m=0.2)
    LedgerRow.objects.create(
        hazard=hazard, area_m2=60_000, remaining_m2=40, computed_at=timezone.now(), method_version="1"
    )
    with refused("hazard_ground_left"):
        # What somebody says is left does not count.
        step(hazard, "completed", by=ground.operations, depth_m=0.2, remaining_m2=0)
    LedgerRow.objects.filter(hazard=hazard).update(remaining_m2=0.4)
    with refused("hazard_needs_depth"):
        step(hazard, "completed", by=ground.operations)
    step(hazard, "completed", by=ground.operations, depth_m=0.2)
    assert hazard.steps.get(number=1).remaining_m2 == 0.4
    critical = ground.make_nonconformity(hazard, severity="critical")
    with refused("hazard_critical_open"):
        step(hazard, "checked", by=ground.quality)
    critical.state, critical.step_reason, critical.withdrawn_by = "withdrawn", "mistake", ground.quality
    critical.save()
    step(hazard, "checked", by=ground.quality)
    early = ground.make_handover(hazard, on=date(2026, 2, 1))
    for handover in (None, early, ground.make_handover(ground.make_hazard(east=20))):
        with refused("hazard_needs_handover"):
            step(hazard, "closed", by=ground.director, on=date(2026, 4, 1), handover=handover)
    LedgerRow.objects.filter(hazard=hazard).update(remaining_m2=7)
    good = ground.make_handover(hazard)
    with refused("hazard_ground_left"):
        step(hazard, "closed", by=ground.director, on=date(2026, 4, 1), handover=good)
    step(hazard, "closed", by=ground.director, on=date(2026, 4, 1), handover=good, reason="A road was built over it")
    with refused("hazard_step_says_why"):
        step(hazard, "reopened", by=ground.im_officer, on=date(2026, 5, 1))


def test_a_hazard_that_nobody_drew_is_not_completed(ground):
    hazard = ground.make_hazard("worked_on", ground=None)
    with refused("hazard_needs_ground"):
        step(hazard, "completed", by=ground.operations, depth_m=0.2, reason="done")


def test_cancelling_takes_two_persons_and_criteria(ground):
    hazard, criteria = ground.make_hazard(), ground.make_criteria()
    for values in (
        {},
        {"criteria": criteria},
        {"criteria": criteria, "second_by": ground.im_officer},
        {"second_by": ground.second},
    ):
        with refused("hazard_cancel_by_two"):
            step(hazard, "cancelled", by=ground.im_officer, reason="Fields are worked", **values)
    step(
        hazard,
        "cancelled",
        by=ground.im_officer,
        reason="Fields are worked",
        criteria=criteria,
        second_by=ground.second,
    )
    with refused("criteria_stay"):
        type(criteria).objects.filter(pk=criteria.pk).update(items=[])


def test_a_task_needs_an_accredited_operator(ground):
    with refused("task_needs_accreditation"):
        ground.make_task(state="issued", accredited=False)
    for values in (
        {"state": "desk"},
        {"activity": "dogs"},
        {"phase": "organisational"},
        {"organisation": ground.rival},
        {"valid_to": date(2026, 1, 31)},
    ):
        with refused("task_needs_accreditation"):
            ground.make_accreditation(**values)
            ground.make_task(state="issued", accredited=False)
    # Order within the transaction does not matter.
    with transaction.atomic():
        task = ground.make_task(state="issued", accredited=False)
        ground.make_accreditation()
    with refused("task_needs_accreditation"):
        type(task).objects.filter(pk=task.pk).update(valid_from=date(2025, 12, 31))
    with refused("task_steps"):
        type(task).objects.filter(pk=task.pk).update(state="closed")


def test_two_accreditations_do_not_overlap(ground):
    first = ground.make_accreditation()
    for values in ({}, {"valid_from": date(2026, 12, 31), "valid_to": date(2027, 6, 1)}, {"state": "applied"}):
        with refused("accreditation_overlaps"):
            ground.make_accreditation(**values)
    ground.make_accreditation(valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31))
    ground.make_accreditation(state="refused", step_reason="No equipment")
    ground.make_accreditation(activity="dogs")
    ground.make_accreditation(phase="organisational")
    with refused("accreditation_steps"):
        type(first).objects.filter(pk=first.pk).update(state="desk")


def test_one_version_of_a_report_is_accepted(ground):
    first = _approved(ground, "R-7", "hazard")
    with refused("report_one_accepted"):
        ground.make_report(
            "R-7", number=2, content={"a": 1}, state="approved", checked_by=ground.desk, decided_by=ground.im_officer,
            reconciled="new", accepted_at=timezone.now(),
        )  # fmt: skip
    with refused("report_content_once"):
        ground.make_report("R-7", number=2)
    with refused("report_version_once"):
        ground.make_report("R-7", content={"a": 2})
    ground.make_report("R-7", organisation=ground.rival)
    ground.make_report("R-7", owner=ground.ikmaa)
    with refused("report_accepted_not_deleted"):
        FieldReport.objects.filter(pk=first.pk).update(deleted_at=timezone.now())


def test_a_report_stays_as_it_was_received(ground):
    report = ground.make_report()
    rows = FieldReport.objects.filter(pk=report.pk)
    for change in (
        {"content": {"a": 1}},
        {"on": date(2026, 1, 1)},
        {"reference": "R-2"},
        {"number": 3},
        {"type": "find"},
    ):
        with refused("report_stays"):
            rows.update(**change)
    with refused("report_stays"):
        rows.delete()
    with refused("report_steps"):
        rows.update(state="approved")
    with refused("report_rejected_why"):
        rows.update(state="rejected")
    rows.update(state="operator_checked", checked_by=ground.desk)
    rows.update(state="operator_approved")
    for change, rule in (
        ({"decided_by": ground.desk}, "report_accepted_by_another"),
        ({"decided_by": ground.im_officer, "reconciled": ""}, "report_accepted_reconciled"),
        ({"decided_by": ground.im_officer, "reconciled": "existing"}, "report_existing_names_it"),
    ):
        with refused(rule):
            rows.update(**{"state": "approved", "accepted_at": timezone.now(), "reconciled": "new", **change})


def test_an_accepted_sheet_is_not_edited(ground):
    sheet = SurveySheet.objects.create(
        owner=ground.dma, organisation=ground.operator, place=ground.place, on=date(2026, 1, 5), north="magnetic",
        ground=square(),
    )  # fmt: skip
    SurveyPoint.objects.create(sheet=sheet, mark="SP", label="SP", order=1, bearing="70", distance="400")
    with refused("sheet_accepted_is_drawn"):
        SurveySheet.objects.filter(pk=sheet.pk).update(state="accepted")
    SurveySheet.objects.filter(pk=sheet.pk).update(state="accepted", accepted_at=timezone.now())
    for change in ({"north": "grid"}, {"instrument": "x"}, {"state": "draft"}):
        with refused("sheet_stays"):
            SurveySheet.objects.filter(pk=sheet.pk).update(**change)
    with refused("sheet_stays"):
        sheet.marks.update(bearing="71")
    with refused("sheet_stays"):
        sheet.marks.all().delete()
    with refused("sheet_stays"):
        SurveyPoint.objects.create(sheet=sheet, mark="TP", label="TP1", order=2)
    SurveySheet.objects.filter(pk=sheet.pk).update(hazard=ground.make_hazard())


def test_a_nonconformity_is_closed_by_other_eyes_with_evidence(ground):
    found = ground.make_nonconformity()
    found.state, found.answer, found.answered_by = "answered", "Marked", ground.desk
    found.save()
    found.state, found.closed_by, found.closed_at = "closed", ground.quality, timezone.now()
    with refused("nonconformity_needs_evidence"):
        found.save()
    QualityEvidence.objects.create(nonconformity=found, sha256="a" * 64, file_name="sign.jpg")
    found.closed_by = ground.desk
    with refused("rafid_mineaction_nc_other_eyes"):
        found.save()
    ground.operator_manager.organisation = ground.operator
    ground.operator_manager.save()
    found.closed_by = ground.operator_manager
    with refused("nonconformity_closed_outside"):
        found.save()
    found.closed_by = ground.quality
    found.save()


def test_a_handover_is_after_the_last_day_of_work_and_the_completion(ground):
    hazard = ground.make_hazard()
    ground.make_day(ground.make_activity(hazard), date(2026, 2, 20))
    with refused("handover_after_work"):
        ground.make_handover(hazard, on=date(2026, 2, 19))
    with refused("handover_after_completion"):
        ground.make_handover(hazard, on=date(2026, 2, 25), completion=ground.make_completion(hazard))
    ground.make_handover(hazard, on=date(2026, 2, 20))


def test_counts_and_codes(ground):
    for quantity in (0, -1):
        with refused("find_quantity_positive"):
            ground.make_find(quantity=quantity)
    with refused("find_destroyed_after"):
        ground.make_find(destroyed_on=date(2026, 2, 2))
    with refused("eore_disability_within"):
        ground.make_session(with_disability=13)
    with refused("hazard_confirmed_says_when"):
        ground.make_hazard("confirmed", confirmed_on=None)
    with refused("hazard_state_fits_class"):
        ground.make_hazard("suspected", classification="CHA", confirmed_on=date(2026, 1, 10))
    ExternalId.objects.create(
        owner=ground.dma, system="ng", key="1", kind="mineaction.hazard", record=ground.make_hazard().pk
    )
    with refused("external_once"):
        ExternalId.objects.create(
            owner=ground.dma, system="ng", key="1", kind="mineaction.hazard", record=ground.dma.pk
        )
    with refused("spot_task_steps"):
        type(spot := ground.make_spot_task()).objects.filter(pk=spot.pk).update(state="done", done_on=date(2026, 2, 3))


def test_a_sample_plan_stays_and_a_referral_has_consent(ground):
    sample = QcSample.objects.create(visit=ground.make_inspection(), plan={"n": 3}, seed="s", planned_at=timezone.now())
    with refused("sample_stays"):
        QcSample.objects.filter(pk=sample.pk).update(plan={"n": 1})
    QcSample.objects.filter(pk=sample.pk).update(found=0, result="pass", inspected_on=date(2026, 3, 1))
    victim = ground.make_victim()
    values = {"owner": ground.dma, "victim": victim, "on": date(2026, 2, 9), "service": "surgery", "to": "Hospital"}
    for consent in ({}, {"consent_on": date(2026, 2, 8)}, {"consent_on": date(2026, 2, 10), "consent_scope": "Name"}):
        with refused("referral_needs_consent"):
            Referral.objects.create(**values, **consent)
    referral = Referral.objects.create(**values, consent_on=date(2026, 2, 8), consent_scope="Name and injury")
    with refused("referral_steps"):
        Referral.objects.filter(pk=referral.pk).update(state="done")
    assert referral.ref.startswith("RF-")
    assert "2026" not in referral.ref


def test_numbers_of_an_authority_and_year(ground):
    """In years of which the demonstration holds nothing."""

    def of(year, **known):
        return ground.make_hazard(on=date(year, 1, 11), suspected_on=date(year, 1, 11), **known).ref

    assert (of(2011), of(2011)) == ("DMA-2011-0001", "DMA-2011-0002")
    assert of(2011, owner=ground.ikmaa) == "IKMAA-2011-0001"
    assert of(2010) == "DMA-2010-0001"
    assert ground.make_task().ref[:10] == "DMA-T-2026"
    of(2011, ref="DMA-2011-0003")
    assert of(2011) == "DMA-2011-0004"


def test_versions_and_cells_follow_by_themselves(ground):
    hazard = ground.make_hazard()
    assert hazard.versions.get().counts
    cell = HazardCell.objects.get(ref=hazard.ref)
    assert cell.group == "open"
    assert round(cell.cell.x * 100, 6) == round(cell.cell.x * 100)
    Hazard.objects.filter(pk=hazard.pk).update(ground=square(0, 0, 2, 2), comment="smaller")
    Hazard.objects.filter(pk=hazard.pk).update(comment="nothing of the ground")
    assert list(hazard.versions.order_by("number").values_list("number", "counts")) == [(1, True), (2, True)]
    first, second = hazard.versions.order_by("number")
    assert second.known_at > first.known_at
    step(hazard, "discarded", by=ground.im_officer, reason="A rumour")
    assert not hazard.versions.get(number=3).counts
    assert not HazardCell.objects.filter(hazard=hazard).exists()


def test_an_accident_knows_the_hazard_around_it(ground):
    hazard = ground.make_hazard()
    inside, outside = ground.make_accident(), ground.make_accident(point=ground.spot(50))
    inside.refresh_from_db()
    outside.refresh_from_db()
    assert (inside.inside_hazard, outside.inside_hazard) == (hazard, None)
    assert inside.public_cell.cell.distance(inside.point) > 0


def test_every_refusal_has_its_sentence(ground):
    with pytest.raises(Refused, match="depth"), told(Release):
        ground.make_release(depth_m=0)
    with pytest.raises(Refused, match="direct evidence"), told():
        ground.make_hazard("confirmed", evidence=False)
    ground.make_accreditation()
    with pytest.raises(Refused, match="another accreditation"), told():
        ground.make_accreditation()
    assert all(len(str(sentence)) > 20 for sentence in RULES.values())


def test_a_step_goes_only_where_steps_lead(ground):
    hazard = ground.make_hazard("completed")
    for new in ("completed", "closed", "suspected", "nonsense"):
        with refused("hazard_steps"):
            HazardStep.objects.create(
                hazard=hazard, number=1, old="completed", new=new, on=date(2026, 3, 1), made_by=ground.operations,
                depth_m=0.2, reason="Again",
            )  # fmt: skip
    assert step(hazard, "rework", by=ground.operations, reason="Again").state == "rework"


def test_a_version_of_the_ground_stays(ground):
    version = ground.make_hazard().versions.get()
    for change in ({"ground": square(9)}, {"since": date(2026, 1, 9)}, {"counts": False}, {"number": 4}):
        with refused("hazard_version_stays"):
            type(version).objects.filter(pk=version.pk).update(**change)


def test_codes_are_those_of_the_country(ground):
    hazard = ground.make_hazard(device_categories=["ap_mine", "axo"], blocked=["road"])
    for make in (
        lambda: ground.make_hazard(device_categories=["ap_mine", "dynamite"]),
        lambda: Hazard.objects.filter(pk=hazard.pk).update(blocked=["moon"]),
        lambda: ground.make_find(category="dynamite"),
        lambda: ground.make_accident(device_category="dynamite"),
        lambda: ground.make_spot_task(device_category=""),
        lambda: ground.make_session(method="dance"),
    ):
        with refused("code_listed"):
            make()
    with pytest.raises(Refused, match="country’s list"), told(Hazard):
        ground.make_hazard(device_categories=["dynamite"])


def test_a_code_that_left_the_pack_stays_for_old_rows_and_is_taken_for_no_new_one(ground):
    hazard = ground.make_hazard(device_categories=["component"])
    ListedCode.objects.filter(list="device", code="component").update(active=False)
    with refused("code_listed"):
        ground.make_hazard(device_categories=["component"])
    Hazard.objects.filter(pk=hazard.pk).update(device_categories=["component"], comment="Still so")
    bring_codes()
    assert ListedCode.objects.get(list="device", code="component").active
    ground.make_hazard(device_categories=["component"])
