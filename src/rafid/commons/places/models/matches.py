"""What an officer once decided about a written name is not asked again."""

from __future__ import annotations

from django.db import models

from .place import Place


class RememberedMatch(models.Model):
    """``folded`` text below ``parent`` (or anywhere) means ``place``, because an officer said so.

    ``decided_by`` is an account's id: people live above places, so it is no foreign key here.
    """

    folded = models.CharField(max_length=300)
    written = models.CharField(max_length=300)
    parent = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folded", "parent"], name="remembered_match_once", nulls_distinct=False)
        ]
