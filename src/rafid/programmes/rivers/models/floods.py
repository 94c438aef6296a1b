"""Floods from before the gauge, as sources tell them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history

from ..seeing import EVERYTHING, of_station
from .base import Row, Sourced, stays
from .network import Basin
from .stations import Station


class YearRange(Func):
    """The years from a first to a last, both included."""

    function = "INT4RANGE"
    template = "%(function)s(%(expressions)s, '[]')"


@keep_history()
class HistoricalFlood(Row, Sourced):
    """A flood that no series of the station holds. It enters a fit only with a threshold of perception: that of the
    ``PerceivedPeriod`` in which its year lies or, at a station that has none, its own: any flood above ``threshold`` since
    ``known_since`` would have been written down. A crest with a range enters as that range.

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


@keep_history()
class PerceivedPeriod(Row, Sourced):
    """Water years in which any flood above ``threshold`` would have been written down: the level of a chronicler's interest, a
    mark on a wall. Periods of one station do not overlap; one that was wrong is left out with a reason and entered anew."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="perceived_periods", verbose_name=_("Station"))
    first_year = models.PositiveSmallIntegerField(_("First water year"))
    last_year = models.PositiveSmallIntegerField(_("Last water year"))
    threshold = models.FloatField(_("Threshold of perception, m³/s"))
    fact = models.BooleanField(default=False, editable=False)
    left_out = models.TextField(_("Left out because"), blank=True)
    left_out_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("period of perception")
        verbose_name_plural = _("periods of perception")
        ordering = ["first_year", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_year__gte=1, first_year__lte=F("last_year"), last_year__lte=2200),
                name="perceived_period_years",
                violation_error_message=_("The first year lies after the last, or is no year such as 1941."),
            ),
            models.CheckConstraint(
                condition=Q(threshold__gt=0),
                name="perceived_period_threshold",
                violation_error_message=_("A threshold of perception is more than 0."),
            ),
            models.CheckConstraint(
                condition=Q(left_out="", left_out_at=None) | (~Q(left_out="") & Q(left_out_at__isnull=False)),
                name="perceived_period_left_out_says_when",
            ),
            ExclusionConstraint(
                name="perceived_periods_apart",
                expressions=[
                    ("station", RangeOperators.EQUAL),
                    (YearRange("first_year", "last_year"), RangeOperators.OVERLAPS),
                ],
                condition=Q(left_out=""),
                violation_error_message=_(
                    "Another period of this station holds some of these years. Leave that one out first, or choose other years."
                ),
            ),
        ]
        triggers = [
            stays(
                "perceived_period_stays", "station_id", "first_year", "last_year", "threshold", "fact", "source_text"
            ),
            stays("perceived_period_stays_out", "left_out", "left_out_at", when="OLD.left_out <> ''"),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_station(user)


@keep_history()
class RegionalSkew(Row, Sourced):
    """The skew of log10 of yearly peaks that a study found for a region: a basin, or with none the whole country. Sources that
    disagree stay side by side; whoever fits chooses one. ``error`` is its mean square error; without it the skew is held."""

    basin = models.ForeignKey(Basin, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Basin"))
    skew = models.FloatField(_("Regional skew"))
    error = models.FloatField(_("Its mean square error"), null=True, blank=True)
    left_out = models.TextField(_("Left out because"), blank=True)
    left_out_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("regional skew")
        verbose_name_plural = _("regional skews")
        ordering = ["known_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(skew__gte=-3, skew__lte=3),
                name="regional_skew_range",
                violation_error_message=_("The skew of a region lies between -3 and 3."),
            ),
            models.CheckConstraint(
                condition=Q(error=None) | Q(error__gte=0),
                name="regional_skew_error",
                violation_error_message=_("A mean square error is 0 or more."),
            ),
            models.CheckConstraint(
                condition=~Q(source_text=""),
                name="regional_skew_says_source",
                violation_error_message=_("Say which study found this skew."),
            ),
            models.CheckConstraint(
                condition=Q(left_out="", left_out_at=None) | (~Q(left_out="") & Q(left_out_at__isnull=False)),
                name="regional_skew_left_out_says_when",
            ),
        ]
        triggers = [
            stays("regional_skew_stays", "basin_id", "skew", "error", "source_text", "as_of"),
            stays("regional_skew_stays_out", "left_out", "left_out_at", when="OLD.left_out <> ''"),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return EVERYTHING
