"""What happens to an account after it was made: profile, closing, opening, a new password, a lost telephone."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.history import because
from rafid.commons.names import in_three

from . import door
from .administration import administrators, lock_administration, may_enrol, may_manage
from .codes import hash_of, make_code, typed
from .models import Account, Organisation, ResetCode
from .models.signin import Kind
from .notify import notify

RESET_LASTS = timedelta(days=3)


def _managed(account: Account, by: Account | None) -> None:
    if by is not None and not may_manage(by, account):
        raise PermissionDenied(_("This person holds roles outside your scope, so that you cannot change the account."))


def change_profile(account: Account, *, full_name: str, email: str, language: str) -> None:
    """Raises ValidationError by field. A change of the address is told to the old one's owner in the page frame."""
    email, full_name = email.strip(), " ".join(full_name.split())
    if email and Account.objects.filter(email__iexact=email).exclude(pk=account.pk).exists():
        raise ValidationError({"email": _("Another account has this address.")})
    changed = email.lower() != account.email.lower()
    account.full_name, account.email, account.language = full_name, email, language
    account.save(update_fields=["full_name", "email", "language"])
    if changed:
        notify(account, in_three(gettext_noop("The e-mail address of your account was changed.")), reverse("my-page"))


@transaction.atomic
def move(account: Account, organisation: Organisation | None, by: Account, reason: str) -> None:
    """Makes the person a member of another organisation. Raises PermissionDenied outside the scope of ``by``."""
    _managed(account, by)
    if not may_enrol(by, organisation and organisation.pk):
        raise PermissionDenied(_("You can bring people only into organisations within your own scope."))
    account.organisation = organisation
    with because(reason or "moved"):
        account.save(update_fields=["organisation"])


@transaction.atomic
def close(account: Account, by: Account | None, reason: str) -> None:
    """Nobody signs in with it any more, tools neither; what the person did stays. Grants stay and sleep."""
    _managed(account, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    lock_administration()
    keep = administrators().exists()
    account.is_active = False
    with because(reason.strip()):
        account.save(update_fields=["is_active"])
    if keep and not administrators().exists():
        raise ValidationError(
            {"reason": _("This is the last administrator of the whole platform. Make another one first.")}
        )
    end_sessions(account)


@transaction.atomic
def reopen(account: Account, by: Account | None, reason: str) -> None:
    _managed(account, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    account.is_active = True
    with because(reason.strip()):
        account.save(update_fields=["is_active"])


@transaction.atomic
def open_door(account: Account, by: Account, reason: str) -> None:
    """Lets somebody who is locked out try again at once."""
    _managed(account, by)
    door.decided(Kind.OPENED, account, by, reason.strip())


def sessions_of(account: Account) -> list[UserSession]:
    """Where the person is signed in, newest first; sessions that ran out are forgotten."""
    return sorted(UserSession.objects.purge_and_list(account), key=lambda one: one.last_seen_at, reverse=True)


def end_sessions(account: Account, *, but: str | None = None) -> int:
    ended = 0
    for session in UserSession.objects.filter(user=account).exclude(session_key=but or ""):
        session.end()
        ended += 1
    return ended


@transaction.atomic
def make_reset_code(account: Account, by: Account | None) -> tuple[ResetCode, str]:
    """A one-time code with which the person sets a new password; printed, for those without e-mail.

    An older code is worth nothing from now on. ``by`` None is the command line.
    """
    _managed(account, by)
    if not account.is_active:
        raise ValidationError(_("This account is closed. Open it again first."))
    ResetCode.objects.filter(account=account, used_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    code = make_code()
    made = ResetCode.objects.create(
        account=account, code_sha256=hash_of(code), made_by=by or account, expires_at=timezone.now() + RESET_LASTS
    )
    said = gettext_noop("A one-time code for a new password was made for your account.")
    notify(account, in_three(said), reverse("my-page"))
    return made, code


def open_reset_codes() -> QuerySet[ResetCode]:
    return ResetCode.objects.filter(
        used_at=None, withdrawn_at=None, expires_at__gt=timezone.now(), account__is_active=True
    )


def reset_code_of(code: str) -> ResetCode | None:
    """The reset that a code opens now; None for a wrong, used or old one, all alike."""
    return (
        open_reset_codes().filter(code_sha256=hash_of(code)).select_related("account").first() if typed(code) else None
    )


@transaction.atomic
def set_password_by_code(code: str, password: str, network: str = "") -> Account:
    """Sets the password, uses the code up, ends all sessions. Raises ValidationError for ``code`` or ``password``."""
    found = reset_code_of(code)
    if found is not None:
        found = open_reset_codes().select_for_update(of=("self",)).filter(pk=found.pk).first()
    if found is None:
        raise ValidationError({"code": _("This code opens nothing: it is mistyped, used, withdrawn or too old.")})
    account = Account.objects.select_for_update().get(pk=found.account_id)
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    account.set_password(password)
    account.is_demonstration = False
    found.used_at = timezone.now()
    with because("password set by a printed code", user=str(account.pk)):
        account.save(update_fields=["password", "is_demonstration"])
        found.save(update_fields=["used_at"])
    end_sessions(account)
    door.note(Kind.RESET, network, account=account)
    return account


@transaction.atomic
def remove_second_factor(account: Account, by: Account, reason: str) -> None:
    """For a lost telephone: the authenticator app and the recovery codes are removed; a role that asks for one asks again."""
    _managed(account, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, and how you made sure who asked.")})
    removed, _kinds = Authenticator.objects.filter(user=account).delete()
    if not removed:
        raise ValidationError({"reason": _("This account has no authenticator app.")})
    door.decided(Kind.FACTOR_REMOVED, account, by, reason.strip())
    end_sessions(account)
    notify(
        account, in_three(gettext_noop("Your authenticator app was removed by an administrator.")), reverse("my-page")
    )
