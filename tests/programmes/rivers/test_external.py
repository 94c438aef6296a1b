"""Ensembles of other models: taken in whole or not at all, with a record of their own, and no warning on them before that."""

from __future__ import annotations

import io
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from rafid.commons.records.change import Refused
from rafid.programmes.rivers.bulletins.content import _forecasts as forecasts_of_bulletin
from rafid.programmes.rivers.forecasting.calibrating import activate
from rafid.programmes.rivers.forecasting.importing import import_ensemble, read_csv
from rafid.programmes.rivers.forecasting.queries import show_all
from rafid.programmes.rivers.forecasting.running import carry_out, make_forecast, replay, withdraw
from rafid.programmes.rivers.forecasting.scheduled import queue_all, score_all
from rafid.programmes.rivers.forecasting.scoring import score_archive
from rafid.programmes.rivers.models import Forecast, RiverModel, Verification
from rafid.programmes.rivers.values.recording import NotRecorded
from rafid.programmes.rivers.warnings.acting import draft_warning, issue_warning

from .basin import PROGRESS, morning, record

DAYS = 400


@pytest.fixture
def gauge(river):
    station = river.make_station("tt-town", "flow")
    series = river.make_series(station, "discharge")
    chance = np.random.default_rng(5)
    flow = 100 + 60 * np.sin(np.arange(DAYS) / 9) + chance.normal(0, 2, DAYS)
    record(series, enumerate(flow), known_from=morning(DAYS))
    model = RiverModel.objects.create(
        node=river.town, kind="external", observed=series, area_km2=1000, latitude=36, owner=river.ministry,
        place=river.place,
    )  # fmt: skip
    return river, station, series, model, flow


