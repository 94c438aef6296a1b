"""What the programme shows side by side from the first day on."""

from __future__ import annotations

from rafid.commons.programme import Block, Dashboard

from .columns import three

POPULATION = {"indicators": ["population"]}

DASHBOARDS = (
    Dashboard(
        "population-overview",
        three("نظرة عامة على السكان", "پوختەی دانیشتووان", "Population at a glance"),
        (
            Block("number", POPULATION, 4),
            Block("number", {"indicators": ["population-density"]}, 4),
            Block("number", {"indicators": ["share-urban"]}, 4),
            Block(
                "map",
                {"indicators": ["population-density"]},
                6,
                three("الكثافة السكانية على الخريطة", "چڕیی دانیشتووان لەسەر نەخشە", "Population density on the map"),
            ),
            Block("bar", POPULATION, 6, three("السكان حسب المكان", "دانیشتووان بەپێی شوێن", "Population by place")),
            Block("pyramid", POPULATION, 5, three("العمر والجنس", "تەمەن و ڕەگەز", "Age and sex")),
            Block(
                "table",
                {"indicators": ["population", "share-urban", "share-children", "dependency-ratio"]},
                7,
                three("المؤشرات حسب المكان", "نیشاندەرەکان بەپێی شوێن", "Indicators by place"),
            ),
            Block(
                "text",
                None,
                12,
                text=three(
                    "الأرقام من التعداد العام والإسقاطات السكانية؛ المصدر والتعريف تحت كل شكل.",
                    "ژمارەکان لە سەرژمێری گشتی و پێشبینیی دانیشتووانەوەن؛ سەرچاوە و پێناسە لەژێر هەر وێنەیەکدان.",
                    "Figures come from the census and from projections; source and definition stand below each chart.",
                ),
            ),
        ),
    ),
)
