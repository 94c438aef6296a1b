"""Who holds which role where: grants, the invitations that bring them, agreements between organisations."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7

from .account import Account
from .organisation import Organisation


class Scoped(models.Model):
    """``role`` is ``programme.role``; empty organisation or place means all of them."""

    role = models.CharField(max_length=80)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class GrantQuerySet(models.QuerySet["Grant"]):
    def current(self) -> GrantQuerySet:
        """Neither taken back nor run out."""
        return self.filter(models.Q(until=None) | models.Q(until__gt=timezone.now()), revoked_at=None)


@keep_history()
class Grant(Scoped):
    """A role that a person holds, given by somebody, until it ends or is taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    given_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField(blank=True)
    until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_why = models.TextField(blank=True)

    objects = models.Manager.from_queryset(GrantQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "organisation", "place"],
                condition=models.Q(revoked_at=None),
                name="grant_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_by=None) | models.Q(revoked_at__isnull=False), name="grant_revoked_whole"
            ),
        ]


@keep_history(exclude=("code_sha256",))
class Invitation(Scoped):
    """Brings a person in by e-mail or by a printed code; only the code's keyed hash is kept.

    ``organisation`` is the scope of the role that it brings; ``member_of`` the organisation that the person works for.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code_sha256 = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True)
    full_name = models.CharField(max_length=200, blank=True)
    member_of = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=3, blank=True, choices=[("ar", "ar"), ("ckb", "ckb"), ("en", "en")])
    until = models.DateTimeField(null=True, blank=True, help_text="when the role ends")
    invited_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
                name="invitation_accepted_whole",
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or str(self.pk)[-8:]


@keep_history()
class Agreement(models.Model):
    """One organisation lets another read what it owns: which records, up to which sensitivity, when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    giver = models.ForeignKey(Organisation, models.PROTECT, related_name="given_agreements")
    receiver = models.ForeignKey(Organisation, models.PROTECT, related_name="received_agreements")
    records = ArrayField(models.CharField(max_length=80), help_text="model labels, such as rafid_records.site")
    reads = models.SmallIntegerField(default=1, choices=[(0, "public"), (1, "partner"), (2, "restricted")])
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    embargo_days = models.PositiveIntegerField(default=0, help_text="records are shown this many days after they came")
    document = models.TextField(blank=True, help_text="where the signed paper is")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="ended before its day")
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(giver=models.F("receiver")), name="agreement_between_two"),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="agreement_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.receiver}"
