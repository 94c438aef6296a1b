"""What the page of a hazard shows: its drawing, balance, evidence, links, and who works there."""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.records.exchange.cases import visible_cases
from rafid.commons.records.models import Case
from rafid.commons.writing import number

from ..hazards.plane import to_degrees, to_plane
from ..models import (
    Accident,
    Activity,
    Completion,
    ExternalId,
    FieldReport,
    Handover,
    Hazard,
    HazardPriority,
    NonConformity,
    OrdnanceFind,
    QaVisit,
    SurveySheet,
    Task,
)
from .balances import Balanced
from .drawing import Dot, Layer, drawn
from .shapes import collection, feature


def drawing(hazard: Hazard, balanced: Balanced | None, sheet: SurveySheet | None, releases: list[Any]) -> str:
    """From below: what is left, what was released, what lies twice or outside, the outline, the sheet, its points."""
    layers: list[Layer] = []
    ground = balanced.ground if balanced else _plane(hazard.ground)
    if balanced:
        found, kind = balanced.balance, hazard.classification.lower()
        left = f"{_('Remaining')}: {number(found.remaining, 0)} m²"
        layers.append(Layer(f"remaining-{kind}", found.remaining_ground, left))
        layers.append(Layer(f"hatch-{kind}", found.remaining_ground, left))
        shapes = to_plane([one.release.ground for one in releases if one.counts])
        counted = [one.release for one in releases if one.counts]
        for release, shape in zip(counted, shapes, strict=True):
            layers.append(Layer(release.type, shape, f"{release.ref} · {release.get_type_display()}"))
        layers.append(Layer("outside", found.outside_ground, f"{_('Released outside')}: {number(found.outside, 0)} m²"))
        twice = f"{_('Released twice')}: {number(found.counted_twice, 0)} m²"
        layers.append(Layer("twice", found.twice_ground, twice))
    layers.append(Layer(f"ground {hazard.group}", ground, hazard.ref))
    if sheet is not None and sheet.ground:
        layers.append(Layer("sheet", _plane(sheet.ground), f"{_('Sheet')} {sheet.ref}"))
    return drawn(layers, _dots(hazard, sheet), label=_("The hazard %(ref)s, drawn to scale") % {"ref": hazard.ref})


def _plane(ground: Any) -> Any:
    return to_plane([ground])[0] if ground else None


def _dots(hazard: Hazard, sheet: SurveySheet | None) -> list[Dot]:
    marks = [(one.point, one.label) for one in sheet.marks.exclude(point=None)] if sheet is not None else []
    if not marks:
        marks = [(hazard.landmark, "LM"), (hazard.benchmark, "BM")]
    marks = [(point, label) for point, label in marks if point is not None][:60]
    places = to_plane([point for point, _label in marks])
    return [Dot(place.x, place.y, label) for place, (_point, label) in zip(places, marks, strict=True)]


def shapes(hazard: Hazard, balanced: Balanced | None, sheet: SurveySheet | None, releases: list[Any]) -> HttpResponse:
    """The same for the live map, as GeoJSON."""
    features = []

    def add(what: str, shape: Any, **said: Any) -> None:
        if shape is not None and not shape.is_empty:
            features.append(feature(shapely.to_geojson(shape), json.dumps({"what": what, **said}, ensure_ascii=False)))

    ground = balanced.ground if balanced else _plane(hazard.ground)
    if balanced:
        found = balanced.balance
        parts = {
            "remaining": (found.remaining_ground, _("Remaining"), found.remaining),
            "twice": (found.twice_ground, _("Released twice"), found.counted_twice),
            "outside": (found.outside_ground, _("Released outside"), found.outside),
        }
        for what, (shape, name, value) in parts.items():
            text = f"{number(value, 0)} m²"
            add(what, _degrees(shape), name=name, text=text, **{"class": hazard.classification})
    for one in releases:
        if one.counts:
            add(
                "release", shapely.from_wkb(bytes(one.release.ground.wkb)), kind=one.release.type, name=one.release.ref,
                text=f"{one.release.get_type_display()} · {number(one.computed, 0)} m²",
            )  # fmt: skip
    said = {"class": hazard.classification, "group": hazard.group or "open", "name": hazard.ref}
    add("outline", _degrees(ground), text=hazard.get_state_display(), **said)
    if sheet is not None and sheet.ground:
        add("sheet", shapely.from_wkb(bytes(sheet.ground.wkb)), name=sheet.ref, text=_("Sheet"))
    return collection(features)


