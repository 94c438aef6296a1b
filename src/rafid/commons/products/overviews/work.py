"""The task that a publication starts: overviews, then the tiles of all scales as one file."""

from __future__ import annotations

from typing import Any

from rafid.commons import blobs
from rafid.commons.names import in_three
from rafid.commons.records import tasks

from ..models import DatasetVersion, Resource
from ..tiles import Tile
from .build import build
from .pmtiles import descend, written
from .serving import released_tile

PMTILES = "pmtiles"
LAST_ZOOM, MOST_TILES = 10, 20_000


def after_publication(version: DatasetVersion) -> None:
    """Called in the transaction that publishes; a version that lies nowhere has no tiles."""
    if version.bounds is None:
        return
    tasks.start(
        "tiles", f"{__name__}:make", {"version": str(version.pk)}, about=_about(version),
        link=version.dataset.get_absolute_url(), by=version.published_by,
    )  # fmt: skip


def _about(version: DatasetVersion) -> dict[str, str]:
    from django.utils.translation import gettext_noop

    words = in_three(gettext_noop("Tiles"))
    names = version.dataset.names
    return {language: f"{word}: {names.get(language) or version.dataset.code}" for language, word in words.items()}


def make(progress: Any, version: str) -> None:
    """Safe to run again: overviews are swapped as a whole, and the file of a version that is out does not change."""
    found = DatasetVersion.objects.select_related("dataset").get(pk=version)
    progress.at(0, 2)
    build(found)
    progress.at(1, 2)
    keep_file(found)
    progress.at(2, 2)


def keep_file(version: DatasetVersion) -> Resource | None:
    """The version's PMTiles in the store; None where nothing lies anywhere."""
    from .layer import described

    tiles, reached = descend(lambda z, x, y: released_tile(version, Tile(z, x, y)), LAST_ZOOM, MOST_TILES)
    if not tiles or not version.bounds:
        return None
    content = written(tiles, zooms=(0, reached), bounds=version.bounds, metadata=described(version))
    blob = blobs.keep(content)
    return Resource.objects.update_or_create(
        version=version, format=PMTILES, defaults={"sha256": blob.sha256, "size": blob.size}
    )[0]
