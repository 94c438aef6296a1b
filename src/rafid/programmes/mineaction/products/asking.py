"""What a report or sheet is asked to be made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..models import ProductKind
from ..picture.asked import Asked


@dataclass(frozen=True)
class Ask:
    """``user``: with whose sight. ``after``: the state; ``before``: that of the report before, or the end of last month."""

    kind: str
    user: Any
    after: Asked
    before: Asked | None = None
    place: Any = None
    task: Any = None
    subject: Any = None
    public: bool = False
    """For publication: nothing that is restricted is counted, no place is exact."""

    @property
    def known(self) -> datetime:
        """``after`` is always frozen to an instant before figures are gathered."""
        assert isinstance(self.after.known, datetime)
        return self.after.known

    @property
    def since(self) -> date:
        """The last day before the report's time."""
        assert self.before is not None
        return self.before.on


NEEDS = {
    ProductKind.TREATY: frozenset({"before"}),
    ProductKind.DISTRICT: frozenset({"place"}),
    ProductKind.TASK: frozenset({"task"}),
    ProductKind.OPERATOR: frozenset({"subject", "before"}),
}
