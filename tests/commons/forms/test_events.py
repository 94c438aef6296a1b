"""Submissions reach a programme as events, and approved ones feed its indicators."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from wells.heard import HEARD
from wells.programme import WELLS

from rafid.commons.forms.accept import accept
from rafid.commons.forms.answers import approved_rows, rows_of_version
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.declared import load_declared
from rafid.commons.forms.models import AppUser, Finding, Form, Submission
from rafid.commons.forms.sender import of_phone
from rafid.commons.forms.submissions.review import decide
from rafid.commons.indicators.compute import compute_indicators

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _silence():
    HEARD.clear()
    yield
    HEARD.clear()


@pytest.fixture
def checks(world):
    [form] = load_declared(WELLS, world.authority)
    Submission.everything.filter(handled_at=None).update(handled_at=timezone.now())
    phone = AppUser.objects.create(name="Tablet 1", token_sha256="y" * 64, owner=world.branch)
    phone.forms.add(form)
    phone.places.add(world.town)
    numbers = itertools.count(1)

    def send(well="W-1", working="yes", users="40", faults=(), at=datetime(2026, 5, 4, 8, tzinfo=UTC), again=0):
        number = again or next(numbers)
        names = "".join(f"<fault><what>{one}</what></fault>" for one in faults)
        edit = f"<deprecatedID>uuid:c{number}</deprecatedID>" if again else ""
        accepted = accept(
            f'<data id="well_check" version="1"><well>{well}</well><working>{working}</working><users>{users}</users>'
            f"<where>10.5 10 0 5</where>{names}<meta><instanceID>uuid:c{number}{'-2' if again else ''}</instanceID>{edit}</meta></data>".encode(),
            of_phone(phone),
            received_at=at,
        )
        return Submission.objects.get(pk=accepted.submission)

    reviewer = world.person("checker", ("wells.reviewer", None, None))
    return SimpleNamespace(form=form, send=send, world=world, reviewer=reviewer)


def approve(checks, *submissions):
    decide(checks.form, [one.pk for one in submissions], "approved", by=checks.reviewer, reason="seen")


def test_declared_forms_are_brought_in_once(world):
    [form] = load_declared(WELLS, world.authority)
    assert (form.xform_id, form.programme, form.state) == ("well_check", "wells", "open")
    assert (form.title_ar, form.title_en) == ("فحص بئر", "Check of a well")
    assert form.versions.get().published_at is not None
    assert load_declared(WELLS, world.authority) == []


def test_the_command_brings_them_in(world, capsys):
    call_command("load_forms", "WA", programme="wells")
    assert "well_check" in capsys.readouterr().out
    assert Form.objects.get(xform_id="well_check").owner == world.authority
    with pytest.raises(CommandError, match="no organisation NOBODY"):
        call_command("load_forms", "NOBODY")
    with pytest.raises(CommandError, match="no programme other"):
        call_command("load_forms", "WA", programme="other")


def test_rows_are_typed_by_table(checks):
    one = checks.send(faults=("pump", "pipe"))
    rows = rows_of_version(one.current_id)
    main = rows["submissions"][0]
    assert (main["well"], main["users"], main["where-Latitude"], main["KEY"]) == ("W-1", 40, 10.5, "uuid:c1")
    assert rows["fault"] == [
        {"what": "pump", "PARENT_KEY": "uuid:c1", "KEY": "uuid:c1/fault[1]"},
        {"what": "pipe", "PARENT_KEY": "uuid:c1", "KEY": "uuid:c1/fault[2]"},
    ]
    assert rows_of_version(checks.send().current_id)["fault"] == []


def test_the_programme_hears_after_arrival_and_never_in_the_receipt(checks):
    one = checks.send(faults=("pump",))
    assert HEARD == []
    handle_arrivals()
    [event] = HEARD
    assert (event["instance_id"], event["old"], event["new"]) == (one.instance_id, None, "received")
    assert event["rows"]["submissions"][0]["users"] == 40
    assert event["rows"]["fault"][0]["what"] == "pump"
    assert event["place"] == checks.world.town
    handle_arrivals()
    assert len(HEARD) == 1


def test_a_correction_is_heard_with_its_new_rows(checks):
    checks.send()
    handle_arrivals()
    checks.send(users="55", again=1)
    handle_arrivals()
    assert [(one["new"], one["rows"]["submissions"][0]["users"]) for one in HEARD] == [("received", 40), ("edited", 55)]


def test_a_decision_is_heard_in_its_own_transaction(checks):
    one = checks.send()
    approve(checks, one)
    assert [(event["old"], event["new"]) for event in HEARD] == [("received", "approved")]


def test_a_programme_that_breaks_undoes_the_decision(checks):
    one = checks.send(well="broken")
    with pytest.raises(ValueError, match="no such well"):
        approve(checks, one)
    one.refresh_from_db()
    assert one.state == "received"
    assert one.events.count() == 0


def test_a_programme_that_breaks_on_arrival_is_told_and_stops_nothing(checks):
    bad, good = checks.send(well="broken"), checks.send()
    assert handle_arrivals() == 2
    assert [event["instance_id"] for event in HEARD] == [good.instance_id]
    told = Finding.objects.get(kind="not_examined")
    assert (told.submission, told.path, told.evidence["error"]) == (bad, "on_state", "ValueError")
    bad.refresh_from_db()
    assert (bad.findings_open, bad.handled_at is not None) == (1, True)


def test_approved_rows_are_those_of_the_time(checks):
    may = checks.send(at=datetime(2026, 5, 31, 20, 30, tzinfo=UTC))
    june = checks.send(at=datetime(2026, 5, 31, 21, 30, tzinfo=UTC))
    checks.send()
    approve(checks, may, june)

    def of(*when):
        return [one.instance_id for one in approved_rows("well_check", *when)]

    # 21:30 UTC is June in Baghdad.
    assert of() == [may.instance_id, june.instance_id]
    assert of(date(2026, 5, 1), date(2026, 5, 31)) == [may.instance_id]
    assert of(date(2026, 6, 1)) == [june.instance_id]
    assert of(datetime(2026, 5, 31, 20, 30, tzinfo=UTC), datetime(2026, 5, 31, 21, 30, tzinfo=UTC)) == [may.instance_id]
    assert of(date(2027, 1, 1)) == []
    assert list(approved_rows("nothing")) == []


def test_approved_checks_feed_an_indicator(checks):
    approve(checks, checks.send(users="40"), checks.send(users="2"), checks.send(working="no", users="500"))
    checks.send(users="1000")
    approve(checks, checks.send(users="7", at=datetime(2025, 5, 4, tzinfo=UTC)))
    from rafid.commons.indicators.models import IndicatorValue
    from rafid.commons.indicators.sync import sync_indicators

    sync_indicators()
    compute_indicators("2026", checks.world.authority.pk, ["wells-people"])
    value = IndicatorValue.objects.get(indicator__code="wells-people", period="2026")
    assert (value.place, value.value) == (checks.world.town, 42)
