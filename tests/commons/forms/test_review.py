"""Decisions: each transition, each rule, one and many; what the database refuses by itself."""

from __future__ import annotations

import itertools

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from rafid.commons.forms.keeping import trash
from rafid.commons.forms.models import Finding, Form, ReviewEvent, Submission, SubmissionState
from rafid.commons.forms.refusals import Refused
from rafid.commons.forms.sender import of_account
from rafid.commons.forms.submissions import findings, office, review
from rafid.commons.forms.submissions.review import NotDecided, decide

pytestmark = pytest.mark.django_db

STATES = [str(state) for state in SubmissionState]
ALLOWED = {
    ("received", "has_issues"), ("received", "approved"), ("received", "rejected"),
    ("edited", "has_issues"), ("edited", "approved"), ("edited", "rejected"),
    ("has_issues", "approved"), ("has_issues", "rejected"),
    ("approved", "has_issues"), ("approved", "rejected"),
    ("rejected", "has_issues"), ("rejected", "approved"),
}  # fmt: skip
WITH_REASON = {pair for pair in ALLOWED if pair[0] in ("approved", "rejected")}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def desk(field, world):
    """Three people at the reviewers' desk, and a submission."""
    field.first = world.person("first", ("wells.reviewer", None, None))
    field.second = world.person("second", ("wells.reviewer", None, None))
    field.officer = world.person("officer", ("wells.officer", None, None))
    field.one = Submission.objects.get(pk=field.send().submission)
    return field


def put(submission: Submission, state: str) -> None:
    Submission.objects.filter(pk=submission.pk).update(state=state)


@pytest.mark.parametrize(("old", "new"), list(itertools.product(STATES, STATES)))
def test_each_transition_is_allowed_or_refused(desk, old, new):
    put(desk.one, old)
    if (old, new) in ALLOWED:
        (outcome,) = decide(desk.form, [desk.one.pk], new, by=desk.first, reason="seen")
        desk.one.refresh_from_db()
        event = desk.one.events.get()
        assert outcome.state == desk.one.state == new
        assert (event.old, event.new, event.by, event.reason, event.version_number) == (
            old, new, desk.first, "seen", 1,
        )  # fmt: skip
        assert desk.one.changed_at == event.at
    else:
        with pytest.raises(Refused):
            decide(desk.form, [desk.one.pk], new, by=desk.first, reason="seen")
        desk.one.refresh_from_db()
        assert desk.one.state == old
        assert not desk.one.events.exists()


@pytest.mark.parametrize(("old", "new"), sorted(ALLOWED))
def test_what_was_decided_before_changes_with_a_reason_only(desk, old, new):
    put(desk.one, old)
    if (old, new) in WITH_REASON:
        with pytest.raises(NotDecided):
            decide(desk.form, [desk.one.pk], new, by=desk.first, reason="  ")
    else:
        decide(desk.form, [desk.one.pk], new, by=desk.first)


def test_two_reviewers_are_two_accounts(desk):
    desk.form.reviews_needed = 2
    desk.form.save()
    (outcome,) = decide(desk.form, [desk.one.pk], "approved", by=desk.first)
    assert (outcome.state, outcome.approvals, outcome.needed) == ("received", 1, 2)
    with pytest.raises(NotDecided, match="another account"):
        decide(desk.form, [desk.one.pk], "approved", by=desk.first)
    assert [event.by for event in review.approvals_of(desk.one)] == [desk.first]
    (outcome,) = decide(desk.form, [desk.one.pk], "approved", by=desk.second)
    assert (outcome.state, outcome.approvals) == ("approved", 2)


def test_the_database_refuses_a_second_approval_of_one_account(desk):
    event = {
        "submission": desk.one, "old": "received", "new": "received", "approves": True, "by": desk.first,
        "at": timezone.now(), "version_number": 1, "round": 1,
    }  # fmt: skip
    ReviewEvent.objects.create(**event)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewEvent.objects.create(**event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=desk.one.pk).update(state="perhaps")


def test_a_first_approval_does_not_outlive_being_sent_back_nor_a_new_version(desk):
    desk.form.reviews_needed = 2
    desk.form.save()
    decide(desk.form, [desk.one.pk], "approved", by=desk.first)
    decide(desk.form, [desk.one.pk], "has_issues", by=desk.second, reason="which photo?")
    (outcome,) = decide(desk.form, [desk.one.pk], "approved", by=desk.first)
    assert (outcome.state, outcome.approvals) == ("has_issues", 1)
    desk.send(desk.visit(50, edits="uuid:1", deminers=9))
    (outcome,) = decide(desk.form, [desk.one.pk], "approved", by=desk.second)
    assert (outcome.state, outcome.approvals) == ("edited", 1)
    (outcome,) = decide(desk.form, [desk.one.pk], "approved", by=desk.first)
    assert outcome.state == "approved"


