"""Who sees what of mine action: the one visibility rule, told for authorities, operators, partners and everybody.

A record's owner is the authority that holds it. An authority's role reaches rows by their owner and place, as everywhere; an
operator's reaches its own organisation's rows, and hazards of its tasks. Everybody sees releases and sessions, and hazards and
accidents only through their coarse cells. Persons are behind the right ``victims``, which the platform's administrator has not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import BooleanField, Q, Value

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import Scope, organisations_within, places_within, scopes
from rafid.commons.programme import PLATFORM

PROGRAMME = "mineaction"
ADMINISTRATOR = f"{PLATFORM}.administrator"

MANAGERS = frozenset({"im_officer", "operations", "director"})
AUTHORITY = MANAGERS | {"quality", "victim_assistance", "eore_officer", "node"}
OPERATORS = frozenset({"operator", "operator_manager"})
PARTNERS = frozenset({"partner"})
CARERS = frozenset({"victim_assistance"})
"""The only role that reads who a person is."""

NOTHING = Q(Value(False, output_field=BooleanField()))
"""No row at all, said so that a statement can still be made of it: files and tiles write theirs by hand."""
EVERYTHING = Q(Value(True, output_field=BooleanField()))
"""Every row, for everybody."""

TASK_HIDDEN = ("draft", "cancelled")
"""States of a task in which it opens nothing to its operator."""


def codes_of(roles: Iterable[str]) -> set[str]:
    """The full codes of these roles of mine action."""
    return {f"{PROGRAMME}.{role}" for role in roles}


def held(user: Any, roles: Iterable[str], action: str = "") -> tuple[Scope, ...]:
    """The person's scopes with one of these roles of mine action (and the right to do ``action``); the platform's
    administrator counts as the managers of an authority do."""
    codes = codes_of(roles)
    if codes & codes_of(MANAGERS):
        codes.add(ADMINISTRATOR)
    return tuple(one for one in scopes(user) if one.among(codes) and (not action or action in one.may))


def of_authority(
    user: Any, *, owner: str = "owner", place: str | None = "place", roles: Iterable[str] = AUTHORITY
) -> Q:
    """Rows of the authority in which the person holds a role; a row without a place needs a grant without one."""
    rule = NOTHING
    for scope in held(user, roles):
        one = Q()
        if scope.organisation:
            one &= Q(**{f"{owner}__in": organisations_within(scope.organisation)})
        if scope.place:
            one &= Q(**{f"{place}__in": places_within(scope.place)}) if place else NOTHING
        rule |= one if one else ~NOTHING
    return rule


def own_organisation(user: Any, scope: Scope) -> UUID | None:
    """For which operator a person acts."""
    found: UUID | None = scope.organisation or user.organisation_id
    return found


def own_organisations(user: Any) -> tuple[UUID, ...]:
    """The organisations for which the person holds an operator's role."""
    found = (own_organisation(user, scope) for scope in held(user, OPERATORS))
    return tuple(dict.fromkeys(one for one in found if one))


def of_operator(user: Any, organisation: str = "organisation") -> Q:
    """Rows of the operator's own organisation."""
    rule = NOTHING
    for own in own_organisations(user):
        rule |= Q(**{f"{organisation}__in": organisations_within(own)})
    return rule


def tasked(user: Any, hazard: str = "id") -> Q:
    """Hazards that a task gives to the operator of this person; ``hazard`` names the column of the hazard's id."""
    rule = NOTHING
    through = apps.get_model("rafid_mineaction", "Task").hazards.through
    for own in own_organisations(user):
        given = through.objects.filter(task__organisation__in=organisations_within(own), task__deleted_at=None)
        rule |= Q(**{f"{hazard}__in": given.exclude(task__state__in=TASK_HIDDEN).values("hazard_id")})
    return rule


def of_hazard(user: Any, path: str = "hazard") -> Q:
    """Rows of a hazard are seen by those who see it exactly."""
    rule = of_authority(user, owner=f"{path}__owner", place=f"{path}__place")
    return rule | of_operator(user, f"{path}__organisation") | tasked(user, f"{path}_id")


def of_work(user: Any, path: str = "") -> Q:
    """Rows of an authority that its roles see, and the operator whose work it is. ``path`` leads to the row that has owner,
    place and organisation; empty on that row itself."""
    to = f"{path}__" if path else ""
    rule = of_authority(user, owner=f"{to}owner", place=f"{to}place")
    return rule | of_operator(user, f"{to}organisation")


def of_persons(user: Any, *, owner: str = "owner", place: str | None = "place") -> Q:
    """Rows about a person: one named role only, never the administrator, never an operator, never by an agreement."""
    return of_authority(user, owner=owner, place=place, roles=CARERS)


def may_here(
    user: Any, action: str, *, owner: UUID, operator: UUID | None = None, place: Any = None, side: str = ""
) -> bool:
    """May this person do ``action`` with a row of these? An operator's role counts for rows of its own organisation, a role of
    the authority for rows that its own organisation holds. ``side``: only as "authority", or only as "operator"."""
    roles = {"authority": AUTHORITY, "operator": OPERATORS}.get(side, AUTHORITY | OPERATORS)
    for scope in held(user, roles, action):
        of_operator = scope.among(codes_of(OPERATORS))
        above = own_organisation(user, scope) if of_operator else scope.organisation
        row = operator if of_operator else owner
        if of_operator and not above:
            continue
        if above and (row is None or not _inside(row, above)):
            continue
        if scope.place and (place is None or scope.place not in (place.lineage or ())):
            continue
        return True
    return False


def may_do(user: Any, action: str, record: Any, *, side: str = "") -> bool:
    """:func:`may_here` for a register's row."""
    return may_here(user, action, owner=record.owner_id, operator=record.organisation_id, place=record.place, side=side)


def may_anywhere(user: Any, action: str) -> bool:
    """For navigation, and for what has no record yet."""
    return bool(held(user, AUTHORITY | OPERATORS, action))


def _inside(organisation: UUID, above: UUID) -> bool:
    return Organisation.objects.filter(pk=organisation, lineage__contains=[above]).exists()
