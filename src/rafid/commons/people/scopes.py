"""How a role and its scope are said to people: "Statistics officer, for the Ministry of Planning, in Dhi Qar"."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.programme import PLATFORM, installed

from .visibility import roles

ACTIONS = (
    "add", "change", "delete", "import", "approve", "publish", "check", "people", "places", "operate",
    "design", "collect", "review", "export", "exchange", "decide",
)  # fmt: skip


def role_name(code: str) -> str:
    """The role in the reader's language; its code where no installed programme declares it."""
    role = roles().get(code)
    return pick(role.names) if role else code


def role_names(code: str) -> dict[str, str]:
    role = roles().get(code)
    return dict(role.names) if role else dict.fromkeys(("ar", "ckb", "en"), code)


def programme_name(code: str) -> str:
    """The programme of a role, or of a programme's own code."""
    name = code.partition(".")[0]
    if name == PLATFORM:
        return _("Platform")
    return next((pick(programme.names) for programme in installed() if programme.name == name), name)


def role_choices(codes: Any = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Roles for a select, grouped by programme; ``codes`` limits them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code in roles():
        if codes is None or code in codes:
            groups.setdefault(programme_name(code), []).append((code, role_name(code)))
    return list(groups.items())


def action_name(action: str) -> str:
    """What a role may do, in the reader's language; an action of a programme's own keeps its code."""
    return {
        "see": _("see"),
        "add": _("add"),
        "change": _("change"),
        "delete": _("delete"),
        "import": _("import"),
        "approve": _("approve"),
        "publish": _("publish"),
        "check": _("decide on findings"),
        "people": _("manage people"),
        "places": _("manage places"),
        "operate": _("operate the platform"),
        "design": _("make forms"),
        "collect": _("fill forms"),
        "review": _("review submissions"),
        "export": _("export submissions"),
        "exchange": _("exchange with other nodes"),
        "decide": _("decide cases between nodes"),
    }.get(action, action)


def sensitivity_name(reads: int | str) -> str:
    return {
        "0": _("public"),
        "1": _("public and partners"),
        "2": _("public, partners and restricted"),
        "public": _("public"),
        "partner": _("public and partners"),
        "restricted": _("public, partners and restricted"),
    }[str(reads)]


def scope_text(scoped: Any) -> str:
    """``organisation`` and ``place`` of a grant, an invitation or a question; all of them where empty."""
    organisation = scoped.organisation.name if scoped.organisation else _("all organisations")
    place = scoped.place.label if scoped.place else _("all places")
    return _("%(organisation)s, %(place)s") % {"organisation": organisation, "place": place}
