"""Floods from before the gauge, as sources tell them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history

from ..seeing import of_station
from .base import Row, Sourced, stays
from .stations import Station


@keep_history()
class HistoricalFlood(Row, Sourced):
    """A flood that no series of the station holds. It enters a fit only with its threshold of perception: any flood above
    ``threshold`` since ``known_since`` would have been written down.

    Sources that disagree on one year stay side by side, all but one left out with a reason. ``fact``: told by the country pack,
    so that it is never mixed with a demonstration's invented flows.
    """

    station = models.ForeignKey(Station, models.PROTECT, related_name="historical_floods", verbose_name=_("Station"))
    year = models.PositiveSmallIntegerField(_("Water year"))
    flow = models.FloatField(_("Crest, m³/s"))
    flow_low = models.FloatField(_("At least, m³/s"), null=True, blank=True)
    flow_high = models.FloatField(_("At most, m³/s"), null=True, blank=True)
    threshold = models.FloatField(_("Threshold of perception, m³/s"), null=True, blank=True)
    known_since = models.PositiveSmallIntegerField(_("Floods above it are known since the year"), null=True, blank=True)
    fact = models.BooleanField(default=False, editable=False)
    left_out = models.TextField(_("Left out because"), blank=True)
    left_out_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("historical flood")
        verbose_name_plural = _("historical floods")
        ordering = ["year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "year"],
                condition=Q(left_out=""),
                name="historical_flood_once",
                violation_error_message=_(
                    "Another account of that year's flood counts already. Leave that one out first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(flow__gt=0),
                name="historical_flood_flows",
                violation_error_message=_("The crest of a flood is more than 0."),
            ),
            models.CheckConstraint(
                condition=(Q(flow_low=None) | Q(flow_low__lte=F("flow")))
                & (Q(flow_high=None) | Q(flow_high__gte=F("flow"))),
                name="historical_flood_in_range",
                violation_error_message=_("The crest lies between what it was at least and at most."),
            ),
            models.CheckConstraint(
                condition=Q(threshold=None, known_since=None)
                | Q(
                    threshold__isnull=False,
                    known_since__isnull=False,
                    threshold__gt=0,
                    threshold__lte=F("flow"),
                    known_since__lte=F("year"),
                ),
                name="historical_flood_perceived",
                violation_error_message=_(
                    "A threshold of perception has its year, no later than the flood, and lies no higher than the crest."
                ),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1, year__lte=2200),
                name="historical_flood_year",
                violation_error_message=_("The year has four digits, such as 1941."),
            ),
            models.CheckConstraint(
                condition=Q(left_out="", left_out_at=None) | (~Q(left_out="") & Q(left_out_at__isnull=False)),
                name="historical_flood_left_out_says_when",
            ),
        ]
        triggers = [
            stays(
                "flood_stays",
                "station_id", "year", "flow", "flow_low", "flow_high", "threshold", "known_since", "fact", "source_text",
            ),
            stays("flood_stays_out", "left_out", "left_out_at", when="OLD.left_out <> ''"),
        ]  # fmt: skip

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_station(user)
