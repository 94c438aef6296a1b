"""A reviewer at a real browser: the list by the keyboard, a filter, one submission sent back with a reason, and on to the next."""

from __future__ import annotations

import pytest

from rafid.commons.forms.accept import accept
from rafid.commons.forms.models import AppUser, Submission
from rafid.commons.forms.sender import of_phone
from tests.commons.forms.conftest import visit as answers
from tests.methods.xforms.conftest import T1_XFORM

TELEPHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def sent(fillable, world):
    """Three visits: the second has a sum that does not agree, the third is of another governorate."""
    form = fillable(T1_XFORM.encode())
    form.roles = {"site": "/data/visit_id", "location": "/data/loc"}
    form.save()
    phone = AppUser.objects.create(name="Tablet 7", token_sha256="0" * 64, owner=world.branch)
    phone.forms.add(form)
    for number, changed in ((1, {}), (2, {"n_major": 9}), (3, {"gov": "nineveh", "dist": "mosul"})):
        accept(answers(number, visit_id=f"TPM-000{number}", **changed), of_phone(phone))
    return form


@pytest.fixture
def reviewer(world):
    return world.person("reviewer", ("wells.reviewer", None, None))


def names(page) -> list[str]:
    return page.locator("table[data-rows] tbody th a").all_inner_texts()


def test_a_reviewer_filters_sends_back_with_a_reason_and_goes_on_by_keyboard(visit, sent, reviewer):
    watched = visit(reviewer)
    page = watched.open(f"/forms/{sent.pk}/submissions/?lang=en")
    assert names(page) == ["TPM-0002", "TPM-0003", "TPM-0001"], "the worst first, then the newest"
    page.goto(f"{page.url}&answer.gov=kirkuk")
    page.locator("#filter-state").select_option("waiting")
    page.wait_for_url("**state=waiting**")
    assert "answer.gov=kirkuk" in page.url, "the other filters stay in the address"
    assert names(page) == ["TPM-0002", "TPM-0001"]

    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent.trim()") == "TPM-0002"
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 >> text=TPM-0002")
    finding = page.locator(".answer .finding")
    assert "The phone sent 9; the answers make it 2." in finding.inner_text()

    page.locator("#reason").fill("jk: which three?")
    page.locator("button[value=has_issues]").click()
    page.wait_for_selector(".note.good")
    assert Submission.objects.get(form=sent, site="TPM-0002").events.get().reason == "jk: which three?"
    page.keyboard.press("j")
    page.wait_for_selector("h1 >> text=TPM-0001")
    assert page.locator("a[data-key=j]").count() == 0, "the third one is not in this list"
    assert watched.errors == []
    assert watched.elsewhere == []


def test_many_are_chosen_and_decided(visit, sent, reviewer):
    page = visit(reviewer).open(f"/forms/{sent.pk}/submissions/?lang=en")
    page.locator("input[data-all]").check()
    page.locator("#bulk-state").select_option("rejected")
    page.locator("#bulk-reason").fill("a drill")
    page.locator(".desk button.primary").click()
    page.wait_for_selector(".note.good")
    assert set(Submission.objects.filter(form=sent).values_list("state", flat=True)) == {"rejected"}


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_pages_fit_a_telephone(visit, sent, reviewer, language):
    watched = visit(reviewer, **TELEPHONE)
    one = Submission.objects.get(form=sent, site="TPM-0002").get_absolute_url()
    for address in (f"/forms/{sent.pk}/submissions/", one, f"{one}edit/", f"/forms/{sent.pk}/submissions/?view=map&"):
        page = watched.open(f"{address}{'' if '?' in address else '?'}lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") == 360, address
    assert watched.elsewhere == []
