"""Quality by interviewer and organisation: numbers, scope, pages, table and API."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.checks.nightly import look_at_form
from rafid.commons.forms.models import AppUser, BackCheck, Finding, Submission, VisitPlan
from rafid.commons.forms.quality.back_check_results import rates_of
from rafid.commons.forms.quality.back_checks import NotDrawn, draw_back_checks, link_by_hand
from rafid.commons.forms.quality.measured import quality_of
from rafid.commons.forms.quality.visit_plans import PlanRefused, compare, import_plan
from rafid.commons.forms.sender import of_phone
from rafid.methods.fieldwork import shrunken_rates

from .test_arrivals import MORNING, visits  # noqa: F401 - a fixture
from .visits import BATTERY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


NIGHT = MORNING + timedelta(hours=14)


@pytest.fixture
def judged(visits):  # noqa: F811
    """Ali has 8 visits, 4 of them with a wrong clock; Sara 8 with none; Omar of another organisation 4 with one."""
    for number in range(8):
        bad = number < 4
        visits.send(who="Ali", start=MORNING - timedelta(days=number), minutes=-5 if bad else 30)
        visits.send(who="Sara", start=MORNING - timedelta(days=number), minutes=20)
    other = AppUser.objects.create(name="Tablet 9", token_sha256="z" * 64, owner=visits.world.other)
    other.forms.add(visits.form)
    from rafid.commons import blobs  # noqa: F401
    from rafid.commons.forms.accept import accept

    from .visits import visit_xml

    for number in range(4):
        accept(
            visit_xml(
                900 + number, who="Omar", start=MORNING - timedelta(days=number), minutes=-5 if not number else 25
            ),
            of_phone(other),
            received_at=MORNING + timedelta(hours=5),
        )
    visits.handle()
    visits.reviewer = visits.world.person("whole", ("wells.reviewer", None, None))
    visits.partner = visits.world.person("part", ("wells.reviewer", visits.world.authority, None))
    visits.collector = visits.world.person("collects", ("wells.collector", None, None))
    return visits


def checks_of(world):
    return BackCheck.objects.filter(form=world.form)


def by_name(quality):
    return {line.interviewer: line for line in quality.interviewers}


def test_numbers_by_interviewer(judged):
    quality = quality_of(judged.form, judged.reviewer, {})
    lines = by_name(quality)
    assert {name: (one.interviews, one.flagged) for name, one in lines.items()} == {
        "Ali": (8, 4), "Sara": (8, 0), "Omar": (4, 1),
    }  # fmt: skip
    expected = shrunken_rates([4, 0, 1], [8, 8, 4])
    assert quality.overall == pytest.approx(0.25)
    assert [lines[name].rate for name in ("Ali", "Sara", "Omar")] == pytest.approx(expected.rates.tolist())
    assert quality.prior_weight == pytest.approx(expected.prior_weight)
    assert [line.interviewer for line in quality.interviewers] == ["Ali", "Omar", "Sara"]
    assert lines["Ali"].low < lines["Ali"].rate < lines["Ali"].high
    assert lines["Ali"].kinds == {"clock_problem": 4}
    assert (lines["Sara"].median_seconds, lines["Ali"].median_seconds) == (1200, 1800)
    assert lines["Sara"].owner == judged.world.branch
    houses = {line.owner.ref: (line.interviews, line.flagged) for line in quality.organisations}
    assert houses == {"WA-S": (16, 4), "OTHER": (4, 1)}


def test_the_list_s_filters_count(judged):
    until = (MORNING - timedelta(days=4)).date().isoformat()
    lines = by_name(quality_of(judged.form, judged.reviewer, {"until": until}))
    assert {name: (one.interviews, one.flagged) for name, one in lines.items()} == {"Ali": (4, 0), "Sara": (4, 0)}


def test_what_was_explained_does_not_count(judged):
    Finding.objects.filter(submission__form=judged.form, submission__interviewer="Ali").update(
        state="explained", comment="repaired", at=timezone.now()
    )
    from rafid.commons.forms.attach import recount

    recount(*Submission.objects.filter(form=judged.form).values_list("pk", flat=True))
    assert by_name(quality_of(judged.form, judged.reviewer, {}))["Ali"].flagged == 0


def test_a_partner_s_reviewer_sees_his_own_only(judged):
    quality = quality_of(judged.form, judged.partner, {})
    assert set(by_name(quality)) == {"Ali", "Sara"}
    assert quality.overall == pytest.approx(4 / 16)
    assert {line.owner.ref for line in quality.organisations} == {"WA-S"}


def test_the_page_shows_and_links(judged, client):
    client.force_login(judged.reviewer)
    page = client.get(f"/forms/{judged.form.pk}/quality/?lang=en")
    text = page.content.decode()
    assert page.status_code == 200
    assert "not an accusation" in text
    assert (
        f"/forms/{judged.form.pk}/submissions/?organisation=WA-S&amp;interviewer=Ali&amp;finding=clock_problem" in text
    )
    assert text.index("Ali") < text.index("Omar") < text.index("Sara")
    client.force_login(judged.partner)
    assert "Omar" not in client.get(f"/forms/{judged.form.pk}/quality/?lang=en").content.decode()


@pytest.mark.parametrize("tail", ["", "findings/", "back-checks/", "back-checks/draw/", "plan/", "table.csv"])
def test_only_those_who_review_look(judged, client, tail):
    url = f"/forms/{judged.form.pk}/quality/{tail}"
    assert client.get(url).status_code == 302
    client.force_login(judged.world.stranger)
    assert client.get(url).status_code == 404
    client.force_login(judged.collector)
    assert client.get(url).status_code == 403
    client.force_login(judged.reviewer)
    assert client.get(url).status_code == 200


def test_the_api_says_the_same(judged, client):
    url = f"/api/v1/forms/{judged.form.pk}/quality"
    assert client.get(url).status_code == 401
    client.force_login(judged.world.stranger)
    assert client.get(url).status_code == 404
    client.force_login(judged.collector)
    assert client.get(url).status_code == 403
    client.force_login(judged.partner)
    told = client.get(url).json()
    assert [one["interviewer"] for one in told["items"]] == ["Ali", "Sara"]
    assert told["items"][0]["findings"] == {"clock_problem": 4}
    assert told["items"][0]["copying_score"] is None
    assert told["items"][0]["shrunken_rate"] == pytest.approx(
        by_name(quality_of(judged.form, judged.partner, {}))["Ali"].rate
    )
    client.force_login(judged.reviewer)
    assert client.get(f"/api/v1/forms/{judged.form.xform_id}/quality").json()["interviews"] == 20
    assert client.get(url + "?state=nonsense").status_code == 422


def test_the_table_has_a_row_for_each(judged, client):
    Submission.objects.filter(form=judged.form, interviewer="Sara").update(interviewer="=1+1")
    client.force_login(judged.reviewer)
    answer = client.get(f"/forms/{judged.form.pk}/quality/table.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["interviewer"], row["interviews"], row["clock_problem"]) for row in rows] == [
        ("Ali", "8", "4"), ("Omar", "4", "1"), ("'=1+1", "8", "0"),
    ]  # fmt: skip
    assert "attachment" in answer["Content-Disposition"]


def test_two_places_at_once_are_said(visits, client):  # noqa: F811
    visits.send(loc="33.3152 44.3661 0 5", start=MORNING)
    visits.send(loc="36.3489 43.1577 0 5", start=MORNING + timedelta(minutes=10))
    visits.handle()
    client.force_login(visits.world.person("whole", ("wells.reviewer", None, None)))
    assert "two places at once" in client.get(f"/forms/{visits.form.pk}/quality/?lang=en").content.decode()
    told = client.get(f"/api/v1/forms/{visits.form.pk}/quality").json()["items"][0]
    assert (told["fastest_kmh"], told["at_once"]) == (None, True)


def test_a_finding_is_explained_from_here(judged, client):
    one = Finding.objects.filter(submission__form=judged.form, submission__interviewer="Ali").first()
    other = Finding.objects.get(submission__form=judged.form, submission__interviewer="Omar")
    url = f"/forms/{judged.form.pk}/quality/findings/"
    client.force_login(judged.partner)
    page = client.get(url + "?lang=en&interviewer=Ali").content.decode()
    assert "it ends before it starts" in page
    client.post(f"{url}{one.pk}/", {"state": "explained", "comment": "broken clock", "next": url})
    one.refresh_from_db()
    assert (one.state, one.comment, one.by) == ("explained", "broken clock", judged.partner)
    assert one.submission.findings_open == 0
    assert client.post(f"{url}{other.pk}/", {"state": "confirmed"}).status_code == 404
    client.post(f"{url}{one.pk}/", {"state": "explained", "comment": ""})
    one.refresh_from_db()
    assert one.comment == "broken clock"
    outside = client.post(f"{url}{one.pk}/", {"state": "open", "next": "https://elsewhere.example/"})
    assert outside["Location"] == url


# --- back-checks ------------------------------------------------------------------------------------------------------

DUE = date(2026, 10, 30)
ITEMS = {"q1": 1, "q2": 2, "people": 1}


def test_a_draw_takes_the_riskiest_and_some_at_random(judged):
    draw = draw_back_checks(judged.form, judged.reviewer, by_risk=3, at_random=4, items=ITEMS, due_on=DUE, seed=7)
    drawn = list(draw.back_checks.select_related("original"))
    risky = [one for one in drawn if one.basis == "risk"]
    assert len(risky) == 3
    assert all(one.original.worst == 2 for one in risky)
    assert len(drawn) == 7
    assert draw.seed == 7
    assert {one.due_on for one in drawn} == {DUE}
    assert drawn[0].items == ITEMS


def test_the_same_seed_draws_the_same(judged):
    first = draw_back_checks(judged.form, judged.reviewer, by_risk=2, at_random=3, items=ITEMS, due_on=DUE, seed=11)
    one = set(first.back_checks.values_list("original", "basis"))
    first.back_checks.all().delete()
    again = draw_back_checks(judged.form, judged.reviewer, by_risk=2, at_random=3, items=ITEMS, due_on=DUE, seed=11)
    assert set(again.back_checks.values_list("original", "basis")) == one
    again.back_checks.all().delete()
    other = draw_back_checks(judged.form, judged.reviewer, by_risk=2, at_random=3, items=ITEMS, due_on=DUE, seed=12)
    assert set(other.back_checks.values_list("original", "basis")) != one


def test_nothing_is_drawn_twice_or_out_of_scope(judged):
    draw_back_checks(judged.form, judged.partner, by_risk=0, at_random=500, items=ITEMS, due_on=DUE)
    assert checks_of(judged).count() == 16
    assert not checks_of(judged).filter(original__interviewer="Omar").exists()
    with pytest.raises(NotDrawn, match="no visit left"):
        draw_back_checks(judged.form, judged.partner, by_risk=0, at_random=1, items=ITEMS, due_on=DUE)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"by_risk": 0, "at_random": 0}, "between 1 and 500"),
        ({"at_random": 501}, "between 1 and 500"),
        ({"items": {}}, "at least one question"),
        ({"items": {"nothing": 1}}, "no such question in the form: nothing"),
        ({"items": {"q1": 4}}, "no such question in the form: q1"),
    ],
)
def test_a_draw_that_cannot_be(judged, changed, sentence):
    given = {"by_risk": 1, "at_random": 1, "items": ITEMS, "due_on": DUE, **changed}
    with pytest.raises(NotDrawn, match=sentence):
        draw_back_checks(judged.form, judged.reviewer, **given)
    assert checks_of(judged).count() == 0


def repeat(visits, first, **more):  # noqa: F811
    now = timezone.now()
    return visits.send(site=first.site, who="Checker", start=now - timedelta(hours=1), received=now, **more)


def test_a_repeat_is_linked_by_its_site_and_question(visits):  # noqa: F811
    reviewer = visits.world.person("whole", ("wells.reviewer", None, None))
    answers = dict.fromkeys(BATTERY, "a") | {"people": "20"}
    first = visits.send(site="S1", answers=answers)
    draw_back_checks(visits.form, reviewer, by_risk=0, at_random=1, items=ITEMS, due_on=DUE)
    visits.handle()
    repeat(visits, first)
    same_person = visits.send(site="S1", who="Ali", back_check="yes", start=timezone.now(), received=timezone.now())
    repeat(visits, first, back_check="no")
    visits.handle()
    assert checks_of(visits).get().repeated is None
    again = repeat(visits, first, back_check="yes", answers=answers | {"q1": "b", "people": ""})
    visits.handle()
    assert checks_of(visits).get().repeated == again != same_person
    rates = rates_of(visits.form, reviewer)
    assert rates.whole == (2, 1, 0.5)
    assert rates.by_interviewer == {(visits.world.branch.pk, "Ali"): (2, 1, 0.5)}
    assert rates.by_owner == {visits.world.branch.pk: (2, 1, 0.5)}
    assert (rates.by_type[1], rates.by_type[2]) == ((1, 1, 1.0), (1, 0, 0.0))
    [mismatch] = rates.mismatches
    assert (mismatch.item, mismatch.first, mismatch.second) == ("q1", "a", "b")
    line = by_name(quality_of(visits.form, reviewer, {}))["Ali"]
    assert line.back_checks == (2, 1, 0.5)


def test_a_second_visit_of_another_organisation_counts_and_is_not_shown(visits, client):  # noqa: F811
    whole = visits.world.person("whole", ("wells.reviewer", None, None))
    part = visits.world.person("part", ("wells.reviewer", visits.world.branch, None))
    answers = dict.fromkeys(BATTERY, "a") | {"people": "20"}
    first = visits.send(site="S1", answers=answers)
    draw_back_checks(visits.form, whole, by_risk=0, at_random=1, items=ITEMS, due_on=DUE)
    again = repeat(visits, first, back_check="yes", answers=answers | {"q1": "b"})
    Submission.objects.filter(pk=again.pk).update(owner=visits.world.other)
    visits.handle()
    assert checks_of(visits).get().repeated == again
    url = f"/forms/{visits.form.pk}/quality/back-checks/?lang=en"
    for person, told in ((whole, True), (part, False)):
        rates = rates_of(visits.form, person)
        assert rates.whole[:2] == (3, 1)
        assert [one.second for one in rates.mismatches] == (["b"] if told else [])
        client.force_login(person)
        page = client.get(url).content.decode()
        for word in (again.instance_id, "Checker"):
            assert (word in page) == told
        assert "Link a submission" not in page


def test_a_repeat_is_linked_by_the_first_visit_s_identity(visits):  # noqa: F811
    reviewer = visits.world.person("whole", ("wells.reviewer", None, None))
    first = visits.send(site="S1")
    draw_back_checks(visits.form, reviewer, by_risk=0, at_random=1, items=ITEMS, due_on=DUE)
    again = visits.send(
        site="S2", who="Checker", back_check=first.instance_id, start=timezone.now(), received=timezone.now()
    )
    look_at_form(visits.form)
    assert checks_of(visits).get().repeated == again


def test_a_repeat_is_linked_by_hand(judged, client):
    draw_back_checks(judged.form, judged.reviewer, by_risk=0, at_random=20, items=ITEMS, due_on=DUE)
    check = checks_of(judged).filter(original__interviewer="Ali").first()
    again = judged.send(who="Checker")
    own = judged.send(who="Ali")
    url = f"/forms/{judged.form.pk}/quality/back-checks/"
    client.force_login(judged.reviewer)
    for named in (own.instance_id, "uuid:nothing", "", "a\x00b"):
        client.post(f"{url}{check.pk}/", {"instance_id": named})
        check.refresh_from_db()
        assert check.repeated is None
    client.post(f"{url}{check.pk}/", {"instance_id": again.instance_id})
    check.refresh_from_db()
    assert check.repeated == again
    with pytest.raises(NotDrawn, match="another visit already"):
        link_by_hand(checks_of(judged).filter(original__interviewer="Sara").first(), again)
    client.force_login(judged.partner)
    theirs = checks_of(judged).get(original__instance_id="uuid:v900")
    assert client.post(f"{url}{theirs.pk}/", {"instance_id": own.instance_id}).status_code == 404
    page = client.get(url + "?lang=en").content.decode()
    assert "Checker" in page
    assert "Omar" not in page


def test_visits_are_drawn_on_the_page(judged, client):
    client.force_login(judged.reviewer)
    url = f"/forms/{judged.form.pk}/quality/back-checks/draw/"
    given = {"by_risk": "1", "at_random": "2", "due_on": "2026-10-30", "seed": "5", "since": "", "item-q1": "1"}
    for wrong, sentence in (
        ({"by_risk": "x"}, "whole number"), ({"due_on": "soon"}, "2026-09-30"), ({"seed": "1.5"}, "seed is a whole number"),
        ({"item-q1": ""}, "at least one question"), ({"since": "then"}, "2026-09-30"),
    ):  # fmt: skip
        answer = client.post(url + "?lang=en", {**given, **wrong})
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True), wrong
    assert client.post(url, given).status_code == 302
    assert checks_of(judged).count() == 3
    assert judged.form.draws.get().seed == 5
    page = client.get(f"/forms/{judged.form.pk}/quality/back-checks/?lang=en").content.decode()
    assert "30 October 2026" in page


# --- plan -------------------------------------------------------------------------------------------------------------


def plan_of(*rows):
    return ("site,due_from,due_to,interviewer\n" + "\n".join(rows)).encode()


def test_visits_against_the_plan(visits):  # noqa: F811
    reviewer = visits.world.person("whole", ("wells.reviewer", None, None))
    table = plan_of(
        "A,2026-09-01,2026-09-10,Ali", "A,2026-09-20,2026-09-25,", "B,2026-09-01,2026-09-05,Ali",
        "C,2026-09-01,2026-09-05,", "D,2026-09-01,2027-01-01,",
    )  # fmt: skip
    assert import_plan(visits.form, table) == 5
    assert import_plan(visits.form, table) == 0

    def at(day, site, who="Ali"):
        visits.send(site=site, who=who, start=MORNING.replace(month=9, day=day))

    at(5, "A")
    at(28, "A", "Sara")
    at(29, "A", "Sara")
    at(3, "B", "Sara")
    at(29, "B")
    at(29, "E")
    visits.send(site="E", start=MORNING.replace(month=8, day=1))
    compared = compare(visits.form, reviewer, today=date(2026, 9, 30))
    assert [(one.plan.site, one.state, one.days) for one in compared.planned] == [
        ("B", "late", 24), ("C", "overdue", 25), ("A", "done", 0), ("D", "open", 0), ("A", "late", 3),
    ]  # fmt: skip
    assert [one.more for one in compared.planned] == [0, 0, 0, 0, 1]
    assert [(one.site, one.interviewer) for one in compared.unplanned] == [("E", "Ali"), ("B", "Sara")]


def test_a_visit_of_the_next_round_is_not_the_late_one_of_this(visits):  # noqa: F811
    reviewer = visits.world.person("whole", ("wells.reviewer", None, None))
    import_plan(visits.form, plan_of("A,2026-09-01,2026-09-10,", "A,2026-09-20,2026-09-25,"))
    visits.send(site="A", start=MORNING.replace(day=22))
    compared = compare(visits.form, reviewer, today=date(2026, 9, 30))
    assert [one.state for one in compared.planned] == ["overdue", "done"]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (b"", "first row must name"),
        (b"site,due_from\nA,2026-01-01", "Missing: due_to"),
        (plan_of("A,2026-01-01,2026-13-01,"), "Row 2, due_to: “2026-13-01” is no day"),
        (plan_of(",2026-01-01,2026-01-02,"), "Row 2, site"),
        (plan_of("A,2026-01-03,2026-01-02,"), "Row 2: the visit is due to end before it begins"),
        (plan_of(), "no row below"),
        ("موقع".encode("cp1256"), "not UTF-8"),
        (b"a\0b", "no CSV"),
    ],
)
def test_a_plan_that_is_none(visits, table, sentence):  # noqa: F811
    import_plan(visits.form, plan_of("Z,2026-01-01,2026-01-02,"))
    with pytest.raises(PlanRefused) as caught:
        import_plan(visits.form, table, replace=True)
    assert sentence in " ".join(caught.value.problems)
    assert VisitPlan.objects.get(form=visits.form).site == "Z"


def test_a_plan_is_uploaded_by_who_reviews_the_whole(judged, client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    url = f"/forms/{judged.form.pk}/quality/plan/?lang=en"

    def post(table, **more):
        return client.post(url, {"file": SimpleUploadedFile("plan.csv", table), **more})

    client.force_login(judged.partner)
    assert post(plan_of("A,2026-09-01,2026-09-10,Ali")).status_code == 403
    client.force_login(judged.reviewer)
    assert client.post(url).status_code == 422
    refused = post(b"x")
    assert (refused.status_code, "Missing" in refused.content.decode()) == (422, True)
    table = "site;due_from;due_to;interviewer\nA;2026-09-01;2026-09-10;Ali\nX;2026-09-01;2026-09-10;Omar\n"
    assert post(table.encode()).status_code == 302
    assert "Overdue" in client.get(url).content.decode()
    client.force_login(judged.partner)
    page = client.get(url).content.decode()
    assert [one for one in re.findall(r"<th scope=\"row\"><bdi[^>]*>([^<]*)<", page) if len(one) == 1] == ["A"]
    assert handle_arrivals() == 0
