"""Invitations: a code is used once, kept as a hash only, runs out, and never brings more than its inviter may give."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from rafid.commons.people.codes import hash_of, make_code, typed
from rafid.commons.people.grant import revoke
from rafid.commons.people.invite import accept, accept_as, invitation_of, invite, renew, withdraw
from rafid.commons.people.models import Account, Grant, Invitation

pytestmark = pytest.mark.django_db

PASSWORD = "Tigris and Euphrates 7"


def taken(code, login="newcomer", **fields):
    return accept(code, **{"login": login, "password": PASSWORD, "full_name": "New Comer", **fields})


def test_a_code_as_a_person_types_it():
    code = make_code()
    assert typed(code.lower().replace("-", " ")) == code
    assert typed("٢٣٤٥-ABCD-EFGH") == "2345-ABCD-EFGH"
    assert typed(code.replace("-", "–")) == code
    for wrong in ("", "2345", code + "A", code[:-1] + "0", "<script>", "\x00" * 12, "²" * 12):
        assert typed(wrong) == ""
    assert hash_of("2345abcdefgh") == hash_of("2345-ABCD-EFGH")


def test_an_invitation_becomes_an_account_with_its_role_once(office, fresh):
    invitation, code = invite(
        office.of_authority, "wells.reader", organisation=office.branch, place=office.south, member_of=office.branch
    )
    account = taken(code, language="ckb", email="New@Example.org")
    assert (account.organisation, account.language, account.check_password(PASSWORD)) == (office.branch, "ckb", True)
    grant = Grant.objects.get(account=account)
    assert (grant.role, grant.organisation, grant.place) == ("wells.reader", office.branch, office.south)
    assert grant.given_by == office.of_authority
    invitation.refresh_from_db()
    assert invitation.accepted_by == account
    with pytest.raises(ValidationError, match="opens nothing"):
        taken(code, login="second")
    event = grant.events.get()
    assert event.pgh_context.metadata["user"] == str(account.pk)


def test_the_code_itself_is_nowhere_in_the_database(office):
    _invitation, code = invite(office.admin, "wells.reader")
    row = str(Invitation.objects.filter(code_sha256=hash_of(code)).values().get())
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM rafid_people_invitationevent e")
        history = "".join(text for (text,) in cursor.fetchall())
    for text in (row, history):
        assert code not in text
        assert code.replace("-", "") not in text
    assert hash_of(code) not in history


def test_old_withdrawn_and_renewed_codes_open_nothing(office):
    invitation, code = invite(office.admin, "wells.reader")
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert invitation_of(code) is None
    new = renew(invitation, office.admin)
    assert invitation_of(code) is None
    assert invitation_of(new) == invitation
    withdraw(invitation, office.admin)
    assert invitation_of(new) is None
    with pytest.raises(ValidationError):
        renew(invitation, office.admin)
    other, code = invite(office.admin, "wells.reader", organisation=office.other)
    with pytest.raises(PermissionDenied):
        withdraw(other, office.of_authority)
    assert invitation_of(code) == other


def test_an_invitation_ends_with_the_power_of_whoever_wrote_it(office):
    _invitation, code = invite(office.of_authority, "wells.reader", organisation=office.branch)
    revoke(office.of_authority.grants.get(), office.admin, "left")
    with pytest.raises(ValidationError, match="may no longer"):
        taken(code)
    assert not Account.objects.filter(login="newcomer").exists()


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"login": "me"}, "login"),
        ({"login": "keeper"}, "login"),
        ({"login": "KEEPER"}, "login"),
        ({"login": "a/b c"}, "login"),
        ({"login": "علي"}, "login"),
        ({"password": "1234567890"}, "password"),
        ({"password": "short"}, "password"),
        ({"password": "newcomer-2026", "login": "newcomer-2026"}, "password"),
        ({"full_name": "  "}, "full_name"),
        ({"email": "KEEPER@example.org"}, "email"),
    ],
)
def test_what_does_not_fit_is_said_by_field_and_leaves_the_code_open(office, fields, where):
    Account.objects.filter(login="keeper").update(email="keeper@example.org")
    _invitation, code = invite(office.admin, "wells.reader")
    with pytest.raises(ValidationError) as refused:
        taken(code, **fields)
    assert where in refused.value.message_dict
    assert invitation_of(code)
    taken(code)


def test_somebody_with_an_account_takes_a_further_role(office, fresh):
    _invitation, code = invite(office.admin, "wells.reader", place=office.north, member_of=office.branch)
    accept_as(code, office.stranger)
    assert fresh(office.stranger).organisation == office.branch
    assert office.stranger.grants.get().place == office.north
    assert invitation_of(code) is None


def test_inviting_outside_the_scope_is_refused(office):
    with pytest.raises(PermissionDenied):
        invite(office.of_authority, "wells.reader", organisation=office.other)
    with pytest.raises(PermissionDenied):
        invite(office.of_authority, "wells.reader", organisation=office.branch, member_of=office.other)
    with pytest.raises(ValidationError):
        invite(office.admin, "wells.emperor")
    with pytest.raises(ValidationError):
        invite(office.admin, "wells.reader", days=1000)


def test_sending_the_form_twice_makes_one_invitation(office):
    pk = uuid4()
    invite(office.admin, "wells.reader", pk=pk)
    with pytest.raises(ValidationError, match="was made already"):
        invite(office.admin, "wells.reader", pk=pk)
    assert Invitation.objects.filter(pk=pk).count() == 1


def test_the_mail_speaks_three_languages_or_the_one_that_is_known(office):
    to = {"email": "somebody@example.org", "address": lambda code: f"https://rafid.example/people/join/?code={code}"}
    _invitation, code = invite(office.admin, "wells.reader", organisation=office.branch, **to)
    message = mail.outbox[0]
    assert message.to == ["somebody@example.org"]
    assert message.body.count(code) >= 3
    assert message.body.count("https://rafid.example/people/join/") == 3
    for name in ("Reader", "قارئ", "خوێنەر"):
        assert name in message.body
    _invitation, code = invite(office.admin, "wells.reader", organisation=office.branch, language="ckb", **to)
    assert "خوێنەر" in mail.outbox[1].body
    assert "Reader" not in mail.outbox[1].body


def test_a_mail_server_that_is_away_leaves_nothing_behind(office, settings, monkeypatch):
    from rafid.commons.people.mail import NotSent

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    before = Invitation.objects.count()
    with pytest.raises(NotSent):
        invite(office.admin, "wells.reader", email="x@example.org", address=lambda code: code)
    assert Invitation.objects.count() == before
