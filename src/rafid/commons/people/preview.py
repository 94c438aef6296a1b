"""What somebody who holds a role in a scope would see, asked of the rule itself; nobody's session is borrowed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from rafid.commons.kinds import kind_name
from rafid.commons.names import pick
from rafid.commons.places.models import Place
from rafid.commons.programme import installed

from .agree import governed_models
from .models import Account, Organisation
from .visibility import holder, may, roles

log = logging.getLogger("rafid.people")
SAMPLE = 5


@dataclass(frozen=True)
class Register:
    """One kind of record: how many the role sees, and some that the asker sees himself."""

    name: str
    count: int
    sample: list[Any] = field(default_factory=list)
    hidden: int = 0
    """Records among the count that the asker himself may not see."""


@dataclass(frozen=True)
class Preview:
    navigation: list[dict[str, Any]]
    registers: list[Register]
    actions: list[str]
    reads: str


def navigation_of(user: Any) -> list[dict[str, Any]]:
    """The programmes with the links that this person may use."""
    return [
        {
            "name": pick(programme.navigation.names),
            "links": [
                {"url": link.url, "name": pick(link.names)}
                for link in programme.navigation.links
                if link.action is None or may(user, link.action, programme.name)
            ],
        }
        for programme in installed()
        if programme.navigation
    ]


def preview(
    role: str, asker: Account, *, organisation: Organisation | None = None, place: Place | None = None
) -> Preview:
    """Reads only. Samples show no record that the asker may not see. ``KeyError`` for a role that is not there."""
    someone = holder(role, organisation, place)
    log.info(
        "%s looked at what %s sees for %s in %s",
        asker.login,
        role,
        organisation.ref if organisation else "all organisations",
        place.ref if place else "all places",
    )
    registers = []
    for model in governed_models():
        rows = model._default_manager.visible_to(someone)  # type: ignore[attr-defined]
        count = rows.count()
        own = model._default_manager.visible_to(asker)  # type: ignore[attr-defined]
        both = rows.filter(pk__in=own.values("pk")) if count else rows.none()
        registers.append(Register(kind_name(model), count, list(both[:SAMPLE]), count - both.count()))
    declared = roles()[role]
    return Preview(navigation_of(someone), registers, sorted(declared.may), declared.reads)
