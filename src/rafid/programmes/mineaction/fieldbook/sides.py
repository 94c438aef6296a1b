"""For whom a person enters a sheet: the authority that holds it, and the operator whose work it is."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from rafid.commons.people.models import Grant, Organisation
from rafid.commons.people.visibility import organisations_within

from ..models import Accreditation, AuthorityArea, Hazard, Task
from ..seeing import AUTHORITY, OPERATORS, PROGRAMME, held, own_organisation


def authorities(user: Any) -> Any:
    """Those for which the person may enter something: its own, or for an operator all that keep records here."""
    own = Q(pk__in=[])
    for scope in held(user, AUTHORITY, "enter"):
        own |= Q(pk__in=organisations_within(scope.organisation)) if scope.organisation else keeping()
    if held(user, OPERATORS, "enter"):
        own |= keeping()
    return Organisation.objects.filter(own, active=True).order_by("ref")


def keeping() -> Q:
    """Organisations that hold records of mine action, or have somebody who does its work."""
    roles = [f"{PROGRAMME}.{role}" for role in AUTHORITY]
    staffed = Grant.objects.current().filter(role__in=roles).exclude(organisation=None)
    return (
        Q(pk__in=staffed.values("organisation"))
        | Q(pk__in=AuthorityArea.objects.values("owner"))
        | Q(pk__in=Hazard.objects.values("owner"))
        | Q(pk__in=Task.objects.values("owner"))
    )


def operators(user: Any) -> Any:
    """Whose work it may be: the operator's own, or for an authority any that is or was accredited."""
    mine = {own_organisation(user, scope) for scope in held(user, OPERATORS, "enter")} - {None}
    if held(user, AUTHORITY, "enter"):
        accredited = Accreditation.objects.values("organisation")
        return Organisation.objects.filter(Q(pk__in=mine) | Q(pk__in=accredited)).order_by("ref")
    return Organisation.objects.filter(pk__in=mine).order_by("ref")


def is_operator_only(user: Any) -> bool:
    return not held(user, AUTHORITY, "enter")
