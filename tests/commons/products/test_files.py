"""Files of a dataset end to end: the same rows in each format, tags, fields and source beside them, nothing that runs."""

from __future__ import annotations

import csv
import io
import json

import hxl
import pytest
from openpyxl import load_workbook
from shapely.geometry import shape

from rafid.commons.indicators.models import Indicator, IndicatorValue
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place
from rafid.commons.products.models import Dataset

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _never_released():
    """The demonstration releases these tables; here they are what a programme declares, read as they stand today."""
    Dataset.objects.filter(code__startswith="population").update(state="draft")


def body(client, path: str, **query) -> bytes:
    response = client.get(path, query)
    assert response.status_code == 200, response.content if not response.streaming else response.status_code
    return b"".join(response.streaming_content)


def table(client, **query) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(client, "/data/population.csv", **query).decode(), newline="")))


def sheets(client, code: str = "population", **query):
    return load_workbook(io.BytesIO(body(client, f"/data/{code}.xlsx", lang="en", **query)))


@pytest.fixture
def estimate():
    indicator = Indicator.objects.get(code="population", state="adopted")
    owner = Organisation.objects.first()
    for place in Place.objects.filter(level=1):
        IndicatorValue.objects.create(indicator=indicator, place=place, period="2026", value=1000, owner=owner)


def test_rows_are_the_same_in_each_format_and_in_the_api(client):
    query = {"place": "IQG17", "period": "2024"}
    from_csv = table(client, **query)
    data = sheets(client, **query)["Data"]
    names = [cell.value for cell in data[1]]
    from_xlsx = [dict(zip(names, row, strict=True)) for row in data.iter_rows(min_row=2, values_only=True)]
    geojson = json.loads(body(client, "/data/population.geojson", **query))
    from_geojson = [feature["properties"] for feature in geojson["features"]]
    from_api = client.get("/api/v1/products/datasets/population/rows", query).json()["items"]
    assert len(from_csv) == 6
    assert from_xlsx == from_geojson == from_api
    assert from_csv == [{name: "" if value is None else str(value) for name, value in row.items()} for row in from_api]
    assert [(row["level"], row["adm2_code"]) for row in from_api][:2] == [
        ("governorate", None),
        ("district", "IQG17Q01"),
    ]


