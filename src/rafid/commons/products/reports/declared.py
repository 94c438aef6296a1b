"""The reports that programmes declare, and the functions that they name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rafid.commons.programme import Programme, Report, installed


def every() -> Iterator[tuple[Programme, Report]]:
    for programme in installed():
        for report in programme.reports:
            yield programme, report


def by_code(code: str) -> Report:
    """Raises ``LookupError`` where no programme declares it."""
    for _programme, report in every():
        if report.code == code:
            return report
    raise LookupError(code)


def of_body(body: Mapping[str, Any]) -> Report:
    return by_code(str(body.get("report", "")))


def named(dotted: str) -> Callable[..., Any]:
    module, _colon, name = dotted.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found
