"""`./rafid test`, `check` and `bench`: the developer's three questions, each answered by one command."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rafid.site.cli.application import django_environment, has_command
from rafid.site.cli.environment import PYTHON, VENV, browser_program, prepare
from rafid.site.cluster import REPOSITORY, Cluster
from rafid.site.door import DoorError


def test(arguments: Sequence[str]) -> int:
    """Run the suite on all cores, on databases of its own. Returns pytest's exit code."""
    prepare(dev=True, browser=True)
    if not browser_program():
        print("No Chromium here (Ubuntu has it as a snap only): install Google Chrome to run the browser tests, too.")
    cluster = Cluster("test")
    started_here = cluster.ensure()
    try:
        return _run([PYTHON, "-m", "pytest", "-n", "auto", "--dist", "worksteal", *arguments], _suite_environment())
    finally:
        _leave(cluster, started_here)


def _leave(cluster: Cluster, started_here: bool) -> None:
    if started_here and not cluster.in_use:  # somebody else's run may have begun meanwhile
        cluster.stop()


def _test_environment() -> dict[str, str]:
    env = django_environment()
    # The suite makes its own databases: it must never see the site's.
    for name in ("DATABASE_URL", "RAFID_ENV", "RAFID_HOSTS", "RAFID_PROGRAMMES"):
        env.pop(name, None)
    return env


def _suite_environment() -> dict[str, str]:
    # pytest-django takes the variable before the setting in pyproject.toml.
    return {**_test_environment(), "DJANGO_SETTINGS_MODULE": "tests.settings"}


def _run(command: Sequence[str | Path], env: dict[str, str]) -> int:
    return subprocess.run([str(word) for word in command], check=False, cwd=REPOSITORY, env=env).returncode


def checks() -> dict[str, list[str | Path]]:
    """What `./rafid check` runs, by name."""
    tool, manage = VENV / "bin", [PYTHON, REPOSITORY / "manage.py"]
    templates = sorted({path.parent for path in (REPOSITORY / "src").glob("**/templates")})
    commands: dict[str, list[str | Path]] = {
        "lint": [tool / "ruff", "check", "."],
        "format": [tool / "ruff", "format", "--check", "."],
        "types": [tool / "mypy"],
        "floors": [tool / "lint-imports", "--no-cache"],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
    }
    if has_command("check_translations"):
        commands["translations"] = [*manage, "check_translations"]
    if templates:
        commands["templates"] = [tool / "djlint", "--lint", "--quiet", *(folder / "templates" for folder in templates)]
    return commands


def check() -> int:
    """Run all checks, whatever fails, and tell at the end which. Returns 0 if all is well."""
    prepare(dev=True)
    cluster, env = Cluster("test"), _test_environment()
    started_here = cluster.ensure()
    # `makemigrations` compares with the history in a database; any that can be asked will do.
    cluster.create_database("rafid_check")
    env["DATABASE_URL"] = cluster.url("rafid_check")
    failed, lines = [], []
    try:
        for name, command in checks().items():
            print(f"--- {name}", flush=True)
            begun = time.monotonic()
            good = _run(command, env) == 0
            lines.append(f"{time.monotonic() - begun:7.1f} s  {name}{'' if good else ': FAILED'}")
            if not good:
                failed.append(name)
    finally:
        _leave(cluster, started_here)
    print("\n".join(["", *lines]))
    print(f"\nNot well: {', '.join(failed)}." if failed else "\nAll is well.", flush=True)
    return 1 if failed else 0


def bench(names: Sequence[str]) -> int:
    """Run the benchmarks whose name holds one of `names`, or all; each beside its peer in one run."""
    found = sorted((REPOSITORY / "benchmarks").glob("bench_*.py"))
    chosen = [path for path in found if not names or any(name in path.stem for name in names)]
    if not chosen:
        known = ", ".join(path.stem.removeprefix("bench_") for path in found) or "none yet"
        raise DoorError(f"There is no benchmark {' '.join(names)}.".replace(" .", "."), f"There are: {known}.")
    prepare(dev=True)
    cluster, env = Cluster("test"), _test_environment()
    started_here = cluster.ensure()
    env["PYTHONPATH"] += f"{os.pathsep}{REPOSITORY}"
    failed = []
    try:
        for path in chosen:
            print(f"--- {path.stem.removeprefix('bench_')}", flush=True)
            if _run([PYTHON, path], env):
                failed.append(path.stem)
    finally:
        _leave(cluster, started_here)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0
