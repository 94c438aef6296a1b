"""Frozen figures in the reader's language, for a sentence, a table, a data file: nothing is asked of the database here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rafid.commons.indicators import disaggregation
from rafid.commons.names import pick
from rafid.commons.writing import number, period

from .fields import CHANGE, SHARE_OF_CHANGE, UNIT, Live

MISSING, WITHHELD = "–", "*"


def unit_of(text: str) -> str:
    return _(text) if text else ""


def field_text(frozen: Mapping[str, Any] | None, unit: str = "") -> str:
    """A live field as a sentence has it."""
    if not frozen:
        return MISSING
    value, decimals, how = frozen.get("value"), frozen.get("decimals", 0), frozen.get("how", "")
    if value is None:
        return WITHHELD if frozen.get("withheld") else MISSING
    if isinstance(value, str):
        return value
    if how in (CHANGE, SHARE_OF_CHANGE):
        return _change(value, frozen.get("before"), decimals, how)
    said = number(value, decimals)
    if how == UNIT and unit:
        said = f"{said}%" if unit == "%" else f"{said} {unit_of(unit)}"
    return said


def _change(value: float, before: float | None, decimals: int, how: str) -> str:
    if before is None or (how == SHARE_OF_CHANGE and before == 0):
        return MISSING
    difference = value - before if how == CHANGE else 100 * (value - before) / abs(before)
    places = max(decimals, 1) if how == SHARE_OF_CHANGE else decimals
    said = number(difference, places)
    if round(difference, places) > 0:
        said = f"\u200e+{said}"
    return f"{said}%" if how == SHARE_OF_CHANGE else said


def cell_text(told: Mapping[str, Any] | None, decimals: int) -> str:
    """A figure of a table, chart or map."""
    if not told or told.get("value") is None:
        return WITHHELD if told and told.get("withheld") else MISSING
    value = told["value"]
    said = number(value, decimals) if not isinstance(value, str) else value
    return said + mark(told)


def mark(told: Mapping[str, Any]) -> str:
    return "†" if told.get("share") is not None else "ᵖ" if told.get("provisional") else ""


class Speaker:
    """Says the fields of one edition; knows which ones have no figure."""

    def __init__(self, figures: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
        self.figures = figures
        self.fields: Mapping[str, Any] = figures.get("fields") or {}
        self.before: Mapping[str, Any] = (before or {}).get("fields") or {}
        self.silent: dict[str, None] = {}

    def text(self, live: Live) -> str:
        frozen = self.fields.get(live.key)
        indicator = (self.figures.get("indicators") or {}).get(live.code, {})
        said = field_text(frozen, (frozen or {}).get("unit") or indicator.get("unit", ""))
        if said in (MISSING, WITHHELD):
            self.silent[live.key] = None
        return said

    def html(self, live: Live) -> SafeString:
        return format_html("<bdi>{}</bdi>", self.text(live))

    def marked(self, live: Live) -> SafeString:
        """For the editor: where it comes from, and whether it differs from the edition before."""
        frozen, old = self.fields.get(live.key), self.before.get(live.key)
        said = self.text(live)
        css = "live"
        if said == MISSING:
            css += " missing"
        was = field_text(old) if old else ""
        if old is not None and any(old.get(name) != (frozen or {}).get(name) for name in ("value", "before")):
            css += " changed"
        title = described(frozen or {}, self.figures)
        if was:
            title = _("%(what)s; in the edition before: %(was)s") % {"what": title, "was": was}
        return format_html('<bdi class="{}" title="{}">{}</bdi>', css, title, said)


def described(frozen: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    """``Population · Maysan · 2024 · Female``."""
    if frozen.get("dataset"):
        dataset = (figures.get("datasets") or {}).get(frozen["dataset"], {})
        name = f"{pick(dataset.get('names') or {}) or frozen['dataset']}: {pick(frozen.get('names') or {}) or frozen['column']}"
        by = frozen.get("by", "")
    else:
        code = frozen.get("code", "")
        name = pick((figures.get("indicators") or {}).get(code, {}).get("names") or {}) or code
        by = disaggregation.label(frozen.get("by", "")) if frozen.get("by") else ""
    place = pick(frozen.get("place_names") or {}) or frozen.get("place", "")
    return " · ".join(one for one in (name, place, period(frozen.get("period", "")), by) if one)


def rows(figures: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every figure once, flat, for the data file: ``block what place place_name period by value unit flag source as_of``."""
    indicators: Mapping[str, Any] = figures.get("indicators") or {}
    for frozen in (figures.get("fields") or {}).values():
        indicator = indicators.get(frozen.get("code", ""), {})
        yield _row("", frozen, frozen, indicator, frozen.get("unit") or indicator.get("unit", ""), figures)
    for name, block in (figures.get("blocks") or {}).items():
        for column in block.get("columns") or ():
            indicator = indicators.get(column["code"], {})
            for row in block["rows"]:
                told = row["cells"].get(column["code"])
                if told is not None:
                    yield _row(name, row | {"code": column["code"], "period": column["period"]}, told, indicator,
                               indicator.get("unit", ""), figures)  # fmt: skip
        indicator = indicators.get(block.get("code", ""), {})
        for point in block.get("points") or ():
            yield _row(name, block | {"period": point["period"]}, point, indicator, indicator.get("unit", ""), figures)
        for age in block.get("ages") or ():
            for sex in ("male", "female"):
                if sex in age:
                    by = disaggregation.join({"age_group": age["age"], "sex": sex})
                    yield _row(name, block | {"by": by}, age[sex], indicator, indicator.get("unit", ""), figures)
        for place in block.get("places") or ():
            about = block | {"place": place["place"], "place_names": place["place_names"]}
            yield _row(name, about, place, indicator, indicator.get("unit", ""), figures)


def _row(
    block: str,
    about: Mapping[str, Any],
    told: Mapping[str, Any],
    indicator: Mapping[str, Any],
    unit: str,
    figures: Mapping[str, Any],
) -> dict[str, Any]:
    dataset = (figures.get("datasets") or {}).get(about.get("dataset", ""), {})
    flag = (
        "*"
        if told.get("withheld")
        else "p"
        if told.get("provisional")
        else "†"
        if told.get("share") is not None
        else ""
    )
    return {
        "block": block,
        "indicator": f"{about['dataset']}.{about['column']}" if about.get("dataset") else about.get("code", ""),
        "name": pick(indicator.get("names") or about.get("names") or {}),
        "place_code": about.get("place", ""),
        "place_name": pick(about.get("place_names") or {}),
        "period": about.get("period", ""),
        "by": about.get("by", ""),
        "value": told.get("value"),
        "before": told.get("before"),
        "before_period": told.get("before_period", ""),
        "unit": unit_of(unit),
        "flag": flag,
        "source": told.get("origin") or pick(dataset.get("attribution") or {}) or "",
        "as_of": told.get("as_of", ""),
    }
