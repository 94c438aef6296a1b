"""The demonstration of mine action: two authorities, nine operators, forty districts; nobody and nothing in it exists.

Everything is made from one seed and offset from the day of loading. Every product of it says DEMONSTRATION. Rows go in
set-wise; what is a story (a report's way through the gates, ground suspected again) goes through the verbs that a person uses.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from rafid.commons.people.models import Account, Organisation
from rafid.commons.places.country import country
from rafid.commons.places.models import Place
from rafid.commons.products.catalogue.sync import rest_on_a_demonstration
from rafid.commons.records.models import Node
from rafid.commons.records.search import index_rows

from . import (
    demo_books,
    demo_common,
    demo_figures,
    demo_hazards,
    demo_nodes,
    demo_papers,
    demo_people,
    demo_quality,
    demo_stories,
    demo_villages,
    demo_work,
)
from .arriving.demo import open_forms
from .demo_hazards import Plot
from .demo_world import DMA, IKMAA, World, world_of
from .hazards.ledger_store import rebuild
from .models import Activity, AuthorityArea, Hazard, OrdnanceFind, Release, SpotTask, Task
from .operations import priorities


def load(today: date, scale: float = 1, *, node: bool | None = None) -> list[str]:
    """Loads what is not there yet. ``scale`` below 1: so much of it, for tests; they are no node unless they ask for it."""
    world = world_of(today, min(scale, 1), authority_here())
    if world is None:
        return ["no organisations or people of the demonstration to own its records"]
    if Hazard.everything.exists():
        return ["hazards are there already"]
    areas(world)
    demo_villages.settle(world)
    demo_work.accredit(world)
    rules = demo_work.criteria(world)
    common, shared = demo_common.load(world)
    plots = demo_hazards.own_plots(world)
    books = demo_books.draw_books(world, plots)
    demo_hazards.save(plots)
    demo_books.save(books)
    tasks = demo_work.give_tasks(world, plots)
    demo_hazards.write_steps(world, plots, tasks)
    activities = demo_work.work(world, plots, tasks)
    releases = demo_work.release(world, plots, activities, rules)
    demo_work.find(world, plots, activities)
    demo_people.call(world)
    demo_people.hurt(world, plots)
    demo_people.teach(world)
    demo_quality.inspect(world, plots, tasks)
    weights = demo_quality.plan(world)
    rebuild()
    demo_papers.issue(world)
    demo_papers.end(world, plots, tasks)
    reports = demo_stories.tell(world, plots)
    demo_stories.suspect_again(world, plots)
    priorities.compute(weights)
    for model in (Hazard, Release, Activity, Task, SpotTask, OrdnanceFind):
        index_rows(model, model.objects.all())
    if not world.small:
        open_forms_of(world)
    rest_on_a_demonstration("mineaction")
    demo_nodes.serve(world)
    demo_nodes.let_read(world)
    told = become_node(world, common, shared) if node or (node is None and not world.small) else 0
    return [
        f"{len(plots)} hazards ({len(books)} by field book), {len(tasks)} tasks under way or done,"
        f" {len(releases)} pieces of released ground, {reports} reports on their way",
        f"{len(common)} hazards and {len(shared)} releases that both authorities hold; {told} changes in the log of this node",
        demo_figures.load(world.dma, world.today, 2 if world.small else 6),
    ]


def open_forms_of(world: World) -> int:
    """The forms by which operators report, kept by the authority's officer."""
    owner = Organisation.objects.get(ref=authority_here())
    by = Account.objects.filter(login="mineaction.im_officer").first()
    return open_forms(owner, by, timezone.now())


def become_node(world: World, common: Sequence[Plot], shared: Sequence[Release]) -> int:
    """A node that shares its past with the other authority's, and has changed since what that one does not know yet."""
    if Node.objects.filter(own=True).exists():
        return 0
    number = demo_nodes.start(world, common, shared)
    demo_nodes.go_apart(world, common)
    return number


def authority_here() -> str:
    """``./rafid up --node ikmaa`` is the second authority's installation; every other one is the first's."""
    return IKMAA if os.environ.get("RAFID_NODE", "").lower() == "ikmaa" else DMA


def areas(world: World) -> None:
    """Whose ground is whose, and which is shared, with the source."""
    rows = country().table("demo_mine_areas.csv")
    places = {place.ref: place for place in Place.objects.filter(ref__in=[row["place_ref"] for row in rows])}
    owners = {DMA: world.dma, IKMAA: world.ikmaa}
    AuthorityArea.objects.bulk_create(
        AuthorityArea(
            owner=owners[row["authority_ref"]], place=places[row["place_ref"]], shared=row["shared"] == "yes",
            source=row["source"],
            valid_from=date(2019, 1, 1),
        )
        for row in rows
        if row["place_ref"] in places
    )  # fmt: skip
