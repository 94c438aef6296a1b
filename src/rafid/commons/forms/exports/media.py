"""The files of the chosen submissions in one zip, a folder a submission; those of masked questions stay here."""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from rafid.commons import blobs
from rafid.methods.fieldwork import strip_photo

from ..open_files import open_slots
from ..photos import PICTURES
from ..submissions.served import withheld
from .selection import Selection
from .snapshot import rows, snapshot
from .zipped import ZipStream

log = logging.getLogger("rafid.forms")

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def export_media_zip(selection: Selection) -> Iterator[bytes]:
    """The zip in pieces. For public use: pictures without place, camera and owner, and nothing else."""
    zipped = ZipStream(timezone.localtime())
    missing: list[str] = []
    kept_here: list[str] = []
    with snapshot() as conn:
        last, folder = None, ""
        taken: set[str] = set()
        for submission, key, plain, name, sha256, media_type in rows(conn, *attachments_sql(selection)):
            if submission != last:
                last, folder, taken = submission, plain_name(key, str(submission)), set()
            path = f"{folder}/{_once(plain_name(name, sha256), taken)}"
            if not plain and not selection.options.public and media_type not in PICTURES:
                kept_here.append(path)
                continue
            try:
                yield from _file(zipped, path, sha256, media_type, plain, selection.options.public)
            except FileNotFoundError:
                log.error("the store lacks the file %s of submission %s", sha256, submission)
                missing.append(path)
            except ValueError:
                missing.append(path)
    if missing:
        yield from zipped.deflated("missing.txt", ["\n".join([*missing, ""]).encode()])
    if kept_here:
        yield from zipped.deflated("withheld.txt", ["\n".join([withheld(), "", *kept_here, ""]).encode()])
    yield from zipped.end()


def _file(zipped: ZipStream, path: str, sha256: str, media_type: str, plain: bool, public: bool) -> Iterator[bytes]:
    """Whoever does not see every answer gets pictures without what they tell beside the picture: a masked place would stand
    there, too."""
    if public and media_type not in PICTURES:
        return
    if (public or not plain) and media_type in PICTURES:
        photo = strip_photo(blobs.read(sha256))
        yield from zipped.stored(path, [photo], size=len(photo), crc=zlib.crc32(photo))
        return
    # Read twice: a zip says size and check-sum before the bytes, and readers of streams rely on it.
    crc = size = 0
    for chunk in blobs.chunks_of(sha256):
        crc = zlib.crc32(chunk, crc)
        size += len(chunk)
    yield from zipped.stored(path, blobs.chunks_of(sha256), size=size, crc=crc)


def attachments_sql(selection: Selection) -> tuple[str, list[Any]]:
    """Files that came. Where not every answer is seen: only those that an answer which is seen names."""
    sql, params = selection.chosen
    allowed, slots = _allowed(selection)
    statement = (
        f"SELECT s.id, s.instance_id, s.plain, a.name, a.sha256, a.media_type FROM ({sql}) s"
        " JOIN rafid_forms_attachment a ON a.submission_id = s.id AND a.sha256 IS NOT NULL AND a.replaced_by_id IS NULL"
        f" WHERE s.plain OR {allowed} ORDER BY s.received_at DESC, s.id DESC, a.name"
    )
    return statement, [*params, *slots]


def _allowed(selection: Selection) -> tuple[str, list[Any]]:
    seen: list[Any] = []
    parts = []
    for table, slots in open_slots(selection.tables, selection.masks).items():
        parts.append('(r."table" = %s AND (' + " OR ".join('r."values"[%s] = a.name' for _slot in slots) + "))")
        seen += [table, *(slot + 1 for slot in slots)]
    if not parts:
        return "false", []
    return (
        "EXISTS (SELECT FROM rafid_forms_row r WHERE r.submission_version_id = s.current_id"
        f" AND ({' OR '.join(parts)}))",
        seen,
    )


def plain_name(name: str, otherwise: str) -> str:
    """A name for a folder or a file on any machine: never a path."""
    told = _UNSAFE.sub("_", name).strip(". ")
    return told[:200] or otherwise


def _once(name: str, taken: set[str]) -> str:
    """Names that differ by case only are one on some machines."""
    told, count = name, 1
    while told.lower() in taken:
        count += 1
        stem, dot, ending = name.rpartition(".")
        told = f"{stem} ({count}){dot}{ending}" if dot else f"{name} ({count})"
    taken.add(told.lower())
    return told
