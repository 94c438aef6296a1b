"""A model that its judged years speak against asks for a reason; another's results need no catchment."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from rafid.programmes.rivers.forecasting.calibrating import Doubted, activate, calibrate_model, doubts_of
from rafid.programmes.rivers.models import RiverModel, Verification

from .basin import make_basin
from .conftest import refused
from .test_model_pages import PAGES, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def basin(river):
    return make_basin(river)


@pytest.fixture
def keeper(client, river):
    client.force_login(river.forecaster)
    return client


@pytest.fixture
def doubted(basin):
    """Calibrated, and then judged worse than the mean."""
    model = calibrate_model(basin.model, split=date(2019, 1, 1), max_runs=60)
    assert doubts_of(model) == []
    model.scores = {**model.scores, "kge": -0.21, "nse": -5.3}
    model.save()
    return model


def test_what_speaks_against_a_model_is_said_and_a_reason_asked_for(doubted):
    with pytest.raises(Doubted) as caught:
        activate(doubted)
    assert len(caught.value.doubts) == 2
    assert "KGE is -0.21, below 0" in str(caught.value)
    assert "NSE is -5.30" in str(caught.value)
    assert RiverModel.objects.get(pk=doubted.pk).state == "draft"
    with pytest.raises(Doubted):
        activate(doubted, reason="  ")
    activate(doubted, reason="Its corrected forecasts are good")
    event = doubted.events.order_by("pgh_id").last()
    assert (event.state, event.pgh_context.metadata["reason"]) == ("active", "Its corrected forecasts are good")


def test_the_page_asks_before_it_switches_on(keeper, doubted):
    page = keeper.get(f"{PAGES}{doubted.pk}/").text
    assert "data-doubts" in page
    answer = keeper.post(f"{PAGES}{doubted.pk}/switch/", {"to": "on"})
    assert answer.status_code == 422
    assert "Give a reason to switch it on all the same" in answer.text
    assert RiverModel.objects.get(pk=doubted.pk).state == "draft"
    keeper.post(f"{PAGES}{doubted.pk}/switch/", {"to": "on", "reason": "The season needs one"})
    assert RiverModel.objects.get(pk=doubted.pk).state == "active"
    page = keeper.get(f"{PAGES}{doubted.pk}/").text
    assert "The season needs one" in page
    assert "data-doubts" not in page


def test_the_command_leaves_it_a_draft_and_says_why(doubted, monkeypatch):
    from rafid.programmes.rivers.forecasting import commands

    monkeypatch.setattr(commands, "calibrate_model", lambda model, **_asked: model)
    asked = ["rivers", "calibrate", "tt-town", "--split", "2019-01-01", "--activate"]
    said = StringIO()
    call_command(*asked, stdout=said)
    assert "It stays a draft" in said.getvalue()
    assert RiverModel.objects.get(pk=doubted.pk).state == "draft"
    call_command(*asked, "--reason", "The season needs one", stdout=StringIO())
    assert RiverModel.objects.get(pk=doubted.pk).state == "active"


def test_another_s_results_that_beat_persistence_at_no_lead_are_doubted(basin, river):
    told = RiverModel.objects.create(
        node=river.town, kind="external", owner=river.ministry, scores={"n": 60, "nse": -0.4, "crpss_persistence": -0.1}
    )
    assert doubts_of(told) == []  # no record says more than that its first lead is none
    known = {
        "model": told, "variable": "discharge", "start": date(2020, 1, 1), "end": date(2020, 6, 1), "n": 60,
        "computed_at": timezone.now(),
    }  # fmt: skip
    Verification.objects.create(lead_h=24, scores={"crpss_persistence": -0.1, "beats_persistence": False}, **known)
    assert doubts_of(told) == ["At no lead are its forecasts better than a flow that stays as it is."]
    Verification.objects.create(lead_h=48, scores={"crpss_persistence": 0.1, "beats_persistence": True}, **known)
    assert doubts_of(told) == []


def test_another_s_results_need_neither_area_nor_latitude(keeper, basin, river):
    asked = typed(basin, kind="external", precipitation="", temperature="", area_km2="", latitude="")
    assert keeper.post(f"{PAGES}new/", asked).status_code == 302
    model = RiverModel.objects.get(node=river.town, kind="external")
    assert (model.area_km2, model.latitude) == (None, None)
    page = keeper.get(f"{PAGES}{model.pk}/")
    assert page.status_code == 200
    assert "Area, km²" not in page.text
    assert keeper.get(f"{PAGES}{model.pk}/edit/").status_code == 200
    assert keeper.post(f"{PAGES}{model.pk}/edit/", asked).status_code == 302


@pytest.mark.parametrize(("name", "rule"), [("area_km2", "river_model_area"), ("latitude", "river_model_latitude")])
def test_a_model_of_a_catchment_needs_both(keeper, basin, name, rule):
    answer = keeper.post(f"{PAGES}new/", typed(basin, **{name: ""}))
    assert answer.status_code == 422
    assert "A model of a catchment needs it" in answer.text
    with refused(rule):
        RiverModel.objects.filter(pk=basin.model.pk).update(**{name: None})
    with refused("river_model_area"):
        RiverModel.objects.filter(pk=basin.model.pk).update(area_km2=0)
