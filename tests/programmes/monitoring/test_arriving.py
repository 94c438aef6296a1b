"""A filled checklist comes by the phones' own protocol and makes its visit, its score, its measure and its findings."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from rafid.commons.forms.accept import accept
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.demo import submission_xml
from rafid.commons.forms.design.publish import publish
from rafid.commons.forms.design.upload import Given, new_form
from rafid.commons.forms.models import AppUser, Finding
from rafid.commons.forms.sender import new_token, of_phone
from rafid.programmes.monitoring.checklists.sheets import TOPICS, items_of, sheet
from rafid.programmes.monitoring.findings import raising
from rafid.programmes.monitoring.models import Checklist, NonConformity, ReportedAtSite, VerifiedAtSite
from rafid.programmes.monitoring.visits.my_week import received_of

from .conftest import window

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(field, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    given = Given("checklist_dogs.md", sheet("dogs", 3, items_of("dogs", 3)))
    form = new_form(given, programme="monitoring", owner=field.third, by=field.manager).form
    publish(form, by=field.manager)
    phone = AppUser.objects.create(name="X1", token_sha256=new_token()[1], owner=field.third)
    phone.forms.add(form)
    return phone


def answers(visit, **changed):
    said = {
        "start": "2026-03-03T09:00:00.000+03:00",
        "end": "2026-03-03T10:10:00.000+03:00",
        "about": {"visit": visit.ref, "monitor": "X1", "site": visit.site.ref, "spot": "", "access": "full", "why_denied": ""},
        "items": {
            "accredited": "yes", "accredited_why": "", "accredited_photo": "", "weather": "no", "weather_why": "",
            "double": "yes", "daily": "yes", "rest": "no", "kennel": "na",
        },
        "measured": {"value": 180},
        "found": 2,
        "nc": [
            {"item": "weather", "severity": "critical", "text": "41 degrees", "stop_work": "yes", "photo": ""},
            {"item": "rest", "severity": "minor", "text": "No shade", "stop_work": "", "photo": ""},
        ],
        "overview": "", "remarks": "",
    }  # fmt: skip
    return {**said, **changed}


def send(phone, visit, name="uuid:one", corrects="", **changed):
    xml = submission_xml("checklist_dogs", "3", name, answers(visit, **changed), corrects=corrects)
    accepted = accept(xml, of_phone(phone))
    handle_arrivals()
    assert not Finding.objects.filter(kind="not_examined").exists()
    visit.refresh_from_db()
    return accepted


@pytest.fixture
def visit(field):
    site = field.sites[0]
    ReportedAtSite.objects.create(
        site=site, line=field.contract.lines.get(code="1.1"), month=date(2026, 2, 1), value=200,
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
    )  # fmt: skip
    return field.make_visit(site, lead=field.monitors[0], window=window(3), planned_on=date(2026, 3, 3))


def test_a_checklist_makes_the_visit_with_score_measure_and_findings(field, phone, visit):
    send(phone, visit)
    assert (visit.state, visit.access, visit.verdict, visit.failed_critical) == ("done", "full", "fail", ["weather"])
    assert visit.score == pytest.approx((5 + 3 + 3) / (5 + 5 + 3 + 3 + 1))
    assert visit.submission is not None
    assert visit.checklist.items.count() == 6
    assert visit.assessments.get().answers.count() == 6
    verified = VerifiedAtSite.objects.get(assessment__visit=visit)
    assert (verified.value, verified.month, verified.line.code) == (180, date(2026, 2, 1), "1.1")
    found = {one.severity: one for one in visit.nonconformities.all()}
    assert {severity: (one.due_on - one.opened_on).days for severity, one in found.items()} == {
        "critical": 1,
        "minor": 30,
    }
    assert (found["critical"].stop_work, found["critical"].item.code) == (True, "weather")
    handle_arrivals()
    assert (visit.nonconformities.count(), visit.assessments.count()) == (2, 1)


def test_a_corrected_answer_makes_the_next_score_and_the_old_stays(field, phone, visit):
    send(phone, visit)
    before = visit.score
    better = {**answers(visit)["items"], "weather": "yes"}
    send(phone, visit, "uuid:two", corrects="uuid:one", items=better)
    assert visit.verdict == "pass"
    assert visit.score > before
    scores = list(visit.assessments.order_by("number").values_list("number", "score", "superseded_at"))
    assert [(number, score, gone is None) for number, score, gone in scores] == [
        (1, before, False),
        (2, visit.score, True),
    ]
    assert visit.nonconformities.count() == 2


def test_a_denied_visit_stays_with_its_reason(field, phone, visit):
    about = {**answers(visit)["about"], "access": "denied", "why_denied": "The gate was shut"}
    xml = submission_xml("checklist_dogs", "3", "uuid:shut", {"start": "2026-03-03T09:00:00.000+03:00", "about": about})
    accept(xml, of_phone(phone))
    handle_arrivals()
    visit.refresh_from_db()
    assert (visit.state, visit.access, visit.not_seen_text) == ("denied", "denied", "The gate was shut")
    assert not visit.assessments.exists()


def test_all_items_not_applicable_is_no_pass(field, phone, visit):
    items = dict.fromkeys(("accredited", "weather", "double", "daily", "rest", "kennel"), "na")
    send(phone, visit, items={**items, "accredited_why": "No dogs", "weather_why": "No dogs"}, nc=[])
    assert (visit.verdict, visit.score) == ("not assessed", None)


def test_a_checklist_of_another_visit_or_site_changes_nothing(field, phone, visit):
    other = field.make_visit(field.sites[1])
    before = NonConformity.objects.count()
    about = {**answers(visit)["about"], "site": other.site.ref}
    send(phone, visit, about=about)
    other.refresh_from_db()
    assert (visit.state, other.state) == ("planned", "planned")
    assert NonConformity.objects.count() == before


def test_each_topic_has_three_languages_and_two_critical_items():
    before = Checklist.objects.count()
    for topic in TOPICS:
        items = items_of(topic, 3)
        assert len(items) > len(items_of(topic, 1))
        assert sum(item.severity == "critical" for item in items) == 2
        assert all(all(item.texts) for item in items)
    assert Checklist.objects.count() == before


def test_good_practice_of_the_form_stands_at_the_visit_and_follows_its_corrections(field, phone, visit):
    send(phone, visit, good_practice="Handlers rotate every hour")
    noted = raising.observe(visit, kind="good_practice", text="Seen by the officer", by=field.quality)

    def texts():
        assert {one.kind for one in visit.observations.all()} == {"good_practice"}
        return {one.text for one in visit.observations.all()}

    assert texts() == {"Handlers rotate every hour", noted.text}
    send(phone, visit, "uuid:two", corrects="uuid:one", good_practice="Handlers rotate every half hour")
    assert texts() == {"Handlers rotate every half hour", noted.text}
    send(phone, visit, "uuid:three", corrects="uuid:two", good_practice="")
    assert texts() == {noted.text}


def test_what_was_sent_and_stands_for_no_visit_is_shown_to_who_sent_it(field, phone, visit):
    def sent():
        return [one.why for one in received_of(field.monitor, field.monitors[0], timezone.localdate())]

    other = {**answers(visit)["about"], "site": field.sites[1].ref}
    send(phone, visit, about=other)
    assert (visit.state, len(sent())) == ("planned", 1)
    assert "Correct one of the two" in sent()[0]
    send(phone, visit, "uuid:two", corrects="uuid:one")
    assert (visit.state, sent()) == ("done", [])
    assert accept(submission_xml("checklist_dogs", "3", "uuid:new", answers(visit)), of_phone(phone))
    assert sent() == [""], "received, and not looked at yet"
    assert received_of(field.quality, field.monitors[1], timezone.localdate()) == []
