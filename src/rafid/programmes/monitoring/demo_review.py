"""What the reviewers of the demonstration decided: most visits approved by two persons, some sent back, some refused."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pgtrigger
from django.db import connection
from django.utils import timezone

from rafid.commons.forms.models import Form, Submission, SubmissionState
from rafid.commons.forms.submissions.review import decide
from rafid.commons.people.models import Account

from .demo_plan import Visit

_APPROVED, _ISSUES, _REJECTED = SubmissionState.APPROVED, SubmissionState.HAS_ISSUES, SubmissionState.REJECTED
ALL_THE_SAME = "اتُّصل بالمراقب وقُبل توضيحه."
WHY = {
    _ISSUES: (
        "يُرجى إعادة التقاط صورة الحالة.",
        "تکایە ڕووبەرەکە دووبارە بژمێرەوە.",
        "The position is not that of the site.",
    ),
    _REJECTED: ("نسخة من زيارة أخرى.", "شوێنەکە سەردان نەکراوە.", "Filled in without a visit."),
}
_WAITS = 9
"""Days for which the newest visits wait for a decision."""


def decide_on(form: Form, visits: Sequence[Visit], known: Mapping[int, UUID], today: date, zone: ZoneInfo) -> None:
    """By the verb of the pages; only the moment of each decision is moved into the past afterwards."""
    chance = random.Random(11)  # noqa: S311 - made up, no secret
    reviewer, officer = (Account.objects.get(login=f"monitoring.{role}") for role in ("reviewer", "officer"))
    administrator = Account.objects.get(login="admin")
    since = datetime.combine(today - timedelta(days=_WAITS), time(0), zone)
    first: dict[tuple[SubmissionState, str], list[UUID]] = defaultdict(list)
    second: dict[bool, list[UUID]] = defaultdict(list)
    serious = set(Submission.objects.filter(form=form, worst=3).values_list("pk", flat=True))
    for visit in visits:
        pk = known[visit.number]
        if visit.received >= since and chance.random() < 0.85:
            continue
        if "edit" in visit.planted and chance.random() < 0.3:
            continue  # corrected, and nobody has looked at it again
        state = _state(visit, pk in serious, chance)
        if state != _APPROVED:
            first[state, chance.choice(WHY[state])].append(pk)
            continue
        first[state, ALL_THE_SAME if pk in serious else ""].append(pk)
        if visit.received < since - timedelta(days=14) or chance.random() < 0.6:
            second[pk in serious].append(pk)
    for (state, reason), ids in first.items():
        decide(form, ids, state, by=reviewer, reason=reason)
    corrected = {known[visit.number] for visit in visits if "edit" in visit.planted}
    for grave, ids in second.items():
        for by, some in (
            (officer, [pk for pk in ids if pk not in corrected]),
            (administrator, [pk for pk in ids if pk in corrected]),
        ):
            if some:
                decide(form, some, _APPROVED, by=by, reason=ALL_THE_SAME if grave else "")
    _set_back(form, min(timezone.now(), datetime.combine(today + timedelta(days=1), time(0), zone)))


def _state(visit: Visit, serious: bool, chance: random.Random) -> SubmissionState:
    roll = chance.random()
    if "copy" in visit.planted:
        return _REJECTED if roll < 0.35 else _ISSUES if roll < 0.6 else _APPROVED
    if serious or visit.planted - {"edit"}:
        return _ISSUES if roll < 0.45 else _REJECTED if roll < 0.55 else _APPROVED
    return _APPROVED if roll < 0.955 else _ISSUES if roll < 0.985 else _REJECTED


def _set_back(form: Form, until: datetime) -> None:
    """The first decision a day after the newest version came, the second two days after the first; none in the future."""
    with pgtrigger.ignore("rafid_forms.ReviewEvent:decided_stays"), connection.cursor() as cursor:
        cursor.execute(_DECIDED, [until, form.pk])
        cursor.execute(_CHANGED, [form.pk])


_DECIDED = """
UPDATE rafid_forms_reviewevent e SET at = least(%s, v.received_at + CASE
    WHEN e.new = 'approved' AND e.old <> 'approved'
    AND EXISTS (SELECT 1 FROM rafid_forms_reviewevent o WHERE o.submission_id = e.submission_id AND o.at < e.at)
    THEN interval '3 days' ELSE interval '20 hours' END)
FROM rafid_forms_submission s JOIN rafid_forms_submissionversion v ON v.id = s.current_id
WHERE e.submission_id = s.id AND s.form_id = %s
"""
_CHANGED = """
UPDATE rafid_forms_submission s SET changed_at = greatest(v.received_at, e.at)
FROM rafid_forms_submissionversion v,
    (SELECT submission_id, max(at) AS at FROM rafid_forms_reviewevent GROUP BY submission_id) e
WHERE v.id = s.current_id AND e.submission_id = s.id AND s.form_id = %s
"""
