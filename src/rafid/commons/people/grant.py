"""Giving a role within a scope, and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.history import because
from rafid.commons.names import in_three
from rafid.commons.places.models import Place

from .administration import administrators, lock_administration, may_give
from .models import Account, Grant, Organisation
from .notify import notify
from .scopes import role_names
from .visibility import forget_scopes, roles


@transaction.atomic
def give(
    giver: Account | None,
    account: Account,
    role: str,
    *,
    organisation: Organisation | None = None,
    place: Place | None = None,
    until: datetime | None = None,
    reason: str = "",
) -> Grant:
    """Gives ``role`` to ``account``; empty organisation or place means all of them.

    ``giver`` None is the installation itself (demonstration, commands). Raises PermissionDenied for what lies outside
    the giver's scope, ValidationError for a role that is not there, held already, or ends before it begins.
    """
    if role not in roles():
        raise ValidationError({"role": _("There is no such role.")})
    if giver is not None and not may_give(giver, role, organisation and organisation.pk, place and place.pk):
        raise PermissionDenied(_("You can give only roles that lie within your own scope."))
    now = timezone.now()
    if until is not None and until <= now:
        raise ValidationError({"until": _("The role would end before it begins.")})
    if not account.is_active:
        raise ValidationError({"account": _("This account is closed. Open it again first.")})
    Account.objects.select_for_update().get(pk=account.pk)
    held = Grant.objects.filter(account=account, role=role, organisation=organisation, place=place, revoked_at=None)
    for old in held:
        if old.until is None or old.until > now:
            raise ValidationError({"role": _("This person already holds this role there.")})
        old.revoked_at = old.until  # it ran out; a person holds a role in a scope once at a time
        old.save(update_fields=["revoked_at"])
    with because(reason or "role given"):
        grant = Grant.objects.create(
            account=account,
            role=role,
            organisation=organisation,
            place=place,
            until=until,
            given_by=giver,
            reason=reason,
        )
    forget_scopes(account)
    if giver is not None and giver.pk != account.pk:
        said = in_three(gettext_noop("You now hold the role “%(role)s”."), role=role_names(role))
        notify(account, said, reverse("my-page"))
    return grant


@transaction.atomic
def revoke(grant: Grant, by: Account | None, reason: str) -> Grant:
    """Takes a role back. Raises PermissionDenied outside the scope of ``by``, ValidationError without a reason, for a
    role taken back before, and for the last administrator of the platform.
    """
    if by is not None and not may_give(by, grant.role, grant.organisation_id, grant.place_id):
        raise PermissionDenied(_("You can take back only roles that lie within your own scope."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    lock_administration()
    grant = Grant.objects.select_for_update(of=("self",)).select_related("account").get(pk=grant.pk)
    if grant.revoked_at is not None:
        raise ValidationError({"reason": _("This role was taken back before.")})
    grant.revoked_at, grant.revoked_by, grant.revoked_why = timezone.now(), by, reason.strip()
    keep = administrators().exists()
    with because(reason.strip()):
        grant.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
    if keep and not administrators().exists():
        raise ValidationError(
            {"reason": _("This is the last administrator of the whole platform. Make another one first.")}
        )
    forget_scopes(grant.account)
    if by is not None and by.pk != grant.account_id:
        said = in_three(
            gettext_noop("Your role “%(role)s” was taken back: %(reason)s"),
            role=role_names(grant.role),
            reason=reason.strip(),
        )
        notify(grant.account, said, reverse("my-page"))
    return grant
