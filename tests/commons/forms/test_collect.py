"""What unmodified Collect meets at ``/collect``: lists, forms, files, receipts, refusals."""

from __future__ import annotations

import hashlib

import pytest
from django.db import OperationalError

from rafid.commons import blobs
from rafid.commons.forms import accept as accepting
from rafid.commons.forms.models import AppUser, Attachment, FormFile, FormState, Submission
from rafid.commons.forms.sender import new_token
from rafid.commons.forms.versions import publish_draft, put_draft
from tests.commons.forms.collect import Collect, PhoneError, message, multipart, nature, through
from tests.methods.xforms.conftest import T1_XFORM

pytestmark = pytest.mark.django_db


@pytest.fixture
def collect(field, client):
    return Collect(through(client), f"http://testserver/collect/{field.token}")


def kept(field):
    return Submission.objects.filter(form=field.form)


def with_file(field, name: str = "sites.csv", content: bytes = b"name,label\na,A\n") -> FormFile:
    """The form in a second version, with a file."""
    version = put_draft(field.form, T1_XFORM.replace('version="1"', 'version="2"').encode())
    blob = blobs.keep(content)
    file = FormFile.objects.create(
        version=version, name=name, kind="csv", sha256=blob.sha256, md5=blob.md5, size=blob.size
    )
    publish_draft(field.form)
    return file


def test_a_phone_gets_its_forms(field, collect):
    (listed,) = collect.forms()
    assert (listed.form_id, listed.name, listed.version, listed.manifest) == ("t1", "Site visit", "1", None)
    assert listed.download == f"http://testserver/collect/{field.token}/forms/t1.xml?version=1"
    got = collect.download(listed)
    assert got.xml == bytes(field.version.xform)


def test_a_form_that_was_not_given_is_not_listed(field, collect):
    field.phone.forms.clear()
    assert collect.forms() == []


@pytest.mark.parametrize(("state", "listed"), [("open", 1), ("closing", 0), ("closed", 0)])
def test_only_open_forms_are_listed(field, collect, state, listed):
    field.form.state = state
    field.form.save()
    assert len(collect.forms()) == listed


def test_a_form_comes_with_its_files(field, collect):
    with_file(field)
    (listed,) = collect.forms()
    assert listed.version == "2"
    got = collect.download(listed)
    assert got.files == {"sites.csv": b"name,label\na,A\n"}


def test_a_form_that_lacks_a_file_is_left_out(field, collect):
    from rafid.commons.forms.design.form_files import lost

    file = with_file(field)
    FormFile.objects.filter(pk=file.pk).update(sha256=None)
    assert collect.forms() == []
    assert lost(file.version) == ["sites.csv"]


def test_a_file_that_the_store_lost_leaves_its_form_out(field, collect):
    file = with_file(field)
    blobs.path_of(file.sha256).unlink()
    assert collect.forms() == []


def test_a_form_is_not_sent_twice(field, client):
    address = f"/collect/{field.token}/forms/t1.xml"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again["X-OpenRosa-Version"] == "1.0"


def test_one_form_of_the_list_can_be_asked_for(field, client):
    assert b"<formID>t1<" in client.get(f"/collect/{field.token}/formList?formID=t1").content
    assert b"<formID>" not in client.get(f"/collect/{field.token}/formList?formID=other").content


def test_a_visit_arrives(field, collect):
    (answer,) = collect.send(field.visit(7))
    assert (answer.status, answer.headers["content-type"], answer.headers["x-openrosa-version"]) == (
        201,
        "text/xml; charset=utf-8",
        "1.0",
    )
    assert nature(answer) == "submit_success"
    one = kept(field).get(instance_id="uuid:7")
    assert (one.app_user, one.device_id) == (field.phone, "collect:7Ab")


def test_photos_come_in_parts(field, client, settings):
    settings.RAFID_SUBMISSION_LIMIT = 6000
    collect = Collect(through(client), f"http://testserver/collect/{field.token}")
    photos = {"a.jpg": b"\xff\xd8\xff" + b"a" * 3000, "b.jpg": b"\xff\xd8\xff" + b"b" * 3000}
    answers = collect.send(field.visit(1), photos)
    assert [answer.status for answer in answers] == [201, 201]
    one = kept(field).get(instance_id="uuid:1")
    assert (one.attachments_present, one.attachments_expected) == (2, 2)
    for file in Attachment.objects.filter(submission=one):
        assert blobs.read(file.sha256) == photos[file.name]


def test_sending_again_changes_nothing(field, collect):
    for _time in range(10):
        collect.send(field.visit(1), {"a.jpg": b"photo"})
    assert kept(field).count() == 1
    assert Attachment.objects.filter(submission__form=field.form, sha256__isnull=False).count() == 1


def test_an_edit_is_taken_and_an_old_one_is_not(field, collect):
    collect.send(field.visit(1))
    collect.send(field.visit(2, edits="uuid:1"))
    with pytest.raises(PhoneError, match="409"):
        collect.send(field.visit(3, edits="uuid:1"))
    with pytest.raises(PhoneError, match="404"):
        collect.send(field.visit(4, edits="uuid:none"))
    assert kept(field).get().edits == 1


