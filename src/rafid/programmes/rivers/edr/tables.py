"""Values as rows: CSV with a line for each value, GeoJSON with a feature for each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from rafid.commons.api import Problem

from ..sta.showing import utc
from ..standards import MADE_UP, is_made_up
from .asking import Asked
from .finding import Told

MOST_FEATURES = 50_000


def lines(found: Sequence[Told]) -> Iterator[tuple[Told, str, Any, str, float | None, int, str]]:
    for one in found:
        for named, known in one.parameters:
            times: Any = np.datetime_as_string(known.times, unit="s")
            since: Any = np.datetime_as_string(known.known_from, unit="s")
            # As in a coverage: a value that failed is none, and its flag says so.
            for time, value, quality, moment in zip(
                times.tolist(), known.good.tolist(), known.quality.tolist(), since.tolist(), strict=True
            ):
                yield (
                    one,
                    named.name,
                    named.series,
                    f"{time}Z",
                    None if value != value else value,
                    quality,
                    f"{moment}Z",
                )


def as_csv(found: Sequence[Told]) -> str:
    made_up = any(is_made_up(one.station) for one in found)
    out = io.StringIO()
    writer = csv.writer(out)
    head = ["station", "longitude", "latitude", "parameter", "unit", "time", "value", "quality", "known_from"]
    writer.writerow([*head, "note"] if made_up else head)
    for one, name, series, time, value, quality, since in lines(found):
        x, y = round(one.station.point.x, 6), round(one.station.point.y, 6)
        row = [one.station.code, x, y, name, series.unit, time, "" if value is None else value, quality, since]
        if made_up:
            row.append(MADE_UP if is_made_up(one.station) else "")
        writer.writerow(row)
    return out.getvalue()


def as_geojson(found: Sequence[Told], asked: Asked, *, known_at: datetime) -> str:
    count = sum(len(known) for one in found for _named, known in one.parameters)
    if count > MOST_FEATURES:
        raise Problem(
            413,
            _("This is too much at once"),
            _("These are more than %(most)s features. Ask for a shorter time, or take CSV or CoverageJSON.")
            % {"most": MOST_FEATURES},
        )
    features = [
        {
            "type": "Feature",
            "id": f"{one.station.code}.{name}.{time}",
            "geometry": point_of(one),
            "properties": {
                "station": one.station.code,
                "name": one.station.name,
                "parameter": name,
                "unit": series.unit,
                "datetime": time,
                "value": value,
                "quality": quality,
                "known_from": since,
                **({"note": MADE_UP} if is_made_up(one.station) else {}),
            },
        }
        for one, name, series, time, value, quality, since in lines(found)
    ]
    body = {"type": "FeatureCollection", "numberReturned": count, "knownAt": utc(known_at), "features": features}
    return json.dumps(body, ensure_ascii=False, allow_nan=False)


def point_of(one: Told) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(one.station.point.x, 6), round(one.station.point.y, 6)]}
