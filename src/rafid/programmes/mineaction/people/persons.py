"""Callers of spot tasks and signatories of handovers: found by name behind the door, and forgotten when they ask."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from rafid.commons.enciphering import decipher
from rafid.commons.history import because
from rafid.commons.people.access_log import note_access
from rafid.commons.people.models import AccessKind
from rafid.commons.records.change import Refused

from ..models import ErasedPerson, ErasureGround, Handover, SealedPerson, SpotTask, Victim
from ..reading import NAME_SALT, seal_person
from ..refusals import told
from .erase import SALT
from .naming import NAMES_NOBODY, names_somebody, words_of

MOST = 25


@dataclass(frozen=True)
class Found:
    person: SealedPerson
    record: SpotTask | Handover
    said: dict[str, str]


def find(request: HttpRequest, asked: str, *, purpose: str) -> list[Found]:
    """Those whose name or telephone holds each word that is asked for; each that is shown is written down as read."""
    words = words_of(asked)
    if not words:
        return []
    found = []
    rows = SealedPerson.objects.visible_to(request.user).filter(erased=None).select_related("spot_task", "handover")
    for row in rows.order_by("-known_at").iterator():
        said = opened(row)
        if words <= words_of(f"{said['name']} {said['telephone']}"):
            found.append(Found(row, row.spot_task or row.handover, said))  # type: ignore[arg-type]
            if len(found) == MOST:
                break
    for one in found:
        note_access(request, AccessKind.READ, one.record, purpose=purpose, restricted=True)
    return found


def opened(person: SealedPerson) -> dict[str, str]:
    """Empty where it is enciphered under a key that is gone: nobody reads that name any more."""
    empty = {"name": "", "telephone": "", "function": ""}
    try:
        return {**empty, **json.loads(decipher(person.sealed, NAME_SALT))}
    except ValueError:
        return empty


def erase_person(person: SealedPerson, *, ground: str, reason: str, by: Any) -> ErasedPerson:
    """Name, telephone and function go in one transaction; that somebody called or signed stays. Raises ``Refused``."""
    reason = " ".join(reason.split())
    if ground not in ErasureGround.values or not reason:
        raise Refused(_("Choose the ground of the erasure, and write its reason."))
    with told(SealedPerson), because("person erased"):
        row = SealedPerson.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if ErasedPerson.objects.filter(person=row).exists():
            raise Refused(_("This person was erased already."))
        said = opened(row)
        if words_of(said["name"]) & words_of(reason) or names_somebody(reason, Victim.objects.all()):
            raise Refused(str(NAMES_NOBODY))
        sha256 = salted_hmac(SALT, json.dumps(said, sort_keys=True), algorithm="sha256").hexdigest()
        row.sealed = seal_person("")
        row.save(update_fields=["sealed"])
        return ErasedPerson.objects.create(person=row, ground=ground, reason=reason, sha256=sha256, made_by=by)
