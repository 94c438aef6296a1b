"""Of many records those to which a person may do something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from rafid.commons.people.visibility import may_on

Row = TypeVar("Row")


def theirs(user: Any, action: str, rows: Iterable[Row], *, of: Callable[[Row], Any] = lambda row: row) -> list[Row]:
    """As :func:`may_on` says for each row (for the record that it is ``of``), asked once for each owner and place: a sheet of
    sixty gauges of one ministry asks no more than a sheet of one."""
    known: dict[tuple[UUID, UUID | None], bool] = {}
    found = []
    for row in rows:
        record = of(row)
        key = (record.owner_id, record.place_id)
        if key not in known:
            known[key] = may_on(user, action, record)
        if known[key]:
            found.append(row)
    return found
