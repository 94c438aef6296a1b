"""What mine action measures by district and period: what is left at its end, and what was released in it.

The figures are those of all records, whoever may see them: a sum of a district shows no single hazard. Each square metre of
a district counts once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import shapely
from django.utils.translation import gettext_noop

from rafid.commons.indicators.periods import Span, span
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import Indicator
from rafid.methods import landrelease

from ..declared import three
from ..hazards import ledger_inputs
from ..hazards.ledger_inputs import record_of
from ..models import Hazard

KM2 = 1e6


def _by_district(places: Sequence[Place], days: Span) -> Iterator[tuple[Any, list[Any], list[Any]]]:
    """Each district that holds hazards, with those of the period's end and the releases on their ground by then."""
    hazards, releases = ledger_inputs.for_state(ledger_inputs.hazards(), ledger_inputs.releases(), on=days.end)
    districts = {one.pk for one in places if one.level == Level.DISTRICT}
    lineages = Hazard.everything.filter(pk__in={record_of(one.id) for one in hazards}).values_list(
        "pk", "place__lineage"
    )
    district_of = {str(pk): next((one for one in lineage or () if one in districts), None) for pk, lineage in lineages}
    mine: dict[Any, list[landrelease.Hazard]] = defaultdict(list)
    for one in hazards:
        mine[district_of.get(record_of(one.id))].append(one)
    tree = shapely.STRtree([one.ground for one in releases])
    for district, own in mine.items():
        if district is not None:
            near = tree.query([one.ground for one in own], predicate="intersects")[1] if releases else ()
            yield district, own, [releases[at] for at in sorted({int(at) for at in near})]


def contaminated(places: Sequence[Place], period: str) -> Iterator[dict[str, Any]]:
    """km² that are left at the period's end."""
    days = span(period)
    for district, hazards, releases in _by_district(places, days):
        found = landrelease.ledger(hazards, releases, on=days.end)
        yield {"place": district, "value": found.remaining / KM2}


def released(places: Sequence[Place], period: str) -> Iterator[dict[str, Any]]:
    """km² that the period's releases took off hazards, overlaps once."""
    days = span(period)
    for district, hazards, releases in _by_district(places, days):
        done = [one.ground for one in releases if days.start <= one.on <= days.end]
        ground = shapely.union_all([one.ground for one in hazards])
        yield {"place": district, "value": shapely.union_all(done).intersection(ground).area / KM2 if done else 0.0}


INDICATORS = (
    Indicator(
        "mine-contaminated-area",
        three("المساحة الملوثة", "ڕووبەری پیسبوو", "Contaminated area"),
        unit=gettext_noop("km²"),
        direction="less",
        definition=three(
            "مساحة المناطق الخطرة المشتبه بها والمؤكدة التي لم تُحرر بعد في نهاية الفترة.",
            "ڕووبەری ناوچە مەترسیدارە گومانلێکراو و دڵنیاکراوەکان کە لە کۆتایی ماوەکەدا هێشتا ئازاد نەکراون.",
            "Ground of suspected and confirmed hazardous areas that is not released yet at the period's end.",
        ),
        method=three(
            "من سجل المساحات: يُحسب كل متر مربع من القضاء مرة واحدة، وما حُرر يُطرح.",
            "لە تۆماری ڕووبەرەوە: هەر مەترێکی چوارگۆشەی قەزا یەک جار دەژمێردرێت، ئەوەی ئازاد کراوە لێی دەردەکرێت.",
            "From the ledger of areas: each square metre of a district counts once, what was released is taken off.",
        ),
        sensitivity="partner",
        theme="mines",
        page="/mineaction/",
        compute=contaminated,
    ),
    Indicator(
        "mine-released-area",
        three("المساحة المحررة", "ڕووبەری ئازادکراو", "Released area"),
        unit=gettext_noop("km²"),
        direction="more",
        definition=three(
            "مساحة المناطق الخطرة التي أُلغيت أو قُلّصت أو أُزيلت ألغامها بتحرير مقبول في الفترة.",
            "ڕووبەری ناوچە مەترسیدارەکان کە لە ماوەکەدا بە ئازادکردنی پەسەندکراو هەڵوەشێنراونەتەوە، کەم کراونەتەوە یان "
            "پاک کراونەتەوە.",
            "Ground of hazardous areas that was cancelled, reduced or cleared by accepted releases in the period.",
        ),
        method=three(
            "اتحاد أراضي تحريرات الفترة ضمن أراضي المناطق الخطرة في القضاء؛ التداخل يُحسب مرة واحدة.",
            "یەکگرتنی زەوی ئازادکردنەکانی ماوەکە لەناو زەوی ناوچە مەترسیدارەکانی قەزا؛ یەکترداپۆشین یەک جار دەژمێردرێت.",
            "The union of the period's released ground within the hazardous ground of a district; overlaps count once.",
        ),
        sensitivity="partner",
        theme="mines",
        page="/mineaction/",
        compute=released,
    ),
)
