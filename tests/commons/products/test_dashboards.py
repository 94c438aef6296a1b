"""Dashboards: looked at by filters, composed without scripts, kept in versions, let out by another person, sent as letters."""

from __future__ import annotations

import io
import re

import pytest
from django.core import mail as outbox
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader

from rafid.commons import blobs
from rafid.commons.people.models import Account
from rafid.commons.products.dashboards import keeping
from rafid.commons.products.dashboards.body import missing, problems
from rafid.commons.products.dashboards.form import changed
from rafid.commons.products.dashboards.letters import send_letters, token_of
from rafid.commons.products.dashboards.sync import sync_dashboards
from rafid.commons.products.models import Recipe, Subscription
from rafid.commons.products.pdf import FontMissing, stylesheet

pytestmark = pytest.mark.django_db

PAGE = "/dashboards/population-overview/"
NUMBER = {
    "kind": "number",
    "width": 4,
    "title": {"ar": "عدد", "ckb": "ژمارە", "en": "People"},
    "what": {"indicators": ["population"]},
}
BARS = {
    "kind": "bar",
    "width": 6,
    "title": {"ar": "أ", "ckb": "ب", "en": "Bars"},
    "what": {"indicators": ["population"]},
}


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def people(world):
    return {
        "author": world.person("author", ("platform.author", None, None)),
        "other": world.person("other-author", ("platform.author", None, None)),
        "approver": world.person("approver", ("platform.approver", None, None)),
        "both": world.person("both", ("platform.author", None, None), ("platform.approver", None, None)),
    }


@pytest.fixture
def board(people):
    recipe = keeping.create(
        people["author"], "mine", {"ar": "لوحتي", "ckb": "تابلۆکەم", "en": "My board"}, "statistics"
    )
    return keeping.save(
        recipe,
        people["author"],
        version=recipe.version,
        names=recipe.names,
        body={"filters": ["place", "period"], "blocks": [NUMBER]},
    )


def text(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:400]
    return answer.content.decode()


def form_of(page: str) -> dict[str, list[str]]:
    """What the composer's form would send."""
    said: dict[str, list[str]] = {}
    body = page.split('<form method="post" class="form" enctype', 1)[1].split("</form>", 1)[0]
    for tag in re.findall(r"<input[^>]*>", body):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if found.get("type") == "checkbox" and " checked" not in tag:
            continue
        if found.get("type") != "file" and "name" in found:
            said.setdefault(found["name"], []).append(found.get("value", ""))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        said[name] = [chosen[1] if chosen else ""]
    return said


def test_everybody_finds_the_declared_one_and_no_partners_one(client):
    page = text(client, "/dashboards/?lang=en")
    assert "Population at a glance" in page
    assert "Monitoring visits" not in page
    assert text(client, "/dashboards/monitoring-visits/", 404)
    client.force_login(Account.objects.get(login="monitoring.officer"))
    assert "Visits month by month" in text(client, "/dashboards/monitoring-visits/?lang=en")


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_page_is_light_and_says_what_it_shows(client, language):
    page = text(client, f"{PAGE}?lang={language}")
    without = re.sub(r"<svg viewBox.*?</svg>", "", page, flags=re.S)
    assert len(without.encode()) < 150_000
    assert "46,118,793" in page
    assert page.count("<details>") >= 10
    assert "/indicators/population/" in page


def test_a_place_a_period_and_a_click_stay_in_the_address(client):
    page = text(client, f"{PAGE}?lang=en&place=IQG02&period=2024")
    assert 'class="chip"' in page
    assert "Al-Basrah" in page
    assert re.search(r"place=IQG02Q\d+&amp;period=2024", page)
    women = text(client, f"{PAGE}?lang=en&where.sex=female")
    assert "46,118,793" not in women
    assert 'name="where.sex" value="female"' in women
    assert client.get(f"{PAGE}?place=Basrah").status_code in (200, 302)


