"""Pages of reservoirs: all on one sheet, and each with its balance, rule curve, facts and what-if."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from babel import Locale
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.people.visibility import may_on
from rafid.commons.records.change import Refused

from ..models import Reservoir, RiverNode, RuleCurve, StorageTable
from ..status.words import river_name
from ..values.numbers import read_number
from ..values.reading import Known, seen_values
from .drawing import YEAR, residuals, year_of_rules
from .queries import State, balance, grouped, nothing, states, together
from .what_if import MOST_DAYS, WhatIf, what_if

DAYS = 10


def country_name(code: str) -> str:
    return str(Locale.parse(get_language() or "ar").territories.get(code, code))


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    rows = Reservoir.objects.visible_to(request.user).select_related("node").order_by("country", "node__river", "code")
    found = states(request.user, rows, timezone.now())
    whole = together(found)
    context = {
        "rows": found,
        "whole": whole,
        "by_country": grouped(found, lambda one: country_name(one.row.country)),
        "by_river": grouped(found, lambda one: river_name(one.row.node.river)),
    }
    return render(request, "rivers/reservoirs/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    row = Reservoir.objects.visible_to(request.user).select_related("node", "station").filter(code=code).first()
    if row is None:
        raise Http404
    now = timezone.now()
    user = request.user
    (state,) = states(user, [row], now)
    may = user.is_authenticated and (may_on(user, "operate_dam", row) or may_on(user, "forecast", row))
    asked: WhatIf | None = None
    error = ""
    if request.method == "POST":
        if not may:
            raise Http404
        try:
            release = read_number(request.POST.get("release", ""))
            days = int(read_number(request.POST.get("days", "") or DAYS))
            inflow = request.POST.get("inflow", "").strip()
            if not 0 < days <= MOST_DAYS:
                raise Refused(_("Give a release of 0 or more, in m³/s, for 1 to %(most)s days.") % {"most": MOST_DAYS})
            asked = what_if(user, row, release=[release] * days, at=now, inflow=read_number(inflow) if inflow else None)
        except (Refused, ValueError) as reason:
            error = str(reason)
    days = balance(user, state, now)
    rules = list(RuleCurve.objects.filter(reservoir=row, plan="").order_by("day_of_year"))
    day = now.timetuple().tm_yday
    context = {
        "row": row,
        "state": state,
        "facts": state.facts,
        "days": days,
        "rules": rules,
        "rule": next((one for one in reversed(rules) if one.day_of_year <= day), rules[-1] if rules else None),
        "may": may,
        "asked": asked,
        "compared": _compared(asked) if asked else [],
        "places": _places(asked) if asked else [],
        "error": error,
        "year": year_of_rules(_level_of_a_year(user, state, now), rules, now),
        "residuals": residuals(days),
        "tables": StorageTable.objects.filter(reservoir=row).order_by("-valid_from"),
        "typed": request.POST if request.method == "POST" else {"days": DAYS},
    }
    return render(request, "rivers/reservoirs/page.html", context, status=422 if error else 200)


def _level_of_a_year(user: Any, state: State, now: datetime) -> Known:
    series = state.series.get("reservoir_level")
    return nothing() if series is None else seen_values(user, series, start=now - timedelta(days=YEAR), end=now)


def _compared(found: WhatIf) -> list[dict[str, Any]]:
    return [
        {
            "day": day,
            "storage": found.storage[day],
            "level": found.level[day],
            "plan_storage": found.plan_storage[day],
            "plan_level": found.plan_level[day],
        }
        for day in found.days
    ]


def _places(found: WhatIf) -> list[dict[str, Any]]:
    names = {one.code: one.name for one in RiverNode.objects.filter(code__in=found.flows)}
    return [
        {
            "name": names.get(code, code),
            "plan": found.plan_flows[code][-1],
            "asked": flows[-1],
            "change": flows[-1] - found.plan_flows[code][-1],
        }
        for code, flows in found.flows.items()
    ]
