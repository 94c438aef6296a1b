"""Answers as OData writes them: what does not fit its property's type is null, since a reader would refuse the whole page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from ..schema import typed
from .entities import POINT, Group, Property

_PAIR = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)(?:\s+(-?\d+(?:\.\d+)?))?(?:\s+-?\d+(?:\.\d+)?)?\s*")


def shaped(group: Group, cells: Sequence[str | None], wanted: frozenset[Property] | None = None) -> dict[str, Any]:
    """The properties of a row, groups within it; ``wanted``: only these."""
    found: dict[str, Any] = {}
    for part in group.parts:
        if isinstance(part, Group):
            inner = shaped(part, cells, wanted)
            if inner or wanted is None:
                found[part.name] = inner
        elif wanted is None or part in wanted:
            found[part.name] = value_of(part, [cells[at] for at in part.columns])
    return found


def value_of(part: Property, texts: Sequence[str | None]) -> Any:
    text = texts[0]
    if part.edm == POINT:
        return _point(texts)
    if text is None or part.edm == "Edm.String":
        return text
    return _READ[part.edm](text)


def _point(texts: Sequence[str | None]) -> dict[str, Any] | None:
    latitude, longitude, altitude, accuracy = (_number(text) for text in texts)
    if latitude is None or longitude is None:
        return None
    place = [longitude, latitude] if altitude is None else [longitude, latitude, altitude]
    return {"type": "Point", "coordinates": place, "properties": {"accuracy": accuracy}}


def _number(text: str | None) -> float | None:
    found = typed(text, "decimal")
    return None if isinstance(found, str) else found


def _whole(text: str) -> int | None:
    found = typed(text, "int")
    return None if isinstance(found, str) else found


def _truth(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text)


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None


def _moment(text: str) -> str | None:
    try:
        found = datetime.fromisoformat(text)
        return (found if timezone.is_aware(found) else timezone.make_aware(found)).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError):
        return None


def _line(text: str) -> dict[str, Any] | None:
    places = _places(text)
    return {"type": "LineString", "coordinates": places} if places and len(places) > 1 else None


def _area(text: str) -> dict[str, Any] | None:
    places = _places(text)
    return {"type": "Polygon", "coordinates": [places]} if places and len(places) > 3 else None


def _places(text: str) -> list[list[float]] | None:
    found = []
    for part in text.strip().rstrip(";").split(";"):
        pair = _PAIR.fullmatch(part)
        if pair is None:
            return None
        found.append([float(number) for number in (pair[2], pair[1], pair[3]) if number is not None])
    return found


_READ = {
    "Edm.Int64": _whole,
    "Edm.Decimal": _number,
    "Edm.Boolean": _truth,
    "Edm.Date": _day,
    "Edm.DateTimeOffset": _moment,
    "Edm.GeographyLineString": _line,
    "Edm.GeographyPolygon": _area,
}
