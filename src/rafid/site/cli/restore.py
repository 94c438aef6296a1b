"""`./rafid restore FILE`: put back what `./rafid backup` took, and prove it before the old is given up."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import time
from pathlib import Path, PurePosixPath
from typing import Any

from rafid.site.cli import processes
from rafid.site.cli.backup import BLOCK, DUMP, FORMAT, FORMAT_VERSION, KEY, MANIFEST, MEDIA, private, snapshot, version
from rafid.site.cli.console import agreed, step
from rafid.site.cli.database import Database, quiet_environment, site_database
from rafid.site.cluster import data_dir
from rafid.site.door import DoorError, explained

Manifest = dict[str, Any]
PATIENCE = 2  # seconds until sessions that have just ended are gone
EXTENSION_ENTRY = re.compile(r"^\d+; \d+ \d+ ((COMMENT - )?EXTENSION |TABLE DATA \S+ spatial_ref_sys )")


def restore(file: Path, yes: bool = False) -> None:
    """Replace the site's data and media by those of `file`. Raises DoorError; then nothing was replaced."""
    if known := processes.recall("up"):
        raise DoorError(f"Rafid is running (process {known['pid']}).", "Stop it first: ./rafid down")
    taken = DoorError("Rafid is being started or restored already.", "Wait for that, or stop it: ./rafid down")
    with processes.turn("up", taken), explained(file.absolute().parent):
        with step("Examine the file"):
            manifest = examine(file)
        finish_interrupted()
        database = site_database()
        _require_unused(database)
        rows = sum(int(rows) for rows, _ in manifest["tables"].values())
        print(f"A backup of {manifest['made']}, Rafid {manifest['version']}: {rows:,} rows.")
        if not agreed(f"Replace all data of the database {database.name} in {database.where}?", yes):
            raise DoorError("Nothing was replaced.")
        _require_unused(database)  # thinking it over may have taken an hour
        _restore(file, manifest, database)
    print("Restored and proven. If the backup is of an older version, the next ./rafid up brings it to this one.")


