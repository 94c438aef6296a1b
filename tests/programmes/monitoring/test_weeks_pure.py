"""Routes, rotation, the filling of a week, the lunar calendar and calendars of RFC 5545: functions without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import groupby, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rafid.programmes.monitoring.weeks import lunar
from rafid.programmes.monitoring.weeks.filling import STOPS, History, Person, Task, fill, without_notice
from rafid.programmes.monitoring.weeks.icalendar import Event, calendar, escaped, folded, stamp
from rafid.programmes.monitoring.weeks.rotation import (
    MOST_IN_A_ROW,
    UNANNOUNCED,
    least_unannounced,
    longest_runs,
    run_through,
)
from rafid.programmes.monitoring.weeks.routing import arrivals, kilometres, minutes_between, ordered, tour_minutes

points = st.tuples(st.integers(3900, 4800), st.integers(2900, 3700)).map(lambda pair: (pair[0] / 100, pair[1] / 100))
DAYS = [date(2026, 11, 22) + timedelta(days=number) for number in range(5)]


# Routes


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(points, points, points)
def test_ways_obey_the_triangle(a, b, c):
    assert kilometres(a, a) == 0
    assert kilometres(a, b) == pytest.approx(kilometres(b, a))
    assert kilometres(a, c) <= kilometres(a, b) + kilometres(b, c) + 1e-9


def test_a_known_distance_with_detour_and_speed():
    """Baghdad to Mosul: about 350 km as the crow flies."""
    baghdad, mosul = (44.3661, 33.3152), (43.1189, 36.3489)
    assert kilometres(baghdad, mosul) == pytest.approx(356, abs=3)
    assert minutes_between(baghdad, mosul, kmh=60) == pytest.approx(kilometres(baghdad, mosul) * 1.3)


@settings(max_examples=60, deadline=None)
@given(points, st.lists(points, min_size=1, max_size=6, unique=True))
def test_a_route_visits_each_stop_once_and_is_nearly_the_shortest(base, stops):
    way = ordered(base, stops)
    assert sorted(way) == list(range(len(stops)))
    length = tour_minutes(base, [stops[one] for one in way])
    best = min(tour_minutes(base, [stops[one] for one in order]) for order in permutations(range(len(stops))))
    assert best - 1e-6 <= length <= 1.25 * best + 1e-6
    # No piece turned round would make it shorter.
    for first in range(len(way) - 1):
        for last in range(first + 1, len(way)):
            turned = way[:first] + way[first : last + 1][::-1] + way[last + 1 :]
            assert tour_minutes(base, [stops[one] for one in turned]) >= length - 1e-6


def test_arrivals_add_ways_and_stays():
    base, stops = (44.0, 33.0), [(44.1, 33.0), (44.2, 33.0)]
    reached, home = arrivals(base, stops, [0, 1], [60, 30])
    leg = minutes_between(base, stops[0])
    assert reached[0] == pytest.approx(leg)
    assert reached[1] == pytest.approx(leg + 60 + minutes_between(*stops))
    assert home == pytest.approx(tour_minutes(base, stops) + 90)


# Rotation


@given(st.text("ABC", min_size=1, max_size=30), st.data())
def test_runs_are_those_that_grouping_finds(leads, data):
    at = data.draw(st.integers(0, len(leads) - 1))
    groups = [(lead, len(list(rows))) for lead, rows in groupby(leads)]
    ends = [sum(size for _lead, size in groups[: number + 1]) for number in range(len(groups))]
    assert run_through(leads, at) == next(size for (_lead, size), end in zip(groups, ends, strict=True) if at < end)
    assert longest_runs(leads) == {
        lead: max(size for other, size in groups if other == lead) for lead in dict.fromkeys(leads)
    }


@given(st.integers(0, 10_000))
def test_a_fifth_without_notice(visits):
    least = least_unannounced(visits)
    assert least <= UNANNOUNCED * visits < least + 1


# Filling


@st.composite
def weeks(draw):
    areas = [(44.4, 33.3), (43.1, 36.3)]
    partners = ["P1", "P2"]
    span = (7 * 60, 16 * 60)
    tasks = []
    for number in range(draw(st.integers(1, 14))):
        area = draw(st.integers(0, 1))
        partner = draw(st.sampled_from(partners))
        near = (areas[area][0] + draw(st.floats(-0.4, 0.4)), areas[area][1] + draw(st.floats(-0.4, 0.4)))
        days = draw(st.sets(st.sampled_from(DAYS), min_size=1))
        due = draw(st.none() | st.sampled_from(DAYS))
        team = draw(st.sampled_from(["A", "B"]))
        minutes = draw(st.sampled_from([45, 90, 120]))
        tasks.append(
            Task(number, area, areas[area], near, partner, (partner, team), minutes, dict.fromkeys(days, span), due)
        )
    people = [
        Person(
            name,
            frozenset(draw(st.sets(st.sampled_from(DAYS)))),
            frozenset(draw(st.sets(st.sampled_from(partners), max_size=1))),
            draw(st.integers(0, 3)),
        )
        for name in "VWXYZ"[: draw(st.integers(0, 5))]
    ]
    history = History()
    for to in draw(st.lists(st.tuples(st.sampled_from(partners), st.sampled_from(["A", "B"])), max_size=6)):
        lead, second = draw(st.permutations("VWXYZ"))[:2]
        history.add(to, date(2026, 11, 10), lead, second)
    return tasks, people, history


@settings(max_examples=80, deadline=None)
@given(weeks())
def test_a_filled_week_keeps_every_rule(week):
    tasks, people, history = week
    placed, left = fill(tasks, people, DAYS, history)
    assert sorted([one.task.id for one in placed] + [one.id for one in left]) == sorted(one.id for one in tasks)
    assert fill(list(reversed(tasks)), people, DAYS, history)[0] == placed  # the order of the input does not matter
    by_id = {person.id: person for person in people}
    teams: dict[tuple[date, str], set[str]] = {}
    for one in placed:
        opens, closes = one.task.spans[one.on]
        assert opens <= one.start
        assert one.start + one.task.minutes <= closes
        assert one.lead != one.second
        for who in (one.lead, one.second):
            assert one.on in by_id[who].days
            teams.setdefault((one.on, who), set()).add(f"{one.lead}{one.second}")
        assert one.task.partner not in by_id[one.lead].declared
    assert all(len(pairs) == 1 for pairs in teams.values())  # one team a day
    for _key, rows in groupby(sorted(placed, key=lambda one: (one.on, one.lead)), key=lambda one: (one.on, one.lead)):
        day = sorted(rows, key=lambda one: one.start)
        assert len(day) <= STOPS
        for before, after in zip(day, day[1:], strict=False):
            way = minutes_between(before.task.point, after.task.point)
            assert after.start >= before.start + before.task.minutes + way - 1e-6
        home = day[-1].start + day[-1].task.minutes + minutes_between(day[-1].task.point, day[-1].task.base)
        assert home <= 16 * 60 + 1e-6
    for to in {one.task.to for one in placed}:
        past = [lead for _on, lead, _second in history.last.get(to, [])]
        now = [one.lead for one in sorted(placed, key=lambda one: (one.on, one.start)) if one.task.to == to]
        longest = max([MOST_IN_A_ROW, *longest_runs(past).values()])
        assert max(longest_runs(past[-MOST_IN_A_ROW:] + now).values()) <= longest


def test_the_most_urgent_comes_first_and_the_least_busy_go():
    span = dict.fromkeys(DAYS, (7 * 60, 9 * 60 + 30))
    tasks = [
        Task(name, 1, (44.4, 33.3), (44.41, 33.31), "P", ("P", name), 120, span, due)
        for name, due in (("later", None), ("soon", DAYS[4]), ("now", DAYS[0]))
    ]
    people = [Person(name, frozenset(DAYS), load=load) for name, load in (("A", 5), ("B", 0), ("C", 1))]
    placed, left = fill(tasks, people, DAYS, History())
    assert [(one.task.id, one.on) for one in placed] == [("now", DAYS[0]), ("soon", DAYS[1]), ("later", DAYS[2])]
    assert (placed[0].lead, placed[0].second) == ("B", "C")
    assert left == []


def test_who_comes_without_notice_does_not_follow_the_order():
    ids = [f"V{number}" for number in range(10)]
    chosen = without_notice(ids, 3, salt="2026Q4")
    assert len(chosen) == 3
    assert chosen == without_notice(ids[::-1], 3, salt="2026Q4")
    assert chosen != without_notice(ids, 3, salt="2027Q1") or chosen != set(ids[:3])
    assert without_notice(ids, -2, salt="x") == set()


# The lunar calendar


def test_days_of_the_lunar_year_fall_where_they_were_announced_within_two_days():
    """Eid al-Fitr and Eid al-Adha of three years, as they were celebrated in Iraq or nearby."""
    for year, fitr, adha in ((1444, date(2023, 4, 21), date(2023, 6, 28)), (1445, date(2024, 4, 10), date(2024, 6, 16)),
                             (1446, date(2025, 3, 30), date(2025, 6, 6))):  # fmt: skip
        assert abs(lunar.day_of(year, 10, 1) - fitr) <= timedelta(days=2)
        assert abs(lunar.day_of(year, 12, 10) - adha) <= timedelta(days=2)


@given(st.integers(1, 3000), st.integers(1, 12), st.integers(1, 29))
def test_lunar_days_follow_one_another(year, month, day):
    assert lunar.day_of(year, month, day + 1) - lunar.day_of(year, month, day) == timedelta(days=1)
    length = lunar.day_of(year + 1, 1, 1) - lunar.day_of(year, 1, 1)
    assert length in (timedelta(days=354), timedelta(days=355))
    on = lunar.day_of(year, month, day)
    assert lunar.days_between(month, day, on, on + timedelta(days=1)) == [on]


# Calendars


@given(st.text(max_size=300))
def test_a_folded_line_is_found_again(text):
    text = text.replace("\r", "").replace("\n", "")
    line = folded(text)
    assert all(len(piece.encode("utf-8", "surrogatepass")) <= 75 for piece in line.split("\r\n"))
    assert line.replace("\r\n ", "") == text


@given(st.text(max_size=200))
def test_escaped_text_has_one_line_and_comes_back(text):
    written = escaped(text)
    assert not set(written) & {"\r", "\n"}
    back, at = "", 0
    while at < len(written):
        if written[at] == "\\":
            back += {"n": "\n"}.get(written[at + 1], written[at + 1])
            at += 2
        else:
            assert written[at] not in ";,"
            back += written[at]
            at += 1
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert back == "".join(one for one in lines if one in "\t\n" or (one >= " " and one != "\x7f"))


def test_a_calendar_of_one_cancelled_event():
    zone = UTC
    event = Event("a@b", 3, datetime(2026, 11, 1, tzinfo=zone), datetime(2026, 11, 24, 6, tzinfo=zone),
                  datetime(2026, 11, 24, 8, tzinfo=zone), "زيارة V-1", "CANCELLED")  # fmt: skip
    text = calendar([event], name="Visits")
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    for line in ("UID:a@b", "SEQUENCE:3", "DTSTART:20261124T060000Z", "DTEND:20261124T080000Z", "STATUS:CANCELLED",
                 "SUMMARY:زيارة V-1"):  # fmt: skip
        assert f"\r\n{line}\r\n" in text
    with pytest.raises(ValueError, match="zone"):
        stamp(datetime(2026, 1, 1))
