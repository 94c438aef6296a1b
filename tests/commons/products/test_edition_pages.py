"""The ladder of an edition on its page: begun, drawn, reviewed, sent back, approved by another, published, compared."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rafid.commons import blobs
from rafid.commons.products.editions import kinds, ladder, pages
from rafid.commons.products.editions.kinds import Made
from rafid.commons.products.models import Edition, Recipe

pytestmark = pytest.mark.django_db


class Plain:
    """A kind whose figure is a number of its recipe, and whose file says it."""

    def problems(self, body):
        return [{"where": "n", "message": "no number"}] if "n" not in body else []

    def missing(self, body, languages):
        return [f"text ({code})" for code in languages if code not in body.get("text", {})]

    def inputs(self, body):
        return []

    def figures(self, body, period, user):
        return {"n": body["n"], "list": [{"a": 1}, {"a": None}]}

    def draw(self, edition, language):
        made = [Made(f"plain-{language}.pdf", "application/pdf", f"{edition.figures} {language}".encode(), pages=2)]
        return [*made, Made("thumbnail.png", "image/png", b"picture")] if language == "ar" else made


@pytest.fixture
def room(world, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setitem(kinds._makers, "chart", Plain())
    author = world.person("author", ("platform.author", None, None))
    approver = world.person("approver", ("platform.approver", None, None))
    recipe = Recipe.objects.create(
        code="plain", kind="chart", programme="wells", name_ar="رسم", name_ckb="وێنە", name_en="Plain", sensitivity=0,
        body={"n": 7, "text": {"ar": "x", "ckb": "x", "en": "x"}}, made_by=author,
    )  # fmt: skip
    return SimpleNamespace(world=world, author=author, approver=approver, recipe=recipe)


def send(client, user, edition, **data):
    client.force_login(user)
    return client.post(f"/compose/editions/{edition.pk}/", data)


def test_from_draft_to_the_public(room, client):
    first = ladder.begin(room.recipe, room.author)
    page = f"/compose/editions/{first.pk}/"
    client.force_login(room.world.stranger)
    assert client.get(page).status_code == 404
    assert client.get("/compose/").status_code == 404
    assert send(client, room.author, first, action="review").status_code == 302
    assert send(client, room.author, first, action="approve").status_code == 422
    back = send(client, room.approver, first, action="back", why="")
    assert back.status_code == 422
    send(client, room.approver, first, action="back", why="The title is too long")
    assert "The title is too long" in client.get(page + "?lang=en").content.decode()
    send(client, room.author, first, action="review")
    assert send(client, room.approver, first, action="publish").status_code == 422
    answer = send(client, room.approver, first, action="approve")
    assert answer.status_code == 302
    assert "/tasks/" in answer["Location"]
    # The work has not begun: nothing half-made goes out.
    assert send(client, room.approver, first, action="publish").status_code == 422
    pages.make(SimpleNamespace(at=lambda *_numbers: None), edition=str(first.pk))
    first.refresh_from_db()
    assert (first.pages, blobs.read(first.thumbnail)) == (2, b"picture")
    assert sorted(first.files.values_list("name", flat=True)) == ["plain-ar.pdf", "plain-ckb.pdf", "plain-en.pdf"]
    file = client.get(page + "files/plain-ckb.pdf")
    assert b"".join(file.streaming_content).endswith(b"ckb")
    assert client.get(page + "files/thumbnail.png").status_code == 404
    assert client.get(page + "thumbnail.png").status_code == 200
    send(client, room.approver, first, action="publish")
    first.refresh_from_db()
    assert first.state == "published"

    room.recipe.body = room.recipe.body | {"n": 8}
    room.recipe.save()
    second = ladder.begin(room.recipe, room.author)
    shown = client.get(f"/compose/editions/{second.pk}/?lang=en").content.decode()
    assert "1 figure differs" in shown
    listed = client.get("/compose/?lang=en").content.decode()
    assert "Plain" in listed
    assert str(second.pk) in listed
    assert send(client, room.approver, first, action="withdraw").status_code == 422
    send(client, room.approver, first, action="withdraw", why_en="Wrong source")
    first.refresh_from_db()
    assert (first.state, first.withdrawn_why["en"]) == ("withdrawn", "Wrong source")


def test_a_missing_language_is_said_and_stops_it_unless_told(room, client):
    room.recipe.body = {"n": 7, "text": {"ar": "x", "en": "x"}}
    room.recipe.save()
    edition = ladder.begin(room.recipe, room.author)
    ladder.send_to_review(edition, room.author)
    refused = send(client, room.approver, edition, action="approve")
    assert refused.status_code == 422
    assert "text (ckb)" in refused.content.decode()
    send(client, room.approver, edition, action="approve", incomplete="on")
    edition.refresh_from_db()
    assert (edition.state, edition.incomplete) == ("approved", True)


def test_a_kind_that_nobody_draws_has_a_page(room, client, monkeypatch):
    edition = ladder.begin(room.recipe, room.author)
    monkeypatch.delitem(kinds._makers, "chart")
    client.force_login(room.author)
    assert client.get(f"/compose/editions/{edition.pk}/").status_code == 200
    assert client.post(f"/compose/editions/{edition.pk}/", {"action": "refresh"}).status_code == 422
    assert client.post(f"/compose/editions/{edition.pk}/", {"action": "nonsense"}).status_code == 422
    assert Edition.objects.get().state == "draft"
