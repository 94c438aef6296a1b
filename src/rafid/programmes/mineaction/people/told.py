"""Counts of victims that were ever out: no later count may tell, by its difference, what was withheld of an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rafid.commons.products.models import Edition
from rafid.commons.records.models import State

from ..products.declared import VICTIMS
from .statistics import Cell, Counted, count, people

OUT = (State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN)
"""What was out once stays known."""


def published() -> dict[Cell, int]:
    """By cell, the newest count of it that was ever out."""
    known: dict[Cell, int] = {}
    rows = Edition.objects.filter(programme="mineaction", figures__report=VICTIMS, state__in=OUT).order_by(
        "published_at"
    )
    for figures in rows.values_list("figures", flat=True):
        known |= _counts(figures)
    return known


def _counts(figures: Mapping[str, Any]) -> dict[Cell, int]:
    return {(y, s, a, by, c): int(n) for y, s, a, by, c, n in figures.get("cells", ()) if n is not None}


def statistics() -> Counted:
    """Of today, beside all that was published."""
    return count(people(), published())
