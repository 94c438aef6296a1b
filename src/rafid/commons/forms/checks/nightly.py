"""Each night: what needs a whole form is looked at again, and interviewers are ranked by how much their records resemble."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

import numpy as np
from django.db import transaction
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
    """Everything of one form again. What a person explained or confirmed stays."""
    batch = Batch(form)
    if not batch.visits:
        return 0
    found, ran = look(batch)
    changes = write(batch, found, ran).changes
    rank_copying(form, batch)
    link_repeats(form)
    broken = Finding.objects.filter(kind=BROKEN, state=FindingState.OPEN, submission__form=form)
    Submission.everything.filter(pk__in=broken.values("submission")).update(handled_at=None)
    return changes


def rank_copying(form: Form, batch: Batch) -> None:
    """Interviewers by how much their own records resemble one another, more than records taken at random."""
    slots = compared_slots(batch)
    ranks: list[CopyingRank] = []
    if slots:
        ids, codes = answer_codes(form.pk, slots)
        rows = _newest(batch, ids)
        who = [(batch.visits[ids[at]].owner, batch.visits[ids[at]].interviewer) for at in rows]
        if rows and len(set(who)) > 1:
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
                for one in copying_scores(answers, who)
            ]
    with transaction.atomic():
        CopyingRank.objects.filter(form=form).delete()
        CopyingRank.objects.bulk_create(ranks)


def _newest(batch: Batch, ids: list[UUID]) -> list[int]:
    """Positions of the newest records of interviewers who have enough of them."""
    by: dict[tuple[UUID, str], list[int]] = defaultdict(list)
    for at in range(len(ids) - 1, -1, -1):
        visit = batch.visits.get(ids[at])
        if visit is None or not visit.interviewer:
            continue
        by[visit.owner, visit.interviewer].append(at)
    enough = {at for held in by.values() if len(held) >= FEWEST for at in held}
    return sorted(sorted(enough)[-MOST_RECORDS:])
