"""Pages of forecasts: all nodes, and one node with its fan and its record."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rafid.commons.people.visibility import may_at
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source, Task

from ..models import Forecast, RiverModel, RiverNode, Series
from ..seeing import PROGRAMME
from ..values.reading import seen_values
from ..values.times import read_time
from . import words
from .drawing import BEFORE, fan, ranks
from .queries import Shown, show_all
from .running import RUNS_HERE, TASK, model_of, queue_forecast, replay

LAST = 20
OWN_FIRST = Case(When(model__kind__in=RUNS_HERE, then=0), default=1)
"""Another centre's forecast stands beside the own one, not in its place."""
KINDS = ("bootstrap", "analogue", "ecmwf", "glofas", "other")


@require_safe
def forecasts(request: HttpRequest) -> HttpResponse:
    """The newest forecast of each node."""
    newest = (
        Forecast.objects.visible_to(request.user)
        .filter(state="issued")
        .order_by("node", OWN_FIRST, "-data_known_at", "-issued_at")
        .distinct("node")
        .values("pk")
    )
    rows = Forecast.objects.visible_to(request.user).filter(pk__in=newest).select_related("node", "model")
    shown = show_all(list(rows.order_by("node__river", "node__chainage_km", "node__code")), request.user)
    without = (
        RiverModel.objects.visible_to(request.user)
        .filter(state="active")
        .exclude(node__in=[one.row.node_id for one in shown])
        .select_related("node")
    )
    context = {"rows": [_line(one) for one in shown], "without": without, "demonstration": _made_up(shown)}
    return render(request, "rivers/forecasting/forecasts.html", context)


def _line(one: Shown) -> dict[str, Any]:
    worst = next((likely for likely in reversed(one.likely) if likely.within > 0), None)
    proven = len(one.steps) - len(one.guidance_only)
    return {"shown": one, "row": one.row, "crest": one.crest, "worst": worst, "proven": proven, "leads": len(one.steps)}


@require_safe
def node(request: HttpRequest, code: str) -> HttpResponse:
    place = _node(request, code)
    rows = Forecast.objects.visible_to(request.user).filter(node=place).select_related("node", "model__observed")
    asked = request.GET.get("forecast", "").replace("\x00", "")
    row = (
        rows.filter(ref=asked).first()
        if asked
        else rows.filter(state="issued").order_by(OWN_FIRST, "-data_known_at", "-issued_at").first()
    )
    if asked and row is None:
        raise Http404
    shown = show_all([row], request.user)[0] if row is not None else None
    model = model_of(place)
    task = None
    if row is not None and row.state in ("queued", "running"):
        task = Task.objects.filter(name=TASK, link__endswith=f"?forecast={row.ref}").order_by("-made_at").first()
    context = {
        "node": place,
        "row": row,
        "shown": shown,
        "task": task,
        "failure": words.failure(row.failure) if row is not None and row.state == "failed" else "",
        "notes": [{"text": words.note(one), "plain": one.get("code") == "upstream"} for one in row.notes]
        if row
        else [],
        "may_compare": row is not None and row.state in ("issued", "withdrawn") and _may(request.user, row.model),
        "drawn": fan(shown, _observed(request.user, row)) if shown is not None else "",
        "table": _table(shown) if shown is not None else [],
        "skill": [{"one": one, "ranks": ranks(one.scores.get("rank_histogram", []))} for one in shown.skill]
        if shown
        else [],
        "model": model,
        "may": model is not None and may_at(request.user, "forecast", PROGRAMME, model.owner_id, model.place_id),
        "earlier": rows.exclude(pk=row.pk if row else None).order_by("-data_known_at", "-pk")[:LAST],
        "kinds": [(kind, Forecast(forcing=kind).get_forcing_display()) for kind in KINDS],
        "demonstration": _made_up([shown] if shown else []),
    }
    return render(request, "rivers/forecasting/node.html", context)


def _may(user: Any, model: RiverModel | None) -> bool:
    return bool(model is not None and may_at(user, "forecast", PROGRAMME, model.owner_id, model.place_id))


