"""A survey filled without a line, sent, and taken through three gates by three persons until the ledger changed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.models import Form, Submission
from rafid.programmes.mineaction.arriving.demo import open_forms
from rafid.programmes.mineaction.models import FieldReport, Hazard, LedgerRow
from tests.browser.test_fill import READY, field
from tests.browser.test_fill_offline import KEPT, WORKER
from tests.programmes.mineaction.conftest import EAST, NORTH, ground  # noqa: F401 - a fixture

SAYS = {
    "en": {
        "kind": "Minefield", "class": "Suspected hazardous area", "send": "Finish and send", "gov": "Kirkuk",
        "evidence": "What people say", "no": "No",
    },
    "ar": {
        "kind": "حقل ألغام", "class": "منطقة مشتبه بخطورتها", "send": "أنهِ وأرسل", "gov": "كركوك",
        "evidence": "ما يقوله الناس", "no": "لا",
    },
}  # fmt: skip
CORNERS = ((0, 0), (0, 0.003), (0.002, 0.003), (0.002, 0))


@pytest.fixture
def forms(ground, settings, tmp_path):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path / "media"
    Form.objects.filter(xform_id__startswith="mine_").update(xform_id="gone")
    open_forms(ground.dma, ground.im_officer, timezone.now())
    ground.desk.organisation = ground.operator
    ground.desk.save()
    return Form.objects.get(xform_id="mine_nts")


def pick(page, name: str, label: str) -> None:
    field(page, name).get_by_label(label, exact=True).check()


@pytest.mark.parametrize(("language", "width"), [("ar", 360), ("en", 1280)])
def test_a_report_without_a_line_comes_through_three_gates(visit, ground, forms, line, language, width):  # noqa: F811
    words, options = SAYS[language], {"viewport": {"width": width, "height": 800}}
    watched = visit(ground.desk, **options)
    page = watched.page
    page.set_default_timeout(60_000)
    page.on("dialog", lambda dialog: dialog.accept())
    address = f"/forms/fill/{forms.pk}/"
    watched.open(f"{address}?lang={language}").wait_for_selector(READY)
    page.wait_for_selector(WORKER)
    for path in ("/forms/fill/", address):
        page.wait_for_function(KEPT, arg=path)
    line.cut()
    page.context.set_offline(True)
    watched.open(address).wait_for_selector(READY)
    field(page, "reference").locator("input").fill("FIELD-7")
    field(page, "on").locator("input").fill("2026-02-02")
    pick(page, "gov", words["gov"])
    page.locator("[data-ref$='/dist']").first.get_by_role("radio").first.check()
    pick(page, "type", words["kind"])
    pick(page, "classification", words["class"])
    field(page, "suspected_on").locator("input").fill("2026-01-20")
    for north, east in CORNERS:
        corner = field(page, "ground").locator("input")
        corner.fill(f"{NORTH + north}, {EAST + east}")
        corner.press("Enter")
    evidence = page.locator("[data-ref*='/evidence']")
    evidence.get_by_label(words["evidence"], exact=True).first.check()
    evidence.get_by_label(words["no"], exact=True).first.check()
    page.get_by_role("button", name=words["send"]).click()
    page.wait_for_function(
        "() => document.documentElement.dataset.fill === 'waiting' || document.querySelector('.error-summary li')"
    )
    assert page.locator(".error-summary li").all_inner_texts() == []
    assert not Submission.objects.filter(form=forms).exists()

    line.mend()
    page.context.set_offline(False)
    watched.open("/forms/fill/")
    page.wait_for_function("() => !document.querySelector('[data-unsent]:not([hidden])')")
    handle_arrivals()
    report = FieldReport.objects.get(reference="FIELD-7")
    assert (report.organisation, report.type, report.state) == (ground.operator, "survey", "received")

    for person, act in ((ground.desk, "check"), (ground.operator_manager, "endorse"), (ground.im_officer, "accept")):
        own = visit(person, **options)
        desk = own.open(f"/mineaction/reports/?show=mine&lang={language}")
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
        desk.get_by_role("link", name="FIELD-7").click()
        desk.wait_for_url(f"**/mineaction/reports/{report.ref}/")
        assert desk.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if act == "accept":
            desk.locator("input[name=record][value=new]").check()
            desk.locator("form.reconcile button").click()
            desk.wait_for_load_state()
        desk.locator(f"form[action$='/step/{act}/'] button").click()
        desk.wait_for_load_state()
        assert own.elsewhere == []
        assert own.errors == []
    report.refresh_from_db()
    assert report.state == "approved"
    hazard = Hazard.objects.get(report=report)
    assert (hazard.state, hazard.type) == ("suspected", "minefield")
    assert LedgerRow.objects.get(hazard=hazard).remaining_m2 == pytest.approx(60_000, rel=0.05)
