"""Who is told about a report, once and in his language; and a PDF that is printed by a task, whoever asks for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from rafid.commons.people.models import Message
from rafid.commons.records.models import Task
from rafid.programmes.monitoring.models import Report
from rafid.programmes.monitoring.reports import finishing, printing
from rafid.programmes.monitoring.reports.life import erratum, send_to_partners
from rafid.programmes.monitoring.reports.telling import tell_over

from .reports_world import draft
from .reports_world import quarter as a_quarter

pytestmark = pytest.mark.django_db
API = "/api/v1/monitoring/reports"


@pytest.fixture(autouse=True)
def _store(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    for room in (finishing, printing):
        monkeypatch.setattr(room, "as_pdf", lambda tree: (b"%PDF-" + tree.language.encode(), 1))


@pytest.fixture
def reported(field):
    a_quarter(field)
    return draft(field, field.contract, field.other)


def told(account, report):
    return list(Message.objects.filter(account=account, link__contains=report.ref).order_by("pk"))


def sent(field, report, until=None):
    made = send_to_partners(report, by=field.manager)
    if until:
        Report.objects.filter(pk=made.pk).update(comments_until=until)
        made.refresh_from_db()
    return made


def test_partners_are_told_that_it_is_theirs_to_read_and_nobody_else(field, reported):
    sent(field, reported)
    for account in (field.partner_account, field.rival_account):
        (message,) = told(account, reported)
        assert "with you until" in message.text["en"]
        assert "الربع الأول" in message.text["ar"]
        assert message.link == f"/monitoring/reports/{reported.ref}/"
    for account in (field.donor_account, field.manager, field.quality, field.director, field.monitor):
        assert told(account, reported) == []


def test_nobody_is_told_to_read_what_lies_long_ago(field, reported):
    send_to_partners(reported, by=field.manager, today=date(2026, 4, 5))
    assert told(field.partner_account, reported) == []


def test_the_manager_is_told_once_when_the_time_is_over(field, reported):
    today = timezone.localdate()
    sent(field, reported, until=today)
    tell_over(today)
    assert told(field.manager, reported) == []
    tell_over(today + timedelta(days=1))
    tell_over(today + timedelta(days=2))
    (message,) = told(field.manager, reported)
    assert "is over" in message.text["en"]
    assert told(field.director, reported) == told(field.donor_account, reported) == []


def test_all_sides_are_told_of_the_final_one_and_of_its_erratum(field, reported):
    final = finishing.finish(
        sent(field, reported, until=timezone.localdate() - timedelta(days=1)), by=field.manager
    )  # fmt: skip
    for account in (field.donor_account, field.partner_account, field.rival_account):
        assert "is final" in told(account, final)[-1].text["en"]
    assert told(field.director, final) == []
    erratum(final, {"en": "Page 3: read 12."}, by=field.manager)
    assert "erratum" in told(field.donor_account, final)[-1].text["en"]


def test_a_program_is_asked_to_come_again_while_a_task_prints(client, field, reported):
    client.force_login(field.manager)
    address = f"{API}/{reported.ref}.pdf?lang=ckb"
    answer = client.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer.json()["detail"]
    assert client.get(address).status_code == 503
    task = Task.objects.get(link__contains=reported.ref)
    assert task.by == field.manager
    printing.make(reported, printing.share_of(reported, field.manager), "pdf", "ckb")
    assert b"".join(client.get(address).streaming_content) == b"%PDF-ckb"


def test_the_part_of_a_final_report_is_printed_for_its_donors_and_stays(client, field, reported, settings):
    final = finishing.finish(
        sent(field, reported, until=timezone.localdate() - timedelta(days=1)), by=field.manager
    )  # fmt: skip
    client.force_login(field.donor_account)
    assert client.get(f"{API}/{final.ref}.pdf?lang=ar").status_code == 503
    printing.print_parts(str(final.pk))
    assert b"".join(client.get(f"{API}/{final.ref}.pdf?lang=ar").streaming_content) == b"%PDF-ar"
    printing._sweep(printing._folder())
    share = printing.share_of(final, field.donor_account)
    assert printing.kept(final, share, "pdf", "ar").parent.name == "final"
