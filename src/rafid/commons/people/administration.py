"""What an administrator of people reaches: whose accounts he sees, which roles he may give, whom he may change.

An *office* is a scope whose role may ``people``. An administrator gives only what lies within an office of his: the
programme, the organisation, the place, and no role that reads or does more than his own.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from rafid.commons.places.models import Place
from rafid.commons.programme import PLATFORM, SENSITIVITIES, Role

from .models import Account, Grant, Invitation, Organisation
from .visibility import (
    ADMINISTRATOR,
    Scope,
    lineage_of,
    organisations_within,
    places_within,
    reaches,
    roles,
    scopes,
)


def offices(user: Any) -> tuple[Scope, ...]:
    """The scopes in which this person manages people."""
    return tuple(scope for scope in scopes(user) if "people" in scope.may)


def unlimited(user: Any) -> bool:
    """An administrator of the whole platform."""
    return any(_unlimited(office) for office in offices(user))


def _unlimited(office: Scope) -> bool:
    return office.programme == PLATFORM and office.organisation is None and office.place is None


def within(office: Scope) -> Q:
    """Grants or invitations that lie within an office, as a rule over ``role``, ``organisation`` and ``place``."""
    rule = Q()
    if office.programme != PLATFORM:
        rule &= Q(role__startswith=f"{office.programme}.")
    if office.organisation:
        rule &= Q(organisation__in=organisations_within(office.organisation))
    if office.place:
        rule &= Q(place__in=places_within(office.place))
    return rule


def grants_of(user: Any) -> QuerySet[Grant]:
    """The grants that this administrator sees and may take back, of everybody."""
    return _reached(user, Grant.objects.all())


def invitations_of(user: Any) -> QuerySet[Invitation]:
    return _reached(user, Invitation.objects.all())


def _reached(user: Any, rows: Any) -> Any:
    if unlimited(user):
        return rows
    rule = Q(pk__in=[])
    for office in offices(user):
        rule |= within(office)
    return rows.filter(rule)


def accounts_of(user: Any) -> QuerySet[Account]:
    """The accounts that this administrator sees.

    Those that hold, or held, a role within an office; and, for an office over an organisation everywhere, its members.
    """
    if unlimited(user):
        return Account.objects.all()
    rule = Q(pk__in=[])
    for office in offices(user):
        rule |= Q(pk__in=Grant.objects.filter(within(office)).values("account"))
        if office.programme == PLATFORM and office.organisation and not office.place:
            rule |= Q(organisation__in=organisations_within(office.organisation))
    return Account.objects.filter(rule)


def _rank(office: Scope, code: str, role: Role) -> bool:
    """No role is given that reads more than the giver's; within one programme none that does more either."""
    if SENSITIVITIES[role.reads] > office.reads:
        return False
    own = code.partition(".")[0] == office.programme
    return role.may <= office.may if own else office.programme == PLATFORM


def may_give(user: Any, code: str, organisation: UUID | None = None, place: UUID | None = None) -> bool:
    """May this person give (and take back) role ``code`` for ``organisation`` and ``place``; None means all of them."""
    role = roles().get(code)
    if role is None:  # of a programme that is no longer installed: it can only be taken back
        return unlimited(user)
    fitting = [
        office for office in offices(user) if reaches(office, code.partition(".")[0]) and _rank(office, code, role)
    ]
    if not fitting:
        return False
    owners = lineage_of(Organisation, organisation) if organisation else frozenset()
    places = lineage_of(Place, place) if place else frozenset()
    return any(
        (office.organisation is None or office.organisation in owners)
        and (office.place is None or office.place in places)
        for office in fitting
    )


def givable(user: Any) -> list[str]:
    """Codes of the roles that this person may give somewhere."""
    return [
        code
        for code, role in roles().items()
        if any(reaches(office, code.partition(".")[0]) and _rank(office, code, role) for office in offices(user))
    ]


def may_enrol(user: Any, organisation: UUID | None) -> bool:
    """May this person make somebody a member of ``organisation``? Agreements open records to members, so it counts."""
    if organisation is None:
        return bool(offices(user))
    above = lineage_of(Organisation, organisation)
    for office in offices(user):
        if _unlimited(office) or (office.organisation and office.organisation in above):
            return True
        if user.organisation_id and user.organisation_id in above:
            return True
    return False


def may_manage(user: Any, account: Account) -> bool:
    """May this person change the account, close it or let it in again?

    Only where he could have given all that it holds: else an administrator of one district could set the password of
    somebody who may do more than himself.
    """
    if account.pk == user.pk or not accounts_of(user).filter(pk=account.pk).exists():
        return False
    if unlimited(user):
        return True
    return all(
        may_give(user, grant.role, grant.organisation_id, grant.place_id)
        for grant in Grant.objects.current().filter(account=account)
    )


def may_organise(user: Any, organisation: Organisation | None) -> bool:
    """May this person change that organisation and add parts to it? None asks for the top of the tree."""
    if organisation is None:
        return unlimited(user)
    above = lineage_of(Organisation, organisation.pk)
    return any(
        _unlimited(office) or (office.programme == PLATFORM and not office.place and office.organisation in above)
        for office in offices(user)
    )


def lock_administration() -> None:
    """Whoever takes rights away waits here for the others who do: two cannot remove one another at the same moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('rafid.people.administration', 0))")


def administrators() -> QuerySet[Account]:
    """Active accounts that administer the whole platform for an unlimited time."""
    code = f"{PLATFORM}.{ADMINISTRATOR.code}"
    held = Grant.objects.filter(role=code, organisation=None, place=None, until=None, revoked_at=None)
    return Account.objects.filter(is_active=True, pk__in=held.values("account"))
