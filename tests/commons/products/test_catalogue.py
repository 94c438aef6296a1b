"""The catalogue: what each reader finds in it, in which words; a dataset's page; feeds; who is told that one is overdue."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta

import hxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from rafid.commons.people.models import Message
from rafid.commons.products.catalogue.frequency import due_on, duration, words
from rafid.commons.products.catalogue.listing import entries
from rafid.commons.products.catalogue.overdue import tell_overdue
from rafid.commons.products.models import Dataset, DatasetVersion, Erratum, Question
from rafid.commons.products.release.decide import withdraw
from rafid.commons.products.release.freeze import make_version

from .test_release import counts_for, desk, out, table_of  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cases(desk):  # noqa: F811
    return out(desk, table_of(desk, counts_for(desk)))


def page(client, address="/catalog/", status=200, **query):
    answer = client.get(address, {"lang": "en", **query})
    assert answer.status_code == status
    return answer.content.decode()


def found(client, **query):
    return re.findall(r'<a class="card" href="/catalog/([^/]+)/"', page(client, **query))


def test_a_draft_is_nobody_elses(desk, client, world):  # noqa: F811
    dataset = table_of(desk, counts_for(desk))
    make_version(dataset, desk.author)
    assert "cases" not in found(client, q="cases")
    page(client, "/catalog/cases/", status=404)
    client.force_login(desk.author)
    assert "No version is out yet" in page(client, "/catalog/cases/")


@pytest.mark.parametrize(
    "text", ["cases", "CASES", "الحالات", "الحالآت", "حالات", "حاڵەتەکان", "حالەتەکان", "#affected"]
)
def test_found_in_three_scripts_and_other_spellings(cases, client, text):
    assert "cases" in found(client, q=text)


def test_narrowed_by_place_kind_state_and_programme(cases, client, desk):  # noqa: F811
    Dataset.objects.filter(code="cases").update(theme="health", every="P1M")
    for query in (
        {"place": desk.districts[0].ref}, {"place": desk.governorate.ref}, {"kind": "figures"}, {"theme": "health"},
        {"programme": "wells"}, {"state": "published"},
    ):  # fmt: skip
        assert "cases" in found(client, **query), query
    for query in ({"place": "IQG01"}, {"kind": "records"}, {"theme": "population"}, {"programme": "statistics"}):
        assert "cases" not in found(client, **query), query
    assert "does not know “shoes”" in page(client, theme="shoes")
    assert "No dataset fits" in page(client, q="zzzzzz")


def test_the_page_tells_what_a_reader_needs(cases, client):
    html = page(client, "/catalog/cases/")
    withheld = cases.report["primary"] + cases.report["secondary"]
    assert f"{withheld} counts are withheld (*): counts below 5" in html
    assert "/data/cases.gpkg" in html
    assert "/data/cases/v1.csv" in html
    assert "polars.read_parquet(&quot;http://testserver/data/cases.parquet&quot;)" in html
    assert '<abbr title="withheld">*</abbr>' in html
    assert "cases_flag" not in html.split('id="fields"')[0], "on a page the mark stands in its cell"
    assert "/api/v1/products/datasets/cases/rows" in html


def test_older_versions_errata_and_answers(cases, client, desk):  # noqa: F811
    counts = counts_for(desk)
    counts[1] = (counts[1][0] + 9, counts[1][1])
    second = out(desk, table_of(desk, counts))
    Erratum.objects.create(version=cases, text={"en": "A district was counted twice"}, corrected_version=second)
    asked = {
        "dataset": cases.dataset,
        "text": "Who counted?",
        "language": "en",
        "answer": "We did",
        "answer_language": "en",
    }
    Question.objects.create(**asked, state="answered", answered_at=timezone.now())
    Question.objects.create(dataset=cases.dataset, text="Not answered yet")
    html = page(client, "/catalog/cases/")
    assert "A district was counted twice" in html
    assert "changed" in html
    assert "We did" in html
    assert "Not answered yet" not in html
    assert "You see version 1" in page(client, "/catalog/cases/", version="1")
    page(client, "/catalog/cases/", status=404, version="3")
    page(client, "/catalog/cases/", status=404, version="x")
    told = client.get("/api/v1/products/datasets/cases/versions").json()["items"]
    assert [(one["number"], one["state"]) for one in told] == [(2, "published"), (1, "superseded")]
    assert told[1]["errata"] == [{"en": "A district was counted twice"}]


def test_a_withdrawn_one_keeps_a_page_that_says_why(cases, client, desk):  # noqa: F811
    withdraw(cases.dataset, desk.approver, why={"en": "Counted twice", "ar": "عُدّ مرتين", "ckb": "دوو جار ژمێردرا"})
    html = page(client, "/catalog/cases/")
    assert "This dataset was withdrawn" in html
    assert "Counted twice" in html
    assert "/data/cases.csv" not in html
    assert "دوو جار ژمێردرا" in client.get("/catalog/cases/", {"lang": "ckb"}).content.decode()
    body = client.get("/api/v1/products/datasets/cases").json()
    assert (body["state"], body["files"], body["withdrawn"]["en"]) == ("withdrawn", {}, "Counted twice")
    assert client.get("/api/v1/products/datasets/cases/rows").status_code == 404


def test_rows_of_a_version_by_key(cases, client):
    address, rows, cursor = "/api/v1/products/datasets/cases/versions/1/rows", [], None
    while True:
        body = client.get(address, {"limit": 7, **({"cursor": cursor} if cursor else {})}).json()
        rows += body["items"]
        cursor = body["next"]
        if cursor is None:
            break
    assert len(rows) == cases.rows
    assert rows == client.get("/api/v1/products/datasets/cases/rows", {"limit": 500}).json()["items"]
    assert client.get(address, {"cursor": "bm9uc2Vuc2U"}).status_code == 422
    assert client.get("/api/v1/products/datasets/cases/versions/9/rows").status_code == 404


def test_frequencies():
    assert duration("P1Y6M") == (18, 0)
    assert [duration(one) for one in ("P", "", "as needed", "monthly", "PT1H", "P0D")] == [None] * 6
    assert due_on(date(2026, 1, 31), "P1M") == date(2026, 2, 28)
    assert due_on(date(2026, 12, 1), "P3M") == date(2027, 3, 1)
    assert due_on(date(2026, 9, 30), "P2W") == date(2026, 10, 14)
    assert due_on(date(2026, 9, 30), "as needed") is None
    assert words("P3M")


def test_whoever_keeps_it_is_told_once_that_it_is_overdue(cases, client, desk):  # noqa: F811
    Dataset.objects.filter(code="cases").update(every="P1M")
    published = timezone.localdate(cases.published_at)
    due = due_on(published, "P1M")
    mine = Message.objects.filter(account=desk.author, link="/catalog/cases/")
    tell_overdue(due)
    assert not mine.exists(), "on the day itself it may still come"
    tell_overdue(due + timedelta(days=1))
    tell_overdue(due + timedelta(days=2))
    (message,) = mine
    assert "overdue" in message.text["en"]
    assert "الحالات" in message.text["ar"]
    assert "حاڵەتەکان" in message.text["ckb"]
    assert not Message.objects.filter(account=desk.approver, link="/catalog/cases/").exists()


def test_an_overdue_one_is_marked(cases, client):
    Dataset.objects.filter(code="cases").update(every="P1D")
    before = timezone.now() - timedelta(days=9)
    DatasetVersion.objects.filter(pk=cases.pk).update(published_at=before)
    assert "cases" in found(client, state="overdue")
    assert "A new version was due on" in page(client, "/catalog/cases/")
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(client.get("/catalog.csv").content.decode()))}
    assert (rows["cases"]["overdue"], rows["cases"]["version"]) == ("true", "1")


# What DCAT-AP 3.0 calls mandatory, and what the platform promises beside it.
REQUIRED = {
    "dcat:Catalog": {"dct:title", "dct:description", "dct:publisher", "dcat:dataset"},
    "dcat:Dataset": {
        "dct:title", "dct:description", "dct:identifier", "dct:publisher", "dct:license", "dct:accrualPeriodicity",
        "dct:spatial", "dcat:distribution", "dct:conformsTo", "dcat:version", "dct:issued", "dct:modified",
    },
    "dcat:Distribution": {"dcat:accessURL", "dct:title"},
    "dcat:DataService": {"dcat:endpointURL", "dct:title"},
}  # fmt: skip


def nodes(value):
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from nodes(one)


def test_the_catalogue_as_dcat(cases, client):
    answer = client.get("/catalog.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    told = json.loads(answer.content)
    prefixes = set(told["@context"])
    for node in nodes({key: value for key, value in told.items() if key != "@context"}):
        lacks = REQUIRED.get(node.get("@type"), set()) - set(node)
        if node.get("@type") == "dcat:Dataset" and "dcat:version" not in node:
            lacks -= {"dcat:version", "dct:issued", "dct:modified"}
        assert not lacks, (node.get("@id"), lacks)
        assert all(key.startswith("@") or key.partition(":")[0] in prefixes for key in node)
    (one,) = [node for node in told["dcat:dataset"] if node["dct:identifier"] == "cases"]
    assert one["@id"] == "http://testserver/catalog/cases/"
    assert {text["@language"] for text in one["dct:title"]} == {"ar", "ckb", "en"}
    assert one["dct:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert one["dcat:version"] == "1.1"
    assert one["dct:temporal"]["dcat:startDate"]["@value"] == "2026-01-01"
    files = {part["dct:title"]: part for part in one["dcat:distribution"]}
    assert {"cases.csv", "cases.xlsx", "cases.parquet"} <= set(files)
    client.get("/data/cases.csv")
    again = json.loads(client.get("/catalog.jsonld").content)
    (one,) = [node for node in again["dcat:dataset"] if node["dct:identifier"] == "cases"]
    kept = next(part for part in one["dcat:distribution"] if part["dct:title"] == "cases.csv")
    assert kept["spdx:checksum"]["spdx:checksumValue"]["@value"] == cases.resources.get(format="csv").sha256
    held = client.get("/catalog.jsonld", headers={"If-None-Match": client.get("/catalog.jsonld")["ETag"]})
    assert held.status_code == 304


def test_a_version_for_partners_is_in_no_public_catalogue(desk, client):  # noqa: F811
    dataset = table_of(desk, counts_for(desk))
    dataset.may_leave = "partners"
    dataset.save()
    out(desk, dataset)
    assert "cases" not in found(client, q="cases")
    assert "/catalog/cases/" not in client.get("/catalog.jsonld").content.decode()
    client.force_login(desk.author)
    assert "cases" in found(client, q="cases")


def test_every_tagged_file_of_the_demonstration_is_hxl(client, tmp_path):
    """libhxl reads each, and finds no error in it; a file without any tag is no HXL, and says so by having no row of tags."""
    allowed, checked = hxl.InputOptions(allow_local=True), 0
    for one in entries(AnonymousUser()):
        if not (one.version or one.live) or not any(field.get("hxl") for field in one.fields):
            continue
        path = tmp_path / f"{one.code}.csv"
        path.write_bytes(b"".join(client.get(f"/data/{one.code}.csv", {"hxl": "true"}).streaming_content))
        with hxl.data(str(path), allowed) as source:
            tags = {column.display_tag for column in source.columns} - {None, ""}
        assert {field["hxl"] for field in one.fields if field.get("hxl")} == tags, one.code
        report = hxl.validate(hxl.data(str(path), allowed))
        assert [issue for issue in report["issues"] if issue["severity"] == "error"] == [], one.code
        checked += 1
    assert checked >= 3


def test_the_search_of_the_platform_finds_what_the_catalogue_shows(cases, client, desk):  # noqa: F811
    assert 'href="/catalog/cases/"' in client.get("/search/", {"q": "الحالات"}).content.decode()
    Dataset.objects.filter(code="cases").update(state="draft")
    assert 'href="/catalog/cases/"' not in client.get("/search/", {"q": "الحالات"}).content.decode()
