"""A partner, a donor and a clerk are told the same, as often and by as much work, whether a sealed sample holds their sites or not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rafid.commons.people.models import Message
from rafid.commons.people.visibility import forget_scopes
from rafid.methods.sampling import draw, stratum_seed
from rafid.programmes.monitoring.models import Rule, SecurityClearance, Visit
from rafid.programmes.monitoring.plans.frame import Part, build_frame
from rafid.programmes.monitoring.plans.registering import draw_sites, register
from rafid.programmes.monitoring.visits.not_made import not_made
from rafid.programmes.monitoring.warnings.keeping import judge_contracts
from rafid.programmes.monitoring.weeks.clearing import ask, decide
from rafid.programmes.monitoring.weeks.feeds import make_feed
from rafid.programmes.monitoring.weeks.schedule import Wish, confirm, plan_visit

pytestmark = pytest.mark.django_db
DRAWN = 3
PAGES = (
    "/", "/notifications/", "/monitoring/", "/monitoring/board.csv", "/monitoring/trends/", "/monitoring/contracts/",
    "/monitoring/contracts/{contract}/", "/monitoring/plans/", "/monitoring/plans/{plan}/", "/monitoring/partner/",
    "/monitoring/findings/", "/monitoring/warnings/", "/monitoring/reports/", "/records/monitoring/visit/",
    "/records/monitoring/visit.csv", "/records/monitoring/site/", "/records/monitoring/plan/{plan}/", "/search/?q={site}",
    "/search/?q=visit", "/api/v1/monitoring/plans", "/api/v1/monitoring/plans/{plan}", "/api/v1/monitoring/visits",
    "/api/v1/monitoring/progress", "/api/v1/monitoring/contracts", "/api/v1/monitoring/nonconformities",
    "/api/v1/monitoring/warnings", "/monitoring/plans/{plan}/draw.json", "/monitoring/weeks/", "/monitoring/weeks/not-seen/",
)  # fmt: skip
CHANGING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|"csrf[^"]*": ?"[^"]*"|hx-headers=\S+|\b[0-9a-f]{64}\b|[0-9a-f]{16}…|nonce="[^"]*"'
)
"""What differs from answer to answer by itself: tokens, and the hashes of seed and frame, which look random in both."""


def seeds(codes: dict[str, bool]) -> tuple[str, str]:
    """One that draws sites of the partner only, and one that draws none of them."""
    found: dict[bool, str] = {}
    for number in range(100_000):
        seed = f"seed-{number}"
        owners = {codes[one] for one in draw(list(codes), DRAWN, seed=stratum_seed(seed, "all"))}
        if len(owners) == 1:
            found.setdefault(owners.pop(), seed)
        if len(found) == 2:
            return found[True], found[False]
    raise AssertionError("no such seed")


def life(field, plan, seed: str, on: date) -> None:
    """Drawn, planned into a week, cleared, confirmed, and one of its visits not made; warnings are judged as every night."""
    register(plan, by=field.manager, seed=seed, at=datetime(2026, 3, 1, tzinfo=UTC))
    visits = draw_sites(plan, by=field.manager, due=on)
    for number, visit in enumerate(visits):
        lead, second = field.monitors[number % 3], field.monitors[(number + 1) % 3]
        wish = Wish(on + timedelta(days=number), time(9), lead, second, "unannounced")
        plan_visit(visit, wish, by=field.manager, allow=list(Rule), why="Only this once")
    for visit in Visit.objects.filter(plan=plan).order_by("planned_on")[:2]:
        confirm(visit, by=field.manager)
    last = Visit.objects.filter(plan=plan).latest("planned_on")
    not_made(last, "impossible", reason="weather", text="Flood", by=field.manager)
    asked = ask(
        owner=field.third, by=field.manager, place=field.world.town, begins=timezone.now(),
        ends=timezone.now() + timedelta(days=60),
    )  # fmt: skip
    decide(asked, "refused", by=field.manager)
    judge_contracts([field.contract, field.other], on)


def read(field, who, plan) -> dict[str, tuple[int, str, int]]:
    """By address: status, text, and how many questions the database was asked."""
    client = Client()
    client.force_login(who)
    found = {}
    of = {"contract": field.contract.ref, "plan": plan.ref, "site": field.sites[0].ref}
    for page in PAGES:
        address = page.format(**of)
        client.get(address)  # the first reading fills what is kept
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[address] = (answer.status_code, CHANGING.sub("", body.decode("utf-8", "replace")), len(asked))
    forget_scopes(who)
    found["calendar"] = (0, Client().get(f"/monitoring/calendar/{make_feed(who)}.ics").content.decode(), 0)
    said = [(one.text, one.link) for one in Message.objects.filter(account=who).order_by("pk")]
    found["messages"] = (len(said), str(said), 0)
    return found


def test_a_sealed_sample_is_told_to_nobody_by_number_or_work(field, monkeypatch):
    rivals = [field.make_site(number, of=field.other) for number in range(1, 9)]
    plan = field.make_plan(sites=[], contracts=())
    sites = (*field.sites, *rivals)
    build_frame(plan, [field.contract, field.other], [Part("all", DRAWN, sites)], by=field.manager)
    plan.refresh_from_db()
    with_his, without = seeds({site.ref: site.contract_id == field.contract.pk for site in sites})
    on = timezone.localdate() + timedelta(days=7)
    worlds = []
    for seed in (with_his, without):
        cache.clear()
        before = transaction.savepoint()
        life(field, plan, seed, on)
        drawn = {one.contract_id for one in Visit.objects.filter(plan=plan)}
        assert drawn == {(field.contract if seed == with_his else field.other).pk}
        worlds.append(
            {who: read(field, who, plan) for who in (field.partner_account, field.donor_account, field.manager)}
        )
        transaction.savepoint_rollback(before)
    office = [one.pop(field.manager) for one in worlds]
    assert office[0]["calendar"] != office[1]["calendar"], "the two worlds differ for those who may know"
    for who in worlds[0]:
        for address, told in worlds[0][who].items():
            assert told == worlds[1][who][address], (who.login, address)
        assert worlds[0][who]["messages"][0] == 0
        assert "VEVENT" not in worlds[0][who]["calendar"][1]
    assert any(status == 200 for status, _text, _asked in worlds[0][field.partner_account].values())
    assert not SecurityClearance.objects.filter(owner=field.third).exists()
