"""How many visits were received, and what was decided of them: by governorate, month and state."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from rafid.commons.forms.models import Submission
from rafid.commons.places.models import Level, Place
from rafid.commons.products.tables import Rows
from rafid.commons.programme import Block, Dashboard, Dataset, Field

FORM = "tpm_site_visit"
CODE = "monitoring-visits"


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


STATES = {
    "received": three("واردة", "گەیشتوو", "Received"),
    "has_issues": three("فيها ملاحظات", "کێشەی تێدایە", "Has issues"),
    "edited": three("مصححة", "دەستکاریکراو", "Edited"),
    "approved": three("معتمدة", "پەسەندکراو", "Approved"),
    "rejected": three("مرفوضة", "ڕەتکراوە", "Rejected"),
}


def visit_rows(user: Any) -> Rows:
    """Those that this person may see, counted. A visit lies in the governorate in which its place lies today."""
    seen = Submission.objects.visible_to(user).filter(form__xform_id=FORM).exclude(place=None)
    counted = (
        seen.annotate(month=TruncMonth("received_at"))
        .values_list("place", "month", "state")
        .annotate(n=Count("pk"))
        .order_by()
    )
    governorates = {one.pk: one for one in Place.objects.filter(level=Level.GOVERNORATE)}
    above = dict(Place.objects.filter(pk__in={row[0] for row in counted}).values_list("pk", "lineage"))
    totals: dict[tuple[Any, str, str], int] = {}
    for place, month, state, n in counted:
        governorate = next((pk for pk in above[place] if pk in governorates), None)
        if governorate is not None:
            key = (governorate, f"{month:%Y%m}", state)
            totals[key] = totals.get(key, 0) + n
    return Rows(
        [
            {
                "period": period,
                "adm1_code": governorates[pk].ref,
                "state": state,
                "visits": n,
                "place_id": pk,
            }
            for (pk, period, state), n in totals.items()
        ],
        key=("period", "adm1_code", "state"),
    )


DATASET = Dataset(
    CODE,
    title=three("الزيارات حسب الحالة", "سەردانەکان بەپێی دۆخ", "Visits by state"),
    about=three(
        "عدد زيارات مواقع الإزالة الواردة بالاستمارة الأقدم، حسب المحافظة والشهر وما تقرر بشأنها. "
        "زيارات خطط المعاينة ليست منها: تجدها في لوحة الرصد.",
        "ژمارەی سەردانەکانی شوێنەکانی پاککردنەوە بە فۆڕمی کۆنتر، بەپێی پارێزگا و مانگ و بڕیار لەسەریان. "
        "سەردانەکانی پلانەکانی نموونە لەوان نین: لە تەختەی چاودێریدا دەیانبینیت.",
        "Visits to clearance sites that were received by the older form, by governorate, month and what was decided of them. "
        "Visits of sampling plans are not among them: they are on the board of monitoring.",
    ),
    query=visit_rows,
    place="place",
    sensitivity="partner",
    every="P1M",
    fields=(
        Field("period", three("الشهر", "مانگ", "Month"), "period", hxl="#date+period"),
        Field("adm1_code", three("رمز المحافظة", "کۆدی پارێزگا", "Governorate code"), hxl="#adm1+code"),
        Field("state", three("الحالة", "دۆخ", "State"), "choice", hxl="#status", choices=STATES),
        Field("visits", three("الزيارات", "سەردانەکان", "Visits"), "integer", hxl="#activity+num"),
    ),
)

_WHAT = {"dataset": CODE, "field": "visits"}
DASHBOARD = Dashboard(
    "monitoring-visits",
    three("زيارات الرصد", "سەردانەکانی چاودێری", "Monitoring visits"),
    (
        Block("number", _WHAT, 4, three("الزيارات في الشهر", "سەردانەکانی مانگەکە", "Visits in the month")),
        Block(
            "line",
            {**_WHAT, "latest": 12},
            8,
            three("الزيارات شهراً بعد شهر", "سەردانەکان مانگ بە مانگ", "Visits month by month"),
        ),
        Block(
            "bar",
            {**_WHAT, "across": "state"},
            6,
            three("ما تقرر بشأنها", "بڕیار لەسەریان", "What was decided of them"),
        ),
        Block("bar", _WHAT, 6, three("حسب المحافظة", "بەپێی پارێزگا", "By governorate")),
        Block(
            "heat",
            {**_WHAT, "latest": 12},
            12,
            three("المحافظات والأشهر", "پارێزگا و مانگ", "Governorates and months"),
        ),
    ),
    filters=("place", "period"),
    sensitivity="partner",
)
