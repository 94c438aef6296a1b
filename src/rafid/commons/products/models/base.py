"""The one visibility rule for what is published, whichever programme it belongs to."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from rafid.commons.people.visibility import scopes, visible
from rafid.commons.programme import PLATFORM


def seen(user: Any, *, label: str) -> models.Q:
    """The rule over a model with ``programme``, ``owner``, ``sensitivity``, ``state`` and ``made_by``.

    A product has no place of its own; a grant that is bound to a place reads what is public, and what its holder made.
    """
    rule = visible(user, programme="", label=label, place=None)
    for programme in {scope.programme for scope in scopes(user)} - {PLATFORM}:
        rule |= models.Q(programme=programme) & visible(user, programme=programme, label=label, place=None)
    return rule


class SeenQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Every page, feed, file and API of the room starts here."""
        return self.filter(seen(user, label=self.model._meta.label_lower))
