"""Progress: four numbers of each line, together, and what they earn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.products.papers.tree import (
    Cell,
    Drawing,
    Head,
    Heading,
    Part,
    Table,
    Text,
    amount,
    between,
    code,
    percent,
)
from rafid.commons.writing import number, period

from .. import drawings
from . import words

WIDE = 30.0
_GROUPS = ("reported", "verified", "verified_capped", "floor")


def group_name(group: str) -> str:
    return {
        "reported": _("Reported"), "verified": _("Verified"),
        "verified_capped": _("Verified, capped at the plan"), "floor": _("Floor"),
    }[group]  # fmt: skip


def progress(contracts: Sequence[Any]) -> list[Part]:
    found: list[Part] = [
        Text(
            _(
                "Planned: what the workplan promised until then. Reported: what the partner says. Verified: what the visited "
                "sites say of all sites, with its range (95 in 100). Floor: what is there at least of what was reported where "
                "sites were drawn by size, even if some reports are invented."
            ),
            "note",
        ),
        Text(
            _(
                "In the drawings the pale bar is what was reported, the dark line the verified range with its value as a dot, "
                "the red mark the plan, the triangle the floor; the grey ground ends at the target."
            ),
            "small",
        ),
    ]
    for contract in contracts:
        found += _contract(contract)
    return found


def _contract(contract: Mapping[str, Any]) -> list[Part]:
    figures = contract["progress"]
    title = f"{code(contract['ref'])} · {contract['title']}"
    found: list[Part] = [
        Heading(f"progress-{contract['ref']}", title, 2),
        Text(
            _("%(partner)s for %(donor)s, until %(month)s. Budget %(budget)s %(currency)s, spent %(spent)s.")
            % {
                "partner": words.name(contract["partner"]), "donor": words.name(contract["donor"]),
                "month": period(figures["month"]), "budget": amount(contract["budget"], 0),
                "currency": code(contract["currency"]), "spent": amount(figures["spent"], 0),
            }
        ),
    ]  # fmt: skip
    if not figures["lines"]:
        return [*found, Text(_("The contract has no lines."), "warning")]
    heads = [
        Head(_("Line")), Head(pgettext("an aim", "Target"), True), Head(pgettext("a number is", "Planned"), True),
        Head(group_name("reported"), True), Head(group_name("verified"), True), Head(_("Range"), True),
        Head(group_name("floor"), True), Head(pgettext("of a sample", "Seen"), True), Head(_("Drawing")),
    ]  # fmt: skip
    found.append(
        Table(
            heads, [_line(line) for line in figures["lines"]], "", False, (2.5, 1.2, 1.2, 1.3, 1.3, 1.9, 1.2, 0.9, 2.9)
        )
    )
    unseen = [line for line in figures["lines"] if line["verified"] is None]
    if unseen:
        found.append(
            Text(
                _("Too little was seen for a verified number of: %(lines)s.")
                % {"lines": _(", ").join(f"{code(line['code'])} {words.name(line)}" for line in unseen)},
                "warning",
            )
        )
    found.append(_earned(contract))
    return found


def _line(line: Mapping[str, Any]) -> list[Cell]:
    drawn = Drawing(
        drawings.line_png(
            planned=line["planned"], reported=line["reported"], verified=line["verified"], low=line["low"],
            high=line["high"], floor=line["floor"], target=line["target"], mirrored=words.mirrored(),
        ),
        _("planned %(planned)s, reported %(reported)s, verified %(verified)s, floor %(floor)s of %(target)s")
        % {
            **{name: amount(line[name], 0) for name in ("planned", "reported", "verified", "floor")},
            "target": amount(line["target"], 0),
        },
        WIDE,
    )  # fmt: skip
    places = 0 if line["target"] >= 100 else 1
    return [
        _(", ").join((f"{code(line['code'])} {words.name(line)}", words.unit(line["unit"]))),
        amount(line["target"], places),
        amount(line["planned"], places),
        amount(line["reported"], places),
        amount(line["verified"], places),
        between(line["low"], line["high"], places),
        amount(line["floor"], places),
        percent(line["share_seen"]),
        drawn,
    ]


def _earned(contract: Mapping[str, Any]) -> Table:
    figures = contract["progress"]
    finish = figures["finish"]
    rows = []
    for group in _GROUPS:
        one = figures["earned"][group]
        if one is None:
            continue
        end = finish.get(group)
        rows.append(
            [
                group_name(group),
                amount(one["planned"], 0),
                amount(one["earned"], 0),
                between(figures["low"], figures["high"], 0) if group == "verified" else "",
                "–" if one["spi"] is None else number(one["spi"], 2),
                "–" if one["cpi"] is None else number(one["cpi"], 2),
                percent(one["covered"]),
                period(end) if end else "–",
            ]
        )
    heads = [
        Head(_("By")), Head(_("Planned value"), True), Head(_("Earned value"), True), Head(_("Range"), True),
        Head(_("Schedule index"), True), Head(_("Cost index"), True), Head(_("Weight covered"), True),
        Head(_("Ends at this pace")),
    ]  # fmt: skip
    caption = _("Earned value, in %(currency)s; the contract ends on %(end)s") % {
        "currency": code(contract["currency"]), "end": words.on(contract["end"]),
    }  # fmt: skip
    return Table(heads, rows, caption, False, (2.4, 1.5, 1.5, 2.4, 1.1, 1, 1.2, 1.7))
