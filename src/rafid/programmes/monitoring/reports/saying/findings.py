"""The ledger of non-conformities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.products.papers.tree import Head, Heading, Part, Table, Text, code

from .. import sums
from ..gather import quarter
from . import words


def findings(contracts: Sequence[Any], period: str) -> list[Part]:
    first, last = (one.isoformat() for one in quarter(period))
    counts = sums.ledger(contracts, first, last)
    columns = ("opened", "settled", "open", "overdue", "disputed", "repeats")
    heads = [
        Head(_("Severity")), Head(_("Opened in the quarter"), True), Head(_("Settled in the quarter"), True),
        Head(_("Open"), True), Head(_("Overdue"), True), Head(pgettext("a finding is", "Disputed"), True),
        Head(_("Repeats of an earlier one"), True),
    ]  # fmt: skip
    rows = [
        [words.severity(severity), *(words.count(one[name]) for name in columns)] for severity, one in counts.items()
    ]
    rows.append([_("Total"), *(words.count(sum(one[name] for one in counts.values())) for name in columns)])
    found: list[Part] = [
        Text(
            _(
                "Released to the partners, and opened in the quarter or still open when it began. Open and overdue are as "
                "known when the figures were frozen. A finding is closed with evidence, by another person than who answered it."
            )
        ),
        Table(heads, rows, "", True, (1.6, 1, 1, 1, 1, 1, 1.2)),
    ]
    listed = [(contract, row) for contract in contracts for row in contract["findings"]]
    if not listed:
        return [*found, Text(_("None was found or was open."))]
    heads = [
        Head(_("Reference")), Head(_("Partner")), Head(_("Severity")), Head(_("What was found")), Head(_("Opened")),
        Head(_("Due")), Head(_("State")),
    ]  # fmt: skip
    found += [
        Heading("ledger", _("The ledger"), 2),
        Table(
            heads,
            [
                [
                    code(row["ref"]),
                    words.name(contract["partner"]),
                    words.severity(row["severity"]),
                    _what(row),
                    words.on(row["opened_on"]),
                    words.on(row["due_on"]),
                    _state(row),
                ]
                for contract, row in listed
            ],
            "",
            False,
            (1.6, 2.1, 1, 3.1, 1.4, 1.4, 1.6),
        ),
    ]
    return found


def _what(row: Any) -> str:
    item = words.said(row["item_text"])
    text = f"{item}: {row['text']}" if item and item != row["text"] else row["text"] or item or row["item"]
    if row["stop_work"]:
        text += f" ({_('Work was stopped')})"
    return text


def _state(row: Any) -> str:
    state = words.finding_state(row["state"])
    if row["settled_on"]:
        return _(", ").join((state, words.on(row["settled_on"])))
    return _(", ").join((state, _("overdue"))) if row["overdue"] else state
