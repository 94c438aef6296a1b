"""The frame of a plan: what could be drawn, and what joined, left or changed since the last plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused

from ..models import Contract, FrameRow, MonitoringPlan, PlanContract, PlanState, Site, Stratum, StratumMethod
from ..refusals import told


def candidates(contracts: Iterable[Contract], since: date, until: date) -> Any:
    """Sites of the contracts that are active on some day of the time."""
    begun = Q(active_from=None) | Q(active_from__lte=until)
    there = Q(active_to=None) | Q(active_to__gte=since)
    return Site.objects.filter(begun & there, contract__in=list(contracts)).order_by("ref")


@dataclass(frozen=True)
class Part:
    """A stratum as it is wished: its sites, and how many are drawn of them by which method."""

    name: str
    size: int
    sites: tuple[Site, ...] = ()
    method: str = StratumMethod.EQUAL
    settings: Mapping[str, Any] = field(default_factory=dict)
    """``weight``, ``aql``, ``level``, ``confidence``, ``tolerable`` where the aim asks for them."""


def build_frame(plan: MonitoringPlan, contracts: Iterable[Contract], parts: Iterable[Part], *, by: Any = None) -> None:
    """Writes the frame anew; until registration as often as wished. Raises ``Refused`` for a site twice, without a size that
    its method needs, or of another contract, and for an empty stratum."""
    chosen, wanted = list(contracts), list(parts)
    own = {contract.pk for contract in chosen}
    for part in wanted:
        if not part.sites:
            raise Refused(_("The stratum “%s” is empty. Leave it out, or choose sites for it.") % part.name)
        for site in part.sites:
            if site.contract_id not in own:
                raise Refused(_("The site %s belongs to no contract of this plan.") % site.ref)
            if part.method == StratumMethod.BY_SIZE and not site.size:
                raise Refused(_("The site %s has no size; fill it in, or draw with equal chances.") % site.ref)
        if part.size > len(part.sites):
            raise Refused(
                _("%(size)s sites are to be drawn of the %(sites)s of the stratum “%(name)s”. Draw fewer.")
                % {"size": part.size, "sites": len(part.sites), "name": part.name}
            )
    with told(FrameRow), because("frame made"):
        FrameRow.objects.filter(plan=plan).delete()
        Stratum.objects.filter(plan=plan).delete()
        PlanContract.objects.filter(plan=plan).delete()
        for contract in chosen:
            PlanContract.objects.create(plan=plan, contract=contract, made_by=by)
        for part in wanted:
            stratum = Stratum.objects.create(
                plan=plan, name=part.name, size=part.size, method=part.method, made_by=by, **part.settings
            )
            FrameRow.objects.bulk_create(
                FrameRow(plan=plan, stratum=stratum, site=site, code=site.ref, size=site.size) for site in part.sites
            )
    plan.refresh_from_db()


@dataclass(frozen=True)
class Changes:
    """Sites of one frame against another, by reference; ``changed``: reference → size before and after."""

    joined: tuple[str, ...]
    left: tuple[str, ...]
    changed: Mapping[str, tuple[Decimal | None, Decimal | None]]


def last_plan(plan: MonitoringPlan) -> MonitoringPlan | None:
    """The last registered plan before this one with one of its contracts."""
    earlier = MonitoringPlan.objects.filter(owner=plan.owner_id).exclude(pk=plan.pk).exclude(state=PlanState.DRAFT)
    shared = earlier.filter(of_contracts__contract__in=plan.of_contracts.values("contract")).distinct()
    if plan.registered_at:
        shared = shared.filter(registered_at__lt=plan.registered_at)
    found: MonitoringPlan | None = shared.order_by("-registered_at").first()
    return found


def changes_since(plan: MonitoringPlan, before: MonitoringPlan) -> Changes:
    """Of the contracts that both plans have: a contract that this plan does not look at took none of its sites away."""
    own, earlier = (set(one.of_contracts.values_list("contract", flat=True)) for one in (plan, before))
    now = _sizes(plan, without=own - earlier)
    then = _sizes(before, without=earlier - own)
    return Changes(
        joined=tuple(sorted(set(now) - set(then))),
        left=tuple(sorted(set(then) - set(now))),
        changed={code: (then[code], now[code]) for code in sorted(set(now) & set(then)) if now[code] != then[code]},
    )


def _sizes(plan: MonitoringPlan, *, without: Collection[Any]) -> dict[str, Decimal | None]:
    rows = FrameRow.objects.filter(plan=plan).exclude(site__contract__in=without)
    return dict(rows.values_list("code", "size"))
