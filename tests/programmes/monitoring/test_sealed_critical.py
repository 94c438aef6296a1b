"""A critical finding reaches its sides within the hour; it says nothing of a sample that is still sealed, nor of its visit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from rafid.commons.people.models import Message
from rafid.programmes.monitoring.findings.telling import tell_critical, tell_step
from rafid.programmes.monitoring.models import NonConformity, Visit
from rafid.programmes.monitoring.plans.frame import Part, build_frame
from rafid.programmes.monitoring.plans.registering import draw_sites, register

from .conftest import window

pytestmark = pytest.mark.django_db
PAGES = (
    "/", "/notifications/", "/monitoring/", "/monitoring/findings/", "/monitoring/findings/?view=board",
    "/monitoring/findings/ledger/", "/monitoring/findings.csv", "/monitoring/findings/{finding}/", "/monitoring/partner/",
    "/monitoring/plans/{plan}/", "/records/monitoring/nonconformity/", "/records/monitoring/nonconformity/{finding}/",
    "/records/monitoring/nonconformity/{finding}/history/", "/records/monitoring/visit/", "/search/?q={finding}",
    "/api/v1/monitoring/nonconformities", "/api/v1/monitoring/nonconformities/{finding}", "/api/v1/monitoring/visits",
    "/api/v1/monitoring/plans/{plan}", "/api/v1/records/monitoring/nonconformity/{finding}",
)  # fmt: skip


@pytest.fixture
def sealed(field):
    """Drawn by a sealed plan, visited, and critical: (plan, visit, finding)."""
    plan = field.make_plan(sites=[], contracts=())
    build_frame(plan, [field.contract], [Part("all", 3, tuple(field.sites))], by=field.manager)
    register(plan, by=field.manager, seed="a seed that nobody knows", at=datetime(2026, 3, 1, tzinfo=UTC))
    visit = draw_sites(plan, by=field.manager)[0]
    visit.lead, visit.second = field.monitors[:2]
    visit.window, visit.planned_on = window(5), window(5).lower.date()
    visit.state, visit.access, visit.type = "done", "full", "unannounced"
    visit.arrived, visit.left = window(5).lower, window(5).upper
    visit.save()
    finding = field.make_nonconformity(visit, severity="critical", item_code="ppe", text="Nobody wore a visor")
    field.make_nonconformity(visit, severity="minor", item_code="log", text="The log was not signed")
    plan.refresh_from_db()
    return plan, visit, finding


@pytest.mark.parametrize("side", ["partner_account", "donor_account"])
def test_its_sides_learn_of_the_finding_and_of_nothing_else(field, sealed, side):
    plan, visit, finding = sealed
    who = getattr(field, side)
    client = Client()
    client.force_login(who)
    of = {"finding": finding.ref, "plan": plan.ref}
    assert client.get(f"/monitoring/findings/{finding.ref}/").status_code == 404
    assert tell_critical() >= 1
    assert Message.objects.filter(account=who, link__contains=finding.ref).count() == 1
    secrets = {
        visit.ref,
        str(visit.pk),
        visit.site.ref,
        str(visit.site_id),
        "Hidden site",
        "Secret monitor",
        "not signed",
    }
    others = Visit.objects.filter(plan=plan).exclude(pk=visit.pk)
    secrets |= {one.ref for one in others} | {one.site.ref for one in others}
    answered = 0
    for page in PAGES:
        answer = client.get(page.format(**of), headers={"Accept-Language": "en"})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answered += answer.status_code == 200
        told = {one for one in secrets if one in body.decode("utf-8", "replace")}
        assert not told, (page, told)
    assert answered > 12
    said = " ".join(str(one.text) + one.link for one in Message.objects.filter(account=who))
    assert not {one for one in secrets if one in said}
    assert client.get(f"/monitoring/findings/{finding.ref}/").status_code == 200
    assert client.get(f"/monitoring/visits/{visit.ref}/").status_code == 404


def test_steps_of_what_is_not_released_are_told_to_no_partner(field, sealed):
    _plan, visit, _critical = sealed
    minor = NonConformity.objects.get(visit=visit, severity="minor")
    for step in ("send-back", "uphold", "close", "reopen", "withdraw"):
        tell_step(minor, step)
    assert not Message.objects.filter(account__in=[field.partner_account, field.donor_account]).exists()
