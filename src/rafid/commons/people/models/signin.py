"""What happened at the door: sign-ins, failures, lock-outs; and the one-time codes that let a person in again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7

from .account import Account


class Kind(models.TextChoices):
    SUCCESS = "success", _("Signed in")
    TOOL = "tool", _("Signed in by a tool with the password")
    FAILURE = "failure", _("Wrong password or code")
    LOCKOUT = "lockout", _("Locked out after repeated failures")
    OPENED = "opened", _("Lock opened by an administrator")
    FACTOR_REMOVED = "no_factor", _("Authenticator app removed by an administrator")
    SIGN_OUT = "sign_out", _("Signed out")
    RESET = "reset", _("Set a new password")


class SignIn(models.Model):
    """One event at the door.

    ``network`` is the caller's /24 (IPv4) or /48 (IPv6): enough to see that it was another town, too little to follow a
    person. What was typed as a login is kept as a keyed hash only: people type passwords into that field.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="sign_ins")
    login_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    network = models.CharField(max_length=50)
    at = models.DateTimeField()
    by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", help_text="the administrator who did it"
    )
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["login_hash", "at"], name="sign_in_attempts"),
            models.Index(fields=["network", "at"], name="sign_in_network"),
            models.Index(fields=["account", "-at"], name="sign_in_account"),
            models.Index(fields=["at"], name="sign_in_at"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


@keep_history(exclude=("code_sha256",))
class ResetCode(models.Model):
    """A printed one-time code with which a person without e-mail sets a new password; only its keyed hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="reset_codes")
    code_sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(used_at=None, withdrawn_at=None), name="reset_code_one_open"
            )
        ]

    def __str__(self) -> str:
        return self.account.login
