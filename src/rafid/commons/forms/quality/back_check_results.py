"""What back-checks found: rates by question, by its type, by interviewer and organisation, and the answers side by side."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from rafid.methods.fieldwork import back_check_rates
from rafid.methods.fieldwork.backchecks import Rate

from ..models import BackCheck, Form, Row, Submission
from ..seeing import unmasked
from .back_checks import main_columns, of_reader


@dataclass(frozen=True)
class Mismatch:
    check: BackCheck
    item: str
    kind: int
    first: str
    second: str


@dataclass(frozen=True)
class Rates:
    """Keys of ``by_interviewer``: (organisation, name). Each rate: compared, different, share."""

    whole: Rate
    by_interviewer: dict[tuple[UUID, str], Rate]
    by_owner: dict[UUID, Rate]
    by_item: dict[str, Rate]
    by_type: dict[int, Rate]
    mismatches: list[Mismatch]
    types: dict[str, int]


def rates_of(form: Form, user: Any, rows: QuerySet[Submission] | None = None) -> Rates:
    """Of the back-checks that were made, whose first visit this person reviews (and is among ``rows``)."""
    checks = of_reader(form, user).filter(repeated__isnull=False, repeated__deleted_at=None)
    if rows is not None:
        checks = checks.filter(original__in=rows.order_by().values("pk"))
    held = list(checks)
    types: dict[str, int] = {}
    for check in sorted(held, key=lambda one: one.drawn_at):
        types.update({name: int(kind) for name, kind in check.items.items() if int(kind) in (1, 2, 3)})
    answers = _answers(form, held, set(types))
    first: dict[Any, dict[str, str | None]] = {}
    second: dict[Any, dict[str, str | None]] = {}
    for check in held:
        asked = set(check.items)
        own, again = answers.get(check.original.current_id, {}), answers.get(check.repeated.current_id, {})
        first[check.pk] = {name: value for name, value in own.items() if name in asked}
        second[check.pk] = {name: value for name, value in again.items() if name in asked}
    # A second visit may be another organisation's: it counts, but its answers are for those who review it.
    again = Submission.objects.filter(unmasked(user, form), form=form, pk__in=[check.repeated_id for check in held])
    open_to = set(again.values_list("pk", flat=True))
    who = {check.pk: (check.original.owner_id, check.original.interviewer) for check in held}
    result = back_check_rates(first, second, items=types, interviewers=who)
    by_pk = {check.pk: check for check in held}
    owners: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for key, (compared, differ, _rate) in result.by_interviewer.items():
        owners[key[0]][0] += compared  # type: ignore[index]
        owners[key[0]][1] += differ  # type: ignore[index]
    return Rates(
        (result.compared, result.mismatched, result.error_rate),
        dict(result.by_interviewer),  # type: ignore[arg-type]
        {owner: (of, differ, differ / of if of else float("nan")) for owner, (of, differ) in owners.items()},
        result.by_item,
        result.by_type,
        [
            Mismatch(by_pk[one.id], one.item, types[one.item], str(one.first), str(one.second))
            for one in result.mismatches
            if by_pk[one.id].repeated_id in open_to
        ],
        types,
    )


def _answers(form: Form, checks: list[BackCheck], items: set[str]) -> dict[UUID, dict[str, str | None]]:
    slots = {column.name: column.slot for column in main_columns(form) if column.name in items}
    versions = [one for check in checks for one in (check.original.current_id, check.repeated.current_id)]
    rows = Row.objects.filter(submission_version__in=versions, table=0, ordinal=1)
    return {
        version: {name: values[slot] if slot < len(values) else None for name, slot in slots.items()}
        for version, values in rows.values_list("submission_version", "values")
    }
