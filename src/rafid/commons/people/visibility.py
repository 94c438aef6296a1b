"""The one visibility rule, and the one question "may this person do that here".

Visible = published and public, or one's own, or read by some grant (its role reads that sensitivity, its organisation
is empty or an ancestor of the owner, its place is empty or an ancestor of the record's place), or under a current
Agreement. A record without a place needs a grant without one. A record's own row rule may only narrow this.
"""

from __future__ import annotations

import functools
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone

from rafid.commons.places.models import Place
from rafid.commons.programme import PLATFORM, SENSITIVITIES, Role, installed

from .models import Account, Agreement, Grant, Organisation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

ADMINISTRATOR = Role(
    "administrator",
    {"ar": "مدير المنصة", "ckb": "بەڕێوەبەری پلاتفۆرم", "en": "Platform administrator"},
    reads="restricted",
    may=frozenset(
        {"add", "change", "delete", "import", "approve", "publish", "check", "people", "places", "operate"}
        | {"design", "collect", "review", "export", "compose", "steward", "exchange", "decide"}
    ),
    second_factor=False,
)
AUTHOR = Role(
    "author",
    {"ar": "محرر المنشورات", "ckb": "ئامادەکاری بڵاوکراوەکان", "en": "Author of products"},
    reads="partner",
    may=frozenset({"compose"}),
)
STEWARD = Role(
    "steward",
    {"ar": "أمين البيانات", "ckb": "سەرپەرشتیاری داتا", "en": "Data steward"},
    reads="restricted",
    may=frozenset({"steward"}),
)
APPROVER = Role(
    "approver",
    {"ar": "معتمِد النشر", "ckb": "پەسەندکاری بڵاوکردنەوە", "en": "Approver of publications"},
    reads="partner",
    may=frozenset({"publish"}),
)
EXCHANGER = Role(
    "exchange",
    {"ar": "مسؤول التبادل", "ckb": "بەرپرسی ئاڵوگۆڕ", "en": "Exchange officer"},
    reads="partner",
    may=frozenset({"exchange", "decide"}),
)
PLATFORM_ROLES = (ADMINISTRATOR, AUTHOR, STEWARD, APPROVER, EXCHANGER)


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
    second_factor: bool = False

    def among(self, codes: Container[str]) -> bool:
        """Is its role one of these, each by its full code?"""
        return self.role in codes

    def reaches(self, programme: str) -> bool:
        """Does its role count in ``programme``? Those of the platform count in all."""
        return self.programme in (programme, PLATFORM)


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
        role.second_factor,
    )


def scopes(user: Account | AnonymousUser | Any) -> tuple[Scope, ...]:
    """The current scopes of a person; read once per account object (one request)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ()
    cached: tuple[Scope, ...] | None = getattr(user, "_rafid_scopes", None)
    if cached is None:
        cached = tuple(scope for scope in map(scope_of, Grant.objects.current().filter(account=user)) if scope)
        user._rafid_scopes = cached
    return cached


def forget_scopes(user: Any) -> None:
    """After a grant changed within one request."""
    for name in ("_rafid_scopes", "_rafid_agreements"):
        if hasattr(user, name):
            delattr(user, name)


def holder(role: str, organisation: Organisation | None = None, place: Place | None = None) -> Account:
    """A person who does not exist and holds one role in one scope, to ask the rule about. ``KeyError``: no such role.

    Never saved; whoever it is compared with, it is nobody's record's author.
    """
    roles()[role]
    grant = Grant(role=role, organisation=organisation, place=place)
    someone = Account(login="", organisation=organisation)
    someone._rafid_scopes = (scope_of(grant),)  # type: ignore[attr-defined]
    return someone


def reaches(scope: Scope, programme: str) -> bool:
    """Do the roles of the scope's programme count in ``programme``?"""
    return scope.reaches(programme)


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
        if reaches(scope, programme):
            rule |= Q(sensitivity__lte=scope.reads) & _within(scope, owner, place)
    if label:
        rule |= agreed(user, label=label, owner=owner, place=place)
    return rule


def agreements_of(user: Any) -> tuple[Agreement, ...]:
    """Current agreements whose receiver is the person's organisation or one above it; read once per account object."""
    cached: tuple[Agreement, ...] | None = getattr(user, "_rafid_agreements", None)
    if cached is None:
        above = lineage_of(Organisation, user.organisation_id) if user.organisation_id else ()
        cached = user._rafid_agreements = tuple(current_agreements().filter(receiver__in=above))
    return cached


