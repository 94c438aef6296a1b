"""The pages of people as administrators of different reach, and as everybody else."""

from __future__ import annotations

import csv
import io
import re

import pytest
from allauth.account import app_settings as account_settings
from django.test import Client

from rafid.commons.history import because
from rafid.commons.people.codes import hash_of
from rafid.commons.people.invite import invite
from rafid.commons.people.models import Account, Agreement, Grant, Invitation, Organisation, ResetCode, SignIn, Token

pytestmark = pytest.mark.django_db

PASSWORD = "Tigris and Euphrates 7"
CODE = re.compile(r"[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}")
PAGES = [
    "/people/",
    "/people/invitations/",
    "/people/invitations/new/",
    "/people/organisations/",
    "/people/agreements/",
]
PAGES += ["/people/access/", "/people/as/", "/people/keeper/"]


@pytest.fixture
def admin(office, client):
    client.force_login(office.admin)
    return client


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("url", PAGES)
def test_only_administrators_of_people_open_the_pages(office, client, url):
    assert client.get(url).status_code == 302
    client.force_login(office.keeper)
    assert client.get(url).status_code == 403
    client.force_login(office.admin)
    for language in ("ar", "ckb", "en"):
        answer = client.get(url, {"lang": language})
        assert answer.status_code == 200
        assert "style=" not in text(answer)


def test_the_list_shows_and_exports_the_accounts_of_the_scope(office, client):
    Account.objects.filter(login="keeper").update(full_name="=HYPERLINK()")
    client.force_login(office.of_authority)
    page = text(client.get("/people/"))
    assert "/people/local/" in page
    assert "/people/reader/" not in page
    rows = list(csv.reader(io.StringIO(text(client.get("/people/?format=csv&lang=en")).lstrip("\ufeff"))))
    assert {row[0] for row in rows[1:]} == {"keeper", "local", "of-authority"}
    assert next(row[1] for row in rows if row[0] == "keeper") == "'=HYPERLINK()"


def test_filters_narrow_and_what_is_not_understood_finds_nothing(office, admin):
    def logins(query):
        return {
            row[0] for row in csv.reader(io.StringIO(text(admin.get(f"/people/?format=csv&{query}")).lstrip("\ufeff")))
        } & {"keeper", "local", "reader", "stranger"}

    assert logins("role=wells.keeper") == {"keeper", "local"}
    assert logins("place=T1") == {"local"}
    assert logins("q=STRAN") == {"stranger"}
    assert logins("q=%00") == set()
    assert logins("place=nowhere") == set()
    assert logins("state=closed") == set()


def test_roles_outside_the_administrator_s_scope_are_counted_not_told(office, client):
    Grant.objects.create(account=office.local, role="statistics.officer", organisation=office.other)
    client.force_login(office.of_authority)
    page = text(client.get("/people/local/?lang=en"))
    assert '<th scope="row">Statistics officer' not in page
    assert '<th scope="row">Keeper' in page
    assert "1 more role outside your scope" in page
    assert client.get("/people/reader/").status_code == 404
    assert client.post("/people/local/close/", {"reason": "x"}).status_code == 403
    assert client.get(f"/people/reader/roles/{office.reader.grants.get().pk}/end/").status_code == 404


def test_a_role_is_given_and_taken_back_on_the_page(office, admin):
    form = {"role": "wells.reader", "organisation": "WA", "place": "T11", "until": "2099-01-31", "reason": "new"}
    assert admin.post("/people/stranger/roles/", form).status_code == 302
    grant = Grant.objects.get(account=office.stranger)
    assert (grant.organisation, grant.place, str(grant.until.date())) == (office.authority, office.town, "2099-01-31")
    assert admin.post("/people/stranger/roles/", form).status_code == 422
    url = f"/people/stranger/roles/{grant.pk}/end/"
    assert admin.post(url, {"reason": ""}).status_code == 422
    assert admin.post(url, {"reason": "left"}).status_code == 302
    grant.refresh_from_db()
    assert (grant.revoked_by, grant.revoked_why) == (office.admin, "left")


