"""A programme is one folder: the one of docs/extend.md is written into a temporary folder, and everything works.

The folder is made of the code blocks of that page, each of which names its file on its first line, and of nothing else.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rafid.site.cli.catalogues import compile_catalogue

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```\w+\n(?:#|<!--) (springs/[\w/.]+)(?: -->)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
WORKS = (
    "menu entry", "demonstration", "import", "record page", "role", "check", "search", "indicator", "export", "tiles",
    "API", "own page",
)  # fmt: skip


def files_of_the_page() -> dict[str, str]:
    return dict(BLOCK.findall((ROOT / "docs" / "extend.md").read_text()))


def test_the_page_holds_a_whole_programme():
    assert {Path(name).name for name in files_of_the_page()} >= {
        "apps.py", "models.py", "programme.py", "urls.py", "views.py", "api.py", "demo.py", "overview.html",
    }  # fmt: skip


@pytest.fixture
def newcomer(tmp_path, django_db_setup):
    """Runs a command as somebody who has just written the folder, with a database of his own."""
    from tests.conftest import copy_of_template

    folder = tmp_path / "springs"
    folder.mkdir()
    (folder / "__init__.py").touch()
    for name, content in files_of_the_page().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    database = f"rafid_seventh_{os.getpid()}"
    cluster = copy_of_template(database)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "rafid.site.settings",
        "RAFID_PROGRAMMES": str(folder),
        "DATABASE_URL": cluster.url(database),
        "RAFID_DATA": str(tmp_path / "data"),
        "RAFID_HOSTS": "testserver",
        "PYTHONPATH": str(ROOT / "src"),
    }

    def run(*command: str, ends: int = 0) -> str:
        ended = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
        )
        assert ended.returncode == ends, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    yield run
    cluster.drop_database(database)
    shutil.rmtree(folder)


@pytest.mark.long
def test_a_programme_is_one_folder(newcomer, tmp_path):
    newcomer("manage.py", "makemigrations", "rafid_springs")
    assert (tmp_path / "springs/migrations/0001_initial.py").is_file()
    newcomer("manage.py", "migrate", "-v0")
    said = newcomer("manage.py", "demo")
    assert "springs: 12 springs" in said
    assert "springs.keeper / rafid-demo" in said
    said = newcomer("manage.py", "check_translations", "--write", "--room", "springs", ends=1)
    assert "'Flow (l/s)' is not translated" in said
    catalogue = tmp_path / "springs/locale/ar/LC_MESSAGES/django.po"
    empty = 'msgid "Springs"\nmsgstr ""'
    assert empty in catalogue.read_text()
    catalogue.write_text(catalogue.read_text().replace(empty, 'msgid "Springs"\nmsgstr "الينابيع"'))
    compile_catalogue(catalogue)
    said = newcomer(str(ROOT / "tests/registers/seventh.py"))
    for what in WORKS:
        assert f"works: {what}" in said
