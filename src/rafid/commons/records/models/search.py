"""One index over all registers, so that search asks one table; the register's own rule decides what is shown."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class SearchEntry(models.Model):
    """``text`` is folded (rafid.methods.text), in all languages at once; ``title`` is what the person reads."""

    kind = models.CharField(max_length=80)
    record_id = models.UUIDField()
    title = models.JSONField()
    url = models.CharField(max_length=300)
    text = models.TextField()
    weight = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "record_id"], name="search_entry_once")]
        indexes = [GinIndex(fields=["text"], opclasses=["gin_trgm_ops"], name="search_entry_text")]
