"""The life of a plan: registered with its seed sealed, drawn, revealed after the last visit, closed."""

from __future__ import annotations

import secrets
from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.enciphering import decipher, encipher
from rafid.commons.history import because
from rafid.commons.identity import random_ref
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.search import index_rows
from rafid.methods.sampling import certain_sites, draw, frame_hash, seal, stratum_seed

from ..models import (
    Chosen,
    DrawnSite,
    FrameRow,
    MonitoringPlan,
    PlanState,
    SealedSeed,
    Site,
    StratumMethod,
    Visit,
    VisitState,
)
from ..models.visits import OPEN
from ..reading import SEED_SALT
from ..refusals import told
from .designing import gone, judge, too_many
from .statement import statement_of

BITS = 256


def new_seed() -> str:
    """So many random bits that nobody guesses them from their hash."""
    return secrets.token_hex(BITS // 8)


def register(
    plan: MonitoringPlan, *, by: Any, version: int | None = None, seed: str = "", at: datetime | None = None
) -> MonitoringPlan:
    """Freezes frame, strata, sizes and method, and publishes the hashes of frame and seed. ``seed`` and ``at`` are for the
    demonstration: a plan of real life has a seed that nobody knew before.

    Raises ``Stale``, and ``Refused`` for an empty stratum, a sample larger than its stratum, and sizes that are missing.
    """
    with told(MonitoringPlan), because("registered"):
        row = locked(MonitoringPlan, plan.pk, version)
        if row.state != PlanState.DRAFT:
            raise Refused(_("The plan is registered already."))
        if left := gone(row):
            raise Refused(
                _(
                    "The site %(site)s left since the frame was made, and %(more)s more did. Take the frame anew, "
                    "then register it."
                )
                % {"site": left[0], "more": len(left) - 1}
            )
        seed = seed or new_seed()
        strata = list(row.strata.annotate(sites=Count("frame")).order_by("name"))
        for stratum in strata:
            if stratum.size > stratum.sites:
                raise Refused(too_many(stratum.size, stratum.sites, stratum.name))
            judge(stratum, row.aim)
        try:
            row.statement = statement_of([(one, one.sites) for one in strata], row.aim)
            row.frame_hash = frame_hash(
                (code, stratum, None if size is None else float(size)) for code, stratum, size in _frame(row)
            )
        except ValueError as error:
            raise Refused(str(error)) from error
        row.seed_hash, row.state = seal(seed), PlanState.REGISTERED
        row.registered_at, row.registered_by = at or timezone.now(), by
        SealedSeed.objects.create(plan=row, sealed=encipher(seed, SEED_SALT))
        row.save()
    row.refresh_from_db()
    return row


def _frame(plan: MonitoringPlan) -> Any:
    return FrameRow.objects.filter(plan=plan).values_list("code", "stratum__name", "size")


def draw_sites(plan: MonitoringPlan, *, by: Any, due: date | None = None) -> list[Visit]:
    """Draws each stratum by the sealed seed, and plans a visit for each drawn site. Once: what is drawn stays drawn."""
    with told(DrawnSite), because("drawn"):
        row = locked(MonitoringPlan, plan.pk, None)
        if row.state != PlanState.REGISTERED:
            raise Refused(_("A plan is drawn once, after it was registered."))
        seed = decipher(SealedSeed.objects.get(plan=row).sealed, SEED_SALT)
        chosen: list[DrawnSite] = []
        for stratum in row.strata.order_by("name"):
            frame = list(stratum.frame.order_by("code").values_list("code", "site", "size"))
            sites = {code: site for code, site, _size in frame}
            sizes = [float(size) for _code, _site, size in frame] if stratum.method == StratumMethod.BY_SIZE else None
            codes = [code for code, _site, _size in frame]
            certain = (
                {code for code, sure in zip(codes, certain_sites(sizes, stratum.size), strict=True) if sure}
                if sizes
                else set()
            )
            names = draw(codes, stratum.size, seed=stratum_seed(seed, stratum.name), sizes=sizes)
            chosen += [
                DrawnSite(
                    plan=row,
                    stratum=stratum,
                    site_id=sites[code],
                    place_in_draw=number,
                    certain=code in certain,
                    made_by=by,
                )
                for number, code in enumerate(names, 1)
            ]
        DrawnSite.objects.bulk_create(chosen)
        visits = _visits_of(row, chosen, by, due)
        row.state = PlanState.RUNNING
        row.save()
    return visits


def _visits_of(plan: MonitoringPlan, chosen: list[DrawnSite], by: Any, due: date | None) -> list[Visit]:
    sites = Site.everything.select_related("contract").in_bulk([one.site_id for one in chosen])
    visits = []
    for one in chosen:
        site = sites[one.site_id]
        visits.append(
            Visit(
                ref=random_ref(Visit.REF_PREFIX), owner_id=plan.owner_id, place_id=site.place_id, site=site,
                contract_id=site.contract_id, plan=plan, drawn=one, reason=Chosen.DRAWN, planned_on=due, team=site.team,
                made_by=by, source=plan.source,
            )
        )  # fmt: skip
    Visit.objects.bulk_create(visits)
    index_rows(Visit, visits)
    return visits


def add_visit(
    site: Site, *, by: Any, reason: str, text: str = "", plan: MonitoringPlan | None = None, **values: Any
) -> Visit:
    """A visit beside the sample: extra, for a risk or for a complaint. It is marked, and enters no estimate of the "
    "drawn."""
    if reason == Chosen.DRAWN:
        raise Refused(_("A drawn visit comes from the draw of its plan."))
    if site.contract_id is None:
        raise Refused(_("The site %s belongs to no contract yet. Choose one on its page.") % site.ref)
    with told(Visit), because("added"):
        visit = Visit(
            owner_id=site.owner_id, place_id=site.place_id, site=site, contract_id=site.contract_id, plan=plan, reason=reason,
            reason_text=text, made_by=by, team=site.team, **values,
        )  # fmt: skip
        visit.save()
        index_rows(Visit, [visit])
    return visit


def reveal(plan: MonitoringPlan, *, by: Any, version: int | None = None, at: datetime | None = None) -> MonitoringPlan:
    """Publishes the seed, when no drawn visit is waited for any more. Raises ``Refused`` before that."""
    with told(MonitoringPlan), because("revealed"):
        row = locked(MonitoringPlan, plan.pk, version)
        if row.state != PlanState.RUNNING:
            raise Refused(_("A plan is revealed once, after it was drawn."))
        waiting = Visit.objects.filter(plan=row, drawn__isnull=False, state__in=OPEN).count()
        if waiting:
            raise Refused(
                _(
                    "%s drawn visits are still to be made. Whoever knew the seed now would know them; reveal it afterwards."
                )
                % waiting
            )
        row.seed = decipher(SealedSeed.objects.get(plan=row).sealed, SEED_SALT)
        row.state, row.revealed_at, row.revealed_by = PlanState.REVEALED, at or timezone.now(), by
        row.save()
    row.refresh_from_db()
    return row


def close(plan: MonitoringPlan, *, by: Any, version: int | None = None) -> MonitoringPlan:
    with told(MonitoringPlan), because("plan closed"):
        row = locked(MonitoringPlan, plan.pk, version)
        if row.state != PlanState.REVEALED:
            raise Refused(_("A plan is closed after it was revealed."))
        row.state = PlanState.CLOSED
        row.save()
    row.refresh_from_db()
    return row


def not_seen(plan: MonitoringPlan) -> dict[str, int]:
    """Drawn visits by state: what was not seen stands beside every result of the plan."""
    found: dict[str, int] = defaultdict(int)
    for state in Visit.objects.filter(plan=plan, drawn__isnull=False).values_list("state", flat=True):
        found[state] += 1
    return {state: found[state] for state in VisitState.values if found[state]}
