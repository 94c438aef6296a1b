"""The stored ledger: how much of each hazard is left. A change computes its neighbourhood again, and nothing else.

What is left of a hazard depends on its own ground and on the releases that meet it, so that is all that is read. Triggers mark
a row stale when its ground or a release on it changes; until it is computed again the whole hazard counts as left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import shapely
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from rafid.methods import landrelease

from ..models import Hazard, HazardState, LedgerRow, Release
from .plane import to_plane

METHOD_VERSION = "landrelease 1"
NOT_IN_LEDGER = (HazardState.REPORTED, HazardState.DISCARDED)
_BATCH = 500


def in_ledger() -> Any:
    """Hazards that count: drawn, and neither only reported nor discarded."""
    return Hazard.objects.exclude(state__in=NOT_IN_LEDGER).exclude(ground=None)


def refresh_stale() -> int:
    """Computes what is stale or missing; cheap where nothing is. Returns how many rows were computed."""
    with transaction.atomic():
        LedgerRow.objects.exclude(hazard__in=in_ledger()).delete()
        wanted = in_ledger().filter(Q(ledger=None) | Q(ledger__stale=True)).values_list("pk", flat=True)
        return refresh(list(wanted))


def rebuild() -> int:
    """Computes every row: after a bulk load, or when the method changed."""
    with transaction.atomic():
        LedgerRow.objects.all().delete()
        return refresh_stale()


def refresh(hazards: Collection[UUID]) -> int:
    """Computes the rows of these hazards (ids). Call it in the transaction of the change."""
    ids = sorted(set(hazards))
    done = 0
    for start in range(0, len(ids), _BATCH):
        done += _refresh_some(ids[start : start + _BATCH])
    return done


def meeting(ground: Any) -> list[UUID]:
    """Ids of the hazards whose ground meets this one: those that a release of it may change."""
    return list(in_ledger().filter(ground__intersects=ground).values_list("pk", flat=True))


def releases_on(hazards: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """By hazard, the ids of the releases in force whose ground meets it; one statement, by the spatial index."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT h.id, r.id FROM rafid_mineaction_hazard h JOIN rafid_mineaction_release r
            ON r.ground && h.ground AND ST_Intersects(r.ground, h.ground) AND r.deleted_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM rafid_mineaction_release n WHERE n.replaces_id = r.id AND n.deleted_at IS NULL)
            WHERE h.id = ANY(%s) ORDER BY h.id, r.id
            """,
            [list(hazards)],
        )
        for hazard, release in cursor.fetchall():
            found[hazard].append(release)
    return found


def _refresh_some(ids: list[UUID]) -> int:
    on_each = releases_on(ids)
    rows = list(in_ledger().filter(pk__in=ids).only("id", "ground", "suspected_on", "reopened_on", "confirmed_on"))
    needed = {release for hazard in rows for release in on_each.get(hazard.pk, ())}
    releases = _releases(needed)
    computed = [
        _row(hazard, ground, [releases[one] for one in on_each.get(hazard.pk, ())])
        for hazard, ground in zip(rows, to_plane([hazard.ground for hazard in rows]), strict=True)
    ]
    LedgerRow.objects.filter(hazard__in=ids).exclude(hazard__in=[row.pk for row in rows]).delete()
    LedgerRow.objects.bulk_create(
        computed,
        update_conflicts=True,
        unique_fields=["hazard"],
        update_fields=[
            "area_m2", "remaining_m2", "cleared_m2", "reduced_m2", "cancelled_m2", "computed_at", "method_version", "stale",
        ],
    )  # fmt: skip
    return len(computed)


def _releases(ids: set[UUID]) -> dict[UUID, landrelease.Release]:
    rows = list(Release.objects.filter(pk__in=ids).only("id", "type", "ground", "on", "hazard_id"))
    grounds = to_plane([row.ground for row in rows])
    return {
        row.pk: landrelease.Release(
            str(row.pk), row.type, ground, row.on, hazard=str(row.hazard_id) if row.hazard_id else None
        )
        for row, ground in zip(rows, grounds, strict=True)
    }


def _row(hazard: Hazard, ground: shapely.Geometry, releases: list[landrelease.Release]) -> LedgerRow:
    since = hazard.reopened_on or hazard.suspected_on
    one = landrelease.Hazard(str(hazard.pk), ground, since, confirmed=hazard.confirmed_on)
    found = landrelease.ledger([one], releases)
    return LedgerRow(
        hazard_id=hazard.pk,
        area_m2=found.ground,
        remaining_m2=found.remaining,
        cleared_m2=found.cleared,
        reduced_m2=found.reduced,
        cancelled_m2=found.cancelled,
        computed_at=timezone.now(),
        method_version=METHOD_VERSION,
        stale=False,
    )
