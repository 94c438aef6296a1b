"""Reservoirs, the balance of one, and the network as files, with HXL tags."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_safe

from rafid.commons.programme import Field

from ..declared import three
from ..files import send_rows
from ..models import Reservoir
from ..reservoirs.queries import balance, states
from ..status.queries import status
from .datasets import REACH, RESERVOIR, number
from .rows import reaches, reservoir_rows

MOST_DAYS = 400
BALANCE = (
    Field("reservoir", three("الخزان", "عەمبار", "Reservoir"), hxl="#loc+reservoir+code"),
    Field("day", three("اليوم", "ڕۆژ", "Day"), "date", hxl="#date"),
    number("level_m", three("المنسوب", "ئاستی ئاو", "Level"), "m", "#indicator+level+num"),
    number("storage_mm3", three("الخزين", "ئاوی کۆکراو", "Storage"), "Mm³", "#indicator+storage+num"),
    number("inflow_m3s", three("الوارد", "هاتوو", "Inflow"), "m³/s", "#indicator+inflow+num"),
    number("release_m3s", three("الإطلاق", "بەردان", "Release"), "m³/s", "#indicator+release+num"),
    number("evaporated_mm3", three("التبخر", "هەڵمین", "Evaporation"), "Mm³", "#indicator+evaporation+num"),
    number(
        "change_mm3", three("تغير الخزين", "گۆڕانی ئاوی کۆکراو", "Change of storage"), "Mm³", "#indicator+change+num"
    ),
    number(
        "residual_mm3", three("الباقي غير المفسر", "ماوەی ڕوون نەکراوە", "Residual"), "Mm³", "#indicator+residual+num"
    ),
)


@require_safe
def reservoirs(request: HttpRequest, ext: str) -> Any:
    rows = reservoir_rows(status(request.user))
    points = {
        one.code: one.node.point.geojson for one in Reservoir.objects.visible_to(request.user).select_related("node")
    }
    rows = [{**one, "_shape": points.get(one["code"])} for one in rows]
    title = three("الخزانات", "عەمبارەکان", "Reservoirs")
    return send_rows(request, ext, "rivers-reservoirs", title, RESERVOIR, rows, key=("code",))


@require_safe
def reservoir_days(request: HttpRequest, code: str, ext: str) -> Any:
    """The balance of the last days, a month where nothing is asked."""
    row = Reservoir.objects.visible_to(request.user).select_related("node", "station").filter(code=code).first()
    if row is None or ext == "geojson":
        raise Http404
    text = request.GET.get("days", "")
    days = min(int(text), MOST_DAYS) if text.isascii() and text.isdigit() and int(text) else 30
    now = timezone.now()
    (state,) = states(request.user, [row], now)
    rows = [
        {
            "reservoir": row.code,
            "day": one.day.date(),
            "level_m": _round(one.level, 3),
            "storage_mm3": _round(one.storage, 3),
            "inflow_m3s": _round(one.inflow, 3),
            "release_m3s": _round(one.release, 3),
            "evaporated_mm3": _round(one.evaporated, 4),
            "change_mm3": _round(one.change, 4),
            "residual_mm3": _round(one.residual, 4),
        }
        for one in balance(request.user, state, now, days=days)
    ]
    title = {code: f"{name} · {row.names[code] or row.name}" for code, name in
             three("الموازنة اليومية", "هاوسەنگیی ڕۆژانە", "Daily balance").items()}  # fmt: skip
    return send_rows(request, ext, f"rivers-balance-{row.code}", title, BALANCE, rows, key=("day",))


def _round(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)


@require_safe
def network(request: HttpRequest, ext: str) -> Any:
    rows = [
        {**one, "_shape": json.dumps({"type": "LineString", "coordinates": one["_line"]})}
        for one in reaches(request.user)
    ]
    title = three("مقاطع شبكة الأنهار", "بەشەکانی تۆڕی ڕووبارەکان", "Reaches of the river network")
    return send_rows(request, ext, "rivers-network", title, REACH, rows, key=("code",))
