"""The page of methods: weights and verdicts, how each number is made, and how anybody repeats the draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.products.papers.tree import FIRST, LAST, Head, Heading, Part, Table, Text, code, percent
from rafid.commons.writing import period

from ..ledger import SEVERITIES
from . import words


def methods(contracts: Sequence[Any], frozen: Mapping[str, Any]) -> list[Part]:
    return [
        Heading("verdicts", _("Weights and verdicts"), 2),
        Text(
            _(
                "The score of a visit is the weight of the items that are as they should be, of the weight of all items that "
                "apply. A visit passes when its score reaches the pass mark and no critical item failed; where nothing was "
                "assessed there is no verdict. The weights are a convention of the contract, not of a standard."
            )
        ),
        _weights(contracts),
        Heading("numbers", _("How the numbers are made"), 2),
        *(Text(one, "item") for one in _how()),
        *_draws(contracts),
        Heading("state", _("The state of these figures"), 2),
        Text(
            _(
                "The figures were frozen as they were known on the moment below, and can be computed again from that state. "
                "The hash is that of all figures of the report as canonical JSON (sorted keys, no blanks, UTF-8)."
            )
        ),
        Text(f"{_('Known at')}: {code(frozen['known'])}", "code"),
        Text(f"SHA-256: {code(frozen.get('sha256', ''))}", "code"),
        Text(f"{_('Formula')}: {code(frozen['formula'])}", "code"),
    ]


def _weights(contracts: Sequence[Any]) -> Table:
    heads = [
        Head(_("Contract")),
        *(Head(words.severity(one), True) for one in SEVERITIES),
        Head(_("Pass mark"), True),
        Head(_("Days to correct: critical, major, minor")),
    ]
    return Table(
        heads,
        [
            [
                code(one["ref"]),
                *(words.count(one["weights"].get(severity)) for severity in SEVERITIES),
                percent(one["pass_mark"]),
                _(", ").join(words.count(one["deadlines"].get(severity)) for severity in SEVERITIES),
            ]
            for one in contracts
        ],
    )


def _how() -> list[str]:
    return [
        _("Verified: ratio estimate by stratum as drawn, with Student's interval; a site that was not seen stays in."),
        _("Floor: Stringer's bound, of sites drawn by size; it counts nothing where access was refused."),
        _(
            "Share that passed: teams as clusters, with Student's interval; by Wilson where fewer than three teams differ."
        ),
        _(
            "Earned value: budget × weight × achieved share of the target, added up; capped: no line counts above its plan."
        ),
        _("Change of the same people: McNemar's exact test, interval of Bonett and Price."),
    ]


def _draws(contracts: Sequence[Any]) -> list[Part]:
    plans = {plan["ref"]: plan for one in contracts for plan in one["plans"]}
    if not plans:
        return []
    found: list[Part] = [
        Heading("draws", _("Seeds and hashes, and how to repeat a draw"), 2),
        Text(
            _(
                "Before the first visit the hash of the seed and that of the frame were published. Order the ids of a stratum "
                "by the SHA-256 of the text below and take the first ones; by size, walk that order with a step. The plan's "
                "page has its frame as a file and a program of a few lines that does it without this platform."
            )
        ),
        Text(f"{FIRST}sha256(seed + '/' + stratum + '|' + id){LAST}", "code"),
    ]
    for ref, plan in sorted(plans.items()):
        found.append(Heading(f"draw-{ref}", f"{_('Plan')} {code(ref)} · {period(plan['period'])}", 3))
        found.append(Text(f"{_('Hash of the seed')}: {code(plan['seed_hash'])}", "code"))
        found.append(Text(f"{_('Hash of the frame')}: {code(plan['frame_hash'])}", "code"))
        found.append(Text(f"{_('Seed')}: {code(plan['seed']) if plan.get('seed') else _('sealed')}", "code"))
    return found
