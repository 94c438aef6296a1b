"""Whom products reach: whether a file is genuine, errata, feeds, frames in other sites, letters and webhooks."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import http.server
import json
import re
import threading
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from rafid.commons.products.editions import ladder
from rafid.commons.products.gallery import embedding, events, outward, subscriptions, tasks, webhooks
from rafid.commons.products.gallery.errata import erratum
from rafid.commons.products.models import Delivery, EmbedGrant, Erratum, Subscription, Webhook
from rafid.commons.products.release.decide import withdraw

from .gallery_desk import edition_of, people, recipe_of, use_fake, version_of

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def staff(world, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.RAFID_URL = "https://rafid.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    use_fake(monkeypatch)
    return people(world)


@pytest.fixture
def jobs(monkeypatch):
    """Work is done at once, in its order, as a worker would."""
    done = []

    def at_once(task):
        def defer(**kwargs):
            done.append((task.name, kwargs))
            task(**kwargs)

        return defer

    for task in (tasks.spread, tasks.letter):
        monkeypatch.setattr(task, "defer", at_once(task))
    return done


def verdict(client, sha256):
    return client.get(f"/verify/{sha256}", headers={"Accept": "application/json"}).json()


def test_verify_tells_current_superseded_withdrawn_erratum_and_unknown(staff, client):
    first = edition_of(staff, recipe_of(staff))
    file = first.files.get(name="map-en.png")
    found = verdict(client, file.sha256)
    assert (found["status"], found["genuine"], found["has_erratum"]) == ("current", True, False)
    assert found["matches"][0]["kind"] == "file"
    assert verdict(client, first.recipe_sha256)["matches"][0]["kind"] == "recipe"
    second = edition_of(staff, first.recipe, value=41)
    found = verdict(client, file.sha256)
    assert found["status"] == "superseded"
    assert found["matches"][0]["superseded_by"].endswith("/gallery/mosul/?edition=2")
    erratum(staff.approver, edition=first, text={"en": "A district was missing."}, corrected_edition=second)
    assert verdict(client, file.sha256)["has_erratum"]
    assert "A district was missing." in client.get(f"/verify/{file.sha256.upper()}?lang=en").content.decode()
    ladder.withdraw(second, staff.approver, why={"en": "Wrong"})
    assert verdict(client, second.files.get(name="map-en.png").sha256)["status"] == "withdrawn"
    answer = client.get("/verify/" + "0" * 64, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["status"]) == (404, "unknown")
    bad = client.get("/verify/xyz?format=json")
    assert (bad.status_code, bad["Content-Type"]) == (400, "application/problem+json")
    assert client.get(f"/verify/?sha256={file.sha256}").status_code == 302
    assert client.get("/verify/?sha256=12").status_code == 400


def test_verify_knows_versions_of_datasets(staff, client):
    version = version_of(staff)
    assert verdict(client, version.sha256)["status"] == "current"
    version_of(staff, value=77)
    assert verdict(client, version.sha256)["status"] == "superseded"
    withdraw(version.dataset, staff.approver, why={"en": "Wrong source"})
    found = verdict(client, version.sha256)
    assert (found["status"], found["matches"][0]["withdrawn_why"]) == ("withdrawn", "Wrong source")


def test_a_draft_is_unknown_to_verify(staff, client):
    edition = ladder.begin(recipe_of(staff), staff.author)
    ladder.draw(edition)
    for sha256 in (edition.recipe_sha256, edition.files.first().sha256):
        assert verdict(client, sha256)["status"] == "unknown"


def test_an_erratum_marks_what_was_made_of_the_version(staff, client):
    version = version_of(staff)
    edition = edition_of(staff, recipe_of(staff, dataset="cases"))
    with pytest.raises(ValidationError):
        erratum(staff.author, version=version, text={"en": "x"})
    with pytest.raises(ValidationError):
        erratum(staff.approver, version=version, text={"en": " "})
    with pytest.raises(ValidationError):
        erratum(staff.approver, version=version, text={"en": "x"}, corrected_version=version)
    newer = version_of(staff, value=42)
    made = erratum(staff.approver, version=version, text={"en": "Two were counted twice."}, corrected_version=newer)
    newer.refresh_from_db()
    assert newer.corrects_id == version.pk
    text = client.get("/gallery/mosul/?lang=en").content.decode()
    assert "Two were counted twice." in text
    assert f"{newer.dataset.get_absolute_url()}?version={newer.number}" in text
    assert str(made.pk) in client.get("/errata/").content.decode()
    assert verdict(client, edition.files.first().sha256)["has_erratum"]


def test_staff_note_an_erratum_on_its_page(staff, client):
    edition = edition_of(staff, recipe_of(staff))
    address = "/reach/errata/new/?product=mosul"
    client.force_login(staff.author)
    assert client.get(address).status_code == 404
    client.force_login(staff.approver)
    assert client.get(address).status_code == 200
    sent = {"product": "mosul", "wrong": str(edition.pk), "text_ar": ""}
    assert client.post("/reach/errata/new/", sent).status_code == 422
    assert client.post("/reach/errata/new/", {**sent, "text_ar": "خطأ"}).status_code == 302
    assert Erratum.objects.get().text["ar"] == "خطأ"


def test_the_feed_is_atom(staff, client):
    edition_of(staff, recipe_of(staff))
    version = version_of(staff)
    erratum(staff.approver, version=version, text={"en": "Was wrong."})
    edition_of(staff, recipe_of(staff, "partners", sensitivity=1))
    answer = client.get("/gallery.atom?lang=en&programme=wells")
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    for part in ("id", "title", "updated", "author"):
        assert feed.find(ATOM + part) is not None, part
    assert any(link.get("rel") == "self" for link in feed.findall(f"{ATOM}link"))
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 3
    for entry in entries:
        for part in ("id", "title", "updated", "link", "summary"):
            assert entry.find(ATOM + part) is not None, part
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", entry.find(f"{ATOM}updated").text
        )
    assert len({entry.find(f"{ATOM}id").text for entry in entries}) == 3
    assert (
        client.get("/gallery.atom?lang=en&programme=wells", headers={"If-None-Match": answer["ETag"]}).status_code
        == 304
    )
    assert len(ElementTree.fromstring(client.get("/gallery.atom?programme=none").content).findall(f"{ATOM}entry")) == 0


def test_the_sitemap_names_what_the_public_may_read(staff, client):
    edition_of(staff, recipe_of(staff))
    edition_of(staff, recipe_of(staff, "partners", sensitivity=1))
    text = client.get("/sitemap.xml").content.decode()
    ElementTree.fromstring(text)
    assert "/gallery/mosul/?lang=ckb" in text
    assert "partners" not in text


def test_oembed_gives_the_frame_of_a_public_product(staff, client):
    edition_of(staff, recipe_of(staff))
    edition_of(staff, recipe_of(staff, "partners", sensitivity=1))
    body = client.get("/oembed?url=http://testserver/gallery/mosul/&maxwidth=300&lang=en").json()
    assert (body["version"], body["type"], body["width"]) == ("1.0", "rich", 300)
    assert "/embed/mosul?lang=en" in body["html"]
    for url in ("http://testserver/gallery/partners/", "http://elsewhere.example/gallery/mosul/", "x", "http://[", ""):
        assert client.get("/oembed", {"url": url}).status_code == 404, url
    assert client.get("/oembed?url=http://testserver/gallery/mosul/&maxwidth=wide").status_code == 400
    assert client.get("/oembed?format=xml").status_code == 501


def test_a_frame_is_open_to_the_sites_that_were_named_only(staff, client):
    recipe = recipe_of(staff)
    edition_of(staff, recipe)
    shut = client.get("/embed/mosul?lang=en")
    assert shut["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in shut["Content-Security-Policy"]
    embedding.give(recipe, staff.approver, origins="https://news.example\nhttps://*.org.example", until=None)
    answer = client.get("/embed/mosul?lang=en&theme=dark")
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors https://*.org.example https://news.example" in policy
    assert "'none'" not in policy.split("frame-ancestors")[1]
    assert "X-Frame-Options" not in answer
    assert not answer.cookies
    text = answer.content.decode()
    assert "<script" not in text
    assert 'data-theme="dark"' in text
    assert "/gallery/mosul/1/map-en.png" in text
    assert "map-ckb.png" in client.get("/embed/mosul?lang=ckb").content.decode()
    assert client.get("/gallery/mosul/")["X-Frame-Options"] == "DENY"
    client.force_login(staff.approver)
    assert client.post("/reach/embeds/", {"action": "end", "grant": EmbedGrant.objects.get().pk}).status_code == 302
    client.logout()
    assert client.get("/embed/mosul")["X-Frame-Options"] == "DENY"


def test_a_withdrawn_frame_says_so(staff, client):
    recipe = recipe_of(staff)
    edition = edition_of(staff, recipe)
    embedding.give(recipe, staff.approver, origins="https://news.example", until=None)
    ladder.withdraw(edition, staff.approver, why={"en": "Wrong borders"})
    answer = client.get("/embed/mosul?lang=en")
    assert answer.status_code == 410
    assert "Wrong borders" in answer.content.decode()
    assert "news.example" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "text", ["", "news.example", "javascript:alert(1)", "https://a.example/path", "https://a b", "https://x;y", "*"]
)
def test_what_is_no_site_gets_no_grant(staff, text):
    with pytest.raises(ValidationError):
        embedding.give(recipe_of(staff), staff.approver, origins=text, until=None)


def test_staff_give_leave_on_the_page(staff, client):
    edition_of(staff, recipe_of(staff))
    client.force_login(staff.approver)
    assert client.get("/reach/embeds/").status_code == 200
    assert client.post("/reach/embeds/", {"product": "mosul", "origins": "ftp://x"}).status_code == 422
    good = {"product": "mosul", "origins": "https://news.example", "until": "2099-01-01"}
    assert client.post("/reach/embeds/", {**good, "until": "2001-01-01"}).status_code == 422
    assert client.post("/reach/embeds/", good).status_code == 302
    assert EmbedGrant.objects.get().origins == ["https://news.example"]


def links_in(letter):
    return re.findall(r"https://rafid\.example(\S+)", letter.body)


def test_letters_come_after_confirmation_and_one_click_ends_them(staff, client, mailoutbox, jobs):
    recipe = recipe_of(staff)
    edition_of(staff, recipe)
    assert client.post("/subscribe/?lang=ckb", {"email": "nobody"}).status_code == 422
    client.post("/subscribe/?lang=ckb", {"email": "Hana@example.org", "recipe": "mosul"})
    client.post("/subscribe/?lang=ckb", {"email": "hana@example.org", "recipe": "mosul"})
    assert len(mailoutbox) == 1
    confirm = links_in(mailoutbox[0])[0]
    edition_of(staff, recipe, value=41)
    assert len(mailoutbox) == 1
    assert client.get(confirm).status_code == 200
    assert Subscription.objects.get().confirmed_at is None
    client.post(confirm)
    edition = edition_of(staff, recipe, value=42)
    edition_of(staff, recipe_of(staff, "other"))
    assert len(mailoutbox) == 2
    news = mailoutbox[1]
    assert "نەخشەی مووسڵ" in news.subject
    assert news.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    erratum(staff.approver, edition=edition, text={"en": "Wrong.", "ckb": "هەڵەیە."})
    assert "هەڵەیە." in mailoutbox[2].body
    out = news.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("https://rafid.example")
    assert client.get(out).status_code == 200
    assert Subscription.objects.count() == 1
    assert client.post(out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Subscription.objects.count() == 0
    assert client.get(confirm).status_code == 404
    assert client.get("/subscribe/forged~token/").status_code == 404
    edition_of(staff, recipe, value=43)
    assert len(mailoutbox) == 3


def test_no_letter_tells_of_what_is_not_public(staff, mailoutbox, jobs):
    Subscription.objects.create(email="a@example.org", token_sha256="0" * 64, confirmed_at=timezone.now())
    edition_of(staff, recipe_of(staff, sensitivity=1))
    assert mailoutbox == []
    assert jobs == []


def test_addresses_that_nobody_confirmed_are_forgotten(staff):
    old = Subscription.objects.create(email="a@example.org", token_sha256="0" * 64)
    Subscription.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(days=8))
    Subscription.objects.create(email="b@example.org", token_sha256="1" * 64)
    assert subscriptions.forget_unconfirmed() == 1


class Listener(http.server.BaseHTTPRequestHandler):
    """Another's program: it answers as it is told, and keeps what came."""

    status = 200
    came: list = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).came.append((dict(self.headers), body))
        self.send_response(type(self).status)
        if 300 <= type(self).status < 400:
            self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()

    def log_message(self, *_words):
        """Quiet."""


