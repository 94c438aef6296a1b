"""A form of visits with everything that the checks look at: battery, numbers, photo, audit, start and end, back-check."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import numpy as np
from PIL import Image

BATTERY = [f"q{number}" for number in range(1, 9)]
ANSWERS = ("a", "b", "c", "d")

_BODY = "".join(
    f'<select1 ref="/data/{name}"><label>{name}</label>'
    + "".join(f"<item><label>{one}</label><value>{one}</value></item>" for one in ANSWERS)
    + "</select1>"
    for name in BATTERY
)
XFORM = f"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"><h:head><h:title>Visits</h:title>
<model><instance><data id="visits" version="1"><start/><end/><site/><who/><loc/><people/><fee/><note_of/><back_check/>{"".join(f"<{name}/>" for name in BATTERY)}<photo/><room jr:template=""><beds/><shot/></room><room><beds/><shot/></room><orx:meta><orx:instanceID/><orx:audit/></orx:meta></data></instance>
<bind nodeset="/data/start" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>
<bind nodeset="/data/end" type="dateTime" jr:preload="timestamp" jr:preloadParams="end"/>
<bind nodeset="/data/site" type="string"/><bind nodeset="/data/who" type="string"/><bind nodeset="/data/loc" type="geopoint"/>
<bind nodeset="/data/people" type="int"/><bind nodeset="/data/fee" type="decimal"/><bind nodeset="/data/note_of" type="string"/><bind nodeset="/data/back_check" type="string"/>
{"".join(f'<bind nodeset="/data/{name}" type="string"/>' for name in BATTERY)}
<bind nodeset="/data/photo" type="binary"/><bind nodeset="/data/room/beds" type="int"/><bind nodeset="/data/room/shot" type="binary"/>
<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/></model></h:head>
<h:body><input ref="/data/site"><label>Site</label></input><input ref="/data/who"><label>Who</label></input><input ref="/data/loc"><label>Where</label></input>
<input ref="/data/people"><label>People</label></input><input ref="/data/fee"><label>Fee</label></input><input ref="/data/note_of"><label>Note</label></input><input ref="/data/back_check"><label>Back-check</label></input>{_BODY}
<upload ref="/data/photo" mediatype="image/*"><label>Photo</label></upload>
<group ref="/data/room"><label>Room</label><repeat nodeset="/data/room"><input ref="/data/room/beds"><label>Beds</label></input><upload ref="/data/room/shot" mediatype="image/*"><label>Shot</label></upload></repeat></group></h:body></h:html>
"""
ROLES = {"site": "/data/site", "interviewer": "/data/who", "location": "/data/loc"}

MORNING = datetime(2026, 9, 29, 6, 0, tzinfo=UTC)
"""09:00 in Baghdad."""


def visit_xml(
    number: int,
    *,
    start: datetime | None = MORNING,
    minutes: float = 30,
    end: datetime | None = None,
    site: str = "",
    who: str = "Ali",
    loc: str = "36.19 44.01 0 5",
    rooms: tuple[tuple[str, str], ...] = (),
    audit: str = "",
    edits: str = "",
    answers: dict[str, str] | None = None,
    **values: str,
) -> bytes:
    """A visit whose answers are its own (drawn by ``number``) unless they are given."""
    luck = np.random.default_rng(number)
    given = {name: str(luck.choice(ANSWERS)) for name in BATTERY}
    given |= {"people": str(20 + number % 5), "fee": f"{5 + number % 3}.5", "note_of": f"note {number}"}
    given |= {**(answers or {}), **values}
    if start is not None:
        given["start"] = start.isoformat()
        given["end"] = (end or start + timedelta(minutes=minutes)).isoformat()
    given |= {"site": site, "who": who, "loc": loc}
    order = ["start", "end", "site", "who", "loc", "people", "fee", "note_of", "back_check", *BATTERY, "photo"]
    body = "".join(f"<{name}>{given[name]}</{name}>" for name in order if given.get(name))
    body += "".join(f"<room><beds>{beds}</beds><shot>{shot}</shot></room>" for beds, shot in rooms)
    meta = f"<orx:instanceID>uuid:v{number}{'-2' if edits else ''}</orx:instanceID>"
    meta += f"<orx:deprecatedID>{edits}</orx:deprecatedID>" if edits else ""
    meta += f"<orx:audit>{audit}</orx:audit>" if audit else ""
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="visits" version="1">{body}<orx:meta>{meta}</orx:meta></data>'
    ).encode()


def photo(seed: int, *, size=(400, 300), quality=88, exif: Image.Exif | None = None) -> bytes:
    base = np.random.default_rng(seed).integers(0, 255, (6, 8, 3)).astype(np.uint8)
    out = io.BytesIO()
    more = {"exif": exif} if exif is not None else {}
    Image.fromarray(base).resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=quality, **more)
    return out.getvalue()


def exif(taken: str, latitude: float | None = None, longitude: float | None = None) -> Image.Exif:
    made = Image.Exif()
    made[0x0110] = "M1"
    made.get_ifd(0x8769)[0x9003] = taken
    if latitude is not None and longitude is not None:
        made.get_ifd(0x8825).update({1: "N", 2: (latitude, 0.0, 0.0), 3: "E", 4: (longitude, 0.0, 0.0)})
    return made


def audit(*events: tuple[str, str, int, int, str, str]) -> bytes:
    """(event, node, start s, end s, old, new) after 09:00."""
    base = int(MORNING.timestamp())
    lines = [
        f"{event},{node},{(base + start) * 1000},{(base + end) * 1000},{old},{new}"
        for event, node, start, end, old, new in events
    ]
    return "\n".join(["event,node,start,end,old-value,new-value", *lines]).encode()
