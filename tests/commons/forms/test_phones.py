"""Phones and public links: made with a card, changed, shut out; by whom."""

from __future__ import annotations

import base64
import json
import re
import zlib
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from rafid.commons.forms.models import AppUser, PublicLink
from rafid.commons.forms.phones.collect_qr import settings_text
from rafid.commons.forms.phones.given import extend, make_link, make_phone, revoke
from rafid.commons.forms.sender import of_link, phone_by_token, token_hash

pytestmark = pytest.mark.django_db


@pytest.fixture
def designer(field):
    return field.world.person("designer", ("platform.administrator", field.world.authority, None))


@pytest.fixture
def outsider(field):
    """Makes forms of the same programme, for another organisation."""
    return field.world.person("outsider", ("platform.administrator", field.world.other, None))


def page(client, field, tail: str, **data):
    return client.post(f"/forms/{field.form.pk}/{tail}", data)


def test_a_phone_is_made_with_its_card(field, client, designer):
    client.force_login(designer)
    assert client.get(f"/forms/{field.form.pk}/phones/new/").status_code == 200
    answer = page(
        client, field, "phones/new/?lang=en", name="Tablet 9", organisation=field.world.branch.pk,
        carries=[field.form.pk], places=[field.world.south.pk],
    )  # fmt: skip
    text = answer.content.decode()
    token = re.search(r"http://testserver/collect/([A-Za-z0-9_-]{43})<", text)[1]
    phone = phone_by_token(token)
    assert (phone.name, phone.owner, list(phone.forms.all()), list(phone.places.all())) == (
        "Tablet 9",
        field.world.branch,
        [field.form],
        [field.world.south],
    )
    assert "no-store" in answer["Cache-Control"]
    for language in ("ar", "ckb", "en"):
        assert f'lang="{language}"' in text
    assert text.count("Tablet 9") >= 4
    # Shown once: nothing of it stays.
    assert token not in client.get(f"/forms/{field.form.pk}/?lang=en").content.decode()
    assert not AppUser.objects.filter(token_sha256=token).exists()


