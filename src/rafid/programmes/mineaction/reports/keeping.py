"""Writing the records that reports speak of: made, changed, judged and found again."""

from __future__ import annotations

from typing import Any

from rafid.commons.records.checks import check_record
from rafid.commons.records.models import Source
from rafid.commons.records.search import index_record

from .content import FIELDS


def create(report: Any, values: dict[str, Any], by: Any, **more: Any) -> Any:
    """The record of the report's kind, with its date, its operator and its place."""
    model = FIELDS[report.type][0]
    fields = {
        "owner": report.owner, "organisation": report.organisation, "place": report.place, "on": report.on, "report": report,
        "made_by": by, "source": report.source if report.source != Source.PERSON else Source.SUBMISSION,
        "source_id": report.pk, **values, **more,
    }  # fmt: skip
    if not _has(model, "report"):
        del fields["report"]
    record = model(**{name: said for name, said in fields.items() if said is not None or _nullable(model, name)})
    record.save(force_insert=True)
    finish(record)
    return record


def update(record: Any, changes: dict[str, Any]) -> None:
    for name, said in changes.items():
        setattr(record, name, said)


def finish(record: Any) -> None:
    """After the record was written: its computed columns are read again, the checks judge it, the search finds it."""
    record.refresh_from_db()
    check_record(record)
    index_record(record)


def _has(model: Any, name: str) -> bool:
    return name in {field.name for field in model._meta.concrete_fields}


def _nullable(model: Any, name: str) -> bool:
    return bool(model._meta.get_field(name).null)
