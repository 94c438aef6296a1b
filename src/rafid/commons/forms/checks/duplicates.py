"""Records that are too much like an earlier one of the form: the answers that people gave, compared question by question."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from rafid.commons.forms.checks.matrices import answer_codes
from rafid.commons.forms.models import BackCheck, Submission

from .batch import Batch, Found
from .questions import asked

_OF_PEOPLE = frozenset({"string", "int", "decimal", "select_one", "select_multiple", "rank", "date", "time", "barcode"})

MOST_OF_ALL = 500_000
"""Records of which the nearest earlier one is sought for all each night; of a larger form for those that changed of late."""
RECENT_DAYS = 3


def run(batch: Batch) -> Iterable[Found]:
    slots = compared_slots(batch)
    if len(slots) < batch.limits["duplicate_compared"] or not batch.visits:
        return
    ids, others, shares, compared = batch.of_form("likeness", lambda: _likeness(batch, slots))
    if batch.whole and len(ids) > MOST_OF_ALL:
        batch.looked_at["near_duplicate"] = _recent(batch).intersection(batch.visits)
    pairs = [(pk, ids[others[at]], at) for at, pk in enumerate(ids) if others[at] >= 0 and pk in batch.visits]
    if not pairs:
        return
    names = _instance_ids([other for _pk, other, _k in pairs])
    # A back-check asks the same again: it should be alike.
    meant = set(BackCheck.objects.filter(form=batch.form, repeated__isnull=False).values_list("repeated", "original"))
    for pk, other, k in pairs:
        if (pk, other) in meant:
            continue
        evidence = {
            "instance_id": names[other],
            "share": round(float(shares[k]), 4),
            "compared": int(compared[k]),
            "equal": round(float(shares[k]) * int(compared[k])),
        }
        yield batch.found("near_duplicate", batch.visits[pk], value=str(evidence["share"]), evidence=evidence)


def _likeness(
    batch: Batch, slots: list[int]
) -> tuple[list[UUID], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Of each record the nearest earlier one, as far as it is looked for: of a very large form at night of what changed in
    the last days."""
    from rafid.methods.fieldwork.earlier import earlier_likeness  # numba: heavy, and wanted only by the worker

    ids, codes = answer_codes(batch.form.pk, slots, beside=batch.beside)
    wanted: Collection[UUID] | None = None if batch.whole else batch.visits
    if batch.whole and len(ids) > MOST_OF_ALL:
        wanted = _recent(batch)
    rows = np.array([at for at, pk in enumerate(ids) if wanted is None or pk in wanted], dtype=np.int64)
    found = earlier_likeness(
        codes, rows, threshold=batch.limits["duplicate_share"], min_compared=int(batch.limits["duplicate_compared"])
    )
    others = np.full(len(ids), -1, np.int64)
    shares, compared = np.zeros(len(ids)), np.zeros(len(ids), np.int64)
    others[rows], shares[rows], compared[rows] = found
    return ids, others, shares, compared


def _recent(batch: Batch) -> frozenset[UUID]:
    since = batch.now - timedelta(days=RECENT_DAYS)
    changed = Submission.objects.filter(form=batch.form, changed_at__gte=since)
    return batch.of_form("recent", lambda: frozenset(changed.values_list("pk", flat=True)))


def compared_slots(batch: Batch) -> list[int]:
    """Slots of the main table's answers that people gave; not those that say where, who and which site."""
    roles = set(batch.form.roles.values())
    return [column.slot for column, _field in asked(batch, _OF_PEOPLE) if column.path not in roles]


def _instance_ids(ids: Collection[UUID]) -> dict[UUID, str]:
    return dict(Submission.objects.filter(pk__in=ids).values_list("pk", "instance_id"))
