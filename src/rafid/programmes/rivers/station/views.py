"""``/rivers/stations/{code}/``: a station as known at any moment: its hydrograph, its sources, its values and their history."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.people.models import Account
from rafid.commons.people.visibility import may, may_on
from rafid.commons.products.papers.grids import Column, Grid
from rafid.commons.products.papers.workbook import as_xlsx

from ..codes import VARIABLES, FlowQuality, Quality
from ..models import SeriesFinding, Station
from ..rating.curves import seen as seen_ratings
from ..seeing import PROGRAMME, latest_time, staff_sees
from ..standards import MADE_UP, is_made_up
from ..values.api import one_series
from ..values.reading import aware, last_time, versions_of
from ..values.times import Untimely, read_time
from .drawing import hydrograph
from .queries import Source, disagreement, limits_of, of_quantity, series_of, sources, stops

SPANS = (30, 90, 365, 3653)
ROWS = 120


def seen_station(user: Any, code: str) -> Station:
    row: Station | None = (
        Station.objects.visible_to(user).select_related("node", "place", "owner").filter(code=code).first()
    )
    if row is None:
        raise Http404
    return row


@require_safe
def station(request: HttpRequest, code: str) -> HttpResponse:
    row = seen_station(request.user, code)
    every = series_of(request.user, row)
    variables = list(dict.fromkeys(one.variable for one in every))
    variable = request.GET.get("variable", "")
    if variable not in variables:
        variable = next(
            (one for one in ("stage", "reservoir_level", "discharge", "precipitation") if one in variables), ""
        ) or next(iter(variables), "")
    mine = of_quantity(every, variable)
    problem, known_at, asked_end = "", None, None
    try:
        known_at = _time(request.GET.get("known_at"))
        asked_end = _time(request.GET.get("to"))
    except Untimely as wrong:
        problem = str(wrong)
    days = int(request.GET["days"]) if request.GET.get("days") in {str(one) for one in SPANS} else 90
    end = asked_end or _last(request.user, mine) or timezone.now()
    start = end - timedelta(days=days)
    found = sources(request.user, mine, start=start, end=end, known_at=known_at)
    moments = stops(request.user, mine, start=start, end=end) if mine else []
    limits = limits_of(request.user, row, variable, known_at or timezone.now())
    context = {
        "station": row,
        "variables": [{"code": one, "name": VARIABLES[one].name} for one in variables],
        "variable": variable,
        "unit": VARIABLES[variable].unit if variable else "",
        "days": days,
        "spans": [(30, _("A month")), (90, _("Three months")), (365, _("A year")), (3653, _("Ten years"))],
        "to": request.GET.get("to", ""),
        "known_at": known_at,
        "stops": _stamps(moments),
        "at": sum(one <= known_at for one in moments) if known_at else len(moments),
        "known_text": _local(known_at) if known_at else "",
        "start": start,
        "end": end,
        "found": [_shown(request.user, one, number) for number, one in enumerate(found)],
        "apart": disagreement(found),
        "limits": limits,
        "drawn": hydrograph(found, limits, start=start, end=end),
        "rows": _rows(found[0], staff_sees(request.user, found[0].series)) if found else [],
        "first": found[0].series if found else None,
        "findings": _findings(request.user, mine, start, end),
        "may_check": may(request.user, "check", PROGRAMME),
        "rated": seen_ratings(request.user).filter(station=row).exists(),
        "problem": problem,
    }
    part = "rivers/station/picture.html" if request.headers.get("HX-Request") else "rivers/station/station.html"
    answer = render(request, part, context, status=422 if problem else 200)
    answer["Vary"] = "HX-Request"
    return answer


def _local(time: datetime) -> str:
    return time.astimezone(timezone.get_default_timezone()).strftime("%Y-%m-%dT%H:%M:%S")


def _stamps(moments: list[datetime]) -> list[str]:
    """Where the slider stops: before the first change, behind each of them (at the next whole second), and now."""
    if not moments:
        return []
    behind = [_local(one + timedelta(seconds=1)) for one in moments[:-1]]
    return [_local(moments[0] - timedelta(seconds=1)), *behind, ""]


def _time(text: str | None) -> datetime | None:
    return read_time(text, zone=settings.TIME_ZONE) if text else None


def _last(user: Any, rows: list[Any]) -> datetime | None:
    times = [last_time(one, before=latest_time(user, one) or timezone.now()) for one in rows]
    return max((one for one in times if one is not None), default=None)


def _shown(user: Any, one: Source, number: int) -> dict[str, Any]:
    last = one.last
    return {
        "number": min(number, 5),
        "series": one.series,
        "count": len(one.known),
        "last_time": aware(last[0]) if last else None,
        "last_value": last[1] + one.offset if last else None,
        "offset": one.offset,
        "embargo": one.series.embargo_hours if not staff_sees(user, one.series) else 0,
    }


def _rows(one: Source, staff: bool) -> list[dict[str, Any]]:
    known = one.known
    rows = []
    for i in reversed(range(max(len(known) - ROWS, 0), len(known))):
        value, flow = float(known.values[i]), int(known.flow_quality[i])
        rows.append(
            {
                "time": aware(known.times[i]),
                "value": None if np.isnan(value) else value,
                "quality": int(known.quality[i]),
                "quality_name": Quality(int(known.quality[i])).label,
                "flow_name": FlowQuality(flow).label if flow > 0 else "",
                "known_from": aware(known.known_from[i]),
                "reason": known.reasons[i] if staff else "",
                "stamp": np.datetime_as_string(known.times[i], unit="us") + "Z",
            }
        )
    return rows


def _findings(user: Any, rows: list[Any], start: datetime, end: datetime) -> Any:
    return (
        SeriesFinding.objects.visible_to(user)
        .filter(series__in=rows, state__in=("open", "confirmed"), start__lte=end, end__gte=start)
        .count()
    )


@require_safe
def versions(request: HttpRequest, code: str, id: Any) -> HttpResponse:
    """All that was ever known of one value; of the latest where none is named."""
    row = seen_station(request.user, code)
    series = one_series(request.user, str(id))
    limit = latest_time(request.user, series)
    try:
        asked = _time(request.GET.get("time"))
    except Untimely as wrong:
        raise Http404 from wrong
    time = asked or last_time(series, before=limit)
    if time is None or series.station_id != row.pk or (limit is not None and time > limit):
        raise Http404
    found = versions_of(series, time)
    if not found:
        raise Http404
    inside = may_on(request.user, "record", series) or may_on(request.user, "check", series)
    names = (
        {one.pk: str(one) for one in Account.objects.filter(pk__in={one["made_by"] for one in found})} if inside else {}
    )
    shown = [
        {**one, "quality_name": Quality(one["quality"]).label, "by": names.get(one["made_by"], "")}
        for one in reversed(found)
    ]
    context = {"station": row, "series": series, "time": time, "rows": shown, "inside": inside}
    return render(request, "rivers/station/versions.html", context)


HXL = (
    "#date+observed", "#indicator+num+{variable}", "#indicator+quality+code", "#indicator+quality+rating", "#date+known",
    "#description+reason", "#meta+note",
)  # fmt: skip
"""The tags of the workbook's columns, in their order."""


