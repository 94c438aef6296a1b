"""An address that answers some questions before: they are there when the form opens, and what was begun is found again."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.browser.test_fill import READY, choose, field, finish, received


def address(form, **given: str) -> str:
    asked = {f"d[/data/{path.replace('__', '/')}]": text for path, text in given.items()}
    return f"/forms/fill/{form.pk}/?{urlencode({'lang': 'en', **asked})}"


def test_answers_of_the_address_stand_in_the_form_and_are_not_begun_twice(visit, collector, fillable, every_question):
    form = fillable(every_question)
    watched = visit(collector)
    page = watched.page
    page.set_default_timeout(20_000)
    path = address(form, visit_id="TPM-0042", nothing__here="x")
    watched.open(path).wait_for_selector(READY)
    assert field(page, "visit_id").locator("input").input_value() == "TPM-0042"
    field(page, "deminers").locator("input").fill("7")
    page.get_by_text("Saved on this device.").wait_for()

    watched.open("/forms/fill/")
    watched.open(path).wait_for_selector(READY)
    assert field(page, "deminers").locator("input").input_value() == "7", "the same address finds what was begun"
    watched.open("/forms/fill/")
    watched.open(address(form, visit_id="TPM-0043")).wait_for_selector(READY)
    assert field(page, "visit_id").locator("input").input_value() == "TPM-0043", "another one is another form"

    choose(page, "gov", "Kirkuk")
    choose(page, "ambulance", "Yes")
    choose(page, "sev", "Minor")
    field(page, "deminers").locator("input").fill("9")
    finish(page)
    assert received().get().current_id
    assert not watched.errors
