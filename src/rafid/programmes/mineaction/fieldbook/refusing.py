"""What makes no traverse, and no position, of what a program sends: in the reader’s language, and by its place."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from rafid.methods.survey.grids import grid
from rafid.methods.survey.traverses import NORTHS


def wrong_of_trace(body: Any) -> list[tuple[str, str]]:
    """``(where, sentence)`` of all that `rafid.methods.survey.traverse` would refuse, but for a start outside its grid."""
    return [*_of_head(body), *_of_legs(body.legs)]


def _of_head(body: Any) -> Iterator[tuple[str, str]]:
    if not is_grid(body.crs):
        yield "crs", no_grid(body.crs)
    if not all(math.isfinite(one) for one in body.start):
        yield "start", _("The start is two numbers, easting and northing.")
    if body.north not in NORTHS:
        yield (
            "north",
            _("“%(text)s” is no north. Find out which it was: %(norths)s.")
            % {"text": body.north[:40], "norths": ", ".join(NORTHS)},
        )
    if body.north != "magnetic" or body.declination is not None:
        return
    if body.on is None:
        yield "on", _("Magnetic bearings need the day of observation, or the declination that stands on the sheet.")
    elif not 1900 <= body.on.year <= 2029:
        yield (
            "on",
            _(
                "The declination of %(year)s is not known: the model holds 1900 to 2029. Correct the day, or enter the"
                " declination that stands on the sheet."
            )
            % {"year": body.on.year},
        )


def _of_legs(legs: Any) -> Iterator[tuple[str, str]]:
    if not legs:
        yield "legs", _("There is no leg. Give a bearing and a distance.")
    for number, leg in enumerate(legs, 1):
        where = f"legs.{number}"
        if not 0 <= leg.bearing <= 360:
            yield (
                f"{where}.bearing",
                _("the bearing %(text)s is not in 0 to %(circle)s. Check it in the book, or the unit of bearings.")
                % {"text": f"{leg.bearing:g}", "circle": 360},
            )
        if not (leg.distance > 0 and math.isfinite(leg.distance)):
            yield (
                f"{where}.distance",
                _("the distance %(text)s is not above 0. Check it in the book.") % {"text": f"{leg.distance:g}"},
            )
        if leg.from_ is not None and not 0 <= leg.from_ < number:
            yield (
                f"{where}.from",
                _("The leg starts at point %(point)s, which is not there yet. Name an earlier one; 0 is the start.")
                % {"point": leg.from_},
            )


def is_grid(crs: str) -> bool:
    """Whether it is a projected system in metres."""
    try:
        grid(crs)
    except ValueError:
        return False
    return True


def no_grid(crs: str) -> str:
    return _("“%(text)s” is no grid in metres that is known. Give a code such as EPSG:32638.") % {"text": crs[:40]}


def outside() -> str:
    """Of a point that its grid cannot hold."""
    return _("The points lie outside their grid. Check zone, order of axes and coordinates.")
