"""A restricted grid of heights, the flood drawn on it, and a file of a grid, for the walk of every route."""

from __future__ import annotations

from rafid.programmes.rivers.terrain.elevation import receive_elevation
from rafid.programmes.rivers.terrain.flooding import draw_flood
from rafid.programmes.rivers.terrain.stages import of_stage
from tests.programmes.rivers.ground import CELL, COLUMNS, tiff, valley


def grounded(marked, mark: str) -> dict[str, list[str]]:
    """``mark`` is in the names of the grid and of the flood, and in its source."""
    known = {"owner": marked.owner, "place": marked.place, "sensitivity": 2}
    elevation = receive_elevation(
        [tiff(valley())], name=mark, source_text=mark, licence="Walk", vertical_datum="Walk", by=None, **known
    )
    flood = draw_flood(
        elevation,
        asked=of_stage(3.0),
        bed_stage_m=0.5,
        drainage_km2=COLUMNS * CELL**2 / 1e6,
        owner=marked.owner,
        name=mark,
    )
    return {
        "rivers/floods/maps/<str:ref>": [flood.ref, "NOTHING"],
        "rivers/terrain/<str:ref>": [elevation.ref, "NOTHING"],
        "api/v1/rivers/flood-maps/<ref>": [flood.ref, "NOTHING"],
    }
