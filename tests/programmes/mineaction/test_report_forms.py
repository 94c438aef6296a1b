"""Forms that operators fill by phone and browser become field reports, which wait for their gates."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from rafid.commons.forms.accept import accept
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.demo import submission_xml
from rafid.commons.forms.entities.views_of_registers import things_of_view
from rafid.commons.forms.events import NOT_TAKEN
from rafid.commons.forms.models import AppUser, EntityList, Finding, Form, Submission
from rafid.commons.forms.sender import new_token, of_account, of_phone
from rafid.programmes.mineaction.arriving.declared import FORMS, HAZARDS, TASKS
from rafid.programmes.mineaction.arriving.demo import open_forms
from rafid.programmes.mineaction.models import Activity, EoreSession, FieldReport, Hazard, LedgerRow
from rafid.programmes.mineaction.reports import decide
from rafid.programmes.mineaction.reports.reconcile import as_new

from .conftest import EAST, NORTH, own

pytestmark = pytest.mark.django_db
RING = f"{NORTH} {EAST} 0 0; {NORTH} {EAST + 0.003} 0 0; {NORTH + 0.002} {EAST + 0.003} 0 0; {NORTH} {EAST} 0 0"


@pytest.fixture
def phone(ground, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    Form.objects.filter(xform_id__startswith="mine_").update(xform_id="gone")  # those of the demonstration
    assert open_forms(ground.dma, ground.im_officer, timezone.now()) == len(FORMS)
    phone = AppUser.objects.create(name="Team 1", token_sha256=new_token()[1], owner=ground.operator)
    phone.forms.set(Form.objects.filter(xform_id__in=[one.code for one in FORMS]))
    return phone


def send(phone, form, answers, name="uuid:one", corrects=""):
    accept(submission_xml(form, "1", name, answers, corrects=corrects), of_phone(phone))
    handle_arrivals()
    assert not Finding.objects.filter(kind__in=("not_examined", "broken")).exists()


def head(reference="T-1", on="2026-02-02"):
    return {"start": "", "end": "", "report": {"reference": reference, "on": on, "gov": "", "dist": ""}}


SURVEY = {
    "what": {
        "hazard": "", "name_local": "", "type": "minefield", "classification": "CHA", "suspected_on": "2026-01-20",
        "device_categories": "ap_mine av_mine", "blocked": "land", "depth_expected_m": "0.2", "ground": RING, "point": "",
        "land_dispute": "no", "comment": "",
    },
    "evidence": [{"type": "seen", "direct": "yes", "text": "Two mines"}, {"type": "testimony", "direct": "no", "text": ""}],
    "people": {"men": "4", "women": "5", "boys": "0", "girls": "", "with_disability": ""},
    "photo": "",
}  # fmt: skip


def through(ground, report):
    decide.check(report, by=ground.desk)
    decide.endorse(report, by=ground.operator_manager)
    return decide.accept(report, by=ground.im_officer)


def test_a_survey_from_a_phone_goes_through_the_gates_into_the_ledger(ground, phone):
    send(phone, "mine_nts", {**head(), **SURVEY})
    report = own(FieldReport).get()
    assert (report.reference, report.type, report.on, report.organisation) == (
        "T-1",
        "survey",
        date(2026, 2, 2),
        ground.operator,
    )
    assert (report.state, report.reconciled) == ("received", "")
    report = through(ground, as_new(report))
    hazard = own(Hazard).get()
    assert (hazard.classification, hazard.state, hazard.device_categories) == (
        "CHA",
        "confirmed",
        ["ap_mine", "av_mine"],
    )
    assert (hazard.men, hazard.girls, hazard.evidence.count()) == (4, None, 2)
    assert LedgerRow.objects.get(hazard=hazard).remaining_m2 > 10_000


def test_told_twice_and_corrected(ground, phone):
    send(phone, "mine_nts", {**head(), **SURVEY})
    submission = Submission.objects.get(instance_id="uuid:one")
    from rafid.commons.forms.events import tell

    tell(submission, None, "received")
    assert own(FieldReport).count() == 1
    changed = {**SURVEY, "what": {**SURVEY["what"], "comment": "By the old road"}}
    send(phone, "mine_nts", {**head(), **changed}, name="uuid:two", corrects="uuid:one")
    states = dict(own(FieldReport).values_list("number", "state"))
    assert states == {1: "superseded", 2: "received"}


def test_a_survey_of_a_hazard_of_the_list_speaks_of_it(ground, phone):
    hazard = ground.make_hazard()
    send(phone, "mine_nts", {**head(), **SURVEY, "what": {**SURVEY["what"], "hazard": str(hazard.pk)}})
    report = own(FieldReport).get()
    assert (report.reconciled, report.target) == ("existing", hazard.pk)


def test_days_of_a_team_join_one_activity(ground, phone):
    hazard = ground.make_hazard("confirmed")
    task = ground.make_task(hazard, state="accepted")
    work = {
        "task": str(task.pk), "hazard": str(hazard.pk), "type": "manual", "team": "Team 1", "area_m2": "400", "deminers": "10",
        "hours": "6", "items_found": "1", "stops": "weather security", "stop_hours": "1", "comment": "",
    }  # fmt: skip
    send(phone, "mine_progress", {**head("D-1", "2026-02-02"), "work": work})
    through(ground, own(FieldReport).get(reference="D-1"))
    send(phone, "mine_progress", {**head("D-2", "2026-02-03"), "work": {**work, "area_m2": "350"}}, name="uuid:two")
    through(ground, own(FieldReport).get(reference="D-2"))
    activity = own(Activity).get()
    assert list(activity.days.values_list("area_m2", flat=True)) == [400, 350]
    assert activity.days.first().stops == ["weather", "security"]
    assert list(activity.hazards.all()) == [hazard]


def test_a_session_is_counted_and_its_total_compared(ground, phone):
    session = {
        "method": "school", "men": "2", "women": "1", "boys": "20", "girls": "21", "with_disability": "1", "total": "50",
        "campaign": "", "point": "",
    }  # fmt: skip
    send(phone, "mine_eore", {**head("E-1"), "session": session})
    report = own(FieldReport).get()
    from rafid.commons.records.models import Finding as Found

    assert Found.objects.filter(record_id=report.pk, check_code="report-sums", state="open").exists()
    through(ground, report)
    assert own(EoreSession).get().audience == 44


def test_what_cannot_be_taken_is_said_with_the_form(ground, phone):
    send(phone, "mine_eore", {**head(" "), "session": {"method": "school", "men": "1"}})
    assert not own(FieldReport).exists()
    finding = Finding.objects.get(kind=NOT_TAKEN, submission__instance_id="uuid:one")
    assert "no number of the operator" in str(finding.evidence)


def test_a_form_rejected_in_its_review_waits_no_more(ground, phone):
    send(phone, "mine_nts", {**head(), **SURVEY})
    from rafid.commons.forms.events import tell

    tell(Submission.objects.get(instance_id="uuid:one"), "received", "rejected")
    assert own(FieldReport).get().state == "rejected"


def test_each_takes_along_the_hazards_and_tasks_that_he_sees(ground, phone):
    mine = ground.make_hazard()
    other = ground.make_hazard(organisation=ground.rival)
    task = ground.make_task(mine, state="issued")

    def refs(name, person):
        things = things_of_view(EntityList.objects.get(name=name), of_account(person))
        return {one.data["ref"] for one in things}

    assert refs(HAZARDS, ground.desk) == {mine.ref}
    assert refs(HAZARDS, ground.im_officer) == {mine.ref, other.ref}
    assert refs(HAZARDS, ground.partner) == set()
    assert refs(TASKS, ground.desk) == {task.ref}
    assert refs(TASKS, ground.rival_desk) == set()
