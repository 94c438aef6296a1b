"""Reports: received once, decided by other eyes, entering the records whole or not at all, in whatever order they come."""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from rafid.commons.records.change import Refused, Stale
from rafid.programmes.mineaction.models import (
    Accident,
    Activity,
    EoreSession,
    ExternalId,
    FieldReport,
    Hazard,
    LedgerRow,
    OrdnanceFind,
    Release,
    SurveySheet,
)
from rafid.programmes.mineaction.reports import decide
from rafid.programmes.mineaction.reports.content import unknown_keys
from rafid.programmes.mineaction.reports.receive import receive
from rafid.programmes.mineaction.reports.reconcile import as_existing, as_new, candidates

from .conftest import own, square

pytestmark = pytest.mark.django_db


def shape(*at: float) -> dict:
    return json.loads(square(*at).json)


HAZARD = {
    "type": "minefield", "ground": shape(), "suspected_on": "2026-01-10", "comment": "Along the river",
    "evidence": [{"direct": False, "type": "testimony", "on": "2026-01-09", "source": "Elder of the village"}],
}  # fmt: skip


@pytest.fixture
def take(ground):
    """Receives a report of the operator for DMA."""

    def taken(reference="R-1", type="hazard", content=None, *, on=date(2026, 2, 1), **values):
        return receive(
            **{
                "authority": ground.dma, "operator": ground.operator, "reference": reference, "type": type, "on": on,
                "content": HAZARD if content is None else content, "place": ground.place, **values,
            }
        )  # fmt: skip

    return taken


@pytest.fixture
def accepted(ground, take):
    """Receives a report and takes it through the three gates."""

    def made(reference="R-1", type="hazard", content=None, *, existing=None, **values):
        return through(ground, take(reference, type, content, **values).report, existing=existing)

    return made


def through(ground, report, *, existing=None):
    report = decide.check(report, by=ground.desk)
    report = decide.endorse(report, by=ground.operator_manager)
    if existing is not None:
        report = as_existing(report, existing)
    elif not report.reconciled:
        report = as_new(report)
    return decide.accept(report, by=ground.im_officer)


def test_the_same_report_comes_in_once(ground, take):
    first = take()
    assert (first.what, first.report.number, first.report.state) == ("new", 1, "received")
    again = take(content=dict(reversed(HAZARD.items())))
    assert (again.what, again.report) == ("again", first.report)
    second = take("  R-1 ", content={**HAZARD, "comment": "Along the old river"})
    assert (second.what, second.report.number) == ("version", 2)
    first.report.refresh_from_db()
    assert first.report.state == "superseded"
    assert take().what == "again"
    assert take(operator=ground.rival).what == take(authority=ground.ikmaa).what == "new"
    assert FieldReport.objects.filter(owner=ground.dma, organisation=ground.operator).count() == 2


def test_what_is_no_report(ground, take):
    for values, said in (
        ({"reference": "  "}, "no number"),
        ({"type": "weather"}, "weather"),
        ({"on": timezone.localdate() + timedelta(days=1)}, "after today"),
        (
            {"type": "accident", "content": {"killed": 1, "people": [{"victims": [{"name": "x"}]}]}},
            "behind their own door",
        ),
    ):
        with pytest.raises(Refused, match=said):
            take(**{"reference": "R-9", **values})
    assert not own(FieldReport).exists()


def test_three_gates_and_other_eyes(ground, take):
    report = take().report
    for early in (decide.endorse, decide.accept):
        with pytest.raises(Refused, match="not possible"):
            early(report, by=ground.im_officer)
    report = decide.check(report, by=ground.desk)
    with pytest.raises(Refused, match="Another person"):
        decide.endorse(report, by=ground.desk)
    report = decide.endorse(report, by=ground.operator_manager)
    with pytest.raises(Refused, match="new record"):
        decide.accept(report, by=ground.im_officer)
    report = as_new(report)
    for person in (ground.desk, ground.operator_manager):
        with pytest.raises(Refused, match="Another person"):
            decide.accept(report, by=person)
    with pytest.raises(Stale):
        decide.accept(report, by=ground.im_officer, version=report.version - 1)
    seen = report.version
    decide.accept(report, by=ground.im_officer, version=seen)
    # Two who accept at once: the second is told.
    with pytest.raises(Stale):
        decide.accept(report, by=ground.second, version=seen)
    assert own(Hazard).count() == 1


