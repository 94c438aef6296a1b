"""An alert that somebody sent, as its parts."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import Any

from rafid.methods.cap.checking import check_alert, parse, text, texts
from rafid.methods.cap.parts import NAMESPACE, CapAlert, CapArea, CapInfo


def read_alert(xml: bytes) -> CapAlert:
    """The alert; ``build_alert(read_alert(x))`` gives what ``build_alert`` wrote again.

    Raises ``ValueError`` with every error of :func:`check_alert`.
    """
    errors = [one for one in check_alert(xml) if one.level == "error"]
    if errors:
        raise ValueError("; ".join(f"{one.where}: {one.message}" for one in errors))
    root = parse(xml)
    return CapAlert(
        identifier=text(root, "identifier"),
        sender=text(root, "sender"),
        sent=datetime.fromisoformat(text(root, "sent")),
        status=text(root, "status"),
        msg_type=text(root, "msgType"),
        scope=text(root, "scope"),
        infos=tuple(_info(one) for one in root.findall(f"{{{NAMESPACE}}}info")),
        source=text(root, "source"),
        restriction=text(root, "restriction"),
        addresses=_words(text(root, "addresses")),
        codes=tuple(texts(root, "code")),
        note=text(root, "note"),
        references=tuple(_reference(one) for one in text(root, "references").split()),
        incidents=_words(text(root, "incidents")),
    )


def _words(given: str) -> tuple[str, ...]:
    """Words with blanks between; one that holds blanks stands in quotes."""
    try:
        return tuple(shlex.split(given))
    except ValueError as error:
        raise ValueError(f"a quote in “{given[:60]}” is not closed") from error


def _reference(given: str) -> tuple[str, str, datetime]:
    sender, name, sent = given.split(",")
    return sender, name, datetime.fromisoformat(sent)


def _when(part: Any, tag: str) -> datetime | None:
    value = text(part, tag)
    return datetime.fromisoformat(value) if value else None


def _pairs(part: Any, tag: str) -> tuple[tuple[str, str], ...]:
    return tuple((text(one, "valueName"), text(one, "value")) for one in part.findall(f"{{{NAMESPACE}}}{tag}"))


def _info(part: Any) -> CapInfo:
    return CapInfo(
        language=text(part, "language") or "en-US",
        event=text(part, "event"),
        categories=tuple(texts(part, "category")),
        urgency=text(part, "urgency"),
        severity=text(part, "severity"),
        certainty=text(part, "certainty"),
        response_types=tuple(texts(part, "responseType")),
        headline=text(part, "headline"),
        description=text(part, "description"),
        instruction=text(part, "instruction"),
        sender_name=text(part, "senderName"),
        effective=_when(part, "effective"),
        onset=_when(part, "onset"),
        expires=_when(part, "expires"),
        web=text(part, "web"),
        contact=text(part, "contact"),
        parameters=_pairs(part, "parameter"),
        event_codes=_pairs(part, "eventCode"),
        areas=tuple(_area(one) for one in part.findall(f"{{{NAMESPACE}}}area")),
    )


def _area(part: Any) -> CapArea:
    def pair(point: str) -> tuple[float, float]:
        lat, lon = point.split(",")
        return float(lat), float(lon)

    circles = []
    for one in texts(part, "circle"):
        middle, _blank, radius = one.partition(" ")
        circles.append((*pair(middle), float(radius)))
    return CapArea(
        description=text(part, "areaDesc"),
        polygons=tuple(tuple(pair(point) for point in ring.split()) for ring in texts(part, "polygon")),
        circles=tuple(circles),
        geocodes=_pairs(part, "geocode"),
    )