def test_nobody_approves_what_he_sent_or_edited(desk):
    own = Submission.objects.get(pk=desk.send(desk.visit(70), of_account(desk.officer)).submission)
    for state in ("has_issues", "rejected"):
        put(own, "received")
        decide(desk.form, [own.pk], state, by=desk.officer, reason="mine")
    put(own, "received")
    with pytest.raises(NotDecided, match="Nobody approves"):
        decide(desk.form, [own.pk], "approved", by=desk.officer)
    office.changed(desk.form, desk.one, {"/data/deminers": "9"}, by=desk.first, reason="slip")
    with pytest.raises(NotDecided, match="Nobody approves"):
        decide(desk.form, [desk.one.pk], "approved", by=desk.first)
    decide(desk.form, [desk.one.pk], "approved", by=desk.second)


def test_a_serious_open_finding_is_approved_over_with_a_reason_only(desk):
    wrong = Submission.objects.get(pk=desk.send(desk.visit(71, n_major=9)).submission)
    assert wrong.worst == 3
    with pytest.raises(NotDecided, match="serious"):
        decide(desk.form, [wrong.pk], "approved", by=desk.first)
    decide(desk.form, [wrong.pk], "has_issues", by=desk.first)
    found = Finding.objects.get(submission=wrong)
    findings.settle(desk.form, found, "confirmed", by=desk.first)
    decide(desk.form, [wrong.pk], "approved", by=desk.first)


def test_many_are_decided_together_or_not_at_all(desk):
    others = [desk.send().submission for _number in range(3)]
    put(Submission.objects.get(pk=others[1]), "approved")
    with pytest.raises(NotDecided) as refusal:
        decide(desk.form, [desk.one.pk, *others], "approved", by=desk.first, reason="all seen")
    assert [name for name, _sentence in refusal.value.refusals] == ["uuid:3"]
    assert not ReviewEvent.objects.filter(submission__form=desk.form).exists()
    outcomes = decide(desk.form, [desk.one.pk, others[0], others[2]], "approved", by=desk.first)
    assert {outcome.state for outcome in outcomes} == {"approved"}
    assert ReviewEvent.objects.filter(submission__form=desk.form).values("at").distinct().count() == 1


def test_review_is_of_those_whose_scope_holds_the_submission(desk, world):
    inside = world.person("inside", ("wells.reviewer", world.branch, None))
    outside = world.person("outside", ("wells.reviewer", world.other, None))
    collector = world.person("collector", ("wells.collector", world.branch, None))
    elsewhere = world.person("elsewhere", ("wells.reviewer", world.branch, world.north))
    for person in (outside, collector, elsewhere):
        with pytest.raises(NotDecided, match="roles"):
            decide(desk.form, [desk.one.pk], "approved", by=person)
    decide(desk.form, [desk.one.pk], "approved", by=inside)


def test_decisions_stay_as_they_were(desk):
    decide(desk.form, [desk.one.pk], "approved", by=desk.first)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        ReviewEvent.objects.update(reason="other")


def test_a_programme_hears_of_a_decision_within_its_transaction(desk, monkeypatch):
    heard = []
    monkeypatch.setattr(review, "tell", lambda submission, old, new: heard.append((submission.pk, old, new)))
    decide(desk.form, [desk.one.pk], "approved", by=desk.first)
    assert heard == [(desk.one.pk, "received", "approved")]

    def refuse(*_arguments):
        raise ValueError("the programme cannot take it")

    monkeypatch.setattr(review, "tell", refuse)
    with pytest.raises(ValueError, match="cannot take it"):
        decide(desk.form, [desk.one.pk], "rejected", by=desk.first, reason="no")
    desk.one.refresh_from_db()
    assert desk.one.state == "approved"
    assert desk.one.events.count() == 1


def test_a_finding_is_excused_with_a_comment_and_counted_anew(desk):
    wrong = Submission.objects.get(pk=desk.send(desk.visit(72, n_major=9, deminers=500)).submission)
    assert (wrong.worst, wrong.findings_open) == (3, 2)
    found = Finding.objects.get(submission=wrong, kind="calculation_mismatch")
    with pytest.raises(Refused, match="excused"):
        findings.settle(desk.form, found, "explained", by=desk.first)
    findings.settle(desk.form, found, "explained", by=desk.first, comment="counted by hand")
    before, wrong = wrong.changed_at, Submission.objects.get(pk=wrong.pk)
    assert (wrong.worst, wrong.findings_open) == (2, 1)
    assert wrong.changed_at > before
    findings.settle(desk.form, found, "open", by=desk.first)
    wrong.refresh_from_db()
    assert (wrong.worst, wrong.findings_open) == (3, 2)


