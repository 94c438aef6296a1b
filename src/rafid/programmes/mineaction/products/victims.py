"""Victims as they are published: counted so that neither one edition nor the difference of two tells a small count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rafid.commons.products.models import Edition
from rafid.commons.records.models import State

from ..people.statistics import Cell, count, people
from .declared import VICTIMS

OUT = (State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN)
"""What was out once stays known."""


def gather(last: date) -> dict[str, Any]:
    """All victims to the end of that day, whose protection minds every edition of the report that was ever out."""
    found = count((one for one in people(last)), published())
    return {
        "cells": [[*cell, number] for cell, number in sorted(found.cells.items())],
        "years": list(found.years), "device": list(found.device), "activity": list(found.activity),
    }  # fmt: skip


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
