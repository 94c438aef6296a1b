"""Figures of a quarterly report: gathered as known, told by contract, computed again; nothing that is sealed or not released."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from rafid.commons.records.change import Refused
from rafid.programmes.monitoring.models import CalendarDay, Report, ReportComment, ReportFile, RuleOverride, Visit
from rafid.programmes.monitoring.reports import sums
from rafid.programmes.monitoring.reports.content import share_of
from rafid.programmes.monitoring.reports.freezing import freeze, recompute, sha256_of
from rafid.programmes.monitoring.reports.gather import gather, quarter
from rafid.programmes.monitoring.reports.known import as_known, moment_now
from rafid.programmes.monitoring.reports.life import (
    begin,
    comment,
    erratum,
    send_to_partners,
    take_back,
    working_day_after,
    write_section,
)
from rafid.programmes.monitoring.reports.visited import _own_lines

from .contracts_world import drawn_plan, found, release, report_at
from .reports_world import draft
from .reports_world import quarter as a_quarter

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(field):
    a_quarter(field)
    return draft(field, field.contract, field.other)


def block(report, ref):
    return next(one for one in report.frozen["contracts"] if one["ref"] == ref)


def test_what_was_drawn_seen_and_not_seen_stand_beside_one_another(field, reported):
    own = block(reported, field.contract.ref)
    counts = {name: own["seen"][name] for name in ("drawn", "seen", "denied", "waiting", "beside")}
    assert counts == {"drawn": 5, "seen": 4, "denied": 1, "waiting": 0, "beside": 0}
    (denied,) = [one for one in own["visits"] if one["state"] == "denied"]
    assert (denied["not_seen_reason"], denied["not_seen_text"]) == ("refused", "The guard let nobody in.")
    (plan,) = own["plans"]
    assert plan["seed_hash"]
    assert plan["seed"]
    assert plan["strata"][0]["own_drawn"] == 5
    assert block(reported, field.other.ref)["visits"] == []


def test_the_four_numbers_of_a_line_are_those_of_progress(field, reported):
    line = block(reported, field.contract.ref)["progress"]["lines"][0]
    assert (line["planned"], line["reported"], line["seen"], line["sites"]) == (45_000, 32_000, 4, 8)
    # Of 16,000 reported at the visited sites 11,400 were found; all eight sites reported 32,000.
    assert line["verified"] == pytest.approx(32_000 * 11_400 / 16_000)
    assert line["low"] < line["verified"] < line["high"]
    assert 0 < line["floor"] < line["verified"]


def test_shares_that_passed_have_intervals_by_teams(field, reported):
    of_partner = sums.by_partner(reported.frozen["contracts"])["PART"]
    assert (of_partner["passed"], of_partner["visits"], of_partner["teams"], of_partner["small"]) == (3, 4, 3, True)
    assert of_partner["low"] < 0.75 < of_partner["high"]
    assert sums.by_topic(reported.frozen["contracts"])["clearance_site"] == of_partner
    assert sums.mean_scores(reported.frozen["contracts"])["PART"]["mean"] == pytest.approx(0.9)


def test_the_ledger_counts_what_was_released(field, reported):
    first, last = (one.isoformat() for one in quarter("2026Q1"))
    counts = sums.ledger(reported.frozen["contracts"], first, last)
    assert {severity: one["opened"] for severity, one in counts.items()} == {"critical": 1, "major": 0, "minor": 1}
    assert counts["critical"]["overdue"] == 1
    assert "Never released" not in json.dumps(reported.frozen)


def test_outcomes_and_warnings_are_told_when_they_are_released(field, reported):
    own = block(reported, field.contract.ref)
    (study,) = own["outcomes"]
    (change,) = study["changes"]
    assert (change["n"], round(change["difference"], 3), round(change["low"], 3), round(change["p"], 4)) == (
        40,
        0.3,
        0.108,
        0.0042,
    )
    assert study["land"][0]["people"] == 12
    assert [one["subject"] for one in own["warnings"]] == ["line:1.1"]


def test_the_page_of_independence_names_codes_overrides_and_declarations(field, reported):
    told = sums.independence(reported.frozen["contracts"])
    assert told["matrix"] == {"X2": {"PART": 4}}
    assert told["share"] == 0
    assert [(one["rule"], one["reason"]) for one in told["overrides"]] == [("rotation", "Nobody else was cleared.")]
    assert [(one["relation"], one["open"]) for one in told["declared"]] == [("past_employment", False)]
    assert "Secret monitor" not in json.dumps(reported.frozen)


def test_computed_again_it_is_the_same(reported):
    again = recompute(reported)
    assert (again.same, again.whole, again.differences) == (True, True, ())


def test_a_figure_that_was_changed_behind_is_found(reported):
    frozen = json.loads(json.dumps(reported.frozen))
    frozen["contracts"][0]["seen"]["seen"] += 1
    Report.objects.filter(pk=reported.pk).update(frozen=frozen)
    reported.refresh_from_db()
    again = recompute(reported)
    assert not again.whole
    assert not again.same
    assert len(again.differences) == 1
    assert again.differences[0].where.endswith("seen / seen")


def test_what_became_known_later_changes_what_is_computed_now_alone(field, reported):
    line = field.contract.lines.order_by("code").first()
    later = reported.known + timedelta(seconds=5)
    report_at(line, field.sites[0], 3, 9_000, version=2, at=later)
    assert recompute(reported).same
    differences = recompute(reported, known=later).differences
    assert any("verified" in one.where and field.contract.ref in one.where for one in differences)


def test_records_are_read_as_they_stood(field):
    visit = field.make_visit(planned_on=date(2026, 3, 2))
    then = moment_now()
    assert [one.state for one in as_known(Visit, then, pgh_obj=visit.pk)] == ["planned"]
    assert as_known(Visit, then - timedelta(days=1), pgh_obj=visit.pk) == []


def test_of_a_sealed_plan_only_its_hash_is_told(field):
    _plan, visits = drawn_plan(field, field.sites, size=3, period="2026Q1")
    line = field.contract.lines.order_by("code").first()
    found(field, visits[0], line, 100, at=datetime(2026, 3, 3, 9, tzinfo=UTC))
    release(visits[0])
    figures = gather([field.contract], "2026Q1", moment_now())
    own = figures["contracts"][0]
    assert [set(one) for one in own["plans"]] == [
        {"ref", "period", "state", "seed_hash", "frame_hash", "registered_on"}
    ]
    assert own["visits"] == []
    assert own["seen"]["drawn"] == 0
    for visit in visits:
        assert visit.ref not in json.dumps(figures)
        assert visit.site.ref not in json.dumps(figures)


def test_a_report_with_something_sealed_or_not_released_is_not_sent(field):
    plan, _visits = drawn_plan(field, field.sites, size=2, period="2026Q1")
    made = draft(field)
    with pytest.raises(Refused, match=plan.ref):
        send_to_partners(made, by=field.manager)


def test_a_visit_that_is_not_released_holds_the_report_back(field, reported):
    Visit.objects.filter(contract=field.contract, state="done").update(released_to_partner_at=None)
    with pytest.raises(Refused, match="4 visits"):
        send_to_partners(reported, by=field.manager)


def test_of_a_plan_of_several_partners_each_reads_the_own_strata():
    class Stratum:
        def __init__(self, name):
            self.name = name

    north, south = Stratum("north"), Stratum("south")
    said = {"en": "north: if 2 of 9 …\nsouth: if 3 of 8 …", "ar": "north: لو\nsouth: لو"}
    assert _own_lines(said, [north, south], [south]) == {"en": "south: if 3 of 8 …", "ar": "south: لو"}
    assert _own_lines(said, [north, south], [north, south]) == said


@pytest.mark.parametrize(("period", "said"), [("2026", "2026Q3"), ("202603", "2026Q3"), ("2999Q1", "not over")])
def test_a_report_is_of_a_quarter_that_is_over(field, period, said):
    with pytest.raises(Refused, match=said):
        begin(field.third, period, [field.contract], language="en", by=field.manager)


def test_partners_comment_on_their_own_part_until_it_is_final(field, reported):
    sent = send_to_partners(reported, by=field.manager, today=date(2026, 4, 5))
    assert sent.state == "comments"
    assert sent.comments_until > date(2026, 4, 5)
    share = share_of(sent, field.partner_account)
    assert [one["ref"] for one in share.contracts] == [field.contract.ref]
    assert not share.whole
    assert [one["ref"] for one in share_of(sent, field.rival_account).contracts] == [field.other.ref]
    Report.objects.filter(pk=sent.pk).update(comments_until=date(2999, 1, 1))
    sent.refresh_from_db()
    comment(sent, field.partner, "We were there.", section="seen", by=field.partner_account)
    assert [one.text for one in share_of(sent, field.partner_account).comments] == ["We were there."]
    assert share_of(sent, field.rival_account).comments == []
    assert Report.objects.visible_to(field.donor_account).count() == 0


def test_the_time_for_comments_ends(field, reported):
    sent = send_to_partners(reported, by=field.manager, today=date(2026, 4, 5))
    with pytest.raises(Refused, match="over"):
        comment(sent, field.partner, "Late", by=field.partner_account)


def test_ten_working_days_leave_out_the_weekend_and_holidays(field):
    # 5 April 2026 is a Sunday; the weekend of the country pack is Friday and Saturday.
    assert working_day_after(field.third.pk, date(2026, 4, 5), 10) == date(2026, 4, 19)
    CalendarDay.objects.create(
        owner=field.third, kind="holiday", days=(date(2026, 4, 9), date(2026, 4, 10)), name_en="Day"
    )
    assert working_day_after(field.third.pk, date(2026, 4, 5), 10) == date(2026, 4, 20)


def test_frozen_figures_stay_while_partners_read_them(field, reported):
    sent = send_to_partners(reported, by=field.manager)
    with pytest.raises(Refused, match="draft"):
        freeze(sent, by=field.manager)
    with pytest.raises(IntegrityError, match="report_figures_stay"), transaction.atomic():
        Report.objects.filter(pk=sent.pk).update(frozen={"spi": 2})
    back = take_back(sent)
    assert freeze(back, by=field.manager).state == "draft"


def test_a_report_is_not_final_without_its_partners(field, reported):
    with pytest.raises(IntegrityError, match="report_steps"), transaction.atomic():
        Report.objects.filter(pk=reported.pk).update(
            state="final", final_at=reported.known, final_by=field.manager, comments_until=date(2026, 4, 1)
        )
    assert not ReportFile.objects.filter(report=reported).exists()


def test_the_hash_is_of_the_figures_however_a_number_is_written(reported):
    rounded = json.loads(json.dumps(reported.frozen).replace("45000.0", "45000"))
    assert sha256_of(rounded) == reported.frozen["sha256"] == sha256_of(reported.frozen)


def test_the_office_writes_in_sections_and_errata_stand_beside(field, reported):
    row = write_section(reported, "summary", {"en": "Calm quarter.", "ar": ""}, version=reported.version)
    assert row.sections == {"summary": {"en": "Calm quarter."}}
    with pytest.raises(Refused, match="section"):
        write_section(row, "comments", {"en": "x"})
    with pytest.raises(Refused, match="final report"):
        erratum(row, {"en": "Wrong"}, by=field.manager)
    assert RuleOverride.objects.filter(visit__contract=field.contract).count() == 1
    assert not ReportComment.objects.filter(report=row).exists()
