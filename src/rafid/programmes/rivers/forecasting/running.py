"""A forecast: queued, computed from what was known at one moment, and issued whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

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

from ..models import Forecast, ForecastValue, RiverModel, RiverNode, Series
from ..refusals import told
from .calibrating import LONGEST
from .computing import FEWEST, Made, compute
from .rounds import start_ready

WORK = "rafid.programmes.rivers.forecasting.running:carry_out"
TASK = "rivers-forecast"
RUNOFF = ("gr4j", "gr4j_snow")
RUNS_HERE = (*RUNOFF, "routing")
MOST = 1000


def model_of(node: RiverNode, kinds: Sequence[str] = RUNS_HERE) -> RiverModel | None:
    """The active model that runs here: one that routes from upstream before others, one with snow before one without."""
    found = RiverModel.objects.filter(node=node, state="active", kind__in=kinds).order_by("-kind").first()
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
        task = start_task(row)
    return row, task


def start_task(row: Forecast) -> Task:
    return start(
        TASK, WORK, {"forecast": str(row.pk)},
        about=in_three(gettext_noop("Forecast")), link=f"/rivers/forecasts/{row.node.code}/?forecast={row.ref}",
        by=row.asked_by,
    )  # fmt: skip


def task_of(row: Forecast) -> Task | None:
    found: Task | None = (
        Task.objects.filter(name=TASK, link__endswith=f"?forecast={row.ref}").order_by("-made_at").first()
    )
    return found


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
    if model.kind == "external" and model.forcing.get("ensemble"):
        forcing = str(model.forcing["ensemble"])
    elif model.kind not in RUNS_HERE or not model.parameters:
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
    ids = [*model.forcing.values(), *(one["flow"] for one in model.parameters.get("places", {}).values())]
    named = Series.objects.filter(pk__in=[pk for pk in ids if _is_id(pk)])
    return named.filter(source=Source.DEMONSTRATION).exists() or (
        model.observed is not None and model.observed.source == Source.DEMONSTRATION
    )


def _is_id(text: Any) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


def carry_out(progress: Any, forecast: str) -> None:
    """The work of the task; run again after it was cut off it begins anew: nothing of a forecast is kept before it is
    whole."""
    with transaction.atomic():
        row = Forecast.objects.select_for_update(of=("self",)).select_related("model", "node").get(pk=forecast)
        if row.state in ("issued", "withdrawn"):
            return
        if row.state == "failed":
            take_step(row, "queued")
        if row.state == "queued":
            take_step(row, "running")
    try:
        made = compute(row)
        issue_forecast(row, made)
    except Refused as error:
        said = in_each_language(row, error)
        fail(row, said)
        start_ready(row.data_known_at)
        raise Failure(said) from error
    except LOST:
        raise  # the queue tries again
    except Exception:
        fail(row, in_three(gettext_noop("The work broke on our side. Nothing of it was recorded.")))
        start_ready(row.data_known_at)
        raise
    start_ready(row.data_known_at)
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
    """Computes an issued forecast again from what was known then: is it the same, and how far is it from it at most? One that
    came from elsewhere is compared with its hash."""
    kept = {one.lead_h: one.members for one in row.values.all()}
    if row.model is not None and row.model.kind == "external" and not row.model.forcing.get("ensemble"):
        whole = Made(np.array([kept[step] for step in row.steps]).T, list(row.steps), [], row.members)
        return whole.sha256 == row.sha256, 0.0
    made = compute(row)
    again = made.rows
    far = max(
        (abs(a - b) for step, members in kept.items() for a, b in zip(members, again.get(step, []), strict=False)),
        default=float("inf"),
    )
    return made.sha256 == row.sha256, far


def close_dead() -> int:
    """Forecasts whose task gave up say that they failed; those that wait for places upstream go on when these are done."""
    count = 0
    waiting = set()
    for row in Forecast.objects.filter(state__in=("queued", "running")).select_related("node"):
        task = task_of(row)
        if task is None:
            waiting.add(row.data_known_at)
        elif task.state == "failed":
            fail(row, task.error or in_three(gettext_noop("The work was cut off three times. Start it again.")))
            waiting.add(row.data_known_at)
            count += 1
    for moment in sorted(waiting):
        start_ready(moment)
    return count


def code_version() -> str:
    return str(getattr(rafid, "__version__", "") or "0.1.0")


def take_step(row: Forecast, state: str) -> None:
    with because("forecast runs"):
        row.state = state
        row.save()
