"""The first page: what waits for the person, the programmes, and what was published last."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from django.core.cache import caches
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rafid.commons.indicators.models import Indicator, IndicatorValue
from rafid.commons.names import pick
from rafid.commons.people.visibility import may, programmes_of
from rafid.commons.places.country import country
from rafid.commons.places.models import Level
from rafid.commons.places.queries import places_at
from rafid.commons.places.state import places_state
from rafid.commons.products.editions import pages as compose
from rafid.commons.products.gallery.cards import cards_of
from rafid.commons.products.gallery.finding import products_out
from rafid.commons.products.release import desk
from rafid.commons.products.release.decide import COMPOSE, PUBLISH, STEWARD
from rafid.commons.programme import PLATFORM, installed
from rafid.commons.records.checks import visible_findings
from rafid.commons.records.models import ImportRun
from rafid.commons.waiting import Line, Panel, of_programmes
from rafid.site import shell

SHOWN, PRODUCTS = 5, 4


def findings(request: HttpRequest) -> Panel:
    rows = visible_findings(request.user).filter(assigned_to=request.user.pk, state="open")
    rows = rows.order_by("-severity", "-found_at")
    lines = [
        Line(
            pick(row.message),
            shell.address("finding", row.pk),
            row.record_ref,
            ("severity", row.get_severity_display(), row.severity),
        )
        for row in rows[:SHOWN]
    ]
    return Panel(_("Findings assigned to you"), rows.count(), shell.address("findings"), lines)


def imports(request: HttpRequest) -> Panel:
    rows = ImportRun.objects.filter(made_by=request.user.pk, state="staged").order_by("-made_at")
    lines = [
        Line(
            row.file_name,
            shell.address("import", row.pk),
            _("%(rows)d rows, %(bad)d with problems") % {"rows": row.rows, "bad": row.bad},
            ("state", row.get_state_display(), row.state),
        )
        for row in rows[:SHOWN]
    ]
    return Panel(_("Imports to look at"), rows.count(), shell.address("imports"), lines)


def messages(request: HttpRequest) -> Panel:
    rows = request.user.messages.filter(read_at=None).order_by("-made_at")  # type: ignore[union-attr]
    lines = [Line(str(row), row.link or shell.address("notifications")) for row in rows[:SHOWN]]
    return Panel(_("Unread notifications"), rows.count(), shell.address("notifications"), lines)


def releases(request: HttpRequest) -> Panel:
    rows = desk.turns(request.user)
    lines = [
        Line(
            one.dataset.name,
            shell.address("desk-version", one.dataset.code, one.number),
            _("Version %s") % one.number,
            ("state", one.get_state_display(), one.state),
        )
        for one in rows[:SHOWN]
    ]
    return Panel(_("Datasets at the release desk"), len(rows), shell.address("desk"), lines)


def editions(request: HttpRequest) -> Panel:
    rows = compose.turns(request.user)
    lines = [
        Line(
            pick(one.title) or one.recipe.name or one.recipe.code,
            shell.address("edition", one.pk),
            f"{one.recipe.get_kind_display()} · " + _("Edition %s") % one.number,
            ("state", one.get_state_display(), one.state),
        )
        for one in rows[:SHOWN]
    ]
    return Panel(_("Products that wait for you"), len(rows), shell.address("compose"), lines)


PANELS: list[Callable[[HttpRequest], Panel]] = [findings, imports, releases, editions, messages]


def latest() -> dict[Any, Any]:
    """Indicator → when its newest public figure came. Asked once a minute: it reads all figures."""
    return cast(
        "dict[Any, Any]",
        caches["process"].get_or_set(
            "home:latest",
            lambda: dict(
                IndicatorValue.objects.filter(state="published", sensitivity=0)
                .values_list("indicator")
                .annotate(Max("known_at"))
                .order_by("-known_at__max")[:12]
            ),
            60,
        ),
    )


def newest(request: HttpRequest) -> list[dict[str, Any]]:
    """The indicators whose figures were published last, each with its product page, else the page of the indicator."""
    times = latest()
    found = Indicator.objects.visible_to(request.user).filter(state="adopted").in_bulk(list(times))
    names = {entry["code"]: entry["name"] for entry in shell.menu(request)}
    pages = {one.code: one.page for programme in installed() for one in programme.indicators}
    return [
        {
            "indicator": found[pk],
            "at": at,
            "url": pages.get(found[pk].code) or shell.address("indicator", found[pk].code),
            "programme": names.get(found[pk].programme, ""),
        }
        for pk, at in times.items()
        if pk in found
    ][:6]


def products(request: HttpRequest) -> list[Any]:
    """Maps, dashboards, bulletins that came out last, as the gallery shows them."""
    return cards_of(products_out(request.user).order_by("-out_at", "code")[:PRODUCTS])


def ways(request: HttpRequest) -> list[dict[str, Any]]:
    """From figures to a public page, step by step: those that this person may take."""
    user = request.user
    names = [PLATFORM, *(one.name for one in installed())]

    def able(action: str) -> bool:
        return any(may(user, action, name) for name in names)

    composes, decides = able(COMPOSE), able(STEWARD) or able(PUBLISH)
    offered = [
        (able("import"), "import-new", "upload", _("Import figures"),
         _("From a table: columns and places are recognised, and you see what is wrong before anything is recorded.")),
        (composes, "catalog-new", "plus", _("Make a dataset"), _("Of indicators or of a table, with source and licence.")),
        (composes or decides, "desk", "check", _("Release it"),
         _("The release desk tries what a reader could work out; somebody else approves.")),
        (composes, "compose-map-new", "plus", _("Draw a map"), _("One recipe in three languages, as picture and PDF.")),
        (composes, "compose-dashboard-new", "plus", _("Put together a dashboard"),
         _("Numbers, lines, bars, maps and tables that stay up to date.")),
        (composes or decides, "compose", "list", _("Publish"),
         _("What waits for review or approval, and all recipes of maps, charts, sheets, bulletins and atlases.")),
    ]  # fmt: skip
    return [
        {"url": url, "icon": icon, "title": title, "about": about}
        for allowed, name, icon, title, about in offered
        if allowed and (url := shell.address(name))
    ]


def country_map() -> SafeString:
    """The governorates of today and the rivers, without words; empty until borders are there. Drawn once a state of
    the places."""
    return cast(SafeString, caches["process"].get_or_set(f"home:map:{places_state()}", _drawn, 3600))


def _drawn() -> SafeString:
    # Heavy, and needed once an hour.
    import shapely

    from rafid.commons.products.drawing import Area, Line, draw_map

    rows = places_at(level=Level.GOVERNORATE).defer(None).exclude(geometry=None)
    areas = [Area(row.place.ref, shapely.from_wkb(bytes(row.geometry.wkb))) for row in rows]
    if not areas:
        return SafeString("")
    try:
        rivers = country().geojson("basemap.geojson")["features"]
    except FileNotFoundError:
        rivers = []
    lines = [Line(shapely.from_geojson(json.dumps(one["geometry"])), width=1.6) for one in rivers]
    drawing = draw_map(areas, width=480, height=480, lines=lines, stroke_width=1.2, detail=1.2, name="country")
    return mark_safe(drawing.svg)  # noqa: S308 - coordinates only


def page(request: HttpRequest) -> HttpResponse:
    panels: list[Panel] = []
    mine: list[str] = []
    if request.user.is_authenticated:
        panels = [*of_programmes(request), *(made for panel in PANELS if (made := panel(request)).count)]
        mine = list(programmes_of(request.user))
    programmes = sorted(shell.menu(request), key=lambda entry: entry["code"] not in mine)
    return render(
        request,
        "shell/home.html",
        {
            "panels": panels,
            "ways": ways(request) if request.user.is_authenticated else [],
            "programmes": programmes,
            "mine": mine,
            "newest": newest(request),
            "products": products(request),
            "map": country_map(),
        },
    )
