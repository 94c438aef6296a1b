"""Where an account may send: the organisation and the place of its grants count, by whichever way it comes."""

from __future__ import annotations

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from rafid.commons.forms import facts
from rafid.commons.forms.models import Submission
from rafid.commons.forms.refusals import Refused
from rafid.commons.forms.sender import of_account
from tests.commons.forms.collect import multipart

pytestmark = pytest.mark.django_db

SOUTH, NORTH = "36.1909 44.0100 412.0 4.8", "36.5 44.5 412.0 4.8"


@pytest.fixture
def places(world, monkeypatch):
    """Answers lie in the town of the south, or in the north."""
    monkeypatch.setattr(
        facts, "place_of_point", lambda longitude, latitude: (world.north if latitude > 36.4 else world.town).pk
    )


def account(world, login, *grants, organisation=None):
    someone = world.person(login, *grants)
    someone.organisation = organisation
    someone.save()
    return someone


def kept(field):
    return Submission.objects.filter(form=field.form)


def why(send, *args, **more) -> tuple[int, str]:
    with pytest.raises(Refused) as caught, translation.override("en"):
        send(*args, **more)
    return caught.value.status, str(caught.value)


def test_rows_are_of_the_organisation_that_the_grant_is_for(field, world):
    clerk = account(world, "clerk", ("wells.collector", world.branch, None), organisation=world.other)
    field.send(field.visit(1), of_account(clerk))
    assert kept(field).get().owner == world.branch
    own = account(world, "own", ("wells.collector", world.authority, None), organisation=world.branch)
    field.send(field.visit(2), of_account(own))
    assert kept(field).get(instance_id="uuid:2").owner == world.branch


def test_where_grants_leave_the_organisation_open_it_is_asked(field, world):
    between = account(world, "between", ("wells.collector", world.branch, None), ("wells.collector", world.other, None))
    status, sentence = why(field.send, field.visit(1), of_account(between))
    assert (status, "for which organisation" in sentence) == (403, True)
    assert not kept(field).exists()


def test_a_grant_of_another_programme_sends_nothing(field, world):
    assert (
        why(field.send, field.visit(1), of_account(account(world, "m", ("monitoring.collector", None, None))))[0] == 404
    )


def test_a_grant_for_a_place_sends_from_there_only(field, world, places):
    local = account(world, "southern", ("wells.collector", world.branch, world.south), organisation=world.branch)
    field.send(field.visit(1, loc=SOUTH), of_account(local))
    assert kept(field).get().place == world.town
    status, sentence = why(field.send, field.visit(2, loc=NORTH), of_account(local))
    assert (status, "South" in sentence) == (403, True)
    field.send(field.visit(3, loc=""), of_account(local))
    assert kept(field).get(instance_id="uuid:3").place == world.south


def test_one_that_names_no_place_needs_a_grant_without_one_where_it_could_be_several(field, world, places):
    both = account(
        world, "two", ("wells.collector", world.branch, world.south), ("wells.collector", world.branch, world.north)
    )
    field.send(field.visit(1, loc=NORTH), of_account(both))
    assert why(field.send, field.visit(2, loc=""), of_account(both))[0] == 403


def test_organisation_and_place_must_be_of_one_grant(field, world, places):
    mixed = account(
        world,
        "mixed",
        ("wells.collector", world.branch, world.south),
        ("wells.collector", world.other, None),
        organisation=world.branch,
    )
    assert why(field.send, field.visit(1, loc=NORTH), of_account(mixed))[0] == 403


def test_so_it_is_in_collect_and_in_the_browser(field, world, places, client):
    southern = account(world, "southern", ("wells.collector", world.branch, world.south), organisation=world.branch)
    body, kind = multipart([("xml_submission_file", "v.xml", "text/xml", field.visit(1, loc=NORTH))])
    secret = base64.b64encode(b"southern:pass").decode()
    answer = client.generic(
        "POST",
        "/collect/submission",
        body,
        content_type=kind,
        headers={"Authorization": f"Basic {secret}", "Accept-Language": "en"},
    )
    assert answer.status_code == 403
    assert b"South" in answer.content
    client.force_login(southern)
    part = SimpleUploadedFile("v.xml", field.visit(1, loc=NORTH))
    answer = client.post(f"/forms/fill/{field.form.pk}/send", {"xml_submission_file": part})
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_reach")


def test_an_edit_in_the_office_stays_within_the_roles_of_who_makes_it(field, world, places, client):
    field.send(field.visit(1, loc=SOUTH))
    client.force_login(
        account(world, "editor", ("wells.reviewer", world.branch, world.south), organisation=world.branch)
    )
    address = f"/api/v1/forms/{field.form.pk}/submissions/uuid:1"

    def put(number, **changed):
        xml = field.visit(number, edits="uuid:1", **changed).decode()
        return client.put(address, {"xml": xml, "reason": "Read again"}, content_type="application/json")

    assert put(2, loc=NORTH).status_code == 403
    assert put(3, loc=SOUTH, deminers=9).status_code == 200
    assert kept(field).get().edits == 1


def test_a_correction_that_names_no_place_leaves_it_where_it_was(field, world):
    field.phone.places.set([world.town])
    field.send(field.visit(1, loc=""))
    editor = account(world, "everywhere", ("wells.officer", None, None))
    field.send(field.visit(2, loc="", edits="uuid:1", deminers=9), of_account(editor))
    assert kept(field).get().place == world.town


def test_drafts_are_tried_by_those_who_make_the_form(field, world, client):
    from rafid.commons.forms.versions import put_draft
    from tests.methods.xforms.conftest import T1_XFORM

    put_draft(field.form, T1_XFORM.replace('version="1"', 'version="2"').encode())
    for login, organisation, status in (("elsewhere", world.other, 404), ("maker", world.authority, 200)):
        client.force_login(world.person(login, ("wells.officer", organisation, None)))
        assert client.get(f"/forms/fill/{field.form.pk}/?draft").status_code == status
