"""A published curve withdrawn: what it would change, what holds instead, and what was known before."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from rafid.commons.records.change import Refused
from rafid.programmes.rivers.models import Rating
from rafid.programmes.rivers.rating.comparing import compare
from rafid.programmes.rivers.rating.draft_rating import draft_rating
from rafid.programmes.rivers.rating.publish_rating import publish_rating
from rafid.programmes.rivers.rating.withdraw_rating import instead_of, preview_withdrawal, withdraw_rating

from .conftest import at
from .test_ratings import bed, flow_of, gauge, stages  # noqa: F401

pytestmark = pytest.mark.django_db

PAGE = "/rivers/ratings/tt-town/2/"


@pytest.fixture
def superseded(gauge):  # noqa: F811
    """The first curve holds up to the third of March, a second one, of a scoured bed, from then on."""
    stages(gauge, range(1, 6))
    publish_rating(gauge.first, user=gauge.chief)
    gauge.before = flow_of(gauge)
    deeper = [
        gauge.make_gauging(gauge.station, h, float(q), time=at(10 + i, month=2, hour=9))
        for i, (h, q) in enumerate(
            zip((0.9, 1.4, 2.0, 2.8, 3.9), bed(np.array((0.9, 1.4, 2.0, 2.8, 3.9)), 0.1), strict=True)
        )
    ]
    gauge.second = draft_rating(gauge.station, gaugings=deeper, valid_from=at(3, 0), user=gauge.rating_engineer)
    publish_rating(gauge.second, user=gauge.chief)
    gauge.second.refresh_from_db()
    gauge.after = flow_of(gauge)
    return gauge


def test_what_it_took_the_time_of_holds_again(superseded):
    assert superseded.after != superseded.before
    assert [one.number for one in instead_of(superseded.second)] == [1]
    shown = preview_withdrawal(superseded.second, superseded.first, user=superseded.chief)
    assert (shown.flows[0].count, shown.flows[0].changed, shown.flows[0].new) == (3, 3, 0)
    assert flow_of(superseded) == superseded.after
    done = withdraw_rating(
        superseded.second,
        instead=superseded.first,
        reason="The level was read at the wrong gauge",
        user=superseded.chief,
    )
    assert done.accepted == shown.changed
    assert flow_of(superseded) == pytest.approx(superseded.before)
    again = Rating.objects.get(station=superseded.station, number=3)
    assert (again.state, again.valid_from, again.valid_to) == ("published", superseded.second.valid_from, None)
    assert again.supersedes == superseded.second
    superseded.second.refresh_from_db()
    assert superseded.second.state == "withdrawn"
    assert "wrong gauge" in superseded.second.note
    event = superseded.second.events.latest("pgh_id")
    assert "wrong gauge" in event.pgh_context.metadata["reason"]


def test_without_another_curve_its_flows_become_missing_and_stay_readable(superseded):
    shown = preview_withdrawal(superseded.second, None, user=superseded.chief)
    assert shown.flows[0].changed == 3
    moment = timezone.now()
    done = withdraw_rating(superseded.second, instead=None, reason="Forged", user=superseded.chief)
    assert done.accepted == 3
    found = flow_of(superseded)
    assert [day for day, flow in found.items() if np.isnan(flow)] == [3, 4, 5]
    assert found[1] == superseded.before[1]
    assert flow_of(superseded, known_at=moment - timedelta(milliseconds=1)) == superseded.after
    # A stage that arrives later has no curve, and so no flow.
    stages(superseded, [6])
    assert 6 not in flow_of(superseded)


def test_what_cannot_be_withdrawn_is_said(superseded):
    with pytest.raises(Refused, match="Say why"):
        withdraw_rating(superseded.second, instead=None, reason=" ", user=superseded.chief)
    draft = draft_rating(superseded.station, gaugings=superseded.gaugings, valid_from=at(4, 0), user=superseded.chief)
    with pytest.raises(Refused, match="Only a published version"):
        withdraw_rating(draft, instead=None, reason="x", user=superseded.chief)
    withdraw_rating(superseded.second, instead=None, reason="x", user=superseded.chief)
    with pytest.raises(Refused, match="Only a published version"):
        withdraw_rating(superseded.second, instead=None, reason="x", user=superseded.chief)


def test_the_page_shows_first_and_then_withdraws(superseded, client):
    client.force_login(superseded.rating_engineer)
    page = client.get(PAGE).content.decode()
    assert "What withdrawing would change" not in page
    page = client.get(PAGE + "?instead=1&with=1").content.decode()
    assert "What withdrawing would change" in page
    assert "3 / 3" in page
    assert "Grey: beyond the gaugings" in page
    assert client.post(PAGE + "withdraw/", {"instead": "1", "reason": ""}).status_code == 422
    assert client.post(PAGE + "withdraw/", {"instead": "9", "reason": "x"}).status_code == 422
    assert client.post(PAGE + "withdraw/", {"instead": "1", "reason": "Wrong gauge"}).status_code == 302
    assert client.post(PAGE + "withdraw/", {"instead": "", "reason": "Again"}).status_code == 409
    assert "Withdraw this version" not in client.get(PAGE).content.decode()
    client.force_login(superseded.hydrologist)
    assert client.post(PAGE + "withdraw/", {"instead": "", "reason": "x"}).status_code == 403


def test_two_versions_side_by_side(superseded):
    rows = compare(superseded.first, superseded.second)
    assert (rows[0].stage, rows[-1].stage) == (0.7, 5.1)
    inside = [one for one in rows if not one.beyond]
    assert inside
    for one in inside:
        assert one.one == pytest.approx(float(bed(one.stage)), rel=0.01)
        assert one.other == pytest.approx(float(bed(one.stage, 0.1)), rel=0.01)
        assert one.percent == pytest.approx(100 * (one.other / one.one - 1))
    assert rows[-1].beyond
