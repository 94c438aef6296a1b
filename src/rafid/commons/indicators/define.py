"""Staff define indicators: a draft is written, another person adopts it, the version before it retires with its figures.

What a programme declares is the programme's; staff set its targets, not its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.visibility import may

from . import disaggregation, formula
from .models import Indicator, IndicatorState, Kind
from .sync import ARITHMETIC

COMPOSE, PUBLISH = "compose", "publish"
CODE = re.compile(r"[a-z][a-z0-9-]{1,79}")
ROLLUPS = ("sum", "mean", "weighted_mean", "min", "max", "ratio")
RATIOS = (Kind.RATIO, Kind.RATE, Kind.SHARE)
DIRECTIONS = ("more", "less", "neither")
FIELDS = (
    "name_ar", "name_ckb", "name_en", "unit", "kind", "numerator", "denominator", "multiplier", "rollup", "by",
    "direction", "definition", "method", "source", "sensitivity",
)  # fmt: skip


def write_draft(code: str, programme: str, values: Mapping[str, Any], by: Any) -> Indicator:
    """A new indicator, or the next version of one that staff made. Raises ``ValidationError`` by field."""
    if not may(by, COMPOSE, programme):
        raise ValidationError(_("Your role does not allow this here."))
    problems = problems_of(code, values)
    with transaction.atomic(), because("draft of a definition"):
        rows = list(Indicator.objects.select_for_update().filter(code=code).order_by("version"))
        if any(row.declared for row in rows):
            problems["code"] = _("A programme declares this indicator; its meaning is changed there.")
        elif rows and rows[0].programme != programme:
            problems["code"] = _("Another programme has this code.")
        if problems:
            raise ValidationError(problems)
        draft = next((row for row in rows if row.state == IndicatorState.DRAFT), None)
        if draft is None:
            last = max((row.version for row in rows), default=0)
            order = Indicator.objects.filter(programme=programme).aggregate(last=Max("order"))["last"] or 0
            draft = Indicator(
                code=code, version=last + 1, state=IndicatorState.DRAFT, programme=programme, declared=False, order=order + 1
            )  # fmt: skip
        for name in FIELDS:
            if name in values:
                setattr(draft, name, values[name])
        draft.made_by = by
        draft.save()
    return draft


def problems_of(code: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What cannot be: by field, in the reader's language."""
    wrong: dict[str, str] = {}
    if not CODE.fullmatch(code):
        wrong["code"] = _("A code is small letters, digits and hyphens, and begins with a letter.")
    if not any(str(values.get(f"name_{language}", "")).strip() for language in ("ar", "ckb", "en")):
        wrong["name_ar"] = _("Give it a name.")
    if not any(str(text).strip() for text in (values.get("definition") or {}).values()):
        wrong["definition_ar"] = _("Say what is counted, so that two people would count the same.")
    if not str(values.get("unit", "")).strip():
        wrong["unit"] = _("Say the unit.")
    if values.get("kind") not in Kind.values:
        wrong["kind"] = _("Choose one of the kinds.")
    if values.get("rollup") not in ROLLUPS:
        wrong["rollup"] = _("Choose how larger areas come about.")
    elif values.get("kind") in RATIOS and values["rollup"] in ("sum", "mean"):
        wrong["rollup"] = _("A rate of a larger area is the sum of numerators over the sum of denominators.")
    elif values.get("kind") == Kind.COUNT and values["rollup"] == "ratio":
        wrong["rollup"] = _("A count has no denominator.")
    if values.get("kind") in RATIOS and not (values.get("numerator") and values.get("denominator")):
        wrong["numerator"] = _("A rate needs both numerator and denominator.")
    multiplier = values.get("multiplier", 1.0)
    if not isinstance(multiplier, int | float) or not 0 < multiplier <= 1e9:
        wrong["multiplier"] = _("The multiplier is a number above 0, such as 100.")
    for name in values.get("by") or ():
        if not name.isidentifier():
            wrong["by"] = _("%s is no dimension.") % str(name)[:40]
    if formula.parse(code) and any(
        (term := formula.parse(str(values.get(name, "")))) and term.code == code
        for name in ("numerator", "denominator")
    ):
        wrong["numerator"] = _("An indicator cannot be computed from itself.")
    return wrong


def adopt(draft: Indicator, by: Any) -> Indicator:
    """Figures of the version before go on where only words changed; else they stay with the old meaning.

    Raises ``ValidationError``: by whoever wrote it, without the right, or where a name lacks a language.
    """
    if not may(by, PUBLISH, draft.programme):
        raise ValidationError(_("Your role does not allow this here."))
    with transaction.atomic(), because("adopted"):
        row = Indicator.objects.select_for_update().get(pk=draft.pk)
        if row.state != IndicatorState.DRAFT:
            raise ValidationError(_("Only a draft is adopted."))
        if row.made_by_id == by.pk:
            raise ValidationError(_("Somebody else must adopt what you wrote."))
        lacking = [language for language in ("ar", "ckb", "en") if not row.names[language].strip()]
        lacking += [language for language in ("ar", "ckb", "en") if not (row.definition.get(language) or "").strip()]
        if lacking:
            raise ValidationError(_("Name and definition are needed in all three languages."))
        before = Indicator.objects.select_for_update().filter(code=row.code, state=IndicatorState.ADOPTED).first()
        now = timezone.now()
        if before is not None:
            before.state, before.retired_at = IndicatorState.RETIRED, now
            before.save()
            if all(getattr(before, name) == getattr(row, name) for name in ARITHMETIC):
                row.continues = before
        row.state, row.adopted_at = IndicatorState.ADOPTED, now
        row.save()
    return row


def retire(indicator: Indicator, by: Any, *, why: str) -> Indicator:
    """Its page and figures stay; nothing new is recorded."""
    if not may(by, PUBLISH, indicator.programme):
        raise ValidationError(_("Your role does not allow this here."))
    if indicator.declared:
        raise ValidationError(_("A programme declares this indicator; its meaning is changed there."))
    if not why.strip():
        raise ValidationError({"why": _("Say why.")})
    with transaction.atomic(), because(why):
        row = Indicator.objects.select_for_update().get(pk=indicator.pk)
        row.state, row.retired_at = IndicatorState.RETIRED, timezone.now()
        row.save()
    return row


def dimensions() -> list[tuple[str, str]]:
    """Those of the country's code lists, with their names: what a figure can be broken down by."""
    return [(name, str(disaggregation.dimension_name(name))) for name in disaggregation.code_lists()]
