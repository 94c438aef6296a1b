"""What leaves the picture for the catalogue, the tiles and the products: open hazards on the public grid, released ground, and
contamination by district for those who see it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from rafid.commons.products.tables import Rows
from rafid.commons.programme import Dataset, Field, MapLayer

from ..declared import three
from ..models import HazardCell, Release

_CAVEAT = three(
    "عدم وجود سجل لا يعني عدم وجود خطر.",
    "نەبوونی تۆمار مانای نەبوونی مەترسی نییە.",
    "No record does not mean that there is no hazard.",
)
_CLASSES = {
    "SHA": three("منطقة مشتبه بخطورتها", "ناوچەی گومانلێکراوی مەترسیدار", "Suspected hazardous area"),
    "CHA": three("منطقة مؤكدة الخطورة", "ناوچەی دڵنیاکراوەی مەترسیدار", "Confirmed hazardous area"),
}
_GROUPS = {
    "open": three("مفتوحة", "کراوە", "Open"),
    "worked_on": three("قيد العمل", "کاری تێدا دەکرێت", "Worked on"),
}
_TYPES = {
    "minefield": three("حقل ألغام", "کێڵگەی مین", "Minefield"),
    "battle_area": three("منطقة معركة", "ناوچەی شەڕ", "Battle area"),
    "ied_area": three("منطقة عبوات مبتكرة", "ناوچەی ئامێری دەستکرد", "Area with improvised devices"),
    "cluster": three("ضربة عنقودية", "لێدانی هێشوویی", "Cluster strike"),
    "storage": three("مخزن ذخيرة", "کۆگای تەقەمەنی", "Ammunition storage"),
    "other": three("أخرى", "هی تر", "Other"),
}
_KINDS = {
    "cleared": three("مطهّرة", "پاککراوە", "Cleared"),
    "reduced": three("مقلّصة", "کەمکراوە", "Reduced"),
    "cancelled": three("ملغاة", "هەڵوەشێنراوە", "Cancelled"),
}
_REF = Field("ref", three("المرجع", "ژمارەی تۆمار", "Reference"), hxl="#meta+id")
_PLACE = Field("place", three("رمز المكان", "کۆدی شوێن", "Code of the place"), "place", hxl="#loc+code")
_AUTHORITY = Field("owner", three("السلطة", "دەسەڵات", "Authority"), hxl="#org+authority")
_ON = Field("on", three("تاريخ المعلومة", "بەرواری زانیاری", "Date of information"), "date", hxl="#date")


def _contamination(user: Any) -> Rows:
    """As of today, as known now, of the hazards that this person sees exactly."""
    from . import ledgers
    from .asked import Asked
    from .contamination import contamination
    from .inputs import inputs_for
    from .scope import sees_exactly
    from .standing import standings

    if not sees_exactly(user):
        return Rows([], key=("adm2_code",))
    asked, inputs = Asked(timezone.localdate()), inputs_for(user)
    rows = standings(inputs, ledgers.ledger_at(inputs, asked), asked)
    return Rows(
        [
            {
                "adm2_code": one.place.ref, "cha": one.cha, "cha_m2": round(one.cha_m2, 1), "sha": one.sha,
                "sha_m2": round(one.sha_m2, 1), "remaining_m2": round(one.remaining, 1),
                "cleared_m2": round(one.cleared, 1), "reduced_m2": round(one.reduced, 1),
                "cancelled_m2": round(one.cancelled, 1), "place_id": one.place.pk,
            }
            for one in contamination(inputs, rows, asked, user).areas
            if one.place is not None
        ],
        key=("adm2_code",),
    )  # fmt: skip


def _m2(name: str, names: dict[str, str]) -> Field:
    return Field(name, names, "number", "m²")


DATASETS = (
    Dataset(
        "mineaction-hazards-public",
        title=three("المناطق الخطرة المفتوحة", "ناوچە مەترسیدارە کراوەکان", "Open hazards"),
        about=three(
            "المناطق الخطرة المفتوحة أو التي يجري العمل فيها، على شبكة من كيلومتر واحد تقريباً.",
            "ئەو ناوچە مەترسیدارانەی کراوەن یان کاریان تێدا دەکرێت، لەسەر تۆڕێکی نزیکەی یەک کیلۆمەتری.",
            "Hazards that are open or worked on, on a grid of about one kilometre.",
        ),
        query=lambda user: HazardCell.objects.visible_to(user),
        fields=(
            _REF,
            Field("classification", three("التصنيف", "پۆلێن", "Classification"), "choice", choices=_CLASSES),
            Field("group", three("الحالة", "دۆخ", "Status"), "choice", choices=_GROUPS, hxl="#status"),
            Field("type", three("النوع", "جۆر", "Kind"), "choice", choices=_TYPES),
            _PLACE, _AUTHORITY, _ON,
        ),
        place="place", licence="CC-BY-4.0", caveats=_CAVEAT, theme="mines",
    ),
    Dataset(
        "mineaction-releases",
        title=three("الأراضي المحررة", "زەوییە ئازادکراوەکان", "Released ground"),
        about=three(
            "كيف حُررت كل أرض، وإلى أي عمق، ومن حررها، ومتى، وما لم يُشمل.",
            "هەر زەوییەک چۆن ئازاد کرا، تا چ قووڵییەک، کێ ئازادی کرد، کەی، و چی نەگیراوەتەوە.",
            "How each piece of ground was released, to which depth, by whom, when, and what was not covered.",
        ),
        query=lambda user: Release.objects.visible_to(user).exclude(
            pk__in=Release.objects.exclude(replaces=None).values("replaces")
        ),
        fields=(
            _REF,
            Field("type", three("النوع", "جۆر", "Kind"), "choice", choices=_KINDS),
            _ON,
            Field("depth_m", three("العمق", "قووڵی", "Depth"), "number", "m"),
            Field("method", three("الطريقة", "شێواز", "Method")),
            Field("not_covered", three("ما لم يُشمل", "ئەوەی نەگیراوەتەوە", "Not covered")),
            _m2("reported_m2", three("المساحة كما ذُكرت", "ڕووبەر وەک وتراوە", "Area as reported")),
            Field("organisation", three("الجهة المنفذة", "لایەنی جێبەجێکار", "Operator"), hxl="#org"),
            _PLACE, _AUTHORITY,
        ),
        place="place", licence="CC-BY-4.0", caveats=_CAVEAT, theme="mines",
    ),
    Dataset(
        "mineaction-contamination",
        title=three("التلوث حسب القضاء", "پیسبوون بەپێی قەزا", "Contamination by district"),
        about=three(
            "عدد المناطق الخطرة ومساحاتها وما حُرر منها، كل متر مربع مرة واحدة.",
            "ژمارە و ڕووبەری ناوچە مەترسیدارەکان و ئەوەی لێیان ئازاد کراوە، هەر مەترێکی دووجا یەک جار.",
            "Numbers and areas of hazards and what was released of them, each square metre once.",
        ),
        query=_contamination,
        fields=(
            Field("adm2_code", three("رمز القضاء", "کۆدی قەزا", "District code"), hxl="#adm2+code"),
            Field("cha", three("عدد المناطق المؤكدة", "ژمارەی دڵنیاکراو", "Confirmed, number"), "integer"),
            _m2("cha_m2", three("المؤكدة", "دڵنیاکراو", "Confirmed, area")),
            Field("sha", three("عدد المناطق المشتبه بها", "ژمارەی گومانلێکراو", "Suspected, number"), "integer"),
            _m2("sha_m2", three("المشتبه بها", "گومانلێکراو", "Suspected, area")),
            _m2("remaining_m2", three("المتبقي", "ماوە", "Remaining")),
            _m2("cleared_m2", three("المطهّرة", "پاککراوە", "Cleared")),
            _m2("reduced_m2", three("المقلّصة", "کەمکراوە", "Reduced")),
            _m2("cancelled_m2", three("الملغاة", "هەڵوەشێنراوە", "Cancelled")),
        ),
        place="place", sensitivity="partner", caveats=_CAVEAT, theme="mines",
    ),
)  # fmt: skip

LAYERS = (
    MapLayer("mineaction-hazards-public", dataset="mineaction-hazards-public", style="point"),
    MapLayer("mineaction-releases", dataset="mineaction-releases", style="outline"),
)
