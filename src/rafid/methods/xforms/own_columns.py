"""The columns that Rafid understands beyond ODK: ``bind::rafid:sensitivity`` and ``role``; of items of checklists ``severity``,
``sop`` and ``evidence``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rafid.methods.xforms.form import Form
from rafid.methods.xforms.problem import Problem
from rafid.methods.xforms.said import say

SENSITIVITIES: Final = ("none", "personal", "identifying", "place", "protection", "contamination")
ROLES: Final = ("place", "site", "interviewer", "location")
SEVERITIES: Final = ("critical", "major", "minor")


def own_columns(form: Form) -> Iterator[Problem]:
    """Sensitivity and role that an author wrote wrongly, or for a question that cannot have it."""
    feeding: dict[str, str] = {}
    for field in form.fields:
        if field.sensitivity and field.sensitivity not in SENSITIVITIES:
            yield Problem(
                "error",
                say(
                    "“%(value)s” is no sensitivity; write one of %(known)s.",
                    value=field.sensitivity,
                    known=", ".join(SENSITIVITIES),
                ),
                column="bind::rafid:sensitivity",
                field=field.name,
            )
        severity = field.own.get("severity")
        if severity is not None and severity not in SEVERITIES:
            yield Problem(
                "error",
                say("“%(value)s” is no severity; write one of %(known)s.", value=severity, known=", ".join(SEVERITIES)),
                column="bind::rafid:severity",
                field=field.name,
            )
        if not field.role:
            continue
        message = None
        if field.role not in ROLES:
            message = say("“%(value)s” is no role; write one of %(known)s.", value=field.role, known=", ".join(ROLES))
        elif field.repeat is not None:
            message = say("A question in a repeat has several answers and cannot say the %(role)s.", role=field.role)
        elif field.role == "location" and field.type != "geopoint":
            message = say("Only a question of type geopoint can say the location.")
        elif field.role in feeding:
            message = say("“%(name)s” says the %(role)s already.", name=feeding[field.role], role=field.role)
        else:
            feeding[field.role] = field.name
        if message is not None:
            yield Problem("error", message, column="bind::rafid:role", field=field.name)
