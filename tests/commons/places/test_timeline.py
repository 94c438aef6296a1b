"""Spans of time: cut, changed, joined, and written as versions of a place."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from hypothesis import given
from hypothesis import strategies as st

from rafid.commons.places.models import Place, PlaceVersion
from rafid.commons.places.timeline import Span, change, joined, spans_of, write

START = date(2000, 1, 1)
days = st.integers(0, 60).map(lambda n: START + timedelta(days=n))
bound = st.none() | days


def square(west: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, 33, west + 1, 34)), srid=4326)


def content_on(spans: list[Span], day: date) -> str | None:
    held = [span for span in spans if span.holds(day)]
    assert len(held) <= 1, "two versions on one day"
    return held[0].name_en if held else None


@given(st.lists(st.tuples(bound, bound, st.sampled_from("abc")), max_size=8))
def test_a_change_holds_on_its_days_and_on_no_other(changes):
    spans = [Span(None, None, name_en="first")]
    expected = {START + timedelta(days=n): "first" for n in range(-3, 64)}
    for lower, upper, name in changes:
        if lower is not None and upper is not None and lower >= upper:
            continue
        spans = change(spans, lower, upper, name_en=name)
        for day in expected:
            if (lower is None or day >= lower) and (upper is None or day < upper):
                expected[day] = name
    assert {day: content_on(spans, day) for day in expected} == expected
    assert joined(spans) == spans, "neighbours that say the same are one"
    assert spans[0].lower is None
    assert spans[-1].upper is None


def test_days_without_a_span_stay_empty():
    spans = change([Span(date(2025, 4, 14), None, name_en="Halabja")], None, date(2026, 1, 1), name_en="x")
    assert content_on(spans, date(2025, 4, 13)) is None
    assert [(span.lower, span.upper, span.name_en) for span in spans] == [
        (date(2025, 4, 14), date(2026, 1, 1), "x"),
        (date(2026, 1, 1), None, "Halabja"),
    ]


@pytest.mark.django_db
def test_writing_keeps_rows_that_say_so_already_and_never_overlaps():
    place = Place.objects.create(ref="T-1", level=2, name_en="Test")
    spans = [Span(None, None, name_en="Test", source="s")]
    assert write({place.pk: spans}, []).made == 1
    first = PlaceVersion.objects.get(place=place)

    cut = change(spans, date(2019, 6, 3), None, geometry=square(44), source="borders")
    done = write({place.pk: cut}, [first])
    assert (done.made, done.changed, done.removed) == (1, 1, 0)
    rows = list(PlaceVersion.objects.filter(place=place).order_by("valid"))
    assert [(row.valid.lower, row.valid.upper, row.source) for row in rows] == [
        (None, date(2019, 6, 3), "s"),
        (date(2019, 6, 3), None, "borders"),
    ]
    assert rows[1].web.srid == 3857
    assert not write({place.pk: spans_of(rows)}, rows), "the same again writes nothing"

    moved = change(cut, date(2010, 1, 1), date(2019, 6, 3), name_en="Older")
    moved = [dataclasses.replace(span, source="s2") if span.name_en == "Older" else span for span in moved]
    write({place.pk: moved}, rows)
    # Back to one: what stood first grows again over those that vanish.
    rows = list(PlaceVersion.objects.filter(place=place))
    assert len(rows) == 3
    done = write({place.pk: spans}, rows)
    assert (done.made, done.changed, done.removed) == (0, 1, 2)
    only = PlaceVersion.objects.get(place=place)
    assert (only.pk, only.valid.lower, only.valid.upper, only.geometry) == (first.pk, None, None, None)