def test_an_invitation_by_card_from_the_form_to_the_first_page(office, admin):
    page = text(admin.get("/people/invitations/new/"))
    pk = re.search(r'name="id" value="([0-9a-f-]{36})"', page)[1]
    form = {"id": pk, "full_name": "Zainab", "role": "wells.reader", "place": "T1", "member_of": "WA-S", "days": "7"}
    answer = admin.post("/people/invitations/new/", form)
    assert answer["Cache-Control"] == "no-store"
    code = CODE.search(text(answer))[0]
    assert "<svg" in text(answer)
    assert Invitation.objects.get(pk=pk).code_sha256 == hash_of(code)
    assert admin.post("/people/invitations/new/", form).status_code == 422
    # Somebody else's browser
    person = Client()
    answer = person.get(f"/people/join/?code={code}")
    assert (answer.status_code, answer["Location"]) == (302, "/people/join/")
    assert "Southern branch" in text(person.get("/people/join/?lang=en"))
    mine = {"full_name": "Zainab Ali", "login": "zainab", "password": PASSWORD, "again": "differs", "language": "ckb"}
    assert person.post("/people/join/", mine).status_code == 422
    answer = person.post("/people/join/", {**mine, "again": PASSWORD})
    assert answer.status_code == 302
    account = Account.objects.get(login="zainab")
    assert person.get("/people/me/").context["user"] == account
    assert (account.organisation, account.language) == (office.branch, "ckb")
    assert SignIn.objects.filter(account=account, kind="success").count() == 1
    assert "opens nothing" in text(Client().get(f"/people/join/?code={code}&lang=en"))


def test_somebody_who_is_signed_in_takes_the_invitation_as_himself(office, client):
    _invitation, code = invite(office.admin, "wells.reader", place=office.north)
    client.force_login(office.stranger)
    client.get(f"/people/join/?code={code}")
    assert client.post("/people/join/").status_code == 302
    assert office.stranger.grants.get().place == office.north


def test_guessing_codes_closes_the_door_for_the_network(office, client):
    _invitation, code = invite(office.admin, "wells.reader")
    for _guess in range(20):
        assert client.post("/people/join/", {"code": "2222-2222-2222"}).status_code == 422
    assert "Too many failed attempts" in text(client.post("/people/join/?lang=en", {"code": code}))
    assert "Too many failed attempts" in text(client.get(f"/people/reset/?lang=en&code={code}"))
    assert client.post("/people/join/", {"code": code}, REMOTE_ADDR="203.0.113.1").status_code == 302


def test_a_printed_code_sets_a_new_password_once_and_ends_all_sessions(office, admin):
    other = Client()
    other.post("/accounts/login/", {"login": "keeper", "password": "pass"})
    assert other.get("/people/me/").status_code == 200
    first = CODE.search(text(admin.post("/people/keeper/code/")))[0]
    code = CODE.search(text(admin.post("/people/keeper/code/")))[0]
    person = Client()
    assert person.post("/people/reset/", {"code": first}).status_code == 422
    person.post("/people/reset/", {"code": code.lower().replace("-", "")})
    assert "keeper" in text(person.get("/people/reset/"))
    assert person.post("/people/reset/", {"password": "short", "again": "short"}).status_code == 422
    answer = person.post("/people/reset/?lang=en", {"password": PASSWORD, "again": PASSWORD})
    assert "The new password is set" in text(answer)
    assert Account.objects.get(login="keeper").check_password(PASSWORD)
    assert other.get("/people/me/").status_code == 302
    assert person.post("/people/reset/", {"code": code}).status_code == 422
    assert ResetCode.objects.filter(used_at=None, withdrawn_at=None).count() == 0


def test_an_administrator_of_a_part_sets_nobody_s_password_who_may_do_more(office, client):
    office.admin.organisation = office.branch
    office.admin.save()
    client.force_login(office.of_authority)
    assert client.get("/people/chief/").status_code == 200
    for action in ("code", "close", "factor", "unlock", "move", "open"):
        assert client.post(f"/people/chief/{action}/", {"reason": "x"}).status_code == 403, action
    assert not ResetCode.objects.exists()


