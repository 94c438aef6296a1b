"""The sheet of the population that comes each year."""

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
