"""The rules of early warnings, as data: what each looks at, from where on it warns, whom it tells.

Thresholds are a convention of the contract: its ``thresholds`` stand before ``DEFAULTS``, which is the one table of what is
usual.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

DEFAULTS: Mapping[str, float] = {
    "spi": 0.85,
    "spi_months": 2,
    "floor": 0.75,
    "overdue": 0.10,
    "repeat_visits": 3,
    "denied": 0.15,
    "behind": 0.20,
    "outlier": 1.5,
    "finish_days": 60,
    "unused": 0.25,
}

LABELS: Mapping[str, Promise] = {
    "spi": _("Verified, capped schedule index below"),
    "spi_months": _("so many months running"),
    "floor": _("Proven part of what is reported below"),
    "overdue": _("Part of open findings that are overdue, above"),
    "repeat_visits": _("The same item failed at so many visits"),
    "denied": _("Part of the drawn where access was denied, above"),
    "behind": _("Part of planned visits that are late, above"),
    "outlier": _("Findings of one monitor or partner, times the usual"),
    "finish_days": _("Finish later than the contract, days more than"),
    "unused": _("Part of released grounds not used after 12 months, above"),
}
COUNTS = frozenset({"spi_months", "repeat_visits", "finish_days"})
"""Thresholds that are whole numbers; the others are shares or ratios."""


@dataclass(frozen=True)
class Rule:
    """``says`` is the sentence of a warning, ``about`` the rule itself. ``donor``: he is told too, of what he may see."""

    code: str
    name: Promise
    about: Promise
    says: str
    limits: tuple[str, ...] = ()
    donor: bool = False


RULES: Mapping[str, Rule] = {
    one.code: one
    for one in (
        Rule(
            "slow",
            _("Behind the plan"),
            _("The verified schedule index, capped at the plan, is below the threshold several months running."),
            gettext_noop(
                "The verified schedule index was %(value)s in %(month)s, below %(limit)s for %(months)s months running."
            ),
            ("spi", "spi_months"),
            donor=True,
        ),
        Rule(
            "floor",
            _("Little is proven"),
            _("Less of what is reported at drawn sites is proven than the threshold asks."),
            gettext_noop("Line %(line)s: %(value)s %% of what is reported is proven, less than %(limit)s %%."),
            ("floor",),
            donor=True,
        ),
        Rule(
            "range",
            _("More reported than found"),
            _("Even the upper end of the verified range lies below what is reported."),
            gettext_noop("Line %(line)s: %(reported)s are reported at sites; what was seen allows %(value)s at most."),
            donor=True,
        ),
        Rule(
            "critical",
            _("Critical non-conformity"),
            _("A critical non-conformity is open."),
            gettext_noop("The critical non-conformity %(finding)s is open since %(day)s."),
            donor=True,
        ),
        Rule(
            "overdue",
            _("Findings overdue"),
            _("More of the open findings are overdue than the threshold allows, or a critical one is."),
            gettext_noop("%(late)s of %(open)s open findings are overdue, %(critical)s of them critical."),
            ("overdue",),
            donor=True,
        ),
        Rule(
            "repeat",
            _("The same item again"),
            _("The same item failed at several visits to one partner within a year."),
            gettext_noop("The item “%(item)s” failed at %(value)s visits to %(partner)s within a year."),
            ("repeat_visits",),
        ),
        Rule(
            "scores",
            _("Scores fall"),
            _("The whole interval of the trend of scores by month lies below zero."),
            gettext_noop("Scores fall by %(value)s points a month (%(low)s to %(high)s)."),
        ),
        Rule(
            "denied",
            _("Access denied"),
            _("Access was denied at more of the drawn sites than the threshold allows."),
            gettext_noop("Access was denied at %(denied)s of %(all)s drawn sites."),
            ("denied",),
        ),
        Rule(
            "behind",
            _("Visits late"),
            _("More of the visits that were to be made by now are still open than the threshold allows."),
            gettext_noop("%(late)s of %(all)s visits that were to be made by now are not made."),
            ("behind",),
        ),
        Rule(
            "monitor",
            _("A monitor's visits stand out"),
            _(
                "A monitor's visits have more oddities of data than those of all, beyond chance, even after small numbers are "
                "drawn to the rate of all. It is a reason to look, no verdict."
            ),
            gettext_noop(
                "%(value)s %% of the visits of %(who)s have oddities that nobody explained; of all it is %(usual)s %%."
            ),
            ("outlier",),
        ),
        Rule(
            "partner",
            _("A partner's work stands out"),
            _(
                "A partner's visits have more critical or major findings than those of all, beyond chance, even after small "
                "numbers are drawn to the rate of all."
            ),
            gettext_noop(
                "%(value)s %% of the visits to %(who)s have critical or major findings; of all it is %(usual)s %%."
            ),
            ("outlier",),
        ),
        Rule(
            "photos",
            _("Photos again or elsewhere"),
            _("Photos of a visit were sent before, or were taken far from the site."),
            gettext_noop("Photos of %(value)s visits were sent before or taken elsewhere, and nobody explained it."),
        ),
        Rule(
            "finish",
            _("Finishes late"),
            _("At the verified pace the work ends later than the contract, by more days than the threshold."),
            gettext_noop("At the verified pace the work ends in %(month)s, %(value)s days after the contract."),
            ("finish_days",),
            donor=True,
        ),
        Rule(
            "outcome",
            _("No proven gain"),
            _("The lower end of a study's change lies below zero: it may be that nothing became better."),
            gettext_noop("The change in the study %(study)s is %(value)s points, between %(low)s and %(high)s."),
            donor=True,
        ),
        Rule(
            "unused",
            _("Land not used"),
            _("More of the released grounds are not used after 12 months than the threshold allows."),
            gettext_noop("%(unused)s of %(all)s released grounds of the study %(study)s are not used after 12 months."),
            ("unused",),
            donor=True,
        ),
    )
}


def limits_of(contract: Any = None) -> dict[str, float]:
    """The thresholds that count for a contract; the usual ones for what belongs to none."""
    own = (contract.thresholds or {}) if contract is not None else {}
    return {name: float(own.get(name, usual)) for name, usual in DEFAULTS.items()}
