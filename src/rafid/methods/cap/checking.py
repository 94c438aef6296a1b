"""What is wrong with an alert, beyond what its schema sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from rafid.methods.cap import parts
from rafid.methods.cap.parts import NAMESPACE

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
NAME = re.compile(r"[^\s,<&]+")
_FORBIDDEN = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
CHOICES = {
    "status": parts.STATUS, "msgType": parts.MSG_TYPE, "scope": parts.SCOPE, "category": parts.CATEGORY,
    "responseType": parts.RESPONSE, "urgency": parts.URGENCY, "severity": parts.SEVERITY, "certainty": parts.CERTAINTY,
}  # fmt: skip
NEEDED = ("identifier", "sender", "sent", "status", "msgType", "scope")
INFO_NEEDED = ("category", "event", "urgency", "severity", "certainty")
FEWEST_PAIRS = 4


@dataclass(frozen=True)
class Problem:
    """``level`` is error or warning; ``where`` the way to the element."""

    level: str
    where: str
    message: str


def check_alert(xml: bytes, *, within: tuple[float, float, float, float] | None = None) -> tuple[Problem, ...]:
    """Every problem of an alert. ``within``: south, west, north, east, outside of which no point may lie.

    Never raises for what a stranger may send: what is no XML, or declares a document type or entities, is one error.
    """
    root = parse(xml)
    if isinstance(root, Problem):
        return (root,)
    return tuple(_problems(root, within))


def parse(xml: bytes) -> Any:
    """The root element, or the one problem for which it is not read."""
    if _FORBIDDEN.search(xml):
        return Problem("error", "alert", "a document type or entity is declared; send the alert without it")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return Problem("error", "alert", f"this is no XML: {error}")
    if root.tag != f"{{{NAMESPACE}}}alert":
        return Problem("error", "alert", f"the root is {root.tag}; an alert of CAP 1.2 is expected")
    return root


def text(part: Any, tag: str) -> str:
    return (part.findtext(f"{{{NAMESPACE}}}{tag}") or "").strip()


def texts(part: Any, tag: str) -> list[str]:
    return [(one.text or "").strip() for one in part.findall(f"{{{NAMESPACE}}}{tag}")]


def _problems(root: Any, within: tuple[float, float, float, float] | None) -> Iterator[Problem]:
    for tag in NEEDED:
        if not text(root, tag):
            yield Problem("error", tag, "is missing")
    for tag in ("identifier", "sender"):
        if (value := text(root, tag)) and not NAME.fullmatch(value):
            yield Problem("error", tag, "holds a space, a comma, < or &")
    yield from _choices(root, ("status", "msgType", "scope"), "")
    sent = yield from _time(root, "sent", "")
    if text(root, "msgType") in parts.NEED_REFERENCES and not text(root, "references"):
        yield Problem("error", "references", f"{text(root, 'msgType')} names no alert that it is about")
    for reference in text(root, "references").split():
        if len(reference.split(",")) != 3:
            yield Problem("error", "references", f"{reference} has not three parts: sender, identifier, sent")
    if text(root, "scope") == "Restricted" and not text(root, "restriction"):
        yield Problem("error", "restriction", "a restricted alert says for whom")
    if text(root, "scope") == "Private" and not text(root, "addresses"):
        yield Problem("error", "addresses", "a private alert names its addresses")
    languages: set[str] = set()
    for at, info in enumerate(root.findall(f"{{{NAMESPACE}}}info"), 1):
        where = f"info[{at}]/"
        language = text(info, "language") or "en-US"
        if language in languages:
            yield Problem("error", f"{where}language", f"{language} is told twice")
        languages.add(language)
        yield from _info(info, where, sent, within)


def _choices(part: Any, tags: tuple[str, ...], where: str) -> Iterator[Problem]:
    for tag in tags:
        for value in texts(part, tag):
            if value and value not in CHOICES[tag]:
                yield Problem("error", f"{where}{tag}", f"{value} is none of {', '.join(CHOICES[tag])}")


def _time(part: Any, tag: str, where: str) -> Any:
    """Yields what is wrong with a time; its value is the time, None where there is none."""
    value = text(part, tag)
    if not value:
        return None
    if not TIME.fullmatch(value):
        yield Problem("error", f"{where}{tag}", f"{value} is not written as 2026-03-01T06:00:00+03:00")
        return None
    if value.endswith("+00:00"):
        yield Problem("warning", f"{where}{tag}", "UTC is written -00:00")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        yield Problem("error", f"{where}{tag}", f"{value} is no time")
        return None


def _info(info: Any, where: str, sent: Any, within: tuple[float, float, float, float] | None) -> Iterator[Problem]:
    for tag in INFO_NEEDED:
        if not text(info, tag):
            yield Problem("error", f"{where}{tag}", "is missing")
    yield from _choices(info, ("category", "responseType", "urgency", "severity", "certainty"), where)
    for tag in ("effective", "onset"):
        yield from _time(info, tag, where)
    expires = yield from _time(info, "expires", where)
    if expires is not None and sent is not None and expires <= sent:
        yield Problem("error", f"{where}expires", "the alert expires before it is sent")
    for at, area in enumerate(info.findall(f"{{{NAMESPACE}}}area"), 1):
        yield from _area(area, f"{where}area[{at}]/", within)


def _area(area: Any, where: str, within: tuple[float, float, float, float] | None) -> Iterator[Problem]:
    if not text(area, "areaDesc"):
        yield Problem("error", f"{where}areaDesc", "is missing")
    for ring in texts(area, "polygon"):
        points = ring.split()
        if len(points) < FEWEST_PAIRS or points[0] != points[-1]:
            yield Problem("error", f"{where}polygon", "a ring has at least four pairs, and ends where it begins")
        for point in points:
            yield from _point(point, f"{where}polygon", within)
    for circle in texts(area, "circle"):
        middle, _blank, radius = circle.partition(" ")
        yield from _point(middle, f"{where}circle", within)
        try:
            if not float(radius) >= 0:
                yield Problem("error", f"{where}circle", "the radius is 0 km or more")
        except ValueError:
            yield Problem("error", f"{where}circle", f"{circle} is not written as lat,lon km")


def _point(point: str, where: str, within: tuple[float, float, float, float] | None) -> Iterator[Problem]:
    try:
        lat, lon = (float(one) for one in point.split(","))
    except ValueError:
        yield Problem("error", where, f"{point} is not written as lat,lon")
        return
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        yield Problem("error", where, f"{point} is no position")
    elif within is not None and not (within[0] <= lat <= within[2] and within[1] <= lon <= within[3]):
        yield Problem("error", where, f"{point} lies outside; latitude comes first")
