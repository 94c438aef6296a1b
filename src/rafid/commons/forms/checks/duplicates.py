"""Records that are too much like an earlier one of the form: the answers that people gave, compared question by question."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

import numpy as np

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
    from rafid.methods.fieldwork.earlier import earlier_likeness  # numba: heavy, and wanted only by the worker

    wanted = _wanted(batch)
    ids, codes = answer_codes(batch.form.pk, slots, beside=batch.beside)
    rows = np.array([at for at, pk in enumerate(ids) if pk in wanted], dtype=np.int64)
    others, shares, compared = earlier_likeness(
        codes, rows, threshold=batch.limits["duplicate_share"], min_compared=int(batch.limits["duplicate_compared"])
    )
    pairs = [(ids[row], ids[other], k) for k, (row, other) in enumerate(zip(rows, others, strict=True)) if other >= 0]
    if not pairs:
        return
    names = _instance_ids([other for _pk, other, _k in pairs])
    # A back-check asks the same again: it should be alike.
    meant = set(BackCheck.objects.filter(form=batch.form, repeated__isnull=False).values_list("repeated", "original"))
    for pk, other, k in pairs:
        if (pk, other) in meant or pk not in batch.visits:
            continue
        evidence = {
            "instance_id": names[other],
            "share": round(float(shares[k]), 4),
            "compared": int(compared[k]),
            "equal": round(float(shares[k]) * int(compared[k])),
        }
        yield batch.found("near_duplicate", batch.visits[pk], value=str(evidence["share"]), evidence=evidence)


def _wanted(batch: Batch) -> Collection[UUID]:
    """Whose nearest earlier record is looked for: at night, of a very large form, of what changed in the last days."""
    if len(batch.visits) <= MOST_OF_ALL or not batch.whole:
        return batch.visits
    since = batch.now - timedelta(days=RECENT_DAYS)
    recent = frozenset(
        Submission.objects.filter(form=batch.form, changed_at__gte=since).values_list("pk", flat=True)
    ).intersection(batch.visits)
    batch.looked_at["near_duplicate"] = recent
    return recent


def compared_slots(batch: Batch) -> list[int]:
    """Slots of the main table's answers that people gave; not those that say where, who and which site."""
    roles = set(batch.form.roles.values())
    return [column.slot for column, _field in asked(batch, _OF_PEOPLE) if column.path not in roles]


def _instance_ids(ids: Collection[UUID]) -> dict[UUID, str]:
    return dict(Submission.objects.filter(pk__in=ids).values_list("pk", "instance_id"))
