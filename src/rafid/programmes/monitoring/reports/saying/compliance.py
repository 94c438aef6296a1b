"""By the book: the share of visits that passed, by partner and topic, with intervals; no ranks where they overlap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.products.papers.tree import Cell, Drawing, Head, Heading, Part, Table, Text, between_percent, percent

from .. import drawings, sums
from . import words

WIDE = 34.0


def compliance(contracts: Sequence[Any]) -> list[Part]:
    whole = sums.all_passed(contracts)
    if whole is None:
        return [Text(_("No drawn visit of this quarter was assessed. Nothing assessed is never a pass."), "warning")]
    partners = sums.partners(contracts)
    by_partner = sums.by_partner(contracts)
    found: list[Part] = [
        Text(
            _(
                "%(passed)s of %(visits)s drawn visits passed: %(share)s, with an interval from %(interval)s. Teams of one "
                "partner work alike; the interval counts them as clusters (%(teams)s teams)."
            )
            % {
                "passed": words.count(whole["passed"]), "visits": words.count(whole["visits"]),
                "share": percent(whole["share"]), "interval": between_percent(whole["low"], whole["high"]),
                "teams": words.count(whole["teams"]),
            },
            "lead",
        ),
        Heading("by-partner", _("By partner"), 2),
        _table(_("Partner"), by_partner, lambda ref: words.name({"ref": ref, "names": partners[ref]})),
    ]  # fmt: skip
    found.append(Text(_apart(by_partner, partners)))
    found += [Heading("by-topic", _("By topic"), 2), _table(_("Topic"), sums.by_topic(contracts), words.topic)]
    if any(one["small"] for one in by_partner.values()):
        found.append(Text(_("A hollow dot: fewer than 10 visits, whose interval says little."), "small"))
    found += _scores(contracts, partners)
    return found


def _table(title: str, rows: Mapping[str, Any], name: Callable[[str], str]) -> Table:
    made: list[list[Cell]] = []
    for ref, one in rows.items():
        interval = between_percent(one["low"], one["high"])
        drawn = Drawing(
            drawings.share_png(
                one["share"], one["low"], one["high"], small=one["small"], mirrored=words.mirrored()
            ),
            f"{percent(one['share'])}, {interval}",
            WIDE,
        )  # fmt: skip
        made.append(
            [
                name(ref),
                words.of(one["passed"], one["visits"]),
                words.count(one["teams"]),
                percent(one["share"]),
                interval,
                drawn,
            ]
        )
    heads = [
        Head(title), Head(_("Passed"), True), Head(_("Teams"), True), Head(pgettext("a proportion", "Share"), True),
        Head(_("Interval"), True),
        Head(_("From 0 to 100 %")),
    ]  # fmt: skip
    return Table(heads, made, "", False, (3, 1.4, 1, 1, 1.8, 2.8))


def _apart(rows: Mapping[str, Any], partners: Mapping[str, Any]) -> str:
    """Which partners differ beyond chance; nothing else is ranked."""
    pairs = [
        _("%(better)s lies above %(worse)s")
        % {
            "better": words.name({"ref": b, "names": partners[b]}),
            "worse": words.name({"ref": a, "names": partners[a]}),
        }
        for a, low in rows.items()
        for b, high in rows.items()
        if low["high"] < high["low"] and not low["small"] and not high["small"]
    ]
    if pairs:
        return _("Intervals that do not touch: %(pairs)s.") % {"pairs": "; ".join(pairs)}
    return _("The intervals overlap or the numbers are small: the partners are not ranked.")


def _scores(contracts: Sequence[Any], partners: Mapping[str, Any]) -> list[Part]:
    rows = [
        [
            words.name({"ref": ref, "names": partners[ref]}), words.count(one["visits"]), percent(one["mean"], 1),
            between_percent(one["low"], one["high"]),
        ]
        for ref, one in sums.mean_scores(contracts).items()
    ]  # fmt: skip
    if not rows:
        return []
    heads = [Head(_("Partner")), Head(_("Visits"), True), Head(_("Mean score"), True), Head(_("Interval"), True)]
    return [
        Heading("scores", _("Mean of the visits' scores"), 2),
        Text(
            _(
                "Each visit counts alike: this is not the share of all answers. A critical failure is a failure at any score."
            )
        ),
        Table(heads, rows, "", False, (3, 1, 1, 1.6)),
    ]
