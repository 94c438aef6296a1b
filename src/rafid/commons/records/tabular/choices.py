"""Cells that hold one of a few answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from .cells import is_missing, parse_text, plain, refuse_errors
from .errors import CellError

_LISTED = 12
_NEAR = 70.0


class Choices:
    """A list of choices made ready: ``{stored code: its spellings}``; the code itself is a spelling too.

    Raises ``ValueError`` where one spelling belongs to two codes.
    """

    def __init__(self, choices: Mapping[str, Sequence[str]]) -> None:
        from rafid.methods.text import fold

        self._exact: dict[str, str] = {}
        self._folded: dict[str, str | None] = {}
        self._shown = [spellings[0] if spellings else code for code, spellings in choices.items()]
        for code, spellings in choices.items():
            for spelling in {code, *spellings}:
                taken = self._exact.setdefault(spelling.casefold(), code)
                if taken != code:
                    raise ValueError(f"“{spelling}” is a spelling of both {taken} and {code}")
                folded = fold(spelling)
                if folded:
                    # Two codes that fold alike can only be told apart by their exact spelling.
                    self._folded[folded] = code if self._folded.get(folded, code) == code else None
        self.find = lru_cache(maxsize=16_384)(self._find)

    def parse(self, cell: Any) -> str | None:
        """The code of the choice in the cell; None where it is empty. Raises ``CellError`` with what is possible."""
        if cell is None:
            return None
        text = cell if cell.__class__ is str else parse_text(cell)
        return None if text is None else self.find(text)

    def _find(self, cell: str) -> str | None:
        from rafid.methods.text import fold

        text = plain(cell)
        if not text:
            return None
        code = (
            self._exact.get(text.casefold()) or self._exact.get(cell.strip().casefold()) or self._folded.get(fold(text))
        )
        if code is not None:
            return code
        if is_missing(text):
            return None
        refuse_errors(cell, text)
        listed = ", ".join(self._shown[:_LISTED]) + (", …" if len(self._shown) > _LISTED else "")
        near = self._near(fold(text[:200]))
        if near:
            raise CellError("not_a_choice_near", value=cell, near=near, choices=listed)
        raise CellError("not_a_choice", value=cell, choices=listed)

    def _near(self, folded: str) -> str | None:
        from rapidfuzz import fuzz, process

        found = process.extractOne(folded, list(self._folded), scorer=fuzz.ratio, score_cutoff=_NEAR)
        return found[0] if found else None


def parse_choice(cell: Any, choices: Choices | Mapping[str, Sequence[str]]) -> str | None:
    """As ``Choices.parse``; make ``Choices`` once for a column of many cells."""
    return (choices if isinstance(choices, Choices) else Choices(choices)).parse(cell)


@cache
def _yes_no() -> Choices:
    return Choices(
        {
            "yes": ["Yes", "y", "true", "t", "1", "on", "نعم", "اي", "صح", "صحيح", "يوجد", "بەڵێ", "بەلێ", "ئا", "✓", "✔", "☑"],
            "no": ["No", "n", "false", "f", "0", "off", "لا", "كلا", "خطأ", "لا يوجد", "نەخێر", "نا", "✗", "✘", "☐"],
        }
    )  # fmt: skip


def parse_bool(cell: Any) -> bool | None:
    """Yes or no in three languages, TRUE, 1 and 0; None where it is empty. Raises ``CellError``."""
    if isinstance(cell, bool) or cell is None:
        return cell
    try:
        code = _yes_no().parse(cell)
    except CellError as error:
        if error.code.startswith("not_a_choice"):
            raise CellError("not_a_boolean", value=cell) from None
        raise
    return None if code is None else code == "yes"
