"""``./rafid manage rivers check``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .regular import check_all

Say = Callable[[str], Any]


def add(parsers: Any) -> None:
    parsers.add(
        "check",
        check,
        about="Looks for gaps, neighbours, ratings, balances and sources that do not agree, as the worker does each hour.",
        example="check",
    )


def check(say: Say, options: dict[str, Any]) -> None:
    for name, count in check_all().items():
        say(f"{name}: {count} new findings")
