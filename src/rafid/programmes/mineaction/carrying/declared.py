"""The import that mapping files feed, as the platform's importer knows it."""

from __future__ import annotations

from rafid.commons.programme import Column, Import

from ..declared import three
from ..models import ReportType

START = "/mineaction/import/"
_TYPES = {str(value): (str(value),) for value in ReportType.values}


def _open(path, options, name):  # type: ignore[no-untyped-def]
    from .opened import open_file

    return open_file(path, options, name)


def _apply(batch):  # type: ignore[no-untyped-def]
    from .applying import apply

    apply(batch)


IMPORT = Import(
    "reports",
    columns=(
        Column("reference", three("رقم التقرير", "ژمارەی ڕاپۆرت", "Report number"), required=True),
        Column("type", three("النوع", "جۆر", "Kind"), "choice", required=True, choices=_TYPES),
        Column("on", three("تاريخ المعلومات", "بەرواری زانیاری", "Date of information"), "date", required=True),
        Column("operator", three("الجهة المنفذة", "لایەنی جێبەجێکار", "Operator"), required=True),
        Column("place", three("المكان", "شوێن", "Place"), "place"),
        Column("says", three("ما الذي يصبح ماذا", "چی دەبێت بە چی", "What becomes what")),
        Column("system", three("النظام الآخر", "سیستەمەکەی تر", "Other system")),
        Column("key", three("المعرّف هناك", "ناسێنەری ئەوێ", "Identifier there")),
        Column("content", three("المحتوى", "ناوەڕۆک", "Content"), "json", required=True),
        Column("remarks", three("ملاحظات", "تێبینی", "Remarks"), "json"),
        Column("sheets", three("الدفاتر الميدانية", "دەفتەرە مەیدانییەکان", "Field books"), "json"),
    ),
    apply=_apply,
    names=three("تقارير من نظام آخر", "ڕاپۆرت لە سیستەمێکی ترەوە", "Reports from another system"),
    about=three(
        "ملفات XML وجداول وطبقات تُقرأ بملف مطابقة.",
        "فایلی XML و خشتە و چین، بە فایلی هاوتاکردن دەخوێنرێنەوە.",
        "XML, tables and layers, read by a mapping file.",
    ),
    record="fieldreport",
    unique=("operator", "reference"),
    open=_open,
    start=START,
)