def test_an_accepted_report_is_in_the_records(ground, accepted):
    report = accepted(content={**HAZARD, "external": {"system": "ng", "key": "{A-1}"}, "colour": "red"})
    hazard = own(Hazard).get()
    assert (hazard.state, hazard.classification, hazard.comment) == ("suspected", "SHA", "Along the river")
    assert (hazard.on, hazard.suspected_on, hazard.organisation) == (
        date(2026, 2, 1),
        date(2026, 1, 10),
        ground.operator,
    )
    assert (hazard.owner, hazard.place, hazard.report, hazard.made_by) == (
        ground.dma,
        ground.place,
        report,
        ground.im_officer,
    )
    assert hazard.evidence.get().source == "Elder of the village"
    assert (report.state, report.target, report.applied) == (
        "approved",
        hazard.pk,
        [["mineaction.hazard", str(hazard.pk)]],
    )
    assert ExternalId.objects.get(system="ng", key="{A-1}").record == hazard.pk
    assert LedgerRow.objects.get(hazard=hazard).remaining_m2 > 50_000
    assert unknown_keys(report) == ["colour"]
    assert hazard.steps.get().new == "suspected"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ground": {"type": "Polygon", "coordinates": [[[44, 36], [44.1, 36.1], [44.1, 36], [44, 36.1], [44, 36]]]}}, "Ground.*crosses"),
        ({"ground": {"type": "Point", "coordinates": [44, 36]}}, "Ground.*Point"),
        ({"ground": {"type": "Polygon", "coordinates": [[[440000, 36], [440001, 36], [440001, 37], [440000, 36]]]}}, "Ground.*Earth"),
        ({"ground": "here"}, "Ground"),
        ({"suspected_on": "yesterday"}, "Discovered on"),
        ({"suspected_on": "2100-01-01"}, "after today"),
        ({"type": "lake"}, "Kind"),
        ({"men": -4}, "men"),
        ({"place": "ZZ99"}, "ZZ99"),
        ({"classification": "CHA"}, "direct evidence"),
        ({"classification": "certain"}, "SHA or CHA"),
        ({"evidence": [{"type": "seen"}]}, "Evidence 1"),
        ({"confirmed_on": "2025-01-01", "classification": "CHA"}, "before the hazard was discovered|evidence"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_and_nothing_is_half_done(ground, accepted, change, said):
    with pytest.raises(Refused, match=said):
        accepted(content={**HAZARD, **change})
    assert not own(Hazard).exists()
    assert own(FieldReport).get().state == "operator_approved"


def test_rejected_and_taken_again_is_one_report(ground, take):
    report = decide.check(take().report, by=ground.desk)
    with pytest.raises(Refused, match="why"):
        decide.reject(report, by=ground.im_officer, reason=" ")
    report = decide.reject(report, by=ground.im_officer, reason="Which river?")
    assert take().what == "again"
    report.refresh_from_db()
    assert report.state == "rejected"
    again = take(content={**HAZARD, "comment": "Along the Zab"}).report
    assert again.number == 2
    decide.reject(again, by=ground.im_officer, reason="Wrong river")
    report = decide.take_again(report, by=ground.im_officer, reason="The first one was right")
    assert (report.number, report.state, report.checked_by) == (1, "received", None)
    through(ground, report)
    assert own(Hazard).get().comment == "Along the river"
    with pytest.raises(Refused, match="rejected or replaced"):
        decide.take_again(report, by=ground.im_officer, reason="x")


def test_a_usual_reason_is_read_in_everybodys_language(ground, take):
    with pytest.raises(Refused, match="why"):
        decide.reject(take().report, by=ground.im_officer, code="weather")
    report = decide.reject(take().report, by=ground.im_officer, code="shape", reason="Point 3")
    assert (report.reason_code, report.reason) == ("shape", "Point 3")
    said = {}
    for language in ("ar", "ckb", "en"):
        with override(language):
            said[language] = report.why
    assert said["en"] == "The shape or a position is wrong. Point 3"
    assert len(set(said.values())) == 3
    assert decide.reject(take(content={**HAZARD, "comment": "x"}).report, by=ground.im_officer, code="again").why
    taken = decide.take_again(report, by=ground.im_officer, reason="It was right")
    assert taken.why == "It was right"


def test_a_correction_takes_the_place_of_the_accepted_version(ground, accepted):
    first = accepted(content={**HAZARD, "men": 12})
    hazard = own(Hazard).get()
    second = accepted(
        content={**{k: v for k, v in HAZARD.items() if k != "comment"}, "ground": shape(0, 0, 1, 1), "men": 21}
    )
    first.refresh_from_db()
    assert (first.state, second.state, second.target) == ("superseded", "approved", hazard.pk)
    hazard.refresh_from_db()
    assert own(Hazard).count() == 1
    assert hazard.men == 21
    assert LedgerRow.objects.get(hazard=hazard).area_m2 == pytest.approx(90 * 111, rel=0.02)
    assert hazard.versions.count() >= 2


def test_the_order_of_acceptance_does_not_matter_and_the_same_day_counts(ground, accepted):
    said = (
        ("U-1", date(2026, 2, 3), {"comment": "third", "men": 3}),
        ("U-2", date(2026, 2, 2), {"comment": "second", "women": 2}),
        ("U-3", date(2026, 2, 3), {"comment": "same day, later", "boys": 1}),
    )
    found = set()
    for number, order in enumerate(itertools.permutations(range(3))):
        hazard = ground.make_hazard(east=10 * number)
        now = timezone.now()
        reports = []
        for at, (reference, on, content) in enumerate(said):
            report = ground.make_report(
                f"{reference}-{number}", "hazard", content, on=on, known_at=now + timedelta(minutes=at)
            )
            reports.append(report)
        for at in order:
            through(ground, reports[at], existing=hazard)
        hazard.refresh_from_db()
        found.add((hazard.comment, hazard.men, hazard.women, hazard.boys, hazard.on))
    assert found == {("same day, later", 3, 2, 1, date(2026, 2, 3))}


def test_an_accepted_report_that_was_wrong_leaves_the_records(ground, accepted):
    first = accepted()
    hazard = own(Hazard).get()
    second = accepted("R-2", content={"comment": "Not the river", "women": 4}, existing=hazard, on=date(2026, 3, 1))
    hazard.refresh_from_db()
    assert hazard.comment == "Not the river"
    decide.withdraw_report(second, by=ground.im_officer, reason="Another village")
    hazard.refresh_from_db()
    assert (hazard.comment, hazard.on) == ("Along the river", date(2026, 2, 1))
    decide.withdraw_report(first, by=ground.im_officer, reason="Invented")
    assert not own(Hazard).exists()
    assert Hazard.everything.get(owner=ground.dma).deleted_why == "Invented"


def test_confirmed_and_suspected_again_by_reports(ground, accepted):
    accepted()
    hazard = own(Hazard).get()
    mine = {"direct": True, "type": "seen", "on": "2026-02-20"}
    accepted("S-1", "survey", {"classification": "CHA", "evidence": [mine]}, existing=hazard, on=date(2026, 2, 20))
    hazard.refresh_from_db()
    assert (hazard.state, hazard.confirmed_on) == ("confirmed", date(2026, 2, 20))
    # An older report that comes late does not take it back.
    accepted("S-0", "survey", {"classification": "SHA"}, existing=hazard, on=date(2026, 2, 10))
    hazard.refresh_from_db()
    assert hazard.state == "confirmed"
    with pytest.raises(Refused, match="approved survey"):
        accepted("H-5", "hazard", {"classification": "SHA"}, existing=hazard, on=date(2026, 3, 1))
    accepted("S-5", "survey", {"classification": "SHA"}, existing=hazard, on=date(2026, 3, 2))
    hazard.refresh_from_db()
    assert (hazard.state, hazard.classification, hazard.confirmed_on) == ("suspected", "SHA", None)


def test_a_sheet_comes_with_its_report(ground, take):
    report = take(content={"type": "minefield"}).report
    sheet = SurveySheet.objects.create(
        owner=ground.dma,
        organisation=ground.operator,
        on=date(2026, 1, 5),
        north="grid",
        ground=square(),
        report=report,
    )
    through(ground, report)
    sheet.refresh_from_db()
    hazard = own(Hazard).get()
    assert (sheet.state, sheet.hazard, sheet.accepted_by) == ("accepted", hazard, ground.im_officer)
    assert hazard.ground == sheet.ground


def test_released_ground_and_its_correction(ground, accepted):
    hazard = ground.make_hazard("confirmed")
    content = {
        "type": "cleared",
        "ground": shape(0, 0, 1.5, 2),
        "hazard": hazard.ref,
        "depth_m": 0.2,
        "reported_m2": 30_000,
    }
    with pytest.raises(Refused, match="which depth"):
        accepted("L-0", "release", {**content, "depth_m": None}, on=date(2026, 3, 1))
    first = accepted("L-1", "release", content, on=date(2026, 3, 1))
    half = LedgerRow.objects.get(hazard=hazard)
    assert half.remaining_m2 == pytest.approx(half.area_m2 / 2, rel=1e-3)
    accepted("L-1", "release", {**content, "ground": shape(0, 0, 0.75, 2)}, on=date(2026, 3, 1))
    old, new = own(Release).order_by("known_at")
    assert (new.replaces, old.pk, new.depth_m) == (old, first.target, 0.2)
    row = LedgerRow.objects.get(hazard=hazard)
    assert row.remaining_m2 == pytest.approx(row.area_m2 * 3 / 4, rel=1e-3)
    third = accepted(
        "L-1", "release", {**content, "ground": shape(0, 0, 0.75, 2), "method": "Manual"}, on=date(2026, 3, 1)
    )
    assert own(Release).count() == 2
    assert Release.objects.get(pk=third.target).method == "Manual"
    decide.withdraw_report(third, by=ground.im_officer, reason="Never happened")
    with pytest.raises(Refused, match="nobody here knows"):
        accepted("L-2", "release", {**content, "hazard": "DMA-1999-0001"}, on=date(2026, 3, 1))


def test_days_of_work(ground, accepted):
    hazard = ground.make_hazard()
    days = [
        {"day": "2026-02-02", "area_m2": 300, "by_method": {"manual": 300}, "deminers": 8},
        {"day": "2026-02-03", "area_m2": 200},
    ]
    first = accepted(
        "P-1", "progress", {"type": "manual", "team": "A", "days": days, "hazards": [hazard.ref]}, on=date(2026, 2, 3)
    )
    work = own(Activity).get()
    assert (work.start, work.hazards.get(), work.days.count()) == (date(2026, 2, 2), hazard, 2)
    # Another report of the same day, received later, has the word; one received earlier has not.
    accepted("P-2", "progress", {"days": [{"day": "2026-02-03", "area_m2": 250}]}, existing=work, on=date(2026, 2, 3))
    accepted("P-0", "progress", {"days": [{"day": "2026-02-03", "area_m2": 1}]}, existing=work, on=date(2026, 2, 2))
    row = work.days.get(day=date(2026, 2, 3))
    assert (row.area_m2, row.number) == (250, 2)
    # The correction of the first one drops a day and changes another.
    accepted(
        "P-1", "progress", {"type": "manual", "days": [{"day": "2026-02-02", "area_m2": 310}]}, on=date(2026, 2, 3)
    )
    assert list(work.days.values_list("day", "area_m2")) == [(date(2026, 2, 2), 310), (date(2026, 2, 3), 250)]
    assert own(Activity).get().team == "A"
    first.refresh_from_db()
    assert first.state == "superseded"
    with pytest.raises(Refused, match="each with its day"):
        accepted("P-3", "progress", {"days": [{"area_m2": 1}]}, existing=work)
    with pytest.raises(Refused, match="Area"):
        accepted("P-4", "progress", {"days": [{"day": "2026-02-04", "area_m2": "much"}]}, existing=work)


def test_finds_accidents_and_sessions(ground, accepted):
    items = [{"category": "ap_mine", "quantity": 3}, {"category": "submunition", "quantity": 1}]
    accepted("F-1", "find", {"items": items, "point": {"type": "Point", "coordinates": [44.3, 36.1]}})
    assert own(OrdnanceFind).count() == 2
    accepted("F-1", "find", {"items": items[:1]})
    assert own(OrdnanceFind).get().quantity == 3
    with pytest.raises(Refused, match="more than 0"):
        accepted("F-2", "find", {"category": "ap_mine", "quantity": 0})
    accepted("E-1", "eore", {"method": "school", "boys": 20, "girls": 25})
    assert own(EoreSession).get().audience == 45
    accepted(
        "A-1", "accident", {"type": "civilian", "injured": 2, "point": {"type": "Point", "coordinates": [44.3, 36.1]}}
    )
    assert own(Accident).get().injured == 2


def test_candidates_say_why(ground, take):
    hazard = ground.make_hazard()
    ground.make_hazard(east=20)
    report = take("N-1", content={"ground": shape(1, 0, 3, 2)}).report
    found = candidates(report)
    assert [(one.record, one.why) for one in found] == [(hazard, "ground")]
    assert found[0].amount == pytest.approx(2 / 3, rel=1e-6)
    ExternalId.objects.create(owner=ground.dma, system="ng", key="7", kind="mineaction.hazard", record=hazard.pk)
    known = take("N-2", content={"external": {"system": "ng", "key": "7"}}).report
    assert [(one.record, one.why) for one in candidates(known)] == [(hazard, "identifier")]
    spot = ground.make_spot_task()
    near = take("N-3", "spot", {"point": {"type": "Point", "coordinates": [spot.point.x + 0.001, spot.point.y]}}).report
    assert candidates(near)[0].why == "near"
    assert 80 < candidates(near)[0].amount < 100
    with pytest.raises(Refused, match="does not speak of such"):
        as_existing(near, hazard)
