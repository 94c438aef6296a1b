"""Files of versions: the same rows in each format, whole files from the store by their hash, in parts, and gone when withdrawn."""

from __future__ import annotations

import csv
import io
import json
import math
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree

import hxl
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from rafid.commons import blobs
from rafid.commons.indicators.models import Indicator
from rafid.commons.places.models import Place
from rafid.commons.products.catalogue.sync import set_fields
from rafid.commons.products.exports import FORMATS, whole
from rafid.commons.products.keeping import named_blobs
from rafid.commons.products.models import Dataset, Resource
from rafid.commons.products.release.decide import withdraw
from rafid.commons.products.release.of_figures import figure_fields
from rafid.commons.products.released_table import ReleasedTable
from rafid.commons.records.models import Task

from .test_release import FIELDS, counts_for, desk, out, table_of, uploaded  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cases(desk):  # noqa: F811
    return out(desk, table_of(desk, counts_for(desk)))


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows_in(ext: str, data: bytes, tmp_path) -> list[dict]:
    """The rows of a file, missing ones as None, dates as ISO text, numbers as floats."""
    if ext == "csv":
        found = [
            {name: value or None for name, value in row.items()} for row in csv.DictReader(io.StringIO(data.decode()))
        ]
    elif ext == "xlsx":
        sheet = load_workbook(io.BytesIO(data)).worksheets[0]
        names = [cell.value for cell in sheet[1]]
        found = [dict(zip(names, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
    elif ext == "geojson":
        found = [one["properties"] for one in json.loads(data)["features"]]
    elif ext == "parquet":
        path = tmp_path / "rows.parquet"
        path.write_bytes(data)
        found = [{k: v for k, v in row.items() if k != "geometry"} for row in pq.read_table(path).to_pylist()]
    else:
        path = tmp_path / "rows.gpkg"
        path.write_bytes(data)
        _meta, table = pyogrio.read_arrow(path, layer=pyogrio.list_layers(path)[0][0])
        found = [{k: v for k, v in row.items() if k not in ("geometry", "wkb_geometry")} for row in table.to_pylist()]
    return [{name: _plain(value) for name, value in row.items()} for row in found]


def _plain(value):
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return value
    return float(value) if isinstance(value, int | float) else value


@pytest.mark.parametrize("ext", list(FORMATS))
def test_a_whole_file_comes_from_the_store(cases, client, ext, tmp_path):
    response = client.get(f"/data/cases.{ext}")
    assert response.status_code == 200
    data = body(response)
    kept = Resource.objects.get(version=cases, format=ext)
    assert response["ETag"] == f'"{kept.sha256}"'
    assert blobs.read(kept.sha256) == data
    assert int(response["Content-Length"]) == kept.size == len(data)
    rows = rows_in(ext, data, tmp_path)
    assert len(rows) == cases.rows
    small = [row for row in rows if row["cases_flag"] == "*"]
    assert len(small) == cases.report["primary"] + cases.report["secondary"]
    assert {row["cases"] for row in small} == {None}
    again = client.get(f"/data/cases/v1.{ext}")
    assert again["ETag"] == response["ETag"]
    assert f'filename="cases-v1.{ext}"' in again["Content-Disposition"]
    same = client.get(f"/data/cases.{ext}", headers={"If-None-Match": response["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    head = client.head(f"/data/cases.{ext}")
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(data)))


def test_a_part_of_a_file(cases, client):
    data = body(client.get("/data/cases.parquet"))
    tag = client.head("/data/cases.parquet")["ETag"]

    def part(asked, **more):
        return client.get("/data/cases.parquet", headers={"Range": asked, **more})

    first = part("bytes=0-3")
    assert (first.status_code, body(first), first["Content-Range"]) == (206, b"PAR1", f"bytes 0-3/{len(data)}")
    assert body(part("bytes=-4")) == b"PAR1"
    assert body(part(f"bytes={len(data) - 4}-")) == b"PAR1"
    assert body(part("bytes=4-100000000", **{"If-Range": tag})) == data[4:]
    assert part(f"bytes={len(data)}-").status_code == 416
    assert part("bytes=-0").status_code == 416
    for whole_again in (
        part("bytes=3-1"),
        part("lines=1-2"),
        part("bytes=0-1,4-5"),
        part("bytes=0-3", **{"If-Range": '"x"'}),
    ):
        assert (whole_again.status_code, body(whole_again)) == (200, data)


def test_text_is_packed_on_the_way_and_books_are_not(cases, client):
    import gzip

    plain = body(client.get("/data/cases.csv"))
    packed = client.get("/data/cases.csv", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(body(packed)) == plain
    assert packed["ETag"].startswith("W/")
    held = client.get("/data/cases.csv", headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})
    assert held.status_code == 304
    part = client.get("/data/cases.csv", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-3"})
    assert (part.status_code, body(part)) == (206, plain[:4])
    assert client.get("/data/cases.xlsx", headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "identity"


def test_filters_give_the_same_rows_in_each_format(cases, client, desk, tmp_path):  # noqa: F811
    query = {"place": desk.districts[1].ref, "fields": "sex,cases,cases_flag", "period": "2026"}
    found = [rows_in(ext, body(client.get(f"/data/cases.{ext}", query)), tmp_path) for ext in FORMATS]
    assert len(found[0]) == 3
    assert list(found[0][0]) == ["sex", "cases", "cases_flag"]
    as_numbers = [{**row, "cases": float(row["cases"]) if row["cases"] else None} for row in found[0]]
    assert [as_numbers] * (len(found) - 1) == found[1:]
    assert not Resource.objects.filter(version=cases).exists(), "a part of the rows is no file of the version"


def test_what_is_not_there_is_404(cases, client, desk):  # noqa: F811
    for address in ("cases.pdf", "cases/v2.csv", "cases/v1.pdf", "cases/v0.csv", "nothing.csv", "nothing/v1.csv"):
        assert client.get(f"/data/{address}").status_code == 404, address
    assert client.get("/data/cases.csv", {"bbox": "1,2"}).status_code == 400
    assert client.get("/data/cases.csv", {"fields": "shoes"}).json()["errors"][0]["where"] == "fields"
    withdraw(cases.dataset, desk.approver, why={"en": "Wrong"})
    assert client.get("/data/cases.csv").status_code == 404
    assert client.get("/data/cases/v1.csv").status_code == 404


def test_a_version_for_partners_is_theirs_alone(desk, client, world):  # noqa: F811
    dataset = table_of(desk, counts_for(desk))
    dataset.may_leave = "partners"
    dataset.save()
    out(desk, dataset)
    assert client.get("/data/cases.csv").status_code == 404
    client.force_login(desk.author)
    assert client.get("/data/cases.csv").status_code == 200


def test_publication_starts_the_files_and_a_lost_one_is_made_again(cases, client):
    task = Task.objects.get(name=f"{whole.NAME} {cases.pk}")
    assert task.link == "/catalog/cases/"

    class Quiet:
        def at(self, *_numbers):
            """Nobody watches."""

    whole.make_all(Quiet(), version=str(cases.pk))
    kept = {one.format: one for one in Resource.objects.filter(version=cases)}
    assert set(kept) == set(FORMATS)
    assert named_blobs([one.sha256 for one in kept.values()]) == {one.sha256 for one in kept.values()}
    assert named_blobs([cases.dataset.source["sha256"], "0" * 64]) == {cases.dataset.source["sha256"]}
    blobs.path_of(kept["csv"].sha256).unlink()
    assert client.get("/data/cases.csv").status_code == 200
    assert blobs.is_whole(Resource.objects.get(version=cases, format="csv").sha256)


def test_the_sweep_leaves_files_of_versions(cases):
    made = whole.make(cases, "csv")
    loose = blobs.keep(b"nobody names this")
    blobs.sweep(lambda hashes: set(), older_than=-60)
    assert blobs.path_of(made.sha256).exists()
    assert not blobs.path_of(loose.sha256).exists()


def test_a_large_file_that_is_not_made_yet_is_a_task(cases, client, monkeypatch):
    monkeypatch.setattr(whole, "SMALL", 3)
    answer = client.get("/data/cases.csv", {"lang": "en"})
    assert (answer.status_code, answer["Retry-After"]) == (202, "20")
    assert answer.json()["title"] == "The file is being made"
    assert client.get("/data/cases.csv").json()["task"] == answer.json()["task"], "one task makes it for all"
    page = client.get("/data/cases.csv", {"lang": "en"}, headers={"Accept": "text/html"})
    assert (page.status_code, page["Refresh"]) == (202, "20")
    assert "asks again by itself" in page.content.decode()
    whole.make(cases, "csv")
    assert client.get("/data/cases.csv").status_code == 200


@pytest.fixture
def people(desk):  # noqa: F811
    """Figures of indicators: districts and governorates with their borders."""
    chosen = Indicator.objects.adopted().filter(code="population")
    dataset = Dataset.objects.create(
        code="people", programme="statistics", origin="figures", name_ar="السكان", name_ckb="دانیشتووان", name_en="People",
        licence="CC-BY-4.0", attribution={"en": "The office", "ar": "الجهاز", "ckb": "دەزگا"}, every="P1M", theme="population",
        source={"indicators": ["population"], "by": ["sex"], "levels": ["governorate"]}, contact="office@example.org",
        description={"en": "Who lives where", "ar": "من يسكن أين", "ckb": "کێ لە کوێ دەژی"},
    )  # fmt: skip
    set_fields(dataset, figure_fields(chosen, ["sex"]))
    return out(desk, dataset)


def test_geoparquet_says_where_and_what(people, tmp_path):
    path = tmp_path / "people.parquet"
    path.write_bytes(b"".join(FORMATS["parquet"].write(ReleasedTable(people), hxl=False, bom=False)))
    notes = pq.read_metadata(path).metadata
    geo = json.loads(notes[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert column["encoding"] == "WKB"
    assert set(column["geometry_types"]) <= {"Polygon", "MultiPolygon", "Point"}
    assert column["bbox"] == pytest.approx(people.bounds, abs=1e-5)
    table = pq.read_table(path)
    shapes = shapely.from_wkb(table.column("geometry").to_pylist())
    assert shapely.is_valid(shapes).all()
    assert table.schema.field("population").metadata[b"hxl"] == b"#affected"
    assert json.loads(notes[b"rafid"])["sha256"] == people.sha256


def test_geopackage_has_a_style_and_its_source(people, tmp_path):
    path = tmp_path / "people.gpkg"
    path.write_bytes(b"".join(FORMATS["gpkg"].write(ReleasedTable(people), hxl=False, bom=False)))
    layers = dict(pyogrio.list_layers(path).tolist())
    assert set(layers) == {"people", "layer_styles"}
    info = pyogrio.read_info(path, layer="people")
    assert info["features"] == people.rows
    assert info["crs"] == "EPSG:4326"
    assert info["layer_metadata"]["sha256"] == people.sha256
    _meta, styles = pyogrio.read_arrow(path, layer="layer_styles")
    (style,) = styles.to_pylist()
    assert style["f_table_name"] == "people"
    assert 'attr="population"' in style["styleQML"]
    assert {ElementTree.fromstring(style[name]).tag.rpartition("}")[2] for name in ("styleQML", "styleSLD")} == {
        "qgis", "StyledLayerDescriptor",
    }  # fmt: skip


def test_a_book_is_the_same_for_readers_of_all_languages(cases, client):
    arabic = client.get("/data/cases.xlsx", {"lang": "ar"})
    english = client.get("/data/cases.xlsx", {"lang": "en"})
    assert arabic["ETag"] == english["ETag"]
    book = load_workbook(io.BytesIO(body(english)))
    assert book.sheetnames == ["Data", "Fields", "Source and licence"]
    said = {row[0]: row[1] for row in book["Source and licence"].iter_rows(values_only=True)}
    assert said["Version · الإصدار · وەشان"] == 1
    assert said["Content, SHA-256 · المحتوى، SHA-256 · ناوەڕۆک، SHA-256"] == cases.sha256


@pytest.mark.parametrize("ext", ["csv", "xlsx"])
def test_every_tagged_file_is_hxl(cases, client, ext, tmp_path):
    path = tmp_path / f"cases.{ext}"
    path.write_bytes(body(client.get(f"/data/cases.{ext}", {"hxl": "true"})))
    allowed = hxl.InputOptions(allow_local=True)
    with hxl.data(str(path), allowed) as source:
        tags = [column.display_tag for column in source.columns]
        assert len(list(source)) == cases.rows
    assert tags[:2] == ["#adm2+code", "#date+period"]
    report = hxl.validate(hxl.data(str(path), allowed))
    assert [issue for issue in report["issues"] if issue["severity"] == "error"] == []


NASTY = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)
ROW = st.tuples(
    NASTY,
    st.none() | st.integers(-(2**40), 2**40),
    st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32).filter(lambda v: v == 0 or abs(v) > 1e-9),
    st.none() | st.dates(date(1901, 1, 1), date(2100, 1, 1)).map(date.isoformat),
    st.none() | st.booleans(),
)
OPEN = [
    {"name": "words", "kind": "text", "role": "none"}, {"name": "n", "kind": "integer", "role": "none"},
    {"name": "x", "kind": "number", "role": "none"}, {"name": "on", "kind": "date", "role": "none"},
    {"name": "yes", "kind": "boolean", "role": "none"},
]  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(ROW, max_size=8))
def test_one_version_has_the_same_rows_in_all_formats(rows, desk, tmp_path):  # noqa: F811
    """Whatever stands in the rows: names in any script, formulas, markup, missing values, none at all."""
    from django.db import transaction

    from rafid.commons.products.release.freeze import make_version

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([one["name"] for one in OPEN])
    for words, n, x, on, yes in rows:
        said = ["" if one is None else one for one in (n, None if x is None else repr(x), on)]
        writer.writerow([words, *said, "" if yes is None else str(yes).lower()])
    with transaction.atomic():
        version = make_version(uploaded(desk, text.getvalue(), code="open", fields=OPEN), desk.author)
        table = ReleasedTable(version)
        wanted = [dict(zip(table.names, line.values, strict=True)) for line in table.lines()]
        assert len(wanted) == len(rows)
        for ext, one in FORMATS.items():
            found = rows_in(ext, b"".join(one.write(table, hxl=False, bom=False)), tmp_path)
            assert _comparable(found, ext) == _comparable(wanted, ""), ext
        transaction.set_rollback(True)


def _comparable(rows, ext):
    found = []
    for row in rows:
        words, n, x, on, yes = (row[one["name"]] for one in OPEN)
        if ext == "csv" and words and words.startswith("'"):
            # Disarmed text carries the apostrophe that spreadsheets read as "this is text".
            from rafid.commons.spreadsheets import looks_like_formula

            words = words[1:] if looks_like_formula(words[1:]) else words
        n, x = (None if value is None else float(value) for value in (n, x))
        yes = {"true": True, "false": False}.get(yes, yes)
        found.append((words or None, n, None if x is None else round(x, 6) if math.isfinite(x) else x, on, yes))
    return found


def test_a_book_of_many_rows_is_a_zip_of_flat_xml(cases):
    data = b"".join(FORMATS["xlsx"].write(ReleasedTable(cases), hxl=True, bom=False))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        assert "xl/sharedStrings.xml" not in book.namelist()


def test_rows_of_today_are_for_tables_that_tell_of_nobody(client, monkeypatch):
    """A declared table with a field to protect is not read around the desk."""
    from dataclasses import replace

    from rafid.commons.products import datasets as declared

    Dataset.objects.filter(code="population").update(state="draft")
    assert client.get("/data/population.parquet").status_code == 200
    found = dict(declared.datasets())
    one = found["population"]
    fields = tuple(
        replace(field, role="sensitive") if field.name == "total" else field for field in one.declared.fields
    )
    found["population"] = replace(one, declared=replace(one.declared, fields=fields))
    monkeypatch.setattr(declared, "datasets", lambda: found)
    for address in ("population.csv", "population.xlsx", "population.parquet"):
        assert client.get(f"/data/{address}").status_code == 404
    assert Place.objects.exists()
