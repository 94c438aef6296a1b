"""A restricted file, finding, dam and reach, for the walk of every route."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from django.contrib.gis.geos import Point

from rafid.commons import blobs
from rafid.programmes.rivers.models import (
    FlowScenario,
    Reach,
    Reservoir,
    ReservoirFact,
    RiverNode,
    Series,
    SeriesFinding,
    Station,
    ValueFile,
)
from rafid.programmes.rivers.values.recording import Reading, record_values

LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


def arrived(marked, mark: str) -> dict[str, list[str]]:
    """``mark`` is in the file's name and content, in the finding's reason and in the names of station and dam."""
    known = {"owner": marked.owner, "place": marked.place, "known_at": LONG_AGO, "sensitivity": 2}
    point = Point(44.3, 36, srid=4326)
    nodes = [
        RiverNode.objects.create(code=f"walked-{name}", kind=kind, point=point, river="walked", source_text="Walk")
        for name, kind in (("dam", "reservoir"), ("below", "gauge"))
    ]
    reach = Reach.objects.create(
        code="walked-reach", upstream=nodes[0], downstream=nodes[1], source_text="Walk", valid_from=LONG_AGO
    )
    station = Station.objects.create(
        code="walked-dam", station_kind="reservoir", foreign=True, point=point, river="walked", name_en=mark, **known
    )
    level = Series.objects.create(
        station=station, variable="reservoir_level", unit="m", step="1d", rules={"maximum": 400}, manned=True, **known
    )
    first = datetime(2026, 3, 1, 6, tzinfo=UTC)
    record_values(
        [Reading(level.pk, first + timedelta(days=day), 310 + 200.0 * (day == 2)) for day in range(4)], origin="walk"
    )
    finding = SeriesFinding.objects.get(series=level)
    finding.state, finding.reason, finding.settled_at = "explained", mark, first
    finding.save()
    dam = Reservoir.objects.create(code="walked-dam", node=nodes[0], station=station, name_en=mark, **known)
    ReservoirFact.objects.create(reservoir=dam, name="capacity", value=9000, unit="Mm³", source_text=mark)
    place = {
        "code": "walked-dam",
        "name": mark,
        "kind": "reservoir",
        "notes": [mark],
        "flow": [1, 2],
        "plan_flow": [1, 1],
    }
    scenario = FlowScenario.objects.create(
        title=mark, asked={"days": 1, "releases": {"walked-dam": 2}, "closed": [], "diversions": {}, "fillings": {}},
        found={
            "days": [0, 1], "diverted": {}, "withheld": {}, "balance_error": 0,
            "places": [place | {key: [1, 2] for key in ("storage", "plan_storage", "level", "plan_level")}],
        },
        data_known_at=first, owner=marked.owner, place=marked.place, sensitivity=2,
    )  # fmt: skip
    text = f"station,time,variable,value\n{mark},2026-03-01T06:00Z,stage,1\n".encode()
    file = ValueFile.objects.create(
        name=mark, kind="table", sha256=blobs.keep(text).sha256, owner=marked.owner,
        refused=[{"row": 3, "reason": mark}],
    )  # fmt: skip
    nowhere = str(uuid.uuid4())
    return {
        "rivers/import/<uuid:pk>": [str(file.pk), nowhere],
        "rivers/check/<uuid:pk>": [str(finding.pk), nowhere],
        "rivers/network/new/<slug:kind>": ["reach", "diversion", "node", "nothing"],
        "rivers/network/nodes/<slug:code>": ["walked-dam", "nothing"],
        "rivers/network/reaches/<slug:code>": [reach.code, "nothing"],
        "rivers/network/scenarios/<str:ref>": [scenario.ref, "NOTHING"],
        "rivers/network/scenarios/<str:ref>/file.<slug:kind>": ["csv", "xlsx", "nothing"],
        "rivers/network/<slug:kind>": ["reach", "diversion"],
        "rivers/network/<slug:kind>/<slug:code>": [reach.code, "nothing"],
        "rivers/reservoirs/<slug:code>": ["walked-dam", "nothing"],
        "api/v1/rivers/reservoirs/<code>": ["walked-dam", "nothing"],
    }
