"""A warning in the Common Alerting Protocol, and the feed of all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from rafid.commons.names import in_three, pick
from rafid.methods.cap import CapAlert, CapArea, CapInfo, build_alert

from ..models import FloodWarning

ZONE = ZoneInfo("Asia/Baghdad")
LANGUAGES = {"ar": "ar-IQ", "ckb": "ckb-IQ", "en": "en"}
SEVERITY = {
    "watch": "Minor", "warning": "Moderate", "severe": "Severe", "extreme": "Extreme", "low": "Minor", "critical": "Moderate",
}  # fmt: skip
RESPONSE = {
    "watch": "Monitor", "warning": "Prepare", "severe": "Evacuate", "extreme": "Evacuate", "low": "Monitor",
    "critical": "Prepare",
}  # fmt: skip
EVENT, SCARCE = gettext_noop("Flood"), gettext_noop("Low water")
AROUND_KM = 15.0
"""A warning whose area nobody drew is about this far around its station."""


def alert_of(warning: FloodWarning, *, sender: str, address: str) -> bytes:
    """The message as it goes out now: the alert, its update, or its cancellation. Times in the country's zone."""
    return build_alert(_alert(warning, sender, address))


def _alert(row: FloodWarning, sender: str, address: str) -> CapAlert:
    assert row.issued_at is not None
    cancelled = row.state == "cancelled"
    sent = row.ended_at if cancelled and row.ended_at else row.issued_at
    references: list[tuple[str, str, Any]] = []
    if cancelled:
        references.append((sender, row.ref, row.issued_at.astimezone(ZONE).replace(microsecond=0)))
    elif row.updates is not None and row.updates.issued_at is not None:
        old = row.updates
        references.append((sender, old.ref, old.issued_at.astimezone(ZONE).replace(microsecond=0)))
    return CapAlert(
        identifier=f"{row.ref}-C" if cancelled else row.ref,
        sender=sender,
        sent=sent.astimezone(ZONE).replace(microsecond=0),
        # What the demonstration invents is an exercise, wherever the message is read.
        status="Exercise" if row.source == "demonstration" else "Actual",
        msg_type="Cancel" if cancelled else "Update" if references else "Alert",
        scope="Public",
        note="DEMONSTRATION: invented records" if row.source == "demonstration" else "",
        references=tuple(references),
        infos=tuple(_info(row, code, address) for code in LANGUAGES),
    )


def _info(row: FloodWarning, code: str, address: str) -> CapInfo:
    soon = row.issued_at is not None and row.onset - row.issued_at <= timedelta(hours=6)
    scarce = row.level in ("low", "critical")
    assert row.issued_at is not None
    expires = max(row.expires, (row.ended_at or row.issued_at) + timedelta(hours=1))
    made_up = "DEMONSTRATION. " if row.source == "demonstration" else ""
    return CapInfo(
        language=LANGUAGES[code],
        event=in_three(SCARCE if scarce else EVENT)[code],
        categories=("Met",),
        urgency="Immediate" if soon else "Expected",
        severity=SEVERITY[row.level],
        certainty="Likely" if row.probability is None or row.probability > 0.5 else "Possible",
        response_types=("AllClear",) if row.state == "cancelled" else (RESPONSE[row.level],),
        headline=made_up + row.headline.get(code, ""),
        description=row.ended_why if row.state == "cancelled" else row.text.get(code, ""),
        instruction="" if row.state == "cancelled" else row.instruction.get(code, ""),
        sender_name=pick(row.owner.names, code),
        onset=row.onset.astimezone(ZONE).replace(microsecond=0),
        expires=expires.astimezone(ZONE).replace(microsecond=0),
        web=address,
        areas=(_area(row, code),),
    )


def _area(row: FloodWarning, code: str) -> CapArea:
    name = pick(row.area_names, code) or row.station.code
    if row.area is None:
        return CapArea(name, circles=((round(row.station.point.y, 4), round(row.station.point.x, 4), AROUND_KM),))
    rings = tuple(tuple((round(y, 5), round(x, 5)) for x, y in part[0].coords) for part in row.area)
    return CapArea(name, polygons=rings)
