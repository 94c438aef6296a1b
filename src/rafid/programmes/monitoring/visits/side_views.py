"""The partner's page, the quality officer's page of data, and the checklists."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..models import Checklist, Contract
from ..seeing import OFFICE, held, may_anywhere
from ..weeks.access import owner_asked
from ..weeks.independence import matrix, overrides, without_declaration
from ..weeks.rotation import MOST_IN_A_ROW, UNANNOUNCED
from .data_quality import by_monitor, lines_of
from .partners import (
    by_topic,
    direction,
    drawn,
    findings_of,
    made,
    months_of,
    not_seen,
    partners_seen,
    released,
    reports_to_answer,
    summed,
    trend_of,
)

YEAR, DAY = timedelta(days=365), timedelta(days=1)
NEWEST = 20
"""Visits that the partner's page lists at once; the others on demand."""


@login_required
@require_safe
def partner(request: HttpRequest) -> HttpResponse:
    partners = partners_seen(request.user)
    asked = request.GET.get("partner", "")
    chosen = next((one for one in partners if one.ref == asked), None)
    if asked and chosen is None:
        raise Http404
    chosen = chosen or (partners[0] if partners else None)
    context: dict[str, Any] = {"partners": partners, "partner": chosen}
    if chosen is not None:
        visits = released(request.user, chosen)
        months = months_of(visits)
        found = trend_of(months)
        context |= {
            "visits": visits if request.GET.get("visits") == "all" else visits[:NEWEST],
            "count": len(visits),
            "made": made(visits),
            "not_seen": not_seen(visits),
            "whole": summed(_("All visits"), visits),
            "topics": by_topic(visits),
            "months": months,
            "points": drawn(months),
            "trend": found,
            "course": direction(found),
            "findings": findings_of(request.user, chosen),
            "reports": reports_to_answer(request.user, chosen),
            "contracts": Contract.objects.visible_to(request.user).filter(partner=chosen).order_by("start"),
            "own": may_anywhere(request.user, "answer"),
        }
    return render(request, "monitoring/visits/partner.html", context)


@login_required
@require_safe
def data_quality(request: HttpRequest) -> HttpResponse:
    if not held(request.user, OFFICE):
        raise Http404
    lines, today = lines_of(request.user), timezone.localdate()
    owner = owner_asked(request)
    found = matrix(request.user, owner, today - YEAR, today + DAY) if owner is not None else None
    context = {
        "lines": lines, "monitors": by_monitor(lines, found), "matrix": found, "least": UNANNOUNCED, "most": MOST_IN_A_ROW,
        "exceptions": overrides(request.user, owner, today - YEAR, today + DAY).count() if owner is not None else 0,
        "silent": without_declaration(found.rows) if found else [],
    }  # fmt: skip
    return render(request, "monitoring/visits/quality.html", context)


@login_required
@require_safe
def checklists(request: HttpRequest) -> HttpResponse:
    rows: dict[str, list[Checklist]] = defaultdict(list)
    for one in Checklist.objects.visible_to(request.user).select_related("form_version__form").order_by("pk"):
        rows[one.code].append(one)
    listed = [(versions[-1], versions) for _code, versions in sorted(rows.items())]
    return render(request, "monitoring/visits/checklists.html", {"listed": listed})


@login_required
@require_safe
def checklist(request: HttpRequest, code: str) -> HttpResponse:
    seen = Checklist.objects.visible_to(request.user).filter(code=code.replace("\x00", ""))
    versions = list(seen.select_related("form_version__form").order_by("-pk"))
    if not versions:
        raise Http404
    asked = request.GET.get("version", "")
    chosen = next((one for one in versions if one.number == asked), None)
    if asked and chosen is None:
        raise Http404
    chosen = chosen or versions[0]
    before = versions[versions.index(chosen) + 1 :][:1]
    known = set(before[0].items.values_list("code", flat=True)) if before else None
    items = [(one, known is not None and one.code not in known) for one in chosen.items.order_by("place_in_list")]
    context = {"checklist": chosen, "versions": versions, "items": items}
    return render(request, "monitoring/visits/checklist.html", context)
