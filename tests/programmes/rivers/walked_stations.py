"""A restricted gauge with its values, gaugings and a draft of its curve, for the walk of every route."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from django.contrib.gis.geos import Point

from rafid.programmes.rivers.models import (
    Gauging,
    HistoricalFlood,
    PerceivedPeriod,
    RegionalSkew,
    Series,
    Station,
    Threshold,
)
from rafid.programmes.rivers.rating.draft_rating import draft_rating
from rafid.programmes.rivers.rating.publish_rating import publish_rating
from rafid.programmes.rivers.values.recording import Reading, record_values

LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


def gauged(marked, mark: str) -> dict[str, list[str]]:
    """``mark`` is in the station's name, the gaugings' and the rating's notes, and a value's reason."""
    known = {"owner": marked.owner, "place": marked.place, "known_at": LONG_AGO, "sensitivity": 2}
    station = Station.objects.create(
        code="walked-gauge", station_kind="stage", foreign=True, point=Point(44.3, 36, srid=4326), river="walked", name_en=mark,
        **known,
    )  # fmt: skip
    stage = Series.objects.create(station=station, variable="stage", unit="m", step="1d", **known)
    Series.objects.create(
        station=station, variable="discharge", unit="m³/s", step="1d", origin="derived", derived_from=stage, **known
    )
    first = datetime(2026, 3, 1, 6, tzinfo=UTC)
    rows = [Reading(stage.pk, first + timedelta(days=day), 1.5 + day / 10) for day in range(6)]
    record_values(rows, origin="walk", known_from=first + timedelta(days=7))
    record_values([Reading(stage.pk, first, 1.4)], origin="walk", reason=mark)
    gaugings = [
        Gauging.objects.create(
            station=station, time=first - timedelta(days=20 - day), stage=1 + day / 4, measured_by=mark,
            discharge=35 * (0.6 + day / 4) ** 1.7,
        )
        for day in range(8)
    ]  # fmt: skip
    publish_rating(draft_rating(station, gaugings=gaugings, valid_from=LONG_AGO, note=mark), user=None)
    draft_rating(station, gaugings=gaugings, valid_from=first, note=mark)
    flood = HistoricalFlood.objects.create(station=station, year=1941, flow=900, source_text=mark)
    period = PerceivedPeriod.objects.create(
        station=station, first_year=1900, last_year=1950, threshold=800, source_text=mark
    )
    skew = RegionalSkew.objects.create(skew=0.1, source_text="A study of the walked region")
    threshold = Threshold.objects.create(
        station=station, variable="discharge", kind="return_period", class_code="watch", value=500, return_period=10,
        valid_from=LONG_AGO, source_text=mark, name_en=mark,
    )  # fmt: skip
    nowhere = str(uuid.uuid4())
    series = [str(stage.pk), nowhere]
    return {
        "rivers/ratings/<slug:code>": ["walked-gauge", "nothing"],
        "rivers/ratings/<slug:code>/gaugings/<uuid:pk>": [str(gaugings[0].pk), nowhere],
        "rivers/stations/<slug:code>": ["walked-gauge", "nothing"],
        "rivers/stations/<slug:code>/<uuid:id>": series,
        "rivers/stations/<slug:code>/<uuid:id>.<slug:kind>": ["csv", "xlsx", "nothing"],
        "rivers/floods/<slug:code>": ["walked-gauge", "nothing"],
        "rivers/floods/<slug:code>/file.<slug:kind>": ["csv", "xlsx", "pdf", "nothing"],
        "rivers/floods/<slug:code>/threshold/<uuid:pk>": [str(threshold.pk), nowhere],
        "rivers/floods/<slug:code>/historical/<uuid:pk>": [str(flood.pk), nowhere],
        "rivers/floods/<slug:code>/perceived/<uuid:pk>": [str(period.pk), nowhere],
        "rivers/floods/skews/<uuid:pk>": [str(skew.pk), nowhere],
        "api/v1/rivers/series/<id>": series,
        "api/v1/rivers/drought/<index>": ["spi", "ssi", "nothing"],
    }
