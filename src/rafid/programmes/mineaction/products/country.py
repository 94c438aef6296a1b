"""The picture of a month or a year: contamination by district, release by method and operator, pace, targets."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from ..picture import ledgers
from ..picture.contamination import Area, By, contamination
from ..picture.inputs import inputs_for
from ..picture.standing import standings
from .asking import Ask
from .facts import by_category, finds_of, names, of_ledger, whole


def gather(ask: Ask) -> dict[str, Any]:
    assert ask.before is not None
    inputs = inputs_for(ask.user, ask.place)
    before, after = ledgers.ledger_at(inputs, ask.before), ledgers.ledger_at(inputs, ask.after)
    found = contamination(inputs, standings(inputs, after, ask.after), ask.after, ask.user, finds=finds_of(ask))
    return {
        "before_ledger": of_ledger(before), "ledger": of_ledger(after),
        "districts": [_area(one) for one in found.areas], "total": _area(found.total),
        "operators": [_by(one) for one in found.operators], "methods": [_by(one) for one in found.methods],
        "targets": [
            {"period": one["target"].period, "names": names(one["target"]), "code": one["target"].indicator,
             "aim": one["target"].value, "unit": one["target"].unit, "source": one["target"].source,
             "measured": _rounded(one["measured"], 2), "percent": _rounded(one["percent"], 1)}
            for one in found.targets
        ],
        "found": by_category(finds_of(ask, Q(on__gt=ask.since))),
        "destroyed": by_category(finds_of(ask, Q(destroyed_on__gt=ask.since, destroyed_on__lte=ask.after.on))),
    }  # fmt: skip


def _rounded(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)


def _area(one: Area) -> dict[str, Any]:
    pace = one.pace
    return {
        "ref": one.place.ref if one.place else "", "names": names(one.place), "cha": one.cha, "cha_m2": whole(one.cha_m2),
        "sha": one.sha, "sha_m2": whole(one.sha_m2), "remaining": whole(one.remaining), "cleared": whole(one.cleared),
        "reduced": whole(one.reduced), "cancelled": whole(one.cancelled), "items": one.items,
        "per_hectare": _rounded(one.per_hectare, 2), "rate": whole(pace.rate),
        **{name: _rounded(getattr(pace, name), 1) for name in ("years", "low", "high")},
    }  # fmt: skip


def _by(one: By) -> dict[str, Any]:
    return {
        "code": one.code, "names": one.names, "cleared": whole(one.cleared), "reduced": whole(one.reduced),
        "cancelled": whole(one.cancelled), "releases": one.releases, "cost_m2": _rounded(one.cost_m2, 2),
    }  # fmt: skip
