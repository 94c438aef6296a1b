"""Who may send without an account: phones with a token, and public links."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7


class Bearer(models.Model):
    """Only the token's SHA-256 is kept; the token itself is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    token_sha256 = models.CharField(max_length=64, unique=True)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    last_seen = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def works(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())


@keep_history(exclude=("token_sha256", "last_seen"))
class AppUser(Bearer):
    """A phone. ``places`` empty: everywhere. ``draft``: a phone that only tries this draft, and goes with it."""

    places = models.ManyToManyField("rafid_places.Place", blank=True, related_name="+")
    forms = models.ManyToManyField("rafid_forms.Form", blank=True, related_name="phones")
    draft = models.ForeignKey("rafid_forms.FormVersion", models.CASCADE, null=True, blank=True, related_name="testers")


@keep_history(exclude=("token_sha256", "last_seen"))
class PublicLink(Bearer):
    """An address at which anybody may fill one form while it is open."""

    form = models.ForeignKey("rafid_forms.Form", models.CASCADE, related_name="links")
    once_per_browser = models.BooleanField(default=False)
    max_submissions = models.PositiveIntegerField(null=True, blank=True)
    tells_left = models.BooleanField(default=False)
    """Whoever has the link reads how many more answers it takes."""
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at=None)
                | models.Q(opens_at=None)
                | models.Q(closes_at__gt=models.F("opens_at")),
                name="public_link_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=models.Q(tells_left=False) | models.Q(max_submissions__isnull=False),
                name="public_link_tells_what_is_left_of_a_number",
            ),
        ]
