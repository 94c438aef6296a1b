"""What mine action reports each month and what monitors find: land surveyed and released, visits, findings."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_noop

from rafid.commons.programme import Indicator, MadeUp

from .visit_counts import three

_SOURCE = gettext_noop("Monthly reports of operators and monitors")
_count = partial(Indicator, kind="count", rollup="sum", theme="mines", source=_SOURCE)
_share = partial(
    Indicator,
    unit=gettext_noop("%"),
    kind="share",
    rollup="ratio",
    multiplier=100,
    theme="mines",
    direction="more",
    source=_SOURCE,
)
_AREA, _VISITS, _FINDINGS = gettext_noop("m²"), gettext_noop("visits"), gettext_noop("findings")

MONTHLY = (
    _count(
        "land-contaminated",
        three("المساحة الملوثة المسجلة", "ڕووبەری پیسبووی تۆمارکراو", "Contaminated area on record"),
        unit=_AREA,
        direction="less",
        definition=three(
            "مساحة المناطق الخطرة المؤكدة والمشتبه بها المسجلة في نهاية الشهر.",
            "ڕووبەری ناوچە مەترسیدارە دڵنیا و گومانلێکراوەکان لە کۆتایی مانگەکە.",
            "Confirmed and suspected hazardous areas on record at the month's end.",
        ),
        made_up=MadeUp(2_400_000, spread=0.55, north=0.6, trend=-0.07),
    ),
    _count(
        "land-surveyed",
        three("المساحة الممسوحة", "ڕووبەری پشکنراو", "Area surveyed"),
        unit=_AREA,
        direction="more",
        definition=three(
            "المساحة التي شملها المسح غير التقني والتقني في الشهر.",
            "ئەو ڕووبەرەی لە مانگەکەدا بە ڕووپێویی ناتەکنیکی و تەکنیکی پشکنرا.",
            "Area covered by non-technical and technical survey in the month.",
        ),
        made_up=MadeUp(52_000, spread=0.4, season=0.35, peak=5, north=0.5),
    ),
    _count(
        "land-released",
        three("المساحة المحررة", "ڕووبەری ئازادکراو", "Area released"),
        unit=_AREA,
        direction="more",
        definition=three(
            "المساحة الملغاة والمخفضة والمطهرة المسلَّمة في الشهر.",
            "ئەو ڕووبەرەی لە مانگەکەدا هەڵوەشێنرایەوە، کەمکرایەوە یان پاککرایەوە و ڕادەستکرا.",
            "Area cancelled, reduced and cleared that was handed over in the month.",
        ),
        made_up=MadeUp(0.58, of="land-surveyed", spread=0.25, season=0.15, peak=6, trend=0.05),
    ),
    _share(
        "land-released-share",
        three("نسبة المحرر من الممسوح", "ڕێژەی ئازادکراو لە پشکنراو", "Area released of area surveyed"),
        numerator="land-released",
        denominator="land-surveyed",
        definition=three(
            "المساحة المحررة من المساحة الممسوحة في الشهر.",
            "ڕووبەری ئازادکراو لە ڕووبەری پشکنراوی مانگەکە.",
            "Area released as a share of the area surveyed in the month.",
        ),
    ),
    _count(
        "items-destroyed",
        three("الذخائر المدمَّرة", "تەقەمەنییە لەناوبراوەکان", "Explosive items destroyed"),
        unit=gettext_noop("items"),
        direction="more",
        definition=three(
            "الألغام والعبوات والذخائر غير المنفلقة التي دُمِّرت في الشهر.",
            "مین و بۆمبی چێنراو و تەقەمەنیی نەتەقیو کە لە مانگەکەدا لەناوبران.",
            "Mines, improvised devices and unexploded ordnance destroyed in the month.",
        ),
        made_up=MadeUp(44, spread=0.5, season=0.3, peak=5, north=0.5),
    ),
    _count(
        "monitoring-planned",
        three("زيارات الرصد المخططة", "سەردانە پلاندانراوەکان", "Monitoring visits planned"),
        unit=_VISITS,
        definition=three(
            "زيارات الرصد المستقلة في خطة الشهر.",
            "سەردانە سەربەخۆکانی چاودێری لە پلانی مانگەکەدا.",
            "Independent monitoring visits in the plan of the month.",
        ),
        made_up=MadeUp(6.5, spread=0.3, season=0.2, peak=5, north=0.3),
    ),
    _count(
        "monitoring-made",
        three("زيارات الرصد المنفَّذة", "سەردانە ئەنجامدراوەکان", "Monitoring visits made"),
        unit=_VISITS,
        direction="more",
        definition=three(
            "زيارات الرصد المخططة التي نُفِّذت في الشهر.",
            "سەردانە پلاندانراوەکان کە لە مانگەکەدا ئەنجام دران.",
            "Planned monitoring visits that were made in the month.",
        ),
        made_up=MadeUp(0.86, of="monitoring-planned", spread=0.1, trend=0.02),
    ),
    _share(
        "monitoring-made-share",
        three("نسبة الزيارات المنفَّذة", "ڕێژەی سەردانە ئەنجامدراوەکان", "Share of planned visits made"),
        numerator="monitoring-made",
        denominator="monitoring-planned",
        definition=three(
            "زيارات الرصد المنفَّذة من المخططة.",
            "سەردانە ئەنجامدراوەکان لە پلاندانراوەکان.",
            "Of the monitoring visits planned, those made.",
        ),
        made_up=MadeUp(aim=95),
    ),
    _count(
        "findings-raised",
        three("حالات عدم المطابقة المسجلة", "ناگونجاوییە تۆمارکراوەکان", "Findings raised"),
        unit=_FINDINGS,
        direction="less",
        definition=three(
            "حالات عدم المطابقة للمعايير التي سجلها المراقبون في الشهر.",
            "ئەو ناگونجاوییانەی لەگەڵ ستانداردەکان کە چاودێران لە مانگەکەدا تۆماریان کردن.",
            "Departures from the standards that monitors wrote down in the month.",
        ),
        made_up=MadeUp(8.5, spread=0.35, season=0.2, peak=6, north=0.2, trend=-0.09),
    ),
    _count(
        "findings-closed",
        three("حالات عولجت في موعدها", "ناگونجاوییە چارەسەرکراوەکان", "Findings closed in time"),
        unit=_FINDINGS,
        direction="more",
        definition=three(
            "حالات عدم المطابقة التي عولجت خلال ثلاثين يوماً.",
            "ئەو ناگونجاوییانەی لە سی ڕۆژدا چارەسەر کران.",
            "Findings that were put right within thirty days.",
        ),
        made_up=MadeUp(0.72, of="findings-raised", spread=0.15, trend=0.06),
    ),
    _share(
        "findings-closed-share",
        three("نسبة الحالات المعالجة في موعدها", "ڕێژەی چارەسەرکراو لە کاتی خۆیدا", "Share of findings closed in time"),
        numerator="findings-closed",
        denominator="findings-raised",
        definition=three(
            "حالات عدم المطابقة التي عولجت خلال ثلاثين يوماً من مجموع المسجلة.",
            "ئەو ناگونجاوییانەی لە سی ڕۆژدا چارەسەر کران، لە کۆی تۆمارکراوەکان.",
            "Of the findings raised, those put right within thirty days.",
        ),
        made_up=MadeUp(aim=90),
    ),
    _count(
        "risk-education",
        three("المشاركون في التوعية بالمخاطر", "بەشداربووانی هۆشیاریی مەترسی", "People reached by risk education"),
        unit=gettext_noop("persons"),
        direction="more",
        definition=three(
            "من حضر جلسة توعية بمخاطر الذخائر في الشهر.",
            "ئەوانەی لە مانگەکەدا لە دانیشتنێکی هۆشیاریی مەترسیی تەقەمەنیدا ئامادە بوون.",
            "People who attended a session on the risk of explosive ordnance in the month.",
        ),
        made_up=MadeUp(130, spread=0.4, season=0.3, peak=11, north=0.4),
    ),
)
