"""The tables of the drought page as files, with HXL tags."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.views.decorators.http import require_safe

from rafid.commons.programme import Field

from ..declared import three
from ..files import send_rows
from ..measuring.datasets import DROUGHT
from ..measuring.rows import drought_rows
from .views import _asked, asked_month

_CLASSES = {code: field.names for field in DROUGHT for code in [field.name.removesuffix("_pct")] if field.names}
STATIONS = (
    Field("period", three("الشهر", "مانگ", "Month"), "period", hxl="#date+period"),
    Field("station", three("المحطة", "وێستگە", "Station"), hxl="#loc+station+code"),
    Field("name_ar", three("الاسم بالعربية", "ناو بە عەرەبی", "Name in Arabic"), hxl="#loc+name+i_ar"),
    Field("name_ckb", three("الاسم بالكردية", "ناو بە کوردی", "Name in Kurdish"), hxl="#loc+name+i_ckb"),
    Field("name_en", three("الاسم بالإنجليزية", "ناو بە ئینگلیزی", "Name in English"), hxl="#loc+name+i_en"),
    Field("index", three("المؤشر", "پێنیشاندەر", "Index"), hxl="#indicator+code"),
    Field("scale", three("عدد الأشهر", "ژمارەی مانگەکان", "Months together"), "integer", hxl="#indicator+scale+num"),
    Field("value", three("القيمة", "بەها", "Value"), "number", hxl="#indicator+value+num"),
    Field("class", three("الصنف", "پۆل", "Class"), "choice", hxl="#severity", choices=_CLASSES),
    Field("drought_since", three("في جفاف منذ", "لە وشکەساڵیدا لە", "In drought since"), hxl="#date+start"),
    Field("months", three("الأشهر", "مانگەکان", "Months"), "integer", hxl="#indicator+months+num"),
    Field("severity", three("الشدة", "توندی", "Severity"), "number", hxl="#indicator+severity+num"),
    Field(
        "demonstration", three("عرض توضيحي", "نموونەی پیشاندان", "Demonstration"), "boolean", hxl="#meta+demonstration"
    ),
)


@require_safe
def station_file(request: HttpRequest, ext: str) -> Any:
    found, _problem = _asked(request)
    rows = [
        {
            "period": found.month.replace("-", ""),
            "station": one.station.code,
            "name_ar": one.station.name_ar,
            "name_ckb": one.station.name_ckb,
            "name_en": one.station.name_en,
            "index": found.index,
            "scale": found.scale,
            "value": None if one.value is None else round(one.value, 4),
            "class": one.status or None,
            "drought_since": one.since or None,
            "months": one.months or None,
            "severity": round(one.severity, 4) if one.months else None,
            "demonstration": one.station.source == "demonstration",
            "_shape": one.station.point.geojson,
        }
        for one in found.rows
    ]
    title = three("الجفاف حسب المحطة", "وشکەساڵی بەپێی وێستگە", "Drought by station")
    name = f"rivers-{found.index}-{found.scale}-{found.month}"
    return send_rows(request, ext, name, title, STATIONS, rows, key=("station",))


@require_safe
def area_file(request: HttpRequest, ext: str) -> Any:
    month = asked_month(request)
    rows = drought_rows(month.grid, month.index, month.scale, month.month)
    title = three("الجفاف حسب المحافظة", "وشکەساڵی بەپێی پارێزگا", "Drought by governorate")
    name = f"rivers-{month.index}-{month.scale}-{month.month}-areas"
    return send_rows(request, ext, name, title, DROUGHT, rows, key=("area_kind", "area"), shaped=False)
