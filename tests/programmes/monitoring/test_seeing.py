"""Who sees what of monitoring: the office all, partner and donor what is theirs and released, nobody a sealed sample."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

import pytest
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import RequestFactory
from django.utils import timezone

from rafid.commons.people.models import AccessLog
from rafid.commons.records.registers import registers
from rafid.programmes.monitoring import models
from rafid.programmes.monitoring.models import (
    DrawnSite,
    ExactPlace,
    FrameRow,
    MonitoringPlan,
    NonConformity,
    Report,
    ReportComment,
    ReportContract,
    SealedSeed,
    SecurityClearance,
    Site,
    Stratum,
    Visit,
)
from rafid.programmes.monitoring.models.base import Row
from rafid.programmes.monitoring.reading import clearances, exact_places

from .conftest import window

pytestmark = pytest.mark.django_db
SEED = "0123456789abcdef0123456789abcdef"
HIDDEN = "Hidden site"
SECRET = "Secret monitor"
TOLD = datetime(2026, 3, 20, tzinfo=UTC)


def sees(user, model, **which) -> int:
    return model.objects.visible_to(user).filter(**which).count()


@pytest.fixture
def sealed(field):
    """A registered plan of three drawn sites with a visit each; the first is unannounced and planned for the third of March."""
    plan = field.make_plan()
    MonitoringPlan.objects.filter(pk=plan.pk).update(
        state="registered", seed_hash=hashlib.sha256(SEED.encode()).hexdigest(), frame_hash="0" * 64,
        registered_at=timezone.now(), registered_by=field.manager,
    )  # fmt: skip
    plan.refresh_from_db()
    SealedSeed.objects.create(plan=plan, sealed="x")
    stratum = plan.strata.get()
    for number, site in enumerate(field.sites[:3], 1):
        drawn = DrawnSite.objects.create(plan=plan, stratum=stratum, site=site, place_in_draw=number)
        field.make_visit(
            site, plan=plan, drawn=drawn, reason="drawn", type="unannounced", planned_on=date(2026, 3, number + 2),
            window=window(number + 2), lead=field.monitors[number % 3],
        )  # fmt: skip
    return plan


def reveal(plan):
    MonitoringPlan.objects.filter(pk=plan.pk).update(state="revealed", seed=SEED, revealed_at=timezone.now())


def over(visit, **values):
    Visit.objects.filter(pk=visit.pk).update(
        **{"state": "done", "arrived": TOLD, "released_to_partner_at": TOLD, "verdict": "pass", **values}
    )


def test_a_sealed_sample_is_nobodys_outside_the_office(field, sealed):
    for who in (field.partner_account, field.rival_account, field.donor_account, field.monitor, field.world.stranger):
        for model in (DrawnSite, FrameRow, Stratum, SealedSeed):
            assert sees(who, model) == 0, (who, model)
    for who in (field.partner_account, field.rival_account, field.donor_account):
        assert sees(who, Visit) == 0
    for who in (field.manager, field.quality, field.director):
        assert (sees(who, DrawnSite), sees(who, FrameRow), sees(who, Visit)) == (3, 8, 3)
    for who in (field.manager, field.quality, field.director, field.monitor):
        assert sees(who, SealedSeed) == 0


def test_its_sides_see_that_a_plan_is_registered_and_by_which_hash(field, sealed):
    draft = field.make_plan(title="Draft")
    for who in (field.partner_account, field.donor_account):
        seen = MonitoringPlan.objects.visible_to(who)
        assert [one.pk for one in seen] == [sealed.pk]
        assert (seen[0].seed, len(seen[0].seed_hash)) == (None, 64)
    assert sees(field.rival_account, MonitoringPlan) == 0
    assert sees(field.monitor, MonitoringPlan) == 0
    assert sees(field.manager, MonitoringPlan, pk=draft.pk) == 1


def test_what_was_drawn_is_seen_when_the_plan_is_revealed(field, sealed):
    reveal(sealed)
    for who in (field.partner_account, field.donor_account):
        assert (sees(who, DrawnSite), sees(who, FrameRow), sees(who, Stratum)) == (3, 8, 1)
        assert sees(who, Visit) == 0  # drawn is not yet released
    assert sees(field.rival_account, DrawnSite) == 0


def test_a_partner_sees_its_own_released_visits(field, sealed):
    first, *_others = sealed.visits.order_by("planned_on")
    over(first)
    for who in (field.partner_account, field.donor_account):
        assert list(Visit.objects.visible_to(who)) == [first]
    assert sees(field.rival_account, Visit) == 0


def test_a_monitor_sees_the_own_visits_and_what_is_over(field, sealed):
    own = Visit.objects.get(lead=field.monitors[0])
    other = Visit.objects.get(lead=field.monitors[1])
    assert list(Visit.objects.visible_to(field.monitor)) == [own]
    over(other, released_to_partner_at=None)
    assert sees(field.monitor, Visit) == 2


def test_findings_are_seen_when_they_are_released_a_critical_one_before_its_visit(field):
    visit = field.make_visit()
    critical = field.make_nonconformity(visit, severity="critical", released_at=TOLD)
    later = field.make_nonconformity(visit, severity="minor")
    for who in (field.partner_account, field.donor_account):
        assert list(NonConformity.objects.visible_to(who)) == [critical]
        assert sees(who, Visit) == 0
    assert set(NonConformity.objects.visible_to(field.monitor)) == {critical, later}
    assert sees(field.rival_account, NonConformity) == 0


def test_contracts_are_seen_by_their_sides_and_not_as_drafts(field):
    draft = field.make_contract("Draft", field.partner, field.donor, state="draft")
    for who in (field.partner_account, field.donor_account):
        assert list(models.Contract.objects.visible_to(who)) == [field.contract]
        assert sees(who, models.WorkplanLine) == 2
    assert sees(field.rival_account, models.Contract) == 1
    assert sees(field.manager, models.Contract, pk=draft.pk) == 1


def test_sites_are_the_third_partys_and_the_donors(field):
    assert sees(field.partner_account, Site) == 0
    assert sees(field.donor_account, Site) == 8
    assert sees(field.monitor, Site) == 8


def test_what_is_for_named_roles_is_read_with_a_trace(field):
    site = field.sites[0]
    ExactPlace.objects.create(site=site, point=Point(44.1, 36.2, srid=4326))
    SecurityClearance.objects.create(
        owner=field.third, place=field.world.town, valid=window(3), by="Operations", state="granted"
    )
    for who in (field.partner_account, field.donor_account, field.director, field.world.stranger):
        assert sees(who, ExactPlace) == 0
        assert sees(who, SecurityClearance) == 0
    request = RequestFactory().get("/monitoring/weeks/")
    request.user = field.monitor
    assert exact_places(request, [site])[site.pk].point.x == 44.1
    assert len(clearances(request)) == 1
    request.user = field.donor_account
    assert exact_places(request, [site]) == {}
    log = AccessLog.objects.filter(restricted=True).order_by("at")
    assert [(row.account, row.label) for row in log] == [
        (field.monitor, "rafid_monitoring.site"), (field.monitor, "rafid_monitoring.securityclearance"),
    ]  # fmt: skip


def test_reports_go_to_partners_for_comments_and_to_donors_when_final(field):
    report = Report.objects.create(owner=field.third, period="2026Q1", language="en")
    ReportContract.objects.create(report=report, contract=field.contract)
    ReportContract.objects.create(report=report, contract=field.other)
    assert sees(field.partner_account, Report) == sees(field.donor_account, Report) == 0
    Report.objects.filter(pk=report.pk).update(state="comments", comments_until=date(2026, 4, 20), known=TOLD)
    ReportComment.objects.create(report=report, partner=field.partner, text="Not so")
    assert (sees(field.partner_account, Report), sees(field.donor_account, Report)) == (1, 0)
    assert (sees(field.partner_account, ReportComment), sees(field.rival_account, ReportComment)) == (1, 0)
    Report.objects.filter(pk=report.pk).update(state="final", final_at=TOLD, final_by=field.manager)
    assert (sees(field.rival_account, ReportComment), sees(field.donor_account, Report)) == (1, 1)


def test_every_record_says_who_sees_it(field):
    """No model of the programme is left to a default that shows it: nobody and strangers see none of them."""
    field.make_nonconformity(field.make_visit())
    models.Leave.objects.create(monitor=field.monitors[0], days=DateRange(date(2026, 3, 1), date(2026, 3, 8)))
    rows = [one for one in vars(models).values() if isinstance(one, type) and issubclass(one, Row)]
    rows += [register.model for register in registers() if register.programme.name == "monitoring"]
    assert len(rows) > 30
    for model in rows:
        assert sees(field.world.stranger, model) == 0, model


# Every way out


WAYS = (
    "/records/monitoring/{code}/", "/records/monitoring/{code}/{ref}/", "/records/monitoring/{code}/{ref}/history/",
    "/api/v1/records/monitoring/{code}", "/api/v1/records/monitoring/{code}/{ref}",
    "/records/monitoring/{code}.csv", "/records/monitoring/{code}.geojson", "/search/?q=hidden", "/search/?q={ref}", "/",
)  # fmt: skip


def told(client, rows) -> list[str]:
    """Where a person reads of hidden sites, their references, secret monitors or the seed."""
    marks = [
        HIDDEN,
        SECRET,
        SEED,
        *(site.ref for site in Site.everything.all()),
        *(v.ref for v in Visit.everything.all()),
    ]
    found = []
    for code, ref in rows:
        for way in WAYS:
            url = way.format(code=code, ref=ref)
            answer = client.get(url)
            assert answer.status_code < 500, url
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = body.decode("utf-8", "replace")
            found += [f"{url}: {mark}" for mark in marks if mark in text and mark not in url]
    return found


def test_a_partner_learns_nothing_of_a_sealed_sample_by_pages_lists_files_search_and_history(field, sealed, client):
    from rafid.commons.records.search import index_record

    visit = sealed.visits.order_by("planned_on").first()
    for row in (sealed, visit, field.sites[0], field.monitors[0], field.contract):
        index_record(row)
    rows = [
        ("plan", sealed.ref), ("visit", visit.ref), ("site", field.sites[0].ref), ("monitor", field.monitors[0].ref),
        ("contract", field.contract.ref),
    ]  # fmt: skip
    for who in (field.partner_account, field.rival_account):
        client.force_login(who)
        assert told(client, rows) == []
    client.force_login(field.manager)
    assert any(HIDDEN in one for one in told(client, rows)), "the marks can be found at all"


def test_old_versions_stay_hidden_after_the_release(field, sealed, client):
    """What was planned before the release is no reading for the partner afterwards: the day of an unannounced visit."""
    visit = sealed.visits.order_by("planned_on").first()
    Visit.objects.filter(pk=visit.pk).update(planned_on=date(2026, 3, 29))
    over(visit)
    client.force_login(field.partner_account)
    page = client.get(f"/records/monitoring/visit/{visit.ref}/history/?lang=en")
    assert page.status_code == 200
    assert len(page.context["entries"]) == 1
    client.force_login(field.manager)
    assert len(client.get(f"/records/monitoring/visit/{visit.ref}/history/").context["entries"]) == 3
