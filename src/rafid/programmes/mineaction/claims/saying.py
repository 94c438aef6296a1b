"""What travels as a list, as people read it: evidence, the points of a field book, the hazards of a task."""

from __future__ import annotations

from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.writing import day

from ..models import EvidenceType, Hazard


def text_of(name: str, value: Any) -> str | None:
    if not isinstance(value, list):
        return None
    if name == "proofs":
        return "; ".join(_evidence(one) for one in value if isinstance(one, dict))
    if name == "book":
        return _("%(count)s points") % {"count": len(value)}
    if name == "grounds":
        known = [one for one in value if isinstance(one, str) and len(one) == 36]
        refs = {str(pk): ref for pk, ref in Hazard.everything.filter(pk__in=known).values_list("pk", "ref")}
        return ", ".join(refs.get(str(one), str(one)[:13]) for one in value)
    return None


def _evidence(one: dict[str, Any]) -> str:
    on = parse_date(str(one.get("on") or ""))
    kind = dict(EvidenceType.choices).get(str(one.get("type")), str(one.get("type") or ""))
    direct = pgettext("evidence", "direct") if one.get("direct") else pgettext("evidence", "indirect")
    said = [f"{kind} ({direct})", day(on) if on else "", str(one.get("source") or ""), str(one.get("text") or "")]
    return " · ".join(part for part in said if part)
