"""What of the demonstration is a story: reports on their way through the gates, and ground that is suspected again.

These go through the verbs that people use. Afterwards only the moments are moved into the past.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.geos import Point

from rafid.commons.records.models import Source

from .demo_hazards import Plot
from .demo_world import World, at, chance_of, polygon, spot, stored, strip
from .hazards import states
from .models import FieldReport, Hazard, HazardGround, OrdnanceFind, RejectedFor, Release
from .reports import decide, reconcile
from .reports.receive import receive


def tell(world: World, plots: Sequence[Plot]) -> int:
    """How many reports there are now."""
    desk, manager, officer = (world.people.get(role) for role in ("operator", "operator_manager", "im_officer"))
    operator = desk.organisation if desk else None
    if not (desk and manager and officer and operator):
        return 0
    yard = world.own_yards[3]
    kept = []

    def brought(reference: str, kind: str, before: int, content: dict[str, Any]) -> FieldReport:
        said = receive(
            authority=world.authority, operator=operator, reference=reference, type=kind, on=world.day(before),
            content=content,
            place=yard.place, by=desk, source=Source.DEMONSTRATION,
        )  # fmt: skip
        kept.append(said.report)
        return said.report

    def through(report: FieldReport, record: Any = None) -> None:
        decide.check(report, by=desk)
        decide.endorse(report, by=manager)
        if record is None:
            reconcile.as_new(report)
        else:
            reconcile.as_existing(report, record)
        decide.accept(report, by=officer)

    plot = polygon(*yard.cell(22), 150, chance_of("story plot"))
    seen = {
        "direct": True,
        "type": "seen",
        "on": str(world.day(66)),
        "source": "فريق المسح",
        "text": "لغم ظاهر على السطح",
    }
    found = brought("NK-S-101", "survey", 66, {
        "type": "minefield", "ground": _geojson(plot), "classification": "CHA", "confirmed_on": str(world.day(66)),
        "suspected_on": str(world.day(66)), "evidence": [seen], "name_local": "تل الرماد", "device_categories": ["ap_mine"],
    })  # fmt: skip
    through(found)
    found.refresh_from_db()
    hazard = Hazard.objects.get(pk=found.target or found.applied[0][1])
    first = brought("NK-R-210", "release", 44, {
        "type": "reduced", "hazard": hazard.ref, "ground": _geojson(strip(plot, 0, 0.3)), "reported_m2": 17000,
    })  # fmt: skip
    through(first)
    wrong = brought("NK-R-215", "release", 21, {
        "type": "cleared", "hazard": hazard.ref, "ground": _geojson(strip(plot, 0.3, 0.5)), "method": "كاشف معادن",
    })  # fmt: skip
    decide.check(wrong, by=desk)
    decide.reject(wrong, by=officer, code=RejectedFor.MISSING, reason="العمق غير مذكور. اكتبه وأعد الإرسال.")
    again = brought("NK-R-215", "release", 21, {
        "type": "cleared", "hazard": hazard.ref, "ground": _geojson(strip(plot, 0.3, 0.5)), "method": "كاشف معادن",
        "depth_m": 0.2,
    })  # fmt: skip
    decide.check(again, by=desk)
    decide.endorse(again, by=manager)
    reconcile.as_new(again)
    point = _geojson(spot(plot, chance_of("story find")))
    checked = brought(
        "NK-F-77",
        "find",
        9,
        {"category": "ap_mine", "model": "PMN", "quantity": 2, "point": point, "hazard": hazard.ref},
    )
    decide.check(checked, by=desk)
    brought("NK-E-31", "eore", 5, {"method": "school", "men": 2, "women": 3, "boys": 24, "girls": 26})
    brought("NK-X-4", "accident", 3, {"type": "civilian", "device_category": "ap_mine", "injured": 1, "point": point})
    brought("NK-S-118", "hazard", 2, {
        "type": "battle_area", "suspected_on": str(world.day(2)), "ground": _geojson(polygon(*yard.cell(23), 90,
        chance_of("story two"))),
        "evidence": [{"direct": False, "type": "testimony", "on": str(world.day(2)), "source": "قسەی خەڵک"}],
    })  # fmt: skip
    _set_back(kept)
    return len(kept)


def _geojson(shape: Any) -> Any:
    return json.loads(stored(shape).geojson)  # type: ignore[union-attr]


def _set_back(reports: Sequence[FieldReport]) -> None:
    """What the clock wrote is moved to the days on which it would have happened."""
    for report in reports:
        moment = at(report.on + timedelta(days=1))
        FieldReport.everything.filter(pk=report.pk).update(known_at=moment)
        FieldReport.everything.filter(pk=report.pk).exclude(accepted_at=None).update(accepted_at=moment)
        report.refresh_from_db()
        for kind, key in report.applied or ():
            if kind == "mineaction.hazard":
                Hazard.everything.filter(pk=key).update(known_at=moment)
                HazardGround.objects.filter(hazard=key).update(known_at=moment)
            elif kind == "mineaction.release":
                Release.everything.filter(pk=key).update(known_at=moment)


def suspect_again(world: World, plots: Sequence[Plot]) -> Hazard | None:
    """A mine is found on ground that was handed over: the hazard is opened again, and what was released counts no more."""
    by = world.people.get("operations")
    old: date = world.day(60)
    closed = [plot for plot in plots if plot.state == "closed" and plot.days["closed"] < old]
    if not closed or by is None:
        return None
    plot, day = closed[0], world.day(40)
    hazard = Hazard.objects.get(pk=plot.row.pk)
    find = OrdnanceFind.objects.create(
        owner=hazard.owner, organisation=hazard.organisation, place=hazard.place, on=day, category="ap_mine", model="VS-50",
        point=Point(*spot(plot.ground, chance_of("again")).coords[0], srid=4326), disposal="in_place",
        destroyed_on=day, hazard=hazard,
        source=Source.DEMONSTRATION, known_at=at(day),
    )  # fmt: skip
    states.reopen(hazard, by=by, on=day, find=find, reason="عُثر على لغم في أرض مسلَّمة بعد السيول.")
    newest = hazard.versions.order_by("-number").first()
    HazardGround.objects.filter(pk=newest.pk).update(known_at=at(day + timedelta(days=1)))
    return hazard
