"""`./rafid backup FILE`: all data and media in one file that can prove itself.

The file is a tar: `database.dump` (pg_dump's own format), `media/…`, `secret_key` if it lies in the data folder, and as
the last member `manifest.json` with the hash of every other and rows and checksum of every table.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from rafid.site.cli.console import agreed, step
from rafid.site.cli.database import Database, quiet_environment, site_database
from rafid.site.cluster import REPOSITORY, data_dir
from rafid.site.door import DoorError, explained, server_error

FORMAT = "rafid-backup"
FORMAT_VERSION = 1
DUMP, MANIFEST, KEY, MEDIA = "database.dump", "manifest.json", "secret_key", "media/"
INCOMING = "incoming"  # where the store's files are while they arrive: in nobody's database yet
BLOCK = 1 << 20
SWEEP_LOCK = 7_120_001  # commons.forms.retention's: held, shared, it keeps the sweep from taking files meanwhile

# Tables and sequences that are ours; those of an extension come with it.
RELATIONS = """
SELECT format('%I.%I', n.nspname, c.relname), c.relkind
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'S') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
"""
EXTENSIONS = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"


def private(path: Path) -> IO[bytes]:
    """A new file that only its owner may read, from its first byte on."""
    return open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600))


def version() -> str:
    """The version of this checkout."""
    return str(tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"])


def count_query(relation: str, kind: str) -> str:
    """SQL for the rows and the checksum of a table, or for the last value of a sequence and whether it was given out.

    The checksum is the sum of 60 bits of each row's MD5: any order of rows gives the same, and so does any version of
    PostgreSQL, whose own hash functions promise nothing between versions.
    """
    if kind == "S":
        return f"SELECT last_value, is_called FROM {relation}"
    bits = "('x' || left(md5(t::text), 15))::bit(60)::bigint"
    return f"SELECT count(*), coalesce(sum({bits}), 0) FROM ONLY {relation} t"


class Snapshot:
    """One transaction that stays open, so that dump and checksums see the same state while the site goes on."""

    def __init__(self, database: Database, lock: int | None = None) -> None:
        self.where = database.where
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed in close)
        self.psql = subprocess.Popen(
            database.psql(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env=quiet_environment(),
        )  # fmt: skip
        if lock is not None:  # before the state is fixed, so that who holds it has done before
            self.ask(f"SELECT pg_advisory_lock_shared({lock})")
        self.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self.id = self.ask("SELECT pg_export_snapshot()")[0][0]

    def ask(self, query: str) -> list[list[str]]:
        """Rows of a query, as text."""
        assert self.psql.stdin
        assert self.psql.stdout
        end = "rafid: end of rows"
        try:
            self.psql.stdin.write(f"{query};\n\\echo '{end}'\n")
            self.psql.stdin.flush()
        except BrokenPipeError:
            pass
        rows: list[list[str]] = []
        for line in self.psql.stdout:
            if line.rstrip("\n") == end:
                return rows
            rows.append(line.rstrip("\n").split("\t"))
        self.errors.seek(0)
        raise server_error(self.errors.read(), self.where)

    def checksums(self) -> dict[str, dict[str, list[str]]]:
        """`tables`: rows and checksum of each; `sequences`: last value of each."""
        found: dict[str, dict[str, list[str]]] = {"tables": {}, "sequences": {}}
        for relation, kind in self.ask(RELATIONS):
            found["sequences" if kind == "S" else "tables"][relation] = self.ask(count_query(relation, kind))[0]
        return found

    def close(self) -> None:
        """End the transaction."""
        assert self.psql.stdin
        self.psql.stdin.close()
        self.psql.wait()
        self.errors.close()


@contextmanager
def snapshot(database: Database, lock: int | None = None) -> Iterator[Snapshot]:
    """A Snapshot that is closed in any case; ``lock`` is held, shared, until then."""
    taken = Snapshot(database, lock)
    try:
        yield taken
    finally:
        taken.close()


class _Hashing(io.RawIOBase):
    """Passes on what is read and keeps its hash, so that each file is read once."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.hash = source, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        got = self.source.read(len(buffer))
        self.hash.update(got)
        buffer[: len(got)] = got
        return len(got)


def _add(tar: tarfile.TarFile, name: str, path: Path, members: dict[str, dict[str, Any]]) -> None:
    with path.open("rb") as source:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = os.fstat(source.fileno()).st_size, int(path.stat().st_mtime), 0o600
        reader = _Hashing(source)
        try:
            tar.addfile(info, io.BufferedReader(reader, BLOCK))
        except OSError as error:
            if str(error) == "unexpected end of data":  # tarfile's words
                raise DoorError(f"{path} changed while it was read.", "Run the backup again.") from error
            raise
    members[name] = {"size": info.size, "sha256": reader.hash.hexdigest()}


def backup(file: Path, yes: bool = False) -> None:
    """Write all data and media to `file` (mode 0600: it holds what the database protects). Raises DoorError."""
    file = file.absolute()
    if file.exists() and not agreed(f"{file} exists. Replace it?", yes):
        raise DoorError("Nothing was written.", "Name another file.")
    with explained(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as folder:
            _write(Path(folder), file)
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB. It holds personal data: keep it as safe as the database.")


def _write(folder: Path, file: Path) -> None:
    database = site_database()
    members: dict[str, dict[str, Any]] = {}
    dump, draft = folder / DUMP, folder / "backup.tar"
    # First the database, then the store. A file is in the store, for good, before a record names it: whatever the snapshot
    # names is there when the store is copied. Only the sweep takes files away, and it waits for this lock.
    with snapshot(database, lock=SWEEP_LOCK) as taken:
        with step("Database"):
            done = subprocess.run(
                [database.bin / "pg_dump", "-Fc", "--no-owner", "--no-privileges", f"--snapshot={taken.id}",
                 "-f", dump, "-d", database.url],
                check=False, capture_output=True, text=True, env=quiet_environment(),
            )  # fmt: skip
            if done.returncode:
                raise server_error(done.stderr, database.where)
        with step("Rows and checksums") as now:
            checksums = taken.checksums()
            now.note = f"{sum(int(rows) for rows, _ in checksums['tables'].values()):,} rows"
            server = taken.ask("SHOW server_version")[0][0]
            extensions = [name for (name,) in taken.ask(EXTENSIONS)]
        taken.ask("COMMIT")  # copying may take hours: the state is not held for it, the lock is
        with step("Media") as now, private(draft) as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                _add(tar, DUMP, dump, members)
                dump.unlink()
                if (data_dir() / KEY).exists() and not os.environ.get("RAFID_SECRET_KEY"):
                    _add(tar, KEY, data_dir() / KEY, members)
                media = data_dir() / "media"
                paths = sorted(path for path in media.rglob("*") if path.is_file()) if media.is_dir() else []
                paths = [path for path in paths if path.relative_to(media).parts[0] != INCOMING]
                for path in paths:
                    _add(tar, f"{MEDIA}{path.relative_to(media).as_posix()}", path, members)
                now.note = f"{len(paths)} files"
                manifest = {
                    "format": FORMAT, "format_version": FORMAT_VERSION, "version": version(), "postgresql": server,
                    "made": datetime.now(UTC).isoformat(timespec="seconds"), "extensions": extensions,
                    "members": members, **checksums,
                }  # fmt: skip
                body = json.dumps(manifest, indent=1, sort_keys=True).encode()
                info = tarfile.TarInfo(MANIFEST)
                info.size, info.mode = len(body), 0o600
                tar.addfile(info, io.BytesIO(body))
            out.flush()
            os.fsync(out.fileno())
    draft.replace(file)
