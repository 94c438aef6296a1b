"""The visits of one thing in their order, each with what differs from the one before it by the same form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from rafid.commons.places.models import Place

from ..models import Entity, Form, Row, Submission
from ..questions import Book, answer_words, book_of
from ..schema import Column
from ..seeing import Masks, kind_seen, masks_for, shown
from ..works import works_of

_NO_ANSWERS = frozenset({"dateTime", "time", "binary"})


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass
class Visit:
    """``first``: there is no earlier visit by the form to compare with. ``works``: its findings are seen, too."""

    submission: Submission
    form: Form
    interviewer: str
    place: Place | None
    first: bool
    works: bool = False
    changes: list[Change] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.changes)


def visits_of(entity: Entity, user: Any) -> list[Visit]:
    """Those that this reader sees, oldest first."""
    rows = list(
        Submission.objects.visible_to(user)
        .filter(entity=entity)
        .select_related("form", "place")
        .order_by("received_at", "pk")
    )
    by_form: dict[UUID, list[Submission]] = {}
    for row in rows:
        by_form.setdefault(row.form_id, []).append(row)
    found: dict[UUID, Visit] = {}
    for visits in by_form.values():
        found.update(_of_form(visits, user))
    return [found[row.pk] for row in rows]


def _of_form(rows: Sequence[Submission], user: Any) -> dict[UUID, Visit]:
    form = rows[0].form
    book, masks = book_of(form), masks_for(user, form)
    here = works_of(user, form).annotate(masks.annotate(Submission.objects.filter(pk__in=[row.pk for row in rows])))
    seen = {pk: (plain, works) for pk, plain, works in here.values_list("pk", "plain", "works")}
    answers = dict(
        Row.objects.filter(submission_version__in=[row.current_id for row in rows], table=0).values_list(
            "submission_version", "values"
        )
    )
    found: dict[UUID, Visit] = {}
    before: Mapping[str, str] | None = None
    for row in rows:
        whole, works = seen.get(row.pk, (False, False))
        now = _seen(book, answers.get(row.current_id, []), masks, whole)
        visit = Visit(
            row,
            form,
            book.role_words(form, "interviewer", row.interviewer) if masks.sees_role("interviewer", whole) else "",
            row.place if masks.sees_role("place", whole) else None,
            before is None,
            works,
        )
        if before is not None:
            changes = [
                Change(book.title(column), _words(book, column, before.get(column.name)), _words(book, column, text))
                for column in _compared(book, form)
                if (text := now.get(column.name, "")) != before.get(column.name, "")
            ]
            visit.changes = changes
        found[row.pk] = visit
        before = now
    return found


def _compared(book: Book, form: Form) -> list[Column]:
    """Without what differs at every visit (moments, files, what the phone says of itself, where exactly it stood), and without
    calculations that nobody reads."""
    columns = []
    for column in book.main:
        question = book.field(column.path)
        own = question is not None and (question.preload or not question.label)
        if not own and column.type not in _NO_ANSWERS and column.path != form.roles.get("location"):
            columns.append(column)
    return columns


def _seen(book: Book, values: Sequence[str | None], masks: Masks, whole: bool) -> dict[str, str]:
    return {
        column.name: shown(
            values[column.slot] if column.slot < len(values) else None, column.path, kind_seen(column), masks, whole
        )
        or ""
        for column in book.main
    }


def _words(book: Book, column: Column, text: str | None) -> str:
    return answer_words(book.field(column.path), text or "")
