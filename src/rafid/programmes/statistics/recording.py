"""Rows of an import become figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from rafid.commons.indicators.models import Indicator, IndicatorState
from rafid.commons.indicators.write import record_values, replaced_sources
from rafid.commons.names import in_three
from rafid.commons.records.imports import Refused
from rafid.commons.records.models import Sensitivity

from .columns import TOTAL

BREAKDOWNS: Mapping[str, Mapping[str, str]] = {
    TOTAL: {},
    "female": {"sex": "female"},
    "male": {"sex": "male"},
    "urban": {"residence": "urban"},
    "rural": {"residence": "rural"},
    "urban_female": {"residence": "urban", "sex": "female"},
    "urban_male": {"residence": "urban", "sex": "male"},
    "rural_female": {"residence": "rural", "sex": "female"},
    "rural_male": {"residence": "rural", "sex": "male"},
}
"""Columns of the wide table and what each is the population of."""

_LONG = ("sex", "age_group", "residence")
SMALL = 5
"""A count below it may point at people; what anybody sees of such counts is for the release desk to say."""


def place_of(values: Mapping[str, Any]) -> Any:
    """The deepest place that the row names."""
    return values.get("place") or values.get("district") or values.get("governorate")


def record_population(batch: Any) -> None:
    """The wide table: each of its numbers is a figure of the indicator ``population``."""
    _record(batch, _population(batch))


def _record(batch: Any, rows: Iterator[dict[str, Any]]) -> None:
    record_values(batch.run, rows, copy=batch.copy_rows)
    if batch.rehearsal:
        batch.sources = replaced_sources(batch.run)


def _population(batch: Any) -> Iterator[dict[str, Any]]:
    for number, values in batch.rows:
        age = values.get("age_group")
        ages = {"age_group": age} if age and age != TOTAL else {}
        for column, by in BREAKDOWNS.items():
            if values.get(column) is None:
                continue
            yield {
                "indicator": "population",
                "place": place_of(values),
                "period": values["period"],
                "by": {**by, **ages},
                "value": values[column],
                "row": number,
            }


def record_figures(batch: Any) -> None:
    """The long table: one figure a row, of any adopted indicator. Raises ``Refused`` naming the row that cannot be."""
    known = {row.code: row for row in Indicator.objects.filter(state=IndicatorState.ADOPTED)}
    _record(batch, _figures(batch, known))


def _figures(batch: Any, known: Mapping[str, Indicator]) -> Iterator[dict[str, Any]]:
    for number, values in batch.rows:
        indicator = known.get(str(values["indicator"]).strip())
        if indicator is None:
            raise _refused(
                number, "indicator", gettext_noop("There is no indicator “%(code)s”. Write the code of one that is adopted."),
                code=str(values["indicator"])[:80],
            )  # fmt: skip
        by = {name: values[name] for name in _LONG if values.get(name) not in (None, TOTAL)}
        strange = [name for name in by if name not in indicator.by]
        if strange:
            raise _refused(
                number, strange[0], gettext_noop("The indicator “%(code)s” is not broken down by this. Leave the cell empty."),
                code=indicator.code,
            )  # fmt: skip
        if (values.get("numerator") is None) != (values.get("denominator") is None):
            raise _refused(
                number, "numerator", gettext_noop("Numerator and denominator come together, or not at all. Fill both in.")
            )  # fmt: skip
        if batch.rehearsal and _tells_of_few(indicator, values):
            batch.doubt(number, *_few(indicator, values))
        yield {
            "indicator": indicator.code,
            "place": place_of(values),
            "period": values["period"],
            "by": by,
            "value": values.get("value"),
            "numerator": values.get("numerator"),
            "denominator": values.get("denominator"),
            "source": values.get("source") or "",
            "row": number,
        }


def _counted(values: Mapping[str, Any]) -> str:
    return "numerator" if values.get("numerator") is not None else "value"


def _tells_of_few(indicator: Indicator, values: Mapping[str, Any]) -> bool:
    """Would anybody see that there are one, two, three or four?"""
    column = _counted(values)
    count = values.get(column)
    open_to_all = indicator.sensitivity == Sensitivity.PUBLIC and (indicator.counts or column == "numerator")
    return open_to_all and count is not None and 0 < count < SMALL


def _few(indicator: Indicator, values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    text = gettext_noop(
        "Fewer than %(small)s, and “%(code)s” is public: anybody would see it on the indicator's page. Where people are "
        "counted, let partners alone see the indicator, and publish a dataset of it: the release desk withholds small counts."
    )
    return _counted(values), in_three(text, small=SMALL, code=indicator.code)


def _refused(number: int, column: str, message: str, **params: Any) -> Refused:
    return Refused(number, "refused", {"text": in_three(message, **params)}, column)
