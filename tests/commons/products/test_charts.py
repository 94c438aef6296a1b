"""Charts: one description becomes figures, shapes for the page and a picture; what is missing or withheld is never a zero."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override
from PIL import Image

from rafid.commons import blobs
from rafid.commons.indicators.models import Indicator
from rafid.commons.indicators.write import record_values
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place
from rafid.commons.products.charts import of_datasets
from rafid.commons.products.charts.figures import (
    MISSING,
    WITHHELD,
    Asked,
    Cell,
    Figures,
    Head,
    NotThere,
    figures_from,
    known,
)
from rafid.commons.products.charts.maker import as_csv
from rafid.commons.products.charts.pictures import picture
from rafid.commons.products.charts.reading import Reading
from rafid.commons.products.charts.shapes import axis_of, bar_rows, change_of, heat_steps, lines, pyramid_bands
from rafid.commons.products.charts.spec import ChartSpec, from_json, problems
from rafid.commons.products.editions.kinds import maker_of
from rafid.commons.products.editions.ladder import approve, draw, publish, send_to_review
from rafid.commons.products.models import Recipe

from .test_release import counts_for, desk, out, table_of  # noqa: F401

NOBODY = AnonymousUser()


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def figures(cells, *, rows=None, series=("",), **more):
    """``cells``: rows of numbers, None for missing, "*" for withheld."""

    def cell(value):
        return Cell() if value is None else Cell(None, WITHHELD) if value == "*" else known(float(value))

    heads = [Head(str(one), str(one)) for one in (rows or range(len(cells)))]
    return Figures(heads, [Head(one, one) for one in series], [[cell(one) for one in row] for row in cells], **more)


def read(spec, user=NOBODY, **asked):
    return Reading(user).figures(from_json(spec), Asked(**asked))


def test_a_description_is_the_same_after_it_was_kept():
    spec = ChartSpec(
        "line", {"ar": "أ", "ckb": "", "en": "A"}, ("population",), by="sex", level=2, latest=12, target=3.5
    )
    assert from_json(json.loads(json.dumps(spec.as_json()))) == spec


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"kind": "cake", "indicators": ["a"]}, "kind"),
        ({"kind": "bar"}, "what"),
        ({"kind": "points", "indicators": ["a"]}, "what"),
        ({"kind": "bar", "indicators": ["a"], "periods": ["2026M1"]}, "periods"),
        ({"kind": "bar", "indicators": ["a"], "level": 9}, "level"),
        ({"kind": "line", "indicators": ["a"], "latest": "many"}, "latest"),
        ({"kind": "line", "indicators": ["a"], "latest": 10**8}, "latest"),
        ({"kind": "number", "indicators": ["a"], "target": "much"}, "target"),
        ({"kind": "bar", "indicators": ["a"], "scale": "square"}, "scale"),
    ],
)
def test_what_cannot_be_meant_is_named(said, where):
    assert [one["where"] for one in problems(said)] == [where]
    assert 2 <= from_json(said).latest <= 240


def test_axes_have_round_ends_whatever_the_values():
    assert axis_of([]).ticks == (0, 1)
    assert axis_of([5, 5, 5]).low == 0
    assert axis_of([0, 0]).high > 0
    negative = axis_of([-30, 50])
    assert negative.low <= -30
    assert negative.at(0) == pytest.approx(-negative.low / (negative.high - negative.low))
    log = axis_of([3, 40_000], log=True)
    assert (log.low, log.high) == (1, 100_000)
    assert (log.at(0), log.at(-5)) == (None, None)
    assert axis_of([-1, 0], log=True).log is False
    assert axis_of([10], log=True).high > axis_of([10], log=True).low


def test_bars_of_three_hundred_categories_show_some_and_keep_zero_apart():
    many = figures([[n] for n in range(300)])
    assert len(bar_rows(many)) == 25
    zero, missing, withheld = bar_rows(figures([[0], [None], ["*"]]))
    assert 'class="series-0"' in zero.bars[0].svg
    assert 'class="missing"' in missing.bars[0].svg
    assert 'class="withheld"' in withheld.bars[0].svg
    below = bar_rows(figures([[-2], [4]]))
    assert 'class="axis"' in below[0].bars[0].svg


def test_nothing_is_drawn_through_a_gap_in_a_line():
    drawn = lines(figures([[1], [2], [None], [4], [5]]), ["?a", "?b", "", "?d", "?e"])
    path = drawn.svg.split('class="line series-0" d="')[1].split('"')[0]
    assert path.count("M") == 2
    assert len(drawn.points) == 4
    assert drawn.svg.count("<a ") == 4
    assert len(lines(figures([[7]]), [""]).points) == 1
    hostile = lines(figures([[1], [2]], rows=['"><script>', "b"]), ['?"><script>', ""])
    assert "<script>" not in hostile.svg


def test_a_pyramid_needs_both_sexes_and_nothing_negative():
    both = figures([[1, 2], [3, None]], rows=["0-4", "5-9"], series=("sex=male", "sex=female"))
    assert [band.head.label for band in pyramid_bands(both)] == ["5-9", "0-4"]
    with pytest.raises(ValueError, match="sexes"):
        pyramid_bands(figures([[1]], series=("sex=male",)))
    with pytest.raises(ValueError, match="negative"):
        pyramid_bands(figures([[1, -2]], series=("sex=male", "sex=female")))


def test_heat_and_change():
    assert heat_steps(figures([[None, "*"]], series=("a", "b"))) == [[0, 0]]
    assert heat_steps(figures([[5, 5]], series=("a", "b"))) == [[4, 4]]
    low, high = heat_steps(figures([[1], [90]]))
    assert low[0] < high[0]
    assert change_of(figures([[12], [10]])) == (2, 20, "1")
    assert change_of(figures([[12], [0]]))[1] is None
    assert change_of(figures([[12], [None]])) is None


def test_figures_survive_being_frozen():
    found = figures([[1, None], ["*", 4]], series=("a", "b"), unit="persons", sources=[("COSIT", "2024")])
    assert figures_from(json.loads(json.dumps(found.as_json()))) == found


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize("kind", ["line", "bar", "pyramid", "heat", "number"])
def test_pictures_in_each_language(kind, language):
    with override(language):
        rows = {"ar": ["بغداد", "البصرة"], "ckb": ["هەولێر", "سلێمانی"], "en": ["Baghdad", "Basra"]}[language]
        found = figures([[5, 8], [9, None]], rows=rows, series=("sex=male", "sex=female"), unit="persons")
        made = picture(ChartSpec(kind), found, title=rows[0])
    with Image.open(io.BytesIO(made)) as opened:
        assert opened.format == "PNG"
        assert opened.width > 600
        assert len(opened.convert("L").getcolors(256)) > 5


def test_no_picture_of_nothing():
    with pytest.raises(ValueError, match="nothing"):
        picture(ChartSpec("bar"), figures([[None]]))
    with pytest.raises(ValueError, match="nothing"):
        picture(ChartSpec("map"), figures([[1]]))


@pytest.mark.django_db
def test_bars_of_an_indicator_go_down_with_the_place():
    country = read({"kind": "bar", "indicators": ["population"]})
    assert [row.asks[0] for row in country.rows] == ["place"] * len(country.rows)
    values = country.values
    assert values == sorted(values, reverse=True)
    basra = Place.objects.get(ref="IQG02")
    inside = read({"kind": "bar", "indicators": ["population"]}, place=basra)
    assert inside.where == basra.name_en
    assert {row.place for row in inside.rows} <= set(Place.objects.filter(parent=basra).values_list("ref", flat=True))
    outside = read({"kind": "bar", "indicators": ["population"], "place": "IQG14"}, place=basra)
    assert outside.where == Place.objects.get(ref="IQG14").name_en
    assert any("outside" in note for note in outside.notes)


@pytest.mark.django_db
def test_a_number_is_the_same_as_on_the_page_of_its_indicator():
    found = read({"kind": "number", "indicators": ["population"], "periods": ["2024"]})
    assert found.cells[0][0].text(found.decimals) == "46,118,793"
    assert found.period == "2024"
    assert found.sources


@pytest.mark.django_db
def test_a_click_on_a_sex_bounds_what_has_it():
    women = read({"kind": "number", "indicators": ["population"], "periods": ["2024"]}, where={"sex": "female"})
    all_of_them = read({"kind": "number", "indicators": ["population"], "periods": ["2024"]})
    assert 0 < women.values[0] < all_of_them.values[0]
    other = read({"kind": "number", "indicators": ["population"], "periods": ["2024"]}, where={"colour": "red"})
    assert other.values[0] == all_of_them.values[0]
    assert other.notes


@pytest.mark.django_db
def test_pyramid_heat_and_several_indicators():
    pyramid = read({"kind": "pyramid", "indicators": ["population"], "periods": ["2024"]})
    assert len(pyramid_bands(pyramid)) > 10
    clicked = read({"kind": "pyramid", "indicators": ["population"], "periods": ["2024"]}, where={"age_group": "00-04"})
    assert len(pyramid_bands(clicked)) == len(pyramid_bands(pyramid))
    table = read({"kind": "table", "indicators": ["population", "share-urban"]})
    assert (table.unit, table.places) == ("", [0, 1])
    assert "%" in table.series[1].label
    parted = read({"kind": "bar", "indicators": ["population"], "by": "sex"})
    assert {head.asks for head in parted.series} == {("where.sex", "female"), ("where.sex", "male")}


@pytest.mark.django_db
def test_what_a_reader_may_not_see_is_not_there(world):
    Indicator.objects.create(code="secret", programme="wells", unit="persons", name_en="Secret", sensitivity=2)
    with pytest.raises(NotThere, match="secret"):
        read({"kind": "number", "indicators": ["secret"]})
    Indicator.objects.create(code="half", programme="wells", unit="persons", name_en="Half")
    with pytest.raises(NotThere, match="no figures"):
        read({"kind": "number", "indicators": ["half"]})
    row = {"indicator": "half", "place": Place.objects.get(ref="IQG02").pk, "period": "2026", "value": 5}
    record_values(None, [row], owner=world.authority.pk, source="Test")
    Indicator.objects.filter(code="half").update(sensitivity=0)
    seen = read({"kind": "bar", "indicators": ["half"]})
    assert (len(seen.values), seen.missing) == (1, len(seen.rows) - 1)
    assert Reading(NOBODY, world.other).periods(from_json({"kind": "bar", "indicators": ["half"]})) == []
    assert Reading(NOBODY, Organisation.objects.get(pk=world.authority.pk)).periods(
        from_json({"kind": "bar", "indicators": ["half"]})
    ) == ["2026"]


@pytest.mark.django_db
def test_a_released_dataset_with_a_withheld_cell(desk, monkeypatch):  # noqa: F811
    counts = counts_for(desk)
    dataset = table_of(desk, counts)
    spec = {"kind": "bar", "dataset": "cases", "field": "cases", "place": desk.governorate.ref, "by": "sex"}
    with pytest.raises(NotThere):
        read(spec)
    out(desk, dataset)
    found = read(spec)
    assert {head.key for head in found.series} == {"f", "m"}
    assert found.withheld >= 1
    assert 3.0 not in found.values
    total = read({"kind": "number", "dataset": "cases", "field": "cases"})
    assert total.values == [float(sum(map(sum, counts)))]
    assert total.versions
    districts = read({"kind": "bar", "dataset": "cases", "field": "cases", "place": desk.governorate.ref})
    assert sum(districts.values) <= total.values[0]
    assert [cell.state for row in districts.cells for cell in row].count(MISSING) == 0
    assert {head.key for head in read(spec, where={"sex": "f"}).series} == {"f", "m"}
    women = read({"kind": "number", "dataset": "cases", "field": "cases"}, where={"sex": "f"})
    assert women.values == [float(sum(female for female, _male in counts))]
    with monkeypatch.context() as few:
        few.setattr(of_datasets, "MOST_LINES", 3)
        with pytest.raises(NotThere, match="more rows"):
            read(spec)
    with pytest.raises(NotThere, match="colour"):
        read({"kind": "bar", "dataset": "cases", "field": "colour"})
    with pytest.raises(NotThere):
        read({"kind": "bar", "dataset": "nowhere", "field": "x"})


@pytest.mark.django_db
def test_a_chart_is_composed_published_and_stays(client, world):
    author = world.person("author", ("platform.author", None, None))
    approver = world.person("approver", ("platform.approver", None, None))
    client.force_login(author)
    said = {
        "block": "0", "b0-kind": "bar", "b0-source": "indicator:population", "b0-periods": "2024", "code": "people",
        "programme": "statistics", "action": "save",
    }  # fmt: skip
    page = client.get("/compose/charts/new/?lang=en").content.decode()
    assert 'value="indicator:population"' in page
    assert client.post("/compose/charts/new/", said).status_code == 422
    said |= {"b0-title_ar": "السكان", "b0-title_ckb": "دانیشتووان", "b0-title_en": "People"}
    assert client.post("/compose/charts/new/", {**said, "action": "preview"}).status_code == 200
    assert client.post("/compose/charts/new/", said).url == "/compose/charts/people/"
    recipe = Recipe.objects.get(code="people")
    assert from_json(recipe.body).indicators == ("population",)
    assert client.post("/compose/charts/people/", {**said, "version": "99"}).status_code == 409
    assert client.post("/compose/charts/people/", {"action": "edition", "period": "2026M1"}).status_code == 422
    assert client.post("/compose/charts/people/", {"action": "edition"}).status_code == 302
    edition = recipe.editions.get()
    edition = approve(send_to_review(edition, author), approver)
    files = {file.name: file for file in draw(edition)}
    assert {name.rpartition(".")[2] for name in files} == {"png", "pdf", "csv"}
    rows = list(csv.DictReader(io.StringIO(blobs.read(files["people-1-en.csv"].sha256).decode())))
    assert {"code": "IQG08", "value": "9780429"}.items() <= next(row for row in rows if row["code"] == "IQG08").items()
    again = maker_of("chart").draw(edition, "ar")
    assert {blobs.keep(one.data).sha256 for one in again if one.name.startswith("people-1-ar")} <= {
        file.sha256 for file in files.values()
    }
    assert publish(edition, approver).state == "published"


@pytest.mark.django_db
def test_a_published_chart_never_holds_the_withheld_cell(desk):  # noqa: F811
    out(desk, table_of(desk, counts_for(desk)))
    body = {
        "kind": "bar", "dataset": "cases", "field": "cases", "place": desk.governorate.ref, "by": "sex",
        "title": {"ar": "أ", "ckb": "ب", "en": "C"},
    }  # fmt: skip
    maker = maker_of("chart")
    assert maker.problems(body) == []
    assert [one.dataset.code for one in maker.inputs(body)] == ["cases"]
    frozen = maker.figures(body, "", desk.author)
    assert frozen["sensitivity"] == 0
    text = as_csv(figures_from(frozen["en"])).decode()
    assert ",*," in text
    assert all(line.split(",")[3] != "3" for line in text.splitlines())
    assert "*" in {text for _what, text in maker.figure_rows(frozen)}
    assert maker.problems({**body, "kind": "map"}) != []
    assert maker.missing({**body, "title": {"en": "C"}}, ["ar", "en"]) != []
