"""Django as the command line uses it: its environment, its commands, and a database that is ready for the site."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from rafid.site.cli.console import quietly, step
from rafid.site.cli.database import Database, site_database
from rafid.site.cli.environment import PYTHON, VENV, managed
from rafid.site.cli.processes import turn
from rafid.site.cluster import REPOSITORY, data_dir
from rafid.site.door import DoorError

# What was done to this database. It lies in the database, so that a restored or exchanged one tells its own state.
SETUP = (
    "CREATE TABLE IF NOT EXISTS rafid_setup (key text PRIMARY KEY, value text NOT NULL, at timestamptz DEFAULT now())"
)


def production() -> bool:
    """Whether RAFID_ENV says so."""
    return os.environ.get("RAFID_ENV", "") == "production"


def django_environment(database: Database | None = None) -> dict[str, str]:
    """The environment in which Django's processes run."""
    source = str(REPOSITORY / "src")
    others = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part and part != source]
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([source, *others]),
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "rafid.site.settings",
        "RAFID_DATA": str(data_dir()),
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    # Set on machines that build images; here it would compile Django and all else anew at each start.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    if database and not managed():
        env["DATABASE_URL"] = database.url
    return env


def has_command(name: str) -> bool:
    """Whether some room brings this management command."""
    return any((REPOSITORY / "src" / "rafid").glob(f"**/management/commands/{name}.py"))


def run_manage(database: Database, *arguments: str, remedy: str = "") -> str:
    """Run a management command and give back what it said. Raises DoorError."""
    return quietly([PYTHON, REPOSITORY / "manage.py", *arguments], env=django_environment(database), remedy=remedy)


def become_manage(arguments: list[str], database: Database | None) -> None:
    """Turn this process into a management command, so that signals and the exit code are its own."""
    command = [str(PYTHON), str(REPOSITORY / "manage.py"), *arguments]
    os.execve(PYTHON, command, django_environment(database))  # noqa: S606 (no shell is what is wanted)


def _fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file():
            digest.update(f"{path}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _tables_wanted() -> str:
    folders = [REPOSITORY / "src" / "rafid"]
    folders += [Path(part) for part in os.environ.get("RAFID_PROGRAMMES", "").split(os.pathsep) if part]
    # What is declared is written into the database at the end of `migrate`, too.
    declared = [
        path for folder in folders for name in ("migrations/*", "programme") for path in folder.glob(f"**/{name}.py")
    ]
    return _fingerprint([*declared, REPOSITORY / "requirements.lock", REPOSITORY / "src/rafid/site/settings.py"])


def state_of(database: Database) -> dict[str, str]:
    """What `./rafid` noted in the database."""
    # As JSON: a value may hold lines and tabs of its own.
    (line,) = database.sql(SETUP, "SELECT coalesce(json_object_agg(key, value), '{}') FROM rafid_setup")
    known: dict[str, str] = json.loads(line)
    return known


def note(database: Database, key: str, value: str) -> None:
    """Note something that was done."""
    said = value.replace("'", "''")
    database.sql(
        f"INSERT INTO rafid_setup (key, value) VALUES ('{key}', '{said}') "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value, at = now()"
    )


def ready_database(demo: bool = False) -> Database:
    """The site's database: running, migrated, with its country and, if asked for, the demonstration of a first start.

    Each part is noted when it is done: what is done is skipped, what was interrupted is done again. Raises DoorError.
    """
    with turn("setup"):
        return _ready_database(demo)


def _ready_database(demo: bool) -> Database:
    from rafid.site.cli.restore import finish_interrupted

    with step("Database") as now:
        if finish_interrupted():
            now.note = "an interrupted restore was brought to its end"
        database = site_database()
        state = state_of(database)
    tables = _tables_wanted()
    if state.get("tables") != tables:
        with step("Tables"):
            run_manage(database, "migrate", "--no-input", "-v", "0")
            run_manage(database, "createcachetable")
            note(database, "tables", tables)
    if has_command("load_country"):
        _ready_country(database, state)
    if demo and "demo" not in state and has_command("demo"):
        with step("Demonstration data"):
            run_manage(database, "demo")
            note(database, "demo", run_manage(database, "demo", "--accounts").strip())
    return database


def _ready_country(database: Database, state: dict[str, str]) -> None:
    country = os.environ.get("RAFID_COUNTRY", "iraq")
    folder = REPOSITORY / "src" / "rafid" / "countries" / country
    if not folder.is_dir():
        raise DoorError(f"There is no country pack {country!r}.", f"Take one of the folders in {folder.parent}.")
    pack = f"{country} {_fingerprint(folder.glob('**/*'))}"
    if state.get("country") != pack:
        with step(f"Country: {country}"):
            run_manage(database, "load_country", country)
            note(database, "country", pack)
