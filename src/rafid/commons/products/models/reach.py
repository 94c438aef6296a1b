"""Whom products reach: letters and webhooks about new ones, pages of other sites that show them, how often they are read."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rafid.commons.identity import uuid7

from .recipes import Recipe


class Subscription(models.Model):
    """A reader who gave an address and confirmed it by the letter that came. ``about``: ``{"programme"}``, ``{"recipe"}``,
    ``{"dataset"}``, or nothing for all. Leaving takes one click; the row goes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField()
    language = models.CharField(max_length=3, default="ar")
    about = models.JSONField(default=dict, blank=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["email", "about"], name="subscription_once")]


class Webhook(models.Model):
    """``secret`` signs the body (HMAC-SHA256); it is kept enciphered and shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.URLField(max_length=500)
    secret = models.TextField()
    about = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, null=True, related_name="+")
    active = models.BooleanField(default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    GIVEN_UP = "given_up", _("Given up")


class Delivery(models.Model):
    """One event to one address, tried with growing pauses for two days."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="delivery_due")]


class EmbedGrant(models.Model):
    """Which sites may show a product in a frame of theirs, until when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipe = models.ForeignKey(Recipe, models.CASCADE, related_name="embeds")
    origins = ArrayField(models.CharField(max_length=200))
    expires_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)


class ViewCount(models.Model):
    """How often something was looked at or taken, by day. No address, no cookie: nobody can be found in it."""

    id = models.BigAutoField(primary_key=True)
    what = models.CharField(max_length=120)
    on = models.DateField()
    views = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "on"], name="view_count_once")]
