"""A platform in use does not start with passwords that everybody knows, and there is a way to its first administrator."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from rafid.commons.people.account import set_password_by_code
from rafid.commons.people.models import Account, Grant
from rafid.commons.people.production import known_passwords, refuse_known_passwords
from rafid.commons.people.visibility import may
from rafid.commons.programme import PLATFORM

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def demonstration(db):
    Account.objects.filter(is_demonstration=True).update(is_demonstration=False)
    return Account.objects.create_user("known", password="rafid-demo", is_demonstration=True)


def errors():
    found = run_checks(tags=[Tags.database], databases=["default"], include_deployment_checks=True)
    return [error for error in found if error.id == "rafid_people.E001"]


def test_a_known_password_is_refused_with_the_account_and_the_remedy(demonstration):
    assert known_passwords() == ["known"]
    with pytest.raises(ImproperlyConfigured, match=r"known.*administrator LOGIN --close-demonstration"):
        refuse_known_passwords()
    assert "known" in errors()[0].msg


@pytest.mark.parametrize("change", ["password", "closed", "not one"])
def test_what_nobody_can_sign_in_with_is_no_reason(demonstration, change):
    if change == "password":
        demonstration.set_password("a password of its own")
    elif change == "closed":
        demonstration.is_active = False
    else:
        demonstration.is_demonstration = False
    demonstration.save()
    refuse_known_passwords()
    assert errors() == []


def test_a_new_password_makes_it_an_account_like_any_other(demonstration, client):
    client.post("/accounts/login/", {"login": "known", "password": "rafid-demo"})
    new = "Tigris and Euphrates 7"
    client.post("/accounts/password/change/", {"oldpassword": "rafid-demo", "password1": new, "password2": new})
    demonstration.refresh_from_db()
    assert demonstration.check_password(new)
    assert not demonstration.is_demonstration


@pytest.mark.django_db(transaction=False)
def test_the_server_itself_refuses_to_start(tmp_path):
    """The module that granian loads, with the settings of production and a database that holds such an account."""
    from tests.conftest import copy_of_template

    mine = f"production_{os.getpid()}"
    cluster = copy_of_template(mine)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("RAFID_", "DJANGO_"))},
        "PYTHONPATH": str(ROOT / "src"),
        "DATABASE_URL": cluster.url(mine),
        "RAFID_ENV": "production",
        "RAFID_SECRET_KEY": "x" * 60,
        "RAFID_DATA": str(tmp_path),
        "RAFID_PROGRAMMES": os.environ["RAFID_PROGRAMMES"],
    }

    def start():
        return subprocess.run(
            [sys.executable, "-c", "import rafid.site.wsgi"], env=environment, capture_output=True, text=True
        )

    try:
        cluster.sql("UPDATE rafid_people_account SET is_demonstration = false", mine)
        assert start().returncode == 0
        script = (
            "import django; django.setup(); from rafid.commons.people.models import Account;"
            "Account.objects.create_user('known', password='rafid-demo', is_demonstration=True)"
        )
        subprocess.run(
            [sys.executable, "-c", script],
            env={**environment, "DJANGO_SETTINGS_MODULE": "rafid.site.settings"},
            check=True,
        )
        refused = start()
        assert refused.returncode != 0
        assert "Demonstration accounts with the known password: known" in refused.stderr
    finally:
        cluster.drop_database(mine)


def test_the_command_makes_the_first_administrator_and_lets_him_in(db):
    said = io.StringIO()
    call_command("administrator", "Hero", "--name", "Hero Ahmed", stdout=said)
    account = Account.objects.get(login="hero")
    assert may(account, "people", PLATFORM)
    assert not account.has_usable_password()
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", said.getvalue())[0]
    set_password_by_code(code, "Tigris and Euphrates 7")
    # The way back in, too: a second call makes a new code and no second role.
    call_command("administrator", "hero", stdout=said)
    assert Grant.objects.filter(account=account).count() == 1


def test_the_command_says_what_is_wrong(db):
    with pytest.raises(CommandError, match="Name a login"):
        call_command("administrator")
    with pytest.raises(CommandError, match="taken"):
        call_command("administrator", "invitations")


def test_demonstration_accounts_are_closed_but_not_the_last_administrator(demonstration):
    Grant.objects.filter(role="platform.administrator").delete()
    Grant.objects.create(account=demonstration, role="platform.administrator")
    with pytest.raises(CommandError, match="last administrator"):
        call_command("administrator", "--close-demonstration", stdout=io.StringIO())
    call_command("administrator", "hero", "--close-demonstration", stdout=io.StringIO())
    demonstration.refresh_from_db()
    assert not demonstration.is_active
    assert known_passwords() == []
