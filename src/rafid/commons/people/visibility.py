"""The one visibility rule, and the one question "may this person do that here".

Visible = published and public, or one's own, or read by some grant (its role reads that sensitivity, its organisation
is empty or an ancestor of the owner, its place is empty or an ancestor of the record's place), or under a current
Agreement. A record without a place needs a grant without one. A record's own row rule may only narrow this.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, Subquery
from django.utils import timezone

from rafid.commons.places.models import Place
from rafid.commons.programme import PLATFORM, SENSITIVITIES, Role, installed

from .models import Agreement, Grant, Organisation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import Account

ADMINISTRATOR = Role(
    "administrator",
    {"ar": "مدير المنصة", "ckb": "بەڕێوەبەری پلاتفۆرم", "en": "Platform administrator"},
    reads="restricted",
    may=frozenset({"add", "change", "delete", "import", "approve", "publish", "check", "people", "places", "operate"}),
    second_factor=False,
)
PLATFORM_ROLES = (ADMINISTRATOR,)


@functools.cache
def roles() -> dict[str, Role]:
    """All roles by their full code ``programme.role``."""
    found = {f"{PLATFORM}.{role.code}": role for role in PLATFORM_ROLES}
    for programme in installed():
        found.update({f"{programme.name}.{role.code}": role for role in programme.roles})
    return found


@dataclass(frozen=True)
class Scope:
    """One current grant, as the rule needs it."""

    grant: UUID
    role: str
    programme: str
    reads: int
    may: frozenset[str]
    organisation: UUID | None
    place: UUID | None


def scope_of(grant: Grant) -> Scope | None:
    """None for a role that no installed programme declares: an orphaned grant gives nothing."""
    role = roles().get(grant.role)
    if role is None:
        return None
    return Scope(
        grant.pk,
        grant.role,
        grant.role.partition(".")[0],
        SENSITIVITIES[role.reads],
        role.may,
        grant.organisation_id,
        grant.place_id,
    )


def scopes(user: Account | AnonymousUser | Any) -> tuple[Scope, ...]:
    """The current scopes of a person; read once per account object (one request)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ()
    cached: tuple[Scope, ...] | None = getattr(user, "_rafid_scopes", None)
    if cached is None:
        now = timezone.now()
        grants = Grant.objects.filter(account=user, revoked_at=None).exclude(until__lte=now)
        cached = tuple(scope for scope in map(scope_of, grants) if scope)
        user._rafid_scopes = cached
    return cached


def _reaches(scope: Scope, programme: str) -> bool:
    return scope.programme in (programme, PLATFORM)


def places_within(place: UUID) -> Subquery:
    return Subquery(Place.objects.filter(lineage__contains=[place]).values("id"))


def organisations_within(organisation: UUID) -> Subquery:
    return Subquery(Organisation.objects.filter(lineage__contains=[organisation]).values("id"))


def _within(scope: Scope, owner: str, place: str | None) -> Q:
    rule = Q()
    if scope.organisation:
        rule &= Q(**{f"{owner}__in": organisations_within(scope.organisation)})
    if scope.place:
        rule &= Q(**{f"{place}__in": places_within(scope.place)}) if place else Q(pk__in=[])
    return rule


def visible(
    user: Any,
    *,
    programme: str,
    label: str = "",
    owner: str = "owner",
    place: str | None = "place",
    own: str | None = "made_by",
) -> Q:
    """The rule as a ``Q`` over a record with ``sensitivity`` and ``state``; field names where they differ.

    ``label`` is the model's label for agreements. Raises nothing; nobody (``AnonymousUser``) sees the public only.
    """
    rule = Q(state="published", sensitivity=0)
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return rule
    if own:
        rule |= Q(**{own: user.pk})
    for scope in scopes(user):
        if _reaches(scope, programme):
            rule |= Q(sensitivity__lte=scope.reads) & _within(scope, owner, place)
    if label:
        rule |= agreed(user, label=label, owner=owner, place=place)
    return rule


def agreed(user: Any, *, label: str, owner: str, place: str | None) -> Q:
    """What agreements with the person's organisation open; published records only, after the embargo."""
    rule = Q(pk__in=[])
    if not user.organisation_id:
        return rule
    today = timezone.localdate()
    current = Agreement.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        receiver__in=Organisation.objects.get(pk=user.organisation_id).lineage,
        records__contains=[label],
        starts_on__lte=today,
    )
    for agreement in current:
        one = Q(state="published", sensitivity__lte=agreement.reads) & Q(
            **{f"{owner}__in": organisations_within(agreement.giver_id)}
        )
        if agreement.place_id:
            one &= Q(**{f"{place}__in": places_within(agreement.place_id)}) if place else Q(pk__in=[])
        if agreement.embargo_days:
            one &= Q(known_at__lte=timezone.now() - timedelta(days=agreement.embargo_days))
        rule |= one
    return rule


def may(user: Any, action: str, programme: str, *, owner: UUID | None = None, place: UUID | None = None) -> bool:
    """May this person do ``action`` in ``programme`` — there, where ``owner`` and ``place`` are given.

    Without owner and place: anywhere at all (for navigation). With them, the grant's scope must hold them.
    """
    return any(
        action in scope.may and _reaches(scope, programme) and _holds(scope, owner, place) for scope in scopes(user)
    )


def may_on(user: Any, action: str, record: Any) -> bool:
    """May this person do ``action`` to this record? Its owner and place decide; one without a place needs such a grant."""
    for scope in scopes(user):
        if action not in scope.may or not _reaches(scope, record.programme_name()):
            continue
        if not (scope.place and record.place_id is None) and _holds(scope, record.owner_id, record.place_id):
            return True
    return False


def _holds(scope: Scope, owner: UUID | None, place: UUID | None) -> bool:
    """Do owner and place, where they are given, lie within the scope?"""
    if owner is not None and scope.organisation:
        if not Organisation.objects.filter(pk=owner, lineage__contains=[scope.organisation]).exists():
            return False
    if place is not None and scope.place:
        return Place.objects.filter(pk=place, lineage__contains=[scope.place]).exists()
    return True


def requires_second_factor(user: Any) -> bool:
    """Does any role that the person holds ask for an authenticator app?"""
    return any(roles()[scope.role].second_factor for scope in scopes(user))


def programmes_of(user: Any) -> Iterable[str]:
    """Names of the programmes in which the person holds a role."""
    names = {scope.programme for scope in scopes(user)}
    return [programme.name for programme in installed() if programme.name in names or PLATFORM in names]
