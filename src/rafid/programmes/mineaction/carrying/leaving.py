"""What leaves: layers of records that a person may see, never a person, never what is restricted.

A layer's row holds codes beside their names in three languages, so that the same file serves every reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from rafid.commons.names import pick
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import places_within
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.models import Sensitivity
from rafid.commons.writing import moment

from ..models import (
    Accident,
    AccidentCell,
    Activity,
    EoreSession,
    Hazard,
    HazardCell,
    OrdnanceFind,
    Release,
    SpotTask,
)
from ..picture.frame import DATUM, demonstrates, safety
from ..picture.scope import sees_exactly

BLOCK = 500


@dataclass(frozen=True)
class Layer:
    """``plain`` columns are written as they are, ``coded`` ones with their names. ``shape`` is the geometry's field."""

    code: str
    model: Any
    shape: str
    title: Any
    coded: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    only: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=lambda rows: rows)

    @property
    def polygon(self) -> bool:
        return self.shape in ("ground", "worked") or self.model is HazardCell

    @property
    def columns(self) -> list[str]:
        named = [f"{name}_{language}" for name in self.coded for language in LANGUAGES]
        where = ["place", *(f"place_{language}" for language in LANGUAGES), "authority", "operator"]
        return ["id", "ref", *self.coded, *named, *self.plain, *where]


_WHO = ("on", "known_at")
_AUDIENCE = ("men", "women", "boys", "girls", "with_disability")
EXACT = (
    Layer(
        "hazards",
        Hazard,
        "ground",
        gettext_lazy("Hazards"),
        ("type", "classification", "state"),
        (*_WHO, "suspected_on", "confirmed_on", "name_local", "device_categories", "depth_expected_m", "comment"),
    ),
    Layer(
        "releases",
        Release,
        "ground",
        gettext_lazy("Released ground"),
        ("type",),
        (*_WHO, "depth_m", "method", "assets", "not_covered", "reported_m2"),
    ),
    Layer(
        "activities", Activity, "worked", gettext_lazy("Activities"), ("type", "state"), (*_WHO, "start", "end", "team")
    ),
    Layer(
        "ordnance",
        OrdnanceFind,
        "point",
        gettext_lazy("Ordnance found"),
        ("category", "condition", "disposal"),
        (*_WHO, "model", "quantity", "depth_m", "destroyed_on"),
        lambda rows: rows.filter(sensitivity__lt=Sensitivity.RESTRICTED),
    ),
    Layer(
        "spots",
        SpotTask,
        "point",
        gettext_lazy("Spot tasks"),
        ("device_category", "priority", "state"),
        (*_WHO, "reported_on", "done_on"),
    ),
    Layer(
        "accidents",
        Accident,
        "point",
        gettext_lazy("Accidents"),
        ("type", "device_category"),
        (*_WHO, "killed", "injured"),
    ),
    Layer("eore", EoreSession, "point", gettext_lazy("Risk education"), ("method",), (*_WHO, *_AUDIENCE, "campaign")),
)
PUBLIC = (
    Layer(
        "hazard_cells",
        HazardCell,
        "cell",
        gettext_lazy("Hazards on a grid of 1 km"),
        ("type", "classification"),
        ("on", "group"),
    ),
    *(one for one in EXACT if one.code in ("releases", "eore")),
    Layer(
        "accident_cells",
        AccidentCell,
        "cell",
        gettext_lazy("Accidents on a grid of 5 km"),
        ("type", "device_category"),
        ("on",),
    ),
)


def layers_for(user: Any) -> tuple[Layer, ...]:
    """Exact layers for whoever acts for an authority or an operator; the public ones for partners."""
    return EXACT if sees_exactly(user) else PUBLIC


@dataclass(frozen=True)
class Leaving:
    """What one person takes along: ``layers`` within ``place`` (or everywhere)."""

    user: Any
    layers: tuple[Layer, ...]
    place: Any = None

    def rows(self, layer: Layer) -> QuerySet[Any]:
        rows = layer.only(layer.model.objects.visible_to(self.user))
        if self.place is not None and _has(layer.model, "place"):
            rows = rows.filter(place__in=places_within(self.place.pk))
        return rows.order_by("pk")

    def lines(self, layer: Layer) -> Iterator[tuple[list[Any], GEOSGeometry | None]]:
        """Values in the order of ``columns``, and the shape; flat in memory."""
        related = [name for name in ("place", "owner", "organisation") if _has(layer.model, name)]
        names = {name: _names_of(layer.model, name) for name in layer.coded}
        for row in self.rows(layer).select_related(*related).iterator(chunk_size=BLOCK):
            codes = [getattr(row, name) for name in layer.coded]
            named = [
                names[name].get(code, {}).get(language, "")
                for name, code in zip(layer.coded, codes, strict=True)
                for language in LANGUAGES
            ]
            place, operator = getattr(row, "place", None), getattr(row, "organisation", None)
            where = [getattr(place, "ref", ""), *(_place_name(place, language) for language in LANGUAGES)]
            yield (
                [
                    str(row.pk),
                    getattr(row, "ref", ""),
                    *codes,
                    *named,
                    *(_plain(getattr(row, name)) for name in layer.plain),
                    *where,
                    row.owner.ref if getattr(row, "owner", None) else "",
                    operator.ref if operator else "",
                ],
                getattr(row, layer.shape),
            )

    def said(self) -> str:
        """Dates, authority, datum, and that no record is no promise: in every file."""
        owners = Organisation.objects.filter(pk__in=self.rows(self.layers[0]).values("owner")) if self.layers else []
        parts = [
            *([_("DEMONSTRATION: invented records")] if demonstrates() else []),
            _("As of %(on)s, as known then") % {"on": moment(timezone.now())},
            ", ".join(sorted(pick(one.names) or one.ref for one in owners)),
            DATUM,
            safety(),
        ]
        return " · ".join(part for part in parts if part)


def _has(model: Any, name: str) -> bool:
    return any(one.name == name for one in model._meta.concrete_fields)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def _place_name(place: Any, language: str) -> str:
    return str(getattr(place, f"name_{language}", "") or "") if place is not None else ""


def _names_of(model: Any, name: str) -> dict[Any, dict[str, str]]:
    found: dict[Any, dict[str, str]] = {}
    for language, _title in settings.LANGUAGES:
        with override(language):
            for code, label in model._meta.get_field(name).choices or ():
                found.setdefault(code, {})[language] = str(label)
    return found


def corners(shape: GEOSGeometry) -> Iterator[tuple[str, float, float]]:
    """Turning points of a ground: label, longitude, latitude; the closing point is not repeated."""
    parts = list(shape) if shape.geom_type == "MultiPolygon" else [shape]
    for at, part in enumerate(parts, start=1):
        for number, (lon, lat, *_z) in enumerate(part.exterior_ring.coords[:-1], start=1):
            yield (f"TP{number}" if len(parts) == 1 else f"{at}-TP{number}"), lon, lat
