"""The one store of files: by the SHA-256 of their bytes, in ``media/ab/cdef…``. Names exist in the database only.

A file counts as kept when :func:`receive` has returned: it and its folder are on the disk (fsync), under its hash.
A blob without a record is harmless, and swept after a day.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

_PART = "incoming"
_CHUNK = 1 << 16
_DAY = 86_400


_on_disk: set[Path] = set()
"""Folders of the store whose own names this process has seen to the disk."""


class TooLarge(ValueError):
    """More bytes than allowed; nothing is kept."""


@dataclass(frozen=True)
class Blob:
    sha256: str
    size: int
    md5: str
    head: bytes
    """The first bytes, by which a picture is known."""

    @property
    def media_type(self) -> str:
        return sniffed(self.head)


def _root() -> Path:
    return Path(settings.MEDIA_ROOT)


def path_of(sha256: str) -> Path:
    """Where the blob lies. ``ValueError`` for what is no hash: a name never becomes a path."""
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise ValueError("not a SHA-256")
    return _root() / sha256[:2] / sha256[2:]


@dataclass(frozen=True)
class Staged:
    """Bytes that have come and count for nothing yet: :meth:`keep` makes them a blob, :meth:`drop` lets them go."""

    blob: Blob
    temporary: Path

    def keep(self) -> Blob:
        """Durable when it returns."""
        _sync(self.temporary)
        _settle(self.temporary, path_of(self.blob.sha256))
        self.drop()
        return self.blob

    def drop(self) -> None:
        self.temporary.unlink(missing_ok=True)


def stage(chunks: Iterable[bytes], *, limit: int | None = None) -> Staged:
    """Writes the bytes as they come, hashing. Raises ``TooLarge`` and OSError (disk full); then nothing stays."""
    folder = _root() / _PART
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / secrets.token_hex(16)
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    size, head = 0, b""
    try:
        with temporary.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if limit is not None and size > limit:
                    raise TooLarge(f"more than {limit} bytes")
                if len(head) < 64:
                    head += chunk[: 64 - len(head)]
                sha256.update(chunk)
                md5.update(chunk)
                file.write(chunk)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return Staged(Blob(sha256.hexdigest(), size, md5.hexdigest(), head), temporary)


def receive(chunks: Iterable[bytes], *, limit: int | None = None) -> Blob:
    """Writes the bytes as they come; durable when it returns.

    Raises ``TooLarge`` and OSError (disk full); then nothing stays.
    """
    staged = stage(chunks, limit=limit)
    try:
        return staged.keep()
    finally:
        staged.drop()


def _settle(temporary: Path, final: Path) -> None:
    """Bytes that are there already stay: the same hash is the same file. Its age is renewed, lest the sweep takes it.

    Whoever put it there a moment ago may not have brought its folder to the disk yet; so each does that for himself.
    """
    folder = final.parent
    fresh = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        os.utime(final)
    except FileNotFoundError:
        temporary.rename(final)
    _sync(folder)
    if fresh or folder not in _on_disk:
        _sync(folder.parent)
        _on_disk.add(folder)


def _sync(path: Path) -> None:
    """A file, or a folder with the names in it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep(data: bytes) -> Blob:
    return receive([data])


def keep_all(files: Iterable[bytes]) -> list[Blob]:
    """Many small ones at once, for loaders of a demonstration: brought to the disk together, durable when it returns."""
    incoming = _root() / _PART
    incoming.mkdir(parents=True, exist_ok=True)
    kept = []
    for data in files:
        sha256 = hashlib.sha256(data).hexdigest()
        final = path_of(sha256)
        if not final.exists():
            final.parent.mkdir(parents=True, exist_ok=True)
            temporary = incoming / secrets.token_hex(16)
            temporary.write_bytes(data)
            temporary.rename(final)
        os.utime(final)  # lest the sweep takes it
        kept.append(Blob(sha256, len(data), hashlib.md5(data, usedforsecurity=False).hexdigest(), data[:64]))
    os.sync()
    return kept


def read(sha256: str) -> bytes:
    """Raises FileNotFoundError where the store lacks it."""
    return path_of(sha256).read_bytes()


def chunks_of(sha256: str) -> Iterator[bytes]:
    with path_of(sha256).open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def is_whole(sha256: str) -> bool:
    """Is it there, and are its bytes still those of its hash?"""
    digest = hashlib.sha256()
    try:
        for chunk in chunks_of(sha256):
            digest.update(chunk)
    except OSError:
        return False
    return digest.hexdigest() == sha256


def all_hashes() -> Iterator[tuple[str, Path]]:
    for folder in sorted(_root().glob("[0-9a-f][0-9a-f]")):
        for path in sorted(folder.iterdir()):
            if len(path.name) == 62:
                yield folder.name + path.name, path


_naming: list[Callable[[list[str]], set[str]]] = []


def named_by(is_known: Callable[[list[str]], set[str]]) -> Callable[[list[str]], set[str]]:
    """A room registers what gives, of some hashes, those that its records name: the sweep leaves them."""
    _naming.append(is_known)
    return is_known


def sweep(is_known: Callable[[list[str]], set[str]], *, older_than: float = _DAY) -> int:
    """Removes blobs that no record names and torn parts, both older than a day.

    ``is_known`` gives those of some hashes that records name; what the rooms registered is asked, too.
    """
    before = time.time() - older_than
    gone = 0
    (_root() / _PART).mkdir(parents=True, exist_ok=True)
    old = [(sha256, path) for sha256, path in all_hashes() if path.stat().st_mtime < before]
    for start in range(0, len(old), 1000):
        some = old[start : start + 1000]
        hashes = [sha256 for sha256, _path in some]
        known = is_known(hashes).union(*(names(hashes) for names in _naming))
        for sha256, path in some:
            if sha256 not in known and _removed(path, before):
                gone += 1
    for path in (_root() / _PART).glob("*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _removed(path: Path, before: float) -> bool:
    """Takes a blob aside first: whoever received the same bytes meanwhile has renewed its age, and gets it back; whoever
    comes later puts his own there."""
    aside = _root() / _PART / f"{path.name}.{secrets.token_hex(8)}"
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    if aside.stat().st_mtime < before:
        aside.unlink()
        return True
    aside.rename(path)
    _sync(path.parent)
    return False


_SIGNS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"PK\x03\x04", "application/zip"),
)


def sniffed(head: bytes) -> str:
    """The media type that the first bytes show; what a sender claims is not believed. Scripts and pages are plain bytes."""
    for sign, kind in _SIGNS:
        if head.startswith(sign):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:11] in (b"M4A", b"M4B") else "video/mp4"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm"
    return "application/octet-stream"
