"""Units: in the reader's language on pages, charts and in sentences; of the SI for programs."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

from rafid.programmes.rivers.codes import VARIABLES
from rafid.programmes.rivers.models import SeriesFinding
from rafid.programmes.rivers.sizes import Size, in_sizes
from rafid.programmes.rivers.units import SHORT, in_units, measured, unit_said
from rafid.programmes.rivers.values.recording import Reading, record_values

SI = re.compile(r"m³/s|Mm³|\bkm²|\d m\b")


@pytest.mark.parametrize(
    ("unit", "ar", "ckb"),
    [("m³/s", "م³/ثا", "م³/چرکە"), ("Mm³", "مليون م³", "ملیۆن م³"), ("m", "م", "م"), ("mm", "ملم", "ملم"), ("%", "%", "%"), ("", "", "")],
)  # fmt: skip
def test_each_language_has_its_letters(unit, ar, ckb):
    assert in_units(unit) == {"ar": ar, "ckb": ckb, "en": unit}
    with override("ar"):
        assert unit_said(unit) == ar
        assert Template("{% load rivers_pages %}{{ unit|unit }}").render(Context({"unit": unit})) == ar


def test_every_unit_of_a_variable_is_known():
    assert {one.unit for one in VARIABLES.values()} <= {*SHORT, "%", ""}


def test_a_figure_stands_with_its_unit():
    with override("ckb"):
        assert measured(1234.5, "m³/s", 0) == "1,234 م³/چرکە"
        assert measured(None, "m") == "–"
        assert measured(7.1, "", 1) == "7.1"
        # The sign stays before the figure in a line of Arabic letters.
        assert measured(-1.5, "m", 1) == "\u2066\u200e−1.5\u2069 م"
        assert measured(1.5, "m", 1, signed=True) == "\u2066+1.5\u2069 م"


def words_of(page):
    text = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.S)
    return unescape(re.sub(r"<[^>]+>", " ", text))


@pytest.mark.django_db
def test_pages_speak_one_language(client, river):
    station = river.make_station("tt-units")
    stage, flow = river.make_series(station), river.make_series(station, "discharge")
    now = timezone.now()
    record_values(
        [Reading(stage.pk, now, 2.5), Reading(flow.pk, now, 350.0)], origin="person", judge=False, follow=False
    )
    client.force_login(river.hydrologist)
    for path in ("/rivers/stations/tt-units/?lang=ar", f"/rivers/stations/tt-units/?variable={flow.variable}&lang=ar"):
        words = words_of(client.get(path).content.decode())
        found = SI.search(words)
        assert found is None, (path, words[max(0, found.start() - 60) : found.end() + 20] if found else "")
    page = client.get("/rivers/?lang=ar").content.decode()
    row = next(part for part in page.split("<tr") if "/rivers/stations/tt-units/" in part)
    assert not SI.search(words_of(row))
    answer = client.get(f"/api/v1/rivers/series?station={station.code}&lang=ar").json()["items"]
    assert {one["unit"] for one in answer} == {"m", "m³/s"}, "programs read the SI in every language"


@pytest.mark.django_db
def test_a_finding_is_told_in_three_languages(river):
    series = river.make_series(river.make_station("tt-units"), "discharge", rules={"flat_steps": 3})
    for back in range(8, 0, -1):
        record_values([Reading(series.pk, timezone.now() - timedelta(days=back), 350.0)], origin="person")
    row = SeriesFinding.objects.filter(series=series, check_code="stuck").first()
    assert row is not None
    assert "م³/ثا" in row.message["ar"]
    assert "م³/چرکە" in row.message["ckb"]
    assert "m³/s" in row.message["en"]


def test_a_chart_holds_both_sizes():
    sizes = (Size(860, 340, 62, 92, 14, 30), Size(360, 280, 50, 6, 16, 26, narrow=True))
    drawn = in_sizes("fan", "<a>", sizes, lambda size: [f"{size.across}×{size.upwards}"])
    assert drawn.count("<svg") == 3
    assert 'aria-label="&lt;a&gt;"' in drawn
    assert 'class="at-wide" viewBox="0 0 860 340">706×296<' in drawn
    assert 'class="at-narrow" viewBox="0 0 360 280">304×238<' in drawn
