"""What the programme measures each month: volunteers, stocks, help given, exercises, alerts."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_noop

from rafid.commons.programme import Indicator, MadeUp


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


_SOURCE = gettext_noop("Monthly reports of branches")
_count = partial(Indicator, kind="count", rollup="sum", source=_SOURCE)
_share = partial(
    Indicator, unit=gettext_noop("%"), kind="share", rollup="ratio", multiplier=100, direction="more", source=_SOURCE
)
_PERSONS, _KITS, _ALERTS = gettext_noop("persons"), gettext_noop("kits"), gettext_noop("alerts")

INDICATORS = (
    _count(
        "volunteers-active",
        three("المتطوعون النشطون", "خۆبەخشە چالاکەکان", "Active volunteers"),
        unit=_PERSONS,
        theme="relief",
        direction="more",
        definition=three(
            "متطوعون شاركوا في نشاط واحد على الأقل في الأشهر الثلاثة الأخيرة.",
            "ئەو خۆبەخشانەی لە سێ مانگی ڕابردوودا لانیکەم لە یەک چالاکیدا بەشداربوون.",
            "Volunteers who took part in at least one activity in the last three months.",
        ),
        made_up=MadeUp(46, spread=0.3, north=0.3, trend=0.06),
    ),
    _count(
        "volunteers-trained",
        three(
            "متطوعون مدرَّبون على الإسعاف الأولي", "خۆبەخشانی ڕاهێنراو لە فریاگوزاری", "Volunteers trained in first aid"
        ),
        unit=_PERSONS,
        theme="relief",
        direction="more",
        definition=three(
            "متطوعون نشطون شهادتهم في الإسعاف الأولي سارية.",
            "خۆبەخشانی چالاک کە بڕوانامەی فریاگوزارییان کارایە.",
            "Active volunteers whose first-aid certificate is valid.",
        ),
        made_up=MadeUp(0.52, of="volunteers-active", spread=0.2, trend=0.05),
    ),
    _share(
        "volunteers-trained-share",
        three("نسبة المتطوعين المدرَّبين", "ڕێژەی خۆبەخشە ڕاهێنراوەکان", "Share of volunteers trained"),
        theme="relief",
        numerator="volunteers-trained",
        denominator="volunteers-active",
        definition=three(
            "المدرَّبون على الإسعاف الأولي من المتطوعين النشطين.",
            "ڕاهێنراوانی فریاگوزاری لە خۆبەخشە چالاکەکان.",
            "Of the active volunteers, those trained in first aid.",
        ),
        made_up=MadeUp(aim=60),
    ),
    _count(
        "kits-needed",
        three("الحقائب المطلوبة في الخطة", "سەبەتەی پێویست بەپێی پلان", "Relief kits that the plan asks for"),
        unit=_KITS,
        theme="relief",
        definition=three(
            "حقائب الإغاثة التي تحتاجها خطة الطوارئ للأيام الثلاثة الأولى.",
            "سەبەتەی فریاگوزاری کە پلانی فریاکەوتن بۆ سێ ڕۆژی یەکەم پێویستی پێیەتی.",
            "Relief kits that the contingency plan needs for the first three days.",
        ),
        made_up=MadeUp(150, spread=0.12, trend=0.01),
    ),
    _count(
        "kits-in-store",
        three("الحقائب في المخازن", "سەبەتەکانی ناو کۆگا", "Relief kits in store"),
        unit=_KITS,
        theme="relief",
        direction="more",
        definition=three(
            "حقائب الإغاثة الكاملة الصالحة في مخازن الفروع في نهاية الشهر.",
            "سەبەتەی تەواو و باشی فریاگوزاری لە کۆگای لقەکاندا لە کۆتایی مانگەکە.",
            "Complete, usable kits in the stores of branches at the month's end.",
        ),
        made_up=MadeUp(0.71, of="kits-needed", spread=0.22, season=0.12, peak=10, trend=0.03),
    ),
    _share(
        "kits-covered",
        three("تغطية المخزون للخطة", "پۆشینی پلان بە کۆگا", "Stock cover of the plan"),
        theme="relief",
        numerator="kits-in-store",
        denominator="kits-needed",
        definition=three(
            "الحقائب الموجودة من الحقائب التي تطلبها الخطة.",
            "سەبەتە ئامادەکان لەوانەی پلانەکە داوای دەکات.",
            "Of the kits that the plan asks for, those in store.",
        ),
        made_up=MadeUp(aim=85),
    ),
    _count(
        "families-assisted",
        three("الأسر التي أُعينت", "خێزانە یارمەتیدراوەکان", "Families assisted"),
        unit=gettext_noop("families"),
        theme="relief",
        definition=three(
            "أسر تسلمت مواد إغاثة في الشهر.",
            "ئەو خێزانانەی لە مانگەکەدا کەرەستەی فریاگوزارییان وەرگرت.",
            "Families that received relief goods in the month.",
        ),
        made_up=MadeUp(62, spread=0.45, season=0.5, peak=1),
    ),
    _count(
        "exercises-held",
        three("التمارين المنفَّذة", "مەشقە ئەنجامدراوەکان", "Exercises held"),
        unit=gettext_noop("exercises"),
        theme="hazards",
        direction="more",
        definition=three(
            "تمارين الإخلاء والإسعاف التي نُفِّذت مع المدارس والأحياء.",
            "مەشقەکانی چۆڵکردن و فریاگوزاری کە لەگەڵ قوتابخانە و گەڕەکەکاندا کران.",
            "Evacuation and first-aid exercises held with schools and quarters.",
        ),
        made_up=MadeUp(2.4, spread=0.4, season=0.4, peak=11),
    ),
    _count(
        "alerts-received",
        three("الإنذارات الواردة", "ئاگادارییە گەیشتووەکان", "Alerts received"),
        unit=_ALERTS,
        theme="hazards",
        definition=three(
            "إنذارات الفيضان والعواصف والحرائق الواردة إلى غرفة العمليات.",
            "ئاگاداریی لافاو و گەردەلوول و ئاگر کە گەیشتنە ژووری کارکردن.",
            "Alerts of floods, storms and fires that reached the operations room.",
        ),
        made_up=MadeUp(9, spread=0.35, season=0.6, peak=2, north=0.4),
    ),
    _count(
        "alerts-answered",
        three(
            "الإنذارات التي لُبِّيت خلال ساعة", "ئاگادارییە وەڵامدراوەکان لە کاتژمێرێکدا", "Alerts answered within an hour"
        ),
        unit=_ALERTS,
        theme="hazards",
        direction="more",
        definition=three(
            "الإنذارات التي خرج إليها فريق خلال ساعة.",
            "ئەو ئاگادارییانەی تیمێک لە کاتژمێرێکدا بەرەو ڕووی چوو.",
            "Alerts to which a team left within an hour.",
        ),
        made_up=MadeUp(0.78, of="alerts-received", spread=0.12, trend=0.03),
    ),
    _share(
        "alerts-answered-share",
        three("نسبة الإنذارات الملبّاة خلال ساعة", "ڕێژەی ئاگادارییە وەڵامدراوەکان", "Share of alerts answered in time"),
        theme="hazards",
        numerator="alerts-answered",
        denominator="alerts-received",
        definition=three(
            "الإنذارات التي خرج إليها فريق خلال ساعة من مجموع الواردة.",
            "ئەو ئاگادارییانەی تیمێک لە کاتژمێرێکدا بەرەو ڕوویان چوو، لە کۆی گەیشتووەکان.",
            "Of the alerts received, those to which a team left within an hour.",
        ),
        made_up=MadeUp(aim=90),
    ),
)
