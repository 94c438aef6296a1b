"""The bulletin of readiness that comes each month."""

from __future__ import annotations

from rafid.commons.programme import Bulletin

from .indicators import three

READINESS = Bulletin(
    "preparedness-monthly",
    three("نشرة الجاهزية الشهرية", "بڵاوکراوەی مانگانەی ئامادەیی", "Readiness, the monthly bulletin"),
    every="P1M",
    theme="relief",
    summary=three(
        "ما في المخازن مما تطلبه الخطة، ومن تدرب، وكم إنذاراً لُبِّي خلال ساعة.",
        "لە کۆگاکاندا چی هەیە لەوەی پلانەکە داوای دەکات، کێ ڕاهێنراوە و چەند ئاگاداری لە کاتژمێرێکدا وەڵام درایەوە.",
        "What is in store of what the plan asks for, who is trained, how many alerts were answered within an hour.",
    ),
    body={
        "blocks": [
            {
                "kind": "figures",
                "items": [
                    {
                        "field": "{indicator:kits-in-store}",
                        "label": three("حقائب في المخازن", "سەبەتە لە کۆگا", "Kits in store"),
                    },
                    {
                        "field": "{indicator:kits-covered 1}",
                        "label": three("تغطية الخطة، %", "پۆشینی پلان، %", "Cover of the plan, %"),
                    },
                    {
                        "field": "{indicator:volunteers-trained}",
                        "label": three("متطوعون مدرَّبون", "خۆبەخشانی ڕاهێنراو", "Volunteers trained"),
                    },
                    {
                        "field": "{indicator:alerts-answered-share 1}",
                        "label": three(
                            "إنذارات ملبّاة في وقتها، %", "ئاگاداریی وەڵامدراو، %", "Alerts answered in time, %"
                        ),
                    },
                ],
            },
            {
                "kind": "text",
                "text": three(
                    "في مخازن الفروع **{indicator:kits-in-store}** حقيبة، أي {indicator:kits-covered 1}% مما تطلبه الخطة. "
                    "وتسلمت {indicator:families-assisted} أسرة مواد إغاثة.",
                    "لە کۆگای لقەکاندا **{indicator:kits-in-store}** سەبەتە هەن، واتە {indicator:kits-covered 1}%ی داوای پلان. "
                    "{indicator:families-assisted} خێزان کەرەستەی فریاگوزارییان وەرگرت.",
                    "The stores of branches hold **{indicator:kits-in-store}** kits, {indicator:kits-covered 1}% "
                    "of what the plan "
                    "asks for. {indicator:families-assisted} families received relief goods.",
                ),
            },
            {
                "kind": "map",
                "indicator": "kits-covered",
                "level": "governorate",
                "title": three("تغطية المخزون للخطة", "پۆشینی پلان بە کۆگا", "Stock cover of the plan"),
            },
            {
                "kind": "chart",
                "chart": "line",
                "indicator": "families-assisted",
                "periods": 24,
                "title": three(
                    "الأسر التي أُعينت في سنتين",
                    "خێزانە یارمەتیدراوەکان لە دوو ساڵدا",
                    "Families assisted, over two years",
                ),
            },
            {
                "kind": "table",
                "indicators": ["kits-needed", "kits-in-store", "kits-covered", "volunteers-trained-share"],
                "level": "governorate",
                "title": three("المحافظات", "پارێزگاکان", "Governorates"),
            },
        ],
    },
)
