"""What several contracts of a report say together. Pure: of a part of the report it gives the sums of that part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from math import fsum
from typing import Any

from rafid.methods.sampling import cluster_proportion

from ..contracts.figures import by_book, teams_of
from .ledger import SETTLED, SEVERITIES

Block = Mapping[str, Any]


def seen(contracts: Sequence[Block]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for one in contracts:
        for name, count in one["seen"].items():
            found[name] += count
    return dict(found)


def passed(contracts: Sequence[Block], key: Callable[[Block, Sequence[Any]], str]) -> dict[str, Any]:
    """The share of drawn visits that passed, with its interval by teams as clusters, by what ``key`` says of a tally
    ``[month, team, governorate, topic, passed, assessed]``."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for one in contracts:
        for month, team, *rest in one["tallies"]:
            named = key(one, [month, team, *rest])
            if named:
                groups[named].append([month, f"{one['ref']}/{team}", *rest])
    found = {name: by_book(teams_of(rows)) for name, rows in sorted(groups.items())}
    return {name: one for name, one in found.items() if one}


def by_partner(contracts: Sequence[Block]) -> dict[str, Any]:
    return passed(contracts, lambda one, _tally: one["partner"]["ref"])


def by_topic(contracts: Sequence[Block]) -> dict[str, Any]:
    return passed(contracts, lambda _one, tally: tally[3])


def all_passed(contracts: Sequence[Block]) -> Mapping[str, Any] | None:
    return passed(contracts, lambda _one, _tally: "all").get("all")


def mean_scores(contracts: Sequence[Block]) -> dict[str, dict[str, Any]]:
    """By partner: the mean of the scores of drawn visits, each visit alike, and its interval by teams as clusters where
    there are three of them or more that differ."""
    teams: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in contracts:
        for visit in one["visits"]:
            if visit["score"] is not None and visit["reason"] == "drawn" and visit["state"] == "done":
                teams[one["partner"]["ref"]][f"{one['ref']}/{visit['team']}"].append(visit["score"])
    found = {}
    for partner, of in sorted(teams.items()):
        every = [score for rows in of.values() for score in rows]
        low = high = None
        if len(of) > 2:
            made = cluster_proportion([fsum(rows) for rows in of.values()], [len(rows) for rows in of.values()])
            if float(made.high) - float(made.low) > 1e-9:
                low, high = float(made.low), float(made.high)
        found[partner] = {
            "mean": fsum(every) / len(every),
            "visits": len(every),
            "teams": len(of),
            "low": low,
            "high": high,
        }
    return found


def ledger(contracts: Sequence[Block], first: str, last: str) -> dict[str, dict[str, int]]:
    """By severity: opened in the quarter, settled in it, open now, overdue, disputed, repeats. Days are ISO texts."""
    found = {
        severity: dict.fromkeys(("opened", "settled", "open", "overdue", "disputed", "repeats"), 0)
        for severity in SEVERITIES
    }
    for one in contracts:
        for row in one["findings"]:
            counts = found[row["severity"]]
            counts["opened"] += first <= row["opened_on"] <= last
            counts["settled"] += bool(row["settled_on"]) and first <= row["settled_on"] <= last
            counts["open"] += row["state"] not in SETTLED
            counts["overdue"] += row["overdue"]
            counts["disputed"] += row["state"] == "disputed"
            counts["repeats"] += row["repeat"] and first <= row["opened_on"] <= last
    return found


def independence(contracts: Sequence[Block]) -> dict[str, Any]:
    visits = sum(one["independence"]["visits"] for one in contracts)
    unannounced = sum(one["independence"]["unannounced"] for one in contracts)
    matrix: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in contracts:
        for lead in one["independence"]["leads"]:
            matrix[lead["monitor"]][one["partner"]["ref"]] += lead["visits"]
    return {
        "visits": visits,
        "unannounced": unannounced,
        "share": unannounced / visits if visits else None,
        "matrix": {monitor: dict(row) for monitor, row in sorted(matrix.items())},
        "overrides": [
            {**row, "partner": one["partner"]} for one in contracts for row in one["independence"]["overrides"]
        ],
        "declared": _once(
            [{**row, "partner": one["partner"]} for one in contracts for row in one["independence"]["declared"]]
        ),
        "rows": [{**row, "partner": one["partner"]} for one in contracts for row in one["independence"]["rows"]],
    }


def _once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A declaration is about a partner: two contracts of one partner name it once, with the visits of both."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["monitor"], row["relation"], row["open"], row["partner"]["ref"])
        if key in found:
            found[key]["led"] += row["led"]
        else:
            found[key] = dict(row)
    return list(found.values())


def partners(contracts: Sequence[Block]) -> dict[str, Mapping[str, str]]:
    return {one["partner"]["ref"]: one["partner"]["names"] for one in contracts}
