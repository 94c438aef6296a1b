"""/api/v1/indicators: definitions and their values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, decode_cursor, encode_cursor, invalid, not_found, paged
from rafid.commons.places.models import Place

from . import disaggregation, queries
from .asking import answer, box_of, chosen_fields, clean, periods_of, place_of
from .figures import Reader
from .formula import Atom
from .models import Indicator
from .periods import is_period, span

router = Router(tags=["indicators"])


class Names(Schema):
    ar: str
    ckb: str
    en: str


class IndicatorOut(Schema):
    code: str
    names: dict[str, str]
    programme: str
    version: int
    unit: str
    kind: str
    definition: dict[str, str]
    numerator: str
    denominator: str
    multiplier: float
    rollup: str
    by: list[str]
    direction: str
    method: dict[str, str]
    source: str


class DefinitionVersionOut(Schema):
    version: int
    state: str
    definition: dict[str, str]
    numerator: str
    denominator: str
    multiplier: float
    unit: str
    adopted_at: datetime
    retired_at: datetime | None


class IndicatorDetail(IndicatorOut):
    periods: list[str]
    disaggregations: list[str]
    history: list[DefinitionVersionOut]


class ValueOut(Schema):
    """``basis``: given by its source, derived by a formula, rolled up, a sum of links between divisions, or barred."""

    place: str | None = None
    names: dict[str, str] | None = None
    level: int | None = None
    division: str | None = None
    period: str | None = None
    by: dict[str, str] | None = None
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    basis: str | None = None
    share_present: float | None = None
    links: float | None = None
    provisional: bool | None = None
    source: str | None = None
    as_of: str | None = None


VALUE_FIELDS = tuple(ValueOut.model_fields)


class ValuesQuery(PageQuery):
    place: str = Field("", max_length=40, description="reference of a place: it and all that lies in it")
    level: int | None = Field(None, ge=0, le=4)
    division: str = Field("", max_length=20, description="a way of cutting the country into districts")
    period: str = Field(
        "", max_length=400, description="2026, 2026Q1, 202609, 2026W5; several by comma; all when empty"
    )
    by: str = Field("", max_length=200, description="empty: totals; sex,age_group; sex=female; all")
    fields: str = Field("", max_length=400, description="names of the answer's fields, by comma")
    bbox: str = Field("", max_length=100, description="west,south,east,north in degrees")


def show(row: Indicator) -> dict[str, Any]:
    return {
        "code": row.code,
        "names": row.names,
        "programme": row.programme,
        "version": row.version,
        "unit": row.unit,
        "kind": row.kind,
        "definition": row.definition,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "multiplier": row.multiplier,
        "rollup": row.rollup,
        "by": row.by,
        "direction": row.direction,
        "method": row.method,
        "source": row.source,
    }


@router.get("", response={200: Page[IndicatorOut], **ERRORS}, summary="Adopted indicators")
def listing(request: HttpRequest, page: Query[PageQuery], programme: str = "") -> Any:
    rows = Indicator.objects.visible_to(request.user).adopted()
    if programme:
        rows = rows.filter(programme=clean("programme", programme))
    return answer(request, paged(rows, page, show, key="code"))


@router.get("/{code}", response={200: IndicatorDetail, **ERRORS}, summary="One indicator with its history")
def detail(request: HttpRequest, code: str) -> Any:
    reader = Reader(request.user)
    row = reader.indicators.get(code)
    if row is None:
        raise not_found()
    periods = queries.periods(reader, [code])
    return answer(
        request,
        {
            **show(row),
            "periods": periods,
            "disaggregations": queries.disaggregations(reader, code, periods),
            "history": [
                {
                    "version": one.version,
                    "state": one.state,
                    "definition": one.definition,
                    "numerator": one.numerator,
                    "denominator": one.denominator,
                    "multiplier": one.multiplier,
                    "unit": one.unit,
                    "adopted_at": one.adopted_at.isoformat(),
                    "retired_at": one.retired_at.isoformat() if one.retired_at else None,
                }
                for one in reversed(reader.versions[code])
            ],
        },
    )


@router.get("/{code}/values", response={200: Page[ValueOut], **ERRORS}, summary="Values by place, period and breakdown")
def values(request: HttpRequest, code: str, asked: Query[ValuesQuery]) -> Any:
    reader = Reader(request.user)
    if code not in reader.indicators:
        raise not_found()
    fields = chosen_fields(asked.fields, VALUE_FIELDS)
    place, box = place_of(asked.place), box_of(asked.bbox)
    after = _after(asked.cursor)
    periods = list(reversed(queries.periods(reader, [code])))
    if asked.period:
        wanted = periods_of(asked.period)
        periods = [one for one in periods if one in wanted]
    found = _rows(reader, code, periods, asked, place, box, after)
    items: list[queries.Row] = []
    more = False
    for row in found:
        if len(items) == asked.limit:
            more = True
            break
        items.append(row)
    body: dict[str, Any] = {
        "items": [_pick(_show_value(row), fields) for row in items],
        "next": encode_cursor(_cursor(items[-1])) if more else None,
        "count": None,
    }
    if asked.count:
        body["count"] = sum(1 for _row in _rows(reader, code, periods, asked, place, box, None))
    return answer(request, body)


def _rows(
    reader: Reader,
    code: str,
    periods: Sequence[str],
    asked: ValuesQuery,
    place: Place | None,
    box: Sequence[float] | None,
    after: tuple[str, int, str, str] | None,
) -> Iterator[queries.Row]:
    """Rows in the order of their key, period by period, so that a page reads no more periods than it shows."""
    if after and after[0] in periods:
        periods = periods[list(periods).index(after[0]) :]
    for period in periods:
        try:
            bys = queries.chosen(asked.by, queries.disaggregations(reader, code, [period]))
        except ValueError as error:
            raise invalid("by", _("Write dimensions as sex,age_group or one breakdown as sex=female.")) from error
        board = reader.board(period, [Atom(code, by) for by in bys])
        where = queries.Where(
            within=place.pk if place else None,
            level=asked.level,
            division=asked.division or None,
            ids=queries.inside_box(box, span(period).end) if box else None,
        )
        for row in queries.rows(board, code, bys, where):
            if after is None or after[0] != period or _later(row, after):
                yield row


def _later(row: queries.Row, after: tuple[str, int, str, str]) -> bool:
    _period, level, ref, by = after
    own = (row.area.level, row.area.ref, _by_key(row.by))
    return own > (level, ref, _by_key(by))


def _by_key(by: str) -> tuple[Any, ...]:
    return (len(disaggregation.split(by)), disaggregation.in_order(by))


def _cursor(row: queries.Row) -> list[Any]:
    return [row.period, row.area.level, row.area.ref, row.by]


def _after(cursor: str | None) -> tuple[str, int, str, str] | None:
    if not cursor:
        return None
    period, level, ref, by = decode_cursor(cursor, 4)
    try:
        disaggregation.split(str(by))
    except ValueError as error:
        raise invalid("cursor", _("This cursor was not given by this list. Start again without it.")) from error
    if not isinstance(level, int) or not is_period(str(period)):
        raise invalid("cursor", _("This cursor was not given by this list. Start again without it."))
    return str(period), level, str(ref), str(by)


def _show_value(row: queries.Row) -> dict[str, Any]:
    figure = row.figure
    return {
        "place": row.area.ref,
        "names": row.area.names,
        "level": row.area.level,
        "division": row.area.division,
        "period": row.period,
        "by": disaggregation.split(row.by),
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "basis": figure.basis,
        "share_present": figure.share_present,
        "links": figure.links,
        "provisional": figure.provisional,
        "source": figure.source,
        "as_of": figure.as_of,
    }


def _pick(shown: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    return {name: shown[name] for name in fields}
