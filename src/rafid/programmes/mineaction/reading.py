"""Opening names: only with the right ``victims``, only with a reason, and every opening is written down."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rafid.commons.enciphering import decipher, encipher
from rafid.commons.people.access_log import note_access
from rafid.commons.people.models import AccessKind
from rafid.commons.records.change import Refused

from .models import Handover, SealedPerson, SpotTask, Victim, VictimName

NAME_SALT = "mineaction.name"
MAX_PARTS = 4


def seal_name(parts: Sequence[str]) -> str:
    """For ``VictimName.sealed``: up to four parts. Raises ``Refused`` for more, or none."""
    cleaned = [part.strip() for part in parts if part.strip()]
    if not 0 < len(cleaned) <= MAX_PARTS:
        raise Refused(_("A name has one to four parts."))
    return encipher(json.dumps(cleaned, ensure_ascii=False), NAME_SALT)


def seal_person(name: str, *, telephone: str = "", function: str = "") -> str:
    """For ``SealedPerson.sealed``."""
    said = {"name": name.strip(), "telephone": telephone.strip(), "function": function.strip()}
    return encipher(json.dumps(said, ensure_ascii=False), NAME_SALT)


def victim_names(request: HttpRequest, victims: Iterable[Victim], *, purpose: str) -> dict[Any, list[str]]:
    """By victim, of those that the person may read; one row in the log for each. Raises ``Refused`` without a reason."""
    _reason(purpose)
    rows = VictimName.objects.visible_to(request.user).filter(victim__in=list(victims)).select_related("victim")
    found = {}
    for row in rows:
        note_access(request, AccessKind.READ, row.victim, purpose=purpose, restricted=True)
        found[row.victim_id] = json.loads(decipher(row.sealed, NAME_SALT))
    return found


def persons(
    request: HttpRequest, record: SpotTask | Handover, *, purpose: str
) -> list[tuple[SealedPerson, dict[str, str]]]:
    """Who stands in a spot task or a handover; one row in the log."""
    _reason(purpose)
    rows = list(SealedPerson.objects.visible_to(request.user).filter(pk__in=record.persons.values("pk")))
    if rows:
        note_access(request, AccessKind.READ, record, purpose=purpose, count=len(rows), restricted=True)
    return [(row, json.loads(decipher(row.sealed, NAME_SALT))) for row in rows]


def _reason(purpose: str) -> None:
    if not purpose.strip():
        raise Refused(_("Say why you open this. The reason is kept with your name."))
