"""What `./rafid` installs: what is missing, only that, from files that name no host."""

from __future__ import annotations

import ast
import gettext
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rafid.site.cli import environment
from rafid.site.cli.catalogues import compile_catalogue
from rafid.site.cluster import REPOSITORY

LOCKS = [*sorted(REPOSITORY.glob("requirements*.lock")), REPOSITORY / "package.json", REPOSITORY / "package-lock.json"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_versions_and_hashes_but_no_host(lock):
    text = lock.read_text()
    assert "://" not in text
    if lock.suffix == ".lock":
        pinned = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
        assert pinned
        assert all("==" in block and "--hash=sha256:" in block for block in pinned)


PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=6; "
"plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\\n"

msgid "Population"
msgstr "السكان"

#, fuzzy
msgid "River"
msgstr "بحر"

msgid "{n} place"
msgid_plural "{n} places"
msgstr[0] "لا أماكن"
msgstr[1] "مكان واحد"
msgstr[2] "مكانان"
msgstr[3] "{n} أماكن"
msgstr[4] "{n} مكانًا"
msgstr[5] "{n} مكان"
"""


def test_a_catalogue_is_compiled_without_what_is_doubtful(tmp_path):
    source = tmp_path / "ar" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO)
    with compile_catalogue(source).open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert words.gettext("Population") == "السكان"
    assert words.gettext("River") == "River"
    assert words.ngettext("{n} place", "{n} places", 2) == "مكانان"
    assert words.ngettext("{n} place", "{n} places", 5) == "{n} أماكن"


def test_only_stale_catalogues_are_compiled(own_data, tmp_path, monkeypatch):
    source = tmp_path / "rivers" / "locale" / "ar" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO)
    monkeypatch.setenv("RAFID_PROGRAMMES", str(tmp_path))
    assert source in environment.catalogues()
    seen = []
    monkeypatch.setattr(environment, "quietly", lambda command, **options: seen.append(command))
    environment._catalogues()
    assert source in seen.pop()
    source.with_suffix(".mo").write_bytes(b"")
    os.utime(source, (1, 1))
    environment._catalogues()
    assert not seen or source not in seen[0]


def test_what_the_machine_has_is_not_asked_for(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert "postgresql-postgis" not in environment.missing_packages()
    monkeypatch.setattr(environment, "installed_versions", dict)
    monkeypatch.setattr(environment, "_loads", lambda library: "harfbuzz" not in library)
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    assert environment.missing_packages() == ["postgresql-postgis", "libharfbuzz-subset0"]
    assert "chromium" in environment.missing_packages(browser=True)
    assert "libatomic1" not in environment.missing_packages(browser=True)
    monkeypatch.setattr(environment, "_loads", lambda library: "atomic" not in library)
    assert "libatomic1" in environment.missing_packages(browser=True)
    assert "libatomic1" not in environment.missing_packages()
    monkeypatch.setattr(environment, "_loads", lambda library: "harfbuzz" not in library)
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/rafid")
    assert environment.missing_packages() == ["postgresql-client", "libharfbuzz-subset0"]


def test_what_an_interrupted_apt_left_unpacked_is_asked_for(monkeypatch):
    said = "ii \tpostgresql-common\niU \tpostgresql-15\nun \tpostgresql-16\niF \tpython3-venv\nrc \tpython3-old\n"
    answer = subprocess.CompletedProcess([], 0, said, "")
    monkeypatch.setattr(environment.subprocess, "run", lambda *command, **options: answer)
    assert environment._unfinished() == ["postgresql-15", "python3-venv"]


def test_every_package_that_may_be_missing_is_known_before_there_is_a_python():
    listed = (REPOSITORY / "src/rafid/site/cli/packages.txt").read_text().split()
    assert listed == ["python3-venv", "postgresql-postgis", *environment.LIBRARIES.values()]


def test_an_environment_whose_making_was_interrupted_is_made_anew(own_data, tmp_path, monkeypatch):
    venv = tmp_path / "venv"
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(environment, "_alive", lambda: venv.exists())
    monkeypatch.setattr(environment, "_has_pip", lambda: True)
    monkeypatch.setattr(environment, "_as_pip_does", dict)
    done = []

    def quietly(command, **options):
        words = [str(word) for word in command]
        done.append("venv" if "venv" in words else "pip" if "-m" in words else "uv")
        if done[-1] == "venv":
            shutil.rmtree(venv, ignore_errors=True)
            venv.mkdir()
        elif "fail" in trouble and done[-1] == "uv":
            raise KeyboardInterrupt

    monkeypatch.setattr(environment, "quietly", quietly)
    trouble = ["fail"]
    with pytest.raises(KeyboardInterrupt):
        environment._environment(dev=False)
    trouble.clear()
    environment._environment(dev=False)
    assert done == ["venv", "pip", "uv"] * 2
    environment._environment(dev=False)
    assert len(done) == 6


@pytest.fixture
def machine(tmp_path):
    """A machine with an apt-get that only tells what it was asked, and no administrator."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, body in {"id": "echo 1000", "apt-get": 'echo "apt-get $*"', "dpkg": ":"}.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    for name in ("sh", "readlink", "dirname", "sed", "cat", "mkdir", "date"):
        (tools / name).symlink_to(Path("/bin") / name if (Path("/bin") / name).exists() else Path("/usr/bin") / name)
    return tools


def door(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(machine), "RAFID_DATA": str(machine.parent / "data")}
    return subprocess.run(
        [str(REPOSITORY / "rafid"), *arguments], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def test_without_rights_the_one_command_is_printed(machine):
    done = door(machine, "install-packages", "postgresql-postgis", "libpango-1.0-0")
    assert done.returncode == 3
    assert "need an administrator: postgresql-postgis libpango-1.0-0." in done.stderr
    command = done.stderr.split("again:\n", 1)[1].strip()
    assert "create_main_cluster = false" in command
    # The command is whole: a shell understands it.
    assert subprocess.run(["sh", "-n", "-c", command]).returncode == 0


def test_a_machine_without_python_is_given_one_with_all_the_rest(machine):
    done = door(machine, "up")
    assert done.returncode == 3
    for package in (REPOSITORY / "src/rafid/site/cli/packages.txt").read_text().split():
        assert package in done.stderr


def test_a_python_without_its_library_does_not_count(machine):
    """As Debian's python3-minimal, or one that is just being unpacked."""
    (machine / "python3").write_text(f'#!/bin/sh\ncase "$*" in *shutil*) exit 1 ;; esac\nexec {sys.executable} "$@"\n')
    (machine / "python3").chmod(0o755)
    done = door(machine, "help")
    assert done.returncode == 3
    assert "has no Python" in done.stdout
    (machine / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    assert "./rafid up" in door(machine, "help").stdout


def test_a_system_without_apt_is_told_what_it_needs(machine):
    (machine / "apt-get").unlink()
    done = door(machine, "install-packages", "postgresql-postgis")
    assert done.returncode == 3
    assert "postgresql-postgis" in done.stderr


def test_the_door_is_posix_and_executable():
    path = REPOSITORY / "rafid"
    assert path.read_text().startswith("#!/bin/sh\n")
    assert path.stat().st_mode & stat.S_IXUSR
    assert subprocess.run(["dash", "-n", path]).returncode == 0


NODE = """
import sys
from pathlib import Path
from rafid.site.cli import environment
environment.REPOSITORY = Path(sys.argv[1])
for part in ("_system_packages", "_environment", "_catalogues"):
    setattr(environment, part, lambda *_given: None)
environment.prepare()
print("ready", flush=True)
"""
NPM = """#!/bin/sh
echo "$@" >> calls
mkdir node_modules || exit 1
read line < goes_on
"""


def test_nodes_that_start_together_install_the_browser_packages_once(own_data, tmp_path):
    checkout, tools = tmp_path / "checkout", tmp_path / "tools"
    for folder in (checkout, tools):
        folder.mkdir()
    (tools / "npm").write_text(NPM)
    (tools / "npm").chmod(0o755)
    for name in ("package.json", "package-lock.json"):
        (checkout / name).write_text("{}")
    os.mkfifo(checkout / "goes_on")

    def start(node: str) -> subprocess.Popen[str]:
        env = {
            **os.environ, "RAFID_DATA": str(own_data / node), "PYTHONPATH": str(REPOSITORY / "src"),
            "PATH": f"{tools}:{os.environ['PATH']}",
        }  # fmt: skip
        return subprocess.Popen([sys.executable, "-c", NODE, checkout], env=env, stdout=subprocess.PIPE, text=True)

    first = start("node-2")
    with (checkout / "goes_on").open("w") as told:  # opens when its npm waits
        second = start("node-3")
        assert "waiting" in second.stdout.readline()
        told.write("on\n")
    for one in (first, second):
        assert "ready" in one.communicate(timeout=30)[0]
    assert (checkout / "calls").read_text().count("ci ") == 1


def test_what_the_platform_imports_is_installed_with_it():
    """The suite's environment holds more than the platform's: what only the tests need must not be imported by it."""
    from importlib.metadata import packages_distributions

    locked = {
        line.split("==")[0].lower()
        for line in (REPOSITORY / "requirements.lock").read_text().splitlines()
        if "==" in line
    }
    found = packages_distributions()
    missing = set()
    for path in (REPOSITORY / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in {one.partition(".")[0] for one in names} - sys.stdlib_module_names - {"rafid"}:
                if not {one.lower().replace("_", "-") for one in found.get(name, ())} & locked:
                    missing.add(f"{name} in {path.relative_to(REPOSITORY)}")
    assert not missing
