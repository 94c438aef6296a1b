"""Gaugings, curves, and the flows that follow from them: what changes, and what stays as it was known."""

import json
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from rafid.commons.records.change import Refused
from rafid.methods.hydrology import rate
from rafid.programmes.rivers.models import Bulletin, Gauging, Rating, RatingShift, SeriesFinding, Value
from rafid.programmes.rivers.rating.curves import curve_of
from rafid.programmes.rivers.rating.draft_rating import draft_rating, shift_rating
from rafid.programmes.rivers.rating.gauge import DEVIATES, keep_gauging
from rafid.programmes.rivers.rating.publish_rating import preview, publish_rating
from rafid.programmes.rivers.values.reading import known_values
from rafid.programmes.rivers.values.recording import Reading, record_values

from .conftest import LONG_AGO, at, refused

pytestmark = pytest.mark.django_db

STAGES = [0.7, 0.9, 1.2, 1.6, 2.1, 2.7, 3.4, 4.2, 5.1]


def bed(stage, zero=0.4):
    return 35 * (np.asarray(stage, float) - zero) ** 1.7


@pytest.fixture
def gauge(river):
    """A gauge with its stages of March and its flows, nine gaugings of February, and a curve through them."""
    river.station = river.make_station()
    river.stage = river.make_series(river.station)
    river.flow = river.make_series(river.station, "discharge", origin="derived", derived_from=river.stage)
    river.gaugings = [
        river.make_gauging(river.station, h, float(q), time=at(1 + i, month=2))
        for i, (h, q) in enumerate(zip(STAGES, bed(STAGES), strict=True))
    ]
    river.first = draft_rating(
        river.station, gaugings=river.gaugings, valid_from=LONG_AGO, user=river.rating_engineer, note="First"
    )
    return river


def stages(gauge, days, height=2.0, **options):
    rows = [Reading(gauge.stage.pk, at(day), height + 0.01 * day, day) for day in days]
    return record_values(rows, user=gauge.reader, origin="sheet:1", **options)


def flow_of(gauge, **options):
    known = known_values(gauge.flow, **options)
    return {int(str(time)[8:10]): value for time, value in zip(known.times, known.values, strict=True)}


def test_a_draft_makes_no_flow_and_a_published_curve_does(gauge):
    stages(gauge, range(1, 6))
    assert flow_of(gauge) == {}
    done = publish_rating(gauge.first, user=gauge.chief)
    assert done.accepted == 5
    assert flow_of(gauge) == pytest.approx({day: float(bed(2 + 0.01 * day)) for day in range(1, 6)}, rel=1e-4)
    gauge.first.refresh_from_db()
    assert (gauge.first.state, gauge.first.published_by) == ("published", gauge.chief)
    known = known_values(gauge.flow)
    assert set(known.flow_quality.tolist()) == {0}
    assert set(known.origin) == {"rating:1"}


def test_new_stages_become_flows_in_the_same_transaction(gauge):
    publish_rating(gauge.first, user=gauge.chief)
    stages(gauge, [1, 2])
    assert sorted(flow_of(gauge)) == [1, 2]
    record_values([Reading(gauge.stage.pk, at(2), 3.0)], user=gauge.hydrologist, origin="person", reason="Misread")
    assert flow_of(gauge)[2] == pytest.approx(float(bed(3.0)), rel=1e-4)
    assert Value.objects.filter(series=gauge.flow, time=at(2)).count() == 2
    record_values([Reading(gauge.stage.pk, at(2), 9.0)], user=gauge.hydrologist, origin="person", reason="Flood")
    assert known_values(gauge.flow).flow_quality.tolist() == [0, 2]
    record_values([Reading(gauge.stage.pk, at(3), None)], user=gauge.hydrologist, origin="person")
    assert np.isnan(flow_of(gauge)[3])
    failed = Reading(gauge.stage.pk, at(4), 4.0, quality=4)
    record_values([failed], user=gauge.hydrologist, origin="person")
    assert np.isnan(flow_of(gauge)[4])


