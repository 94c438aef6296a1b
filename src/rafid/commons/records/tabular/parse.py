"""One door to the cell parsers, and a parser per column that remembers what it has read.

All raise ``CellError`` and give None for an empty cell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from .calendars import type_calendar
from .cells import parse_text
from .choices import Choices, parse_bool, parse_choice
from .dates import ParsedDate, column_date_order, parse_date, type_order
from .errors import CellError
from .numbers import Number, column_number_style, parse_integer, parse_number, read_number, type_style
from .periods import parse_period

__all__ = [
    "Choices",
    "Number",
    "ParsedDate",
    "column_date_order",
    "column_number_style",
    "column_parser",
    "parse_bool",
    "parse_choice",
    "parse_coordinate",
    "parse_date",
    "parse_integer",
    "parse_number",
    "parse_period",
    "parse_text",
    "read_number",
]

_REMEMBERED = 32_768


def parse_coordinate(cell: Any, *, limit: int, style: type_style | None = None) -> float | None:
    """Decimal degrees within ±``limit`` (180 for longitude, 90 for latitude)."""
    value = parse_number(cell, style=style)
    if value is None:
        return None
    if abs(value) > limit:
        raise CellError("not_a_coordinate", value=cell, limit=limit)
    return float(value)


def parse_json(cell: Any) -> str | None:
    """A JSON text that the import itself understands, as it stands."""
    if cell is None or cell == "":
        return None
    try:
        json.loads(str(cell))
    except ValueError as error:
        raise CellError("not_json", value=cell) from error
    return str(cell)


def column_parser(
    kind: str,
    *,
    samples: Iterable[Any] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
    order: type_order | None = None,
    calendar: type_calendar | None = None,
) -> Callable[[Any], Any]:
    """A function from cell to value for a column of ``kind`` (``rafid.commons.programme.Column``).

    ``samples``, some cells of the column, decide what one cell leaves open: the decimal sign, day or month first.
    Values: text, place → str; integer → int; number → Decimal; longitude, latitude → float; date →
    ``ParsedDate``; period → str; choice → code; boolean → bool. ``ValueError`` for an unknown kind.
    """
    samples = list(samples)
    if kind in ("text", "place"):
        return parse_text
    if kind == "json":
        return parse_json
    if kind == "period":
        return parse_period
    if kind == "boolean":
        return parse_bool
    if kind == "choice":
        return Choices(choices or {}).parse
    if kind == "date":
        return partial(parse_date, order=order or column_date_order(samples), calendar=calendar)
    style = column_number_style(samples)
    if kind == "integer":
        return partial(parse_integer, style=style)
    if kind == "number":
        return partial(parse_number, style=style)
    if kind in ("longitude", "latitude"):
        limit = 180 if kind == "longitude" else 90
        return lru_cache(maxsize=_REMEMBERED, typed=True)(partial(parse_coordinate, limit=limit, style=style))
    raise ValueError(f"unknown kind of column: {kind}")