def _degrees(shape: Any) -> Any:
    return to_degrees([shape])[0] if shape is not None else None


def links(user: Any, hazard: Hazard) -> dict[str, Any]:
    """What else speaks of the hazard, each by its own rule of who sees it."""

    def of(model: Any, *related: str, **which: Any) -> list[Any]:
        return list(model.objects.visible_to(user).filter(**which).select_related(*related).distinct()[:200])

    tasks = of(Task, "organisation", hazards=hazard)
    return {
        "tasks": tasks,
        "activities": of(Activity, "organisation", "task", hazards=hazard),
        "finds": of(OrdnanceFind, "organisation", hazard=hazard),
        "accidents": of(Accident, inside_hazard=hazard),
        "inspections": of(QaVisit, "organisation", hazard=hazard),
        "nonconformities": of(NonConformity, "organisation", hazard=hazard),
        "completions": of(Completion, "organisation", hazard=hazard),
        "handovers": of(Handover, "organisation", hazard=hazard),
        "reports": of(FieldReport, "organisation", target=hazard.pk),
        "sheets": of(SurveySheet, hazard=hazard),
        "external": of(ExternalId, record=hazard.pk),
        "earlier": of(Hazard, pk=hazard.replaces_id) if hazard.replaces_id else [],
        "later": of(Hazard, replaces=hazard),
        "overlapping": _overlapping(user, hazard),
        "rank": HazardPriority.objects.visible_to(user).filter(hazard=hazard).order_by("-computed_at").first(),
    }


def _overlapping(user: Any, hazard: Hazard) -> list[Any]:
    """Other hazards that share ground with it: recorded under two numbers, perhaps."""
    if hazard.ground is None:
        return []
    near = Hazard.objects.visible_to(user).filter(ground__intersects=hazard.ground).exclude(pk=hazard.pk)
    own, others = _plane(hazard.ground), list(near.exclude(state="discarded").select_related("owner")[:50])
    found = []
    for other, shape in zip(others, to_plane([one.ground for one in others]), strict=True):
        shared = own.intersection(shape).area
        if shared > 1:
            found.append({"hazard": other, "shared": shared, "share": shared / min(own.area, shape.area)})
    return sorted(found, key=lambda one: -one["shared"])


def open_cases(user: Any, hazard: Hazard) -> list[dict[str, Any]]:
    """What the authorities have yet to settle about it; with its address for those who may see the case."""
    rows = list(Case.objects.filter(ended_at=None, records__contains=[str(hazard.pk)]).order_by("opened_at"))
    seen = set(visible_cases(user).filter(ended_at=None).values_list("pk", flat=True)) if rows else set()
    return [
        {
            "cause": one.get_cause_display(), "agrees": one.cause == "agreement",
            "url": one.get_absolute_url() if one.pk in seen else "",
        }
        for one in rows
    ]  # fmt: skip


def sheet_of(user: Any, hazard: Hazard) -> SurveySheet | None:
    """The field sheet that the ground was drawn from, else the newest of the hazard."""
    seen = SurveySheet.objects.visible_to(user)
    if hazard.sheet_id:
        return seen.filter(pk=hazard.sheet_id).first()  # type: ignore[no-any-return]
    return seen.filter(hazard=hazard).exclude(ground=None).order_by("-on", "-ref").first()  # type: ignore[no-any-return]


def who_works(links: dict[str, Any]) -> list[Any]:
    """Operators with work that goes on, or a task that is not over."""
    going = [one for one in links["activities"] if one.state != "finished"]
    given = [one for one in links["tasks"] if one.state in ("issued", "accepted", "started", "suspended")]
    return list(dict.fromkeys(one.organisation for one in (*going, *given) if one.organisation))


def released_by(kind: str) -> str:
    return {
        "cleared": pgettext("area", "Cleared"), "reduced": pgettext("area", "Reduced"),
        "cancelled": pgettext("area", "Cancelled"),
    }[kind]  # fmt: skip


def by_kind(balanced: Balanced) -> list[dict[str, Any]]:
    """Each kind: what its reports add up to, and what of it counts once and inside."""
    found = balanced.balance
    return [
        {"kind": kind, "name": released_by(kind), "reported": found.reported[kind], "counts": found.by_kind[kind]}
        for kind in ("cleared", "reduced", "cancelled")
    ]
