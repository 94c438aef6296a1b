"""A visit is planned, refused with a sentence, allowed with a reason, cleared, confirmed, or not made and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.utils.translation import override

from rafid.commons.places.models import Place
from rafid.commons.records.change import Refused, Stale
from rafid.programmes.monitoring.models import (
    CalendarDay,
    ClearanceArea,
    Declaration,
    Leave,
    Monitor,
    Route,
    RuleOverride,
    SecurityClearance,
    Visit,
)
from rafid.programmes.monitoring.visits.not_made import not_made
from rafid.programmes.monitoring.weeks.clearing import ask, decide, soon_over
from rafid.programmes.monitoring.weeks.days import one_day, week_days, week_of, work_days
from rafid.programmes.monitoring.weeks.schedule import Broken, Wish, clear, confirm, plan_new, plan_visit

pytestmark = pytest.mark.django_db
MONDAY = date(2027, 2, 1)


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def wish(field, on=MONDAY, start=time(9), lead=0, second=1, type="unannounced", minutes=120):
    second_monitor = None if second is None else field.monitors[second]
    return Wish(on, start, field.monitors[lead], second_monitor, type, minutes)


def planned(field, site=0, **values):
    visit = field.make_visit(field.sites[site], team="T1")
    return plan_visit(visit, wish(field, **values), by=field.manager)


def rules(raised) -> list[str]:
    return [one.rule for one in raised.value.breaches]


def test_a_planned_visit_has_its_time_team_and_route(field):
    visit = planned(field)
    assert visit.window == DateTimeTZRange(datetime(2027, 2, 1, 6, tzinfo=UTC), datetime(2027, 2, 1, 8, tzinfo=UTC))
    assert (visit.planned_on, visit.state, visit.lead, visit.second) == (MONDAY, "planned", *field.monitors[:2])
    route = Route.objects.get(day=MONDAY, lead=field.monitors[0])
    assert route.straight
    assert [stop.visit for stop in route.stops.all()] == [visit]
    moved = plan_visit(visit, wish(field, on=MONDAY + timedelta(days=1)), by=field.manager, version=visit.version)
    assert list(Route.objects.values_list("day", flat=True)) == [moved.planned_on]
    with pytest.raises(Stale):
        plan_visit(visit, wish(field), by=field.manager, version=visit.version)


# What is refused


def test_a_lead_with_a_declaration_is_refused_until_it_is_allowed_with_a_reason(field):
    Declaration.objects.create(
        monitor=field.monitors[0], partner=field.partner, relation="family", since=date(2026, 1, 1)
    )
    visit = field.make_visit(team="T1")
    with pytest.raises(Broken, match=r"declared about .*Choose another lead monitor") as raised:
        plan_visit(visit, wish(field), by=field.manager)
    assert rules(raised) == ["declaration"]
    with pytest.raises(Refused, match="Say why the rule is not applied"):
        plan_visit(visit, wish(field), by=field.manager, allow={"declaration"}, why=" ")
    visit = plan_visit(visit, wish(field), by=field.manager, allow={"declaration"}, why="Nobody else speaks Turkmen")
    (kept,) = RuleOverride.objects.filter(visit=visit)
    assert (kept.rule, kept.monitor, kept.reason, kept.made_by) == (
        "declaration", field.monitors[0], "Nobody else speaks Turkmen", field.manager,
    )  # fmt: skip
    # As the second monitor, and about another partner, nothing speaks against.
    plan_visit(field.make_visit(), wish(field, start=time(12), lead=1, second=0), by=field.manager)
    plan_visit(field.make_visit(field.make_site(1, field.other)), wish(field, start=time(14)), by=field.manager)


def test_a_declaration_that_ended_holds_nobody_back(field):
    Declaration.objects.create(
        monitor=field.monitors[0], partner=field.partner, relation="past_employment", since=date(2020, 1, 1),
        until=date(2027, 1, 31),
    )  # fmt: skip
    assert planned(field).state == "planned"


def test_no_third_visit_in_a_row_of_one_lead_to_one_team(field):
    planned(field, 0)
    planned(field, 1, on=MONDAY + timedelta(days=2), second=2)
    with pytest.raises(Broken, match=r"would lead 3 visits in a row .* T1") as raised:
        planned(field, 2, on=MONDAY + timedelta(days=8))
    assert rules(raised) == ["rotation"]
    # Between the two it would be three in a row as well; to another team it is not.
    with pytest.raises(Broken, match="3 visits in a row"):
        planned(field, 2, on=MONDAY + timedelta(days=1), second=None)
    other = field.make_visit(field.sites[3], team="T2")
    plan_visit(other, wish(field, on=MONDAY + timedelta(days=8)), by=field.manager)
    # Somebody else between breaks the row.
    planned(field, 4, on=MONDAY + timedelta(days=7), lead=1, second=2)
    assert planned(field, 5, on=MONDAY + timedelta(days=8), start=time(12)).state == "planned"


def test_the_same_pair_does_not_come_again_on_another_day(field):
    planned(field, 0)
    planned(field, 1, start=time(12))  # the same journey
    with pytest.raises(Broken) as raised:
        planned(field, 2, on=MONDAY + timedelta(days=1), lead=1, second=0)
    assert rules(raised) == ["pair"]


def test_nobody_is_at_two_places_at_once(field):
    visit = planned(field, 0)
    with pytest.raises(Broken, match=f"is at {visit.ref} from 09:00 to 11:00") as raised:
        plan_visit(
            field.make_visit(field.make_site(2, field.other)), wish(field, start=time(10), lead=2, second=0), by=None
        )
    assert rules(raised) == ["busy"]
    with pytest.raises(Broken, match="is at"):  # that cannot be allowed
        plan_visit(
            field.make_visit(field.make_site(3, field.other)),
            wish(field, start=time(10)),
            by=None,
            allow={"busy"},
            why="x",
        )
    not_made(visit, "cancelled", reason="team", text="The car broke down", by=field.manager)
    planned(field, 1)


def test_holidays_weekends_and_hours_are_refused_and_may_be_allowed(field):
    for on, start, said in (
        (date(2027, 1, 6), time(9), "Holiday: Army Day"),
        (date(2027, 2, 5), time(9), "Weekend"),
        (MONDAY, time(15), "outside the hours from 07:00 to 16:00"),
        (date(2026, 7, 20), time(12), "outside the hours from 06:00 to 13:00"),
    ):
        with pytest.raises(Broken, match=said) as raised:
            planned(field, on=on, start=start)
        assert rules(raised) == ["hours"]
    visit = plan_visit(
        field.make_visit(),
        wish(field, on=date(2027, 2, 5)),
        by=field.manager,
        allow={"hours"},
        why="A session on a Friday",
    )
    assert visit.overrides.get().rule == "hours"
    # From a desk nobody asks for the hours of the field.
    plan_visit(
        field.make_visit(field.sites[1]), wish(field, on=date(2027, 2, 6), type="desk", second=None), by=field.manager
    )


def test_the_calendar_of_the_office_counts(field):
    eid = CalendarDay.objects.create(
        owner=field.third, kind="holiday", days=DateRange(MONDAY, MONDAY + timedelta(days=3)), name_en="Eid"
    )
    assert one_day(field.third, MONDAY).off == "Holiday: Eid"
    CalendarDay.objects.create(owner=field.third, kind="working", days=DateRange(date(2027, 2, 5), date(2027, 2, 6)))
    CalendarDay.objects.create(
        owner=field.third,
        kind="ramadan",
        days=DateRange(date(2027, 2, 8), date(2027, 3, 10)),
        opens=time(8),
        closes=time(13),
    )
    days = work_days(field.third, MONDAY, date(2027, 2, 10))
    assert [on.day for on, day in days.items() if not day.off] == [4, 5, 7, 8, 9]
    assert (days[date(2027, 2, 8)].opens, days[date(2027, 2, 8)].closes) == (time(8), time(13))
    # A holiday of a place holds there only; another office has its own calendar.
    eid.place = field.world.north
    eid.save()
    town, north = (Place.objects.get(pk=one.pk) for one in (field.world.town, field.world.north))
    assert one_day(field.third, MONDAY, town).off == ""
    assert one_day(field.third, MONDAY, north).off == "Holiday: Eid"
    assert one_day(field.partner, MONDAY, north).off == ""


def test_who_left_or_is_on_leave_goes_nowhere(field):
    Monitor.objects.filter(pk=field.monitors[0].pk).update(left_on=date(2027, 1, 15))
    field.monitors[0].refresh_from_db()
    with pytest.raises(Broken, match=r"left on .*Choose a monitor who is there") as raised:
        planned(field)
    assert rules(raised) == ["gone"]
    with pytest.raises(Broken, match="left on"):
        plan_visit(field.make_visit(), wish(field), by=field.manager, allow={"gone", "left"}, why="He comes back")
    Leave.objects.create(monitor=field.monitors[2], days=DateRange(MONDAY, MONDAY + timedelta(days=1)))
    with pytest.raises(Broken, match="is on leave") as raised:
        planned(field, lead=1, second=2)
    assert rules(raised) == ["left"]
    visit = plan_visit(
        field.make_visit(), wish(field, lead=1, second=2), by=field.manager, allow={"left"}, why="She offered to come"
    )
    assert visit.overrides.get().monitor == field.monitors[2]


def test_everything_that_speaks_against_a_visit_is_told_at_once(field):
    """A declaration, without clearance, on a holiday, two at once, by one who has left."""
    busy = planned(field, 0, on=date(2027, 1, 5), lead=1, second=2)
    Visit.objects.filter(pk=busy.pk).update(
        window=DateTimeTZRange(datetime(2027, 1, 6, 6, tzinfo=UTC), datetime(2027, 1, 6, 8, tzinfo=UTC))
    )
    Declaration.objects.create(
        monitor=field.monitors[0], partner=field.partner, relation="financial", since=date(2026, 1, 1)
    )
    Monitor.objects.filter(pk=field.monitors[0].pk).update(left_on=date(2026, 12, 31))
    field.monitors[0].refresh_from_db()
    visit = field.make_visit(field.sites[1])
    with pytest.raises(Broken) as raised:
        plan_visit(visit, wish(field, on=date(2027, 1, 6)), by=field.manager)
    assert sorted(rules(raised)) == ["busy", "declaration", "gone", "hours"]
    assert {one.field for one in raised.value.breaches} == {"planned_on", "lead", "second"}
    visit.refresh_from_db()
    assert (visit.window, visit.lead) == (None, None)


def test_at_least_a_fifth_comes_without_notice(field):
    leads = [(0, 1), (1, 2), (2, 0), (0, 1)]
    for number, (lead, second) in enumerate(leads):
        planned(field, number, on=MONDAY + timedelta(days=number), lead=lead, second=second, type="announced")
    with pytest.raises(Broken, match=r"Only 0 of 5 visits .*unannounced") as raised:
        planned(field, 5, on=MONDAY + timedelta(days=7), lead=1, second=2, type="announced")
    assert rules(raised) == ["unannounced"]
    planned(field, 5, on=MONDAY + timedelta(days=7), lead=1, second=2)
    planned(field, 6, on=MONDAY + timedelta(days=8), lead=2, second=0, type="announced")


def test_nonsense_is_told(field):
    with pytest.raises(Broken, match="another person than the lead"):
        planned(field, second=0)
    with pytest.raises(Broken, match="from 1 minute to 12 hours"):
        planned(field, minutes=0)
    with pytest.raises(Broken, match="Choose who leads"):
        plan_visit(field.make_visit(), Wish(MONDAY, time(9), None), by=field.manager)
    stranger = Monitor.objects.create(owner=field.partner, code="Z1")
    with pytest.raises(Refused, match="another organisation"):
        plan_visit(field.make_visit(), Wish(MONDAY, time(9), stranger), by=field.manager)


def test_a_visit_that_comes_again_waits_for_its_weeks(field):
    made = plan_new(field.sites[0], wish(field), by=field.manager, every_weeks=4, times=3)
    assert [one.planned_on for one in made] == [MONDAY, MONDAY + timedelta(weeks=4), MONDAY + timedelta(weeks=8)]
    assert [(one.lead_id, one.reason) for one in made[1:]] == [(None, "extra")] * 2
    with pytest.raises(Refused, match="at most 26"):
        plan_new(field.sites[1], wish(field), by=field.manager, every_weeks=0, times=3)
    with pytest.raises(Broken):  # all or nothing
        plan_new(field.sites[1], wish(field, on=date(2027, 1, 6)), by=field.manager, every_weeks=1, times=2)
    assert Visit.objects.filter(site=field.sites[1]).count() == 0


# Clearance


@pytest.fixture
def guarded(field):
    ClearanceArea.objects.create(
        owner=field.third, place=field.world.south, asked=DateRange(date(2027, 1, 1), date(2028, 1, 1))
    )
    return field


def asked(field, day=MONDAY, **values):
    begins = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return ask(
        field.third,
        **{"begins": begins, "ends": begins + timedelta(hours=10), "place": field.world.town, "by": None, **values},
    )


def test_without_a_clearance_no_visit_is_confirmed(guarded):
    visit = planned(guarded)
    for step in (clear, confirm):
        with pytest.raises(Broken, match=r"Town asks for a security clearance.*Ask for one") as raised:
            step(visit, by=guarded.manager)
        assert rules(raised) == ["clearance"]
    paper = asked(guarded)
    with pytest.raises(Broken, match="clearance"):  # asked for is not granted
        confirm(visit, by=guarded.manager)
    decide(paper, "granted", by=guarded.manager, given_by="Operations room", number="17")
    assert clear(visit, by=guarded.manager).state == "cleared"
    assert confirm(visit, by=guarded.manager).state == "confirmed"
    # Moved to a time that it does not cover, the visit is planned again.
    visit = plan_visit(visit, wish(guarded, on=MONDAY + timedelta(days=1)), by=guarded.manager)
    assert visit.state == "planned"
    with pytest.raises(Broken, match="clearance"):
        confirm(visit, by=guarded.manager)


def test_a_clearance_goes_its_steps_and_takes_its_visits_along(guarded):
    with pytest.raises(Refused, match="Say for which place or route"):
        asked(guarded, place=None)
    with pytest.raises(Refused, match="ends before it begins"):
        asked(guarded, ends=datetime(2027, 1, 1, tzinfo=UTC))
    paper = asked(guarded)
    with pytest.raises(Refused, match="Say who granted"):
        decide(paper, "granted", by=guarded.manager)
    decide(paper, "granted", by=guarded.manager, given_by="Operations room")
    assert decide(asked(guarded), "refused", by=guarded.manager) == []
    visit = confirm(planned(guarded), by=guarded.manager)
    own = guarded.monitors[0].account
    assert decide(paper, "withdrawn", by=guarded.manager) == [visit]
    visit.refresh_from_db()
    assert visit.state == "planned"
    assert own.messages.filter(text__en__icontains=visit.ref).exists()
    paper.refresh_from_db()
    with pytest.raises(Refused, match="Ask for a new one"):
        decide(paper, "granted", by=guarded.manager)


def test_what_ends_soon_comes_first(guarded):
    now = datetime(2027, 1, 30, tzinfo=UTC)
    papers = [asked(guarded, MONDAY + timedelta(days=days)) for days in (30, 2, 0)]
    for paper in papers:
        decide(paper, "granted", by=guarded.manager, given_by="Room")
    assert soon_over(list(SecurityClearance.objects.all()), now) == [papers[2], papers[1]]


def test_everything_is_looked_at_again_when_a_visit_is_confirmed(field):
    visit = planned(field)
    Leave.objects.create(monitor=field.monitors[0], days=DateRange(MONDAY, MONDAY + timedelta(days=1)))
    with pytest.raises(Broken, match="is on leave"):
        confirm(visit, by=field.manager)
    RuleOverride.objects.create(visit=visit, rule="left", monitor=field.monitors[0], reason="He wants to")
    assert confirm(visit, by=field.manager).state == "confirmed"
    with pytest.raises(Refused, match="cannot take this step"):
        clear(visit, by=field.manager)


# What was not seen


def test_a_visit_that_is_not_made_says_why_and_stays(field):
    visit = planned(field)
    for reason, text in (("", "The bridge is gone"), ("road", "  "), ("whim", "x")):
        with pytest.raises(Refused, match="Say why the visit was not made"):
            not_made(visit, "postponed", reason=reason, text=text, by=field.manager)
    visit = not_made(visit, "postponed", reason="road", text="The bridge is gone", by=field.manager)
    assert (visit.state, visit.not_seen_reason, visit.not_seen_text) == ("postponed", "road", "The bridge is gone")
    visit = plan_visit(visit, wish(field, on=MONDAY + timedelta(days=7)), by=field.manager)
    assert (visit.state, visit.not_seen_reason) == ("planned", "")
    assert visit.events.filter(state="postponed", not_seen_text="The bridge is gone").count() == 1
    visit = not_made(visit, "denied", reason="refused", text="The guard sent us back", by=field.manager)
    assert visit.access == "denied"
    with pytest.raises(Refused, match="is over"):
        plan_visit(visit, wish(field, on=MONDAY + timedelta(days=14)), by=field.manager)
    with pytest.raises(Refused, match="is over"):
        not_made(visit, "cancelled", reason="other", text="x", by=field.manager)
    with pytest.raises(Refused, match="Choose what happened"):
        not_made(field.make_visit(), "done", reason="other", text="x", by=field.manager)


def test_weeks_have_codes():
    assert week_of(date(2026, 11, 28)) == "2026W48"
    assert week_days("2026W48") == [date(2026, 11, 22 + number) for number in range(7)], "work begins on Sunday"
    assert week_of(date(2026, 11, 29)) == "2026W49"
    for number in range(400):
        on = date(2025, 12, 1) + timedelta(days=number)
        assert on in week_days(week_of(on))
    assert [week_days(one) for one in ("2026W60", "2026", "W", "2026W", "x2026W48", "9999W52")] == [None] * 6
