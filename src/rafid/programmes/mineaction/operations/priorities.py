"""Which hazard first: an authority's criteria, versions of their weights, scores and ranks with their range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.methods.landrelease import rank

from ..hazards.ledger_store import refresh_stale
from ..models import Criterion, Hazard, HazardPriority, WeightSet
from ..models.hazards import OPEN, WORKED_ON
from ..refusals import told
from .facts import FACTS

DRAWS, SPREAD = 500, 0.2


def criteria(owner: Any) -> list[Criterion]:
    return list(Criterion.objects.filter(owner=owner, active=True).order_by("code"))


def newest(owner: Any) -> WeightSet | None:
    return WeightSet.objects.filter(owner=owner).order_by("-number").first()


def add_criterion(
    *, owner: Any, by: Any, field: str, better: str, source: str = "", low: float | None = None, high: float | None = None,
    names: Mapping[str, str] | None = None,
) -> Criterion:  # fmt: skip
    """A fact that the authority ranks by. ``low`` and ``high``: the values that count 0 and 1; None: those that occur."""
    if field not in FACTS:
        raise Refused(_("“%(code)s” is no fact that is computed. Choose one of the list.") % {"code": field})
    if (low is None) != (high is None) or (low is not None and high is not None and low >= high):
        raise Refused(_("A scale has two ends, the lower one first. Correct them, or leave both empty."))
    with told(Criterion), because("criterion entered"):
        scale = {} if low is None else {"low": low, "high": high}
        found, _made = Criterion.objects.update_or_create(
            owner=owner,
            code=field,
            defaults={
                "field": field,
                "better": better,
                "scale": scale,
                "source": source,
                "active": True,
                "made_by": by,
                **{f"name_{code}": text for code, text in (names or {}).items() if text},
            },
        )
        return found


def set_weights(*, owner: Any, by: Any, weights: Mapping[str, float], reason: str) -> WeightSet:
    """The next version of the weights, with the ranks that follow from it."""
    known = {one.code for one in criteria(owner)}
    kept = {code: float(weight) for code, weight in weights.items() if code in known and weight > 0}
    if not kept:
        raise Refused(_("All weights are 0, so that nothing ranks before anything. Give at least one a weight."))
    if not reason.strip():
        raise Refused(_("Say why."))
    with told(WeightSet), because("weights set"):
        number = (WeightSet.objects.filter(owner=owner).aggregate(last=Max("number"))["last"] or 0) + 1
        made = WeightSet.objects.create(
            owner=owner, number=number, weights=kept, valid_from=timezone.localdate(), reason=reason.strip(), made_by=by
        )
        compute(made)
    return made


def compute(weights: WeightSet) -> int:
    """Ranks the authority's open hazards by these weights, in place of the ranks that stood; answers how many."""
    refresh_stale()
    used = {one.code: one for one in Criterion.objects.filter(owner=weights.owner, code__in=list(weights.weights))}
    codes = [code for code in weights.weights if code in used and used[code].field in FACTS]
    if not codes:
        raise Refused(_("None of the weighted criteria names a fact that is computed. Enter the criteria first."))
    rows = Hazard.objects.filter(owner=weights.owner, state__in=(*OPEN, *WORKED_ON), deleted_at=None)
    hazards = list(rows.order_by("ref"))
    with told(HazardPriority), because("hazards ranked"):
        HazardPriority.objects.filter(weight_set=weights).delete()
        if not hazards:
            return 0
        values = {code: FACTS[used[code].field].compute(hazards) for code in codes}
        table = np.array([[_number(values[code].get(one.pk)) for code in codes] for one in hazards], float)
        try:
            found = rank(
                table,
                [weights.weights[code] for code in codes],
                better=[used[code].better for code in codes],
                bounds=[_bounds(used[code].scale) for code in codes],
                draws=DRAWS,
                spread=SPREAD,
                seed=weights.seed,
            )
        except ValueError as error:
            raise Refused(str(error)) from error
        at = timezone.now()
        HazardPriority.objects.bulk_create(
            HazardPriority(
                hazard=one, weight_set=weights, values={code: values[code].get(one.pk) for code in codes},
                score=float(found.score[n]), rank=int(found.rank[n]), rank_low=int(found.low[n]), rank_high=int(found.high[n]),
                computed_at=at,
            )
            for n, one in enumerate(hazards)
        )  # fmt: skip
    return len(hazards)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _bounds(scale: Any) -> tuple[float, float] | None:
    if isinstance(scale, dict) and "low" in scale and "high" in scale:
        return float(scale["low"]), float(scale["high"])
    return None
