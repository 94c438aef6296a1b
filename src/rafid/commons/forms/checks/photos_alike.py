"""Photographs that look like one of an earlier visit: also smaller, or saved once more."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import numpy as np
from django.db import connection

from rafid.methods.fieldwork import hash_distances

from .batch import Batch, Found
from .places import file_paths

_AT_ONCE = 64


def run(batch: Batch) -> Iterable[Found]:
    submissions, names, instance_ids, hashes = batch.of_form("photos", lambda: _photos(batch))
    own = np.array([at for at, pk in enumerate(submissions) if pk in batch.visits], dtype=np.int64)
    if not own.size:
        return
    code = {pk: number for number, pk in enumerate(dict.fromkeys(submissions))}
    of = np.array([code[pk] for pk in submissions])
    most = int(batch.limits["photo_bits"])
    found: list[tuple[int, int, int]] = []
    for start in range(0, own.size, _AT_ONCE):
        rows = own[start : start + _AT_ONCE]
        bits = hash_distances(hashes[rows], hashes)
        # Oldest first: only an earlier visit counts, so that the first one is nobody's copy.
        alike = (bits <= most) & (of[None, :] < of[rows][:, None])
        for at in np.flatnonzero(alike.any(axis=1)):
            other = int(np.argmin(np.where(alike[at], bits[at], 255)))
            found.append((int(rows[at]), other, int(bits[at, other])))
    paths = file_paths(batch, [batch.visits[submissions[at]].version for at, _other, _bits in found])
    for at, other, differ in found:
        visit = batch.visits[submissions[at]]
        where = paths.get((visit.version, names[at]))
        if where is None:
            continue  # an answer of an older version named it
        yield batch.found(
            "same_photo",
            visit,
            path=where[0],
            field=where[1],
            value=names[at],
            evidence={
                "name": names[at],
                "instance_id": instance_ids[other],
                "other_name": names[other],
                "bits": differ,
            },
        )


def _photos(batch: Batch) -> tuple[list[UUID], list[str], list[str], np.ndarray]:
    """All photographs of the form that have a look, by the order of their visits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.submission_id, a.name, s.instance_id, a.perceptual_hash FROM rafid_forms_attachment a"
            " JOIN rafid_forms_submission s ON s.id = a.submission_id"
            " WHERE s.form_id = %s AND s.draft_id IS NULL AND s.deleted_at IS NULL AND a.perceptual_hash IS NOT NULL"
            " AND a.replaced_by_id IS NULL ORDER BY s.received_at, s.id, a.name",
            [batch.form.pk],
        )
        rows = cursor.fetchall()
    hashes = np.array([row[3] for row in rows], dtype=np.int64).view(np.uint64)
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows], hashes
