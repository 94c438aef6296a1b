"""Atlases: a page a place with contents, index and bookmarks; a killed task goes on at the missing page; the same bytes."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from rafid.commons import blobs
from rafid.commons.indicators.models import Indicator, IndicatorValue
from rafid.commons.places.models import Place
from rafid.commons.products.atlas.joining import joined
from rafid.commons.products.atlas.maker import KEPT
from rafid.commons.products.atlas.pages import Pages
from rafid.commons.products.editions import ladder, progress
from rafid.commons.products.models import Recipe
from rafid.commons.products.pdf import Press

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    indicator = Indicator.objects.create(
        code="wells-share", programme="wells", unit="%", kind="share", rollup="ratio",
        name_ar="نسبة الآبار", name_ckb="ڕێژەی بیرەکان", name_en="Share of wells",
    )  # fmt: skip
    for at, place in enumerate(Place.objects.filter(level=1, ref__startswith="IQG").order_by("ref")):
        IndicatorValue.objects.create(
            indicator=indicator, place=place, period="2024", value=10 + at, numerator=10 + at, denominator=100,
            owner=world.authority, source_text="Water authority", as_of="2024-12-31",
        )  # fmt: skip
    drawn = {
        "layers": [{"indicator": "wells-share", "level": "governorate", "style": {"kind": "choropleth", "classes": 4}}],
        "texts": {"ar": {"title": "الآبار"}, "ckb": {"title": "بیرەکان"}, "en": {"title": "Wells"}},
    }
    author = world.person("author", ("platform.author", None, None))
    recipe = Recipe.objects.create(
        code="wells-atlas", kind="atlas", programme="wells", name_ar="أطلس الآبار", name_ckb="ئەتڵەسی بیرەکان",
        name_en="Atlas of wells", sensitivity=0, made_by=author, languages=["en"],
        body={"map": drawn, "level": "governorate", "of": ""},
    )  # fmt: skip
    return SimpleNamespace(world=world, author=author, recipe=recipe, drawn=drawn)


def few(edition, count):
    """The first places only: a page takes its second."""
    edition.figures["pages"] = edition.figures["pages"][:count]
    edition.save()
    return edition


def test_one_page_for_each_place_of_the_list(room):
    from pypdf import PdfReader

    edition = ladder.begin(room.recipe, room.author, period="2024")
    refs = [one["ref"] for one in edition.figures["pages"]]
    assert refs == sorted(refs)
    assert len(refs) == Place.objects.filter(level=1, ref__startswith="IQG").count()
    edition = few(edition, 3)
    told = []
    with progress.listening(lambda done, of: told.append((done, of))):
        ladder.draw(edition)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert not edition.files.filter(name__startswith=KEPT).exists()
    file = edition.files.get(name="wells-atlas-1-en.pdf")
    reader = PdfReader(io.BytesIO(blobs.read(file.sha256)))
    assert (len(reader.pages), file.pages) == (5, 5)
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.title == "Atlas of wells"
    marks = [(one.title, reader.get_destination_page_number(one)) for one in reader.outline]
    assert marks[0] == ("Contents", 0)
    assert [page for _title, page in marks] == [0, 1, 2, 3, 4]
    assert refs[1] in marks[2][0]
    words = [page.extract_text() for page in reader.pages]
    assert "Contents" in words[0]
    assert refs[2] in words[3]
    assert "Index of places" in words[4]
    assert reader.page_labels == ["1", "2", "3", "4", "5"]


def test_a_killed_task_goes_on_at_the_missing_page(room, monkeypatch):
    edition = few(ladder.begin(room.recipe, room.author, period="2024"), 3)
    whole, drawn = Pages.of_place, []

    def dies(self, at, number):
        if at == 2 and len(drawn) == 2:
            raise SystemExit("killed")
        drawn.append(at)
        return whole(self, at, number)

    monkeypatch.setattr(Pages, "of_place", dies)
    with pytest.raises(SystemExit):
        ladder.draw(edition)
    assert edition.files.filter(name__startswith=KEPT).count() == 2
    with pytest.raises(ValidationError):
        ladder.publish(edition, room.author)
    drawn.append("again")
    ladder.draw(edition)
    assert drawn == [0, 1, "again", 2]
    assert edition.files.get(name="wells-atlas-1-en.pdf").pages == 5


def test_pages_share_their_classes(room):
    edition = ladder.begin(room.recipe, room.author, period="2024")
    with override("en"):
        style = Pages(edition, "en").map["layers"][0]["style"]
    assert style["how"] == "fixed"
    assert style["breaks"][0] == 10
    assert len(style["breaks"]) == 5


@pytest.mark.parametrize(("change", "told"), [
    (lambda body: body.pop("map"), "Choose the map"),
    (lambda body: body.update(of="NOWHERE"), "no such places within “NOWHERE”"),
    (lambda body: body.update(level="village"), "governorate or district"),
    (lambda body: body["map"]["layers"][0].update(indicator="gone"), "no indicator gone"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_told(room, change, told):
    change(room.recipe.body)
    room.recipe.save()
    with override("en"), pytest.raises(ValidationError) as refused:
        ladder.begin(room.recipe, room.author, period="2024")
    assert told in str(refused.value)


def test_joined_pages_are_the_same_bytes():
    press = Press()
    pages = [press.print(f"<html><body><p>Page {n}</p></body></html>")[0] for n in range(3)]
    made = [joined(pages, title="عنوان", language="ar", bookmarks=[("أول", 0), ("ثالث", 2)]) for _time in range(2)]
    assert made[0] == made[1]
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(made[0]), strict=True)
    assert [one.title for one in reader.outline] == ["أول", "ثالث"]
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/Direction"] == "/R2L"
    with pytest.raises(ValueError, match="no page"):
        joined(pages, title="", language="en", bookmarks=[("x", 3)])


def test_the_builder_takes_over_a_map(room, client):
    Recipe.objects.create(
        code="wells-map",
        kind="map",
        programme="wells",
        name_en="Map",
        sensitivity=0,
        state="published",
        body=room.drawn,
    )
    new = Recipe.objects.create(
        code="second", kind="atlas", programme="wells", name_en="Second", body={}, made_by=room.author
    )
    client.force_login(room.world.stranger)
    assert client.get("/compose/atlases/second/").status_code == 404
    client.force_login(room.author)
    page = client.get("/compose/atlases/second/")
    assert page.status_code == 200
    data = {"version": new.version, "title-en": "Second", "map": "wells-map", "level": "district", "of": "IQG08"}
    assert client.post("/compose/atlases/second/", data).status_code == 302
    new.refresh_from_db()
    assert (new.body["from"], new.body["level"]) == ("wells-map", "district")
    assert client.post("/compose/atlases/second/", data).status_code == 409
    assert client.post("/compose/atlases/second/", data | {"version": new.version, "map": "none"}).status_code == 422
    assert client.get("/compose/atlases/new/").status_code == 200
