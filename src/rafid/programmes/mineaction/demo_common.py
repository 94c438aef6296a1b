"""Records that both authorities have held since before the demonstration begins: a hundred hazards and fifty releases.

Both installations make the same of them: identities, numbers and days are fixed, whoever loads them, and whenever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from rafid.commons.people.models import Organisation

from .demo_hazards import COMMON, COMMON_FROM, Plot, make, save
from .demo_work import by_need, pieces
from .demo_world import DMA, World, Yard, chance_of, moved, stored, uid
from .models import Evidence, Release

RELEASES = 50
UNTIL = date(2025, 6, 15)
STORIES = ("value", "together", "check", "retired", "agreement", "quiet")
"""Of these common hazards of DMA, in this order, the two nodes change something apart (the last two edits just merge)."""
_STATE_OF = {"value": "confirmed", "together": "worked_on", "check": "suspected", "retired": "suspected",
"agreement": "checked",
             "quiet": "confirmed"}  # fmt: skip
_STATES = (
    "confirmed",
    "suspected",
    "worked_on",
    "closed",
    "confirmed",
    "completed",
    "cancelled",
    "closed",
    "suspected",
    "worked_on",
)
FIRST_NUMBER = 9001
DOUBLED = 2 * len(STORIES)
"""So many of DMA's common hazards lie in shared areas: the stories, and as many that IKMAA has under numbers of its own."""


def shared_yards(world: World) -> list[Yard]:
    """DMA's yards in areas that both share, as ``demo_mine_areas.csv`` names them."""
    from rafid.commons.places.country import country

    shared = {row["place_ref"] for row in country().table("demo_mine_areas.csv") if row["shared"] == "yes"}
    return [yard for yard in world.yards_of(DMA) if yard.place.ref in shared]


def load(world: World) -> tuple[list[Plot], list[Release]]:
    """Writes them; the first plots are those of ``STORIES``."""
    plots = [*_of(world, world.dma), *_of(world, world.ikmaa)]
    save(plots)
    releases = _releases(world, plots)
    Release.objects.bulk_create(releases, batch_size=500)
    return plots, releases


def _of(world: World, owner: Organisation) -> list[Plot]:
    shared = shared_yards(world)
    yards = [yard for yard in world.yards_of(owner.ref) if yard not in shared]
    found = []
    count = world.some(COMMON[owner.ref], 12)
    for turn in range(count):
        since = COMMON_FROM + timedelta(days=9 * turn + 3 * (owner.ref == DMA))
        name = f"common {owner.ref} {turn}"
        chance = chance_of(name)
        story = STORIES[turn] if owner.ref == DMA and turn < len(STORIES) else ""
        state = _STATE_OF.get(story) or _STATES[turn % len(_STATES)]
        double = owner.ref != DMA and turn < len(shared)
        if double or (owner.ref == DMA and turn < DOUBLED):  # of DMA first the stories, then what IKMAA entered as well
            yard, slot = shared[turn % len(shared)], int(turn >= len(STORIES) or double)
        else:
            yard, slot = yards[(turn - len(shared)) % len(yards)], (turn - len(shared)) // len(yards)
        ref = f"{owner.ref.rpartition('-')[2]}-{since.year}-{FIRST_NUMBER + turn}"
        plot = make(world, yard, slot, name, state, since, chance, owner=owner, ref=ref, until=UNTIL)
        if story == "together":  # worked on before anybody confirmed it
            plot.row.classification, plot.row.confirmed_on = "SHA", None
            plot.evidence = [one for one in plot.evidence if not one.direct]
        elif story == "check":  # suspected, and somebody saw a device
            plot.evidence.append(
                Evidence(
                    id=uid(f"evidence {name} seen", since),
                    hazard=plot.row,
                    direct=True,
                    type="seen",
                    on=since,
                    source="NTS",
                )
            )
        elif double:  # the same ground as DMA's, under another number
            same = f"common {DMA} {len(STORIES) + turn}"
            other = make(world, yard, slot, same, "confirmed", since, chance_of(same), owner=world.dma)
            plot.ground = moved(other.ground, 25, 10)
            plot.row.ground = stored(plot.ground)
        if plot.state in ("closed", "completed", "checked"):
            plot.row.remaining_m2 = 0.0
        found.append(plot)
    return found


def _releases(world: World, plots: Sequence[Plot]) -> list[Release]:
    wanted = world.some(RELEASES, 12)
    found: list[Release] = []
    for turn, plot in enumerate(by_need(plots)):
        if len(found) >= wanted:
            break
        for row in pieces(world, plot, None, {}, chance_of(f"release {plot.row.pk}"), turn, until=UNTIL, most=1):
            owner = plot.row.owner.ref.rpartition("-")[2]
            row.ref = f"{owner}-R-{row.on.year}-{FIRST_NUMBER + len(found)}"
            found.append(row)
    return found
