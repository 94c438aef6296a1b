"""Pages of places: the list, and one place: where it is, what is in it, what it was, what is near."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.collation import alphabetical
from rafid.commons.filters import Filters
from rafid.commons.kinds import reason_text
from rafid.commons.names import pick
from rafid.commons.writing import day, number

from . import portrait
from .country import country
from .finding import ALL, links, place_asked
from .listing import FILTERS, Asked, asked, divisions, listed, wrong_filters
from .models import Level, Place, PlaceVersion
from .name_notes import sentences
from .panels import offers, panels
from .queries import lineage_of, notes_of, place_or_404
from .sketch import draw
from .timeline import FIELDS

PER_PAGE = 50
TOWNS = 60
_ON_MAP = {Level.GOVERNORATE: "governorates", Level.DISTRICT: "districts", Level.SUBDISTRICT: "subdistricts"}
LINKS = {"A": "same", "B": "part", "C": "doubtful"}


@require_safe
def place_list(request: HttpRequest) -> HttpResponse:
    found = place_asked(request, "parent", ALL)
    if isinstance(found, HttpResponse):
        return found
    question = asked(request.GET)
    page = Paginator(listed(question).select_related("parent"), PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    for name in [*query]:
        if name not in FILTERS or not query[name]:
            del query[name]
    governorates = Place.objects.filter(level=Level.GOVERNORATE)
    return render(
        request,
        "places/list.html",
        {
            "page": page,
            "offers": offers(request),
            "asked": question,
            "levels": Level.choices,
            "divisions": divisions(),
            "found": found,
            "candidates": links(request, found, "parent"),
            "filter_notes": wrong_filters(request.GET),
            "parents": sorted(governorates, key=lambda place: alphabetical(place.name)),
            "query": query.urlencode(),
            "map": list_map(list(page), question),
            "disclaimer": pick(country().disclaimer),
        },
        status=404 if found.said else 200,
    )


def list_map(places: list[Place], question: Asked) -> dict[str, Any] | None:
    """The rows of the page: areas marked where they have borders, dots where they have a point."""
    today = timezone.localdate()
    ids = [place.pk for place in places if place.level != Level.COUNTRY]
    bordered = PlaceVersion.objects.filter(place__in=ids, valid__contains=today, geometry__isnull=False)
    drawn = set(bordered.values_list("place_id", flat=True))
    spots = [place for place in places if place.pk not in drawn and place.point is not None and place.level]
    if not drawn and not spots:
        return None
    around = PlaceVersion.objects.filter(
        valid__contains=today,
        geometry__isnull=False,
        place__level=Level.GOVERNORATE,
        place__division=country().division,
    )
    parent = question.parent
    within = next((one for one in lineage_of(parent) if one.level == Level.GOVERNORATE), None) if parent else None
    ground = around.filter(place=within) if within else around
    sketch = draw({*ground.values_list("place_id", flat=True), *drawn}, today, here=drawn, spots=spots)
    if sketch is None:
        return None
    layers = [
        _ON_MAP[level] for level in _ON_MAP if any(place.level == level and place.pk in drawn for place in places)
    ]
    shown: list[dict[str, Any]] = [{"id": layer, "kind": "fill"} for layer in layers]
    if "governorates" not in layers:
        shown.insert(0, {"id": "governorates", "kind": "line"})
    return {
        "sketch": sketch,
        "layers": json.dumps(shown),
        "feature": _feature(spots),
        "chosen": ",".join(place.ref for place in places if place.pk in drawn),
    }


def _feature(spots: list[Place]) -> str:
    """The points of the rows without borders, as one geometry of GeoJSON."""
    coordinates = [[round(place.point.x, 5), round(place.point.y, 5)] for place in spots if place.point]
    return json.dumps({"type": "MultiPoint", "coordinates": coordinates}) if coordinates else ""


@require_safe
def place_page(request: HttpRequest, ref: str) -> HttpResponse:
    place = place_or_404(ref)
    today = timezone.localdate()
    words = Filters(request.GET)
    on = _day(request.GET.get("on", "")) or today
    if request.GET.get("on") and _day(request.GET["on"]) is None:
        words.wrong("on", _("Day"), day(today))
    versions = list(place.versions.select_related("parent").defer("web").order_by("valid"))
    towns = Paginator(portrait.settlements(place), TOWNS)
    drawn = portrait.map_of(place, on)
    there = next((one for one in versions if one.holds(on)), None)
    return render(
        request,
        "places/place.html",
        {
            "place": place,
            "above": [one for one in lineage_of(place) if one.pk != place.pk],
            "on": on,
            "earlier": on != today,
            "filter_notes": words.notes,
            "there": there,
            "versions": [_version(one, on) for one in reversed(versions)],
            "map": drawn,
            "layers": json.dumps(drawn.layers) if drawn else "",
            "feature": _feature([place]) if drawn and not (there and there.geometry) else "",
            "inside": portrait.inside(place),
            "divisions": divisions(),
            "linked": [
                (one, LINKS.get(confidence, "doubtful"), divisions().get(one.division, ""))
                for one, confidence in portrait.linked(place)
            ],
            "towns": towns.get_page(request.GET.get("towns")) if towns.count else None,
            "near": portrait.neighbours(place),
            "notes": notes_of(place),
            "name_notes": sentences(place.note) if offers(request) else [],
            "panels": panels(request, place),
            "area": place.area_m2 / 1e6 if place.area_m2 else None,
            "disclaimer": pick(country().disclaimer),
        },
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _version(version: PlaceVersion, on: date) -> dict[str, Any]:
    """A row of the table of what the place was; ``day`` is one on which it was so."""
    lower, upper = version.valid.lower, version.valid.upper
    return {
        "version": version,
        "first": lower,
        "last": date.fromordinal(upper.toordinal() - 1) if upper else None,
        "day": (lower or (date.fromordinal(upper.toordinal() - 1) if upper else None)),
        "on": version.holds(on),
        "km2": version.area_m2 / 1e6 if version.area_m2 else None,
        "drawn": "rough" if version.geometry and version.generalised else "drawn" if version.geometry else "",
    }


@require_safe
def place_history(request: HttpRequest, ref: str) -> HttpResponse:
    """Who changed what about a place and its versions, when and why; the newest first."""
    place = place_or_404(ref)
    entries = []
    events: list[tuple[str, Any]] = [
        *(("place", event) for event in place.events.select_related("pgh_context")),
        *(
            ("version", event)
            for event in PlaceVersion.events.field.model.objects.filter(place_id=place.pk).select_related("pgh_context")  # type: ignore[attr-defined]
        ),
    ]
    before: dict[tuple[str, Any], Any] = {}
    hidden = () if offers(request) else ("note",)
    for what, event in sorted(events, key=lambda pair: (pair[1].pgh_created_at, pair[1].pgh_id)):
        key = what, event.pgh_obj_id
        facts = event.pgh_context.metadata if event.pgh_context else {}
        entries.append(
            {
                "what": what,
                "label": event.pgh_label,
                "at": event.pgh_created_at,
                "why": reason_text(str(facts.get("reason") or "")),
                "user": str(facts.get("user") or ""),
                "changes": _changes(before.get(key), event, hidden) if event.pgh_label != "insert" else [],
            }
        )
        before[key] = event
    names = _people({entry["user"] for entry in entries}) if request.user.is_authenticated else {}
    for entry in entries:
        # A visitor reads that a person did it; who it was is told to those who signed in.
        entry["by"] = names.get(entry["user"], "") or (
            _("a signed-in person") if entry["user"] else _("the platform itself")
        )
    page = Paginator(entries[::-1], PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "places/history.html", {"place": place, "page": page, "above": lineage_of(place)})


_SHOWN = (
    "ref", "pcode", "iso_3166_2", "name_ar", "name_ckb", "name_en", "other_names", "parent_id", "point", "area_m2",
    "valid", "source", "as_of", "note",
)  # fmt: skip


def _changes(before: Any, after: Any, hidden: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Field by field what differs to a reader; borders are only said to differ."""
    if before is None:
        return []
    labels = labels_of()
    found = []
    for name in dict.fromkeys((*_SHOWN, *FIELDS)):
        if name in hidden or not hasattr(after, name) or getattr(before, name) == getattr(after, name):
            continue
        if name == "geometry":
            found.append({"label": labels[name], "before": "", "after": _("changed")})
            continue
        old, new = _plain(name, before), _plain(name, after)
        if old != new:
            found.append({"label": labels[name], "before": old, "after": new})
    return found


