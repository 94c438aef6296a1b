"""A contract whose partner reported at sites and whose plan was drawn, visited, revealed: for the tests of progress."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

from django.utils import timezone

from rafid.programmes.monitoring.models import (
    Assessment,
    DrawnSite,
    MonitoringPlan,
    PlannedMonth,
    ReportedAtSite,
    ReportedProgress,
    Spending,
    VerifiedAtSite,
)

SEED = "0123456789abcdef0123456789abcdef"
TOLD = datetime(2026, 3, 20, 9, tzinfo=UTC)


def month(number: int) -> date:
    return date(2026, number, 1)


def promise(line, **values: float) -> None:
    """Planned until the end of each month: ``m3=100``."""
    PlannedMonth.objects.bulk_create(
        PlannedMonth(line=line, month=month(int(name[1:])), value=value) for name, value in values.items()
    )


def report(line, number: int, value: float, *, version: int = 1, at: datetime = TOLD, **values):
    return ReportedProgress.objects.create(
        line=line, month=month(number), value=value, number=version, received_at=at, known_at=at, **values
    )


def report_at(line, site, number: int, value: float, *, version: int = 1, at: datetime = TOLD):
    return ReportedAtSite.objects.create(
        line=line, site=site, month=month(number), value=value, number=version, received_at=at, known_at=at
    )


def spend(contract, number: int, amount: float, *, version: int = 1, at: datetime = TOLD):
    return Spending.objects.create(
        contract=contract, month=month(number), amount=amount, number=version, received_at=at, known_at=at
    )


def drawn_plan(field, sites, *, method="equal", size=None, certain=(), **values):
    """A running plan of one stratum whose first ``size`` sites were drawn, a planned visit to each: (plan, visits)."""
    size = size or len(sites)
    plan = field.make_plan(("all", size, method), sites=sites, **values)
    MonitoringPlan.objects.filter(pk=plan.pk).update(
        state="registered", seed_hash=hashlib.sha256(SEED.encode()).hexdigest(), frame_hash="0" * 64,
        registered_at=timezone.now(), registered_by=field.manager,
    )  # fmt: skip
    stratum = plan.strata.get()
    visits = []
    for number, site in enumerate(sites[:size], 1):
        drawn = DrawnSite.objects.create(
            plan=plan, stratum=stratum, site=site, place_in_draw=number, certain=site in certain
        )
        visits.append(
            field.make_visit(site, plan=plan, drawn=drawn, reason="drawn", planned_on=date(2026, 3, number + 1))
        )
    plan.refresh_from_db()
    return plan, visits


def found(field, visit, line, value, *, number=3, at: datetime = TOLD, verdict="pass", version=1, team=""):
    """The visit was made and counted so much of the line in that month."""
    from .conftest import window

    visit.refresh_from_db()
    visit.state, visit.arrived, visit.team, visit.verdict, visit.score = "done", at, team, verdict, 0.9
    visit.lead, visit.window = field.monitors[1], window(visit.planned_on.day)
    visit.save()
    Assessment.objects.filter(visit=visit, superseded_at=None).update(superseded_at=at)
    assessment = Assessment.objects.create(
        visit=visit, number=version, checklist=field.checklist, weights={}, pass_mark=0.8, score=0.9, verdict=verdict,
        counted=3, known_at=at,
    )  # fmt: skip
    VerifiedAtSite.objects.create(assessment=assessment, site=visit.site, line=line, month=month(number), value=value)
    return assessment


def release(*visits):
    for visit in visits:
        visit.refresh_from_db()
        visit.released_to_partner_at = TOLD
        visit.save()


def reveal(plan):
    MonitoringPlan.objects.filter(pk=plan.pk).update(state="revealed", seed=SEED, revealed_at=timezone.now())
