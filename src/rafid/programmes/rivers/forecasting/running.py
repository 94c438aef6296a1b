"""A forecast: queued, computed from what was known at one moment, and issued whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

import rafid
from rafid.commons.history import because
from rafid.commons.names import in_three
from rafid.commons.products.release.canonical import canonical
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source, Task
from rafid.commons.records.tasks import LOST, Failure, start
from rafid.methods.hydrology import simulate

from ..models import Forecast, ForecastValue, RiverModel, RiverNode
from ..refusals import told
from .calibrating import LONGEST
from .keeping import error_model_of, flow_of, parameters_of
from .members import drawn, flows, of_forcings
from .members import told as dressed
from .weather import ZONE, NoWeather, imported_members, read_record, series_of

WORK = "rafid.programmes.rivers.forecasting.running:carry_out"
TASK = "rivers-forecast"
RUNS_HERE = ("gr4j", "gr4j_snow")
IMPORTED = ("ecmwf", "glofas", "other")
FEWEST = 5
MOST = 1000
STALE = timedelta(days=7)
"""Weather that ends longer ago carries no forecast of today."""


def model_of(node: RiverNode) -> RiverModel | None:
    """The active model that runs here; the one with snow before the one without."""
    found = RiverModel.objects.filter(node=node, state="active", kind__in=RUNS_HERE).order_by("-kind").first()
    return found


def queue_forecast(
    model: RiverModel,
    *,
    horizon_h: int = 240,
    members: int = 50,
    forcing: str = "bootstrap",
    seed: int | None = None,
    known_at: datetime | None = None,
    by: Any = None,
) -> tuple[Forecast, Task]:
    """Puts a forecast in the queue in the current transaction. ``known_at`` is now; replays give an earlier moment. Without a
    ``seed`` it is made from the moment, so that the same moment gives the same members."""
    with told(Forecast), because("forecast asked for"):
        row = begin(model, horizon_h=horizon_h, members=members, forcing=forcing, seed=seed, known_at=known_at, by=by)
        task = start(
            TASK, WORK, {"forecast": str(row.pk)},
            about=in_three(gettext_noop("Forecast")), link=f"/rivers/forecasts/{model.node.code}/?forecast={row.ref}",
            by=row.asked_by,
        )  # fmt: skip
    return row, task


def make_forecast(model: RiverModel, *, issued_at: datetime | None = None, **asked: Any) -> Forecast:
    """Computes and issues a forecast at once, without the queue; ``asked`` as `queue_forecast` has it. Only the demonstration
    gives ``issued_at``."""
    with told(Forecast), because("forecast asked for"):
        row = begin(model, **asked)
    try:
        made = compute(row)
    except Refused as error:
        fail(row, in_each_language(row, error))
        raise
    with because("forecast runs"):
        row.state = "running"
        row.save()
    return issue_forecast(row, made, issued_at=issued_at)


def begin(
    model: RiverModel,
    *,
    horizon_h: int = 240,
    members: int = 50,
    forcing: str = "bootstrap",
    seed: int | None = None,
    known_at: datetime | None = None,
    by: Any = None,
) -> Forecast:
    """A forecast that nothing is computed of yet."""
    if model.kind not in RUNS_HERE or not model.parameters:
        raise Refused(_("This model is not run here. Choose a calibrated GR4J model, or import its results."))
    if not FEWEST <= members <= MOST:
        raise Refused(_("A forecast has from %(least)s to %(most)s members.") % {"least": FEWEST, "most": MOST})
    if not 24 <= horizon_h <= 24 * LONGEST:
        raise Refused(
            _("The horizon lies from 24 to %(most)s hours: so far the model's errors are known.")
            % {"most": 24 * LONGEST}
        )
    moment = known_at or timezone.now()
    row: Forecast = Forecast.objects.create(
        model=model,
        node=model.node,
        data_known_at=moment,
        forcing=forcing,
        members=members,
        horizon_h=horizon_h,
        seed=int(moment.timestamp()) if seed is None else seed,
        asked_by=by if getattr(by, "pk", None) else None,
        owner=model.owner,
        place=model.place,
        sensitivity=model.sensitivity,
        **({"source": Source.DEMONSTRATION} if made_up(model) else {}),
    )
    return row


def made_up(model: RiverModel) -> bool:
    """What rests on a demonstration is one."""
    return any(one.source == Source.DEMONSTRATION for one in series_of(model).values())


def carry_out(progress: Any, forecast: str) -> None:
    """The work of the task; run again after it was cut off it begins anew: nothing of a forecast is kept before it is
    whole."""
    with transaction.atomic():
        row = Forecast.objects.select_for_update(of=("self",)).select_related("model", "node").get(pk=forecast)
        if row.state in ("issued", "withdrawn"):
            return
        if row.state == "failed":
            _step(row, "queued")
        if row.state == "queued":
            _step(row, "running")
    try:
        made = compute(row)
        issue_forecast(row, made)
    except Refused as error:
        said = in_each_language(row, error)
        fail(row, said)
        raise Failure(said) from error
    except LOST:
        raise  # the queue tries again
    except Exception:
        fail(row, in_three(gettext_noop("The work broke on our side. Nothing of it was recorded.")))
        raise
    progress.at(1, 1)


def in_each_language(row: Forecast, error: Refused) -> dict[str, str]:
    """Why it failed, said anew in each language: the sentence was made where it was raised."""
    said = dict.fromkeys(("ar", "ckb", "en"), str(error))
    for code in said:
        with override(code):
            try:
                compute(row)
            except Refused as again:
                said[code] = str(again)
    return said


class Made:
    """What a run made: ``ensemble`` (members, steps) in m³/s, its leads in hours, and what the reader must know."""

    def __init__(self, ensemble: Any, steps: list[int], notes: list[dict[str, Any]], members: int) -> None:
        self.ensemble, self.steps, self.notes, self.members = ensemble, steps, notes, members

    @property
    def rows(self) -> dict[int, list[float]]:
        return {step: [float(f"{one:.6g}") for one in self.ensemble[:, i]] for i, step in enumerate(self.steps)}

    @property
    def sha256(self) -> str:
        return hashlib.sha256(canonical({str(step): row for step, row in self.rows.items()}).encode()).hexdigest()


def compute(row: Forecast) -> Made:
    """The members of a forecast from what was known at its moment: the same moment and seed give the same numbers."""
    model = row.model
    if model is None or not model.error_model:
        raise NoWeather(_("The model has no parameters. Calibrate it first."))
    today = row.data_known_at.astimezone(ZONE).date()
    record = read_record(model, known_at=row.data_known_at, until=today)
    notes: list[dict[str, Any]] = []
    late = (today - record.last).days
    if late > STALE.days:
        raise NoWeather(
            _("The weather ends on %(day)s: too long ago for a forecast of today. Enter what came since.")
            % {"day": record.last.isoformat()}
        )
    if late > 1:  # the day of issue itself is not over yet
        notes.append({"code": "weather_late", "last": record.last.isoformat()})
    for name, count in record.filled.items():
        notes.append({"code": "weather_filled", "variable": name, "days": count})
    notes += _observed_notes(record.flow, record.last)
    parameters, errors = parameters_of(model.parameters), error_model_of(model.error_model)
    run = simulate(record.forcing, parameters=parameters)
    horizon = row.horizon_h // 24
    first = record.last + timedelta(days=1)
    members = row.members
    if row.forcing in IMPORTED or row.forcing == "observed":
        weather, members = _given(model, row, first, horizon)
        if weather.horizon < horizon:
            notes.append({"code": "weather_short", "asked_h": row.horizon_h, "given_h": 24 * weather.horizon})
        if members < row.members:
            notes.append({"code": "members_fewer", "asked": row.members, "given": members})
    else:
        weather = drawn(
            record.forcing, record.day_of_year, kind=row.forcing, start_day=first.timetuple().tm_yday, horizon=horizon,
            members=members, seed=row.seed,
        )  # fmt: skip
    ahead = flows(weather, record.forcing, parameters=parameters, state=run.state)
    ensemble = dressed(ahead, observed=record.flow, simulated=run.flow, errors=errors, seed=row.seed)
    skipped = (first - today).days  # late weather: the first leads are over already
    steps = [24 * (lead + skipped) for lead in range(weather.horizon)]
    kept = [i for i, step in enumerate(steps) if step > 0]
    if not kept:
        raise NoWeather(_("All days that the weather reaches are over. Enter what came since."))
    return Made(flow_of(ensemble[:, kept], model.area_km2), [steps[i] for i in kept], notes, members)


def _observed_notes(flow: Any, last: date) -> list[dict[str, Any]]:
    """Says where today's observation is missing: the forecast goes on from the last one."""
    seen = np.flatnonzero(np.isfinite(flow))
    if not seen.size:
        return [{"code": "observed_none"}]
    late = len(flow) - 1 - int(seen[-1])
    return [{"code": "observed_late", "last": (last - timedelta(days=late)).isoformat(), "days": late}] if late else []


