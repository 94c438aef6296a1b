"""Who took data along, or read what is restricted: written once, never changed."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.identity import uuid7

from .account import Account


class AccessKind(models.TextChoices):
    READ = "read", _("Read")
    EXPORT = "export", pgettext_lazy("what happened", "Export")
    FEED = "feed", _("Data feed")


class AccessLog(models.Model):
    """One reading. ``label`` and ``object_id`` name the thing (a form, a record) in any room above this one; ``title`` is
    how it was called then. ``address`` is what was asked, ``network`` the caller's /24 (IPv4) or /48 (IPv6).

    ``count``: how many rows lay behind the door at that moment.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="readings")
    kind = models.CharField(max_length=6, choices=AccessKind.choices)
    label = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    title = models.CharField(max_length=300, blank=True)
    purpose = models.CharField(max_length=500, blank=True)
    count = models.PositiveIntegerField(default=1)
    restricted = models.BooleanField(default=False, help_text="were answers among them that others do not see?")
    address = models.CharField(max_length=500, blank=True)
    network = models.CharField(max_length=50, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], name="access_log_of_account"),
            models.Index(fields=["label", "object_id", "-at"], name="access_log_of_object"),
        ]
        triggers = [pgtrigger.Protect(name="written_once", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"
