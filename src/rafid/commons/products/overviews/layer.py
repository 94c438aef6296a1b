"""A released dataset as a tile layer: what its TileJSON and its PMTiles say, and its tiles as they are kept."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Any

from ..catalogue.finding import dataset_seen, newest
from ..models import DatasetVersion, Resource
from ..tiles import LAST_ZOOM, STATE_AGE, Tile, kept
from .bands import APART
from .serving import has_overviews, released_tile

_SAID = {"integer": "Number", "number": "Number", "longitude": "Number", "latitude": "Number", "boolean": "Boolean"}
NAMED = ("ref", "name_ar", "name_ckb", "name_en")
"""Of the place that a feature is of, or in which it lies where governorates are drawn."""


@dataclass(frozen=True)
class ReleasedLayer:
    """The newest version that a person may have."""

    code: str
    version: DatasetVersion


def released_layer(code: str, user: Any) -> ReleasedLayer:
    """Raises ``LookupError`` where there is none, or it lies nowhere."""
    found = newest(dataset_seen(code, user), user)
    if found is None or found.bounds is None:
        raise LookupError(code)
    return ReleasedLayer(code, found)


def state_of(layer: ReleasedLayer, tile: Tile) -> tuple[Any, ...]:
    """What a tile depends on: the version's rows, whether its overviews are made, the borders that it draws itself."""
    from rafid.commons.places.state import places_state

    made = tile.z >= APART or has_overviews(layer.version)
    return (str(layer.version.pk), layer.version.sha256, made, places_state(at_most=STATE_AGE))


def kept_released(layer: ReleasedLayer, tile: Tile, period: str, state: tuple[Any, ...]) -> bytes:
    """Gzipped; empty where nothing lies."""

    def make() -> bytes:
        made = released_tile(layer.version, tile, period=period, overviews=bool(state[2]))
        return gzip.compress(made, 6, mtime=0) if made else b""

    return kept(("released", *state, period, tile), make)


def described(version: DatasetVersion) -> dict[str, Any]:
    """As TileJSON 3.0 and the metadata of PMTiles say it alike."""
    dataset = version.dataset
    fields = {one["name"]: _SAID.get(one.get("kind", ""), "String") for one in version.fields}
    said = {
        "name": dataset.name,
        "description": dataset.said("description"),
        "attribution": dataset.said("attribution"),
        "version": f"{version.major}.{version.number}.0",
        "vector_layers": [
            {
                "id": dataset.code,
                "fields": {"count": "Number", **dict.fromkeys(NAMED, "String"), **fields},
                "minzoom": 0, "maxzoom": LAST_ZOOM,
            }
        ],
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def pmtiles_of(version: DatasetVersion) -> Resource | None:
    return version.resources.filter(format="pmtiles").first()