def test_my_page_ends_sessions_and_makes_tokens(office, client):
    here, there = client, Client()
    for browser in (here, there):
        browser.post("/accounts/login/", {"login": "keeper", "password": "pass"})
        assert browser.get("/people/me/").status_code == 200
    page = text(here.get("/people/me/"))
    (pk,) = re.findall(r"/people/me/sessions/(\d+)/end/", page)
    stranger = Client()
    stranger.force_login(office.stranger)
    assert stranger.post(f"/people/me/sessions/{pk}/end/").status_code == 404
    assert here.post(f"/people/me/sessions/{pk}/end/").status_code == 302
    assert there.get("/people/me/").status_code == 302
    answer = here.post("/people/me/tokens/", {"name": "Excel", "days": "30"})
    secret = re.search(r"rafid_[\w-]{43}", text(answer))[0]
    assert answer["Cache-Control"] == "no-store"
    assert Client().get("/api/v1/people/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    token = Token.objects.get()
    assert stranger.post(f"/people/me/tokens/{token.pk}/end/").status_code == 404
    here.post(f"/people/me/tokens/{token.pk}/end/")
    assert Client().get("/api/v1/people/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert here.post("/people/me/tokens/", {"name": "", "days": "30"}).status_code == 422


def test_a_token_asks_for_the_password_of_whoever_signed_in_long_ago(office, client):
    """Whoever finds an open browser must not carry away a key that outlives the session."""
    client.post("/accounts/login/", {"login": "keeper", "password": "pass"})
    session = client.session
    session["account_authentication_methods"] = [
        {**one, "at": one["at"] - account_settings.REAUTHENTICATION_TIMEOUT - 1}
        for one in session["account_authentication_methods"]
    ]
    session.save()
    asked = client.post("/people/me/tokens/", {"name": "Excel", "days": "30"})
    assert (asked.status_code, asked["Location"]) == (302, "/accounts/reauthenticate/?next=%2Fpeople%2Fme%2Ftokens%2F")
    assert client.get(asked["Location"]).status_code == 200
    wrong = client.post("/accounts/reauthenticate/", {"password": "wrong", "next": "/people/me/tokens/"})
    assert wrong.status_code == 200
    assert not Token.objects.exists()
    answer = client.post("/accounts/reauthenticate/", {"password": "pass", "next": "/people/me/tokens/"})
    secret = re.search(r"rafid_[\w-]{43}", text(answer))[0]
    assert answer["Cache-Control"] == "no-store"
    assert Token.objects.get().name == "Excel"
    assert Client().get("/api/v1/people/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_a_new_e_mail_address_asks_for_the_password(office, client):
    client.force_login(office.keeper)
    form = {"full_name": "Keeper", "language": "en", "email": "new@example.org"}
    assert client.post("/people/me/", form).status_code == 422
    assert client.post("/people/me/", {**form, "password": "wrong"}).status_code == 422
    assert client.post("/people/me/", {**form, "password": "pass"}).status_code == 302
    assert Account.objects.get(login="keeper").email == "new@example.org"
    assert client.post("/people/me/", {**form, "full_name": "K."}).status_code == 302


def test_organisations_are_added_renamed_moved_and_closed_within_the_scope(office, client):
    client.force_login(office.of_authority)
    new = {"ref": "wa-n", "en": "Northern branch", "kind": "directorate", "parent": "WA", "place": "T2"}
    assert client.post("/people/organisations/", new).status_code == 302
    made = Organisation.objects.get(ref="WA-N")
    assert made.lineage == [office.authority.pk, made.pk]
    assert client.post("/people/organisations/", {**new, "ref": "X", "parent": "OTHER"}).status_code == 422
    assert client.post("/people/organisations/", {**new, "ref": "X", "parent": ""}).status_code == 422
    assert client.post("/people/organisations/", {**new, "ref": "X", "en": " "}).status_code == 422
    url = "/people/organisations/WA-N/"
    change = {"change": "1", "en": "Upper branch", "kind": "directorate", "parent": "WA-S"}
    assert client.post(url, change).status_code == 302
    made.refresh_from_db()
    assert (made.name_en, made.parent) == ("Upper branch", office.branch)
    circle = {**change, "parent": "WA-N", "en": "South"}
    assert client.post("/people/organisations/WA-S/", circle).status_code == 422
    assert Organisation.objects.get(ref="WA-S").parent == office.authority
    assert client.post("/people/organisations/OTHER/", change).status_code == 403
    assert client.post(url, {"active": "0", "reason": ""}).status_code == 422
    assert client.post(url, {"active": "0", "reason": "merged"}).status_code == 302
    assert "Upper branch" not in text(client.get("/people/invitations/new/"))


def test_an_agreement_is_recorded_and_ended(office, client):
    client.force_login(office.of_authority)
    form = {"giver": "WA-S", "receiver": "OTHER", "records": ["rafid_wells.well"], "reads": "1", "embargo_days": "0"}
    form["starts_on"] = "2020-01-01"
    assert client.post("/people/agreements/", {**form, "giver": "OTHER", "receiver": "WA"}).status_code == 422
    assert client.post("/people/agreements/", {**form, "receiver": "WA-S"}).status_code == 422
    assert client.post("/people/agreements/", form).status_code == 302
    made = Agreement.objects.get(giver__ref="WA-S")
    well = office.well(sensitivity=1, state="published")
    office.stranger.organisation = office.other
    office.stranger.save()
    rows = type(well).objects
    assert rows.visible_to(Account.objects.get(login="stranger")).exists()
    assert client.post(f"/people/agreements/{made.pk}/end/", {"reason": "broken off"}).status_code == 302
    assert not rows.visible_to(Account.objects.get(login="stranger")).exists()
    assert client.post(f"/people/agreements/{made.pk}/end/", {"reason": "again"}).status_code == 404


def test_the_access_page_says_why_and_who(office, admin):
    Grant.objects.filter(account=office.local).update(given_by=office.admin)
    well = office.well(sensitivity=2)
    page = text(admin.get("/people/access/", {"lang": "en", "login": "local", "record": well.ref}))
    assert "This person sees the record." in page
    assert "role “Keeper”, given by chief on" in page
    assert "for Southern branch, South" in page
    page = text(admin.get("/people/access/", {"lang": "en", "login": "stranger", "record": well.get_absolute_url()}))
    assert "does not see the record" in page
    page = text(admin.get("/people/access/", {"lang": "en", "record": str(well.pk)}))
    for login in ("keeper", "local", "chief", "of-authority", "of-south"):
        assert f"/people/{login}/" in page
    assert "/people/reader/" not in page
    page = text(admin.get("/people/access/", {"lang": "en", "programme": "wells", "place": "T11"}))
    assert "/people/local/" in page
    assert "only a part of it" in page
    for wrong in ({"record": "nothing"}, {"login": "nobody"}, {"place": "x"}, {"record": "\x00"}, {"login": "\x00"}):
        assert admin.get("/people/access/", wrong).status_code == 200


def test_the_access_page_tells_an_administrator_of_a_part_nothing_of_the_rest(office, client):
    theirs = office.well(owner=office.other, place=office.north)
    client.force_login(office.of_authority)
    assert "no such record" in text(client.get("/people/access/", {"lang": "en", "record": theirs.ref}))
    assert "no such account" in text(client.get("/people/access/", {"lang": "en", "login": "reader"}))
    mine = office.well(number="W-2")
    page = text(client.get("/people/access/", {"lang": "en", "record": mine.ref}))
    assert "/people/reader/" not in page
    assert "outside your scope" in page


def test_seeing_as_a_role_reads_the_rule_and_changes_nothing(office, client, caplog):
    inside, outside = office.well(sensitivity=2), office.well(number="W-2", owner=office.other, place=office.north)
    client.force_login(office.of_authority)
    before = dict(client.session.items())
    with caplog.at_level("INFO", logger="rafid.people"):
        page = text(client.get("/people/as/", {"lang": "en", "role": "wells.keeper", "organisation": "WA"}))
    assert inside.ref in page or str(inside) in page
    assert outside.ref not in page
    assert "Register of wells" in page
    assert "of-authority looked at what wells.keeper sees for WA" in caplog.text
    assert dict(client.session.items()) == before
    assert not Account.objects.filter(login="").exists()
    page = text(client.get("/people/as/", {"lang": "en", "role": "wells.reader", "organisation": "WA"}))
    assert inside.ref not in page
    for wider in ({"role": "wells.keeper"}, {"role": "wells.keeper", "organisation": "OTHER"}):
        assert client.get("/people/as/", wider).status_code == 403
    assert client.get("/people/as/", {"role": "wells.emperor"}).status_code == 200


def test_a_preview_shows_no_record_that_the_asker_may_not_see(office, client, monkeypatch):
    from rafid.commons.people import visibility
    from rafid.commons.programme import Role

    names = {"ar": "أ", "ckb": "أ", "en": "Lead"}
    monkeypatch.setitem(
        visibility.roles(), "wells.lead", Role("lead", names, reads="restricted", may=frozenset({"people"}))
    )
    secret = office.well(sensitivity=2, name_en="Secret well")

    def narrower(cls, user):
        from django.db.models import Q

        rule = super(type(secret), cls).visibility(user)
        return rule & Q(pk__in=[]) if user.login == "lead" else rule

    monkeypatch.setattr(type(secret), "visibility", classmethod(narrower))
    office.person("lead", ("wells.lead", None, None))
    client.force_login(Account.objects.get(login="lead"))
    page = text(client.get("/people/as/", {"lang": "en", "role": "wells.lead"}))
    assert "Secret well" not in page
    assert "1 of them you do not see yourself" in page


def test_everything_that_a_person_did_is_listed_as_far_as_the_reader_may_see(office, admin, client):
    mine, theirs = office.well(), office.well(number="W-2", name_en="Hidden", owner=office.other, place=office.north)
    with because("measured again", user=str(office.keeper.pk), url="/records/wells/well/W/edit/"):
        mine.depth_m = 77
        mine.save()
    with because("reason of the hidden", user=str(office.keeper.pk)):
        theirs.depth_m = 78
        theirs.save()
    Client().post("/accounts/login/", {"login": "keeper", "password": "pass"}, REMOTE_ADDR="198.51.100.9")
    page = text(admin.get("/people/keeper/?lang=en"))
    assert "measured again" in page
    assert mine.ref in page
    assert theirs.ref in page
    assert "198.51.100.0/24" in page
    client.force_login(office.of_authority)
    page = text(client.get("/people/keeper/?lang=en"))
    assert mine.ref in page
    assert theirs.ref not in page
    assert "reason of the hidden" not in page
    assert "Nothing was done" in text(client.get("/people/keeper/?lang=en&on=2001-01-01"))
    for odd in ("on=x", "before=x", "before=2026-01-01", "on=2026-02-31"):
        assert client.get(f"/people/keeper/?{odd}").status_code == 200


def test_the_list_of_deeds_goes_page_by_page_without_losing_any(office, admin):
    from rafid.commons.people.activity import did

    well = office.well()
    import pghistory.models as history
    from django.utils import timezone

    for number in range(120):
        context = history.Context.objects.create(metadata={"user": str(office.keeper.pk), "reason": f"r{number}"})
        moment = timezone.now() - timezone.timedelta(minutes=number)
        history.Context.objects.filter(pk=context.pk).update(created_at=moment)
        event = well.events.first()
        event.pk, event.pgh_context = None, context
        event.save(force_insert=True)
    seen, before, pages = [], None, 0
    while True:
        deeds, before = did(office.keeper, office.admin, before=before)
        seen += [deed.reason for deed in deeds]
        pages += 1
        if before is None:
            break
    assert pages == 3
    assert seen == [f"r{number}" for number in range(120)]
