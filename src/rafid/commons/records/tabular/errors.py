"""What the table reader says: an error of the file, an error of a cell, a note.

All three carry a stable ``code``, the English message id with its parameters and where it is; the caller translates
by ``error.text(gettext)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .messages import MESSAGES

type_translate = Callable[[str], str]

_SHOWN = 80
"""A cell quoted in a sentence is cut to this many characters: the sentence stays a sentence."""


def column_name(index: int) -> str:
    """Spreadsheet letters of the 0-based column ``index``: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def shown(value: object) -> str:
    """``value`` as it is quoted in a message: one line, at most 80 characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def size(count: int) -> str:
    """Bytes as people read them: 1.5 GB."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.3g} {unit}"
        amount /= 1024
    return f"{amount:.3g} GB"


class _Message:
    code: str
    params: dict[str, Any]

    @property
    def msgid(self) -> str:
        return MESSAGES[self.code]

    def text(self, translate: type_translate = str) -> str:
        """The sentence in the language of ``translate`` (``gettext``); English without it."""
        return translate(self.msgid) % self.params


class Note(_Message):
    """Nothing is wrong, but the officer should know."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params

    def __repr__(self) -> str:
        return f"Note({self.code!r}, {self.params!r})"


class TableError(_Message, Exception):
    """The file cannot be read as a table. ``row`` is the sheet's own row number, ``column`` 0-based, or None."""

    def __init__(self, code: str, *, row: int | None = None, column: int | None = None, **params: Any) -> None:
        self.code, self.row, self.column, self.params = code, row, column, params
        if row is not None:
            params.setdefault("row", row)
        super().__init__(code)

    @property
    def where(self) -> tuple[int | None, int | None]:
        return self.row, self.column

    def __str__(self) -> str:
        return self.text()

    def __reduce__(self) -> Any:  # keyword-only arguments: the default would lose them between processes
        return _again, (type(self), self.code, self.row, self.column, self.params)


class CellError(_Message, ValueError):
    """A cell or row that cannot be taken. Raised by the parsers; also stands as a value in ``Row.cells``.

    The parsers do not know where the cell is: ``row`` and ``column`` are None then, and the caller knows them.
    """

    def __init__(self, code: str, *, row: int | None = None, column: int | None = None, **params: Any) -> None:
        self.code, self.row, self.column = code, row, column
        self.params = {key: shown(value) if key == "value" else value for key, value in params.items()}
        super().__init__(code)

    @property
    def where(self) -> tuple[int | None, int | None]:
        return self.row, self.column

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"CellError({self.code!r}, {self.params!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellError) and (self.code, self.params) == (other.code, other.params)

    def __hash__(self) -> int:
        return hash((self.code, *sorted((key, str(value)) for key, value in self.params.items())))

    def __reduce__(self) -> Any:
        return _again, (type(self), self.code, self.row, self.column, self.params)


def _again(cls: Any, code: str, row: int | None, column: int | None, params: dict[str, Any]) -> Any:
    return cls(code, row=row, column=column, **{key: value for key, value in params.items() if key != "row"})
