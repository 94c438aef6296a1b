"""What the programme heard of its forms' submissions; a test reads and empties it."""

from __future__ import annotations

from typing import Any

HEARD: list[dict[str, Any]] = []
REFUSED = "broken"
"""Number of a well about which the programme wants to hear nothing."""


def heard(submission: Any, rows: Any, place: Any, entity: Any, old: str | None, new: str) -> None:
    if rows["submissions"][0]["well"] == REFUSED:
        raise ValueError("no such well")
    HEARD.append(
        {"instance_id": submission.instance_id, "rows": rows, "place": place, "entity": entity, "old": old, "new": new}
    )
