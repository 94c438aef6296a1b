"""A new password by e-mail, and messages to a person."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from rafid.commons.names import in_three
from rafid.commons.people.mail import has_mail
from rafid.commons.people.models import Account
from rafid.commons.people.notify import notify

pytestmark = pytest.mark.django_db

NEW = "Tigris and Euphrates 7"


def test_a_new_password_by_e_mail(world, client):
    Account.objects.filter(login="keeper").update(email="keeper@example.org", is_demonstration=True)
    assert client.post("/accounts/password/reset/", {"email": "keeper@example.org"}).status_code == 302
    (message,) = mail.outbox
    assert message.to == ["keeper@example.org"]
    address = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", message.body)[1]
    form = client.get(address, follow=True)
    answer = client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert answer.status_code == 302
    account = Account.objects.get(login="keeper")
    assert account.check_password(NEW)
    assert not account.is_demonstration
    assert account.sign_ins.filter(kind="reset").count() == 1


def test_asking_for_an_address_that_nobody_has_tells_nothing(world, client):
    Account.objects.filter(login="keeper").update(email="keeper@example.org")
    known = client.post("/accounts/password/reset/", {"email": "keeper@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_without_a_mail_server_invitations_are_printed_only(office, client, settings):
    settings.PRODUCTION, settings.SECURE_SSL_REDIRECT = True, False
    settings.EMAIL_HOST = ""
    assert not has_mail()
    client.force_login(office.admin)
    page = client.get("/people/invitations/new/").content.decode()
    assert 'name="email"' not in page
    assert 'name="full_name"' in page


def test_a_message_needs_its_text_in_three_languages(world):
    notify(world.keeper, in_three("Hello %(name)s", name={"ar": "أ", "ckb": "ب", "en": "c"}), "/people/me/")
    message = world.keeper.messages.get()
    assert message.text == {"ar": "Hello أ", "ckb": "Hello ب", "en": "Hello c"}
    with pytest.raises(ValueError, match="ckb, en"):
        notify(world.keeper, {"ar": "نص"})
