"""Files that records of rivers name: the sweep of the store leaves them."""

from __future__ import annotations


def named_blobs(hashes: list[str]) -> set[str]:
    from .models import ValueFile

    return set(ValueFile.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
