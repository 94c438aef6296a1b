"""A plan in the making: begun for a period, its sites put into strata, their sizes chosen; until it is registered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.indicators.periods import is_period, span
from rafid.commons.places.models import Level, Place
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.search import index_record
from rafid.methods.sampling import allocate

from ..models import Aim, Contract, FrameRow, MonitoringPlan, PlanContract, PlanState, Site, Stratum, StratumMethod
from ..refusals import told
from .frame import Part, build_frame, candidates
from .statement import facts_of

SETTINGS = ("weight", "aql", "level", "confidence", "tolerable", "low", "high", "alpha", "beta")
OF_AIM = {
    Aim.PROPORTION: ("confidence", "tolerable"),
    Aim.ACCEPTANCE: ("aql", "level", "tolerable"),
    Aim.LQAS: ("low", "high", "alpha", "beta", "tolerable"),
    Aim.TOTAL: ("confidence", "tolerable"),
}
"""Which settings an aim asks for."""
SPLITS = ("whole", "kind", "governorate", "partner")


def begin(*, by: Any, period: str, title: str, aim: str, contracts: Sequence[Contract]) -> MonitoringPlan:
    """A draft of a plan. Raises ``Refused`` for no contract, contracts of two owners, and what is no period."""
    if not is_period(period):
        raise Refused(_("“%s” is no period. Write it as 2026Q4, 202611 or 2026.") % period)
    if not contracts:
        raise Refused(_("Choose the contracts whose sites are to be visited."))
    owners = {one.owner_id for one in contracts}
    if len(owners) > 1:
        raise Refused(_("The contracts are monitored by different organisations. Make a plan for each of them."))
    with told(MonitoringPlan), because("plan begun"):
        plan = MonitoringPlan.objects.create(owner_id=owners.pop(), period=period, title=title, aim=aim, made_by=by)
        for one in contracts:
            PlanContract.objects.create(plan=plan, contract=one, made_by=by)
        index_record(plan)
    plan.refresh_from_db()
    return plan


def contracts_of(plan: MonitoringPlan) -> list[Contract]:
    return [one.contract for one in plan.of_contracts.select_related("contract")]


def pool(plan: MonitoringPlan) -> list[Site]:
    """Sites that could be in the frame: of the plan's contracts, active on some day of its period."""
    days = span(plan.period)
    rows = candidates(contracts_of(plan), days.start, days.end)
    return list(rows.select_related("place", "partner", "contract__partner"))


def left_out(plan: MonitoringPlan) -> list[Site]:
    """Sites of the pool that no stratum has."""
    inside = set(FrameRow.objects.filter(plan=plan).values_list("site", flat=True))
    return [site for site in pool(plan) if site.pk not in inside]


def grouped(sites: Iterable[Site], by: str) -> dict[str, list[Site]]:
    """Sites by the name of the stratum to which they belong when they are split ``by`` something. No name has the sign that
    parts the seed from a site's code."""
    rows = list(sites)
    above = {}
    if by == "governorate":
        ids = {pk for site in rows if site.place for pk in site.place.lineage}
        above = Place.objects.filter(pk__in=ids, level=Level.GOVERNORATE).in_bulk()
    groups: dict[str, list[Site]] = {}
    for site in rows:
        groups.setdefault(_group(site, by, above).replace("|", "/")[:120], []).append(site)
    return groups


def _group(site: Site, by: str, above: Mapping[Any, Place]) -> str:
    if by == "kind":
        return str(site.get_kind_of_site_display())
    if by == "governorate":
        found = next((above[pk] for pk in site.place.lineage if pk in above), None) if site.place else None
        return found.name if found else _("Without a place")
    if by == "partner":
        partner = site.partner or (site.contract.partner if site.contract else None)
        return partner.name if partner else _("Without a partner")
    return _("All sites")


def parts_of(plan: MonitoringPlan, *, fresh: bool = False) -> list[Part]:
    """The strata as they stand. ``fresh``: without sites that left the pool meanwhile, and with today's sizes."""
    there = {site.pk: site for site in pool(plan)} if fresh else None
    parts = []
    for stratum in plan.strata.order_by("name"):
        sites = [row.site for row in stratum.frame.select_related("site").order_by("code")]
        if there is not None:
            sites = [there[site.pk] for site in sites if site.pk in there]
        settings = {name: getattr(stratum, name) for name in SETTINGS}
        parts.append(Part(stratum.name, stratum.size, tuple(sites), stratum.method, settings))
    return parts


def _draft(plan: MonitoringPlan) -> MonitoringPlan:
    """Locked, so that two who design one plan do so one after another."""
    row = locked(MonitoringPlan, plan.pk, None)
    assert isinstance(row, MonitoringPlan)
    if row.state != PlanState.DRAFT:
        raise Refused(_("The plan is registered: its frame, strata and sizes stay as they are."))
    return row


