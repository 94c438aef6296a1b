"""Property: whatever is done to a record, in whatever order, its history keeps every version, in order, with who and why."""

from __future__ import annotations

from itertools import pairwise

import pghistory
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wells.models import Well

from rafid.commons.records.change import Refused, Stale, delete, restore, save, undelete

pytestmark = pytest.mark.django_db

whys = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=12).filter(str.strip)
deeds = st.one_of(
    st.tuples(st.just("change"), st.integers(1, 99), whys),
    st.tuples(st.just("rename"), st.sampled_from(["بئر", "بیر", "well", ""]), whys),
    st.tuples(st.just("delete"), st.none(), whys),
    st.tuples(st.just("undelete"), st.none(), whys),
    st.tuples(st.just("restore"), st.integers(0, 30), whys),
    st.tuples(st.just("stale"), st.integers(1, 99), whys),
    st.tuples(st.just("refused"), st.integers(-9, 0), whys),
)


def do(well: Well, what: str, with_: object, why: str) -> None:
    events = list(well.events.order_by("pgh_id"))
    if what == "change":
        well.depth_m = with_
        save(well, version=well.version, reason=why)
    elif what == "rename":
        well.name_ar = with_
        save(well, version=well.version, reason=why)
    elif what == "delete":
        delete(well, why=why, version=well.version)
    elif what == "undelete":
        undelete(well, why=why)
    elif what == "restore":
        restore(well, events[with_ % len(events)], why=why, version=well.version)
    elif what == "stale":
        well.depth_m = with_ + 0.5
        with pytest.raises(Stale):
            save(well, version=well.version - 1, reason=why)
    else:
        well.depth_m = with_
        with pytest.raises(Refused):
            save(well, version=well.version, reason=why)


def state_of(row: object) -> tuple:
    return tuple(
        getattr(row, name) for name in ("number", "depth_m", "name_ar", "deleted_at", "deleted_why", "version")
    )


@given(st.lists(deeds, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_history_keeps_every_version_in_order_with_who_and_why(world, done):
    with transaction.atomic():
        with pghistory.context(user=str(world.local.pk), reason="found"):
            well = world.well()
        well.refresh_from_db()
        expected = [(*state_of(well), str(world.local.pk), "found")]
        for number, (what, with_, why) in enumerate(done):
            who = str((world.keeper, world.local)[number % 2].pk)
            with pghistory.context(user=who):
                do(well, what, with_, why)
            well.refresh_from_db()
            if state_of(well) != expected[-1][:-2]:
                expected.append((*state_of(well), who, why))
        events = list(well.events.select_related("pgh_context").order_by("pgh_id"))
        told = [(*state_of(e), e.pgh_context.metadata["user"], e.pgh_context.metadata["reason"]) for e in events]
        assert told == expected
        assert [event.version for event in events] == list(range(1, len(events) + 1))
        assert all(a.pgh_created_at <= b.pgh_created_at for a, b in pairwise(events))
        assert well.ref == events[0].ref
        assert {event.made_by_id for event in events} == {well.made_by_id}
        transaction.set_rollback(True)
