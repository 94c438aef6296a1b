"""Which organisation a form of a page begins with: a wrong one that stands there is sent more often than none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rafid.commons.people.models import Organisation


def begins_with(user: Any, owners: Sequence[Organisation]) -> UUID | None:
    """The only one there is, or the person's own; None leaves the choice open."""
    if len(owners) == 1:
        return owners[0].pk
    return next((one.pk for one in owners if one.pk == user.organisation_id), None)
