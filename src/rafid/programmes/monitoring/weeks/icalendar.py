"""Calendars as RFC 5545 writes them: lines folded at 75 octets, text escaped, times in UTC. Plain texts in and out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LINE = 75
"""Octets of a line without its end (section 3.1)."""


@dataclass(frozen=True)
class Event:
    """``uid`` stays the same for ever, ``sequence`` rises with each change; a cancelled event stays in the calendar."""

    uid: str
    sequence: int
    changed: datetime
    begins: datetime
    ends: datetime
    summary: str
    status: str = "CONFIRMED"
    description: str = ""
    url: str = ""


def escaped(text: str) -> str:
    r"""Text of section 3.3.11.

    >>> print(escaped("one; two, three\\four\nfive"))
    one\; two\, three\\four\nfive
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\")
    text = text.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(one for one in text if one == "\t" or (one >= " " and one != "\x7f"))


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets; no character is torn apart."""
    pieces, piece, room = [], "", LINE
    for one in line:
        size = len(one.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", LINE - 1  # the blank that begins a continuation counts
        piece += one
        room -= size
    return "\r\n ".join([*pieces, piece])


def stamp(moment: datetime) -> str:
    """``20261128T060000Z``. ``ValueError`` without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time of a calendar has its zone")
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def calendar(events: Iterable[Event], *, name: str, product: str = "-//Rafid//Monitoring//EN", hours: int = 1) -> str:
    """``hours``: how often programs are to ask again."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{product}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}", f"REFRESH-INTERVAL;VALUE=DURATION:PT{hours}H",
    ]  # fmt: skip
    for one in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{escaped(one.uid)}",
            f"DTSTAMP:{stamp(one.changed)}",
            f"LAST-MODIFIED:{stamp(one.changed)}",
            f"SEQUENCE:{one.sequence}",
            f"DTSTART:{stamp(one.begins)}",
            f"DTEND:{stamp(one.ends)}",
            f"SUMMARY:{escaped(one.summary)}",
            f"STATUS:{one.status}",
        ]
        lines += [f"DESCRIPTION:{escaped(one.description)}"] if one.description else []
        lines += [f"URL:{one.url}"] if one.url else []
        lines += ["CLASS:PRIVATE", "END:VEVENT"]
    return "\r\n".join(folded(line) for line in [*lines, "END:VCALENDAR"]) + "\r\n"
