"""Forecasts and outlooks for the walk: those of a restricted model."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.contrib.gis.geos import Point
from django.utils import timezone

from rafid.programmes.rivers.models import Forecast, ForecastValue, Outlook, RiverModel, RiverNode

PARTS = ("", "/edit", "/calibrate", "/judge", "/switch", "/take-in")


def foretold(marked, mark: str) -> dict[str, list[str]]:
    """A node with a restricted model, its forecast that failed for a reason only its people read, one that was issued, and an outlook."""
    now = timezone.now()
    node = RiverNode.objects.create(
        code="walked-node", kind="gauge", point=Point(44.4, 33.3, srid=4326), source_text="Walk", name_en="Walked node"
    )
    held = {"owner": marked.owner, "place": marked.place, "sensitivity": 2}
    model = RiverModel.objects.create(
        node=node, kind="gr4j", area_km2=100, latitude=36, **held, state="active", parameters={"x1": 300}, scores={"n": 1},
        validated_from=now.date() - timedelta(days=9), validated_to=now.date(),
    )  # fmt: skip
    row = Forecast.objects.create(
        model=model, node=node, data_known_at=now - timedelta(hours=1), members=5, steps=[24], **held,
        notes=[{"code": mark}], code_version=mark,
    )  # fmt: skip
    ForecastValue.objects.create(forecast=row, lead_h=24, members=[1, 2, 3, 4, 5])
    for state in ("running", "issued"):
        row.state, row.issued_at = state, now
        row.save()
    outlook = Outlook.objects.create(
        season="2026-10/2026-11", node=node, model=model, method="esp", data_known_at=now, issued_at=now, years=[2020, 2021, 2022, 2023, 2024],
        months=["2026-10", "2026-11"], volumes=[[1, 2]] * 5, climatology=[[1, 2]] * 5, scenario="walked", **held,
        supply={"rows": [{"area": mark, "sector": "drinking", "priority": 1, "month": "2026-10", "demand": 1, "met": 1, "met_dry": 1, "short_probability": 0}]},
    )  # fmt: skip
    return {
        "rivers/forecasts/<slug:code>": ["walked-node", "nothing"],
        "rivers/forecasts/<slug:code>/ask": ["walked-node", "nothing"],
        "rivers/forecasts/<slug:code>/members.csv": ["walked-node", "nothing"],
        "rivers/forecasts/<slug:code>/compare": ["walked-node", "nothing"],
        **{f"rivers/models/<uuid:pk>{part}": [str(model.pk), str(uuid4())] for part in PARTS},
        "api/v1/rivers/models/<uuidstr:id>": [str(model.pk), str(uuid4())],
        "api/v1/rivers/models/<uuidstr:id>/forecasts": [str(model.pk), str(uuid4())],
        "rivers/outlook/<str:ref>": [outlook.ref, "NOTHING"],
        "rivers/outlook/<str:ref>/plan.csv": [outlook.ref, "NOTHING"],
        "api/v1/rivers/forecasts/<id>": [row.ref, str(row.pk), "NOTHING"],
        "api/v1/rivers/outlooks/<id>": [outlook.ref, str(outlook.pk), "NOTHING"],
    }
