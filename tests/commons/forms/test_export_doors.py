"""The doors of exports: who may, what is logged, states and tags, readers who go away."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client

from rafid.commons.forms.models import FieldPolicy, Submission
from rafid.commons.people.models import AccessLog

pytestmark = pytest.mark.django_db

FILES = ("export.csv.zip", "export.xlsx", "export.geojson", "media.zip")


@pytest.fixture
def at(field):
    """``at(role)``: a client signed in as somebody of that role, None for nobody."""

    def signed_in(role: str | None, organisation=None, place=None) -> Client:
        client = Client()
        if role:
            account = field.world.person(f"{role}-here", (f"wells.{role}", organisation, place))
            client.force_login(account)
        return client

    return signed_in


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def opened(answer) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(body(answer))) as found:
        return {name: found.read(name).decode() for name in found.namelist()}


def address(field, file: str, named: str = "") -> str:
    return f"/api/v1/forms/{named or field.form.pk}/{file}"


@pytest.mark.parametrize("file", FILES)
def test_who_may_take_a_form_along(field, at, file):
    field.send()
    statuses = {role: at(role).get(address(field, file)).status_code for role in (None, "officer", "reviewer", "donor")}
    assert statuses == {None: 401, "officer": 200, "reviewer": 200, "donor": 200}
    assert at("collector").get(address(field, file)).status_code == 403
    stranger = Client()
    stranger.force_login(field.world.stranger)
    assert stranger.get(address(field, file)).status_code == 404


def test_a_form_is_found_by_its_own_id_too(field, at):
    field.send(field.visit(1))
    answer = at("officer").get(address(field, "export.csv.zip", "t1"))
    assert answer["Content-Disposition"] == 'attachment; filename="t1.csv.zip"'
    assert "uuid:1" in opened(answer)["t1.csv"]


def test_the_list_s_filters_and_what_is_not_understood(field, at):
    field.send(field.visit(1))
    field.send(field.visit(2, gov="nineveh", dist="mosul"))
    Submission.objects.filter(instance_id="uuid:1").update(state="approved")
    officer = at("officer")
    found = opened(officer.get(address(field, "export.csv.zip"), {"state": "approved"}))
    assert "uuid:1" in found["t1.csv"]
    assert "uuid:2" not in found["t1.csv"]
    assert "uuid:2/" not in found["t1-nc.csv"]
    found = opened(officer.get(address(field, "export.csv.zip"), {"answer.gov": "nineveh"}))
    assert "uuid:2" in found["t1.csv"]
    assert "uuid:1," not in found["t1.csv"]
    for query in (
        {"state": "lost"},
        {"split": "perhaps"},
        {"labels": "fr"},
        {"since": "yesterday"},
        {"since": "9999-12-32"},
    ):
        answer = officer.get(address(field, "export.csv.zip"), query)
        assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, next(iter(query)))


def test_nobody_filters_by_what_he_does_not_see(field, at):
    FieldPolicy.objects.create(form=field.form, path="/data/gov", label="personal", reader_sees="nothing")
    answer = at("donor").get(address(field, "export.csv.zip"), {"answer.gov": "nineveh"})
    assert answer.status_code == 422


def test_an_unchanged_state_is_not_sent_again(field, at):
    field.send(field.visit(1))
    officer = at("officer")
    first = officer.get(address(field, "export.csv.zip"))
    body(first)
    again = officer.get(address(field, "export.csv.zip"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = officer.get(address(field, "export.csv.zip") + "?split=1", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200
    field.send(field.visit(2))
    assert officer.get(address(field, "export.csv.zip"), headers={"If-None-Match": first["ETag"]}).status_code == 200
    newest = officer.get(address(field, "export.csv.zip"))["ETag"]
    Submission.objects.filter(instance_id="uuid:2").update(deleted_at="2026-09-30T00:00Z")
    assert officer.get(address(field, "export.csv.zip"), headers={"If-None-Match": newest}).status_code == 200
    masked = officer.get(address(field, "export.csv.zip"))["ETag"]
    assert at("donor").get(address(field, "export.csv.zip"), headers={"If-None-Match": masked}).status_code == 200


def test_every_file_is_logged_with_its_purpose_before_it_leaves(field, at):
    field.send(field.visit(1))
    field.send(field.visit(2))
    FieldPolicy.objects.create(form=field.form, path="/data/gov", label="personal", reader_sees="nothing")
    officer = at("officer")
    officer.get(address(field, "export.csv.zip"), {"purpose": " Donor\n report "})
    officer.head(address(field, "export.csv.zip"))
    (row,) = AccessLog.objects.all()
    seen = (row.account.login, row.kind, row.label, row.object_id, row.purpose, row.count, row.restricted)
    assert seen == ("officer-here", "export", "rafid_forms.form", str(field.form.pk), "Donor report", 2, True)
    assert row.address.startswith(f"/api/v1/forms/{field.form.pk}/export.csv.zip?purpose=")
    assert row.network == "127.0.0.0/24"


@pytest.mark.parametrize("file", FILES)
def test_sensitive_answers_leave_with_a_purpose_only(field, at, file):
    field.send(field.visit(1))
    officer, donor = at("officer"), at("donor")
    FieldPolicy.objects.create(form=field.form, path="/data/loc", label="place", reader_sees="generalised")
    assert officer.get(address(field, file)).status_code == 200, "every form with a position has a place"
    FieldPolicy.objects.create(form=field.form, path="/data/gov", label="personal", reader_sees="nothing", said=True)
    for query in ({}, {"purpose": " \x00 "}):
        answer = officer.get(address(field, file), query, headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "purpose")
        assert "what they are for" in answer.json()["errors"][0]["message"]
    assert AccessLog.objects.count() == 1, "what did not leave is not logged as taken"
    assert officer.get(address(field, file), {"purpose": "Report"}).status_code == 200
    assert officer.get(address(field, file), {"public": "1"}).status_code == 200
    assert donor.get(address(field, file)).status_code == 200, "he sees none of it"


def test_the_log_refuses_changes(field, at):
    from django.db import DatabaseError, transaction

    at("officer").get(address(field, "export.csv.zip"))
    for change in (lambda: AccessLog.objects.update(purpose="x"), lambda: AccessLog.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert AccessLog.objects.count() == 1


def test_a_packed_file_is_not_packed_again(field, at):
    field.send()
    answer = at("officer").get(address(field, "export.csv.zip"), headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "identity"
    assert body(answer)[:2] == b"PK"


def test_a_scope_holds_for_files(field, at):
    """A reviewer of the southern branch takes along what the branch sent, and nothing of others."""
    field.send(field.visit(1))
    Submission.objects.filter(instance_id="uuid:1").update(owner=field.world.other)
    field.send(field.visit(2))
    found = opened(at("reviewer", field.world.branch).get(address(field, "export.csv.zip")))
    assert "uuid:2" in found["t1.csv"]
    assert "uuid:1," not in found["t1.csv"]
    assert "uuid:1/" not in found["t1-nc.csv"]
