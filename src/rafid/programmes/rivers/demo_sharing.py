"""Two agreements of the demonstration: the ministry opens some series of its dams to the Region's, which opens all of its own;
each after an embargo."""

from __future__ import annotations

from datetime import timedelta

from rafid.commons.people.models import Agreement

from .demo_world import World
from .models import AgreedSeries, Series
from .seeing import SERIES, STATION

RESERVOIR = "rafid_rivers.reservoir"
PAPER = "DEMONSTRATION"
NAMED = ("stage", "discharge")


def agreements(world: World) -> int:
    start = world.today - timedelta(days=400)
    labels = sorted([RESERVOIR, SERIES, STATION])
    given = Agreement.objects.create(
        giver=world.ministry,
        receiver=world.north,
        records=labels,
        reads=1,
        starts_on=start,
        embargo_days=7,
        document=PAPER,
    )
    rows = Series.objects.filter(owner=world.ministry, sensitivity=1, variable__in=NAMED, step="1d").order_by("ref")
    AgreedSeries.objects.bulk_create(AgreedSeries(agreement=given, series=one) for one in rows)
    Agreement.objects.create(
        giver=world.north,
        receiver=world.ministry,
        records=labels,
        reads=1,
        starts_on=start,
        embargo_days=3,
        document=PAPER,
    )
    return 2
