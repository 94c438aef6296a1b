"""What a submission says about itself: where, when, who, which site; read once at arrival."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.gis.geos import Point
from django.utils import timezone

from rafid.commons.places.country import country
from rafid.commons.places.matching import PlaceMatcher
from rafid.commons.places.models import Level, PlaceVersion
from rafid.methods import xforms
from rafid.methods.xforms.geometry import read_point
from rafid.methods.xforms.nodes import Node

from .models import Form

_LEVELS = (Level.GOVERNORATE, Level.DISTRICT, Level.SUBDISTRICT, Level.SETTLEMENT)
_KEPT_FOR = 600.0
"""Seconds for which a process remembers what a place's name meant."""
_FIRST_YEAR, _LAST_YEAR = 2, 9998
_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")


@dataclass(frozen=True)
class Facts:
    place: UUID | None = None
    longitude: float | None = None
    latitude: float | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    interviewer: str = ""
    site: str = ""
    device_id: str = ""


def facts_of(form: Form, definition: xforms.Form, submission: xforms.Submission, places: tuple[UUID, ...]) -> Facts:
    """The form's place question decides the place, else where the location lies, else the only place of the sender."""
    if submission.encrypted:
        return Facts(place=places[0] if len(places) == 1 else None)
    root = submission.root
    roles = form.roles
    point = read_point(_answer(root, roles.get("location", "")))
    latitude, longitude = (point[0], point[1]) if point else (None, None)
    start, end, device = _preloads(definition)
    place = _named_place(definition, roles.get("place", ""), _answer(root, roles.get("place", "")))
    if place is None and latitude is not None and longitude is not None:
        place = place_of_point(longitude, latitude)
    if place is None and len(places) == 1:
        place = places[0]
    return Facts(
        place,
        longitude,
        latitude,
        read_time(_answer(root, start)),
        read_time(_answer(root, end)),
        _answer(root, roles.get("interviewer", ""))[:255],
        _answer(root, roles.get("site", ""))[:255],
        _answer(root, device)[:255],
    )


def _preloads(definition: xforms.Form) -> tuple[str, str, str]:
    """Paths of start, end and device id, which the phone fills in."""

    def find() -> tuple[str, str, str]:
        by_preload = {field.preload: field.path for field in definition.fields if field.preload}
        return (
            by_preload.get("timestamp start", ""),
            by_preload.get("timestamp end", ""),
            by_preload.get("property deviceid", ""),
        )

    found: tuple[str, str, str] = definition.made("preloads", find)
    return found


def _answer(root: Node, path: str) -> str:
    if not path:
        return ""
    node: Node | None = root
    for name in path.split("/")[2:]:
        node = node.first(name) if node is not None else None
    return node.text.strip().replace("\x00", "") if node is not None else ""


def read_time(text: str) -> datetime | None:
    """An xsd:dateTime with its offset; one without is local time. None for what is none: phones lie, nothing is lost for it."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(_OFFSET.sub(r"\1:\2", text))
    except ValueError:
        return None
    return kept_moment(moment)


def kept_moment(moment: datetime) -> datetime | None:
    """With a zone, that of the country where none is said; None at the ends of the calendar. There the database has moments
    that nobody here could read again, in no zone."""
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    try:
        return moment if moment.tzinfo else timezone.make_aware(moment)
    except (ValueError, OverflowError):
        return None


def _named_place(definition: xforms.Form, path: str, answer: str) -> UUID | None:
    if not answer:
        return None
    found = place_named(answer)
    if found is None:
        label = definition.choice_label(path, answer)
        found = place_named(label) if label else None
    return found


_names: dict[str, tuple[float, UUID | None]] = {}
_points: dict[tuple[float, float], tuple[float, UUID | None]] = {}


def place_named(text: str) -> UUID | None:
    """The place that a code or name means for certain."""
    known = _names.get(text)
    now = time.monotonic()
    if known is not None and known[0] > now:
        return known[1]
    decision = PlaceMatcher(_LEVELS).match_many([text[:300]])[0]
    found = decision.place_id if decision.certain else None
    _remember(_names, text, (now + _KEPT_FOR, found))
    return found


def place_of_point(longitude: float, latitude: float) -> UUID | None:
    """The smallest area on today's map that holds the point; asked to four decimals (10 m), so that a site is asked once."""
    key = (round(longitude, 4), round(latitude, 4))
    known = _points.get(key)
    now = time.monotonic()
    if known is not None and known[0] > now:
        return known[1]
    found: UUID | None = (
        PlaceVersion.objects.filter(
            valid__contains=timezone.localdate(),
            geometry__covers=Point(*key, srid=4326),
            place__level__gt=Level.COUNTRY,
            place__division=country().division,
        )
        .order_by("-place__level")
        .values_list("place", flat=True)
        .first()
    )
    _remember(_points, key, (now + _KEPT_FOR, found))
    return found


def _remember(memory: dict, key: object, value: tuple[float, UUID | None]) -> None:  # type: ignore[type-arg]
    if len(memory) > 20_000:
        memory.clear()
    memory[key] = value


def forget() -> None:
    """What places meant is asked anew."""
    _names.clear()
    _points.clear()
