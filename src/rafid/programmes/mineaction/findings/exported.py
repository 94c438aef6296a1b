"""The list of findings as a file: what the page says of each, no more than its reader sees there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from rafid.commons.programme import Field

from ..declared import three
from ..listing import MOST, NOTE
from ..models import Hazard
from ..picture.asked import Asked
from ..picture.files import send_rows
from ..picture.frame import frame
from . import queries
from .titles import TITLES

NAME = three("الملاحظات", "تێبینییەکان", "Findings")
_BLOCK = 500
FIELDS = (
    Field("alarm", three("إنذار", "ئاگادارکردنەوە", "Alarm"), "boolean"),
    Field("finding", three("الملاحظة", "تێبینی", "Finding")),
    Field("rule", three("القاعدة", "ڕێسا", "Rule")),
    Field("severity", three("الخطورة", "گرنگی", "Severity")),
    Field("record", three("السجل", "تۆمار", "Record")),
    Field("place", three("المكان", "شوێن", "Place")),
    Field("state", three("الحالة", "دۆخ", "State")),
    Field("assigned_to", three("أُسندت إلى", "سپێردراوە بە", "Assigned to")),
    Field("found_on", three("وُجدت في", "دۆزرایەوە لە", "Found on"), "date"),
    Field("remedy", three("ما العمل", "چی بکرێت", "What to do")),
    Field("note", NOTE),
)


def send(request: HttpRequest, kind: str, rows: Any, place: Any) -> Any:
    framed = frame(Asked(timezone.localdate()), place, Hazard.objects.visible_to(request.user))
    said: list[dict[str, Any]] = []
    some = list(rows[:MOST])
    for at in range(0, len(some), _BLOCK):
        said += [_row(one, framed.said) for one in queries.shown(some[at : at + _BLOCK])]
    code = f"mineaction-findings-{timezone.localdate()}"
    return send_rows(request, kind, code, NAME, FIELDS, said, key=("_key",), about=framed.said, located=False)


def _row(one: dict[str, Any], note: str) -> dict[str, Any]:
    finding, record = one["finding"], one["record"]
    place = record.place if record is not None else None
    return {
        "alarm": one["alarm"], "finding": one["message"], "rule": str(TITLES.get(finding.check_code, finding.check_code)),
        "severity": finding.get_severity_display(), "record": finding.record_ref, "place": place.name if place else "",
        "state": finding.get_state_display(), "assigned_to": str(finding.assigned_to or ""),
        "found_on": timezone.localdate(finding.found_at), "remedy": str(one["remedy"]), "note": note, "_key": str(finding.pk),
    }  # fmt: skip
