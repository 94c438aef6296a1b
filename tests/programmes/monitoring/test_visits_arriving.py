"""A checklist that cannot stand for the visit that it names is kept, says why, and is taken when the plan was mended."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import override
from PIL import Image

from rafid.commons import blobs
from rafid.commons.forms.accept import accept
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.demo import submission_xml
from rafid.commons.forms.design.publish import NotPublished, publish
from rafid.commons.forms.design.upload import Given, new_draft, new_form
from rafid.commons.forms.events import NOT_TAKEN, tell
from rafid.commons.forms.models import Attachment, Finding, Form, Submission
from rafid.commons.forms.sender import of_phone
from rafid.commons.forms.submissions.finding_words import sentence_of
from rafid.commons.people.models import Message
from rafid.commons.records.change import Refused
from rafid.programmes.monitoring.checklists.sheets import Item, items_of, sheet
from rafid.programmes.monitoring.models import Checklist, ExactPlace, Visit
from rafid.programmes.monitoring.visits.arrived import not_taken, take_again
from rafid.programmes.monitoring.visits.odd import explain, explanations, odd_of
from rafid.programmes.monitoring.visits.release import release

from .conftest import window
from .test_arriving import answers, phone, visit  # noqa: F401

pytestmark = pytest.mark.django_db


def deliver(sender, row, name="uuid:one", version="3", **changed):
    accept(submission_xml("checklist_dogs", version, name, answers(row, **changed)), of_phone(sender))
    handle_arrivals()
    row.refresh_from_db()


def why(name="uuid:one"):
    found = Finding.objects.filter(kind=NOT_TAKEN, submission__instance_id=name).first()
    return sentence_of(found) if found else ""


def about(row, **changed):
    return {**answers(row)["about"], **changed}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"visit": "V-00000000"}, "V-00000000"),
        ({"monitor": "X2"}, "planned for other monitors"),
    ],
)
def test_what_does_not_fit_is_kept_and_says_why(field, phone, visit, changed, said):  # noqa: F811
    deliver(phone, visit, about=about(visit, **changed))
    assert visit.state == "planned"
    assert Submission.objects.filter(instance_id="uuid:one").exists()
    with override("en"):
        assert said in why()


def test_a_second_form_for_one_visit_changes_nothing_and_says_so(field, phone, visit):  # noqa: F811
    deliver(phone, visit)
    score = visit.score
    deliver(phone, visit, "uuid:late", items=dict.fromkeys(answers(visit)["items"], "no"))
    assert (visit.score, visit.submission.instance_id) == (score, "uuid:one")
    assert why("uuid:late")
    assert not why("uuid:one")
    [left] = not_taken(visit, field.manager)
    assert left.submission.instance_id == "uuid:late"
    assert not not_taken(visit, field.partner_account)


def test_a_critical_item_that_does_not_apply_wants_its_reason(field, phone, visit):  # noqa: F811
    silent = {**answers(visit)["items"], "weather": "na", "weather_why": " "}
    deliver(phone, visit, items=silent)
    assert visit.state == "planned"
    assert why()
    # The correction is taken, and nothing of the first is lost.
    xml = submission_xml(
        "checklist_dogs", "3", "uuid:two", answers(visit, items={**silent, "weather_why": "Under a roof"}),
        corrects="uuid:one",
    )  # fmt: skip
    accept(xml, of_phone(phone))
    handle_arrivals()
    visit.refresh_from_db()
    assert visit.state == "done"
    assert visit.assessments.get().answers.get(item__code="weather").reason == "Under a roof"
    assert visit.submission.versions.count() == 2


def test_after_the_plan_was_mended_it_is_taken(field, phone, visit):  # noqa: F811
    deliver(phone, visit, about=about(visit, monitor="X2"))
    with pytest.raises(Refused):
        take_again(visit, str(Submission.objects.get(instance_id="uuid:one").pk), by=field.quality)
    row = Visit.objects.get(pk=visit.pk)
    row.lead = field.monitors[1]
    row.save()
    take_again(visit, str(Submission.objects.get(instance_id="uuid:one").pk), by=field.manager)
    handle_arrivals()
    visit.refresh_from_db()
    assert visit.state == "done"
    assert not why()


def test_a_form_of_an_older_version_is_assessed_by_that_version(field, phone, visit):  # noqa: F811
    form = phone.forms.get()
    more = [*items_of("dogs", 3), Item("water", "major", "IMAS 09.40", False, 4, ("ماء", "ئاو", "Dogs have water"))]
    new_draft(form, Given("checklist_dogs.md", sheet("dogs", 4, more)), by=field.manager)
    publish(form, by=field.manager)
    assert Checklist.objects.get(code="checklist_dogs", number="4").items.count() == 7
    deliver(phone, visit)
    assert (visit.state, visit.checklist.number) == ("done", "3")
    other = field.make_visit(field.sites[2], lead=field.monitors[0], window=window(5))
    items = {**answers(other)["items"], "water": "no"}
    deliver(phone, other, "uuid:four", "4", items=items)
    assert other.checklist.number == "4"
    assert other.assessments.get().answers.filter(item__code="water", result="no").exists()


def test_another_checklist_than_the_planned_one_is_not_taken(field, phone, visit):  # noqa: F811
    Visit.objects.filter(pk=visit.pk).update(checklist=field.checklist)
    visit.refresh_from_db()
    deliver(phone, visit)
    assert visit.state == "planned"
    assert "Checks" in why()


def test_the_monitor_is_told_what_is_odd(field, phone, visit):  # noqa: F811
    deliver(phone, visit)
    told = Message.objects.get(account=field.monitor)
    assert told.link == "/monitoring/my/#sent"
    assert visit.ref in told.text["ckb"]


def test_publishing_makes_the_checklist_and_hides_its_answers_from_the_other_sides(field, phone):  # noqa: F811
    made = Checklist.objects.get(code="checklist_dogs")
    assert (made.number, made.items.filter(severity="critical").count()) == ("3", 2)
    item = made.items.get(code="weather")
    assert (item.severity, item.sop_reference != "", item.text_ar != "", item.path) == (
        "critical", True, True, "/data/items/weather",
    )  # fmt: skip
    form = phone.forms.get()
    assert form.sensitivity == 2
    assert not Form.objects.visible_to(field.partner_account).filter(pk=form.pk).exists()
    assert Form.objects.visible_to(field.monitor).filter(pk=form.pk).exists()


def test_a_checklist_that_could_not_be_assessed_is_not_published(field, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    text = sheet("dogs", 3, items_of("dogs", 3)).decode()
    without = "\n".join(line for line in text.splitlines() if "| weather_why |" not in line)
    form = new_form(Given("c.md", without.encode()), programme="monitoring", owner=field.third, by=field.manager).form
    with pytest.raises(NotPublished, match="weather"):
        publish(form, by=field.manager)
    assert not Checklist.objects.filter(code="checklist_dogs").exists()


def test_a_phone_that_nobody_knows_as_a_monitor(field, phone):  # noqa: F811
    unplanned = field.make_visit(field.sites[3])
    deliver(phone, unplanned, about=about(unplanned, monitor="X9"))
    assert unplanned.state == "planned"
    assert "X9" in why()
    deliver(phone, unplanned, "uuid:known", about=about(unplanned, monitor="X3"))
    assert (unplanned.state, unplanned.lead) == ("done", field.monitors[2])


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(
        out, "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"
    )
    return out.getvalue()


def test_pictures_tell_their_distance_and_what_is_odd_about_them(field, phone, visit, client):  # noqa: F811
    ExactPlace.objects.create(site=visit.site, point=Point(44.4, 36.2, srid=4326))
    blob = blobs.keep(picture())
    said = answers(visit, overview="a.jpg", about=about(visit, spot="36.2 44.5 300 5"))
    accept(submission_xml("checklist_dogs", "3", "uuid:one", said), of_phone(phone), files=[("a.jpg", blob)])
    handle_arrivals()
    visit.refresh_from_db()
    photo = Attachment.objects.filter(submission=visit.submission, name="a.jpg")
    photo.update(location=Point(44.41, 36.2, srid=4326), taken_at=timezone.now() + timedelta(days=3))
    client.force_login(field.manager)
    [told] = client.get(f"/api/v1/monitoring/visits/{visit.pk}").json()["photos"]
    assert told["sha256"] == blob.sha256
    assert 890 < told["distance_m"] < 910
    with override("en"):
        odd = " ".join(one.sentence for one in odd_of(visit, field.monitor))
    for words in ("m from the site; at most 500 m", "m from the site.", "after it was received"):
        assert words in odd, (words, odd)
    photo.update(location=Point(13.4, 52.5, srid=4326), taken_at=None)
    with override("en"):
        odd = " ".join(one.sentence for one in odd_of(visit, field.monitor))
    assert "in another country" in odd
    assert "has no time" in odd
    photo.update(location=None)
    with override("en"):
        assert "has no place" in " ".join(one.sentence for one in odd_of(visit, field.monitor))
    assert odd_of(visit, field.partner_account) == []

    explain(visit, "The phone was new", by=field.monitor)
    with pytest.raises(Refused):
        explain(visit, "Not mine", by=field.partner_account)
    assert [one.text for one in explanations(visit)] == ["The phone was new"]

    address = f"/monitoring/visits/{visit.ref}/photos/{blob.sha256}"
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"Exif" not in answer.content
    client.force_login(field.partner_account)
    assert client.get(address).status_code == 404
    release(visit, by=field.manager)
    assert client.get(address).status_code == 200
    assert client.get(f"/monitoring/visits/{visit.ref}/photos/{'0' * 64}").status_code == 404


def test_what_its_reviewers_reject_no_longer_stands_for_the_visit(field, phone, visit):  # noqa: F811
    deliver(phone, visit)
    score = visit.score
    tell(visit.submission, "received", "rejected")
    visit.refresh_from_db()
    assert (visit.state, visit.score, visit.verdict, visit.failed_critical) == ("done", None, "", [])
    with pytest.raises(Refused):
        release(visit, by=field.manager)
    tell(visit.submission, "rejected", "approved")
    visit.refresh_from_db()
    assert (visit.score, visit.verdict) == (score, "fail")
    assert [one.superseded_at is None for one in visit.assessments.order_by("number")] == [False, True]
    release(visit, by=field.manager)
    tell(visit.submission, "approved", "rejected")
    visit.refresh_from_db()
    assert visit.score == score, "what was released stays as it was told"