def _require_unused(database: Database) -> None:
    """A service is known by no file of ours, only by its sessions. One that has just ended may take a moment to go."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        # Of other roles' sessions the server may keep the kind to itself.
        "AND coalesce(backend_type, 'client backend') = 'client backend'"
    )
    deadline = time.monotonic() + PATIENCE
    while others := int(database.sql(query)[0]):
        if time.monotonic() > deadline:
            raise DoorError(
                f"{others} other session{'s' if others > 1 else ''} use{'' if others > 1 else 's'} "
                f"the database {database.name} in {database.where}.",
                "Stop the site first: ./rafid down, or its services: sudo systemctl stop rafid-web rafid-worker. "
                "Close what else is connected. Nothing was changed.",
            )
        time.sleep(0.1)


# The file


def examine(file: Path) -> Manifest:
    """Read the whole file and compare it with its manifest. Raises DoorError if it is not what it says."""
    found: dict[str, dict[str, Any]] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                if manifest is not None or not member.isreg() or not _expected(member.name) or member.name in found:
                    raise _not_a_backup(file, f"{member.name!r} has no place in a backup")
                source = tar.extractfile(member)
                assert source is not None  # a regular file
                if member.name == MANIFEST:
                    manifest = json.loads(source.read())
                    continue
                digest = hashlib.sha256()
                while block := source.read(BLOCK):
                    digest.update(block)
                found[member.name] = {"size": member.size, "sha256": digest.hexdigest()}
    except FileNotFoundError:
        raise DoorError(f"There is no file {file}.") from None
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise _not_a_backup(file, str(error)) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _not_a_backup(file, "it has no manifest: it is cut off or something else")
    if manifest.get("format_version") != FORMAT_VERSION or _numbers(manifest["version"]) > _numbers(version()):
        raise DoorError(
            f"{file} was made by a newer Rafid ({manifest.get('version')}; this is {version()}).",
            "Restore it with that version, then nothing is lost.",
        )
    if found != manifest["members"] or DUMP not in found:
        names = sorted(name for name in found | manifest["members"] if found.get(name) != manifest["members"].get(name))
        raise _not_a_backup(file, f"these differ from its manifest: {', '.join(names[:5]) or DUMP}")
    return manifest


def _expected(name: str) -> bool:
    if name in (DUMP, KEY, MANIFEST):
        return True
    return name.startswith(MEDIA) and ".." not in PurePosixPath(name).parts and "\0" not in name


def _not_a_backup(file: Path, why: str) -> DoorError:
    return DoorError(f"{file} is not a whole backup of Rafid: {why}.", "Nothing was changed. Take another file.")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


# The exchange


def _restoring(database: Database) -> Database:
    return database.sibling(f"{database.name}_restoring")


def _replaced(database: Database) -> Database:
    return database.sibling(f"{database.name}_replaced")


def _journal() -> Path:
    return data_dir() / "restore.json"


def _restore(file: Path, manifest: Manifest, database: Database) -> None:
    new, server = _restoring(database), database.sibling("postgres")
    free, needed = shutil.disk_usage(data_dir()).free, 3 * file.stat().st_size
    if free < needed:
        raise DoorError(
            f"The disk of {data_dir()} is too full: {free >> 20} MB free, {needed >> 20} MB needed.",
            "Free some space. Nothing was changed.",
        )
    old = _replaced(database)
    server.sql(
        f'DROP DATABASE IF EXISTS "{new.name}" WITH (FORCE)', f'DROP DATABASE IF EXISTS "{old.name}" WITH (FORCE)'
    )
    _journal().write_text(json.dumps({"file": str(file), "database": database.name}))
    try:
        server.sql(f'CREATE DATABASE "{new.name}"')
        with step("Media"):
            _unpack(file, manifest)
        with step("Database"):
            _fill(manifest, new)
        with step("Rows and checksums"):
            _prove(manifest, new)
        with step("Exchange"):
            _exchange(database, server)
    finally:
        finish_interrupted()


def _fill(manifest: Manifest, new: Database) -> None:
    dump, chosen = data_dir() / f"{DUMP}.restoring", data_dir() / "list.restoring"
    # Extensions are made here and not by the dump: their comments belong to whoever may make them, an administrator on
    # a managed server, who put them into template1.
    new.sql(*(f'CREATE EXTENSION IF NOT EXISTS "{name}"' for name in manifest["extensions"]))
    listed = _run([new.bin / "pg_restore", "-l", dump]).splitlines(keepends=True)
    chosen.write_text("".join(line for line in listed if not EXTENSION_ENTRY.search(line)))
    options: list[str | Path] = ["-j", "2", "--exit-on-error", "--no-owner", "--no-privileges", "-L", chosen]
    _run([new.bin / "pg_restore", *options, "-d", new.url, dump])
    dump.unlink()


def _run(command: list[str | Path]) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=quiet_environment())
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-6:])
        raise DoorError(
            f"The database of the backup cannot be read here:\n{last}",
            "Nothing was changed. A backup needs the PostgreSQL version that it was made with, or a newer one.",
        )
    return done.stdout


def _unpack(file: Path, manifest: Manifest) -> None:
    media = data_dir() / "media.restoring"
    media.mkdir(mode=0o700)
    targets = {DUMP: data_dir() / f"{DUMP}.restoring", KEY: data_dir() / f"{KEY}.restoring"}
    with tarfile.open(file, "r:") as tar:
        for name, said in manifest["members"].items():
            target = targets.get(name) or media / name.removeprefix(MEDIA)
            target.parent.mkdir(parents=True, exist_ok=True)
            source, digest = tar.extractfile(name), hashlib.sha256()
            assert source is not None  # examined
            with private(target) as out:
                while block := source.read(BLOCK):
                    digest.update(block)
                    out.write(block)
            if digest.hexdigest() != said["sha256"]:
                raise _not_a_backup(file, f"{name} changed while it was read")


def _prove(manifest: Manifest, new: Database) -> None:
    with snapshot(new) as taken:
        found = taken.checksums()
    for kind in ("tables", "sequences"):
        wrong = sorted(
            name for name in found[kind] | manifest[kind] if found[kind].get(name) != manifest[kind].get(name)
        )
        if wrong:
            raise DoorError(
                f"What was restored differs from what the backup says, in {', '.join(wrong[:8])}.",
                "Nothing was replaced. Keep the file, and take another backup.",
            )


def _exchange(database: Database, server: Database) -> None:
    for attempt in range(5):
        try:
            # Both names change in one transaction: at no moment is there no database.
            server.sql(
                f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database.name}'",
                f'ALTER DATABASE "{database.name}" RENAME TO "{_replaced(database).name}"',
                f'ALTER DATABASE "{_restoring(database).name}" RENAME TO "{database.name}"',
                together=True,
            )
            return
        except DoorError as error:  # somebody connected in between
            if attempt == 4 or "being accessed by other users" not in error.message:
                raise


def finish_interrupted() -> bool:
    """Bring a restore to its end, whole or not at all, wherever it was interrupted. Returns whether there was one."""
    journal = _journal()
    if not journal.exists():
        return False
    database, data = site_database(), data_dir()
    server, new, old = database.sibling("postgres"), _restoring(database), _replaced(database)
    known = server.sql("SELECT datname FROM pg_database")
    if old.name in known and new.name not in known:  # exchanged: what lies beside the database follows it
        _take_place(data / "media.restoring", data / "media")
        if not os.environ.get("RAFID_SECRET_KEY"):
            _take_place(data / f"{KEY}.restoring", data / KEY)
        server.sql(f'DROP DATABASE "{old.name}" WITH (FORCE)')
    server.sql(f'DROP DATABASE IF EXISTS "{new.name}" WITH (FORCE)')
    for path in [*data.glob("*.restoring"), *data.glob("*.replaced")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    journal.unlink()
    return True


def _take_place(new: Path, old: Path) -> None:
    if not new.exists():
        return
    if old.is_dir():
        old.rename(old.with_name(f"{old.name}.replaced"))
    new.rename(old)
