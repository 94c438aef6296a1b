"""Sentences about a file or one report of it, in three languages: what is stored must be read by anybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import override

from rafid.commons.programme import LANGUAGES
from rafid.commons.records.tabular import CellError, TableError


def in_three(sentence: str, **params: Any) -> dict[str, str]:
    """``sentence`` is marked by ``gettext_noop`` where it stands."""
    from django.utils.translation import gettext

    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = gettext(sentence) % {name: _shown(value) for name, value in params.items()}
    return said


def _shown(value: Any) -> str:
    from django.utils.translation import gettext

    text = " ".join(str(value).split())
    text = text if len(text) <= 80 else text[:79] + "…"
    return gettext(text) if text else text


class BadFile(TableError):
    """The file as a whole cannot be taken."""

    def __init__(self, sentence: str, **params: Any) -> None:
        super().__init__("damaged", **params)
        self.sentence = sentence

    def text(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.sentence) % {name: " ".join(str(one).split())[:80] for name, one in self.params.items()}


class Unfit(ValueError):
    """One report cannot be taken; ``said`` is why, in three languages."""

    def __init__(self, sentence: str, **params: Any) -> None:
        super().__init__(sentence)
        self.said = in_three(sentence, **params)


def cell_error(said: dict[str, str]) -> CellError:
    return CellError("mapped", text=said)
