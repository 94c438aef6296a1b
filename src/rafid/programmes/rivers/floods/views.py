"""``/rivers/floods/``: yearly peaks of all stations; one station's frequency of floods, its low flow and its seasons."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rafid.commons.people.visibility import may_on
from rafid.commons.records.change import Refused
from rafid.commons.writing import number

from ..codes import RISING, ThresholdClass
from ..models import HistoricalFlood, Station, Threshold
from ..status.drawing import BOUNDS
from ..values.numbers import read_number
from ..values.times import read_date
from .asking import Unasked, asked_of
from .drawing import duration_curve, probability_paper, seasons
from .files import MEDIA, written
from .fitting import FITS
from .keep_flood import keep_flood, leave_out
from .queries import Asked, Peaks, peaks_of, periods_in_use, skews_of, study
from .saying import (
    basis_said,
    fit_name,
    history_said,
    low_flow_said,
    month_names,
    problem,
    reason,
    region_said,
    warnings,
    why_no_year,
    why_not,
)
from .use_threshold import end_threshold, use_as_threshold

ENOUGH, FEW, NONE = "#1f6f8b", "#c27c0e", "#8a9694"
ASKED = ("series", "month", "region", "skew", "skew_mse", "fit", "known_at")


def seen_station(user: Any, code: str) -> Station:
    row: Station | None = Station.objects.visible_to(user).select_related("owner", "place").filter(code=code).first()
    if row is None:
        raise Http404
    return row


@require_safe
def floods(request: HttpRequest) -> HttpResponse:
    asked, error = _read(request.GET)
    every = peaks_of(request.user, known_at=asked.known_at, first_month=asked.first_month)
    river = request.GET.get("river", "")
    context = {
        "rows": [one for one in every if not river or one.station.river == river],
        "bounds": ",".join(f"{one:g}" for one in BOUNDS),
        "rivers": sorted({one.station.river for one in every if one.station.river}),
        "river": river,
        "query": request.GET.urlencode(),
        "error": error,
        "asked": asked,
        "months": month_names().items(),
        "typed": request.GET,
    }
    return render(request, "rivers/floods/list.html", context, status=422 if error else 200)


def _read(given: Mapping[str, str]) -> tuple[Asked, str]:
    try:
        return asked_of(given), ""
    except Unasked as wrong:
        return Asked(), str(wrong)


def _peaks(request: HttpRequest) -> list[Peaks]:
    asked, error = _read(request.GET)
    if error:
        raise Http404
    river = request.GET.get("river", "")
    return peaks_of(request.user, known_at=asked.known_at, first_month=asked.first_month, river=river)


@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    """The same stations for the map."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one.station.point.x, one.station.point.y]},
            "properties": {
                "what": "station",
                "code": one.station.code,
                "name": one.station.name,
                "class": "",
                "colour": ENOUGH if one.enough else FEW if one.years else NONE,
                "text": _("%(flow)s m³/s in %(year)s") % {"flow": number(one.highest, 0), "year": one.highest_in}
                if one.highest is not None
                else _("No whole water year"),
                "url": f"/rivers/floods/{one.station.code}/",
            },
        }
        for one in _peaks(request)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The same rows as the page's table."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["station", "name", "river", "years", "first", "last", "mean_peak", "highest", "highest_in", "note"]
    )
    for one in _peaks(request):
        note = "DEMONSTRATION" if one.station.source == "demonstration" else ""
        figures = [None if figure is None else round(figure, 3) for figure in (one.mean, one.highest)]
        writer.writerow(
            [
                one.station.code,
                one.station.name,
                one.station.river,
                one.years,
                one.first,
                one.last,
                *figures,
                one.highest_in,
                note,
            ]
        )
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="rivers-floods.csv"'
    return answer


@require_safe
def station(request: HttpRequest, code: str) -> HttpResponse:
    return page(request, seen_station(request.user, code), request.GET)


def page(
    request: HttpRequest, row: Station, given: Mapping[str, str], *, error: str = "", status: int = 200, form: str = ""
) -> HttpResponse:
    asked, wrong = _read(given)
    if wrong:
        error, status = error or wrong, 422
    found = study(request.user, row, asked)
    fits, names = found.frequency, month_names()
    context = {
        "station": row,
        "study": found,
        "found": fits,
        "used": fits.used,
        "used_name": fit_name(fits.used.code) if fits.used else "",
        "reason": reason(fits),
        "problem": problem(fits),
        "warnings": warnings(found),
        "history": history_said(fits),
        "region": region_said(asked.region, fits.used.code) if fits.used else "",
        "regions": skews_of(request.user, row),
        "perceived": [{"one": one, "why": why_not(one.why)} for one in fits.history.periods if one.row is not None],
        "curves": [{"curve": one, "name": fit_name(one.code), "used": one is fits.used} for one in fits.curves.values()],
        "quantiles": [_quantile(fits, one) for one in fits.used.quantiles] if fits.used else [],
        "years": [_year_of(fits, one) for one in reversed(fits.years)],
        "told": [{"row": one.flood, "why": why_not(one.why), "code": one.why} for one in fits.history.told],
        "low": found.low,
        "low_said": low_flow_said(found.low),
        "paper": probability_paper(fits),
        "duration": duration_curve(found.duration),
        "boxes": seasons(found.months),
        "monthly": [{"name": names[one.month], "row": one} for one in found.months],
        "in_use": [{"row": one, "said": basis_said(one)} for one in periods_in_use(request.user, [row.pk], found.known_at)],
        "classes": [(code, label) for code, label in ThresholdClass.choices if code in RISING],
        "months": month_names().items(),
        "fits": [(one, fit_name(one)) for one in FITS],
        "may_use": may_on(request.user, "forecast", row) and asked.known_at is None,
        "kinds": list(MEDIA),
        "kept": [(name, given[name]) for name in ASKED[:-1] if given.get(name)],
        "may_tell": may_tell(request.user, row),
        "query": urlencode({name: given[name] for name in ASKED if given.get(name)}),
        "typed": given,
        "error": error,
        "form": form,
    }  # fmt: skip
    return render(request, "rivers/floods/station.html", context, status=status)


