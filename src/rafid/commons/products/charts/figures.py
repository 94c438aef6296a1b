"""What was read for a chart: rows × series of figures, each known, missing or withheld, with definitions and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.places.models import Place
from rafid.commons.writing import number

MISSING, WITHHELD = "missing", "withheld"


class NotThere(LookupError):
    """Nothing can be read for it; the text is for the reader."""


@dataclass(frozen=True)
class Asked:
    """What a reader bounds all blocks by. ``where``: fields or dimensions with the code that was clicked."""

    place: Place | None = None
    period: str = ""
    organisation: Any = None
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """``state`` is empty, missing or withheld: nothing of that is a zero. ``mark`` and ``why`` as on an indicator's page."""

    value: float | None = None
    state: str = MISSING
    mark: str = ""
    why: str = ""

    def text(self, decimals: int) -> str:
        if self.value is None:
            return "*" if self.state == WITHHELD else "–"
        return number(self.value, decimals)

    @property
    def said(self) -> str:
        """What a mark or an absent figure means."""
        return _("Withheld") if self.state == WITHHELD else _("No figure") if self.value is None else self.why


def known(value: float, mark: str = "", why: str = "") -> Cell:
    return Cell(value, "", mark, why)


@dataclass(frozen=True)
class Head:
    """A row or series: ``asks`` is the filter that a click on it sets, as (name, value)."""

    label: str
    key: str = ""
    asks: tuple[str, str] | None = None
    place: str = ""


@dataclass(frozen=True)
class Meaning:
    """One click away: what is shown, its definition, and the page that says more."""

    title: str
    text: str
    url: str


@dataclass
class Figures:
    """``cells[row][series]``. ``period`` is what is shown; ``before`` the earlier one that a number is compared with."""

    rows: list[Head]
    series: list[Head]
    cells: list[list[Cell]]
    rows_title: str = ""
    unit: str = ""
    decimals: int = 0
    where: str = ""
    period: str = ""
    better: str = "neither"
    target: float | None = None
    targets: list[float | None] = field(default_factory=list)
    """What is aimed at in each row, where the indicator itself has targets; ``target`` holds for all that is shown."""
    sources: list[tuple[str, str]] = field(default_factory=list)
    meanings: list[Meaning] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    demonstration: bool = False
    counts: bool = True
    versions: list[str] = field(default_factory=list)
    """Ids of the released versions that it was read from."""
    places: list[int] = field(default_factory=list)
    """Decimals of each series, where series measure different things; else ``decimals`` holds for all."""

    def text(self, row: int, series: int) -> str:
        return self.cells[row][series].text(self.places[series] if self.places else self.decimals)

    @property
    def aims(self) -> list[float]:
        """All that is aimed at, for the axis to reach."""
        own = [aim for aim in self.targets if aim is not None]
        return own if self.target is None else [self.target]

    def target_text(self, row: int) -> str:
        aim = self.targets[row] if row < len(self.targets) else None
        return "" if aim is None else number(aim, self.decimals)

    def texts(self, row: int) -> list[str]:
        return [self.text(row, index) for index in range(len(self.cells[row]))]

    @property
    def values(self) -> list[float]:
        return [cell.value for row in self.cells for cell in row if cell.value is not None]

    @property
    def empty(self) -> bool:
        return not self.values

    def count(self, state: str) -> int:
        return sum(cell.state == state for row in self.cells for cell in row)

    @property
    def missing(self) -> int:
        return self.count(MISSING)

    @property
    def withheld(self) -> int:
        return self.count(WITHHELD)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def figures_from(said: Mapping[str, Any]) -> Figures:
    """As ``as_json`` froze it."""

    def head(one: Mapping[str, Any]) -> Head:
        asks = one.get("asks")
        return Head(one["label"], one["key"], (asks[0], asks[1]) if asks else None, one.get("place", ""))

    rest = {name: said[name] for name in ("rows_title", "unit", "decimals", "where", "period", "better", "target")}
    return Figures(
        [head(one) for one in said["rows"]],
        [head(one) for one in said["series"]],
        [[Cell(**cell) for cell in row] for row in said["cells"]],
        **rest,
        sources=[(source, as_of) for source, as_of in said["sources"]],
        meanings=[Meaning(**one) for one in said["meanings"]],
        notes=list(said["notes"]),
        demonstration=said["demonstration"],
        counts=said["counts"],
        versions=list(said["versions"]),
        places=list(said["places"]),
        targets=list(said.get("targets", [])),
    )
