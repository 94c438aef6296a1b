"""Pages of models: entering one, calibrating and judging it, switching it on and off, and taking in another's forecasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.kinds import reason_text
from rafid.commons.names import in_three
from rafid.commons.people.models import Account
from rafid.commons.people.visibility import may
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source
from rafid.commons.records.tasks import start

from ..codes import VARIABLES
from ..models import Forecast, RiverModel, RiverNode, Series
from ..seeing import PROGRAMME
from ..values.recording import NotRecorded
from . import editing
from .calibrating import activate, doubts_of
from .computing import FEWEST
from .drawing import ranks
from .importing import COLUMNS, import_ensemble, read_csv
from .model_forms import ModelForm, initial
from .queries import records_of

CALIBRATES = "rafid.programmes.rivers.forecasting.model_tasks:calibrate_task"
JUDGES = "rafid.programmes.rivers.forecasting.model_tasks:judge_task"
LARGEST = 20_000_000
LAST = 20


def seen(user: Any) -> Any:
    return RiverModel.objects.visible_to(user).select_related("node", "observed__station", "owner")


def _one(request: HttpRequest, pk: UUID) -> RiverModel:
    found: RiverModel | None = seen(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _mine(request: HttpRequest, pk: UUID) -> RiverModel:
    """Those who see it and may not change it are told so; for others it is not there."""
    row = _one(request, pk)
    if not editing.may_model(request.user, row):
        raise PermissionDenied
    return row


@require_safe
def models(request: HttpRequest) -> HttpResponse:
    rows = seen(request.user).order_by("node__river", "node__chainage_km", "node__code", "state", "-known_at")
    shown = list(rows[:300])
    records = records_of({one.pk for one in shown})
    context = {
        "rows": [
            {
                "row": one,
                "score": one.scores.get("kge", one.scores.get("nse")),
                "proven": sum(skill.beats for skill in records.get(one.pk, [])),
                "leads": len(records.get(one.pk, [])),
            }
            for one in shown
        ],
        "may_add": _may_add(request.user),
    }
    return render(request, "rivers/forecasting/models.html", context)


def _may_add(user: Any) -> bool:
    return bool(user.is_authenticated and may(user, "model", PROGRAMME))


@require_safe
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _one(request, pk))


def _page(
    request: HttpRequest, row: RiverModel, *, error: str = "", problems: Any = (), status: int = 200
) -> HttpResponse:
    mine = editing.may_model(request.user, row)
    skill = records_of([row.pk]).get(row.pk, [])
    inputs = Series.objects.filter(pk__in=_ids(row))
    named = {str(one.pk): one for one in inputs & Series.objects.visible_to(request.user).select_related("station")}
    context = {
        "row": row,
        "mine": mine,
        "observed": named.get(str(row.observed_id)),
        "forcing": [
            (VARIABLES[name].name, named.get(str(pk))) for name, pk in row.forcing.items() if name in editing.WEATHER
        ],
        "parameters": _parameters(row),
        "places": _places(row),
        "updated": _updated(row),
        "skill": [{"one": one, "ranks": ranks(one.scores.get("rank_histogram", []))} for one in skill],
        "late": next((one.scores["imported_late"] for one in skill if one.scores.get("imported_late")), 0),
        "versions": _versions(row) if mine else [],
        "others": seen(request.user).filter(node=row.node).exclude(pk=row.pk).order_by("-known_at")[:LAST],
        "forecasts": Forecast.objects.visible_to(request.user).filter(model=row).order_by("-data_known_at")[:LAST],
        "columns": ",".join(COLUMNS),
        "brings": editing.brings(row) if row.kind == "external" else None,
        "doubts": doubts_of(row) if mine and row.state != "active" else [],
        "split": _split(row),
        "error": error,
        "problems": problems,
        "demonstration": inputs.filter(source=Source.DEMONSTRATION).exists(),
    }
    return render(request, "rivers/forecasting/model.html", context, status=status)


PARAMETERS = {
    "x1": gettext_lazy("x1: store of the ground, mm"),
    "x2": gettext_lazy("x2: exchange with other ground, mm/d"),
    "x3": gettext_lazy("x3: store on the way, mm"),
    "x4": gettext_lazy("x4: time to the crest, days"),
    "ctg": gettext_lazy("ctg: memory of the snow's cold"),
    "kf": gettext_lazy("kf: melt, mm/°C/d"),
    "annual_snowfall": gettext_lazy("Snowfall of a year, mm"),
}
"""What calibration finds, in the order in which models name it."""

ROLES = {
    "forecast": gettext_noop("its forecast"),
    "held": gettext_noop("its last flow, going on as in past seasons"),
    "reservoir": gettext_noop("a reservoir within its rule curve"),
    "reservoir_forecast": gettext_noop("a reservoir within its rule curve, from its forecast inflow"),
}


def _places(row: RiverModel) -> list[dict[str, str]]:
    kept = row.parameters.get("places", {})
    names = {one.code: str(one.name) for one in RiverNode.objects.filter(code__in=kept)}
    return [{"code": code, "name": names.get(code, code), "role": ROLES[one["role"]]} for code, one in kept.items()]


def _ids(row: RiverModel) -> list[Any]:
    return [
        *(pk for name, pk in row.forcing.items() if name in editing.WEATHER),
        *([row.observed_id] if row.observed_id else []),
    ]


def _parameters(row: RiverModel) -> list[tuple[str, float]]:
    kept = row.parameters.get("own", row.parameters) or {}
    there = {name: value for name, value in kept.items() if isinstance(value, int | float)}
    order = [*(name for name in PARAMETERS if name in there), *(name for name in there if name not in PARAMETERS)]
    return [(str(PARAMETERS.get(name, name)), there[name]) for name in order]


def _updated(row: RiverModel) -> list[dict[str, Any]]:
    stays = row.scores.get("persistence_nse", {})
    return [
        {"lead": lead, "own": value, "stays": stays.get(lead)}
        for lead, value in row.scores.get("updated_nse", {}).items()
    ]


def _split(row: RiverModel) -> str:
    if row.validated_from and row.kind != "external":
        return row.validated_from.isoformat()
    return (date.today().replace(month=1, day=1) - timedelta(days=365 * 3)).replace(month=10, day=1).isoformat()


@dataclass(frozen=True)
class Version:
    at: Any
    by: str
    why: str
    row: Any

    @property
    def state(self) -> str:
        return RiverModel(state=self.row.state).get_state_display()


def _versions(row: RiverModel) -> list[Version]:
    """What it was, newest first, with who changed it and why."""
    events = list(row.events.select_related("pgh_context").order_by("-pgh_id")[:LAST])  # type: ignore[attr-defined]
    contexts = [one.pgh_context.metadata if one.pgh_context else {} for one in events]
    makers = Account.objects.filter(pk__in={known["user"] for known in contexts if known.get("user")})
    people = {str(one.pk): one.full_name or one.login for one in makers}
    return [
        Version(one.pgh_created_at, people.get(str(known.get("user")), ""), reason_text(known.get("reason", "")), one)
        for one, known in zip(events, contexts, strict=True)
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not _may_add(request.user):
        raise PermissionDenied
    return _entered(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _entered(request, _mine(request, pk))


def _entered(request: HttpRequest, row: RiverModel | None) -> HttpResponse:
    first = initial(row) if row else {"node": request.GET.get("node", "").replace("\x00", "")}
    form = ModelForm(request.POST or None, user=request.user, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            made = editing.enter_model(form.values(), by=request.user, model=row)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The model is kept. Calibrate it, or take its forecasts in."))
            return redirect("rivers-model", pk=made.pk)
    context = {"form": form, "row": row, "next": row is not None and row.state != "draft"}
    return render(request, "rivers/forecasting/model_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def calibrate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Looks at the record at once, then starts the work; an active model stays until the next version takes its place."""
    row = _mine(request, pk)
    try:
        split = _day(request.POST.get("split", ""))
        begin = _day(request.POST["start"]) if request.POST.get("start", "").strip() else None
        editing.ready_to_calibrate(row, split=split, start=begin)
    except Refused as refusal:
        return _page(request, row, error=str(refusal), status=422)
    if row.state != "draft":
        row = editing.next_version(row)
        row.save()
    task = start(
        "rivers-calibration", CALIBRATES,
        {"model": str(row.pk), "split": split.isoformat(), "start": begin.isoformat() if begin else None},
        about=in_three(gettext_noop("Calibration of a river model")), link=f"/rivers/models/{row.pk}/", by=request.user,
    )  # fmt: skip
    return redirect("task", pk=task.pk)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refused(_("Write the day as 2020-10-01.")) from error


