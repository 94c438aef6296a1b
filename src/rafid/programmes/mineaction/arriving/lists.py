"""The lists of hazards and tasks for forms: views of the registers, so that nobody keeps them twice."""

from __future__ import annotations

from rafid.commons.forms.models import EntityList
from rafid.commons.forms.models.entities import EntitySource
from rafid.commons.people.models import Organisation

from .declared import HAZARDS, TASKS


def make_lists(owner: Organisation) -> list[EntityList]:
    """Those that are not there yet. What a person gets of them his own sight of hazards and tasks decides."""
    found = []
    for name, register in ((HAZARDS, "mineaction.hazard"), (TASKS, "mineaction.task")):
        view = {"programme": "mineaction", "owner": owner, "source": EntitySource.SITES, "view": {"register": register}}
        found.append(EntityList.objects.get_or_create(name=name, defaults=view)[0])
    return found
