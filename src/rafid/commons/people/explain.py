"""Why a person can see and do something, and who can: the rule of ``visibility`` said as sentences.

The answers are made from the same grants, roles and agreements that the rule asks, and held against the rule itself:
what a register's own row rule hides is not explained as visible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from rafid.commons.places.models import Place
from rafid.commons.programme import PLATFORM, SENSITIVITIES
from rafid.commons.writing import day

from .models import Account, Agreement, Grant, Organisation
from .scopes import role_name, scope_text
from .visibility import agreements_of, current_agreements, lineage_of, opened, roles


@dataclass(frozen=True)
class Where:
    """A question without a record: what lies in a programme, an organisation, a place; None means anywhere."""

    programme: str | None = None
    organisation: Organisation | None = None
    place: Place | None = None


@dataclass(frozen=True)
class Because:
    """One reason. ``actions`` are what it allows, ``see`` among them; ``whole`` is False where it reaches only a part."""

    kind: str
    actions: tuple[str, ...]
    grant: Grant | None = None
    agreement: Agreement | None = None
    whole: bool = True

    @property
    def text(self) -> str:
        """The sentence after "because"."""
        if self.grant is not None:
            return _grant_text(self.grant)
        if self.agreement is not None:
            said = _("an agreement of %(day)s by which %(giver)s opens it to %(receiver)s") % {
                "day": day(self.agreement.starts_on),
                "giver": self.agreement.giver,
                "receiver": self.agreement.receiver,
            }
            return said + _until(self.agreement.ends_on)
        return {"public": _("it is published and public"), "own": _("it was entered by this person")}[self.kind]


def _grant_text(grant: Grant) -> str:
    giver = str(grant.given_by) if grant.given_by else _("the installation")
    said = _("role “%(role)s”, given by %(giver)s on %(day)s, for %(scope)s") % {
        "role": role_name(grant.role),
        "giver": giver,
        "day": day(grant.given_at),
        "scope": scope_text(grant),
    }
    return said + _until(grant.until)


def _until(end: Any) -> str:
    return _(", until %(day)s") % {"day": day(end)} if end else ""


def why(user: Any, about: Any) -> list[Because]:
    """Why ``user`` can see ``about`` (a record, or a :class:`Where`) and do something there; empty where he cannot."""
    if isinstance(about, Where):
        return _why_there(user, about)
    found = [reason for _account, reason in _reasons(about, user)]
    if any("see" in reason.actions for reason in found) and not seen(user, about):
        return []
    return found


def narrowed(user: Any, record: Any) -> bool:
    """Would the common rule show the record, but the register's own row rule hides it from this person?"""
    return any("see" in reason.actions for _a, reason in _reasons(record, user)) and not seen(user, record)


def seen(user: Any, record: Any) -> bool:
    model = type(record)
    rows = model._base_manager if hasattr(model._base_manager, "visible_to") else model._default_manager
    return bool(rows.visible_to(user).filter(pk=record.pk).exists())


def who(about: Any) -> list[tuple[Account | None, Because]]:
    """Everybody who can see ``about`` or do something there, with the reason; None is everybody, signed in or not.

    A person with two reasons is listed twice. Ordered by name.
    """
    if isinstance(about, Where):
        return [(grant.account, reason) for grant, reason in _grants_there(about)]
    found = list(_reasons(about, None))
    if type(about).visibility.__qualname__ != "Record.visibility":
        sight: dict[UUID, bool] = {}
        for account, _reason in found:
            if account is not None and account.pk not in sight:
                sight[account.pk] = seen(account, about)
        found = [(account, reason) for account, reason in found if account is None or sight[account.pk]]
    return sorted(found, key=lambda one: ("", "") if one[0] is None else (str(one[0]).lower(), one[0].login))


def _allows(grant: Grant, sensitivity: int) -> tuple[str, ...]:
    role = roles()[grant.role]
    see = ("see",) if SENSITIVITIES[role.reads] >= sensitivity else ()
    return (*see, *sorted(role.may))


def _reasons(record: Any, user: Any) -> Iterable[tuple[Account | None, Because]]:
    """Reasons of one person, or of everybody where ``user`` is None, before the register's own row rule."""
    if record.state == "published" and record.sensitivity == 0:
        yield None, Because("public", ("see",))
    if user is not None and (not getattr(user, "is_authenticated", False) or not user.is_active):
        return
    if record.made_by_id and (user is None or user.pk == record.made_by_id):
        author = Account.objects.filter(pk=record.made_by_id, is_active=True).first()
        if author:
            yield author, Because("own", ("see",))
    for grant in _grants_on(record, user):
        actions = _allows(grant, record.sensitivity)
        if actions:
            yield grant.account, Because("grant", actions, grant=grant)
    label = record._meta.label_lower
    for agreement in current_agreements() if user is None else agreements_of(user):
        if label in agreement.records and type(record)._base_manager.filter(opened(agreement), pk=record.pk).exists():
            reason = Because("agreement", ("see",), agreement=agreement)
            if user is not None:
                yield user, reason
                continue
            members = Account.objects.filter(
                is_active=True, organisation__lineage__contains=[agreement.receiver_id]
            ).select_related("organisation")
            for member in members:
                yield member, reason


def _grants_on(record: Any, user: Any) -> Iterable[Grant]:
    above = lineage_of(Organisation, record.owner_id)
    rule = Q(organisation=None) | Q(organisation__in=above)
    rule &= Q(place=None) | Q(place__in=lineage_of(Place, record.place_id) if record.place_id else ())
    return _current(record.programme_name(), user).filter(rule)


def _current(programme: str | None, user: Any) -> Any:
    """Current grants of open accounts whose role counts in the programme."""
    codes = [code for code in roles() if programme is None or code.partition(".")[0] in (programme, PLATFORM)]
    rows = Grant.objects.current().filter(account__is_active=True, role__in=codes)
    if user is not None:
        rows = rows.filter(account=user)
    return rows.select_related("account__organisation", "given_by", "organisation", "place__parent").order_by(
        "role", "given_at"
    )


def _grants_there(where: Where, user: Any = None) -> Iterable[tuple[Grant, Because]]:
    owners = lineage_of(Organisation, where.organisation.pk) if where.organisation else frozenset()
    places = lineage_of(Place, where.place.pk) if where.place else frozenset()
    for grant in _current(where.programme, user):
        over = (grant.organisation_id is None or grant.organisation_id in owners) and (
            grant.place_id is None or grant.place_id in places
        )
        if over or _meets(grant, where):
            yield grant, Because("grant", _allows(grant, 0), grant=grant, whole=over)


def _meets(grant: Grant, where: Where) -> bool:
    """Does the grant reach at least a part of what is asked?"""
    for own, asked in ((grant.organisation, where.organisation), (grant.place, where.place)):
        if own and asked and asked.pk not in own.lineage and own.pk not in asked.lineage:
            return False
    return True


def _why_there(user: Any, where: Where) -> list[Because]:
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    return [reason for _grant, reason in _grants_there(where, user)]
