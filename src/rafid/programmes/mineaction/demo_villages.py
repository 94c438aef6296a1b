"""Villages of the demonstration beside its hazards; none of them exists. Their list is data of the country pack."""

from __future__ import annotations

from datetime import date

from django.contrib.gis.geos import Point

from rafid.commons.places.country import country
from rafid.commons.places.load_country import SETTLEMENTS
from rafid.commons.places.models import Level, Place, PlaceVersion, search_text

from .demo_world import World, uid

FILE = "demo_mine_villages.csv"
SOURCE = "Demonstration"
FEW = 12
"""So many are enough for tests."""


def settle(world: World) -> int:
    """Those that are not there yet, in the districts in which the demonstration has hazards."""
    rows = country().table(FILE)[: FEW if world.small else None]
    districts = {yard.place.ref: yard.place for yard in world.yards}
    there = set(Place.objects.filter(ref__in=[row["ref"] for row in rows]).values_list("ref", flat=True))
    places = []
    for row in rows:
        if row["ref"] in there or row["place_ref"] not in districts:
            continue
        names = {f"name_{code}": row[f"name_{code}"] for code in ("ar", "ckb", "en")}
        place = Place(
            id=uid(f"village {row['ref']}", date(2022, 1, 1)), ref=row["ref"], division=SETTLEMENTS,
            level=Level.SETTLEMENT, parent=districts[row["place_ref"]],
            point=Point(float(row["lon"]), float(row["lat"]), srid=4326),
            source=SOURCE, note="DEMONSTRATION", **names,
        )  # fmt: skip
        place.search = search_text(place)
        places.append(place)
    Place.objects.bulk_create(places)
    PlaceVersion.objects.bulk_create(
        PlaceVersion(
            place=place, parent=place.parent, valid=(None, None), source=SOURCE,
            name_ar=place.name_ar, name_ckb=place.name_ckb, name_en=place.name_en,
        )
        for place in places
    )  # fmt: skip
    return len(places)
