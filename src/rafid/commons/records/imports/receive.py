"""Taking a file in: streamed to its place by hash, never trusted by its name."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from django.conf import settings

from rafid.commons.people.models import Organisation

from ..models import ImportRun
from ..tabular import Limits, Table, TableError, open_table
from ..tabular.errors import size
from .targets import Target, target_of, targets

FOLDER = "imports"
_BLOCK = 1 << 20
_NAME_LENGTH = 255


def limits() -> Limits:
    return Limits(max_bytes=settings.RAFID_UPLOAD_LIMIT)


def receive(
    file: Any,
    target: Target | str,
    by: Any,
    options: Mapping[str, Any] | None = None,
    *,
    owner: Organisation | UUID | None = None,
    name: str = "",
) -> ImportRun:
    """Keeps the bytes of ``file`` (a path, an uploaded file or a binary stream) and notes them as a run.

    ``options``: ``sheet``, ``encoding``, ``delimiter``, ``header_row``, ``source``, ``as_of`` and ``fixed`` ({column:
    value of all rows}). ``owner`` is whose the rows will be; the person's own organisation when left out. Raises
    ``TableError`` for an empty file, for one above RAFID_UPLOAD_LIMIT, and for what is no table.
    """
    target = target_of(target) if isinstance(target, str) else target
    chosen = {key: value for key, value in (options or {}).items() if value not in (None, "", {})}
    name = name or getattr(file, "name", None) or str(file)
    digest, length, path, table = _keep(
        _blocks(file), lambda path: open_kept(path, chosen, name=shown_name(name), target=target)
    )
    if owner is None:
        owner = getattr(by, "organisation_id", None)
    return ImportRun.objects.create(
        target=target.code,
        file_name=shown_name(name),
        file_sha256=digest,
        file_path=path,
        file_size=length,
        sheet=(table.sheet or "")[:100],
        options=chosen,
        header=table.header,
        notes=[{"code": note.code, "params": note.params} for note in table.notes],
        owner_id=owner.pk if isinstance(owner, Organisation) else owner,
        made_by=by,
    )


def shown_name(name: str) -> str:
    """The last part of what the sender calls the file: only ever shown, never opened."""
    last = PurePosixPath(str(name).replace("\\", "/")).name.replace("\x00", "")
    return "".join(sign for sign in last if sign.isprintable())[-_NAME_LENGTH:] or "file"


def open_kept(
    path: str,
    options: Mapping[str, Any],
    *,
    name: str | None = None,
    sheet: str | None = None,
    target: Target | None = None,
) -> Table:
    """Opens a kept file as a table, read as ``options`` say, or as its target opens files. Raises ``TableError``."""
    if target is not None and target.declared.open is not None:
        own: Table | None = target.declared.open(Path(settings.MEDIA_ROOT) / path, options, name or path)
        if own is not None:
            return own
    return open_table(
        Path(settings.MEDIA_ROOT) / path,
        name=name,
        sheet=sheet or options.get("sheet"),
        limits=limits(),
        encoding=options.get("encoding"),
        delimiter=options.get("delimiter"),
        header_row=options.get("header_row"),
    )


def open_run(run: ImportRun) -> Table:
    target = targets().get(run.target)
    return open_kept(run.file_path, run.options, name=run.file_name, sheet=run.sheet or None, target=target)


def _blocks(file: Any) -> Iterator[bytes]:
    if isinstance(file, str | os.PathLike):
        try:
            with open(file, "rb") as opened:
                yield from iter(lambda: opened.read(_BLOCK), b"")
        except OSError as error:
            raise TableError("unreadable", reason=error.strerror or str(error)) from error
    elif hasattr(file, "chunks"):
        yield from file.chunks(_BLOCK)
    else:
        yield from iter(lambda: file.read(_BLOCK), b"")


def _keep(blocks: Iterable[bytes], look: Callable[[str], Table]) -> tuple[str, int, str, Table]:
    """SHA-256, length, path below the media folder, and what ``look`` sees in it. The same bytes are kept once.

    Written beside its place and renamed, so that a file that lies there is whole, and one that is no table is not kept.
    """
    limit = settings.RAFID_UPLOAD_LIMIT
    root = Path(settings.MEDIA_ROOT) / FOLDER
    root.mkdir(parents=True, exist_ok=True)
    digest, length = hashlib.sha256(), 0
    handle, draft = tempfile.mkstemp(dir=root, prefix="coming-")
    try:
        with os.fdopen(handle, "wb") as out:
            for block in blocks:
                length += len(block)
                if length > limit:
                    raise TableError("file_too_large", size=f"> {size(limit)}", limit=size(limit))
                digest.update(block)
                out.write(block)
        if not length:
            raise TableError("empty_file")
        table = look(f"{FOLDER}/{Path(draft).name}")
        sha = digest.hexdigest()
        path = f"{FOLDER}/{sha[:2]}/{sha}"
        kept = Path(settings.MEDIA_ROOT) / path
        kept.parent.mkdir(exist_ok=True)
        os.chmod(draft, 0o640)
        os.replace(draft, kept)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return sha, length, path, table
