"""The demonstration of rivers: 44 stations, 14 reservoirs of which eight are measured, twelve years of made-up water.

Nothing of it was measured: every product of it says DEMONSTRATION. Values go in set-wise, each known some hours after its
time as readers send them; what is a story (a curve superseded later, a slip corrected) is known when the story says.
"""

from __future__ import annotations

from datetime import date, timedelta

from rafid.commons.forms.demo import bring_form
from rafid.commons.products.catalogue.sync import rest_on_a_demonstration
from rafid.commons.programme import programme
from rafid.commons.records.search import index_rows

from . import demo_drought, demo_network, demo_ratings, demo_sharing, demo_slips, demo_terrain, demo_told, demo_values
from .demo_world import World, at, world_of
from .models import Reservoir, Series, Station
from .sheet.by_form import make_list
from .sheet.declared import FORMS


def load(today: date, scale: float = 1) -> list[str]:
    """Loads what is not there yet. ``scale`` below 1: so much of it, for tests."""
    world = world_of(today, min(scale, 1))
    if world is None:
        return ["no organisations or people of the demonstration to own its records"]
    if Station.everything.exists():
        return ["stations are there already"]
    nodes = demo_network.network()
    stations = demo_network.stations(world, nodes)
    basins = demo_terrain.basins(nodes)
    demo_network.reservoirs(world, nodes, stations)
    ratings = demo_ratings.Ratings(world, stations)
    series = demo_values.series(world, stations)
    slips = demo_slips.slips(world)
    count = demo_values.write(world, series, ratings, slips)
    ratings.save(series)
    findings = demo_slips.tell(world, series, slips)
    told = demo_told.tell(world, series, stations)
    _forms(world)
    grid = demo_drought.grid(world)
    agreed = demo_sharing.agreements(world)
    figures = demo_drought.figures(world)
    flooded = demo_terrain.flood(world, stations["baiji"], series["baiji", "stage"])
    for model in (Station, Series, Reservoir):
        index_rows(model, model.objects.all())
    rest_on_a_demonstration("rivers")
    return [
        f"{len(stations)} stations, {len(series)} series with {count} values in {world.years} years",
        f"{ratings.count} ratings on {ratings.gauged} gaugings; {findings} findings about slips",
        f"a grid of {grid.columns} × {grid.rows} cells with {grid.months} months; {agreed} agreements; {figures} figures",
        f"{basins} outlines of catchments; {flooded.area_km2 if flooded else 0:.0f} km² under water on a flood map",
        *told,
    ]


def _forms(world: World) -> None:
    """The daily sheet as a form, open since a year, with its list of stations."""
    make_list(world.ministry)
    for declared in FORMS:
        bring_form(
            programme("rivers"), declared, world.ministry, world.people.get("hydrologist"),
            [(declared.file, at(world.today - timedelta(days=365)))],
        )  # fmt: skip
