"""What is measured of water each month: rain, the rivers' salinity, drinking water, irrigation, gauges."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_noop

from rafid.commons.programme import Indicator, MadeUp

from .columns import three

_STATIONS = gettext_noop("Monthly tables of weather and river stations")
_LABORATORIES = gettext_noop("Monthly tables of water laboratories")
_IRRIGATION = gettext_noop("Monthly tables of irrigation directorates")
_count = partial(Indicator, kind="count", rollup="sum", theme="water")
_share = partial(
    Indicator, unit=gettext_noop("%"), kind="share", rollup="ratio", multiplier=100, theme="water", direction="more"
)
_mean = partial(Indicator, kind="index", rollup="mean", theme="water")
_SAMPLES, _WATER, _READINGS = gettext_noop("samples"), gettext_noop("1,000 m³"), gettext_noop("readings")

WATER = (
    _mean(
        "rainfall",
        three("هطول الأمطار", "بارانبارین", "Rainfall"),
        unit=gettext_noop("mm"),
        source=_STATIONS,
        definition=three(
            "مجموع أمطار الشهر في محطات القضاء؛ وللأماكن الأكبر متوسط أقضيتها.",
            "کۆی بارانی مانگەکە لە وێستگەکانی قەزا؛ بۆ شوێنی گەورەتر تێکڕای قەزاکانی.",
            "The month's rain at the district's stations; of larger places the mean of their districts.",
        ),
        made_up=MadeUp(19, spread=0.18, season=1.25, peak=1, north=0.85),
    ),
    _mean(
        "river-salinity",
        three("ملوحة مياه الأنهار", "سوێریی ئاوی ڕووبارەکان", "Salinity of river water"),
        unit=gettext_noop("mg/l"),
        direction="less",
        source=_LABORATORIES,
        definition=three(
            "متوسط الأملاح الذائبة الكلية في عينات مياه الأنهار.",
            "تێکڕای کۆی خوێیە تواوەکان لە نموونەی ئاوی ڕووبارەکاندا.",
            "Mean of total dissolved solids in samples of river water.",
        ),
        made_up=MadeUp(780, spread=0.12, season=0.2, peak=8, north=-0.6, trend=0.02),
    ),
    _count(
        "water-samples",
        three("عينات مياه الشرب المفحوصة", "نموونە پشکنراوەکانی ئاوی خواردنەوە", "Drinking water samples tested"),
        unit=_SAMPLES,
        direction="more",
        source=_LABORATORIES,
        definition=three(
            "عينات مياه الشرب التي فُحصت جرثومياً في الشهر.",
            "نموونەکانی ئاوی خواردنەوە کە لە مانگەکەدا پشکنینی بەکتریایان بۆ کرا.",
            "Samples of drinking water tested for bacteria in the month.",
        ),
        made_up=MadeUp(34, spread=0.25, season=0.15, peak=7),
    ),
    _count(
        "water-samples-safe",
        three("عينات مياه الشرب المطابقة", "نموونە پاکەکانی ئاوی خواردنەوە", "Drinking water samples that were safe"),
        unit=_SAMPLES,
        direction="more",
        source=_LABORATORIES,
        definition=three(
            "العينات المفحوصة الخالية من القولونيات.",
            "ئەو نموونە پشکنراوانەی کۆلیفۆرمیان تێدا نەبوو.",
            "Tested samples without coliform bacteria.",
        ),
        made_up=MadeUp(0.885, of="water-samples", spread=0.06, season=0.04, peak=1, north=0.08, trend=0.01),
    ),
    _share(
        "water-safe-share",
        three(
            "نسبة عينات مياه الشرب المطابقة",
            "ڕێژەی نموونە پاکەکانی ئاوی خواردنەوە",
            "Share of safe drinking water samples",
        ),
        numerator="water-samples-safe",
        denominator="water-samples",
        source=_LABORATORIES,
        definition=three(
            "العينات الخالية من القولونيات من مجموع المفحوصة.",
            "نموونەکانی بێ کۆلیفۆرم لە کۆی پشکنراوەکان.",
            "Of the samples tested, those without coliform bacteria.",
        ),
        made_up=MadeUp(aim=95),
    ),
    _count(
        "irrigation-planned",
        three("مياه الري المخططة", "ئاوی ئاودێریی پلاندانراو", "Irrigation water planned"),
        unit=_WATER,
        source=_IRRIGATION,
        definition=three(
            "كميات مياه الري المقررة للشهر في خطة الموسم.",
            "بڕی ئاوی ئاودێری کە لە پلانی وەرزدا بۆ مانگەکە دانراوە.",
            "Water that the season's plan gives to irrigation in the month.",
        ),
        made_up=MadeUp(5200, spread=0.4, season=0.45, peak=6, north=-0.2),
    ),
    _count(
        "irrigation-delivered",
        three("مياه الري الواصلة", "ئاوی ئاودێریی گەیشتوو", "Irrigation water delivered"),
        unit=_WATER,
        direction="more",
        source=_IRRIGATION,
        definition=three(
            "كميات المياه التي وصلت إلى صدور الجداول في الشهر.",
            "ئەو بڕە ئاوەی لە مانگەکەدا گەیشتە سەری جۆگەکان.",
            "Water that reached the heads of canals in the month.",
        ),
        made_up=MadeUp(0.74, of="irrigation-planned", spread=0.15, season=0.12, peak=3, north=0.2, trend=-0.02),
    ),
    _share(
        "irrigation-share",
        three("نسبة مياه الري الواصلة", "ڕێژەی ئاوی ئاودێریی گەیشتوو", "Share of irrigation water delivered"),
        numerator="irrigation-delivered",
        denominator="irrigation-planned",
        source=_IRRIGATION,
        definition=three(
            "المياه الواصلة من المياه المخططة للري.",
            "ئاوی گەیشتوو لە ئاوی پلاندانراو بۆ ئاودێری.",
            "Of the irrigation water planned, that which was delivered.",
        ),
        made_up=MadeUp(aim=85),
    ),
    _count(
        "readings-due",
        three("قراءات المناسيب المطلوبة", "خوێندنەوە چاوەڕوانکراوەکانی ئاستی ئاو", "Gauge readings due"),
        unit=_READINGS,
        source=_STATIONS,
        definition=three(
            "قراءات مناسيب الأنهار المطلوبة في الشهر، ثلاث في اليوم لكل مقياس.",
            "خوێندنەوەکانی ئاستی ڕووبار کە لە مانگەکەدا پێویستن، ڕۆژی سێ بۆ هەر پێوەرێک.",
            "Readings of river stages due in the month, three a day at each gauge.",
        ),
        made_up=MadeUp(55, spread=0.3),
    ),
    _count(
        "readings-received",
        three("قراءات المناسيب الواردة", "خوێندنەوە گەیشتووەکانی ئاستی ئاو", "Gauge readings received"),
        unit=_READINGS,
        direction="more",
        source=_STATIONS,
        definition=three(
            "القراءات المطلوبة التي وردت في يومها.",
            "خوێندنەوە پێویستەکان کە لە ڕۆژی خۆیاندا گەیشتن.",
            "Readings due that came in on their day.",
        ),
        made_up=MadeUp(0.91, of="readings-due", spread=0.06, season=0.03, peak=10, trend=0.02),
    ),
    _share(
        "readings-share",
        three("نسبة قراءات المناسيب الواردة", "ڕێژەی خوێندنەوە گەیشتووەکان", "Share of gauge readings received"),
        numerator="readings-received",
        denominator="readings-due",
        source=_STATIONS,
        definition=three(
            "القراءات الواردة في يومها من القراءات المطلوبة.",
            "خوێندنەوەکانی ڕۆژی خۆیان لە کۆی پێویستەکان.",
            "Of the readings due, those that came in on their day.",
        ),
        made_up=MadeUp(aim=97),
    ),
)
