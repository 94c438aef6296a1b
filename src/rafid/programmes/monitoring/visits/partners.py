"""What was released to a partner: scores with their intervals, trends, findings. Nobody sees more here than the partner."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from rafid.commons.people.models import Organisation
from rafid.methods.progress import Trend, trend
from rafid.methods.sampling import Estimate, cluster_proportion, proportion_interval

from ..findings.queries import GRAVEST_FIRST
from ..models import Contract, NonConformity, Report, Visit, VisitState
from ..models.visits import NOT_SEEN
from .queries import newest_first, visited_on, visits_seen

FEWEST = 4
"""Months that make a trend."""
SMALL = 10
"""Fewer visits than that are few, and marked so."""
SETTLED = ("closed", "withdrawn")


@dataclass(frozen=True)
class Row:
    """Visits of one kind: ``passed`` of ``assessed``, with the interval of the share, and the mean score with its own."""

    name: str
    assessed: int
    passed: int
    share: Estimate | None
    score: float | None
    mean: Estimate | None

    @property
    def few(self) -> bool:
        return self.assessed < SMALL


@dataclass(frozen=True)
class Month:
    on: date
    score: float
    visits: int
    mean: Estimate | None = None

    @property
    def few(self) -> bool:
        return self.visits < SMALL


def partners_seen(user: Any) -> list[Organisation]:
    """Of whose contracts this person sees any."""
    rows = Contract.objects.visible_to(user).values("partner")
    return list(Organisation.objects.filter(pk__in=rows).order_by("ref"))


def released(user: Any, partner: Organisation) -> list[Visit]:
    rows = visits_seen(user).filter(contract__partner=partner, released_to_partner_at__isnull=False)
    return list(newest_first(rows))


def summed(name: str, visits: Iterable[Visit]) -> Row:
    """Mean of the visits' scores; its interval takes the partner's teams as clusters, for visits to one team are alike."""
    rows = [one for one in visits if one.verdict in ("pass", "fail")]
    passed = sum(one.verdict == "pass" for one in rows)
    share = proportion_interval(passed, len(rows)) if rows else None
    scores = [one for one in rows if one.score is not None]
    mean = sum(one.score for one in scores) / len(scores) if scores else None
    return Row(name, len(rows), passed, share, mean, _of_teams(scores))


def _of_teams(visits: Sequence[Visit]) -> Estimate | None:
    teams: dict[str, list[float]] = defaultdict(list)
    for one in visits:
        teams[one.team or one.site.team or "–"].append(float(one.score or 0))
    if len(teams) < 2:
        return None
    return cluster_proportion([sum(one) for one in teams.values()], [len(one) for one in teams.values()])


def by_topic(visits: Sequence[Visit]) -> list[Row]:
    groups: dict[str, list[Visit]] = defaultdict(list)
    for one in visits:
        if one.checklist is not None:
            groups[one.checklist.get_topic_display()].append(one)
    # In the order of the alphabet: where intervals overlap, an order by score would say what is not known.
    return [summed(name, groups[name]) for name in sorted(groups)]


def months_of(visits: Sequence[Visit]) -> list[Month]:
    groups: dict[date, list[Visit]] = defaultdict(list)
    for one in visits:
        day = visited_on(one)
        if one.score is not None and day is not None:
            groups[day.replace(day=1)].append(one)
    return [
        Month(on, sum(float(one.score or 0) for one in some) / len(some), len(some), _of_teams(some))
        for on, some in sorted(groups.items())
    ]


def trend_of(months: Sequence[Month]) -> Trend | None:
    """Per month; None for fewer than four months with visits. Months without any keep their step."""
    if len(months) < FEWEST:
        return None
    first = months[0].on
    values = [math.nan] * (1 + _steps(first, months[-1].on))
    for one in months:
        values[_steps(first, one.on)] = one.score
    return trend(values)


def _steps(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def direction(found: Trend | None) -> str:
    """up, down or unknown: a trend is one only where its interval leaves out zero."""
    if found is None or not (found.low > 0 or found.high < 0):
        return ""
    return "up" if found.low > 0 else "down"


def drawn(months: Sequence[Month]) -> list[dict[str, Any]]:
    """Points of the chart in percent of its width and height, in time from the reading side's start on."""
    if not months:
        return []
    steps = max(_steps(months[0].on, months[-1].on), 1)
    return [
        {
            "month": one,
            "x": 3 + 94 * _steps(months[0].on, one.on) / steps,
            "y": _height(one.score),
            "low": _height(one.mean.low) if one.mean else None,
            "high": _height(one.mean.high) if one.mean else None,
        }
        for one in months
    ]


def _height(share: float) -> float:
    return 6 + 88 * (1 - share)


@dataclass(frozen=True)
class Findings:
    rows: list[NonConformity]
    open: int
    overdue: int
    closed: int
    repeats: int

    @property
    def all(self) -> int:
        return self.open + self.closed


def findings_of(user: Any, partner: Organisation, most: int = 20) -> Findings:
    """Released ones only, also where the reader sees more elsewhere."""
    rows = NonConformity.objects.visible_to(user).filter(contract__partner=partner, released_at__isnull=False)
    rows = rows.exclude(state="withdrawn")
    waiting = rows.exclude(state__in=SETTLED)
    return Findings(
        list(waiting.select_related("visit__site", "item").order_by(*GRAVEST_FIRST)[:most]),
        waiting.count(),
        waiting.filter(due_on__lt=timezone.localdate()).count(),
        rows.filter(state="closed").count(),
        rows.filter(repeat_of__isnull=False).count(),
    )


def not_seen(visits: Iterable[Visit]) -> list[Visit]:
    return [one for one in visits if one.state in NOT_SEEN]


def made(visits: Iterable[Visit]) -> list[Visit]:
    return [one for one in visits if one.state == VisitState.DONE]


def reports_to_answer(user: Any, partner: Organisation) -> list[Report]:
    """Reports that wait for the partner's comments: the right of reply, before a report is final."""
    rows = Report.objects.visible_to(user).filter(contracts__partner=partner, state="comments")
    return list(rows.distinct().order_by("comments_until"))