def test_a_second_curve_changes_its_own_time_and_what_was_known_stays(gauge):
    publish_rating(gauge.first, user=gauge.chief)
    stages(gauge, range(1, 11))
    before, moment = flow_of(gauge), timezone.now()
    later = [
        gauge.make_gauging(gauge.station, h, float(q), time=at(4, 7) + timedelta(hours=i))
        for i, (h, q) in enumerate(zip(STAGES, bed(STAGES, 0.1), strict=True))
    ]
    second = draft_rating(gauge.station, gaugings=later, valid_from=at(4), valid_to=at(8), user=gauge.rating_engineer)
    assert second.number == 2
    shown = preview(second, user=gauge.chief)
    assert [(one.count, one.changed, one.new) for one in shown.flows] == [(4, 4, 0)]
    assert (shown.flows[0].first, shown.flows[0].last) == (at(4), at(7))
    assert shown.flows[0].largest > 20
    assert [one.number for one in shown.ended] == [1]
    assert shown.flows[0].peaks[0][0] == 2026
    assert flow_of(gauge) == before
    assert shown.changed == 4

    done = publish_rating(second, user=gauge.chief)
    assert (done.accepted, done.replaced) == (4, 4)
    after = flow_of(gauge)
    assert [day for day in before if after[day] != before[day]] == [4, 5, 6, 7]
    assert after[5] == pytest.approx(float(bed(2.05, 0.1)), rel=1e-4)
    assert flow_of(gauge, known_at=moment) == before
    rows = Rating.objects.filter(station=gauge.station).order_by("number")
    assert [(one.number, one.state, one.valid_from, one.valid_to) for one in rows] == [
        (1, "published", LONG_AGO, at(4)),
        (2, "published", at(4), at(8)),
        (3, "published", at(8), None),
    ]
    assert rows[1].supersedes == rows[0]
    assert rows[2].curve == rows[0].curve
    assert rows[0].ended_at is not None
    # Nothing is left to do: the curve behind the second one is the first.
    stages(gauge, [11])
    assert flow_of(gauge)[11] == pytest.approx(float(bed(2.11)), rel=1e-4)


def test_a_curve_that_covers_another_supersedes_it(gauge):
    publish_rating(gauge.first, user=gauge.chief)
    second = draft_rating(gauge.station, gaugings=gauge.gaugings[1:], valid_from=LONG_AGO, user=gauge.rating_engineer)
    publish_rating(second, user=gauge.chief)
    assert list(Rating.objects.filter(station=gauge.station).order_by("number").values_list("state", flat=True)) == [
        "superseded",
        "published",
    ]
    with pytest.raises(Refused, match="no draft"):
        publish_rating(second, user=gauge.chief)


def test_two_published_curves_never_share_a_time(gauge):
    publish_rating(gauge.first, user=gauge.chief)
    other = draft_rating(gauge.station, gaugings=gauge.gaugings, valid_from=at(5), user=gauge.rating_engineer)
    with refused("rating_one_at_a_time"):
        Rating.objects.filter(pk=other.pk).update(state="published", published_at=timezone.now())
    with refused("rating_stays"):
        Rating.objects.filter(pk=gauge.first.pk).update(standard_error=9)


def test_publishing_names_the_bulletins_that_would_differ(gauge):
    publish_rating(gauge.first, user=gauge.chief)
    stages(gauge, range(1, 6))

    def bulletin(period, known, series):
        return Bulletin.objects.create(
            bulletin_kind="daily", period=period, data_known_at=known, owner=gauge.ministry, sensitivity=0,
            state="published", published_at=known, published_by=gauge.chief, sha256="0" * 64,
            used=[{"series": str(series.pk), "ref": series.ref}],
        )  # fmt: skip

    touched = bulletin("2026-03-04", at(4, 9), gauge.flow)
    bulletin("2026-03-02", at(2, 9), gauge.flow)
    bulletin("2026-03-05", at(5, 9), gauge.stage)
    bulletin("2026-03-20", at(20, 9), gauge.flow)
    raised = [gauge.make_gauging(gauge.station, h, float(bed(h, 0.1)), time=at(1 + i)) for i, h in enumerate(STAGES)]
    second = draft_rating(gauge.station, gaugings=raised, valid_from=at(3), user=gauge.rating_engineer)
    assert preview(second, user=gauge.chief).bulletins == [touched]


def test_a_shift_moves_the_flows_of_its_time_alone(gauge):
    publish_rating(gauge.first, user=gauge.chief)
    stages(gauge, range(1, 7))
    before = flow_of(gauge)
    shift_rating(gauge.first, shift_m=-0.2, valid_from=at(3), valid_to=at(5), reason="Weed", user=gauge.rating_engineer)
    after = flow_of(gauge)
    assert [day for day in before if before[day] != after[day]] == [3, 4]
    assert after[3] == pytest.approx(float(bed(2.03 - 0.2)), rel=1e-4)
    options = {"shift_m": 0.1, "valid_from": at(4), "valid_to": at(6), "user": gauge.rating_engineer}
    with pytest.raises(Refused, match="Another shift"):
        shift_rating(gauge.first, reason="Weed", **options)
    with pytest.raises(Refused, match="Say why"):
        shift_rating(gauge.first, reason=" ", **options)
    draft = draft_rating(gauge.station, gaugings=gauge.gaugings, valid_from=at(5), user=gauge.rating_engineer)
    with pytest.raises(Refused, match="Only a published"):
        shift_rating(draft, reason="Weed", **options)
    assert RatingShift.objects.count() == 1


