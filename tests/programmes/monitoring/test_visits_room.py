"""Visits on their pages and at their address: the own week, score with its history, release, not made, the partner's view."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from rafid.commons.people.models import AccessLog, Message
from rafid.commons.records.change import Refused, Stale
from rafid.methods.progress import Answer as Counted
from rafid.methods.progress import compliance
from rafid.programmes.monitoring.models import (
    Answer,
    Assessment,
    ClearanceArea,
    Declaration,
    ExactPlace,
    RuleOverride,
    SecurityClearance,
    Visit,
)
from rafid.programmes.monitoring.visits.not_made import not_made
from rafid.programmes.monitoring.visits.partners import months_of, summed, trend_of
from rafid.programmes.monitoring.visits.release import release
from rafid.programmes.monitoring.visits.scores import differing, rescore, scores_of

from .conftest import window

pytestmark = pytest.mark.django_db
API = "/api/v1/monitoring/visits"


def assess(field, visit, results=("yes", "no", "na"), number=1, **values):
    """An assessment as an arrived checklist makes it."""
    given = list(zip(field.items, results, strict=True))
    found = compliance([Counted(item.code, item.severity, result) for item, result in given])
    made = Assessment.objects.create(
        visit=visit, number=number, checklist=field.checklist, weights={"critical": 5, "major": 3, "minor": 1},
        pass_mark=0.8, score=found.score, unweighted=found.unweighted, verdict=found.verdict,
        failed_critical=list(found.failed_critical), counted=found.counted, not_applicable=found.not_applicable,
        by_severity={name: list(pair) for name, pair in found.by_severity.items()}, **values,
    )  # fmt: skip
    Answer.objects.bulk_create(
        Answer(
            assessment=made, item=item, severity=item.severity, result=result, reason="Said" if result == "na" else ""
        )
        for item, result in given
    )
    Visit.objects.filter(pk=visit.pk).update(
        score=found.score, verdict=found.verdict, failed_critical=list(found.failed_critical)
    )
    visit.refresh_from_db()
    return made


@pytest.fixture
def made(field):
    """A visit that was made and assessed, and is not released."""
    visit = field.make_visit(
        lead=field.monitors[0], window=window(3), planned_on=date(2026, 3, 3), state="done", access="full",
        arrived=datetime(2026, 3, 3, 9, tzinfo=UTC), left=datetime(2026, 3, 3, 10, tzinfo=UTC), team="MT-01",
    )  # fmt: skip
    assess(field, visit)
    return visit


@pytest.fixture
def signed(field):
    def client(account):
        found = Client()
        found.force_login(account)
        return found

    return client


def listed(client, query=""):
    return client.get(f"{API}{query}").json()["items"]


# --- the address ------------------------------------------------------------------------------------------------------


def test_a_visit_at_its_address(field, made, signed):
    manager = signed(field.manager)
    [row] = listed(manager, "?state=done&access=full&partner=PART")
    assert row == {
        "id": str(made.pk), "site": made.site.ref, "plan": None, "type": "announced", "state": "done", "access": "full",
        "planned_on": "2026-03-03", "visited_on": "2026-03-03", "score": pytest.approx(0.625), "verdict": "fail",
        "failed_critical": [],
    }  # fmt: skip
    whole = manager.get(f"{API}/{made.pk}").json()
    assert {name: whole[name] for name in row} == row
    assert (whole["monitor"], whole["conflict_declared"]) == ("Secret monitor 1", False)
    assert whole["weights"] == {"critical": 5, "major": 3, "minor": 1}
    assert whole["answers"] == [
        {"item": "ppe", "severity": "critical", "result": "yes"},
        {"item": "marking", "severity": "major", "result": "no"},
        {"item": "log", "severity": "minor", "result": "na"},
    ]
    assert whole["photos"] == []
    again = compliance([Counted(**one) for one in whole["answers"]], weights=whole["weights"])
    assert again.score == pytest.approx(whole["score"], abs=1e-12)


def test_filters_of_the_address(field, made, signed):
    manager = signed(field.manager)
    assert listed(manager, "?state=planned") == []
    assert listed(manager, "?partner=RIVAL") == []
    assert listed(manager, f"?partner={field.partner.pk}") != []
    assert listed(manager, "?plan=nothing") == []
    for query in ("?state=nonsense", "?access=nonsense", "?limit=0", "?cursor=x"):
        assert manager.get(f"{API}{query}").status_code == 422, query
    assert manager.get(f"{API}/00000000-0000-7000-8000-000000000000").status_code == 404
    assert Client().get(API).status_code in (401, 404)


def test_a_declaration_of_that_day_is_told(field, made, signed):
    Declaration.objects.create(
        monitor=field.monitors[0],
        partner=field.partner,
        relation="family",
        since=date(2026, 1, 1),
        until=date(2026, 12, 1),
    )
    RuleOverride.objects.create(
        visit=made, rule="declaration", monitor=field.monitors[0], reason="Nobody else could go"
    )
    assert signed(field.manager).get(f"{API}/{made.ref}").json()["conflict_declared"] is True


def test_partner_and_donor_see_it_only_when_it_is_released(field, made, signed):
    sides = [signed(field.partner_account), signed(field.donor_account)]
    rival = signed(field.rival_account)
    for client in sides:
        assert listed(client) == []
        assert client.get(f"{API}/{made.pk}").status_code == 404
        assert client.get(f"/monitoring/visits/{made.ref}/").status_code == 404
    release(made, by=field.manager)
    for client in sides:
        assert [one["id"] for one in listed(client)] == [str(made.pk)]
        assert client.get(f"{API}/{made.pk}").json()["answers"]
        assert client.get(f"/monitoring/visits/{made.ref}/").status_code == 200
    assert listed(rival) == []
    assert rival.get(f"/monitoring/visits/{made.ref}/").status_code == 404


# --- release and not made ---------------------------------------------------------------------------------------------


def test_release_is_the_managers_and_shows_the_findings(field, made):
    finding = field.make_nonconformity(made)
    for other in (field.quality, field.monitor, field.partner_account, field.director):
        with pytest.raises(Refused):
            release(made, by=other)
    with pytest.raises(Stale):
        release(made, by=field.manager, version=made.version + 7)
    before = set(Message.objects.values_list("pk", flat=True))
    release(made, by=field.manager, version=made.version)
    made.refresh_from_db()
    finding.refresh_from_db()
    assert (made.released_by, finding.released_at) == (field.manager, made.released_to_partner_at)
    told = set(Message.objects.exclude(pk__in=before).values_list("account__login", flat=True))
    assert told == {"m-partner"}
    with pytest.raises(Refused):
        release(made, by=field.manager)


def test_what_is_not_over_or_not_assessed_is_not_released(field):
    planned = field.make_visit()
    with pytest.raises(Refused):
        release(planned, by=field.manager)
    empty = field.make_visit(
        lead=field.monitors[0], window=window(3), state="done", arrived=datetime(2026, 3, 3, 9, tzinfo=UTC)
    )
    with pytest.raises(Refused):
        release(empty, by=field.manager)


def test_a_visit_not_made_says_why_and_stays(field, signed):
    visit = field.make_visit(lead=field.monitors[0], window=window(4), planned_on=date(2026, 3, 4))
    with pytest.raises(Refused):
        not_made(visit, "impossible", reason="weather", text="  ", by=field.monitor)
    with pytest.raises(Refused):
        not_made(visit, "impossible", reason="", text="Flood", by=field.monitor)
    with pytest.raises(Refused):
        not_made(visit, "cancelled", reason="team", text="No car", by=field.monitor)
    with pytest.raises(Refused):
        not_made(visit, "impossible", reason="weather", text="Flood", by=field.quality)
    client = signed(field.monitor)
    answer = client.post(
        f"/monitoring/visits/{visit.ref}/end/",
        {"state": "impossible", "reason": "weather", "text": "Flood on the road", "version": visit.version},
    )
    assert answer.status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.not_seen_reason, visit.not_seen_text) == ("impossible", "weather", "Flood on the road")
    page = client.get(f"/monitoring/visits/{visit.ref}/?lang=en").content.decode()
    assert "Flood on the road" in page
    stale = client.post(f"/monitoring/visits/{visit.ref}/end/", {"state": "denied", "reason": "road", "text": "x"})
    assert stale.status_code in (409, 422)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_page_of_a_visit_shows_answers_score_and_history(field, made, signed):
    first = made.assessments.get()
    first.superseded_at = timezone.now()
    first.save()
    assess(field, made, ("no", "yes", "yes"), number=2, why="Corrected after a call")
    field.make_nonconformity(made)
    RuleOverride.objects.create(visit=made, rule="pair", reason="Nobody else was there")
    page = signed(field.manager).get(f"/monitoring/visits/{made.ref}/?lang=en").content.decode()
    for said in (
        "A critical failure is a failure at any score", "4 / 9", "44 %", "62 %", "Corrected after a call",
        "Without a visor", "Nobody else was there", "SOP 1", "Release to the partner",
    ):  # fmt: skip
        assert said in page, said
    assert (
        "Release to the partner"
        not in signed(field.quality).get(f"/monitoring/visits/{made.ref}/?lang=en").content.decode()
    )
    release(made, by=field.manager)
    partner = signed(field.partner_account).get(f"/monitoring/visits/{made.ref}/?lang=en").content.decode()
    assert "44 %" in partner
    assert "Nobody else was there" not in partner


def test_exact_places_are_for_named_roles_and_each_reading_is_logged(field, made, signed):
    site = made.site
    site.point = Point(44.4, 36.2, srid=4326)
    site.save()
    ExactPlace.objects.create(site=site, point=Point(44.41234, 36.21234, srid=4326))
    release(made, by=field.manager)
    address = f"/monitoring/visits/{made.ref}/places.geojson"
    before = AccessLog.objects.count()
    for account in (field.partner_account, field.donor_account, field.director):
        body = signed(account).get(address).content.decode()
        assert "44.4" in body
        assert "44.41234" not in body
    assert AccessLog.objects.count() == before
    assert "44.41234" in signed(field.quality).get(address).content.decode()
    assert AccessLog.objects.filter(restricted=True, account=field.quality).count() == 1


def test_my_week_shows_today_first_with_what_is_needed(field, made, signed):
    today = timezone.localdate()
    start = timezone.make_aware(datetime.combine(today, datetime.min.time())) + timedelta(hours=23)
    later = field.make_visit(field.sites[1], lead=field.monitors[0], planned_on=today + timedelta(days=2))
    now = field.make_visit(
        made.site, lead=field.monitors[0], planned_on=today,
        window=type(window(3))(start, start + timedelta(minutes=30)),
    )  # fmt: skip
    field.make_visit(field.sites[2], lead=field.monitors[1], planned_on=today)
    field.make_nonconformity(made, text="No stretcher")
    ExactPlace.objects.create(site=made.site, point=Point(44.41234, 36.21234, srid=4326), directions="After the mill")
    ClearanceArea.objects.create(
        owner=field.third, place=field.world.town, asked=(today - timedelta(days=1), today + timedelta(days=30))
    )
    client = signed(field.monitor)
    page = client.get("/monitoring/my/?lang=en").content.decode()
    assert page.index(now.ref) < page.index(later.ref)
    for said in ("Hidden site 1", "No stretcher", "After the mill", "None yet: do not go", "44.41234"):
        assert said in page, said
    assert "Hidden site 3" not in page
    SecurityClearance.objects.create(
        owner=field.third, place=field.world.town, by="Office", number="SC-7", state="granted",
        valid=(start - timedelta(days=1), start + timedelta(days=9)),
    )  # fmt: skip
    page = client.get("/monitoring/my/?lang=en").content.decode()
    assert "SC-7" in page
    assert "None yet: do not go" not in page
    assert AccessLog.objects.filter(account=field.monitor, restricted=True).exists()
    assert "not linked to a monitor" in signed(field.manager).get("/monitoring/my/?lang=en").content.decode()


def test_the_partners_page_shows_what_is_released_and_nothing_of_others(field, made, signed):
    client = signed(field.partner_account)
    before = client.get("/monitoring/partner/?lang=en").content.decode()
    assert "No visit was released yet" in before
    assert "Hidden site" not in before
    release(made, by=field.manager)
    other = field.make_site(1, of=field.other, external_id="OTHER", name_en="Rivals' site")
    field.make_visit(
        other, state="denied", not_seen_reason="road", not_seen_text="Shut", released_to_partner_at=timezone.now()
    )
    page = client.get("/monitoring/partner/?lang=en").content.decode()
    assert "Hidden site 1" in page
    assert "Rivals" not in page
    assert client.get("/monitoring/partner/?partner=RIVAL").status_code == 404
    # The office sees on it what the partner sees, and no more.
    field.make_visit(field.sites[4], state="denied", not_seen_reason="road", not_seen_text="Shut")
    office = signed(field.manager).get("/monitoring/partner/?lang=en&partner=PART").content.decode()
    assert "Hidden site 1" in office
    assert "Hidden site 5" not in office


def test_pages_of_checklists_and_of_the_datas_quality(field, made, signed):
    assert "Checks" in signed(field.monitor).get("/monitoring/checklists/?lang=en").content.decode()
    page = signed(field.partner_account).get("/monitoring/checklists/checks/?lang=en").content.decode()
    assert "SOP 1" in page
    assert signed(field.manager).get("/monitoring/checklists/checks/?version=9").status_code == 404
    assert signed(field.quality).get("/monitoring/quality/").status_code == 200
    for account in (field.partner_account, field.donor_account, field.monitor):
        assert signed(account).get("/monitoring/quality/").status_code == 404


def test_only_those_who_made_a_visit_explain_it(field, made, signed):
    answer = signed(field.monitor).post(f"/monitoring/visits/{made.ref}/explain/", {"text": "The road was shut"})
    assert answer.status_code == 422, "nothing was sent, so that there is nothing to explain"


# --- figures ----------------------------------------------------------------------------------------------------------


def test_a_trend_needs_four_months_and_a_mean_its_teams(field):
    visits = []
    for number, score in enumerate((0.72, 0.75, 0.71, 0.78, 0.80, 0.79)):
        visit = Visit(
            site=field.sites[0], team=f"T{number % 2}", score=score, verdict="fail" if score < 0.75 else "pass",
            arrived=datetime(2026, 1 + number, 5, tzinfo=UTC),
        )  # fmt: skip
        visits.append(visit)
    found = trend_of(months_of(visits))
    assert (round(found.slope, 4), round(found.p, 2)) == (0.0167, 0.13)
    assert trend_of(months_of(visits[:3])) is None
    whole = summed("all", visits)
    assert (whole.assessed, whole.passed, whole.score) == (6, 4, pytest.approx(sum(one.score for one in visits) / 6))
    assert whole.mean.low < whole.score < whole.mean.high
    assert whole.share.low < 4 / 6 < whole.share.high
    assert summed("one team", visits[::2]).mean is None
    assert summed("none", []).share is None


def test_scores_of_many_are_those_of_each(field):
    patterns = [("yes", "yes", "no"), ("no", "yes", "yes"), ("na", "na", "na"), ("yes", "no", "na"), ("na", "no", "no")]
    rows = []
    for number, results in enumerate(patterns):
        visit = field.make_visit(
            field.sites[number], lead=field.monitors[0], window=window(number + 1), state="done",
            arrived=datetime(2026, 3, number + 1, 9, tzinfo=UTC),
        )  # fmt: skip
        rows.append(assess(field, visit, results))
    found = scores_of(rows)
    for row in rows:
        one = compliance(
            [Counted(str(a.item_id), a.severity, a.result) for a in row.answers.all()], weights=row.weights, pass_mark=row.pass_mark
        )  # fmt: skip
        again = found[row.pk]
        assert (again.verdict, again.counted, again.not_applicable) == (one.verdict, one.counted, one.not_applicable)
        assert again.score == (None if one.score is None else pytest.approx(one.score, abs=1e-12))
        assert again.unweighted == (None if one.unweighted is None else pytest.approx(one.unweighted, abs=1e-12))
    assert differing(rows) == []


def test_new_weights_make_the_next_scores_and_the_old_stay(field, made):
    contract = field.contract
    contract.weights = {"critical": 1, "major": 1, "minor": 1}
    contract.pass_mark = 0.5
    contract.save()
    with pytest.raises(Refused):
        rescore(contract, by=field.monitor, why="New weights")
    with pytest.raises(Refused):
        rescore(contract, by=field.manager, why=" ")
    assert rescore(contract, by=field.manager, why="New weights") == 1
    made.refresh_from_db()
    assert (made.score, made.verdict) == (0.5, "pass")
    assert list(made.assessments.order_by("number").values_list("number", "score", "why")) == [
        (1, pytest.approx(0.625), ""),
        (2, 0.5, "New weights"),
    ]
    assert made.assessments.get(superseded_at=None).answers.count() == 3
    assert rescore(contract, by=field.manager, why="Again") == 0