def split(plan: MonitoringPlan, *, by: str, total: int, method: str, user: Any) -> None:
    """All sites of the pool in strata anew, ``total`` of them to be drawn in proportion to the strata's numbers of sites."""
    with transaction.atomic():
        row = _draft(plan)
        groups = grouped(pool(row), by)
        if not groups:
            raise Refused(
                _("No site of these contracts is active in %s. Add sites, or correct the days of those that are there.")
                % row.period
            )
        counts = [len(groups[name]) for name in sorted(groups)]
        if not len(counts) <= total <= sum(counts):
            raise Refused(
                _("Draw between %(least)s sites, one for each stratum, and %(most)s, all that there are.")
                % {"least": len(counts), "most": sum(counts)}
            )
        sizes = allocate(counts, total)
        parts = [
            Part(name, int(size), tuple(groups[name]), method) for name, size in zip(sorted(groups), sizes, strict=True)
        ]
        build_frame(row, contracts_of(row), parts, by=user)


def add_stratum(plan: MonitoringPlan, *, name: str, size: int, method: str, sites: Iterable[Site], user: Any) -> None:
    with transaction.atomic():
        row = _draft(plan)
        new = Part(name.strip(), size, tuple(sites), method)
        if "|" in new.name or not new.name:
            raise Refused(_("Give the stratum a name without the sign “|”."))
        if row.strata.filter(name=new.name).exists():
            raise Refused(_("There is a stratum “%s” already. Give this one another name.") % new.name)
        build_frame(row, contracts_of(row), [*parts_of(row), new], by=user)


def remove_stratum(plan: MonitoringPlan, stratum: Stratum, *, user: Any) -> None:
    with transaction.atomic():
        row = _draft(plan)
        kept = [part for part in parts_of(row) if part.name != stratum.name]
        build_frame(row, contracts_of(row), kept, by=user)


def take_anew(plan: MonitoringPlan, *, user: Any) -> None:
    """The frame as the register of sites stands today: who left is out, sizes are today's. A stratum that became smaller than
    its sample is drawn whole."""
    with transaction.atomic():
        row = _draft(plan)
        parts = [
            Part(part.name, min(part.size, len(part.sites)), part.sites, part.method, part.settings)
            for part in parts_of(row, fresh=True)
        ]
        build_frame(row, contracts_of(row), [part for part in parts if part.sites], by=user)


def keep_sizes(
    plan: MonitoringPlan, sizes: Mapping[Any, int], *, method: str = "", settings: Mapping[str, Any] | None = None
) -> None:
    """``sizes``: by id of the stratum. ``method`` and ``settings`` are taken for each of these strata."""
    with told(Stratum), because("sizes chosen"):
        row = _draft(plan)
        for stratum in row.strata.filter(pk__in=list(sizes)):
            stratum.size = sizes[stratum.pk]
            stratum.method = method or stratum.method
            for name, value in (settings or {}).items():
                setattr(stratum, name, value)
            judge(stratum, row.aim)
            stratum.save()


def judge(stratum: Stratum, aim: str) -> None:
    """Raises ``Refused`` for a size that the stratum cannot give, sizes of sites that are missing, settings that do not fit."""
    sites = stratum.frame.count()
    if not 1 <= stratum.size <= sites:
        raise Refused(too_many(stratum.size, sites, stratum.name))
    if stratum.method == StratumMethod.BY_SIZE:
        unsized = stratum.frame.filter(size=None).order_by("code").values_list("code", flat=True).first()
        if unsized:
            raise Refused(_("The site %s has no size; fill it in, or draw with equal chances.") % unsized)
    try:
        facts_of(stratum.name, sites, stratum.size, aim, settings_of(stratum))
    except ValueError as error:
        raise Refused(does_not_fit(stratum.name)) from error


def settings_of(stratum: Stratum) -> dict[str, Any]:
    return {name: getattr(stratum, name) for name in SETTINGS}


def too_many(size: int, sites: int, name: str) -> str:
    return _("%(size)s sites are to be drawn of the %(sites)s of the stratum “%(name)s”. Draw fewer.") % {
        "size": size, "sites": sites, "name": name,
    }  # fmt: skip


def does_not_fit(name: str) -> str:
    return (
        _(
            "No sample of the stratum “%s” can tell good from bad with these settings. Choose another tolerable share or "
            "another aim, or put more sites into the stratum."
        )
        % name
    )


def gone(plan: MonitoringPlan) -> list[str]:
    """Codes of the frame whose site left since the frame was made: deleted, moved to another contract, or not active in the
    period any more."""
    there = {site.pk for site in pool(plan)}
    rows = FrameRow.objects.filter(plan=plan).order_by("code").values_list("code", "site")
    return [code for code, site in rows if site not in there]
