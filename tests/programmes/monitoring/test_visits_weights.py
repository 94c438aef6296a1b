"""Other weights for a contract: looked at first, then kept with a reason; observations noted at the visit; a partner's months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from rafid.programmes.monitoring.findings.timeline import Names, timeline
from rafid.programmes.monitoring.models import NonConformity, Observation, Visit
from rafid.programmes.monitoring.visits.data_quality import Line, by_monitor
from rafid.programmes.monitoring.visits.partners import drawn, months_of

from .test_visits_room import made, signed  # noqa: F401

pytestmark = pytest.mark.django_db


def given(contract, **values):
    known = {"version": contract.version, "critical": 1, "major": 1, "minor": 1, "mark": 50, "why": "Agreed in May"}
    return {**known, **values}


def test_weights_are_looked_at_first_and_then_kept(field, made, signed):  # noqa: F811
    address = f"/monitoring/contracts/{field.contract.ref}/weights/"
    client = signed(field.manager)
    assert f'href="{address}"' in client.get(f"/monitoring/contracts/{field.contract.ref}/?lang=en").content.decode()
    page = client.post(f"{address}?lang=en", given(field.contract))
    assert "Verdicts that turn to pass: 1; to fail: 0." in page.content.decode()
    field.contract.refresh_from_db()
    assert (field.contract.weights["critical"], made.assessments.count()) == (5, 1), "looking changes nothing"
    assert client.post(address, given(field.contract, sure="1")).status_code == 302
    field.contract.refresh_from_db()
    made.refresh_from_db()
    assert (field.contract.weights, field.contract.pass_mark) == ({"critical": 1, "major": 1, "minor": 1}, 0.5)
    assert (made.score, made.verdict) == (0.5, "pass")
    assert list(made.assessments.order_by("number").values_list("why", flat=True)) == ["", "Agreed in May"]
    assert "Agreed in May" in client.get(f"/monitoring/visits/{made.ref}/?lang=en").content.decode()


def test_a_mark_alone_makes_the_next_scores_too(field, made, signed):  # noqa: F811
    address = f"/monitoring/contracts/{field.contract.ref}/weights/"
    answer = signed(field.manager).post(address, given(field.contract, critical=5, major=3, mark=75, sure="1"))
    assert answer.status_code == 302
    assert list(made.assessments.order_by("number").values_list("pass_mark", "verdict")) == [
        (0.8, "fail"),
        (0.75, "fail"),
    ]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"why": " "}, 422), ({"critical": 0}, 422), ({"mark": 101}, 422), ({"major": "x"}, 422), ({"version": 99}, 409)],
)
def test_weights_that_make_no_sense_are_refused(field, made, signed, wrong, status):  # noqa: F811
    address = f"/monitoring/contracts/{field.contract.ref}/weights/"
    assert signed(field.manager).post(address, given(field.contract, sure="1", **wrong)).status_code == status
    assert made.assessments.count() == 1


def test_only_those_who_change_contracts_weigh(field, made, signed):  # noqa: F811
    address = f"/monitoring/contracts/{field.contract.ref}/weights/"
    for account, status in ((field.quality, 403), (field.partner_account, 403), (field.rival_account, 404)):
        assert signed(account).post(address, given(field.contract, sure="1")).status_code == status
        assert "/weights/" not in signed(account).get(f"/monitoring/contracts/{field.contract.ref}/").content.decode()


def test_good_practice_is_noted_at_the_visit(field, made, signed):  # noqa: F811
    said = {"what": "observation", "kind": "good_practice", "text": "Markers were numbered", "back": "visit"}
    address = f"/monitoring/findings/of-visit/{made.ref}/"
    client = signed(field.monitor)
    page = client.get(f"/monitoring/visits/{made.ref}/?lang=en").content.decode()
    assert "Note an observation or good practice" in page
    answer = client.post(address, said)
    assert (answer.status_code, answer["Location"]) == (302, f"/monitoring/visits/{made.ref}/")
    assert Observation.objects.get(visit=made).made_by == field.monitor
    assert "Markers were numbered" in client.get(f"/monitoring/visits/{made.ref}/").content.decode()
    assert signed(field.partner_account).post(address, said).status_code == 404
    Visit.objects.filter(pk=made.pk).update(released_to_partner_at=timezone.now())
    page = signed(field.partner_account).get(f"/monitoring/visits/{made.ref}/?lang=en").content.decode()
    assert "Markers were numbered" in page
    assert "Note an observation" not in page
    assert signed(field.partner_account).post(address, said).status_code == 403


def test_a_finding_tells_when_its_steps_were_and_not_when_they_were_loaded(field, made):  # noqa: F811
    row = field.make_nonconformity(made)
    earlier = timezone.now() - timedelta(days=90)
    NonConformity.objects.filter(pk=row.pk).update(released_at=earlier)
    row.refresh_from_db()
    entries = {one.what: one.at for one in timeline(row, Names(row, field.quality, True))}
    assert entries["Released to the partner"] == earlier


def test_months_carry_intervals_where_two_teams_were_visited(field):
    visits = [
        Visit(site=field.sites[0], team=team, score=score, verdict="pass", arrived=datetime(2026, month, 5, tzinfo=UTC))
        for month, team, score in ((1, "A", 0.9), (1, "B", 0.8), (1, "A", 0.85), (2, "A", 0.7))
    ]
    first, second = months_of(visits)
    assert first.mean.low < first.score < first.mean.high
    assert (second.mean, second.few) == (None, True)
    left, right = drawn([first, second])
    assert left["x"] < right["x"]
    assert left["high"] < left["y"] < left["low"], "higher shares stand higher"


def test_nobody_is_put_in_front_by_few_visits(field):
    form = SimpleNamespace(xform_id="x")

    def line(monitor, sent, flagged):
        from rafid.methods.sampling import proportion_interval

        return Line(monitor, monitor.code, form, sent, flagged, proportion_interval(flagged, sent), None, None, 0, 0)

    often, once, never = field.monitors
    rows = by_monitor([line(once, 2, 1), line(often, 60, 30), line(often, 40, 20), line(never, 35, 0)], None)
    assert next((one.code, one.sent, one.flagged) for one in rows) == ("X1", 100, 50)
    nothing = next(one for one in rows if one.code == "X3")
    assert 0.09 < nothing.share.high < 0.11, "0 of 35 is not zero"
