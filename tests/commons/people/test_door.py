"""The door: failures lock one account for one network and say until when; what is kept tells little of a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rafid.commons.people import door
from rafid.commons.people.account import open_door
from rafid.commons.people.models import Message, SignIn
from rafid.commons.people.models.signin import Kind

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/?lang=en"


def sign_in(client, login="keeper", password="wrong", address="198.51.100.7"):
    return client.post(LOGIN, {"login": login, "password": password}, REMOTE_ADDR=address)


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.77", "198.51.100.0/24"),
        ("::ffff:198.51.100.77", "198.51.100.0/24"),
        ("2001:db8:aaaa:bbbb::1", "2001:db8:aaaa::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_only_the_network_of_an_address_is_kept(address, network):
    assert door.network_of(address) == network


def test_five_failures_lock_the_account_for_the_network_and_say_until_when(world, client):
    for _attempt in range(5):
        page = sign_in(client).content.decode()
        assert "Too many failed attempts" not in page
    page = sign_in(client, password="pass").content.decode()
    until = timezone.localtime(
        SignIn.objects.filter(kind=Kind.FAILURE).order_by("at").first().at + timedelta(minutes=5)
    )
    assert f"try again at {until:%H:%M}" in page
    assert "5 min" in page
    assert not is_in(client)
    # Somebody else, and the same person from elsewhere, come in.
    sign_in(client, login="reader", password="pass")
    assert is_in(client)
    client.logout()
    sign_in(client, password="pass", address="203.0.113.5")
    assert is_in(client)


def test_the_lock_opens_by_itself_after_five_minutes(world, client):
    for _attempt in range(5):
        sign_in(client)
    SignIn.objects.update(at=timezone.now() - timedelta(minutes=5, seconds=1))
    sign_in(client, password="pass")
    assert is_in(client)


def test_the_owner_is_told_and_an_administrator_can_open_it(office, client):
    for _attempt in range(5):
        sign_in(client)
    assert SignIn.objects.filter(account=office.keeper, kind=Kind.LOCKOUT).count() == 1
    assert "198.51.100.0/24" in Message.objects.get(account=office.keeper).text["en"]
    assert door.any_lock_until(office.keeper) is not None
    open_door(office.keeper, office.admin, "called me")
    assert door.any_lock_until(office.keeper) is None
    sign_in(client, password="pass")
    assert is_in(client)
    assert SignIn.objects.get(kind=Kind.OPENED).by == office.admin


def test_login_and_e_mail_are_one_account_to_the_lock(world, client):
    world.keeper.email = "keeper@example.org"
    world.keeper.save()
    for login in ("keeper", "KEEPER", "keeper@example.org", "Keeper@Example.ORG", "keeper"):
        sign_in(client, login=login)
    assert "Too many failed attempts" in sign_in(client, login="keeper@example.org", password="pass").content.decode()


def test_a_name_that_nobody_has_locks_alike_and_is_not_written_down(world, client):
    secret = "my-password-typed-into-the-wrong-field"
    for _attempt in range(5):
        sign_in(client, login=secret)
    assert "Too many failed attempts" in sign_in(client, login=secret).content.decode()
    assert secret not in str(list(SignIn.objects.values()))


def test_a_success_forgives_the_failures_before_it_in_its_own_network_only(world, client):
    for _attempt in range(4):
        sign_in(client)
    sign_in(client, password="pass")
    assert is_in(client)
    client.logout()
    for _attempt in range(4):
        sign_in(client)
    sign_in(client, password="pass")
    assert is_in(client)


def test_guessing_from_many_networks_locks_too(world, client):
    for number in range(30):
        sign_in(client, address=f"198.51.{number}.1")
    assert "Too many failed attempts" in sign_in(client, password="pass", address="203.0.113.9").content.decode()


def test_one_network_that_tries_many_names_is_locked_out(world, client):
    for number in range(50):
        door.note(Kind.FAILURE, "198.51.100.0/24", login=f"name{number}")
    assert "Too many failed attempts" in sign_in(client, password="pass").content.decode()
    sign_in(client, password="pass", address="203.0.113.9")
    assert is_in(client)


def test_sign_in_and_sign_out_are_kept_for_a_year_and_a_bit(world, client):
    door.note(Kind.FAILURE, "", login="old")
    SignIn.objects.update(at=timezone.now() - timedelta(days=401))
    sign_in(client, password="pass")
    client.post("/accounts/logout/")
    assert list(SignIn.objects.order_by("at").values_list("kind", "account__login")) == [
        ("success", "keeper"),
        ("sign_out", "keeper"),
    ]


def test_a_closed_account_stays_outside(office, client):
    from rafid.commons.people.account import close

    sign_in(client, password="pass")
    assert client.get("/people/me/").status_code == 200
    close(office.keeper, office.admin, "left")
    assert client.get("/people/me/").status_code == 302
    sign_in(client, password="pass")
    assert not is_in(client)


def test_demonstration_accounts_do_not_enter_a_platform_in_use(world, client, settings):
    world.keeper.is_demonstration = True
    world.keeper.save()
    settings.PRODUCTION = True
    settings.SECURE_SSL_REDIRECT = False
    page = sign_in(client, password="pass")
    assert not is_in(client)
    assert "Demonstration accounts do not sign in" in page.content.decode()


def test_the_list_of_sessions_keeps_the_network_only(world, client):
    from allauth.usersessions.models import UserSession

    sign_in(client, password="pass", address="198.51.100.77")
    client.get("/people/me/", REMOTE_ADDR="198.51.100.78")
    assert UserSession.objects.get(user=world.keeper).ip == "198.51.100.0"
