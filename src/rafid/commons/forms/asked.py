"""The form and version that a submission names, whether its sender fills them, and what came under its identity before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from rafid.methods import xforms

from .models import Form
from .receipt import Known
from .refusals import unknown_form
from .sender import PHONE, Sender, columns, sender_of, token_hash

_FORM = columns(
    Form, "id", "xform_id", "programme", "owner_id", "state", "sensitivity", "accept_edits", "public_key", "roles"
)
_ROLES = _FORM.index("roles")


_WANTED = ", ".join(
    f"a.{name}" for name in (*_FORM, "carried", "version_id", "known_submission", "known_version", "known_sha256")
)
_ASKED = f"SELECT {_WANTED} FROM rafid_forms_asked(%s, %s, %s::uuid, %s, %s::uuid) a"
_ASKED_BY_PHONE = (
    f"SELECT {_WANTED}, {PHONE} FROM rafid_forms_appuser u"
    " CROSS JOIN LATERAL rafid_forms_asked(%s, %s, u.draft_id, %s, u.id) a WHERE u.token_sha256 = %s"
)
_WIDTH = len(_FORM) + 5

Asked = tuple[Form, UUID, Known | None]


def asked_for(read: xforms.Submission, sender: Sender) -> Asked:
    """One question for all of it (``rafid_forms_asked``, migration 0007). Raises :class:`Refused` 404."""
    phone = sender.app_user.pk if sender.app_user is not None else None
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [read.form_id, read.version, sender.draft, read.instance_id, phone])
        row = cursor.fetchone()
    return _answer(row, sender)


def asked_by_phone(read: xforms.Submission, token: str, *, test: bool) -> tuple[Sender, Asked] | None:
    """The same question and whose token it is in one; None where it is nobody's that works, or of the other kind."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED_BY_PHONE, [read.form_id, read.version, read.instance_id, token_hash(token)])
        row = cursor.fetchone()
    sender = sender_of(row[_WIDTH:]) if row is not None else None
    if sender is None or (sender.draft is not None) != test:
        return None
    return sender, _answer(row[:_WIDTH], sender)


def _answer(row: Sequence[Any], sender: Sender) -> Asked:
    if row[0] is None:
        raise unknown_form()
    *values, carried, version, submission, known, sha256 = row
    values[_ROLES] = json.loads(values[_ROLES])
    form = Form.from_db(connection.alias, _FORM, values)
    if version is None or not (
        carried if sender.app_user is not None and sender.draft is None else sender.may_send(form)
    ):
        raise unknown_form()
    return form, version, Known(submission, known, bytes(sha256)) if known is not None else None


def hold_draft(sender: Sender) -> None:
    """Until the end of the transaction the draft that this sender tries stays, and his phone. Raises :class:`Refused` 404."""
    phone = sender.app_user.pk if sender.app_user is not None else None
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_DRAFT, [sender.draft])
        held = cursor.fetchone()
        if held and phone:
            cursor.execute(_HOLD_PHONE, [phone])
            held = cursor.fetchone()
    if not held:
        raise unknown_form()


_HOLD_DRAFT = "SELECT 1 FROM rafid_forms_formversion WHERE id = %s AND published_at IS NULL FOR KEY SHARE"
_HOLD_PHONE = "SELECT 1 FROM rafid_forms_appuser WHERE id = %s FOR KEY SHARE"


def find_known(form: UUID, draft: UUID | None, instance_id: str) -> Known | None:
    of_draft = "= %s" if draft else "IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT submission_id, id, sha256 FROM rafid_forms_submissionversion"
            f" WHERE form_id = %s AND draft_id {of_draft} AND instance_id = %s",
            [one for one in (form, draft, instance_id) if one],
        )
        row = cursor.fetchone()
    return Known(row[0], row[1], bytes(row[2])) if row else None
