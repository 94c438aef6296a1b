"""What things of a form are called on the designer's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.programme import installed
from rafid.methods import xforms
from rafid.methods.xforms import Problem

from ..models import Form, FormState, Label, Sight
from .policies import ROLES

WAYS: Final = {
    FormState.OPEN: pgettext_lazy("do to a form", "Open"),
    FormState.CLOSING: gettext_lazy("Begin to close"),
    FormState.CLOSED: pgettext_lazy("do to a form", "Close"),
}
ABOUT: Final = {
    FormState.OPEN: gettext_lazy("Phones get it, and what is sent is taken."),
    FormState.CLOSING: gettext_lazy("It leaves the lists of phones; what was begun is still taken."),
    FormState.CLOSED: gettext_lazy("Nothing more is taken."),
}
STATE_SAID: Final = {
    FormState.OPEN: gettext_lazy("The form is open."),
    FormState.CLOSING: gettext_lazy("The form is closing: phones no longer get it, what was begun is still taken."),
    FormState.CLOSED: gettext_lazy("The form is closed: nothing more is taken."),
}
_CODES: Final = {
    "ar": ("ar", "arabic", "العربية"),
    "ckb": ("ckb", "ku", "sorani", "kurdish", "کوردی"),
    "en": ("en", "english"),
}
_KINDS: Final = {
    "string": gettext_lazy("text"),
    "int": gettext_lazy("whole number"),
    "decimal": gettext_lazy("decimal number"),
    "date": gettext_lazy("date"),
    "dateTime": gettext_lazy("date and time"),
    "time": gettext_lazy("time"),
    "boolean": gettext_lazy("yes or no"),
    "select_one": gettext_lazy("one of a list"),
    "select_multiple": gettext_lazy("several of a list"),
    "rank": gettext_lazy("order of a list"),
    "geopoint": gettext_lazy("position"),
    "geotrace": gettext_lazy("line on the map"),
    "geoshape": gettext_lazy("area on the map"),
    "binary": gettext_lazy("photo or file"),
    "barcode": gettext_lazy("barcode"),
    "group": gettext_lazy("group"),
    "repeat": gettext_lazy("repeat"),
}
_DIFFERENCES: Final = {
    "label": gettext_lazy("label"),
    "hint": gettext_lazy("hint"),
    "type": gettext_lazy("type"),
    "relevant": gettext_lazy("shown when"),
    "constraint": gettext_lazy("allowed answers"),
    "constraint_message": gettext_lazy("message for answers that are not allowed"),
    "required": gettext_lazy("must be answered"),
    "required_message": gettext_lazy("message where an answer is missing"),
    "calculate": gettext_lazy("calculation"),
    "readonly": gettext_lazy("read only"),
    "default": gettext_lazy("value at the start"),
    "appearance": gettext_lazy("appearance"),
    "save_to": gettext_lazy("saved to the entity's property"),
    "count": gettext_lazy("number of repeats"),
    "choice_filter": gettext_lazy("filter of choices"),
    "choices": gettext_lazy("choices"),
}


def programme_names() -> dict[str, str]:
    return {one.name: pick(one.names) for one in installed()}


def label_of(label: Mapping[str, str]) -> str:
    """A label in the reader's language where the form has it, else in its first one."""
    for code in _CODES.get((get_language() or "ar")[:3].rstrip("-"), ()):
        for language, text in label.items():
            if code in language.lower():
                return text
    return next(iter(label.values()), "")


def is_answered(field: xforms.Field) -> bool:
    """Does a person answer it? Not what the phone says of itself, what is calculated, and what only stands there to be read."""
    return bool(field.control) and (field.readonly or "").replace(" ", "") != "true()"


def kind_of(kind: str) -> str:
    return str(_KINDS.get(kind, kind))


def difference_name(what: str) -> str:
    if what.startswith("choice "):
        return _("choice “%s”") % what.removeprefix("choice ")
    return str(_DIFFERENCES.get(what, what))


def labels() -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in Label.choices]


def sights() -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in Sight.choices]


def role_words(role: str) -> tuple[str, str]:
    """What a role is called, and what it does."""
    return {
        "place": (_("Place"), _("Decides whose submissions these are, by place.")),
        "site": (_("Site"), _("Brings the visits of one site together.")),
        "interviewer": (_("Interviewer"), _("Whose work the checks of quality compare.")),
        "location": (_("Position"), _("Stands on the map, and is compared with the site.")),
    }[role]


def roles_said(form: Form, made: xforms.Form) -> list[dict[str, Any]]:
    """Each role with the question that feeds it."""
    fields = {field.path: field for field in made.fields}
    found = []
    for role in ROLES:
        field = fields.get(form.roles.get(role, ""))
        found.append(
            {
                "title": role_words(role)[0],
                "name": field.name if field else "",
                "label": label_of(field.label) if field else "",
            }
        )
    return found


def where(problem: Problem) -> str:
    """Sheet and cell of a problem, as an author looks for them."""
    sheet = problem.sheet or ""
    if sheet and problem.cell:
        return _("Sheet “%(sheet)s”, cell %(cell)s") % {"sheet": sheet, "cell": problem.cell}
    if sheet and problem.row:
        return _("Sheet “%(sheet)s”, row %(row)s") % {"sheet": sheet, "row": problem.row}
    if sheet and problem.column:
        return _("Sheet “%(sheet)s”, column %(column)s") % {"sheet": sheet, "column": problem.column}
    if sheet:
        return _("Sheet “%s”") % sheet
    if problem.field:
        return _("Question “%s”") % problem.field
    return ""
