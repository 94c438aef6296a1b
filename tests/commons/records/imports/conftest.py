"""A database whose transactions are real, for what happens between processes; the suite's own tests roll back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import ROOT, copy_of_template


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """Files that are taken in lie in the test's own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


@pytest.fixture(scope="session")
def scratch() -> Iterator[SimpleNamespace]:
    """A copy of the template that tests may commit to; each takes numbers of its own."""
    database = f"rafid_engine_{os.getpid()}"
    cluster = copy_of_template(database)
    yield SimpleNamespace(name=database, cluster=cluster)
    cluster.drop_database(database)


@pytest.fixture
def committed(
    scratch: SimpleNamespace, django_db_blocker: Any, tmp_path: Path, settings: Any
) -> Iterator[SimpleNamespace]:
    """Django speaks to the scratch database. ``python(code)`` starts another process that does, too."""
    from django.db import connections

    from rafid.commons.people.models import Account, Grant, Organisation

    settings.MEDIA_ROOT = tmp_path / "media"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.commons.records.imports.scratch_settings",
        "RAFID_SCRATCH": scratch.name,
        "RAFID_SCRATCH_MEDIA": str(settings.MEDIA_ROOT),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }

    def python(code: str, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, *words],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,  # nothing else would hold those that wait
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    with django_db_blocker.unblock():
        connection = connections["default"]
        connection.close()
        names, before = connection.settings_dict, connection.settings_dict["NAME"]
        names["NAME"] = scratch.name
        try:
            from wells.models import Well

            from rafid.commons.records.models import ImportRow, ImportRun, Task

            with connection.cursor() as cursor:
                for model in (Well, Well.pgh_event_model, ImportRow):
                    cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
            Task.objects.all().delete()
            ImportRun.objects.filter(target="wells.wells").delete()
            authority, _made = Organisation.objects.get_or_create(ref="ENGINE", defaults={"name_en": "Water authority"})
            keeper = Account.objects.filter(login="engine").first()
            if keeper is None:
                keeper = Account.objects.create_user("engine", password=None)
                Grant.objects.create(account=keeper, role="wells.keeper", organisation=authority)
            yield SimpleNamespace(
                keeper=keeper, authority=authority, python=python, environment=environment, folder=tmp_path
            )
        finally:
            connection.close()
            names["NAME"] = before
