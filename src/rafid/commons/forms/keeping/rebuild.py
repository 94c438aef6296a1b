"""Rows made again from the XML as received: what lists and exports read is derived, and can always be derived anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from rafid.methods import xforms

from ..accept import write_rows
from ..models import Form, FormVersion, SubmissionVersion
from ..schema import definition, rows_of

AT_ONCE = 200

Rows = list[tuple[int, int, str | None, str, list[str | None]]]


@dataclass
class Rebuilt:
    """``differed``: versions whose rows were not those that the XML gives."""

    versions: int = 0
    differed: int = 0


def rebuild(
    form: Form | None = None, *, check: bool = False, tell: Callable[[str], None] = lambda _text: None
) -> Rebuilt:
    """Compares each version's rows with what its XML gives, and unless ``check`` writes those that differ. In lots, each in a
    transaction: safe to run while submissions arrive, and again after it was cut off."""
    found = Rebuilt()
    versions = SubmissionVersion.objects.filter(xml__isnull=False)
    if form is not None:
        versions = versions.filter(form=form)
    schemas = _Schemas()
    last: UUID | None = None
    while True:
        some = versions.filter(pk__gt=last) if last else versions
        with transaction.atomic():
            # Held until their rows are written: what is erased meanwhile would come back.
            held = some.select_for_update(no_key=True).order_by("pk")
            lot = list(held.only("pk", "form_version", "xml", "instance_id")[:AT_ONCE])
            if not lot:
                return found
            last = lot[-1].pk
            there = _there([one.pk for one in lot])
            for one in lot:
                found.versions += 1
                made = _made(one, schemas)
                if made == there.get(one.pk, []):
                    continue
                found.differed += 1
                tell(one.instance_id)
                if not check:
                    with connection.cursor() as cursor:
                        cursor.execute("DELETE FROM rafid_forms_row WHERE submission_version_id = %s", [one.pk])
                        write_rows(cursor, one.pk, made)


class _Schemas:
    def __init__(self) -> None:
        self._kept: dict[UUID, dict[str, Any]] = {}

    def of(self, version: UUID) -> dict[str, Any]:
        if version not in self._kept:
            self._kept[version] = FormVersion.objects.values_list("schema", flat=True).get(pk=version)
        return self._kept[version]


def _made(version: SubmissionVersion, schemas: _Schemas) -> Rows:
    made = definition(version.form_version_id)
    read = xforms.read_submission(bytes(version.xml or b""))
    return sorted(rows_of(schemas.of(version.form_version_id), xforms.flatten(made, read)), key=lambda row: row[:2])


def _there(versions: list[UUID]) -> dict[UUID, Rows]:
    found: dict[UUID, Rows] = {}
    for version, *row in _read(versions):
        found.setdefault(version, []).append(tuple(row))  # type: ignore[arg-type]
    return found


def _read(versions: list[UUID]) -> Iterator[tuple[UUID, int, int, str | None, str, list[str | None]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT submission_version_id, "table", ordinal, parent, key, "values" FROM rafid_forms_row'
            ' WHERE submission_version_id = ANY(%s) ORDER BY "table", ordinal',
            [versions],
        )
        yield from cursor.fetchall()
