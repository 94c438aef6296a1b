"""The list of indicators, and the figures on a place's page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from rafid.commons.indicators.figures import Reader
from rafid.commons.indicators.place_panel import newest
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place

pytestmark = pytest.mark.django_db


def text(client, query="", language="en"):
    return client.get(f"/indicators/?lang={language}{query}").content.decode()


def test_words_are_found_in_three_scripts(client):
    for words in ("measles", "الحصبه", "سوورێژە", "mcv1"):
        found = text(client, f"&q={words}")
        assert "/indicators/mcv1-coverage/" in found, words
        assert "/indicators/unemployment-rate/" not in found, words
    assert "No indicator fits" in text(client, "&q=qqqq")
    assert "/indicators/population/" not in text(client, "&q=qqqq")


def test_programme_and_theme_bound_it_and_a_wrong_one_is_said(client):
    assert "/indicators/mcv1-coverage/" not in text(client, "&programme=statistics")
    assert "/indicators/rainfall/" in text(client, "&theme=water")
    assert "/indicators/unemployment-rate/" not in text(client, "&theme=water")
    assert "does not know" in text(client, "&theme=opera")


def test_each_theme_is_a_group_with_the_newest_period(client):
    found = text(client)
    for name in ("Population", "Work and economy", "Water", "Health", "Mines and remnants of war"):
        assert name in found
    assert "August 2026" in found
    assert len(found.encode()) < 150_000


def test_reading_it_costs_few_statements(client, django_assert_max_num_queries):
    text(client)
    with django_assert_max_num_queries(8):
        text(client)


def test_a_place_tells_yearly_figures_beside_monthly_ones():
    for place in (
        Place.objects.get(level=Level.COUNTRY),
        Place.objects.get(ref="IQG17"),
        Place.objects.filter(level=Level.DISTRICT, division=country().division, parent__ref="IQG17").first(),
    ):
        found = {one.indicator.code: one.period for one in newest(Reader(AnonymousUser()), place)}
        assert found["population"] == "2024", place.ref
        assert found["mcv1-coverage"] in ("202608", "202607"), place.ref


def test_a_part_read_alone_says_what_the_whole_does():
    place = Place.objects.get(ref="IQG17")
    whole = Reader(AnonymousUser())
    for one in newest(Reader(AnonymousUser()), place):
        assert whole.board(one.period, [one.indicator.code]).of(one.indicator.code)[place.pk] == one.figure
