"""The demonstration of contracts, plans and visits: what it plants can be found, and it came by the doors of real life."""

from __future__ import annotations

import hashlib

import pytest
from django.db.models import F

from rafid.commons.forms.models import Finding
from rafid.commons.people.models import Account
from rafid.methods.sampling import draw, stratum_seed
from rafid.programmes.monitoring.models import (
    Contract,
    DrawnSite,
    MonitoringPlan,
    NonConformity,
    PlannedMonth,
    ReportedProgress,
    SealedSeed,
    Visit,
    WorkplanLine,
)
from rafid.programmes.monitoring.refusals import settle

pytestmark = pytest.mark.django_db
PLANS = "P-DEMO-"


def test_it_has_seven_contracts_with_38_lines_planned_for_24_months_and_reported_for_18():
    contracts = Contract.objects.filter(ref__startswith="C-DEMO-")
    lines = WorkplanLine.objects.filter(contract__in=contracts)
    assert (contracts.count(), lines.count()) == (7, 38)
    assert PlannedMonth.objects.filter(line__in=lines).count() == 38 * 24
    assert ReportedProgress.objects.filter(line__in=lines).count() == 38 * 18
    settle()


def test_five_plans_are_revealed_and_the_sixth_is_sealed():
    plans = MonitoringPlan.objects.filter(ref__startswith=PLANS).order_by("ref")
    assert [plan.seed is None for plan in plans] == [False] * 5 + [True]
    for plan in plans[:5]:
        assert hashlib.sha256(plan.seed.encode()).hexdigest() == plan.seed_hash
        for stratum in plan.strata.all():
            frame = list(stratum.frame.order_by("code").values_list("code", "size"))
            sizes = [float(size) for _code, size in frame] if stratum.method == "by_size" else None
            again = draw(
                [code for code, _size in frame], stratum.size, seed=stratum_seed(plan.seed, stratum.name), sizes=sizes
            )
            assert list(again) == list(
                DrawnSite.objects.filter(stratum=stratum).order_by("place_in_draw").values_list("site__ref", flat=True)
            )
    assert plans[5].seed_hash not in {plan.seed_hash for plan in plans[:5]}
    assert SealedSeed.objects.count() >= 6


def test_visits_came_as_submissions_and_none_was_left_unexamined():
    done = Visit.objects.filter(plan__ref__startswith=PLANS, state="done")
    assert done.count() >= 50
    assert not done.filter(submission=None).exists()
    assert not done.filter(assessments=None).exists()
    assert Visit.objects.filter(plan__ref__startswith=PLANS, state="denied").exclude(not_seen_text="").exists()
    assert not Finding.objects.filter(kind="not_examined", submission__in=done.values("submission")).exists()


def test_findings_were_closed_with_evidence_by_others():
    closed = NonConformity.objects.filter(state="closed")
    assert closed.exists()
    assert not closed.filter(evidence=None).exists()
    assert not closed.filter(closed_by=F("answered_by")).exists()


def test_the_partner_of_the_demonstration_sees_released_visits_and_no_sealed_one():
    partner = Account.objects.get(login="monitoring.partner")
    seen = Visit.objects.visible_to(partner)
    assert seen.exists()
    assert not seen.filter(released_to_partner_at=None).exists()
    assert not DrawnSite.objects.visible_to(partner).filter(plan__ref=f"{PLANS}6").exists()
    assert {plan.ref for plan in MonitoringPlan.objects.visible_to(partner)} >= {f"{PLANS}6"}
