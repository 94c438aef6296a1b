"""The private PostgreSQL cluster that `./rafid up` and the tests run on.

Standard library only: it runs before any package is installed. One cluster is one folder and one unix socket; nothing
listens on a network. PostgreSQL refuses to run as root, so that root runs it as the folder's owner or as `postgres`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rafid.site.door import DoorError, explained, server_error

REPOSITORY = Path(__file__).resolve().parents[3]
EXTENSIONS = ("postgis", "pg_trgm", "btree_gist")
ROLE = "rafid"
SPACE_NEEDED = 300 * 1024 * 1024  # bytes: a fresh cluster is 40 MB, its first write-ahead logs 80 MB

# The folder that holds the socket is the lock (mode 0700): whoever may open the socket owns the files behind it anyway,
# so that a password would have to lie beside what it protects.
COMMON = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "jit": "off",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
}
SETTINGS = {
    "main": {"shared_buffers": "256MB", "max_wal_size": "2GB", "work_mem": "16MB", "maintenance_work_mem": "128MB"},
    # A test database is worth nothing after a crash, so that it need not wait for a disk.
    "test": {
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "autovacuum_naptime": "5min",
    },
}


def data_dir() -> Path:
    """The data folder: RAFID_DATA, or `data` in the checkout."""
    return Path(os.environ.get("RAFID_DATA") or REPOSITORY / "data").absolute()


def installed_versions() -> dict[int, Path]:
    """Folders of PostgreSQL's programs by major version, 15 and newer, those without PostGIS left out."""
    found = {}
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        version = folder.parent.name
        control = Path(f"/usr/share/postgresql/{version}/extension/postgis.control")
        if version.isdigit() and int(version) >= 15 and control.exists() and (folder / "initdb").exists():
            found[int(version)] = folder
    return found


