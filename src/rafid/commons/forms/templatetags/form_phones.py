"""Phones and public links of a form, for the panel on its page."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models import AppUser, Form, PublicLink
from ..phones.given import links_of, phones_of

register = template.Library()


@register.simple_tag(takes_context=True)
def phones(context: Any, form: Form) -> list[AppUser]:
    rows = phones_of(context["request"].user, form).prefetch_related("places")
    found = list(rows.annotate(sent=Count("submissions")))
    for one in found:
        one.said = _state(one)
    return found


@register.simple_tag(takes_context=True)
def links(context: Any, form: Form) -> list[PublicLink]:
    found = list(links_of(context["request"].user, form).annotate(sent=Count("submissions")))
    for one in found:
        one.said = _state(one)
        if one.works and one.opens_at and one.opens_at > timezone.now():
            one.said = ("warn", _("not open yet"))
        elif one.works and one.closes_at and one.closes_at <= timezone.now():
            one.said = ("bad", pgettext("a link is", "closed"))
        elif one.works and one.max_submissions is not None and one.sent >= one.max_submissions:
            one.said = ("bad", pgettext("a link is", "full"))
    return found


def _state(one: Any) -> tuple[str, str]:
    if one.revoked_at is not None:
        return ("bad", _("shut out"))
    if not one.works:
        return ("bad", _("run out"))
    return ("good", _("works"))
