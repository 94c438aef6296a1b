"""Pages and files of datasets. Their addresses are protocols of their own: bad questions are 400 in problem+json."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem
from rafid.commons.collation import alphabetical
from rafid.commons.filters import Filters
from rafid.commons.indicators.asking import box_of, chosen_fields, periods_of
from rafid.commons.indicators.periods import in_order, is_period
from rafid.commons.names import pick
from rafid.commons.people.authentication import caller
from rafid.commons.places.finding import ALL, Found, links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.places.state import places_state
from rafid.commons.programme import Field, installed

from .asking import table_of
from .datasets import Published, dataset_of, datasets, kind_of, legend_of, title_of
from .exports import FORMATS
from .figure_table import FigureTable
from .sending import send
from .tables import Filters as Asked
from .tables import Line, NoSuchFilter, Table, open_table

PREVIEW = 50
_PASSED_ON = ("place", "period", "fields", "bbox")
_FILTERS = {"place": _lazy("Place"), "period": _lazy("Period"), "fields": _lazy("Fields"), "bbox": _lazy("Box")}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    groups = []
    for programme in installed():
        own = [one for one in datasets().values() if one.programme is programme and one.visible_to(request.user)]
        if own:
            groups.append({"name": pick(programme.names), "datasets": own})
    return render(request, "products/datasets.html", {"groups": groups})


def published_or_404(request: HttpRequest, code: str) -> Published:
    try:
        return dataset_of(code, request.user)
    except LookupError as error:
        raise Http404 from error


@require_safe
def dataset_page(request: HttpRequest, code: str) -> HttpResponse:
    published = published_or_404(request, code)
    if published.code != code:
        return redirect("dataset", published.code, permanent=True)
    found = place_asked(request, levels=ALL) if published.declared.place else Found()
    if isinstance(found, HttpResponse):
        return found
    words, there = Filters(request.GET), _there(published, request.user)
    asked = Asked(found.place, periods=_chosen_periods(words, there))
    try:
        table = open_table(published, request.user, asked)
    except NoSuchFilter as refused:
        words.wrong(refused.name, _FILTERS[refused.name])
        asked = Asked()
        table = open_table(published, request.user, asked)
    for name, read in (
        ("bbox", box_of),
        ("fields", lambda text: chosen_fields(text, [f.name for f in published.fields])),
    ):
        try:
            read(request.GET.get(name, ""))
        except Problem:
            words.wrong(name, _FILTERS[name])
    wrong = {*words.wrongs, *(["place"] if found.said or not asked.place else [])}
    lines = list(table.lines(limit=PREVIEW))
    kept = request.GET.copy()
    for name in [*kept]:
        if name not in _PASSED_ON or name in wrong:
            del kept[name]
    return render(
        request,
        "products/dataset.html",
        {
            "dataset": published,
            "fields": [
                {
                    "field": one,
                    "title": title_of(one),
                    "num": numeric(one.kind),
                    "kind": kind_of(one),
                    "legend": legend_of(one),
                }
                for one in table.fields
            ],
            "rows": [_cells(table, line) for line in lines],
            "count": table.count(),
            "preview": PREVIEW,
            "places": _governorates() if published.declared.place else None,
            "place": asked.place,
            "periods": there,
            "period": "" if "period" in wrong else request.GET.get("period", ""),
            "found": found,
            "candidates": links(request, found),
            "filter_notes": words.notes,
            "query": kept.urlencode(),
            "formats": list(FORMATS),
            "api_path": f"/api/v1/products/datasets/{published.code}/rows",
            "api": request.build_absolute_uri(f"/api/v1/products/datasets/{published.code}/rows"),
        },
        status=404 if found.said else 200,
    )


def _chosen_periods(words: Filters, there: list[str]) -> frozenset[str]:
    """The periods of the address; none, which means all, where one is no period or has no figures."""
    try:
        chosen = periods_of(words.query.get("period", ""))
    except Problem:
        chosen = {""}
    if chosen and (chosen == {""} or (there and not chosen <= {*there})):
        words.wrong("period", _("Period"), _("All"))
        return frozenset()
    return frozenset(chosen)


def _there(published: Published, user: Any) -> list[str]:
    """The periods of a dataset of figures, the newest first; none where they are not few."""
    if all(one.kind != "period" for one in published.fields):
        return []
    table = open_table(published, user)
    if not isinstance(table, FigureTable):
        return []
    found = {str(row["period"]) for row in table.rows if is_period(str(row["period"]))}
    return sorted(found, key=in_order, reverse=True)


def _cells(table: Table, line: Line) -> list[dict[str, Any]]:
    return [
        {"value": _in_words(one, value), "num": numeric(one.kind), "kind": one.kind}
        for one, value in zip(table.fields, line.values, strict=True)
    ]


def _in_words(field: Field, value: Any) -> Any:
    names = (field.choices or {}).get(value) if isinstance(value, str) else None
    return pick(names) if names else value


def _governorates() -> list[Place]:
    return sorted(Place.objects.filter(level=Level.GOVERNORATE), key=lambda one: alphabetical(one.name))


def numeric(kind: str) -> bool:
    return kind in ("number", "integer", "longitude", "latitude")


@require_safe
def download(request: HttpRequest, code: str, ext: str) -> HttpResponse | StreamingHttpResponse:
    """``/data/{dataset}.{csv|xlsx|geojson}`` with place, period, fields, bbox; the newest rows that the person sees."""
    if ext not in FORMATS:
        raise Http404
    try:
        user = caller(request)
    except Problem as problem:
        return problem.response()
    published = published_or_404(request, code)
    try:
        table = table_of(
            published,
            user,
            place=request.GET.get("place", ""),
            period=request.GET.get("period", ""),
            fields=request.GET.get("fields", ""),
            bbox=request.GET.get("bbox", ""),
        )
    except Problem as problem:
        problem.status = 400
        return problem.response()
    return send(request, table, ext, places_state() if ext == "geojson" else "")
