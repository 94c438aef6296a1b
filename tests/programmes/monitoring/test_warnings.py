"""Warnings open, last, are muted with a reason and an end, and are over; who is told what, and what a donor may not learn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from rafid.commons.people.models import Message
from rafid.commons.records.change import Refused, Stale
from rafid.programmes.monitoring.models import EarlyWarning, NonConformity
from rafid.programmes.monitoring.outcomes.studies import release_study
from rafid.programmes.monitoring.warnings.keeping import judge_all, judge_contracts
from rafid.programmes.monitoring.warnings.steps import confirm, set_thresholds, step

from .contracts_world import drawn_plan, found, promise, release, report, report_at, reveal
from .outcomes_world import ground, person, study

pytestmark = pytest.mark.django_db

MAY = date(2026, 5, 10)


@pytest.fixture
def grave(field):
    """A critical finding that was told to nobody yet."""
    return field.make_nonconformity(
        field.make_visit(), severity="critical", due_on=timezone.localdate() + timedelta(days=1)
    )


def standing(field, **which):
    """Of the third party of the test: judging all judges the demonstration's contracts too."""
    return EarlyWarning.objects.filter(owner=field.third, **which).exclude(state="over")


def news(field, judged):
    return [one for one in judged.news if one.owner_id == field.third.pk]


def test_a_warning_opens_once_lasts_and_is_over_when_the_rule_holds_again(field, grave):
    (opened,) = news(field, judge_all(MAY))
    row = standing(field).get()
    assert opened == row
    assert (row.rule, row.subject, row.since, row.contract) == (
        "critical",
        f"nonconformity:{grave.ref}",
        MAY,
        field.contract,
    )
    assert row.evidence["links"] == [{"kind": "nonconformity", "ref": grave.ref}]
    assert set(row.about) == {"ar", "ckb", "en"}
    version = row.version
    assert news(field, judge_all(MAY + timedelta(days=1))) == []
    again = judge_contracts([field.contract], MAY + timedelta(days=1))
    assert (again.opened, again.kept, again.over) == (0, 1, 0)
    row.refresh_from_db()
    assert (row.version, row.since) == (version, MAY), "what is the same leaves no history"
    NonConformity.objects.filter(pk=grave.pk).update(
        state="withdrawn", step_reason="An error", withdrawn_by=field.manager
    )
    assert judge_all(MAY + timedelta(days=2)).over >= 1
    row.refresh_from_db()
    assert (row.state, row.until) == ("over", MAY + timedelta(days=2))


def test_managers_are_told_at_once_and_a_donor_only_of_what_is_released(field, grave):
    judge_all(MAY)
    assert Message.objects.filter(account=field.manager).count() == 1
    assert not Message.objects.filter(account__in=[field.donor_account, field.partner_account, field.monitor]).exists()
    assert not EarlyWarning.objects.visible_to(field.donor_account).exists()
    NonConformity.objects.filter(pk=grave.pk).update(released_at=timezone.now())
    judge_all(MAY)
    row = EarlyWarning.objects.visible_to(field.donor_account).get()
    assert row.released_at is not None
    (told,) = Message.objects.filter(account=field.donor_account)
    assert grave.ref in told.text["en"]
    assert Message.objects.filter(account=field.manager).count() == 1, "nobody is told twice"
    assert not EarlyWarning.objects.visible_to(field.partner_account).exists()


def test_many_at_once_are_told_in_one_message(field):
    due = timezone.localdate() + timedelta(days=1)
    for site in field.sites[:4]:
        field.make_nonconformity(field.make_visit(site), severity="critical", due_on=due)
    assert len(news(field, judge_all())) == 4
    told = Message.objects.get(account=field.manager)
    assert (told.text["en"], told.link) == ("There are 4 new early warnings.", "/monitoring/warnings/?state=new")


def test_a_warning_that_a_donor_reads_carries_no_number_that_only_the_office_knows(field, client):
    late = timezone.localdate() - timedelta(days=3)
    rows = [field.make_nonconformity(field.make_visit(one), due_on=late, opened_on=late) for one in field.sites[:4]]
    NonConformity.objects.filter(pk=rows[0].pk).update(released_at=timezone.now())
    judge_all()
    row = standing(field, rule="overdue").get()
    assert row.about["en"].startswith("1 of 1 open findings"), row.about
    assert row.evidence["links"] == [{"kind": "nonconformity", "ref": rows[0].ref}]
    client.force_login(field.donor_account)
    for address in (
        "/monitoring/warnings/?lang=en",
        f"/monitoring/warnings/{row.ref}/?lang=en",
        "/api/v1/monitoring/warnings",
    ):
        text = client.get(address).content.decode()
        assert rows[0].ref in text
        assert not any(one.ref in text for one in rows[1:])


def slow_world(field, *, shown=True):
    """Half of what is reported is there: the plan until April is 100 a month."""
    line = field.contract.lines.get(code="1.1")
    promise(line, m1=25_000, m2=50_000, m3=75_000, m4=100_000)
    report(line, 3, 75_000)
    sites = field.sites[:4]
    for site in sites:
        report_at(line, site, 3, 18_750)
    plan, visits = drawn_plan(field, sites)
    for visit in visits:
        found(field, visit, line, 9_000)
    if shown:
        reveal(plan)
        release(*visits)
    return line


