"""The first page: what a reader who has a minute must know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.products.papers.tree import (
    Cell,
    Drawing,
    Figures,
    Head,
    Part,
    Table,
    Text,
    between_percent,
    code,
    percent,
)
from rafid.commons.writing import number

from .. import drawings, sums
from ..gather import quarter
from . import words

WIDE = 34.0


def summary(contracts: Sequence[Any], period: str) -> list[Part]:
    first, last = (one.isoformat() for one in quarter(period))
    seen, passed = sums.seen(contracts), sums.all_passed(contracts)
    critical = sums.ledger(contracts, first, last)["critical"]
    over = seen.get("drawn", 0) - seen.get("waiting", 0)
    items = [
        (words.count(len(contracts)), _("contracts"), ""),
        (
            words.of(seen.get("seen", 0), over), _("drawn sites were seen"),
            _("not seen: %(share)s") % {"share": percent((over - seen.get("seen", 0)) / over)} if over else "",
        ),
        (
            percent(passed["share"]) if passed else "–", _("of the drawn visits passed"),
            between_percent(passed["low"], passed["high"]) if passed else _("none was assessed"),
        ),
        (
            words.count(critical["open"]), _("critical non-conformities are open"),
            _("overdue: %(count)s") % {"count": words.count(critical["overdue"])},
        ),
    ]  # fmt: skip
    return [Figures(items), _contracts(contracts), Text(_legend(), "small")]


def _legend() -> str:
    return _(
        "Shares of the budget, each line by its weight. Verified and its range come from the visited sites alone; the floor is "
        "the part of what was reported that is proven where sites were drawn by size. Schedule index: verified, capped."
    )


def share(contract: Any, value: float | None, group: str) -> float | None:
    """Of the budget of the lines that have this number."""
    earned = contract["progress"]["earned"][group]
    whole = contract["budget"] * (earned["covered"] if earned else 0)
    return value / whole if value is not None and whole else None


def proven(contract: Any) -> tuple[float, float]:
    """The floor, and of how much of the reported, both weighted as the lines are."""
    lines = [line for line in contract["progress"]["lines"] if line["floor"] is not None]
    floor = sum(line["weight"] / line["target"] * line["floor"] for line in lines)
    return floor, sum(line["weight"] / line["target"] * line["floor_of"] for line in lines)


def _contracts(contracts: Sequence[Any]) -> Table:
    heads = [
        Head(_("Contract")), Head(_("Partner")), Head(pgettext("a number is", "Planned"), True),
        Head(_("Reported"), True), Head(_("Verified"), True),
        Head(_("Range"), True),
        Head(_("Floor"), True), Head(_("Schedule index"), True), Head(_("Drawing")),
    ]  # fmt: skip
    return Table(heads, [_row(one) for one in contracts], "", False, (1.8, 1.9, 1.2, 1.3, 1.2, 1.6, 1.1, 1.3, 2.6))


def _row(one: Any) -> list[Cell]:
    figures = one["progress"]
    earned = figures["earned"]

    def part(group: str, name: str = "earned") -> float | None:
        return share(one, earned[group][name], group) if earned[group] else None

    planned, reported, verified = part("reported", "planned"), part("reported"), part("verified")
    low, high = share(one, figures["low"], "verified"), share(one, figures["high"], "verified")
    floor, base = proven(one)
    held = floor / base if base else None
    capped = earned["verified_capped"]
    drawn = drawings.line_png(
        planned=planned, reported=reported, verified=verified, low=low, high=high,
        floor=reported * held if reported is not None and held is not None else None, target=1, mirrored=words.mirrored(),
    )  # fmt: skip
    alt = _("planned %(planned)s, reported %(reported)s, verified %(verified)s, floor %(floor)s of %(target)s") % {
        "planned": percent(planned), "reported": percent(reported), "verified": percent(verified), "floor": percent(held),
        "target": percent(1),
    }  # fmt: skip
    return [
        f"{code(one['ref'])} {one['title']}",
        words.name(one["partner"]),
        percent(planned),
        percent(reported),
        percent(verified),
        between_percent(low, high),
        percent(held),
        "–" if capped is None or capped["spi"] is None else number(capped["spi"], 2),
        Drawing(drawn, alt, WIDE),
    ]
