"""A book from what a page or a program sends: texts, each looked at once."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date

from . import typed
from .book import CHOICES, Book, from_lines, rows_of


def book_of_json(said: Mapping[str, Any]) -> Book:
    """What is not understood of the head counts as not said: the drawing then says what is missing."""
    return Book(
        rows=rows_of(said.get("rows") or []),
        on=day(said.get("on")),
        declination=declination(said.get("declination")),
        **{name: _one(name, said.get(name)) for name in CHOICES},
        **{name: is_true(said.get(name)) for name in ("closes", "adjusted", "swapped", "back")},
    )


def book_of_form(form: Mapping[str, Any]) -> Book:
    """As :func:`book_of_json`; ``rows`` is tab-separated text."""
    texts = dict(form.items()) if hasattr(form, "items") else dict(form)
    book = book_of_json({**texts, "rows": []})
    return book.read_as(rows=from_lines(str(texts.get("rows", ""))))


def is_true(value: Any) -> bool:
    return value is True or str(value).lower() in ("true", "on", "1", "yes")


def day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return parse_date(str(value or "").strip())
    except ValueError:
        return None


def declination(value: Any) -> float | None:
    """Degrees, east positive; None where it is empty or no angle."""
    text = str(value if value is not None else "").strip()
    if not text:
        return None
    try:
        found = typed.degrees(text)
    except typed.NotTyped:
        return None
    return found if math.isfinite(found) and abs(found) <= 90 else None


def _one(name: str, value: Any) -> Any:
    text = str(value if value is not None else "")
    return text if text in CHOICES[name] else _DEFAULTS[name]


_DEFAULTS = {
    "crs": "EPSG:32638",
    "north": "unknown",
    "bearing_unit": "degrees",
    "distance_unit": "m",
    "taped": "ground",
    "notation": "",
}


def as_dict(text: str) -> Any:
    """JSON of a hidden field; None for what is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None
