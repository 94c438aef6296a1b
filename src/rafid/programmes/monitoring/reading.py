"""Reading what only named roles read: exact places, clearances, keys of respondents. What is handed out is in the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from rafid.commons.enciphering import decipher
from rafid.commons.people.access_log import note_access
from rafid.commons.people.models import AccessKind

from .models import ExactPlace, RespondentKey, SecurityClearance, Site

KEY_SALT = "monitoring.respondent"
SEED_SALT = "monitoring.seed"


def exact_places(request: HttpRequest, sites: Iterable[Site], *, purpose: str = "") -> dict[Any, ExactPlace]:
    """By site, of those that the person may read exactly; one row in the log for each."""
    rows = ExactPlace.objects.visible_to(request.user).filter(site__in=list(sites)).select_related("site")
    found = {row.site_id: row for row in rows}
    for row in found.values():
        note_access(request, AccessKind.READ, row.site, purpose=purpose or "exact place", restricted=True)
    return found


def clearances(request: HttpRequest, *, purpose: str = "", **which: Any) -> list[SecurityClearance]:
    rows = list(SecurityClearance.objects.visible_to(request.user).filter(**which).select_related("place"))
    for row in rows:
        note_access(request, AccessKind.READ, row, purpose=purpose or "clearance", restricted=True)
    return rows


def respondent_key(request: HttpRequest, respondent: Any, *, purpose: str) -> str | None:
    """Who stands behind the pseudonym; ``purpose`` is written down."""
    row = RespondentKey.objects.visible_to(request.user).filter(respondent=respondent).first()
    if row is None:
        return None
    note_access(request, AccessKind.READ, respondent, purpose=purpose, restricted=True)
    return decipher(row.sealed, KEY_SALT)
