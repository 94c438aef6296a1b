"""What a forecast's notes mean, in the reader's language."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from rafid.commons import writing

from ..codes import VARIABLES
from ..models import RiverNode


def note(one: dict[str, Any]) -> str:
    code = one.get("code")
    if code == "observed_late":
        return _("Not observed since %(day)s: the forecast goes on from the last observation.") % {
            "day": _day(one["last"])
        }
    if code == "observed_none":
        return _("There is no observation: the forecast is the model's alone.")
    if code == "weather_late":
        return _("The weather ends on %(day)s: days since then are drawn, too.") % {"day": _day(one["last"])}
    if code == "flows_late":
        return _("The flows upstream end on %(day)s: the forecast goes on from there.") % {"day": _day(one["last"])}
    if code == "weather_short":
        return _("The weather ends early: the forecast goes to %(given)s hours, not %(asked)s.") % {
            "given": one["given_h"],
            "asked": one["asked_h"],
        }
    if code == "members_fewer":
        return _("The imported ensemble has %(given)s members, not %(asked)s.") % {
            "given": one["given"],
            "asked": one["asked"],
        }
    if code == "weather_filled":
        variable = VARIABLES.get(one.get("variable", ""))
        return ngettext(
            "%(variable)s: %(days)s missing day of the record was filled.",
            "%(variable)s: %(days)s missing days of the record were filled.",
            int(one["days"]),
        ) % {"variable": variable.name if variable else "", "days": one["days"]}
    if code in _UPSTREAM:
        return str(_UPSTREAM[code]) % {**one, "place": _place(one.get("node", ""))}
    if code == "imported_late":
        return _("It came in on %(day)s, when some of what it foretells was over.") % {"day": _day(one["on"])}
    if code == "members_left_out":
        return _("Members that lack a variable or end earlier than most are left out: %(members)s.") % {
            "members": ", ".join(one["members"])
        }
    return str(code)


_UPSTREAM = {
    "upstream": gettext_lazy("Upstream at %(place)s it rests on the forecast %(forecast)s."),
    "upstream_none": gettext_lazy(
        "There is no forecast at %(place)s upstream: its last flow is held. All leads are guidance only."
    ),
    "upstream_late": gettext_lazy("The flow at %(place)s upstream is %(days)s days behind: its last value is held."),
    "upstream_short": gettext_lazy(
        "The forecasts upstream end early: this one goes to %(given_h)s hours, not %(asked_h)s."
    ),
    "members_upstream": gettext_lazy("The forecasts upstream have %(given)s members, not %(asked)s."),
    "release_held": gettext_lazy(
        "The rules or the storage of the reservoir at %(place)s are not known: its last release is held."
    ),
}


def _place(code: str) -> str:
    found = RiverNode.objects.filter(code=code).first()
    return str(found.name) if found is not None else code


def failure(kept: str) -> str:
    try:
        said = json.loads(kept)
    except ValueError:
        return kept
    return str(said.get(get_language() or "ar") or said.get("en", ""))


def _day(text: str) -> str:
    return writing.day(date.fromisoformat(text))