class Cluster:
    """One private cluster: `main` for the site, `test` for the tests, in the data folder `root`."""

    def __init__(self, name: str = "main", root: Path | str | None = None) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name):
            raise ValueError(f"not a cluster name: {name!r}")
        self.name = name
        self.root = Path(root).absolute() if root else data_dir()
        self.settings = COMMON | SETTINGS.get(name, SETTINGS["main"])

    # Where things lie

    @property
    def _base(self) -> Path:
        return self.root / "postgres"

    @property
    def _pointer(self) -> Path:
        return self._base / f"{self.name}.at"

    @property
    def folder(self) -> Path:
        """PostgreSQL's data directory (it may not exist yet)."""
        if self._pointer.exists():
            return Path(self._pointer.read_text().strip())
        inside = self._base.resolve() / self.name
        if os.geteuid() or _exists(inside) or _reaches(inside.parent, self._system_user()):
            return inside
        # Root's home, or another that is closed to others: PostgreSQL's user cannot get in there.
        return Path("/var/lib/rafid") / _short(self.root.resolve()) / self.name

    @property
    def socket_dir(self) -> Path:
        """Folder of the socket: of the running server, or where the next start puts it (short: the limit is 107 bytes)."""
        lines = self._pid_file()
        if len(lines) > 4 and lines[4] and self.running:
            return Path(lines[4])
        runtime = os.environ.get("XDG_RUNTIME_DIR") or "/tmp"
        if os.geteuid() == 0:
            runtime = "/run" if os.path.isdir("/run") else "/tmp"
        if len(runtime) > 60 or not os.access(runtime, os.W_OK | os.X_OK):
            runtime = "/tmp"
        return Path(runtime) / f"rafid-{_short(self.folder)}"

    @property
    def bin(self) -> Path:
        """Folder of the programs: of the version that the cluster was made with, else the newest."""
        versions = installed_versions()
        made_with = self._version()
        if made_with is None:
            if not versions:
                raise DoorError(
                    "PostgreSQL 15 or newer with PostGIS is not installed.",
                    "Run ./rafid up, or: apt-get install postgresql-postgis",
                )
            return versions[max(versions)]
        if made_with not in versions:
            raise DoorError(
                f"The database was made with PostgreSQL {made_with}, which is no longer installed (with PostGIS).",
                f"Install it again: apt-get install postgresql-{made_with} postgresql-{made_with}-postgis-3 — then "
                f"`./rafid backup FILE` and `./rafid restore FILE` carry the data to another version.",
            )
        return versions[made_with]

    def url(self, database: str) -> str:
        """Address of a database for libpq and Django."""
        # The port is said, so that a PGPORT of the caller's does not count.
        return f"postgresql://{ROLE}@:5432/{quote(database, safe='')}?host={quote(str(self.socket_dir), safe='')}"

    # Life

    @property
    def running(self) -> bool:
        """Whether this cluster's own server runs; a process that merely got its old number does not count."""
        return self._made() and self._server() is not None

    @property
    def in_use(self) -> bool:
        """Whether programs are connected to it."""
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return self.running and self.sql(others) != ["0"]

    def ensure(self) -> bool:
        """Make the cluster if there is none and start it if it is stopped.

        Returns True if it was started by this call. Safe to call from several processes at once.
        Raises DoorError with a remedy for what an operator can mend; the next call goes on from there.
        """
        with explained(self.root), self._locked():
            if not self._mine() or self._version() is None:
                self._init()
            if self.running and self._answers():
                return False
            if self.running:  # its socket is gone, as when the session's runtime folder was removed
                self._pg_ctl("stop", "-m", "fast")
            self._start()
            return True

    def stop(self) -> bool:
        """Stop the server, if it runs; open transactions are rolled back. Returns whether it ran."""
        if not self._made():
            return False
        with explained(self.root), self._locked():
            if not self.running:
                return False
            if self._pg_ctl("stop", "-m", "fast").returncode:
                self._pg_ctl("stop", "-m", "immediate")
            with contextlib.suppress(OSError):
                self.socket_dir.rmdir()
            if self.running:
                raise DoorError(f"The database server in {self.folder} does not stop.", f"See {self.folder}/log.")
            return True

    # Databases

    def create_database(self, name: str, template: str | None = None) -> bool:
        """Make a database with the extensions that Rafid needs, or a copy of `template`; False if it exists."""
        if self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{_name(name)}'"):
            return False
        if template:
            self.sql(f'CREATE DATABASE "{_name(name)}" TEMPLATE "{_name(template)}"')
            return True
        # Under another name until it is whole: an interrupted start must not leave a database without its extensions.
        draft = f"{_name(name)[:55]}_making"
        self.drop_database(draft)
        self.sql(f'CREATE DATABASE "{draft}"')
        self.sql("; ".join(f"CREATE EXTENSION IF NOT EXISTS {e}" for e in EXTENSIONS), draft)
        self.sql(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
        return True

    def drop_database(self, name: str) -> None:
        """Drop a database, ending the connections to it; nothing happens if there is none."""
        self.sql(f'DROP DATABASE IF EXISTS "{_name(name)}" WITH (FORCE)')

    def sql(self, statement: str, database: str = "postgres") -> list[str]:
        """Run a statement by psql; the rows as lines, columns parted by a tab. Raises DoorError with the server's words."""
        command = [str(self.bin / "psql"), "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", self.url(database)]
        command += ["-c", statement]
        done = subprocess.run(command, check=False, env=_environment(), capture_output=True, text=True)
        if done.returncode:
            raise server_error(done.stderr, self.folder)
        return done.stdout.splitlines()

    # Inside

    def _made(self) -> bool:
        return _exists(self._pointer) or _exists(self._base / self.name)

    def _version(self) -> int | None:
        try:
            return int((self.folder / "PG_VERSION").read_text())
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _mine(self) -> bool:
        """Whether the folder exists; raises DoorError when it belongs to somebody whom we cannot act as."""
        try:
            owner = self.folder.stat().st_uid
        except FileNotFoundError:
            return False
        if os.geteuid() not in (0, owner):
            name = _user_name(owner)
            raise DoorError(
                f"The database in {self.folder} belongs to the user {name}.",
                f"Run this as {'root (sudo)' if name == 'postgres' else name}, as the first time, "
                "or set RAFID_DATA to a folder of your own.",
            )
        return True

    def _system_user(self) -> pwd.struct_passwd:
        try:
            return pwd.getpwnam("postgres")
        except KeyError:
            raise DoorError(
                "There is no user `postgres`, and PostgreSQL refuses to run as root.",
                "Install postgresql-postgis by apt-get, or run this as a normal user.",
            ) from None

    def _runner(self) -> pwd.struct_passwd | None:
        """As whom the programs run when we are root."""
        if os.geteuid():
            return None
        if _exists(self.folder) and (owner := self.folder.stat().st_uid):
            with contextlib.suppress(KeyError):
                return pwd.getpwuid(owner)
        return self._system_user()

    def _run(self, *command: str | Path, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        user = self._runner()
        # Output goes to a file: the server inherits it, and a pipe would stay open as long as the server runs.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                [str(part) for part in command],
                env=_environment(user), cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
                timeout=timeout, check=False, **_as(user),
            )  # fmt: skip
            said.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, said.read(), "")

    def _pg_ctl(self, action: str, *more: str) -> subprocess.CompletedProcess[str]:
        return self._run(self.bin / "pg_ctl", action, "-D", self.folder, "-w", "-t", "60", *more)

    def _init(self) -> None:
        folder = self.folder
        if folder.parent != self._base.resolve():
            for parent in (folder.parent.parent, folder.parent):
                parent.mkdir(parents=True, exist_ok=True)
                parent.chmod(0o711)
        if _exists(folder) and any(folder.iterdir()):
            raise DoorError(
                f"{folder} is not empty and is no PostgreSQL cluster.", "Move it away, then run ./rafid up again."
            )
        free = shutil.disk_usage(folder.parent).free
        if free < SPACE_NEEDED:
            raise DoorError(
                f"The disk of {folder.parent} is full: {free >> 20} MB free, {SPACE_NEEDED >> 20} MB needed.",
                "Free some space or set RAFID_DATA to another disk, then run it again.",
            )
        for left_over in folder.parent.glob(f"{self.name}.making-*"):
            shutil.rmtree(left_over)
        if folder.parent != self._base.resolve():  # said before it is there: an interruption must not lose it
            self._pointer.write_text(f"{folder}\n")
        # Made beside its place and renamed: an interrupted initdb leaves nothing that looks like a cluster.
        draft = Path(tempfile.mkdtemp(prefix=f"{self.name}.making-", dir=folder.parent))
        try:
            user = self._runner()
            if user:
                os.chown(draft, user.pw_uid, user.pw_gid)
            options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"]
            done = self._run(
                self.bin / "initdb", "-D", draft, "-U", ROLE, *options, *(["-N"] if self.name == "test" else [])
            )
            if done.returncode:
                raise server_error(done.stdout, folder)
            with (draft / "postgresql.conf").open("a") as conf:
                conf.write("\ninclude_if_exists = 'rafid.conf'  # written anew at each start\n")
            if _exists(folder):
                folder.rmdir()
            draft.rename(folder)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def _start(self) -> None:
        folder, sockets, user = self.folder, self.socket_dir, self._runner()
        uid = user.pw_uid if user else os.geteuid()
        if user and not _reaches(folder, user):
            raise DoorError(
                f"The user {user.pw_name} can no longer reach {folder}.",
                f"Give the folders above it back their x permission (chmod a+x), or move it to where {user.pw_name} may go.",
            )
        self._make_socket_dir(sockets, uid, user.pw_gid if user else -1)
        self._end_orphans()
        for left_over in [folder / "postmaster.pid", *sockets.glob(".s.PGSQL.*")]:
            left_over.unlink(missing_ok=True)  # of a server that was killed: its number may be another's by now
        lines = [f"{key} = '{value}'\n" for key, value in self.settings.items()]
        conf = folder / "rafid.conf"
        conf.write_text("".join([*lines, f"unix_socket_directories = '{sockets}'\n"]))
        log = folder / "start.log"
        log.unlink(missing_ok=True)
        done = self._pg_ctl("start", "-l", str(log))
        if done.returncode:
            said = log.read_text(errors="replace") if log.exists() else ""
            raise server_error(done.stdout + said + self._last_log(), folder)

    def _make_socket_dir(self, sockets: Path, uid: int, gid: int) -> None:
        try:
            sockets.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(sockets, uid, gid)
        except FileExistsError:
            pass
        found = sockets.lstat()
        # In /tmp anybody could have made it first, to read what is sent to a server of theirs.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
            raise DoorError(
                f"{sockets} exists and belongs to {_user_name(found.st_uid)}.",
                "Remove it, or set XDG_RUNTIME_DIR to a folder of your own.",
            )
        sockets.chmod(0o700)

    def _last_log(self) -> str:
        logs = sorted((self.folder / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
        return "\n".join(logs[-1].read_text(errors="replace").splitlines()[-12:]) if logs else ""

    def _answers(self) -> bool:
        return self._run(self.bin / "pg_isready", "-q", "-t", "5", "-h", self.socket_dir).returncode == 0

    def _pid_file(self) -> list[str]:
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return []

    def _server(self) -> int | None:
        lines = self._pid_file()
        if len(lines) < 2 or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        with contextlib.suppress(OSError):
            # The server lives in its data directory: the surest sign that this number is still its own.
            if os.path.samefile(f"/proc/{pid}/cwd", self.folder) and _name_of(pid) == "postgres":
                return pid
        return None

    def _end_orphans(self) -> None:
        """End what a killed server left at work: a second server beside it would spoil the data."""
        for what in (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
            deadline = time.monotonic() + 5
            while (left := self._orphans()) and time.monotonic() < deadline:
                for pid in left:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, what)
                time.sleep(0.1)
        if left:
            raise DoorError(
                f"Processes of an earlier database server still work in {self.folder}: {', '.join(map(str, left))}.",
                "Wait for their end (or restart the machine), then run it again.",
            )

    def _orphans(self) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and os.path.samefile(entry / "cwd", self.folder):
                    if _name_of(int(entry.name)) == "postgres":
                        found.append(int(entry.name))
        return found

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        if not _exists(self.root):
            self.root.mkdir(parents=True)
            self.root.chmod(0o711)
        if not _exists(self._base):
            self._base.mkdir(exist_ok=True)
            # PostgreSQL's user must pass through, whatever the umask; the cluster itself is 0700.
            self._base.chmod(0o711)
        lock = os.open(self._base / f"{self.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _environment(user: pwd.struct_passwd | None = None) -> dict[str, str]:
    """The caller's environment without what would point libpq or the server elsewhere."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG") and key != "XDG_RUNTIME_DIR"}
    kept["LC_ALL"] = "C.UTF-8"
    return kept | {"HOME": user.pw_dir, "USER": user.pw_name} if user else kept


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def _name(name: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise ValueError(f"not a database name: {name!r}")
    return name


def _name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _reaches(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether a user may pass through to `path`, or to the part of it that exists. Asked of the system, which knows ACLs."""
    while not _exists(path):
        path = path.parent
    asked = ["test", "-x", str(path)]
    return bool(subprocess.run(asked, check=False, cwd="/", **_as(user)).returncode == 0)
