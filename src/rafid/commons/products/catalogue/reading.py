"""What one reader may have of a dataset: a version that is out, or the rows of today where nothing of them needs protection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..datasets import Published, dataset_of, datasets
from ..models import Dataset, DatasetVersion
from ..released_table import ReleasedTable
from ..tables import Filters, Table, open_table
from .finding import as_published, dataset_seen, newest, version_seen

HARMLESS = ("none", "geometry")
"""Roles of fields that tell nothing of anybody."""

ALL = Filters()


@dataclass(frozen=True)
class Readable:
    """``version`` is None where the rows are those of today, as this person sees them."""

    published: Published
    user: Any
    version: DatasetVersion | None = None

    @property
    def code(self) -> str:
        return self.published.code

    def open(self, filters: Filters = ALL) -> Table:
        """Raises ``NoSuchFilter`` where the dataset cannot be asked so."""
        if self.version is not None:
            return ReleasedTable(self.version, filters)
        return open_table(self.published, self.user, filters)


def live(code: str, user: Any) -> Published:
    """A declared dataset that was never released and holds nothing to protect. Raises ``LookupError``."""
    published = dataset_of(code, user)
    if any(one.role not in HARMLESS for one in published.declared.fields):
        raise LookupError(code)
    row = Dataset.objects.filter(code=published.code).first()
    if row is not None and (row.state in ("published", "withdrawn") or row.may_leave != "public"):
        raise LookupError(code)
    return published


def canonical(code: str) -> str:
    """``statistics.population`` is ``population``."""
    programme, dot, rest = code.partition(".")
    found = datasets().get(rest) if dot else None
    return rest if found is not None and found.programme.name == programme else code


def readable(code: str, user: Any, number: int | None = None) -> Readable:
    """Raises ``LookupError``: not there, not this person's, withdrawn, or not released."""
    code = canonical(code)
    try:
        dataset = dataset_seen(code, user)
        version = newest(dataset, user) if number is None else version_seen(dataset, number, user)
    except LookupError:
        if number is not None:
            raise
        version = None
    if version is not None:
        return as_version(version, user)
    if number is not None:
        raise LookupError(code)
    return Readable(live(code, user), user)


def as_version(version: DatasetVersion, user: Any) -> Readable:
    """A version that this reader was found to be allowed."""
    return Readable(as_published(version), user, version)
