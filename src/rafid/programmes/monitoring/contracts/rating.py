"""Red, amber, green: by a rule that is printed beside it. Nothing seen is never green."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

THRESHOLDS: Mapping[str, float] = {"spi": 0.85, "spi_good": 0.95, "floor": 0.75, "short": 0.05, "denied": 0.15}
"""A contract's own ``thresholds`` stand before these."""

ENOUGH = 0.5
"""Weight of the lines that need a verified number before the contract has one."""

COLOURS: Mapping[str, Promise] = {
    "red": pgettext_lazy("a contract stands", "Off track"),
    "amber": pgettext_lazy("a contract stands", "To watch"),
    "green": pgettext_lazy("a contract stands", "On track"),
    "grey": pgettext_lazy("a contract stands", "Too little seen"),
}
BADGES = {"red": "bad", "amber": "warn", "green": "good", "grey": ""}

RULE: Sequence[Promise] = (
    gettext_lazy(
        "Off track: the verified, capped schedule index is below 0.85, or less than 75 % of what the visits could have "
        "proven is proven (floor), or a critical non-conformity is overdue."
    ),
    gettext_lazy(
        "To watch: that index is below 0.95, or the whole verified range lies more than 5 % below what is reported, or a "
        "critical non-conformity is open, or access to more than 15 % of the drawn sites was denied."
    ),
    gettext_lazy(
        "Too little seen: visits do not yet allow a verified number for lines with half of the weight. On track: none of this."
    ),
    gettext_lazy("A contract may set thresholds of its own; these then count."),
)


@dataclass(frozen=True)
class Rating:
    colour: str
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(COLOURS[self.colour])

    @property
    def badge(self) -> str:
        return BADGES[self.colour]


def rate(
    figures: Mapping[str, Any], *, critical: int = 0, overdue: int = 0, thresholds: Mapping[str, Any] | None = None
) -> Rating:
    """``critical``: open critical non-conformities; ``overdue``: those of them that are overdue."""
    limit = {**THRESHOLDS, **{k: float(v) for k, v in (thresholds or {}).items() if k in THRESHOLDS}}
    capped = figures["earned"]["verified_capped"]
    enough = capped is not None and capped["covered"] >= ENOUGH
    spi = capped["spi"] if enough else None
    floor, _of, best = proven(figures)
    drawn = figures["drawn"]
    over = sum(count for state, count in drawn.items() if state not in ("planned", "cleared", "confirmed", "open"))
    denied = drawn.get("denied", 0)
    red, amber = [], []
    if spi is not None and spi < limit["spi"]:
        red.append(_("verified, capped schedule index %(value)s") % {"value": f"{spi:.2f}"})
    elif spi is not None and spi < limit["spi_good"]:
        amber.append(_("verified, capped schedule index %(value)s") % {"value": f"{spi:.2f}"})
    if best > 0 and floor / best < limit["floor"]:
        red.append(
            _("only %(value)s %% of what the visits could have proven is proven")
            % {"value": f"{100 * floor / best:.0f}"}
        )
    if overdue:
        red.append(_("critical non-conformities overdue: %(count)s") % {"count": overdue})
    if enough and figures["high"] < figures["reported_there"] * (1 - limit["short"]):
        amber.append(_("the whole verified range lies clearly below what is reported"))
    if critical > overdue:
        amber.append(_("critical non-conformities open: %(count)s") % {"count": critical})
    if over and denied / over > limit["denied"]:
        amber.append(_("access denied at %(count)s of %(all)s drawn sites") % {"count": denied, "all": over})
    if red:
        return Rating("red", (*red, *amber))
    if not enough:
        return Rating("grey", tuple(amber))
    return Rating("amber" if amber else "green", tuple(amber))


def proven(figures: Mapping[str, Any]) -> tuple[float, float, float]:
    """The floor, of how much of the reported, and what it would be at best; weighted as the lines are."""
    lines = [line for line in figures["lines"] if line["floor"] is not None]
    worth = [line["weight"] / line["target"] for line in lines]
    floor, whole, best = (
        sum(w * line[name] for w, line in zip(worth, lines, strict=True))
        for name in ("floor", "floor_of", "floor_best")
    )
    return floor, whole, best