def _given(model: RiverModel, row: Forecast, first: date, horizon: int) -> tuple[Any, int]:
    if row.forcing == "observed":
        after = read_record(model)
        begin = after.at(first)
        left = len(after) - begin
        if begin < 0 or left < 1:
            raise NoWeather(_("The weather after this moment is not known yet."))
        cut = after.forcing.between(begin, begin + min(left, horizon))
        return of_forcings([cut] * row.members, len(cut)), row.members
    found, _last = imported_members(model, row.forcing, first, row.data_known_at)
    if len(found) < FEWEST:
        raise NoWeather(
            _("The imported ensemble has %(count)s members; a forecast needs five.") % {"count": len(found)}
        )
    chosen = found[: row.members]
    return of_forcings(chosen, min(horizon, len(chosen[0]))), len(chosen)


def issue_forecast(row: Forecast, made: Made, *, issued_at: datetime | None = None) -> Forecast:
    """All leads and the state in one transaction: half a forecast is never issued."""
    with told(Forecast), because("forecast issued"):
        row = Forecast.objects.select_for_update().get(pk=row.pk)
        ForecastValue.objects.filter(forecast=row).delete()
        ForecastValue.objects.bulk_create(
            [ForecastValue(forecast=row, lead_h=step, members=members) for step, members in made.rows.items()]
        )
        row.steps, row.notes, row.members = made.steps, made.notes, made.members
        row.sha256, row.code_version = made.sha256, code_version()
        row.issued_at, row.state, row.failure = max(issued_at or timezone.now(), row.data_known_at), "issued", ""
        row.save()
    return row


