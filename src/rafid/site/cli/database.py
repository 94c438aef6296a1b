"""The site's database, private or managed, as the command line sees it: an address and PostgreSQL's own programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rafid.site.cli.environment import managed
from rafid.site.cluster import Cluster
from rafid.site.door import DoorError, server_error

NAME = "rafid"  # of the database in the private cluster


@dataclass(frozen=True)
class Database:
    """`url` for libpq; `bin` the folder of psql, pg_dump and pg_restore; `where` to name it in a sentence."""

    url: str
    bin: Path
    where: Path | str

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.lstrip("/")

    def sibling(self, name: str) -> Database:
        """Another database of the same server."""
        parts = urlsplit(self.url)
        # Not geturl(): it drops the slashes where the host is empty, as it is for a socket.
        query = f"?{parts.query}" if parts.query else ""
        return Database(f"{parts.scheme}://{parts.netloc}/{name}{query}", self.bin, self.where)

    def psql(self, *options: str) -> list[str]:
        """The command line of psql: no start file, stop at the first error, columns parted by a tab."""
        return [str(self.bin / "psql"), "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", *options, "-d", self.url]

    def sql(self, *statements: str, together: bool = False) -> list[str]:
        """Run statements, each in its own transaction unless `together`; the rows of all as lines.

        Raises DoorError with the server's words.
        """
        commands = [part for statement in statements for part in ("-c", statement)]
        done = subprocess.run(
            [*self.psql(*(["-1"] if together else [])), *commands],
            check=False, capture_output=True, text=True, env=quiet_environment(),
        )  # fmt: skip
        if done.returncode:
            raise server_error(done.stderr, self.where)
        return done.stdout.splitlines()


def quiet_environment() -> dict[str, str]:
    """For libpq programs: everything that changes how a row is written as text is fixed."""
    return {**os.environ, "PGOPTIONS": "-c client_min_messages=warning", "PGTZ": "UTC", "LC_ALL": "C.UTF-8"}


def _programs() -> Path:
    """Folder of the newest client programs: pg_dump must not be older than the server."""
    folders = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "pg_dump").exists()]
    if folders:
        return max(folders, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0)
    found = shutil.which("pg_dump")
    if not found:
        raise DoorError("PostgreSQL's client programs are missing.", "apt-get install postgresql-client")
    return Path(found).parent


def site_database() -> Database:
    """The database of this checkout or node, started and made if it is the private one. Raises DoorError."""
    if managed():
        url = re.sub(r"^(postgres|postgis)://", "postgresql://", os.environ["DATABASE_URL"])
        return Database(url, _programs(), urlsplit(url).hostname or "DATABASE_URL")
    cluster = Cluster("main")
    cluster.ensure()
    cluster.create_database(NAME)
    return Database(cluster.url(NAME), cluster.bin, cluster.folder)
