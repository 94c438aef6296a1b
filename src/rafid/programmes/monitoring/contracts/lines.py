"""Lines of a contract as rows of a page, and the sites behind one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString

from rafid.commons.names import pick

from ..models import Contract, Site, Visit, VisitState, WorkplanLine
from . import months
from .bands import band
from .figures import by_site, newest
from .inputs import read
from .queries import sides


@dataclass(frozen=True)
class LineRow:
    """``values`` of the line as computed; ``before`` those of another month or state of knowledge."""

    values: Mapping[str, Any]
    before: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        return pick(self.values["names"])

    @cached_property
    def band(self) -> SafeString:
        one = self.values
        return band(
            planned=one["planned"], reported=one["reported"], verified=one["verified"], low=one["low"], high=one["high"],
            floor=one["floor"], full=one["target"],
        )  # fmt: skip

    @property
    def states(self) -> list[tuple[str, int]]:
        """Drawn and not seen, by what became of the visit."""
        words = dict(VisitState.choices)
        found: dict[str, int] = {}
        for state, count in self.values["not_seen"].items():
            key = "open" if state in ("planned", "cleared", "confirmed", "open") else state
            found[key] = found.get(key, 0) + count
        return [(str(words.get(state, "")), count) for state, count in sorted(found.items())]

    @property
    def unseen(self) -> float | None:
        seen = self.values["share_seen"]
        return None if seen is None else 1 - seen

    @property
    def floor_share(self) -> float | None:
        return self.values["floor"] / self.values["floor_of"] if self.values["floor_of"] else None

    def change(self, name: str) -> float | None:
        """How much more it is than before; None where one of the two is not there."""
        if self.before is None or self.values[name] is None or self.before[name] is None:
            return None
        return float(self.values[name] - self.before[name])

    @property
    def changes(self) -> list[float | None]:
        return [self.change(name) for name in ("planned", "reported", "verified")]


def line_rows(figures: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> list[LineRow]:
    then = {line["id"]: line for line in before["lines"]} if before else {}
    return [LineRow(line, then.get(line["id"])) for line in figures["lines"]]


@dataclass(frozen=True)
class SiteRow:
    """A site of a line until a month. ``verified`` by its last visit, of the ``looked_at`` that was reported by then."""

    site: Site
    reported: float
    verified: float | None
    verified_month: str
    looked_at: float
    visits: Sequence[Visit]

    @property
    def visited(self) -> bool:
        """Somebody was there, but no number of this line was taken."""
        return any(one.state == VisitState.DONE for one in self.visits)

    @property
    def share(self) -> float | None:
        return self.verified / self.looked_at if self.verified is not None and self.looked_at else None


def sites_of(user: Any, contract: Contract, line: WorkplanLine, month: date) -> list[SiteRow]:
    """Sites of a line that this person sees, the largest report first, with the visits that he sees."""
    side = sides(user, [contract])[contract.pk]
    inputs = read([contract], side)[contract.pk]
    reported, verified = inputs.at_sites.get(line.pk, {}), inputs.verified.get(line.pk, {})
    ids = {site for site, when in (*reported, *verified) if when <= month}
    sites = {one.pk: one for one in Site.objects.visible_to(user).filter(pk__in=ids).select_related("place")}
    visits: dict[Any, list[Visit]] = {}
    for visit in Visit.objects.visible_to(user).filter(site__in=list(sites), contract=contract).order_by("planned_on"):
        visits.setdefault(visit.site_id, []).append(visit)
    said, looked_at = by_site(reported, month), by_site(verified, month)
    rows = []
    for pk, site in sites.items():
        counted = looked_at.get(pk, {})
        when = max(counted, default=None)
        rows.append(
            SiteRow(
                site=site,
                reported=newest(said.get(pk, {}), month)[1] or 0.0,
                verified=counted[when][0] if when else None,
                verified_month=months.code(when) if when else "",
                looked_at=(newest(said.get(pk, {}), when)[1] or 0.0) if when else 0.0,
                visits=visits.get(pk, ()),
            )
        )
    return sorted(rows, key=lambda one: (-one.reported, one.site.ref))
