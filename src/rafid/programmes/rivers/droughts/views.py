"""``/rivers/drought/``: an index of all stations for one month, the droughts that go on, and the table as a file."""

from __future__ import annotations

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from ..values.times import Untimely, read_time
from .queries import SCALES, Picture, drought


def _names() -> dict[str, str]:
    return {
        "low": pgettext("water of a month", "Low"),
        "below_normal": pgettext("water of a month", "Below normal"),
        "normal": pgettext("water of a month", "Normal"),
        "above_normal": pgettext("water of a month", "Above normal"),
        "high": pgettext("water of a month", "High"),
    }


def _asked(request: HttpRequest) -> tuple[Picture, str]:
    index = request.GET.get("index", "spi")
    index = index if index in ("spi", "ssi", "spei") else "spi"
    text = request.GET.get("scale", "3")
    scale = int(text) if text in {str(one) for one in SCALES} else 3
    try:
        known_at = read_time(request.GET["known_at"], zone="UTC") if request.GET.get("known_at") else None
        month = request.GET.get("month") or None
        return drought(request.user, index=index, scale=scale, month=month, known_at=known_at), ""
    except Untimely as wrong:
        problem = str(wrong)
    except ValueError:
        problem = _("Write the month as 2026-03.")
    return drought(request.user, index=index, scale=scale), problem


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    found, problem = _asked(request)
    names = _names()
    why = {
        "empty": _("no values"),
        "gap": _("days are missing"),
        "short": _("too few years, or a dry season"),
    }
    rows = [{"row": one, "class_name": names.get(one.status, ""), "why": why.get(one.why, "")} for one in found.rows]
    counts: dict[str, int] = {}
    for one in found.rows:
        if one.status:
            counts[one.status] = counts.get(one.status, 0) + 1
    context: dict[str, Any] = {
        "found": found,
        "rows": rows,
        "problem": problem,
        "scales": SCALES,
        "indices": [("spi", _("Rain")), ("ssi", _("Flow")), ("spei", _("Rain less evapotranspiration"))],
        "counts": [(names[code], counts.get(code, 0)) for code in names],
    }
    return render(request, "rivers/droughts/page.html", context, status=422 if problem else 200)


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    found, _problem = _asked(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{found.index}-{found.scale}-{found.month}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(answer)
    writer.writerow(
        ["station", "month", f"{found.index}-{found.scale}", "class", "drought_since", "months", "severity"]
    )
    for one in found.rows:
        value = "" if one.value is None else round(one.value, 4)
        event = [one.since, one.months, round(one.severity, 4)] if one.months else ["", "", ""]
        writer.writerow([one.station.code, found.month, value, one.status, *event])
    return answer
