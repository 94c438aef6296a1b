"""What a forecast's notes mean, in the reader's language."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rafid.commons import writing

from ..codes import VARIABLES


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
    return str(code)


def failure(kept: str) -> str:
    try:
        said = json.loads(kept)
    except ValueError:
        return kept
    return str(said.get(get_language() or "ar") or said.get("en", ""))


def _day(text: str) -> str:
    return writing.day(date.fromisoformat(text))