def current_agreements() -> QuerySet[Agreement]:
    today = timezone.localdate()
    running = Agreement.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today, ended_at=None)
    return running.select_related("giver", "receiver", "place")


def agreed(user: Any, *, label: str, owner: str, place: str | None) -> Q:
    """What agreements with the person's organisation open; published records only, after the embargo."""
    rule = Q(pk__in=[])
    if not user.organisation_id:
        return rule
    for agreement in agreements_of(user):
        if label in agreement.records:
            rule |= opened(agreement, owner=owner, place=place)
    return rule


def opened(agreement: Agreement, *, owner: str = "owner", place: str | None = "place") -> Q:
    """The records that one agreement opens."""
    one = Q(state="published", sensitivity__lte=agreement.reads) & Q(
        **{f"{owner}__in": organisations_within(agreement.giver_id)}
    )
    if agreement.place_id:
        one &= Q(**{f"{place}__in": places_within(agreement.place_id)}) if place else Q(pk__in=[])
    if agreement.embargo_days:
        one &= Q(known_at__lte=timezone.now() - timedelta(days=agreement.embargo_days))
    return one


def may(user: Any, action: str, programme: str, *, owner: UUID | None = None, place: UUID | None = None) -> bool:
    """May this person do ``action`` in ``programme`` — there, where ``owner`` and ``place`` are given.

    Without owner and place: anywhere at all (for navigation). With them, the grant's scope must hold them.
    """
    return bool(allowing(user, action, programme, owner=owner, place=place))


def allowing(
    user: Any, action: str, programme: str, *, owner: UUID | None = None, place: UUID | None = None
) -> tuple[Scope, ...]:
    """The scopes that answer :func:`may` with yes."""
    fitting = tuple(scope for scope in scopes(user) if reaches(scope, programme) and action in scope.may)
    if owner and any(scope.organisation for scope in fitting):
        above = lineage_of(Organisation, owner)
        fitting = tuple(scope for scope in fitting if scope.organisation is None or scope.organisation in above)
    if place and any(scope.place for scope in fitting):
        above = lineage_of(Place, place)
        fitting = tuple(scope for scope in fitting if scope.place is None or scope.place in above)
    return fitting


def may_at(user: Any, action: str, programme: str, owner: UUID, place: UUID | None) -> bool:
    """May this person do ``action`` to a record of ``owner`` at ``place``? One without a place needs a grant without one."""
    return bool(_allowing_at(user, action, programme, owner, place))


def _allowing_at(user: Any, action: str, programme: str, owner: UUID, place: UUID | None) -> tuple[Scope, ...]:
    found = allowing(user, action, programme, owner=owner, place=place)
    return tuple(scope for scope in found if not (scope.place and place is None))


def who_may(action: str, programme: str, owner: UUID, place: UUID | None) -> QuerySet[Account]:
    """All those for whom :func:`may_at` says yes, by one statement."""
    codes = [
        code for code, role in roles().items() if action in role.may and code.partition(".")[0] in (programme, PLATFORM)
    ]
    rule = Q(organisation=None) | Q(organisation__in=lineage_of(Organisation, owner))
    rule &= Q(place=None) | Q(place__in=lineage_of(Place, place) if place else ())
    held = Grant.objects.current().filter(rule, role__in=codes)
    return Account.objects.filter(is_active=True, pk__in=held.values("account"))


def may_on(user: Any, action: str, record: Any) -> bool:
    """May this person do ``action`` to this record? Its owner and place decide, as :func:`may_at` has it."""
    return bool(allowing_on(user, action, record))


def allowing_on(user: Any, action: str, record: Any) -> tuple[Scope, ...]:
    """The scopes that answer :func:`may_on` with yes."""
    return _allowing_at(user, action, record.programme_name(), record.owner_id, record.place_id)


def lineage_of(tree: Any, pk: UUID) -> frozenset[UUID]:
    """The ids from the root to ``pk``; empty where there is no such row."""
    return frozenset(tree.objects.filter(pk=pk).values_list("lineage", flat=True).first() or ())


def requires_second_factor(user: Any) -> bool:
    """Does any role that the person holds ask for an authenticator app?"""
    return any(scope.second_factor for scope in scopes(user))


def programmes_of(user: Any) -> Iterable[str]:
    """Names of the programmes in which the person holds a role."""
    names = {scope.programme for scope in scopes(user)}
    return [programme.name for programme in installed() if programme.name in names or PLATFORM in names]
