"""Files of what stands below the districts: release by operator and method, and the targets of the strategy, in a state."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.views.decorators.http import require_safe

from rafid.commons.programme import Field

from ..declared import three
from .asked import Asked
from .contamination import By
from .district_views import found_in
from .files import send_rows
from .frame import Frame
from .scope import sees_exactly
from .views import strictly

_STATE = (
    Field("as_of", three("كما في", "تا", "As of"), "date"),
    Field("known", three("المعلوم في", "زانراو لە", "As known on")),
    Field("note", three("ملاحظة", "تێبینی", "Note")),
)
RELEASED_TITLE = three(
    "المحرر حسب الجهة والطريقة", "ئازادکراو بەپێی لایەن و شێواز", "Released, by operator and by method"
)
RELEASED = (
    Field("by", three("حسب", "بەپێی", "By")),
    Field("name", three("الاسم", "ناو", "Name"), hxl="#org"),
    Field("cleared_m2", three("المطهّرة", "پاککراوە", "Cleared"), "number", "m²"),
    Field("reduced_m2", three("المقلّصة", "کەمکراوە", "Reduced"), "number", "m²"),
    Field("cancelled_m2", three("الملغاة", "هەڵوەشێنراوە", "Cancelled"), "number", "m²"),
    Field("releases", three("عمليات التحرير", "ئازادکردنەکان", "Releases"), "integer"),
    Field("cost_m2", three("دولار لكل م²", "دۆلار بۆ هەر م²", "USD per m²"), "number", "USD/m²"),
    *_STATE,
)
TARGETS_TITLE = three("أهداف الاستراتيجية", "ئامانجەکانی ستراتیژی", "Targets of the strategy")
TARGETS = (
    Field("period", three("الفترة", "ماوە", "Period")),
    Field("indicator", three("المؤشر", "نیشاندەر", "Indicator")),
    Field("name", three("الهدف", "ئامانج", "Target")),
    Field("aim", three("المطلوب", "داواکراو", "Aim"), "number"),
    Field("unit", three("الوحدة", "یەکە", "Unit")),
    Field("measured", three("في هذه الحالة", "لەم دۆخەدا", "In this state"), "number"),
    Field("percent", three("النسبة المئوية", "ڕێژەی سەدی", "Percent"), "number", "%"),
    Field("source", three("المصدر", "سەرچاوە", "Source")),
    *_STATE,
)


@login_required
@require_safe
def released(request: HttpRequest, kind: str) -> Any:
    asked, found, framed = _read(request, kind)
    rows = [
        {
            "by": by, "name": one.name, "cleared_m2": round(one.cleared, 2), "reduced_m2": round(one.reduced, 2),
            "cancelled_m2": round(one.cancelled, 2), "releases": one.releases, "cost_m2": _cost(one), **_state(asked, framed),
        }
        for by, made in (("operator", found.operators), ("method", found.methods))
        for one in made
    ]  # fmt: skip
    return send_rows(
        request, kind, f"mineaction-released-{asked.on}", RELEASED_TITLE, RELEASED, rows, key=("by", "name"),
        about=framed.said, located=False,
    )  # fmt: skip


@login_required
@require_safe
def targets(request: HttpRequest, kind: str) -> Any:
    asked, found, framed = _read(request, kind)
    rows = [
        {
            "period": one["target"].period, "indicator": one["target"].indicator, "name": str(one["name"]),
            "aim": one["target"].value, "unit": one["target"].unit, "source": one["target"].source,
            "measured": _rounded(one["measured"]), "percent": _rounded(one["percent"]), **_state(asked, framed),
        }
        for one in found.targets
    ]  # fmt: skip
    return send_rows(
        request, kind, f"mineaction-targets-{asked.on}", TARGETS_TITLE, TARGETS, rows, key=("period", "indicator"),
        about=framed.said, located=False,
    )  # fmt: skip


def _read(request: HttpRequest, kind: str) -> Any:
    if kind not in ("csv", "xlsx") or not sees_exactly(request.user):
        raise Http404
    asked, place = strictly(request)
    return asked, *found_in(request.user, asked, place)


def _state(asked: Asked, framed: Frame) -> dict[str, Any]:
    return {"as_of": asked.on, "known": asked.known.isoformat() if asked.known else "", "note": framed.said}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _cost(one: By) -> float | None:
    return _rounded(one.cost_m2)
