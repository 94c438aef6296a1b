"""A gauge reader's sheet: typed without a line, asked back, kept, and sent once when the line is back. Findings and dams seen, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rafid.programmes.rivers.models import DailySheet
from rafid.programmes.rivers.values.reading import known_values
from rafid.programmes.rivers.values.recording import Reading, record_values
from tests.programmes.rivers.conftest import river  # noqa: F401

ASKED = {"en": "Is the decimal sign lost?", "ckb": "ئایا خاڵی دەیی ون بووە؟"}


@pytest.fixture
def stage(river):  # noqa: F811
    """Its station was read yesterday; nothing is odd at any hour of the day."""
    rules = {"minimum": 0, "maximum": 12, "max_rise": 1, "max_fall": 1}
    series = river.make_series(river.make_station(), manned=True, rules=rules)
    yesterday = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=30)
    record_values([Reading(series.pk, yesterday, 3.20)], origin="person", user=river.hydrologist)
    return series


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ckb", 360)])
def test_a_sheet_is_typed_without_a_line_and_sent_once(visit, river, stage, line, language, width):  # noqa: F811
    watched = visit(river.reader, viewport={"width": width, "height": 800})
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open(f"/rivers/enter/?lang={language}").wait_for_selector("html[data-sheet=kept]")
    line.cut()
    page.context.set_offline(True)
    watched.open("/rivers/enter/")
    assert page.locator("html").get_attribute("dir") == ("ltr" if language == "en" else "rtl")
    assert page.locator("[data-offline]").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.locator("#hour").fill("00:05")
    page.locator("input[data-value]").fill("٣٣٫١")
    page.locator("[data-sheet] button.primary").click()
    assert ASKED[language] in page.locator("[data-said]").inner_text()
    assert page.evaluate("document.documentElement.dataset.waiting") == "0", (
        "what is asked back does not wait to be sent"
    )
    page.locator("input[data-value]").fill("٣,٣١٠")
    page.locator("[data-sheet] button.primary").click()
    asked = page.locator("[data-said]").inner_text()
    assert "3310" in asked, "both readings are said"
    assert "3.310" in asked
    assert not page.locator("[data-right] input").is_visible(), "which one it is cannot be confirmed, only written"
    assert page.evaluate("document.documentElement.dataset.waiting") == "0"
    page.locator("input[data-value]").fill("٣٫٣١")
    page.locator("[data-sheet] button.primary").click()
    page.wait_for_selector("[data-sheets] li[data-state=waiting]")
    assert not DailySheet.objects.exists()

    # Opened anew it is still there; then the answer to the first sending is lost, and the same sheet goes again.
    watched.open("/rivers/enter/")
    page.wait_for_selector("[data-sheets] li[data-state=waiting]")
    lost = []
    line.lose = lambda path: path == "/rivers/enter/send" and not lost and not lost.append(path)
    line.mend()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-sheets] li[data-state=sent]")
    assert DailySheet.objects.count() == 1
    assert known_values(stage).values.tolist() == [3.20, 3.31]
