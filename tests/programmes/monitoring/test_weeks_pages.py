"""Pages of weeks: what managers do there, what monitors and directors see, and that a partner learns nothing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.utils import timezone
from django.utils.translation import override

from rafid.commons.people.models import AccessLog
from rafid.commons.places.models import Place
from rafid.programmes.monitoring.models import (
    CalendarFeed,
    ClearanceArea,
    Declaration,
    Employment,
    Leave,
    Monitor,
    RuleOverride,
    SecurityClearance,
    Visit,
)
from rafid.programmes.monitoring.plans.frame import Part, build_frame
from rafid.programmes.monitoring.plans.registering import draw_sites, register
from rafid.programmes.monitoring.visits.not_made import not_made
from rafid.programmes.monitoring.weeks.clearing import ask, decide
from rafid.programmes.monitoring.weeks.days import week_days, week_of
from rafid.programmes.monitoring.weeks.feeds import make_feed
from rafid.programmes.monitoring.weeks.independence import matrix
from rafid.programmes.monitoring.weeks.not_seen import lines
from rafid.programmes.monitoring.weeks.proposing import NotTaken, propose, take_over
from rafid.programmes.monitoring.weeks.schedule import Wish, confirm, plan_visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def monday():
    """Far enough ahead to lie in no week that is over, in weeks without a holiday of fixed date."""
    on = timezone.localdate() + timedelta(days=21)
    on -= timedelta(days=on.weekday())
    while {(on + timedelta(days=more)).strftime("%m-%d") for more in range(14)} & {
        "12-25",
        "01-01",
        "01-06",
        "03-21",
        "05-01",
        "07-14",
    }:
        on += timedelta(days=7)
    return on


@pytest.fixture
def placed(field):
    """The places have positions, so that there are ways between sites."""
    for place, x in ((field.world.south, 44.0), (field.world.town, 44.1)):
        Place.objects.filter(pk=place.pk).update(point=Point(x, 33.0, srid=4326))
    for number, site in enumerate(field.sites):
        site.point = Point(44.1 + 0.05 * number, 33.05, srid=4326)
        site.save()
    return field


def planned(field, on, site=0, lead=0, second=1, start=time(9), type="unannounced"):
    wish = Wish(on, start, field.monitors[lead], field.monitors[second], type)
    return plan_visit(field.make_visit(field.sites[site], team="T1"), wish, by=field.manager)


def addresses(visit, monitor, on):
    week = week_of(on)
    return [
        "/monitoring/weeks/", f"/monitoring/weeks/{week}/", f"/monitoring/weeks/{week}/places.json",
        f"/monitoring/weeks/{week}/add/", f"/monitoring/weeks/{week}/propose/", f"/monitoring/weeks/visits/{visit.ref}/",
        "/monitoring/weeks/not-seen/", "/monitoring/weeks/clearances/", "/monitoring/weeks/calendar/", "/monitoring/independence/",
        f"/monitoring/independence/monitors/{monitor.ref}/",
    ]  # fmt: skip


# Who sees what


def test_a_partner_and_a_donor_find_nothing_here(field, client, monday):
    visit = planned(field, monday)
    for who in (field.partner_account, field.donor_account, field.rival_account):
        client.force_login(who)
        for address in addresses(visit, field.monitors[0], monday):
            assert client.get(address).status_code == 404, address
        assert client.post(f"/monitoring/visits/{visit.ref}/end/", {}).status_code == 404
        assert client.get("/monitoring/weeks/calendar/feed/").status_code == 200


def test_the_office_plans_others_look(field, client, monday):
    visit = planned(field, monday)
    for who, statuses in (
        (field.manager, {200}),
        (field.quality, {200, 403, 404}),
        (field.director, {200, 403, 404}),
        (field.monitor, {200, 403, 404}),
    ):
        client.force_login(who)
        for address in addresses(visit, field.monitors[0], monday)[1:]:
            assert client.get(address).status_code in statuses, (who, address)
    # A monitor sees the own visits; the director no clearance; neither plans.
    other = planned(field, monday, site=1, lead=1, second=2, start=time(12))
    text = client.get(f"/monitoring/weeks/{week_of(monday)}/?lang=en").content.decode()
    assert visit.ref in text
    assert other.ref not in text
    assert client.get(f"/monitoring/weeks/visits/{other.ref}/").status_code == 404
    client.force_login(field.director)
    assert client.get("/monitoring/weeks/clearances/").status_code == 404
    assert client.post(f"/monitoring/weeks/visits/{visit.ref}/step/", {"step": "confirm"}).status_code == 403
    client.logout()
    assert client.get("/monitoring/weeks/").status_code == 302


# Planning at the page


def sent(field, on, **values):
    return {
        "planned_on": on.isoformat(), "start": "09:00", "minutes": "120", "lead": field.monitors[0].pk,
        "second": field.monitors[1].pk, "type": "unannounced", "version": "1", **values,
    }  # fmt: skip


def test_a_refusal_stands_at_its_field_and_is_allowed_with_a_reason(field, client, monday):
    Declaration.objects.create(
        monitor=field.monitors[0], partner=field.partner, relation="family", since=date(2026, 1, 1)
    )
    visit = field.make_visit()
    client.force_login(field.manager)
    page = f"/monitoring/weeks/visits/{visit.ref}/?lang=en"
    answer = client.post(page, sent(field, monday))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Secret monitor 1 declared about Partner: Family. Choose another lead monitor." in text
    assert 'name="allow" value="declaration"' in text
    answer = client.post(page, sent(field, monday, allow="declaration", why=""))
    assert "Say why the rule is not applied" in answer.content.decode()
    answer = client.post(page, sent(field, monday, allow="declaration", why="Nobody else speaks Turkmen"))
    assert answer.status_code == 302
    assert answer["Location"] == f"/monitoring/weeks/{week_of(monday)}/"
    assert RuleOverride.objects.get(visit=visit).reason == "Nobody else speaks Turkmen"
    assert "Nobody else speaks Turkmen" in client.get(page).content.decode()
    client.force_login(field.monitor)  # who leads it sees the visit, and not what the office wrote about the lead
    text = client.get(page).content.decode()
    assert visit.site.name_en in text
    assert "Turkmen" not in text
    client.force_login(field.manager)
    # Somebody else changed it meanwhile.
    assert "meanwhile" in client.post(page, sent(field, monday)).content.decode()


def test_a_visit_is_added_by_the_name_of_its_site_and_comes_again(field, client, monday):
    client.force_login(field.manager)
    page = f"/monitoring/weeks/{week_of(monday)}/add/?lang=en"
    wrong = client.post(page, {**sent(field, monday), "site": "Nowhere", "reason": "extra"})
    assert "No site of an active contract is called so" in wrong.content.decode()
    more = {
        "site": field.sites[2].name_en.upper(),
        "reason": "risk",
        "reason_text": "Two accidents",
        "every_weeks": 2,
        "times": 3,
    }
    assert client.post(page, {**sent(field, monday), **more}).status_code == 302
    made = Visit.objects.filter(site=field.sites[2]).order_by("planned_on")
    assert [one.planned_on for one in made] == [monday, monday + timedelta(weeks=2), monday + timedelta(weeks=4)]
    assert {one.reason_text for one in made} == {"Two accidents"}


def test_what_was_not_made_before_stays_on_the_page(field, client, monday):
    visit = planned(field, monday)
    not_made(visit, "postponed", reason="road", text="The bridge is gone", by=field.manager)
    plan_visit(
        visit, Wish(monday + timedelta(days=7), time(9), field.monitors[0], field.monitors[1], "unannounced"), by=None
    )
    client.force_login(field.manager)
    assert "The bridge is gone" in client.get(f"/monitoring/weeks/visits/{visit.ref}/?lang=en").content.decode()


def test_who_allows_without_a_reason_is_asked_for_it_and_has_not_to_begin_again(field, client, monday):
    client.force_login(field.manager)
    friday = monday + timedelta(days=4)
    page = f"/monitoring/weeks/{week_of(monday)}/add/?lang=en"
    values = {**sent(field, friday), "site": field.sites[2].ref, "reason": "extra", "allow": ["hours"]}
    answer = client.post(page, values)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Say why the rule is not applied" in text
    assert re.search(r'name="allow" value="hours"[^>]* checked', text)
    assert 'id="why"' in text
    assert not Visit.objects.filter(site=field.sites[2]).exists()
    assert client.post(page, {**values, "why": "The team works on this Friday"}).status_code == 302


def test_the_register_leads_to_the_page_that_keeps_the_rules(field, client, monday):
    """Neither its form, nor the API, nor bringing back an old version gives a visit another lead, time or type."""
    visit = planned(field, monday)
    first = visit.events.order_by("pgh_id").first()
    client.force_login(field.manager)
    register, own = "/records/monitoring/visit/", f"/monitoring/weeks/visits/{visit.ref}/"
    for address, door in (
        (f"{register}new/", "/monitoring/weeks/"), (f"{register}{visit.ref}/edit/", own), (f"{register}{visit.ref}/delete/", own),
        (f"{register}{visit.ref}/history/{first.pgh_id}/restore/", own),
    ):  # fmt: skip
        for answer in (client.get(address), client.post(address, {"lead": str(field.monitors[2].pk), "why": "x"})):
            assert (answer.status_code, answer["Location"]) == (302, door), address
    api = "/api/v1/records/monitoring/visit"
    body = {"values": {"lead": str(field.monitors[2].pk), "type": "announced"}}
    match = {"HTTP_IF_MATCH": f'"{visit.version}"'}
    changed = client.patch(f"{api}/{visit.ref}", body, content_type="application/json", **match)
    assert (changed.status_code, own in changed.json()["detail"]) == (409, True)
    assert client.post(api, body, content_type="application/json").status_code == 409
    assert client.delete(f"{api}/{visit.ref}?why=x", **match).status_code == 409
    before = (visit.version, visit.lead_id, visit.type)
    visit.refresh_from_db()
    assert (visit.version, visit.lead_id, visit.type) == before
    page = client.get(f"{register}?lang=en&state=planned").content.decode()
    assert visit.ref in page
    assert 'href="/monitoring/weeks/"' in page
    assert visit.ref not in client.get(f"{register}?lang=en&state=done").content.decode()


def test_registers_of_plans_findings_warnings_and_reports_lead_to_their_pages(field, client):
    plan = field.make_plan()
    finding = field.make_nonconformity(field.make_visit())
    client.force_login(field.manager)
    for code, ref, add, page in (
        ("plan", plan.ref, "/monitoring/plans/new/", f"/monitoring/plans/{plan.ref}/"),
        ("nonconformity", finding.ref, "/monitoring/findings/", f"/monitoring/findings/{finding.ref}/"),
    ):
        assert client.post(f"/records/monitoring/{code}/new/", {})["Location"] == add
        assert client.post(f"/records/monitoring/{code}/{ref}/edit/", {})["Location"] == page
    for code, add in (
        ("warning", "/monitoring/warnings/"), ("report", "/monitoring/reports/new/"), ("study", "/monitoring/outcomes/new/"),
    ):  # fmt: skip
        assert client.get(f"/records/monitoring/{code}/new/")["Location"] == add


def test_an_empty_week_leads_to_the_next_visits_and_its_proposal_is_true(field, client, monday):
    client.force_login(field.manager)
    before = week_of(monday - timedelta(days=7))
    page = f"/monitoring/weeks/{before}/?lang=en"
    assert "The next visits are on" not in client.get(page).content.decode()
    planned(field, monday)
    assert (
        f'href="/monitoring/weeks/{week_of(monday)}/"'
        in client.get(page).content.decode().split("The next visits are on")[1]
    )
    said = client.get(f"/monitoring/weeks/{before}/propose/?lang=en").content.decode()
    assert "Nothing waits for a day in this week" in said
    assert "Below stands why" not in said


# A week proposed


def test_a_week_is_proposed_that_keeps_all_rules_and_is_taken_over(placed, client, monday):
    field = placed
    for site in field.sites:
        field.make_visit(site, team=f"T{site.size % 2}", planned_on=monday)
    Declaration.objects.create(
        monitor=field.monitors[2], partner=field.partner, relation="family", since=date(2026, 1, 1)
    )
    Leave.objects.create(monitor=field.monitors[1], days=DateRange(monday, monday + timedelta(days=1)))
    days = week_days(week_of(monday))
    found = propose(field.manager, field.third, days, minutes=60)
    assert found.rows
    assert len(found.rows) + len(found.left_out) == 8
    assert found.rows == propose(field.manager, field.third, days, minutes=60).rows
    assert field.monitors[2] not in {row.lead for row in found.rows}
    assert not any(field.monitors[1] in (row.lead, row.second) and row.on == monday for row in found.rows)
    quiet = sum(row.type == "unannounced" for row in found.rows)
    assert quiet >= -(-len(found.rows) // 5)
    made = take_over(found.rows, by=field.manager)  # nothing speaks against what is proposed
    assert {one.pk for one in made} == {row.visit.pk for row in found.rows}
    assert not RuleOverride.objects.filter(visit__in=made).exists()
    client.force_login(field.manager)
    text = client.get(f"/monitoring/weeks/{week_of(monday)}/?lang=en").content.decode()
    assert all(one.ref in text for one in made)


def test_a_changed_line_that_breaks_a_rule_saves_nothing(placed, client, monday):
    field = placed
    visits = [field.make_visit(site, planned_on=monday) for site in field.sites[:2]]
    Declaration.objects.create(
        monitor=field.monitors[2], partner=field.partner, relation="family", since=date(2026, 1, 1)
    )
    rows = propose(field.manager, field.third, week_days(week_of(monday)), minutes=60).rows
    assert len(rows) == 2
    rows[1].lead, rows[1].second = field.monitors[2], field.monitors[1]
    with pytest.raises(NotTaken) as raised:
        take_over(rows, by=field.manager)
    assert "declared about" in raised.value.problems[rows[1].visit.pk][0]
    assert not Visit.objects.filter(owner=field.third, window__isnull=False).exists()
    client.force_login(field.manager)
    form = {"visit": [one.ref for one in visits], "take": [visits[0].ref]}
    for visit, monitor in zip(visits, (0, 2), strict=True):
        form |= {
            f"on-{visit.ref}": monday.isoformat(), f"start-{visit.ref}": "08:00", f"minutes-{visit.ref}": "60",
            f"lead-{visit.ref}": str(field.monitors[monitor].pk), f"second-{visit.ref}": str(field.monitors[1].pk),
            f"type-{visit.ref}": "unannounced", f"version-{visit.ref}": "1",
        }  # fmt: skip
    page = f"/monitoring/weeks/{week_of(monday)}/propose/?lang=en"
    both = client.post(page, {**form, "take": [one.ref for one in visits]})
    assert both.status_code == 422
    assert "declared about" in both.content.decode()
    assert client.post(page, form).status_code == 302
    assert set(Visit.objects.filter(owner=field.third, window__isnull=False)) == {visits[0]}


def test_without_a_clearance_a_visit_is_left_out_and_it_is_said_why(placed, monday):
    field = placed
    ClearanceArea.objects.create(
        owner=field.third,
        place=field.world.south,
        asked=DateRange(monday - timedelta(days=1), monday + timedelta(days=60)),
    )
    field.make_visit(planned_on=monday)
    days = week_days(week_of(monday))
    found = propose(field.manager, field.third, days)
    assert found.rows == []
    assert "No security clearance is granted" in found.left_out[0][1]
    begins = datetime.combine(monday + timedelta(days=1), time(5), UTC)
    paper = ask(field.third, begins=begins, ends=begins + timedelta(hours=5), place=field.world.town, by=None)
    decide(paper, "granted", by=None, given_by="Room")
    (row,) = propose(field.manager, field.third, days).rows
    assert row.on == monday + timedelta(days=1)
    assert row.start >= time(8)
    (visit,) = take_over([row], by=field.manager)
    assert confirm(visit, by=field.manager).state == "confirmed"


# Clearances are read by few, and each reading is in the log


def test_a_reading_of_clearances_is_in_the_log(field, client):
    begins = timezone.now() + timedelta(days=1)
    paper = ask(field.third, begins=begins, ends=begins + timedelta(days=2), place=field.world.town, by=None)
    client.force_login(field.manager)
    text = client.get("/monitoring/weeks/clearances/?lang=en").content.decode()
    assert str(paper.pk) in text
    read = AccessLog.objects.filter(account=field.manager, object_id=str(paper.pk), restricted=True)
    assert read.count() == 1
    answer = client.post(
        f"/monitoring/weeks/clearances/{paper.pk}/?lang=en", {"state": "granted", "by": "", "number": ""}
    )
    assert "Say who granted the clearance" in answer.content.decode()
    client.post(f"/monitoring/weeks/clearances/{paper.pk}/", {"state": "granted", "by": "Room", "number": "7"})
    paper.refresh_from_db()
    assert (paper.state, paper.by, paper.number) == ("granted", "Room", "7")
    assert "These end within a week" in client.get("/monitoring/weeks/clearances/?lang=en").content.decode()


# Calendars


def feed_text(client, token):
    client.logout()
    answer = client.get(f"/monitoring/calendar/{token}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    return answer.content.decode().replace("\r\n ", "")


def test_a_monitors_calendar_has_the_own_visits_and_no_place(field, client, monday):
    own, other = planned(field, monday), planned(field, monday, site=1, lead=1, second=2, start=time(12))
    token = make_feed(field.monitor)
    text = feed_text(client, token)
    assert f"UID:{own.pk}@monitoring.rafid" in text
    assert str(other.pk) not in text
    assert "STATUS:TENTATIVE" in text
    begins = own.window.lower.astimezone(UTC).strftime("DTSTART:%Y%m%dT%H%M%SZ")
    assert begins in text
    for hidden in (own.site.name_en, own.site.ref, field.world.town.name_en, field.partner.name_en, "GEO", "LOCATION"):
        assert hidden not in text
    before = int(text.split("SEQUENCE:")[1].split("\r\n")[0])
    not_made(own, "cancelled", reason="team", text="The car broke down", by=field.manager)
    text = feed_text(client, token)
    assert f"UID:{own.pk}@monitoring.rafid" in text
    assert "STATUS:CANCELLED" in text
    assert int(text.split("SEQUENCE:")[1].split("\r\n")[0]) > before
    assert "The car" not in text


def test_the_managers_calendar_has_all_and_ends_when_it_is_ended(field, client, monday):
    visits = [planned(field, monday), planned(field, monday, site=1, lead=2, second=1, start=time(12))]
    client.force_login(field.manager)
    page = client.post("/monitoring/weeks/calendar/feed/?lang=en", {"do": "make"}).content.decode()
    token = page.split("/monitoring/weeks/calendar/")[-1].split(".ics")[0] if ".ics" in page else ""
    token = page.split(".ics")[0].rsplit("/", 1)[-1]
    assert CalendarFeed.objects.get().token_sha256 != token
    text = feed_text(client, token)
    assert all(f"UID:{one.pk}@" in text for one in visits)
    assert client.get("/monitoring/calendar/unknown.ics").status_code == 404
    again = make_feed(field.manager)
    assert client.get(f"/monitoring/calendar/{token}.ics").status_code == 404
    client.force_login(field.manager)
    client.post("/monitoring/weeks/calendar/feed/", {"do": "end"})
    assert client.get(f"/monitoring/calendar/{again}.ics").status_code == 404


def test_a_partners_calendar_never_has_an_unannounced_day_nor_what_is_not_released(field, client, monday):
    plan = register(_plan(field), by=field.manager)
    sealed = draw_sites(plan, by=field.manager)
    for visit, kind in zip(sealed, ("announced", "unannounced"), strict=True):
        wish = Wish(monday, time(9 if kind == "announced" else 12), field.monitors[0], field.monitors[1], kind)
        plan_visit(visit, wish, by=field.manager)
    token = make_feed(field.partner_account)
    assert "VEVENT" not in feed_text(client, token)
    window = DateTimeTZRange(timezone.now() - timedelta(days=5), timezone.now() - timedelta(days=5, hours=-2))
    Visit.objects.filter(pk__in=[one.pk for one in sealed]).update(
        state="denied", not_seen_reason="road", not_seen_text="x", released_to_partner_at=timezone.now(), window=None
    )
    for visit in sealed:
        Visit.objects.filter(pk=visit.pk).update(window=window, lead=None, second=None)
    text = feed_text(client, token)
    assert f"UID:{sealed[0].pk}@" in text
    assert str(sealed[1].pk) not in text
    assert "Secret monitor" not in text


def _plan(field):
    from rafid.programmes.monitoring.models import MonitoringPlan

    plan = MonitoringPlan.objects.create(owner=field.third, period="2026Q4", title="Quarter")
    build_frame(plan, [field.contract], [Part("all", 2, tuple(field.sites))], by=field.manager)
    return plan


def test_a_calendar_of_somebody_who_may_no_longer_look_is_empty(field, client, monday):
    planned(field, monday)
    token = make_feed(field.manager)
    field.manager.grants.all().delete()
    assert "VEVENT" not in feed_text(client, token)
    field.manager.is_active = False
    field.manager.save()
    assert client.get(f"/monitoring/calendar/{token}.ics").status_code == 404


# Independence and what was not seen


def made(field, on, lead, type="announced", team="T1", of=0, state="done"):
    visit = field.make_visit(field.sites[of], team=team, planned_on=on, lead=field.monitors[lead], type=type)
    reason = {} if state == "done" else {"not_seen_reason": "refused", "not_seen_text": "No"}
    Visit.objects.filter(pk=visit.pk).update(state=state, arrived=datetime.combine(on, time(8), UTC), window=DateTimeTZRange(
        datetime.combine(on, time(6), UTC), datetime.combine(on, time(8), UTC)), **reason)  # fmt: skip
    return visit


def test_the_matrix_counts_visits_shares_and_runs(field, client):
    for day, lead, type, team in (
        (1, 0, "announced", "T1"), (2, 0, "announced", "T1"), (3, 0, "unannounced", "T1"), (4, 1, "announced", "T1"),
        (5, 1, "announced", "T2"), (6, 0, "announced", "T2"),
    ):  # fmt: skip
        made(field, date(2026, 3, day), lead, type, team)
    made(field, date(2026, 7, 1), 2)
    Declaration.objects.create(
        monitor=field.monitors[2],
        partner=field.partner,
        relation="family",
        since=date(2026, 1, 1),
        until=date(2026, 3, 31),
    )
    found = matrix(field.director, field.third, date(2026, 1, 1), date(2026, 4, 1))
    assert (found.visits, found.without_notice) == (6, 1)
    (column,) = found.partners
    assert column.too_few
    cells = {monitor.code: cells[0] for monitor, cells, _led in found.rows}
    assert (cells["X1"].led, cells["X1"].share, cells["X1"].run, cells["X1"].too_long) == (4, 4 / 6, 3, True)
    assert (cells["X2"].led, cells["X2"].run) == (2, 1)
    assert (cells["X3"].led, cells["X3"].declared) == (0, True)
    Employment.objects.create(
        monitor=field.monitors[1], organisation=field.partner, began_on=date(2024, 1, 1), ended_on=date(2025, 1, 1)
    )
    client.force_login(field.director)
    text = client.get("/monitoring/independence/?lang=en").content.decode()
    assert "Worked for a partner" in text
    assert "Declared nothing yet" in text


def test_a_monitor_declares_and_a_manager_reads_it(field, client):
    client.force_login(field.monitor)
    page = f"/monitoring/independence/monitors/{field.monitors[0].ref}/"
    sent = {"kind": "declaration", "declaration-partner": field.partner.pk, "declaration-relation": "financial",
            "declaration-since": "2026-01-01", "declaration-text": "Shares"}  # fmt: skip
    assert client.post(page, sent).status_code == 302
    row = Declaration.objects.get(monitor=field.monitors[0])
    assert (row.relation, row.made_by) == ("financial", field.monitor)
    late = {"kind": "leave", "leave-first": "2026-05-02", "leave-last": "2026-05-01"}
    assert "lies before the first" in client.post(f"{page}?lang=en", late).content.decode()
    assert client.get(f"/monitoring/independence/monitors/{field.monitors[1].ref}/").status_code == 404
    client.force_login(field.manager)
    assert "Shares" in client.get(page).content.decode()
    assert client.post(page, {"kind": "until", "pk": str(row.pk)}).status_code == 302
    row.refresh_from_db()
    assert row.until == timezone.localdate()
    client.force_login(field.director)
    assert client.post(page, sent).status_code == 403
    assert Declaration.objects.filter(monitor__in=field.monitors).count() == 1


def test_what_was_not_seen_is_counted_by_plan_with_shares_and_reasons(field, client):
    plan = register(_plan(field), by=field.manager)
    seen, unseen = draw_sites(plan, by=field.manager)
    not_made(unseen, "impossible", reason="security", text="Fighting near by", by=field.manager)
    made(field, date(2026, 3, 1), 0, state="denied")
    (line,), beside = lines(field.manager, field.third)
    assert (line.drawn, line.seen, line.unseen, line.waiting, line.share) == (2, 0, 1, 1, 1.0)
    assert line.why == [("Security", 1)]
    assert (beside.drawn, beside.unseen) == (1, 1)
    client.force_login(field.quality)
    text = client.get("/monitoring/weeks/not-seen/?lang=en").content.decode()
    assert "Fighting near by" in text
    assert seen.ref not in text


def test_the_calendar_takes_what_is_announced(field, client, monday):
    client.force_login(field.manager)
    sent = {"kind": "holiday", "first": monday.isoformat(), "last": monday.isoformat(), "name_en": "Announced Eid"}
    assert client.post("/monitoring/weeks/calendar/", sent).status_code == 302
    assert "Announced Eid" in client.get(f"/monitoring/weeks/{week_of(monday)}/?lang=en").content.decode()
    wrong = client.post("/monitoring/weeks/calendar/?lang=en", {**sent, "kind": "heat"})
    assert "Hours begin before they end" in wrong.content.decode()
    assert Monitor.objects.filter(owner=field.third).count() == 3
    assert not SecurityClearance.objects.filter(owner=field.third).exists()


# The API


def test_the_api_tells_weeks_independence_and_what_was_not_seen(field, client, monday):
    visit = planned(field, monday)
    made(field, date(2026, 3, 1), 0, "unannounced")
    made(field, date(2026, 3, 2), 0, state="denied")
    base = "/api/v1/monitoring"
    client.force_login(field.manager)
    week = client.get(f"{base}/weeks/{week_of(monday)}").json()
    assert [one["day"] for one in week["days"]] == [
        (monday + timedelta(days=more)).isoformat() for more in range(-1, 6)
    ]
    (told,) = week["visits"]
    assert (told["ref"], told["lead"], told["second"], told["type"]) == (visit.ref, "X1", "X2", "unannounced")
    found = client.get(f"{base}/independence?period=2026Q1").json()
    assert (found["visits"], found["unannounced"]) == (2, 1)
    assert found["meetings"] == [
        {"monitor": "X1", "partner": "PART", "led": 2, "seconded": 0, "share": 1.0, "longest_run": 2, "declared": False}
    ]
    (beside,) = client.get(f"{base}/not-seen").json()["items"]
    assert (beside["plan"], beside["not_seen"], beside["reasons"]) == (None, 1, {"refused": 1})
    assert client.get(f"{base}/weeks/2026W99").status_code == 404
    assert client.get(f"{base}/independence?period=never").status_code == 404
    client.force_login(field.monitor)
    assert client.get(f"{base}/independence").status_code == 404
    for who in (field.partner_account, field.donor_account):
        client.force_login(who)
        for address in (f"weeks/{week_of(monday)}", "independence", "not-seen"):
            assert client.get(f"{base}/{address}").status_code == 404
    client.logout()
    assert client.get(f"{base}/not-seen").status_code == 401


def test_the_rows_of_the_pages_go_out_as_files(field, client, monday):
    visit = planned(field, monday)
    not_made(
        made(field, date(2026, 3, 2), 0, state="planned"), "impossible", reason="road", text="=Bridge", by=field.manager
    )
    client.force_login(field.manager)
    week = client.get(f"/monitoring/weeks/{week_of(monday)}/visits.csv").content.decode()
    assert week.splitlines()[1].startswith(f"{visit.ref},{visit.site.ref},")
    assert ",09:00,11:00,unannounced,planned,X1,X2," in week
    assert "'=Bridge" in client.get("/monitoring/weeks/not-seen.csv").content.decode()
    assert client.get("/monitoring/independence.xlsx?period=2026Q1").content.startswith(b"PK")
    assert client.get("/monitoring/independence.pdf").status_code == 404
    client.force_login(field.partner_account)
    for address in (f"weeks/{week_of(monday)}/visits.csv", "weeks/not-seen.csv", "independence.csv"):
        assert client.get(f"/monitoring/{address}").status_code == 404
