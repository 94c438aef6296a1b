"""Answers for those who do not parse XML: programmes, indicators, checks. Typed, by table and column.

Tables and columns are those of exports: ``submissions`` and one table for each repeat, with ``KEY`` and ``PARENT_KEY``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.utils import timezone

from rafid.methods.xforms.tables import MAIN

from .models import FormVersion, Row, Submission, SubmissionState
from .schema import tables_of, typed

Rows = dict[str, list[dict[str, Any]]]
"""Table → its rows, each column → typed value (None where nothing was answered)."""

_AT_ONCE = 500


def rows_of_version(version: UUID) -> Rows:
    """All rows of one version of a submission; tables without rows are there, empty."""
    return rows_of_versions([version])[version]


def rows_of_versions(versions: Sequence[UUID]) -> dict[UUID, Rows]:
    """The same for several versions by two statements."""
    from .models import SubmissionVersion

    forms = dict(SubmissionVersion.objects.filter(pk__in=versions).values_list("pk", "form_version"))
    schemas = dict(FormVersion.objects.filter(pk__in=set(forms.values())).values_list("pk", "schema"))
    tables = {form: {table.number: table for table in tables_of(schema)} for form, schema in schemas.items()}
    found: dict[UUID, Rows] = {
        version: {table.name: [] for table in tables[form].values()} for version, form in forms.items()
    }
    rows = Row.objects.filter(submission_version__in=versions).order_by("submission_version", "table", "ordinal")
    for version, number, parent, key, values in rows.values_list(
        "submission_version", "table", "parent", "key", "values"
    ):
        table = tables[forms[version]].get(number)
        if table is None:
            continue
        row: dict[str, Any] = {
            column.name: typed(values[column.slot], column.type) if column.slot < len(values) else None
            for column in table.columns
        }
        if table.name != MAIN:
            row["PARENT_KEY"] = parent
        row["KEY"] = key
        found[version][table.name].append(row)
    return found


@dataclass(frozen=True)
class Approved:
    """An approved submission. ``on``: when the visit began, as the phone said, else when it was received."""

    submission: UUID
    instance_id: str
    on: datetime
    place: UUID | None
    owner: UUID
    location: Point | None
    site: str
    entity: UUID | None
    rows: Rows

    @property
    def main(self) -> Mapping[str, Any]:
        """The answers outside of repeats."""
        found = self.rows.get(MAIN) or [{}]
        return found[0]


def approved_rows(
    form_code: str, since: date | datetime | None = None, until: date | datetime | None = None
) -> Iterator[Approved]:
    """Approved submissions of a form, by its code, begun from ``since`` on and before ``until`` ends.

    A ``date`` is a whole day of the country's zone, ``until`` included; a ``datetime`` is that moment, ``until`` excluded.
    Sealed ones are left out: nobody here can read them. Read in steps, so that memory does not grow with the form.
    """
    chosen = Submission.objects.filter(form__xform_id=form_code, state=SubmissionState.APPROVED, sealed=False)
    chosen = chosen.annotate(on=_on())
    if since is not None:
        chosen = chosen.filter(on__gte=_moment(since))
    if until is not None:
        chosen = chosen.filter(on__lt=_moment(until, after=True))
    columns = ("pk", "current", "instance_id", "on", "place", "owner", "location", "site", "entity")
    for some in _steps(chosen.order_by("pk").values_list(*columns).iterator(chunk_size=_AT_ONCE)):
        rows = rows_of_versions([one[1] for one in some])
        for pk, version, instance_id, on, place, owner, location, site, entity in some:
            yield Approved(pk, instance_id, on, place, owner, location, site, entity, rows[version])


def _on() -> Any:
    from django.db.models.functions import Coalesce

    return Coalesce("started_at", "received_at")


def _moment(given: date | datetime, *, after: bool = False) -> datetime:
    if isinstance(given, datetime):
        return given if timezone.is_aware(given) else timezone.make_aware(given)
    return timezone.make_aware(datetime.combine(given + timedelta(days=1) if after else given, time()))


def _steps(rows: Iterable[Any]) -> Iterator[list[Any]]:
    walk = iter(rows)
    while some := list(islice(walk, _AT_ONCE)):
        yield some