def test_filters(client, estimate):
    assert {row["period"] for row in table(client)} == {"2024", "2026"}
    assert len(table(client, period="2026")) == 19
    assert len([row for row in table(client, period="2024") if row["level"] == "governorate"]) == 18
    assert {row["adm1_code"] for row in table(client, place="IQG17")} == {"IQG17"}
    # After a split both parents read the older rows of what moved.
    older = {row["adm2_code"] for row in table(client, place="IQ-HA", period="2024")}
    assert older == {"IQG06Q05"}
    assert "IQG06Q05" in {row["adm2_code"] for row in table(client, place="IQG06", period="2024")}
    assert {
        row["adm1_code"]
        for row in table(client, bbox="46,31,46.8,31.5", period="2024")
        if row["level"] == "governorate"
    } == {"IQG17"}
    (row,) = table(client, place="IQG17Q04", period="2024", fields="total,adm2_code")
    assert list(row) == ["total", "adm2_code"]
    assert row == {"total": "895872", "adm2_code": "IQG17Q04"}
    assert table(client, period="1999") == []


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"place": "IQG99"}, "place"),
        ({"period": "soon"}, "period"),
        ({"fields": "shoes"}, "fields"),
        ({"bbox": "1,2"}, "bbox"),
    ],
)
@pytest.mark.parametrize("ext", ["csv", "xlsx", "geojson"])
def test_bad_questions_are_400_with_a_problem(client, ext, query, where):
    response = client.get(f"/data/population.{ext}", {**query, "lang": "en"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == 400
    assert problem["errors"][0]["where"] == where


def test_what_is_not_there_is_404(client):
    assert client.get("/data/population.pdf").status_code == 404
    assert client.get("/data/nothing.csv").status_code == 404
    assert client.get("/data/nothing/").status_code == 404


@pytest.mark.parametrize("code", ["population", "population-census-districts", "population-age-sex"])
def test_tags_are_hxl(client, code, tmp_path):
    path = tmp_path / "data.xlsx"
    path.write_bytes(body(client, f"/data/{code}.xlsx", hxl="true"))
    allowed = hxl.InputOptions(allow_local=True)
    with hxl.data(str(path), allowed) as source:
        tags = [column.display_tag for column in source.columns]
        rows = list(source)
    assert "#adm1+code" in tags
    assert any(tag.startswith("#population") for tag in tags)
    assert len(rows) > 18
    # Outliers of the default schema are remarks; Baghdad is one.
    report = hxl.validate(hxl.data(str(path), allowed))
    assert [issue for issue in report["issues"] if issue["severity"] != "info"] == []


def test_hxl_in_csv_stands_below_the_names(client):
    lines = list(csv.reader(io.StringIO(body(client, "/data/population.csv", hxl="true").decode())))
    assert lines[0][0] == "period"
    assert lines[1][0] == "#date+period"
    assert lines[2][0] == "2024"
    assert body(client, "/data/population.csv", bom="true").startswith(b"\xef\xbb\xbfperiod,")


def test_the_book_explains_its_fields_and_names_its_source(client):
    book = sheets(client)
    assert book.sheetnames == ["Data", "Fields", "Source and licence"]
    fields = {row[0]: row for row in book["Fields"].iter_rows(min_row=2, values_only=True)}
    assert {name for name in fields if "=" not in name} == {cell.value for cell in book["Data"][1]}
    assert fields["basis=given"][1:4] == ("كما ذكره مصدره", "وەک سەرچاوەکەی داویەتی", "As its source gave it")
    assert set(fields["density"][1:4]) == {"Density", "الكثافة", "چڕی"}
    assert all(all(row[1:4]) for row in fields.values()), "a field lacks a name in one of the languages"
    about = {row[0]: row[1] for row in book["Source and licence"].iter_rows(values_only=True)}
    assert about["Rows"] == 119
    assert about["Licence, where to read it"] == "https://creativecommons.org/licenses/by/4.0/"
    assert len(about["Content, SHA-256"]) == 64
    assert book["Data"].freeze_panes == "A2"


def test_numbers_are_numbers(client):
    data = sheets(client, place="IQG17")["Data"]
    names = [cell.value for cell in data[1]]
    row = dict(zip(names, data[2], strict=True))
    assert (row["total"].data_type, row["total"].value) == ("n", 2499468)
    assert row["adm1_name_ckb"].value == "زیقار"


@pytest.mark.parametrize("nasty", ['=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1"])
def test_formulas_are_disarmed(client, nasty):
    indicator = Indicator.objects.get(code="population", state="adopted")
    IndicatorValue.objects.create(
        indicator=indicator, place=Place.objects.get(ref="IQG17"), period="2027", value=1, source_text=nasty,
        owner=Organisation.objects.first(),
    )  # fmt: skip
    (row,) = table(client, period="2027")
    assert row["source"] == "'" + nasty
    data = sheets(client, period="2027")["Data"]
    at = [cell.value for cell in data[1]].index("source")
    assert data[2][at].data_type == "s"
    assert data[2][at].value.strip() == nasty.strip()
    assert data[2][at].quotePrefix


def test_geometry_is_that_of_the_period(client, estimate):
    def features(**query):
        found = json.loads(body(client, "/data/population.geojson", **query))
        assert found["type"] == "FeatureCollection"
        assert found["license"].startswith("https://creativecommons.org/")
        return {(one["properties"]["adm1_code"], one["properties"]["level"]): one for one in found["features"]}

    then = features(period="2024")
    assert len([key for key in then if key[1] == "governorate"]) == 18
    geometry = then["IQG17", "governorate"]["geometry"]
    assert geometry["type"] == "MultiPolygon"
    basra = shape(geometry)
    assert basra.is_valid
    assert 44 < basra.centroid.x < 48
    assert basra.geoms[0].exterior.is_ccw
    now = features(period="2026")
    assert ("IQ-HA", "governorate") in now
    assert now["IQ-HA", "governorate"]["geometry"]["type"] == "Point"


def test_an_unchanged_file_is_not_sent_again(client):
    first = client.get("/data/population.csv", {"place": "IQG17"})
    assert first["Content-Disposition"] == 'attachment; filename="population.csv"'
    assert "private" in first["Cache-Control"]
    again = client.get("/data/population.csv", {"place": "IQG17"}, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert client.get("/data/population.csv", {"place": "IQG01"})["ETag"] != first["ETag"]
    IndicatorValue.objects.filter(indicator__code="population", place__ref="IQG17", by="").update(value=7)
    changed = client.get("/data/population.csv", {"place": "IQG17"}, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_head_sends_no_rows(client):
    response = client.head("/data/population.csv")
    assert response.status_code == 200
    assert response["ETag"]
    assert response.content == b""


@pytest.mark.parametrize("lang", ["ar", "ckb", "en"])
def test_pages_of_datasets(client, lang):
    assert 'href="/catalog/population/"' in client.get("/catalog/", {"lang": lang}).content.decode()
    html = client.get("/catalog/population/", {"lang": lang, "place": "IQG17", "period": "2024"}).content.decode()
    assert "/data/population.csv?" in html
    assert "place=IQG17" in html
    assert "2,499,468" in html
    assert "3,664,168" not in html
    assert "/api/v1/products/datasets/population/rows" in html


def test_a_dataset_page_says_what_it_cannot_answer(client):
    html = client.get("/catalog/population/", {"lang": "en", "place": "IQG99"}).content.decode()
    assert "No place is certainly meant by “IQG99”" in html
    assert client.get("/catalog/statistics.population/")["Location"] == "/catalog/population/"
    assert client.get("/data/population/?place=IQG17")["Location"] == "/catalog/population/?place=IQG17"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ar", ("محافظة", "كما ذكره مصدره", "رمز من قائمة")),
        ("ckb", ("پارێزگا", "وەک سەرچاوەکەی داویەتی", "کۆدی لیستێک")),
    ],
)
def test_codes_are_said_in_words_on_the_page(client, lang, words):
    html = client.get("/catalog/population/", {"lang": lang}).content.decode()
    rows, fields = html.split('id="fields"')
    assert "<bdi>governorate</bdi>" not in rows
    assert "rolled:" not in rows, "codes belong to the legend of their field"
    for word in words:
        assert word in fields