def test_the_code_holds_the_settings_of_collect():
    text = settings_text("https://example.org/collect/abc", "Rafid · Tablet 9")
    held = json.loads(zlib.decompress(base64.b64decode(text)))
    assert held == {
        "general": {
            "server_url": "https://example.org/collect/abc",
            "form_update_mode": "match_exactly",
            "automatic_update": True,
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": "Rafid · Tablet 9"},
    }


def test_the_form_s_page_lists_its_phones(field, client, designer, outsider):
    address = f"/forms/{field.form.pk}/?lang=en"
    client.force_login(designer)
    assert "Tablet 7" in client.get(address).content.decode()
    client.force_login(outsider)
    assert "Tablet 7" not in client.get(address).content.decode()


def test_a_phone_is_shut_out_and_gets_a_new_card(field, client, designer):
    client.force_login(designer)
    assert page(client, field, f"phones/{field.phone.pk}/revoke/").status_code == 302
    assert phone_by_token(field.token) is None
    field.phone.refresh_from_db()
    assert field.phone.revoked_by == designer
    text = page(client, field, f"phones/{field.phone.pk}/renew/").content.decode()
    token = re.search(r"/collect/([A-Za-z0-9_-]{43})<", text)[1]
    assert phone_by_token(token) == field.phone
    assert phone_by_token(field.token) is None


def test_shutting_out_and_withdrawing_ask_first(field, client, designer):
    client.force_login(designer)
    link, _token = make_link(field.form, "Board")
    listed = client.get(f"/forms/{field.form.pk}/").content.decode()
    for tail, bearer in ((f"phones/{field.phone.pk}/revoke/", field.phone), (f"links/{link.pk}/revoke/", link)):
        assert f'href="/forms/{field.form.pk}/{tail}"' in listed
        asked = client.get(f"/forms/{field.form.pk}/{tail}?lang=en")
        assert asked.status_code == 200
        assert bearer.name in asked.content.decode()
        bearer.refresh_from_db()
        assert bearer.revoked_at is None
        assert page(client, field, tail).status_code == 302
        bearer.refresh_from_db()
        assert bearer.revoked_at


def test_a_phone_is_changed_without_a_new_card(field, client, designer):
    client.force_login(designer)
    until = (timezone.localtime() + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    answer = page(
        client, field, f"phones/{field.phone.pk}/", name="Tablet 7b", organisation=field.world.branch.pk,
        carries=[field.form.pk], expires_at=until,
    )  # fmt: skip
    assert answer.status_code == 302
    phone = phone_by_token(field.token)
    assert (phone.name, timezone.localtime(phone.expires_at).strftime("%Y-%m-%dT%H:%M")) == ("Tablet 7b", until)


def test_a_phone_of_a_district_does_not_reach_everywhere_when_it_is_changed(field, client, designer):
    """The page offers governorates only; a phone without places reaches them all."""
    field.phone.places.set([field.world.town])
    client.force_login(designer)
    answer = page(
        client,
        field,
        f"phones/{field.phone.pk}/",
        name="Tablet 7c",
        organisation=field.world.branch.pk,
        carries=[field.form.pk],
    )
    assert answer.status_code == 302
    assert list(field.phone.places.all()) == [field.world.town]


@pytest.mark.parametrize("tail", ["phones/new/", "links/new/", "phones/{phone}/", "phones/{phone}/revoke/"])
def test_only_those_who_make_the_form_handle_its_phones(field, client, outsider, tail):
    address = f"/forms/{field.form.pk}/{tail.format(phone=field.phone.pk)}"
    client.force_login(field.world.stranger)
    assert client.post(address).status_code == 404
    client.force_login(outsider)
    assert client.post(address).status_code == 403
    client.logout()
    assert client.post(address).status_code == 302
    assert AppUser.objects.get(forms=field.form).revoked_at is None


def test_a_link_is_made_and_withdrawn(field, client, designer):
    client.force_login(designer)
    answer = page(client, field, "links/new/?lang=en", name="Notice board", max_submissions=3, once_per_browser="on")
    link = PublicLink.objects.get(form=field.form)
    address = re.search(r"http://testserver(/forms/fill/t/([A-Za-z0-9_-]{43})/)<", answer.content.decode())
    assert (link.token_sha256, link.max_submissions, link.once_per_browser) == (token_hash(address[2]), 3, True)
    assert "Notice board" in client.get(f"/forms/{field.form.pk}/").content.decode()
    assert page(client, field, f"links/{link.pk}/revoke/").status_code == 302
    assert client.get(address[1]).status_code == 404


def test_a_link_says_how_many_more_answers_it_takes_where_its_maker_wants_that(field, client, designer):
    client.force_login(designer)
    refused = page(client, field, "links/new/?lang=en", name="Market", tells_left="on")
    assert refused.status_code == 422
    assert "so that it can say how many more" in refused.content.decode()
    with pytest.raises(ValidationError):
        make_link(field.form, "x", tells_left=True)
    more = {"owner": field.form.owner, "form": field.form, "tells_left": True}
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicLink.objects.create(name="x", token_sha256=token_hash("x"), **more)
    silent, hushed = make_link(field.form, "Camp", max_submissions=1500)
    link, token = make_link(field.form, "Market", max_submissions=1500, tells_left=True)
    for one in (silent, link):
        field.send(sender=of_link(one))
    client.logout()

    def read(one):
        return client.get(f"/forms/fill/t/{one}/?lang=en").content.decode()

    assert "It takes 1,499 more answers (on " in read(token)
    assert "at most" not in read(token)
    assert "It takes 1,500 answers at most." in read(hushed)
    assert "1,499" not in read(hushed)


def test_what_cannot_be_is_told(field, client, designer):
    client.force_login(designer)
    answer = page(client, field, "links/new/", name="x", opens_at="2030-01-02T00:00", closes_at="2030-01-01T00:00")
    assert answer.status_code == 422
    assert page(client, field, "phones/new/", name="", carries=["nothing"]).status_code == 422
    past = timezone.now() - timedelta(hours=1)
    with pytest.raises(ValidationError):
        extend(field.phone, past)
    with pytest.raises(ValidationError):
        make_link(field.form, "x", closes_at=past)
    with pytest.raises(ValidationError):
        make_phone("  ", field.world.branch, [field.form])
    assert not PublicLink.objects.filter(form=field.form).exists()


def test_shut_out_twice_keeps_the_first(field, designer):
    revoke(field.phone, by=designer)
    first = field.phone.revoked_at
    revoke(field.phone)
    assert (field.phone.revoked_at, field.phone.revoked_by) == (first, designer)


# --- /api/v1 ----------------------------------------------------------------------------------------------------------


def api(client, method: str, path: str, body=None):
    return client.generic(method, path, json.dumps(body) if body is not None else "", content_type="application/json")


def test_a_phone_by_the_api(field, client, designer):
    client.force_login(designer)
    answer = api(client, "POST", "/api/v1/app-users", {"name": "Tablet 8", "forms": [str(field.form.pk)]})
    made = answer.json()
    assert answer.status_code == 201
    assert set(made) == {"id", "name", "token", "server_url", "qr_png"}
    assert made["server_url"] == f"http://testserver/collect/{made['token']}"
    assert base64.b64decode(made["qr_png"]).startswith(b"\x89PNG")
    assert b"<formID>t1<" in client.get(f"/collect/{made['token']}/formList").content
    assert client.delete(f"/api/v1/app-users/{made['id']}").status_code == 204
    assert client.get(f"/collect/{made['token']}/formList").status_code == 403


def test_the_lists_of_the_api_tell_no_token(field, client, designer, outsider):
    _link, token = make_link(field.form, "Board")
    foreign, _token = make_phone("Foreign", field.world.other, [field.form])
    client.force_login(designer)
    phones, links = (client.get(f"/api/v1/{name}", {"count": "true"}) for name in ("app-users", "public-links"))
    (phone,) = phones.json()["items"]
    assert (phone["id"], phone["name"], phone["forms"]) == (str(field.phone.pk), "Tablet 7", ["t1"])
    (link,) = links.json()["items"]
    assert (link["name"], link["form"], link["revoked_at"], links.json()["count"]) == ("Board", "t1", None, 1)
    for secret in (token, field.token, token_hash(token), token_hash(field.token)):
        assert secret not in phones.content.decode() + links.content.decode()
    client.force_login(outsider)
    assert [one["id"] for one in client.get("/api/v1/app-users").json()["items"]] == [str(foreign.pk)]
    assert client.get("/api/v1/public-links").json()["items"] == []
    client.force_login(field.world.stranger)
    assert client.get("/api/v1/app-users").json()["items"] == []
    client.logout()
    assert client.get("/api/v1/public-links").status_code == 401


def test_a_link_by_the_api(field, client, designer):
    client.force_login(designer)
    made = api(
        client, "POST", "/api/v1/public-links",
        {"name": "Board", "form": "t1", "opens_at": "2030-01-01T00:00:00+03:00", "closes_at": "2030-02-01T00:00:00+03:00"},
    )  # fmt: skip
    assert made.status_code == 201
    assert made.json()["server_url"] == f"http://testserver/forms/fill/t/{made.json()['token']}/"
    assert client.delete(f"/api/v1/public-links/{made.json()['id']}").status_code == 204
    assert PublicLink.objects.get(form=field.form).revoked_at


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "x", "forms": []}, 422),
        ({"name": "x", "forms": ["none"]}, 422),
        ({"name": "", "forms": ["t1"]}, 422),
        ({"name": "x", "forms": ["t1"], "organisation": "OTHER"}, 422),
        ({"name": "x", "forms": ["t1"], "places": ["nowhere"]}, 422),
        ({"name": "x", "forms": ["t1"], "expires_at": "2020-01-01T00:00:00Z"}, 422),
        ({"name": "x", "forms": ["t1"], "expires_at": "2030-01-01T00:00:00"}, 422),
        ({"name": "x\x00", "forms": ["t1\x00"]}, 422),
    ],
)
def test_what_the_api_refuses(field, client, designer, body, status):
    client.force_login(designer)
    assert api(client, "POST", "/api/v1/app-users", body).status_code == status
    assert AppUser.objects.filter(forms=field.form).count() == 1


def test_the_api_by_others(field, client, outsider):
    body = {"name": "x", "forms": ["t1"]}
    assert api(client, "POST", "/api/v1/app-users", body).status_code == 401
    client.force_login(field.world.stranger)
    assert api(client, "POST", "/api/v1/app-users", body).status_code == 422
    assert client.delete(f"/api/v1/app-users/{field.phone.pk}").status_code == 404
    client.force_login(outsider)
    assert api(client, "POST", "/api/v1/app-users", body).status_code == 403
    assert client.delete(f"/api/v1/app-users/{field.phone.pk}").status_code == 404
    assert AppUser.objects.get(forms=field.form).revoked_at is None
