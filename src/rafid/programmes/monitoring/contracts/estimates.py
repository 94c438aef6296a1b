"""One line until a month: what the visited sites say of all sites, and what is proven. Pure: no database, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, isnan, nan

from rafid.methods.progress import verified_floor, verified_total

CONFIDENCE = 0.95
ABOUT_THE_SITE = frozenset({"refused", "no_work", "site_gone"})
"""Why a site was not seen, where that may have to do with what is there: the floor counts nothing there."""


@dataclass(frozen=True)
class Unit:
    """A site: what was ``reported`` there, and ``verified``, NaN where nobody looked. ``stratum`` as drawn, "" where no plan
    reached it; ``state`` of its drawn visit, "" where none was drawn."""

    site: str
    reported: float
    verified: float = nan
    stratum: str = ""
    by_size: bool = False
    certain: bool = False
    state: str = ""
    why: str = ""

    @property
    def seen(self) -> bool:
        return not isnan(self.verified)


@dataclass(frozen=True)
class Found:
    """``verified`` and its range are None where too little was seen, ``floor`` where nothing that was drawn by size
    was visited.

    ``floor_of``: how much of the reported the floor speaks of; ``floor_best``: the floor if all that was seen had been as
    reported, which is less than all for few visits. ``seen`` of ``sites``; ``share_seen`` of the quantity.
    ``joined``: strata were put together.
    """

    at_sites: float
    verified: float | None
    low: float | None
    high: float | None
    floor: float | None
    floor_of: float
    floor_best: float
    sites: int
    seen: int
    share_seen: float | None
    not_seen: dict[str, int]
    joined: bool


def found_of(units: Iterable[Unit], confidence: float = CONFIDENCE) -> Found:
    """All sites' total with its range, by ``verified_total`` with the strata as drawn, and the floor of those drawn by size.

    Visits of several periods count together, a stratum by its name. One of which fewer than two of more sites were seen says
    nothing of its spread: all are put together then. A site that was drawn and not seen stays in: neither zero nor good.
    """
    every = list(units)
    kept = [unit for unit in every if unit.reported > 0 or unit.seen]
    said = fsum(unit.reported for unit in kept)
    seen = [unit for unit in kept if unit.seen]
    value, low, high, joined = _total(kept, confidence)
    floor, floor_of, floor_best = _floor(kept, confidence)
    return Found(
        at_sites=said,
        verified=value,
        low=low,
        high=high,
        floor=floor,
        floor_of=floor_of,
        floor_best=floor_best,
        sites=len({unit.site for unit in kept}),
        seen=len({unit.site for unit in seen}),
        share_seen=fsum(unit.reported for unit in seen) / said if said > 0 else None,
        not_seen=dict(Counter(unit.state for unit in every if unit.state and unit.state != "done" and not unit.seen)),
        joined=joined,
    )


def _total(units: Sequence[Unit], confidence: float) -> tuple[float | None, float | None, float | None, bool]:
    if not units:
        return 0.0, 0.0, 0.0, False  # nothing was reported at any site: there is nothing to verify
    codes, joined = _strata(units)
    if codes is None:
        return None, None, None, joined
    found = verified_total(
        [unit.reported for unit in units], [unit.verified for unit in units], strata=codes, confidence=confidence
    )
    # A quantity is not negative, whatever a wide range says.
    return float(found.value), max(0.0, float(found.low)), float(found.high), joined


def _strata(units: Sequence[Unit]) -> tuple[list[str] | None, bool]:
    """The code of each unit's stratum, and whether strata were put together; None where even all are too few. What is certain
    to be drawn stands for itself."""
    drawn = [f"{unit.stratum}|certain" if unit.certain else unit.stratum for unit in units]
    if not _failing(units, drawn):
        return drawn, False
    whole = ["all"] * len(units)
    return (None if _failing(units, whole) else whole), True


def _failing(units: Sequence[Unit], codes: Sequence[str]) -> set[str]:
    """Strata that ``verified_total`` cannot take: fewer than two seen of more, or those seen reported nothing."""
    there: Counter[str] = Counter(codes)
    seen: Counter[str] = Counter(code for unit, code in zip(units, codes, strict=True) if unit.seen)
    said: dict[str, float] = {}
    for unit, code in zip(units, codes, strict=True):
        if unit.seen:
            said[code] = said.get(code, 0.0) + unit.reported
    return {code for code, count in there.items() if seen[code] < count and (seen[code] < 2 or said[code] <= 0)}


def _floor(units: Sequence[Unit], confidence: float) -> tuple[float | None, float, float]:
    """What is there at least, of what was reported where sites were drawn by size; and what could have been proven at best."""
    drawn = [unit for unit in units if unit.by_size and unit.reported > 0]
    if not any(unit.seen or unit.why in ABOUT_THE_SITE for unit in drawn):
        return None, 0.0, 0.0  # nobody was there yet: nothing is proven, and nothing speaks against it
    said, certain = [unit.reported for unit in drawn], [unit.certain for unit in drawn]
    floor = verified_floor(said, [_held(unit) for unit in drawn], certain=certain, confidence=confidence)
    flawless = [unit.reported if unit.seen else nan for unit in drawn]
    return floor, fsum(said), verified_floor(said, flawless, certain=certain, confidence=confidence)


def _held(unit: Unit) -> float:
    return 0.0 if not unit.seen and unit.state and unit.why in ABOUT_THE_SITE else unit.verified
