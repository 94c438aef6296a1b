"""Pages of the seasonal outlook: the newest of each node, and one with its months, its skill and who is short."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override
from django.views.decorators.http import require_POST, require_safe

from rafid.commons.names import in_three
from rafid.commons.people.visibility import may_at
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source
from rafid.commons.records.tasks import Failure, start

from ..codes import Sector
from ..forecasting.running import RUNOFF
from ..models import Demand, Outlook, RiverModel
from ..models.telling import OutlookMethod
from ..seeing import PROGRAMME
from .making import Season, make_outlook
from .queries import Shown, shown, what_came

WORK = "rafid.programmes.rivers.outlook.views:carry_out"


@require_safe
def outlooks(request: HttpRequest) -> HttpResponse:
    newest = (
        Outlook.objects.visible_to(request.user)
        .exclude(node=None)
        .order_by("node", "season", "method", "scenario", "-data_known_at")
        .distinct("node", "season", "method", "scenario")
        .values("pk")
    )
    rows = Outlook.objects.filter(pk__in=newest).select_related("node").order_by("-season", "node__code", "scenario")
    found = [shown(row) for row in rows[:200]]
    context = {
        "rows": [{"shown": one, "row": one.row, "drawn": bar(one.total, one.total.high)} for one in found],
        "models": planned(request.user),
        "methods": OutlookMethod.choices,
        "scenarios": sorted(set(Demand.objects.values_list("scenario", flat=True)) | {"usual"}),
        "season": usual_season(),
        "demonstration": any(one.row.source == Source.DEMONSTRATION for one in found),
    }
    return render(request, "rivers/outlook/outlooks.html", context)


def usual_season() -> str:
    """The coming six months."""
    today = timezone.localdate().replace(day=1)
    first = Season(today, 2).starts[1]
    return str(Season(first, 6))


def planned(user: Any) -> list[RiverModel]:
    """Those by which this person may make an outlook."""
    rows = RiverModel.objects.visible_to(user).filter(state="active", kind__in=RUNOFF).select_related("node")
    return [one for one in rows if may_at(user, "outlook", PROGRAMME, one.owner_id, one.place_id)]


@require_safe
def outlook(request: HttpRequest, ref: str) -> HttpResponse:
    row = _row(request, ref)
    found = shown(row, came=what_came(row))
    most = max((month.high for month in found.months), default=0.0)
    others = (
        Outlook.objects.visible_to(request.user)
        .filter(node=row.node, season=row.season)
        .exclude(pk=row.pk)
        .order_by("scenario", "method", "-data_known_at")
    )
    context = {
        "row": row,
        "shown": found,
        "months": [{"one": month, "drawn": bar(month, most)} for month in found.months],
        "supply": [_wanted(one) for one in found.supply],
        "others": others[:20],
        "beside": [_beside(shown(one)) for one in others.filter(data_known_at=row.data_known_at)[:6]],
        "short": sum(one["short_probability"] >= 0.5 for one in found.supply),
        "demonstration": row.source == Source.DEMONSTRATION,
    }
    return render(request, "rivers/outlook/outlook.html", context)


def _wanted(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "name": Sector(one["sector"]).label, "short": 100 * one["short_probability"]}


def _beside(one: Shown) -> dict[str, Any]:
    return {"row": one.row, "shown": one, "short": sum(row["short_probability"] >= 0.5 for row in one.supply)}


def _row(request: HttpRequest, ref: str) -> Outlook:
    rows = Outlook.objects.visible_to(request.user).select_related("node", "model")
    row = rows.filter(ref=ref.replace("\x00", "")).first()
    if row is None:
        raise Http404
    return row


def bar(found: Any, most: float) -> SafeString:
    """From the low to the high tenth, the middle as a line, the usual dashed; the figures stand beside it."""
    width = 200
    top = max(most, found.usual or 0.0, 1e-9)

    def at(value: float) -> str:
        return f"{width * max(0.0, min(value / top, 1.0)):.1f}"

    length = f"{max(float(at(found.high)) - float(at(found.low)), 1):.1f}"
    usual = format_html('<path class="usual" d="M{} 0V20"/>', at(found.usual)) if found.usual is not None else ""
    return format_html(
        '<svg viewBox="0 0 {} 20" preserveAspectRatio="none" aria-hidden="true"><path class="line" d="M0 9h{}v2H0z"/>'
        '<rect class="low" x="{}" y="3" width="{}" height="14"/>'
        '<rect class="middle" x="{}" y="3" width="2" height="14"/>{}</svg>',
        width, width, at(found.low), length, at(found.middle), usual,
    )  # fmt: skip


@require_safe
def export(request: HttpRequest, ref: str) -> HttpResponse:
    """The plan: volumes of every trace by month, what is usual and what came, then who is served, as CSV."""
    row = _row(request, ref)
    out = io.StringIO()
    writer = csv.writer(out)
    if row.source == Source.DEMONSTRATION:
        writer.writerow(["DEMONSTRATION"])
    first = "member" if row.method == "external" else "year of the weather"
    writer.writerow([first, *(f"{month} [Mm³]" for month in row.months)])
    for year, volumes in zip(row.years, row.volumes, strict=False):
        writer.writerow([year, *volumes])
    found = shown(row, came=what_came(row))
    for name, label in (
        ("low", "10 %"),
        ("middle", "50 %"),
        ("high", "90 %"),
        ("usual", "usual"),
        ("came", "what came"),
    ):
        writer.writerow([label, *(_figure(getattr(month, name)) for month in found.months)])
    writer.writerow([])
    names = ("month", "area", "sector", "priority", "demand", "met", "met_dry", "short_probability")
    writer.writerow(names)
    for one in row.supply.get("rows", []):
        writer.writerow([one[name] for name in names])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.ref}.csv"'
    return answer


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Starts the work; who may not is told that there is nothing."""
    model = next((one for one in planned(request.user) if str(one.pk) == request.POST.get("model", "")), None)
    if model is None:
        raise Http404
    method = request.POST.get("method", "esp")
    method = method if method in OutlookMethod.values else "esp"
    scenario = request.POST.get("scenario", "usual").replace("\x00", "")[:40]
    try:
        season = str(Season.read(request.POST.get("season", "").replace("\x00", "")))
    except Refused as error:
        messages.error(request, str(error))
        return redirect("rivers-outlooks")
    task = start(
        "rivers-outlook", WORK,
        {"model": str(model.pk), "season": season, "method": method, "scenario": scenario},
        about=in_three(gettext_noop("Seasonal outlook")), link="/rivers/outlook/", by=request.user,
    )  # fmt: skip
    messages.success(request, _("The outlook is being computed."))
    return redirect("task", pk=task.pk)


def carry_out(progress: Any, model: str, **asked: Any) -> None:
    row = RiverModel.objects.get(pk=model)
    try:
        make_outlook(row, **asked)
    except Refused as error:
        raise Failure(_in_each_language(row, asked, str(error))) from error
    progress.at(1, 1)


def _in_each_language(row: RiverModel, asked: dict[str, Any], said: str) -> dict[str, str]:
    """Why it was refused, said anew in each language: the sentence was made where it was raised."""
    told = dict.fromkeys(("ar", "ckb", "en"), said)
    for code in told:
        with override(code):
            try:
                make_outlook(row, **asked)
            except Refused as again:
                told[code] = str(again)
    return told
