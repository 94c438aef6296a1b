"""Each test of the door works in a data folder of its own, on a private cluster that is gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rafid.site import cluster as clusters
from rafid.site.cluster import Cluster


@pytest.fixture(scope="module")
def data_folder() -> Iterator[Path]:
    """An empty data folder that PostgreSQL's user may pass through (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="rafid-test-"))
    folder.chmod(0o711)
    yield folder
    remove(folder)


def remove(folder: Path) -> None:
    """Stop what runs in a data folder and remove it, wherever its clusters lie."""
    for name in ("main", "test"):
        cluster = Cluster(name, folder)
        cluster.stop()
        if (folder / "postgres" / f"{name}.at").exists():
            shutil.rmtree(cluster.folder.parent)
    shutil.rmtree(folder)


@pytest.fixture
def own_data(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder as `./rafid` finds it, with nothing of the caller's database or country."""
    for name in [name for name in os.environ if name.startswith(("RAFID_", "PG")) or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RAFID_DATA", str(data_folder))
    monkeypatch.setitem(clusters.SETTINGS, "main", clusters.SETTINGS["test"])  # nothing here outlives the test
    return data_folder
