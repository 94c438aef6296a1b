"""What is measured of work each month: people who look for it, vacancies, placements, training."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_noop

from rafid.commons.programme import Indicator, MadeUp

from .columns import three

_OFFICES = gettext_noop("Monthly returns of employment offices")
_SURVEY = gettext_noop("Labour force survey, monthly estimates")
_count = partial(Indicator, kind="count", rollup="sum", theme="work", unit=gettext_noop("persons"))
_share = partial(Indicator, unit=gettext_noop("%"), kind="share", rollup="ratio", multiplier=100, theme="work")

LABOUR = (
    _count(
        "working-age",
        three("السكان في سن العمل", "دانیشتووانی تەمەنی کار", "Working-age population"),
        source=_SURVEY,
        definition=three(
            "السكان بعمر 15 سنة فأكثر، تقدير الشهر.",
            "دانیشتووانی 15 ساڵ و زیاتر، خەمڵاندنی مانگەکە.",
            "Persons aged 15 and over, estimate of the month.",
        ),
        made_up=MadeUp(62_000, spread=0.03, trend=0.025),
    ),
    _count(
        "labour-force",
        three("القوى العاملة", "هێزی کار", "Labour force"),
        source=_SURVEY,
        definition=three(
            "من يعمل أو يبحث عن عمل ومتاح له، من السكان في سن العمل.",
            "ئەوانەی کار دەکەن یان بۆ کار دەگەڕێن و ئامادەن، لە دانیشتووانی تەمەنی کار.",
            "Of working age: those who work, or look for work and are available.",
        ),
        made_up=MadeUp(0.395, of="working-age", spread=0.06, season=0.02, peak=5, trend=0.01),
    ),
    _count(
        "unemployed",
        three("العاطلون عن العمل", "بێکاران", "Unemployed persons"),
        source=_SURVEY,
        direction="less",
        definition=three(
            "من لا عمل له ويبحث عنه ومتاح له خلال أسبوعين.",
            "ئەوانەی کاریان نییە و بۆی دەگەڕێن و لە دوو هەفتەدا ئامادەن.",
            "Persons without work who look for it and are available within two weeks.",
        ),
        made_up=MadeUp(0.162, of="labour-force", spread=0.22, season=0.08, peak=7, north=-0.15, trend=-0.03),
    ),
    _share(
        "participation-rate",
        three("معدل المشاركة في القوى العاملة", "ڕێژەی بەشداری لە هێزی کار", "Labour force participation rate"),
        numerator="labour-force",
        denominator="working-age",
        source=_SURVEY,
        definition=three(
            "القوى العاملة من السكان في سن العمل.",
            "هێزی کار لە دانیشتووانی تەمەنی کار.",
            "The labour force as a share of the working-age population.",
        ),
    ),
    _share(
        "unemployment-rate",
        three("معدل البطالة", "ڕێژەی بێکاری", "Unemployment rate"),
        numerator="unemployed",
        denominator="labour-force",
        direction="less",
        source=_SURVEY,
        definition=three(
            "العاطلون عن العمل من القوى العاملة.",
            "بێکاران لە هێزی کار.",
            "Unemployed persons as a share of the labour force.",
        ),
        made_up=MadeUp(aim=14),
    ),
    _count(
        "seekers-registered",
        three("الباحثون عن عمل المسجلون", "کارخوازانی تۆمارکراو", "Registered job seekers"),
        source=_OFFICES,
        definition=three(
            "الباحثون عن عمل المسجلون في مكاتب التشغيل في نهاية الشهر.",
            "کارخوازانی تۆمارکراو لە نووسینگەکانی دامەزراندن لە کۆتایی مانگەکە.",
            "Job seekers on the books of employment offices at the month's end.",
        ),
        made_up=MadeUp(410, spread=0.25, season=0.1, peak=8, trend=0.03),
    ),
    _count(
        "vacancies-notified",
        three("الشواغر المبلَّغ عنها", "بۆشاییە ڕاگەیەنراوەکان", "Vacancies notified"),
        unit=gettext_noop("vacancies"),
        direction="more",
        source=_OFFICES,
        definition=three(
            "الوظائف الشاغرة التي أبلغ عنها أصحاب العمل في الشهر.",
            "ئەو هەلی کارانەی خاوەنکاران لە مانگەکەدا ڕایانگەیاند.",
            "Vacancies that employers told the offices of in the month.",
        ),
        made_up=MadeUp(58, spread=0.35, season=0.25, peak=4, north=0.15, trend=0.07),
    ),
    _count(
        "seekers-placed",
        three("من شُغِّلوا عبر المكاتب", "دامەزراوان لە ڕێگەی نووسینگەکان", "Job seekers placed in work"),
        direction="more",
        source=_OFFICES,
        definition=three(
            "باحثون عن عمل بدأوا عملاً عن طريق المكتب في الشهر.",
            "کارخوازانێک کە لە مانگەکەدا لە ڕێگەی نووسینگەوە دەستیان بە کار کرد.",
            "Job seekers who began work through the office in the month.",
        ),
        made_up=MadeUp(0.068, of="seekers-registered", spread=0.3, season=0.2, peak=4, trend=0.08),
    ),
    _share(
        "placement-rate",
        three("معدل التشغيل", "ڕێژەی دامەزراندن", "Placement rate"),
        numerator="seekers-placed",
        denominator="seekers-registered",
        direction="more",
        source=_OFFICES,
        definition=three(
            "من شُغِّلوا في الشهر من الباحثين عن عمل المسجلين.",
            "دامەزراوانی مانگەکە لە کارخوازانی تۆمارکراو.",
            "Of the registered job seekers, those placed in work in the month.",
        ),
        made_up=MadeUp(aim=9),
    ),
    _count(
        "trainees-enrolled",
        three("الملتحقون بالتدريب المهني", "تۆمارکراوانی ڕاهێنانی پیشەیی", "Trainees enrolled"),
        source=_OFFICES,
        direction="more",
        definition=three(
            "الملتحقون بدورات التدريب المهني التي انتهت في الشهر.",
            "تۆمارکراوانی خولەکانی ڕاهێنانی پیشەیی کە لە مانگەکەدا تەواو بوون.",
            "Persons enrolled in vocational courses that ended in the month.",
        ),
        made_up=MadeUp(24, spread=0.3, season=0.35, peak=6),
    ),
    _count(
        "trainees-completed",
        three("من أتموا التدريب المهني", "تەواوکەرانی ڕاهێنانی پیشەیی", "Trainees who completed"),
        source=_OFFICES,
        direction="more",
        definition=three(
            "المتدربون الذين أتموا دوراتهم بنجاح.",
            "ئەو ڕاهێنراوانەی خولەکانیان بە سەرکەوتوویی تەواو کرد.",
            "Trainees who completed their course with success.",
        ),
        made_up=MadeUp(0.81, of="trainees-enrolled", spread=0.1, trend=0.015),
    ),
    _share(
        "training-completion",
        three("نسبة إتمام التدريب", "ڕێژەی تەواوکردنی ڕاهێنان", "Training completion rate"),
        numerator="trainees-completed",
        denominator="trainees-enrolled",
        direction="more",
        source=_OFFICES,
        definition=three(
            "من أتموا الدورات من الملتحقين بها.",
            "تەواوکەران لە تۆمارکراوانی خولەکان.",
            "Of those enrolled, those who completed the course.",
        ),
    ),
)
