"""Treaty tables by governorate, with the bridge from the report before: its steps add up to the change of what remains."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import shapely
from django.db.models import Q

from rafid.commons.places.models import Level, Place
from rafid.methods import landrelease

from ..hazards import ledger_inputs
from ..hazards.ledger_inputs import record_of
from ..picture import ledgers
from ..picture.inputs import Inputs, inputs_for
from ..picture.standing import Standing, standings
from .asking import Ask
from .facts import above, by_category, by_place, finds_of, names, of_ledger, whole

LEFT = 1.0
"""A hazard counts as contamination while at least a square metre of it is left."""
RELEASED = ("cleared", "reduced", "cancelled")


def gather(ask: Ask) -> dict[str, Any]:
    assert ask.before is not None
    inputs = inputs_for(ask.user, ask.place)
    before, after = ledgers.ledger_at(inputs, ask.before), ledgers.ledger_at(inputs, ask.after)
    rows = standings(inputs, after, ask.after)
    steps = _steps(ask, inputs)
    destroyed = finds_of(ask, Q(destroyed_on__gt=ask.since, destroyed_on__lte=ask.after.on))
    found = finds_of(ask, Q(on__gt=ask.since))
    governorates = _governorates(ask, inputs, rows, steps, by_place(destroyed))
    summed = round(sum(one["remaining"] for one in governorates), 2)
    return {
        "before_ledger": of_ledger(before), "ledger": of_ledger(after), "governorates": governorates,
        "in_two": whole(summed - after.remaining),
        # What is published names no single record and no report.
        "steps": [] if ask.public else [{k: v for k, v in one.items() if k != "_place"} for one in steps],
        "bridge": _bridge(steps), "found": by_category(found), "destroyed": by_category(destroyed),
        "rounding": whole(after.remaining - before.remaining - sum(one["change"] for one in steps)),
    }  # fmt: skip


def _steps(ask: Ask, inputs: Inputs) -> list[dict[str, Any]]:
    assert ask.before is not None
    steps = ledgers.steps_between(inputs, ask.before, ask.after)
    records = ledgers.records_of(steps, ask.user)
    upper = above((row.place for row in records.values()), Level.GOVERNORATE)
    found = []
    for step in steps:
        record = records.get(step.record)
        place = upper.get(record.place_id) if record else None
        kind = "" if record is None else record.type if step.kind == "release" else record.classification
        found.append({
            "cause": step.cause, "ref": record.ref if record else "", "kind": kind, "governorate": names(place),
            "on": _day(step.kind, record),
            "known": record.known_at.isoformat() if record else None,
            "report": record.report.reference if record and record.report_id else "", "change": whole(step.change),
            "_place": place.pk if place else None,
        })  # fmt: skip
    return found


def _day(kind: str, record: Any) -> str | None:
    """The day on which it counts: a hazard's is that of its discovery, not of the newest word about it."""
    if record is None:
        return None
    on = record.on if kind == "release" else record.reopened_on or record.suspected_on
    return str(on.isoformat())


def _bridge(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps by cause and kind."""
    summed: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0.0])
    for one in steps:
        # A hazard's class is today's; the bridge speaks of releases by kind and of hazards as such.
        key = (one["cause"], one["kind"] if one["cause"].startswith("release") else "")
        summed[key][0] += 1
        summed[key][1] += one["change"]
    return [
        {"code": f"{cause} {kind}".strip(), "cause": cause, "kind": kind, "count": int(count), "change": whole(change)}
        for (cause, kind), (count, change) in sorted(summed.items())
    ]


def _governorates(
    ask: Ask, inputs: Inputs, rows: list[Standing], steps: list[dict[str, Any]], destroyed: dict[Any, int]
) -> list[dict[str, Any]]:
    hazards, releases = ledger_inputs.for_state(inputs.hazards, inputs.releases, on=ask.after.on, known=ask.after.until)
    upper = above([one.hazard.place for one in rows], Level.GOVERNORATE)
    place_of = {str(one.hazard.pk): upper.get(one.hazard.place_id) for one in rows}
    mine: dict[Any, list[landrelease.Hazard]] = defaultdict(list)
    for one in hazards:
        mine[place_of.get(record_of(one.id))].append(one)
    tree = shapely.STRtree([one.ground for one in releases])
    items = _upwards(destroyed)
    released: dict[Any, dict[str, float]] = defaultdict(lambda: dict.fromkeys(RELEASED, 0.0))
    for step in steps:
        if step["cause"] == "release added" and step["kind"] in RELEASED:
            released[step["_place"]][step["kind"]] -= step["change"]
    there: dict[Any, Any] = {place.pk if place else None: place for place in mine}
    missing = (set(items) | set(released)) - set(there)
    there |= {one.pk: one for one in Place.objects.filter(pk__in=missing - {None})}
    there |= {None: None} if None in missing else {}
    found = []
    for pk, place in there.items():
        own = mine.get(place, [])
        near = (
            {int(at) for at in tree.query([h.ground for h in own], predicate="intersects")[1]}
            if own and releases
            else ()
        )
        ledger = landrelease.ledger(own, [releases[at] for at in sorted(near)], on=ask.after.on)
        left = [one for one in rows if place_of[str(one.hazard.pk)] == place and one.remaining >= LEFT]
        found.append({
            "ref": place.ref if place else "", "names": names(place),
            "cha": sum(one.classification == "CHA" for one in left), "sha": sum(one.classification == "SHA" for one in left),
            "cha_m2": whole(ledger.remaining_confirmed), "sha_m2": whole(ledger.remaining_suspected),
            "remaining": whole(ledger.remaining), "ground": whole(ledger.ground),
            **{kind: whole(getattr(ledger, kind)) for kind in RELEASED},
            **{f"{kind}_since": whole(released[pk][kind]) for kind in RELEASED},
            "destroyed": items.get(pk, 0),
        })  # fmt: skip
    return sorted(found, key=lambda one: (-one["remaining"], one["ref"]))


def _upwards(counted: dict[Any, int]) -> dict[Any, int]:
    upper = above(Place.objects.filter(pk__in=[pk for pk in counted if pk]), Level.GOVERNORATE)
    found: dict[Any, int] = defaultdict(int)
    for pk, n in counted.items():
        place = upper.get(pk)
        found[place.pk if place else None] += n
    return found
