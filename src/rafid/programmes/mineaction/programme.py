"""Mine action: one picture of hazards, clearance and people, held by two authorities."""

from __future__ import annotations

from rafid.commons.programme import Link, Navigation, Programme

from .arriving.declared import FORMS
from .carrying.declared import IMPORT as CARRIED
from .declared import RECORDS, ROLES, three
from .exchanged import EXCHANGE
from .findings.declared import CHECKS
from .picture.datasets import DATASETS, LAYERS
from .picture.measured import INDICATORS
from .products.declared import REPORTS

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
            Link(
                "/mineaction/fieldbook/",
                three("الدفاتر الميدانية", "دەفتەرە مەیدانییەکان", "Field books"),
                action="enter",
            ),
            Link(
                "/mineaction/claims/",
                three("مطالبات السلطتين", "داواکاریی هەردوو دەسەڵات", "Claims of both authorities"),
                "exchange",
            ),
            Link("/records/mineaction/hazard/", three("المناطق الخطرة", "ناوچە مەترسیدارەکان", "Hazards")),
            Link("/mineaction/reports/", three("التقارير الواردة", "ڕاپۆرتە گەیشتووەکان", "Field reports")),
            Link("/mineaction/products/", three("التقارير والصحائف", "ڕاپۆرت و پەڕەکان", "Reports and sheets")),
            Link("/forms/?programme=mineaction", three("الاستمارات", "فۆڕمەکان", "Forms")),
            Link(
                "/mineaction/form-lists/",
                three("قوائم الاستمارات", "لیستەکانی فۆڕمەکان", "Lists for forms"),
                action="design",
            ),
            Link(
                "/mineaction/import/",
                three("الاستيراد", "هێنان", "Import"),
                action="import",
                holds=("/mineaction/mappings/", "/mineaction/export/"),
            ),
            Link("/mineaction/findings/", three("الملاحظات", "تێبینییەکان", "Findings")),
            Link(
                "/mineaction/operations/",
                three("العمليات", "کردارەکان", "Operations"),
                holds=tuple(
                    f"/mineaction/{one}/"
                    for one in ("tasks", "accreditations", "spots", "ordnance", "progress", "priorities", "strategy")
                ),
            ),
            Link(
                "/mineaction/quality/",
                three("الجودة", "کوالێتی", "Quality"),
                holds=tuple(
                    f"/mineaction/{one}/" for one in ("inspections", "nonconformities", "completions", "handovers")
                ),
            ),
            Link("/records/mineaction/release/", three("الأراضي المحررة", "زەوییە ئازادکراوەکان", "Released ground")),
            Link("/mineaction/accidents/", three("الحوادث", "ڕووداوەکان", "Accidents")),
            Link(
                "/mineaction/victims/",
                three("الضحايا", "قوربانیان", "Victims"),
                action="victims",
                holds=("/mineaction/referrals/", "/mineaction/persons/", "/mineaction/victim-statistics/"),
            ),
            Link("/mineaction/eore/", three("التوعية بالمخاطر", "هۆشیارکردنەوە", "Risk education")),
        ),
    ),
    roles=ROLES,
    records=RECORDS,
    forms=FORMS,
    checks=CHECKS,
    datasets=DATASETS,
    indicators=INDICATORS,
    layers=LAYERS,
    reports=REPORTS,
    exchange=EXCHANGE,
    imports=(CARRIED,),
    waiting=("rafid.programmes.mineaction.waiting:panels",),
    erasure=(
        "rafid.programmes.mineaction.people.erase:erase_victim",
        "rafid.programmes.mineaction.people.persons:erase_person",
    ),
    verify=("rafid.programmes.mineaction.genuine:known",),
    urls="rafid.programmes.mineaction.urls",
    api="rafid.programmes.mineaction.api:router",
    demo="rafid.programmes.mineaction.demo:load",
)
