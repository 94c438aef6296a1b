"""The worker of "My visits": its source, read once."""

from __future__ import annotations

import functools
from pathlib import Path

WORKER = Path(__file__).parents[1] / "static" / "monitoring" / "my_worker.js"


@functools.cache
def worker_source() -> bytes:
    return WORKER.read_bytes()