def test_an_edit_in_the_office_is_a_new_version_with_its_reason_and_what_follows_from_it(desk):
    decide(desk.form, [desk.one.pk], "approved", by=desk.first)
    with pytest.raises(Refused, match="Say why"):
        office.changed(desk.form, desk.one, {"/data/nc[2]/sev": "major"}, by=desk.first, reason=" ")
    office.changed(desk.form, desk.one, {"/data/nc[2]/sev": "major"}, by=desk.first, reason="as on the photo")
    desk.one.refresh_from_db()
    version = desk.one.versions.get(number=2)
    assert (desk.one.state, desk.one.edits, desk.one.current_id) == ("edited", 1, version.pk)
    assert (version.way, version.reason, version.account) == ("office", "as on the photo", desk.first)
    assert desk.one.instance_id == "uuid:1"
    assert version.instance_id != "uuid:1"
    main = version.rows.get(table=0)
    assert main.values[7] == "3", "what the form calculates is calculated anew"
    assert not Finding.objects.filter(submission_version=version, kind="calculation_mismatch").exists()


def test_a_corrected_one_is_corrected_again(desk):
    for number in ("9", "10"):
        desk.one.refresh_from_db()
        office.changed(desk.form, desk.one, {"/data/deminers": number}, by=desk.first, reason="slip")
    desk.one.refresh_from_db()
    assert desk.one.edits == 2
    assert desk.one.versions.get(number=3).rows.get(table=0).values[3] == "10"


def test_rows_of_repeats_are_added_and_taken_away(desk):
    new = {"/data/nc[4]/sev": "major", "/data/nc[1]/sev": "minor"}
    office.changed(desk.form, desk.one, new, by=desk.first, reason="seen later", added=["/data/nc[4]"])
    desk.one.refresh_from_db()
    version = desk.one.versions.get(number=2)
    sev = [row.values[0] for row in version.rows.filter(table=1).order_by("ordinal")]
    assert sev == ["minor", "minor", "major", "major"]
    assert version.rows.get(table=0).values[7] == "2"
    # The receipt judges as always: the photo of a major one is missing only where the form asks for it.
    office.changed(desk.form, desk.one, {}, by=desk.first, reason="twice", removed=["/data/nc[1]", "/data/nc[3]"])
    desk.one.refresh_from_db()
    version = desk.one.versions.get(number=3)
    assert [row.values[0] for row in version.rows.filter(table=1).order_by("ordinal")] == ["minor", "major"]
    assert version.rows.get(table=0).values[7] == "1"
    for wrong in (
        {"added": ["/data/nc[9]"]},
        {"removed": ["/data/nc[3]"]},
        {"removed": ["/data/deminers"]},
        {"added": ["/data/nc"]},
    ):
        with pytest.raises(Refused, match="no such answer"):
            office.changed(desk.form, desk.one, {}, by=desk.first, reason="x", **wrong)
    assert desk.one.versions.count() == 3


def test_a_row_of_a_repeat_that_is_not_there_is_not_edited(desk):
    with pytest.raises(Refused, match="no such answer"):
        office.changed(desk.form, desk.one, {"/data/nc[9]/sev": "major"}, by=desk.first, reason="x")


def test_the_trash_gives_back_for_thirty_days(desk):
    with pytest.raises(Refused, match="roles"):
        trash.delete(desk.form, [desk.one.pk], by=desk.first, why="twice")
    with pytest.raises(Refused, match="why"):
        trash.delete(desk.form, [desk.one.pk], by=desk.officer, why="")
    trash.delete(desk.form, [desk.one.pk], by=desk.officer, why="twice")
    assert not Submission.objects.filter(pk=desk.one.pk).exists()
    trash.bring_back(desk.form, [desk.one.pk], by=desk.officer)
    assert Submission.objects.filter(pk=desk.one.pk).exists()
    trash.delete(desk.form, [desk.one.pk], by=desk.officer, why="twice")
    Submission.everything.filter(pk=desk.one.pk).update(deleted_at=timezone.now() - trash.KEPT_FOR * 1.1)
    with pytest.raises(Refused, match="Thirty days"):
        trash.bring_back(desk.form, [desk.one.pk], by=desk.officer)


def test_a_closed_form_is_still_reviewed_and_corrected_in_the_office(desk):
    Form.objects.filter(pk=desk.form.pk).update(state="closed")
    desk.form.refresh_from_db()
    office.changed(desk.form, desk.one, {"/data/deminers": "9"}, by=desk.first, reason="slip")
    assert desk.one.versions.count() == 2
    with pytest.raises(Refused, match="closed"):
        desk.send(desk.visit(7))
    with pytest.raises(Refused, match="closed"):
        desk.send(desk.visit(8, edits=desk.one.instance_id), way="browser")
