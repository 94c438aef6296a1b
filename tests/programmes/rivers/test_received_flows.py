"""Stages that another node gives: rated here where there is a curve, and passed on no further than their giver allows."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from rafid.commons.people.models import Agreement
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Node
from rafid.programmes.rivers.exchange.agreed import open_series
from rafid.programmes.rivers.exchange.giving import allowed
from rafid.programmes.rivers.exchange.taking import take
from rafid.programmes.rivers.exchange.tasks import consent_over
from rafid.programmes.rivers.models import AgreedSeries, Series, Station
from rafid.programmes.rivers.rating.draft_rating import draft_rating
from rafid.programmes.rivers.rating.publish_rating import preview, publish_rating
from rafid.programmes.rivers.values.reading import known_values

from .conftest import LONG_AGO, refused

pytestmark = pytest.mark.django_db

STAGES = [0.7, 0.9, 1.2, 1.6, 2.1, 2.7, 3.4, 4.2, 5.1]
HOURS = datetime(2026, 3, 1, 6, tzinfo=UTC)


def bed(stage):
    return 35 * (np.asarray(stage, float) - 0.4) ** 1.7


@pytest.fixture
def given(river):
    """The northern ministry's node gives a station with its stages, by an agreement that names them, to the ministry's own."""
    Node.objects.filter(own=True).delete()
    river.own = Node.objects.create(
        name="TT-HERE", public_key="1" * 64, box_key="2" * 64, own=True, organisation=river.ministry
    )
    river.sender = Node.objects.create(
        name="TT-THERE", public_key="3" * 64, box_key="4" * 64, organisation=river.northern
    )
    river.ids = {name: str(uuid4()) for name in ("station", "series", "agreement")}
    river.sent = []
    pages(river, stages=range(4))
    river.received = Series.objects.get(pk=river.ids["series"])
    river.station = river.received.station
    return river


def station_line(river):
    return {
        "station": river.ids["station"], "name_ar": "", "name_ckb": "", "name_en": "Given gauge", "code": "tt-given",
        "station_kind": "stage", "status": "active", "river": "tt-river", "gauge_zero_m": None, "datum": "",
        "catchment_km2": None, "lowest_m": None, "highest_m": None, "foreign": True, "source_text": "", "sensitivity": 0,
        "ref": "tt-given", "zero_as_of": None, "point": [44.3, 36.0], "node": None, "owner": "TT-NORTH", "place": None,
    }  # fmt: skip


def series_line(river, level):
    return {
        "series": river.ids["series"], "of": river.ids["station"], "variable": "stage", "unit": "m", "step": "1d",
        "aggregation": "instant", "origin": "observed", "origin_name": "", "embargo_hours": 24, "rules": {},
        "preferred": True, "sensitivity": level, "ref": "tt-given-stage", "owner": "TT-NORTH", "place": None,
    }  # fmt: skip


def pages(river, *, stages=(), height=2.0, level=1, republish=False, ended=None, known=None):
    """What a parcel of the northern node brings; what could not stand."""
    moment = (known or datetime(2026, 3, 20, tzinfo=UTC)).isoformat()
    rows = [
        [(HOURS + timedelta(days=day)).isoformat(), moment, height + 0.1 * day, 1, None, "", "sheet"] for day in stages
    ]
    agreement = {
        "agreement": river.ids["agreement"], "giver": "TT-NORTH", "receiver": "TT-MOWR", "reads": 1, "place": None,
        "starts_on": "2020-01-01", "ends_on": None, "embargo_days": 0, "ended_at": ended,
        "records": ["rafid_rivers.series", "rafid_rivers.station"], "names": [[river.ids["series"], republish]],
    }  # fmt: skip
    lines = [station_line(river), series_line(river, level), agreement]
    if rows:
        lines.append({"values": river.ids["series"], "rows": rows})
    return take(river.sender, lines, None)[1]


def rated(river):
    """A curve of the given station, gauged and published here."""
    gaugings = [river.make_gauging(river.station, h, float(q)) for h, q in zip(STAGES, bed(STAGES), strict=True)]
    draft = draft_rating(river.station, gaugings=gaugings, valid_from=LONG_AGO, user=None)
    return draft, lambda: publish_rating(draft, user=None)


def flows(river):
    row = Series.objects.get(derived_from=river.received)
    known = known_values(row)
    return row, [round(float(one), 3) for one in known.values]


def test_flows_of_given_stages_are_rated_where_there_is_a_curve(given):
    assert not Series.objects.filter(derived_from=given.received).exists()
    draft, publish = rated(given)
    assert [one.new for one in preview(draft, user=None).flows] == [4]
    publish()
    row, found = flows(given)
    assert found == pytest.approx(bed([2.0, 2.1, 2.2, 2.3]), rel=0.01)
    assert (row.owner, row.source, row.sensitivity, row.embargo_hours) == (given.ministry, "person", 1, 24)
    # What comes later, and what its giver corrects, becomes flow as it comes.
    assert pages(given, stages=range(4, 6)) == []
    assert len(flows(given)[1]) == 6
    assert pages(given, stages=[2], height=2.5, known=datetime(2026, 3, 25, tzinfo=UTC)) == []
    assert flows(given)[1][2] == pytest.approx(float(bed(2.7)), rel=0.01)
    # The stages themselves are written by nobody here.
    assert {one.partition("@")[0] for one in _origins(given.received)} == {"node:TT-THERE"}


def _origins(series):
    from rafid.programmes.rivers.models import Value

    return set(Value.objects.filter(series=series).values_list("origin_ref", flat=True))


def test_without_a_curve_here_nothing_is_derived(given, client):
    client.force_login(given.world.person("r-north-rating", ("rivers.rating_engineer", given.northern, None)))
    page = client.get("/rivers/ratings/tt-given/").content.decode()
    assert "The stages come from node TT-THERE" in page
    assert pages(given, stages=range(4, 8)) == []
    assert not Series.objects.filter(derived_from=given.received).exists()


def test_a_station_that_is_closed_keeps_its_stages_and_says_why_no_flow_follows(given):
    _draft, publish = rated(given)
    publish()
    Station.objects.filter(pk=given.station.pk).update(status="closed")
    line = {**station_line(given), "status": "closed"}
    values = {
        "values": given.ids["series"],
        "rows": [[(HOURS + timedelta(days=9)).isoformat(), "2026-03-25T00:00:00+00:00", 3.0, 1, None, "", "s"]],
    }
    count, said = take(given.sender, [line, series_line(given, 1), values], None)
    assert count == 1
    assert len(said) == 1
    assert "closed" in said[0]
    assert len(known_values(given.received)) == 5


def test_what_rests_on_a_withheld_series_stays_as_closed(given):
    _draft, publish = rated(given)
    publish()
    row, _found = flows(given)
    with refused("not_republished"):
        Series.objects.filter(pk=row.pk).update(sensitivity=0)
    third = _third(given)
    agreement = Agreement.objects.create(
        giver=given.ministry, receiver=third.organisation, reads=1, starts_on=datetime(2020, 1, 1, tzinfo=UTC).date(),
        records=["rafid_rivers.station", "rafid_rivers.series"],
    )  # fmt: skip
    # An agreement that opens all that the ministry has opens this not, and none may name it.
    own = given.make_series(given.make_station("tt-own"), sensitivity=1)
    assert set(Series.objects.visible_to(third).filter(pk__in=[row.pk, own.pk])) == {own}
    with refused("not_republished"):
        AgreedSeries.objects.create(agreement=agreement, series=row)
    assert row.pk in Series.objects.visible_to(given.chief).values_list("pk", flat=True)
    other = Node.objects.create(name="TT-ELSE", public_key="5" * 64, box_key="6" * 64, organisation=third.organisation)
    given_on = allowed(given.own, other)
    assert own.pk in given_on
    assert row.pk not in given_on
    assert given.received.pk not in given_on


def _third(river):
    from rafid.commons.people.models import Organisation

    person = river.world.person("r-third")
    person.organisation = Organisation.objects.create(ref="TT-THIRD", name_en="A third ministry", kind="ministry")
    person.save()
    return person


def test_its_giver_s_consent_opens_it_and_taking_it_back_closes_it(given):
    _draft, publish = rated(given)
    publish()
    row, _found = flows(given)
    assert pages(given, republish=True) == []
    row.sensitivity = 0
    row.save()
    nobody = AnonymousUser()
    assert row.pk in Series.objects.visible_to(nobody).values_list("pk", flat=True)
    assert pages(given, republish=True, ended="2026-03-30T00:00:00+00:00") == []
    row.refresh_from_db()
    assert row.sensitivity == 1
    assert row.pk not in Series.objects.visible_to(nobody).values_list("pk", flat=True)
    assert row.events.order_by("pgh_id").last().pgh_context.metadata["reason"] == "its giver keeps it from others"


def test_consent_that_runs_out_closes_it_without_a_word_of_its_giver(given):
    _draft, publish = rated(given)
    publish()
    row, _found = flows(given)
    assert pages(given, republish=True) == []
    row.sensitivity = 0
    row.save()
    consent_over(timestamp=0)
    row.refresh_from_db()
    assert row.sensitivity == 0, "the consent stands"
    over = timezone.localdate() - timedelta(days=2)
    Agreement.objects.filter(pk=given.ids["agreement"]).update(ends_on=over)
    consent_over(timestamp=0)
    row.refresh_from_db()
    assert row.sensitivity == 1
    assert row.events.order_by("pgh_id").last().pgh_context.metadata["reason"] == "its giver keeps it from others"


def test_what_its_giver_shows_later_is_shown_later_here_too(given):
    _draft, publish = rated(given)
    publish()
    line = series_line(given, 1) | {"embargo_hours": 72}
    assert take(given.sender, [station_line(given), line], None)[1] == []
    row, _found = flows(given)
    assert (row.embargo_hours, row.sensitivity) == (72, 1)
    take(given.sender, [station_line(given), series_line(given, 1)], None)
    assert flows(given)[0].embargo_hours == 72, "it is opened by people alone"


def test_a_given_series_is_opened_to_others_by_its_own_node_alone(given):
    approver = given.world.person("r-north-chief", ("rivers.chief", given.northern, None))
    third = _third(given)
    asked = {"starts_on": None, "ends_on": None, "embargo_days": 0}
    with pytest.raises(Refused, match="came from another node"):
        open_series(approver, given.northern, third.organisation, [given.received], **asked)
    with pytest.raises(Refused, match="came from another node"):
        open_series(approver, given.northern, third.organisation, [], **asked)
    assert not Agreement.objects.filter(receiver=third.organisation).exists()
