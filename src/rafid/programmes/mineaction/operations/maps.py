"""Tasks, spot tasks and ordnance on the map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..listing_map import MOST, Dot, Dots
from ..models import Hazard, Task
from ..picture.shapes import with_shape

TASK_KIND = {
    "draft": "waiting", "issued": "waiting", "accepted": "waiting", "started": "under_way", "suspended": "under_way",
    "finished": "ended", "closed": "ended", "cancelled": "off",
}  # fmt: skip
SPOT_KIND = {
    "reported": "waiting",
    "verified": "waiting",
    "tasked": "under_way",
    "to_army": "under_way",
    "done": "ended",
    "nothing": "off",
}


def _words(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def task_dots(user: Any, rows: Any) -> Iterator[Dot]:
    """A task lies where its hazards lie, and where the call came from."""
    tasks: dict[Any, Task] = {one.pk: one for one in rows.select_related("organisation", "spot_task")[:MOST]}
    there = with_shape(Hazard.objects.visible_to(user).filter(tasks__in=list(tasks)).exclude(point=None), "point")
    placed = [
        (tasks[key], ref, shape)
        for key, ref, shape in there.order_by().values_list("tasks", "ref", "shape").distinct()
        if key in tasks
    ]
    placed += [
        (one, one.spot_task.ref, one.spot_task.point.json)
        for one in tasks.values()
        if one.spot_task is not None and one.spot_task.point is not None
    ]
    for task, where, shape in placed:
        who = task.organisation.name if task.organisation else ""
        said = _words(task.get_state_display(), task.get_activity_display(), who, where)
        yield Dot(TASK_KIND[task.state], task.ref, said, reverse("mineaction-task", args=[task.ref]), shape)


def spot_dots(_user: Any, rows: Any) -> Iterator[Dot]:
    for one in with_shape(rows.exclude(point=None), "point")[:MOST]:
        said = _words(one.get_state_display(), one.get_device_category_display(), one.what[:80])
        yield Dot(SPOT_KIND[one.state], one.ref, said, reverse("mineaction-spot", args=[one.ref]), one.shape)


def find_dots(_user: Any, rows: Any) -> Iterator[Dot]:
    for one in with_shape(rows.exclude(point=None), "point")[:MOST]:
        kind = "waiting" if one.disposal == "waiting" else "ended"
        said = _words(one.get_category_display(), one.model, f"× {one.quantity}", one.get_disposal_display())
        yield Dot(kind, one.ref, said, reverse("record", args=["mineaction", "ordnance", one.ref]), one.shape)


TASKS = Dots(
    _("Map of tasks"), task_dots, "hazards__point",
    (
        ("waiting", _("Not begun")), ("under_way", pgettext_lazy("work is", "Under way")),
        ("ended", pgettext_lazy("work is", "Finished")), ("off", pgettext_lazy("a task is", "Cancelled")),
    ),
)  # fmt: skip
SPOTS = Dots(
    _("Map of spot tasks"), spot_dots, "point",
    (
        ("waiting", _("Not begun")), ("under_way", _("Given to somebody")),
        ("ended", pgettext_lazy("a spot task is", "Done")), ("off", pgettext_lazy("a spot task is", "Nothing found")),
    ),
)  # fmt: skip
ORDNANCE = Dots(
    _("Map of ordnance found"), find_dots, "point",
    (("waiting", _("Not disposed of yet")), ("ended", _("Disposed of"))),
)  # fmt: skip
