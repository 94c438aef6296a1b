"""Bringing a person in: an invitation for one role in one scope, by mail or by a printed code, taken once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from rafid.commons.history import because
from rafid.commons.identity import uuid7
from rafid.commons.names import in_three
from rafid.commons.places.models import Place

from . import mail
from .administration import may_enrol, may_give
from .codes import hash_of, make_code, typed
from .grant import give
from .models import Account, Invitation, Organisation
from .notify import notify
from .visibility import roles

LASTS = 14
"""Days until an invitation runs out, unless said otherwise."""
LONGEST = 90
WORDS = frozenset(
    {"me", "as", "join", "reset", "access", "invitations", "organisations", "agreements", "accounts", "new"}
)
"""Words of addresses below /people/, which no login may take."""

valid_login = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9._-]{1,58})[a-z0-9]\Z",
    gettext_lazy("3 to 60 small Latin letters, digits, points, hyphens; a letter or digit first and last."),
)


def pending() -> QuerySet[Invitation]:
    """Invitations that can still be taken."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


@transaction.atomic
def invite(
    by: Account,
    role: str,
    *,
    organisation: Organisation | None = None,
    place: Place | None = None,
    email: str = "",
    full_name: str = "",
    member_of: Organisation | None = None,
    language: str = "",
    days: int = LASTS,
    until: datetime | None = None,
    address: Callable[[str], str] | None = None,
    pk: UUID | None = None,
) -> tuple[Invitation, str]:
    """An invitation and its code, which is not kept and so is shown or mailed now or never.

    With ``email`` the code is mailed to the address that ``address(code)`` gives. ``pk`` makes sending a form twice
    harmless. Raises PermissionDenied outside the inviter's scope, ValidationError for what does not fit, and
    ``mail.NotSent`` where the mail server refuses (nothing is recorded then).
    """
    if role not in roles():
        raise ValidationError({"role": _("There is no such role.")})
    if not may_give(by, role, organisation and organisation.pk, place and place.pk):
        raise PermissionDenied(_("You can give only roles that lie within your own scope."))
    if not may_enrol(by, member_of and member_of.pk):
        raise PermissionDenied(_("You can bring people only into organisations within your own scope."))
    now = timezone.now()
    if not 1 <= days <= LONGEST:
        raise ValidationError({"days": _("An invitation lasts 1 to %s days.") % LONGEST})
    if until is not None and until <= now:
        raise ValidationError({"until": _("The role would end before it begins.")})
    if pk and Invitation.objects.filter(pk=pk).exists():
        raise ValidationError(
            _(
                "This invitation was made already, and its code was shown once. If the code is lost, make a new one for it."
            )
        )
    code = make_code()
    invitation = Invitation.objects.create(
        id=pk or uuid7(),
        role=role,
        organisation=organisation,
        place=place,
        code_sha256=hash_of(code),
        email=email,
        full_name=full_name,
        member_of=member_of,
        language=language,
        invited_by=by,
        expires_at=now + timedelta(days=days),
        until=until,
    )
    if email and address:
        send(invitation, code, address(code))
    return invitation, code


def send(invitation: Invitation, code: str, address: str) -> None:
    context = {"invitation": invitation, "code": code, "address": address, "expires": invitation.expires_at}
    mail.send(invitation.email, "people/mail/invitation", context, invitation.language)


@transaction.atomic
def renew(invitation: Invitation, by: Account, *, days: int = LASTS) -> str:
    """A new code for an invitation that nobody took; the old code is worth nothing from now on."""
    invitation = _open(invitation, by)
    code = make_code()
    invitation.code_sha256, invitation.expires_at = hash_of(code), timezone.now() + timedelta(days=days)
    with because("new code"):
        invitation.save(update_fields=["code_sha256", "expires_at"])
    return code


@transaction.atomic
def withdraw(invitation: Invitation, by: Account) -> None:
    invitation = _open(invitation, by)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])


def _open(invitation: Invitation, by: Account) -> Invitation:
    if not may_give(by, invitation.role, invitation.organisation_id, invitation.place_id):
        raise PermissionDenied(_("This invitation lies outside your scope."))
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise ValidationError(_("This invitation was taken or withdrawn before."))
    return invitation


def invitation_of(code: str) -> Invitation | None:
    """The invitation that a code opens now; None for a wrong, used, withdrawn or old one, all alike."""
    if not typed(code):
        return None
    found = pending().filter(code_sha256=hash_of(code))
    return found.select_related("organisation", "place__parent", "member_of", "invited_by__organisation").first()


def free_login(login: str) -> str:
    """The login as it is kept. Raises ValidationError for one that is taken or does not fit into an address."""
    login = login.strip().lower()
    valid_login(login)
    if login in WORDS or Account.objects.filter(login__iexact=login).exists():
        raise ValidationError(_("This login is taken. Choose another one."))
    return login


@transaction.atomic
def accept(code: str, *, login: str, password: str, full_name: str, language: str = "", email: str = "") -> Account:
    """Makes the account and gives the role, both or neither; the code is used up.

    Raises ValidationError by field: ``code``, ``login``, ``password``, ``full_name``, ``email``.
    """
    invitation = _claim(code)
    wrong: dict[str, Any] = {}
    try:
        login = free_login(login)
    except ValidationError as error:
        wrong["login"] = error.messages
    full_name = " ".join(full_name.split())
    if not full_name:
        wrong["full_name"] = [_("Write your name.")]
    email = email.strip()
    if email and Account.objects.filter(email__iexact=email).exists():
        wrong["email"] = [_("Another account has this address. Sign in with it, then open the invitation again.")]
    account = Account(
        login=login, full_name=full_name, email=email, language=language, organisation=invitation.member_of
    )
    try:
        validate_password(password, account)
    except ValidationError as error:
        wrong["password"] = error.messages
    if wrong:
        raise ValidationError(wrong)
    account.set_password(password)
    with because("invitation accepted", user=str(account.pk), invitation=str(invitation.pk)):
        account.save()
        _take(invitation, account)
    return account


@transaction.atomic
def accept_as(code: str, account: Account) -> None:
    """Somebody who has an account takes the role that the invitation brings."""
    invitation = _claim(code)
    with because("invitation accepted", user=str(account.pk), invitation=str(invitation.pk)):
        if account.organisation_id is None and invitation.member_of_id:
            account.organisation = invitation.member_of
            account.save(update_fields=["organisation"])
        _take(invitation, account)


def _claim(code: str) -> Invitation:
    invitation = invitation_of(code)
    if invitation is not None:  # again under a lock: of two who type the code at once, one gets the role
        invitation = pending().select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if invitation is None:
        raise ValidationError({"code": _("This code opens nothing: it is mistyped, used, withdrawn or too old.")})
    inviter = Account.objects.get(pk=invitation.invited_by_id)
    if not may_give(inviter, invitation.role, invitation.organisation_id, invitation.place_id):
        raise ValidationError(
            {"code": _("Whoever invited you may no longer give this role. Ask for a new invitation.")}
        )
    return invitation


def _take(invitation: Invitation, account: Account) -> None:
    give(
        invitation.invited_by,
        account,
        invitation.role,
        organisation=invitation.organisation,
        place=invitation.place,
        until=invitation.until,
        reason="invitation",
    )
    invitation.accepted_by, invitation.accepted_at = account, timezone.now()
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    said = in_three(gettext_noop("%(name)s accepted your invitation."), name=account.full_name or account.login)
    notify(invitation.invited_by, said, account.get_absolute_url())
