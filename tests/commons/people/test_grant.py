"""Roles are given and taken back within the giver's own scope, and the platform never loses its last administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from rafid.commons.people.administration import accounts_of, givable, may_enrol, may_give, may_manage
from rafid.commons.people.grant import give, revoke
from rafid.commons.people.models import Grant, Message
from rafid.commons.people.visibility import may, scopes

pytestmark = pytest.mark.django_db


def test_an_administrator_gives_within_his_scope_and_nowhere_else(office, fresh):
    give(office.of_authority, office.stranger, "wells.keeper", organisation=office.branch, place=office.town)
    assert may(fresh(office.stranger), "add", "wells", owner=office.branch.pk, place=office.town.pk)
    for organisation in (office.other, None):
        with pytest.raises(PermissionDenied):
            give(office.of_authority, office.stranger, "wells.keeper", organisation=organisation)
    give(office.of_south, office.stranger, "wells.reader", place=office.town)
    for place in (office.north, office.country, None):
        with pytest.raises(PermissionDenied):
            give(office.of_south, office.stranger, "wells.reader", place=place)
    with pytest.raises(PermissionDenied):
        give(office.keeper, office.stranger, "wells.reader", organisation=office.authority)


def test_nobody_gives_what_reads_or_does_more_than_his_own_role(office, monkeypatch):
    from rafid.commons.people import visibility
    from rafid.commons.programme import Role

    lead = Role("lead", {"ar": "أ", "ckb": "أ", "en": "Lead"}, reads="partner", may=frozenset({"people", "add"}))
    monkeypatch.setitem(visibility.roles(), "wells.lead", lead)
    account = office.person("lead", ("wells.lead", None, None))
    assert set(givable(account)) == {"wells.reader", "wells.lead"}
    assert not may_give(account, "wells.keeper")  # reads restricted, imports, deletes
    assert not may_give(account, "platform.administrator")
    assert not may_give(account, "statistics.viewer")


def test_a_role_is_held_once_and_can_be_held_again_after_it_ran_out(office):
    grant = give(office.admin, office.stranger, "wells.reader", until=timezone.now() + timedelta(days=1))
    with pytest.raises(ValidationError, match="already"):
        give(office.admin, office.stranger, "wells.reader")
    Grant.objects.filter(pk=grant.pk).update(until=timezone.now() - timedelta(seconds=1))
    again = give(office.admin, office.stranger, "wells.reader")
    assert again.pk != grant.pk
    with pytest.raises(ValidationError, match="before it begins"):
        give(office.admin, office.reader, "wells.keeper", until=timezone.now() - timedelta(days=1))


def test_taking_back_needs_a_reason_tells_the_person_and_is_in_the_history(office, fresh):
    grant = give(office.admin, office.stranger, "wells.reader", reason="new colleague")
    with pytest.raises(ValidationError, match="why"):
        revoke(grant, office.admin, "  ")
    revoke(grant, office.admin, "left the team")
    assert scopes(fresh(office.stranger)) == ()
    said = [message.text["en"] for message in Message.objects.filter(account=office.stranger).order_by("made_at")]
    assert "Reader" in said[0]
    assert "left the team" in said[1]
    event = grant.events.order_by("-pgh_id").first()
    assert event.pgh_context.metadata["reason"] == "left the team"
    with pytest.raises(ValidationError, match="before"):
        revoke(grant, office.admin, "again")


def test_the_last_administrator_stays(office, fresh):
    for other in Grant.objects.filter(role="platform.administrator", organisation=None, place=None).exclude(
        account=office.admin
    ):
        revoke(other, None, "alone")
    last = office.admin.grants.get()
    with pytest.raises(ValidationError, match="last administrator"):
        revoke(last, fresh(office.admin), "goodbye")
    assert Grant.objects.get(pk=last.pk).revoked_at is None


def test_who_is_seen_and_who_may_be_changed(office, fresh):
    office.stranger.organisation = office.branch
    office.stranger.save()
    seen = set(accounts_of(office.of_authority).values_list("login", flat=True))
    assert {"keeper", "local", "stranger"} <= seen
    assert "reader" not in seen  # a role without an organisation, and no member
    assert set(accounts_of(office.of_south).values_list("login", flat=True)) == {"local", "of-south"}
    assert accounts_of(office.keeper).count() == 0
    assert may_manage(office.of_authority, office.local)
    assert may_manage(office.of_authority, office.stranger)
    # The administrator of everything is a member of the branch: that makes nobody his master.
    office.admin.organisation = office.branch
    office.admin.save()
    assert accounts_of(office.of_authority).filter(pk=office.admin.pk).exists()
    assert not may_manage(office.of_authority, office.admin)
    assert not may_manage(office.admin, office.admin)


def test_membership_counts_as_power_because_agreements_open_records_to_members(office):
    assert may_enrol(office.of_authority, office.branch.pk)
    assert not may_enrol(office.of_authority, office.other.pk)
    assert not may_enrol(office.of_south, office.other.pk)
    assert may_enrol(office.of_south, None)
    assert not may_enrol(office.keeper, None)
