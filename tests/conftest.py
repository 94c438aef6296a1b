"""The suite's database: a template is made once (migrated, Iraq, demonstration), each worker works on a copy of it."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rafid.site.cluster import Cluster

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"


def _cluster() -> Cluster:
    sys.path.insert(0, str(ROOT / "src"))
    from rafid.site.cluster import Cluster

    return Cluster("test")


def _fingerprint() -> str:
    """Changes with whatever goes into the template: models, migrations, country data, demonstration."""
    digest = hashlib.sha256()
    sources = sorted(
        path
        for pattern in (
            "**/models/*.py",
            "**/models.py",
            "**/migrations/*.py",
            "**/demo*.py",
            "**/programme.py",
            "**/management/commands/*.py",
            "countries/**/*.*",
        )
        for path in (ROOT / "src/rafid").glob(pattern)
        if path.suffix in {".py", ".csv", ".geojson", ".toml", ".md"}
    )
    sources += sorted((ROOT / "tests/registers").rglob("*.py"))
    for path in sources:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


MAKE = """
import sys
sys.path.insert(0, "src")
import pytest  # for the settings, which then take the suite's password hasher: it is quick
import django
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0)
call_command("createcachetable")
call_command("load_country", "iraq")
call_command("demo", small=True)
"""
"""What goes into the template, in one process: each of its own would read Django and the rooms again."""


KEPT = 2
"""Templates of other states of the sources that stay: going back and forth between two changes makes none anew."""


def make_template(cluster, name: str) -> None:
    """Builds in a subprocess under another name, so that a half-made template is never taken for a whole one."""
    half = f"{name}_half"
    cluster.drop_database(half)
    cluster.create_database(half)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "rafid.site.settings",
        "DATABASE_URL": cluster.url(half),
    }
    done = subprocess.run([sys.executable, "-c", MAKE], cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the test database cannot be made:\n{done.stdout}\n{done.stderr}")
    # What the demonstration left for the worker is no test's: one that works its own tasks off would find it first.
    cluster.sql("TRUNCATE procrastinate_jobs CASCADE; DELETE FROM rafid_records_task WHERE state = 'waiting'", half)
    cluster.sql(f'ALTER DATABASE "{half}" RENAME TO "{name}"')


def abandoned(database: str) -> bool:
    """A worker's copy whose worker is gone."""
    number = database.rpartition("_")[2]
    return database.startswith("rafid_") and number.isdigit() and not Path(f"/proc/{number}").exists()


@contextlib.contextmanager
def lock_of(name: str) -> Iterator[Callable[[int], None]]:
    """A lock for the templates that begin alike: whoever makes one state's holds up hardly anybody who has another's."""
    folder = ROOT / "data" / "test-templates"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name.removeprefix('template_')[:2]}.lock").open("w") as handle:
        yield lambda how: fcntl.flock(handle, how)


def clear(cluster: Cluster, known: list[str]) -> None:
    """Drops the oldest templates, what was left half-made, and copies whose worker is gone; not what somebody works with."""
    for old in filter(abandoned, known):
        with contextlib.suppress(Exception):
            cluster.drop_database(old)
    templates = [old for old in known if re.fullmatch("template_[0-9a-f]{12}", old)]
    unfinished = [old for old in known if re.fullmatch("template_[0-9a-f]{12}_half(_making)?", old)]
    for old in [*templates[KEPT:], *unfinished]:
        with contextlib.suppress(Exception), lock_of(old) as lock:
            lock(fcntl.LOCK_EX | fcntl.LOCK_NB)
            cluster.drop_database(old)


@contextlib.contextmanager
def locked_template() -> Iterator[tuple[Cluster, str]]:
    """The template of these sources, made where it is missing. Many may copy it at once; nobody drops it meanwhile."""
    cluster = _cluster()
    cluster.ensure()
    name = f"template_{_fingerprint()}"
    with lock_of(name) as lock:
        lock(fcntl.LOCK_SH)
        while name not in cluster.sql("SELECT datname FROM pg_database"):
            lock(fcntl.LOCK_EX)  # lets go of the shared one first, so that two who want it do not wait for one another
            known = cluster.sql("SELECT datname FROM pg_database ORDER BY oid DESC")  # the newest first
            if name not in known:
                clear(cluster, known)
                make_template(cluster, name)
            lock(fcntl.LOCK_SH)  # lets go of the other first: what was made may be gone
        yield cluster, name