@pytest.fixture
def listener():
    class Mine(Listener):
        came: list = []

    server = http.server.HTTPServer(("127.0.0.1", 0), Mine)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Mine.url = f"http://127.0.0.1:{server.server_port}/hook?key=1"
    yield Mine
    server.shutdown()
    server.server_close()


def test_a_webhook_is_told_and_signed(staff, listener, jobs, settings):
    settings.RAFID_WEBHOOKS_INSIDE = True
    hook, secret = webhooks.make(staff.approver, url=listener.url, about={})
    assert secret not in hook.secret
    edition = edition_of(staff, recipe_of(staff))
    assert webhooks.deliver_due() == 1
    headers, body = listener.came[0]
    wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Rafid-Signature"] == wanted
    told = json.loads(body)
    assert (told["event"], told["product"]["code"], told["edition"]["number"]) == ("published", "mosul", 1)
    assert told["hash"] == edition.recipe_sha256
    assert told["links"]["page"] == "https://rafid.example/gallery/mosul/?edition=1"
    assert {one["sha256"] for one in told["edition"]["files"]} == set(edition.files.values_list("sha256", flat=True))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == ("done", 1)
    version = version_of(staff)
    webhooks.deliver_due()
    assert json.loads(listener.came[1][1])["version"]["sha256"] == version.sha256
    withdraw(version.dataset, staff.approver, why={"en": "Wrong"})
    webhooks.deliver_due()
    assert json.loads(listener.came[2][1])["event"] == "withdrawn"