def test_a_curve_is_stored_and_comes_back_whole(gauge):
    gauge.first.refresh_from_db()
    curve = curve_of(gauge.first)
    assert curve.gaugings == 9
    assert gauge.first.segments[0].keys() == {"lower", "upper", "a", "h0", "b"}
    found = rate(3.0, curve=curve)
    assert found.discharge == pytest.approx(float(bed(3.0)), rel=1e-4)
    assert gauge.first.gaugings.count() == 9


def test_gaugings_that_make_no_curve_are_refused(gauge):
    for chosen, breaks, sentence in (
        (gauge.gaugings[:3], (), "Segment 1 holds 3 gaugings"),
        (gauge.gaugings, (1.0,), "Segment 1 holds 2"),
        (gauge.gaugings, (1.0, 1.0), "named twice"),
    ):
        with pytest.raises(Refused, match=sentence):
            draft_rating(gauge.station, gaugings=chosen, breaks=breaks, valid_from=LONG_AGO)
    with pytest.raises(Refused, match="end lies before"):
        draft_rating(gauge.station, gaugings=gauge.gaugings, valid_from=at(5), valid_to=at(3))
    assert Rating.objects.filter(station=gauge.station).count() == 1


def test_three_gaugings_off_to_one_side_are_a_finding_that_the_next_curve_settles(gauge):
    publish_rating(gauge.first, user=gauge.chief)
    for day, share in ((1, 1.3), (2, 1.2), (3, 0.8), (4, 1.2), (5, 1.15)):
        keep_gauging(
            gauge.station,
            time=at(day),
            stage=2.0 + 0.1 * day,
            discharge=float(share * bed(2 + 0.1 * day)),
            user=gauge.chief,
        )
    assert not SeriesFinding.objects.filter(check_code=DEVIATES).exists()
    keep_gauging(gauge.station, time=at(6), stage=3, discharge=float(1.3 * bed(3)), user=gauge.chief)
    finding = SeriesFinding.objects.get(check_code=DEVIATES)
    assert (finding.series, finding.start, finding.end, finding.state) == (gauge.flow, at(4), at(6), "open")
    assert "+22 %" in finding.message["en"]
    keep_gauging(gauge.station, time=at(7), stage=4, discharge=float(1.2 * bed(4)), user=gauge.chief)
    assert SeriesFinding.objects.get(check_code=DEVIATES).end == at(7)
    second = draft_rating(gauge.station, gaugings=gauge.gaugings, valid_from=at(4), user=gauge.rating_engineer)
    publish_rating(second, user=gauge.chief)
    assert SeriesFinding.objects.get(check_code=DEVIATES).state == "resolved"


def test_a_gauging_that_cannot_be_is_refused(gauge):
    gauge.station.lowest_m, gauge.station.highest_m = 0.5, 6
    gauge.station.save()
    for facts, sentence in (
        ({"stage": 200.0, "discharge": 30}, "two metres outside"),
        ({"stage": 2.0, "discharge": 0}, "more than 0"),
        ({"stage": 2.0, "discharge": 30, "time": timezone.now() + timedelta(days=1)}, "future"),
    ):
        with pytest.raises(Refused, match=sentence):
            keep_gauging(gauge.station, **{"time": at(9), "user": gauge.chief, **facts})
    assert Gauging.objects.filter(station=gauge.station).count() == 9


def test_the_api_lists_curves_and_keeps_drafts_for_those_who_work_there(gauge, client):
    publish_rating(gauge.first, user=gauge.chief)
    draft_rating(gauge.station, gaugings=gauge.gaugings, valid_from=at(5), user=gauge.rating_engineer)

    def asked(**query):
        answer = client.get("/api/v1/rivers/ratings", {"station": "tt-town", **query})
        assert answer.status_code == 200
        return json.loads(answer.content)["items"]

    (one,) = asked()
    assert (one["station"], one["version"], one["state"], one["supersedes"]) == ("tt-town", 1, "published", None)
    assert one["segments"][0]["h0"] == pytest.approx(0.4, abs=1e-3)
    assert one["valid_from"] == "1990-01-01T00:00:00Z"
    assert one["valid_to"] is None
    client.force_login(gauge.rating_engineer)
    assert [row["state"] for row in asked()] == ["published", "draft"]
    assert [row["version"] for row in asked(state="draft")] == [2]
    gauge.station.sensitivity = 2
    gauge.station.save()
    client.logout()
    assert asked() == []
