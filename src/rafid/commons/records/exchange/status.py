"""What this node holds, and the one line by which two nodes see whether they show the same."""

from __future__ import annotations

from typing import Any

from django.db import connection

from rafid.methods.exchange.log import bucket_digest, digest

from ..models import Case, ExchangeState
from .log import have
from .nodes import own
from .settling import settle


def status(*, wait: bool = True) -> dict[str, Any]:
    """``node``, ``have`` and ``digest``, after everything known was worked out; without ``wait`` as they stand where another is
    at it, since a page must open while the worker reads a large file."""
    settle(wait=wait)
    node = own()
    return {"node": node.name if node else "", "have": have() if node else {}, "digest": picture_digest()}


def picture_digest() -> str:
    """The same as the ``digest`` of ``methods.exchange.merge`` over the whole log."""
    buckets: dict[int, dict[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT bucket, record, leaf FROM rafid_records_exchangestate WHERE leaf <> ''")
        for bucket, record, leaf in cursor.fetchall():
            buckets.setdefault(bucket, {})[record] = leaf
    ground = Case.objects.filter(cause="ground", ended_at=None).values_list("pk", flat=True)
    same_as = dict(ExchangeState.objects.exclude(same_as="").values_list("record", "same_as"))
    return digest({bucket: bucket_digest(leaves) for bucket, leaves in buckets.items()}, ground, same_as)
