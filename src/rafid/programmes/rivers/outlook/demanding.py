"""Demands for water: entered by sector with their twelve months, and copied into another scenario.

A demand is of one place of a model: its outlook says who is served there, in order of priority.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused

from ..codes import Sector
from ..models import Demand, RiverNode
from ..refusals import told

_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")


def keep_demand(
    node: RiverNode, months: Mapping[int, float | None], *,
    area: str, sector: str, scenario: str, source_text: str, priority: int = 1,
) -> int:  # fmt: skip
    """Mm³ of each month (1 to 12) that ``months`` names, in the place of what stood; None takes a month away. How many stand
    now. Raises ``Refused`` with what is wrong."""
    for name, code in ((_("Area"), area), (_("Scenario"), scenario)):
        if not _CODE.fullmatch(code):
            raise Refused(
                _("%(field)s: write a short code of Latin letters, digits and hyphens, as diyala-plain.")
                % {"field": name}
            )
    if sector not in Sector.values:
        raise Refused(_("Choose a sector."))
    if not 1 <= priority <= 9:
        raise Refused(_("The priority is a number from 1 (served first) to 9."))
    if not source_text.strip():
        raise Refused(_("Say who states this demand: a plan, a letter, a year."))
    if any(value is not None and value < 0 for value in months.values()):
        raise Refused(_("A demand is not less than 0."))
    same = {"scenario": scenario, "area": area, "sector": sector}
    about = {"node": node, "priority": priority, "source_text": source_text.strip()[:300]}
    with told(Demand), because("Demand entered"), transaction.atomic():
        for row in Demand.objects.filter(**same, month__in=[at for at, value in months.items() if value is None]):
            row.delete()
        for month, value in months.items():
            if value is not None:
                Demand.objects.update_or_create(**same, month=month, defaults={**about, "mm3": value})
        # One line of a table is one place's: the months that were not asked for go with it.
        for row in Demand.objects.filter(**same).exclude(month__in=list(months)):
            for name, value in about.items():
                setattr(row, name, value)
            row.save()
        return Demand.objects.filter(**same).count()


def copy_scenario(nodes: Any, *, scenario: str, name: str, percent: float) -> int:
    """The demands of ``scenario`` at ``nodes`` as another one, ``percent`` of each; how many. One that is there is refused."""
    if not _CODE.fullmatch(name):
        raise Refused(
            _("%(field)s: write a short code of Latin letters, digits and hyphens, as diyala-plain.")
            % {"field": _("Scenario")}
        )
    if not 0 <= percent <= 1000:
        raise Refused(_("The share lies within 0 and 1,000 per cent."))
    if Demand.objects.filter(scenario=name).exists():
        raise Refused(_("There is a scenario %(name)s already. Choose another name.") % {"name": name})
    rows = list(Demand.objects.filter(scenario=scenario, node__in=nodes))
    if not rows:
        raise Refused(_("The scenario %(name)s has no demands to copy.") % {"name": scenario})
    with told(Demand), because("Demand entered"), transaction.atomic():
        for row in rows:
            Demand.objects.create(
                area=row.area, node=row.node, basin=row.basin, sector=row.sector, month=row.month,
                mm3=row.mm3 * percent / 100, priority=row.priority, scenario=name, source_text=row.source_text,
                as_of=row.as_of,
            )  # fmt: skip
    return len(rows)