def test_a_webhook_that_is_down_for_a_day_gets_it_in_the_end(staff, listener, jobs, settings):
    settings.RAFID_WEBHOOKS_INSIDE = True
    webhooks.make(staff.approver, url=listener.url, about={})
    listener.status = 503
    edition_of(staff, recipe_of(staff))
    began = timezone.now()
    pauses = []
    while (delivery := Delivery.objects.get()).state == "waiting":
        now = timezone.now()
        Delivery.objects.update(next_at=now)
        if delivery.made_at < began - timedelta(days=1):
            listener.status = 204
        assert webhooks.deliver_due(1) == 1
        delivery.refresh_from_db()
        if delivery.state == "waiting":
            pause = delivery.next_at - timezone.now()
            pauses.append(pause)
            Delivery.objects.update(made_at=delivery.made_at - pause)  # time goes by
    assert delivery.state == "done"
    minutes = [round(pause.total_seconds() / 60) for pause in pauses]
    assert minutes == sorted(minutes)
    assert len(pauses) < 20
    assert len({body for _headers, body in listener.came}) == 1


def test_after_two_days_it_is_given_up_and_told(staff, listener, settings):
    settings.RAFID_WEBHOOKS_INSIDE = True
    hook, _secret = webhooks.make(staff.approver, url=listener.url, about={})
    listener.status = 500
    delivery = webhooks.deliver_to(hook, {"event": "test"})
    Delivery.objects.update(made_at=timezone.now() - timedelta(days=2, minutes=1))
    webhooks.deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == "given_up"
    assert staff.approver.messages.count() == 1


