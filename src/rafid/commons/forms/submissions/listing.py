"""One page of a form's submissions with what a list shows of each; counted exactly, paged by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from rafid.commons.people.visibility import may

from ..filters import Asked
from ..models import Form, Row, Submission, SubmissionVersion
from ..questions import words_of
from ..schema import Column
from ..seeing import Masks, kind_seen, shown

_LONG = ("binary", "geotrace", "geoshape")
_RELATED = ("place", "owner", "account", "app_user", "link")


@dataclass(frozen=True)
class Listed:
    """``rows`` in order; ``next``: the cursor of what follows, None at the end."""

    rows: list[Submission]
    next: str | None


def page_of(asked: Asked, *, limit: int, cursor: str = "") -> Listed:
    """Raises Problem 422 for a cursor that this list did not give."""
    rows = asked.queryset.select_related(*_RELATED)
    if cursor:
        # Found first and joined then: the database takes what follows a key of few values for next to nothing, and would
        # join and sort all of it.
        following = asked.order.after(asked.queryset, asked.order.read(cursor))
        page = list(asked.order.sorted(rows.filter(pk__in=following.values("pk")[: limit + 1])))
    else:
        page = list(asked.order.sorted(rows)[: limit + 1])
    more = len(page) > limit
    page = page[:limit]
    return Listed(page, asked.order.cursor(page[-1]) if more else None)


def neighbours(asked: Asked, submission: Submission) -> tuple[str | None, str | None]:
    """The instanceIDs before and after a submission within the filtered list; it need not be in it any more."""
    row = asked.order.sorted(asked.queryset).filter(pk=submission.pk).first()
    if row is None and not {"answer_key", "worst_seen"} & set(asked.order.names):
        row = submission
    if row is None:
        return None, None
    key = asked.order.key(row)

    def one(*, backwards: bool) -> str | None:
        ids = asked.order.after(asked.queryset, key, backwards=backwards)
        found: Submission | None = ids.only("instance_id").first()
        return found.instance_id if found else None

    return one(backwards=True), one(backwards=False)


def version_texts(rows: Sequence[Submission]) -> dict[UUID, str]:
    """Submission's id → the form version that its answers are of."""
    versions = SubmissionVersion.objects.filter(pk__in=[row.current_id for row in rows])
    return dict(versions.values_list("submission", "form_version__version_text"))


def answers_of(rows: Sequence[Submission]) -> dict[UUID, list[str | None]]:
    """Submission's id → the main row's values by slot, unmasked."""
    found = Row.objects.filter(submission_version__in=[row.current_id for row in rows], table=0)
    values = dict(found.values_list("submission_version", "values"))
    return {row.pk: values.get(row.current_id, []) for row in rows}


def seen_answer(values: Sequence[str | None], column: Column, masks: Masks, plain: bool) -> str | None:
    text = values[column.slot] if column.slot < len(values) else None
    return shown(text, column.path, kind_seen(column), masks, plain)


def submitter_of(row: Submission | SubmissionVersion) -> str:
    return str(row.account or row.app_user or row.link or "")


def item_of(row: Any, asked: Asked, version: str) -> dict[str, Any]:
    """A submission as lists of the API give it; what the reader does not see is null."""
    masks, plain = asked.masks, row.plain
    return {
        "instance_id": row.instance_id,
        "state": row.state,
        "received_at": row.received_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
        "submitter": submitter_of(row) if plain else None,
        "interviewer": row.interviewer if masks.sees_role("interviewer", plain) else None,
        "site": row.site if masks.sees_role("site", plain) else None,
        "place": row.place.ref if row.place and masks.sees_role("place", plain) else None,
        "organisation": row.owner.ref,
        "version": version,
        "edits": row.edits,
        "attachments_present": row.attachments_present,
        "attachments_expected": row.attachments_expected,
        "findings_open": row.findings_open if row.works else None,
        "worst": row.worst if row.works else None,
        "sealed": row.sealed,
    }


def shown_columns(asked: Asked, chosen: str, usual: int = 4) -> list[Column]:
    """The answers that the table shows: those that the reader chose, else the first few of those that say something in a
    cell. What is masked for him everywhere is not offered."""
    offered = offered_columns(asked)
    names = [name for name in chosen.split(",") if name]
    if names:
        known = {column.name: column for column in offered}
        return [known[name] for name in names if name in known]
    told = {asked.form.roles.get(role) for role in ("site", "interviewer", "location", "place")}
    short = [one for one in offered if one.type not in _LONG and one.path not in told and not one.part_of_point]
    # What the phone fills in by itself, and what is calculated, waits until it is asked for.
    fields = ((one, asked.book.field(one.path)) for one in short)
    return [one for one, field in fields if field is not None and field.control and not field.calculate][:usual]


def offered_columns(asked: Asked) -> list[Column]:
    return [column for column in asked.book.main if column.path not in asked.masks.hidden]


def cell(asked: Asked, row: Any, values: Sequence[str | None], column: Column) -> str:
    """An answer in a table: in words, as seen."""
    text = seen_answer(values, column, asked.masks, row.plain)
    field = asked.book.field(column.path)
    return words_of(field, text or "") if field is not None and not column.part_of_point else text or ""


def count_of(rows: QuerySet[Any]) -> int:
    """Without what the page annotates and orders by."""
    return int(rows.order_by().values("pk").count())


def may_anywhere(user: Any, action: str, form: Form) -> bool:
    return may(user, action, form.programme)
