"""The life of a finding: from a failed item to its closing by other eyes, and everything on the way that is refused."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from rafid.commons import blobs
from rafid.commons.people.models import Message
from rafid.commons.records.change import Refused, Stale
from rafid.programmes.monitoring.demo_files import picture
from rafid.programmes.monitoring.findings import evidence, raising, telling
from rafid.programmes.monitoring.findings.hints import Reader, hints
from rafid.programmes.monitoring.findings.steps import Given, NotYours, possible, take, tell_of_work
from rafid.programmes.monitoring.models import (
    Answer,
    Assessment,
    Evidence,
    ExactPlace,
    NonConformity,
    Observation,
    Site,
    Visit,
)
from rafid.programmes.monitoring.stored import named_blobs

from .conftest import window

pytestmark = pytest.mark.django_db
ANSWER = Given(root_cause="No training", what="Trained the team", who="Team leader", until=date(2026, 3, 9))
ARRIVED = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def photo(seed=1, name="after.jpg", *, at=None, where=None, quality=62) -> SimpleUploadedFile:
    """A picture; ``at`` and ``where`` (degrees east, north) as a camera writes them."""
    data = picture(seed, quality)
    if at or where:
        exif = Image.Exif()
        if at:
            exif.get_ifd(0x8769)[0x9003] = at
            exif.get_ifd(0x8769)[0x9011] = "+03:00"
        if where:
            exif.get_ifd(0x8825).update({1: "N", 2: (where[1], 0.0, 0.0), 3: "E", 4: (where[0], 0.0, 0.0)})
        out = io.BytesIO()
        Image.open(io.BytesIO(data)).save(out, "JPEG", quality=quality, exif=exif)
        data = out.getvalue()
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def made(field, site=None, day=3, team="A", **values):
    """A visit that was made and released, with its assessment: two items failed."""
    visit = field.make_visit(
        site or field.sites[0], lead=field.monitors[0], window=window(day), planned_on=date(2026, 3, day), state="done",
        arrived=ARRIVED + timedelta(days=day - 3), team=team,
        **{"released_to_partner_at": ARRIVED + timedelta(days=day), **values},
    )  # fmt: skip
    assessment = Assessment.objects.create(
        visit=visit, checklist=field.checklist, weights={}, pass_mark=0.8, score=0.3, verdict="fail", counted=3
    )
    for item, result in zip(field.items, ("no", "no", "yes"), strict=True):
        Answer.objects.create(assessment=assessment, item=item, severity=item.severity, result=result, reason="Seen")
    return visit


@pytest.fixture
def finding(field):
    return raising.raise_items(made(field), ["marking"], by=field.quality)[0]


def step(finding, code, by, given=None, **words):
    return take(finding.pk, code, by=by, version=None, given=given or Given(**words))


def shown(field, finding, name="after.jpg", seed=1):
    return evidence.add(finding.pk, [photo(seed, name)], by=field.partner_account)


def answered(field, finding):
    shown(field, finding)
    return step(finding, "answer", field.partner_account, ANSWER)


# Opening


def test_failed_items_become_findings_with_the_contracts_deadlines(field):
    field.contract.deadlines = {"critical": 2, "major": 10, "minor": 30}
    field.contract.save()
    visit = made(field)
    assert [one.item.code for one in raising.failed(visit)] == ["ppe", "marking"]
    found = {one.item_code: one for one in raising.raise_items(visit, ["ppe", "marking"], by=field.quality)}
    assert (found["ppe"].due_on, found["marking"].due_on) == (date(2026, 3, 5), date(2026, 3, 13))
    assert (found["ppe"].severity, found["ppe"].text, found["ppe"].state) == ("critical", "Seen", "open")
    assert raising.failed(visit) == []
    with pytest.raises(Refused, match="marking"):
        raising.raise_items(visit, ["marking"], by=field.quality)
    with pytest.raises(Refused, match="log"):
        raising.raise_items(visit, ["log"], by=field.quality)


def test_a_deadline_before_the_opening_is_refused(field):
    with pytest.raises(Refused, match="before the opening"):
        raising.raise_other(made(field), severity="minor", text="Dust", by=field.quality, due=date(2026, 3, 2))
    assert not NonConformity.objects.filter(contract=field.contract).exists()


def test_what_is_neither_right_nor_wrong_is_observed(field):
    raising.observe(made(field), kind="good_practice", text=" Shade for the dogs ", by=field.monitor)
    assert Observation.objects.get(visit__contract=field.contract).text == "Shade for the dogs"
    with pytest.raises(Refused):
        raising.observe(made(field, day=4), kind="neutral", text=" ", by=field.monitor)


def test_a_finding_repeats_an_earlier_closed_one_of_the_same_item_and_team(field, finding):
    again = raising.raise_items(made(field, day=9), ["marking"], by=field.quality)[0]
    assert again.repeat_of is None, "the earlier one was not closed"
    answered(field, finding)
    take(finding.pk, "close", by=field.quality, version=None, given=Given(), at=datetime(2026, 3, 10, tzinfo=UTC))
    one = raising.raise_items(made(field, day=12), ["ppe", "marking"], by=field.quality)
    assert [each.repeat_of for each in one] == [None, finding]
    other_team = raising.raise_items(made(field, day=13, team="B"), ["marking"], by=field.quality)[0]
    assert other_team.repeat_of is None
    before = raising.raise_items(made(field, field.sites[1], day=8), ["marking"], by=field.quality)[0]
    assert before.repeat_of is None, "on that day it was still open"


def test_what_was_closed_later_is_linked_later(field, finding):
    again = raising.raise_items(made(field, day=12), ["marking"], by=field.quality)[0]
    answered(field, finding)
    take(finding.pk, "close", by=field.quality, version=None, given=Given(), at=datetime(2026, 3, 10, tzinfo=UTC))
    rows = NonConformity.objects.filter(contract=field.contract).order_by("opened_on")
    assert raising.link_repeats(rows) == 1
    again.refresh_from_db()
    assert again.repeat_of == finding


# The life


def test_a_whole_life(field, finding):
    row = answered(field, finding)
    assert (row.state, row.answered_by, row.actions.get().root_cause) == (
        "answered",
        field.partner_account,
        "No training",
    )
    assert step(finding, "review", field.quality).state == "under_review"
    assert step(finding, "send-back", field.quality, reason="Another team", due=date(2026, 3, 20)).due_on == date(
        2026, 3, 20
    )
    assert step(finding, "answer", field.partner_account, ANSWER).actions.count() == 2
    row = step(finding, "close", field.quality, reason="Seen")
    assert (row.state, row.closed_by) == ("closed", field.quality)
    row = step(finding, "reopen", field.quality, reason="Seen again")
    assert (row.state, row.closed_by, row.reopened) == ("open", None, 1)
    assert row.due_on == timezone.localdate() + timedelta(days=7)
    assert step(finding, "dispute", field.partner_account, reason="Not ours").state == "disputed"
    assert step(finding, "uphold", field.quality, reason="It is yours").state == "open"
    assert [event.state for event in row.events.order_by("pgh_id")][:3] == ["open", "answered", "under_review"]


def test_closing_wants_evidence(field, finding):
    step(finding, "answer", field.partner_account, ANSWER)
    with pytest.raises(Refused, match="evidence"):
        step(finding, "close", field.quality)


def test_neither_the_partner_nor_who_answered_closes(field, finding):
    answered(field, finding)
    for who in (field.partner_account, field.rival_account, field.donor_account, field.monitor, field.director):
        with pytest.raises(NotYours):
            step(finding, "close", who)
    both = field.world.person(
        "both", ("monitoring.quality", field.third, None), ("monitoring.partner", field.partner, None)
    )
    step(finding, "send-back", field.quality, reason="Look again")
    step(finding, "answer", both, ANSWER)
    assert "close" not in [one.code for one in possible(both, NonConformity.objects.get(pk=finding.pk))]
    with pytest.raises(Refused, match="another person"):
        step(finding, "close", both)
    inside = field.world.person("inside", ("monitoring.quality", field.third, None))
    inside.organisation = field.partner
    inside.save()
    with pytest.raises(Refused, match="another organisation"):
        step(finding, "close", inside)


def test_only_the_manager_withdraws_and_then_nothing_goes_on(field, finding):
    for who in (field.quality, field.partner_account, field.director):
        with pytest.raises(NotYours):
            step(finding, "withdraw", who, reason="Written twice")
    with pytest.raises(Refused, match="Reason"):
        step(finding, "withdraw", field.manager)
    assert step(finding, "withdraw", field.manager, reason="Written twice").withdrawn_by == field.manager
    with pytest.raises(Refused, match="not possible"):
        step(finding, "answer", field.partner_account, ANSWER)
    with pytest.raises(Refused, match="no more evidence"):
        shown(field, finding)
    with pytest.raises(Refused, match="not possible"):
        step(finding, "close", field.quality)


def test_an_answer_says_why_what_who_and_until_when(field, finding):
    with pytest.raises(Refused, match="Root cause"):
        step(finding, "answer", field.partner_account, what="Done", who="X", until=date(2026, 3, 9))
    with pytest.raises(Refused, match="Until"):
        step(finding, "answer", field.partner_account, root_cause="R", what="Done", who="X")
    assert NonConformity.objects.get(pk=finding.pk).state == "open"


def test_two_at_once_the_second_is_told(field, finding):
    answered(field, finding)
    version = NonConformity.objects.get(pk=finding.pk).version
    take(finding.pk, "close", by=field.quality, version=version, given=Given())
    with pytest.raises(Stale):
        take(finding.pk, "send-back", by=field.manager, version=version, given=Given(reason="No"))
    assert NonConformity.objects.get(pk=finding.pk).state == "closed"


def test_work_is_stopped_or_not_for_critical_findings_alone(field, finding):
    with pytest.raises(Refused):
        tell_of_work(finding.pk, True, by=field.partner_account, version=None)
    critical = raising.raise_items(finding.visit, ["ppe"], by=field.quality)[0]
    with pytest.raises(NotYours):
        tell_of_work(critical.pk, True, by=field.donor_account, version=None)
    assert tell_of_work(critical.pk, False, by=field.partner_account, version=None).stop_work is False


# Evidence


def test_evidence_is_kept_by_its_hash_with_what_the_picture_tells(field, finding):
    site = finding.visit.site
    ExactPlace.objects.create(site=site, point=Point(44.0, 33.0, srid=4326))
    given = photo(at="2026:03:05 10:00:00", where=(44.0, 33.0))
    given.seek(0)
    row = evidence.add(finding.pk, [given], by=field.partner_account, text="Marked")[0]
    assert blobs.is_whole(row.sha256)
    assert named_blobs([row.sha256, "0" * 64]) == {row.sha256}
    assert row.taken_at == datetime(2026, 3, 5, 7, tzinfo=UTC)
    assert row.distance_m == pytest.approx(0, abs=1)
    assert len(row.perceptual_hash) == 16
    given.seek(0)
    with pytest.raises(Refused, match="here already"):
        evidence.add(finding.pk, [given], by=field.partner_account)


def test_too_much_is_refused_with_name_and_remedy(field, finding, monkeypatch):
    monkeypatch.setattr(evidence, "LARGEST", 4000)
    with pytest.raises(Refused, match=r"film\.mp4.*smaller"):
        evidence.add(finding.pk, [SimpleUploadedFile("film.mp4", b"x" * 4001)], by=field.partner_account)
    monkeypatch.setattr(evidence, "TOGETHER", 5000)
    two = [SimpleUploadedFile(f"{name}.txt", name.encode() * 3000) for name in "ab"]
    with pytest.raises(Refused, match="several parts"):
        evidence.add(finding.pk, two, by=field.partner_account)
    with pytest.raises(Refused, match="empty"):
        evidence.add(finding.pk, [SimpleUploadedFile("none.jpg", b"")], by=field.partner_account)
    with pytest.raises(Refused):
        evidence.add(finding.pk, [], by=field.partner_account)
    assert not finding.evidence.exists()


def test_a_stranger_adds_no_evidence(field, finding):
    for who in (field.rival_account, field.donor_account, field.director):
        with pytest.raises(NotYours):
            evidence.add(finding.pk, [photo()], by=who)


def said(field, finding, whole=True, visit=True):
    finding = NonConformity.objects.get(pk=finding.pk)
    return " ".join(hints(Evidence.objects.get(nonconformity=finding), finding, Reader(field.quality, whole, visit)))


def test_what_is_odd_about_a_picture_is_said(field, finding):
    evidence.add(finding.pk, [photo(where=(10.0, 50.0), at="2099:01:01 10:00:00")], by=field.partner_account)
    words = said(field, finding)
    assert "outside the country" in words
    assert "after it was sent" in words


def test_a_picture_from_before_and_without_place(field, finding):
    evidence.add(finding.pk, [photo(at="2026:02:01 10:00:00")], by=field.partner_account)
    words = said(field, finding)
    assert "before the finding was opened" in words
    assert "where it was taken" in words


def test_the_picture_of_another_site_is_told_to_the_third_party_alone(field, finding):
    here, there = Site.objects.get(pk=finding.visit.site_id), field.sites[4]
    ExactPlace.objects.create(site=here, point=Point(44.4, 33.3, srid=4326))
    ExactPlace.objects.create(site=there, point=Point(45.0, 33.0, srid=4326))
    evidence.add(finding.pk, [photo(where=(45.0, 33.0))], by=field.partner_account)
    assert there.name_en in said(field, finding)
    assert "km away" in said(field, finding, whole=False)
    assert there.name_en not in said(field, finding, whole=False)
    assert "km away" not in said(field, finding, whole=False, visit=False)


def test_a_picture_that_was_sent_before_saved_again_is_recognised(field, finding):
    other = raising.raise_items(made(field, field.sites[1], day=6), ["marking"], by=field.quality)[0]
    evidence.add(other.pk, [photo(7)], by=field.partner_account)
    evidence.add(finding.pk, [photo(7, quality=90)], by=field.partner_account)
    assert other.ref in said(field, finding)
    assert other.ref not in said(field, finding, whole=False)
    assert "sent before" in said(field, finding, whole=False)


# Telling


def test_critical_findings_are_told_to_partner_manager_and_donor_once(field):
    visit = made(field, released_to_partner_at=None)
    critical, major = raising.raise_items(visit, ["ppe", "marking"], by=field.quality)
    mine = NonConformity.objects.visible_to(field.partner_account)
    assert not mine.exists()
    others = NonConformity.objects.filter(notified_at=None).exclude(pk=critical.pk)
    others.update(notified_at=timezone.now())
    Message.objects.all().delete()
    critical.refresh_from_db()
    NonConformity.objects.filter(pk=critical.pk).update(notified_at=None)
    assert telling.tell_critical() == 1
    assert telling.tell_critical() == 0
    assert list(mine) == [critical], "the other one waits until its visit is released"
    told = set(Message.objects.values_list("account", flat=True))
    assert {field.partner_account.pk, field.manager.pk, field.donor_account.pk} <= told
    assert not {field.rival_account.pk, field.monitor.pk} & told
    text = Message.objects.filter(account=field.partner_account).get().text
    assert set(text) == {"ar", "ckb", "en"}
    assert critical.ref in text["en"]
    assert "stopped?" in text["en"]
    assert visit.ref not in str(text)
    assert major.ref not in str(text)


def test_deadlines_are_reminded_once_a_day_and_settled_ones_never(field, finding):
    due = finding.due_on

    def told(days: int) -> list[str]:
        """Who of this world is told on that day; the demonstration's people are told of theirs."""
        before = set(Message.objects.values_list("pk", flat=True))
        telling.remind(due + timedelta(days=days))
        new = Message.objects.exclude(pk__in=before).filter(account__login__startswith="m-")
        return sorted(new.values_list("account__login", flat=True))

    assert told(-3) == []
    assert told(-1) == ["m-partner"]
    assert told(-1) == [], "once a day"
    assert told(1) == ["m-manager", "m-partner"]
    assert told(2) == []
    assert told(8) == ["m-manager", "m-partner"], "again after a week"
    step(finding, "withdraw", field.manager, reason="Written twice")
    assert told(15) == []


def test_a_step_is_told_to_the_other_side(field, finding):
    Message.objects.all().delete()
    telling.tell_step(answered(field, finding), "answer")
    assert set(Message.objects.values_list("account__login", flat=True)) >= {"m-quality", "m-manager"}
    Message.objects.all().delete()
    telling.tell_step(step(finding, "close", field.quality), "close")
    assert list(Message.objects.values_list("account__login", flat=True)) == ["m-partner"]


def test_released_later_means_seen_later(field):
    visit = made(field, released_to_partner_at=None)
    row = raising.raise_items(visit, ["marking"], by=field.quality)[0]
    assert row.released_at is None
    Visit.objects.filter(pk=visit.pk).update(released_to_partner_at=timezone.now())
    visit.refresh_from_db()
    assert raising.raise_items(visit, ["ppe"], by=field.quality)[0].released_at is not None
