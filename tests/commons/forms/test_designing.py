"""A designer's verbs through the real database: upload, draft, publish, states, policies."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from rafid.commons.forms.accept import accept
from rafid.commons.forms.design import policies, states
from rafid.commons.forms.design.form_files import lost, missing
from rafid.commons.forms.design.publish import NotPublished, publish
from rafid.commons.forms.design.upload import FormRefused, new_draft, new_form
from rafid.commons.forms.models import AppUser, Form, FormVersion, Submission
from rafid.commons.forms.sender import new_token, of_phone
from tests.commons.forms.designing import PLAIN, given, sheet
from tests.methods.xforms.conftest import T1_XFORM, t1_xml

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def upload(world):
    def make(*rows, **more):
        return new_form(given(sheet(*(rows or PLAIN), **more)), programme="wells", owner=world.authority)

    return make


def refused(call) -> list[str]:
    with pytest.raises(FormRefused) as caught:
        call()
    return [problem.message for problem in caught.value.problems if problem.severity == "error"]


def test_a_form_with_its_draft(upload):
    made = upload()
    form = made.form
    assert (form.xform_id, form.title, form.state) == ("visit", "Visit", "draft")
    assert (made.version.version_text, made.version.source_name, bytes(made.version.source)) == (
        "1", "visit.md", sheet(*PLAIN),
    )  # fmt: skip
    assert form.roles == {"place": "/data/village", "site": "/data/site", "interviewer": "/data/interviewer",
                          "location": "/data/here"}  # fmt: skip
    seen = {policy.path[6:]: (policy.label, policy.reader_sees, policy.public_sees) for policy in form.policies.all()}
    assert seen == {
        "site": ("none", "value", "value"),
        "village": ("none", "value", "value"),
        "interviewer": ("none", "value", "nothing"),
        "here": ("place", "generalised", "nothing"),
        "phone": ("identifying", "nothing", "nothing"),
        "photo": ("none", "value", "nothing"),
        "story": ("protection", "nothing", "nothing"),
    }


def test_a_faulty_form_leaves_nothing(world, upload):
    with pytest.raises(FormRefused) as caught:
        upload("integer | a | A | (1=1 | | |", "integer | b | B | . == 1 | ${gone} > 1 | |")
    assert [problem.cell for problem in caught.value.problems if problem.severity == "error"] == ["D2", "D3", "E3"]
    assert caught.value.rows["survey"][2] == ("integer", "a", "A", "(1=1")
    assert not Form.objects.filter(xform_id="visit").exists()


@pytest.mark.parametrize("form_id", ["9visit", "زيارة", "a" * 65])
def test_an_identity_that_cannot_be_an_address(upload, form_id):
    assert any("cannot be used" in said for said in refused(lambda: upload(form_id=form_id)))


def test_the_same_form_twice_is_no_second_form(upload):
    upload()
    assert refused(upload) == [
        "There is already a form “visit”. Upload this as its new draft, or give it another form_id."
    ]


def test_a_draft_is_replaced_and_published(upload, world):
    form = upload().form
    second = new_draft(form, given(sheet(*PLAIN, "text | more | More | | | |")))
    assert FormVersion.objects.get(form=form, published_at=None) == second.version
    published = publish(form, by=world.keeper)
    assert (form.state, published.published_by, published.version_text) == ("open", world.keeper, "1")
    with pytest.raises(NotPublished, match="no draft"):
        publish(form)
    assert refused(lambda: new_draft(form, given(sheet(*PLAIN)))) == [
        "Version “1” was published already and cannot change. Give this one another version."
    ]
    third = new_draft(form, given(sheet(*PLAIN, version="0")))
    assert any("not larger" in problem.message for problem in third.problems)
    publish(form)
    assert form.versions.filter(published_at__isnull=False).count() == 2


def test_a_draft_of_another_form_is_refused(upload):
    form = upload().form
    assert refused(lambda: new_draft(form, given(sheet(*PLAIN, form_id="other")))) == [
        "This is the form “other”, not “visit”. Upload it as a form of its own, or correct its form_id."
    ]


@pytest.fixture
def tried(world):
    """T1 with a draft, a phone that tries it, and one test submission in it."""
    form = new_form(given(T1_XFORM.encode(), "t1.xml"), programme="wells", owner=world.authority).form
    _token, digest = new_token()
    phone = AppUser.objects.create(
        name="test", token_sha256=digest, owner=world.authority, draft=form.versions.get(published_at=None)
    )
    accept(t1_xml(), of_phone(phone))
    assert Submission.everything.filter(form=form).count() == 1
    assert not Submission.objects.filter(form=form).exists()
    return form


def test_tests_vanish_with_the_draft_that_is_replaced(tried):
    new_draft(tried, given(T1_XFORM.encode(), "t1.xml"))
    assert not Submission.everything.filter(form=tried).exists()
    assert not AppUser.objects.filter(name="test").exists()


def test_tests_vanish_when_the_draft_is_published(tried):
    publish(tried)
    assert not Submission.everything.filter(form=tried).exists()
    assert not AppUser.objects.filter(name="test").exists()


SITES = (
    "select_one_from_file sites.csv | site | Site | | | |",
    "text | note | Note | | | |",
)


def test_files_that_are_missing_unneeded_or_wrong(world):
    def make(**files):
        return new_form(given(sheet(*SITES), **files), programme="wells", owner=world.authority)

    assert refused(lambda: make(sites__csv=b"code,label\n1,A\n")) == [
        "“sites.csv” has no column “name”, which the form selects from it. Its columns: code, label"
    ]
    assert refused(lambda: make(sites__csv="name,label\nس,ص".encode("windows-1256")))[0].startswith(
        "“sites.csv” is not UTF-8"
    )
    made = make(other__csv=b"a\n1\n")
    assert (made.missing, made.unneeded) == (("sites.csv",), ("other.csv",))
    with pytest.raises(NotPublished, match=r"sites\.csv"):
        publish(made.form)
    again = new_draft(made.form, given(sheet(*SITES), sites__csv=b"name,label\n1,A\n"))
    assert again.missing == ()
    # The next draft keeps the file that nobody sent again.
    later = new_draft(made.form, given(sheet(*SITES, "text | b | B | | | |")))
    assert missing(later.version) == []
    publish(made.form)
    assert lost(made.form.versions.get()) == []


def test_a_file_that_the_store_has_lost_is_told(world, settings):
    from rafid.commons import blobs

    made = new_form(given(sheet(*SITES), sites__csv=b"name,label\n1,A\n"), programme="wells", owner=world.authority)
    publish(made.form)
    blobs.path_of(made.form.versions.get().files.get().sha256).unlink()
    assert lost(made.form.versions.get()) == ["sites.csv"]


def test_states_follow_one_another(upload):
    form = upload().form
    with pytest.raises(states.NotNow, match="no published version"):
        states.set_state(form, "open")
    publish(form)
    for state in ("closing", "closed", "open", "closed"):
        states.set_state(form, state)
        assert Form.objects.get(pk=form.pk).state == state
    with pytest.raises(states.NotNow):
        states.set_state(form, "closing")
    new_draft(form, given(sheet(*PLAIN, version="2")))
    with pytest.raises(NotPublished, match="closed"):
        publish(form)


def test_what_was_said_of_a_question_stays_until_the_form_says_otherwise(upload):
    form = upload().form
    publish(form)
    policies.say_policies(form, {"/data/site": ("identifying", "generalised", "nothing")})
    policies.say_roles(form, _made(form), {"site": "", "place": "/data/site"})
    rows = [row.replace("| Story | | | protection |", "| Story | | | none |") for row in PLAIN]
    new_draft(form, given(sheet(*rows, "text | new | New | | | personal | interviewer", version="2")))
    story = form.policies.get(path="/data/story")
    assert (story.label, form.policies.get(path="/data/new").label) == ("protection", "personal")
    assert Form.objects.get(pk=form.pk).roles["interviewer"] == "/data/interviewer"
    publish(form)
    assert form.policies.get(path="/data/story").label == "none"
    assert form.policies.get(path="/data/site").label == "identifying"
    assert Form.objects.get(pk=form.pk).roles == {
        "place": "/data/site", "site": "", "interviewer": "/data/new", "location": "/data/here",
    }  # fmt: skip


def test_policies_and_roles_that_cannot_be(upload):
    form = upload().form
    with pytest.raises(policies.NotTaken, match="public would see more"):
        policies.say_policies(form, {"/data/site": ("none", "nothing", "value")})
    with pytest.raises(policies.NotTaken):
        policies.say_policies(form, {"/data/nothing": ("none", "value", "value")})
    with pytest.raises(policies.NotTaken):
        policies.say_roles(form, _made(form), {"location": "/data/site"})


def _made(form):
    from rafid.methods.xforms import parse_form

    return parse_form(bytes(form.versions.first().xform))
