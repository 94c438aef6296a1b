"""The seasonal outlook: volumes, what is usual, skill on this date, and who is short."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from rafid.commons.records.change import Refused
from rafid.programmes.rivers.forecasting.calibrating import activate, calibrate_model
from rafid.programmes.rivers.models import Demand, RuleCurve
from rafid.programmes.rivers.outlook.making import Season, make_outlook
from rafid.programmes.rivers.outlook.queries import shown, what_came
from rafid.programmes.rivers.outlook.supplying import Want, serve

from .basin import make_basin, morning, record


@pytest.fixture
def basin(river):
    made = make_basin(river, days=365 * 8)
    calibrate_model(made.model, split=date(2021, 1, 1), max_runs=100)
    return activate(made.model) and made


def want(river, sector, mm3, priority, month=2):
    return Demand.objects.create(
        area="plain", node=river.town, sector=sector, month=month, mm3=mm3, priority=priority, source_text="Test"
    )


def test_a_season_is_written_by_its_months():
    season = Season.read("2026-10/2027-04")
    assert (season.months, season.after) == (7, date(2027, 5, 1))
    assert season.labels[0] == "2026-10"
    assert str(season.in_year(-1)) == "2025-10/2026-04"
    for wrong in ("2026-10", "2027-04/2026-10", "2026-01/2027-06", "soon/later", ""):
        with pytest.raises(Refused):
            Season.read(wrong)


def test_the_first_priority_is_served_first():
    volumes = np.array([[100.0], [50.0], [20.0], [0.0], [200.0]])
    wants = [
        Want("a", "drinking", 2, 20, 1),
        Want("a", "irrigation", 2, 60, 2),
        Want("b", "irrigation", 2, 20, 2),
        Want("a", "power", 3, 99, 1),
    ]
    drinking, first, second = serve(volumes, ["2027-02"], wants)
    assert (drinking.sector, drinking.met, drinking.short_probability) == ("drinking", 20, pytest.approx(0.2))
    assert first.short_probability == second.short_probability == pytest.approx(0.6)
    assert first.met == pytest.approx(3 * second.met), "those of one priority in proportion"
    assert first.met == pytest.approx(60 * 30 / 80)


def test_an_outlook_goes_on_from_today(basin):
    want(basin.river, "drinking", 1, 1)
    want(basin.river, "irrigation", 1e6, 2)
    row = make_outlook(basin.model, season="2024-01/2024-04", known_at=basin.now)
    assert basin.last == date(2023, 12, 29)
    assert row.months == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert len(row.volumes) == len(row.years) >= 6
    assert len(row.climatology) >= 7
    found = shown(row)
    assert found.total.low <= found.total.middle <= found.total.high
    assert sum(month.middle for month in found.months) == pytest.approx(found.total.middle, rel=0.25)
    drinking, irrigation = found.supply
    assert (drinking["short_probability"], irrigation["short_probability"]) == (0, 1)
    assert row.skill["n"] >= 5
    assert row.skill["crpss_climatology"] <= 1
    again = make_outlook(basin.model, season="2024-01/2024-04", known_at=basin.now, scenario="other")
    assert again.volumes == row.volumes, "the same day gives the same"
    assert again.supply["rows"] == [], "nothing is wanted in this scenario"
    assert what_came(row) is None


def test_a_reservoir_carries_water_into_dry_months(basin, river):
    want(river, "irrigation", 60, 1, month=1)
    want(river, "irrigation", 60, 1, month=2)
    want(river, "drinking", 1e9, 2, month=2)
    without = make_outlook(basin.model, season="2024-01/2024-04", known_at=basin.now)
    assert without.supply["reservoir"] is None
    dam = river.make_reservoir(river.town, station=basin.station)
    river.make_table(dam)
    for day in (1, 200):
        RuleCurve.objects.create(
            reservoir=dam, day_of_year=day, minimum=300, target=329, maximum=330, source_text="Test"
        )
    assert make_outlook(basin.model, season="2024-01/2024-03", known_at=basin.now).supply["reservoir"] is None, (
        "not filled"
    )
    storage = river.make_series(basin.station, "storage")
    record(storage, [(basin.days - 1, 5000.0)], known_from=morning(basin.days - 1) + timedelta(hours=4))
    row = make_outlook(basin.model, season="2024-01/2024-02", known_at=basin.now)
    assert row.supply["reservoir"] == "tt-town"
    served = {one["sector"]: one for one in row.supply["rows"] if one["month"] == "2024-02"}
    assert served["irrigation"]["short_probability"] == 0, "5,000 Mm³ lie in the reservoir"
    assert served["drinking"]["short_probability"] == 1
    middle = np.median(np.array(row.volumes).sum(axis=1))
    lowest = "down to the lowest level, 3,000 Mm³"
    assert served["drinking"]["met"] == pytest.approx(2000 + middle - 120, rel=0.01), lowest
    later = make_outlook(basin.model, season="2024-04/2024-05", known_at=basin.now)
    assert later.supply["reservoir"] is None, "what it will hold then is not known"


def test_days_of_the_season_that_are_over_are_those_observed(basin):
    row = make_outlook(basin.model, season="2023-12/2024-01", known_at=basin.now)
    december = np.array(row.volumes)[:, 0]
    first = (date(2023, 12, 1) - date(2016, 1, 1)).days
    seen = basin.flow[first:].sum() * 86400 / 1e6
    assert (december >= seen * 0.999).all()
    assert np.ptp(december) < 0.5 * np.ptp(np.array(row.volumes)[:, 1])


def test_similar_years_are_fewer(basin):
    every = make_outlook(basin.model, season="2024-01/2024-03", known_at=basin.now)
    alike = make_outlook(basin.model, season="2024-01/2024-03", known_at=basin.now, method="analogue")
    assert set(alike.years) < set(every.years)
    assert len(alike.years) >= 5


def test_what_came_stands_beside_it_later(basin):
    row = make_outlook(basin.model, season="2024-01/2024-01", known_at=basin.now)
    days = range(basin.days, basin.days + 40)
    for name, value in (("precipitation", 0.0), ("temperature", 8.0), ("discharge", 100.0)):
        record(basin.series[name], [(day, value) for day in days], known_from=morning(days[-1]) + timedelta(hours=5))
    assert what_came(row).tolist() == [pytest.approx(100 * 31 * 86400 / 1e6)]


def test_a_season_without_past_is_refused(basin, river):
    with pytest.raises(Refused, match="over, or it begins"):
        make_outlook(basin.model, season="2023-01/2023-03", known_at=basin.now)
    with pytest.raises(Refused, match="over, or it begins"):
        make_outlook(basin.model, season="2025-06/2025-07", known_at=basin.now)


def seasonal(basin, *, days=80, members=7, name="seas5"):
    for member in range(1, members + 1):
        reach = 10 if member == 3 else days
        for variable, value in (("precipitation", float(member)), ("temperature", 9.0)):
            row = basin.river.make_series(
                basin.station, variable, origin="forecast", origin_name=f"{name}-{member:02d}"
            )
            record(row, [(basin.days + day, value) for day in range(reach)], known_from=basin.now)


def test_another_centres_season_runs_through_the_model(basin):
    with pytest.raises(Refused, match="No imported member"):
        make_outlook(basin.model, season="2024-01/2024-02", known_at=basin.now, method="external")
    seasonal(basin)
    row = make_outlook(basin.model, season="2024-01/2024-02", known_at=basin.now, method="external")
    assert (row.method, row.years, row.months) == ("external", [1, 2, 3, 4, 5, 6], ["2024-01", "2024-02"])
    assert row.supply["left_out"] == ["seas5-03"], "it ends early"
    totals = np.array(row.volumes).sum(axis=1)
    assert (np.diff(totals) > 0).all(), "more rain, more water"
    assert row.skill == {"n": 0}, "none is claimed"
    assert shown(row).skill is None
    with pytest.raises(Refused, match="ends on 2024-03-18, before the season does"):
        make_outlook(basin.model, season="2024-01/2024-04", known_at=basin.now, method="external")


def test_a_season_of_too_few_members_is_refused(basin):
    seasonal(basin, members=5)
    with pytest.raises(Refused, match="has 4 members; five are needed"):
        make_outlook(basin.model, season="2024-01/2024-02", known_at=basin.now, method="external")


def test_the_plan_is_exported_and_compared_with_what_came(basin, client):
    row = make_outlook(basin.model, season="2024-01/2024-01", known_at=basin.now)
    before = client.get(f"/rivers/outlook/{row.ref}/plan.csv").text
    assert "what came,\r\n" in before
    days = range(basin.days, basin.days + 40)
    for name, value in (("precipitation", 0.0), ("temperature", 8.0), ("discharge", 1000.0)):
        record(basin.series[name], [(day, value) for day in days], known_from=morning(days[-1]) + timedelta(hours=5))
    assert "what came,2678.4\r\n" in client.get(f"/rivers/outlook/{row.ref}/plan.csv").text
    page = client.get(f"/rivers/outlook/{row.ref}/?lang=en").text
    assert "more than the 80 % range" in page
    assert "No demand of this scenario is known at this place" in page
    assert "السيناريو <bdi>المعتاد</bdi>" in client.get(f"/rivers/outlook/{row.ref}/?lang=ar").text
    assert client.get(f"/api/v1/rivers/outlooks/{row.pk}").json()["total"]["came"] == 2678.4


def line(**change):
    given = {
        "node": "tt-town", "area": "plain", "sector": "irrigation", "scenario": "usual", "priority": "2",
        "source": "Water plan 2026", "m2": "1,5", "m3": "20",
    }  # fmt: skip
    return {**given, **change}


def test_demands_are_entered_by_those_who_make_outlooks(basin, client):
    at = "/rivers/outlook/demands/"
    client.force_login(basin.river.reader)
    assert client.get(at).status_code == 403
    assert client.post(f"{at}keep/", line()).status_code == 403
    client.force_login(basin.river.planner)
    assert client.post(f"{at}keep/", line(), follow=True).status_code == 200
    mine = Demand.objects.filter(node=basin.model.node)
    assert sorted(mine.values_list("month", "mm3", "priority")) == [(2, 1.5, 2), (3, 20.0, 2)]
    client.post(f"{at}keep/", line(m3="", m4="7", priority="1"))
    assert sorted(mine.values_list("month", "mm3", "priority")) == [(2, 1.5, 1), (4, 7.0, 1)]
    page = client.get(f"{at}?line={mine.first().pk}&lang=en").text
    assert 'value="1.5"' in page
    assert "Water plan 2026" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"m2": "much"}, "February: “much” is no number."),
        ({"m2": "6,000"}, "can be read in two ways"),
        ({"m2": "-1"}, "A demand is not less than 0."),
        ({"area": "سهل"}, "write a short code of Latin letters"),
        ({"priority": "0"}, "The priority is a number from 1"),
        ({"sector": "golf"}, "Choose a sector."),
        ({"source": " "}, "Say who states this demand"),
    ],
)
def test_a_line_that_cannot_be_kept_says_why_and_keeps_nothing(basin, client, change, said):
    client.force_login(basin.river.planner)
    answer = client.post("/rivers/outlook/demands/keep/", line(**change))
    assert answer.status_code == 422
    assert said in answer.text
    assert not Demand.objects.filter(node=basin.model.node).exists()


def test_a_scenario_is_copied_and_its_outlook_stands_beside(basin, client):
    client.force_login(basin.river.planner)
    for month in ("m1", "m2"):
        client.post("/rivers/outlook/demands/keep/", line(**{month: "1000000"}))
    copy = {"from": "usual", "name": "dry-plan", "percent": "50"}
    assert client.post("/rivers/outlook/demands/copy/", copy).status_code == 302
    assert set(Demand.objects.filter(scenario="dry-plan", month=2).values_list("mm3", flat=True)) == {500000.0}
    again = client.post("/rivers/outlook/demands/copy/", copy)
    assert (again.status_code, "There is a scenario dry-plan already" in again.text) == (422, True)
    rows = [
        make_outlook(basin.model, season="2024-01/2024-02", known_at=basin.now, scenario=one)
        for one in ("usual", "dry-plan")
    ]
    assert [row.supply["rows"][0]["demand"] for row in rows] == [1000000.0, 500000.0]
    assert "dry-plan" in client.get(f"/rivers/outlook/{rows[0].ref}/?lang=en").text
