"""Progress as it was computed from what is known: kept by month, so that a board reads it instead of computing it anew."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from rafid.commons.records.models import RecordQuerySet

from ..seeing import NOTHING
from .base import month_first
from .contracts import Contract


class KeptProgress(models.Model):
    """``figures`` of a contract until a month, for one ``side`` (who may use every visit, or the released ones alone).

    ``inputs`` is the fingerprint of all that they hang on: where it differs from today's they are computed again. It may be
    emptied at any time. Pages reach it through ``contracts.keeping`` alone, for contracts that their reader sees.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="kept_progress")
    side = models.CharField(max_length=8)
    month = models.DateField()
    inputs = models.CharField(max_length=64)
    figures = models.JSONField()
    computed_at = models.DateTimeField(auto_now=True)

    objects = models.Manager.from_queryset(RecordQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "side", "month"], name="kept_progress_once"),
            month_first("kept_progress_month"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.month:%Y%m}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return NOTHING