def test_words_that_mean_nothing_are_said_and_break_nothing(client):
    page = text(client, f"{PAGE}?lang=en&period=2026M9&organisation=nobody")
    assert page.count('class="note warn"') >= 1
    assert text(client, f"{PAGE}?lang=en&place=Atlantis-of-nowhere", 404)
    for hostile in (
        "where.sex=%3Cscript%3E",
        "where.=x",
        "where.a b=1",
        "period=%00",
        "where.sex=" + "x" * 900,
        "place=%00",
    ):
        assert client.get(f"{PAGE}?{hostile}").status_code in (200, 302, 404)


def test_the_wall_has_no_controls_and_asks_again(client):
    page = text(client, f"{PAGE}?wall=1&lang=en")
    assert 'http-equiv="refresh"' in page
    assert "<form" not in page
    assert "<select" not in page


def test_the_paper_holds_what_is_shown(client):
    try:
        stylesheet()
    except FontMissing:
        pytest.skip("the fonts of the browser packages are not installed")
    answer = client.get(f"{PAGE}pdf/?lang=en&place=IQG02")
    assert answer["Content-Type"] == "application/pdf"
    read = PdfReader(io.BytesIO(answer.content))
    words = " ".join(page.extract_text() for page in read.pages)
    assert "Population at a glance" in words
    assert "Al-Basrah" in words
    assert sum(len(page.images) for page in read.pages) >= 2


def test_bad_blocks_are_named():
    wrong = problems(
        {
            "blocks": [
                {"kind": "cake"},
                {"kind": "bar", "what": {}},
                {"kind": "text", "text": {}},
                {**NUMBER, "width": 13},
                {"kind": "image"},
            ]
        }
    )
    assert [one["where"] for one in wrong] == [
        "blocks.0.kind",
        "blocks.1.what",
        "blocks.2.text",
        "blocks.3.width",
        "blocks.4.image",
    ]
    assert problems({"blocks": [NUMBER] * 41})[0]["where"] == "blocks"
    assert missing({"en": "A"}, {"blocks": [{**NUMBER, "title": {"en": "x"}}]}) != []


def test_a_block_without_its_indicator_says_so_and_the_others_stand(client, people):
    recipe = keeping.create(people["author"], "half", {"en": "Half"}, "statistics")
    blocks = [
        {**NUMBER, "what": {"indicators": ["nowhere"]}},
        {**BARS, "what": {"dataset": "nothing", "field": "x"}},
        NUMBER,
    ]
    keeping.save(recipe, people["author"], version=recipe.version, names=recipe.names, body={"blocks": blocks})
    client.force_login(people["author"])
    page = text(client, "/dashboards/half/?lang=en")
    assert "There is no indicator nowhere here" in page
    assert "There is no dataset nothing here" in page
    assert "46,118,793" in page


def test_buttons_change_the_form_and_keep_nothing():
    body = {"filters": [], "blocks": [NUMBER, BARS]}
    assert [one["kind"] for one in changed(body, "down:0")["blocks"]] == ["bar", "number"]
    assert [one["kind"] for one in changed(body, "up:0")["blocks"]] == ["number", "bar"]
    assert changed(body, "wider:0")["blocks"][0]["width"] == 5
    assert changed(body, "remove:1")["blocks"] == [NUMBER]
    assert changed(body, "add:line")["blocks"][-1]["kind"] == "line"
    for nonsense in ("add:cake", "up:99", "remove:x", "", "down:²", "wider:-1"):
        assert changed(body, nonsense) == body


