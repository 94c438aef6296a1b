"""/api/v1/people."""

from __future__ import annotations

import pytest

from rafid.commons.people.models import Grant

pytestmark = pytest.mark.django_db


def test_me_tells_roles_and_scopes(world, client):
    client.force_login(world.local)
    mine = client.get("/api/v1/people/me").json()
    (role,) = mine["roles"]
    assert mine["login"] == "local"
    assert role["role"] == "wells.keeper"
    assert (role["organisation"]["ref"], role["place"]["ref"], role["reads"]) == ("WA-S", "T1", "restricted")
    assert "import" in role["may"]
    assert mine["second_factor_required"] is False


def test_a_role_of_a_programme_that_is_gone_gives_nothing_and_breaks_nothing(world, client):
    Grant.objects.create(account=world.stranger, role="gone.officer")
    client.force_login(world.stranger)
    assert client.get("/api/v1/people/me").json()["roles"] == []
    assert client.get("/people/me/").status_code == 200


def test_accounts_are_for_administrators_and_within_their_scope(office, client):
    assert client.get("/api/v1/people/accounts").status_code == 401
    client.force_login(office.keeper)
    assert client.get("/api/v1/people/accounts").status_code == 403
    Grant.objects.create(account=office.local, role="wells.reader", organisation=office.other)
    client.force_login(office.of_authority)
    found = {one["login"]: one for one in client.get("/api/v1/people/accounts").json()["items"]}
    assert set(found) == {"keeper", "local", "of-authority"}
    assert [role["organisation"]["ref"] for role in found["local"]["roles"]] == ["WA-S"]
    for query, logins in (
        ("role=wells.keeper", {"keeper", "local"}),
        ("place=T1", {"local"}),
        ("organisation=none", set()),
        ("active=false", set()),
    ):
        items = client.get(f"/api/v1/people/accounts?{query}").json()["items"]
        assert {one["login"] for one in items} == logins, query


def test_lists_go_by_cursor(office, client):
    client.force_login(office.admin)
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/v1/people/accounts?limit=3&count=true{f'&cursor={cursor}' if cursor else ''}").json()
        seen += [one["login"] for one in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == page["count"]
    assert client.get("/api/v1/people/accounts?cursor=nonsense").status_code == 422
    assert client.get("/api/v1/people/accounts?limit=501").status_code == 422


def test_organisations_are_told_to_those_who_are_signed_in(world, client):
    assert client.get("/api/v1/people/organisations").status_code == 401
    client.force_login(world.stranger)
    refs = {one["ref"] for one in client.get("/api/v1/people/organisations?within=WA").json()["items"]}
    assert refs == {"WA", "WA-S"}
    one = client.get("/api/v1/people/organisations/WA-S").json()
    assert (one["parent"], one["names"]["en"]) == ("WA", "Southern branch")
    assert client.get("/api/v1/people/organisations/NONE").status_code == 404
    assert client.get("/api/v1/people/organisations?within=%00").status_code in (200, 422)


def test_the_language_of_the_caller_is_changed_and_a_wrong_one_is_refused(world, client):
    client.force_login(world.keeper)
    send = {"content_type": "application/json"}
    assert client.patch("/api/v1/people/me", {"language": "ckb"}, **send).json()["language"] == "ckb"
    assert client.patch("/api/v1/people/me", {"language": "fr"}, **send).status_code == 422
