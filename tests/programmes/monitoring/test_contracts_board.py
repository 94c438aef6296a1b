"""The board, its files and trends, the API: the same rows for each side, by what that side may see."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rafid.programmes.monitoring.contracts.board import board_rows
from rafid.programmes.monitoring.contracts.rating import rate
from rafid.programmes.monitoring.models import KeptProgress

from .contracts_world import drawn_plan, found, month, promise, release, report, report_at, reveal, spend

pytestmark = pytest.mark.django_db
ON = "month=202603&lang=en"


@pytest.fixture
def told(field):
    """Three of four sites drawn and seen, all released; the plan is revealed."""
    line = field.contract.lines.get(code="1.1")
    promise(line, m3=8000)
    report(line, 3, 6000)
    spend(field.contract, 3, 30_000)
    for site, value in zip(field.sites[:4], (1000, 1500, 1500, 2000), strict=True):
        report_at(line, site, 3, value)
    plan, visits = drawn_plan(field, field.sites[:4], size=3)
    for visit, value, team in zip(visits, (1000, 1200, 1500), "ABC", strict=True):
        found(field, visit, line, value, team=team, verdict="fail" if team == "B" else "pass")
    reveal(plan)
    return field, line, visits


def rows_of(client, query=ON):
    answer = client.get(f"/monitoring/board.csv?{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_the_board_is_a_page_and_a_file_of_the_same_rows(told, client):
    field, _line, visits = told
    release(*visits)
    client.force_login(field.donor_account)
    page = client.get(f"/monitoring/?{ON}")
    assert page.status_code == 200
    text = page.content.decode()
    assert field.contract.title in text
    assert field.other.title not in text.replace(field.contract.title, "")
    (row,) = rows_of(client)
    assert (row["contract"], row["drawn"], row["not_seen"], row["passed_share"]) == (
        field.contract.ref,
        "3",
        "0",
        repr(2 / 3),
    )
    book = client.get(f"/monitoring/board.xlsx?{ON}")
    assert book.content[:2] == b"PK"
    for address in ("trends/", "trends/?by=topic", "trends/?by=governorate", "contracts/"):
        assert client.get(f"/monitoring/{address}").status_code == 200


def test_filters_stand_in_the_address(told, client):
    field, *_ = told
    client.force_login(field.manager)
    assert len(rows_of(client)) == 2
    assert len(rows_of(client, f"{ON}&partner=RIVAL")) == 1
    assert rows_of(client, f"{ON}&donor=GIVER&partner=RIVAL") == []
    assert [row["contract"] for row in rows_of(client, f"{ON}&place=T1")] == [field.contract.ref]
    assert rows_of(client, f"{ON}&place=T2") == []
    wrong = client.get(f"/monitoring/?{ON}&partner=nobody")
    assert "does not know “nobody”" in wrong.content.decode()
    empty = client.get(f"/monitoring/?{ON}&place=T2").content.decode()
    assert "No contracts to show" in empty


def test_colours_follow_the_rule(told):
    field, *_ = told
    (row,) = board_rows(field.manager, [field.contract], month(3))
    assert (row.rating.colour, row.covered) == (
        "red",
        1.0,
    )  # 5,550 of 8,000 planned; of the other line nothing is reported
    figures = {**row.figures, "earned": {**row.figures["earned"], "verified_capped": {"spi": 0.97, "covered": 1.0}}}
    assert rate(figures).colour == "green"
    assert rate(figures, critical=1).colour == "amber"
    assert rate(figures, critical=1, overdue=1).colour == "red"
    assert rate(figures, thresholds={"spi_good": 0.99}).colour == "amber"
    assert rate({**figures, "drawn": {"done": 4, "denied": 1}}).colour == "amber"
    assert rate({**figures, "high": row.figures["reported_there"] * 0.94}).colour == "amber"
    unseen = {**figures, "earned": {**figures["earned"], "verified_capped": None}}
    assert rate(unseen).colour == "grey"
    little = {
        **figures,
        "lines": [{**line, "floor": 70.0, "floor_of": 100.0, "floor_best": 95.0} for line in row.figures["lines"]],
    }
    assert rate(little).colour == "red"


def test_statements_of_the_board_do_not_grow_with_contracts_or_visits(told, client):
    field, line, _visits = told
    client.force_login(field.manager)

    def asked(query=ON) -> int:
        with CaptureQueriesContext(connection) as statements:
            assert client.get(f"/monitoring/?{query}").status_code == 200
        return len(statements)

    asked()
    few = asked()
    for number in range(6):
        field.make_contract(f"More {number}", field.partner, field.donor)
    sites = [field.make_site(number) for number in range(20, 40)]
    for site in sites:
        report_at(line, site, 2, 10)
    asked()  # what changed is computed once
    assert asked() == few


def test_partner_and_donor_learn_nothing_of_what_is_not_released(told, client):
    field, _line, visits = told
    for account in (field.partner_account, field.donor_account):
        client.force_login(account)
        (row,) = rows_of(client)
        assert (row["verified"], row["visits"], row["drawn"]) == ("", "0", "0")
    release(*visits)
    (row,) = rows_of(client)
    assert row["visits"] == "3"
    assert set(KeptProgress.objects.filter(contract=field.contract).values_list("side", flat=True)) == {"released"}


def test_the_line_leads_down_to_sites_and_visits(told, client):
    field, _line, visits = told
    client.force_login(field.manager)
    page = client.get(f"/monitoring/contracts/{field.contract.ref}/lines/1.1/?{ON}").content.decode()
    for site in field.sites[:4]:
        assert site.ref in page
    assert visits[0].get_absolute_url() in page
    client.force_login(field.partner_account)
    page = client.get(f"/monitoring/contracts/{field.contract.ref}/lines/1.1/?{ON}").content.decode()
    assert "Hidden site" not in page  # the register of sites is not the partner's
    assert visits[0].ref not in page


def test_two_months_and_two_times_are_compared(told, client):
    field, line, _visits = told
    report(line, 2, 1000)
    client.force_login(field.manager)
    address = f"/monitoring/contracts/{field.contract.ref}/"
    then = client.get(f"{address}?{ON}&against=202602").content.decode()
    assert "+5,000" in then
    known = client.get(f"{address}?{ON}&known_at=2026-03-21").content.decode()
    assert "+5,000" not in known
    assert "2026-03-21" in known
    assert "does not know" in client.get(f"{address}?{ON}&known_at=2026-99-99").content.decode()


def test_the_api_answers_contracts_and_progress(told, client):
    field, *_ = told
    assert client.get("/api/v1/monitoring/contracts").status_code == 401
    client.force_login(field.manager)
    answer = client.get("/api/v1/monitoring/contracts?limit=1").json()
    assert len(answer["items"]) == 1
    assert answer["next"]
    (item,) = client.get(f"/api/v1/monitoring/progress?contract={field.contract.ref}&on=2026-03-31").json()["items"]
    assert (item["contract"], item["budget"], item["month"]) == (field.contract.ref, 800_000, "202603")
    line = item["lines"][0]
    assert (line["indicator"], line["weight"], line["target"]) == ("1.1", 0.6, 180_000)
    assert (line["planned"], line["reported"]) == (8000, 6000)
    assert line["low"] <= line["verified"] <= line["high"]
    assert line["floor"] is None
    assert set(item["reported"]) >= {"planned", "earned", "spi", "cpi"}
    assert item["verified_capped"]["spi"] == pytest.approx(line["verified"] / 8000)
    (before,) = client.get(f"/api/v1/monitoring/progress?contract={field.contract.pk}&on=2026-03-30").json()["items"]
    assert before["month"] == "202602"
    assert client.get("/api/v1/monitoring/progress?contract=nothing").status_code == 404
    client.force_login(field.rival_account)
    assert client.get(f"/api/v1/monitoring/progress?contract={field.contract.ref}").status_code == 404


def test_the_board_tells_what_changed_for_people_once_it_is_released(told, client):
    from datetime import date

    from django.core.cache import cache

    from rafid.programmes.monitoring.models import OutcomeAnswer, OutcomeStudy, Respondent
    from rafid.programmes.monitoring.outcomes.on_board import studies_on_board

    field, _line, visits = told
    release(*visits)
    study = OutcomeStudy.objects.create(
        owner=field.third, contract=field.contract, kind_of_study="perception", design="paired", name_en="Safety felt"
    )

    def answer(number, rises):
        person = Respondent.objects.create(study=study, pseudonym=f"P{number}", consent=True)
        for when, value in (("before", 0), ("after", int(rises))):
            OutcomeAnswer.objects.create(respondent=person, round=when, question="q", value=value, on=date(2026, 3, 10))

    for number in range(8):
        answer(number, number % 2)
    client.force_login(field.donor_account)
    assert "Safety felt" not in client.get(f"/monitoring/?{ON}").content.decode()
    OutcomeStudy.objects.filter(pk=study.pk).update(released_at="2026-03-20T09:00:00Z")
    body = client.get(f"/monitoring/?{ON}").content.decode()
    assert "Safety felt" in body
    assert "+50" in body
    client.force_login(field.rival_account)
    assert "Safety felt" not in client.get(f"/monitoring/?{ON}").content.decode()
    # What is kept holds until somebody answers.
    for number in range(8, 16):
        answer(number, True)
    (again,) = studies_on_board(field.donor_account, [field.contract.pk])
    assert (again.change.n, again.change.pairs.difference) == (16, 0.75)
    cache.clear()


def test_trends_say_what_they_show_instead_of_an_unknown_kind(told, client):
    field, _line, visits = told
    release(*visits)
    client.force_login(field.donor_account)
    assert "does not know “planet”" in client.get(f"/monitoring/trends/?{ON}&by=planet").content.decode()
    assert "does not know" not in client.get(f"/monitoring/trends/?{ON}&by=topic").content.decode()
