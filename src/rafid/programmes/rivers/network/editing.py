"""Changing the network: a reach or a diversion is added or ended, never rewritten; a circle is refused, and named.

One lock a change: two that each add half of a circle go one after the other, and the second is refused.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused

from ..models import Diversion, Reach, RiverNode
from ..refusals import told
from .standing import standing

DAY = 86_400.0


def add_reach(*, upstream: RiverNode, downstream: RiverNode, by: Any, reason: str, **values: Any) -> Reach:
    """A new main reach. Raises ``Refused`` for a second one from a node, values out of their range, and a circle."""
    code = values.pop("code", "") or f"{upstream.code}-{downstream.code}"[:60]
    with told(Reach), because(_reason(reason)):
        _lock()
        start = values.pop("valid_from", None) or timezone.now()
        row = Reach.objects.create(
            code=_free(Reach, code), upstream=upstream, downstream=downstream, valid_from=start, made_by=by, **values
        )
        _no_circle(start)
    return row


def add_diversion(*, at: RiverNode, to: RiverNode, by: Any, reason: str, **values: Any) -> Diversion:
    """What a barrage leads away. Raises ``Refused`` as :func:`add_reach`."""
    code = values.pop("code", "") or f"{at.code}-to-{to.code}"[:60]
    with told(Diversion), because(_reason(reason)):
        _lock()
        start = values.pop("valid_from", None) or timezone.now()
        row = Diversion.objects.create(
            code=_free(Diversion, code), at=at, to=to, valid_from=start, made_by=by, **values
        )
        _no_circle(start)
    return row


def end(row: Reach | Diversion, *, by: Any, reason: str, at: datetime | None = None) -> Reach | Diversion:
    """It is valid until now. Raises ``Refused`` for one that has ended."""
    model: Any = type(row)
    with told(model), because(_reason(reason)):
        _lock()
        found = model.objects.select_for_update().get(pk=row.pk)
        if found.valid_to is not None:
            raise Refused(_("This has ended already."))
        found.valid_to = at or timezone.now()
        found.save()
    return found


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused(_("Say why the network changes."))
    return text.strip()


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('rafid_rivers_network', 0))")


def _free(model: Any, code: str) -> str:
    """The code, with a number behind it where it is taken."""
    number, found = 1, code
    while model.objects.filter(code=found).exists():
        number += 1
        found = f"{code[:55]}-{number}"
    return found


def _no_circle(at: datetime) -> None:
    try:
        standing(at).routed(dt=DAY)
    except ValueError as circle:
        way = str(circle).partition(": ")[2].partition(";")[0]
        raise Refused(
            _("The network would have a circle: %(way)s. Water does not come back: turn one of them round.")
            % {"way": way}
        ) from circle
