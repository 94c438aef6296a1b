"""The rows of a dataset's next version, from wherever they come; as one person sees them."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from ..catalogue.fields import as_json
from ..datasets import datasets
from ..figure_table import FigureTable
from ..models import Dataset
from ..record_table import RecordTable
from ..tables import open_table

COUNTS, RECORDS = "counts", "records"


@dataclass
class Source:
    """``rows``: mappings with the fields' values and ``_key``, ``_geometry`` (GeoJSON text or None), ``place_id``, ``period``;
    in the order of their keys. ``kind`` says whether the rows are counts or records: how they are protected."""

    kind: str
    fields: list[dict[str, Any]]
    rows: list[dict[str, Any]] = field(default_factory=list)


def declared_rows(dataset: Dataset, user: Any, sensitivity: int) -> Source:
    """Records that are more sensitive than the version may be, or not published, stay out of it."""
    published = datasets().get(dataset.code)
    if published is None:
        raise LookupError(dataset.code)
    table = open_table(published, user)
    if isinstance(table, RecordTable):
        table.queryset = released(table.queryset, sensitivity)
    figures = isinstance(table, FigureTable)
    made = Source(COUNTS if figures else RECORDS, [as_json(one) for one in published.fields])
    own = isinstance(table, RecordTable) and table.geometry_field is not None
    shares = [row.get("share_present") for row in table.rows] if isinstance(table, FigureTable) else []
    for number, line in enumerate(table.lines(geometry=own)):
        row = dict(zip(table.names, line.values, strict=True))
        row["_key"] = "|".join(map(str, line.key)) if figures else record_key(dataset.code, line.key[0])
        row["_geometry"] = line.geometry
        row["place_id"], row["period"] = line.place_id, line.period or row.get("period") or ""
        if shares:
            row["share_present"] = shares[number]
        made.rows.append(row)
    return made


def released(rows: QuerySet[Any], sensitivity: int) -> QuerySet[Any]:
    names = {one.name for one in rows.model._meta.get_fields()}
    if "sensitivity" in names:
        rows = rows.filter(sensitivity__lte=sensitivity)
    return rows.filter(state="published") if "state" in names else rows


def record_key(code: str, pk: Any) -> str:
    """The same record has the same key in each version, and the key tells nothing of the record."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{code}:{pk}".encode(), sha256).hexdigest()[:20]


def without_private(row: Mapping[str, Any], fields: list[dict[str, Any]]) -> dict[str, Any]:
    """The values that may stand in a version: of its fields, never of identifiers."""
    return {one["name"]: row.get(one["name"]) for one in fields if one["role"] not in ("identifier", "geometry")}
