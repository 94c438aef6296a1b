"""The sheet of the population that comes each year, that of work and the bulletin of water that come each month."""

from __future__ import annotations

from rafid.commons.programme import Bulletin

from .columns import three

POPULATION_YEARLY = Bulletin(
    "population-yearly",
    three("صحيفة السكان السنوية", "پەڕەی ساڵانەی دانیشتووان", "Population, the yearly sheet"),
    every="P1Y",
    kind="sheet",
    theme="population",
    summary=three(
        "عدد سكان البلد ومحافظاته، وكثافتهم، ونسبة الحضر.",
        "ژمارەی دانیشتووانی وڵات و پارێزگاکانی، چڕییان و ڕێژەی شار.",
        "How many people live in the country and its governorates, how densely, and how many in towns.",
    ),
    body={
        "blocks": [
            {
                "kind": "figures",
                "items": [
                    {
                        "field": "{indicator:population}",
                        "label": three("عدد السكان", "ژمارەی دانیشتووان", "Population"),
                    },
                    {
                        "field": "{indicator:population sex=female}",
                        "label": three("النساء والفتيات", "ژنان و کچان", "Women and girls"),
                    },
                    {
                        "field": "{indicator:population-density}",
                        "label": three("الكثافة السكانية", "چڕیی دانیشتووان", "Population density"),
                    },
                    {
                        "field": "{indicator:share-urban}",
                        "label": three("نسبة سكان الحضر", "ڕێژەی دانیشتووانی شار", "Urban share"),
                    },
                ],
            },
            {
                "kind": "text",
                "text": three(
                    "يقيم في البلد **{indicator:population}** شخصاً، يسكن {indicator:share-urban 1}% منهم في الحضر. "
                    "ونسبة الأطفال دون 15 سنة {indicator:share-children 1}%.",
                    "**{indicator:population}** کەس لە وڵاتدا نیشتەجێن، {indicator:share-urban 1}%یان لە شارن. "
                    "ڕێژەی منداڵانی خوار 15 ساڵ {indicator:share-children 1}% ە.",
                    "**{indicator:population}** people live in the country, {indicator:share-urban 1}% of them in towns. "
                    "{indicator:share-children 1}% are children under 15.",
                ),
            },
            {
                "kind": "map",
                "indicator": "population-density",
                "level": "governorate",
                "title": three("الكثافة السكانية", "چڕیی دانیشتووان", "Population density"),
            },
            {
                "kind": "table",
                "indicators": ["population", "population-density", "share-urban", "sex-ratio"],
                "level": "governorate",
                "title": three("المحافظات", "پارێزگاکان", "Governorates"),
            },
        ],
    },
)

WORK_MONTHLY = Bulletin(
    "labour-monthly",
    three("سوق العمل في صفحة", "بازاڕی کار لە پەڕەیەکدا", "The labour market on a page"),
    every="P1M",
    kind="sheet",
    theme="work",
    summary=three(
        "البطالة والمشاركة ومن وجدوا عملاً عبر مكاتب التشغيل.",
        "بێکاری و بەشداری و ئەوانەی لە ڕێگەی نووسینگەکانەوە کاریان دۆزییەوە.",
        "Unemployment, participation, and those who found work through employment offices.",
    ),
    body={
        "blocks": [
            {
                "kind": "figures",
                "items": [
                    {
                        "field": "{indicator:unemployment-rate 1}",
                        "label": three("معدل البطالة، %", "ڕێژەی بێکاری، %", "Unemployment rate, %"),
                    },
                    {
                        "field": "{indicator:participation-rate 1}",
                        "label": three("معدل المشاركة، %", "ڕێژەی بەشداری، %", "Participation rate, %"),
                    },
                    {
                        "field": "{indicator:vacancies-notified}",
                        "label": three("شواغر مبلَّغ عنها", "بۆشاییە ڕاگەیەنراوەکان", "Vacancies notified"),
                    },
                    {
                        "field": "{indicator:seekers-placed}",
                        "label": three("من شُغِّلوا", "دامەزراوان", "Placed in work"),
                    },
                ],
            },
            {
                "kind": "chart",
                "chart": "line",
                "indicator": "unemployment-rate",
                "periods": 24,
                "title": three(
                    "معدل البطالة في سنتين", "ڕێژەی بێکاری لە دوو ساڵدا", "Unemployment rate over two years"
                ),
            },
            {
                "kind": "table",
                "indicators": ["participation-rate", "unemployment-rate", "placement-rate", "training-completion"],
                "level": "governorate",
                "title": three("المحافظات", "پارێزگاکان", "Governorates"),
            },
        ],
    },
)

WATER_MONTHLY = Bulletin(
    "water-monthly",
    three("نشرة المياه الشهرية", "بڵاوکراوەی مانگانەی ئاو", "Water, the monthly bulletin"),
    every="P1M",
    theme="water",
    summary=three(
        "الأمطار وملوحة الأنهار وسلامة مياه الشرب وما وصل من مياه الري.",
        "باران و سوێریی ڕووبارەکان و پاکیی ئاوی خواردنەوە و ئاوی ئاودێریی گەیشتوو.",
        "Rain, the rivers' salinity, the safety of drinking water, irrigation water delivered.",
    ),
    body={
        "blocks": [
            {"kind": "heading", "text": three("الأمطار والأنهار", "باران و ڕووبارەکان", "Rain and rivers")},
            {
                "kind": "figures",
                "items": [
                    {"field": "{indicator:rainfall 1}", "label": three("الأمطار، ملم", "باران، ملم", "Rain, mm")},
                    {
                        "field": "{indicator:river-salinity 0}",
                        "label": three("ملوحة الأنهار، ملغ/ل", "سوێریی ڕووبارەکان، ملگ/ل", "River salinity, mg/l"),
                    },
                    {
                        "field": "{indicator:water-safe-share 1}",
                        "label": three("عينات مطابقة، %", "نموونەی پاک، %", "Safe samples, %"),
                    },
                ],
            },
            {
                "kind": "chart",
                "chart": "line",
                "indicator": "rainfall",
                "periods": 24,
                "title": three("موسما أمطار", "دوو وەرزی باران", "Two rainy seasons"),
            },
            {
                "kind": "map",
                "indicator": "river-salinity",
                "level": "governorate",
                "title": three("ملوحة الأنهار", "سوێریی ڕووبارەکان", "Salinity of the rivers"),
            },
            {"kind": "heading", "text": three("الشرب والري", "خواردنەوە و ئاودێری", "Drinking and irrigation")},
            {
                "kind": "table",
                "indicators": ["water-safe-share", "irrigation-planned", "irrigation-delivered", "irrigation-share"],
                "level": "governorate",
                "title": three("المحافظات", "پارێزگاکان", "Governorates"),
            },
        ],
    },
)
