"""Rivers: every level and release of the Tigris and Euphrates, checked, foretold and told."""

from __future__ import annotations

from rafid.commons.programme import Link, Navigation, Parcel, Programme

from .declared import RECORDS, ROLES, three
from .measuring.datasets import DATASETS, LAYERS
from .measuring.indicators import DASHBOARD, INDICATORS
from .measuring.reports import REPORTS
from .sheet.declared import FORMS
from .terrain import datasets as terrain

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
            Link(
                "/rivers/enter/",
                three("الاستمارة اليومية", "فۆرمی ڕۆژانە", "Daily sheet"),
                action="record",
            ),
            Link("/rivers/check/", three("ملاحظات القيم", "تێبینییەکانی بەهاکان", "Findings"), action="check"),
            Link("/rivers/forecasts/", three("التنبؤات", "پێشبینییەکان", "Forecasts")),
            Link("/rivers/models/", three("نماذج التنبؤ", "مۆدێلەکانی پێشبینی", "Forecast models"), action="model"),
            Link("/rivers/warnings/", three("الإنذارات", "ئاگادارکردنەوەکان", "Warnings")),
            Link("/rivers/bulletins/", three("النشرات", "بڵاوکراوەکان", "Bulletins")),
            Link("/rivers/reservoirs/", three("الخزانات", "عەمبارەکان", "Reservoirs")),
            Link(
                "/rivers/floods/",
                three("الفيضانات", "لافاوەکان", "Floods"),
                holds=("/rivers/catchments/", "/rivers/terrain/"),
            ),
            Link("/rivers/drought/", three("الجفاف", "وشکەساڵی", "Drought")),
            Link("/rivers/outlook/", three("الاستشراف الموسمي", "پێشبینیی وەرزی", "Seasonal outlook")),
            Link(
                "/records/rivers/station/",
                three("المحطات", "وێستگەکان", "Stations"),
                holds=("/rivers/stations/", "/records/rivers/series/"),
            ),
            Link("/rivers/ratings/", three("منحنيات المعايرة", "چەماوەکانی پێوان", "Rating curves")),
            Link("/rivers/network/", three("شبكة الأنهار", "تۆڕی ڕووبارەکان", "River network")),
            Link(
                "/rivers/agreements/",
                three("مشاركة السلاسل", "هاوبەشکردنی زنجیرەکان", "Sharing of series"),
                action="export",
            ),
            Link("/rivers/import/", three("ملفات القيم", "فایلەکانی بەهاکان", "Files of values"), action="import"),
        ),
    ),
    roles=ROLES,
    records=RECORDS,
    indicators=INDICATORS,
    datasets=(*DATASETS, *terrain.DATASETS),
    layers=(*LAYERS, *terrain.LAYERS),
    dashboards=(DASHBOARD,),
    reports=REPORTS,
    forms=FORMS,
    parcels=(
        Parcel(
            "rivers.values",
            "rafid.programmes.rivers.exchange.giving:give",
            "rafid.programmes.rivers.exchange.taking:take",
        ),
    ),
    urls="rafid.programmes.rivers.urls",
    roots="rafid.programmes.rivers.roots",
    waiting=("rafid.programmes.rivers.waiting:panels",),
    alerts=("rafid.programmes.rivers.warnings.announcing:announced",),
    api="rafid.programmes.rivers.api:router",
    demo="rafid.programmes.rivers.demo:load",
)
