"""A file of text, opened: what it is by its bytes, its lines."""

from __future__ import annotations

import re

from .reading import LARGEST, FileError

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "@found_zip"),
    (b"%PDF", "@found_pdf"),
    (b"\x89PNG", "@found_image"),
    (b"\xff\xd8\xff", "@found_image"),
    (b"GIF8", "@found_image"),
    (b"II*\x00", "@found_image"),
    (b"MM\x00*", "@found_image"),
    (b"\x89HDF\r\n\x1a\n", "@found_hdf"),
    (b"CDF\x01", "@found_netcdf3"),
    (b"CDF\x02", "@found_netcdf3"),
    (b"CDF\x05", "@found_netcdf3"),
    (b"GRIB", "@found_grib"),
    (b"\x1f\x8b", "@found_gzip"),
)
_PAGE = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.I)


def found_in(data: bytes) -> str:
    """What bytes look like, as a code of MESSAGES with @ before it."""
    for magic, code in _MAGIC:
        if data.startswith(magic):
            return code
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _PAGE.match(head):
        return "@found_html"
    if head.startswith(b"<"):
        return "@found_xml"
    if head.startswith((b"{", b"[")):
        return "@found_json"
    if b"\x00" in head or sum(byte < 9 for byte in head) > 2:
        return "@found_bytes"
    return "@found_text"


def checked(data: bytes, wanted: str) -> None:
    """Raises ``FileError`` for nothing, for too much, and for what is no text."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise FileError("empty")
    if len(data) > LARGEST:
        raise FileError("too_large", limit=LARGEST >> 20)
    found = found_in(data)
    if found not in {"@found_text", "@found_xml", "@found_json"}:
        raise FileError("not_this_kind", wanted=wanted, found=found)


def lines_of(data: bytes, wanted: str) -> list[str]:
    """Lines of a file of text, UTF-8 or else Windows' western letters. Raises ``FileError``."""
    checked(data, wanted)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def not_this(data: bytes, wanted: str) -> FileError:
    return FileError("not_this_kind", wanted=wanted, found=found_in(data))
