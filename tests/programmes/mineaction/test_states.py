"""The steps of a hazard by their verbs, and the stored ledger that they ask."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.utils import timezone

from rafid.commons.records.change import Refused, Stale
from rafid.methods import landrelease
from rafid.programmes.mineaction.hazards import ledger_inputs, states
from rafid.programmes.mineaction.hazards.ledger_store import rebuild, refresh, refresh_stale
from rafid.programmes.mineaction.models import Evidence, Hazard, HazardGround, LedgerRow, Release, Task

from .conftest import square

pytestmark = pytest.mark.django_db


def left(hazard) -> float:
    refresh_stale()
    return LedgerRow.objects.get(hazard=hazard).remaining_m2


def test_what_travels_as_left_at_a_step_is_no_rounding_of_the_computer(ground):
    hazard = ground.make_hazard("suspected")
    refresh([hazard.pk])
    LedgerRow.objects.filter(hazard=hazard).update(remaining_m2=1.8189894e-12, stale=False)
    Evidence.objects.create(hazard=hazard, direct=True, type="seen", on=date(2026, 1, 20))
    states.confirm(hazard, by=ground.im_officer, on=date(2026, 1, 20))
    hazard.refresh_from_db()
    assert hazard.remaining_m2 == 0


def test_from_a_report_to_a_closed_hazard_and_back(ground):
    hazard = ground.make_hazard("reported", evidence=False)
    states.suspect(hazard, by=ground.im_officer, on=date(2026, 1, 11))
    with pytest.raises(Refused, match="direct evidence"):
        states.confirm(hazard, by=ground.im_officer, on=date(2026, 1, 20))
    hazard.refresh_from_db()
    assert hazard.state == "suspected"
    Evidence.objects.create(hazard=hazard, direct=True, type="seen", on=date(2026, 1, 20))
    states.confirm(hazard, by=ground.im_officer, on=date(2026, 1, 20))
    assert (hazard.classification, hazard.confirmed_on) == ("CHA", date(2026, 1, 20))
    task = ground.make_task(hazard, state="accepted")
    states.start_work(hazard, task, by=ground.operations, on=date(2026, 2, 2))
    with pytest.raises(Refused, match="Say why"):
        states.suspend(hazard, by=ground.operations, reason=" ", on=date(2026, 2, 5))
    states.suspend(hazard, by=ground.operations, reason="Floods", on=date(2026, 2, 5))
    states.start_work(hazard, task, by=ground.operations, on=date(2026, 2, 8))
    half = square(0, 0, 1.5, 2)
    ground.make_release(hazard, ground=half, on=date(2026, 2, 20))
    with pytest.raises(Refused, match="hazardous ground left"):
        states.complete(hazard, by=ground.operations, depth_m=0.2, on=date(2026, 3, 1))
    ground.make_release(hazard, type="reduced", ground=square(1.5, 0, 1.5, 2), on=date(2026, 2, 25))
    step = states.complete(hazard, by=ground.operations, on=date(2026, 3, 1))
    assert step.remaining_m2 < 0.1
    states.check(hazard, by=ground.quality, on=date(2026, 3, 3))
    finding = ground.make_nonconformity(hazard, severity="critical", opened_on=date(2026, 3, 4))
    assert states.rework_for(finding, by=ground.quality).new == "rework"
    hazard.refresh_from_db()
    states.start_work(hazard, task, by=ground.operations, on=date(2026, 3, 5))
    states.complete(hazard, by=ground.operations, on=date(2026, 3, 6))
    with pytest.raises(Refused, match="critical"):
        states.check(hazard, by=ground.quality, on=date(2026, 3, 7))
    finding.state, finding.step_reason, finding.withdrawn_by = "withdrawn", "Not theirs", ground.quality
    finding.save()
    states.check(hazard, by=ground.quality, on=date(2026, 3, 7))
    states.close(hazard, ground.make_handover(hazard), by=ground.director)
    assert hazard.group == "closed"
    assert left(hazard) < 0.1
    states.reopen(
        hazard, by=ground.im_officer, reason="A mine was found", find=ground.make_find(hazard), on=date(2026, 5, 1)
    )
    # Ground that is suspected again is hazardous again: what was released before does not count for it.
    row = LedgerRow.objects.get(hazard=hazard)
    assert row.remaining_m2 == pytest.approx(row.area_m2)
    newest = hazard.versions.order_by("number").last()
    assert (newest.again, newest.since) == (True, date(2026, 5, 1))
    assert [step.new for step in hazard.steps.all()][:3] == ["suspected", "confirmed", "worked_on"]


def test_what_is_not_possible_is_told_and_nothing_is_written(ground):
    hazard = ground.make_hazard()
    with pytest.raises(Refused, match="not possible"):
        states.check(hazard, by=ground.quality)
    with pytest.raises(Refused, match="after today"):
        states.discard(hazard, by=ground.im_officer, reason="x", on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(Refused, match="before the hazard was discovered"):
        states.discard(hazard, by=ground.im_officer, reason="x", on=date(2025, 1, 1))
    with pytest.raises(Stale):
        states.discard(hazard, by=ground.im_officer, reason="x", version=hazard.version + 4)
    assert not hazard.steps.exists()
    assert set(states.possible(hazard)) == {"confirmed", "worked_on", "cancelled", "discarded"}


def test_cancelled_ground_is_released_as_cancelled(ground):
    hazard, criteria = ground.make_hazard(), ground.make_criteria()
    with pytest.raises(Refused, match="two persons"):
        states.cancel(hazard, criteria, by=ground.im_officer, second_by=ground.im_officer, reason="Ploughed for years")
    assert not Release.objects.filter(hazard=hazard).exists()
    states.cancel(hazard, criteria, by=ground.im_officer, second_by=ground.second, reason="Ploughed for years")
    row = LedgerRow.objects.get(hazard=hazard)
    assert (row.remaining_m2, row.cancelled_m2) == (pytest.approx(0, abs=0.01), pytest.approx(row.area_m2))


def test_a_suspended_task_does_not_let_work_begin_before_its_day(ground):
    hazard = ground.make_hazard("confirmed")
    task = ground.make_task(hazard, state="issued")
    with pytest.raises(Refused, match="task"):
        states.start_work(hazard, task, by=ground.operations, on=date(2026, 2, 2))
    Task.objects.filter(pk=task.pk).update(state="accepted")
    states.start_work(hazard, task, by=ground.operations, on=date(2026, 2, 2))


def test_the_stored_ledger_follows_by_its_neighbourhood(ground):
    near, far = ground.make_hazard(), ground.make_hazard(east=20)
    assert rebuild() >= 2
    whole, before = left(near), LedgerRow.objects.get(hazard=far).computed_at
    assert whole == pytest.approx(3 * 90 * 2 * 111, rel=0.02)
    release = ground.make_release(near, ground=square(0, 0, 1, 2))
    assert LedgerRow.objects.get(hazard=near).stale
    assert refresh_stale() == 1
    assert left(near) == pytest.approx(whole * 2 / 3, rel=1e-6)
    assert LedgerRow.objects.get(hazard=far).computed_at == before
    ground.make_release(near, ground=square(0, 0, 0.5, 2), replaces=release)
    assert left(near) == pytest.approx(whole * 5 / 6, rel=1e-6)
    # Released before it was discovered, or reduced for another hazard, acts on nothing here.
    ground.make_release(on=date(2026, 1, 1), ground=square())
    ground.make_release(far, type="reduced", ground=square())
    assert left(near) == pytest.approx(whole * 5 / 6, rel=1e-6)
    late = Release.objects.get(replaces=release)
    late.deleted_at, late.deleted_why = timezone.now(), "wrong"
    late.save()
    assert left(near) == pytest.approx(whole * 2 / 3, rel=1e-6)
    Hazard.objects.filter(pk=near.pk).update(ground=square(0, 0, 1, 2))
    assert left(near) == pytest.approx(0, abs=0.01)
    states.discard(far, by=ground.im_officer, reason="A rumour", on=date(2026, 4, 1))
    refresh_stale()
    assert not LedgerRow.objects.filter(hazard=far).exists()
    assert refresh([near.pk]) == 1


def test_inputs_of_the_ledger_tell_what_was_known_when(ground):
    first, later = (
        timezone.make_aware(timezone.datetime(2026, 1, 12)),
        timezone.make_aware(timezone.datetime(2026, 6, 1)),
    )
    hazard = ground.make_hazard(known_at=first)
    other = ground.make_hazard(east=20, known_at=first)
    ground.make_release(hazard, type="reduced", ground=square(0, 0, 1, 2), on=date(2026, 3, 1), known_at=later)
    states.discard(other, by=ground.im_officer, reason="A rumour", on=date(2026, 4, 1))
    hazards = ledger_inputs.hazards(HazardGround.objects.filter(hazard__owner=ground.dma))
    releases = ledger_inputs.releases(Release.everything.filter(owner=ground.dma))

    def remaining(on, known=None):
        return landrelease.ledger(*ledger_inputs.for_state(hazards, releases, on=on, known=known), on=on).remaining

    both, one = remaining(date(2026, 3, 31), date(2026, 3, 31)), left(hazard) * 3 / 2
    assert both == pytest.approx(2 * one, rel=1e-3)
    assert remaining(date(2026, 3, 31)) == pytest.approx(one * 2 / 3, rel=1e-6)
    today = timezone.localdate()
    steps = landrelease.explain_change(
        *ledger_inputs.for_change(hazards, releases),
        before={"on": today, "known": date(2026, 3, 31)},
        after={"on": today, "known": None},
    )
    moved = {ledger_inputs.record_of(step.item): round(step.change) for step in steps if abs(step.change) > 1}
    assert moved[str(other.pk)] == round(-(both - one))
    assert sum(step.change for step in steps) == pytest.approx(remaining(today) - both)


def test_a_hole_and_several_parts(ground):
    parts = MultiPolygon(square(0, 0, 1, 1)[0], square(5, 5, 1, 1)[0], srid=4326)
    hazard = ground.make_hazard(ground=parts)
    assert left(hazard) == pytest.approx(2 * 90 * 111, rel=0.02)
