"""Pages of PDF joined to one document with its own title, language, bookmarks and page labels.

PDFium copies the pages; what it cannot write (bookmarks, labels) is appended as an incremental update, as PDF 1.7, 7.5.6, has
it. The same pages give the same bytes: no hour of making stands in them.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Sequence

_KIDS = re.compile(rb"\n2 0 obj\r?\n<<[^>]*/Kids\[([^\]]*)\]")
_CREATED = re.compile(rb"(/CreationDate\(D:)\d{14}")
_IDENTITY = re.compile(rb"/ID\[<[0-9A-F]{32}><[0-9A-F]{32}>\]")
_SIZE = re.compile(rb"/Size (\d+)")
_START = re.compile(rb"startxref\r?\n(\d+)\r?\n%%EOF\s*\Z")


def joined(
    pages: Iterable[bytes], *, title: str, language: str, bookmarks: Sequence[tuple[str, int]], author: str = ""
) -> bytes:
    """``bookmarks``: (text, page from 0), in their order. Raises ``ValueError`` where a bookmark leads to no page."""
    data = _copied(pages)
    found = _KIDS.search(data)
    if found is None:
        raise ValueError("the joined document has no pages")
    refs = [f"{number} 0 R" for number in re.findall(r"(\d+) 0 R", found[1].decode())]
    if any(not 0 <= page < len(refs) for _text, page in bookmarks):
        raise ValueError("a bookmark leads to no page")
    return _updated(data, refs, title, language, bookmarks, author)


def _copied(pages: Iterable[bytes]) -> bytes:
    import pypdfium2

    whole = pypdfium2.PdfDocument.new()
    try:
        for one in pages:
            part = pypdfium2.PdfDocument(one)
            try:
                whole.import_pages(part)
            finally:
                part.close()
        out = io.BytesIO()
        whole.save(out)
    finally:
        whole.close()
    data = _CREATED.sub(rb"\g<1>20000101000000", out.getvalue())
    data = _IDENTITY.sub(b"/ID[<" + b"0" * 32 + b"><" + b"0" * 32 + b">]", data)
    mark = hashlib.sha256(data).hexdigest()[:32].upper().encode()
    return data.replace(b"<" + b"0" * 32 + b">", b"<" + mark + b">")


def _updated(
    data: bytes, refs: Sequence[str], title: str, language: str, bookmarks: Sequence[tuple[str, int]], author: str
) -> bytes:
    size, start = _SIZE.search(data), _START.search(data)
    if size is None or start is None:
        raise ValueError("the joined document cannot be read")
    first = int(size[1])
    outline, items = first, range(first + 1, first + 1 + len(bookmarks))
    objects = {
        1: f"<</Type/Catalog/Pages 2 0 R/Lang({language})/PageMode/UseOutlines/Outlines {outline} 0 R"
        "/ViewerPreferences<</DisplayDocTitle true" + ("/Direction/R2L" if language in ("ar", "ckb") else "") + ">>"
        "/PageLabels<</Nums[0<</S/D>>]>>>>",
        3: f"<</Title {_text(title)}/Author {_text(author)}/Creator(Rafid)/CreationDate(D:20000101000000Z)>>",
        outline: f"<</Type/Outlines/Count {len(bookmarks)}"
        + (f"/First {items[0]} 0 R/Last {items[-1]} 0 R" if bookmarks else "")
        + ">>",
    }
    for at, (text, page) in enumerate(bookmarks):
        beside = f"/Prev {items[at] - 1} 0 R" if at else ""
        beside += f"/Next {items[at] + 1} 0 R" if at + 1 < len(bookmarks) else ""
        objects[items[at]] = f"<</Title {_text(text)}/Parent {outline} 0 R{beside}/Dest[{refs[page]}/Fit]>>"
    out = bytearray(data)
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = len(out)
    out += b"xref\n0 1\n0000000000 65535 f\r\n"
    for number, at in sorted(places.items()):
        out += f"{number} 1\n{at:010} 00000 n\r\n".encode()
    identity = _last(rb"/ID\[[^\]]*\]", data)
    out += f"trailer\n<</Root 1 0 R/Info 3 0 R/Size {first + 1 + len(bookmarks)}/Prev {int(start[1])}".encode()
    out += identity + f">>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def _last(pattern: bytes, data: bytes) -> bytes:
    found = re.findall(pattern, data)
    return bytes(found[-1]) if found else b""


def _text(text: str) -> str:
    """A text string of PDF: UTF-16 with its mark, in hexadecimal."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
