"""Checks of visits, one module each: what was sent is looked at beside time, place, other visits and photographs.

Each is ``run(batch)`` and yields what it finds about visits of the batch. None changes anything; ``arrivals`` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from . import (
    clock,
    duplicates,
    durations,
    files,
    finalised,
    night,
    outlying,
    photo_place,
    photos_alike,
    sites,
    straight,
    travel,
)
from .batch import Batch, Found, Visit

__all__ = ["CHECKS", "Batch", "Check", "Found", "Visit"]


@dataclass(frozen=True)
class Check:
    """``limits``: names of the form's limits that it asks."""

    kind: str
    run: Callable[[Batch], Iterable[Found]]
    limits: tuple[str, ...] = ()


CHECKS: tuple[Check, ...] = (
    Check("clock_problem", clock.run, ("clock_ahead_hours",)),
    Check("night_interview", night.run, ("night_from", "night_until")),
    Check("far_from_site", sites.run, ("site_distance_m",)),
    Check("too_fast_travel", travel.run, ("travel_speed_kmh",)),
    Check("short_interview", durations.run, ("interview_share",)),
    Check("near_duplicate", duplicates.run, ("duplicate_share", "duplicate_compared")),
    Check("same_photo", photos_alike.run, ("photo_bits",)),
    Check("photo_elsewhere", photo_place.run, ("photo_distance_m", "photo_hours")),
    Check("outlier", outlying.run, ("outlier_score",)),
    Check("straight_line", straight.run, ("straight_share", "straight_items")),
    Check("changed_after_finalise", finalised.run),
    Check("missing_attachment", files.run, ("attachment_hours",)),
)
