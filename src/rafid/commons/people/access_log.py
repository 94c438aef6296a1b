"""The log of what was read and taken along. Every door that hands out restricted answers or a file of rows calls it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from .door import caller_network
from .models import AccessKind, AccessLog


def note_access(
    request: HttpRequest,
    kind: AccessKind,
    thing: Any,
    *,
    purpose: str = "",
    count: int = 1,
    restricted: bool = False,
) -> AccessLog:
    """Call it in the request's transaction, before the first byte leaves: what is not in the log was not handed out."""
    account = request.user if request.user.is_authenticated else None
    return AccessLog.objects.create(
        account=account,
        kind=kind,
        label=thing._meta.label_lower,
        object_id=str(thing.pk),
        title=str(thing)[:300],
        purpose=" ".join(purpose.replace("\x00", "").split())[:500],
        count=count,
        restricted=restricted,
        address=request.get_full_path()[:500],
        network=caller_network(request),
    )


def readings_of(thing: Any) -> QuerySet[AccessLog]:
    """Who read this thing or took it along, the newest first."""
    rows = AccessLog.objects.filter(label=thing._meta.label_lower, object_id=str(thing.pk))
    return rows.select_related("account").order_by("-at", "-id")


def readings_by(account: Any) -> QuerySet[AccessLog]:
    return AccessLog.objects.filter(account=account).order_by("-at", "-id")
