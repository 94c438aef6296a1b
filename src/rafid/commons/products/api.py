"""/api/v1/products: datasets, their versions and rows."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from rafid.commons.api import (
    CHANGE_ERRORS,
    ERRORS,
    Page,
    PageQuery,
    Problem,
    decode_cursor,
    encode_cursor,
    invalid,
    not_found,
    record_etag,
    require_match,
)
from rafid.commons.indicators.asking import answer, clean
from rafid.commons.people.visibility import may_on
from rafid.commons.programme import LANGUAGES, SENSITIVITIES

from .asking import filters_of, opened
from .catalogue.compose import Stale, change_dataset
from .catalogue.finding import newest
from .catalogue.listing import Entry, entries, entry_of
from .catalogue.page import Told, readable_page, versions_told
from .catalogue.reading import Readable, readable
from .dashboards.api import router as dashboards
from .exports import FORMATS
from .figure_table import FigureTable
from .release.decide import COMPOSE
from .released_table import ReleasedTable
from .tables import Table

router = Router(tags=["products"])
router.add_router("", dashboards)
NAMES = {number: name for name, number in SENSITIVITIES.items()}


class FieldOut(Schema):
    name: str
    titles: dict[str, str]
    kind: str
    unit: str
    hxl: str | None


class DatasetOut(Schema):
    """``version`` is the number of the newest version that the caller may have; null where rows are those of today."""

    code: str
    titles: dict[str, str]
    programme: str
    theme: str
    state: str
    licence: str
    attribution: str
    every: str
    sensitivity: str
    version: int | None
    published_at: str | None
    overdue: bool
    files: dict[str, str]


class DatasetDetail(DatasetOut):
    about: dict[str, str]
    caveats: dict[str, str]
    method: dict[str, str]
    contact: str
    withdrawn: dict[str, str] | None
    fields: list[FieldOut]
    rows: int | None
    etag: str
    """For If-Match of a change."""


class DatasetIn(Schema):
    """What is left out stays as it is. Texts in three languages."""

    titles: dict[str, str] | None = None
    about: dict[str, str] | None = None
    attribution: dict[str, str] | None = None
    caveats: dict[str, str] | None = None
    method: dict[str, str] | None = None
    theme: str | None = Field(None, max_length=40)
    contact: str | None = Field(None, max_length=200)
    licence: str | None = Field(None, max_length=80)
    every: str | None = Field(None, max_length=20)
    why: str = Field("", max_length=500)


class DatasetVersionOut(Schema):
    number: int
    major: int
    state: str
    published_at: str
    rows: int
    sha256: str
    provisional: bool
    share_present: float | None
    first_period: str
    last_period: str
    bounds: list[float] | None
    changes: dict[str, Any]
    errata: list[dict[str, str]]
    fields: list[FieldOut]
    files: dict[str, dict[str, Any]]


class RowsQuery(PageQuery):
    place: str = Field("", max_length=40, description="reference of a place: it and all that lies in it")
    period: str = Field("", max_length=400, description="2026, 2026Q1, 202609, 2026W5; several by comma")
    fields: str = Field("", max_length=2000, description="names of the dataset's fields, by comma")
    bbox: str = Field("", max_length=100, description="west,south,east,north in degrees")


def show(entry: Entry) -> dict[str, Any]:
    dataset, version = entry.dataset, entry.version
    readable = version is not None or entry.live is not None
    return {
        "code": entry.code,
        "titles": dataset.names,
        "programme": dataset.programme,
        "theme": dataset.theme,
        "state": entry.state,
        "licence": dataset.licence,
        "attribution": dataset.attribution.get("en", ""),
        "every": dataset.every,
        "sensitivity": NAMES[version.sensitivity if version else dataset.sensitivity],
        "version": version.number if version else None,
        "published_at": version.published_at.isoformat() if version and version.published_at else None,
        "overdue": entry.overdue,
        "files": {ext: f"/data/{entry.code}.{ext}" for ext in FORMATS} if readable else {},
    }


def show_field(one: Any) -> dict[str, Any]:
    return {
        "name": one["name"],
        "titles": {code: str(text) for code, text in (one.get("names") or {}).items()},
        "kind": one.get("kind", "text"),
        "unit": one.get("unit", ""),
        "hxl": one.get("hxl") or None,
    }


def _entry(request: HttpRequest, code: str) -> Entry:
    try:
        dataset = readable_page(request, code)
    except Http404 as error:
        raise not_found() from error
    return entry_of(dataset, newest(dataset, request.user), request.user)


def _readable(request: HttpRequest, code: str, number: int | None = None) -> Readable:
    try:
        return readable(code, request.user, number)
    except LookupError as error:
        raise not_found() from error


@router.get("/datasets", response={200: Page[DatasetOut], **ERRORS}, summary="Datasets")
def listing(request: HttpRequest, page: Query[PageQuery]) -> Any:
    there = sorted(entries(request.user), key=lambda one: one.code)
    count = len(there) if page.count else None
    if page.cursor:
        (after,) = decode_cursor(page.cursor, 1)
        there = [one for one in there if one.code > str(after)]
    shown = there[: page.limit]
    return answer(
        request,
        {
            "items": [show(one) for one in shown],
            "next": encode_cursor([shown[-1].code]) if len(there) > len(shown) else None,
            "count": count,
        },
    )


@router.get("/datasets/{code}", response={200: DatasetDetail, **ERRORS}, summary="One dataset with its fields")
def detail(request: HttpRequest, code: str) -> Any:
    return answer(request, show_detail(request, _entry(request, code)))


def show_detail(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    dataset = entry.dataset
    rows = entry.version.rows if entry.version else None
    if entry.live:
        rows = Readable(entry.live, request.user).open().count()
    return {
        **show(entry),
        "about": dataset.description,
        "caveats": dataset.caveats,
        "method": dataset.method,
        "contact": dataset.contact,
        "withdrawn": dataset.withdrawn_why if dataset.state == "withdrawn" else None,
        "fields": [show_field(one) for one in entry.fields],
        "rows": rows,
        "etag": record_etag(dataset),
    }


@router.patch(
    "/datasets/{code}", response={200: DatasetDetail, **CHANGE_ERRORS}, summary="Change what readers read of a dataset"
)
def change(request: HttpRequest, code: str, body: DatasetIn) -> Any:
    """With If-Match: the ``etag`` that was read. For those who compose; a declared dataset is changed where it is declared."""
    dataset = _entry(request, code).dataset
    if not may_on(request.user, COMPOSE, dataset):
        raise Problem(403, _("Not yours to do"), _("Your role does not allow this here."))
    require_match(request, dataset)
    try:
        change_dataset(dataset, request.user, version=dataset.version, values=_values(body), why=body.why)
    except Stale as stale:
        raise Problem(409, _("Somebody changed this record since you read it"),
                      _("Read it again and decide what is to stand."),
                      [("ETag", record_etag(stale.current))]) from stale  # fmt: skip
    except ValidationError as refused:
        named = refused.message_dict if hasattr(refused, "error_dict") else {"body": refused.messages}
        errors = [(where, text) for where, texts in named.items() for text in texts]
        raise Problem(422, _("The request cannot be understood"), errors[0][1], errors) from refused
    return show_detail(request, _entry(request, code))


def _values(body: DatasetIn) -> dict[str, Any]:
    """As the dataset keeps them. Raises Problem 422 for a language that is none, or a sign that no text holds."""
    found: dict[str, Any] = {}
    texts = {"description": body.about, "attribution": body.attribution, "caveats": body.caveats, "method": body.method}
    for where, said in {"titles": body.titles, **texts}.items():
        if said is not None and not set(said) <= set(LANGUAGES):
            raise invalid(where, _("Write texts by language: ar, ckb, en."))
    found |= {
        name: {code: clean(name, text) for code, text in said.items()}
        for name, said in texts.items()
        if said is not None
    }
    for code, text in (body.titles or {}).items():
        if len(text) > 300:
            raise invalid("titles", _("The title is too long: 300 characters at most."))
        found[f"name_{code}"] = clean("titles", text)
    for name in ("theme", "contact", "licence", "every"):
        if (value := getattr(body, name)) is not None:
            found[name] = clean(name, value)
    return found


@router.get(
    "/datasets/{code}/versions", response={200: Page[DatasetVersionOut], **ERRORS}, summary="Versions, newest first"
)
def versions(request: HttpRequest, code: str, page: Query[PageQuery]) -> Any:
    dataset = _entry(request, code).dataset
    told = versions_told(dataset, request.user) if dataset.state == "published" else []
    count = len(told) if page.count else None
    if page.cursor:
        (after,) = decode_cursor(page.cursor, 1)
        told = [one for one in told if isinstance(after, int) and one.version.number < after]
    shown = told[: page.limit]
    return answer(
        request,
        {
            "items": [show_version(code, one) for one in shown],
            "next": encode_cursor([shown[-1].version.number]) if len(told) > len(shown) else None,
            "count": count,
        },
    )


def show_version(code: str, told: Told) -> dict[str, Any]:
    one = told.version
    kept = {resource.format: resource for resource in one.resources.all()}
    return {
        "number": one.number,
        "major": one.major,
        "state": one.state,
        "published_at": one.published_at.isoformat() if one.published_at else "",
        "rows": one.rows,
        "sha256": one.sha256,
        "provisional": one.provisional,
        "share_present": one.share_present,
        "first_period": one.first_period,
        "last_period": one.last_period,
        "bounds": one.bounds,
        "changes": one.changes,
        "errata": [erratum.text for erratum in told.errata],
        "fields": [show_field(field) for field in one.fields],
        "files": {
            ext: {
                "url": f"/data/{code}/v{one.number}.{ext}",
                **({"size": kept[ext].size, "sha256": kept[ext].sha256} if ext in kept else {}),
            }
            for ext in FORMATS
        },
    }


@router.get("/datasets/{code}/rows", response={200: Page[dict[str, Any]], **ERRORS}, summary="Rows of a dataset")
def rows(request: HttpRequest, code: str, asked: Query[RowsQuery]) -> Any:
    return _rows(request, _readable(request, code), asked)


@router.get(
    "/datasets/{code}/versions/{int:number}/rows",
    response={200: Page[dict[str, Any]], **ERRORS},
    summary="Rows of one version",
)
def version_rows(request: HttpRequest, code: str, number: int, asked: Query[RowsQuery]) -> Any:
    return _rows(request, _readable(request, code, number), asked)


def _rows(request: HttpRequest, found: Readable, asked: RowsQuery) -> Any:
    filters = filters_of(found.published, place=asked.place, period=asked.period, fields=asked.fields, bbox=asked.bbox)
    table = opened(found.open, filters)
    lines = list(table.lines(after=_after(table, asked.cursor), limit=asked.limit + 1))
    shown = lines[: asked.limit]
    return answer(
        request,
        {
            "items": [dict(zip(table.names, line.values, strict=True)) for line in shown],
            "next": encode_cursor(shown[-1].key) if len(lines) > len(shown) else None,
            "count": table.count() if asked.count else None,
        },
    )


def _after(table: Table, cursor: str | None) -> list[Any] | None:
    """The key behind which to go on; Problem 422 for a cursor that this list did not give."""
    if not cursor:
        return None
    if isinstance(table, FigureTable):
        return decode_cursor(cursor, len(table.key))
    after = decode_cursor(cursor, 1)
    if isinstance(table, ReleasedTable):
        if not isinstance(after[0], int) or not 0 <= after[0] < 2**31:
            raise invalid("cursor", _("This cursor was not given by this list. Start again without it."))
        return after
    try:
        return [table.model._meta.pk.to_python(after[0])]  # type: ignore[attr-defined]
    except (ValidationError, ValueError, OverflowError) as error:
        raise invalid("cursor", _("This cursor was not given by this list. Start again without it.")) from error
