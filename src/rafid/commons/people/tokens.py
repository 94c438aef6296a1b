"""Personal tokens: how a person's tools come in. A token reaches what its person reaches; it is shown once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Account, Token

LONGEST = 730
"""Days."""
MOST = 20


def make_token(account: Account, name: str, *, days: int | None = 365) -> tuple[Token, str]:
    """A token and its secret, of which only the hash is kept. ``days`` None never runs out.

    Raises ValidationError for a missing name, a time that is too long, or the 21st token.
    """
    name = " ".join(name.split())
    if not name:
        raise ValidationError({"name": _("Say which tool the token is for.")})
    if days is not None and not 1 <= days <= LONGEST:
        raise ValidationError({"days": _("A token lasts 1 to %s days.") % LONGEST})
    if current_tokens(account).count() >= MOST:
        raise ValidationError({"name": _("You have %s tokens. Revoke those that you do not use.") % MOST})
    secret = f"rafid_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        account=account,
        name=name[:100],
        sha256=hashlib.sha256(secret.encode()).hexdigest(),
        expires_at=timezone.now() + timedelta(days=days) if days is not None else None,
    )
    return token, secret


def current_tokens(account: Account) -> QuerySet[Token]:
    return Token.objects.filter(account=account, revoked_at=None).exclude(expires_at__lte=timezone.now())


def revoke_token(token: Token) -> None:
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
