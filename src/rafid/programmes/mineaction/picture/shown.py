"""The ledger's figures in words: what each is called, what it means, and in which order they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.methods.landrelease import Ledger


@dataclass(frozen=True)
class Figure:
    code: str
    name: str
    meaning: str
    value: float
    mark: str = ""
    """Class of its colour in the strip, where it is a part of the ground."""


def _names() -> dict[str, tuple[str, str]]:
    return {
        "recorded": (_("Recorded"), _("The areas of all hazards, added up.")),
        "counted_twice": (_("Counted twice"), _("Recorded under two numbers. It is taken off once.")),
        "ground": (pgettext("hazardous", "Ground"), _("Recorded less what is counted twice: each square metre once.")),
        "cleared": (pgettext("area", "Cleared"), _("Searched to the depth that its release says.")),
        "reduced": (pgettext("area", "Reduced"), _("Released by technical survey.")),
        "cancelled": (pgettext("area", "Cancelled"), _("Released by non-technical survey: no evidence was found.")),
        "remaining": (_("Remaining"), _("Ground that no accepted release covers.")),
        "remaining_confirmed": (_("Remaining, confirmed"), _("Of it in confirmed hazardous areas.")),
        "remaining_suspected": (_("Remaining, suspected"), _("Of it in suspected hazardous areas only.")),
        "still_claimed": (
            _("Released, still claimed"),
            _("Released once, yet part of what remains: suspected again, or released for another hazard only."),
        ),
        "released_twice": (_("Released twice"), _("Covered by more than one release. It counts once.")),
        "outside": (_("Released outside"), _("Released where no hazard is recorded. It counts nowhere.")),
    }


PARTS = ("remaining_confirmed", "remaining_suspected", "cleared", "reduced", "cancelled")
"""They add up to the ground."""
FIRST = ("recorded", "counted_twice", "ground")
CHECKS = ("still_claimed", "released_twice", "outside")
"""What somebody should look at."""


def figures(found: Ledger) -> Callable[[tuple[str, ...]], list[Figure]]:
    names = _names()

    def of(codes: tuple[str, ...]) -> list[Figure]:
        return [Figure(code, *names[code], getattr(found, code), f"part-{code}") for code in codes]

    return of


def name_of(code: str) -> str:
    return _names()[code][0]


def cause_name(cause: str) -> str:
    return {
        "hazard added": _("Hazard added"),
        "hazard withdrawn": _("Hazard withdrawn"),
        "release added": _("Release added"),
        "release withdrawn": _("Release withdrawn"),
    }[cause]
