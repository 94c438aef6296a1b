"""The limits of the checks: their names, units and defaults. A form may have its own of each (``Form.limits``).

Defaults are those of the field's practice; ``rafid.methods.fieldwork`` says of each where it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Form


@dataclass(frozen=True)
class Limit:
    """``kind``: the finding that it decides about. ``least`` and ``most`` bound what a form may ask for."""

    name: str
    kind: str
    default: float
    least: float
    most: float
    title: Promise
    unit: Promise | str = ""
    whole: bool = False


_KM_H, _M, _H = _("km/h"), _("m"), _("hours")

LIMITS: tuple[Limit, ...] = (
    Limit("travel_speed_kmh", "too_fast_travel", 130, 10, 1000, _("Fastest travel between two visits"), _KM_H),
    Limit("site_distance_m", "far_from_site", 500, 10, 50_000, _("Farthest from the site, beyond the accuracy"), _M),
    Limit("interview_share", "short_interview", 1 / 3, 0.01, 1, _("Shortest interview, as a share of the median")),
    Limit("clock_ahead_hours", "clock_problem", 24, 0, 720, _("Latest end, after it was received"), _H),
    Limit("night_from", "night_interview", 20, 0, 24, _("The night begins at"), _("o'clock"), whole=True),
    Limit("night_until", "night_interview", 5, 0, 24, _("The night ends at"), _("o'clock"), whole=True),
    Limit("duplicate_share", "near_duplicate", 0.85, 0.5, 1, _("Equal answers of a near duplicate, as a share")),
    Limit("duplicate_compared", "near_duplicate", 10, 2, 1000, _("Fewest answers to compare"), whole=True),
    Limit("photo_bits", "same_photo", 4, 0, 32, _("Same photo: most bits that differ"), _("of 64"), whole=True),
    Limit("photo_distance_m", "photo_elsewhere", 1000, 10, 1_000_000, _("Photo taken at most so far away"), _M),
    Limit("photo_hours", "photo_elsewhere", 24, 1, 8760, _("Photo taken at most so much earlier or later"), _H),
    Limit("outlier_score", "outlier", 3.5, 1, 100, _("Outlier: score by the median above")),
    Limit("straight_share", "straight_line", 0.9, 0.5, 1, _("Straight line: share of the commonest answer")),
    Limit("straight_items", "straight_line", 6, 2, 1000, _("Straight line: fewest answers"), whole=True),
    Limit("attachment_hours", "missing_attachment", 24, 1, 8760, _("Files may come so long after the answers"), _H),
)
BY_NAME: Mapping[str, Limit] = {limit.name: limit for limit in LIMITS}


def limit_of(form: Form, name: str) -> float:
    """The form's own limit, else the default. ``KeyError`` for a name that is none."""
    return float(form.limits.get(name, BY_NAME[name].default))


def limits_of(form: Form) -> dict[str, float]:
    return {limit.name: limit_of(form, limit.name) for limit in LIMITS}


def own_limits(given: Mapping[str, Any]) -> dict[str, float]:
    """What a form keeps of the limits given: those that differ from the defaults.

    Raises ``ValueError`` with the name of one that is unknown, no number, or out of its bounds.
    """
    own: dict[str, float] = {}
    for name, value in given.items():
        limit = BY_NAME.get(name)
        if limit is None or isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(name)
        if not limit.least <= value <= limit.most or (limit.whole and value != int(value)):
            raise ValueError(name)
        if value != limit.default:
            own[name] = value
    return own
