"""How far from its site a visit was made; where nobody knows the site, how far outside the place that its answers name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from rafid.methods.fieldwork import distances_m

from .batch import Batch, Found
from .whereabouts import whereabouts

PLACE = "place"
_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Away:
    """``metres`` between the visit and its site; ``visits``: how many earlier ones said where that is."""

    metres: float
    accuracy: float
    latitude: float
    longitude: float
    by: str
    visits: int = 0


def run(batch: Batch) -> Iterable[Found]:
    limit = batch.limits["site_distance_m"]
    known = batch.once(distances)
    for pk, away in known.items():
        if away.metres - away.accuracy > limit:
            where = {"latitude": away.latitude, "longitude": away.longitude, "by": away.by, "visits": away.visits}
            yield _far(batch, pk, away.metres, away.accuracy, limit, where)
    beyond = outside(batch, batch.visits.keys() - known.keys())
    accuracies = _accuracies(batch, [batch.visits[pk].version for pk in beyond])
    for pk, metres in beyond.items():
        accuracy = accuracies.get(batch.visits[pk].version, 0.0)
        if metres - accuracy > limit:
            yield _far(batch, pk, metres, accuracy, limit, {"by": PLACE})


def _far(batch: Batch, pk: UUID, metres: float, accuracy: float, limit: float, where: dict[str, Any]) -> Found:
    return batch.found(
        "far_from_site",
        batch.visits[pk],
        field=batch.form.roles.get("location", ""),
        value=str(round(metres)),
        expected=str(round(limit)),
        evidence={"metres": round(metres, 1), "accuracy": round(accuracy, 1), "limit": limit, **where},
    )


def distances(batch: Batch) -> dict[UUID, Away]:
    """Of each visit with a fix whose site is known."""
    placed = {visit.id: visit for visit in batch.visits.values() if visit.latitude is not None}
    known = whereabouts(batch, placed)
    ids = [pk for pk in placed if pk in known]
    if not ids:
        return {}
    metres = distances_m(
        [placed[pk].latitude for pk in ids],
        [placed[pk].longitude for pk in ids],
        [known[pk].latitude for pk in ids],
        [known[pk].longitude for pk in ids],
    )
    accuracies = _accuracies(batch, [placed[pk].version for pk in ids])
    return {
        pk: Away(float(metre), accuracies.get(placed[pk].version, 0.0), *known[pk])
        for pk, metre in zip(ids, metres, strict=True)
    }


def outside(batch: Batch, apart: Iterable[UUID]) -> dict[UUID, float]:
    """Metres from the border of the place that the answers name, of visits outside of it whose site nobody knows better.

    Only where the form asks for the place, and where the map has its true borders.
    """
    if not batch.form.roles.get("place"):
        return {}
    ids = [pk for pk in set(apart) if batch.visits[pk].latitude is not None]
    with connection.cursor() as cursor:
        cursor.execute(_OUTSIDE, [timezone.localdate(), ids])
        return dict(cursor.fetchall())


_OUTSIDE = """
SELECT s.id, ST_Distance(p.geometry::geography, s.location::geography)
FROM rafid_forms_submission s
JOIN rafid_places_placeversion p ON p.place_id = s.place_id AND p.valid @> %s::date
WHERE s.id = ANY(%s) AND s.location IS NOT NULL AND p.geometry IS NOT NULL AND NOT p.generalised
  AND NOT ST_Covers(p.geometry, s.location)
"""


def _accuracies(batch: Batch, versions: list[UUID]) -> dict[UUID, float]:
    """Metres that the phone said of its fix."""
    path = batch.form.roles.get("location", "")
    columns = batch.main.columns if batch.main else ()
    slot = next((one.slot for one in columns if one.path == path and one.name.endswith("-Accuracy")), None)
    if slot is None:
        return {}
    found: dict[UUID, float] = {}
    for start in range(0, len(versions), _AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT submission_version_id, "values"[{slot + 1}] FROM rafid_forms_row'
                ' WHERE submission_version_id = ANY(%s) AND "table" = 0 AND ordinal = 1',
                [versions[start : start + _AT_ONCE]],
            )
            for version, text in cursor.fetchall():
                try:
                    accuracy = max(float(text), 0.0) if text else 0.0
                except ValueError:
                    continue
                if accuracy:
                    found[version] = accuracy
    return found
