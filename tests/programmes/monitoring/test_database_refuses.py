"""What must never be wrong in monitoring is refused by the database itself, on every path, with a sentence."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from rafid.commons.records.change import Refused
from rafid.programmes.monitoring.models import (
    Answer,
    Assessment,
    ClearanceArea,
    Declaration,
    DrawnSite,
    EarlyWarning,
    Erratum,
    Evidence,
    FrameRow,
    MonitoringPlan,
    PlanContract,
    PlannedMonth,
    Report,
    ReportComment,
    ReportContract,
    ReportedProgress,
    Respondent,
    RuleOverride,
    SealedSeed,
    SecurityClearance,
    Stratum,
    Visit,
    WorkplanLine,
)
from rafid.programmes.monitoring.refusals import settle, told
from rafid.programmes.monitoring.rules import RULES

from .conftest import window

pytestmark = pytest.mark.django_db
SEED = "a seed of at least 128 bits: 5f3c9f1e1b8a"
HASH = hashlib.sha256(SEED.encode()).hexdigest()


@contextmanager
def refused(rule: str):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():  # noqa: PT012
        yield
        settle()
    assert caught.value.__cause__.diag.constraint_name == rule


def registered(field, *strata, **values):
    plan = field.make_plan(*strata, **values)
    MonitoringPlan.objects.filter(pk=plan.pk).update(
        state="registered",
        seed_hash=HASH,
        frame_hash="0" * 64,
        registered_at=timezone.now(),
        registered_by=field.manager,
    )
    plan.refresh_from_db()
    return plan


def drawn(field, plan, site=None, number=1):
    stratum = plan.strata.get()
    return DrawnSite.objects.create(plan=plan, stratum=stratum, site=site or field.sites[0], place_in_draw=number)


# Contracts


def test_weights_of_an_active_contract_add_up(field):
    with refused("contract_weights_add_up"):
        WorkplanLine.objects.filter(contract=field.contract, code="1.1").update(weight=0.58)
    with refused("contract_weights_add_up"):
        WorkplanLine.objects.filter(contract=field.contract, code="1.2").delete()
    with transaction.atomic():  # one after the other is fine, as long as it adds up at the end
        WorkplanLine.objects.filter(contract=field.contract, code="1.1").update(weight=0.5)
        WorkplanLine.objects.filter(contract=field.contract, code="1.2").update(weight=0.5)
        settle()
    with pytest.raises(Refused, match="add up to 1"), told():
        WorkplanLine.objects.filter(contract=field.contract, code="1.1").update(weight=0.48)


def test_a_draft_may_not_add_up_until_it_is_active(field):
    draft = field.make_contract("Draft", field.partner, field.donor, state="draft")
    WorkplanLine.objects.filter(contract=draft, code="1.1").update(weight=0.58)
    settle()
    with refused("contract_weights_add_up"):
        draft.state = "active"
        draft.save()


def test_a_contract_takes_its_steps(field):
    def to(*states):
        for state in states:
            field.contract.state = state
            field.contract.save()

    to("suspended", "active", "ended")
    with refused("contract_steps"):
        to("active")


@pytest.mark.parametrize(
    "wrong", [{"end": date(2026, 1, 15)}, {"budget": -1}, {"currency": "usd"}, {"pass_mark": 0}, {"state": "signed"}]
)
def test_a_contract_is_in_order(field, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        type(field.contract).objects.filter(pk=field.contract.pk).update(**wrong)


@pytest.mark.parametrize("wrong", [{"target": 0}, {"weight": -0.1}, {"weight": 1.5}, {"kind": "guesses"}])
def test_a_line_is_in_order(field, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        field.contract.lines.filter(code="1.1").update(**wrong)


def test_a_plan_of_months_never_falls(field):
    line = field.contract.lines.get(code="1.1")
    for month, value in ((2, 100), (3, 250), (5, 400)):
        PlannedMonth.objects.create(line=line, month=date(2026, month, 1), value=value)
    settle()
    with refused("planned_never_falls"):
        PlannedMonth.objects.create(line=line, month=date(2026, 4, 1), value=249)
    with refused("planned_never_falls"):
        PlannedMonth.objects.filter(line=line, month=date(2026, 2, 1)).update(value=251)
    with refused("month_of_contract"):
        PlannedMonth.objects.create(line=line, month=date(2025, 12, 1), value=1)
    with refused("planned_month_first"):
        PlannedMonth.objects.create(line=line, month=date(2026, 6, 2), value=500)


def test_what_was_reported_is_never_overwritten(field):
    line = field.contract.lines.get(code="1.1")
    row = ReportedProgress.objects.create(line=line, month=date(2026, 2, 1), value=90, received_at=timezone.now())
    with refused("reported_stays"):
        ReportedProgress.objects.filter(pk=row.pk).update(value=95)
    with refused("reported_stays"):
        row.delete()
    with refused("reported_progress_once"):
        ReportedProgress.objects.create(line=line, month=date(2026, 2, 1), value=95, received_at=timezone.now())
    with refused("month_of_contract"):
        ReportedProgress.objects.create(line=line, month=date(2025, 12, 1), value=95, received_at=timezone.now())
    ReportedProgress.objects.create(line=line, month=date(2026, 2, 1), value=95, received_at=timezone.now(), number=2)
    spent = field.contract.spending.create(month=date(2026, 2, 1), amount=10, received_at=timezone.now())
    with refused("reported_stays"):
        type(spent).objects.filter(pk=spent.pk).update(amount=9)


# Plans


def test_a_registered_plan_does_not_change(field):
    plan = registered(field)
    for change in (
        {"period": "2026Q2"}, {"aim": "total"}, {"seed_hash": "1" * 64}, {"frame_hash": "1" * 64}, {"statement": {"en": "x"}},
        {"registered_at": None}, {"partners": []}, {"deleted_at": timezone.now()},
    ):  # fmt: skip
        with refused("plan_stays"):
            MonitoringPlan.everything.filter(pk=plan.pk).update(**change)
    with refused("plan_goes_forward"):
        MonitoringPlan.objects.filter(pk=plan.pk).update(state="draft")
    with refused("plan_stays"):
        Stratum.objects.filter(plan=plan).update(size=2)
    with refused("plan_stays"):
        Stratum.objects.filter(plan=plan).update(method="by_size")
    with refused("plan_stays"):
        Stratum.objects.create(plan=plan, name="late", size=1)
    with refused("plan_stays"):
        FrameRow.objects.filter(plan=plan).first().delete()
    with refused("plan_stays"):
        FrameRow.objects.filter(plan=plan).update(size=1)
    with refused("plan_stays"):
        PlanContract.objects.create(plan=plan, contract=field.other)
    with refused("plan_stays"), transaction.atomic():
        FrameRow.objects.filter(plan=plan)._raw_delete("default")


def test_a_plan_is_registered_whole(field):
    too_many = field.make_plan(("all", 9, "equal"))
    change = {"seed_hash": HASH, "frame_hash": "0" * 64, "registered_at": timezone.now(), "state": "registered"}
    with refused("plan_sample_in_frame"):
        MonitoringPlan.objects.filter(pk=too_many.pk).update(**change)
    empty = field.make_plan(("all", 1, "equal"), sites=[])
    with refused("plan_sample_in_frame"):
        MonitoringPlan.objects.filter(pk=empty.pk).update(**change)
    unknown = field.make_plan(("all", 1, "by_size"), sites=[field.make_site(20, size=None)])
    with refused("plan_sizes_known"):
        MonitoringPlan.objects.filter(pk=unknown.pk).update(**change)
    good = field.make_plan()
    with refused("plan_registered_whole"):
        MonitoringPlan.objects.filter(pk=good.pk).update(**{**change, "seed_hash": ""})
    with refused("plan_seed_with_reveal"):
        MonitoringPlan.objects.filter(pk=good.pk).update(**change, seed=SEED)


def test_a_frame_has_each_site_once_and_no_size_of_nothing(field):
    plan = field.make_plan()
    second = Stratum.objects.create(plan=plan, name="second", size=1)
    with refused("frame_row_once"):
        FrameRow.objects.create(plan=plan, stratum=second, site=field.sites[0], code="twice")
    with refused("frame_row_size"):
        FrameRow.objects.create(plan=plan, stratum=second, site=field.make_site(30), code="nothing", size=0)
    with refused("stratum_size"):
        Stratum.objects.create(plan=plan, name="none", size=0)


def test_a_revealed_seed_fits_its_hash(field):
    plan = registered(field)
    with refused("plan_seed_fits"):
        MonitoringPlan.objects.filter(pk=plan.pk).update(state="revealed", seed=SEED + "!")
    with refused("plan_seed_with_reveal"):
        MonitoringPlan.objects.filter(pk=plan.pk).update(state="revealed")
    MonitoringPlan.objects.filter(pk=plan.pk).update(state="revealed", seed=SEED)
    with refused("plan_stays"):
        MonitoringPlan.objects.filter(pk=plan.pk).update(seed=None, state="closed")


def test_a_sealed_seed_stays(field):
    sealed = SealedSeed.objects.create(plan=registered(field), sealed="x")
    with refused("seed_stays"):
        SealedSeed.objects.filter(pk=sealed.pk).update(sealed="y")
    with refused("seed_stays"):
        sealed.delete()


def test_drawn_stays_drawn(field):
    draft = field.make_plan()
    with refused("drawn_from_frame"):
        drawn(field, draft)
    plan = registered(field)
    with refused("drawn_from_frame"):
        drawn(field, plan, field.make_site(40))
    with refused("drawn_from_frame"):
        drawn(field, plan, number=4)
    one = drawn(field, plan)
    with refused("drawn_stays"):
        DrawnSite.objects.filter(pk=one.pk).update(site=field.sites[1])
    with refused("drawn_stays"):
        one.delete()


# Visits


def test_a_drawn_visit_is_not_deleted(field):
    plan = registered(field)
    visit = field.make_visit(plan=plan, drawn=drawn(field, plan), reason="drawn")
    with refused("visit_drawn_stays"):
        visit.delete()
    with refused("visit_drawn_stays"):
        Visit.objects.filter(pk=visit.pk).update(drawn=None, reason="extra")
    with refused("visit_drawn_stays"):
        Visit.objects.filter(pk=visit.pk).update(site=field.sites[1])
    with refused("visit_drawn_not_deleted"):
        Visit.objects.filter(pk=visit.pk).update(deleted_at=timezone.now())
    with refused("visit_not_seen_why"):
        Visit.objects.filter(pk=visit.pk).update(state="denied", not_seen_reason="security")
    Visit.objects.filter(pk=visit.pk).update(
        state="denied", not_seen_reason="security", not_seen_text="The road is shut."
    )


def test_a_visit_is_drawn_or_says_why(field):
    plan = registered(field)
    one = drawn(field, plan)
    with refused("visit_drawn_or_marked"):
        field.make_visit(plan=plan, drawn=one, reason="extra")
    with refused("visit_drawn_or_marked"):
        field.make_visit(plan=plan, reason="drawn")
    with refused("visit_added_with_reason"):
        field.make_visit(reason="complaint")
    with refused("visit_of_its_draw"):
        field.make_visit(field.sites[1], plan=plan, drawn=one, reason="drawn")


def test_a_monitor_has_one_visit_at_a_time(field):
    first, second, third = field.monitors
    field.make_visit(lead=first, second=second, window=window(3))
    for wrong in (
        {"lead": first},  # as lead twice
        {"lead": third, "second": first},  # once leading, once second
        {"lead": second},
    ):
        with refused("one_visit_at_a_time"):
            field.make_visit(field.sites[1], window=window(3, 10), **wrong)
    field.make_visit(field.sites[1], lead=first, window=window(3, 11))  # the next begins when this one ends
    other = field.make_visit(field.sites[2], lead=third, window=window(3))
    with refused("one_visit_at_a_time"):
        Visit.objects.filter(pk=other.pk).update(second=second)
    with pytest.raises(Refused, match="at another visit"), told():
        Visit.objects.filter(pk=other.pk).update(second=second)


def test_a_visit_that_is_off_frees_its_monitors(field):
    lead = field.monitors[0]
    visit = field.make_visit(lead=lead, window=window(3))
    Visit.objects.filter(pk=visit.pk).update(state="postponed", not_seen_reason="weather", not_seen_text="Rain")
    field.make_visit(field.sites[1], lead=lead, window=window(3))
    with refused("one_visit_at_a_time"):
        Visit.objects.filter(pk=visit.pk).update(state="planned")


def test_a_confirmed_visit_has_who_and_when(field):
    with refused("visit_confirmed_has_who_and_when"):
        field.make_visit(state="confirmed", lead=field.monitors[0])
    with refused("visit_two_monitors"):
        field.make_visit(lead=field.monitors[0], second=field.monitors[0])
    with refused("visit_done_has_arrival"):
        field.make_visit(state="done", lead=field.monitors[0], window=window(3))
    with refused("visit_released_when_over"):
        field.make_visit(released_to_partner_at=timezone.now())


def test_where_clearance_is_asked_none_is_confirmed_without(field):
    world = field.world
    ClearanceArea.objects.create(
        owner=field.third, place=world.south, asked=DateRange(date(2026, 3, 1), date(2026, 4, 1))
    )
    visit = field.make_visit(lead=field.monitors[0], window=window(3), planned_on=date(2026, 3, 3))

    def confirm():
        Visit.objects.filter(pk=visit.pk).update(state="confirmed")

    def clearance(**values):
        return SecurityClearance.objects.create(
            **{"owner": field.third, "place": world.town, "valid": window(3, 8, 6), "by": "Operations", "state": "granted", **values}
        )  # fmt: skip

    with refused("visit_clearance"):
        confirm()
    clearance(valid=window(3, 8, 2))  # ends while they are there
    clearance(state="asked")
    clearance(place=world.north)
    with refused("visit_clearance"):
        confirm()
    clearance(place=world.south)
    confirm()


def test_no_lead_with_an_open_declaration(field):
    lead = field.monitors[0]
    Declaration.objects.create(monitor=lead, partner=field.partner, relation="past_employment", since=date(2024, 1, 1))
    with refused("visit_declared"):
        field.make_visit(lead=lead, planned_on=date(2026, 3, 3))
    field.make_visit(field.make_site(1, field.other), lead=lead, planned_on=date(2026, 3, 3))
    with transaction.atomic():
        visit = field.make_visit(lead=lead, planned_on=date(2026, 3, 3))
        override = RuleOverride.objects.create(
            visit=visit, rule="declaration", monitor=lead, reason="Nobody else speaks it"
        )
        settle()
    with refused("override_stays"):
        override.delete()
    with refused("override_with_reason"):
        RuleOverride.objects.create(visit=visit, rule="pair", reason="")


# Scores


def assessed(field, visit, **values):
    return Assessment.objects.create(
        **{
            "visit": visit, "checklist": field.checklist, "weights": {"critical": 5, "major": 3, "minor": 1}, "pass_mark": 0.8,
            "score": 0.9, "verdict": "pass", "counted": 3, **values,
        }
    )  # fmt: skip


def test_scores_are_kept_and_a_critical_failure_is_no_pass(field):
    visit = field.make_visit()
    first = assessed(field, visit)
    with refused("assessment_stays"):
        Assessment.objects.filter(pk=first.pk).update(score=1)
    with refused("assessment_one_stands"):
        assessed(field, visit, number=2)
    Assessment.objects.filter(pk=first.pk).update(superseded_at=timezone.now())
    assessed(field, visit, number=2, score=0.7, verdict="fail")
    with refused("assessment_stays"):
        first.delete()
    other = field.make_visit(field.sites[1])
    with refused("assessment_pass_earned"):
        assessed(field, other, failed_critical=["ppe"])
    with refused("assessment_pass_earned"):
        assessed(field, other, counted=0)


def test_a_critical_item_does_not_apply_for_a_reason_only(field):
    one = assessed(field, field.make_visit())
    with refused("answer_na_with_reason"):
        Answer.objects.create(assessment=one, item=field.items[0], severity="critical", result="na")
    Answer.objects.create(assessment=one, item=field.items[0], severity="critical", result="na", reason="No dogs here")
    with refused("checklist_stays"):
        type(field.items[0]).objects.filter(pk=field.items[0].pk).update(severity="minor")


# Findings


@pytest.fixture
def nonconformity(field):
    return field.make_nonconformity(field.make_visit())


def step(row, **values):
    type(row).objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()


def answered(field, row):
    step(
        row, state="answered", answer="A visor was bought", answered_by=field.partner_person, answered_at=timezone.now()
    )


def evidence(row, **values):
    return Evidence.objects.create(**{"nonconformity": row, "sha256": "a" * 64, "file_name": "visor.jpg", **values})


@pytest.fixture(autouse=True)
def _partner_person(request):
    if "field" in request.fixturenames:
        field = request.getfixturevalue("field")
        account = field.world.person("m-answers", ("monitoring.partner", field.partner, None))
        account.organisation = field.partner
        account.save()
        field.partner_person = account


def test_closing_needs_evidence_and_another_person_of_another_organisation(field, nonconformity):
    answered(field, nonconformity)
    close = {"state": "closed", "closed_at": timezone.now()}
    with refused("nonconformity_needs_evidence"):
        step(nonconformity, **close, closed_by=field.quality)
    evidence(nonconformity)
    with refused("nonconformity_closed_outside"):
        step(nonconformity, **close, closed_by=field.partner_account)
    with refused("rafid_monitoring_nc_other_eyes"):
        step(nonconformity, **close, closed_by=None)
    step(nonconformity, **close, closed_by=field.quality)
    with refused("nonconformity_steps"):
        step(nonconformity, state="answered")


def test_who_answered_does_not_close(field, nonconformity):
    evidence(nonconformity)
    step(nonconformity, state="answered", answer="Done", answered_by=field.quality, answered_at=timezone.now())
    with refused("rafid_monitoring_nc_other_eyes"):
        step(nonconformity, state="closed", closed_by=field.quality, closed_at=timezone.now())
    with pytest.raises(Refused, match="another person"), told(type(nonconformity)):
        step(nonconformity, state="closed", closed_by=field.quality, closed_at=timezone.now())


def test_a_finding_is_not_closed_after_it_was_withdrawn(field, nonconformity):
    with refused("rafid_monitoring_nc_step_with_reason"):
        step(nonconformity, state="withdrawn", withdrawn_by=field.manager)
    step(nonconformity, state="withdrawn", withdrawn_by=field.manager, step_reason="Written twice")
    with refused("nonconformity_steps"):
        step(nonconformity, state="closed", closed_by=field.quality)


def test_a_deadline_is_not_before_the_opening(field):
    with refused("rafid_monitoring_nc_due_after_opening"):
        field.make_nonconformity(field.make_visit(), due_on=date(2026, 3, 2))


def test_evidence_stays_as_it_came(field, nonconformity):
    row = evidence(nonconformity)
    with refused("evidence_stays"):
        Evidence.objects.filter(pk=row.pk).update(sha256="b" * 64)
    with refused("evidence_stays"):
        row.delete()
    Evidence.objects.filter(pk=row.pk).update(distance_m=12.5)
    with refused("evidence_once"):
        evidence(nonconformity)


# Outcomes, warnings, reports


def test_nobody_is_asked_twice_or_without_consent(field):
    from rafid.programmes.monitoring.models import OutcomeStudy

    study = OutcomeStudy.objects.create(
        owner=field.third, contract=field.contract, kind_of_study="eore_knowledge", design="paired", name_en="Study"
    )
    Respondent.objects.create(study=study, pseudonym="R-1", consent=True)
    with refused("respondent_once"):
        Respondent.objects.create(study=study, pseudonym="R-1", consent=True)
    with refused("respondent_consented"):
        Respondent.objects.create(study=study, pseudonym="R-2", consent=False)


def test_a_warning_is_muted_with_a_reason_and_an_end(field):
    warning = EarlyWarning.objects.create(
        owner=field.third, contract=field.contract, rule="floor", subject="contract", since=date(2026, 3, 1)
    )
    for half in ({"muted_reason": "Known"}, {"muted_until": date(2026, 5, 1)}, {}):
        with refused("warning_muted_with_reason_and_end"):
            EarlyWarning.objects.filter(pk=warning.pk).update(state="muted", **half)
    EarlyWarning.objects.filter(pk=warning.pk).update(state="muted", muted_reason="Known", muted_until=date(2026, 5, 1))
    with refused("warning_once_while_it_lasts"):
        EarlyWarning.objects.create(
            owner=field.third, contract=field.contract, rule="floor", subject="contract", since=date(2026, 4, 1)
        )


def test_a_final_report_does_not_change(field):
    report = Report.objects.create(owner=field.third, period="2026Q1", language="en")
    ReportContract.objects.create(report=report, contract=field.contract)
    report.refresh_from_db()
    assert report.partners == [field.partner.pk]
    assert report.donors == [field.donor.pk]
    with refused("erratum_of_final"):
        Erratum.objects.create(report=report, text_en="Wrong")
    with refused("comment_in_time"):
        ReportComment.objects.create(report=report, partner=field.partner, text="Not so")
    with refused("report_frozen_first"):
        Report.objects.filter(pk=report.pk).update(state="comments", comments_until=date(2026, 4, 20))
    now = datetime(2026, 4, 6, tzinfo=UTC)
    Report.objects.filter(pk=report.pk).update(state="comments", comments_until=date(2026, 4, 20), known=now)
    comment = ReportComment.objects.create(report=report, partner=field.partner, text="Not so")
    Report.objects.filter(pk=report.pk).update(state="final", final_at=now, final_by=field.manager)
    with refused("report_stays"):
        Report.objects.filter(pk=report.pk).update(frozen={"spi": 1})
    with refused("report_stays"):
        Report.everything.filter(pk=report.pk)._raw_delete("default")
    with refused("comment_stays"):
        ReportComment.objects.filter(pk=comment.pk).update(text="So")
    erratum = Erratum.objects.create(report=report, text_en="Page 3: 12, not 21.")
    with refused("erratum_stays"):
        erratum.delete()


def test_history_keeps_the_old(field):
    field.contract.title = "Another title"
    field.contract.save()
    assert list(field.contract.events.order_by("pgh_id").values_list("title", flat=True)) == [
        "Clearance",
        "Another title",
    ]


def test_each_rule_of_a_trigger_has_its_sentence():
    assert all(str(sentence).endswith(".") for sentence in RULES.values())
