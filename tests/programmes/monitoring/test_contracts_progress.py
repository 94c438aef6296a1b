"""Progress: four numbers a line, with range and floor; what is not seen; two sides; two times; kept until something changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rafid.methods.progress import earned_value, verified_floor, verified_total
from rafid.programmes.monitoring.contracts.estimates import Unit, found_of
from rafid.programmes.monitoring.contracts.inputs import OFFICE, RELEASED
from rafid.programmes.monitoring.contracts.keeping import course, progress
from rafid.programmes.monitoring.models import KeptProgress

from .contracts_world import drawn_plan, found, month, promise, release, report, report_at, reveal, spend

NAN = float("nan")


def test_the_worked_example_is_the_estimate_of_a_line():
    units = [
        Unit(site, said, seen, "all")
        for site, said, seen in zip("abcde", (100, 200, 150, 50, 300), (100, 180, NAN, 50, NAN), strict=True)
    ]
    one = found_of(units)
    assert (round(one.verified, 2), round(one.low, 2), round(one.high, 2)) == (754.29, 672.85, 835.72)
    assert (one.sites, one.seen, one.share_seen, one.floor, one.joined) == (5, 3, 350 / 800, None, False)


def test_not_seen_is_neither_zero_nor_good():
    seen = [Unit("a", 100, 100, "s", state="done"), Unit("b", 100, 80, "s", state="done")]
    denied = Unit("c", 100, NAN, "s", state="denied", why="security")
    one = found_of([*seen, denied])
    assert one.verified == pytest.approx(270)
    assert one.not_seen == {"denied": 1}
    assert one.share_seen == pytest.approx(2 / 3)
    assert found_of([seen[0], denied]).verified is None  # one of two says nothing of the other


def test_a_stratum_seen_once_is_put_together_with_the_others():
    units = [
        Unit("a", 100, 90, "north"), Unit("b", 100, NAN, "north"), Unit("c", 50, 50, "south"), Unit("d", 40, 30, "south"),
        Unit("e", 10, NAN, "south"),
    ]  # fmt: skip
    one = found_of(units)
    expected = verified_total([100, 100, 50, 40, 10], [90, NAN, 50, 30, NAN])
    assert one.joined
    assert (one.verified, one.low, one.high) == pytest.approx((expected.value, expected.low, expected.high))
    apart = found_of([*units, Unit("f", 80, 80, "north")])
    expected = verified_total([100, 100, 50, 40, 10, 80], [90, NAN, 50, 30, NAN, 80], strata=list("nnsssn"))
    assert not apart.joined
    assert (apart.verified, apart.low, apart.high) == pytest.approx((expected.value, expected.low, expected.high))


def test_the_floor_is_of_sites_drawn_by_size_and_counts_nothing_where_the_partner_refused():
    units = [Unit(str(n), 100, 100 if n < 20 else NAN, "s", by_size=True) for n in range(40)]
    assert found_of(units).floor == pytest.approx(verified_floor([100] * 40, [100] * 20 + [NAN] * 20))
    refused = [*units[:-1], Unit("x", 100, NAN, "s", by_size=True, state="denied", why="refused")]
    assert found_of(refused).floor == pytest.approx(verified_floor([100] * 40, [100] * 20 + [NAN] * 19 + [0]))
    assert found_of([Unit("a", 5, 5), Unit("b", 5, 5)]).floor is None


@pytest.fixture
def seen(field):
    """Line 1.1 of 6,000 m² at four sites, three drawn: two done (one of them 20 % less), one denied."""
    line, other = field.contract.lines.get(code="1.1"), field.contract.lines.get(code="1.2")
    promise(line, m1=1000, m2=4000, m3=9000)
    promise(other, m3=100)
    report(line, 3, 6000)
    report(other, 3, 80)
    spend(field.contract, 3, 50_000)
    sites = field.sites[:4]
    for site, value in zip(sites, (1000, 1500, 1500, 2000), strict=True):
        report_at(line, site, 3, value)
    plan, visits = drawn_plan(field, sites, size=3)
    found(field, visits[0], line, 1000, team="A")
    found(field, visits[1], line, 1200, team="B", verdict="fail")
    visits[2].state, visits[2].not_seen_reason, visits[2].not_seen_text = "denied", "security", "Road mined"
    visits[2].save()
    return field, line, plan, visits


@pytest.mark.django_db
def test_a_line_shows_its_four_numbers(seen):
    field, _line, *_ = seen
    figures = progress([field.contract], month(3), OFFICE)[field.contract.pk]
    one, other = figures["lines"]
    expected = verified_total([1000, 1500, 1500, 2000], [1000, 1200, NAN, NAN])
    assert (one["planned"], one["reported"]) == (9000, 6000)
    assert (one["verified"], one["high"]) == pytest.approx((expected.value, expected.high))
    assert (one["sites"], one["seen"], one["not_seen"]) == (4, 2, {"denied": 1})
    assert (other["reported"], other["verified"], other["unplaced"]) == (80, None, 80)
    assert figures["drawn"] == {"done": 2, "denied": 1}
    assert figures["by_book"]["visits"] == 2
    assert figures["by_book"]["small"] is True


@pytest.mark.django_db
def test_the_contract_earns_by_each_number(seen):
    field, *_ = seen
    earned = progress([field.contract], month(3), OFFICE)[field.contract.pk]["earned"]
    expected = earned_value(
        budget=800_000,
        weights=[0.6, 0.4],
        targets=[180_000, 4_000],
        planned=[9000, 100],
        achieved=[6000, 80],
        spent=50_000,
    )
    assert earned["reported"]["earned"] == pytest.approx(expected.earned)
    assert earned["reported"]["spi"] == pytest.approx(expected.spi)
    assert earned["reported"]["cpi"] == pytest.approx(expected.cpi)
    # Line 1.2 was reported for no site: the verified number is of line 1.1 alone, and no cost stands against it.
    assert earned["verified"]["covered"] == pytest.approx(0.6)
    assert earned["verified"]["planned"] == pytest.approx(800_000 * 0.6 * 9000 / 180_000)
    assert earned["verified"]["cpi"] is None
    assert earned["floor"] is None


@pytest.mark.django_db
def test_a_sealed_plan_tells_the_other_side_nothing(seen):
    field, _line, plan, visits = seen
    before = progress([field.contract], month(3), RELEASED)[field.contract.pk]
    assert before["lines"][0]["verified"] is None
    assert (before["drawn"], before["by_book"], before["lines"][0]["not_seen"]) == ({}, None, {})
    release(visits[0])  # released while the plan is sealed: its figure waits for the reveal, too
    assert progress([field.contract], month(3), RELEASED)[field.contract.pk]["lines"][0]["seen"] == 0
    release(visits[1])
    reveal(plan)
    after = progress([field.contract], month(3), RELEASED)[field.contract.pk]
    assert after["lines"][0]["seen"] == 2
    assert after["drawn"] == {"done": 2, "open": 1}  # the denied one is not released: nobody says what became of it


@pytest.mark.django_db
def test_kept_until_something_of_that_contract_changes(seen):
    field, line, _plan, visits = seen
    both = [field.contract, field.other]
    progress(both, month(3), OFFICE)
    computed = dict(KeptProgress.objects.values_list("contract", "computed_at"))
    with CaptureQueriesContext(
        connection,
    ) as again:
        progress(both, month(3), OFFICE)
    assert len(again) == 2  # fingerprints, and what is kept
    found(field, visits[0], line, 900, version=2, at=datetime(2026, 4, 5, tzinfo=UTC))
    figures = progress(both, month(3), OFFICE)
    assert figures[field.contract.pk]["lines"][0]["verified"] == pytest.approx(6000 * 2100 / 2500)
    later = dict(KeptProgress.objects.values_list("contract", "computed_at"))
    assert later[field.other.pk] == computed[field.other.pk]
    kept = KeptProgress.objects.get(contract=field.contract)
    assert kept.figures["lines"][0]["verified"] == pytest.approx(6000 * 2100 / 2500)


@pytest.mark.django_db
def test_every_input_touches_its_contract(seen):
    field, line, plan, visits = seen
    from rafid.programmes.monitoring.contracts.keeping import fingerprints

    marks = [fingerprints([field.contract.pk])[field.contract.pk]]

    def touched(change):
        change()
        marks.append(fingerprints([field.contract.pk])[field.contract.pk])
        assert marks[-1] not in marks[:-1], change

    touched(lambda: report(line, 3, 5900, version=2))
    touched(lambda: report_at(line, field.sites[0], 3, 990, version=2))
    touched(lambda: spend(field.contract, 3, 51_000, version=2))
    touched(lambda: promise(line, m4=9500))
    touched(lambda: line.planned.filter(month=month(4)).update(value=9600))
    touched(lambda: type(line).objects.filter(pk=line.pk).update(target=190_000))
    touched(lambda: release(visits[0]))
    touched(lambda: reveal(plan))
    touched(lambda: found(field, visits[1], line, 1300, version=2))
    assert fingerprints([field.other.pk]) == fingerprints([field.other.pk])


@pytest.mark.django_db
def test_what_a_later_correction_changed(seen):
    field, line, *_ = seen
    corrected = datetime(2026, 5, 2, tzinfo=UTC)
    report(line, 3, 5000, version=2, at=corrected, reason="Counted twice")
    then = progress([field.contract], month(3), OFFICE, known_at=datetime(2026, 4, 1, tzinfo=UTC))[field.contract.pk]
    now = progress([field.contract], month(3), OFFICE)[field.contract.pk]
    assert (then["lines"][0]["reported"], now["lines"][0]["reported"]) == (6000, 5000)
    nothing = progress([field.contract], month(3), OFFICE, known_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert nothing[field.contract.pk]["lines"][0]["reported"] is None


def aged(row, days):
    """As if all of its history had been written so many days earlier."""
    table = row.events.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"UPDATE {table} SET pgh_created_at = pgh_created_at - %s * interval '1 day' WHERE pgh_obj_id = %s",
            [days, row.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.mark.django_db
def test_what_changes_is_read_as_it_was_known(seen):
    """The plan by month, the target and the state of a visit have no versions of their own: the history says what stood."""
    field, line, plan, visits = seen
    known = timezone.now() - timedelta(days=5)
    for row in (line, plan, *line.planned.all(), *plan.visits.all()):
        aged(row, 10)
    before = progress([field.contract], month(3), OFFICE)[field.contract.pk]
    assert (
        progress([field.contract], month(3), OFFICE, known_at=known)[field.contract.pk]["lines"][0]["planned"] == 9000
    )
    line.planned.filter(month=month(3)).update(value=9500)
    type(line).objects.filter(pk=line.pk).update(target=200_000)
    plan.visits.filter(pk=visits[2].pk).update(state="impossible", not_seen_reason="road")
    then = progress([field.contract], month(3), OFFICE, known_at=known)[field.contract.pk]
    now = progress([field.contract], month(3), OFFICE)[field.contract.pk]
    assert (then["lines"][0]["planned"], now["lines"][0]["planned"]) == (9000, 9500)
    assert (then["lines"][0]["target"], now["lines"][0]["target"]) == (180_000, 200_000)
    assert then["drawn"] == before["drawn"]
    assert (before["drawn"].get("denied"), now["drawn"].get("denied", 0), now["drawn"].get("impossible")) == (1, 0, 1)


@pytest.mark.django_db
def test_the_course_of_months_and_when_it_ends(seen):
    field, line, *_ = seen
    promise(line, m12=180_000)
    promise(field.contract.lines.get(code="1.2"), m12=4000)
    months = course(field.contract, [month(1), month(2), month(3)], OFFICE)
    assert [one["lines"][0]["planned"] for one in months.values()] == [1000, 4000, 9000]
    assert months[month(2)]["lines"][0]["reported"] is None
    # Three months in, the plan of 36,000 earned is behind by what is reported: 30,400 of it.
    assert months[month(3)]["finish"]["reported"] > "202612"
    assert months[month(3)]["finish"]["verified"] is None


@pytest.mark.django_db
def test_what_was_reported_since_the_visit_takes_its_ratio(field):
    line = field.contract.lines.get(code="1.1")
    report(line, 3, 1000)
    for number, value in ((2, 400), (3, 500)):
        report_at(line, field.sites[0], number, value)
    report_at(line, field.sites[1], 3, 500)
    _plan, visits = drawn_plan(field, field.sites[:2])
    found(field, visits[0], line, 200, number=2)
    found(field, visits[1], line, 500)
    one = progress([field.contract], month(3), OFFICE)[field.contract.pk]["lines"][0]
    assert (one["verified"], one["low"], one["high"]) == (750, 750, 750)  # seen as a whole
    before = progress([field.contract], month(2), OFFICE)[field.contract.pk]["lines"][0]
    assert (before["verified"], before["sites"]) == (200, 1)
