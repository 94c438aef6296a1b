"""Whoever reads answers that others do not see stands in the log of readings."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from rafid.commons.people.access_log import note_access
from rafid.commons.people.models import AccessKind

from ..filters import Asked
from ..sensitivity import restricted_paths
from .detail import Seen


def note_reading(request: HttpRequest, seen: Seen) -> None:
    """One submission was read whole."""
    if seen.plain and restricted_paths(seen.form):
        note_access(request, AccessKind.READ, seen.submission, restricted=True)


def note_listing(request: HttpRequest, asked: Asked, paths: Iterable[str], count: int) -> None:
    """A page of the list showed answers to ``paths``, ``count`` rows of them whole."""
    if count and restricted_paths(asked.form) & set(paths):
        note_access(request, AccessKind.READ, asked.form, count=count, restricted=True)
