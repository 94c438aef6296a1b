"""Preparedness: what branches keep in store for the day it is needed."""

from __future__ import annotations

from rafid.commons.programme import Form, Link, Navigation, Programme, Role

from .bulletins import READINESS
from .dashboards import DASHBOARDS
from .indicators import INDICATORS, three

PREPAREDNESS = Programme(
    name="preparedness",
    names=three("الاستعداد للكوارث", "ئامادەکاری بۆ کارەسات", "Preparedness"),
    navigation=Navigation(
        names=three("الاستعداد للكوارث", "ئامادەکاری بۆ کارەسات", "Preparedness"),
        about=three(
            "ما تخزنه الفروع ليوم الحاجة.",
            "ئەوەی لقەکان بۆ ڕۆژی پێویست هەڵیدەگرن.",
            "What branches keep in store for the day it is needed.",
        ),
        links=(
            Link("/indicators/?programme=preparedness", three("المؤشرات", "نیشاندەرەکان", "Indicators")),
            Link("/forms/?programme=preparedness", three("الاستمارات", "فۆڕمەکان", "Forms")),
        ),
    ),
    roles=(
        Role(
            "officer",
            three("مسؤول الاستعداد", "بەرپرسی ئامادەکاری", "Preparedness officer"),
            reads="restricted",
            may=frozenset({"design", "collect", "review", "approve", "export"}),
        ),
        Role("reader", three("قارئ", "خوێنەر", "Reader"), reads="partner"),
    ),
    forms=(
        Form(
            "ircs_branch_stock",
            "ircs_branch_stock.md",
            names=three("جرد مخزن الفرع", "ژماردنی کۆگای لق", "Stock count of a branch"),
        ),
    ),
    indicators=INDICATORS,
    dashboards=DASHBOARDS,
    bulletins=(READINESS,),
    demo="rafid.programmes.preparedness.demo:load",
)