def table(flow, days, *, leads=(24, 48, 72), members=6, noise=4.0, seed=1):
    """A good forecast of each day's morning."""
    chance = np.random.default_rng(seed)
    lines = ["issued_at,lead_hours,member,value"]
    for day in days:
        for lead in leads:
            for member in range(members):
                value = max(flow[day + lead // 24] + chance.normal(0, noise), 0)
                lines.append(f"{morning(day).isoformat()},{lead},m{member},{value:.3f}")
    return "\n".join(lines).encode()


def test_an_ensemble_becomes_a_forecast(gauge):
    river, _station, _series, model, flow = gauge
    (row,) = import_ensemble(model, read_csv(table(flow, [300])), by=river.forecaster)
    assert (row.state, row.members, row.steps, row.horizon_h) == ("issued", 6, [24, 48, 72], 72)
    assert row.data_known_at == morning(300)
    assert row.issued_at > row.data_known_at
    assert replay(row) == (True, 0.0)
    shown = show_all([row], None)[0]
    assert shown.guidance_only == [24, 48, 72], "no record yet"
    assert row.notes[0]["code"] == "imported_late"


def test_no_bulletin_takes_it_for_the_own_forecast(gauge):
    (row,) = import_ensemble(gauge[3], read_csv(table(gauge[4], [300])))
    told = forecasts_of_bulletin(row.issued_at + timedelta(hours=1))
    assert "tt-town" not in [one["node"] for one in told]


def test_it_has_a_record_of_its_own(gauge):
    _river, _station, _series, model, flow = gauge
    few = import_ensemble(model, read_csv(table(flow, range(300, 320))))
    rows = score_archive(model)
    assert [(row.lead_h, row.n, row.scores) for row in rows] == [(24, 20, {}), (48, 20, {}), (72, 20, {})]
    with pytest.raises(Refused, match="Validate it first"):
        activate(model)
    import_ensemble(model, read_csv(table(flow, range(320, 360))))
    rows = score_archive(model)
    assert all(row.n == 60 and row.scores["beats_persistence"] for row in rows)
    assert rows[0].scores["crpss_climatology"] is None, "no such season lies before it"
    assert rows[0].scores["imported_late"] == 60
    assert show_all([few[0]], None)[0].guidance_only == []
    model.refresh_from_db()
    assert activate(model).state == "active"


def test_a_bad_one_does_not_beat_persistence(gauge):
    model = gauge[3]
    import_ensemble(model, read_csv(table(np.full(DAYS, 200.0), range(300, 340))))
    rows = score_archive(model)
    assert not any(row.scores["beats_persistence"] for row in rows)


def test_no_warning_rests_on_it_alone(gauge):
    river, station, _series, model, flow = gauge
    river.make_threshold(station, "watch", 90, variable="discharge", kind="flow")
    (row,) = import_ensemble(model, read_csv(table(flow, [300])))
    now = row.issued_at
    warning = draft_warning(
        station, "watch", onset=now + timedelta(hours=20), expires=now + timedelta(days=2), user=river.hydrologist,
        forecast=row, probability=0.9,
    )  # fmt: skip
    with pytest.raises(Refused, match="cannot carry a warning alone"):
        issue_warning(warning, user=river.hydrologist)


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        (("m3", "m2"), "member", "has this lead and member already"),
        (("2016-10-27T03:00:00+00:00,48,m4", "2016-10-27T03:00:00+00:00,96,m4"), "member", "members are missing"),
        (("2016", "2096"), "issued_at", "in the future"),
        (("+00:00", ""), "issued_at", "no zone"),
        ((",72,", ",7.5,"), "lead_hours", "whole hours"),
        ((",72,", ",-72,"), "lead_hours", "whole hours"),
        ((",24,m0,", ",24,m0,-"), "value", "not less than 0"),
        ((",24,m0,", ",24,m0,inf"), "value", "no number"),
        (("m1", ""), "member", "names no member"),
        (("value", "flow"), "file", "no column value"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(gauge, change, field, said):
    _river, _station, _series, model, flow = gauge
    content = table(flow, [300]).decode().replace(*change)
    with pytest.raises(NotRecorded) as caught:
        import_ensemble(model, read_csv(content.encode()))
    assert caught.value.problems[0].field == field
    assert said in caught.value.problems[0].reason
    assert not Forecast.objects.filter(model=model).exists()


def test_files_that_are_none(gauge):
    model = gauge[3]
    for content in (b"\xff\xfe\x00", b"", b"issued_at,lead_hours,member,value\n", b"a\x00b"):
        with pytest.raises(NotRecorded):
            import_ensemble(model, read_csv(content))
    with pytest.raises(NotRecorded, match="needs five"):
        import_ensemble(model, read_csv(table(gauge[4], [300], members=4)))
    model.kind = "gr4j"
    with pytest.raises(Refused, match="Only a model of another's results"):
        import_ensemble(model, read_csv(table(gauge[4], [300])))


def test_the_command(gauge, tmp_path):
    out = io.StringIO()
    path = tmp_path / "ensemble.csv"
    path.write_bytes(table(gauge[4], range(300, 332)))
    call_command("rivers", "take-in", "tt-town", str(path), stdout=out)
    assert "32 forecasts taken in" in out.getvalue()
    assert "skill over persistence +" in out.getvalue()
    with pytest.raises(CommandError, match="there already"):
        call_command("rivers", "take-in", "tt-town", str(path), stdout=out)
    with pytest.raises(CommandError, match="No such file"):
        call_command("rivers", "take-in", "tt-town", str(tmp_path / "nothing.csv"), stdout=out)


def test_decimal_commas_and_arabic_digits(gauge):
    content = "issued_at;lead_hours;member;value\n" + "\n".join(
        f"2016-10-27T03:00Z;24;{member};١٢,٥" for member in range(5)
    )
    (row,) = import_ensemble(gauge[3], read_csv(content.encode()))
    assert row.values.get().members == [12.5] * 5


def test_the_same_moment_twice_is_refused(gauge):
    _river, _station, _series, model, flow = gauge
    (row,) = import_ensemble(model, read_csv(table(flow, [300])))
    with pytest.raises(NotRecorded, match="there already"):
        import_ensemble(model, read_csv(table(flow, [300, 301])))
    assert Forecast.objects.filter(model=model).count() == 1
    withdraw(row, reason="The wrong file")
    assert len(import_ensemble(model, read_csv(table(flow, [300, 301])))) == 2


@pytest.fixture
def brought(gauge):
    """GloFAS brings 7 members; one ends after two days and one begins late."""
    river, station, _series, model, _flow = gauge
    model.forcing = {"ensemble": "glofas"}
    model.save()
    known = morning(DAYS - 1) + timedelta(hours=5)
    for member in range(7):
        ahead = river.make_series(station, "discharge", origin="forecast", origin_name=f"glofas-{member:02d}")
        days = range(2) if member == 5 else range(3, 9) if member == 6 else range(9)
        record(ahead, [(DAYS + day, 100.0 + member) for day in days], known_from=known)
    return gauge, known


def test_series_of_another_centre_become_a_forecast(brought):
    (_river, _station, _series, model, _flow), known = brought
    row = make_forecast(model, members=50, known_at=known + timedelta(hours=1))
    assert (row.forcing, row.members) == ("glofas", 5)
    assert row.steps == [24 * day for day in range(1, 10)]
    assert {"code": "members_left_out", "members": ["glofas-05", "glofas-06"]} in row.notes
    assert {"code": "weather_short", "asked_h": 240, "given_h": 216} in row.notes
    assert replay(row)[0]
    with pytest.raises(Refused, match="needs five"):
        make_forecast(model, known_at=known - timedelta(hours=1))


def test_the_clock_issues_what_is_new_and_scores_it(brought, monkeypatch):
    _gauge, known = brought
    monkeypatch.setattr(
        "rafid.programmes.rivers.forecasting.scheduled.timezone.now", lambda: known + timedelta(hours=1)
    )
    (row,) = _mine(queue_all())
    carry_out(PROGRESS, str(row.pk))
    assert Forecast.objects.get(pk=row.pk).state == "issued"
    assert _mine(queue_all()) == [], "nothing new came"
    score_all()
    assert not Verification.objects.filter(model=row.model).exists(), "nothing of it was observed yet"


def _mine(rows):
    """The demonstration's may stand beside them."""
    return [row for row in rows if row.node.code.startswith("tt-")]
