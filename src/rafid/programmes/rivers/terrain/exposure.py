"""What lies where water stands: people by the published figures, and each layer that this person sees on maps.

Nothing is read from another programme's tables: a layer is what the commons draw for this person, by that layer's own rule
of who sees what; people are the indicator of population. Both are asked anew for each reader and never kept with the map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.indicators.figures import Reader, is_demonstration
from rafid.commons.indicators.queries import periods
from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place, PlaceVersion
from rafid.commons.products.datasets import dataset_of
from rafid.commons.products.tile_layers import DatasetLayer, PlaceLayer, RegisterLayer, layers

from ..models import FloodMap, FloodPart
from .frames import area_km2
from .outlines import shape_of

POPULATION = "population"
LISTED = 200
"""Things that are named of a layer; the rest is counted."""


def _about(people: float) -> int:
    """With two digits: no more is known."""
    return round(people) if people < 10 else int(float(f"{people:.2g}"))


@dataclass(frozen=True)
class Thing:
    ref: str
    name: str
    part: FloodPart
    url: str = ""


@dataclass(frozen=True)
class Layer:
    """``count`` things of a layer lie in the water; ``things`` names the first of them, the deepest first."""

    code: str
    title: str
    count: int
    things: tuple[Thing, ...]
    by_part: dict[Any, int]
    points: bool = False
    """Does the live map show them as points?"""


@dataclass(frozen=True)
class District:
    place: Place
    share: float
    people: float

    @property
    def percent(self) -> float:
        return 100 * self.share

    @property
    def about(self) -> int:
        return _about(self.people)


@dataclass(frozen=True)
class People:
    """The sum over ``districts`` (governorates where no borders of districts are known) of the share of their ground under
    water times their people, as if these lived evenly."""

    period: str
    people: float
    districts: tuple[District, ...]
    sources: tuple[str, ...]
    made_up: bool

    @property
    def about(self) -> int:
        return _about(self.people)


@dataclass(frozen=True)
class Exposure:
    people: People | None
    layers: tuple[Layer, ...]
    dry: tuple[str, ...] = ()
    """Titles of the layers that were asked and of which nothing lies in the water."""


def exposure(flood: FloodMap, user: Any) -> Exposure:
    parts = list(FloodPart.objects.filter(flood=flood).order_by("-depth_from_m"))
    found, models = [], set()
    for code, layer in layers().items():
        opened = _opened(layer, user)
        # A register whose rows a published layer shows already is the same things once more.
        if opened is None or (opened[0].model in models and isinstance(layer, RegisterLayer)):
            continue
        models.add(opened[0].model)
        found.append(_layer(code, layer, opened, flood, parts))
    return Exposure(
        people_in(flood.ground, user),
        tuple(one for one in found if one.count),
        tuple(one.title for one in found if not one.count),
    )


def _layer(code: str, layer: Any, opened: Any, flood: FloodMap, parts: list[FloodPart]) -> Layer:
    rows, geometry, title, names = opened
    rows = rows.filter(**{f"{geometry}__intersects": flood.ground})
    if not rows.exists():
        return Layer(code, title, 0, (), {})
    seen: set[Any] = set()
    things: list[Thing] = []
    by_part: dict[Any, int] = {}
    for part in parts:  # the deepest first: a thing that lies in several counts there
        inside = rows.filter(**{f"{geometry}__intersects": part.ground}).exclude(pk__in=seen).order_by("pk")
        new = list(inside.values_list("pk", "ref", *names))
        by_part[part.pk] = len(new)
        seen |= {one[0] for one in new}
        url = (
            f"/records/{layer.register.programme.name}/{layer.register.code}/"
            if isinstance(layer, RegisterLayer)
            else ""
        )
        things += [
            Thing(one[1], _named(one[2:]), part, f"{url}{one[1]}/" if url else "")
            for one in new[: max(LISTED - len(things), 0)]
        ]
    return Layer(code, title, len(seen), tuple(things), by_part, _points(rows, geometry))


def _points(rows: QuerySet[Any], geometry: str) -> bool:
    field: Any = rows.model._meta.get_field(geometry)
    return bool(field.geom_type == "POINT")


def _named(names: tuple[str, ...]) -> str:
    return pick(dict(zip(("ar", "ckb", "en"), names, strict=True))) if names else ""


def _opened(layer: Any, user: Any) -> tuple[QuerySet[Any], str, str, tuple[str, ...]] | None:
    """Rows, their geometry, the layer's title, and the columns of their names. None where the person does not see it, or it is
    no thing that water reaches: areas of government, our own layers."""
    three = ("name_ar", "name_ckb", "name_en")
    if isinstance(layer, PlaceLayer):
        if layer.level != Level.SETTLEMENT:
            return None
        return Place.objects.filter(level=layer.level), "point", _("Settlements"), three
    programme = layer.register.programme if isinstance(layer, RegisterLayer) else None
    if isinstance(layer, DatasetLayer):
        try:
            programme = dataset_of(layer.declared.dataset, user).programme
        except LookupError:
            return None
    if programme is None or programme.name == "rivers":
        return None
    try:
        shown = layer.shown(user, {})
    except LookupError:
        return None
    title = layer.register.title if isinstance(layer, RegisterLayer) else dataset_of(layer.declared.dataset, user).title
    own = {field.name for field in shown.rows.model._meta.get_fields()}
    if "ref" not in own:
        return None
    names = three if own.issuperset(three) else ()
    return shown.rows, shown.geometry, f"{pick(programme.names)}: {title}", names


def _areas(ground: GEOSGeometry) -> list[PlaceVersion]:
    """Districts under the water; governorates where no borders of districts were loaded."""
    touched = PlaceVersion.objects.filter(geometry__intersects=ground, valid__contains=timezone.localdate())
    touched = touched.select_related("place")
    districts = touched.filter(place__level=Level.DISTRICT, place__division=country().division)
    return list(districts) or list(touched.filter(place__level=Level.GOVERNORATE))


def people_in(ground: GEOSGeometry, user: Any) -> People | None:
    """By the newest published population of the districts under the water; None where there is none."""
    reader = Reader(user)
    period = next(iter(periods(reader, [POPULATION])), "")
    if not period:
        return None
    versions = _areas(ground)
    board = reader.board(period, [POPULATION])
    figures = board.of(POPULATION)
    water = shape_of(ground)
    districts = []
    for one in versions:
        figure = figures.get(one.place_id)
        if figure is None or figure.value is None:
            continue
        whole = shape_of(one.geometry)
        share = area_km2(shapely.intersection(whole, water)) / area_km2(whole)
        districts.append(District(one.place, share, share * figure.value))
    if not districts:
        return None
    sources = tuple(dict.fromkeys(name for name, _as_of in board.sources([one.place.pk for one in districts])))
    return People(
        period,
        sum(one.people for one in districts),
        tuple(sorted(districts, key=lambda one: -one.people)),
        sources,
        any(is_demonstration(one) for one in sources),
    )
