"""Places as they stood on a day, what is near, what is barred."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.gis.geos import Point
from django.http import Http404

from rafid.commons.places.models import Place
from rafid.commons.places.queries import (
    barred,
    found_by_text,
    lineage_of,
    nearby,
    notes_of,
    place_or_404,
    places_at,
)

pytestmark = pytest.mark.django_db
THEN, NOW = date(2024, 12, 31), date(2026, 1, 1)


def test_eighteen_governorates_then_nineteen_now():
    assert places_at(THEN, level=1).count() == 18
    assert places_at(NOW, level=1).count() == 19
    assert places_at(NOW, level=2).count() == 101
    assert places_at(NOW, level=2, division="cosit2024").count() == 181
    assert places_at(NOW, level=2, division="*").count() == 282


def test_within_goes_by_the_parents_of_the_day():
    def refs(place, on, **more):
        return {version.place.ref for version in places_at(on, within=place_or_404(place), **more)}

    assert "IQG06Q05" in refs("IQG06", THEN, level=2)
    assert "IQG06Q05" not in refs("IQG06", NOW, level=2)
    assert refs("IQ-HA", NOW, level=2) == {"IQG06Q05"}
    assert refs("IQ-HA", THEN) == set()
    towns = refs("IQ-HA", NOW, level=4)
    assert towns
    assert towns <= refs("IQG06", THEN, level=4)
    assert not towns & refs("IQG06", NOW, level=4)
    assert len(refs("IQ", NOW, level=2)) == 101
    assert "IQG17" in refs("IQG17", NOW)


def test_a_place_by_any_of_its_codes():
    assert place_or_404("iqg17").ref == "IQG17"
    assert place_or_404("IQ-DQ").ref == "IQG17"
    assert place_or_404(str(Place.objects.get(ref="IQG17").pk)).ref == "IQG17"
    for wrong in ("IQG99", "", "IQG17\x00", "x" * 400, "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(Http404):
            place_or_404(wrong)


def test_nearby_in_metres_nearest_first():
    found = nearby(Point(44.3661, 33.3152, srid=4326), 5, levels=(1,))
    assert found[0].place.ref == "IQG08"
    assert [one.metres for one in found] == sorted(one.metres for one in found)
    assert len(found) == 5
    baghdad = Place.objects.get(ref="GN-98182")
    assert baghdad not in [one.place for one in nearby(baghdad.point, 3, but=baghdad)]


def test_bars_and_notes():
    makhmour = place_or_404("IQG11Q04")
    assert notes_of(makhmour)[0].text["en"].startswith("The 2019 boundaries place Makhmour")
    assert barred("rates") == {"IQG14Q03"}


@pytest.mark.parametrize("text", ["dhi qar", "ذي قار", "زیقار", "IQ-DQ", "ذى قار"])
def test_search_finds_spellings(text):
    assert "IQG17" in found_by_text(Place.objects.all(), text).values_list("ref", flat=True)


def test_search_of_nothing_finds_nothing():
    assert not found_by_text(Place.objects.all(), "  %\x00 ").exists()


def test_lineage_reads_from_the_country_down():
    assert [place.ref for place in lineage_of(place_or_404("IQG06Q05"))] == ["IQ", "IQ-HA", "IQG06Q05"]
