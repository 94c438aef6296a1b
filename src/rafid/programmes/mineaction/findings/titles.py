"""Names of the checks, for lists of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TITLES = {
    "hazard-shape": _("Odd shape of a hazard"),
    "hazards-overlap": _("Hazards on one another"),
    "suspected-with-direct-evidence": _("Suspected, with direct evidence"),
    "confirmed-without-evidence": _("Confirmed, without direct evidence"),
    "hazard-dates": _("Dates of a hazard out of order"),
    "closed-with-ground-left": _("Closed with ground left"),
    "more-disabled-than-people": _("More with a disability than people"),
    "release-shape": _("Odd shape of released ground"),
    "released-twice": _("Released twice"),
    "released-outside": _("Released outside"),
    "released-and-claimed": _("Released, and claimed again later"),
    "stated-area": _("Stated and computed area apart"),
    "accident-on-closed-ground": _("Alarm: accident on closed ground"),
    "find-on-closed-ground": _("Alarm: ordnance on closed ground"),
    "spot-on-closed-ground": _("Alarm: item reported on closed ground"),
    "find-outside-work": _("Found outside the worked ground"),
    "odd-rate": _("Odd rate of work"),
    "team-at-two-places": _("A team at two places"),
    "parts-of-day": _("Parts of a day do not add up"),
    "coarse-position": _("Position known too coarsely"),
    "copied-counts": _("Counts copied from month to month"),
    "nobody-came": _("Session without an audience"),
    "completed-with-ground-left": _("Completed with ground left"),
    "report-shape": _("Shape of a report cannot be taken"),
    "report-number-reused": _("Report number used again"),
    "report-dates": _("Dates of a report do not fit"),
    "report-without-accreditation": _("Reported by an operator without accreditation"),
    "report-sums": _("Parts of a report do not add up"),
}
