"""What happens while something else does: a draft is dropped, a submission is corrected, a thing is decided on."""

from __future__ import annotations

import pytest

from rafid.commons.forms import arrivals
from rafid.commons.forms.accept import examine, take
from rafid.commons.forms.design.trying import new_tester
from rafid.commons.forms.models import Entity, Form, HeldUpdate, Submission
from rafid.commons.forms.refusals import Refused
from rafid.commons.forms.sender import of_phone
from rafid.commons.forms.versions import drop_draft, publish_draft, put_draft
from tests.commons.forms.entities import BRANCH, TREE, new_tree
from tests.commons.forms.entities import visit as tree_visit
from tests.methods.xforms.conftest import T1_XFORM

pytestmark = pytest.mark.django_db

SECOND = T1_XFORM.replace('version="1"', 'version="2"').encode()


def kept(field):
    return Submission.everything.filter(form=field.form)


@pytest.fixture
def tester(field):
    draft = put_draft(field.form, SECOND)
    return of_phone(new_tester(draft)[0])


@pytest.mark.parametrize("what", [drop_draft, publish_draft])
def test_a_draft_that_goes_while_a_phone_tries_it_is_an_unknown_form(field, tester, what):
    examined = examine(field.visit(1).replace(b'version="1"', b'version="2"'), tester)
    what(field.form)
    with pytest.raises(Refused) as caught:
        take(examined, tester)
    assert (caught.value.status, caught.value.code) == (404, "unknown_form")
    assert not kept(field).exists()


def test_so_is_one_that_was_sent_before_and_went_with_it(field, tester):
    xml = field.visit(1).replace(b'version="1"', b'version="2"')
    field.send(xml, tester)
    again = examine(xml, tester)
    assert again.known is not None
    drop_draft(field.form)
    with pytest.raises(Refused) as caught:
        take(again, tester)
    assert caught.value.status == 404


def test_one_that_was_corrected_while_its_examination_broke_waits_for_the_next(field, monkeypatch):
    field.send(field.visit(1))

    def broken(form, ids):
        field.send(field.visit(2, edits="uuid:1", deminers=9))
        raise RuntimeError

    monkeypatch.setattr(arrivals, "_handle", broken)
    arrivals._handle_each(Form.objects.get(pk=field.form.pk), [kept(field).get().pk])
    assert kept(field).get().handled_at is None


def test_a_code_leads_to_no_thing_that_was_deleted(grove):
    from rafid.commons.forms.entities.keep import remove
    from rafid.commons.forms.entities.told import link_by_code

    grove.trees.properties = [*grove.trees.properties, "code"]
    grove.trees.save()
    grove.send(new_tree())
    Entity.everything.update(data={"code": "A-1"})
    sent = grove.send(tree_visit("v9", base="1", girth="40"))
    Submission.everything.filter(pk=sent.submission).update(entity=None, site="A-1")
    remove(Entity.everything.get(), by=grove.world.person("all", ("wells.officer", None, None)), reason="Felled")
    link_by_code([sent.submission])
    assert Submission.everything.get(pk=sent.submission).entity is None


def test_what_was_passed_over_follows_at_night(grove, monkeypatch):
    from rafid.commons.forms.entities import told

    early = grove.send(tree_visit("v1", base="1", trunk="", branch=BRANCH, girth="40"))
    assert HeldUpdate.objects.count() == 1
    monkeypatch.setattr(told, "_free", lambda submission: False)
    grove.send(new_tree())
    assert HeldUpdate.objects.count() == 1, "somebody decides on it just now"
    monkeypatch.undo()
    told.apply_late()
    assert HeldUpdate.objects.count() == 0
    assert Entity.everything.get(uuid=TREE).data["girth"] == "40"
    assert str(Submission.objects.get(pk=early.submission).entity.uuid) == TREE


def test_a_sign_that_the_database_does_not_take_is_left_out_of_why_a_form_closes(field, client):
    client.force_login(field.world.person("officer", ("wells.officer", None, None)))
    answer = client.post(f"/forms/{field.form.pk}/state/", {"state": "closing", "why": "the\x00 end"})
    assert answer.status_code == 302
    field.form.refresh_from_db()
    assert field.form.state == "closing"


def test_an_altitude_is_nothing_that_could_be_made_coarser(field):
    from rafid.commons.forms.entities.visits import _seen
    from rafid.commons.forms.models import FieldPolicy
    from rafid.commons.forms.questions import book_of
    from rafid.commons.forms.seeing import public_masks

    FieldPolicy.objects.create(form=field.form, path="/data/loc", label="place", public_sees="generalised")
    book = book_of(field.form)
    by_name = {column.name: column for column in book.main}
    row = [None] * (max(column.slot for column in book.main) + 1)
    for name, text in (
        ("loc-Latitude", "36.1909"),
        ("loc-Longitude", "44.01"),
        ("loc-Altitude", "412"),
        ("loc-Accuracy", "4.8"),
    ):
        row[by_name[name].slot] = text
    seen = _seen(book, row, public_masks(field.form), False)
    assert (seen["loc-Latitude"], seen["loc-Altitude"], seen["loc-Accuracy"]) == ("36.2", "", "")
