"""For the demonstrations of programmes: their forms published, submissions delivered by the acceptance verb, times set back.

Everything goes in as a phone would send it. Only what the clock wrote is moved into the past afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

from django.db import connection

from rafid.commons.blobs import Blob
from rafid.commons.people.models import Account, Organisation
from rafid.commons.programme import Form as Declared
from rafid.commons.programme import Programme

from .accept import Accepted, accept
from .declared import source_of
from .design.publish import publish
from .design.upload import Given, new_draft, new_form
from .models import AppUser, Form, Way
from .sender import Sender, new_token

Answers = Mapping[str, Any]
"""Name → answer; a group is a mapping, a repeat a list of mappings."""


@dataclass(frozen=True)
class Parcel:
    """One submission on its way."""

    xml: bytes
    sender: Sender
    received_at: datetime
    files: Sequence[tuple[str, Blob]] = ()
    way: str = Way.PHONE
    reason: str = ""
    device_id: str = field(default="")


def bring_form(
    programme: Programme,
    declared: Declared,
    owner: Organisation,
    by: Account | None,
    versions: Sequence[tuple[str, datetime]],
    *,
    draft: str = "",
) -> Form | None:
    """The form with its ``versions`` (file, moment of publication) and, where ``draft`` names a file, a draft.

    None where the form is there already."""
    if Form.objects.filter(xform_id=declared.code).exists():
        return None
    form: Form | None = None
    for file, at in (*versions, *([(draft, None)] if draft else [])):
        given = Given(file, source_of(programme, file))
        if form is None:
            form = new_form(given, programme=programme.name, owner=owner, by=by).form
        else:
            new_draft(form, given, by=by)
        if at is not None:
            publish(form, by=by, at=at)
    if form is not None:
        form.demonstration = True
        for code, name in (declared.names or {}).items():
            setattr(form, f"title_{code}", name)
        form.save()
    return form


def phone(name: str, owner: Organisation, forms: Iterable[Form], places: Iterable[Any] = ()) -> AppUser:
    """Its token is nobody's: a phone of the demonstration that sends is set up anew."""
    made = AppUser.objects.create(name=name, token_sha256=new_token()[1], owner=owner)
    made.forms.set(forms)
    made.places.set(places)
    return made


def submission_xml(
    form_id: str, version: str, instance_id: str, answers: Answers, *, corrects: str = "", audit: bool = False
) -> bytes:
    """The XML that a phone makes of ``answers``; an empty answer is an empty element."""
    deprecated = f"<orx:deprecatedID>{corrects}</orx:deprecatedID>" if corrects else ""
    log = "<orx:audit>audit.csv</orx:audit>" if audit else ""
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{form_id}" version="{version}">'
        f"{_elements(answers)}"
        f"<orx:meta><orx:instanceID>{instance_id}</orx:instanceID>{deprecated}{log}</orx:meta></data>"
    ).encode()


def _elements(answers: Answers) -> str:
    parts = []
    for name, value in answers.items():
        for one in value if isinstance(value, list) else [value]:
            text = _elements(one) if isinstance(one, Mapping) else escape(str(one))
            parts.append(f"<{name}>{text}</{name}>" if text else f"<{name}/>")
    return "".join(parts)


def deliver(parcels: Iterable[Parcel]) -> list[Accepted]:
    """In the order given, which is that of ``received_at``."""
    return [
        accept(
            parcel.xml,
            parcel.sender,
            files=parcel.files,
            way=parcel.way,
            device_id=parcel.device_id,
            reason=parcel.reason,
            received_at=parcel.received_at,
        )
        for parcel in parcels
    ]


def set_back(form: UUID) -> None:
    """What the receipt wrote with the clock of today, moved to when the submission came."""
    with connection.cursor() as cursor:
        for statement in _SET_BACK:
            cursor.execute(statement, [form])


_SET_BACK = (
    "UPDATE rafid_forms_attachment a SET arrived_at = s.received_at + interval '2 minutes'"
    " FROM rafid_forms_submission s WHERE s.id = a.submission_id AND s.form_id = %s AND a.arrived_at IS NOT NULL",
    "UPDATE rafid_forms_finding f SET found_at = v.received_at FROM rafid_forms_submissionversion v"
    " WHERE v.id = f.submission_version_id AND v.form_id = %s",
    "UPDATE rafid_forms_submission s SET changed_at = v.received_at FROM rafid_forms_submissionversion v"
    " WHERE v.id = s.current_id AND s.form_id = %s AND s.state IN ('received', 'edited')",
)
