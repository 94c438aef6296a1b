"""Rules of population figures: what is counted by parts adds up to the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rafid.commons.indicators import disaggregation
from rafid.commons.indicators.hierarchy import ages
from rafid.commons.indicators.periods import is_period, span
from rafid.commons.programme import Check

from .columns import three
from .recording import BREAKDOWNS, place_of

TABLE = "statistics.population"
LONG_TABLE = "statistics.values"
FIGURES = "rafid_indicators.IndicatorValue"
ROUNDING = 0.5
"""Persons by which a sum may differ: figures are whole, sums of estimates are rounded."""


def _differs(values: Mapping[str, Any], whole: str, *parts: str) -> bool:
    numbers = [values.get(name) for name in (whole, *parts)]
    if any(number is None for number in numbers):
        return False
    total, *rest = (float(number) for number in numbers if number is not None)
    return abs(total - sum(rest)) > ROUNDING


def _nowhere(values: Mapping[str, Any]) -> bool:
    return place_of(values) is None


def _no_number(values: Mapping[str, Any]) -> bool:
    return all(values.get(column) is None for column in BREAKDOWNS)


def _no_value(values: Mapping[str, Any]) -> bool:
    return values.get("value") is None and values.get("numerator") is None


Group = tuple[UUID, UUID, str]
"""Indicator version, place, period."""


def _population(values: Any) -> dict[Group, dict[str, tuple[UUID, float]]]:
    """Figures of population: {group: {disaggregation: (id of the row, number)}}."""
    found: dict[Group, dict[str, tuple[UUID, float]]] = defaultdict(dict)
    rows = values.filter(indicator__code="population", value__isnull=False)
    for pk, indicator, place, period, by, value in rows.order_by().values_list(
        "pk", "indicator", "place", "period", "by", "value"
    ):
        found[indicator, place, period][by] = (pk, value)
    return found


def not_adding_up(values: Any, dimension: str) -> Any:
    """Figures that are not the sum of their parts by ``dimension``, where all of that dimension's codes are there.

    Ages are complete where the list's first and last group are: tables end with one open group.
    """
    codes = list(disaggregation.code_lists().get(dimension, {}))
    broken = []
    for figures in _population(values).values():
        for by, (pk, whole) in figures.items():
            parts = disaggregation.split(by)
            if dimension in parts:
                continue
            inside = {code: figures.get(disaggregation.join({**parts, dimension: code})) for code in codes}
            if not codes or any(one is None for one in inside.values()):
                continue
            if abs(whole - sum(one[1] for one in inside.values() if one)) > ROUNDING:
                broken.append(pk)
    return values.filter(pk__in=broken)


def districts_not_adding_up(values: Any) -> Any:
    """Totals of areas that are not the sum of what lies in them at the period's end, one division at a time, where all
    of that division have a figure."""
    totals: dict[tuple[UUID, str], dict[UUID, tuple[UUID, float]]] = defaultdict(dict)
    for (indicator, place, period), figures in _population(values).items():
        if "" in figures and is_period(period):
            totals[indicator, period][place] = figures[""]
    broken = []
    known = ages()
    for (_indicator, period), held in totals.items():
        places = known.on(span(period).end)
        for place, (pk, whole) in held.items():
            inside: dict[str, list[UUID]] = defaultdict(list)
            for child in places.children.get(place, ()):
                inside[child.division].append(child.id)
            for members in inside.values():
                numbers = [held[one][1] for one in members if one in held]
                if len(numbers) == len(members) and abs(whole - sum(numbers)) > ROUNDING:
                    broken.append(pk)
    return values.filter(pk__in=broken)


def _check(code: str, severity: int, message: dict[str, str], field: str, *, row: Any, record: str = TABLE) -> Check:
    return Check(code, severity, query=_none, record=record, message=message, field=field, row=row)


def _none(rows: Any) -> Any:
    return rows.none()


NO_PLACE = three(
    "لا يذكر الصف مكاناً. اكتب المحافظة أو القضاء أو رمز المكان.",
    "ڕیزەکە هیچ شوێنێک ناڵێت. پارێزگا یان قەزا یان کۆدی شوێن بنووسە.",
    "The row names no place. Write the governorate, the district or the place's code.",
)

CHECKS: tuple[Check, ...] = (
    _check("no-place", 3, NO_PLACE, "place", row=_nowhere),
    _check("no-place-of-figure", 3, NO_PLACE, "place", row=_nowhere, record=LONG_TABLE),
    _check(
        "no-number",
        3,
        three(
            "لا يحتوي الصف على أي عدد. املأ المجموع أو أحد أجزائه.",
            "ڕیزەکە هیچ ژمارەیەکی تێدا نییە. کۆی گشتی یان بەشێکی پڕ بکەرەوە.",
            "The row holds no number. Fill in the total or one of its parts.",
        ),
        "total",
        row=_no_number,
    ),
    _check(
        "no-value",
        3,
        three(
            "لا يحتوي الصف على قيمة. املأ القيمة، أو البسط والمقام.",
            "ڕیزەکە هیچ بەهایەکی تێدا نییە. بەهاکە یان سەرکەرت و ژێرکەرت پڕ بکەرەوە.",
            "The row holds no value. Fill in the value, or numerator and denominator.",
        ),
        "value",
        row=_no_value,
        record=LONG_TABLE,
    ),
    _check(
        "row-sexes",
        2,
        three(
            "الإناث {female} والذكور {male} لا يساويان المجموع {total}.",
            "مێ {female} و نێر {male} ناکاتە کۆی گشتی {total}.",
            "Female {female} and male {male} do not add up to the total {total}.",
        ),
        "total",
        row=lambda values: _differs(values, "total", "female", "male"),
    ),
    _check(
        "row-residence",
        2,
        three(
            "الحضر {urban} والريف {rural} لا يساويان المجموع {total}.",
            "شار {urban} و لادێ {rural} ناکاتە کۆی گشتی {total}.",
            "Urban {urban} and rural {rural} do not add up to the total {total}.",
        ),
        "total",
        row=lambda values: _differs(values, "total", "urban", "rural"),
    ),
    Check(
        "sexes",
        2,
        query=lambda values: not_adding_up(values, "sex"),
        record=FIGURES,
        field="value",
        message=three(
            "عدد السكان {value} لا يساوي مجموع الإناث والذكور.",
            "ژمارەی دانیشتووان {value} یەکسان نییە بە کۆی مێ و نێر.",
            "The population {value} is not the sum of female and male.",
        ),
    ),
    Check(
        "ages",
        2,
        query=lambda values: not_adding_up(values, "age_group"),
        record=FIGURES,
        field="value",
        message=three(
            "عدد السكان {value} لا يساوي مجموع الفئات العمرية.",
            "ژمارەی دانیشتووان {value} یەکسان نییە بە کۆی گرووپەکانی تەمەن.",
            "The population {value} is not the sum of its age groups.",
        ),
    ),
    Check(
        "districts",
        2,
        query=districts_not_adding_up,
        record=FIGURES,
        field="value",
        message=three(
            "عدد السكان {value} لا يساوي مجموع الأقضية التي كانت فيه في نهاية الفترة.",
            "ژمارەی دانیشتووان {value} یەکسان نییە بە کۆی ئەو قەزایانەی لە کۆتایی ماوەکەدا تێیدا بوون.",
            "The population {value} is not the sum of the districts that lay in it at the period's end.",
        ),
    ),
    Check(
        "negative",
        3,
        query=lambda values: values.filter(indicator__kind="count", value__lt=0),
        record=FIGURES,
        field="value",
        message=three(
            "العدد {value} أقل من صفر.", "ژمارەی {value} لە سفر کەمترە.", "The count {value} is less than zero."
        ),
    ),
)
