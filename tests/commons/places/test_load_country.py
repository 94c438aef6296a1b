"""Iraq in the database: what the pack says, once, with its history."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.management import CommandError, call_command

from rafid.commons.places.country import country
from rafid.commons.places.load_country import load_country
from rafid.commons.places.models import BorderOverview, Place, PlaceLink, PlaceVersion
from rafid.commons.places.timeline import change, spans_of, write

pytestmark = pytest.mark.django_db
VOTE = date(2025, 4, 14)


def of(ref: str) -> Place:
    return Place.objects.get(ref=ref)


def test_every_place_of_the_pack_is_there():
    counts = {
        (division, level): Place.objects.filter(division=division, level=level, source__gt="").count()
        for division, level in [("ocha2019", 0), ("ocha2019", 1), ("ocha2019", 2), ("cosit2024", 2)]
    }
    assert counts == {("ocha2019", 0): 1, ("ocha2019", 1): 19, ("ocha2019", 2): 101, ("cosit2024", 2): 181}
    halabja = of("IQ-HA")
    assert halabja.pcode is None
    assert halabja.iso_3166_2 == "IQ-HA"
    district = of("COSIT-1305")
    assert (district.code, district.level, district.pcode) == ("1305", 2, None)
    baghdad = of("GN-98182")
    assert (baghdad.level, baghdad.division, baghdad.parent.level) == (4, "settlement", 2)
    assert baghdad.lineage == [of("IQ").pk, of("IQG08").pk, of("IQG08Q06").pk, baghdad.pk]
    assert of("IQG17").area_m2 == pytest.approx(13267.7e6)


def test_halabja_changes_its_parent_on_the_day_of_the_vote():
    for ref in ("IQG06Q05", "COSIT-1305"):
        before, after = PlaceVersion.objects.filter(place__ref=ref).order_by("valid")
        assert (before.parent.ref, before.valid.lower, before.valid.upper) == ("IQG06", None, VOTE)
        assert (after.parent.ref, after.valid.lower, after.valid.upper) == ("IQ-HA", VOTE, None)
        assert of(ref).parent.ref == "IQ-HA"
    only = PlaceVersion.objects.get(place__ref="IQ-HA")
    assert (only.valid.lower, only.valid.upper) == (VOTE, None)
    assert only.geometry is None, "its borders are not known"


def test_outlines_are_marked_as_rough_and_give_no_area():
    drawn = PlaceVersion.objects.filter(geometry__isnull=False, place__source__gt="", generalised=True)
    assert {version.place.level for version in drawn} == {1}
    assert len(drawn) == 18
    assert {version.area_m2 for version in drawn} == {None}
    assert all("Natural Earth" in version.source for version in drawn)


def test_links_between_the_divisions():
    kinds = dict.fromkeys("ABCX", 0)
    for link in PlaceLink.objects.all():
        kinds[link.confidence] += 1
        assert (link.other is None) == (link.confidence == "X")
    assert kinds == {"A": 100, "B": 61, "C": 16, "X": 4}


def test_loading_again_changes_nothing_and_mends_what_was_changed():
    again = load_country(country("iraq"))
    assert (again.made, again.changed, bool(again.versions), again.links) == (0, 0, False, 0)
    Place.objects.filter(ref="IQG17").update(name_en="Somewhere", search="")
    PlaceLink.objects.filter(place__ref="COSIT-1101").update(confidence="B")
    again = load_country(country("iraq"))
    assert (again.made, again.changed, again.links) == (0, 1, 1)
    assert of("IQG17").name_en == "Thi Qar"
    assert "dhi qar" in of("IQG17").search
    event = apps.get_model("rafid_places", "PlaceEvent").objects.filter(pgh_obj=of("IQG17")).latest("pgh_id")
    assert event.name_en == "Thi Qar"
    assert event.pgh_context.metadata["reason"] == "Country pack: iraq"


def test_imported_borders_outlive_the_outlines():
    place = of("IQG17")
    rows = list(PlaceVersion.objects.filter(place=place))
    real = MultiPolygon(Polygon.from_bbox((45, 31, 47, 32)), srid=4326)
    spans = change(
        spans_of(rows), date(2019, 6, 3), None, geometry=real, generalised=False, area_m2=5.0, source="survey"
    )
    write({place.pk: spans}, rows)
    Place.objects.filter(pk=place.pk).update(area_m2=5.0)
    again = load_country(country("iraq"))
    assert not again.versions
    assert again.changed == 0
    rough, held = PlaceVersion.objects.filter(place=place).order_by("valid")
    assert rough.generalised
    assert (held.valid.lower, held.source, held.geometry.equals(real)) == (date(2019, 6, 3), "survey", True)


def test_overviews_share_their_borders():
    rows = BorderOverview.objects.filter(version__place__level=1, version__generalised=True)
    assert {row.band for row in rows} == {0, 1, 2, 3}
    points = {band: sum(row.web.num_points for row in rows if row.band == band) for band in range(4)}
    assert points[0] < points[1] < points[2] < points[3]
    import shapely

    for band in range(4):
        shapes = [shapely.from_wkb(bytes(row.web.wkb)) for row in rows if row.band == band]
        assert len(shapes) == 18
        together = shapely.union_all(shapes)
        assert together.area == pytest.approx(sum(shape.area for shape in shapes), rel=1e-9), "overlap"
        assert sum(len(part.interiors) for part in shapely.get_parts(together)) == 0, "gap"


def test_a_pack_that_is_not_there():
    with pytest.raises(CommandError, match="no country pack"):
        call_command("load_country", "atlantis")
    with pytest.raises(CommandError, match="no name of a country pack"):
        call_command("load_country", "../iraq")


def test_country_says_what_all_rooms_need():
    iraq = country()
    assert (iraq.code, iraq.time_zone, iraq.division) == ("IQ", "Asia/Baghdad", "ocha2019")
    assert iraq.bounds == (38.77, 29.05, 48.62, 37.39)
    assert set(iraq.disclaimer) == {"ar", "ckb", "en"}
    assert iraq.bars[0].ref == "IQG14Q03"
    assert iraq.source("places.csv").publisher
    assert iraq.source("nothing.csv") is None
