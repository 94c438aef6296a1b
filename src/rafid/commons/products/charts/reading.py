"""Figures of a chart for one reader, wherever they come from."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from rafid.commons.indicators.periods import is_period

from ..models import ReleasedRow
from . import of_datasets, of_indicators
from .figures import Asked, Figures, NotThere
from .of_indicators import Figuring
from .spec import ChartSpec

EVERYTHING = Asked()


class Reading:
    """One page's reading: definitions and lists of periods are asked once, however many charts stand on it."""

    def __init__(self, user: Any, organisation: Any = None) -> None:
        self.user = user
        self.figuring = Figuring(user, organisation)
        self._of_dataset: Callable[[str], list[str]] = cache(self._periods_of)

    def figures(self, spec: ChartSpec, asked: Asked = EVERYTHING) -> Figures:
        """Raises ``NotThere`` with a sentence for the reader."""
        if spec.dataset:
            return of_datasets.read(spec, asked, self.user)
        return of_indicators.read(spec, asked, self.figuring)

    def periods(self, spec: ChartSpec) -> list[str]:
        """Periods for which it has figures, in no order."""
        if not spec.dataset:
            return [one for code in spec.indicators for one in self.figuring.periods(code)]
        return self._of_dataset(spec.dataset)

    def _periods_of(self, code: str) -> list[str]:
        try:
            found = of_datasets.opened(code, self.user, None, [])
        except NotThere:
            return []
        if found.version is None:
            return list({line.period for line in found.table.lines() if is_period(line.period)})
        rows = ReleasedRow.objects.filter(version=found.version).order_by()
        return [one for one in rows.values_list("period", flat=True).distinct() if is_period(one)]
