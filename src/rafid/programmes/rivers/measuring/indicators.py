"""The indicators of rivers and the dashboard that shows them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.utils.translation import gettext_noop

from rafid.commons.programme import Block, Dashboard, Indicator

from ..declared import three

_SOURCE = gettext_noop("Public series of the water ministries")
_GRID = gettext_noop("Gridded monthly rain")


def _compute(name: str) -> Any:
    """The computation of that name, whose libraries are read when it is first asked."""

    def compute(places: Any, period: str) -> Iterator[dict[str, Any]]:
        figures = import_module("rafid.programmes.rivers.measuring.figures")
        source = figures.source_now(name in ("spi_means", "dry_grounds"))
        for row in getattr(figures, name)(places, period):
            yield {**row, "source": source} if source else row

    return compute


def _indicator(code: str, names: dict[str, str], definition: dict[str, str], **more: Any) -> Indicator:
    return Indicator(code, names, definition=definition, theme="water", **{"source": _SOURCE, **more})


INDICATORS = (
    _indicator(
        "rivers-stage", three("أعلى منسوب", "بەرزترین ئاستی ئاو", "Highest stage"),
        three("أعلى قراءة لمقياس علني في المكان خلال الفترة، بالمتر فوق صفر المقياس نفسه.",
              "بەرزترین خوێندنەوەی پێوەرێکی گشتی لە شوێنەکە لە ماوەکەدا، بە مەتر لەسەر سفری هەمان پێوەر.",
              "The highest reading of a public gauge in the place during the period, in metres above that gauge's zero."),
        unit="m", kind="index", rollup="max", compute=_compute("stages"), page="/rivers/",
    ),
    _indicator(
        "rivers-flood-class", three("أشد صنف للفيضان", "توندترین پۆلی لافاو", "Most severe flood class"),
        three("0 اعتيادي، 1 مراقبة، 2 إنذار، 3 شديد، 4 بالغ الشدة: أعلى عتبة بلغها مقياس علني في المكان.",
              "0 ئاسایی، 1 چاودێری، 2 ئاگادارکردنەوە، 3 توند، 4 زۆر توند: بەرزترین ئاستانەیەک کە پێوەرێکی گشتی پێی گەیشتووە.",
              "0 normal, 1 watch, 2 warning, 3 severe, 4 extreme: the highest threshold that a public gauge reached."),
        unit="", kind="index", rollup="max", direction="less", compute=_compute("classes"), page="/rivers/",
    ),
    _indicator(
        "rivers-flood-probability",
        three("أكبر احتمال لبلوغ عتبة الإنذار", "زۆرترین ئەگەری گەیشتن بە ئاستانەی ئاگادارکردنەوە",
              "Largest probability of reaching the warning threshold"),
        three("حصة أعضاء التنبؤ الذين بلغوا عتبة الإنذار، في أعلى تنبؤ علني صدر في الفترة.",
              "بەشی ئەندامانی پێشبینی کە گەیشتوونەتە ئاستانەی ئاگادارکردنەوە، لە بەرزترین پێشبینیی گشتیی ماوەکەدا.",
              "The share of a forecast's members that reach the warning threshold, in the highest public forecast."),
        unit=gettext_noop("%"), kind="share", multiplier=100, rollup="max", direction="less",
        compute=_compute("probabilities"), page="/rivers/forecasts/",
    ),
    _indicator(
        "rivers-storage-share", three("امتلاء الخزانات", "پڕبوونی عەمبارەکان", "Fill of reservoirs"),
        three("الخزين في نهاية الفترة من سعة الخزانات التي بياناتها علنية.",
              "ئاوی کۆکراو لە کۆتایی ماوەکەدا لە توانای ئەو عەمبارانەی زانیارییان گشتییە.",
              "Water stored at the end of the period, of the capacity of the reservoirs whose figures are public."),
        unit=gettext_noop("%"), kind="share", multiplier=100, rollup="ratio", direction="more",
        compute=_compute("fills"), page="/rivers/reservoirs/",
    ),
    _indicator(
        "rivers-spi3", three("مؤشر الأمطار SPI-3", "پێنیشاندەری باران SPI-3", "Rain index SPI-3"),
        three("متوسط SPI لثلاثة أشهر على مساحة المكان، بالانحرافات المعيارية.",
              "ناوەندی SPI بۆ سێ مانگ بەسەر ڕووبەری شوێنەکەدا، بە لادانی پێوانەیی.",
              "SPI of three months, the mean over the ground of the place, in standard deviations."),
        unit="", kind="index", rollup="mean", direction="more", source=_GRID,
        compute=_compute("spi_means"), page="/rivers/drought/",
    ),
    _indicator(
        "rivers-drought-share", three("المساحة الجافة", "ڕووبەری وشک", "Ground in drought"),
        three("حصة المساحة التي يبلغ فيها SPI لثلاثة أشهر −1 أو أقل.",
              "بەشی ئەو ڕووبەرەی کە SPI ی سێ مانگی تێیدا −1 یان کەمترە.",
              "The share of the ground where SPI of three months is −1 or less."),
        unit=gettext_noop("%"), kind="share", multiplier=100, rollup="ratio", direction="less", source=_GRID,
        compute=_compute("dry_grounds"), page="/rivers/drought/",
    ),
)  # fmt: skip


def _of(*codes: str, **more: Any) -> dict[str, Any]:
    return {"indicators": list(codes), **more}


DASHBOARD = Dashboard(
    "rivers-water",
    three("المياه: الفيضان والخزين والجفاف", "ئاو: لافاو و ئاوی کۆکراو و وشکەساڵی", "Water: floods, storage and drought"),
    (
        Block("number", _of("rivers-storage-share"), 4),
        Block("number", _of("rivers-flood-class"), 4),
        Block("number", _of("rivers-drought-share"), 4),
        Block("line", _of("rivers-storage-share", latest=12), 6,
              three("الامتلاء شهراً بعد شهر", "پڕبوون مانگ بە مانگ", "Fill month by month")),
        Block("line", _of("rivers-spi3", latest=24), 6,
              three("SPI-3 شهراً بعد شهر", "SPI-3 مانگ بە مانگ", "SPI-3 month by month")),
        Block("map", _of("rivers-spi3"), 6, three("أين جف المطر", "لەکوێ باران کەم بوو", "Where rain was short")),
        Block("bar", _of("rivers-drought-share"), 6, three("المساحة الجافة", "ڕووبەری وشک", "Ground in drought")),
        Block("table", _of("rivers-storage-share", "rivers-flood-class", "rivers-spi3", "rivers-drought-share"), 12,
              three("حسب المكان", "بەپێی شوێن", "By place")),
    ),
)  # fmt: skip
