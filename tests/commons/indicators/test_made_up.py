"""Figures of the demonstration: sixty indicators of the programmes, by district and month, that nobody counted."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from rafid.commons.indicators import demo
from rafid.commons.indicators.figures import DEMONSTRATION, Reader
from rafid.commons.indicators.models import Baseline, IndicatorValue, Target
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import installed

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 30)


def made_up():
    return {one.code for programme in installed() for one in programme.indicators if demo._made(one, programme)}


@pytest.fixture
def whole(monkeypatch):
    """All indicators, in few months."""
    monkeypatch.setattr(demo, "MONTHS", 2)
    IndicatorValue.objects.filter(indicator__code__in=made_up()).delete()
    return demo.load(TODAY)


def values():
    rows = IndicatorValue.objects.filter(indicator__code__in=made_up())
    return sorted(rows.values_list("indicator__code", "place__ref", "period", "value", "numerator", "denominator"))


def test_the_small_one_has_few_and_loading_again_adds_nothing():
    rows = IndicatorValue.objects.filter(indicator__code__in=made_up())
    assert set(rows.values_list("indicator__code", flat=True)) == set(demo.FEW_CODES)
    assert rows.values("period").distinct().count() == demo.FEW
    before = rows.count()
    assert demo.load(TODAY) == []
    assert rows.count() == before


def test_sixty_indicators_have_figures_of_all_districts(whole):
    assert len(made_up()) == 60
    assert len(whole) == len({one.name for one in installed() for i in one.indicators if i.made_up})
    rows = IndicatorValue.objects.filter(indicator__code__in=made_up())
    districts = Place.objects.filter(level=Level.DISTRICT, division=country().division).count()
    first, last = sorted(rows.values_list("period", flat=True).distinct())
    assert (first, last) == ("202607", "202608")
    assert rows.filter(period=first).count() == 60 * districts
    assert set(rows.filter(period=first).values_list("provisional", flat=True)) == {False}
    late = rows.filter(period=last)
    assert 0.85 * 60 * districts < late.count() < 60 * districts
    assert set(late.values_list("provisional", flat=True)) == {True}
    assert all(DEMONSTRATION in one for one in rows.values_list("source_text", flat=True).distinct())


def test_a_rate_is_what_its_own_counts_say(whole):
    by = {(code, ref, period): value for code, ref, period, value, _above, _below in values()}
    rates = {i.code: i for one in installed() for i in one.indicators if i.code in made_up() and i.multiplier == 100}
    assert len(rates) == 19
    for code, ref, period, value, above, below in values():
        if code in rates:
            assert above == by[rates[code].numerator, ref, period]
            assert below == by[rates[code].denominator, ref, period]
            assert above <= below
            assert value == (pytest.approx(100 * above / below) if below else None)


def test_it_is_made_again_the_same(whole):
    first = values()
    IndicatorValue.objects.filter(indicator__code__in=made_up()).delete()
    demo.load(TODAY)
    assert values() == first


def test_the_country_has_targets_and_a_baseline(whole):
    aimed = {i.code for one in installed() for i in one.indicators if i.made_up and i.made_up.aim is not None}
    assert set(Target.objects.filter(place__level=0).values_list("code", flat=True)) >= aimed
    assert set(Baseline.objects.filter(place__level=0).values_list("code", flat=True)) >= aimed
    board = Reader(AnonymousUser()).board("202607", sorted(aimed))
    country = Place.objects.get(level=0).pk
    for one in Baseline.objects.filter(period="202607", place=country):
        assert board.value(country, one.code) == pytest.approx(one.value, abs=0.06)
