"""Pages of indicators: definition, figures, map, line over time."""

from __future__ import annotations

import re

import pytest

from rafid.commons.indicators.models import Indicator, IndicatorValue
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place

pytestmark = pytest.mark.django_db


def page(client, code="population-density", status=200, **query) -> str:
    response = client.get(f"/indicators/{code}/", {"lang": "en", **query})
    assert response.status_code == status
    return response.content.decode()


def test_the_list_names_every_indicator(client):
    html = client.get("/indicators/", {"lang": "ckb"}).content.decode()
    for one in Indicator.objects.adopted().filter(sensitivity=0, programme="statistics"):
        assert one.name_ckb in html


def test_definition_formula_and_figures(client):
    html = page(client)
    assert "Persons for each square kilometre of the place." in html
    assert "Population ÷ area in km², by the borders at the period’s end" in html
    assert "Sum of numerators over sum of denominators, never a mean of rates" in html
    assert html.count("<tr data-place=") == 18
    assert "1,925.3" in html
    assert '<div class="map" data-map' in html
    assert 'class="ramp-7"' in html


def test_counts_are_circles(client):
    html = page(client, "population")
    assert html.count('class="symbol" cx=') == 18
    assert '<div class="map" data-map' not in html


def test_broken_down(client):
    html = page(client, "population", by="sex", level="2", place="IQG17")
    heads = re.findall(r'<th scope="col" class="num">([^<]+)</th>', html)
    assert heads == ["Female", "Male"]
    assert len(re.findall(r'<tr data-place="IQG17Q', html)) == 5
    # What stands large at the top is the total, not the first part.
    assert re.search(r'<dd class="stat-value">2,499,468</dd>', html)
    assert "Al-Nasiriya</dd>" in html


def test_the_line_over_time_needs_two_periods(client):
    assert '<svg class="chart"' not in page(client, "population")
    owner = Organisation.objects.first()
    indicator = Indicator.objects.get(code="population", state="adopted")
    for period, value in (("2025", 47_000_000), ("2026", 48_000_000)):
        IndicatorValue.objects.create(
            indicator=indicator, place=Place.objects.get(ref="IQ"), period=period, value=value, owner=owner
        )
    html = page(client, "population")
    assert "Iraq over time" in html
    assert html.count('class="trend-dot"') == 3
    assert "2025: 47,000,000" in html


def test_barred_and_missing_figures(client):
    html = page(client, place="IQG14", level="2")
    assert re.search(r'data-place="IQG14Q03" data-withheld', html)
    assert "Must not be computed for this place" in html


def test_words_that_mean_nothing(client):
    assert page(client, period="1066", by="a b!", level="99")
    page(client, "beauty", 404)
    page(client, "population", 404, place="IQG99")


def test_an_invented_figure_is_marked(client):
    IndicatorValue.objects.create(
        indicator=Indicator.objects.get(code="population", state="adopted"), place=Place.objects.get(ref="IQG17"),
        period="2030", value=7, owner=Organisation.objects.first(), source_text="DEMONSTRATION",
    )  # fmt: skip
    assert "invented figures" in page(client, "population", period="2030")
    assert "invented figures" not in page(client, "population", period="2024")
