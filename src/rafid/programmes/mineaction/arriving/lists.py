"""The lists of hazards and tasks for forms: views of the registers, so that nobody keeps them twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from rafid.commons.forms.models import EntityList, Form
from rafid.commons.forms.models.entities import EntitySource
from rafid.commons.history import because
from rafid.commons.people.models import Organisation

from ..models import Hazard, Task
from .declared import HAZARDS, TASKS

REGISTERS: dict[str, tuple[str, Any]] = {HAZARDS: ("mineaction.hazard", Hazard), TASKS: ("mineaction.task", Task)}


@dataclass(frozen=True)
class Standing:
    """A list as it is. ``held``: how many records of it the person sees; ``forms``: those that take it along."""

    name: str
    title: Any
    kept: EntityList | None
    mended: bool
    held: int
    changed_at: datetime | None
    forms: list[Form]


def make_lists(owner: Organisation) -> list[EntityList]:
    """Those that are not there yet. What a person gets of them his own sight of hazards and tasks decides."""
    found = []
    for name, (register, _model) in REGISTERS.items():
        view = {"programme": "mineaction", "owner": owner, "source": EntitySource.SITES, "view": {"register": register}}
        found.append(EntityList.objects.get_or_create(name=name, defaults=view)[0])
    return found


def refresh(owner: Organisation, *, by: Any = None) -> int:
    """Makes what is missing, and mends a list that is no view of its register any more; answers how many.

    What the lists hold needs no refreshing: a phone that asks gets the hazards and tasks of that moment.
    """
    there = set(EntityList.objects.filter(name__in=REGISTERS).values_list("name", flat=True))
    with because("lists for forms", **({"user": str(by.pk)} if by is not None else {})):
        done = sum(one.name not in there for one in make_lists(owner))
        for one in EntityList.objects.select_for_update().filter(name__in=there):
            if not _stands(one):
                one.source, one.view = EntitySource.SITES, {**one.view, "register": REGISTERS[one.name][0]}
                one.programme = "mineaction"
                one.save()
                done += 1
    return done


def refresh_all() -> int:
    """For the authority that holds most hazards here; nothing where the lists are as they should be."""
    if all(_stands(one) for one in EntityList.objects.filter(name__in=REGISTERS)) and not _missing():
        return 0
    first = Hazard.objects.order_by().values("owner").annotate(count=Count("pk")).order_by("-count", "owner").first()
    return refresh(Organisation.objects.get(pk=first["owner"])) if first else 0


def _missing() -> bool:
    return EntityList.objects.filter(name__in=REGISTERS).count() < len(REGISTERS)


def _stands(one: EntityList) -> bool:
    return one.source == EntitySource.SITES and one.view.get("register") == REGISTERS[one.name][0]


def standing(user: Any) -> list[Standing]:
    lists = {one.name: one for one in EntityList.objects.visible_to(user).filter(name__in=REGISTERS)}
    found = []
    for name, (_register, model) in REGISTERS.items():
        one = lists.get(name)
        rows = model.objects.visible_to(user).aggregate(
            count=Count("pk", distinct=True), last=Max("events__pgh_created_at")
        )
        forms = Form.objects.visible_to(user).filter(versions__files__entity_list=one).distinct() if one else []
        found.append(
            Standing(
                name, model._meta.verbose_name_plural, one, one is not None and not _stands(one), rows["count"], rows["last"],
                list(forms),
            )
        )  # fmt: skip
    return found
