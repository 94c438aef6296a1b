"""The checks that look at more than one series, each hour: gaps, neighbours, ratings, balances of dams, other sources."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from rafid.commons.history import because

from ..models import SeriesFinding
from . import balances, gaps, neighbours, rated, sources
from .keeping import keep, since

log = logging.getLogger("rafid.rivers")

BACK = timedelta(days=14)
"""So far back values are looked at; further where a finding is open since."""
JOIN = timedelta(hours=36)
"""A fault of yesterday and the same one of today are one finding."""


def check_all(now: datetime | None = None) -> dict[str, int]:
    """By check how many findings are new. One check that breaks does not stop the others."""
    now = now or timezone.now()
    done: dict[str, int] = {}
    for name, check in CHECKS.items():
        try:
            with because("checks of values"):
                done[name] = check(now)
        except Exception:
            log.exception("the check %s of values broke", name)
    return done


def _gaps(now: datetime) -> int:
    start = since((gaps.CODE,), now - BACK)
    rows = gaps.monitored()
    # A gap that ends because the reading came later is gone; one that grows is the same. They never touch one another.
    return _kept(gaps.found(rows, start, now), (gaps.CODE,), start, now, join=timedelta(0))


def _neighbours(now: datetime) -> int:
    codes = (neighbours.SHORT, neighbours.UNMATCHED)
    start = since(codes, now - BACK)
    return _kept(neighbours.found(start, now), codes, start, now)


def _balances(now: datetime) -> int:
    start = since((balances.CODE,), now - BACK)
    return _kept(balances.found(start, now), (balances.CODE,), start, now)


def _sources(now: datetime) -> int:
    start = since((sources.CODE,), now - BACK)
    return _kept(sources.found(start, now), (sources.CODE,), start, now)


def _rated(now: datetime) -> int:
    start = since((rated.CODE,), now - BACK)
    return sum(rated.judge_rated(flow, stage, start, now) for flow, stage in rated.pairs())


CHECKS: dict[str, Callable[[datetime], int]] = {
    "gaps": _gaps,
    "neighbours": _neighbours,
    "rated": _rated,
    "balances": _balances,
    "sources": _sources,
}


def _kept(
    found: Iterable[SeriesFinding], codes: tuple[str, ...], start: datetime, now: datetime, *, join: timedelta = JOIN
) -> int:
    told = list(found)
    stand = SeriesFinding.objects.filter(check_code__in=codes, end__gte=start - join).values_list("series", flat=True)
    series: set[Any] = {one.series_id for one in told} | set(stand.distinct())
    return keep(told, series=series, codes=codes, start=start, end=now, join=join)
