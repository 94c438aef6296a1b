"""The gallery: what is published is found, read, taken whole and in parts; what is not is not there."""

from __future__ import annotations

import pytest

from rafid.commons.products.editions import ladder
from rafid.commons.products.gallery.index import refs_in
from rafid.commons.products.models import Question, Recipe, ViewCount

from .gallery_desk import edition_of, people, recipe_of, use_fake, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(world, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    use_fake(monkeypatch)
    Recipe.objects.update(state="draft")  # dashboards of programmes are there from the start
    return people(world)


def page(client, address, status=200):
    answer = client.get(address + ("&" if "?" in address else "?") + "lang=en")
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def test_an_empty_gallery_says_what_to_do(staff, client):
    assert "Nothing is published yet" in page(client, "/gallery/")
    assert "Nothing published fits" in page(client, "/gallery/?q=xyz")


def test_a_product_is_found_in_three_scripts_and_by_its_place(staff, client):
    recipe = recipe_of(staff)
    assert recipe.code not in page(client, "/gallery/")
    edition_of(staff, recipe)
    for words in ("Mosul", "الموصل", "المُوصل", "مووسڵ", "mosul map", "Moosul", "Town", "health"):
        assert "/gallery/mosul/" in page(client, f"/gallery/?q={words}"), words
    assert "/gallery/mosul/" not in page(client, "/gallery/?q=harbour")
    for query in ("place=T11", "place=T1", "kind=map", "theme=health", "programme=wells"):
        assert "/gallery/mosul/" in page(client, f"/gallery/?{query}"), query
    assert "/gallery/mosul/" not in page(client, "/gallery/?place=T2")
    assert "/gallery/mosul/" not in page(client, "/gallery/?year=1999")
    assert "does not know" in page(client, "/gallery/?kind=opera")
    assert len(client.get("/gallery/").content) < 150_000


def test_places_are_found_wherever_a_recipe_names_them():
    body = {"extent": {"places": ["A"]}, "layers": [{"filter": {"place": "B"}}], "title": {"en": "C"}}
    assert list(refs_in(body)) == ["A", "B"]


def test_pages_go_by_key_and_none_comes_twice(staff, client, monkeypatch):
    monkeypatch.setattr("rafid.commons.products.gallery.views.AT_ONCE", 2)
    for n in range(5):
        edition_of(staff, recipe_of(staff, f"map-{n}"))
    seen, address = [], "/gallery/"
    while address:
        answer = client.get(address)
        seen += [card.recipe.code for card in answer.context["cards"]]
        following = answer.context["next"]
        address = f"/gallery/?cursor={following}" if following else ""
    assert seen == [f"map-{n}" for n in (4, 3, 2, 1, 0)]
    assert "does not know" in page(client, "/gallery/?cursor=nonsense")


def test_what_is_not_public_is_not_there(staff, client, world):
    recipe = recipe_of(staff, sensitivity=1)
    edition_of(staff, recipe)
    assert "/gallery/mosul/" not in page(client, "/gallery/")
    for address in (
        "/gallery/mosul/",
        "/gallery/mosul/1/map-en.png",
        "/gallery/mosul/1/thumbnail.webp",
        "/embed/mosul",
    ):
        page(client, address, 404)
    sha256 = recipe.editions.get().files.get(name="map-en.png").sha256
    assert client.get(f"/verify/{sha256}?format=json").json()["status"] == "unknown"
    client.force_login(world.person("partner", ("platform.author", None, None)))
    assert "/gallery/mosul/1/map-en.png" in page(client, "/gallery/mosul/")
    assert client.get(f"/verify/{sha256}?format=json").json()["status"] == "current"


def test_a_file_has_its_tag_its_parts_and_its_type(staff, client):
    edition = edition_of(staff, recipe_of(staff))
    file = edition.files.get(name="map-en.png")
    whole = client.get("/gallery/mosul/1/map-en.png")
    data = b"".join(whole.streaming_content)
    assert (whole["Content-Type"], whole["ETag"], len(data)) == ("image/png", f'"{file.sha256}"', file.size)
    assert whole["Content-Disposition"].startswith("inline")
    assert client.get("/gallery/mosul/1/map-en.png", headers={"If-None-Match": whole["ETag"]}).status_code == 304
    part = client.get("/gallery/mosul/1/map-en.png", headers={"Range": "bytes=8-15", "Accept-Encoding": "gzip"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 8-15/{file.size}")
    assert b"".join(part.streaming_content) == data[8:16]
    tail = client.get("/gallery/mosul/1/map-en.png", headers={"Range": "bytes=-4"})
    assert b"".join(tail.streaming_content) == data[-4:]
    assert client.get("/gallery/mosul/1/map-en.png", headers={"Range": f"bytes={file.size}-"}).status_code == 416
    stale = client.get("/gallery/mosul/1/map-en.png", headers={"Range": "bytes=0-1", "If-Range": '"old"'})
    assert stale.status_code == 200
    table = client.get("/gallery/mosul/1/data-en.csv")
    assert table["Content-Disposition"] == 'attachment; filename="data-en.csv"'
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert "sandbox" in table["Content-Security-Policy"]
    for address in ("/gallery/mosul/1/none.png", "/gallery/mosul/2/map-en.png", "/gallery/none/1/map-en.png"):
        assert client.get(address).status_code == 404
    small = client.get("/gallery/mosul/1/thumbnail.webp?of=en")
    assert small["Content-Type"] == "image/webp"
    assert len(small.content) < 20_000


def test_the_page_tells_what_changed_and_what_it_is_made_of(staff, client):
    version_of(staff, value=40)
    recipe = recipe_of(staff, dataset="cases")
    edition_of(staff, recipe)
    newer = version_of(staff, value=90)
    edition_of(staff, recipe, value=55)
    text = page(client, "/gallery/mosul/")
    assert "What changed since edition 1" in text
    assert "<del><bdi>40</bdi></del>" in text
    assert "<ins><bdi>55</bdi></ins>" in text
    assert ">kept<" not in text
    assert "creativecommons.org/licenses/by/4.0" in text
    assert "Ministry" in text
    assert f"{newer.dataset.get_absolute_url()}?version=2" in text
    old = page(client, "/gallery/mosul/?edition=1")
    assert "This edition is not the newest" in old
    assert "newer:" in old
    assert "&lt;iframe" in text
    assert "application/json+oembed" in text


def test_indicators_that_a_recipe_names_are_told_and_found(staff, client):
    recipe = recipe_of(staff)
    recipe.body = {**recipe.body, "layers": [{"indicator": "population"}]}
    recipe.save()
    edition_of(staff, recipe)
    assert "/indicators/population/" in page(client, "/gallery/mosul/")
    assert "/gallery/mosul/" in page(client, "/gallery/?q=population")


def test_the_search_of_the_site_finds_products(staff, client):
    edition_of(staff, recipe_of(staff))
    edition_of(staff, recipe_of(staff, "partners", sensitivity=1))
    text = page(client, "/search/?q=الموصل")
    assert "/gallery/mosul/" in text
    assert "/gallery/partners/" not in text


def test_a_missing_language_is_told(staff, client):
    names = {"ar": "خريطة", "ckb": "", "en": "Map"}
    recipe = recipe_of(staff, names=names)
    edition_of(staff, recipe)
    text = page(client, "/gallery/mosul/")
    assert "a language is missing" in text
    assert "کوردی" in text
    assert client.get("/gallery/mosul/?lang=ckb").context["not_yours"]


def test_withdrawn_says_why_and_gives_no_file(staff, client):
    edition = edition_of(staff, recipe_of(staff))
    ladder.withdraw(edition, staff.approver, why={"en": "Wrong borders"})
    assert "/gallery/mosul/" not in page(client, "/gallery/")
    text = page(client, "/gallery/mosul/")
    assert "Wrong borders" in text
    assert "map-en.png" not in text
    assert "Wrong borders" in page(client, "/gallery/mosul/1/map-en.png", 410)
    page(client, "/gallery/mosul/1/thumbnail.webp", 404)


def test_readers_ask_and_the_owner_answers_in_public(staff, client, mailoutbox):
    edition_of(staff, recipe_of(staff))
    assert client.post("/gallery/mosul/ask/", {"text": ""}).status_code == 422
    sent = client.post(
        "/gallery/mosul/ask/?lang=en", {"text": "Why is <b>Town</b> empty?", "name": "Zainab", "objects": "on"}
    )
    assert sent.status_code == 302
    assert "Why is" not in page(client, "/gallery/mosul/")
    assert staff.author.messages.count() == 1
    asked = Question.objects.get()
    client.force_login(staff.world.stranger)
    assert client.get("/reach/questions/").status_code == 404
    client.force_login(staff.author)
    assert "Zainab" in page(client, "/reach/questions/")
    assert client.post("/reach/questions/", {"question": asked.pk, "answer": ""}).status_code == 422
    assert client.post("/reach/questions/", {"question": asked.pk, "answer": "No report came."}).status_code == 302
    client.logout()
    text = page(client, "/gallery/mosul/")
    assert "Why is &lt;b&gt;Town&lt;/b&gt; empty?" in text
    assert "No report came." in text
    for _more in range(5):
        answer = client.post("/gallery/mosul/ask/", {"text": "And why so?"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_datasets_are_asked_about_and_counted_too(staff, client):
    version_of(staff)
    assert client.post("/catalog/cases/ask/", {"text": "Whose cases are these?"}).status_code == 302
    assert Question.objects.get().dataset.code == "cases"
    assert client.get("/catalog/population/ask/").status_code == 200
    assert client.get("/catalog/nothing/ask/").status_code == 404
    page(client, "/catalog/cases/")
    answer = client.get("/data/cases.csv")
    assert answer.status_code == 200
    count = ViewCount.objects.get(what="dataset:cases")
    assert (count.views, count.downloads) == (1, 1)


def test_a_hidden_question_is_never_public(staff, client):
    edition_of(staff, recipe_of(staff))
    client.post("/gallery/mosul/ask/", {"text": "Mister X is to blame"})
    client.force_login(staff.author)
    client.post("/reach/questions/", {"question": Question.objects.get().pk, "action": "hide"})
    client.logout()
    assert "Mister X" not in page(client, "/gallery/mosul/")


def test_reading_is_counted_by_day_without_anybody_in_it(staff, client):
    edition_of(staff, recipe_of(staff))
    for _time in range(3):
        client.get("/gallery/mosul/")
    client.get("/gallery/mosul/", headers={"User-Agent": "Googlebot/2.1"})
    client.head("/gallery/mosul/")
    b"".join(client.get("/gallery/mosul/1/data-en.csv").streaming_content)
    count = ViewCount.objects.get(what="product:mosul")
    assert (count.views, count.downloads) == (3, 1)
    assert {field.name for field in ViewCount._meta.fields} == {"id", "what", "on", "views", "downloads"}
    client.force_login(staff.author)
    text = page(client, "/reach/?what=product:mosul")
    assert "Map of Mosul" in text
    assert "By day" in text
