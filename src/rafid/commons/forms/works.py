"""Of which submissions a reader sees decisions, findings and talk: those that he works with, and those that he sent.

Who sees what is approved sees it alone: neither that something was found in it, nor how bad that was. He finds and sorts
nothing by it, either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from rafid.commons.people.visibility import scopes

from .models import Form
from .seeing import WORKERS, _through


@dataclass(frozen=True)
class Works:
    """``everywhere``: with all that he sees of the form. ``nowhere``: none of his roles works with any of it."""

    rule: Q
    everywhere: bool
    nowhere: bool

    def annotate(self, submissions: QuerySet[Any]) -> QuerySet[Any]:
        """Adds ``works``: does this reader work with this row?"""
        if self.everywhere:
            return submissions.annotate(works=Value(True, output_field=BooleanField()))
        return submissions.annotate(
            works=Case(When(self.rule, then=Value(True)), default=Value(False), output_field=BooleanField())
        )


def works_of(user: Any, form: Form) -> Works:
    rule = Q(account=user.pk) if getattr(user, "is_authenticated", False) and user.is_active else Q(pk__in=[])
    working, reading, whole = False, False, False
    for scope in scopes(user):
        one = _through(scope, form)
        if one is None:
            continue
        if scope.may & WORKERS:
            rule |= one
            working = True
            whole = whole or not (scope.organisation or scope.place)
        else:
            reading = True
    return Works(rule, whole or not reading, reading and not working)
