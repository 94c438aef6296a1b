"""Texts of a warning in three languages, from templates: a person reads and changes them before they go out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from rafid.commons.names import FALLBACK, in_three
from rafid.commons.programme import LANGUAGES
from rafid.commons.writing import moment

Texts = dict[str, str]

HEADLINES = {
    "watch": gettext_noop("Flood watch for %(place)s"),
    "warning": gettext_noop("Flood warning for %(place)s"),
    "severe": gettext_noop("Severe flood warning for %(place)s"),
    "extreme": gettext_noop("Extreme flood warning for %(place)s"),
    "low": gettext_noop("Low water at %(place)s"),
    "critical": gettext_noop("Critically low water at %(place)s"),
}
TEXTS = {
    "rising": gettext_noop("The water at %(place)s is expected to reach %(limit)s from %(onset)s on."),
    "likely": gettext_noop(
        "The water at %(place)s is expected to reach %(limit)s from %(onset)s on, with a probability of %(percent)s %%."
    ),
    "falling": gettext_noop("The water at %(place)s is expected to fall below %(limit)s from %(onset)s on."),
}
INSTRUCTIONS = {
    "watch": gettext_noop("Follow the bulletins. Keep away from the banks."),
    "warning": gettext_noop("Bring people, animals and goods away from the banks. Do not cross flooded roads."),
    "severe": gettext_noop("Leave low ground near the river now. Follow what civil defence says."),
    "extreme": gettext_noop("Leave low ground near the river at once. Danger to life."),
    "low": gettext_noop("Use water sparingly. Check intakes and pumps."),
    "critical": gettext_noop("Use water sparingly. Supply may fail at intakes; follow the water directorate."),
}
FALLING = ("low", "critical")


def texts_of(
    level: str, *, names: Mapping[str, str], limit: str | Mapping[str, str], onset: datetime, probability: float | None
) -> dict[str, Texts]:
    """``headline``, ``text`` and ``instruction``, each in three languages."""
    from django.utils.translation import override

    when: Texts = {}
    for language in LANGUAGES:
        with override(language):
            when[language] = moment(onset)
    place = dict(names) if any(names.values()) else dict.fromkeys(FALLBACK, "")
    key = "falling" if level in FALLING else "likely" if probability is not None else "rising"
    percent = f"{100 * probability:.0f}" if probability is not None else ""
    said: dict[str, Any] = {"place": place, "limit": limit, "onset": when, "percent": percent}
    return {
        "headline": in_three(HEADLINES[level], place=place),
        "text": in_three(TEXTS[key], **said),
        "instruction": in_three(INSTRUCTIONS[level], place=place),
    }
