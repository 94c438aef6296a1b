"""Session with CSRF, Bearer and Basic: who calls /api/v1."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from rafid.commons.people.models import Account, SignIn, Token
from rafid.commons.people.tokens import current_tokens, make_token, revoke_token

pytestmark = pytest.mark.django_db

ME = "/api/v1/people/me"


def basic(login: str, secret: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{login}:{secret}".encode()).decode()}


def bearer(secret: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def test_session(world, client):
    assert client.get(ME).status_code == 401
    client.force_login(world.keeper)
    assert client.get(ME).json()["login"] == "keeper"


def test_a_token_works_until_it_is_revoked_or_runs_out(world, client):
    token, secret = make_token(world.keeper, "Excel")
    assert secret not in str(Token.objects.values())
    answer = client.get(ME, **bearer(secret))
    assert (answer.status_code, answer.json()["login"]) == (200, "keeper")
    token.refresh_from_db()
    assert token.last_used_at is not None
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(ME, **bearer(secret)).status_code == 401
    Token.objects.update(expires_at=None)
    assert client.get(ME, **bearer(secret)).status_code == 200
    revoke_token(token)
    assert client.get(ME, **bearer(secret)).status_code == 401
    assert not current_tokens(world.keeper).exists()


def test_the_token_of_a_closed_account_opens_nothing(world, client):
    _token, secret = make_token(world.keeper, "Excel")
    Account.objects.filter(pk=world.keeper.pk).update(is_active=False)
    assert client.get(ME, **bearer(secret)).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer ", "Bearer x", "Basic", "Basic %%%", "Basic AAAA", "Digest x", "Bearer \udcff"]
)
def test_what_is_no_credential_is_401_and_says_how(world, client, header):
    answer = client.get(ME, HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert "Basic" in answer["WWW-Authenticate"]


def test_a_wrong_header_is_not_forgiven_for_a_good_session(world, client):
    client.force_login(world.keeper)
    assert client.get(ME, **bearer("nonsense")).status_code == 401


def test_basic_takes_the_password_on_this_machine_or_over_https_only(world, client):
    assert client.get(ME, **basic("keeper", "pass")).json()["login"] == "keeper"
    outside = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.get(ME, **basic("keeper", "pass"), **outside).status_code == 401
    assert client.get(ME, secure=True, **basic("keeper", "pass"), **outside).status_code == 200
    # Behind a proxy of this machine the caller is not on this machine.
    assert client.get(ME, **basic("keeper", "pass"), HTTP_X_FORWARDED_FOR="198.51.100.7").status_code == 401


def test_basic_takes_a_token_as_password_whatever_the_login(world, client):
    _token, secret = make_token(world.keeper, "ODK Collect")
    for login in ("keeper", "", "anything"):
        assert client.get(ME, **basic(login, secret)).json()["login"] == "keeper"


def test_basic_with_a_password_is_refused_to_accounts_with_a_second_factor(world, client):
    _token, secret = make_token(world.keeper, "QGIS")
    TOTP.activate(world.keeper, generate_totp_secret())
    assert client.get(ME, **basic("keeper", "pass")).status_code == 401
    assert client.get(ME, **basic("keeper", secret)).status_code == 200
    guard = world.person("guard", ("wells.guard", None, None))
    _token, secret = make_token(guard, "QGIS")
    assert client.get(ME, **basic("guard", "pass")).status_code == 401
    assert client.get(ME, **basic("guard", secret)).status_code == 200


def test_basic_shares_the_lock_of_the_sign_in_page(world, client):
    for _attempt in range(5):
        assert client.get(ME, **basic("keeper", "wrong")).status_code == 401
    answer = client.get(ME, **basic("keeper", "pass"))
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 300
    page = client.post("/accounts/login/?lang=en", {"login": "keeper", "password": "pass"})
    assert "Too many failed attempts" in page.content.decode()
    assert client.get(ME, **basic("reader", "pass")).status_code == 200


def test_a_tool_that_signs_in_with_each_request_is_noted_once_an_hour(world, client):
    for _call in range(3):
        client.get(ME, **basic("keeper", "pass"))
    assert SignIn.objects.filter(account=world.keeper, kind="tool").count() == 1


def test_a_change_with_the_session_needs_the_csrf_token_and_one_with_a_header_does_not(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.keeper)
    change = {"path": "/api/v1/people/me", "data": {"language": "ckb"}, "content_type": "application/json"}
    assert client.patch(**change).status_code == 403
    client.get("/people/me/")
    token = client.cookies["csrftoken"].value
    assert client.patch(**change, headers={"X-CSRFToken": token}).status_code == 200
    _token, secret = make_token(world.reader, "script")
    plain = Client(enforce_csrf_checks=True)
    assert plain.patch(**change, **bearer(secret)).status_code == 200
    assert Account.objects.get(login="reader").language == "ckb"


def test_the_number_of_tokens_and_their_life_are_bounded(world):
    from django.core.exceptions import ValidationError

    for wrong in ({"name": " "}, {"name": "x", "days": 0}, {"name": "x", "days": 10_000}):
        with pytest.raises(ValidationError):
            make_token(world.keeper, **wrong)
    for number in range(20):
        make_token(world.keeper, f"tool {number}")
    with pytest.raises(ValidationError, match="20 tokens"):
        make_token(world.keeper, "one more")
