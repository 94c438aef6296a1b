"""Which questions people answered: no calculations, no times and numbers that the phone wrote, no notes."""

from __future__ import annotations

from rafid.commons.forms.schema import Column, Table
from rafid.methods import xforms

from .batch import Batch


def asked(batch: Batch, types: frozenset[str], table: Table | None = None) -> list[tuple[Column, xforms.Field]]:
    """Columns of a table (the main one by default) whose question is one that a person answers, of these types."""
    table = table or batch.main
    if table is None or batch.newest is None:
        return []
    fields = {field.path: field for field in batch.newest.fields}
    found = []
    for column in table.columns:
        field = fields.get(column.path)
        if field is None or field.type not in types or field.type == "geopoint":
            continue
        if field.calculate or field.preload or not field.control or (field.readonly or "").strip() == "true()":
            continue
        found.append((column, field))
    return found
