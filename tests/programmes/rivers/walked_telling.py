"""A draft of a warning and of a bulletin, for the walk of every route."""

from __future__ import annotations

from datetime import UTC, datetime

from rafid.programmes.rivers.models import Bulletin, FloodWarning, Station


def told(marked, mark: str) -> dict[str, list[str]]:
    """``mark`` stands in the words of drafts, which nobody but the owner's own roles reads."""
    station = Station.objects.get(code="walked-gauge")
    words = dict.fromkeys(("ar", "ckb", "en"), mark)
    known = {"owner": marked.owner, "place": marked.place, "sensitivity": 2}
    warning = FloodWarning.objects.create(
        station=station, level="severe", onset=datetime(2026, 3, 1, tzinfo=UTC), expires=datetime(2026, 3, 3, tzinfo=UTC),
        headline=words, text=words, instruction=words, **known,
    )  # fmt: skip
    content = {"stations": [], "reservoirs": [], "warnings": [], "classes": {}, "demonstration": False}
    bulletin = Bulletin.objects.create(
        bulletin_kind="daily", period="2026-03-01", data_known_at=datetime(2026, 3, 1, 6, tzinfo=UTC), content=content,
        note=words, sha256="0" * 64, **known,
    )  # fmt: skip
    return {
        "rivers/bulletins/<str:ref>": [bulletin.ref, "NOTHING"],
        "rivers/bulletins/<str:ref>/file.<str:format>": ["xlsx", "nothing"],
        "rivers/warnings/<str:ref>": [warning.ref, "NOTHING"],
        "rivers/warnings/<str:ref>/<slug:act>": ["sign", "issue", "reason", "discard", "take-up", "nothing"],
        "api/v1/rivers/warnings/<id>": [str(warning.pk), warning.ref, "nothing"],
        "api/v1/rivers/bulletins/<id>": [str(bulletin.pk), bulletin.ref, "nothing"],
    }
