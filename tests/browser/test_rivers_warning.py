"""A severe flood warning, from right to left: drafted far above what was read, asked back, signed by a second person, issued, cancelled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rafid.programmes.rivers.models import FloodWarning
from rafid.programmes.rivers.values.recording import Reading, record_values
from tests.programmes.rivers.conftest import river  # noqa: F401

WHY = {"ar": "يبلّغ القرّاء عن موجة في الأعلى", "ckb": "خوێنەرەوەکان شەپۆلێک لە سەرەوە ڕادەگەیەنن"}
SAID = {"ar": "انتهى الخطر", "ckb": "مەترسییەکە نەما"}


def sent(page, form):
    with page.expect_navigation():
        form.locator("button").last.click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("language", "width"), [("ar", 1280), ("ckb", 360)])
def test_a_severe_warning_takes_two_people(visit, river, language, width):  # noqa: F811
    station = river.make_station()
    river.make_threshold(station, "severe", 6.5)
    series = river.make_series(station)
    record_values([Reading(series.pk, timezone.now() - timedelta(hours=2), 3.2)], origin="person")
    viewport = {"width": width, "height": 900}
    watched = visit(river.hydrologist, viewport=viewport)
    page = watched.open(f"/rivers/warnings/new/?lang={language}")
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.select_option("[name=station]", station.code)
    page.select_option("[name=level]", "severe")
    now = timezone.localtime()
    page.fill("[name=onset]", f"{now + timedelta(hours=6):%Y-%m-%dT%H:%M}")
    page.fill("[name=expires]", f"{now + timedelta(days=2):%Y-%m-%dT%H:%M}")
    sent(page, page.locator("main form.card"))
    row = FloodWarning.objects.get(station=station)
    assert (row.state, row.level, row.drafted_by) == ("draft", "severe", river.hydrologist)
    assert page.url.split("?")[0].endswith(f"/rivers/warnings/{row.ref}/")
    assert page.locator("form[action$='/issue/'], form[action$='/sign/']").count() == 0, "one signature is not enough"

    page.locator("form[action*='/reason/'] [name=override_reason]").fill(WHY[language])
    sent(page, page.locator("form[action*='/reason/']"))

    second = visit(river.chief, viewport=viewport)
    page = second.open(f"/?lang={language}")
    page.locator(f"main a[href*='{row.ref}']").first.click()
    page.wait_for_selector(f"text={WHY[language]}")
    assert "6.5" in page.locator("[aria-labelledby=doubts]").inner_text(), (
        "the second person sees what speaks against it"
    )
    page = second.open(f"/rivers/warnings/{row.ref}/?lang={language}")
    sent(page, page.locator("form[action*='/sign/']"))
    row.refresh_from_db()
    assert row.second_signature == river.chief

    page = watched.open(f"/rivers/warnings/{row.ref}/?lang={language}")
    sent(page, page.locator("form[action*='/issue/']"))
    row.refresh_from_db()
    assert (row.state, row.issued_by, row.override_reason) == ("issued", river.hydrologist, WHY[language])
    assert [one["code"] for one in row.doubts] == ["below", "no_forecast"]
    page = visit(None, viewport=viewport).open(f"/rivers/warnings/?lang={language}")
    page.locator(f"main a[href*='{row.ref}']").first.click()
    page.wait_for_selector(f"text={row.headline[language]}")

    page = watched.open(f"/rivers/warnings/{row.ref}/?lang={language}")
    page.locator("form[action*='/cancel/'] [name=reason]").fill(SAID[language])
    sent(page, page.locator("form[action*='/cancel/']"))
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert [*watched.errors, *second.errors] == []
