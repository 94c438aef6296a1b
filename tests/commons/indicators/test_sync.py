"""Declared indicators become rows; a changed meaning is a new version, and the old one stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser

from rafid.commons.indicators.figures import Reader
from rafid.commons.indicators.models import Indicator, IndicatorState
from rafid.commons.indicators.sync import sync_indicators
from rafid.commons.programme import installed

pytestmark = pytest.mark.django_db


def changed(**what):
    """The installed programmes, with population-density declared otherwise."""
    found = []
    for programme in installed():
        indicators = tuple(
            replace(one, **what) if one.code == "population-density" else one for one in programme.indicators
        )
        found.append(replace(programme, indicators=indicators))
    return found


def versions():
    return list(Indicator.objects.filter(code="population-density").order_by("version").values_list("version", "state"))


def test_twice_does_nothing_more():
    assert not sync_indicators()


def test_wording_is_corrected_in_place():
    done = sync_indicators(changed(names={"ar": "أ", "ckb": "ب", "en": "Crowding"}))
    assert done.reworded == ["population-density"]
    assert versions() == [(1, "adopted")]
    assert Indicator.objects.get(code="population-density").name_en == "Crowding"


def test_another_arithmetic_is_another_version_and_figures_do_not_go_on():
    done = sync_indicators(changed(multiplier=1000))
    assert done.changed == ["population-density"]
    assert versions() == [(1, "retired"), (2, "adopted")]
    row = Indicator.objects.get(code="population-density", state=IndicatorState.ADOPTED)
    assert row.continues is None
    assert [one.version for one in Reader(AnonymousUser()).chain("population-density")] == [2]


def test_a_clearer_definition_goes_on_with_its_figures():
    sync_indicators(changed(definition={"ar": "أ", "ckb": "ب", "en": "Persons a square kilometre."}))
    assert [one.version for one in Reader(AnonymousUser()).chain("population-density")] == [1, 2]


def test_what_is_declared_no_longer_is_retired():
    programmes = [
        replace(one, indicators=tuple(i for i in one.indicators if i.code != "population-density"))
        for one in installed()
    ]
    assert sync_indicators(programmes).retired == ["population-density"]
    assert versions() == [(1, "retired")]
    assert sync_indicators().made == ["population-density"]
    assert versions() == [(1, "retired"), (2, "adopted")]


def test_one_code_twice_is_refused():
    one = next(programme for programme in installed() if programme.name == "statistics")
    with pytest.raises(ValueError, match="declared twice"):
        sync_indicators([one, replace(one, name="other")])


def test_the_page_shows_the_history(client):
    sync_indicators(changed(definition={"ar": "أ", "ckb": "ب", "en": "Persons a square kilometre."}))
    html = client.get("/indicators/population-density/", {"lang": "en"}).content.decode()
    assert "Version 2" in html
    assert "Version 1" in html
    assert "Persons a square kilometre." in html
    assert "Persons for each square kilometre of the place." in html
