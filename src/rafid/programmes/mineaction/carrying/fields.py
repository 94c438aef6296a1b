"""What the fields of reports are called."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import ReportType
from ..reports.content import FIELDS, OTHER_KEYS


def label(type: str, name: str) -> str:
    """As people call the field of a report of this kind."""
    return _label(type, name, get_language() or "")


@lru_cache(maxsize=1024)
def _label(type: str, name: str, _language: str) -> str:
    own = {
        "evidence": _("Evidence"), "days": _("Days"), "hazards": _("Hazards"), "items": _("Items found"),
        "external": _("Identifier elsewhere"), "classification": _("Classification"), "confirmed_on": _("Confirmed"),
    }  # fmt: skip
    if name in own:
        return own[name]
    model: Any = FIELDS.get(type, (None, ()))[0]
    try:
        return str(model._meta.get_field(name).verbose_name) if model is not None else name
    except FieldDoesNotExist:
        return name


def choices(type: str) -> list[tuple[str, str]]:
    """Fields that a report of this kind may set, with their names."""
    allowed = FIELDS[type][1] if type in FIELDS else ()
    plain = [*allowed, *(one for one in OTHER_KEYS if one != "external")]
    return sorted(((one, label(type, one)) for one in dict.fromkeys(plain)), key=lambda one: one[1])


def types() -> list[tuple[str, str]]:
    return [(str(value), str(name)) for value, name in ReportType.choices]
