"""Rivers: every level and release of the Tigris and Euphrates, checked, foretold and told."""

from __future__ import annotations

from rafid.commons.programme import Link, Navigation, Programme

from .declared import RECORDS, ROLES, three

RIVERS = Programme(
    name="rivers",
    names=three("الأنهار", "ڕووبارەکان", "Rivers"),
    navigation=Navigation(
        names=three("الأنهار", "ڕووبارەکان", "Rivers"),
        about=three(
            "مناسيب دجلة والفرات وتصاريفهما: جمعها وتدقيقها والتنبؤ بها.",
            "ئاستی ئاو و ڕۆیشتنی دیجلە و فورات: کۆکردنەوە و پشکنین و پێشبینیکردنیان.",
            "Levels and flows of the Tigris and Euphrates: collected, checked and foretold.",
        ),
        links=(
            Link("/rivers/", three("حالة اليوم", "دۆخی ئەمڕۆ", "Today's status")),
            Link("/rivers/forecasts/", three("التنبؤات", "پێشبینییەکان", "Forecasts")),
            Link("/rivers/outlook/", three("الاستشراف الموسمي", "پێشبینیی وەرزی", "Seasonal outlook")),
            Link("/rivers/ratings/", three("منحنيات المعايرة", "چەماوەکانی پێوان", "Rating curves")),
            Link("/rivers/enter/", three("الاستمارة اليومية", "فۆرمی ڕۆژانە", "Daily sheet")),
            Link("/rivers/import/", three("ملفات القيم", "فایلەکانی بەهاکان", "Files of values")),
            Link("/rivers/check/", three("ملاحظات القيم", "تێبینییەکانی بەهاکان", "Findings")),
            Link("/rivers/network/", three("شبكة الأنهار", "تۆڕی ڕووبارەکان", "River network")),
            Link("/rivers/reservoirs/", three("امتلاء الخزانات", "پڕبوونی عەمبارەکان", "Fill of reservoirs")),
            Link("/records/rivers/station/", three("المحطات", "وێستگەکان", "Stations")),
            Link("/records/rivers/reservoir/", three("الخزانات", "بەنداوەکان", "Reservoirs")),
        ),
    ),
    roles=ROLES,
    records=RECORDS,
    urls="rafid.programmes.rivers.urls",
    api="rafid.programmes.rivers.api:router",
    demo="rafid.programmes.rivers.demo:load",
)
