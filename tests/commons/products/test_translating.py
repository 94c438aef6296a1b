"""The translation desk: what lacks a language is found, goes out as a file and comes back; nothing else changes."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from rafid.commons.products.models import Dataset, Recipe
from rafid.commons.products.translating import files
from rafid.commons.products.translating.texts import texts, threes, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(world):
    return world.person("author", ("platform.author", None, None))


@pytest.fixture
def half(author):
    """A dataset and a recipe that say some things in one language only."""
    Dataset.objects.create(
        code="halves", programme="wells", origin="table", name_en="Halves", name_ar="أنصاف", made_by=author,
        description={"en": "Half of it"}, caveats={},
    )  # fmt: skip
    Recipe.objects.create(
        code="sheet", kind="sheet", programme="wells", name_en="Sheet", name_ar="صحيفة", name_ckb="پەڕە", made_by=author,
        body={"blocks": [{"kind": "text", "text": {"ar": "نص", "ckb": "", "en": "Text"}}], "texts": {"ar": {"title": "ع"}, "en": {}}},
    )  # fmt: skip
    return author


def gaps(user):
    return {one.key: one.missing for one in texts(user) if one.missing and one.key.split(":")[1] in ("halves", "sheet")}


def test_what_lacks_a_language_is_found(half):
    assert gaps(half) == {
        "dataset:halves:name": ("ckb",), "dataset:halves:description": ("ar", "ckb"),
        "product:sheet:body:blocks/0/text": ("ckb",), "product:sheet:body:texts/*/title": ("ckb", "en"),
    }  # fmt: skip


def test_a_text_is_written_by_its_key(half):
    assert write("dataset:halves:description", {"ar": "نصفه", "ckb": "نیوەی"}, half)
    assert write("product:sheet:body:blocks/0/text", {"ckb": "دەق"}, half)
    assert write("product:sheet:body:texts/*/title", {"ckb": "ن", "en": "T"}, half)
    assert not write("dataset:halves:description", {"ar": "نصفه"}, half)
    assert gaps(half) == {"dataset:halves:name": ("ckb",)}
    body = Recipe.objects.get(code="sheet").body
    assert body["texts"] == {"ar": {"title": "ع"}, "ckb": {"title": "ن"}, "en": {"title": "T"}}
    assert body["blocks"][0]["text"]["en"] == "Text"


@pytest.mark.parametrize("key", ["", "dataset:halves:code", "dataset:population:name", "product:sheet:body:blocks/9/text",
                                 "product:sheet:state", "indicator:x@1:name", "nothing:at:all"])  # fmt: skip
def test_what_is_no_text_is_refused(half, key):
    with pytest.raises(ValidationError):
        write(key, {"ar": "x"}, half)


def test_who_may_not_compose_writes_nothing(half, world):
    with pytest.raises(ValidationError):
        write("dataset:halves:name", {"ckb": "نیوە"}, world.stranger)
    assert list(texts(world.stranger)) == []


@pytest.mark.parametrize("kind", ["xlsx", "xlf"])
def test_a_file_goes_out_and_comes_back(half, client, kind):
    client.force_login(half)
    out = client.get(f"/translations/texts.{kind}?language=ckb").content
    if kind == "xlsx":
        book = load_workbook(io.BytesIO(out))
        sheet = book.active
        for row in sheet.iter_rows(min_row=2):
            if row[0].value in gaps(half):
                row[3].value = "وەرگێڕاو"
        sheet.append(["dataset:population:name", "", "x", "x", "x"])
        back = io.BytesIO()
        book.save(back)
        data = back.getvalue()
    else:
        assert b'target-language="ckb"' in out
        data = out.replace(b'<target state="needs-translation"></target>', "<target>وەرگێڕاو</target>".encode())
    answer = client.post("/translations/", {"file": SimpleUploadedFile(f"back.{kind}", data)})
    if kind == "xlsx":
        assert answer.status_code == 422
        assert "dataset:population:name" in answer.content.decode()
    else:
        assert answer.status_code == 302
    assert all("ckb" not in missing for key, missing in gaps(half).items() if not key.endswith("description"))
    assert Dataset.objects.get(code="halves").name_ckb == "وەرگێڕاو"


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xlsx", b"no book"), ("a.xlf", b"<xliff"), ("a.xlf", b'<!DOCTYPE x [<!ENTITY a "b">]><xliff/>'), ("a.xlf", b"<xliff/>"),
     ("a.txt", b"\x00\x01")],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_a_sentence(half, name, data):
    with pytest.raises(ValidationError):
        files.take(name, data, half)


def test_the_page(half, client):
    client.force_login(half)
    page = client.get("/translations/?lang=en").content.decode()
    assert "dataset:halves:description" in page
    assert client.post("/translations/one/", {"key": "dataset:halves:name", "text_ckb": "نیوە"}).status_code == 302
    assert Dataset.objects.get(code="halves").name_ckb == "نیوە"
    assert client.post("/translations/?lang=en", {}).status_code == 422


def test_threes_are_found_at_any_depth():
    assert list(threes({"a": [{"b": {"en": "x"}}], "ar": "not one of three", "n": 3})) == [("a/0/b", {"en": "x"})]
