"""A file as blocks of bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

BLOCK = 64 * 1024


def blocks_of(file: IO[bytes]) -> Iterator[bytes]:
    """From its beginning."""
    file.seek(0)
    while block := file.read(BLOCK):
        yield block
