"""How far from its site a visit was made. Where the site lies says the entity, else the earlier visits of the same site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import connection

from rafid.commons.forms.models import Entity
from rafid.methods.fieldwork import distances_m
from rafid.methods.xforms.geometry import read_point

from .batch import Batch, Found, Visit

ENTITY, EARLIER = "entity", "earlier"
_MOST_EARLIER = 50
"""Earlier fixes whose median says where the site is; more would tell no more."""


@dataclass(frozen=True)
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
    for pk, away in batch.once(distances).items():
        if away.metres - away.accuracy > limit:
            evidence = {
                "metres": round(away.metres, 1),
                "accuracy": round(away.accuracy, 1),
                "limit": limit,
                "latitude": away.latitude,
                "longitude": away.longitude,
                "by": away.by,
                "visits": away.visits,
            }
            yield batch.found(
                "far_from_site",
                batch.visits[pk],
                field=batch.form.roles.get("location", ""),
                value=str(round(away.metres)),
                expected=str(round(limit)),
                evidence=evidence,
            )


def distances(batch: Batch) -> dict[UUID, Away]:
    """Of each visit with a fix whose site is known."""
    placed = {visit.id: visit for visit in batch.visits.values() if visit.latitude is not None}
    known = {**_by_earlier(batch, placed), **_by_entity(placed)}
    ids = [pk for pk in placed if pk in known]
    if not ids:
        return {}
    metres = distances_m(
        [placed[pk].latitude for pk in ids],
        [placed[pk].longitude for pk in ids],
        [known[pk][0] for pk in ids],
        [known[pk][1] for pk in ids],
    )
    accuracies = _accuracies(batch, [placed[pk].version for pk in ids])
    return {
        pk: Away(float(metre), accuracies.get(placed[pk].version, 0.0), *known[pk])
        for pk, metre in zip(ids, metres, strict=True)
    }


def _by_entity(placed: dict[UUID, Visit]) -> dict[UUID, tuple[float, float, str, int]]:
    """A visit names its entity, or its site is the entity's identifier."""
    wanted: dict[UUID, list[UUID]] = defaultdict(list)
    for visit in placed.values():
        if visit.entity is None and (named := _uuid(visit.site)):
            wanted[named].append(visit.id)
    entities = {visit.entity for visit in placed.values() if visit.entity}
    points: dict[UUID, tuple[float, ...] | None] = {}
    for pk, data in Entity.objects.filter(pk__in=entities).values_list("pk", "data"):
        points[pk] = read_point(str(data.get("geometry") or ""))
    found: dict[UUID, tuple[float, float, str, int]] = {}
    for visit in placed.values():
        point = points.get(visit.entity) if visit.entity else None
        if point:
            found[visit.id] = (point[0], point[1], ENTITY, 0)
    for uuid, data in Entity.objects.filter(uuid__in=wanted, deleted_at=None).values_list("uuid", "data"):
        point = read_point(str(data.get("geometry") or ""))
        if point:
            found.update(dict.fromkeys(wanted[uuid], (point[0], point[1], ENTITY, 0)))
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.removeprefix("uuid:")) if len(text) >= 32 else None
    except ValueError:
        return None


def _by_earlier(batch: Batch, placed: dict[UUID, Visit]) -> dict[UUID, tuple[float, float, str, int]]:
    names = {visit.site for visit in placed.values() if visit.site}
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.site, s.id, ST_Y(s.location), ST_X(s.location) FROM rafid_forms_submission s"
            " WHERE s.form_id = %s AND s.draft_id IS NULL AND s.deleted_at IS NULL AND s.location IS NOT NULL"
            " AND s.site = ANY(%s) ORDER BY s.received_at, s.id",
            [batch.form.pk, list(names)],
        )
        fixes: dict[str, list[tuple[UUID, float, float]]] = defaultdict(list)
        for site, pk, latitude, longitude in cursor.fetchall():
            fixes[site].append((pk, latitude, longitude))
    found = {}
    for of_site in fixes.values():
        points = np.array([one[1:] for one in of_site])
        for at, (pk, _latitude, _longitude) in enumerate(of_site):
            if at and pk in placed:
                middle = np.median(points[max(0, at - _MOST_EARLIER) : at], axis=0)
                found[pk] = (float(middle[0]), float(middle[1]), EARLIER, min(at, _MOST_EARLIER))
    return found


def _accuracies(batch: Batch, versions: list[UUID]) -> dict[UUID, float]:
    """Metres that the phone said of its fix."""
    path = batch.form.roles.get("location", "")
    columns = batch.main.columns if batch.main else ()
    slot = next((one.slot for one in columns if one.path == path and one.name.endswith("-Accuracy")), None)
    if slot is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT submission_version_id, "values"[{slot + 1}] FROM rafid_forms_row'
            ' WHERE submission_version_id = ANY(%s) AND "table" = 0 AND ordinal = 1',
            [versions],
        )
        rows = cursor.fetchall()
    found = {}
    for version, text in rows:
        try:
            found[version] = max(float(text), 0.0) if text else 0.0
        except ValueError:
            continue
    return found
