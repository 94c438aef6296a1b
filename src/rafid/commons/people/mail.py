"""Mail to people, in their language or in all three where we do not know it."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from rafid.commons.programme import LANGUAGES


class NotSent(Exception):
    """The mail server refused or did not answer; the message is for the person who wanted it sent."""


def has_mail() -> bool:
    """Does mail leave this installation? A production site without a mail server has none; elsewhere it goes to files."""
    return bool(settings.EMAIL_HOST) or not settings.PRODUCTION


def send(
    to: str,
    template: str,
    context: dict[str, object],
    language: str = "",
    *,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Sends ``{template}_subject.txt`` and ``{template}.txt``. Raises :class:`NotSent`."""
    subjects, bodies = [], []
    for code in [language] if language else LANGUAGES:
        with override(code):
            subjects.append(" ".join(render_to_string(f"{template}_subject.txt", context).split()))
            bodies.append(render_to_string(f"{template}.txt", context).strip())
    message = EmailMessage(
        " | ".join(subjects), "\n\n———\n\n".join(bodies) + "\n", to=[to], headers=dict(headers or {})
    )
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(_("The mail could not be sent: %s") % error) from error