def test_composing_without_scripts(client, people):
    client.force_login(people["author"])
    answer = client.post("/dashboards/new/", {"name_en": "Water", "code": "", "programme": "statistics"})
    assert answer.url == "/dashboards/water/edit/"
    assert client.post("/dashboards/new/", {"name_en": "Water", "programme": "statistics"}).status_code == 422
    assert client.post("/dashboards/new/", {"name_en": "", "programme": "nothing"}).status_code == 422
    address = "/dashboards/water/edit/"
    said = form_of(text(client, f"{address}?lang=en"))
    page = client.post(address, {**said, "action": "add:bar"}).content.decode()
    said = form_of(page)
    assert said["block"] == ["0"]
    assert Recipe.objects.get(code="water").body["blocks"] == []
    refused = client.post(address, {**said, "action": "save"})
    assert refused.status_code == 422
    said |= {"b0-source": ["indicator:population"], "b0-title_en": ["People"], "b0-level": ["2"], "b0-latest": ["12"]}
    page = client.post(address, {**said, "action": "preview"}).content.decode()
    assert "Baghdad" in page or "بغداد" in page
    page = client.post(address, {**said, "action": "wider:0"}).content.decode()
    said = form_of(page)
    assert said["b0-width"] == ["7"]
    assert client.post(address, {**said, "action": "save"}).status_code == 302
    (block,) = Recipe.objects.get(code="water").body["blocks"]
    assert (block["kind"], block["width"], block["what"]) == ("bar", 7, {"indicators": ["population"], "level": 2})


