"""Figures of a chart for one reader, wherever they come from."""

from __future__ import annotations

from typing import Any

from rafid.commons.indicators.periods import is_period

from . import of_datasets, of_indicators
from .figures import Asked, Figures
from .of_indicators import Figuring
from .spec import ChartSpec

EVERYTHING = Asked()


class Reading:
    """One page's reading: definitions and lists of periods are asked once, however many charts stand on it."""

    def __init__(self, user: Any, organisation: Any = None) -> None:
        self.user = user
        self.figuring = Figuring(user, organisation)

    def figures(self, spec: ChartSpec, asked: Asked = EVERYTHING) -> Figures:
        """Raises ``NotThere`` with a sentence for the reader."""
        if spec.dataset:
            return of_datasets.read(spec, asked, self.user)
        return of_indicators.read(spec, asked, self.figuring)

    def periods(self, spec: ChartSpec) -> list[str]:
        """Periods for which it has figures; the newest first is the caller's to sort."""
        if not spec.dataset:
            return [one for code in spec.indicators for one in self.figuring.periods(code)]
        from ..catalogue.finding import dataset_seen, newest
        from ..models import ReleasedRow

        try:
            version = newest(dataset_seen(spec.dataset, self.user), self.user)
        except LookupError:
            return []
        if version is None or not version.first_period:
            return []
        found = ReleasedRow.objects.filter(version=version).order_by().values_list("period", flat=True).distinct()
        return [one for one in found if is_period(one)]