def test_a_redirect_is_not_followed(staff, listener, settings):
    settings.RAFID_WEBHOOKS_INSIDE = True
    hook, _secret = webhooks.make(staff.approver, url=listener.url, about={})
    listener.status = 302
    delivery = webhooks.deliver_to(hook, {"event": "test"})
    webhooks.deliver_due()
    delivery.refresh_from_db()
    assert (delivery.state, len(listener.came)) == ("waiting", 1)
    assert delivery.answer.startswith("302")


def test_one_who_answers_for_ever_is_left(listener, settings, monkeypatch):
    """A byte now and then keeps each wait short; the whole has its own end."""
    settings.RAFID_WEBHOOKS_INSIDE = True
    monkeypatch.setattr(outward, "WHOLE", 0.2)
    left = threading.Event()

    def drip(self):
        self.send_response(200)
        self.end_headers()
        while not left.is_set():
            try:
                self.wfile.write(b".")
                self.wfile.flush()
            except OSError:
                left.set()
            left.wait(0.02)

    listener.do_POST = drip
    try:
        with pytest.raises((OSError, http.client.HTTPException)):
            outward.post(listener.url, b"{}", {})
    finally:
        left.set()


INSIDE = [
    "https://127.0.0.1/", "https://10.1.2.3/", "https://192.168.0.1/", "https://172.16.0.1/", "https://169.254.169.254/latest",
    "https://[::1]/", "https://[fe80::1]/", "https://[fc00::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/",
    "https://0.0.0.0/", "https://2130706433/", "https://localhost/", "https://100.64.0.1/", "https://[2002:7f00:1::]/",
    "http://192.0.2.1/", "ftp://a.example/", "https://user:word@a.example/", "https:///x", "nonsense", "https://a:99999/", "https://a.example/ط",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_an_inside_address_is_refused_when_it_is_set(staff, url):
    with pytest.raises(ValidationError):
        webhooks.make(staff.approver, url=url, about={})
    assert Webhook.objects.count() == 0


def test_an_address_that_became_an_inside_one_is_refused_when_delivering(staff, listener, monkeypatch):
    """The name meant the open internet when it was set."""
    monkeypatch.setattr(outward.socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", ("9.9.9.9", 443))])
    hook, _secret = webhooks.make(staff.approver, url="https://hook.example/", about={})
    monkeypatch.setattr(outward.socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", ("127.0.0.1", 443))])
    delivery = webhooks.deliver_to(hook, {"event": "test"})
    webhooks.deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == "given_up"
    assert "private network" in delivery.answer or delivery.answer


def test_the_connection_goes_to_the_address_that_was_judged(settings, listener, monkeypatch):
    settings.RAFID_WEBHOOKS_INSIDE = True
    port = int(listener.url.split(":")[2].split("/")[0])
    asked = []
    monkeypatch.setattr(
        outward.socket,
        "getaddrinfo",
        lambda host, *_a, **_k: asked.append(host) or [(2, 1, 6, "", ("127.0.0.1", port))],
    )
    answer = outward.post(f"http://hook.example:{port}/x", b"{}", {})
    assert (answer.status, asked) == (200, ["hook.example", "127.0.0.1"])
    assert listener.came[0][0]["Host"] == f"hook.example:{port}"


def test_the_secret_is_shown_once(staff, client, settings):
    settings.RAFID_WEBHOOKS_INSIDE = True
    client.force_login(staff.author)
    assert client.get("/reach/webhooks/").status_code == 404
    client.force_login(staff.approver)
    answer = client.post("/reach/webhooks/?lang=en", {"action": "new", "url": "http://127.0.0.1:9/x"})
    secret = re.search(r'class="code secret"[^>]*>([^<]+)<', answer.content.decode())[1]
    assert answer["Cache-Control"] == "no-store"
    hook = Webhook.objects.get()
    assert secret not in hook.secret
    page = client.get("/reach/webhooks/?lang=en").content.decode()
    assert "127.0.0.1:9" in page
    assert secret not in page
    assert client.post("/reach/webhooks/", {"action": "test", "webhook": hook.pk}).status_code == 302
    assert Delivery.objects.count() == 1
    assert client.post("/reach/webhooks/", {"action": "off", "webhook": hook.pk}).status_code == 302
    webhooks.deliver_due()
    assert Delivery.objects.get().state == "given_up"
    assert client.post("/reach/webhooks/", {"action": "delete", "webhook": hook.pk}).status_code == 302
    assert Webhook.objects.count() == 0


def test_a_programme_s_webhook_hears_of_that_programme_only(staff):
    edition = edition_of(staff, recipe_of(staff))
    event = {"event": "published", "kind": "edition", "id": str(edition.pk), "at": "2026-01-01T00:00:00Z"}
    assert events.concerns({"programme": "wells"}, edition)
    assert not events.concerns({"programme": "jobs"}, edition)
    assert not events.concerns({"dataset": "mosul"}, edition)
    assert not events.concerns({"dashboard": "mosul", "account": "1"}, edition)
    assert events.concerns({}, edition)
    assert events.described({**event, "id": "00000000-0000-0000-0000-000000000000"}) is None


def test_a_dashboard_in_a_frame_shows_its_blocks_or_one_of_them(staff, client):
    texts = [
        {"kind": "text", "width": 6, "text": {"en": words, "ar": words, "ckb": words}} for words in ("First", "Second")
    ]
    recipe = recipe_of(staff, "board", kind="dashboard", state="published", body={"blocks": texts})
    embedding.give(recipe, staff.approver, origins="https://news.example", until=None)
    answer = client.get("/embed/board?lang=en")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    assert "First" in text
    assert "Second" in text
    assert "<script" not in text
    one = client.get("/embed/board?lang=en&block=2").content.decode()
    assert "Second" in one
    assert "First" not in one
    recipe.state = "draft"
    recipe.save()
    assert client.get("/embed/board").status_code in (404, 410)