def _table(shown: Shown) -> list[dict[str, Any]]:
    return [
        {
            "step": step,
            "time": shown.time_of(step),
            "low": shown.quantiles[5][i],
            "middle": shown.quantiles[50][i],
            "high": shown.quantiles[95][i],
            "likely": [100 * one.by_lead[i] for one in shown.likely],
            "pale": step in shown.guidance_only,
        }
        for i, step in enumerate(shown.steps)
    ]


def _observed(user: Any, row: Forecast) -> list[tuple[Any, float]]:
    """Flows before the forecast as they were known when it was made, for those who see their series."""
    model = row.model
    if model is None or model.observed_id is None:
        return []
    series = Series.objects.visible_to(user).filter(pk=model.observed_id).first()
    if series is None:
        return []
    known = seen_values(
        user,
        series,
        start=row.data_known_at - timedelta(days=BEFORE),
        end=row.data_known_at,
        known_at=row.data_known_at,
    )
    return [
        (read_time(f"{time}Z"), float(value))
        for time, value in zip(known.times.astype("datetime64[s]").astype(str), known.good.tolist(), strict=True)
        if value == value
    ]


def _made_up(rows: list[Shown]) -> bool:
    return any(one.row.source == Source.DEMONSTRATION for one in rows)


def _node(request: HttpRequest, code: str) -> RiverNode:
    found = RiverNode.objects.visible_to(request.user).filter(code=code).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    place = _node(request, code)
    model = model_of(place)
    if model is None or not may_at(request.user, "forecast", PROGRAMME, model.owner_id, model.place_id):
        raise Http404
    forcing = request.POST.get("forcing", "bootstrap")
    try:
        row, _task = queue_forecast(model, forcing=forcing if forcing in KINDS else "bootstrap", by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("rivers-forecast", code=code)
    messages.success(request, _("The forecast is being computed. This page shows it as soon as it is whole."))
    return redirect(f"/rivers/forecasts/{code}/?forecast={row.ref}")


@login_required
@require_POST
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Computes an issued forecast again from what was known at its moment, and says whether it is the same."""
    place = _node(request, code)
    rows = Forecast.objects.visible_to(request.user).filter(node=place, state__in=("issued", "withdrawn"))
    row = rows.select_related("model", "node").filter(ref=request.POST.get("forecast", "").replace("\x00", "")).first()
    if row is None or row.model is None:
        raise Http404
    if not may_at(request.user, "forecast", PROGRAMME, row.model.owner_id, row.model.place_id):
        raise PermissionDenied
    try:
        same, far = replay(row)
    except (Refused, TypeError, KeyError):
        messages.error(request, _("This forecast cannot be computed again: its model has other parameters now."))
    else:
        if same:
            messages.success(request, _("Computed again from what was known then: every member is the same."))
        else:
            said = _("Computed again it differs by up to %(far)s m³/s: model or program have changed since.")
            messages.warning(request, said % {"far": f"{far:.6g}"})
    return redirect(f"/rivers/forecasts/{code}/?forecast={row.ref}")


@require_safe
def export(request: HttpRequest, code: str) -> HttpResponse:
    """The members of a forecast, a row a lead, as CSV."""
    place = _node(request, code)
    rows = Forecast.objects.visible_to(request.user).filter(node=place, state__in=("issued", "withdrawn"))
    asked = request.GET.get("forecast", "").replace("\x00", "")
    row = rows.filter(ref=asked).first() if asked else rows.order_by("-data_known_at", "-issued_at").first()
    if row is None:
        raise Http404
    shown = show_all([row], request.user)[0]
    out = io.StringIO()
    writer = csv.writer(out)
    head = [
        "lead_hours",
        "valid_at",
        "guidance_only",
        *(f"member_{i + 1:02d} [m³/s]" for i in range(shown.members.shape[0])),
    ]
    if row.source == Source.DEMONSTRATION:
        writer.writerow(["DEMONSTRATION"])
    writer.writerow(head)
    for i, step in enumerate(shown.steps):
        members = [f"{one:.6g}" for one in shown.members[:, i]]
        writer.writerow([step, shown.time_of(step).isoformat(), int(step in shown.guidance_only), *members])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.ref}.csv"'
    return answer
