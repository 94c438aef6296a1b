"""Who sends: an account, a phone or a public link; what each may send, and for whom."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import Scope, lineage_of, reaches, scopes
from rafid.commons.places.models import Place

from .models import AppUser, Form, PublicLink

_SEEN_EVERY = timedelta(minutes=10)
_SENDING = frozenset({"collect", "design", "review"})


def new_token() -> tuple[str, str]:
    """A token (32 random bytes, base64url) and its SHA-256, which alone is kept."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Sender:
    """Exactly one of ``account``, ``app_user`` and ``link`` is set; ``draft``: sends only tests of that draft version."""

    account: Any = None
    app_user: AppUser | None = None
    link: PublicLink | None = None
    owner: UUID | None = None
    places: tuple[UUID, ...] = ()
    draft: UUID | None = None

    def may_send(self, form: Form) -> bool:
        if self.link is not None:
            return self.link.form_id == form.pk
        if self.app_user is not None:
            if self.app_user.draft_id:
                return self.app_user.draft.form_id == form.pk  # type: ignore[union-attr]
            return self.app_user.forms.filter(pk=form.pk).exists()
        return bool(self._grants(form))

    def owner_for(self, form: Form) -> UUID | None:
        """Whose a new submission is. An account sends for its own organisation where a grant of it holds there, else for the
        one that its grant is for; None where several grants leave it open. A form itself is the whole programme's."""
        if self.account is None or self.draft is not None:
            return self.owner or form.owner_id
        grants = self._grants(form)
        own = self.account.organisation_id or form.owner_id
        if any(_holds(grant, own) for grant in grants):
            return own
        heads = {grant.organisation for grant in grants}
        return heads.pop() if len(heads) == 1 else None

    def places_for(self, form: Form) -> tuple[UUID, ...]:
        """The places it sends from; none named: everywhere."""
        if self.account is None or self.draft is not None:
            return self.places
        owner = self.owner_for(form)
        found = [grant.place for grant in self._grants(form) if owner is None or _holds(grant, owner)]
        return () if None in found else tuple(dict.fromkeys(place for place in found if place))

    def reaches(self, form: Form, owner: UUID, place: UUID | None) -> bool:
        """Does a grant of this account hold for a submission of ``owner`` at ``place``? One without a place needs a grant
        without one. Phones and links were given their forms; tests of a draft count nowhere."""
        if self.account is None or self.draft is not None:
            return True
        grants = [grant for grant in self._grants(form) if _holds(grant, owner)]
        if any(grant.place is None for grant in grants):
            return True
        above = lineage_of(Place, place) if grants and place else frozenset()
        return any(grant.place in above for grant in grants)

    def _grants(self, form: Form) -> tuple[Scope, ...]:
        return tuple(
            scope
            for scope in scopes(self.account)
            if scope.may & _SENDING and reaches(scope, form.programme) and form.sensitivity <= scope.reads
        )


def _holds(grant: Scope, owner: UUID) -> bool:
    return grant.organisation is None or grant.organisation in lineage_of(Organisation, owner)


def of_account(account: Any) -> Sender:
    return Sender(account=account, owner=account.organisation_id)


def of_link(link: PublicLink) -> Sender:
    return Sender(link=link, owner=link.owner_id)


def of_phone(phone: AppUser) -> Sender:
    return Sender(app_user=phone, owner=phone.owner_id, places=_ids(phone.places.all()), draft=phone.draft_id)


def phone_by_token(token: str) -> AppUser | None:
    """The phone whose token this is; None for one that is unknown, revoked or run out: the next request after a revocation."""
    phone = AppUser.objects.select_related("draft").filter(token_sha256=token_hash(token)).first()
    if phone is None or not phone.works:
        return None
    _seen(phone)
    return phone


def columns(model: Any, *wanted: str) -> list[str]:
    """In the model's order, in which ``from_db`` takes values."""
    return [field.attname for field in model._meta.concrete_fields if field.attname in wanted]


def sender_by_token(token: str) -> Sender | None:
    """``of_phone(phone_by_token(token))`` in one question: asked with each request of each phone."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {PHONE} FROM rafid_forms_appuser u WHERE u.token_sha256 = %s", [token_hash(token)])
        row = cursor.fetchone()
    return sender_of(row) if row is not None else None


def sender_of(row: Sequence[Any]) -> Sender | None:
    """The phone of a row of ``PHONE``; None for one that is revoked or run out."""
    *values, places = row
    phone = AppUser.from_db(connection.alias, _PHONE_FIELDS, values)
    if not phone.works:
        return None
    _seen(phone)
    return Sender(app_user=phone, owner=phone.owner_id, places=tuple(places), draft=phone.draft_id)


_PHONE_FIELDS = columns(AppUser, "id", "name", "owner_id", "draft_id", "expires_at", "revoked_at", "last_seen")
PHONE = (
    ", ".join(f"u.{name}" for name in _PHONE_FIELDS)
    + ", ARRAY(SELECT place_id FROM rafid_forms_appuser_places p WHERE p.appuser_id = u.id ORDER BY place_id)"
)
"""What is asked of a phone ``u``."""


def _seen(phone: AppUser) -> None:
    now = timezone.now()
    if phone.last_seen is None or phone.last_seen < now - _SEEN_EVERY:
        AppUser.objects.filter(pk=phone.pk).update(last_seen=now)


def link_by_token(token: str) -> PublicLink | None:
    link = PublicLink.objects.select_related("form").filter(token_sha256=token_hash(token)).first()
    return link if link is not None and link.works else None


def link_exists(token: str) -> bool:
    """Of one that was withdrawn, say: whoever opens that does not guess."""
    return PublicLink.objects.filter(token_sha256=token_hash(token)).exists()


def _ids(places: Iterable[Any]) -> tuple[UUID, ...]:
    return tuple(place.pk for place in places)
