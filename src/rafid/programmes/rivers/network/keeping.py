"""Scenarios that are kept: under a name, as they were computed, and as tables."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.visibility import may, may_at, scopes
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source

from ..models import FlowScenario, Reservoir, Station
from ..refusals import told
from ..seeing import PROGRAMME
from .scenarios import Asked, Found

RESTRICTED = 2
ACTIONS = ("operate_dam", "forecast")
HEAD = (
    "node", "name", "kind", "day", "flow [m³/s]", "flow by plan [m³/s]", "storage [Mm³]", "storage by plan [Mm³]",
    "level [m]", "level by plan [m]",
)  # fmt: skip


def may_ask(user: Any) -> bool:
    return bool(getattr(user, "is_authenticated", False) and any(may(user, one, PROGRAMME) for one in ACTIONS))


def keep_scenario(asked: Asked, found: Found, *, title: str, by: Any) -> FlowScenario:
    """What operating dams leads to is restricted. Raises ``Refused`` without a name, and for one that is taken."""
    title = " ".join(title.split())
    if not title:
        raise Refused(_("Give the scenario a name."))
    if len(title) > 120:
        raise Refused(_("The name is too long: 120 letters at most."))
    made_up = Station.objects.filter(source=Source.DEMONSTRATION).exists()
    with told(FlowScenario), because("scenario kept"):
        row: FlowScenario = FlowScenario.objects.create(
            title=title, asked=asked_json(asked), found=found.as_json(), data_known_at=timezone.now(), sensitivity=RESTRICTED,
            owner_id=_owner(by), made_by=by, source=Source.DEMONSTRATION if made_up else Source.PERSON,
        )  # fmt: skip
    return row


def asked_json(asked: Asked) -> dict[str, Any]:
    return {
        "days": asked.days,
        "releases": asked.releases,
        "closed": list(asked.closed),
        "diversions": asked.diversions,
        "fillings": asked.fillings,
    }


def asked_of(row: FlowScenario) -> Asked:
    held = dict(row.asked)
    return Asked(**{**held, "closed": tuple(held["closed"])})


def _owner(by: Any) -> Any:
    """The own organisation, or one for which the person may do it; else that of the dams."""
    own = [by.organisation_id, *(one.organisation for one in scopes(by))]
    for pk in own:
        if pk is not None and any(may_at(by, one, PROGRAMME, pk, None) for one in ACTIONS):
            return pk
    dam = Reservoir.objects.visible_to(by).order_by("code").first()
    if dam is None:
        raise Refused(_("You belong to no organisation that could keep it."))
    return dam.owner_id


def lines_of(found: dict[str, Any]) -> list[list[Any]]:
    """A row for each node and day, as :data:`HEAD` names them."""
    rows = []
    for one in found["places"]:
        for day in found["days"]:
            cells = [
                None if one[name] is None else one[name][day]
                for name in ("flow", "plan_flow", "storage", "plan_storage", "level", "plan_level")
            ]
            rows.append(
                [one["code"], one["name"], one["kind"], day, *(None if x is None else round(x, 3) for x in cells)]
            )
    return rows
