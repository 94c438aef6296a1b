"""Progress of one contract until a month: every line's four numbers, and what they earn. Pure over its inputs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from math import ceil, fsum, hypot, isfinite, nan
from typing import Any
from uuid import UUID

from rafid.methods.progress import earned_schedule, earned_value, finish_forecast
from rafid.methods.sampling import cluster_proportion, proportion_interval

from . import months
from .estimates import Found, Unit, found_of
from .inputs import Framed, Inputs, LineIn

GROUPS = ("reported", "verified", "verified_capped", "floor")


def figures(of: Inputs, month: date) -> dict[str, Any]:
    """What is kept and shown: JSON of numbers alone, the words are the reader's."""
    lines = [_line(of, line, month) for line in of.lines]
    spent_month, spent = newest(of.spent, month)
    earned = {name: _earned(of, lines, name, spent) for name in GROUPS}
    low, high = _range(of, lines, earned["verified"])
    tallies = [one for one in of.tallies if one[0] <= month]
    curve = _curve(of)
    return {
        "month": months.code(month),
        "lines": lines,
        "spent": spent,
        "spent_month": months.code(spent_month) if spent_month else None,
        "earned": earned,
        "low": low,
        "high": high,
        "reported_there": _reported_there(of, lines),
        "finish": {
            "reported": _finish(of, curve, earned["reported"], month),
            "verified": _finish(of, curve, earned["verified"], month),
            "early": _finish(of, curve, earned["verified"], month, high),
            "late": _finish(of, curve, earned["verified"], month, low),
        },
        "drawn": _drawn(of, month),
        "by_book": by_book(teams_of(tallies)),
        "tallies": [[months.code(when), *rest] for when, *rest in tallies],
    }


def newest(by_month: Mapping[date, float], month: date) -> tuple[date | None, float | None]:
    """The last number that stands until ``month``: what is cumulative holds until the next one comes."""
    found = max((one for one in by_month if one <= month), default=None)
    return found, (by_month[found] if found else None)


def _line(of: Inputs, line: LineIn, month: date) -> dict[str, Any]:
    reported_month, reported = newest(of.reported.get(line.id, {}), month)
    found = found_of(units(of, line.id, month))
    unplaced = max(0.0, (reported or 0.0) - found.at_sites)
    if unplaced < 1e-9 * (reported or 0.0):
        unplaced = 0.0  # the last digit of a sum
    if found.at_sites == 0 and unplaced > 0 and not found.seen:
        # Reported for no site: nobody could go and see. That is not nothing, and not good.
        found = Found(**{**asdict(found), "verified": None, "low": None, "high": None, "share_seen": 0.0})
    return {
        "id": str(line.id),
        "code": line.code,
        "names": dict(line.names),
        "unit": line.unit,
        "weight": line.weight,
        "target": line.target,
        "planned": newest(of.planned.get(line.id, {}), month)[1] or 0.0,
        "reported": reported,
        "reported_month": months.code(reported_month) if reported_month else None,
        "unplaced": unplaced,
        **asdict(found),
    }


def units(of: Inputs, line: UUID, month: date) -> list[Unit]:
    """The sites of a line, each with all that was reached there until ``month``.

    What a visit counted stands against what was reported until the month that it looked at; what was reported since then takes
    the same ratio, until the next visit.
    """
    reported = by_site(of.at_sites.get(line, {}), month)
    verified = by_site(of.verified.get(line, {}), month)
    return [
        _unit(site, reported.get(site, {}), verified.get(site, {}), of.framed.get(site, ()), month)
        for site in {**reported, **verified}
    ]


def by_site(values: Mapping[tuple[UUID, date], Any], month: date) -> dict[UUID, dict[date, Any]]:
    found: dict[UUID, dict[date, Any]] = {}
    for (site, when), value in values.items():
        if when <= month:
            found.setdefault(site, {})[when] = value
    return found


def _unit(
    site: UUID,
    reported: Mapping[date, float],
    verified: Mapping[date, tuple[float, UUID]],
    framed: Sequence[Framed],
    month: date,
) -> Unit:
    said = newest(reported, month)[1] or 0.0
    counted, plan = nan, None
    if verified:
        looked_at = max(verified)
        counted, plan = verified[looked_at]
        base = newest(reported, looked_at)[1] or 0.0
        counted = counted * said / base if base > 0 else counted
    frame = _frame(framed, plan, month)
    if frame is None:
        return Unit(str(site), said, counted)
    return Unit(
        str(site), said, counted, frame.stratum, frame.by_size, frame.certain, frame.state, frame.why
    )  # fmt: skip


def _frame(framed: Sequence[Framed], plan: UUID | None, month: date) -> Framed | None:
    """The plan whose visit counted there; else the newest that drew the site, else the newest that could have."""
    for one in framed:
        if plan is not None and one.plan == plan:
            return one
    begun = sorted((one for one in framed if one.first <= month), key=lambda one: (one.visit is not None, one.first))
    return begun[-1] if begun else None


