"""/api/v1/products/dashboards: the figures of a dashboard as data, and the targets of its indicators."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest

from rafid.commons.indicators import queries
from rafid.commons.indicators.figures import Reader
from rafid.commons.indicators.models import Target
from rafid.commons.people.models import Account
from rafid.commons.places.models import Level, Place
from rafid.commons.products.charts.reading import Reading
from rafid.commons.products.charts.shapes import lines
from rafid.commons.products.charts.spec import from_json
from rafid.commons.products.dashboards import keeping

pytestmark = pytest.mark.django_db

TODAY = date(2026, 1, 1)
BASE = "/api/v1/products/dashboards"
BOARD = f"{BASE}/population-overview"


def told(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:400]
    return answer.json()


def numbers(body):
    return [block for block in body["blocks"] if block["kind"] == "number" and block["figures"]]


def test_the_list_names_what_the_caller_may_see(client):
    mine = {one["code"]: one for one in told(client, f"{BASE}?count=true")["items"]}
    assert mine["population-overview"]["reach"] == "public"
    assert mine["population-overview"]["sensitivity"] == "public"
    assert mine["population-overview"]["page"] == "/dashboards/population-overview/"
    assert "monitoring-visits" not in mine
    client.force_login(Account.objects.get(login="monitoring.officer"))
    assert "monitoring-visits" in {one["code"] for one in told(client, BASE)["items"]}


def test_the_list_goes_on_by_its_cursor(client):
    client.force_login(Account.objects.get(login="admin"))
    whole = [one["code"] for one in told(client, BASE)["items"]]
    assert len(whole) > 1
    found, cursor = [], ""
    while True:
        page = told(client, f"{BASE}?limit=1&cursor={cursor}" if cursor else f"{BASE}?limit=1")
        found += [one["code"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert found == whole == sorted(whole)
    told(client, f"{BASE}?cursor=nonsense", 422)


def test_one_of_another_is_not_there(client):
    told(client, f"{BASE}/monitoring-visits", 404)
    told(client, f"{BASE}/nothing", 404)
    told(client, f"{BASE}/%00", 404)


def test_its_figures_are_those_of_the_page(client):
    body = told(client, f"{BOARD}?lang=en")
    page = client.get("/dashboards/population-overview/?lang=en").content.decode()
    assert len(body["blocks"]) == body["block_count"] > 3
    assert [one["index"] for one in body["blocks"]] == list(range(1, len(body["blocks"]) + 1))
    for block in numbers(body):
        value = block["figures"]["rows"][0]["cells"][0]["value"]
        said = f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
        assert said in page
        assert block["figures"]["definitions"][0]["page"].startswith("/indicators/")
        assert block["figures"]["sources"]


def test_the_filters_bound_every_block(client):
    body = told(client, f"{BOARD}?lang=en&place=IQG02")
    assert {block["figures"]["where"] for block in numbers(body)} == {"Al-Basrah"}
    women = told(client, f"{BOARD}?where=sex=female")
    people = next(block for block in told(client, BOARD)["blocks"] if block["kind"] == "number")
    again = next(block for block in women["blocks"] if block["kind"] == "number")
    whole, part = (one["figures"]["rows"][0]["cells"][0]["value"] for one in (people, again))
    assert 0 < part < whole


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("place=Atlantis", "place"),
        ("period=yesterday", "period"),
        ("organisation=nobody", "organisation"),
        ("where=sex", "where"),
        ("where=a b=1", "where"),
        ("where=a=1,b=1,c=1,d=1,e=1,f=1,g=1", "where"),
        ("place=%00", "place"),
    ],
)
def test_words_that_mean_nothing_are_refused_by_name(client, query, where):
    assert told(client, f"{BOARD}?{query}", 422)["errors"][0]["where"] == where


def test_a_period_without_figures_is_no_failure(client):
    body = told(client, f"{BOARD}?period=1871")
    for block in body["blocks"]:
        if block["figures"]:
            assert all(cell["value"] is None for row in block["figures"]["rows"] for cell in row["cells"])


@pytest.fixture
def aims():
    country = Place.objects.get(level=Level.COUNTRY)
    for period, value in (("2026", 47_000_000), ("2025", 46_500_000)):
        Target.objects.create(code="population", place=country, period=period, value=value, source="Plan", on=TODAY)
    return country


def test_a_number_has_the_target_of_its_indicator(client, aims):
    spec = {"kind": "number", "indicators": ["population"]}
    reading = Reading(Account.objects.get(login="admin"))
    found = reading.figures(from_json(spec))
    newest = found.period
    expected = {"2026": 47_000_000, "2025": 46_500_000}.get(newest)
    if expected is None:
        Target.objects.create(code="population", place=aims, period=newest, value=45_000_000, source="Plan", on=TODAY)
        expected, found = 45_000_000, Reading(reading.user).figures(from_json(spec))
    assert found.target == expected
    assert Reading(reading.user).figures(from_json({**spec, "target": 5})).target == 5
    assert Reading(reading.user).figures(from_json({**spec, "by": "sex"})).target is None
    page = client.get("/dashboards/population-overview/?lang=en").content.decode()
    assert f"Target: {expected:,}" in page


def test_a_line_steps_along_the_targets_and_the_table_has_them(client):
    author = Account.objects.get(login="admin")
    client.force_login(author)
    reader = Reader(author)
    code = next(code for code in sorted(reader.indicators) if len(queries.periods(reader, [code])) > 3)
    recipe = keeping.create(author, "mine", {"en": "Mine"}, "statistics")
    line = {"kind": "line", "width": 12, "title": {"en": "People"}, "what": {"indicators": [code]}}
    keeping.save(recipe, author, version=recipe.version, names=recipe.names, body={"filters": [], "blocks": [line]})
    rows = told(client, f"{BASE}/mine")["blocks"][0]["figures"]["rows"]
    assert len(rows) > 1
    assert {row["target"] for row in rows} == {None}
    country = Place.objects.get(level=Level.COUNTRY, ref="IQ")
    wanted = {rows[-1]["key"]: 12_345.0, rows[0]["key"]: 23_456.0}
    for period, value in wanted.items():
        Target.objects.create(code=code, place=country, period=period, value=value, source="Plan", on=TODAY)
    rows = told(client, f"{BASE}/mine")["blocks"][0]["figures"]["rows"]
    assert {row["key"]: row["target"] for row in rows if row["target"] is not None} == wanted
    page = client.get("/dashboards/mine/?lang=en").content.decode()
    assert page.count('class="target-line"') == 2
    assert "12,345" in page
    assert re.search(r"<th[^>]*>Target</th>", page)
    told(client, f"{BASE}/mine?place=IQG02", 422)


def test_a_step_is_as_wide_as_its_period_and_the_axis_reaches_it():
    from rafid.commons.products.charts.figures import Figures, Head, known

    heads = [Head(str(year), str(year)) for year in (2024, 2025, 2026)]
    figures = Figures(heads, [Head("", "x")], [[known(value)] for value in (1.0, 2.0, 3.0)], targets=[None, 10.0, 30.0])
    drawn = lines(figures, ["", "", ""])
    assert drawn.target
    assert drawn.axis.high >= 30
    assert re.findall(r'target-line" d="M([\d.]+) [\d.]+H([\d.]+)', drawn.svg) == [
        ("250.0", "750.0"),
        ("750.0", "1000.0"),
    ]


def test_the_page_leads_to_its_data_and_to_frames_of_its_blocks(client):
    page = client.get("/dashboards/population-overview/?lang=en&place=IQG02&where.sex=female").content.decode()
    (address,) = re.findall(r'href="(/api/v1/products/dashboards/[^"]+)"', page)
    body = told(client, html.unescape(address))
    assert {block["figures"]["where"] for block in numbers(body)} == {"Al-Basrah"}
    (second,) = [
        one for one in html.unescape(page).split("<iframe ") if one.startswith('src="') and "block=2" in one[:200]
    ]
    inside = html.unescape(re.match(r'src="([^"]+)"', second)[1])
    shown = client.get(inside.replace("http://testserver", "")).content.decode()
    assert shown.count('class="block ') == 1
    assert "<iframe" not in page, "code to copy, not a frame"


def test_a_board_that_is_not_public_offers_no_frame(client):
    client.force_login(Account.objects.get(login="monitoring.officer"))
    assert "iframe" not in client.get("/dashboards/monitoring-visits/?lang=en").content.decode()


def test_each_label_stands_below_its_point_and_the_newest_is_said():
    from rafid.commons.products.charts.figures import Figures, Head, known

    for count in (1, 2, 6, 7, 24, 40):
        heads = [Head(f"month {at}", str(at)) for at in range(count)]
        drawn = lines(Figures(heads, [Head("", "x")], [[known(1.0)] for _head in heads]), [""] * count)
        assert len(drawn.labels) == count
        said = {at: label for at, (label, _nth) in enumerate(drawn.labels) if label}
        assert all(label == f"month {at}" for at, label in said.items())
        assert count - 1 in said
        assert len(said) <= 6
