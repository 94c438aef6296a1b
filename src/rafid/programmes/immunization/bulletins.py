"""The bulletin of immunization that comes each month."""

from __future__ import annotations

from rafid.commons.programme import Bulletin

from .indicators import three

MONTHLY = Bulletin(
    "immunization-monthly",
    three("نشرة التلقيح الشهرية", "بڵاوکراوەی مانگانەی کوتان", "Immunization, the monthly bulletin"),
    every="P1M",
    theme="health",
    sensitivity="public",
    summary=three(
        "كم طفلاً لُقِّح في الشهر، وأين تقل التغطية، وكم جلسة انعقدت.",
        "لە مانگەکەدا چەند منداڵ کوتران، لەکوێ پۆشین کەمە و چەند دانیشتن ئەنجام دران.",
        "How many children were vaccinated in the month, where coverage is low, how many sessions were held.",
    ),
    body={
        "blocks": [
            {"kind": "heading", "text": three("الشهر في أرقام", "مانگەکە بە ژمارە", "The month in figures")},
            {
                "kind": "figures",
                "items": [
                    {
                        "field": "{indicator:children-due}",
                        "label": three("الأطفال المستحقون", "منداڵانی شایستە", "Children due"),
                    },
                    {
                        "field": "{indicator:penta3-coverage 1}",
                        "label": three(
                            "تغطية الخماسي، الثالثة، %", "پۆشینی پێنجینە، سێیەم، %", "Pentavalent, third dose, %"
                        ),
                    },
                    {
                        "field": "{indicator:mcv1-coverage 1}",
                        "label": three("تغطية الحصبة، الأولى، %", "پۆشینی سوورێژە، یەکەم، %", "Measles, first dose, %"),
                    },
                    {
                        "field": "{indicator:penta-dropout 1}",
                        "label": three("التسرب، %", "وازهێنان، %", "Drop-out, %"),
                    },
                ],
            },
            {
                "kind": "text",
                "text": three(
                    "حلّ في الشهر موعد جرعة **{indicator:children-due}** طفل. أُعطيت {indicator:mcv1-doses} جرعة أولى من لقاح "
                    "الحصبة، أي تغطية {indicator:mcv1-coverage 1}%. وانعقدت {indicator:sessions-held} جلسة من "
                    "{indicator:sessions-planned} مخططة.",
                    "لە مانگەکەدا کاتی دۆزی **{indicator:children-due}** منداڵ بوو. {indicator:mcv1-doses} دۆزی یەکەمی سوورێژە "
                    "دران، واتە پۆشینی {indicator:mcv1-coverage 1}%. {indicator:sessions-held} دانیشتن لە "
                    "{indicator:sessions-planned} پلاندانراو ئەنجام دران.",
                    "A dose fell due for **{indicator:children-due}** children in the month. "
                    "{indicator:mcv1-doses} first doses "
                    "against measles were given, a coverage of {indicator:mcv1-coverage 1}%. Of "
                    "{indicator:sessions-planned} sessions planned, {indicator:sessions-held} were held.",
                ),
            },
            {
                "kind": "chart",
                "chart": "line",
                "indicator": "mcv1-coverage",
                "periods": 24,
                "title": three(
                    "تغطية الحصبة في سنتين", "پۆشینی سوورێژە لە دوو ساڵدا", "Measles coverage over two years"
                ),
            },
            {"kind": "heading", "text": three("أين تقل التغطية", "لەکوێ پۆشین کەمە", "Where coverage is low")},
            {
                "kind": "map",
                "indicator": "mcv1-coverage",
                "level": "governorate",
                "title": three(
                    "تغطية الحصبة حسب المحافظة", "پۆشینی سوورێژە بەپێی پارێزگا", "Measles coverage by governorate"
                ),
            },
            {
                "kind": "table",
                "indicators": ["penta3-coverage", "mcv1-coverage", "penta-dropout", "sessions-held-share"],
                "level": "governorate",
                "title": three("المحافظات", "پارێزگاکان", "Governorates"),
            },
            {
                "kind": "footnote",
                "text": three(
                    "التغطية هي الجرعات المعطاة في الشهر من الأطفال الذين يحل موعدهم فيه؛ والأقضية المتأخرة لا "
                    "تدخل في المجموع.",
                    "پۆشین دۆزەکانی مانگەکەیە لەو منداڵانەی کاتیان تێیدایە؛ ئەو قەزایانەی دواکەوتوون لە کۆدا نین.",
                    "Coverage is the doses given in the month over the children due in it; districts that are late "
                    "are not in the "
                    "total.",
                ),
            },
        ],
    },
)