def _earned(of: Inputs, lines: Sequence[Mapping[str, Any]], group: str, spent: float | None) -> dict[str, Any] | None:
    """Earned value by one of the four numbers. ``covered`` is the weight of the lines that have this number; where it is not
    1, planned and earned are those lines' alone, and no cost is compared with them."""
    name = {"verified_capped": "verified"}.get(group, group)
    there = [line for line in lines if name == "reported" or line[name] is not None]
    covered = fsum(line["weight"] for line in there)
    if covered <= 0 or not lines:
        return None
    whole = abs(covered - fsum(line["weight"] for line in lines)) < 1e-9
    try:
        found = earned_value(
            budget=of.budget * covered,
            weights=[line["weight"] / covered for line in there],
            targets=[line["target"] for line in there],
            planned=[line["planned"] for line in there],
            achieved=[max(0.0, line[name] or 0.0) for line in there],
            spent=spent if whole else None,
            cap=group == "verified_capped",
        )
    except ValueError:
        return None  # a draft whose weights do not add up yet
    return {
        "planned": found.planned,
        "earned": found.earned,
        "spi": found.spi if isfinite(found.spi) else None,
        "cpi": found.cpi,
        "estimate_at_completion": found.estimate_at_completion,
        "covered": covered,
    }


def _range(
    of: Inputs, lines: Sequence[Mapping[str, Any]], verified: Mapping[str, Any] | None
) -> tuple[float | None, float | None]:
    """Of the verified earned value: the lines' half ranges added in squares, for they stand on different sites."""
    if verified is None:
        return None, None
    there = [line for line in lines if line["verified"] is not None]
    worth = [of.budget * line["weight"] / line["target"] for line in there]
    down = hypot(*(w * (line["verified"] - line["low"]) for w, line in zip(worth, there, strict=True)))
    up = hypot(*(w * (line["high"] - line["verified"]) for w, line in zip(worth, there, strict=True)))
    return max(0.0, verified["earned"] - down), verified["earned"] + up


def _reported_there(of: Inputs, lines: Sequence[Mapping[str, Any]]) -> float:
    """What is reported of the lines that have a verified number, as money: to be held against its range."""
    there = [line for line in lines if line["verified"] is not None]
    return of.budget * fsum(line["weight"] * (line["reported"] or 0.0) / line["target"] for line in there)


def _curve(of: Inputs) -> list[float]:
    """What the plan earns until the end of each month of the contract."""
    found = []
    for month in months.between(of.start, of.end):
        shares = (
            line.weight * (newest(of.planned.get(line.id, {}), month)[1] or 0.0) / line.target for line in of.lines
        )
        found.append(of.budget * fsum(shares))
    return found


def _finish(
    of: Inputs, curve: Sequence[float], earned: Mapping[str, Any] | None, month: date, value: float | None = None
) -> str | None:
    """The month in which the work ends at its pace so far, None where that cannot be said; by ``value`` instead of what was
    earned, for the ends of its range."""
    every = months.between(of.start, of.end)
    elapsed = len([one for one in every if one <= month])
    if not earned or earned["covered"] < 1 - 1e-6 or not elapsed or not any(curve):
        return None
    try:
        schedule = earned_schedule(curve, earned["earned"] if value is None else value)
    except ValueError:
        return None
    # The plan may reach its end before the contract does; one that does not reach its targets ends with the contract.
    reached = next(number for number, value in enumerate(curve, 1) if value >= curve[-1])
    duration = reached if curve[-1] >= of.budget * (1 - 1e-6) else len(every)
    found = finish_forecast(duration=duration, schedule=schedule, elapsed=elapsed)
    if found is None or found > 600:
        return None
    return months.code(months.after(every[0], ceil(found - 1e-9) - 1))


def _drawn(of: Inputs, month: date) -> dict[str, int]:
    """What became of the drawn sites whose period began until ``month``."""
    found: dict[str, int] = defaultdict(int)
    for framed in of.framed.values():
        for one in framed:
            if one.visit and one.first <= month:
                found[one.state] += 1
    return dict(found)


def teams_of(tallies: Iterable[Sequence[Any]]) -> dict[str, list[int]]:
    """Team → [passed, assessed]."""
    found: dict[str, list[int]] = {}
    for _month, team, _place, _topic, passed, assessed in tallies:
        total = found.setdefault(team, [0, 0])
        total[0] += passed
        total[1] += assessed
    return found


SMALL = 10
"""Fewer visits than this are marked: their interval says little more than that somebody went."""


def by_book(teams: Mapping[Any, Sequence[int]]) -> dict[str, Any] | None:
    """The share of visits that passed, by teams as clusters; by Wilson where there are no three teams that differ."""
    rows = [(row[0], row[1]) for row in teams.values() if row[1]]
    visits, passed = sum(row[1] for row in rows), sum(row[0] for row in rows)
    if not visits:
        return None
    low = high = 0.0
    if len(rows) > 2:
        found = cluster_proportion([row[0] for row in rows], [row[1] for row in rows])
        low, high = float(found.low), float(found.high)
    if high - low < 1e-9:
        single = proportion_interval(passed, visits)
        low, high = float(single.low), float(single.high)
    return {
        "share": passed / visits, "low": low, "high": high, "passed": passed, "visits": visits, "teams": len(rows),
        "small": visits < SMALL,
    }  # fmt: skip