def labels_of() -> dict[str, str]:
    return defaultdict(
        str,
        {
            "ref": _("Code"), "pcode": _("P-code"), "iso_3166_2": _("ISO code"), "name_ar": _("Name in Arabic"),
            "name_ckb": _("Name in Sorani"), "name_en": _("Name in English"), "other_names": _("Other names"),
            "parent_id": _("Lies in"), "point": _("Point"), "area_m2": _("Area"), "valid": _("Valid"),
            "source": _("Source"), "as_of": _("As of"), "note": _("Note"), "geometry": _("Borders"),
            "generalised": _("Rough outline"),
        },
    )  # fmt: skip


def _plain(name: str, event: Any) -> str:
    value = getattr(event, name)
    if value is None:
        return ""
    if name == "parent_id":
        place = Place.objects.filter(pk=value).first()
        return f"{place.name} ({place.ref})" if place else ""
    if name == "point":
        return f"{value.y:.5f}, {value.x:.5f}"
    if name == "valid":
        return f"{value.lower or '…'} – {value.upper or '…'}"
    if name == "area_m2":
        return _("%s km²") % number(value / 1e6, 1)
    if name == "note":
        return " ".join(sentences(value))
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _people(ids: set[str]) -> dict[str, str]:
    valid = []
    for one in ids:
        try:
            valid.append(UUID(one))
        except ValueError:
            continue
    return {str(account.pk): str(account) for account in get_user_model()._default_manager.filter(pk__in=valid)}
