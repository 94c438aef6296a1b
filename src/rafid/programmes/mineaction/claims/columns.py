"""Columns of the files of claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rafid.commons.programme import Field

from .claimed import Pair

PAIR_FIELDS = (
    Field("a", {"ar": "سجل الأولى", "ckb": "تۆماری یەکەم", "en": "Record of the first"}),
    Field("status_a", {"ar": "الحالة عند الأولى", "ckb": "دۆخ لای یەکەم", "en": "Status at the first"}),
    Field("b", {"ar": "سجل الثانية", "ckb": "تۆماری دووەم", "en": "Record of the second"}),
    Field("status_b", {"ar": "الحالة عند الثانية", "ckb": "دۆخ لای دووەم", "en": "Status at the second"}),
    Field(
        "shared_m2", {"ar": "الأرض المشتركة، م²", "ckb": "زەویی هاوبەش، م²", "en": "Shared ground, m²"}, kind="number"
    ),
    Field("agrees", {"ar": "متفق عليها", "ckb": "ڕێککەوتوون", "en": "Agreed"}, kind="boolean"),
    Field("decided", {"ar": "ما تقرر", "ckb": "بڕیار", "en": "Decided"}),
)


def pair_rows(pairs: Iterable[Pair]) -> Iterator[dict[str, Any]]:
    for pair in pairs:
        yield {
            "a": pair.a.hazard.ref, "status_a": pair.a.status, "b": pair.b.hazard.ref, "status_b": pair.b.status,
            "shared_m2": round(pair.shared, 1), "agrees": pair.agrees, "decided": pair.decided or ("open" if pair.case else ""),
        }  # fmt: skip
