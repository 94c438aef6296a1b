"""What the programme measures."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from rafid.commons.programme import Indicator

from .columns import three

CHILDREN = "00-04|05-09|10-14"
WORKING = "15-19|20-24|25-29|30-34|35-39|40-44|45-49|50-54|55-59|60-64"
ELDERLY = "65-69|70-74|75-79|80-84|85+"

_GIVEN = three(
    "القيم كما أعلنها المصدر للمحافظات والأقضية. ما لم يُعلنه المصدر يُجمع من الأجزاء التي كانت ضمن المكان في نهاية الفترة.",
    "بەهاکان وەک ئەوەی سەرچاوەکە بۆ پارێزگا و قەزاکان ڕایگەیاندوون. ئەوەی سەرچاوەکە نەیداوە، لەو بەشانە کۆ دەکرێتەوە "
    "کە لە کۆتایی ماوەکەدا لە شوێنەکەدا بوون.",
    "Values as their source gave them for governorates and districts. What it did not give is added up from the parts that "
    "lay in the place at the period's end.",
)
_DERIVED = three(
    "يُحسب من أعداد السكان لكل مكان وفترة؛ ولا يكون أبداً متوسطاً لنسب الأجزاء.",
    "بۆ هەر شوێن و ماوەیەک لە ژمارەی دانیشتووان دەژمێردرێت؛ هەرگیز تێکڕای ڕێژەی بەشەکان نییە.",
    "Computed from the numbers of people of each place and period; never a mean of the parts' rates.",
)
_SOURCE = gettext_noop("Censuses and population estimates of the statistical office")

INDICATORS = (
    Indicator(
        "population",
        three("عدد السكان", "ژمارەی دانیشتووان", "Population"),
        unit=gettext_noop("persons"),
        kind="count",
        rollup="sum",
        by=("sex", "age_group", "residence"),
        definition=three(
            "الأشخاص الذين يقيمون عادةً في المكان.",
            "ئەو کەسانەی بە ئاسایی لە شوێنەکەدا نیشتەجێن.",
            "Persons who usually live in the place.",
        ),
        method=_GIVEN,
        source=_SOURCE,
        theme="population",
        page="/statistics/population/",
    ),
    Indicator(
        "population-density",
        three("الكثافة السكانية", "چڕیی دانیشتووان", "Population density"),
        unit=gettext_noop("persons/km²"),
        kind="rate",
        rollup="ratio",
        numerator="population",
        denominator="@area_km2",
        definition=three(
            "عدد السكان لكل كيلومتر مربع من مساحة المكان.",
            "ژمارەی دانیشتووان بۆ هەر کیلۆمەترێکی چوارگۆشەی ڕووبەری شوێنەکە.",
            "Persons for each square kilometre of the place.",
        ),
        method=three(
            "المساحة بحسب الحدود المعمول بها في نهاية الفترة، على المجسم الإهليلجي، وتشمل المسطحات المائية والصحراء.",
            "ڕووبەر بەپێی سنوورەکانی کۆتایی ماوەکەیە، لەسەر ئەلیپسۆید؛ ئاو و بیابانیش دەگرێتەوە.",
            "The area is that of the borders in force at the period's end, on the ellipsoid; water and desert are part of it.",
        ),
        source=_SOURCE,
        theme="population",
        page="/statistics/population/?measure=density",
    ),
    Indicator(
        "sex-ratio",
        three("نسبة النوع", "ڕێژەی ڕەگەز", "Sex ratio"),
        unit=gettext_noop("males per 100 females"),
        kind="ratio",
        rollup="ratio",
        multiplier=100,
        by=("age_group", "residence"),
        numerator="population{sex=male}",
        denominator="population{sex=female}",
        definition=three("عدد الذكور لكل 100 أنثى.", "ژمارەی نێر بۆ هەر 100 مێ.", "Males for each 100 females."),
        method=_DERIVED,
        source=_SOURCE,
        theme="population",
        page="/statistics/population/?measure=sex-ratio",
    ),
    Indicator(
        "share-urban",
        three("نسبة سكان الحضر", "ڕێژەی دانیشتووانی شار", "Urban share"),
        unit=gettext_noop("%"),
        kind="share",
        rollup="ratio",
        multiplier=100,
        by=("sex",),
        numerator="population{residence=urban}",
        denominator="population",
        definition=three(
            "نسبة السكان الذين يعيشون في مناطق حضرية.",
            "ڕێژەی ئەو دانیشتووانەی لە ناوچە شارییەکان دەژین.",
            "Share of the population that lives in urban areas.",
        ),
        method=three(
            "يُعد حضرياً ما يقع ضمن حدود البلديات، كما يعرّفه الجهاز الإحصائي. " + _DERIVED["ar"],
            "ئەوەی لەناو سنووری شارەوانییەکاندایە بە شار دادەنرێت، وەک ئەوەی دەزگای ئامار پێناسەی دەکات. "
            + _DERIVED["ckb"],
            "Urban is what lies within municipal limits, as the statistical office defines it. " + _DERIVED["en"],
        ),
        source=_SOURCE,
        theme="population",
        page="/statistics/population/?measure=urban",
    ),
    Indicator(
        "dependency-ratio",
        three("نسبة الإعالة العمرية", "ڕێژەی پشتبەستنی تەمەن", "Age dependency ratio"),
        unit=gettext_noop("per 100 aged 15-64"),
        kind="ratio",
        rollup="ratio",
        multiplier=100,
        by=("sex",),
        numerator=f"population{{age_group={CHILDREN}|{ELDERLY}}}",
        denominator=f"population{{age_group={WORKING}}}",
        definition=three(
            "عدد من هم دون 15 سنة أو بعمر 65 سنة فأكثر لكل 100 شخص بعمر 15 إلى 64 سنة.",
            "ژمارەی ئەوانەی تەمەنیان لە خوار 15 ساڵ یان 65 ساڵ و زیاترە بۆ هەر 100 کەسی تەمەن 15 تا 64 ساڵ.",
            "Persons under 15 or aged 65 and over for each 100 persons aged 15 to 64.",
        ),
        method=_DERIVED,
        source=_SOURCE,
        theme="population",
    ),
    Indicator(
        "share-children",
        three("نسبة الأطفال دون 15 سنة", "ڕێژەی منداڵانی خوار 15 ساڵ", "Share of children under 15"),
        unit=gettext_noop("%"),
        kind="share",
        rollup="ratio",
        multiplier=100,
        by=("sex",),
        numerator=f"population{{age_group={CHILDREN}}}",
        denominator=f"population{{age_group={CHILDREN}|{WORKING}|{ELDERLY}}}",
        definition=three(
            "نسبة السكان دون 15 سنة من جميع من عُرف عمرهم.",
            "ڕێژەی دانیشتووانی خوار 15 ساڵ لە هەموو ئەوانەی تەمەنیان زانراوە.",
            "Share of persons under 15 among all whose age is known.",
        ),
        method=_DERIVED,
        source=_SOURCE,
        theme="population",
    ),
)
