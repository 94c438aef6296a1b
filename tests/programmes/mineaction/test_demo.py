"""The small demonstration of the suite: each story is in it once, and its figures add up by the programme's own queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import shapely

from rafid.commons.places.country import country
from rafid.commons.records.models import Source
from rafid.methods import landrelease
from rafid.methods.survey import readings
from rafid.programmes.mineaction.demo_world import CELLS, STEP_LAT, STEP_LON
from rafid.programmes.mineaction.hazards import ledger_inputs, ledger_store
from rafid.programmes.mineaction.models import (
    Accident,
    AuthorityArea,
    Completion,
    Evidence,
    FieldReport,
    Handover,
    Hazard,
    HazardPriority,
    OrdnanceFind,
    QaVisit,
    Release,
    SurveySheet,
    Task,
    Victim,
    VictimName,
    WeightSet,
)
from rafid.programmes.mineaction.models.hazards import OPEN, WORKED_ON
from rafid.programmes.mineaction.operations import orders
from rafid.programmes.mineaction.people.villages import villages
from rafid.programmes.mineaction.quality import checklists, endings

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 30)


@pytest.fixture
def hazards():
    return Hazard.objects.filter(source=Source.DEMONSTRATION)


@pytest.fixture
def ledger():
    found, released = ledger_inputs.for_state(ledger_inputs.hazards(), ledger_inputs.releases(), on=TODAY, known=None)
    return landrelease.ledger(found, released, on=TODAY)


def test_every_shape_lies_in_a_yard_that_the_country_pack_names(hazards):
    yards = shapely.union_all(
        [
            shapely.box(lon, lat, lon + CELLS * STEP_LON, lat + CELLS * STEP_LAT)
            for row in country().table("demo_mine_yards.csv")
            for lon, lat in [(float(row["lon"]), float(row["lat"]))]
        ]
    )
    grounds = [
        shapely.from_wkb(bytes(one.wkb)) for one in hazards.exclude(ground=None).values_list("ground", flat=True)
    ]
    assert len(grounds) > 60
    assert all(yards.buffer(0.002).contains(one) for one in grounds)


def test_each_square_metre_once(ledger):
    assert ledger.ground == pytest.approx(
        ledger.remaining + ledger.cleared + ledger.reduced + ledger.cancelled, rel=1e-9
    )
    assert ledger.recorded == pytest.approx(ledger.ground + ledger.counted_twice, rel=1e-9)
    assert ledger.counted_twice > 1000  # both authorities' records on the same ground
    assert ledger.released_twice > 100
    assert ledger.outside > 100


def test_the_stored_ledger_says_what_is_left_of_each_hazard(hazards):
    ledger_store.refresh_stale()
    closed = hazards.filter(state="closed").select_related("ledger")
    assert closed
    assert all(one.ledger.remaining_m2 <= 1 for one in closed)
    assert any(
        1 < one.ledger.remaining_m2 < one.ledger.area_m2 - 1
        for one in hazards.filter(state="worked_on").select_related("ledger")
    )


def test_one_release_came_four_months_late(ledger):
    late = [row for row in Release.objects.all() if row.known_at.date() - row.on > timedelta(days=110)]
    assert late
    on = late[0].on + timedelta(days=30)
    inputs = ledger_inputs.hazards(), ledger_inputs.releases()

    def left(known):
        found, released = ledger_inputs.for_state(*inputs, on=on, known=known)
        return landrelease.ledger(found, released, on=on, known=known).remaining

    before = late[0].known_at - timedelta(days=1)
    assert left(before) > left(None)


def test_field_books_as_people_write_them():
    sheets = SurveySheet.objects.filter(source=Source.DEMONSTRATION).prefetch_related("marks")
    assert sheets.filter(state="accepted", north="magnetic").exists()
    assert sheets.filter(on__year=1987, declination__lt=4.5, state="accepted").exists()
    assert sheets.filter(bearing_unit="mils", state="accepted").exists()
    assert sheets.filter(datum__contains="Nahrwan", state="accepted").exists()
    open_ends = sheets.get(closes=True)
    assert open_ends.misclosure_m > 5


def test_the_wrong_zone_is_found_by_the_district():
    sheet = next(one for one in SurveySheet.objects.filter(state="draft", closes=False) if not one.declination_given)
    mark = sheet.marks.get(label="BM")
    lon, lat = sheet.place.point.coords
    district = shapely.Point(lon, lat).buffer(0.8)
    first = readings(mark.x_entered, mark.y_entered, crs=sheet.crs_code, within=district)[0]
    assert first.inside
    assert first.crs != sheet.crs_code
    assert first.crs.startswith("EPSG:326")


def test_ground_that_was_closed_is_suspected_again(hazards):
    again = hazards.get(state="reopened")
    assert again.reopened_on > again.suspected_on
    assert again.versions.filter(again=True).count() == 1
    step = again.steps.order_by("-number").first()
    assert step.find.hazard_id == again.pk
    assert Release.objects.filter(hazard=again, on__lt=again.reopened_on).exists()


def test_reports_stand_at_every_gate():
    rows = FieldReport.objects.filter(source=Source.DEMONSTRATION)
    assert set(rows.values_list("state", flat=True)) >= {
        "received",
        "operator_checked",
        "operator_approved",
        "approved",
        "rejected",
    }
    assert rows.filter(reference="NK-R-215").count() == 2


def test_confirmed_areas_have_direct_evidence(hazards):
    confirmed = hazards.filter(classification="CHA")
    assert (
        confirmed.count()
        == Evidence.objects.filter(direct=True, hazard__in=confirmed).values("hazard").distinct().count()
    )


def test_persons_stand_behind_their_door():
    assert Victim.objects.count() == VictimName.objects.count() > 0
    assert set(Victim.objects.values_list("sensitivity", flat=True)) == {2}
    assert Accident.objects.exclude(inside_hazard=None).exists()
    assert OrdnanceFind.objects.filter(sensitivity=2).exists()


def test_areas_of_authority_name_their_source():
    assert AuthorityArea.objects.filter(shared=True).exists()
    assert not AuthorityArea.objects.filter(source="").exists()


def test_closed_ground_is_released_whole(hazards):
    ledger_store.refresh_stale()
    left = hazards.filter(state__in=("closed", "cancelled"), ledger__remaining_m2__gt=1)
    assert not left.exists()


def test_hazards_are_ranked_by_the_weights_of_their_authority(hazards):
    weights = WeightSet.objects.get(owner__ref="IQ-DMA", number=1)
    ranked = HazardPriority.objects.filter(weight_set=weights)
    waiting = hazards.filter(owner=weights.owner, state__in=(*OPEN, *WORKED_ON), deleted_at=None)
    assert ranked.count() >= waiting.count() > 20
    assert all(set(one.values) == set(weights.weights) and one.rank_low <= one.rank <= one.rank_high for one in ranked)


def test_inspections_answer_the_checklists_of_the_pack():
    visits = QaVisit.objects.filter(source=Source.DEMONSTRATION)
    assert visits
    for visit in visits:
        checklist = checklists.of(visit.checklist)
        assert checklist is not None
        assert set(visit.answers) in (set(), {item.code for item in checklist.items})
        for finding in visit.nonconformities.all():
            item = next(item for item in checklist.items if item.code == finding.item_code)
            assert (finding.severity, visit.answers[item.code]) == (item.severity, "no")


def test_papers_went_out_with_what_they_said():
    tasks = Task.objects.filter(source=Source.DEMONSTRATION).exclude(state="draft")
    assert tasks
    for task in tasks:
        order = task.orders.get()
        assert order.content["ref"] == task.ref
        assert order.content["issued_on"] == task.on.isoformat()
        assert order.content["demonstration"]
        assert [one.title for one in orders.known(order.content["verify"])]
    ended = [
        *Completion.objects.filter(source=Source.DEMONSTRATION),
        *Handover.objects.filter(source=Source.DEMONSTRATION),
    ]
    assert ended
    for made in ended:
        sha256, content = endings.content_of(made)
        assert content["ref"] == made.ref
        assert [one.title for one in endings.known(sha256)]


def test_some_villages_lie_near_hazards_and_some_were_never_reached(django_user_model):
    found = villages(django_user_model.objects.get(login="mineaction.eore_officer"), today=TODAY)
    made_up = [one for one in found if one.place.ref.startswith("DEMO-MV-")]
    assert len(made_up) > 5
    assert {one.reached for one in made_up} == {True, False}
