"""The visits that are examined together, and what several checks ask about them, each asked once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.utils import timezone

from rafid.commons.forms.limits import limits_of
from rafid.commons.forms.models import Form, FormVersion
from rafid.commons.forms.schema import Table, definition, united
from rafid.methods import xforms
from rafid.methods.xforms.tables import MAIN

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visit:
    """A submission as its current version tells it. Order: received_at, then id. At night all of a form are held at once."""

    id: UUID
    version: UUID
    form_version: UUID
    instance_id: str
    owner: UUID
    received_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    longitude: float | None
    latitude: float | None
    interviewer: str
    site: str
    entity: UUID | None

    @property
    def begun(self) -> datetime | None:
        return self.started_at or self.ended_at


@dataclass(frozen=True)
class Found:
    """What a check says of a visit. ``path`` with a position in every repeat, ``field`` without."""

    kind: str
    submission: UUID
    version: UUID
    path: str = ""
    field: str = ""
    value: str | None = None
    expected: str | None = None
    evidence: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def key(self) -> tuple[UUID, str, str]:
        return self.version, self.kind, self.path


class Batch:
    """Visits of one form: those that have just come, whose files are read; or ``whole``, as each night, all of them.

    A night takes a large form in parts; ``kept`` holds what all parts ask of the whole form, read once.
    """

    def __init__(
        self,
        form: Form,
        ids: Sequence[UUID] | None = None,
        *,
        now: datetime | None = None,
        kept: dict[Any, Any] | None = None,
    ) -> None:
        self.form = form
        self.whole = ids is None or kept is not None
        self.part = ids is not None
        self._kept = kept
        self.now = now or timezone.now()
        self.limits = limits_of(form)
        self.visits: dict[UUID, Visit] = {one.id: one for one in visits_of(form.pk, ids)}
        self.looked_at: dict[str, frozenset[UUID]] = {}
        """Kind → the visits that the check looked at, where it did not look at all."""
        self._made: dict[Any, Any] = {}

    def once(self, make: Callable[[Batch], T]) -> T:
        """What ``make`` says of this batch, asked once."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def of_form(self, name: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` says of the whole form; at night asked once for all parts."""
        if self._kept is None:
            return make()
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found

    def found(self, kind: str, visit: Visit, **more: Any) -> Found:
        return Found(kind, visit.id, visit.version, **more)

    @property
    def ids(self) -> list[UUID]:
        return list(self.visits)

    @property
    def beside(self) -> list[UUID] | None:
        """Those that have just come are compared with the newest of the form; at night all with all."""
        return None if self.whole else self.ids

    @property
    def newest(self) -> xforms.Form | None:
        """The definition of the newest published version."""
        return self.once(_newest)

    @property
    def tables(self) -> dict[str, Table]:
        """Tables of all published versions together."""
        return self.once(_tables)

    @property
    def main(self) -> Table | None:
        return self.tables.get(MAIN)


def _newest(batch: Batch) -> xforms.Form | None:
    newest = (
        FormVersion.objects.filter(form=batch.form, published_at__isnull=False)
        .order_by("-published_at")
        .values_list("pk", flat=True)
        .first()
    )
    return definition(newest) if newest else None


def _tables(batch: Batch) -> dict[str, Table]:
    schemas = FormVersion.objects.filter(form=batch.form, published_at__isnull=False).order_by("published_at")
    return {table.name: table for table in united(list(schemas.values_list("schema", flat=True)))}


_VISITS = """
SELECT s.id, s.current_id, v.form_version_id, v.instance_id, s.owner_id, s.received_at, s.started_at, s.ended_at,
       ST_X(s.location), ST_Y(s.location), s.interviewer, s.site, s.entity_id
FROM rafid_forms_submission s JOIN rafid_forms_submissionversion v ON v.id = s.current_id
WHERE s.form_id = %s AND s.draft_id IS NULL AND s.deleted_at IS NULL AND s.purged_at IS NULL AND NOT s.sealed {more}
ORDER BY s.received_at, s.id
"""


def visits_of(form: UUID, ids: Iterable[UUID] | None = None, more: str = "", params: Sequence[Any] = ()) -> list[Visit]:
    """Present, readable submissions of a form, oldest first. ``more``: a further condition on ``s``."""
    if ids is not None:
        more, params = f"AND s.id = ANY(%s) {more}", [list(ids), *params]
    found: list[Visit] = []
    same: dict[Any, Any] = {}
    with connection.chunked_cursor() as cursor:
        cursor.execute(_VISITS.replace("{more}", more), [form, *params])
        while rows := cursor.fetchmany(_AT_ONCE):
            for row in rows:
                cells = list(row)
                # Versions, organisations, people and sites come again and again: kept once.
                for at in _REPEATED:
                    cells[at] = same.setdefault(cells[at], cells[at])
                found.append(Visit(*cells))
    return found


_AT_ONCE = 2000
_REPEATED = tuple(
    at
    for at, one in enumerate(dataclasses.fields(Visit))
    if one.name in ("form_version", "owner", "interviewer", "site")
)