def test_progress_that_lags_two_months_warns_with_the_thresholds_of_the_contract(field):
    slow_world(field)
    judge_all(MAY)
    rules = {row.rule: row for row in standing(field, contract=field.contract)}
    assert {"slow", "range"} <= rules.keys()
    assert rules["range"].subject == "line:1.1"
    (first, second) = rules["slow"].evidence["numbers"]
    assert (first["name"], second["name"], first["limit"]) == ("spi 2026-04", "spi 2026-03", 0.85)
    assert first["value"] < 0.85
    set_thresholds(field.contract, {"spi": 0.01}, reason="Agreed with the donor")
    field.contract.refresh_from_db()
    judge_contracts([field.contract], MAY)
    assert not standing(field, rule="slow").exists()
    set_thresholds(field.contract, {"spi": None}, reason="Back to the usual")
    field.contract.refresh_from_db()
    assert field.contract.thresholds == {}


def test_a_sealed_plan_warns_the_office_and_tells_the_donor_nothing(field):
    slow_world(field, shown=False)
    judge_all(MAY)
    assert standing(field, rule="range").exists()
    assert not EarlyWarning.objects.visible_to(field.donor_account).exists()
    assert not Message.objects.filter(account=field.donor_account).exists()


def test_land_and_outcomes_warn_by_study(field):
    land = study(field, kind="land_use", design="census")
    for number in range(8):
        ground(land, f"G{number}", actual="unused" if number < 3 else "farming")
    asked = study(field)
    for number in range(12):
        person(asked, f"P{number}", {"k_find": number % 2}, {"k_find": number % 2})
    judge_all(MAY)
    assert {(row.rule, row.subject) for row in standing(field)} == {
        ("unused", f"study:{land.ref}"),
        ("outcome", f"study:{asked.ref}"),
    }
    assert not EarlyWarning.objects.visible_to(field.donor_account).exists()
    release_study(land, by=field.manager)
    judge_all(MAY)
    assert [row.rule for row in EarlyWarning.objects.visible_to(field.donor_account)] == ["unused"]


def test_an_item_that_fails_again_belongs_to_the_partner(field):
    from rafid.programmes.monitoring.models import Answer

    line = field.contract.lines.get(code="1.1")
    _plan, visits = drawn_plan(field, field.sites[:3])
    for visit in visits:
        Answer.objects.create(
            assessment=found(field, visit, line, 1), item=field.items[1], severity="major", result="no"
        )
    judge_all(MAY)
    row = standing(field, rule="repeat").get()
    assert (row.contract, row.subject) == (None, f"partner:{field.partner.ref} item:marking")
    assert {one["ref"] for one in row.evidence["links"]} == {visit.ref for visit in visits}


def test_muting_wants_a_reason_and_an_end_and_lasts_until_then(field, grave):
    judge_all()
    row, today = standing(field, rule="critical").get(), timezone.localdate()
    with pytest.raises(Refused, match="Say why"):
        step(row, "mute", by=field.manager, until=today + timedelta(days=5))
    with pytest.raises(Refused, match="still to come"):
        step(row, "mute", by=field.manager, reason="Known and in hand", until=today)
    with pytest.raises(Refused, match="180 days at most"):
        step(row, "mute", by=field.manager, reason="Known and in hand", until=today + timedelta(days=181))
    step(row, "mute", by=field.manager, reason="Known and in hand", until=today + timedelta(days=5))
    judge_all(today)
    assert judge_contracts([field.contract], today + timedelta(days=1)).again == 0
    assert standing(field, rule="critical").get().state == "muted"
    said = Message.objects.filter(account=field.manager, link__contains=row.ref)
    before = said.count()
    assert judge_contracts([field.contract], today + timedelta(days=5)).again == 1
    assert standing(field, rule="critical").get().state == "new"
    assert said.count() == before + 1


def test_steps_go_one_way_and_the_slower_of_two_is_told(field, grave):
    judge_all()
    row = standing(field).get()
    step(row, "seen", by=field.manager, version=row.version)
    with pytest.raises(Stale):
        step(row, "acting", by=field.manager, version=row.version)
    row.refresh_from_db()
    step(row, "acting", by=field.manager)
    with pytest.raises(Refused, match="not possible"):
        step(row, "seen", by=field.manager)
    row.refresh_from_db()
    assert (row.state, row.handled_by) == ("acting", field.manager)


def test_how_early_a_warning_came_is_counted_from_its_first_day(field, grave, client):
    judge_all(timezone.localdate() - timedelta(days=9))
    row = standing(field).get()
    with pytest.raises(Refused, match="The warning came on"):
        confirm(row, row.since - timedelta(days=1), by=field.manager)
    with pytest.raises(Refused, match="has not come yet"):
        confirm(row, timezone.localdate() + timedelta(days=1), by=field.manager)
    confirm(row, timezone.localdate(), by=field.manager, reason="Seen again by the second visit")
    client.force_login(field.manager)
    (item,) = client.get("/api/v1/monitoring/warnings").json()["items"]
    assert (item["days_early"], item["state"]) == (9, "new")
    assert "second visit" in client.get(f"/monitoring/warnings/{row.ref}/").content.decode()
    assert "came 9 days before it was confirmed" in client.get("/monitoring/warnings/?lang=en").content.decode()


