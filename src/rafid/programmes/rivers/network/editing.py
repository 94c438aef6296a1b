"""Changing the network: a reach or a diversion is added or ended, never rewritten; a circle is refused, and named.

One lock a change: two that each add half of a circle go one after the other, and the second is refused.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused

from ..models import Diversion, Reach, RiverNode
from ..refusals import told
from .standing import standing

DAY = 86_400.0
MOST_PLACE = 6_000


def add_reach(*, upstream: RiverNode, downstream: RiverNode, by: Any, reason: str, **values: Any) -> Reach:
    """A new main reach; with ``replaces`` the present one of its node ends. Raises ``Refused`` for a second one from a node,
    values out of their range, and a circle."""
    code = values.pop("code", "") or f"{upstream.code}-{downstream.code}"[:60]
    replaces = values.pop("replaces", False)
    with told(Reach), because(_reason(reason)):
        _lock()
        start = values.pop("valid_from", None) or timezone.now()
        if replaces:
            for old in Reach.objects.select_for_update().filter(upstream=upstream, valid_to=None):
                old.valid_to = start
                old.save()
        row = Reach.objects.create(
            code=_free(Reach, code), upstream=upstream, downstream=downstream, valid_from=start, made_by=by, **values
        )
        _no_circle(start)
    return row


def replace_reach(reach: Reach, *, by: Any, reason: str, **values: Any) -> Reach:
    """The same way with other values from now on; the reach until now ends and stays."""
    kept = (
        "length_km",
        "slope",
        "width_m",
        "roughness",
        "k_s",
        "x",
        "subreaches",
        "loss",
        "source_text",
        "as_of",
        "line",
    )
    return add_reach(
        upstream=reach.upstream, downstream=reach.downstream, by=by, reason=reason, replaces=True,
        **{**{name: getattr(reach, name) for name in kept}, **values},
    )  # fmt: skip


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


def add_node(*, by: Any, reason: str, lon: float, lat: float, **values: Any) -> RiverNode:
    """A place on a river; reaches lead to and from it afterwards. Raises ``Refused`` for a code that is taken."""
    with told(RiverNode), because(_reason(reason)):
        if RiverNode.objects.filter(code=values["code"]).exists():
            raise Refused(_("Another river node has this code. Choose another code."))
        return RiverNode.objects.create(point=Point(lon, lat, srid=4326), made_by=by, **values)


def move(code: str, *, x: float | None, y: float | None) -> RiverNode:
    """Its place on the schematic; without one it goes where it is drawn by itself. Raises ``Refused`` for a place outside."""
    if (x is None) != (y is None):
        raise Refused(_("A place on the schematic has two numbers: give both, or none."))
    if x is not None and y is not None and not (0 <= x <= MOST_PLACE and 0 <= y <= MOST_PLACE):
        raise Refused(_("A place on the schematic lies from 0 to %(most)s.") % {"most": MOST_PLACE})
    with told(RiverNode), because("moved"):
        node = RiverNode.objects.select_for_update().get(code=code)
        node.drawn_x, node.drawn_y = x, y
        node.save(update_fields=["drawn_x", "drawn_y"])
    return node


def end(row: Reach | Diversion, *, by: Any, reason: str, at: datetime | None = None) -> Reach | Diversion:
    """It is valid until now. Raises ``Refused`` for one that has ended."""
    model: Any = type(row)
    with told(model), because(_reason(reason)):
        _lock()
        found = model.objects.select_for_update().get(pk=row.pk)
        if found.valid_to is not None:
            raise Refused(_("This has ended already."))
        moment = at or timezone.now()
        if isinstance(found, Reach):
            _loses_nothing(found, moment)
        found.valid_to = moment
        found.save()
    return found


ENDS = ("outflow", "diversion", "reservoir")
"""Kinds of nodes where water may stay or leave."""


def _loses_nothing(reach: Reach, moment: datetime) -> None:
    """Water that comes to a node where nothing leads on would be lost."""
    node = reach.upstream
    comes = any(one.downstream_id == node.pk for one in standing(moment).reaches) or any(
        one.to_id == node.pk for one in standing(moment).diversions
    )
    if comes and node.kind not in ENDS:
        raise Refused(
            _(
                "The water that comes to %(name)s would be lost. Add the new reach that leads on and let it replace this one."
            )
            % {"name": node.name or node.code}
        )


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
