"""Flows of stages that another node gives: rated here where this node has a curve of that station.

A series that came from another node is written by that node alone; flows that rest on it are this node's own, so they are a
series of its organisation, named after this node so that they never meet flows that the other node rated itself. They are as
closed as the stages that they rest on.
"""

from __future__ import annotations

from typing import Any

from rafid.commons.records.models import Node, Source
from rafid.commons.records.search import index_rows

from ..codes import VARIABLES
from ..models import Series


def flows_of_received(station: Any) -> list[Series]:
    """The series of flow that are new: one for each stage of ``station`` that came from another node and has none."""
    stages = list(
        Series.objects.filter(station=station, variable="stage", source=Source.NODE)
        .exclude(derived__variable="discharge")
        .select_related("place")
    )
    node = Node.objects.filter(own=True).exclude(organisation=None).first() if stages else None
    if node is None:
        return []
    made = [
        Series.objects.create(
            station=station, variable="discharge", unit=VARIABLES["discharge"].unit, step=one.step,
            aggregation=one.aggregation, origin="derived", origin_name=f"{node.name} {one.ref}"[:60], derived_from=one,
            owner_id=node.organisation_id, place=one.place, sensitivity=one.sensitivity, embargo_hours=one.embargo_hours,
        )
        for one in stages
    ]  # fmt: skip
    index_rows(Series, Series.objects.filter(pk__in=[one.pk for one in made]))
    return made


def giver_of(station: Any) -> str:
    """The node from which stages of this station come; empty where they are measured here."""
    ids = Series.objects.filter(station=station, variable="stage", source=Source.NODE).values_list(
        "source_id", flat=True
    )
    return str(Node.objects.filter(pk__in=list(ids)).values_list("name", flat=True).first() or "")
