"""What the demonstration draws: maps and charts of each programme, each with a title that says what is to be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .ramps import DEFAULT

Drawn = tuple[str, str, str, Mapping[str, str], Mapping[str, Any]]
"""Code, programme, theme, titles and body."""


def _three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


def _rates(code: str, ramp: str = DEFAULT) -> dict[str, Any]:
    """Of governorates: the pack of the country brings no borders of districts."""
    style = {"kind": "choropleth", "how": "jenks", "classes": 5, "ramp": ramp}
    return {"layers": [{"indicator": code, "level": "governorate", "style": style}]}


def _counts(code: str, colour: str, level: str = "governorate") -> dict[str, Any]:
    style = {"kind": "symbols", "colour": colour, "size": 22 if level == "governorate" else 14}
    return {"layers": [{"indicator": code, "level": level, "style": style}]}


_POINTS = {
    "layers": [{"dataset": "demo-water-points", "field": "served", "style": {"kind": "points", "colour": "orange"}}]
}

_MAPS: tuple[tuple[str, str, str, Mapping[str, str], Mapping[str, Any]], ...] = (
    ("map-density", "statistics", "population",
     _three("أين يعيش الناس متقاربين: الكثافة السكانية حسب المحافظة", "خەڵک لەکوێ چڕن: چڕیی دانیشتووان بەپێی پارێزگا",
            "Where people live close together: population density by governorate"), _rates("population-density")),
    ("map-urban", "statistics", "population",
     _three("سكان المدن: نسبة الحضر حسب المحافظة", "دانیشتووانی شار: ڕێژەی شار بەپێی پارێزگا",
            "People in towns: urban share by governorate"), _rates("share-urban", "purples")),
    ("map-children", "statistics", "population",
     _three("أين الأطفال أكثر: نسبة من هم دون 15 سنة", "منداڵان لەکوێ زۆرن: ڕێژەی خوار 15 ساڵ",
            "Where children are many: share of those under 15"), _rates("share-children", "yellow-orange-brown")),
    ("map-dependency", "statistics", "population",
     _three("من يعيلهم 100 شخص في سن العمل", "ئەوانەی 100 کەسی تەمەنی کار بەخێویان دەکەن",
            "Dependants of 100 people of working age"), _rates("dependency-ratio", "blues")),
    ("map-population", "statistics", "population",
     _three("كم يسكن في كل محافظة", "چەند کەس لە هەر پارێزگایەک دەژین", "How many live in each governorate"),
     _counts("population", "blue")),
    ("map-water-points", "statistics", "services",
     _three("نقاط المياه ومن تخدمهم", "خاڵەکانی ئاو و سوودمەندانیان", "Water points and the people they serve"), _POINTS),
    ("map-unemployment", "statistics", "work",
     _three("معدل البطالة حسب المحافظة", "ڕێژەی بێکاری بەپێی پارێزگا", "Unemployment rate by governorate"),
     _rates("unemployment-rate", "yellow-orange-brown")),
    ("map-seekers", "statistics", "work",
     _three("الباحثون عن عمل في كل قضاء", "کارخوازان لە هەر قەزایەکدا", "Job seekers of each district"),
     _counts("seekers-registered", "purple", "district")),
    ("map-safe-water", "statistics", "water",
     _three("مياه الشرب المطابقة حسب المحافظة", "ئاوی خواردنەوەی پاک بەپێی پارێزگا", "Safe drinking water by governorate"),
     _rates("water-safe-share", "blues")),
    ("map-salinity", "statistics", "water",
     _three("ملوحة الأنهار من الشمال إلى الجنوب", "سوێریی ڕووبارەکان لە باکوورەوە بۆ باشوور",
            "Salinity of the rivers, from north to south"), _rates("river-salinity", "yellow-orange-brown")),
    ("map-measles", "immunization", "health",
     _three("تغطية لقاح الحصبة حسب المحافظة", "پۆشینی کوتانی سوورێژە بەپێی پارێزگا", "Measles coverage by governorate"),
     _rates("mcv1-coverage")),
    ("map-dropout", "immunization", "health",
     _three("أطفال لا يعودون للجرعة الثالثة", "منداڵانێک بۆ دۆزی سێیەم ناگەڕێنەوە", "Children who miss the third dose"),
     _rates("penta-dropout", "yellow-orange-brown")),
    ("map-stocks", "preparedness", "relief",
     _three("ما يغطيه مخزون الإغاثة من الخطة", "کۆگای فریاگوزاری چەندی پلان دەگرێتەوە",
            "How much of the plan the relief stock covers"),
     _rates("kits-covered", "purples")),
    ("map-released", "monitoring", "mines",
     _three("الأراضي المحررة في الشهر", "زەویی ئازادکراوی مانگەکە", "Land released in the month"), _counts("land-released",
            "green")),
)  # fmt: skip

_CHARTS: tuple[tuple[str, str, str, Mapping[str, str], Mapping[str, Any]], ...] = (
    ("chart-ages", "statistics", "population",
     _three("هرم السكان حسب العمر والجنس", "هەڕەمی دانیشتووان بەپێی تەمەن و ڕەگەز", "Population pyramid by age and sex"),
     {"kind": "pyramid", "indicators": ["population"]}),
    ("chart-unemployment", "statistics", "work",
     _three("البطالة في سنتين", "بێکاری لە دوو ساڵدا", "Unemployment over two years"),
     {"kind": "line", "indicators": ["unemployment-rate"]}),
    ("chart-vacancies", "statistics", "work",
     _three("الشواغر ومن شُغِّلوا شهراً بعد شهر", "بۆشایی و دامەزراوان مانگ بە مانگ", "Vacancies and placements month by month"),
     {"kind": "line", "indicators": ["vacancies-notified", "seekers-placed"]}),
    ("chart-rain", "statistics", "water",
     _three("موسما أمطار: الهطول شهراً بعد شهر", "دوو وەرزی باران: بارین مانگ بە مانگ",
            "Two rainy seasons: rainfall month by month"),
     {"kind": "line", "indicators": ["rainfall"]}),
    ("chart-coverage", "immunization", "health",
     _three("تغطية ثلاثة لقاحات في سنتين", "پۆشینی سێ کوتان لە دوو ساڵدا", "Coverage of three vaccines over two years"),
     {"kind": "line", "indicators": ["bcg-coverage", "penta3-coverage", "mcv1-coverage"]}),
    ("chart-alerts", "preparedness", "hazards",
     _three("الإنذارات الملبّاة في وقتها حسب المحافظة", "ئاگادارییە وەڵامدراوەکان بەپێی پارێزگا",
            "Alerts answered in time by governorate"),
     {"kind": "bar", "indicators": ["alerts-answered-share"], "level": 1}),
    ("chart-findings", "monitoring", "mines",
     _three("حالات عدم المطابقة: ما سُجِّل وما عولج", "ناگونجاوییەکان: تۆمارکراو و چارەسەرکراو",
            "Findings raised and findings closed"),
     {"kind": "line", "indicators": ["findings-raised", "findings-closed"]}),
)  # fmt: skip


def maps() -> Iterator[Drawn]:
    for code, programme, theme, titles, body in _MAPS:
        texts = {language: {"title": said} for language, said in titles.items()}
        yield (
            code,
            programme,
            theme,
            titles,
            {"texts": texts, "page": {"size": "A4", "orientation": "landscape"}} | dict(body),
        )


def charts() -> Iterator[Drawn]:
    for code, programme, theme, titles, body in _CHARTS:
        yield code, programme, theme, titles, {"title": dict(titles)} | dict(body)
