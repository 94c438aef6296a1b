"""Messages to a person, shown in the page frame."""

from __future__ import annotations

from django.db import models

from rafid.commons.identity import uuid7
from rafid.commons.names import pick

from .account import Account


class Message(models.Model):
    """Text in three languages, so that it follows the reader's language; ``link`` is where to act."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="messages")
    text = models.JSONField(help_text='{"ar": …, "ckb": …, "en": …}')
    link = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-made_at"], name="message_of_account")]

    def __str__(self) -> str:
        return pick(self.text)
