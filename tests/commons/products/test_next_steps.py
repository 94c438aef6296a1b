"""From each page of the chain to the next: what an import leads to, and what begins with a dataset that is out."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from rafid.commons.indicators.models import Indicator
from rafid.commons.indicators.write import record_values
from rafid.commons.places.country import country
from rafid.commons.places.models import Place, PlaceVersion
from rafid.commons.products.charts.reading import Reading
from rafid.commons.products.charts.spec import ChartSpec
from rafid.commons.products.maps.body import read
from rafid.commons.products.maps.shapes import extent_of
from rafid.commons.products.models import Recipe
from rafid.commons.products.release.of_figures import figure_fields
from rafid.commons.products.sheets import cells
from rafid.commons.products.sheets.fields import Live
from rafid.commons.records.models import ImportRun
from rafid.commons.records.next_steps import next_steps
from rafid.site.shell import software_version

from .test_release import counts_for, desk, out, uploaded  # noqa: F401

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cases(desk):  # noqa: F811
    """A dataset that is out, whose totals are written as a word."""
    lines = ["area,period,sex,cases"]
    counts = counts_for(desk)
    for place, parts in [
        *zip(desk.districts, counts, strict=True), (desk.governorate, tuple(map(sum, zip(*counts, strict=True))))
    ]:  # fmt: skip
        lines += [
            f"{place.ref},2026,{sex},{n}" for sex, n in zip(("f", "m", "total"), (*parts, sum(parts)), strict=True)
        ]
    version = out(desk, uploaded(desk, "\n".join(lines)))
    return SimpleNamespace(version=version, total=sum(map(sum, counts)), place=desk.governorate.ref)


def test_a_total_that_is_a_word_is_one_for_live_figures_and_charts(cases):
    live = Live("dataset", "cases", "cases")
    assert cells.read(live, cases.place, "2026", NOBODY)["value"] == cases.total
    chart = ChartSpec("number", dataset="cases", field="cases", place=cases.place)
    assert Reading(NOBODY).figures(chart).cells[0][0].value == cases.total


def test_the_total_of_a_code_list_has_words():
    population = Indicator.objects.get(code="population", state="adopted")
    sex = next(one for one in figure_fields([population], ["sex"]) if one["name"] == "sex")
    assert sex["choices"]["total"] == {"ar": "المجموع", "ckb": "کۆی گشتی", "en": "Total"}


def test_the_foot_of_a_page_about_a_version_names_the_software(client, cases):
    page = client.get("/catalog/cases/?lang=en").content.decode()
    assert f'Rafid <span class="code">{software_version()}</span>' in page


def test_an_import_of_figures_leads_to_them_and_to_a_dataset(world):
    officer = world.person("officer", ("statistics.officer", world.authority, None), ("platform.author", None, None))
    run = ImportRun.objects.create(
        target="statistics.values", owner=world.authority, made_by=officer, file_name="a.csv", file_sha256="a" * 64, file_path="a", file_size=1,
        state="applied", written={"rafid_indicators.indicatorvalue": {"inserted": 1, "updated": 0, "same": 0}},
    )  # fmt: skip
    row = {"indicator": "population", "place": Place.objects.get(ref="IQG08").pk, "period": "1999", "value": 40}
    record_values(run, [row | {"by": "sex=female"}], source="A census")
    steps = [one.url for one in next_steps(officer, run)]
    assert steps == [
        "/indicators/population/?period=1999",
        "/catalog/new/?indicator=population&by=sex&level=governorate",
    ]
    assert [one.url for one in next_steps(world.keeper, run)] == steps[:1], "who composes nothing is led to the figures"
    run.written = {"rafid_wells.well": {}}
    assert next_steps(officer, run) == []


def test_products_begin_with_a_dataset_that_is_out(client, cases, desk):  # noqa: F811
    client.force_login(desk.author)
    shown = client.get("/catalog/cases/?lang=en").content.decode()
    for kind in ("compose/maps", "dashboards", "compose/bulletins"):
        assert f'href="/{kind}/new/?dataset=cases"' in shown
    layer = client.get("/compose/maps/new/?dataset=cases&lang=en")
    assert layer.context["desk"].body["layers"] == [
        {"dataset": "cases", "field": "cases", "style": {"kind": "symbols"}}
    ]
    assert layer.context["desk"].body["extent"] == {"places": [cases.place]}
    for kind in ("dashboards", "compose/bulletins"):
        page = client.get(f"/{kind}/new/?dataset=cases&lang=en")
        assert 'value="Cases"' in page.content.decode()
    client.post("/dashboards/new/?dataset=cases", {"name_en": "Cases", "code": "cases-dashboard", "programme": "wells"})
    blocks = Recipe.objects.get(code="cases-dashboard").body["blocks"]
    assert blocks[0]["what"] == {"dataset": "cases", "field": "cases", "place": cases.place}
    client.post(
        "/compose/bulletins/new/?dataset=cases", {"title_en": "Cases", "code": "cases-bulletin", "programme": "wells"}
    )
    body = Recipe.objects.get(code="cases-bulletin").body
    assert body["place"] == cases.place
    assert body["blocks"][0]["items"][0]["field"] == "{dataset:cases cases}"
    assert "dataset:cases cases" in client.get("/compose/bulletins/cases-bulletin/?lang=en").content.decode()


def test_a_dashboard_that_asks_to_be_let_out_waits_with_the_editions(client, cases, desk):  # noqa: F811
    client.force_login(desk.author)
    names = {"name_ar": "الحالات", "name_ckb": "حاڵەتەکان", "name_en": "Cases"}
    client.post("/dashboards/new/?dataset=cases", names | {"code": "waits", "programme": "wells"})
    client.post("/dashboards/waits/share/", {"action": "share", "reach": "public"})
    client.force_login(desk.approver)
    page = client.get("/compose/?lang=en")
    assert "waits" in [one.code for one in page.context["dashboards"] if one.for_you]
    assert "/dashboards/waits/share/" in page.content.decode()


def test_a_map_holds_what_it_marks_though_the_borders_are_rough(desk):  # noqa: F811
    """A district whose own borders are not known lies beyond the rough ones of its governorate."""
    on = date(2026, 9, 30)
    outside = Place.objects.filter(parent=desk.governorate, division=country().division).order_by("ref").first()
    PlaceVersion.objects.filter(place=outside).update(geometry=None)
    outside.point = "SRID=4326;POINT(48.2 36.9)"
    outside.save()
    figures = {"layers": [{"values": [[outside.ref, outside.ref, 5, ""]]}]}
    body = read({"layers": [], "extent": {"places": [desk.governorate.ref]}, "page": {}, "texts": {}})
    (west, south, east, north), _whole = extent_of(body, figures, on)
    assert west < 48.2 < east
    assert south < 36.9 < north