def test_other_answers_are_a_conflict(field, collect):
    collect.send(field.visit(1))
    with pytest.raises(PhoneError, match="409"):
        collect.send(field.visit(1, medics="3"))


def test_a_revoked_phone_is_shut_out_with_the_next_request(field, collect):
    from django.utils import timezone

    collect.forms()
    AppUser.objects.filter(pk=field.phone.pk).update(revoked_at=timezone.now())
    for attempt in (collect.forms, collect.largest, lambda: collect.send(field.visit(1))):
        with pytest.raises(PhoneError, match="403"):
            attempt()
    assert not kept(field).exists()


@pytest.mark.parametrize(
    "body", [b"", b"no multipart", multipart([("xml_submission_file", "v.xml", "text/xml", b"<")])[0]]
)
def test_who_is_not_known_hears_of_that_and_not_of_what_was_sent(field, collect, body):
    kind = multipart([])[1]
    address = f"/collect/{field.token}/submission"
    assert collect.line("POST", address, body, {"Content-Type": kind}).status == 400
    AppUser.objects.filter(pk=field.phone.pk).delete()
    assert collect.line("POST", address, body, {"Content-Type": kind}).status == 403


def test_a_long_body_of_who_is_not_known_is_not_read(field, collect, monkeypatch):
    from rafid.commons.forms.openrosa import views

    monkeypatch.setattr(views, "read_body", lambda *_: pytest.fail("it was read"))
    body, kind = multipart([("xml_submission_file", "v.xml", "text/xml", b"x" * 300_000)])
    assert collect.line("POST", "/collect/nobody/submission", body, {"Content-Type": kind}).status == 403


def test_a_closed_form_says_so_in_the_phone_s_language(field, client):
    field.form.state = FormState.CLOSED
    field.form.save()
    said = set()
    for language in ("ar", "ckb", "en", "fr-FR,ku;q=0.5"):
        phone = Collect(through(client), f"http://testserver/collect/{field.token}", language=language)
        with pytest.raises(PhoneError, match="403") as caught:
            phone.send(field.visit(1))
        said.add(str(caught.value))
    assert len(said) == 3


def test_what_is_not_here_is_404(field, collect, client):
    for changed in (
        field.visit(1).replace(b'id="t1"', b'id="t2"'),
        field.visit(1).replace(b'version="1"', b'version="9"'),
    ):
        with pytest.raises(PhoneError, match="404"):
            collect.send(changed)
    assert client.get(f"/collect/{field.token}/forms/t2.xml").status_code == 404
    assert client.get(f"/collect/{field.token}/forms/t1.xml?version=9").status_code == 404


def test_broken_answers_are_received(field, collect):
    collect.send(field.visit(1, deminers="abc"))
    assert kept(field).get().findings_open == 2


def test_methods_that_are_not_there(field, client):
    answer = client.get(f"/collect/{field.token}/submission")
    assert (answer.status_code, answer["Allow"]) == (405, "HEAD, POST")
    assert client.post(f"/collect/{field.token}/formList").status_code == 405


def test_no_cookie_is_set_and_none_is_needed(field, client):
    answer = client.get(f"/collect/{field.token}/formList?lang=en")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


# --- accounts ---------------------------------------------------------------------------------------------------------


def basic(login: str, secret: str) -> dict[str, str]:
    import base64

    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{secret}".encode()).decode()}


def test_without_a_sign_in_the_account_s_address_asks_for_one(field, client):
    for method, call in (("GET", "formList"), ("HEAD", "submission"), ("POST", "submission")):
        answer = client.generic(method, f"/collect/{call}")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Basic ")
    assert client.get("/collect/formList", headers=basic("local", "wrong")).status_code == 401


def test_an_account_gets_and_sends(field, client):
    designer = field.world.person("designer", ("platform.administrator", field.world.branch, None))
    body, kind = multipart([("xml_submission_file", "v.xml", "text/xml", field.visit(1))])
    assert b"<formID>t1<" in client.get("/collect/formList", headers=basic("designer", "pass")).content
    answer = client.generic("POST", "/collect/submission", body, content_type=kind, headers=basic("designer", "pass"))
    assert answer.status_code == 201
    assert kept(field).get().account == designer


def test_an_account_without_a_role_gets_nothing(field, client):
    answer = client.get("/collect/formList", headers=basic("stranger", "pass"))
    assert (answer.status_code, b"<formID>" in answer.content) == (200, False)


