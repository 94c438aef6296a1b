"""Each night: what needs a whole form is looked at again, and interviewers are ranked by how much their records resemble."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from rafid.methods.fieldwork import copying_scores

from ..arrivals import BROKEN, look, write
from ..models import CopyingRank, Finding, FindingState, Form, Submission
from ..quality.back_checks import link_repeats
from . import Batch
from .duplicates import compared_slots
from .matrices import answer_codes

log = logging.getLogger("rafid.forms")

AT_ONCE = 5000
"""Visits of a form that are held at once."""
MOST_RECORDS = 3000
"""Newest records of a form that are compared among one another for the rank."""
FEWEST = 5
"""Records of an interviewer below which no rank is made."""


def look_again(only: Collection[str] = ()) -> dict[str, int]:
    """All forms (or ``only`` those of these form ids), one after the other; one that breaks does not stop the others. Tells
    the changes of each."""
    changes: dict[str, int] = {}
    forms = Form.objects.filter(xform_id__in=only) if only else Form.objects.all()
    for form in forms.filter(Exists(Submission.objects.filter(form=OuterRef("pk")))):
        try:
            changes[form.xform_id] = look_at_form(form)
        except Exception:
            log.exception("the nightly look at form %s broke", form.xform_id)
    return changes


def look_at_form(form: Form) -> int:
    """Everything of one form again, in parts, so that memory does not grow with the form. What a person explained or confirmed
    stays."""
    present = Submission.objects.filter(form=form, purged_at=None, sealed=False).order_by("received_at", "pk")
    ids = list(present.values_list("pk", flat=True).iterator(chunk_size=AT_ONCE))
    if not ids:
        return 0
    changes = 0
    now, kept = timezone.now(), dict[Any, Any]()
    for start in range(0, len(ids), AT_ONCE):
        batch = Batch(form, ids[start : start + AT_ONCE], now=now, kept=kept)
        if batch.visits:
            found, ran = look(batch)
            changes += write(batch, found, ran).changes
    kept.clear()
    rank_copying(form)
    link_repeats(form)
    broken = Finding.objects.filter(kind=BROKEN, state=FindingState.OPEN, submission__form=form)
    Submission.everything.filter(pk__in=broken.values("submission")).update(handled_at=None)
    return changes


def rank_copying(form: Form) -> None:
    """Interviewers by how much their own records resemble one another, more than records taken at random."""
    slots = compared_slots(Batch(form, []))
    newest = _newest(form) if slots else {}
    ranks: list[CopyingRank] = []
    if len(set(newest.values())) > 1:
        ids, codes = answer_codes(form.pk, slots, beside=newest)
        rows = [at for at, pk in enumerate(ids) if pk in newest]
        answers = np.where(codes[rows] == 0, None, codes[rows].astype(object))
        ranks = [
            CopyingRank(
                form=form,
                owner_id=one.interviewer[0],  # type: ignore[index]
                interviewer=one.interviewer[1],  # type: ignore[index]
                records=one.records,
                score=one.score,
                expected=one.expected,
                excess=one.excess,
                p_value=one.p_value,
                made_at=timezone.now(),
            )
            for one in copying_scores(answers, [newest[ids[at]] for at in rows])
        ]
    with transaction.atomic():
        CopyingRank.objects.filter(form=form).delete()
        CopyingRank.objects.bulk_create(ranks)


def _newest(form: Form) -> dict[UUID, tuple[UUID, str]]:
    """Organisation and interviewer of the newest records of those who have enough of them."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [form.pk, FEWEST, MOST_RECORDS])
        return {pk: (owner, who) for pk, owner, who in cursor.fetchall()}


_NEWEST = """
SELECT id, owner_id, interviewer FROM (
    SELECT s.id, s.owner_id, s.interviewer, s.received_at, count(*) OVER (PARTITION BY s.owner_id, s.interviewer) AS records
    FROM rafid_forms_submission s
    WHERE s.form_id = %s AND s.draft_id IS NULL AND s.deleted_at IS NULL AND s.purged_at IS NULL AND NOT s.sealed
      AND s.interviewer <> '') one
WHERE records >= %s ORDER BY received_at DESC, id DESC LIMIT %s
"""
