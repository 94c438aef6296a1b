"""The board: all contracts that a person sees, on one page; whatever their number, a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rafid.commons.filters import Filters
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place

from ..models import Contract, NonConformity, Site
from . import months
from .bands import band
from .figures import by_book, teams_of
from .queries import SETTLED, Critical, contracts_seen, critical, newest_month, progress_for
from .rating import ENOUGH, Rating, proven, rate

OVER = ("done", "denied", "postponed", "impossible", "cancelled")
NOT_SEEN = OVER[1:]
MONTHS_OFFERED = 24


@dataclass(frozen=True)
class BoardRow:
    contract: Contract
    figures: Mapping[str, Any]
    critical: Critical
    rating: Rating

    def share(self, group: str) -> float | None:
        """Of the budget of the lines that have this number."""
        earned = self.figures["earned"][group]
        whole = float(self.contract.budget) * (earned["covered"] if earned else 0)
        return earned["earned"] / whole if whole and earned["covered"] >= ENOUGH else None

    @property
    def planned(self) -> float | None:
        earned = self.figures["earned"]["reported"]
        budget = float(self.contract.budget)
        return earned["planned"] / budget if earned and budget else None

    @property
    def reported(self) -> float | None:
        return self.share("reported")

    @property
    def verified(self) -> float | None:
        return self.share("verified")

    @property
    def range(self) -> tuple[float | None, float | None]:
        earned = self.figures["earned"]["verified"]
        whole = float(self.contract.budget) * (earned["covered"] if earned else 0)
        if not whole or earned["covered"] < ENOUGH:
            return None, None
        return self.figures["low"] / whole, self.figures["high"] / whole

    @property
    def low(self) -> float | None:
        return self.range[0]

    @property
    def high(self) -> float | None:
        return self.range[1]

    @property
    def covered(self) -> float:
        earned = self.figures["earned"]["verified"]
        return earned["covered"] if earned else 0.0

    @property
    def partial(self) -> bool:
        """Only some lines have a verified number: it is then told beside what is reported for the same lines."""
        return self.covered < 0.999

    @property
    def of_reported(self) -> dict[str, float] | None:
        return of_reported(self.figures)

    @property
    def floor(self) -> float | None:
        """The part of the reported, where sites were drawn by size, that is proven."""
        found, base, _best = proven(self.figures)
        return found / base if base else None

    @property
    def floor_best(self) -> float | None:
        """The same if all that was seen had been as reported: few visits cannot prove more."""
        _found, base, best = proven(self.figures)
        return best / base if base else None

    @property
    def spent(self) -> float | None:
        budget = float(self.contract.budget)
        return self.figures["spent"] / budget if self.figures["spent"] is not None and budget else None

    @property
    def drawn(self) -> int:
        return sum(self.figures["drawn"].get(state, 0) for state in OVER)

    @property
    def not_seen(self) -> int:
        return sum(self.figures["drawn"].get(state, 0) for state in NOT_SEEN)

    @property
    def by_book(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.figures["by_book"]
        return found

    @property
    def late(self) -> str | None:
        """The month in which it ends at its verified pace, where that is after its end."""
        found: str | None = self.figures["finish"]["verified"]
        return found if found and found > months.code(self.contract.end) else None

    @cached_property
    def band(self) -> SafeString:
        reported, floor = self.reported, self.floor
        return band(
            planned=self.planned,
            reported=reported,
            verified=None if self.partial else self.verified,
            low=self.low,
            high=self.high,
            floor=reported * floor if reported is not None and floor is not None else None,
        )


def of_reported(figures: Mapping[str, Any]) -> dict[str, float] | None:
    """What is verified, with its range, of what is reported for the lines that have a verified number."""
    earned, said = figures["earned"]["verified"], figures["reported_there"]
    if earned is None or not said:
        return None
    return {"share": earned["earned"] / said, "low": figures["low"] / said, "high": figures["high"] / said}


@dataclass
class Board:
    """``month``: until when; ``chosen``: what the address asks for."""

    month: date
    rows: list[BoardRow]
    chosen: Mapping[str, Any]
    notes: Sequence[str]
    donors: Sequence[Organisation]
    partners: Sequence[Organisation]
    months: Sequence[date]
    criticals: Sequence[NonConformity] = field(default_factory=tuple)

    @property
    def totals(self) -> dict[str, int]:
        return {
            **{
                colour: sum(row.rating.colour == colour for row in self.rows)
                for colour in ("red", "amber", "green", "grey")
            },
            "drawn": sum(row.drawn for row in self.rows),
            "not_seen": sum(row.not_seen for row in self.rows),
            "critical": sum(row.critical.open for row in self.rows),
        }

    @property
    def by_place(self) -> dict[str, Mapping[str, Any]]:
        """Governorate → the share of visits that passed, with its interval."""
        tallies: dict[str, list[Any]] = {}
        for row in self.rows:
            for tally in row.figures["tallies"]:
                if tally[2]:
                    tallies.setdefault(tally[2], []).append([tally[0], f"{row.contract.pk}/{tally[1]}", *tally[2:]])
        found = {place: by_book(teams_of(rows)) for place, rows in tallies.items()}
        return {place: one for place, one in sorted(found.items()) if one}


def chosen_contracts(
    user: Any, query: QueryDict, place: Place | None
) -> tuple[QuerySet[Contract], Filters, dict[str, Any], list[Organisation], list[Organisation]]:
    """Contracts by the filters of the address, and what the filters offer."""
    seen = contracts_seen(user)
    sides = list(seen.values_list("donor", "partner").order_by().distinct())
    known = {one.pk: one for one in Organisation.objects.filter(pk__in={pk for pair in sides for pk in pair})}
    donors = sorted({known[donor] for donor, _partner in sides}, key=lambda one: one.name)
    partners = sorted({known[partner] for _donor, partner in sides}, key=lambda one: one.name)
    filters = Filters(query)
    chosen: dict[str, Any] = {
        "donor": filters.one_of("donor", _("Donor"), {one.ref: one for one in donors}, None),
        "partner": filters.one_of("partner", _("Partner"), {one.ref: one for one in partners}, None),
    }
    for name, one in chosen.items():
        if one is not None:
            seen = seen.filter(**{name: one})
    chosen["place"] = place
    if place is not None:
        within = Place.objects.filter(lineage__contains=[place.pk]).values("pk")
        sites = Site.objects.filter(contract=OuterRef("pk"), place__in=within)
        seen = seen.filter(Q(pk__in=Contract.objects.filter(places__in=within).values("pk")) | Exists(sites))
    return seen, filters, chosen, donors, partners


def board(user: Any, query: QueryDict, place: Place | None = None) -> Board:
    seen, filters, chosen, donors, partners = chosen_contracts(user, query, place)
    newest = newest_month(user, seen)
    offered = list(months.backwards(max(newest, months.last_ended()), MONTHS_OFFERED))
    month = filters.one_of("month", _("Month"), {months.code(one): one for one in offered}, newest, months.code(newest))
    rows = board_rows(user, list(seen.order_by("donor__ref", "partner__ref", "ref")), month)
    listed = (
        NonConformity.objects.visible_to(user)
        .filter(contract__in=[row.contract.pk for row in rows if row.critical.open], severity="critical")
        .exclude(state__in=SETTLED)
        .select_related("contract", "contract__partner")
        .order_by("due_on", "ref")[:20]
    )
    return Board(month, rows, chosen, filters.notes, donors, partners, offered, list(listed))


def board_rows(user: Any, contracts: Sequence[Contract], month: date) -> list[BoardRow]:
    found = progress_for(user, contracts, month)
    urgent = critical(user, [one.pk for one in contracts])
    rows = []
    for contract in contracts:
        figures, here = found[contract.pk], urgent.get(contract.pk, Critical())
        rating = rate(figures, critical=here.open, overdue=here.overdue, thresholds=contract.thresholds)
        rows.append(BoardRow(contract, figures, here, rating))
    return rows


HEADS = (
    "contract", "title", "donor", "partner", "state", "month", "currency", "budget", "planned", "reported", "verified", "low",
    "high", "floor_share", "covered", "spi_reported", "spi_verified", "spi_capped", "cpi_reported", "spent", "finish_verified",
    "drawn", "not_seen", "passed_share", "passed_low", "passed_high", "visits", "critical", "critical_overdue", "rating",
)  # fmt: skip


def exported(rows: Sequence[BoardRow], month: date) -> list[list[Any]]:
    """The rows of the table, as numbers; shares between 0 and 1."""

    def index(row: BoardRow, group: str, name: str) -> float | None:
        earned = row.figures["earned"][group]
        return earned[name] if earned else None

    return [
        [
            row.contract.ref, row.contract.title, row.contract.donor.name, row.contract.partner.name, row.contract.state,
            months.code(month), row.contract.currency, float(row.contract.budget), row.planned, row.reported, row.verified,
            row.low, row.high, row.floor, row.covered, index(row, "reported", "spi"), index(row, "verified", "spi"),
            index(row, "verified_capped", "spi"), index(row, "reported", "cpi"), row.figures["spent"],
            row.figures["finish"]["verified"], row.drawn, row.not_seen,
            *((row.by_book[name] for name in ("share", "low", "high", "visits")) if row.by_book else (None, None, None, 0)),
            row.critical.open, row.critical.overdue, row.rating.colour,
        ]
        for row in rows
    ]  # fmt: skip
