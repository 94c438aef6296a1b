"""What the programme measures each month: doses, coverage, drop-out, wastage, sessions."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_noop

from rafid.commons.programme import Indicator, MadeUp


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


_SOURCE = gettext_noop("Monthly immunization reports of health centres")
_count = partial(Indicator, kind="count", rollup="sum", theme="health", source=_SOURCE)
_share = partial(
    Indicator, unit=gettext_noop("%"), kind="share", rollup="ratio", multiplier=100, theme="health", source=_SOURCE
)
_DOSES, _CHILDREN, _SESSIONS = gettext_noop("doses"), gettext_noop("children"), gettext_noop("sessions")

INDICATORS = (
    _count(
        "children-due",
        three("الأطفال المستحقون للتلقيح", "منداڵانی شایستەی کوتان", "Children due for vaccination"),
        unit=_CHILDREN,
        definition=three(
            "الأطفال دون السنة الذين يحل موعد جرعتهم في الشهر، من سجل الولادات.",
            "منداڵانی خوار ساڵێک کە کاتی دۆزەکەیان لەو مانگەدایە، لە تۆماری لەدایکبوون.",
            "Children under one year whose dose falls due in the month, from the register of births.",
        ),
        made_up=MadeUp(225, spread=0.08, season=0.05, peak=9, trend=0.012),
    ),
    _count(
        "bcg-doses",
        three("جرعات بي سي جي", "دۆزەکانی بی سی جی", "BCG doses given"),
        unit=_DOSES,
        direction="more",
        definition=three(
            "جرعات لقاح بي سي جي المعطاة للأطفال دون السنة في الشهر.",
            "دۆزەکانی کوتانی بی سی جی کە لە مانگەکەدا بە منداڵانی خوار ساڵێک دراون.",
            "Doses of BCG given to children under one year in the month.",
        ),
        made_up=MadeUp(0.93, of="children-due", spread=0.05, trend=0.01),
    ),
    _count(
        "penta1-doses",
        three("الجرعة الأولى من اللقاح الخماسي", "دۆزی یەکەمی پێنجینە", "Pentavalent, first doses given"),
        unit=_DOSES,
        direction="more",
        definition=three(
            "الجرعات الأولى من اللقاح الخماسي المعطاة في الشهر.",
            "دۆزە یەکەمەکانی کوتانی پێنجینە کە لە مانگەکەدا دراون.",
            "First doses of the pentavalent vaccine given in the month.",
        ),
        made_up=MadeUp(0.91, of="children-due", spread=0.06, season=0.02, peak=4, trend=0.012),
    ),
    _count(
        "penta-lost",
        three("أطفال لم يعودوا للجرعة الثالثة", "منداڵانێک کە بۆ دۆزی سێیەم نەگەڕانەوە", "Children who did not return"),
        unit=_CHILDREN,
        direction="less",
        definition=three(
            "أطفال أخذوا الجرعة الأولى من اللقاح الخماسي ولم يأخذوا الثالثة في موعدها.",
            "منداڵانێک کە دۆزی یەکەمی پێنجینەیان وەرگرت و سێیەمیان لە کاتی خۆیدا وەرنەگرت.",
            "Children with a first pentavalent dose whose third was not given in time.",
        ),
        made_up=MadeUp(0.085, of="penta1-doses", spread=0.4, season=0.15, peak=8, trend=-0.08),
    ),
    _count(
        "penta3-doses",
        three("الجرعة الثالثة من اللقاح الخماسي", "دۆزی سێیەمی پێنجینە", "Pentavalent, third doses given"),
        unit=_DOSES,
        direction="more",
        definition=three(
            "الجرعات الثالثة من اللقاح الخماسي المعطاة في الشهر.",
            "دۆزە سێیەمەکانی کوتانی پێنجینە کە لە مانگەکەدا دراون.",
            "Third doses of the pentavalent vaccine given in the month.",
        ),
        made_up=MadeUp(0.84, of="children-due", spread=0.08, season=0.03, peak=4, trend=0.018),
    ),
    _count(
        "mcv1-doses",
        three("الجرعة الأولى من لقاح الحصبة", "دۆزی یەکەمی سوورێژە", "Measles, first doses given"),
        unit=_DOSES,
        direction="more",
        definition=three(
            "الجرعات الأولى من اللقاح المحتوي على الحصبة المعطاة في الشهر.",
            "دۆزە یەکەمەکانی کوتانی سوورێژە کە لە مانگەکەدا دراون.",
            "First doses of a vaccine containing measles given in the month.",
        ),
        made_up=MadeUp(0.80, of="children-due", spread=0.1, season=0.04, peak=10, trend=0.025),
    ),
    _share(
        "bcg-coverage",
        three("تغطية بي سي جي", "پۆشینی بی سی جی", "BCG coverage"),
        numerator="bcg-doses",
        denominator="children-due",
        direction="more",
        definition=three(
            "الأطفال المستحقون الذين أُعطوا بي سي جي.",
            "ئەو منداڵە شایستانەی بی سی جییان پێدرا.",
            "Of the children due, those given BCG.",
        ),
        made_up=MadeUp(aim=95),
    ),
    _share(
        "penta1-coverage",
        three("تغطية الجرعة الأولى من الخماسي", "پۆشینی دۆزی یەکەمی پێنجینە", "Pentavalent coverage, first dose"),
        numerator="penta1-doses",
        denominator="children-due",
        direction="more",
        definition=three(
            "الأطفال المستحقون الذين أُعطوا الجرعة الأولى من اللقاح الخماسي.",
            "ئەو منداڵە شایستانەی دۆزی یەکەمی پێنجینەیان پێدرا.",
            "Of the children due, those given the first pentavalent dose.",
        ),
    ),
    _share(
        "penta3-coverage",
        three("تغطية الجرعة الثالثة من الخماسي", "پۆشینی دۆزی سێیەمی پێنجینە", "Pentavalent coverage, third dose"),
        numerator="penta3-doses",
        denominator="children-due",
        direction="more",
        definition=three(
            "الأطفال المستحقون الذين أُعطوا الجرعة الثالثة من اللقاح الخماسي.",
            "ئەو منداڵە شایستانەی دۆزی سێیەمی پێنجینەیان پێدرا.",
            "Of the children due, those given the third pentavalent dose.",
        ),
        made_up=MadeUp(aim=90),
    ),
    _share(
        "mcv1-coverage",
        three("تغطية الجرعة الأولى من الحصبة", "پۆشینی دۆزی یەکەمی سوورێژە", "Measles coverage, first dose"),
        numerator="mcv1-doses",
        denominator="children-due",
        direction="more",
        definition=three(
            "الأطفال المستحقون الذين أُعطوا الجرعة الأولى من لقاح الحصبة.",
            "ئەو منداڵە شایستانەی دۆزی یەکەمی کوتانی سوورێژەیان پێدرا.",
            "Of the children due, those given the first measles dose.",
        ),
        made_up=MadeUp(aim=95),
    ),
    _share(
        "penta-dropout",
        three(
            "التسرب بين الجرعتين الأولى والثالثة",
            "وازهێنان لە نێوان دۆزی یەکەم و سێیەم",
            "Drop-out, first to third dose",
        ),
        numerator="penta-lost",
        denominator="penta1-doses",
        direction="less",
        definition=three(
            "من أخذوا الجرعة الأولى من الخماسي ولم يأخذوا الثالثة.",
            "ئەوانەی دۆزی یەکەمی پێنجینەیان وەرگرت و سێیەمیان وەرنەگرت.",
            "Of those with a first pentavalent dose, those without the third.",
        ),
        made_up=MadeUp(aim=5),
    ),
    _count(
        "sessions-planned",
        three("جلسات التلقيح المخططة", "دانیشتنە پلاندانراوەکانی کوتان", "Sessions planned"),
        unit=_SESSIONS,
        definition=three(
            "جلسات التلقيح الثابتة والخارجية في خطة الشهر.",
            "دانیشتنەکانی کوتان لە بنکە و دەرەوە، لە پلانی مانگەکەدا.",
            "Fixed and outreach sessions in the plan of the month.",
        ),
        made_up=MadeUp(38, spread=0.2, season=0.06, peak=4, north=0.15),
    ),
    _count(
        "sessions-held",
        three("جلسات التلقيح المنعقدة", "دانیشتنە ئەنجامدراوەکانی کوتان", "Sessions held"),
        unit=_SESSIONS,
        direction="more",
        definition=three(
            "الجلسات المخططة التي انعقدت في الشهر.",
            "دانیشتنە پلاندانراوەکان کە لە مانگەکەدا ئەنجام دران.",
            "Planned sessions that were held in the month.",
        ),
        made_up=MadeUp(0.9, of="sessions-planned", spread=0.07, season=0.05, peak=4, trend=0.01),
    ),
    _share(
        "sessions-held-share",
        three("نسبة الجلسات المنعقدة", "ڕێژەی دانیشتنە ئەنجامدراوەکان", "Share of planned sessions held"),
        numerator="sessions-held",
        denominator="sessions-planned",
        direction="more",
        definition=three(
            "الجلسات المنعقدة من المخططة.",
            "دانیشتنە ئەنجامدراوەکان لە پلاندانراوەکان.",
            "Of the sessions planned, those held.",
        ),
    ),
)
