"""What a report says, as values of the fields that it may set. Nothing is guessed: what does not fit is said with its field.

``content`` is JSON. Its keys are the fields' own names; geometry is GeoJSON in degrees, a date ``2026-03-01``, another record
its ``ref``, id, or ``{"system": …, "key": …}`` of another system. Keys that nobody knows stay in the report and set nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models import GeometryField, MultiPolygonField
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rafid.commons.places.models import Place
from rafid.commons.records.change import Refused

from ..models import (
    Accident,
    Activity,
    Completion,
    EoreSession,
    ExternalId,
    Hazard,
    OrdnanceFind,
    Release,
    ReportType,
    SpotTask,
)

BENEFICIARIES = ("men", "women", "boys", "girls", "with_disability")
FIELDS: dict[Any, tuple[type[Any], tuple[str, ...]]] = {
    ReportType.HAZARD: (
        Hazard,
        (
            "type", "suspected_on", "ground", "point", "benchmark", "landmark", "landmark_text", "device_categories",
            "depth_expected_m", "blocked", "land_dispute", "owner_known", *BENEFICIARIES, "slope", "vegetation", "soil",
            "comment", "name_local", "place",
        ),
    ),
    ReportType.RELEASE: (
        Release,
        (
            "type", "ground", "hazard", "activity", "depth_m", "method", "assets", "not_covered", "reported_m2", "cost_usd",
            "criteria_met", "place",
        ),
    ),
    ReportType.PROGRESS: (Activity, ("type", "team", "start", "end", "task", "worked", "comment", "place")),
    ReportType.FIND: (
        OrdnanceFind,
        (
            "category", "model", "quantity", "condition", "depth_m", "point", "disposal", "destroyed_on", "activity", "hazard",
            "spot_task", "sensitivity", "place",
        ),
    ),
    ReportType.SPOT: (SpotTask, ("what", "reported_on", "point", "device_category", "priority", "place")),
    ReportType.ACCIDENT: (
        Accident, ("type", "point", "device_category", "killed", "injured", "investigation", "place")
    ),
    ReportType.EORE: (EoreSession, ("method", "point", *BENEFICIARIES, "campaign", "place")),
    ReportType.COMPLETION: (Completion, ("hazard", "task", "ground", "depth_m", "reason", "text", "place")),
}  # fmt: skip
FIELDS[ReportType.SURVEY] = FIELDS[ReportType.HAZARD]
"""By kind of report: the record that it makes or changes, and what it may set of it."""

OTHER_KEYS = ("classification", "confirmed_on", "evidence", "days", "hazards", "items", "external")
"""Keys that a kind of report reads in its own way."""
PERSONS = ("victim", "victims", "reporter", "signatories", "persons", "first_name", "last_name", "telephone", "phone")
"""Persons never come in a report's content: operators and officers read it."""


def refuse_persons(content: Any) -> None:
    """Raises ``Refused`` where a person stands in the content, however deep."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            if str(key).lower() in PERSONS:
                raise Refused(
                    _(
                        "“%(key)s” names a person. Persons are entered behind their own door, not in a report: take it out."
                    )
                    % {"key": key}
                )
            refuse_persons(value)
    elif isinstance(content, list):
        for one in content:
            refuse_persons(one)


def values_of(report: Any) -> dict[str, Any]:
    """The fields that the report sets, with values that the model takes. Raises ``Refused`` naming the field and the remedy."""
    if report.type not in FIELDS:
        return {}
    model, allowed = FIELDS[report.type]
    return read(model, allowed, report.content)


LINKED = ("sheet",)
"""Keys that a page shows as a link to the record beside the report."""


def unknown_keys(report: Any) -> list[str]:
    """What the report says and nobody here understands; it stays in the report."""
    allowed = FIELDS.get(report.type, (None, ()))[1]
    return sorted(set(report.content) - set(allowed) - set(OTHER_KEYS) - set(LINKED))


def label_of(field: Any) -> str:
    """A field's name as people read it; a link without a name of its own has that of what it leads to."""
    name = field.verbose_name
    if field.is_relation and str(name) == field.name.replace("_", " "):
        name = field.related_model._meta.verbose_name
    return str(capfirst(str(name)))


def read(model: type[Any], allowed: tuple[str, ...], content: Mapping[str, Any]) -> dict[str, Any]:
    """As :func:`values_of`, for a part of a content: one day, one piece of evidence."""
    return {name: value(model._meta.get_field(name), content[name]) for name in allowed if name in content}


def value(field: Any, said: Any) -> Any:
    """One value as the field takes it."""
    label = str(field.verbose_name)
    try:
        if said is None or said == "":
            return _empty(field)
        if isinstance(field, GeometryField):
            return _shape(field, said)
        if field.is_relation:
            return record_named(field.related_model, said)
        return field.clean(said, None)
    except ValidationError as error:
        raise Refused(f"{label}: {' '.join(error.messages)}") from error
    except (ValueError, TypeError, GEOSException) as error:
        raise Refused(f"{label}: {error}") from error


def _empty(field: Any) -> Any:
    if field.null:
        return None
    if field.has_default() or (getattr(field, "empty_strings_allowed", False) and field.blank):
        return field.get_default()
    raise ValueError(_("it is empty; enter it, or leave the key out."))


def _shape(field: Any, said: Any) -> GEOSGeometry:
    shape: GEOSGeometry = GEOSGeometry(json.dumps(said) if isinstance(said, dict | list) else str(said), srid=4326)
    if isinstance(field, MultiPolygonField) and isinstance(shape, Polygon):
        shape = MultiPolygon(shape, srid=4326)
    if shape.geom_type.upper() != field.geom_type:
        raise ValueError(_("it is a %(shape)s; give the shape that the field asks for.") % {"shape": shape.geom_type})
    west, south, east, north = shape.extent
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(_("it does not lie on the Earth; give longitude and latitude in degrees."))
    if shape.empty or not shape.valid:
        raise ValueError(_("the shape is empty or crosses itself (%(why)s).") % {"why": shape.valid_reason})
    return shape


def record_named(model: type[Any], said: Any) -> Any:
    """A record by its ``ref``, its id, or what another system calls it."""
    if isinstance(said, Mapping):
        known = ExternalId.objects.filter(system=said.get("system", ""), key=str(said.get("key", ""))).first()
        found = model.objects.filter(pk=known.record).first() if known else None
    elif model is Place:
        found = Place.objects.filter(ref=str(said)).first()
    else:
        found = model.objects.filter(**({"pk": said} if _is_id(said) else {"ref": str(said)})).first()
    if found is None:
        shown = said.get("key") if isinstance(said, Mapping) else said
        raise ValueError(
            _("nobody here knows “%(said)s”; enter that record first, or correct the name.") % {"said": shown}
        )
    return found


def _is_id(said: Any) -> bool:
    try:
        UUID(str(said))
    except ValueError:
        return False
    return True
