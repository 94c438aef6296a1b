"""The parts of an alert, named as CAP names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"

STATUS = ("Actual", "Exercise", "System", "Test", "Draft")
MSG_TYPE = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPE = ("Public", "Restricted", "Private")
CATEGORY = (
    "Geo",
    "Met",
    "Safety",
    "Security",
    "Rescue",
    "Fire",
    "Health",
    "Env",
    "Transport",
    "Infra",
    "CBRNE",
    "Other",
)
RESPONSE = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")
URGENCY = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITY = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTY = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")

NEED_REFERENCES = ("Update", "Cancel", "Ack", "Error")


@dataclass(frozen=True)
class CapArea:
    """``polygons``: rings of (lat, lon) in degrees, WGS 84, closed, at least four pairs; ``circles``: (lat, lon, km);
    ``geocodes``: (name of the system, value)."""

    description: str
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[tuple[float, float, float], ...] = ()
    geocodes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CapInfo:
    """What is told, in one language."""

    language: str
    event: str
    categories: tuple[str, ...]
    urgency: str
    severity: str
    certainty: str
    response_types: tuple[str, ...] = ()
    headline: str = ""
    description: str = ""
    instruction: str = ""
    sender_name: str = ""
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    web: str = ""
    contact: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    event_codes: tuple[tuple[str, str], ...] = ()
    areas: tuple[CapArea, ...] = ()


@dataclass(frozen=True)
class CapAlert:
    """``references``: (sender, identifier, sent) of the alerts that this one updates or cancels."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    msg_type: str
    scope: str
    infos: tuple[CapInfo, ...] = ()
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[tuple[str, str, datetime], ...] = ()
    incidents: tuple[str, ...] = ()