def test_who_handles_warnings_and_who_does_not(field, grave, client):
    judge_all()
    row = standing(field).get()
    address = f"/monitoring/warnings/{row.ref}/"
    for account, sees, handles in (
        (field.manager, 200, 302), (field.quality, 200, 403), (field.director, 200, 403), (field.monitor, 404, 404),
        (field.partner_account, 404, 404), (field.donor_account, 404, 404),
    ):  # fmt: skip
        client.force_login(account)
        assert client.get(address).status_code == sees, account
        assert client.post(f"{address}seen/").status_code == handles, account
    client.force_login(field.manager)
    assert client.post(f"{address}nothing/").status_code == 404
    answer = client.post(f"{address}mute/", {"reason": "Agreed with the donor", "until": "2099-99-99"}, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert standing(field).get().state != "muted"


def test_whoever_reads_a_warning_reads_why_it_is_muted(field, grave, client):
    """A donor learns that a warning is muted, and why; of its life before it was released he learns nothing."""
    judge_all()
    step(standing(field).get(), "seen", by=field.manager)
    NonConformity.objects.filter(pk=grave.pk).update(released_at=timezone.now())
    judge_all()
    step(
        standing(field).get(), "mute", by=field.manager, reason="Work was stopped on that day",
        until=timezone.localdate() + timedelta(days=5),
    )  # fmt: skip
    row = standing(field).get()
    for account in (field.manager, field.donor_account):
        client.force_login(account)
        for address in (
            "/monitoring/warnings/", f"/monitoring/warnings/{row.ref}/", "/monitoring/warnings.csv",
            "/api/v1/monitoring/warnings",
        ):  # fmt: skip
            assert "Work was stopped on that day" in client.get(address).content.decode(), (account, address)
    seen = row.events.filter(EarlyWarning.visibility(field.donor_account))
    assert [one.state for one in row.events.order_by("pgh_id")] == ["new", "seen", "seen", "muted"]
    assert [one.state for one in seen.order_by("pgh_id")] == ["seen", "muted"]


def test_thresholds_are_changed_with_a_reason_by_those_who_may(field, client):
    address = f"/monitoring/warnings/rules/{field.contract.ref}/"
    client.force_login(field.quality)
    assert client.get(address).status_code == 403
    client.force_login(field.manager)
    assert client.post(address, {"spi": "0.8"}).status_code == 422, "a change says why"
    assert client.post(address, {"denied": "15", "reason": "Agreed"}).status_code == 422
    assert client.post(address, {"spi": "0.8", "finish_days": "90", "reason": "Agreed"}).status_code == 302
    field.contract.refresh_from_db()
    assert field.contract.thresholds == {"spi": 0.8, "finish_days": 90}


def test_an_ended_contract_warns_no_longer(field, grave):
    judge_all()
    row = standing(field).get()
    field.contract.state = "ended"
    field.contract.save()
    assert judge_all().over >= 1
    row.refresh_from_db()
    assert (row.state, row.until) == ("over", timezone.localdate())
    assert not standing(field).exists()


def test_the_list_is_grouped_by_contract_the_newest_first(field):
    from rafid.programmes.monitoring.warnings.queries import by_contract, warnings_seen

    def warning(contract, day, state="new"):
        return EarlyWarning.objects.create(
            owner=field.third, contract=contract, rule="critical", subject=f"{day}", since=date(2026, 3, day), state=state,
            about={"ar": "x", "ckb": "x", "en": "x"},
        )  # fmt: skip

    old, newer = warning(field.contract, 2), warning(field.contract, 9, "seen")
    rest, other = warning(None, 20), warning(field.other, 28, "seen")
    mine = warnings_seen(field.manager).filter(pk__in=[one.pk for one in (old, newer, rest, other)])
    assert by_contract(mine) == [newer, old, other, rest]


def test_months_and_whole_numbers_are_written_as_readers_write_them(field):
    from rafid.programmes.monitoring.warnings.judging import Broken
    from rafid.programmes.monitoring.warnings.keeping import _write
    from rafid.programmes.monitoring.warnings.queries import numbers_of

    row = EarlyWarning(owner=field.third, contract=field.contract, rule="finish", subject="contract")
    late = Broken(
        "finish", "contract", {"month": "2027-07", "value": 91}, (("days late", 91, 60),), (("contract", "C"),)
    )
    _write(row, late, date(2026, 3, 2))
    assert "July 2027" in row.about["en"]
    assert "تموز 2027" in row.about["ar"]
    row.evidence["numbers"].append({"name": "spi 2026-04", "value": 0.77, "limit": 0.85})
    days, index = numbers_of(row)
    assert (days["places"], index["places"], index["label"]) == (0, 2, "SPI, April 2026")
