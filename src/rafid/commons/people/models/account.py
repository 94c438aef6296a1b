"""Accounts and the personal tokens of tools."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7

from .organisation import Organisation


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, login: str, email: str = "", password: str | None = None, **fields: Any) -> Account:
        account = self.model(login=login, email=self.normalize_email(email), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, login: str | None) -> Account:
        return self.get(login__iexact=login)


@keep_history(exclude=("password", "last_login"))
class Account(AbstractBaseUser):
    """A person who signs in. What they may see and do is in their grants, nowhere else."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    login = models.CharField(max_length=150, unique=True)
    email = models.EmailField(blank=True)
    full_name = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="members")
    language = models.CharField(max_length=3, blank=True, choices=[("ar", "ar"), ("ckb", "ckb"), ("en", "en")])
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False, help_text="known password; refused in production")
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("login"), name="account_login_any_case"),
            models.UniqueConstraint(Lower("email"), name="account_email_once", condition=~models.Q(email="")),
        ]

    def __str__(self) -> str:
        return self.full_name or self.login

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.login])


@keep_history(exclude=("sha256", "last_used_at"))
class Token(models.Model):
    """A personal token of a tool: only its hash is kept; it is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
