"""``/catalog/{code}/``: one dataset with its versions, files, fields, quality, first rows, map and ways to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem
from rafid.commons.collation import alphabetical
from rafid.commons.filters import Filters
from rafid.commons.indicators.asking import box_of, chosen_fields, periods_of
from rafid.commons.indicators.periods import in_order, is_period
from rafid.commons.names import pick
from rafid.commons.people.visibility import may_on
from rafid.commons.places.finding import ALL, Found, links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import Field

from ..datasets import kind_of, legend_of, title_of
from ..exports import FORMATS
from ..figure_table import FigureTable
from ..gallery import counting
from ..models import Dataset, DatasetVersion, Erratum
from ..release.decide import COMPOSE, PUBLISH, STEWARD
from ..starting import products_of
from ..tables import Filters as Asked
from ..tables import Line, NoSuchFilter, Table
from .fields import FLAG
from .finding import OUT, dataset_seen, newest, reads, version_seen
from .listing import Entry, entry_of
from .outline import outline
from .quality import quality
from .reading import Readable, as_version, canonical, readable
from .snippets import snippets

PREVIEW = 50
_PASSED_ON = ("place", "period", "fields", "bbox")
_FILTERS = {"place": _lazy("Place"), "period": _lazy("Period"), "fields": _lazy("Fields"), "bbox": _lazy("Box")}
NAMES = {"csv": "CSV", "xlsx": "XLSX", "geojson": "GeoJSON", "gpkg": "GeoPackage", "parquet": "Parquet"}


def readable_page(request: HttpRequest, code: str) -> Dataset:
    """The dataset, for whoever may know of it: readers of a version or of its rows of today, and who works on it."""
    dataset = Dataset.objects.filter(code=canonical(code)).select_related("owner").first()
    if dataset is None:
        raise Http404
    try:
        dataset_seen(dataset.code, request.user)
    except LookupError:
        try:
            readable(dataset.code, request.user)
        except LookupError as error:
            if not any(may_on(request.user, action, dataset) for action in (COMPOSE, STEWARD, PUBLISH)):
                raise Http404 from error
    return dataset


@require_safe
def dataset_page(request: HttpRequest, code: str) -> HttpResponse:
    dataset = readable_page(request, code)
    if dataset.code != code:
        return redirect("dataset", dataset.code, permanent=True)
    chosen = _version(request, dataset)
    entry = entry_of(dataset, chosen or newest(dataset, request.user), request.user)
    context: dict[str, Any] = {
        "dataset": dataset,
        "entry": entry,
        "version": entry.version,
        "older": chosen if chosen and chosen.pk != getattr(newest(dataset, request.user), "pk", None) else None,
        "withdrawn": dataset.said("withdrawn_why"),
        "method": dataset.said("method"),
        "caveats": dataset.said("caveats"),
        "untold": _untold(dataset),
        "questions": dataset.questions.filter(state="answered").order_by("-answered_at")[:20],
        "may_edit": dataset.origin != "declared" and may_on(request.user, COMPOSE, dataset),
        "works": any(may_on(request.user, action, dataset) for action in (COMPOSE, STEWARD, PUBLISH)),
    }
    if dataset.state == "withdrawn":
        return render(request, "products/catalogue/dataset.html", context)
    context["versions"] = versions_told(dataset, request.user)
    context["products"] = products_of(dataset, request.user)
    status = 200
    found = _readable(entry, request.user)
    if found is not None:
        shown = _rows(request, found, entry)
        if isinstance(shown, HttpResponse):
            return shown
        context |= shown
        status = 404 if shown["found"].said else 200
    answer = render(request, "products/catalogue/dataset.html", context, status=status)
    counting.viewed(request, f"dataset:{dataset.code}")
    return answer


def _version(request: HttpRequest, dataset: Dataset) -> DatasetVersion | None:
    """``?version=3``: an older one; a number that is none of its versions is 404."""
    asked = request.GET.get("version", "")
    if not asked:
        return None
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 8:
        raise Http404
    try:
        return version_seen(dataset, int(asked), request.user)
    except LookupError as error:
        raise Http404 from error


def _readable(entry: Entry, user: Any) -> Readable | None:
    if entry.version:
        return as_version(entry.version, user)
    return Readable(entry.live, user) if entry.live else None


def _untold(dataset: Dataset) -> bool:
    """Does a text that others read stand in another language only? The reader is told."""
    language = get_language() or "ar"
    texts = (dataset.names, dataset.description, dataset.caveats, dataset.method)
    return any(any(said.values()) and not said.get(language) for said in texts)


@dataclass(frozen=True)
class Told:
    """A version with what was found to be wrong with it."""

    version: DatasetVersion
    errata: list[Erratum]

    @property
    def texts(self) -> list[str]:
        return [pick(one.text) for one in self.errata]


def versions_told(dataset: Dataset, user: Any) -> list[Told]:
    """Those that are or were out and that this reader may have, the newest first."""
    rows = dataset.versions.filter(state__in=OUT, sensitivity__lte=reads(user, dataset)).order_by("-number")
    return [Told(one, list(one.errata.order_by("-at"))) for one in rows.prefetch_related("errata")]


def _rows(request: HttpRequest, readable: Readable, entry: Entry) -> dict[str, Any] | HttpResponse:
    """Preview, filters, files, map."""
    published = readable.published
    found = place_asked(request, levels=ALL) if published.declared.place else Found()
    if isinstance(found, HttpResponse):
        return found
    words, there = Filters(request.GET), _periods(readable)
    asked = Asked(found.place, periods=_chosen_periods(words, there))
    try:
        table = readable.open(asked)
    except NoSuchFilter as refused:
        words.wrong(refused.name, _FILTERS[refused.name])
        asked = Asked()
        table = readable.open(asked)
    known = [field.name for field in published.fields]
    for name, read in (("bbox", box_of), ("fields", lambda text: chosen_fields(text, known))):
        try:
            read(request.GET.get(name, ""))
        except Problem:
            words.wrong(name, _FILTERS[name])
    wrong = {*words.wrongs, *(["place"] if found.said or not asked.place else [])}
    kept = request.GET.copy()
    for name in [*kept]:
        if name not in _PASSED_ON or name in wrong:
            del kept[name]
    count = table.count()
    code, version = published.code, readable.version
    columns = [
        (at, one) for at, one in enumerate(table.fields) if not one.name.endswith(FLAG) or one.name not in _flags(table)
    ]
    lines = list(table.lines(limit=PREVIEW))
    base = f"/api/v1/products/datasets/{code}"
    return {
        "fields": [_field(one) for one in table.fields],
        "columns": [_field(one) for _at, one in columns],
        "rows": [[_cell(table, line, at) for at, _one in columns] for line in lines],
        "count": count,
        "preview": PREVIEW,
        "places": _governorates() if published.declared.place else None,
        "place": asked.place,
        "periods": there,
        "period": "" if "period" in wrong else request.GET.get("period", ""),
        "found": found,
        "candidates": links(request, found),
        "filter_notes": words.notes,
        "query": kept.urlencode(),
        "files": _files(version, code, request.GET.get("version", "")),
        "quality": quality(version) if version else None,
        "outline": outline(version) if version and version.bounds and not asked.place else None,
        "snippets": snippets(request, code, located=entry.located, released=version is not None),
        "api_path": f"{base}/rows",
        "api": request.build_absolute_uri(f"{base}/rows"),
    }


def _flags(table: Table) -> set[str]:
    """Columns that only mark others: on a page the mark stands in the cell itself."""
    return {name + FLAG for name in table.names}


def _field(one: Field) -> dict[str, Any]:
    return {
        "field": one,
        "title": title_of(one),
        "num": numeric(one.kind),
        "kind": kind_of(one),
        "legend": legend_of(one),
        "private": {"quasi": _("describes people"), "sensitive": _("protected count")}.get(one.role, ""),
    }


def _cell(table: Table, line: Line, at: int) -> dict[str, Any]:
    one, value = table.fields[at], line.values[at]
    withheld = False
    if value is None and one.name + FLAG in table.names:
        withheld = line.values[table.names.index(one.name + FLAG)] == "*"
    return {"value": _in_words(one, value), "num": numeric(one.kind), "kind": one.kind, "withheld": withheld}


def _in_words(field: Field, value: Any) -> Any:
    names = (field.choices or {}).get(value) if isinstance(value, str) else None
    return pick(names) if names else value


def numeric(kind: str) -> bool:
    return kind in ("number", "integer", "longitude", "latitude")


def _files(version: DatasetVersion | None, code: str, number: str) -> list[dict[str, Any]]:
    kept = {one.format: one for one in version.resources.all()} if version else {}
    base = f"/data/{code}/v{number}" if number else f"/data/{code}"
    return [
        {
            "ext": ext,
            "name": NAMES[ext],
            "url": f"{base}.{ext}",
            "resource": kept.get(ext),
            "hxl": ext in ("csv", "xlsx"),
        }
        for ext in FORMATS
    ]


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


def _periods(readable: Readable) -> list[str]:
    """The periods of a dataset of figures, the newest first; none where they are not few."""
    if readable.version is not None:
        if not readable.version.first_period:
            return []
        found = set(readable.version.released.order_by().values_list("period", flat=True).distinct()[:400])
    elif all(one.kind != "period" for one in readable.published.fields):
        return []
    else:
        table = readable.open()
        if not isinstance(table, FigureTable):
            return []
        found = {str(row["period"]) for row in table.rows}
    return sorted((one for one in found if is_period(one)), key=in_order, reverse=True)


def _governorates() -> list[Place]:
    return sorted(Place.objects.filter(level=Level.GOVERNORATE), key=lambda one: alphabetical(one.name))
