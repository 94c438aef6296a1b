"""Mine action: one picture of hazards, clearance and people, held by two authorities."""

from __future__ import annotations

from rafid.commons.programme import Link, Navigation, Programme

from .declared import RECORDS, ROLES, three
from .exchanged import EXCHANGE
from .findings.declared import CHECKS
from .picture.datasets import DATASETS, LAYERS

MINEACTION = Programme(
    name="mineaction",
    names=three("شؤون الألغام", "کاروباری مین", "Mine action"),
    navigation=Navigation(
        names=three("شؤون الألغام", "کاروباری مین", "Mine action"),
        about=three(
            "المناطق الخطرة والتطهير والمتضررون، في صورة واحدة لسلطتين.",
            "ناوچە مەترسیدارەکان و پاککردنەوە و قوربانییان، لە وێنەیەکی هاوبەشی دوو دەسەڵات.",
            "Hazards, clearance and people, in one picture held by two authorities.",
        ),
        links=(
            Link("/mineaction/", three("الصورة", "وێنە", "The picture")),
            Link("/mineaction/districts/", three("حسب القضاء", "بەپێی قەزا", "By district")),
            Link("/mineaction/fieldbook/", three("الدفاتر الميدانية", "دەفتەرە مەیدانییەکان", "Field books"), action="enter"),
            Link("/records/mineaction/hazard/", three("المناطق الخطرة", "ناوچە مەترسیدارەکان", "Hazards")),
            Link("/mineaction/reports/", three("التقارير الواردة", "ڕاپۆرتە گەیشتووەکان", "Field reports")),
            Link("/mineaction/findings/", three("الملاحظات", "تێبینییەکان", "Findings")),
            Link("/records/mineaction/task/", three("المهام", "ئەرکەکان", "Tasks")),
            Link("/records/mineaction/release/", three("الأراضي المحررة", "زەوییە ئازادکراوەکان", "Released ground")),
        ),
    ),
    roles=ROLES,
    records=RECORDS,
    checks=CHECKS,
    datasets=DATASETS,
    layers=LAYERS,
    exchange=EXCHANGE,
    urls="rafid.programmes.mineaction.urls",
    api="rafid.programmes.mineaction.api:router",
    demo="rafid.programmes.mineaction.demo:load",
)
