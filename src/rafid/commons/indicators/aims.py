"""Targets and baselines: set for a place and a period, with who said so and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.visibility import may
from rafid.commons.places.models import Place

from .define import COMPOSE
from .models import Baseline, Indicator, Target
from .periods import in_order, is_period, span

KINDS: dict[str, type[Target] | type[Baseline]] = {"target": Target, "baseline": Baseline}


def set_aim(
    what: str, indicator: Indicator, place: Place, period: str, value: float, *, source: str, on: date | None, by: Any
) -> Target | Baseline:
    """Sets or replaces; history keeps what stood before. Raises ``ValidationError`` by field."""
    if not may(by, COMPOSE, indicator.programme):
        raise ValidationError(_("Your role does not allow this here."))
    wrong: dict[str, str] = {}
    if not is_period(period):
        wrong["period"] = _("Write the period as 2026, 2026Q1 or 202609.")
    if value != value or abs(value) == float("inf"):
        wrong["value"] = _("Write a number.")
    if not source.strip():
        wrong["source"] = _("Say who set it, and where that is written.")
    if on and on > timezone.localdate():
        wrong["on"] = _("The day when it was set has not come yet.")
    if wrong:
        raise ValidationError(wrong)
    with transaction.atomic(), because(source[:200]):
        found, _made = KINDS[what].objects.update_or_create(
            code=indicator.code, place=place, period=period, by="",
            defaults={"value": value, "source": source, "on": on or timezone.localdate(), "made_by": by},
        )  # fmt: skip
    return found


def drop_aim(what: str, pk: UUID, indicator: Indicator, by: Any) -> None:
    if not may(by, COMPOSE, indicator.programme):
        raise ValidationError(_("Your role does not allow this here."))
    with transaction.atomic(), because("no longer aimed at"):
        KINDS[what].objects.filter(pk=pk, code=indicator.code).delete()


def aims_of(code: str, place: UUID | None) -> dict[str, list[Any]]:
    """Targets and baselines of one place, in the order of their periods."""
    found: dict[str, list[Any]] = {}
    for what, model in KINDS.items():
        rows = model.objects.filter(code=code).select_related("place")
        rows = rows.filter(place=place) if place else rows
        found[what] = sorted(rows, key=lambda row: (in_order(row.period), row.place.ref))
    return found


def target_at(targets: Sequence[Any], period: str) -> float | None:
    """The target that holds in a period: its own, else that of the longer period in which it lies."""
    own = next((row.value for row in targets if row.period == period), None)
    if own is not None:
        return float(own)
    first, last = span(period)[0], span(period)[1]
    for row in targets:
        begins, ends = span(row.period)[0], span(row.period)[1]
        if begins <= first and last <= ends:
            return float(row.value)
    return None
