"""A message to a person, in three languages, shown in the page frame."""

from __future__ import annotations

from collections.abc import Mapping

from rafid.commons.programme import LANGUAGES

from .models import Account, Message


def notify(account: Account, text3: Mapping[str, str], link: str = "") -> Message:
    """``text3``: ``{"ar", "ckb", "en"}``, as ``commons.names.in_three`` makes it. ``ValueError`` where one is missing."""
    missing = [language for language in LANGUAGES if not text3.get(language)]
    if missing:
        raise ValueError(f"a message to a person needs its text in {', '.join(missing)}")
    return Message.objects.create(
        account=account, text={language: text3[language] for language in LANGUAGES}, link=link
    )
