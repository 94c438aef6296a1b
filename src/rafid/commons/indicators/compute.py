"""Figures that a programme computes from its records, recorded like any other."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from rafid.commons.history import because
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import installed
from rafid.commons.records.imports import Written

from .periods import span
from .write import record_values


def computed_codes() -> list[str]:
    return [one.code for programme in installed() for one in programme.indicators if one.compute]


def compute_indicators(period: str, owner: UUID, codes: Iterable[str] = ()) -> dict[str, Written]:
    """Asks the programmes' ``compute(places, period)`` and records what they give, all of it or nothing.

    Each gives mappings with ``place`` (id), ``value`` or ``numerator`` and ``denominator``, and ``by`` where broken
    down. ``owner`` is whose figures they are. Raises ``ValueError`` for what is no period, ``LookupError`` for a code
    that no programme computes.
    """
    span(period)
    wanted = list(codes) or computed_codes()
    declared = {one.code: one for programme in installed() for one in programme.indicators if one.compute}
    if missing := [code for code in wanted if code not in declared]:
        raise LookupError(", ".join(missing))
    places = list(Place.objects.filter(level__lte=Level.SUBDISTRICT).order_by("level", "ref"))
    written = {}
    with transaction.atomic(), because("Computed from the records"):
        for code in wanted:
            compute = declared[code].compute
            assert compute is not None
            rows = [{"period": period, **row, "indicator": code} for row in compute(places, period)]
            written[code] = record_values(None, rows, owner=owner) if rows else Written()
    return written
