"""One submission as a reader sees it: answers, findings, versions, files, talk and decisions, all behind the same masks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rafid.methods import xforms

from ..addressing import submission_seen
from ..filters import seen_of
from ..models import Attachment, Comment, Finding, Form, ReviewEvent, Row, Submission, SubmissionVersion
from ..open_files import is_masked, names_in, open_slots
from ..photos import PICTURES
from ..questions import Book, book_of
from ..schema import Table, definition, typed
from ..seeing import Masks, kind_seen, masks_for, shown
from ..works import works_of

ABOUT_ROLE = {
    "far_from_site": "location",
    "too_fast_travel": "location",
    "photo_elsewhere": "location",
}
"""Kinds of findings whose figures tell of an answer without naming its question."""


@dataclass(frozen=True)
class Seen:
    """``plain``: every answer is seen. ``works``: decisions, findings and comments are seen, too."""

    form: Form
    submission: Submission
    user: Any
    masks: Masks
    book: Book
    plain: bool
    works: bool

    @property
    def whole(self) -> bool:
        return self.plain or self.masks.whole

    def sees(self, path: str) -> bool:
        """May this reader know the whole answer to the question at ``path`` (positions do not matter)?"""
        return self.whole or not is_masked(without_positions(path), self.masks)

    def sees_role(self, role: str) -> bool:
        return self.masks.sees_role(role, self.plain)

    @cached_property
    def rows(self) -> list[Row]:
        found = Row.objects.filter(submission_version=self.submission.current_id)
        return list(found.order_by("table", "ordinal"))

    def rows_of(self, table: Table) -> Iterable[Row]:
        return (row for row in self.rows if row.table == table.number)

    def values(self, table: Table, row: Row) -> dict[str, Any]:
        """Column → answer as seen, typed; every column of the form's versions is there."""
        told: dict[str, Any] = {}
        for column in table.columns:
            text = row.values[column.slot] if column.slot < len(row.values) else None
            told[column.name] = typed(shown(text, column.path, kind_seen(column), self.masks, self.plain), column.type)
        return told

    @cached_property
    def versions(self) -> list[SubmissionVersion]:
        found = self.submission.versions.select_related("form_version", "account", "app_user", "link")
        return list(found.defer("xml", "form_version__xform", "form_version__source").order_by("number"))

    @cached_property
    def current(self) -> SubmissionVersion:
        return next(one for one in self.versions if one.pk == self.submission.current_id)

    @cached_property
    def definition(self) -> xforms.Form:
        """The form as it was asked in the newest version."""
        return definition(self.current.form_version_id)

    @cached_property
    def findings(self) -> list[Finding]:
        """Those of the newest version; none about an answer that this reader sees masked."""
        if not self.works:
            return []
        found = Finding.objects.filter(submission_version=self.submission.current_id).select_related("by")
        return [one for one in found.order_by("-severity", "found_at", "pk") if self._shows(one)]

    def _shows(self, finding: Finding) -> bool:
        if self.whole:
            return True
        role = ABOUT_ROLE.get(finding.kind)
        if role and not self.sees_role(role):
            return False
        # A finding about no question may quote answers of any.
        return self.sees(finding.field or finding.path) if finding.field or finding.path else False

    @cached_property
    def attachments(self) -> list[Attachment]:
        """The files that are shown: of one name the first that came."""
        found = self.submission.attachments.filter(replaced_by=None).order_by("name")
        return [one for one in found if self.whole or one.name in self._open_names]

    def gives(self, file: Attachment) -> bool:
        """Is it handed over? From a film or a voice nothing can be taken that tells what is masked."""
        return self.whole or file.media_type in PICTURES

    def attachment(self, name: str) -> Attachment | None:
        return next((one for one in self.attachments if one.name == name), None)

    @cached_property
    def _open_names(self) -> set[str]:
        slots = open_slots(self.book.tables, self.masks)
        return {name for row in self.rows for name in names_in(slots, row.table, row.values)}

    @cached_property
    def comments(self) -> list[Comment]:
        if not self.works:
            return []
        found = self.submission.comments.select_related("by").order_by("at")
        return [one for one in found if not one.field or self.sees(one.field)]

    @cached_property
    def events(self) -> list[ReviewEvent]:
        return list(self.submission.events.select_related("by").order_by("at")) if self.works else []

    def changes(self, first: int, second: int) -> list[xforms.Change] | None:
        """Between two versions by their numbers; None where there is no such version, or nothing that could be read.

        Who sees what is approved sees it alone, not what stood there before.
        """
        if not self.works:
            return None
        pair = {one.number: one for one in self.submission.versions.filter(number__in=(first, second))}
        if {first, second} - pair.keys() or any(not one.xml for one in pair.values()):
            return None
        old, new = (xforms.read_submission(bytes(pair[number].xml or b"")) for number in (first, second))
        made = definition(pair[max(first, second)].form_version_id)
        return [one for one in xforms.diff_submissions(made, old, new) if self._knows(one.path)]

    def _knows(self, path: str) -> bool:
        """Of what the form has no question for nobody can say whether it is masked."""
        return self.whole or (self.book.field(without_positions(path)) is not None and self.sees(path))


def without_positions(path: str) -> str:
    """``/data/nc[2]/photo`` → ``/data/nc/photo``."""
    return "/".join(part.partition("[")[0] for part in path.split("/"))


def seen_submission(user: Any, form: Form, instance_id: str, rows: Any = None) -> Seen:
    """By any version's identity. Raises Http404 where this reader sees none."""
    masks = masks_for(user, form)
    rows = masks.annotate(seen_of(user, form) if rows is None else rows)
    rows = works_of(user, form).annotate(rows)
    related = ("place", "owner", "account", "app_user", "link", "entity")
    row: Any = submission_seen(user, form, instance_id, rows.select_related(*related))
    return Seen(form, row, user, masks, book_of(form), row.plain, row.works)
