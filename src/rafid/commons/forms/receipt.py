"""Writes what was judged: submission, version, rows, findings and awaited files, by one call of the database.

The function is ``rafid_forms_receive`` (migration 0005). It takes the locks, looks whether the identity is known by now, and
lets the form's chain grow.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from rafid.commons.blobs import Blob
from rafid.commons.identity import uuid7
from rafid.commons.places.models import Place
from rafid.methods import xforms

from .attach import is_plain_name
from .kinds import SEVERITY
from .refusals import out_of_reach
from .sender import Sender

if TYPE_CHECKING:
    from .accept import Judged
    from .corrections import Original


@dataclass(frozen=True)
class Known:
    """What was received under an identity before."""

    submission: UUID
    version: UUID
    sha256: bytes


@dataclass(frozen=True)
class Written:
    submission: UUID
    version: UUID
    at: datetime
    owner: UUID
    place: UUID | None
    present: int = 0
    expected: int = 0


def lock(form: UUID, instance_id: str = "") -> None:
    """Until the end of the transaction. Without ``instance_id``: the form's own, under which its chain grows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{form} {instance_id}"])


def last_to_disk() -> None:
    """Said before the first write of a transaction: what is answered then is on the disk, whatever the server's default."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")


def write(
    judged: Judged,
    sender: Sender,
    files: Sequence[tuple[str, Blob]],
    way: str,
    device_id: str,
    reason: str,
    received_at: datetime | None,
    original: Original | None = None,
) -> Written | Known:
    """``original``: the submission that this one corrects; its files are told by ``attach`` afterwards. Raises
    :class:`Refused` where the sender's roles do not reach there."""
    form, read, facts = judged.form, judged.read, judged.facts
    submission, version = original.submission if original else uuid7(), uuid7()
    owner, place = _where(judged, sender, original)
    listed = [] if original else _files(judged.expected, files)
    present = sum(one[2] is not None for one in listed)
    phone = sender.app_user
    interviewer = facts.interviewer
    if original is not None and not form.roles.get("interviewer"):
        # No question says who it was: the phone's name stays, whoever corrects the answers.
        interviewer = original.interviewer
    with connection.cursor() as cursor:
        cursor.execute(
            _CALL,
            [
                form.pk,
                judged.draft,
                read.instance_id,
                original is not None,
                submission,
                version,
                judged.version,
                judged.xml,
                judged.sha256,
                received_at,
                sender.account.pk if sender.account is not None else None,
                phone.pk if phone is not None else None,
                sender.link.pk if sender.link is not None else None,
                (device_id or facts.device_id)[:255].replace("\x00", ""),
                owner,
                place,
                facts.longitude,
                facts.latitude,
                facts.started_at,
                facts.ended_at,
                interviewer,
                phone.name if phone is not None else "",
                facts.site,
                read.encrypted,
                reason,
                str(way),
                len(judged.findings),
                max((SEVERITY.get(one.kind, 2) for one in judged.findings), default=0),
                present,
                len(listed),
                _json(judged.rows),
                _json(_findings(judged.findings)) if judged.findings else None,
                _json(listed) if listed else None,
            ],
        )
        known, known_version, sha256, at = cursor.fetchone()
    if known is not None:
        return Known(known, known_version, bytes(sha256))
    return Written(submission, version, at, owner, place, present, len(listed))


def _where(judged: Judged, sender: Sender, original: Original | None) -> tuple[UUID, UUID | None]:
    """Whose it is and where it lies. Answers that name no place leave a correction where the submission was: the phone's."""
    owner, place = sender.owner_for(judged.form), judged.facts.place
    if original is not None:
        owner, place = original.owner, place or original.place
    if owner is None:
        raise out_of_reach([])
    if not sender.reaches(judged.form, owner, place):
        known = Place.objects.filter(pk__in=sender.places_for(judged.form))
        raise out_of_reach([str(one) for one in known])
    return owner, place


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _findings(findings: Sequence[xforms.Finding]) -> list[list[Any]]:
    return [
        [str(uuid7()), one.kind, one.path, one.field, SEVERITY.get(one.kind, 2), one.value, one.expected]
        for one in findings
    ]


def _files(expected: Sequence[str], files: Sequence[tuple[str, Blob]]) -> list[list[Any]]:
    """Awaited names, with the first bytes that came under each."""
    came: dict[str, Blob] = {}
    for name, blob in files:
        came.setdefault(name, blob)
    listed: list[list[Any]] = []
    for name in dict.fromkeys(expected):
        if is_plain_name(name):
            blob = came.get(name)
            told = (blob.sha256, blob.size, blob.media_type) if blob is not None else (None, 0, "")
            listed.append([str(uuid7()), name, *told])
    return listed


def write_rows(cursor: Any, version: UUID, rows: list[tuple[int, int, str | None, str, list[str | None]]]) -> None:
    """The rows of a version alone, made again from its XML."""
    if rows:
        cursor.execute(_ROWS, [version, _json(rows)])


_TYPES = [
    *(
        "uuid",
        "uuid",
        "text",
        "boolean",
        "uuid",
        "uuid",
        "uuid",
        "bytea",
        "bytea",
        "timestamptz",
        "uuid",
        "uuid",
        "uuid",
    ),
    *("text", "uuid", "uuid", "float8", "float8", "timestamptz", "timestamptz", "text", "text", "text", "boolean"),
    *("text", "text", "int", "int", "int", "int", "jsonb", "jsonb", "jsonb"),
]
_CALL = f"SELECT * FROM rafid_forms_receive({', '.join(f'%s::{kind}' for kind in _TYPES)})"

_ROWS = """
INSERT INTO rafid_forms_row (submission_version_id, "table", ordinal, parent, key, "values")
SELECT %s, (one->>0)::smallint, (one->>1)::integer, one->>2, one->>3,
       ARRAY(SELECT jsonb_array_elements_text(one->4))
FROM jsonb_array_elements(%s::jsonb) one
"""
