"""/api/v1/products: datasets and their rows."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, decode_cursor, encode_cursor, invalid, not_found
from rafid.commons.indicators.asking import answer

from .asking import table_of
from .datasets import Published, dataset_of, datasets
from .exports import FORMATS
from .figure_table import FigureTable
from .tables import Table

router = Router(tags=["products"])


class FieldOut(Schema):
    name: str
    titles: dict[str, str]
    kind: str
    unit: str
    hxl: str | None


class DatasetOut(Schema):
    code: str
    titles: dict[str, str]
    programme: str
    licence: str
    attribution: str
    every: str
    sensitivity: str
    files: dict[str, str]


class DatasetDetail(DatasetOut):
    about: dict[str, str]
    fields: list[FieldOut]
    rows: int


class RowsQuery(PageQuery):
    place: str = Field("", max_length=40, description="reference of a place: it and all that lies in it")
    period: str = Field("", max_length=400, description="2026, 2026Q1, 202609, 2026W5; several by comma")
    fields: str = Field("", max_length=2000, description="names of the dataset's fields, by comma")
    bbox: str = Field("", max_length=100, description="west,south,east,north in degrees")


def show(request: HttpRequest, published: Published) -> dict[str, Any]:
    declared = published.declared
    return {
        "code": published.code,
        "titles": dict(declared.title),
        "programme": published.programme.name,
        "licence": declared.licence,
        "attribution": declared.attribution,
        "every": declared.every,
        "sensitivity": declared.sensitivity,
        "files": {ext: f"/data/{published.code}.{ext}" for ext in FORMATS},
    }


def _published(request: HttpRequest, code: str) -> Published:
    try:
        return dataset_of(code, request.user)
    except LookupError as error:
        raise not_found() from error


@router.get("/datasets", response={200: Page[DatasetOut], **ERRORS}, summary="Datasets")
def listing(request: HttpRequest, page: Query[PageQuery]) -> Any:
    there = sorted((one for one in datasets().values() if one.visible_to(request.user)), key=lambda one: one.code)
    count = len(there) if page.count else None
    if page.cursor:
        (after,) = decode_cursor(page.cursor, 1)
        there = [one for one in there if one.code > str(after)]
    shown = there[: page.limit]
    return answer(
        request,
        {
            "items": [show(request, one) for one in shown],
            "next": encode_cursor([shown[-1].code]) if len(there) > len(shown) else None,
            "count": count,
        },
    )


@router.get("/datasets/{code}", response={200: DatasetDetail, **ERRORS}, summary="One dataset with its fields")
def detail(request: HttpRequest, code: str) -> Any:
    published = _published(request, code)
    return answer(
        request,
        {
            **show(request, published),
            "about": dict(published.declared.about or {}),
            "fields": [
                {
                    "name": one.name,
                    "titles": dict(one.names or {}),
                    "kind": one.kind,
                    "unit": one.unit,
                    "hxl": one.hxl,
                }
                for one in published.fields
            ],
            "rows": table_of(published, request.user).count(),
        },
    )


@router.get("/datasets/{code}/rows", response={200: Page[dict[str, Any]], **ERRORS}, summary="Rows of a dataset")
def rows(request: HttpRequest, code: str, asked: Query[RowsQuery]) -> Any:
    published = _published(request, code)
    table = table_of(
        published, request.user, place=asked.place, period=asked.period, fields=asked.fields, bbox=asked.bbox
    )
    after = _after(table, asked.cursor)
    found = list(table.lines(after=after, limit=asked.limit + 1))
    shown = found[: asked.limit]
    return answer(
        request,
        {
            "items": [dict(zip(table.names, line.values, strict=True)) for line in shown],
            "next": encode_cursor(shown[-1].key) if len(found) > len(shown) else None,
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
    try:
        return [table.model._meta.pk.to_python(after[0])]  # type: ignore[attr-defined]
    except (ValidationError, ValueError, OverflowError) as error:
        raise invalid("cursor", _("This cursor was not given by this list. Start again without it.")) from error