def copy_of_template(database: str) -> Cluster:
    """A database like the template, in the place of one that had its name."""
    with locked_template() as (cluster, name):
        cluster.drop_database(database)
        cluster.create_database(database, template=name)
    return cluster


def _asks_a_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or not {"db", "django_db_setup"}.isdisjoint(
        getattr(item, "fixturenames", ())
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the workers begin with. Each of two gets a half of the list, and takes from the other's when it is through:
    the first makes the template, while the second does what needs none; long tests begin early, so that no worker is
    alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    asking = [item for item in items if _asks_a_database(item)]
    others = [item for item in items if not _asks_a_database(item)]
    half = len(items) // 2
    items[:] = asking[:half] + others + asking[half:]


def pytest_collection_finish() -> None:
    """Modules stay to the end: the collector of cycles, which took a fifth of the time of tests that print, neither looks
    through them each time nor comes as often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 15)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """This worker's own copy of the template; tests roll back, so that it stays as it was."""
    from tests.settings import NAME as mine

    cluster = copy_of_template(mine)
    yield
    from django.db import connections

    connections.close_all()
    cluster.drop_database(mine)


@pytest.fixture
def shared() -> Path:
    """Real data beside the project; tests that need it skip where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not beside the project")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_read_once():
    """Each client of a test sets up the middlewares anew, and WhiteNoise's looks at every static file; they stay as they are."""
    from django.conf import settings
    from whitenoise.middleware import WhiteNoiseMiddleware

    read, kept = WhiteNoiseMiddleware.add_files_from_finders, {}

    def add_files_from_finders(self: WhiteNoiseMiddleware) -> None:
        key = (self.static_prefix, self.max_age, repr(settings.STATICFILES_DIRS), repr(settings.STATICFILES_FINDERS))
        if key not in kept:
            before = dict(self.files)
            read(self)
            kept[key] = {url: file for url, file in self.files.items() if before.get(url) is not file}
        self.files.update(kept[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files_from_finders)
        yield


@pytest.fixture(scope="session", autouse=True)
def _workbooks_are_converted_once():
    """Each conversion begins a process, and many tests upload the same workbooks of the country; to the same bytes it says the
    same. The tests of conversion itself have it under its own name, and go the whole way."""
    from rafid.methods import xforms

    convert, kept = xforms.convert_xlsform, {}

    def converted(data: bytes, *, name: str) -> xforms.Conversion:
        key = (data, Path(name).suffix.lower())
        if key not in kept:
            kept[key] = convert(data, name=name)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xforms, "convert_xlsform", converted)
        yield


@pytest.fixture(autouse=True)
def _forget_places():
    """Processes remember what place names mean; a test's places are gone after it."""
    from rafid.commons.forms.facts import forget

    forget()


@pytest.fixture
def world(db):
    """Two governorates with a district each, two authorities, and people whose roles reach them."""
    from wells.models import Well

    from rafid.commons.people.models import Account, Grant, Organisation
    from rafid.commons.places.models import Place

    country = Place.objects.create(ref="T0", level=0, name_en="Land")
    south = Place.objects.create(ref="T1", level=1, name_en="South", parent=country)
    north = Place.objects.create(ref="T2", level=1, name_en="North", parent=country)
    town = Place.objects.create(ref="T11", level=2, name_en="Town", parent=south)
    authority = Organisation.objects.create(ref="WA", name_en="Water authority")
    branch = Organisation.objects.create(ref="WA-S", name_en="Southern branch", parent=authority)
    other = Organisation.objects.create(ref="OTHER", name_en="Other")

    def person(login: str, *grants: tuple) -> Account:
        account = Account.objects.create_user(login, password="pass")
        for role, organisation, place in grants:
            Grant.objects.create(account=account, role=role, organisation=organisation, place=place)
        return account

    return SimpleNamespace(
        country=country,
        south=south,
        north=north,
        town=town,
        authority=authority,
        branch=branch,
        other=other,
        keeper=person("keeper", ("wells.keeper", authority, None)),
        local=person("local", ("wells.keeper", branch, south)),
        reader=person("reader", ("wells.reader", None, None)),
        stranger=person("stranger"),
        person=person,
        well=lambda **values: Well.objects.create(
            **{"number": "W-1", "depth_m": 40, "owner": branch, "place": town, "name_en": "Well one", **values}
        ),
    )
