"""Photographs that were taken elsewhere, or at another time, than the visit they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from rafid.methods.fieldwork import distances_m

from .batch import Batch, Found, Visit
from .places import file_paths


def run(batch: Batch) -> Iterable[Found]:
    far, late = batch.limits["photo_distance_m"], batch.limits["photo_hours"]
    found: list[tuple[Visit, str, dict[str, Any]]] = []
    for pk, name, taken_at, latitude, longitude in _photos(batch):
        visit = batch.visits.get(pk)
        if visit is None:
            continue
        evidence: dict[str, Any] = {}
        if latitude is not None and visit.latitude is not None:
            metres = float(distances_m(latitude, longitude, visit.latitude, visit.longitude))
            if metres > far:
                evidence["metres"] = round(metres, 1)
        if taken_at is not None:
            hours = _hours_off(visit, taken_at)
            if hours > late:
                evidence |= {"hours": round(hours, 1), "taken": taken_at.isoformat()}
        if evidence:
            found.append((visit, name, {"name": name, **evidence}))
    paths = file_paths(batch, [visit.version for visit, _name, _evidence in found])
    for visit, name, evidence in found:
        where = paths.get((visit.version, name))
        if where is not None:
            yield batch.found("photo_elsewhere", visit, path=where[0], field=where[1], value=name, evidence=evidence)


def _hours_off(visit: Visit, taken_at: Any) -> float:
    """Hours between the photo and the visit, 0 while the visit went on."""
    begun = visit.begun or visit.received_at
    ended = visit.ended_at or begun
    begun, ended = min(begun, ended), max(begun, ended)
    if begun <= taken_at <= ended:
        return 0.0
    return min(abs((taken_at - begun).total_seconds()), abs((taken_at - ended).total_seconds())) / 3600


def _photos(batch: Batch) -> list[tuple[Any, ...]]:
    more, params = ("", []) if not batch.part else ("AND s.id = ANY(%s)", [batch.ids])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.submission_id, a.name, a.taken_at, ST_Y(a.location), ST_X(a.location)"
            " FROM rafid_forms_attachment a JOIN rafid_forms_submission s ON s.id = a.submission_id"
            " WHERE s.form_id = %s AND s.draft_id IS NULL AND s.deleted_at IS NULL AND a.replaced_by_id IS NULL"
            f" AND (a.taken_at IS NOT NULL OR a.location IS NOT NULL) {more}",
            [batch.form.pk, *params],
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
