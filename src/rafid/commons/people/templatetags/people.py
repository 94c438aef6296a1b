"""``{% load people %}``: roles and scopes as people say them."""

from __future__ import annotations

from typing import Any

from django import template

from rafid.commons.kinds import reason_text
from rafid.commons.people import mail, scopes
from rafid.commons.people.devices import device_name
from rafid.commons.people.visibility import roles

register = template.Library()

register.filter("role_name", scopes.role_name)
register.filter("programme_name", scopes.programme_name)
register.filter("scope_text", scopes.scope_text)
register.filter("action_name", scopes.action_name)
register.filter("sensitivity_name", scopes.sensitivity_name)
register.filter("reason_text", reason_text)
register.filter("device_name", device_name)
register.simple_tag(mail.has_mail, name="sends_mail")


@register.filter
def action_names(actions: Any) -> str:
    """Actions as one line, in the order in which work goes."""
    order = {action: number for number, action in enumerate(("see", *scopes.ACTIONS))}
    return " · ".join(scopes.action_name(one) for one in sorted(actions, key=lambda one: (order.get(one, 99), one)))


@register.filter
def role_reads(code: str) -> str:
    """Up to which sensitivity a role reads."""
    role = roles().get(code)
    return scopes.sensitivity_name(role.reads) if role else ""
