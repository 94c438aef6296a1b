"""Immunization: what supervisors see at vaccination sessions."""

from __future__ import annotations

from rafid.commons.programme import Form, Link, Navigation, Programme, Role

from .bulletins import MONTHLY
from .dashboards import DASHBOARDS
from .indicators import INDICATORS, three

IMMUNIZATION = Programme(
    name="immunization",
    names=three("التلقيح", "کوتان", "Immunization"),
    navigation=Navigation(
        names=three("التلقيح", "کوتان", "Immunization"),
        about=three(
            "ما يراه المشرفون في جلسات التلقيح.",
            "ئەوەی سەرپەرشتیاران لە دانیشتنەکانی کوتاندا دەیبینن.",
            "What supervisors see at immunization sessions.",
        ),
        links=(
            Link("/indicators/?programme=immunization", three("المؤشرات", "نیشاندەرەکان", "Indicators")),
            Link("/forms/?programme=immunization", three("الاستمارات", "فۆڕمەکان", "Forms")),
        ),
    ),
    roles=(
        Role(
            "officer",
            three("مسؤول التلقيح", "بەرپرسی کوتان", "Immunization officer"),
            reads="restricted",
            may=frozenset({"design", "collect", "review", "approve", "export"}),
        ),
        Role("reader", three("قارئ", "خوێنەر", "Reader"), reads="partner"),
    ),
    forms=(
        Form(
            "epi_session_check",
            "epi_session_check.md",
            names=three("تدقيق جلسة تلقيح", "پشکنینی دانیشتنی کوتان", "Check of an immunization session"),
        ),
    ),
    indicators=INDICATORS,
    dashboards=DASHBOARDS,
    bulletins=(MONTHLY,),
    demo="rafid.programmes.immunization.demo:load",
)
