"""How far the drawing of an edition is: whoever draws page by page tells it here, whoever started it listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_listening: ContextVar[Callable[[int, int], None] | None] = ContextVar("rafid_drawing", default=None)


@contextmanager
def listening(hear: Callable[[int, int], None]) -> Iterator[None]:
    """``hear(done, of)`` for as long as the block goes on."""
    token = _listening.set(hear)
    try:
        yield
    finally:
        _listening.reset(token)


def tell(done: int, of: int) -> None:
    hear = _listening.get()
    if hear is not None:
        hear(done, of)
