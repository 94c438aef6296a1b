"""The authenticator app: optional, required by a role, recovery codes, and a lost telephone."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.test import Client

from rafid.commons.people.account import close, remove_second_factor
from rafid.commons.people.models import Account, SignIn

pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_code_that_runs_out_while_it_is_sent_fails_no_test(monkeypatch):
    """A test may read its code just before the authenticator's clock turns."""
    secret = generate_totp_secret()
    code = code_of(secret)
    now = time.time()
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: now + 29))
    assert totp.validate_totp_code(secret, code)


@pytest.fixture
def guard(world):
    return world.person("guard", ("wells.guard", None, None))


def enter(client, login="guard"):
    return client.post("/accounts/login/", {"login": login, "password": "pass"})


def test_a_role_that_asks_for_it_opens_nothing_before_it_is_set_up(guard, client):
    enter(client)
    for url in ("/", "/people/me/", "/records/wells/well/"):
        answer = client.get(url)
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/totp/activate/"), url
    answer = client.get("/api/v1/people/me")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/people/me/").status_code == 200


def test_the_middleware_leaves_tools_with_a_token_alone(guard, client):
    from rafid.commons.people.tokens import make_token

    _token, secret = make_token(guard, "QGIS")
    enter(client)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/people/me", headers=headers).status_code == 200
    assert client.get("/people/me/", headers=headers).status_code == 302


@pytest.mark.parametrize("header", ["", " ", "Bearer wrong"])
def test_a_header_that_names_nobody_opens_nothing_to_the_session(guard, client, header):
    enter(client)
    headers = {"Authorization": header}
    assert client.get("/api/v1/people/me", headers=headers).status_code in (401, 403)
    answer = client.get("/data/wells.csv", headers=headers)
    assert answer.status_code in (401, 403)


def test_signing_in_asks_for_the_code_and_wrong_codes_count(guard, client):
    secret = generate_totp_secret()
    TOTP.activate(guard, secret)
    assert enter(client)["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert SignIn.objects.filter(account=guard, kind="failure").count() == 1
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" in client.session


def test_codes_cannot_be_guessed_one_after_another(guard, client):
    secret = generate_totp_secret()
    TOTP.activate(guard, secret)
    enter(client)
    for _guess in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" not in client.session
    # Nor by beginning again with the password.
    fresh = Client()
    enter(fresh)
    fresh.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" not in fresh.session


def test_a_recovery_code_opens_once(guard, client):
    TOTP.activate(guard, generate_totp_secret())
    code = RecoveryCodes.activate(guard).get_unused_codes()[0]
    enter(client)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" in client.session
    again = Client()
    enter(again)
    again.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" not in again.session


def test_a_lost_telephone(office, guard, client, fresh):
    TOTP.activate(guard, generate_totp_secret())
    RecoveryCodes.activate(guard)
    with pytest.raises(PermissionDenied):
        remove_second_factor(guard, office.of_south, "lost")
    with pytest.raises(ValidationError, match="how you made sure"):
        remove_second_factor(guard, office.admin, " ")
    remove_second_factor(guard, office.admin, "came to my desk with the identity card")
    assert not Authenticator.objects.filter(user=guard).exists()
    noted = SignIn.objects.get(kind="no_factor")
    assert (noted.by, noted.reason) == (office.admin, "came to my desk with the identity card")
    with pytest.raises(ValidationError, match="no authenticator"):
        remove_second_factor(guard, office.admin, "again")
    enter(client)
    assert client.get("/people/me/")["Location"] == "/accounts/2fa/totp/activate/"


def test_whoever_is_not_asked_may_have_one_all_the_same(world, client):
    TOTP.activate(Account.objects.get(login="keeper"), generate_totp_secret())
    assert enter(client, "keeper")["Location"] == "/accounts/2fa/authenticate/"


def test_an_app_that_is_removed_while_its_code_is_asked_leads_back_to_the_door(office, guard, client):
    TOTP.activate(guard, generate_totp_secret())
    assert enter(client)["Location"] == "/accounts/2fa/authenticate/"
    remove_second_factor(guard, office.admin, "came to my desk")
    assert client.get("/accounts/2fa/authenticate/")["Location"] == "/accounts/login/"
    assert client.get("/accounts/login/").status_code == 200


def test_an_account_that_is_closed_while_its_code_is_asked_stays_outside(office, guard, client):
    secret = generate_totp_secret()
    TOTP.activate(guard, secret)
    enter(client)
    close(guard, office.admin, "left the service")
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" not in client.session
    assert client.get("/accounts/login/").status_code == 200


def test_no_secret_lies_in_the_database_in_clear(guard, client):
    secret = generate_totp_secret()
    TOTP.activate(guard, secret)
    codes = RecoveryCodes.activate(guard)
    seed = get_adapter().decrypt(codes.instance.data["seed"])
    kept = json.dumps(list(Authenticator.objects.filter(user=guard).values_list("data", flat=True)))
    assert secret not in kept
    assert seed not in kept
    assert kept.count("fernet:") == 2
    enter(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" in client.session


def test_a_secret_that_was_kept_in_clear_opens_as_before(guard, client):
    secret = generate_totp_secret()
    Authenticator.objects.create(user=guard, type=Authenticator.Type.TOTP, data={"secret": secret})
    enter(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" in client.session


def test_a_secret_follows_the_change_of_the_key(settings):
    kept = get_adapter().encrypt("ABC")
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another key" * 9
    with pytest.raises(ImproperlyConfigured, match="RAFID_SECRET_KEY"):
        get_adapter().decrypt(kept)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert get_adapter().decrypt(kept) == "ABC"