@login_required
@require_POST
def judge(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _mine(request, pk)
    try:
        editing.ready_to_judge(row)
    except Refused as refusal:
        return _page(request, row, error=str(refusal), status=422)
    task = start(
        "rivers-hindcast", JUDGES, {"model": str(row.pk)},
        about=in_three(gettext_noop("Record of a river model")), link=f"/rivers/models/{row.pk}/", by=request.user,
    )  # fmt: skip
    return redirect("task", pk=task.pk)


@login_required
@require_POST
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """On, or off with a reason."""
    row = _mine(request, pk)
    try:
        if request.POST.get("to") == "off":
            editing.retire(row, reason=request.POST.get("reason", "").replace("\x00", ""))
            messages.success(request, _("The model is switched off. What it issued stays."))
        else:
            activate(row, reason=request.POST.get("reason", "").replace("\x00", ""))
            messages.success(request, _("It is the node's model now."))
    except Refused as refusal:
        return _page(request, _one(request, pk), error=str(refusal), status=422)
    return redirect("rivers-model", pk=pk)


@login_required
@require_POST
def take_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another model's ensemble as CSV: whole, or not at all."""
    row = _mine(request, pk)
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST:
        return _page(request, row, error=_("Choose a CSV file of at most 20 MB."), status=422)
    try:
        made = import_ensemble(row, read_csv(file.read()), by=request.user)
    except NotRecorded as refusal:
        return _page(
            request, row, error=_("Nothing was taken in."), problems=refusal.problems[: FEWEST * 10], status=422
        )
    except Refused as refusal:
        return _page(request, row, error=str(refusal), status=422)
    messages.success(request, _("Forecasts taken in: %(count)s.") % {"count": len(made)})
    return redirect("rivers-model", pk=pk)
