"""Checks: rules declared beside a record; what breaks one becomes a finding, what passes again is resolved."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import override

from rafid.commons.programme import LANGUAGES, Check

from .judged import Judged, judged
from .models import Finding, FindingState, Record
from .registers import Register, register_of_model, registers, value_text

BATCH = 2000


def message_of(check: Check, record: Any) -> dict[str, str]:
    """The check's message with the record's fields filled in, in three languages."""
    texts = check.message or dict.fromkeys(LANGUAGES, check.code)
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = texts.get(language, texts["en"]).format_map(_Shown(record))
    return said


class _Shown(dict[str, str]):
    """The fields of a record as its page shows them; what it has not stays as it was written."""

    def __init__(self, record: Any) -> None:
        super().__init__()
        self.record = record

    def __missing__(self, key: str) -> str:
        return value_text(self.record, key) if hasattr(self.record, key) else "{" + key + "}"


def check_record(record: Any) -> list[Finding]:
    """Judges one record after a change, a figure with those beside it. Returns the findings that are open now."""
    if not isinstance(record, Record):
        judge_rows(type(record).objects.filter(pk=record.pk))
        kind = record._meta.label_lower
        return list(Finding.objects.filter(kind=kind, record_id=record.pk, state=FindingState.OPEN))
    register = register_of_model(type(record))
    if register is None or not register.checks:
        return []
    rows = type(record).everything.filter(pk=record.pk)
    return [
        finding
        for check in register.checks
        for finding in judge(register, check, rows, [record.pk] if record.deleted_at is None else [])
    ]


def judge_rows(rows: Any) -> None:
    """Judges rows that are no register, with those without which they cannot be judged."""
    for one in judged():
        if one.model is rows.model:
            around = one.model.beside(rows)
            ids = list(around.values_list("pk", flat=True))
            for check in one.checks:
                judge(one, check, around, ids)


@functools.lru_cache(maxsize=1)
def _codes() -> dict[str, Check]:
    return {check.code: check for register in registers() for check in register.checks}


def check_all(register: Register | None = None) -> int:
    """Judges whole registers, set-wise: after an import, nightly, or on demand. Returns how many findings are open."""
    count = 0
    for one in [register] if register else registers():
        for check in one.checks:
            count += len(judge(one, check, one.model.objects.all(), None))
    for other in () if register else judged():
        for check in other.checks:
            count += len(judge(other, check, other.model.objects.all(), None))
    return count


def judge(register: Register | Judged, check: Check, rows: Any, judged: Iterable[Any] | None) -> list[Finding]:
    """Writes what ``check`` says about ``rows``.

    ``judged`` are the ids that were looked at (None: the whole register): an open finding of one of them that no longer
    breaks the rule is resolved. An explained finding stays explained as long as it breaks.
    """
    with transaction.atomic():
        broken = {row.pk: row for row in check.query(rows).select_related(None)}
        if isinstance(register, Judged):
            broken = {row.pk: row for row in register.model.objects.titled().filter(pk__in=list(broken))}
        known = {
            finding.record_id: finding
            for finding in Finding.objects.filter(kind=register.kind, check_code=check.code).filter(
                **({} if judged is None else {"record_id__in": list(judged) or [None]})
            )
        }
        now = timezone.now()
        passing = [f for pk, f in known.items() if pk not in broken and f.state == FindingState.OPEN]
        Finding.objects.filter(pk__in=[f.pk for f in passing]).update(state=FindingState.RESOLVED, settled_at=now)
        again = [f for pk, f in known.items() if pk in broken and f.state == FindingState.RESOLVED]
        Finding.objects.filter(pk__in=[f.pk for f in again]).update(
            state=FindingState.OPEN, settled_at=None, settled_by=None
        )
        for finding in known.values():
            # What is still to be settled speaks of the record as it is now.
            if finding.record_id in broken and finding.state in (FindingState.OPEN, FindingState.CONFIRMED):
                message = message_of(check, broken[finding.record_id])
                if message != finding.message:
                    Finding.objects.filter(pk=finding.pk).update(message=message)
        Finding.objects.bulk_create(
            [
                Finding(
                    kind=register.kind,
                    record_id=row.pk,
                    record_ref=row.ref,
                    check_code=check.code,
                    severity=check.severity,
                    field=check.field,
                    message=message_of(check, row),
                )
                for pk, row in broken.items()
                if pk not in known
            ],
            batch_size=BATCH,
        )
        return list(
            Finding.objects.filter(
                kind=register.kind, check_code=check.code, record_id__in=list(broken), state=FindingState.OPEN
            )
        )


def visible_findings(user: Any) -> Any:
    """Findings about the records and figures that this person sees, and no others."""
    rule = Finding.objects.none()
    for register in registers():
        rule = rule | Finding.objects.filter(
            kind=register.kind, record_id__in=register.model.objects.visible_to(user).values("pk")
        )
    for one in judged():
        # Row by row: figures are many, findings about them few.
        seen = one.model.objects.visible_to(user).filter(pk=OuterRef("record_id"))
        rule = rule | Finding.objects.filter(Exists(seen), kind=one.kind)
    return rule