def test_two_who_save_see_both(client, people, board):
    client.force_login(people["author"])
    said = form_of(text(client, "/dashboards/mine/edit/?lang=en"))
    keeping.save(board, people["other"], version=board.version, names={"en": "Theirs"}, body={"blocks": [BARS]})
    answer = client.post("/dashboards/mine/edit/?lang=en", {**said, "action": "save", "name_en": "Ours"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Theirs" in page
    assert "Ours" in page
    assert Recipe.objects.get(code="mine").name_en == "Theirs"
    assert client.post("/dashboards/mine/edit/", {**form_of(page), "action": "save"}).status_code == 302
    assert Recipe.objects.get(code="mine").name_en == "Ours"
    stale = client.post("/dashboards/mine/edit/", {**said, "action": "save"}, headers={"if-match": '"1"'})
    assert stale.status_code == 409


def test_an_earlier_version_comes_back(client, people, board):
    board = keeping.save(
        board, people["author"], version=board.version, names={"en": "Second"}, body={"blocks": [BARS, NUMBER]}
    )
    client.force_login(people["author"])
    page = text(client, "/dashboards/mine/versions/?lang=en")
    first = next(one["number"] for one in keeping.versions(board) if one["blocks"] == 1)
    assert f'value="{first}"' in page
    assert client.post("/dashboards/mine/versions/", {"number": first, "version": 1}).status_code == 422
    assert client.post("/dashboards/mine/versions/", {"number": 999, "version": board.version}).status_code == 422
    assert client.post("/dashboards/mine/versions/", {"number": first, "version": board.version}).status_code == 302
    board.refresh_from_db()
    assert (board.name_en, len(board.body["blocks"])) == ("My board", 1)


def test_nobody_lets_out_his_own(client, people, board, world):
    assert text(client, "/dashboards/mine/", 404)
    keeping.share(board, people["author"], "public")
    assert text(client, "/dashboards/mine/", 404)
    with pytest.raises(ValidationError):
        keeping.approve(board, people["author"])
    board = keeping.send_back(board, people["approver"], "a title")
    with pytest.raises(ValidationError):
        keeping.approve(board, people["approver"])
    board = keeping.save(
        board, people["both"], version=board.version, names=board.names, body={"blocks": [NUMBER, BARS]}
    )
    keeping.share(board, people["author"], "public")
    client.force_login(people["both"])
    assert client.post("/dashboards/mine/share/", {"action": "approve"}).status_code == 422
    client.force_login(people["approver"])
    assert "Your decision" in text(client, "/dashboards/mine/share/?lang=en")
    assert client.post("/dashboards/mine/share/", {"action": "approve"}).status_code == 302
    client.logout()
    assert "46,118,793" in text(client, "/dashboards/mine/?lang=en")
    client.force_login(world.stranger)
    assert text(client, "/dashboards/mine/edit/", 404)


def test_a_public_one_changes_only_by_another_hand(client, people, board):
    keeping.share(board, people["author"], "public")
    board = keeping.approve(board, people["approver"])
    board = keeping.save(
        board,
        people["author"],
        version=board.version,
        names={**board.names, "en": "New words"},
        body={"blocks": [BARS]},
    )
    page = text(client, "/dashboards/mine/?lang=en")
    assert "My board" in page
    assert "New words" not in page
    keeping.share(board, people["author"], "public")
    keeping.approve(board, people["approver"])
    assert "New words" in text(client, "/dashboards/mine/?lang=en")


def test_a_half_translated_one_is_not_let_out(people):
    recipe = keeping.create(people["author"], "half", {"en": "Half"}, "statistics")
    with pytest.raises(ValidationError, match="ckb"):
        keeping.share(recipe, people["author"], "public")
    keeping.share(recipe, people["author"], "partner")
    recipe.refresh_from_db()
    assert keeping.reach_of(recipe) == "partner"


def test_only_one_who_composes_composes(client, world, people, board):
    with pytest.raises(ValidationError):
        keeping.save(board, world.stranger, version=board.version, names=board.names, body={"blocks": []})
    with pytest.raises(ValidationError):
        keeping.create(world.stranger, "x", {"en": "X"}, "statistics")
    client.force_login(world.stranger)
    assert text(client, "/dashboards/new/", 404)
    local = world.person("local-author", ("platform.author", world.branch, None))
    assert not keeping.may_compose(local, Recipe.objects.get(code="population-overview"))


def picture(side=40):
    out = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(out, "PNG")
    return out.getvalue()


def test_pictures_are_made_plain_and_no_other_blob_is_read(client, people, board):
    client.force_login(people["author"])
    address = "/dashboards/mine/edit/"
    said = form_of(client.post(address, {**form_of(text(client, address)), "action": "add:image"}).content.decode())
    for name, data in (("a.svg", b"<svg><script>alert(1)</script></svg>"), ("a.png", b"\x89PNG broken")):
        sent = {**said, "action": "save", "b1-file": SimpleUploadedFile(name, data)}
        assert client.post(address, sent).status_code == 422
    secret = blobs.keep(b"of somebody else").sha256
    assert client.post(address, {**said, "action": "save", "b1-image": secret}).status_code == 422
    assert client.get(f"/dashboards/mine/pictures/{secret}").status_code == 404
    sent = {**said, "action": "save", "b1-file": SimpleUploadedFile("a.png", picture()), "b1-alt_en": "Red"}
    assert client.post(address, sent).status_code == 302
    sha256 = Recipe.objects.get(code="mine").body["blocks"][1]["image"]
    assert client.get(f"/dashboards/mine/pictures/{sha256}")["Content-Type"] in ("image/png", "image/jpeg")
    client.logout()
    assert client.get(f"/dashboards/mine/pictures/{sha256}").status_code == 404


def test_the_weekly_letter(client, people):
    author = people["author"]
    client.force_login(author)
    address = f"{PAGE}subscribe/"
    assert client.post(address, {"action": "join"}).status_code == 422
    author.email = "author@example.org"
    author.save()
    assert client.post(f"{address}?lang=en", {"action": "join", "query": "place=IQG02"}).status_code == 302
    subscription = Subscription.objects.get(email="author@example.org")
    author.email = "moved@example.org"
    author.save()
    assert send_letters() == 1
    assert send_letters() == 0
    (letter,) = outbox.outbox
    assert letter.to == ["moved@example.org"]
    assert "Al-Basrah" in letter.body
    assert "place=IQG02" in letter.body
    leave = f"/dashboards/leave/{token_of(subscription)}/"
    assert leave in letter.body
    client.logout()
    assert client.get(leave).status_code == 200
    assert Subscription.objects.filter(pk=subscription.pk).exists()
    assert client.post(leave).status_code == 200
    assert not Subscription.objects.filter(pk=subscription.pk).exists()
    assert client.get("/dashboards/leave/nonsense/").status_code == 404


def test_what_staff_composed_of_a_declared_one_is_theirs(people):
    recipe = Recipe.objects.get(code="population-overview")
    assert sync_dashboards() == []
    keeping.share(recipe, people["author"], "partner")
    recipe.refresh_from_db()
    keeping.save(recipe, people["author"], version=recipe.version, names=recipe.names, body={"blocks": [NUMBER]})
    assert sync_dashboards() == []
    recipe.refresh_from_db()
    assert len(recipe.body["blocks"]) == 1
