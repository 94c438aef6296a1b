"""Facts held against the rules. Pure: no database, no clock; the day comes as an argument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isnan
from typing import Any

from rafid.methods.fieldwork import shrunken_rates
from rafid.methods.progress import trend
from rafid.methods.sampling import proportion_interval

from ..contracts import months

ENOUGH_VISITS = 5
"""Fewer visits than this say nothing of a schedule, a monitor or a partner."""


@dataclass(frozen=True)
class Broken:
    """``params`` of the rule's sentence; ``numbers`` as (name, value, limit); ``links`` as (kind, reference)."""

    rule: str
    subject: str
    params: Mapping[str, Any]
    numbers: tuple[tuple[str, float, float | None], ...] = ()
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FindingFact:
    ref: str
    severity: str
    opened_on: date
    due_on: date


@dataclass(frozen=True)
class StudyFact:
    """``n`` people, the change in all with its interval."""

    ref: str
    n: int
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class LandFact:
    ref: str
    grounds: int
    unused: int
    low: float
    high: float


@dataclass
class Facts:
    """Of one contract. ``figures``: month → progress, the newest first; ``scores``: mean by month, NaN where none."""

    ref: str
    end: date
    limits: Mapping[str, float]
    figures: list[tuple[date, Mapping[str, Any]]] = field(default_factory=list)
    findings: list[FindingFact] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    due_visits: int = 0
    late_visits: list[str] = field(default_factory=list)
    odd_photos: list[str] = field(default_factory=list)
    studies: list[StudyFact] = field(default_factory=list)
    lands: list[LandFact] = field(default_factory=list)


@dataclass(frozen=True)
class Tally:
    """Of one monitor or partner: visits, and those with something to look at (their references)."""

    code: str
    name: Any
    visits: int
    events: tuple[str, ...]


def judge(of: Facts, today: date) -> list[Broken]:
    """All rules that a contract breaks today."""
    return [one for rule in (_progress, _findings, _visits, _outcomes) for one in rule(of, today)]


def _progress(of: Facts, today: date) -> Iterator[Broken]:
    running = int(of.limits["spi_months"])
    spi = [(month, _spi(figures)) for month, figures in of.figures[:running]]
    here: tuple[tuple[str, str], ...] = (("contract", of.ref),)
    if len(spi) == running and all(value is not None and value < of.limits["spi"] for _month, value in spi):
        month, value = spi[0]
        assert value is not None
        yield Broken(
            "slow", "contract",
            {"value": f"{value:.2f}", "month": f"{month:%Y-%m}", "limit": f"{of.limits['spi']:.2f}", "months": running},
            tuple((f"spi {one:%Y-%m}", round(number or 0.0, 4), of.limits["spi"]) for one, number in spi), here,
        )  # fmt: skip
    if not of.figures:
        return
    month, figures = of.figures[0]
    for line in figures["lines"]:
        yield from _line(of, line)
    finish = (figures.get("finish") or {}).get("verified")
    day = months.asked(finish) if finish else None
    late = (months.last_day(day) - of.end).days if day else 0
    if day and late > of.limits["finish_days"]:
        yield Broken(
            "finish", "contract", {"month": f"{day:%Y-%m}", "value": late}, (("days late", late, of.limits["finish_days"]),),
            here,
        )  # fmt: skip
    drawn = figures.get("drawn") or {}
    over = sum(count for state, count in drawn.items() if state not in ("planned", "cleared", "confirmed", "open"))
    denied = drawn.get("denied", 0)
    if over and denied / over > of.limits["denied"]:
        yield Broken(
            "denied", "contract", {"denied": denied, "all": over}, (("denied", denied / over, of.limits["denied"]),), here
        )  # fmt: skip


def _spi(figures: Mapping[str, Any]) -> float | None:
    """None where lines with less than half of the weight have a verified number."""
    capped = figures["earned"]["verified_capped"]
    if not capped or capped["covered"] < 0.5:
        return None
    found: float | None = capped["spi"]
    return found


def _line(of: Facts, line: Mapping[str, Any]) -> Iterator[Broken]:
    links = (("line", f"{of.ref}/{line['code']}"),)
    if line["floor"] is not None and line["floor_of"] > 0:
        proven = line["floor"] / line["floor_of"]
        if proven < of.limits["floor"]:
            yield Broken(
                "floor", f"line:{line['code']}",
                {"line": _code(line["code"]), "value": f"{100 * proven:.0f}", "limit": f"{100 * of.limits['floor']:.0f}"},
                (("floor / reported", round(proven, 4), of.limits["floor"]),), links,
            )  # fmt: skip
    said = line["at_sites"]
    if line["high"] is not None and said > 0 and line["high"] < said * (1 - 1e-9):
        yield Broken(
            "range", f"line:{line['code']}",
            {"line": _code(line["code"]), "reported": _plain(said), "value": _plain(line["high"])},
            (("upper end", line["high"], said),), links,
        )  # fmt: skip


