"""Which pictures of a visit somebody may look at: those of questions that are not masked for him, as its answers name them now.

A picture may show a face or a document. Where a form's policy withholds its question, it stays out of the partner's page, of
findings and of reports; so does one that a correction took out, and one that was erased.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from rafid.commons.forms.models import Attachment, Form, Row, Submission
from rafid.commons.forms.open_files import names_in, open_slots
from rafid.commons.forms.questions import book_of
from rafid.commons.forms.seeing import masks_for, unmasked


def open_names(submissions: Iterable[UUID], user: Any = None) -> dict[UUID, set[str]]:
    """Submission → names of the pictures that this reader sees; without one, what any reader does who reviews nothing."""
    user = user or AnonymousUser()
    wanted = list(set(submissions))
    found: dict[UUID, set[str]] = defaultdict(set)
    for form in Form.objects.filter(submissions__in=wanted).distinct():
        slots = open_slots(book_of(form).tables, masks_for(user, form))
        rows = Row.objects.filter(
            submission_version__in=Submission.everything.filter(pk__in=wanted, form=form).values("current"),
            table__in=list(slots),
        )
        for submission, table, values in rows.values_list("submission_version__submission", "table", "values"):
            found[submission] |= names_in(slots, table, values)
    return dict(found)


def seen_whole(submission: Submission, user: Any) -> bool:
    """Does this person see every answer of it, and so every picture, also those that no answer names any more?"""
    return Submission.everything.filter(unmasked(user, submission.form), pk=submission.pk).exists()


def shown_to_readers(hashes: Collection[str]) -> set[str]:
    """Of these pictures, by their hash, those that are still there and that every reader may see: what a report prints."""
    rows = list(
        Attachment.objects.filter(sha256__in=list(hashes), replaced_by=None).values_list("submission", "name", "sha256")
    )
    names = open_names({submission for submission, _name, _sha256 in rows})
    return {sha256 or "" for submission, name, sha256 in rows if name in names.get(submission, ())}
