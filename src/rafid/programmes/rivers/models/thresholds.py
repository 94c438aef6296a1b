"""From which level, flow or storage on something is to be told."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.names import Named

from ..codes import FALLING, RISING, ThresholdClass, ThresholdKind
from ..seeing import of_station
from .base import Row, Sourced, known, refuse
from .stations import Station


def _rank(column: str, ladder: tuple[str, ...]) -> str:
    return f"array_position(ARRAY[{', '.join(repr(one) for one in ladder)}]::text[], {column}::text)"


def _ladder(ladder: tuple[str, ...], sign: str) -> str:
    """SQL: another threshold of the ladder stands on the wrong side of the new one."""
    return f"""
        ({_rank("NEW.class_code", ladder)} IS NOT NULL AND (
            ({_rank("t.class_code", ladder)} < {_rank("NEW.class_code", ladder)} AND NOT t.value {sign} NEW.value)
         OR ({_rank("t.class_code", ladder)} > {_rank("NEW.class_code", ladder)} AND NOT NEW.value {sign} t.value)))"""


@keep_history()
class Threshold(Named, Row, Sourced):
    """One step of a station's ladder. ``variable`` is what it is compared with; ``return_period`` in years."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="thresholds")
    variable = models.CharField(_("Variable"), max_length=24, default="stage")
    kind = models.CharField(_("Kind"), max_length=14, choices=ThresholdKind.choices, default=ThresholdKind.LEVEL)
    class_code = models.CharField(_("Class"), max_length=8, choices=ThresholdClass.choices)
    value = models.FloatField(_("Value"))
    return_period = models.FloatField(_("Return period, years"), null=True, blank=True)
    # Of a return period: which fit said so, of how many years, between what, and what was known.
    basis = models.JSONField(_("Basis"), default=dict, blank=True)
    valid_from = models.DateTimeField(_("Valid from"))
    valid_to = models.DateTimeField(_("Valid to"), null=True, blank=True)

    class Meta:
        ordering = ["station", "variable", "value"]
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "variable", "kind", "class_code"],
                condition=Q(valid_to=None),
                name="threshold_once",
            ),
            known("threshold_class_known", "class_code", ThresholdClass),
            known("threshold_kind_known", "kind", ThresholdKind),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="thresholds_in_order",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.valid_to IS NULL"),
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        SELECT 1 FROM rafid_rivers_threshold t
                        WHERE t.station_id = NEW.station_id AND t.variable = NEW.variable AND t.kind = NEW.kind
                          AND t.valid_to IS NULL AND t.id <> NEW.id
                          AND ({_ladder(RISING, "<")} OR {_ladder(FALLING, ">")})
                    ) THEN {refuse("thresholds_in_order")} END IF;
                    RETURN NEW;
                    """
                ),
            )
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_station(user)
