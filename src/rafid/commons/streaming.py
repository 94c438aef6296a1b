"""Answers that are written while they are sent, when their request is over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.utils.translation import override

Piece = TypeVar("Piece", str, bytes)


def in_language(pieces: Iterator[Piece], language: str | None) -> Iterator[Piece]:
    """Each piece is made in ``language``: between two of them the thread may serve a reader of another one.

    A reader who goes away closes ``pieces``, too, and with them what they hold.
    """
    try:
        while True:
            with override(language):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
