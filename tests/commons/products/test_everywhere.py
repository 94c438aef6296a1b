"""One released dataset through every door: the same figure in each, and what was withheld in none."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

import pyarrow.parquet as parquet
import pyogrio
import pytest
from openpyxl import load_workbook

from .test_release import desk, out, table_of  # noqa: F401

pytestmark = pytest.mark.django_db

SMALL = 4
"""Withheld; the other counts are such that no sum of them is 4."""


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cases(desk):  # noqa: F811
    counts = [(SMALL, 41)] + [(1021 + 7 * n, 2033 + 11 * n) for n in range(len(desk.districts) - 1)]
    return out(desk, table_of(desk, counts))


def body(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def csv_counts(data):
    return [row["cases"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]


def xlsx_counts(data):
    rows = list(load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))
    at = rows[0].index("cases")
    return [row[at] for row in rows[1:]]


def geojson_counts(data):
    return [one["properties"]["cases"] for one in json.loads(data)["features"]]


def gpkg_counts(data):
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        Path(file.name).write_bytes(data)
        return [
            None if value != value else value for value in pyogrio.raw.read(file.name, columns=["cases"])[3][0].tolist()
        ]


DOORS = {
    "/data/cases.csv": csv_counts,
    "/data/cases/v1.csv": csv_counts,
    "/data/cases.xlsx": xlsx_counts,
    "/data/cases.geojson": geojson_counts,
    "/data/cases.gpkg": gpkg_counts,
    "/data/cases.parquet": lambda data: parquet.read_table(io.BytesIO(data), columns=["cases"])["cases"].to_pylist(),
    "/ogc/collections/cases/items?limit=10000": geojson_counts,
    "/odata/v4/cases": lambda data: [row["cases"] for row in json.loads(data)["value"]],
    "/api/v1/products/datasets/cases/rows?limit=500": lambda data: [row["cases"] for row in json.loads(data)["items"]],
}


@pytest.mark.parametrize("address", DOORS)
def test_the_same_figures_and_never_the_withheld_one(client, cases, address):
    known = sorted(row["cases"] for row in cases.released.values_list("values", flat=True) if row["cases"] is not None)
    found = [None if value in (None, "") else int(value) for value in DOORS[address](body(client, address))]
    assert len(found) == cases.rows
    assert sorted(value for value in found if value is not None) == known
    assert SMALL not in found


def test_the_page_shows_a_star_in_its_place(client, cases, desk):  # noqa: F811
    page = body(client, "/catalog/cases/?lang=en").decode()
    assert "*" in page
    assert f">{SMALL}<" not in page
    assert client.get("/data/cases/v2.csv").status_code == 404
    assert client.get("/data/cases.exe").status_code == 404


def test_the_overviews_and_tiles_hold_no_small_cell(cases):
    values = [one for rows in cases.overviews.values_list("values", flat=True) for one in rows.values()]
    assert SMALL not in values