def test_a_session_is_no_sign_in_here(field, client):
    client.force_login(field.world.keeper)
    assert client.get("/collect/formList").status_code == 401


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_tried_apart(field, client, collect):
    draft = put_draft(field.form, T1_XFORM.replace('version="1"', 'version="2"').encode())
    token, digest = new_token()
    AppUser.objects.create(name="trial", token_sha256=digest, owner=field.world.branch, draft=draft)
    trial = Collect(through(client), f"http://testserver/collect/test/{token}")
    (listed,) = trial.forms()
    assert listed.version == "2"
    trial.download(listed)
    trial.send(field.visit(1).replace(b'version="1"', b'version="2"'))
    assert not kept(field).exists()
    assert Submission.everything.get(form=field.form).draft == draft
    assert collect.forms()[0].version == "1"
    for address in (f"/collect/{token}/formList", f"/collect/test/{field.token}/formList"):
        assert client.get(address).status_code == 403


# --- what the server cannot do now ------------------------------------------------------------------------------------


def test_a_full_disk_is_told_and_the_next_try_succeeds(field, collect, monkeypatch):
    import errno

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(blobs, "stage", full)
        with pytest.raises(PhoneError, match="503"):
            collect.send(field.visit(1), {"a.jpg": b"photo"})
    assert not kept(field).exists()
    collect.send(field.visit(1), {"a.jpg": b"photo"})
    assert kept(field).get().attachments_present == 1


def test_a_database_that_is_away_is_told(field, client, monkeypatch):
    def away(*_args, **_kwargs):
        raise OperationalError("the connection is closed")

    body, kind = multipart([("xml_submission_file", "v.xml", "text/xml", field.visit(1))])
    monkeypatch.setattr(accepting, "examine_by_phone", away)
    answer = client.generic("POST", f"/collect/{field.token}/submission", body, content_type=kind)
    assert (answer.status_code, answer["Retry-After"], answer["X-OpenRosa-Version"]) == (503, "60", "1.0")
    assert b"submit_success" not in answer.content


def test_guesses_are_slowed_and_a_good_phone_is_not(field, client, collect):
    statuses = [client.get(f"/collect/{'x' * 40}{number}/formList").status_code for number in range(22)]
    assert statuses == [403] * 20 + [429] * 2
    assert int(client.get("/collect/guess/formList")["Retry-After"]) > 0
    assert len(collect.forms()) == 1


# --- behind a proxy ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "begins"),
    [
        (0, "proto=https;host=testserver", "http://testserver/"),
        (1, "proto=https", "https://testserver/"),
        (1, 'for=1.2.3.4;proto=http;host=evil.example, for="[::1]";Proto=https;Host="localhost:8443"', "https://localhost:8443/"),
        (1, "proto=https;host=evil.example", "https://testserver/"),
        (1, "nonsense", "http://testserver/"),
    ],
)  # fmt: skip
def test_addresses_are_those_that_the_phone_sees(field, client, settings, proxies, forwarded, begins):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    answer = client.get(f"/collect/{field.token}/formList", headers={"Forwarded": forwarded})
    assert f"<downloadUrl>{begins}" in answer.content.decode()


def test_the_hash_is_that_of_the_bytes(field, client, collect):
    (listed,) = collect.forms()
    body = client.get(f"/collect/{field.token}/forms/t1.xml").content
    assert listed.hash == "md5:" + hashlib.md5(body, usedforsecurity=False).hexdigest()


def test_the_message_of_a_receipt(field, client):
    phone = Collect(through(client), f"http://testserver/collect/{field.token}", language="ar")
    (answer,) = phone.send(field.visit(1), {"a.jpg": b"x"})
    assert "ملف" in message(answer)


def test_a_visit_costs_two_questions_of_the_database(field, collect, django_assert_num_queries):
    """The phone with the form and what is known of the identity; the receipt."""
    collect.send(field.visit(1))
    with django_assert_num_queries(2):
        body, kind = multipart([("xml_submission_file", "v.xml", "text/xml", field.visit(2))])
        answer = collect.line("POST", f"/collect/{field.token}/submission", body, {"Content-Type": kind})
    assert answer.status == 201


# --- entity lists -----------------------------------------------------------------------------------------------------


def test_an_entity_list_comes_as_a_file_of_the_phone_s_scope(grove, client):
    world = grove.world
    token, digest = new_token()
    phone = AppUser.objects.create(name="Lists", token_sha256=digest, owner=world.branch)
    phone.forms.add(grove.visits)
    lists = Collect(through(client), f"http://testserver/collect/{token}")
    listed = next(form for form in lists.forms() if form.form_id == "tree_visit")
    got = lists.download(listed)
    assert got.kinds == {"trees.csv": "entityList"}
    assert got.files["trees.csv"].startswith(b"name,label,__version,")
    unknown = "11111111-1111-4111-8111-111111111111"
    answer = client.get(f"/collect/{token}/datasets/trees/integrity?id={unknown},nonsense")
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert f'<entity id="{unknown}"><deleted>false</deleted></entity>'.encode() in answer.content
    assert b"nonsense" not in answer.content
    # A list of forms that the phone does not carry is not there.
    phone.forms.clear()
    assert client.get(f"/collect/{token}/datasets/trees/integrity?id={unknown}").status_code == 404
