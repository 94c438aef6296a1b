"""``/api/v1/rivers/flood-maps``: where water stands, how deep, and what lies in it; ``/basins``: catchments."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, not_found, paged

from ..models import Basin, FloodMap, FloodPart
from .asking import seen_flood
from .drawing import features
from .exposure import exposure

router = Router(tags=["rivers"])


class FloodDepthOut(Schema):
    depth_from_m: float
    depth_to_m: float | None
    area_km2: float


class FloodMapOut(Schema):
    """``asked`` says where the stage is from: said, a threshold, or a forecast's crest with its quantile."""

    ref: str
    name: str
    origin: str
    station: str | None
    elevation: str | None
    stage_m: float | None
    bed_stage_m: float | None
    drainage_km2: float | None
    asked: dict[str, Any]
    valid_at: str | None
    known_at: str
    area_km2: float
    sha256: str
    scores: dict[str, Any]
    demonstration: bool


class ExposedThingOut(Schema):
    ref: str
    name: str
    depth_from_m: float
    depth_to_m: float | None


class ExposedLayerOut(Schema):
    """``count`` things of a layer; the first of them by name."""

    code: str
    title: str
    count: int
    things: list[ExposedThingOut]


class ExposedPeopleOut(Schema):
    """As if the people of a district lived evenly over its ground."""

    period: str
    people: float
    sources: list[str]


class FloodMapWholeOut(FloodMapOut):
    depths: list[FloodDepthOut]
    people: ExposedPeopleOut | None
    layers: list[ExposedLayerOut]
    extent: dict[str, Any]


class BasinOut(Schema):
    code: str
    name: str
    names: dict[str, str]
    parent: str | None
    area_km2: float | None
    source: str
    geometry: dict[str, Any] | None


def _told(row: FloodMap) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "name": row.title,
        "origin": row.origin,
        "station": row.station.code if row.station else None,
        "elevation": row.elevation.ref if row.elevation else None,
        "stage_m": row.stage_m,
        "bed_stage_m": row.bed_stage_m,
        "drainage_km2": row.drainage_km2,
        "asked": {key: value for key, value in row.asked.items() if key != "task"},
        "valid_at": row.valid_at.isoformat() if row.valid_at else None,
        "known_at": row.data_known_at.isoformat(),
        "area_km2": row.area_km2,
        "sha256": row.sha256,
        "scores": row.scores,
        "demonstration": row.source == "demonstration",
    }


@router.get("/flood-maps", response={200: Page[FloodMapOut], **ERRORS}, summary="Flood maps")
def flood_maps(request: HttpRequest, query: Query[PageQuery]) -> Any:
    rows = FloodMap.objects.visible_to(request.user).select_related("station", "elevation", "reach")
    return paged(rows, query, _told, key="ref")


@router.get("/flood-maps/{ref}", response={200: FloodMapWholeOut, **ERRORS}, summary="A flood map with what lies in it")
def flood_map(request: HttpRequest, ref: str) -> Any:
    try:
        row = seen_flood(request.user, ref)
    except Http404 as error:
        raise not_found() from error
    found = exposure(row, request.user)
    people = found.people
    return _told(row) | {
        "depths": [
            {"depth_from_m": one.depth_from_m, "depth_to_m": one.depth_to_m, "area_km2": one.area_km2}
            for one in FloodPart.objects.filter(flood=row)
        ],
        "people": {"period": people.period, "people": people.about, "sources": list(people.sources)} if people else None,
        "layers": [
            {
                "code": one.code,
                "title": one.title,
                "count": one.count,
                "things": [
                    {
                        "ref": thing.ref, "name": thing.name, "depth_from_m": thing.part.depth_from_m,
                        "depth_to_m": thing.part.depth_to_m,
                    }
                    for thing in one.things
                ],
            }
            for one in found.layers
        ],
        "extent": features(row),
    }  # fmt: skip


@router.get("/basins", response={200: Page[BasinOut], **ERRORS}, summary="Basins")
def basins(request: HttpRequest, query: Query[PageQuery]) -> Any:
    rows = Basin.objects.visible_to(request.user).select_related("parent")
    return paged(rows, query, _basin, key="code")


def _basin(row: Basin) -> dict[str, Any]:
    import json

    return {
        "code": row.code,
        "name": row.name,
        "names": row.names,
        "parent": row.parent.code if row.parent else None,
        "area_km2": row.area_km2,
        "source": row.source_text,
        "geometry": json.loads(row.ground.geojson) if row.ground else None,
    }
