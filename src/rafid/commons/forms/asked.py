"""The form and version that a submission names, whether its sender fills them, and what came under its identity before."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import connection

from rafid.methods import xforms

from .models import Form
from .receipt import Known
from .refusals import unknown_form
from .sender import Sender, columns

_FORM = columns(
    Form, "id", "xform_id", "programme", "owner_id", "state", "sensitivity", "accept_edits", "public_key", "roles"
)
_ROLES = _FORM.index("roles")


_ASKED = (
    f"SELECT {', '.join(_FORM)}, carried, version_id, known_submission, known_version, known_sha256"
    " FROM rafid_forms_asked(%s, %s, %s::uuid, %s, %s::uuid)"
)


def asked_for(read: xforms.Submission, sender: Sender) -> tuple[Form, UUID, Known | None]:
    """One question for all of it (``rafid_forms_asked``, migration 0007). Raises :class:`Refused` 404."""
    phone = sender.app_user.pk if sender.app_user is not None else None
    draft = sender.draft
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [read.form_id, read.version, draft, read.instance_id, phone])
        row = cursor.fetchone()
    if row[0] is None:
        raise unknown_form()
    *values, carried, version, submission, known, sha256 = row
    values[_ROLES] = json.loads(values[_ROLES])
    form = Form.from_db(connection.alias, _FORM, values)
    if version is None or not (carried if sender.app_user is not None and draft is None else sender.may_send(form)):
        raise unknown_form()
    return form, version, Known(submission, known, bytes(sha256)) if known is not None else None


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
