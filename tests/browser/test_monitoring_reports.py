"""A quarterly report at a real browser: the manager begins and sends it, the partner comments at a telephone, it becomes final,
and the donor reads its part and gets it as PDF and DOCX."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rafid.commons.records.models import Task
from rafid.programmes.monitoring.models import Report
from rafid.programmes.monitoring.reports import finishing, printing
from tests.programmes.monitoring.conftest import field  # noqa: F401
from tests.programmes.monitoring.reports_world import quarter

TELEPHONE = {"viewport": {"width": 360, "height": 740}}
WORDS = {
    "en": {"note": "with you until", "final": "is final", "said": "We were there on both days."},
    "ar": {"note": "لديك حتى", "final": "نهائي", "said": "كنا هناك في اليومين."},
}


@pytest.fixture
def reported(field, settings, tmp_path, monkeypatch):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path / "media"
    for room in (finishing, printing):
        monkeypatch.setattr(room, "as_pdf", lambda tree: (b"%PDF-" + tree.language.encode(), 1))
    quarter(field)
    return field


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing runs out of the page"


def got(page, address):
    """What the reader's own browser gets from this address, with his session."""
    answer = page.request.get(address)
    return answer.status, answer.headers.get("content-type", ""), answer.body()[:4]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_report_from_its_beginning_to_its_files(visit, reported, language):
    words, ask = WORDS[language], f"?lang={language}"
    office = visit(reported.manager)
    desk = office.open(f"/monitoring/reports/{ask}")
    desk.locator("a[href='/monitoring/reports/new/']").click()
    desk.select_option("[name=period]", "2026Q1")
    for box in desk.locator("[name=contracts]").all():
        box.set_checked(box.get_attribute("value") == str(reported.contract.pk))
    desk.locator("form.form button.primary").click()
    desk.wait_for_selector("button[value=send]")
    desk.locator("button[value=send]").click()
    desk.wait_for_selector("button[value=back]")
    assert desk.locator("button[value=finish]").count() == 0, "not before the partners had their time"
    report = Report.objects.get(period="2026Q1", owner=reported.third)

    partner = visit(reported.partner_account, **TELEPHONE)
    page = partner.open(f"/notifications/{ask}")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    page.locator("li.notice", has_text=words["note"]).locator("button[name=open]").click()
    page.wait_for_url(f"**/monitoring/reports/{report.ref}/**")
    page = partner.open(f"/monitoring/reports/{report.ref}/{ask}")
    fits(page)
    for tab in ("seen", "progress", "findings", "annex"):
        partner.open(f"/monitoring/reports/{report.ref}/{ask}&section={tab}")
        fits(page)
    page.locator("[name=text]").fill(words["said"])
    page.locator("button[value=comment]").click()
    page.wait_for_selector(".note.good")
    assert page.get_by_text(words["said"]).count() == 1

    Report.objects.filter(pk=report.pk).update(comments_until=timezone.localdate() - timedelta(days=1))
    desk = office.open(f"/monitoring/reports/{report.ref}/{ask}")
    assert desk.get_by_text(words["said"]).count() == 1
    desk.locator("button[value=finish]").click()
    desk.wait_for_url("**/tasks/**")
    task = Task.objects.get(link__contains=report.ref)
    assert task.by == reported.manager
    report.refresh_from_db()
    finishing.finish(report, by=reported.manager)

    donor = visit(reported.donor_account, **TELEPHONE)
    page = donor.open(f"/monitoring/reports/{ask}")
    fits(page)
    page.locator(f"a[href='/monitoring/reports/{report.ref}/']").click()
    page.wait_for_selector("section[aria-labelledby=files]")
    fits(page)
    assert page.get_by_text(words["said"]).count() == 1
    links = page.locator("section[aria-labelledby=files] a.button")
    assert links.count() == 6
    for code in ("ar", "ckb", "en"):
        address = f"{donor.site}/monitoring/reports/{report.ref}"
        assert got(page, f"{address}.pdf?lang={code}") == (200, "application/pdf", b"%PDF")
        assert got(page, f"{address}.docx?lang={code}")[::2] == (200, b"PK\x03\x04")
    page = donor.open(f"/notifications/{ask}")
    assert page.get_by_text(words["final"]).count() >= 1
    assert office.errors == partner.errors == donor.errors == []
    assert office.elsewhere == partner.elsewhere == donor.elsewhere == []
