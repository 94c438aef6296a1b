"""The page of independence: who visited whom, what was declared, and which rules were not applied, with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.products.papers.tree import Head, Heading, Part, Table, Text, code, percent

from .. import sums
from ..independence import LEAST_UNANNOUNCED, MOST_IN_A_ROW
from . import words


def independence(contracts: Sequence[Any]) -> list[Part]:
    told = sums.independence(contracts)
    partners = sums.partners(contracts)
    if not told["visits"]:
        return [Text(_("No visit was made that could be told of here."))]
    found: list[Part] = [
        Text(
            _(
                "%(unannounced)s of %(visits)s visits were unannounced (%(share)s; the rule asks for %(least)s). Monitors "
                "stand here by their codes."
            )
            % {
                "unannounced": words.count(told["unannounced"]), "visits": words.count(told["visits"]),
                "share": percent(told["share"]), "least": percent(LEAST_UNANNOUNCED),
            },
            "lead" if told["share"] >= LEAST_UNANNOUNCED else "warning",
        ),
        Heading("who-whom", _("Who led visits to whom"), 2),
        _matrix(told["matrix"], partners),
        Heading("in-a-row", _("Visits in a row of one lead to one team"), 2),
        *_rows(told["rows"]),
        Heading("declared", _("Declared relations"), 2),
        *_declared(told["declared"]),
        Heading("not-applied", _("Rules that were not applied, and why"), 2),
        *_overrides(told["overrides"]),
    ]  # fmt: skip
    return found


def _matrix(matrix: dict[str, dict[str, int]], partners: Any) -> Table:
    refs = sorted({ref for row in matrix.values() for ref in row})
    heads = [
        Head(_("Lead monitor")),
        *(Head(words.name({"ref": ref, "names": partners[ref]}), True) for ref in refs),
        Head(_("Total"), True),
    ]
    rows = [
        [code(monitor), *(words.count(row[ref]) if ref in row else "–" for ref in refs), words.count(sum(row.values()))]
        for monitor, row in matrix.items()
    ]
    return Table(heads, rows)


def _rows(rows: Sequence[Any]) -> list[Part]:
    breaches = [one for one in rows if one["breach"]]
    if not breaches:
        return [
            Text(
                _("No lead visited one team more than %(count)s times in a row.")
                % {"count": words.count(MOST_IN_A_ROW)}
            )
        ]
    heads = [Head(_("Partner")), Head(_("Team")), Head(_("Lead monitor")), Head(_("Visits in a row"), True)]
    return [
        Table(
            heads,
            [
                [words.name(one["partner"]), one["team"] or "–", code(one["monitor"]), words.count(one["in_a_row"])]
                for one in breaches
            ],
        )
    ]


def _declared(rows: Sequence[Any]) -> list[Part]:
    if not rows:
        return [Text(_("No monitor declared a relation to these partners."))]
    heads = [
        Head(_("Monitor")), Head(_("Partner")), Head(_("Relation")), Head(_("Declaration")), Head(_("Visits led"), True)
    ]  # fmt: skip
    return [
        Table(
            heads,
            [
                [
                    code(one["monitor"]),
                    words.name(one["partner"]),
                    words.relation(one["relation"]),
                    pgettext("a declaration is", "open") if one["open"] else pgettext("a declaration is", "over"),
                    words.count(one["led"]),
                ]
                for one in rows
            ],
        )
    ]


def _overrides(rows: Sequence[Any]) -> list[Part]:
    if not rows:
        return [Text(_("Every rule was applied at every visit."))]
    heads = [
        Head(_("Visit")),
        Head(_("Partner")),
        Head(_("Rule")),
        Head(_("Monitor")),
        Head(_("Reason")),
    ]
    return [
        Table(
            heads,
            [
                [
                    code(one["visit"]), words.name(one["partner"]), words.rule(one["rule"]), code(one["monitor"]) or "–",
                    one["reason"],
                ]
                for one in rows
            ],
            "",
            False,
            (1.4, 1.8, 2.4, 1, 4),
        )
    ]  # fmt: skip
