"""Official statistics: what the statistical office counts, checked against real places and published."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from rafid.commons.programme import Dataset, Field, Import, Link, MapLayer, Navigation, Policy, Programme, Role

from . import queries, recording
from .bulletins import POPULATION_YEARLY, WATER_MONTHLY, WORK_MONTHLY
from .checks import CHECKS
from .columns import population_columns, three, value_columns
from .dashboards import DASHBOARDS
from .definitions import INDICATORS
from .labour import LABOUR
from .water import WATER

ATTRIBUTION = gettext_noop("Statistical office, as named in the column source")
PLACES = gettext_noop("The list of places of this platform, which names its sources")

_AREAS = (
    Field("period", three("الفترة", "ماوە", "Period"), "period", hxl="#date+period"),
    Field(
        "level",
        three("المستوى", "ئاست", "Level"),
        "choice",
        hxl="#meta+level",
        choices={
            "governorate": three("محافظة", "پارێزگا", "Governorate"),
            "district": three("قضاء", "قەزا", "District"),
        },
    ),
    Field("adm1_code", three("رمز المحافظة", "کۆدی پارێزگا", "Governorate code"), hxl="#adm1+code"),
    Field(
        "adm1_name_en",
        three("المحافظة بالإنجليزية", "پارێزگا بە ئینگلیزی", "Governorate (English)"),
        hxl="#adm1+name+en",
    ),
    Field("adm1_name_ar", three("المحافظة بالعربية", "پارێزگا بە عەرەبی", "Governorate (Arabic)"), hxl="#adm1+name+ar"),
    Field(
        "adm1_name_ckb", three("المحافظة بالكردية", "پارێزگا بە کوردی", "Governorate (Sorani)"), hxl="#adm1+name+ckb"
    ),
    Field("adm2_code", three("رمز القضاء", "کۆدی قەزا", "District code"), hxl="#adm2+code"),
    Field("adm2_name_en", three("القضاء بالإنجليزية", "قەزا بە ئینگلیزی", "District (English)"), hxl="#adm2+name+en"),
    Field("adm2_name_ar", three("القضاء بالعربية", "قەزا بە عەرەبی", "District (Arabic)"), hxl="#adm2+name+ar"),
    Field("adm2_name_ckb", three("القضاء بالكردية", "قەزا بە کوردی", "District (Sorani)"), hxl="#adm2+name+ckb"),
)
_COUNTS = (
    Field("total", three("المجموع", "کۆی گشتی", "Total"), "number", "persons", "#population+total"),
    Field("female", three("إناث", "مێ", "Female"), "number", "persons", "#population+f"),
    Field("male", three("ذكور", "نێر", "Male"), "number", "persons", "#population+m"),
    Field("urban", three("حضر", "شار", "Urban"), "number", "persons", "#population+urban"),
    Field("rural", three("ريف", "لادێ", "Rural"), "number", "persons", "#population+rural"),
)
_RATES = (
    Field(
        "density", three("الكثافة", "چڕی", "Density"), "number", "persons/km²", "#indicator+density+num"
    ),
    Field("share_urban", three("نسبة الحضر", "ڕێژەی شار", "Urban share"), "number", "%", "#indicator+urban+pct"),
    Field(
        "sex_ratio", three("نسبة النوع", "ڕێژەی ڕەگەز", "Sex ratio"), "number", "males per 100 females",
        "#indicator+sex_ratio+num",
    ),
    Field(
        "rates_flag", three("النسب محجوبة (*)", "ڕێژەکان ڕاگیراون (*)", "Rates withheld (*)"), hxl="#meta+flag"
    ),
)  # fmt: skip
_PROVENANCE = (
    Field("source", three("المصدر", "سەرچاوە", "Source"), hxl="#meta+source"),
    Field("as_of", three("بتاريخ", "لە ڕێکەوتی", "As of"), hxl="#date+source"),
)
_BASIS = (
    Field(
        "basis",
        three("كيف نشأ العدد", "ژمارەکە چۆن پەیدا بووە", "How the figure came about"),
        "choice",
        hxl="#meta+basis",
        choices={
            "given": three("كما ذكره مصدره", "وەک سەرچاوەکەی داویەتی", "As its source gave it"),
            "links": three(
                "مجموع أقضية التعداد المرتبطة بالقضاء",
                "کۆی ئەو قەزایانەی سەرژمێری کە بە قەزاکەوە بەستراون",
                "Sum of the census districts that are linked to the district",
            ),
            "rolled": three("مجموع أجزائه", "کۆی بەشەکانی", "Sum of its parts"),
            "derived": three("محسوب من أعداد أخرى", "لە ژمارەی تر ژمێردراوە", "Computed from other figures"),
            "barred": three("محجوب", "ڕاگیراو", "Withheld"),
        },
    ),
    Field(
        "links",
        three(
            "نسبة الأقضية المرتبطة التي جُمعت",
            "ڕێژەی قەزا بەستراوەکان کە کۆکراونەتەوە",
            "Share of linked districts summed",
        ),
        "number",
        hxl="#meta+links",
    ),
)

DATASETS = (
    Dataset(
        "places",
        title=three("المحافظات والأقضية", "پارێزگا و قەزاکان", "Governorates and districts"),
        about=three(
            "المحافظات والأقضية كما هي اليوم: رموزها وأسماؤها بثلاث لغات وما تتبعه ومساحتها.",
            "پارێزگا و قەزاکان وەک ئەمڕۆ: کۆد و ناویان بە سێ زمان، سەر بە کوێن و ڕووبەریان.",
            "Governorates and districts as they are today: codes, names in three languages, what they belong to, area.",
        ),
        query=queries.place_rows,
        place="place",
        theme="places",
        fields=(
            Field("code", three("رمز المكان", "کۆدی شوێن", "Place code"), hxl="#loc+code"),
            *(one for one in _AREAS if one.name == "level"),
            Field("name_ar", three("الاسم بالعربية", "ناو بە عەرەبی", "Name (Arabic)"), hxl="#loc+name+ar"),
            Field("name_ckb", three("الاسم بالكردية", "ناو بە کوردی", "Name (Sorani)"), hxl="#loc+name+ckb"),
            Field("name_en", three("الاسم بالإنجليزية", "ناو بە ئینگلیزی", "Name (English)"), hxl="#loc+name+en"),
            Field("within", three("يتبع", "سەر بە", "Within"), hxl="#adm1+code"),
            Field("area_km2", three("المساحة", "ڕووبەر", "Area"), "number", "km²", "#indicator+area+num"),
        ),
        licence="CC-BY-4.0",
        attribution=PLACES,
    ),
    Dataset(
        "population",
        title=three(
            "السكان حسب المحافظة والقضاء", "دانیشتووان بەپێی پارێزگا و قەزا", "Population by governorate and district"
        ),
        about=three(
            "مجموع السكان حسب الجنس والبيئة، والكثافة ونسبة الحضر ونسبة النوع.",
            "کۆی دانیشتووان بەپێی ڕەگەز و ژینگە، لەگەڵ چڕی و ڕێژەی شار و ڕێژەی ڕەگەز.",
            "People by sex and residence, with density, urban share and sex ratio.",
        ),
        query=queries.population_rows,
        place="place",
        fields=(*_AREAS, *_COUNTS, *_RATES, *_BASIS, *_PROVENANCE),
        licence="CC-BY-4.0",
        attribution=ATTRIBUTION,
        policy=Policy(),
    ),
    Dataset(
        "population-census-districts",
        title=three(
            "السكان حسب أقضية الجهاز الإحصائي",
            "دانیشتووان بەپێی قەزاکانی دەزگای ئامار",
            "Population by the statistical office's districts",
        ),
        about=three(
            "الأرقام كما وردت من مصدرها، لأقضية التعداد.",
            "ژمارەکان وەک ئەوەی لە سەرچاوەکەوە هاتوون، بۆ قەزاکانی سەرژمێری.",
            "Figures as they came from their source, for the districts of the census.",
        ),
        query=queries.census_district_rows,
        place="place",
        fields=(*_AREAS, *_COUNTS, *(one for one in _RATES if one.name != "density"), *_PROVENANCE),
        licence="CC-BY-4.0",
        attribution=ATTRIBUTION,
    ),
    Dataset(
        "population-age-sex",
        title=three("السكان حسب العمر والجنس", "دانیشتووان بەپێی تەمەن و ڕەگەز", "Population by age and sex"),
        about=three(
            "فئات عمرية من خمس سنوات حسب المحافظة والجنس.",
            "گرووپی تەمەنی پێنج ساڵە بەپێی پارێزگا و ڕەگەز.",
            "Five-year age groups by governorate and sex.",
        ),
        query=queries.age_sex_rows,
        place="place",
        fields=(
            *(one for one in _AREAS if one.name == "period" or one.name.startswith("adm1")),
            Field("age_group", three("الفئة العمرية", "گرووپی تەمەن", "Age group"), "choice", hxl="#age+group"),
            Field(
                "sex",
                three("الجنس", "ڕەگەز", "Sex"),
                "choice",
                hxl="#gender",
                choices={"female": three("إناث", "مێ", "Female"), "male": three("ذكور", "نێر", "Male")},
            ),
            Field(
                "population", three("عدد السكان", "ژمارەی دانیشتووان", "Population"), "number", "persons", "#population"
            ),
            *_PROVENANCE,
        ),
        licence="CC-BY-4.0",
        attribution=ATTRIBUTION,
    ),
)

IMPORTS = (
    Import(
        "population",
        names=three("جدول السكان", "خشتەی دانیشتووان", "Population table"),
        about=three(
            "صف لكل مكان وفترة (وفئة عمرية إن وجدت)، وعمود لكل من المجموع والإناث والذكور والحضر والريف.",
            "ڕیزێک بۆ هەر شوێن و ماوەیەک (و گرووپی تەمەن ئەگەر هەبێت)، و ستوونێک بۆ هەریەک "
            "لە کۆی گشتی و مێ و نێر و شار و لادێ.",
            "A row for each place and period (and age group, if there are any), with a column each for total, female, male, "
            "urban and rural.",
        ),
        columns=population_columns(),
        apply=recording.record_population,
        unique=("governorate", "district", "place", "period", "age_group"),
        sourced=True,
    ),
    Import(
        "values",
        names=three("قيم المؤشرات", "بەهاکانی نیشاندەرەکان", "Values of indicators"),
        about=three(
            "صف لكل قيمة: المؤشر والمكان والفترة والقيمة، مع التفصيل إن وجد.",
            "ڕیزێک بۆ هەر بەهایەک: نیشاندەر و شوێن و ماوە و بەها، لەگەڵ وردکاری ئەگەر هەبێت.",
            "A row for each value: indicator, place, period and value, with its breakdown if it has one.",
        ),
        columns=value_columns(),
        apply=recording.record_figures,
        unique=("indicator", "governorate", "district", "place", "period", "sex", "age_group", "residence"),
        sourced=True,
    ),
)

STATISTICS = Programme(
    name="statistics",
    names=three("الإحصاءات الرسمية", "ئاماری فەرمی", "Official statistics"),
    navigation=Navigation(
        names=three("الإحصاءات الرسمية", "ئاماری فەرمی", "Official statistics"),
        about=three(
            "السكان والمؤشرات الرسمية، حسب المحافظة والقضاء.",
            "دانیشتووان و نیشاندەرە فەرمییەکان، بەپێی پارێزگا و قەزا.",
            "Population and official indicators, by governorate and district.",
        ),
        links=(
            Link("/statistics/population/", three("السكان", "دانیشتووان", "Population")),
            Link("/indicators/", three("المؤشرات", "نیشاندەرەکان", "Indicators")),
            Link("/catalog/", three("البيانات", "داتا", "Data")),
            Link(
                "/imports/new/?target=statistics.population", three("استيراد", "هاوردەکردن", "Import"), action="import"
            ),
        ),
    ),
    roles=(
        Role(
            "officer",
            three("موظف الإحصاء", "فەرمانبەری ئامار", "Statistics officer"),
            reads="restricted",
            may=frozenset({"add", "change", "delete", "import", "check"}),
        ),
        Role(
            "approver",
            three("المصادِق", "پەسەندکەر", "Approver"),
            reads="restricted",
            may=frozenset({"approve", "publish"}),
        ),
        Role("viewer", three("مطّلع", "بینەر", "Viewer"), reads="partner"),
    ),
    checks=CHECKS,
    indicators=(*INDICATORS, *LABOUR, *WATER),
    datasets=DATASETS,
    layers=(MapLayer("population", dataset="population", style="choropleth"),),
    dashboards=DASHBOARDS,
    bulletins=(POPULATION_YEARLY, WORK_MONTHLY, WATER_MONTHLY),
    imports=IMPORTS,
    urls="rafid.programmes.statistics.urls",
    demo="rafid.programmes.statistics.demo:load",
)
