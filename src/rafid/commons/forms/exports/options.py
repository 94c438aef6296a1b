"""What somebody asks of a file beside the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from rafid.commons.programme import LANGUAGES

NAMES = ("split", "groups", "labels", "safe", "public", "since")
_YES = {"1", "true", "yes"}
_NO = {"0", "false", "no", ""}


class WrongOption(ValueError):
    """``where`` names the option; the text is a sentence."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(sentence)
        self.where = where


@dataclass(frozen=True)
class Options:
    """``split``: options of select_multiple as columns of 0 and 1. ``groups``: names of groups in those of columns.
    ``labels``: the language in which choices say their label instead of their code. ``safe``: for a spreadsheet.
    ``public``: as the public may see it. ``since``: only what changed at or after.
    """

    split: bool = False
    groups: bool = True
    labels: str = ""
    safe: bool = False
    public: bool = False
    since: datetime | None = None


def read_options(params: Mapping[str, str]) -> Options:
    """Raises ``WrongOption``."""
    labels = params.get("labels", "")
    if labels and labels not in LANGUAGES:
        raise WrongOption("labels", _("Labels are there in: %s.") % ", ".join(LANGUAGES))
    return Options(
        split=_flag(params, "split", False),
        groups=_flag(params, "groups", True),
        labels=labels,
        safe=_flag(params, "safe", False),
        public=_flag(params, "public", False),
        since=_moment(params.get("since", "")),
    )


def _flag(params: Mapping[str, str], name: str, usual: bool) -> bool:
    given = params.get(name)
    if given is None:
        return usual
    if given.lower() in _YES:
        return True
    if given.lower() in _NO:
        return False
    raise WrongOption(name, _("Write 1 or 0."))


def _moment(text: str) -> datetime | None:
    """A day begins in the country's zone; a time without an offset is of that zone, too."""
    if not text:
        return None
    try:
        # A plus sign that was not escaped in an address arrives as a blank.
        found: Any = parse_datetime(text.strip().replace(" ", "+") if "T" in text else text.strip())
        if found is None:
            day = parse_date(text.strip())
            found = datetime.combine(day, time()) if day else None
        if found is not None:
            return (found if timezone.is_aware(found) else timezone.make_aware(found)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise WrongOption("since", _("Write a day or a time, such as 2026-09-01 or 2026-09-01T08:00:00+03:00."))
