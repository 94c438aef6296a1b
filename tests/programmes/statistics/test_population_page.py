"""The Population page: what it shows, filters in the address, places by name, files of the same rows, weight."""

from __future__ import annotations

import csv
import io
import re

import pytest

from rafid.commons.indicators.models import Indicator, IndicatorValue
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place

pytestmark = pytest.mark.django_db
PAGE = "/statistics/population/"


def page(client, status=200, **query) -> str:
    response = client.get(PAGE, {"lang": "en", **query})
    assert response.status_code == status
    return response.content.decode()


def rows(html: str) -> dict[str, list[str]]:
    """Cells of the table of places by reference."""
    found = {}
    for ref, row in re.findall(r'<tr data-place="([^"]+)"[^>]*>(.*?)</tr>', html, re.DOTALL):
        found[ref] = [
            re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
    return found


@pytest.fixture
def estimate():
    """Population of 2026 for all 19 governorates and Halabja's district."""
    indicator = Indicator.objects.get(code="population", state="adopted")
    owner = Organisation.objects.first()
    for place in Place.objects.filter(level=1):
        IndicatorValue.objects.create(
            indicator=indicator, place=place, period="2026", value=1000, owner=owner, source_text="Estimate",
            as_of="2026-07-01",
        )  # fmt: skip


def test_the_country_of_2024(client):
    html = page(client)
    assert "<h1>Population of Iraq</h1>" in html
    assert "46,118,793" in html
    found = rows(html)
    assert len(found) == 18
    assert "IQ-HA" not in found
    assert found["IQG08"][:2] == ["Baghdad", "9,780,429"]
    assert html.count("<svg viewBox") >= 1
    assert "Annual Abstract of Statistics" in html
    assert "as of <bdi>2024-11-20</bdi>" in html


def test_a_later_period_has_the_governorates_of_its_day(client, estimate):
    found = rows(page(client, period="2026"))
    assert len(found) == 19
    assert "IQ-HA" in found
    assert len(rows(page(client, period="2024"))) == 18


def test_a_place_that_was_not_there_yet_says_where_its_people_are(client):
    html = page(client, place="IQ-HA", period="2024")
    assert "Halabja was not there yet at the end of 2024" in html
    assert f'href="{PAGE}?place=IQG06&amp;period=2024"' in html
    assert rows(html) == {}
    # The map shows the governorates of that day, and where Halabja's people are counted.
    assert html.count('class="ramp-') >= 18
    assert 'class="missing"' not in html
    assert 'class="here"' in html
    assert "There are no borders of these districts yet" not in html


def test_districts_are_sums_of_their_links_and_barred_rates_are_marked(client):
    html = page(client, place="IQG14")
    found = rows(html)
    assert set(found) == {f"IQG14Q0{n}" for n in range(1, 7)}
    assert all(row[1].endswith("+") for row in found.values())
    barred = found["IQG14Q03"]
    assert barred[1] == "107,276+"
    assert barred[2:5] == ["*", "*", "*"]
    assert "Sum of linked census districts" in html
    assert "Must not be computed" in html
    assert re.search(r'data-place="IQG14Q03"[^>]* data-withheld', html)


def test_a_district_stands_beside_its_neighbours(client):
    html = page(client, place="IQG17Q04")
    assert "Beside its neighbours" in html
    assert re.search(r'<tr data-place="IQG17Q04"[^>]* data-on', html)
    assert "Census districts linked to it" in html


@pytest.mark.parametrize(
    "name", ["ذي قار", "ذى قار", "Dhi Qar", "Thi-Qar", "زیقار", ["ADM1", "IQG17"][1].lower(), "IQ-DQ"]
)
def test_a_name_in_any_script_leads_to_its_place(client, name):
    response = client.get(PAGE, {"lang": "en", "place": name, "measure": "urban"})
    assert response.status_code == 302
    assert "place=IQG17" in response["Location"]
    assert "measure=urban" in response["Location"]
    again = client.get(PAGE, {"find": name, "place": "IQG01"})
    assert "place=IQG17" in again["Location"]
    assert "find=" not in again["Location"]


def test_an_unknown_place_gets_a_sentence(client):
    html = page(client, 404, place="Xyzzyx")
    assert "No place is certainly meant by “Xyzzyx”" in html
    assert len(rows(html)) == 18
    assert "No place is certainly meant by “&lt;b&gt;”" in page(client, 404, place="<b>")
    assert page(client, 404, place="a\x00b" * 200)


def test_a_doubtful_name_offers_candidates(client):
    html = page(client, 404, place="Hamzeh Xalifa")
    assert "Did you mean:" in html or "write its name in another way" in html


def test_a_town_shows_the_district_around_it(client):
    district = Place.objects.get(ref="IQG17Q04")
    town = Place.objects.create(ref="TOWN-1", level=4, name_en="Little town", parent=district)
    html = page(client, place=town.ref)
    assert "There are no figures for Little town itself" in html
    assert "<h1>Population of Al-Nasiriya</h1>" in html


@pytest.mark.parametrize(
    ("sort", "column", "key"),
    [("-total", 1, -1), ("total", 1, 1), ("-density", 2, -1), ("share_urban", 3, 1), ("sex_ratio", 4, 1)],
)
def test_the_table_is_sorted_by_the_address(client, sort, column, key):
    values = [float(row[column].replace(",", "")) for row in rows(page(client, sort=sort)).values()]
    assert len(values) == 18
    assert values == sorted(values, reverse=key < 0)


def test_names_are_in_the_order_of_the_alphabet(client):
    html = page(client, lang="ckb")
    names = [row[0] for row in rows(html).values()]
    assert names[0] == "ئەنبار"
    assert names.index("هەولێر") > names.index("کەرکووک")


@pytest.mark.parametrize("how", ["jenks", "quantile", "equal"])
@pytest.mark.parametrize("classes", ["3", "7"])
def test_classes_in_the_legend_hold_all_areas(client, how, classes):
    html = page(client, how=how, classes=classes)
    legend = re.search(r'<ul class="legend".*?</ul>', html, re.DOTALL)[0]
    counts = [int(n) for n in re.findall(r'<span class="muted">\((\d+)\)</span>', legend)]
    assert sum(counts) == 18
    assert len(counts) <= int(classes)
    breaks = re.search(r'data-breaks="([^"]*)"', html)[1].split(",")
    assert len(breaks) == len(counts) - 1


def test_the_live_map_paints_what_the_server_painted(client):
    """The ends of the classes are figures: rounded, a place would fall into the next class."""
    html = page(client)
    breaks = [float(one) for one in re.search(r'data-breaks="([^"]*)"', html)[1].split(",")]
    ramp = re.search(r'data-ramp="([^"]*)"', html)[1].split(",")
    values = dict(re.findall(r'<tr data-place="([^"]+)" data-value="([^"]+)"', html))
    painted = dict(re.findall(r'data-ref="([^"]+)"><title>[^<]*</title><path class="ramp-(\d)"', html))
    assert len(painted) == 18
    for ref, step in painted.items():
        at = next((i for i, end in enumerate(breaks) if float(values[ref]) <= end), len(breaks))
        assert ramp[at] == step, ref


def test_without_borders_of_districts_the_governorates_are_drawn(client):
    html = page(client, place="IQG17")
    assert "There are no borders of these districts yet" in html
    assert "data-map" not in html
    assert html.count("data-ref=") >= 18
    assert 'class="here"' in html


def test_words_that_mean_nothing_fall_back(client):
    html = page(client, period="1066", measure="beauty", level="9", how="magic", classes="99", sort="age")
    assert len(rows(html)) == 18
    assert page(client, place="")


@pytest.mark.parametrize("query", [{}, {"level": "2"}, {"place": "IQG17"}])
def test_the_page_is_light(client, query):
    assert len(page(client, **query).encode()) < 150_000


def test_the_files_hold_the_rows_of_the_page(client):
    html = page(client, place="IQG17", period="2024")
    link = re.search(r'href="(/data/population\.csv[^"]*)"', html)[1].replace("&amp;", "&")
    body = b"".join(client.get(link).streaming_content).decode()
    table = {row["adm2_code"]: row for row in csv.DictReader(io.StringIO(body)) if row["level"] == "district"}
    shown = rows(html)
    assert set(table) == set(shown)
    for ref, cells in shown.items():
        assert float(table[ref]["total"]) == float(cells[1].rstrip("+").replace(",", ""))
        assert f"{float(table[ref]['density']):.1f}" == cells[2].rstrip("+").replace(",", "")


def test_a_figure_that_is_not_for_all_is_not_on_the_page(client, django_user_model):
    officer = django_user_model.objects.get(login="statistics.officer")
    indicator = Indicator.objects.get(code="population", state="adopted")
    IndicatorValue.objects.create(
        indicator=indicator, place=Place.objects.get(ref="IQG17"), period="2031", value=4_242_421, sensitivity=2,
        owner=officer.organisation,
    )  # fmt: skip
    assert "4,242,421" not in page(client, period="2031")
    client.force_login(officer)
    assert "4,242,421" in page(client, period="2031")


def test_no_figures_say_what_to_do(client, django_user_model):
    IndicatorValue.objects.all().delete()
    assert "There are no population figures yet" in page(client)
    assert "/imports/new/?target=statistics.population" not in page(client)
    client.force_login(django_user_model.objects.get(login="statistics.officer"))
    assert "/imports/new/?target=statistics.population" in page(client)