def _findings(of: Facts, today: date) -> Iterator[Broken]:
    for one in of.findings:
        if one.severity == "critical":
            yield Broken(
                "critical", f"nonconformity:{one.ref}", {"finding": _code(one.ref), "day": one.opened_on.isoformat()},
                links=(("nonconformity", one.ref),),
            )  # fmt: skip
    late = [one for one in of.findings if one.due_on < today]
    grave = sum(one.severity == "critical" for one in late)
    if late and (grave or len(late) / len(of.findings) > of.limits["overdue"]):
        yield Broken(
            "overdue", "contract", {"late": len(late), "open": len(of.findings), "critical": grave},
            (("overdue", len(late) / len(of.findings), of.limits["overdue"]),),
            tuple(("nonconformity", one.ref) for one in sorted(late, key=lambda one: (one.due_on, one.ref))[:10]),
        )  # fmt: skip


def _visits(of: Facts, today: date) -> Iterator[Broken]:
    here = (("contract", of.ref),)
    if sum(not isnan(one) for one in of.scores) >= 4:
        found = trend(of.scores)
        if found.high < 0:
            said = {name: f"{100 * getattr(found, key):.1f}" for name, key in (("low", "low"), ("high", "high"))}
            yield Broken(
                "scores", "contract", {"value": f"{-100 * found.slope:.1f}", **said}, (("upper end", found.high, 0.0),), here
            )  # fmt: skip
    late = len(of.late_visits)
    if of.due_visits >= ENOUGH_VISITS and late / of.due_visits > of.limits["behind"]:
        yield Broken(
            "behind", "contract", {"late": late, "all": of.due_visits},
            (("late", late / of.due_visits, of.limits["behind"]),), tuple(("visit", ref) for ref in of.late_visits[:10]),
        )  # fmt: skip
    if of.odd_photos:
        yield Broken(
            "photos", "contract", {"value": len(of.odd_photos)}, (("visits", len(of.odd_photos), None),),
            tuple(("visit", ref) for ref in of.odd_photos[:10]),
        )  # fmt: skip


def _outcomes(of: Facts, today: date) -> Iterator[Broken]:
    for one in of.studies:
        if one.low < 0:
            numbers = {name: f"{100 * value:.0f}" for name, value in
                       (("value", one.difference), ("low", one.low), ("high", one.high))}  # fmt: skip
            yield Broken(
                "outcome", f"study:{one.ref}", {"study": _code(one.ref), **numbers}, (("lower end", one.low, 0.0),),
                (("study", one.ref),),
            )  # fmt: skip
    for ground in of.lands:
        share = ground.unused / ground.grounds
        if share > of.limits["unused"]:
            yield Broken(
                "unused", f"study:{ground.ref}", {"study": _code(ground.ref), "unused": ground.unused, "all": ground.grounds},
                (("not used", share, of.limits["unused"]), ("lower end", ground.low, None), ("upper end", ground.high, None)),
                (("land", ground.ref),),
            )  # fmt: skip


def repeats(failed: Mapping[tuple[str, str], Sequence[str]], names: Mapping[str, Any], least: float) -> list[Broken]:
    """``failed``: (partner, item) → references of the visits at which it failed, the newest first."""
    return [
        Broken(
            "repeat", f"partner:{partner} item:{item}", {"item": _code(item), "value": len(visits), "partner": names[partner]},
            (("visits", len(visits), least),), tuple(("visit", ref) for ref in visits[:10]),
        )
        for (partner, item), visits in sorted(failed.items())
        if len(visits) >= least
    ]  # fmt: skip


def outlying(rule: str, tallies: Sequence[Tally], ratio: float) -> list[Broken]:
    """Those whose rate stands above that of all: the shrunken rate by ``ratio``, and their own interval beyond chance."""
    there = [one for one in tallies if one.visits > 0]
    if len(there) < 3:
        return []
    found = shrunken_rates([len(one.events) for one in there], [one.visits for one in there])
    result = []
    for one, rate in zip(there, found.rates.tolist(), strict=True):
        own = proportion_interval(len(one.events), one.visits)
        if one.visits >= ENOUGH_VISITS and rate >= ratio * found.overall and float(own.low) > found.overall:
            result.append(
                Broken(
                    rule, f"{rule}:{one.code}",
                    {"who": one.name, "value": f"{100 * float(own.value):.0f}", "usual": f"{100 * found.overall:.0f}"},
                    (("shrunken rate", round(rate, 4), round(ratio * found.overall, 4)), ("rate of all", found.overall, None)),
                    tuple(("visit", ref) for ref in one.events[:10]),
                )
            )  # fmt: skip
    return result


def _code(text: str) -> str:
    """Set apart by the isolates of Unicode, so that a code does not turn an Arabic or Kurdish sentence around."""
    return f"\u2068{text}\u2069"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"
