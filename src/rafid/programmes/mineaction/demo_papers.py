"""Papers of the demonstration: task orders, completions and handovers, each as it stood on the day on which it went out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rafid.commons import blobs
from rafid.commons.products.release.canonical import canonical
from rafid.commons.records.models import Source

from .demo_hazards import Plot
from .demo_work import number
from .demo_world import World, at, chance_of, known, uid
from .models import Completion, Handover, Task, TaskOrder
from .operations import orders
from .quality import endings


def issue(world: World) -> None:
    """An order for each task that went out."""
    by = world.people.get("operations")
    tasks = Task.objects.exclude(state="draft").select_related("owner", "organisation", "place", "spot_task")
    TaskOrder.objects.bulk_create(
        [
            TaskOrder(
                id=uid(f"order {task.pk}", task.on), task=task, number=1, issued_on=task.on, valid_from=task.valid_from,
                valid_to=task.valid_to, language="ar", content=_order(task), made_by=by, known_at=task.known_at,
            )
            for task in tasks
        ],
        batch_size=200,
    )  # fmt: skip


def _order(task: Task) -> dict[str, Any]:
    """On the day of the order nothing had been cleared yet: all of a hazard was left, and nobody worked on it."""
    content = orders.frozen(task, 1)
    del content["verify"]
    for one in content["hazards"]:
        one["remaining_m2"], one["group"] = one["area_m2"], "open"
    content |= {"issued_on": task.on.isoformat(), "known": at(task.on).isoformat()}
    return {**content, "verify": orders.fingerprint(content)}


def end(world: World, plots: Sequence[Plot], tasks: dict[Any, Task]) -> None:
    """Completions, and handovers of what is closed."""
    done, handed = [], []
    for plot in plots:
        on = plot.days.get("completed")
        if on is None:
            continue
        same = {
            "owner": plot.row.owner, "organisation": plot.row.organisation, "place": plot.row.place, "hazard": plot.row,
            "task": tasks.get(plot.row.pk), "ground": plot.row.ground, "depth_m": 0.2, "source": Source.DEMONSTRATION,
        }  # fmt: skip
        completion = Completion(
            id=uid(f"completion {plot.row.pk}", on), on=on, remaining_m2=0, text="اكتمل العمل وفق أمر المهمة.",
            known_at=known(on, 3, world.today), **same,
        )  # fmt: skip
        done.append(completion)
        closed = plot.days.get("closed")
        if closed:
            chance = chance_of(f"handover {plot.row.pk}")
            handed.append(
                Handover(
                    id=uid(f"handover {plot.row.pk}", closed), on=closed, completion=completion, men=chance.randrange(2, 9),
                    women=chance.randrange(0, 6), residual_risk="قد تبقى ذخائر أعمق من العمق المذكور.",
                    known_at=known(closed, 3, world.today), **same,
                )
            )  # fmt: skip
    number(done)
    number(handed)
    for made in (*done, *handed):
        made.documents = [_certificate(made)]
    Completion.objects.bulk_create(done, batch_size=500)
    Handover.objects.bulk_create(handed, batch_size=500)


def _certificate(made: Completion | Handover) -> str:
    """The hash of what it says, in the store."""
    content = {**endings.frozen(made, made.hazard), "known": at(made.on).isoformat()}
    return blobs.keep(canonical(content).encode()).sha256
