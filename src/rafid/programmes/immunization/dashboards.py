"""Coverage and sessions side by side."""

from __future__ import annotations

from rafid.commons.programme import Block, Dashboard

from .indicators import three


def _of(*codes: str, **more: object) -> dict[str, object]:
    return {"indicators": list(codes), **more}


DASHBOARDS = (
    Dashboard(
        "immunization-coverage",
        three("التلقيح: التغطية والجلسات", "کوتان: پۆشین و دانیشتن", "Immunization: coverage and sessions"),
        (
            Block("number", _of("mcv1-coverage", target=95), 4),
            Block("number", _of("penta3-coverage", target=90), 4),
            Block("number", _of("penta-dropout"), 4),
            Block(
                "line",
                _of("bcg-coverage", "penta3-coverage", "mcv1-coverage"),
                12,
                three("ثلاثة لقاحات شهراً بعد شهر", "سێ کوتان مانگ بە مانگ", "Three vaccines month by month"),
            ),
            Block("map", _of("mcv1-coverage"), 6, three("تغطية الحصبة", "پۆشینی سوورێژە", "Measles coverage")),
            Block(
                "bar",
                _of("penta-dropout"),
                6,
                three("أين يتسرب الأطفال", "منداڵان لەکوێ وازدەهێنن", "Where children drop out"),
            ),
            Block(
                "table",
                _of("children-due", "mcv1-coverage", "penta3-coverage", "sessions-held-share"),
                12,
                three("حسب المكان", "بەپێی شوێن", "By place"),
            ),
        ),
    ),
)