def _quantile(fits: Any, one: Any) -> dict[str, Any]:
    others = [fits.curves[name].of(one.period) for name in FITS if fits.curves[name] is not fits.used]
    return {"row": one, "others": others, "shown": repr(one.flow)}


def _year_of(fits: Any, one: Any) -> dict[str, Any]:
    return {"row": one, "why": why_no_year(one.why), "out": one.counts and (one.peak or 0) < fits.low_threshold}


def may_tell(user: Any, row: Station) -> bool:
    """Historical floods are entered by those who foretell and by those who gauge."""
    return may_on(user, "forecast", row) or may_on(user, "gauge", row)


@require_safe
def export(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    row = seen_station(request.user, code)
    asked, wrong = _read(request.GET)
    if kind not in MEDIA or wrong:
        raise Http404
    found = study(request.user, row, asked)
    language = (get_language() or "ar").split("-")[0]
    made_up = "DEMONSTRATION-" if found.made_up else ""
    answer = HttpResponse(written(found, kind, language), content_type=MEDIA[kind])
    answer["Content-Disposition"] = content_disposition_header(kind != "pdf", f"{made_up}floods-{row.code}.{kind}")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@login_required
@require_POST
def threshold(request: HttpRequest, code: str) -> HttpResponse:
    """The flood of a return period, by the fit that the page shows, becomes a threshold."""
    row = seen_station(request.user, code)
    if not may_on(request.user, "forecast", row):
        raise PermissionDenied
    post = request.POST
    period, _bar, shown = post.get("quantile", "").partition("|")
    try:
        asked = asked_of(post)
        found = study(request.user, row, asked)
        made = use_as_threshold(
            found,
            period=int(period) if period.isdecimal() else 0,
            class_code=post.get("class", ""),
            shown=read_number(shown) if shown else None,
            user=request.user,
        )
    except (Refused, ValueError) as reason:
        return page(request, row, post, error=str(reason), status=409 if isinstance(reason, Refused) else 422)
    told = {"name": made.get_class_code_display(), "flow": number(made.value, 0)}
    messages.success(request, _("“%(name)s” begins at %(flow)s m³/s from now on.") % told)
    return back(row, post)


@login_required
@require_POST
def end(request: HttpRequest, code: str, pk: Any) -> HttpResponse:
    row = seen_station(request.user, code)
    if not may_on(request.user, "forecast", row):
        raise PermissionDenied
    one = Threshold.objects.visible_to(request.user).filter(station=row, kind="return_period", pk=pk).first()
    if one is None:
        raise Http404
    try:
        end_threshold(one, user=request.user)
    except Refused as reason:
        return page(request, row, request.POST, error=str(reason), status=409)
    messages.success(request, _("The threshold holds no longer."))
    return back(row, request.POST)


@login_required
@require_POST
def tell(request: HttpRequest, code: str) -> HttpResponse:
    """A historical flood is entered."""
    row = seen_station(request.user, code)
    if not may_tell(request.user, row):
        raise PermissionDenied
    post = request.POST
    try:
        figures = {name: _figure(post, name) for name in ("flow_low", "flow_high", "threshold")}
        as_of = read_date(post.get("as_of", ""))
        keep_flood(
            row, year=year(post, "year") or 0, flow=_figure(post, "flow") or 0, known_since=year(post, "known_since"),
            source_text=post.get("source", "").replace("\x00", ""), as_of=as_of, user=request.user, **figures,
        )  # fmt: skip
    except (Refused, ValueError) as reason:
        return page(request, row, post, error=str(reason), status=422, form="flood")
    messages.success(request, _("The flood is kept."))
    return back(row, post)


def _figure(post: Mapping[str, str], name: str) -> float | None:
    return read_number(post[name]) if post.get(name, "").strip() else None


def year(post: Mapping[str, str], name: str) -> int | None:
    found = _figure(post, name)
    if found is not None and (not found.is_integer() or not 0 < found < 10_000):
        raise ValueError(_("The year has four digits, such as 1941."))
    return None if found is None else int(found)


@login_required
@require_POST
def drop(request: HttpRequest, code: str, pk: Any) -> HttpResponse:
    """A historical flood is left out of the fits, with a reason."""
    row = seen_station(request.user, code)
    if not may_tell(request.user, row):
        raise PermissionDenied
    one = HistoricalFlood.objects.visible_to(request.user).filter(station=row, pk=pk).first()
    if one is None:
        raise Http404
    try:
        leave_out(one, reason=request.POST.get("reason", "").replace("\x00", ""), user=request.user)
    except Refused as reason:
        return page(request, row, request.POST, error=str(reason), status=422)
    return back(row, request.POST)


def back(row: Station, post: Mapping[str, str]) -> HttpResponse:
    """To the same page with what was asked there."""
    asked = urlencode({name: post[name] for name in ASKED if post.get(name)})
    answer = redirect("rivers-flood", row.code)
    if asked:
        answer["Location"] += f"?{asked}"
    return answer
