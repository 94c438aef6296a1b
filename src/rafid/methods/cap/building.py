"""An alert as XML: what :func:`check_alert` would find an error in is not built."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lxml import etree

from rafid.methods.cap.checking import check_alert
from rafid.methods.cap.parts import NAMESPACE, CapAlert, CapArea, CapInfo


def build_alert(alert: CapAlert) -> bytes:
    """UTF-8 XML. Times are written without a fraction and with their offset, UTC as ``-00:00`` (CAP 1.2, 3.3.2).

    Raises ``ValueError`` with the sentences of :func:`check_alert` where it would find an error, and for a time without zone.
    """
    root: Any = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _put(root, "identifier", alert.identifier)
    _put(root, "sender", alert.sender)
    _put(root, "sent", written(alert.sent, "sent"))
    _put(root, "status", alert.status)
    _put(root, "msgType", alert.msg_type)
    _put(root, "source", alert.source, needed=False)
    _put(root, "scope", alert.scope)
    _put(root, "restriction", alert.restriction, needed=False)
    _put(root, "addresses", " ".join(_quoted(one) for one in alert.addresses), needed=False)
    for code in alert.codes:
        _put(root, "code", code)
    _put(root, "note", alert.note, needed=False)
    references = (f"{sender},{name},{written(sent, 'references')}" for sender, name, sent in alert.references)
    _put(root, "references", " ".join(references), needed=False)
    _put(root, "incidents", " ".join(_quoted(one) for one in alert.incidents), needed=False)
    for info in alert.infos:
        _info(root, info)
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    errors = [one for one in check_alert(xml) if one.level == "error"]
    if errors:
        raise ValueError("; ".join(f"{one.where}: {one.message}" for one in errors))
    return xml


def written(time: datetime, where: str) -> str:
    if time.tzinfo is None:
        raise ValueError(f"{where}: the time {time} has no zone; give an aware time")
    text = time.replace(microsecond=0).isoformat()
    return text.removesuffix("+00:00") + "-00:00" if time.utcoffset() == UTC.utcoffset(None) else text


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _put(parent: Any, tag: str, text: str, *, needed: bool = True) -> None:
    if text or needed:
        etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}").text = text


def _pairs(parent: Any, tag: str, pairs: tuple[tuple[str, str], ...]) -> None:
    for name, value in pairs:
        one = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
        _put(one, "valueName", name)
        _put(one, "value", value)


def _info(root: Any, info: CapInfo) -> None:
    part = etree.SubElement(root, f"{{{NAMESPACE}}}info")
    _put(part, "language", info.language)
    for one in info.categories:
        _put(part, "category", one)
    _put(part, "event", info.event)
    for one in info.response_types:
        _put(part, "responseType", one)
    _put(part, "urgency", info.urgency)
    _put(part, "severity", info.severity)
    _put(part, "certainty", info.certainty)
    _pairs(part, "eventCode", info.event_codes)
    for tag, time in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        if time is not None:
            _put(part, tag, written(time, tag))
    _put(part, "senderName", info.sender_name, needed=False)
    _put(part, "headline", info.headline, needed=False)
    _put(part, "description", info.description, needed=False)
    _put(part, "instruction", info.instruction, needed=False)
    _put(part, "web", info.web, needed=False)
    _put(part, "contact", info.contact, needed=False)
    _pairs(part, "parameter", info.parameters)
    for area in info.areas:
        _area(part, area)


def _area(info: Any, area: CapArea) -> None:
    part = etree.SubElement(info, f"{{{NAMESPACE}}}area")
    _put(part, "areaDesc", area.description)
    for ring in area.polygons:
        _put(part, "polygon", " ".join(f"{_number(lat)},{_number(lon)}" for lat, lon in ring))
    for lat, lon, km in area.circles:
        _put(part, "circle", f"{_number(lat)},{_number(lon)} {_number(km)}")
    _pairs(part, "geocode", area.geocodes)


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")
