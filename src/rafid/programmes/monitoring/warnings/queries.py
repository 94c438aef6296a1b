"""Warnings as pages, files and the API read them. All of it starts from ``visible_to``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rafid.commons.writing import period

from ..models import EarlyWarning, WarningState
from .rules import RULES, Rule

ORDER = (WarningState.NEW, WarningState.SEEN, WarningState.ACTING, WarningState.MUTED, WarningState.OVER)

KINDS: dict[str, Promise] = {
    "contract": _("Contract"),
    "line": _("Line"),
    "visit": _("Visit"),
    "nonconformity": _("Non-conformity"),
    "study": _("Study"),
    "land": _("Use of land"),
}

NUMBERS: dict[str, Promise] = {
    "floor / reported": _("Proven part"),
    "upper end": _("Upper end"),
    "lower end": _("Lower end"),
    "overdue": _("Overdue"),
    "denied": _("Access denied"),
    "late": _("Late"),
    "days late": _("Days late"),
    "visits": _("Visits"),
    "not used": _("Not used"),
    "shrunken rate": _("Rate, drawn to that of all"),
    "rate of all": _("Rate of all"),
}


def warnings_seen(user: Any) -> QuerySet[EarlyWarning]:
    """Those that need something first."""
    rank = Case(
        *(When(state=state, then=Value(place)) for place, state in enumerate(ORDER)), output_field=IntegerField()
    )
    rows = EarlyWarning.objects.visible_to(user).select_related(
        "contract__partner", "contract__donor", "place", "owner"
    )
    return rows.annotate(rank=rank)


def by_contract(rows: Iterable[EarlyWarning]) -> list[EarlyWarning]:
    """Together by contract, within it the newest first; contracts with warnings that nobody has looked at come first."""
    found: dict[Any, list[EarlyWarning]] = defaultdict(list)
    for row in rows:
        found[row.contract_id].append(row)
    for some in found.values():
        some.sort(key=lambda one: (-one.since.toordinal(), one.rank, one.ref))

    def urgency(some: list[EarlyWarning]) -> tuple[Any, ...]:
        new = sum(one.state == WarningState.NEW for one in some)
        return (some[0].contract_id is None, not new, -some[0].since.toordinal(), -new, some[0].ref)

    return [one for some in sorted(found.values(), key=urgency) for one in some]


def days_early(row: EarlyWarning) -> int | None:
    """How long before it was confirmed the warning came."""
    return (row.confirmed_on - row.since).days if row.confirmed_on else None


@dataclass(frozen=True)
class Link:
    kind: str
    ref: str
    url: str

    @property
    def name(self) -> str:
        return str(KINDS.get(self.kind, self.kind))


def links_of(row: EarlyWarning) -> list[Link]:
    """The records that a warning rests on; each page asks again who may see it."""
    found = [Link(one["kind"], one["ref"], address(one["kind"], one["ref"])) for one in row.evidence.get("links", ())]
    return [one for one in found if one.url]


def address(kind: str, ref: str) -> str:
    if kind == "contract":
        return reverse("monitoring-contract", args=[ref])
    if kind == "line":
        contract, _slash, code = ref.partition("/")
        return reverse("monitoring-line", args=[contract, code])
    if kind == "land":
        return f"{reverse('monitoring-land')}?{urlencode({'study': ref, 'show': 'unused'})}"
    names = {"visit": "monitoring-visit", "nonconformity": "monitoring-finding", "study": "monitoring-outcome"}
    return reverse(names[kind], args=[ref]) if kind in names else ""


def numbers_of(row: EarlyWarning) -> list[dict[str, Any]]:
    """Names of the numbers in the reader's language; ``spi 2026-03`` is the same in all."""
    first = {one["name"]: one["value"] for one in (row.evidence.get("first") or {}).get("numbers", ())}
    return [
        {**one, "label": _label(one["name"]), "first": first.get(one["name"]), "places": _places(one)}
        for one in row.evidence.get("numbers", ())
    ]


def _label(name: str) -> str:
    what, _blank, month = name.rpartition(" ")
    if what and len(month) == 7 and month[4] == "-" and month.replace("-", "").isdigit():
        return f"{what.upper()}, {period(month.replace('-', ''))}"
    return str(NUMBERS.get(name, name))


def _places(one: dict[str, Any]) -> int:
    """Days and counts have none."""
    return 0 if all(value is None or float(value).is_integer() for value in (one["value"], one.get("limit"))) else 2


@dataclass(frozen=True)
class Record:
    """How a rule did so far: warnings, those that were confirmed, and how early they came (median days)."""

    rule: Rule
    opened: int
    standing: int
    confirmed: int
    days: float | None


def record(rows: Iterable[EarlyWarning]) -> list[Record]:
    by: dict[str, list[EarlyWarning]] = defaultdict(list)
    for row in rows:
        by[row.rule].append(row)
    found = []
    for code, rule in RULES.items():
        some = by.get(code, [])
        days = [early for early in map(days_early, some) if early is not None]
        standing = sum(one.state != WarningState.OVER for one in some)
        found.append(Record(rule, len(some), standing, len(days), median(days) if days else None))
    return found
