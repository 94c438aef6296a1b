"""The database's refusals as sentences that a person can act on."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, models
from django.utils.translation import gettext as _


def sentence_for(error: IntegrityError, model: type[models.Model] | None = None) -> str:
    """What was refused, by which rule, and the remedy; a constraint's own ``violation_error_message`` comes first,
    then what the model's ``RULES`` say of its triggers."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    column = getattr(diagnosis, "column_name", None) or ""
    state = getattr(error.__cause__, "sqlstate", None) or ""
    for constraint in getattr(model._meta, "constraints", []) if model else []:
        if constraint.name == name and constraint.violation_error_message != constraint.default_violation_error_message:
            return str(constraint.violation_error_message)
    rules = getattr(model, "RULES", {})
    if name in rules:
        return str(rules[name])
    label = _label(model, column, name)
    if state == "23505":
        return _("There is already one with the same %(what)s. Change it, or open the other one.") % {"what": label}
    if state == "23502":
        return _("%(what)s is missing. Fill it in.") % {"what": label}
    if state == "23503":
        return _("%(what)s points to something that is not there, or is still used elsewhere.") % {"what": label}
    if state == "23P01":
        return _("It overlaps another one in time: %(what)s. Change the dates.") % {"what": label}
    return _("The database refuses this by the rule “%(what)s”. Correct the values that it speaks of.") % {
        "what": label
    }


def _label(model: Any, column: str, constraint: str) -> str:
    if model is None:
        return column or constraint
    for field in model._meta.concrete_fields:
        if field.column == column or (field.unique and constraint.startswith(f"{model._meta.db_table}_{field.column}")):
            return str(field.verbose_name)
    for rule in model._meta.constraints:
        if rule.name == constraint and getattr(rule, "fields", None):
            return ", ".join(str(model._meta.get_field(name).verbose_name) for name in rule.fields)
    return constraint.replace("_", " ")
