"""Studies by phone and by file: what cannot stand is told with row, field and remedy; who sees what; keys apart."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from rafid.commons.forms.accept import accept
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.demo import submission_xml
from rafid.commons.forms.design.publish import publish
from rafid.commons.forms.design.upload import Given, new_form
from rafid.commons.forms.models import AppUser, Finding
from rafid.commons.forms.sender import new_token, of_phone
from rafid.commons.people.models import AccessLog
from rafid.commons.records.change import Refused
from rafid.commons.records.imports import apply, receive, stage
from rafid.commons.records.imports.mapping import choose_as_suggested
from rafid.commons.records.imports.receive import open_run
from rafid.commons.records.imports.targets import target_of
from rafid.programmes.monitoring.models import LandUse, OutcomeAnswer, OutcomeStudy, Respondent, RespondentKey
from rafid.programmes.monitoring.outcomes.keys import erase_keys, keep_keys
from rafid.programmes.monitoring.outcomes.queries import asked, by_partner
from rafid.programmes.monitoring.outcomes.questions import FORMS, questions_of
from rafid.programmes.monitoring.outcomes.studies import release_study

from .outcomes_world import ground, person, study, worked_example

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


HEAD = "Study,Pseudonym,Round,Day,Consent,Question,Answer,Sex,Age group,Disability\n"
LAND = (
    "Study,Released ground,Round,Day,Released on,Released m²,Intended use,Actual use,Used m²,Who uses it,Dispute,"
    "Direct beneficiaries,Reason\n"
)


def table(field, what, text):
    target = target_of(f"monitoring.{what}")
    run = receive(SimpleUploadedFile("t.csv", text.encode()), target, field.manager, {}, owner=field.third)
    choose_as_suggested(run, target, open_run(run), {})
    run.save()
    return stage(run)


def problems(run):
    """(row, column, sentence) of what cannot be recorded."""
    return [
        (row.number, column, said["params"]["text"]["en"])
        for row in run.staged.exclude(problems=None).order_by("number")
        for column, every in row.problems.items()
        for said in every
        if "text" in said["params"]
    ]


def test_answers_of_a_table_become_pairs(field):
    of = study(field)
    rows = "".join(
        f"{of.ref},P{number},{turn},{day},yes,k_find,{value},female,18-34,no\n"
        for number in range(1, 4)
        for turn, day, value in (("before", "2026-02-02", 0), ("after", "2026-02-03", 1))
    )
    run = table(field, "outcome-answers", HEAD + rows)
    assert (run.bad, run.outlook["new"]) == (0, 6)
    assert not OutcomeAnswer.objects.filter(respondent__study=of).exists()
    apply(run)
    found = asked([of])[of.pk].change("k_find")
    assert (found.pairs.n, found.pairs.gained) == (3, 3)
    assert {one.made_by for one in Respondent.objects.filter(study=of)} == {field.manager}
    again = table(field, "outcome-answers", HEAD + rows)
    assert (again.bad, again.outlook["same"]) == (0, 6)


@pytest.mark.parametrize(
    ("rows", "column", "told"),
    [
        ("{s},P1,before,2026-02-02,no,k_find,1,female,18-34,no", "consent", "did not consent"),
        (
            "{s},P1,before,2026-02-02,yes,k_find,0,female,18-34,no\n{s},P1,after,2026-02-03,yes,k_find,1,male,18-34,no",
            "sex",
            "before and after are of different people",
        ),
        (
            "{s},P1,before,2026-02-02,yes,k_find,0,female,18-34,no\n{s},P1,after,2026-02-01,yes,k_find,1,female,18-34,no",
            "on",
            "earlier than before",
        ),
        ("{s},P1,before,2026-02-02,yes,k_find,3,female,18-34,no", "answer", "Write 1 where it is right"),
        ("{s},P1,before,2099-02-02,yes,k_find,1,female,18-34,no", "on", "has not come yet"),
        ("O-NOTHING1,P1,before,2026-02-02,yes,k_find,1,female,18-34,no", "study", "There is no study"),
    ],
)  # fmt: skip
def test_what_cannot_stand_names_row_field_and_remedy(field, rows, column, told):
    of, kept = study(field), Respondent.objects.count()
    text = rows.format(s=of.ref) + "\n"
    ((row, where, sentence),) = problems(table(field, "outcome-answers", HEAD + text))
    assert (row, where) == (text.count("\n") + 1, column)
    assert told in sentence
    assert Respondent.objects.count() == kept


def test_a_respondent_twice_in_one_round_is_refused(field):
    of = study(field)
    person(of, "P1", {"k_find": 0})
    run = table(field, "outcome-answers", HEAD + f"{of.ref},P1,before,2026-02-05,yes,k_find,1,female,18-34,no\n")
    ((row, column, sentence),) = problems(run)
    assert (row, column) == (2, "person")
    assert "P1 answered “k_find” in this round already, on 2026-02-02" in sentence


def test_other_people_each_time_need_other_pseudonyms(field):
    of = study(field, design="cross_section")
    person(of, "P1", {"k_find": 0})
    run = table(field, "outcome-answers", HEAD + f"{of.ref},P1,after,2026-02-05,yes,k_find,1,female,18-34,no\n")
    ((_row, column, sentence),) = problems(run)
    assert column == "person"
    assert "asks other people each time" in sentence


def test_somebody_without_answers_before_is_kept_with_a_doubt(field):
    of = study(field)
    run = table(field, "outcome-answers", HEAD + f"{of.ref},P9,after,2026-02-05,yes,k_find,1,female,18-34,no\n")
    assert run.bad == 0
    (warned,) = run.staged.exclude(warnings=None)
    assert "shown apart from the pairs" in warned.warnings["person"][0]["params"]["text"]["en"]


def test_use_of_land_comes_by_a_table_and_a_correction_says_why(field):
    of = study(field, kind="land_use", design="census")
    line = "{s},G1,12,2026-02-01,2025-02-01,1000,farming,{use},{used},families,no,12,{why}\n"
    run = table(field, "land-use", LAND + line.format(s=of.ref, use="farming", used=800, why=""))
    assert run.bad == 0
    apply(run)
    assert LandUse.objects.get(study=of).used_m2 == 800
    run = table(field, "land-use", LAND + line.format(s=of.ref, use="grazing", used=700, why=""))
    assert [(one[1], "write why under “Reason”" in one[2]) for one in problems(run)] == [("ground", True)]
    run = table(field, "land-use", LAND + line.format(s=of.ref, use="grazing", used=700, why="Measured again"))
    assert (run.bad, run.outlook["replacing"]) == (0, 1)
    apply(run)
    row = LandUse.objects.get(study=of)
    assert (row.actual, [one.used_m2 for one in row.events.order_by("pgh_id")]) == ("grazing", [800, 700])


@pytest.mark.parametrize(
    ("use", "used", "column", "told"),
    [
        ("farming", 1200, "used_m2", "used lies between 0 and what was released"),
        ("unused", 50, "used_m2", "said not to be used"),
        ("farming", 0, "used_m2", "0 m² of it"),
    ],
)
def test_use_of_land_that_contradicts_itself_is_refused(field, use, used, column, told):
    of = study(field, kind="land_use", design="census")
    text = LAND + f"{of.ref},G1,12,2026-02-01,2025-02-01,1000,farming,{use},{used},families,no,12,\n"
    ((row, where, sentence),) = problems(table(field, "land-use", text))
    assert (row, where) == (2, column)
    assert told in sentence


@pytest.fixture
def phone(field):
    phone = AppUser.objects.create(name="X1", token_sha256=new_token()[1], owner=field.third)
    folder = files("rafid.countries.iraq") / "forms"
    for form_id in ("eore_knowledge", "land_use_followup"):
        given = Given(f"{form_id}.md", (folder / f"{form_id}.md").read_bytes())
        form = new_form(given, programme="monitoring", owner=field.third, by=field.manager).form
        publish(form, by=field.manager)
        phone.forms.add(form)
    return phone


def interview(phone, of, turn, day, name, answers, *, consent="yes", sex="female", corrects="", who="P-1"):
    said = {
        "about": {
            "study": of.ref, "person": who, "round": turn, "day": day, "consent": consent, "gov": "IQG15", "dist": "IQG15Q05",
        },
        "who": {"sex": sex, "age_group": "18-34", "disability": "no"},
        "answers": {**dict.fromkeys(questions_of("eore_knowledge"), "unknown"), **answers},
    }  # fmt: skip
    if consent != "yes":
        del said["who"], said["answers"]
    accept(submission_xml("eore_knowledge", "1", name, said, corrects=corrects), of_phone(phone))
    handle_arrivals()
    assert not Finding.objects.filter(kind="not_examined").exists()


def test_interviews_come_by_phone_are_judged_and_count_once(field, phone):
    of = study(field)
    interview(phone, of, "before", "2026-02-02", "uuid:one", {"k_find": "touch"})
    interview(phone, of, "after", "2026-02-03", "uuid:two", {"k_find": "leave", "k_sign": "skull"})
    handle_arrivals()
    found = asked([of])[of.pk]
    assert found.change("k_find").pairs.gained == 1
    assert found.change("k_sign").pairs.gained == 1
    of.refresh_from_db()
    assert of.instrument is not None
    assert {one.on for one in OutcomeAnswer.objects.filter(respondent__study=of)} == {
        date(2026, 2, 2),
        date(2026, 2, 3),
    }
    interview(phone, of, "after", "2026-02-03", "uuid:three", {"k_find": "touch"}, corrects="uuid:two")
    assert asked([of])[of.pk].change("k_find").pairs.gained == 0, "the corrected answer counts, and no other"
    assert OutcomeAnswer.objects.filter(respondent__study=of).count() == 2 * len(questions_of("eore_knowledge"))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"consent": "no"}, "Nothing is kept of somebody who did not"),
        ({"sex": "male"}, "before and after are of different people"),
    ],
)
def test_an_interview_that_cannot_stand_says_so_to_its_reviewer(field, phone, changed, told):
    of = study(field)
    interview(phone, of, "before", "2026-02-02", "uuid:one", {"k_find": "touch"})
    interview(phone, of, "after", "2026-02-03", "uuid:two", {"k_find": "leave"}, **changed)
    finding = Finding.objects.get(kind="not_taken")
    assert told in finding.evidence["said"]["en"]
    assert {one.round for one in OutcomeAnswer.objects.filter(respondent__study=of)} == {"before"}


def test_a_look_at_released_ground_comes_by_phone(field, phone):
    of = study(field, kind="land_use", design="census")
    said = {
        "about": {
            "study": of.ref, "ground": "CL-0007", "round": "12", "released": "2025-02-01", "day": "2026-02-01", "area": 4000,
            "gov": "IQG15", "dist": "IQG15Q05",
        },
        "use": {
            "intended": "farming", "actual": "grazing", "used": 2500, "users": "Two families", "dispute": "yes",
            "beneficiaries": 14,
        },
    }  # fmt: skip
    accept(submission_xml("land_use_followup", "1", "uuid:land", said), of_phone(phone))
    handle_arrivals()
    row = LandUse.objects.get(study=of)
    assert (row.actual, row.used_m2, row.dispute, row.beneficiaries) == ("grazing", 2500, True, 14)
    assert row.released_on == date(2025, 2, 1)


def test_every_question_of_the_pack_stands_in_its_form():
    for form in FORMS:
        text = (files("rafid.countries.iraq") / "forms" / f"{form}.md").read_text()
        for code, question in questions_of(form).items():
            assert f"| select_one {code} | {code} | {question.texts['ar']} |" in text
            for right in question.right:
                assert f"| {code} | {right} |" in text or f"| | {code} | {right} |" in text


def test_the_study_is_the_thirds_until_it_is_released(field, client):
    of = study(field)
    worked_example(of)
    address = f"/monitoring/outcomes/{of.ref}/?lang=en"
    for account, status in (
        (field.manager, 200), (field.quality, 200), (field.monitor, 200), (field.partner_account, 404),
        (field.donor_account, 404), (field.rival_account, 404),
    ):  # fmt: skip
        client.force_login(account)
        assert client.get(address).status_code == status, account
        listed = client.get("/api/v1/monitoring/outcomes").json()["items"]
        assert len(listed) == (status == 200), account
    release_study(of, by=field.manager)
    client.force_login(field.donor_account)
    text = client.get(address).content.decode()
    assert "Of 40 people who were asked twice" in text
    assert "+30" in text
    assert "P01" not in text
    with pytest.raises(Refused, match="released already"):
        release_study(of, by=field.manager)


def test_a_donor_sees_no_group_of_few_people(field, client):
    of = study(field)
    worked_example(of)
    release_study(of, by=field.manager)
    address = f"/monitoring/outcomes/{of.ref}/"
    client.force_login(field.donor_account)
    assert "withheld: too few people" in client.get(f"{address}?by=disability&lang=en").content.decode()
    rows = client.get(f"{address}figures.csv").content.decode().splitlines()
    assert all(row.endswith("True") for row in rows if ",disability," in row)
    client.force_login(field.manager)
    assert "withheld" not in client.get(f"{address}?by=disability&lang=en").content.decode()


def test_the_api_gives_the_worked_example_with_its_caveats(field, client):
    of = study(field)
    worked_example(of)
    client.force_login(field.manager)
    address = f"/api/v1/monitoring/outcomes?contract={field.contract.ref}"
    (item,) = client.get(address, headers={"Accept-Language": "en"}).json()["items"]
    (one,) = [one for one in item["changes"] if one["question"] == "k_find"]
    assert (one["design"], one["n"], one["gained"], one["lost"], one["small"]) == ("paired", 40, 14, 2, False)
    assert (round(one["low"], 3), round(one["high"], 3)) == (0.108, 0.464)
    assert any("flattered" in caveat for caveat in item["caveats"])
    client.logout()
    assert client.get("/api/v1/monitoring/outcomes").status_code == 401


def test_people_who_answered_once_are_shown_apart(field, client):
    of = study(field)
    worked_example(of)
    for number in range(6):
        person(of, f"B{number}", {"k_find": 0})
        person(of, f"A{number}", None, {"k_find": 1})
    client.force_login(field.manager)
    text = client.get(f"/monitoring/outcomes/{of.ref}/?lang=en").content.decode()
    assert "Of 40 people who were asked twice" in text
    assert "6 people answered only before" in text
    assert "not paired" in text


def test_three_quarters_make_no_trend_and_the_page_says_so(field, client):
    for month in (2, 5, 8):
        of = study(field)
        day = date(2026, month, 2) if month < 8 else date(2025, 8, 2)
        for number in range(8):
            person(of, f"P{number}", {"k_find": 0}, {"k_find": number % 2}, days=(day, day + timedelta(days=1)))
    (one,) = by_partner(asked(OutcomeStudy.objects.filter(owner=field.third)).values())
    assert (one.studies, one.trend, one.change.n) == (3, None, 24)
    client.force_login(field.manager)
    assert (
        "3 quarters make no trend. Wait until there are 4"
        in client.get("/monitoring/outcomes/?lang=en").content.decode()
    )


def test_keys_are_apart_read_with_a_purpose_and_erased(field, client):
    of = study(field)
    one = person(of, "P-1", {"k_find": 0})
    with pytest.raises(Refused, match="Line 2: nobody in this study has the pseudonym P-2"):
        keep_keys(of, "P-1, Nobody Real, 0700\nP-2, Nobody Else")
    assert keep_keys(of, "P-1, Nobody Real 0700") == 1
    assert "Nobody" not in RespondentKey.objects.get(respondent=one).sealed
    address = f"/monitoring/outcomes/{of.ref}/keys/?lang=en"
    client.force_login(field.quality)
    assert client.get(address).status_code == 403
    client.force_login(field.manager)
    assert "Nobody Real" not in client.get(address).content.decode()
    answer = client.post(address, {"person": "P-1", "purpose": "short"})
    assert (answer.status_code, AccessLog.objects.filter(object_id=str(one.pk)).exists()) == (422, False)
    answer = client.post(address, {"person": "P-1", "purpose": "To ask again after 6 months"})
    assert "Nobody Real 0700" in answer.content.decode()
    log = AccessLog.objects.get(object_id=str(one.pk))
    assert (log.account, log.purpose, log.restricted) == (field.manager, "To ask again after 6 months", True)
    key = RespondentKey.objects.filter(respondent=one)
    erase_keys(date(2026, 2, 2) + timedelta(days=399))
    assert key.exists()
    assert erase_keys(date(2026, 2, 2) + timedelta(days=400)) >= 1
    assert not key.exists()
    assert OutcomeAnswer.objects.filter(respondent=one).exists()


def test_a_manager_sets_up_a_study_and_others_do_not(field, client):
    given = {"contract": field.contract.pk, "kind_of_study": "land_use", "design": "census", "name_en": "Land 2026"}
    client.force_login(field.monitor)
    assert client.post("/monitoring/outcomes/new/", given).status_code == 403
    client.force_login(field.manager)
    assert client.post("/monitoring/outcomes/new/", {**given, "name_en": ""}).status_code == 422
    answer = client.post("/monitoring/outcomes/new/", given)
    of = OutcomeStudy.objects.get(name_en="Land 2026")
    assert (answer.status_code, of.owner, of.contract) == (302, field.third, field.contract)


def test_land_page_table_and_file_show_the_same_rows(field, client):
    of = study(field, kind="land_use", design="census")
    place = field.world.town
    for number in range(9):
        ground(of, f"LOT-{number}", actual="unused" if number < 3 else "farming", place=place, dispute=number == 8)
    ground(of, "LOT-20", round="6", on=timezone.localdate() - timedelta(days=200), released_on=date(2025, 1, 1))
    client.force_login(field.manager)
    text = client.get("/monitoring/land-use/?lang=en").content.decode()
    assert "67" in text
    assert "1 released ground is due for its visit after 12 months." in text
    assert "LOT-20" not in text
    assert "LOT-20" in client.get("/monitoring/land-use/?show=due&lang=en").content.decode()
    rows = client.get("/monitoring/land-use.csv?show=unused").content.decode().splitlines()
    assert [row.split(",")[2] for row in rows[1:]] == ["LOT-0", "LOT-1", "LOT-2"]
    client.force_login(field.donor_account)
    assert "LOT-0" not in client.get("/monitoring/land-use/").content.decode()
    release_study(of, by=field.manager)
    assert "LOT-0" in client.get("/monitoring/land-use/").content.decode()
    client.force_login(field.partner_account)
    assert "LOT-0" not in client.get("/monitoring/land-use/").content.decode()
