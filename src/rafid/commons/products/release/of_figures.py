"""Rows of figures: indicators by place, period and disaggregation, as the commons resolve them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_noop, override

from rafid.commons.indicators import disaggregation
from rafid.commons.indicators.figures import BARRED, Board, Reader
from rafid.commons.indicators.formula import Atom
from rafid.commons.indicators.hierarchy import Area
from rafid.commons.indicators.models import Indicator
from rafid.commons.indicators.queries import disaggregations, periods
from rafid.commons.names import in_three
from rafid.commons.places.country import country
from rafid.commons.places.models import Level

from ..catalogue.fields import as_json
from ..models import Dataset
from .sources import COUNTS, Source

LEVELS = {"country": Level.COUNTRY, "governorate": Level.GOVERNORATE, "district": Level.DISTRICT}
TOTAL = "total"


def column(code: str) -> str:
    """An indicator's column: its code as a word."""
    return code.replace("-", "_")


def figure_fields(indicators: Iterable[Indicator], by: Sequence[str]) -> list[dict[str, Any]]:
    """The fields of such a dataset, as a composer begins with: counts are protected, rates of them too."""
    fields: list[dict[str, Any]] = [
        _field("period", in_three(gettext_noop("Period")), "period", hxl="#date+period"),
        _field("level", in_three(gettext_noop("Level")), "choice", hxl="#meta+level",
               choices={name: in_three(said) for name, said in _LEVEL_NAMES.items()}),
        _field("code", in_three(gettext_noop("Place code")), "text", hxl="#loc+code"),
        *(
            _field(f"name_{language}", in_three(said), "text", hxl=f"#loc+name+{language}")
            for language, said in _PLACE_NAMES.items()
        ),
    ]  # fmt: skip
    lists = disaggregation.code_lists()
    for dimension in by:
        words = {code: dict(part.names) for code, part in lists.get(dimension, {}).items()}
        if words:
            words[TOTAL] = in_three(gettext_noop("Total"))
        title = {code: str(text) for code, text in _dimension(dimension).items()}
        fields.append(_field(dimension, title, "choice" if words else "text", role="quasi", choices=words or None))
    chosen = list(indicators)
    for one in chosen:
        fields.append(
            _field(
                column(one.code), one.names, "integer" if one.counts else "number", unit=one.unit,
                role="sensitive" if one.counts else "none", hxl="#affected" if one.counts else "#indicator+value+num",
            )
            | ({"measure": one.code} if one.counts else {})
            | ({"of": _counted_in(one, chosen)} if not one.counts and _counted_in(one, chosen) else {})
        )  # fmt: skip
    return fields


_LEVEL_NAMES = {
    "country": gettext_noop("Country"),
    "governorate": gettext_noop("Governorate"),
    "district": gettext_noop("District"),
}
_PLACE_NAMES = {
    "ar": gettext_noop("Name (Arabic)"),
    "ckb": gettext_noop("Name (Sorani)"),
    "en": gettext_noop("Name (English)"),
}


def _field(name: str, names: Any, kind: str, *, role: str = "none", **more: Any) -> dict[str, Any]:
    said = {"name": name, "names": dict(names), "kind": kind, "role": role}
    return said | {part: value for part, value in more.items() if value}


def _dimension(name: str) -> dict[str, str]:
    found = {}
    for language in ("ar", "ckb", "en"):
        with override(language):
            found[language] = str(disaggregation.DIMENSIONS.get(name, name))
    return found


def _counted_in(rate: Indicator, chosen: Sequence[Indicator]) -> list[str]:
    """Columns of the table that a rate is computed from: whoever knows the other gets the one from the rate."""
    formula = f"{rate.numerator} {rate.denominator}"
    return [column(one.code) for one in chosen if one.counts and one.code in formula]


def figure_rows(dataset: Dataset, user: Any, _sensitivity: int) -> Source:
    """``source``: ``indicators`` (codes), ``by`` (dimensions), ``levels`` (country, governorate, district), ``periods`` (all
    that there are when empty)."""
    asked = dataset.source
    reader = Reader(user)
    codes = [code for code in asked.get("indicators", []) if code in reader.known]
    if not codes:
        raise LookupError(dataset.code)
    there = periods(reader, codes)
    wanted = [one for one in there if not asked.get("periods") or one in asked["periods"]]
    dimensions = list(asked.get("by", []))
    bys = {
        by
        for code in codes
        for by in disaggregations(reader, code, wanted)
        if {*disaggregation.split(by)} <= {*dimensions}
    }
    atoms = [Atom(code, by) for code in codes for by in bys]
    made = Source(COUNTS, [as_json(one) for one in dataset.fields.all()])
    for board in reader.boards(wanted, atoms):
        for name in asked.get("levels") or ["governorate", "district"]:
            for area in board.places.at(LEVELS[name], None if LEVELS[name] < Level.DISTRICT else country().division):
                for by in sorted(bys, key=disaggregation.in_order):
                    row = _row(board, area, name, codes, by, dimensions)
                    if row is not None:
                        made.rows.append(row)
    made.rows.sort(key=lambda row: row["_key"])
    return made


def _row(
    board: Board, area: Area, level: str, codes: Sequence[str], by: str, dimensions: Sequence[str]
) -> dict[str, Any] | None:
    figures = {code: found for code in codes if (found := board.of(code, by).get(area.id)) is not None}
    if not figures:
        return None
    parts = disaggregation.split(by)
    values = {
        column(code): None if figure.basis == BARRED or figure.value is None else _plain(figure.value)
        for code, figure in figures.items()
    }
    shares = [one.share_present for one in figures.values() if one.share_present is not None]
    return {
        **{column(code): None for code in codes},
        **values,
        "period": board.period,
        "level": level,
        "code": area.ref,
        **{f"name_{language}": area.names[language] for language in ("ar", "ckb", "en")},
        **{name: parts.get(name, TOTAL) for name in dimensions},
        "place_id": area.id,
        "share_present": min(shares) if shares else None,
        "provisional": any(one.provisional for one in figures.values()),
        "_key": "|".join((board.period, area.ref, *(parts.get(name, TOTAL) for name in dimensions))),
        "_geometry": None,
    }


def _plain(value: float) -> float | int:
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value
