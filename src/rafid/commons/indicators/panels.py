"""What rooms above show on an indicator's page: a map, a trend, downloads. They register; this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .figures import Board, Figure, Reader
from .hierarchy import Area
from .models import Indicator
from .queries import Where


@dataclass(frozen=True)
class Shown:
    """What the page is about: ``board`` holds the figures of ``by``; ``areas`` are the rows of its table; ``trend`` are
    the figures of ``whole`` (the chosen place, or the country) period by period, oldest first;
    ``targets`` what was aimed at in them."""

    request: Any
    reader: Reader
    indicator: Indicator
    board: Board
    by: str
    where: Where
    areas: Sequence[Area]
    whole: Area | None
    trend: Sequence[tuple[str, Figure]]
    targets: Mapping[str, float] = field(default_factory=dict)


type_panel = Callable[[Shown], str]
_panels: list[tuple[int, type_panel]] = []


def register(panel: type_panel, *, order: int = 50) -> None:
    """``panel(shown)`` gives safe HTML, or nothing where it has nothing to say. Registering twice changes nothing."""
    if all(one is not panel for _order, one in _panels):
        _panels.append((order, panel))
        _panels.sort(key=lambda pair: pair[0])


def panels(shown: Shown) -> list[str]:
    return [html for _order, panel in _panels if (html := panel(shown))]
