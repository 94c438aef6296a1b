"""The first page says what waits for each person of monitoring, and only for whom it waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rafid.programmes.monitoring.checklists.bring import topic_of
from rafid.programmes.monitoring.checklists.sheets import TOPICS, form_id
from rafid.programmes.monitoring.models import NonConformity, Topic, Visit

from .conftest import window

pytestmark = pytest.mark.django_db


def first_page(account):
    client = Client()
    client.force_login(account)
    return client.get("/?lang=en").content.decode()


def test_a_monitor_finds_the_visits_of_the_week_first(field):
    soon, far = (timezone.localdate() + timedelta(days=days) for days in (2, 40))
    near = field.make_visit(lead=field.monitors[0], planned_on=soon)
    late = field.make_visit(field.sites[1], lead=field.monitors[0], planned_on=far)
    other = field.make_visit(field.sites[2], lead=field.monitors[1], planned_on=soon)
    page = first_page(field.monitor)
    assert "Your visits within seven days" in page
    assert f"/monitoring/visits/{near.ref}/" in page
    assert late.ref not in page
    assert other.ref not in page
    assert near.ref not in first_page(field.partner_account)


def test_findings_wait_for_the_partner_then_for_the_reviewer(field):
    visit = field.make_visit(field.sites[3])
    row = field.make_nonconformity(visit)
    assert row.ref not in first_page(field.partner_account)  # not released
    NonConformity.objects.filter(pk=row.pk).update(released_at=timezone.now())
    page = first_page(field.partner_account)
    assert "Findings that wait for your answer" in page
    assert f"/monitoring/findings/{row.ref}/" in page
    assert row.ref not in first_page(field.rival_account)
    assert row.ref not in first_page(field.quality)
    NonConformity.objects.filter(pk=row.pk).update(
        state="answered", answer="Done", answered_by=field.partner_account, answered_at=timezone.now()
    )
    assert row.ref not in first_page(field.partner_account)
    page = first_page(field.quality)
    assert "Findings that wait for your review" in page
    assert f"/monitoring/findings/{row.ref}/" in page


def test_visits_to_release_wait_for_the_manager_alone(field):
    visit = field.make_visit(
        field.sites[4], lead=field.monitors[0], window=window(4), planned_on=window(4).lower.date()
    )
    Visit.objects.filter(pk=visit.pk).update(
        state="done", access="full", arrived=timezone.now() - timedelta(days=3), verdict="pass", score=0.9
    )
    said = f"/monitoring/visits/{visit.ref}/"
    assert said in first_page(field.manager)
    assert said not in first_page(field.quality)
    assert said not in first_page(field.partner_account)


def test_each_list_has_its_own_topic():
    assert {topic_of(form_id(one)) for one in TOPICS} == set(Topic.values) - {"other"}
    assert topic_of("anything_else") == "other"


def test_a_visit_stands_below_the_visits_in_the_navigation(field):
    client = Client()
    client.force_login(field.quality)
    visit = field.make_visit()
    for address in (f"/monitoring/visits/{visit.ref}/", "/records/monitoring/visit/"):
        page = client.get(f"{address}?lang=en").content.decode()
        at = page.index('aria-current="page"')
        assert "Visits" in page[at : at + 60], address
