"""Pages and addresses of reports: each person reads and does what is his, and nothing beside it."""

from __future__ import annotations

from datetime import date

import pytest

from rafid.commons.records.models import Task
from rafid.programmes.monitoring.models import Erratum, Report, ReportComment
from rafid.programmes.monitoring.reports import finishing, printing
from rafid.programmes.monitoring.reports.life import send_to_partners

from .reports_world import draft
from .reports_world import quarter as a_quarter

pytestmark = pytest.mark.django_db
API = "/api/v1/monitoring/reports"


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def reported(field):
    a_quarter(field)
    return draft(field, field.contract, field.other)


@pytest.fixture
def quick(monkeypatch):
    """What is printed is looked at elsewhere."""
    for room in (finishing, printing):
        monkeypatch.setattr(room, "as_pdf", lambda tree: (b"%PDF-" + tree.language.encode(), 1))


def page(report) -> str:
    return f"/monitoring/reports/{report.ref}/"


def with_partners(field, report, until=date(2999, 1, 1)):
    sent = send_to_partners(report, by=field.manager, today=date(2026, 4, 5))
    Report.objects.filter(pk=sent.pk).update(comments_until=until)
    sent.refresh_from_db()
    return sent


def listed(client, account):
    client.force_login(account)
    return [one["ref"] for one in client.get(API).json()["items"]]


def test_a_draft_is_the_third_partys_alone(client, field, reported):
    for account in (field.partner_account, field.donor_account, field.rival_account, field.monitor):
        assert listed(client, account) == []
        assert client.get(page(reported)).status_code == 404
        assert client.get(f"{API}/{reported.ref}.docx").status_code == 404
    for account in (field.manager, field.quality, field.director):
        assert listed(client, account) == [reported.ref]
        assert client.get(page(reported)).status_code == 200
    client.logout()
    assert client.get(API).status_code == 401


def test_partners_read_their_part_and_donors_wait(client, field, reported):
    sent = with_partners(field, reported)
    assert listed(client, field.donor_account) == []
    assert listed(client, field.partner_account) == [sent.ref]
    whole = client.get(f"{API}/{sent.ref}").json()
    assert whole["contracts"] == [field.contract.ref]
    assert field.other.ref not in client.get(f"{API}/{sent.ref}").content.decode()
    assert client.get(f"{API}/{sent.ref}/recomputed").status_code == 404
    for section in ("summary", "seen", "progress", "findings", "annex", "independence"):
        body = client.get(page(sent) + f"?section={section}&lang=en").content.decode()
        assert field.other.ref not in body
        assert "Rival" not in body


def test_only_partners_comment_and_only_for_themselves(client, field, reported):
    sent = with_partners(field, reported)
    said = {"action": "comment", "partner": "PART", "section": "seen", "text": "We were there."}
    for account in (field.manager, field.quality):
        client.force_login(account)
        assert client.post(page(sent), said).status_code == 403
    client.force_login(field.rival_account)
    assert client.post(page(sent), said).status_code == 422
    client.force_login(field.partner_account)
    assert client.post(page(sent), {**said, "text": " "}).status_code == 422
    assert not ReportComment.objects.filter(report=sent).exists()
    assert client.post(page(sent), said).status_code == 302
    assert "We were there." in client.get(page(sent)).content.decode()
    client.force_login(field.rival_account)
    assert "We were there." not in client.get(page(sent)).content.decode()


def test_only_the_manager_takes_the_steps(client, field, reported):
    for account, status in ((field.quality, 403), (field.director, 403), (field.partner_account, 404)):
        client.force_login(account)
        assert client.post(page(reported), {"action": "send", "version": reported.version}).status_code == status
    client.force_login(field.manager)
    assert client.post(page(reported), {"action": "send", "version": reported.version - 1}).status_code == 409
    assert client.post(page(reported), {"action": "send", "version": reported.version}).status_code == 302
    reported.refresh_from_db()
    assert reported.state == "comments"
    assert client.post(page(reported), {"action": "finish", "version": reported.version}).status_code == 422
    assert client.post(page(reported), {"action": "nonsense"}).status_code == 422


