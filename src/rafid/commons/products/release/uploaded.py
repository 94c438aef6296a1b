"""Rows of an uploaded table: a CSV in the store, its columns as the dataset's fields name them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.indicators.periods import is_period

from ..catalogue.fields import as_json
from ..models import Dataset
from .cells import TOTALS, measures
from .named_places import Places
from .sources import COUNTS, RECORDS, Source

SAID = 20
"""Bad rows that one answer names."""

MOST = 2_000_000
"""Rows of one version. More are points for a survey's own tools, or a table that was not summed up."""


class TooManyRowsError(ValueError):
    """More than ``MOST``."""


class BadRows(ValueError):
    """``rows``: (row number, field, sentence) each."""

    def __init__(self, rows: list[tuple[int, str, str]]) -> None:
        super().__init__("; ".join(f"{number} {field}: {said}" for number, field, said in rows[:3]))
        self.rows = rows


def uploaded_rows(dataset: Dataset, _user: Any, _sensitivity: int) -> Source:
    """Fields of the kind ``place`` hold P-codes, references or names, ``period`` periods as 2026Q1 or 202609.

    Raises ``BadRows``, and ``TooManyRowsError``.
    """
    fields = [as_json(one) for one in dataset.fields.all()]
    text = blobs.read(dataset.source["sha256"]).decode("utf-8-sig")
    made = Source(COUNTS if measures(fields) else RECORDS, fields)
    keys = [one["name"] for one in fields if one["role"] == "quasi" or one["kind"] in ("place", "period")]
    wrong: list[tuple[int, str, str]] = []
    places = Places(csv.DictReader(io.StringIO(text)), [one["name"] for one in fields if one["kind"] == "place"])
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in enumerate(csv.DictReader(io.StringIO(text)), 2):
        if number > MOST + 1:
            raise TooManyRowsError(MOST)
        row: dict[str, Any] = {"place_id": None, "period": "", "_geometry": None}
        for one in fields:
            try:
                row[one["name"]] = value_of(one, (cells.get(one["name"]) or "").strip())
            except ValueError as error:
                wrong.append((number, one["name"], str(error)))
                continue
            if one["kind"] == "place" and row[one["name"]]:
                try:
                    row["place_id"], row[one["name"]] = places.of(row[one["name"]])
                except ValueError as error:
                    wrong.append((number, one["name"], str(error)))
            elif one["kind"] == "period":
                row["period"] = row[one["name"]] or ""
        row["_geometry"] = _point(row, fields)
        key = tuple(str(row.get(name) or "") for name in keys) if keys and made.kind == COUNTS else (str(number),)
        if key in seen:
            wrong.append((number, ", ".join(keys), _("The same as row %d.") % seen[key]))
        seen[key] = number
        row["_key"] = "|".join(key)
        made.rows.append(row)
    if wrong:
        raise BadRows(wrong)
    made.rows.sort(key=lambda row: row["_key"])
    return made


def _point(row: Mapping[str, Any], fields: list[dict[str, Any]]) -> str | None:
    """Longitude and latitude as a position. Such fields have the role geometry: the policy says how exactly it leaves."""
    found = {one["kind"]: row.get(one["name"]) for one in fields if one["kind"] in ("longitude", "latitude")}
    if found.get("longitude") is None or found.get("latitude") is None:
        return None
    return json.dumps({"type": "Point", "coordinates": [found["longitude"], found["latitude"]]})


def value_of(field: Mapping[str, Any], text: str) -> Any:
    """Raises ``ValueError`` with a sentence."""
    if not text:
        if field.get("required"):
            raise ValueError(_("This must be filled in."))
        return None
    kind = field["kind"]
    if kind in ("integer", "number", "longitude", "latitude"):
        try:
            number = float(text)
        except ValueError:
            raise ValueError(_("%s is no number.") % text[:40]) from None
        if number != number or abs(number) == float("inf") or (kind == "integer" and number != int(number)):
            raise ValueError(_("%s is no whole number.") % text[:40])
        return int(number) if number == int(number) else number
    if kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError(_("Write the date as 2026-09-30.")) from None
    if kind == "period" and not is_period(text):
        raise ValueError(_("Write the period as 2026, 2026Q1 or 202609."))
    if kind == "choice" and field.get("choices") and text not in field["choices"] and text not in TOTALS:
        raise ValueError(_("%s is none of the codes of this field.") % text[:40])
    if kind == "boolean":
        if text.lower() not in ("true", "false", "1", "0"):
            raise ValueError(_("Write true or false."))
        return text.lower() in ("true", "1")
    return text
