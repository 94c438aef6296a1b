"""Which reader a file is for, by its bytes: a name can say anything."""

from __future__ import annotations

import re

from .opening import found_in
from .reading import FileError

KINDS = ("waterml", "shef", "rdb", "grdc", "grealm", "hydroweb", "dahiti", "netcdf")
"""``netcdf`` is point series or grids: the file's featureType says which."""


def kind_of(data: bytes) -> str:
    """One of ``KINDS`` for the beginning of a file (64 kB are enough). Raises ``FileError`` that says what was found."""
    if not data.strip():
        raise FileError("empty")
    found = found_in(data)
    head = data[:65_536].decode("utf-8-sig", errors="replace")
    if found in {"@found_hdf", "@found_netcdf3"}:
        return "netcdf"
    if found == "@found_xml" and "http://www.opengis.net/waterml/2.0" in head:
        return "waterml"
    if found == "@found_json" and re.search(r'"(?:wse|water_level|dahiti_id)"', head):
        return "dahiti"
    if found == "@found_text":
        for kind, pattern in _TEXTS:
            if pattern.search(head):
                return kind
    raise FileError("unknown_kind", found=found)


_TEXTS = (
    ("grdc", re.compile(r"^#\s*(?:Title:\s*GRDC|GRDC-No\.)", re.M)),
    ("rdb", re.compile(r"^(?:\w+\t)*site_no\t", re.M)),
    ("grealm", re.compile(r":\s*Target database id", re.I)),
    ("hydroweb", re.compile(r"^#(?:BASIN|RIVER|ID)::|^#?lake=", re.M)),
    ("dahiti", re.compile(r"dahiti|^[\"']?date(?:time)?[\"']?[;,\s]+[\"']?(?:wse|water_level)", re.M | re.I)),
    ("shef", re.compile(r"^\.[ABE]R?\d{0,2}\s+\S+\s+\d{4,8}", re.M)),
)
