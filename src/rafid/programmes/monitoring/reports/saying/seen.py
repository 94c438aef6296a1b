"""What was promised and what was seen: the sample, what it can show, and what was not seen and why."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.products.papers.tree import Head, Heading, Part, Table, Text, code, percent
from rafid.commons.writing import period

from .. import sums
from . import words


def seen(contracts: Sequence[Any]) -> list[Part]:
    found: list[Part] = []
    total = sums.seen(contracts)
    over = total.get("drawn", 0) - total.get("waiting", 0)
    if total.get("drawn"):
        missed = over - total["seen"]
        found.append(
            Text(
                _(
                    "Drawn sites: %(drawn)s; seen: %(seen)s; not seen: %(missed)s (%(share)s). A drawn site that was not "
                    "seen is not replaced by another: it stays in the sample, counts neither as good nor as nothing, and "
                    "widens what can be said."
                )
                % {
                    "drawn": words.count(total["drawn"]), "seen": words.count(total["seen"]),
                    "missed": words.count(missed), "share": percent(missed / over if over else None),
                },
                "lead",
            )
        )  # fmt: skip
    else:
        found.append(
            Text(_("No plan of this quarter is revealed: nothing was drawn that could be told here."), "warning")
        )
    if total.get("waiting"):
        found.append(
            Text(
                _("%(count)s drawn visits are not over, or not yet released; they are in none of the figures.")
                % {"count": words.count(total["waiting"])},
                "warning",
            )
        )
    found.append(_by_contract(contracts, total))
    found += _not_seen(contracts)
    found += _plans(contracts)
    return found


_STATES = ("denied", "postponed", "impossible", "cancelled")


def _by_contract(contracts: Sequence[Any], total: dict[str, int]) -> Table:
    heads = [
        Head(_("Contract")), Head(_("Drawn"), True), Head(pgettext("of a sample", "Seen"), True),
        *(Head(words.visit_state(one), True) for one in _STATES), Head(_("Not over"), True),
        Head(_("Beside the sample"), True),
    ]  # fmt: skip

    def row(label: str, counts: Any) -> list[str]:
        every = ("drawn", "seen", *_STATES, "waiting", "beside")
        return [label, *(words.count(counts.get(one)) for one in every)]

    rows = [row(f"{code(one['ref'])} · {words.name(one['partner'])}", one["seen"]) for one in contracts]
    if len(contracts) > 1:
        rows.append(row(_("Total"), total))
    return Table(
        heads,
        rows,
        _("Drawn sites and what became of the visits"),
        len(contracts) > 1,
        (3.2, 1, 1, 1.1, 1.3, 1.3, 1.3, 1.1, 1.3),
    )


def _not_seen(contracts: Sequence[Any]) -> list[Part]:
    rows = [
        [
            code(one["ref"]), words.name(one), words.said(one["place"]), words.visit_state(one["state"]),
            f"{words.not_seen_reason(one['not_seen_reason'])}: {one['not_seen_text']}".strip(": "),
        ]
        for contract in contracts
        for one in contract["visits"]
        if one["state"] in _STATES
    ]  # fmt: skip
    if not rows:
        return [Text(_("Every visit that is over was made."))]
    heads = [Head(_("Visit")), Head(_("Site")), Head(_("Place")), Head(_("State")), Head(_("Why"))]
    return [
        Heading("not-seen", _("Not seen, and why"), 2),
        Table(heads, rows, "", False, (1.6, 2.2, 2, 1.2, 3.4)),
    ]


def _plans(contracts: Sequence[Any]) -> list[Part]:
    """Each plan once, though several contracts name it."""
    plans: dict[str, Any] = {}
    strata: dict[str, dict[str, Any]] = {}
    lines: dict[str, dict[str, None]] = {}
    for contract in contracts:
        for plan in contract["plans"]:
            plans.setdefault(plan["ref"], plan)
            strata.setdefault(plan["ref"], {}).update({one["name"]: one for one in plan.get("strata", ())})
            said = words.said(plan.get("statement") or {}).split("\n")
            lines.setdefault(plan["ref"], {}).update(dict.fromkeys(line for line in said if line))
    found: list[Part] = []
    for ref, plan in sorted(plans.items()):
        found.append(Heading(f"plan-{ref}", f"{_('Plan')} {code(ref)} · {period(plan['period'])}", 2))
        if "strata" not in plan:
            found.append(
                Text(
                    _("%(state)s; sealed. What it drew is told when it is revealed, after its last visit.")
                    % {"state": words.plan_state(plan["state"])},
                    "note",
                )
            )
            continue
        found += [Text(line) for line in _once(lines[ref], strata[ref])]
        heads = [Head(_("Stratum")), Head(_("Method")), Head(_("Sites in the frame"), True), Head(_("Drawn"), True)]
        found.append(
            Table(
                heads,
                [
                    [one["name"], words.method(one["method"]), words.count(one["sites"]), words.count(one["size"])]
                    for _name, one in sorted(strata[ref].items())
                ],
                "",
                False,
                (3, 3, 2, 1),
            )
        )
    return found


def _once(lines: Iterable[str], strata: Container[str]) -> list[str]:
    """What is said of several strata in the same words stands once, with the names of all."""
    found: dict[str, list[str]] = {}
    for line in lines:
        name, colon, rest = line.partition(": ")
        named = bool(colon) and name in strata
        found.setdefault(rest if named else line, []).extend([code(name)] if named else [])
    return [f"{_(', ').join(names)}: {text}" if names else text for text, names in found.items()]
