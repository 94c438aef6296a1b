"""The columns of the picture's files, and their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rafid.commons.programme import Field

from ..declared import three
from ..models import HazardGround
from .asked import Asked
from .frame import Frame
from .inputs import Inputs
from .ledgers import ledger_at
from .shapes import with_shape
from .standing import Standing

CLASSES = {
    "SHA": three("منطقة مشتبه بخطورتها", "ناوچەی گومانلێکراوی مەترسیدار", "Suspected hazardous area"),
    "CHA": three("منطقة مؤكدة الخطورة", "ناوچەی دڵنیاکراوەی مەترسیدار", "Confirmed hazardous area"),
}
GROUPS = {
    "open": three("مفتوحة", "کراوە", "Open"),
    "worked_on": three("قيد العمل", "کاری تێدا دەکرێت", "Worked on"),
    "closed": three("مغلقة", "داخراو", "Closed"),
}
_KNOWN = three("المعلوم في", "زانراو لە", "As known on")

HAZARD_FIELDS = (
    Field("ref", three("المرجع", "ژمارەی تۆمار", "Reference"), hxl="#meta+id"),
    Field("classification", three("التصنيف", "پۆلێن", "Classification"), "choice", choices=CLASSES),
    Field("status", three("الحالة", "دۆخ", "Status"), hxl="#status"),
    Field("group", three("المجموعة", "گرووپ", "Group"), "choice", choices=GROUPS),
    Field("type", three("النوع", "جۆر", "Kind")),
    Field("adm_code", three("رمز المكان", "کۆدی شوێن", "Code of the place"), hxl="#loc+code"),
    Field("place", three("المكان", "شوێن", "Place"), hxl="#loc+name"),
    Field("authority", three("السلطة", "دەسەڵات", "Authority")),
    Field("organisation", three("الجهة المنفذة", "لایەنی جێبەجێکار", "Operator"), hxl="#org"),
    Field("suspected_on", three("تاريخ الاكتشاف", "بەرواری دۆزینەوە", "Discovered on"), "date", hxl="#date"),
    Field("area_m2", three("المساحة", "ڕووبەر", "Area"), "number", "m²"),
    Field("remaining_m2", three("المتبقي", "ماوە", "Remaining"), "number", "m²"),
    Field("as_of", three("كما في", "تا", "As of"), "date"),
    Field("known", _KNOWN),
    Field("note", three("ملاحظة", "تێبینی", "Note")),
)

CHANGE_FIELDS = (
    Field("number", three("الرقم", "ژمارە", "Number"), "integer"),
    Field("cause", three("السبب", "هۆ", "Cause")),
    Field("ref", three("المرجع", "ژمارەی تۆمار", "Reference")),
    Field("report", three("رقم التقرير", "ژمارەی ڕاپۆرت", "Report number")),
    Field("on", three("تاريخ المعلومة", "بەرواری زانیاری", "Date of information"), "date"),
    Field("known", _KNOWN, "datetime"),
    Field("change_m2", three("التغير", "گۆڕان", "Change"), "number", "m²"),
    Field("remaining_m2", three("المتبقي بعده", "ماوە دوای ئەوە", "Remaining after it"), "number", "m²"),
)


def hazard_rows(rows: Sequence[Standing], inputs: Inputs, asked: Asked, frame: Frame) -> list[dict[str, Any]]:
    """Each with the ground that it had in the state."""
    versions = [row.id.split(":") for row in ledger_at(inputs, asked).rows]
    newest = dict(sorted(versions, key=lambda one: int(one[1])))
    grounds = with_shape(HazardGround.objects.filter(hazard__in=newest), "ground")
    shapes = {(str(row.hazard_id), str(row.number)): row.shape for row in grounds}
    return [
        {
            "ref": one.hazard.ref, "classification": one.classification, "status": one.state, "group": one.group,
            "type": one.hazard.type, "adm_code": one.hazard.place and one.hazard.place.ref,
            "place": one.hazard.place and one.hazard.place.name, "authority": one.hazard.owner.ref,
            "organisation": one.hazard.organisation and one.hazard.organisation.ref,
            "suspected_on": one.hazard.suspected_on, "area_m2": round(one.area, 2),
            "remaining_m2": round(one.remaining, 2), "as_of": asked.on,
            "known": asked.known.isoformat() if asked.known else "", "note": frame.said,
            "_shape": shapes.get((str(one.hazard.pk), newest[str(one.hazard.pk)])),
        }
        for one in rows
    ]  # fmt: skip


def change_rows(told: Sequence[Any]) -> list[dict[str, Any]]:
    """In the order of the steps, which ``_order`` keeps."""
    return [
        {
            "_order": f"{at:06}", "number": at, "cause": one.cause, "ref": one.record and one.record.ref,
            "report": one.record.report.reference if one.record and one.record.report_id else None,
            "on": one.on, "known": one.record and one.record.known_at,
            "change_m2": round(one.step.change, 2), "remaining_m2": round(one.after, 2),
        }
        for at, one in enumerate(told, 1)
    ]  # fmt: skip
