"""A finding looked at, corrected and undone, in a right-to-left language on a telephone; several excused at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rafid.programmes.rivers.models import SeriesFinding
from rafid.programmes.rivers.values.reading import known_values
from rafid.programmes.rivers.values.recording import Reading, record_values
from tests.programmes.rivers.conftest import river  # noqa: F401

SAID = {
    "ar": {"open": "مفتوحة", "reason": "فاصلة عشرية ضائعة", "back": "كان الفيضان"},
    "ckb": {"open": "کراوە", "reason": "خاڵی دەیی ون بوو", "back": "لافاو بوو"},
}


@pytest.fixture
def stage(river):  # noqa: F811
    """Five days of a gauge, two of them with a lost decimal."""
    series = river.make_series(river.make_station(), rules={"minimum": 0, "maximum": 12})
    start = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=6)
    values = enumerate([3.1, 32.0, 3.2, 33.0, 3.3])
    record_values([Reading(series.pk, start + timedelta(days=day), value) for day, value in values], origin="person")
    return series


@pytest.mark.parametrize(("language", "width"), [("ckb", 360), ("ar", 1280)])
def test_a_finding_is_corrected_and_the_correction_undone(visit, river, stage, language, width):  # noqa: F811
    words = SAID[language]
    watched = visit(river.hydrologist, viewport={"width": width, "height": 800})
    page = watched.open(f"/rivers/check/?station=tt-town&lang={language}")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("tbody tr").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("tbody tr th a").last.click()
    page.wait_for_selector("form #value")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finding = SeriesFinding.objects.filter(series=stage).order_by("start").first()
    assert page.url.split("?")[0].endswith(f"/rivers/check/{finding.pk}/")
    assert words["open"] in page.locator(".page-head").inner_text()

    # A correction needs its reason; what was typed stays.
    page.locator("#value").fill("٣٫٢٠")
    page.locator("button[value=correct]").click()
    page.wait_for_selector(".note.bad[role=alert]")
    assert page.locator("#value").input_value() == "٣٫٢٠"
    page.locator("#why").fill(words["reason"])
    page.locator("button[value=correct]").click()
    page.wait_for_selector("button[value=undo]")
    finding.refresh_from_db()
    assert finding.state == "corrected"
    assert known_values(stage).values.tolist()[1] == 3.2
    history = page.locator(".timeline").inner_text()
    for part in ("32", "3.2", words["reason"], str(river.hydrologist)):
        assert part in history

    page.locator("#why").fill(words["back"])
    page.locator("button[value=undo]").click()
    page.wait_for_selector(f".timeline >> text={words['back']}")
    finding.refresh_from_db()
    assert finding.state == "open"
    assert known_values(stage).values.tolist()[1] == 32.0
    assert words["open"] in page.locator(".page-head").inner_text()

    # What both of them say was so: they are excused at once.
    page = watched.open("/rivers/check/?station=tt-town")
    for box in page.locator("input[name=ids]").all():
        box.check()
    page.locator("#many-reason").fill(words["back"])
    page.locator("button[value=explain]").click()
    page.wait_for_selector(".note.good")
    mine = SeriesFinding.objects.filter(series=stage)
    assert set(mine.values_list("state", "reason")) == {("explained", words["back"])}
    assert [one for one in watched.errors if "422" not in one] == [], "only the correction without a reason is refused"
    assert watched.elsewhere == []
