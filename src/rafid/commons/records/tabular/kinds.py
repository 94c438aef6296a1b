"""What a file is, by its bytes: a name can say anything.

Signatures after the formats' own specifications (PDF 32000, PNG, ECMA-376, OASIS OpenDocument 1.3, [MS-CFB]).
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path

from .encodings import looks_wide
from .errors import TableError
from .limits import Limits
from .package import Package

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "is_pdf"),
    (b"\x89PNG", "is_image"),
    (b"\xff\xd8\xff", "is_image"),
    (b"GIF8", "is_image"),
    (b"II*\x00", "is_image"),
    (b"MM\x00*", "is_image"),
    (b"RIFF", "is_image"),
    (b"\x1f\x8b", "is_archive"),
    (b"Rar!", "is_archive"),
    (b"7z\xbc\xaf", "is_archive"),
    (b"BZh", "is_archive"),
    (b"\xfd7zXZ", "is_archive"),
    (b"\x28\xb5\x2f\xfd", "is_archive"),
    (b"PAR1", "is_database"),
    (b"SQLite format 3", "is_database"),
    (b"\x00\x01\x00\x00Standard ", "is_database"),
    (b"{\\rtf", "is_document"),
    (b"\x09\x00\x04\x00", "is_old_excel"),
    (b"\x09\x02\x06\x00", "is_old_excel"),
    (b"\x09\x04\x06\x00", "is_old_excel"),
    (b"\x09\x08\x10\x00", "is_old_excel"),
    (b"ID;P", "is_old_excel"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\xef\xbb\xbf")
_PAGE = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|meta|script|div|style)\b", re.I)
_JSON = re.compile(rb"(?:\{\s*\"|\[\s*[\[{]\s*[\"\[{]|\[\s*\{)")
_MIME = re.compile(rb"(?:mime-version:|content-type:\s*multipart)", re.I)
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")

_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.spreadsheet-template": "ods",
    b"application/vnd.oasis.opendocument.text": "is_document",
    b"application/vnd.oasis.opendocument.presentation": "is_presentation",
}


def kind_of(path: Path, limits: Limits) -> str:
    """``csv`` (any text), ``xlsx``, ``ods`` or ``xls``. Raises ``TableError`` for everything else, saying what it is."""
    with path.open("rb") as file:
        head = file.read(65_536)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00") and path.stat().st_size <= len(head):
        raise TableError("empty_file")
    for magic, code in _MAGIC:
        if head.startswith(magic):
            raise TableError(code)
    if head.startswith(_OLE):
        return _ole(path, limits)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip(path, limits)
    return _text(head)


def _text(head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:4096]
    if text.startswith(b"<"):
        if _PAGE.search(text):
            raise TableError("is_html")
        if text.startswith((b"<?xml", b"<!DOCTYPE")) or re.match(rb"<[\w:]+(\s|/?>)", text):
            raise TableError("is_xml")
    if _MIME.match(text):
        raise TableError("is_html")  # a web page saved as one file: what some "Excel exports" are
    if _JSON.match(text):
        raise TableError("is_json")
    if not head.startswith(_UNICODE_MARKS) and not looks_wide(head):
        if len(_CONTROLS.findall(head)) > max(8, len(head) // 100):
            raise TableError("is_binary")
    return "csv"


def _ole(path: Path, limits: Limits) -> str:
    """An OLE container may be an XLS, a password-protected XLSX, or any other old Office file: its streams' names say."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:

        def has(name: str) -> bool:
            return data.find(name.encode("utf-16-le") + b"\x00\x00") >= 0

        if has("EncryptedPackage"):
            raise TableError("encrypted")
        if has("WordDocument"):
            raise TableError("is_document")
        if has("PowerPoint Document"):
            raise TableError("is_presentation")
        if has("Workbook") or has("Book"):
            return "xls"
    raise TableError("is_binary")


def _zip(path: Path, limits: Limits) -> str:
    with Package(path, limits) as package:
        if package.has("mimetype"):
            declared = package.read("mimetype", 200).strip()
            if declared in _OPEN_DOCUMENT:
                kind = _OPEN_DOCUMENT[declared]
                if kind != "ods":
                    raise TableError(kind)
                if package.has("META-INF/manifest.xml") and b"encryption-data" in package.read(
                    "META-INF/manifest.xml", 1 << 20
                ):
                    raise TableError("encrypted")
                return kind
        if package.has("xl/workbook.bin"):
            raise TableError("is_xlsb")
        if package.has("word/document.xml"):
            raise TableError("is_document")
        if package.has("ppt/presentation.xml"):
            raise TableError("is_presentation")
        if package.has("[Content_Types].xml") or package.has("xl/workbook.xml"):
            return "xlsx"
    raise TableError("is_archive")
