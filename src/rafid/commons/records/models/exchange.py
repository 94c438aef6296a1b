"""Exchange between nodes: who takes part, every change that any of them made, and what people must decide."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7


@keep_history(exclude=("secret", "token", "number", "have"))
class Node(models.Model):
    """An installation that takes part. ``own`` is this one: only it has a secret, and ``number`` counts its changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("Node"), max_length=40, unique=True)
    public_key = models.CharField(max_length=64, help_text="Ed25519, in hex")
    box_key = models.CharField(max_length=64, help_text="X25519, in hex")
    own = models.BooleanField(default=False)
    secret = models.TextField(blank=True, help_text="both private keys, enciphered")
    number = models.BigIntegerField(default=0)
    trusted_from = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_valid = models.BigIntegerField(
        null=True, blank=True, help_text="changes up to this number stand after revocation"
    )
    have = models.JSONField(default=dict, help_text="what the node is known to hold")
    url = models.CharField(_("Network address"), max_length=300, blank=True)
    token = models.TextField(blank=True, help_text="with which this node asks there, enciphered")
    times = models.CharField(_("Times"), max_length=200, blank=True, help_text="of the day, as 06:00,18:00")
    asked_at = models.DateTimeField(null=True, blank=True)
    failed = models.JSONField(null=True, blank=True, help_text="why the last round failed, in three languages")
    organisation = models.ForeignKey(
        "rafid_people.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="whose node it is: agreements with it open what is given to this node alone",
    )

    class Meta:
        verbose_name = "node"
        verbose_name_plural = "nodes"
        constraints = [
            models.UniqueConstraint(fields=["own"], condition=Q(own=True), name="exchange_one_own_node"),
            models.CheckConstraint(
                condition=Q(name__regex=r"^[A-Za-z][A-Za-z0-9_.-]{0,39}$"), name="exchange_node_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        """The beginning of the public key, to be read aloud when keys are exchanged."""
        return " ".join(self.public_key[at : at + 4] for at in range(0, 24, 4))


class ExchangeBundle(models.Model):
    """A signed file of another node, kept as it came: who joins later is filled with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    node = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64, unique=True)
    data = models.BinaryField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    taken_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["node", "last"], name="exchange_bundle_of")]
        triggers = [
            pgtrigger.Protect(
                name="bundle_stays", operation=pgtrigger.UpdateOf("node", "sha256", "data") | pgtrigger.Delete
            )
        ]


class ExchangeChange(models.Model):
    """The log. ``fields`` is JSON as text, since a database's own JSON writes numbers in another way than their author did."""

    pk = models.CompositePrimaryKey("node", "number")
    node = models.CharField(max_length=40)
    number = models.BigIntegerField()
    record = models.TextField()
    kind = models.CharField(max_length=200)
    action = models.CharField(max_length=20)
    fields = models.TextField(default="{}")
    after = ArrayField(models.TextField(), default=list)
    at = models.TextField(blank=True)
    by = models.TextField(blank=True)
    known_at = models.DateTimeField(db_default=Now())
    bundle = models.ForeignKey(ExchangeBundle, models.PROTECT, null=True, related_name="changes")

    class Meta:
        indexes = [
            models.Index(fields=["record"], name="exchange_change_of"),
            GinIndex(fields=["after"], name="exchange_change_after", fastupdate=False),
            models.Index(fields=["record"], condition=Q(action__in=["same", "distinct"]), name="exchange_change_pairs"),
        ]
        triggers = [pgtrigger.Protect(name="change_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    @property
    def name(self) -> str:
        return f"{self.node}:{self.number}"


class ExchangeState(models.Model):
    """How a record stands by its changes. ``stale``: something was added since this was worked out."""

    record = models.TextField(primary_key=True)
    kind = models.CharField(max_length=200)
    node = models.CharField(max_length=40, blank=True, help_text="that recorded it first")
    fields_shown = models.TextField(default="{}")
    retired = models.BooleanField(default=False)
    live = models.BooleanField(default=False)
    heads = ArrayField(models.TextField(), default=list)
    waiting = ArrayField(models.TextField(), default=list)
    leaf = models.CharField(max_length=64, blank=True)
    bucket = models.IntegerField(default=0)
    ground = models.GeometryField(srid=0, null=True, spatial_index=True)
    same_as = models.TextField(blank=True)
    stale = models.BooleanField(default=True)
    refused = models.TextField(blank=True, help_text="why this node's own table does not take it")

    class Meta:
        indexes = [
            models.Index(fields=["record"], condition=Q(stale=True), name="exchange_state_stale"),
            models.Index(fields=["record"], condition=~Q(refused=""), name="exchange_state_refused"),
        ]


class Cause(models.TextChoices):
    RETIRED = "retired", pgettext_lazy("a case is about", "Retired and edited")
    VALUE = "value", pgettext_lazy("a case is about", "Two values")
    TOGETHER = "together", pgettext_lazy("a case is about", "Fields that belong together")
    CHECK = "check", pgettext_lazy("a case is about", "A rule broken by both together")
    AGREEMENT = "agreement", pgettext_lazy("a case is about", "Consent needed")
    GROUND = "ground", pgettext_lazy("a case is about", "The same ground under two numbers")


@keep_history()
class Case(models.Model):
    """A question that changes of several nodes raised: open until a change that has seen all sides ends it."""

    id = models.CharField(primary_key=True, max_length=40)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    kind = models.CharField(max_length=200)
    records = ArrayField(models.TextField())
    names = ArrayField(models.TextField(), default=list)
    sides = models.JSONField(default=dict)
    past = models.JSONField(default=dict)
    amount = models.FloatField(default=0.0)
    opened_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    comments = models.JSONField(default=list)
    decision = models.TextField(blank=True, help_text="the change that ended it, and what was chosen")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "exchange case"
        verbose_name_plural = "exchange cases"
        indexes = [
            GinIndex(fields=["records"], name="exchange_case_records"),
            models.Index(fields=["opened_at"], condition=Q(ended_at=None), name="exchange_case_open"),
        ]

    @property
    def open(self) -> bool:
        return self.ended_at is None

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("exchange-case", args=[self.pk])


class ExchangeReceipt(models.Model):
    """That ``node`` took a file of ``of``; ours of others' files, and others' of ours."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    node = models.CharField(max_length=40)
    of = models.CharField(max_length=40)
    file = models.CharField(max_length=64)
    have = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "file"], name="exchange_receipt_once")]
        triggers = [pgtrigger.Protect(name="receipt_stays", operation=pgtrigger.Update | pgtrigger.Delete)]


class ExchangeParcel(models.Model):
    """What one node gave to one other alone, as a signed part of a file for it, and which no node passes on. ``marks`` say how
    far the giver's programme came; from there it goes on once ``receiver`` is known to have it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    giver = models.CharField(max_length=40)
    receiver = models.CharField(max_length=40)
    code = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64, help_text="of the signed part")
    file = models.CharField(max_length=64, blank=True, help_text="hash of the file that held it")
    marks = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())
    had_at = models.DateTimeField(null=True, blank=True, help_text="when it was known that the receiver has it")

    class Meta:
        indexes = [models.Index(fields=["giver", "receiver", "code", "at"], name="exchange_parcel_between")]
        constraints = [models.UniqueConstraint(fields=["giver", "receiver", "sha256"], name="exchange_parcel_once")]
