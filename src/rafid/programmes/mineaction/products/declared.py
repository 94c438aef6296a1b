"""The reports that are for publication, as the commons' ladder, gallery and ``/verify`` know them."""

from __future__ import annotations

from typing import Any

from rafid.commons.programme import Report

from ..declared import three

VICTIMS = "mineaction-victims"


def _report(code: str, title: Any, summary: Any, **more: Any) -> Report:
    path = "rafid.programmes.mineaction.products.published"
    return Report(code, title, f"{path}:gather", f"{path}:say", summary=summary, theme="mines", **more)


REPORTS = (
    _report(
        "mineaction-treaty",
        three("جداول المعاهدة حسب المحافظة", "خشتەکانی پەیماننامە بەپێی پارێزگا", "Treaty tables by governorate"),
        three(
            "التلوث وما حُرر منه حسب المحافظة، مع الجسر من التقرير السابق.",
            "پیسبوون و ئەوەی لێی ئازاد کراوە بەپێی پارێزگا، لەگەڵ پردی ڕاپۆرتی پێشوو.",
            "Contamination and release by governorate, with the bridge from the report before.",
        ),
    ),
    _report(
        "mineaction-district",
        three("صحيفة القضاء", "پەڕەی قەزا", "District sheet"),
        three(
            "المناطق الخطرة على مربعات من نحو كيلومتر، والسجل المساحي، والذخائر.",
            "ناوچە مەترسیدارەکان لەسەر چوارگۆشەی نزیکەی یەک کیلۆمەتر، تۆماری ڕووبەر و تەقەمەنی.",
            "Hazards on squares of about a kilometre, the ledger, and ordnance.",
        ),
        every="", of_place=True, sensitivity="partner",
    ),
    _report(
        "mineaction-picture",
        three("صورة شؤون الألغام", "وێنەی کاروباری مین", "The picture of mine action"),
        three(
            "التلوث حسب القضاء، والتحرير حسب الطريقة والجهة، والوقت إلى الإنجاز، وأهداف الاستراتيجية.",
            "پیسبوون بەپێی قەزا، ئازادکردن بەپێی شێواز و لایەن، کات تا تەواوبوون، و ئامانجەکانی ستراتیژی.",
            "Contamination by district, release by method and operator, time to complete, targets of the strategy.",
        ),
        every="P1M", sensitivity="partner",
    ),
    _report(
        VICTIMS,
        three("إحصاءات الضحايا", "ئاماری قوربانیان", "Statistics of victims"),
        three(
            "القتلى والجرحى حسب السنة والجنس والعمر والجسم المتفجر والنشاط؛ الأعداد الصغيرة محجوبة.",
            "کوژراو و بریندار بەپێی ساڵ و ڕەگەز و تەمەن و کەرەستە و چالاکی؛ ژمارە بچووکەکان شاراونەتەوە.",
            "Killed and injured by year, sex, age, device and activity; small counts are withheld.",
        ),
    ),
)  # fmt: skip
