"""Who sees what of monitoring: the one visibility rule, told for three sides of a contract.

A contract has an owner (the third party that monitors), a partner (whose work is monitored) and a donor. A role of the third
party reaches rows by their owner and place, as everywhere; a partner's or donor's role reaches rows of the contracts of its own
organisation. Each record narrows this further: the partner sees a visit when it is released, never a sealed sample.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Q, Value

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import Scope, organisations_within, places_within, scopes
from rafid.commons.programme import PLATFORM

PROGRAMME = "monitoring"
ADMINISTRATOR = f"{PLATFORM}.administrator"

MANAGERS = frozenset({"manager", "officer"})
QUALITY = frozenset({"quality", "reviewer"})
DIRECTORS = frozenset({"director"})
MONITORS = frozenset({"monitor"})
OFFICE = MANAGERS | QUALITY | DIRECTORS
"""Those of the third party who know the plans; field monitors know their own visits."""
THIRD_PARTY = OFFICE | MONITORS
PARTNERS = frozenset({"partner", "collector"})
DONORS = frozenset({"donor"})

NOTHING = Q(Value(False, output_field=BooleanField()))
"""No row at all, said so that a statement can still be made of it: files and tiles write theirs by hand."""


def codes_of(roles: Iterable[str]) -> set[str]:
    """The full codes of these roles of monitoring."""
    return {f"{PROGRAMME}.{role}" for role in roles}


def held(user: Any, roles: Iterable[str], action: str = "") -> tuple[Scope, ...]:
    """The person's scopes with one of these roles of monitoring (and the right to do ``action``); the platform's
    administrator counts as the office does."""
    codes = codes_of(roles)
    if codes & codes_of(OFFICE):
        codes.add(ADMINISTRATOR)
    return tuple(one for one in scopes(user) if one.among(codes) and (not action or action in one.may))


def of_third_party(
    user: Any, *, owner: str = "owner", place: str | None = "place", roles: Iterable[str] = THIRD_PARTY
) -> Q:
    """Rows of the third party in which the person holds a role; a row without a place needs a grant without one."""
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
    """For which organisation a partner or donor acts."""
    found: UUID | None = scope.organisation or user.organisation_id
    return found


def of_side(user: Any, roles: Iterable[str], organisation: str, *, place: str | None = None) -> Q:
    """Rows whose partner (or donor) is the organisation of the grant; that of the account where the grant names none."""
    rule = NOTHING
    for scope in held(user, roles):
        own = own_organisation(user, scope)
        if not own:
            continue
        one = Q(**{f"{organisation}__in": organisations_within(own)})
        if scope.place:
            one &= Q(**{f"{place}__in": places_within(scope.place)}) if place else NOTHING
        rule |= one
    return rule


def among(user: Any, roles: Iterable[str], organisations: str) -> Q:
    """Rows that bear the ids of several partners (or donors), one's own organisation among them."""
    rule = NOTHING
    for scope in held(user, roles):
        own = own_organisation(user, scope)
        if own and not scope.place:
            within = Organisation.objects.filter(lineage__contains=[own]).values("id")
            rule |= Q(**{f"{organisations}__overlap": ArraySubquery(within)})
    return rule


def of_contract(user: Any, path: str, *, partner: bool = True, donor: bool = True) -> Q:
    """Rows of a contract that is no draft, for its sides; the office sees drafts too. ``path`` leads to it, and is empty on
    the contract itself."""
    to = f"{path}__" if path else ""
    rule = of_third_party(user, owner=f"{to}owner", place=f"{to}place")
    under_way = ~Q(**{f"{to}state": "draft"})
    if partner:
        rule |= of_side(user, PARTNERS, f"{to}partner", place=f"{to}place") & under_way
    if donor:
        rule |= of_side(user, DONORS, f"{to}donor", place=f"{to}place") & under_way
    return rule


def may_here(user: Any, action: str, *, owner: UUID, partner: UUID | None = None, place: Any = None) -> bool:
    """May this person do ``action`` with a row of these? A partner's role counts for rows of its own organisation, a role of
    the third party for rows that its own organisation holds."""
    for scope in held(user, THIRD_PARTY | PARTNERS, action):
        of_partner = scope.among(codes_of(PARTNERS))
        above = own_organisation(user, scope) if of_partner else scope.organisation
        row = partner if of_partner else owner
        if of_partner and not above:
            continue
        if above and (row is None or not _inside(row, above)):
            continue
        if scope.place and (place is None or scope.place not in (place.lineage or ())):
            continue
        return True
    return False


def may_anywhere(user: Any, action: str) -> bool:
    """For navigation, and for what has no contract yet."""
    return bool(held(user, THIRD_PARTY | PARTNERS, action))


def _inside(organisation: UUID, above: UUID) -> bool:
    return Organisation.objects.filter(pk=organisation, lineage__contains=[above]).exists()
