"""What hazards can be ranked by: facts that the platform computes, each with its name and unit. A criterion names one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import Hazard, LedgerRow

NEAR_M = 2_000
"""Metres within which accidents and finds count as near."""

Values = dict[UUID, float | None]


@dataclass(frozen=True)
class Fact:
    name: Promise
    unit: str
    compute: Callable[[Sequence[Hazard]], Values]


def _of(measure: Callable[[Hazard], float | None]) -> Callable[[Sequence[Hazard]], Values]:
    return lambda hazards: {one.pk: measure(one) for one in hazards}


def _people(one: Hazard) -> float | None:
    counts = (one.men, one.women, one.boys, one.girls)
    return None if all(count is None for count in counts) else float(sum(count or 0 for count in counts))


def _ledger(column: str) -> Callable[[Sequence[Hazard]], Values]:
    def compute(hazards: Sequence[Hazard]) -> Values:
        rows = dict(LedgerRow.objects.filter(hazard__in=hazards).values_list("hazard_id", column))
        return {one.pk: rows.get(one.pk) for one in hazards}

    return compute


_NEAR = """
SELECT h.id, coalesce(sum({count}), 0)::float FROM rafid_mineaction_hazard h
LEFT JOIN {table} x ON x.point && ST_Expand(h.point, 0.03) AND x.deleted_at IS NULL
    AND ST_DWithin(h.point::geography, x.point::geography, %(metres)s)
WHERE h.id = ANY(%(hazards)s) AND h.point IS NOT NULL GROUP BY h.id
"""


def _near(table: str, count: str) -> Callable[[Sequence[Hazard]], Values]:
    """Of what happened within :data:`NEAR_M` of a hazard's middle; one statement for all of them."""

    def compute(hazards: Sequence[Hazard]) -> Values:
        with connection.cursor() as cursor:
            cursor.execute(
                _NEAR.format(table=table, count=count), {"metres": NEAR_M, "hazards": [one.pk for one in hazards]}
            )
            found = dict(cursor.fetchall())
        return {one.pk: found.get(one.pk) for one in hazards}

    return compute


FACTS: dict[str, Fact] = {
    "remaining_m2": Fact(_("Ground that is left"), "m²", _ledger("remaining_m2")),
    "area_m2": Fact(_("Area of the hazard"), "m²", _ledger("area_m2")),
    "confirmed": Fact(_("Confirmed (1) or suspected (0)"), "", _of(lambda one: float(one.classification == "CHA"))),
    "beneficiaries": Fact(_("People who gain"), "", _of(_people)),
    "blocked": Fact(_("Kinds of things that it blocks"), "", _of(lambda one: float(len(one.blocked)))),
    "accidents": Fact(
        _("Accidents within 2 km"), "", _near("rafid_mineaction_accident", "CASE WHEN x.id IS NULL THEN 0 ELSE 1 END")
    ),
    "finds": Fact(_("Items found within 2 km"), "", _near("rafid_mineaction_ordnancefind", "coalesce(x.quantity, 0)")),
    "depth_m": Fact(_("Expected depth"), "m", _of(lambda one: one.depth_expected_m)),
    "years": Fact(
        _("Years since it was discovered"),
        "",
        _of(lambda one: round((timezone.localdate() - one.suspected_on).days / 365.25, 2)),
    ),
}
"""By the ``field`` of a criterion."""
