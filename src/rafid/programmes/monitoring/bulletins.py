"""The bulletin of visits that comes each month, and the figures that it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Q

from rafid.commons.forms.models import Submission
from rafid.commons.indicators.periods import span
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import Bulletin, Indicator

from .visit_counts import FORM, three


def _counted(places: Sequence[Place], period: str) -> Iterator[tuple[Any, int, int]]:
    """Governorate, visits received in the period, those of them that are approved by now."""
    governorates = {one.pk for one in places if one.level == Level.GOVERNORATE}
    days = span(period)
    rows = (
        Submission.objects.filter(form__xform_id=FORM, received_at__date__range=(days.start, days.end))
        .exclude(place=None)
        .order_by()
        .values_list("place", "place__lineage")
        .annotate(received=Count("pk"), approved=Count("pk", filter=Q(state="approved")))
    )
    found: dict[Any, list[int]] = {}
    for _place, lineage, received, approved in rows:
        governorate = next((pk for pk in lineage if pk in governorates), None)
        if governorate is not None:
            counts = found.setdefault(governorate, [0, 0])
            counts[0] += received
            counts[1] += approved
    for governorate, (received, approved) in found.items():
        yield governorate, received, approved


def visits_received(places: Sequence[Place], period: str) -> Iterator[dict[str, Any]]:
    for governorate, received, _approved in _counted(places, period):
        yield {"place": governorate, "value": received}


def visits_approved(places: Sequence[Place], period: str) -> Iterator[dict[str, Any]]:
    for governorate, received, approved in _counted(places, period):
        yield {"place": governorate, "numerator": approved, "denominator": received}


INDICATORS = (
    Indicator(
        "visits-received",
        three("الزيارات الواردة", "سەردانە گەیشتووەکان", "Visits received"),
        unit="",
        definition=three(
            "زيارات مواقع الإزالة التي وردت في الفترة.",
            "سەردانەکانی شوێنەکانی پاککردنەوە کە لە ماوەکەدا گەیشتوون.",
            "Visits to clearance sites that were received in the period.",
        ),
        sensitivity="partner",
        compute=visits_received,
    ),
    Indicator(
        "visits-approved-share",
        three("نسبة الزيارات المعتمدة", "ڕێژەی سەردانە پەسەندکراوەکان", "Share of visits approved"),
        unit="%",
        kind="share",
        multiplier=100,
        rollup="ratio",
        definition=three(
            "الزيارات المعتمدة من بين الواردة في الفترة.",
            "سەردانە پەسەندکراوەکان لە کۆی ئەوانەی لە ماوەکەدا گەیشتوون.",
            "Of the visits that were received in the period, those approved.",
        ),
        sensitivity="partner",
        compute=visits_approved,
    ),
)

BULLETIN = Bulletin(
    "monitoring-monthly",
    three("نشرة الرصد الشهرية", "بڵاوکراوەی مانگانەی چاودێری", "Monitoring, the monthly bulletin"),
    every="P1M",
    sensitivity="partner",
    body={
        "blocks": [
            {"kind": "heading", "text": three("الزيارات", "سەردانەکان", "Visits")},
            {
                "kind": "figures",
                "items": [
                    {
                        "field": "{indicator:visits-received}",
                        "label": three("الزيارات الواردة", "سەردانە گەیشتووەکان", "Visits received"),
                    },
                    {
                        "field": "{indicator:visits-received change}",
                        "label": three(
                            "التغير عن الشهر السابق", "گۆڕان لە مانگی پێشووەوە", "Change since the month before"
                        ),
                    },
                    {
                        "field": "{indicator:visits-approved-share 1}",
                        "label": three("نسبة المعتمدة", "ڕێژەی پەسەندکراو", "Share approved"),
                    },
                ],
            },
            {
                "kind": "text",
                "text": three(
                    "وردت **{indicator:visits-received}** زيارة؛ اعتُمد {indicator:visits-approved-share 1}% منها.",
                    "**{indicator:visits-received}** سەردان گەیشتن؛ {indicator:visits-approved-share 1}%یان پەسەند کران.",
                    "**{indicator:visits-received}** visits were received; {indicator:visits-approved-share 1}% are approved.",
                ),
            },
            {
                "kind": "chart",
                "chart": "line",
                "indicator": "visits-received",
                "periods": 12,
                "title": three("شهراً بعد شهر", "مانگ بە مانگ", "Month by month"),
            },
            {"kind": "heading", "text": three("المحافظات", "پارێزگاکان", "Governorates")},
            {
                "kind": "table",
                "indicators": ["visits-received", "visits-approved-share"],
                "level": "governorate",
                "title": three("حسب المحافظة", "بەپێی پارێزگا", "By governorate"),
            },
            {
                "kind": "footnote",
                "text": three(
                    "تُحسب الزيارة في المحافظة التي يقع فيها موقعها اليوم.",
                    "سەردان لەو پارێزگایەدا دەژمێردرێت کە شوێنەکەی ئەمڕۆ تێیدایە.",
                    "A visit counts in the governorate in which its site lies today.",
                ),
            },
        ],
    },
)
