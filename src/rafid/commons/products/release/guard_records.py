"""Records that can be told apart by their attributes lose them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rafid.methods.disclosure import class_sizes, distinct_values

from .guard import SHOWN, Guarded


def guard_records(rows: Sequence[Mapping[str, Any]], fields: Sequence[Mapping[str, Any]], *, k: int) -> Guarded:
    """A table of records: each must share its quasi-identifiers with ``k - 1`` others. Those that do not lose them."""
    quasi = [one["name"] for one in fields if one.get("role") == "quasi"]
    made = Guarded(report={"kind": "records", "records": len(rows), "k": k})
    if not quasi or not rows:
        return made
    codes = np.column_stack([_coded([row.get(name) for row in rows]) for name in quasi])
    sizes = class_sizes(codes)
    small = np.flatnonzero(sizes < k)
    for number in small:
        for name in quasi:
            if rows[number].get(name) is not None:
                made.withheld[int(number), name] = "primary"
    sensitive = [one["name"] for one in fields if one.get("role") == "sensitive"]
    diversity = {
        name: int(distinct_values(codes, sensitive=_coded([row.get(name) for row in rows]))[sizes >= k].min())
        for name in sensitive
        if (sizes >= k).any()
    }
    made.report |= {
        "quasi": quasi,
        "primary": len(small),
        "secondary": 0,
        "smallest_class": int(sizes.min()),
        "diversity": diversity,
        "withheld": [
            {"row": int(number), "key": "", "field": ", ".join(quasi), "why": "primary"} for number in small[:SHOWN]
        ],
    }
    if 0 < len(small) < k:
        made.problems.append({"what": "few_suppressed", "records": len(small)})
    return made


def _coded(values: Sequence[Any]) -> Any:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(str(value), len(numbers)) for value in values], dtype=np.int64)