def fail(row: Forecast, why: Mapping[str, str]) -> None:
    """A forecast that failed says why, in three languages; it can be queued again."""
    with told(Forecast), because("forecast failed"):
        Forecast.objects.filter(pk=row.pk, state__in=("queued", "running")).update(
            state="failed", failure=canonical(dict(why))
        )


def withdraw(row: Forecast, *, reason: str) -> Forecast:
    if not reason.strip():
        raise Refused(_("Say why the forecast is withdrawn."))
    with told(Forecast), because(reason):
        row.state = "withdrawn"
        row.save()
    return row


def replay(row: Forecast) -> tuple[bool, float]:
    """Computes an issued forecast again from what was known then: is it the same, and how far is it from it at most?"""
    made = compute(row)
    kept = {one.lead_h: one.members for one in row.values.all()}
    again = made.rows
    far = max(
        (abs(a - b) for step, members in kept.items() for a, b in zip(members, again.get(step, []), strict=False)),
        default=float("inf"),
    )
    return made.sha256 == row.sha256, far


def close_dead() -> int:
    """Forecasts whose task gave up say that they failed."""
    count = 0
    for row in Forecast.objects.filter(state__in=("queued", "running")).select_related("node"):
        task = Task.objects.filter(name=TASK, link__endswith=f"?forecast={row.ref}").order_by("-made_at").first()
        if task is not None and task.state == "failed":
            fail(row, task.error or in_three(gettext_noop("The work was cut off three times. Start it again.")))
            count += 1
    return count


def code_version() -> str:
    return str(getattr(rafid, "__version__", "") or "0.1.0")


def _step(row: Forecast, state: str) -> None:
    with because("forecast runs"):
        row.state = state
        row.save()