def _harmless(text: str) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


@require_safe
def export(request: HttpRequest, code: str, id: Any, kind: str) -> HttpResponse:
    """The values of the page's window, as known at its moment: CSV or XLSX."""
    row = seen_station(request.user, code)
    series = one_series(request.user, str(id))
    if series.station_id != row.pk or kind not in ("csv", "xlsx"):
        raise Http404
    try:
        start, end, known_at = (_time(request.GET.get(one)) for one in ("from", "to", "known_at"))
    except Untimely as wrong:
        raise Http404 from wrong
    (one,) = sources(
        request.user,
        [series],
        start=start or datetime(1900, 1, 1, tzinfo=timezone.get_default_timezone()),
        end=end or timezone.now(),
        known_at=known_at,
    )
    known = one.known
    staff, zone = staff_sees(request.user, series), timezone.get_default_timezone()
    head = ["time", f"{series.variable} [{series.unit}]", "quality", "flow_quality", "known_from", "reason"]
    note = [MADE_UP] if is_made_up(series) else []
    head += ["note"] if note else []
    rows: list[list[Any]] = [
        [
            aware(known.times[i]).astimezone(zone).isoformat(),
            None if np.isnan(known.values[i]) else float(known.values[i]),
            int(known.quality[i]),
            None if known.flow_quality[i] < 0 else int(known.flow_quality[i]),
            aware(known.known_from[i]).astimezone(zone).isoformat(timespec="seconds"),
            _harmless(known.reasons[i]) if staff else "",
            *note,
        ]
        for i in range(len(known))
    ]
    name = f"{row.code}-{series.variable}.{kind}"
    if kind == "csv":
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(head)
        writer.writerows([["" if cell is None else cell for cell in line] for line in rows])
        answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    else:
        about = [
            (_("Station"), f"{row.name} ({row.code})"),
            (_("Series"), series.ref),
            (_("As known at"), (known_at or timezone.now()).astimezone(zone).isoformat(timespec="seconds")),
        ]
        about += [(_("Note"), one) for one in note]
        tags = [tag.format(variable=series.variable) for tag in HXL[: len(head)]]
        grid = Grid(title=str(series.get_variable_display()), columns=[Column(one) for one in head], rows=[tags, *rows])
        answer = HttpResponse(
            as_xlsx(get_language() or "ar", [grid], about),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