def test_the_manager_writes_in_a_section(client, field, reported):
    client.force_login(field.manager)
    said = {
        "action": "section",
        "section": "progress",
        "version": reported.version,
        "section-text_en": "Rain in March.",
    }
    assert client.post(page(reported), said).status_code == 302
    assert "Rain in March." in client.get(page(reported) + "?section=progress&lang=en").content.decode()


def test_a_new_report_is_made_with_its_figures(client, field, reported):
    client.force_login(field.quality)
    assert client.get("/monitoring/reports/new/").status_code == 403
    client.force_login(field.manager)
    form = client.get("/monitoring/reports/new/?lang=en").content.decode()
    period = form.split('<option value="')[1].split('"')[0]
    said = {"period": period, "contracts": [str(field.contract.pk)], "language": "ckb"}
    assert client.post("/monitoring/reports/new/", {**said, "contracts": []}).status_code == 422
    answer = client.post("/monitoring/reports/new/", said)
    assert answer.status_code == 302
    made = Report.objects.get(ref=answer.url.split("/")[-2])
    assert (made.state, made.period, [one["ref"] for one in made.frozen["contracts"]]) == (
        "draft", period, [field.contract.ref],
    )  # fmt: skip


def test_a_final_report_is_read_by_donors_from_the_store(client, field, reported, quick):
    final = finishing.finish(with_partners(field, reported, until=date(2026, 4, 19)), by=field.manager)
    client.force_login(field.manager)
    answer = client.get(f"{API}/{final.ref}.pdf?lang=ckb")
    assert b"".join(answer.streaming_content) == b"%PDF-ckb"
    assert answer["Content-Language"] == "ckb"
    assert len(client.get(f"{API}/{final.ref}").json()["files"]) == 6
    # This donor pays for one of the two contracts: it reads its part, and no file of the whole.
    assert listed(client, field.donor_account) == [final.ref]
    whole = client.get(f"{API}/{final.ref}").json()
    assert (whole["contracts"], whole["files"]) == ([field.contract.ref], [])
    assert client.post(page(final), {"action": "erratum", "erratum-text_en": "x"}).status_code == 403
    client.force_login(field.manager)
    assert client.post(page(final), {"action": "erratum", "erratum-text_en": ""}).status_code == 422
    assert client.post(page(final), {"action": "erratum", "erratum-text_en": "Read 12."}).status_code == 302
    assert Erratum.objects.get(report=final).text_en == "Read 12."
    client.force_login(field.donor_account)
    assert "Read 12." in client.get(page(final) + "?lang=en").content.decode()


def test_a_person_does_not_wait_for_a_long_pdf(client, field, reported, quick):
    client.force_login(field.manager)
    address = f"/monitoring/reports/{reported.ref}.pdf?lang=ar"
    answer = client.get(address)
    task = Task.objects.get(link__contains=reported.ref)
    assert (answer.status_code, answer.url, task.link) == (302, f"/tasks/{task.pk}/", address)
    printing.print_by_task(
        type("Told", (), {"at": lambda self, *_: None})(), report=str(reported.pk), by=str(field.manager.pk), format="pdf",
        language="ar",
    )  # fmt: skip
    printed = client.get(address)
    assert b"".join(printed.streaming_content) == b"%PDF-ar"
    assert Task.objects.filter(link__contains=reported.ref).count() == 1
    client.force_login(field.quality)
    assert b"".join(client.get(address).streaming_content) == b"%PDF-ar"


def test_computed_again_on_the_page_and_by_programs(client, field, reported):
    client.force_login(field.director)
    assert client.get(f"{API}/{reported.ref}/recomputed").json()["same"] is True
    body = client.get(page(reported) + "?check=state&lang=en").content.decode()
    assert "every figure comes out as it was frozen" in body


@pytest.mark.parametrize("address", ["nothing.docx", "nothing.pdf", "nothing"])
def test_what_is_not_there_is_404(client, field, reported, address):
    client.force_login(field.manager)
    assert client.get(f"{API}/{address}").status_code == 404
    assert client.get(f"/monitoring/reports/{reported.ref}.xml").status_code == 404
