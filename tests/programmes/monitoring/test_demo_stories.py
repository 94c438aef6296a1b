"""What the demonstration plants can be seen by the queries of the pages: ghosts in the floor, reports above reality, one who
improves, one who goes to one team again and again. A tenth of it is loaded here."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django.db.models import F

from rafid.commons.forms.models import Attachment, BackCheck, Finding
from rafid.commons.identity import random_ref, references_from
from rafid.commons.people.models import Account
from rafid.methods.fieldwork import hash_distances, photo_facts
from rafid.programmes.monitoring import demo_checklists, demo_pictures, demo_visits
from rafid.programmes.monitoring.contracts.figures import figures
from rafid.programmes.monitoring.contracts.inputs import OFFICE, read
from rafid.programmes.monitoring.demo_people import LOGINS
from rafid.programmes.monitoring.models import Contract, EarlyWarning, Evidence, NonConformity, RuleOverride, Visit
from rafid.programmes.monitoring.visits.partners import partners_seen, released
from rafid.programmes.monitoring.visits.queries import photos_of, visits_seen
from rafid.programmes.monitoring.warnings.judging import Facts, judge
from rafid.programmes.monitoring.warnings.rules import limits_of

LAST = date(2026, 8, 1)


@pytest.fixture
def lines(db):
    """(contract, code of the line) → its four numbers."""
    contracts = list(Contract.objects.filter(ref__startswith="C-DEMO-"))
    inputs = read(contracts, OFFICE)
    return {(one.ref, line["code"]): line for one in contracts for line in figures(inputs[one.pk], LAST)["lines"]}


def test_ghosts_show_in_floor_range_and_warning(lines):
    line = lines["C-DEMO-4", "1.EOR"]
    assert line["verified"] is None or line["floor"] < line["verified"] < 0.9 * line["reported"]
    assert 0 < line["floor_of"] <= line["reported"]
    assert line["floor"] < 0.75 * line["floor_of"]
    warned = EarlyWarning.objects.filter(contract__ref="C-DEMO-4", subject="line:1.EOR").exclude(state="over")
    assert "floor" in set(warned.values_list("rule", flat=True))
    ghosts = Visit.objects.filter(
        contract__ref="C-DEMO-4", assessments__verified__value=0, assessments__superseded_at=None
    ).values("site")
    assert 1 <= ghosts.distinct().count() <= 2


def test_reports_exceed_what_is_found_by_fifteen_percent(lines):
    ratios = [
        line["verified"] / line["at_sites"]
        for (ref, _code), line in lines.items()
        if ref == "C-DEMO-3" and line["verified"] and line["at_sites"]
    ]
    assert ratios
    assert all(1 / 1.19 < one < 1 / 1.11 for one in ratios)
    honest = [
        line["verified"] / line["at_sites"]
        for (ref, _code), line in lines.items()
        if ref not in ("C-DEMO-3", "C-DEMO-4") and line["verified"] and line["at_sites"]
    ]
    assert all(0.97 < one < 1.03 for one in honest)


def test_an_upper_end_below_the_reported_warns():
    line = {
        "code": "1.CLR", "floor": 217.0, "floor_of": 390.0, "high": 386.0, "at_sites": 390.0,
    }  # fmt: skip
    facts = Facts("C", date(2027, 3, 1), limits_of(), [(LAST, {"lines": [line], "earned": {"verified_capped": None}})])
    assert {one.rule for one in judge(facts, LAST)} == {"floor", "range"}


@pytest.mark.django_db
def test_one_monitor_is_allowed_again_and_again_and_one_with_a_declaration_once():
    allowed = Counter(
        RuleOverride.objects.filter(visit__plan__ref__startswith="P-DEMO-").values_list("rule", "monitor__code")
    )
    assert allowed["rotation", "M03"] >= 2
    assert set(allowed) == {("rotation", "M03"), ("declaration", "M09")}
    assert not RuleOverride.objects.filter(reason="").exists()
    team = Visit.objects.filter(contract__ref="C-DEMO-1", team="1A", plan__state__in=("revealed", "closed"))
    assert set(team.exclude(reason_text=demo_visits._AGAIN).values_list("lead__code", flat=True)) == {"M03"}
    manager = Account.objects.get(login="monitoring.manager")
    conflicts = visits_seen(manager).filter(conflict=True, plan__ref__startswith="P-DEMO-")
    assert [one.lead.code for one in conflicts] == ["M09"]


@pytest.mark.django_db
def test_each_partner_answers_for_itself_and_sees_itself_alone():
    for organisation, login in LOGINS.items():
        account = Account.objects.get(login=login)
        assert [one.ref for one in partners_seen(account)] == [organisation]
        assert released(account, account.organisation)
    answered = NonConformity.objects.filter(contract__ref__startswith="C-DEMO-", answered_by__isnull=False)
    assert answered.exists()
    assert not answered.exclude(answered_by__organisation=F("contract__partner")).exists()


@pytest.mark.django_db
def test_visits_bring_pictures_with_time_and_place_and_the_reused_one_is_found():
    visits = Visit.objects.filter(plan__ref__startswith="P-DEMO-", state="done").select_related("site")
    files = Attachment.objects.filter(submission__in=visits.values("submission"))
    assert files.count() == demo_checklists.PICTURES * visits.count() // demo_checklists.DONE
    assert not files.filter(sha256=None).exists()
    assert files.filter(taken_at=None).count() == 1
    assert not files.filter(perceptual_hash=None).exists()
    for visit in visits.order_by("ref")[:5]:
        photos = photos_of(visit)
        assert photos
        assert all(one.distance_m is None or one.distance_m < 150 for one in photos)
    found = Finding.objects.filter(
        submission__in=visits.values("submission"), kind__in=("same_photo", "photo_elsewhere")
    )
    assert [one.kind for one in found] == ["same_photo"]
    assert BackCheck.objects.filter(original__in=visits.values("submission"), repeated__isnull=False).count() == 1


@pytest.mark.django_db
def test_evidence_is_a_picture_of_its_own_but_one():
    rows = Evidence.objects.filter(nonconformity__contract__ref__startswith="C-DEMO-")
    hashes = Counter(rows.values_list("sha256", flat=True))
    assert sorted(hashes.values())[-2:] == [1, 2]
    odd = rows.exclude(similar=[]).get()
    assert hashes[odd.sha256] == 2
    assert odd.nonconformity.state == "answered"


def test_of_six_hundred_visits_31_are_refused_and_9_fall_out():
    schedule = demo_visits._Schedule([], 0, LAST, None, False, None, Counter())
    ground = SimpleNamespace(
        line=SimpleNamespace(code="2.NTS"), site=SimpleNamespace(partner=SimpleNamespace(ref="DEMO-IP-1"))
    )
    fates = Counter(schedule._fate(ground, number) for number in range(600))
    assert fates == {"done": 560, "denied": 31, "off": 9}


def test_pictures_say_what_they_are_and_do_not_look_alike():
    taken = demo_pictures.Taken(datetime(2026, 4, 3, 9, 30), 36.3412, 43.1234)
    scenes = sorted(set(demo_pictures.SCENES.values()))
    made = [demo_pictures.picture(seed, scenes[seed % 4], "2026-04-03", taken) for seed in range(160)]
    assert made[7] == demo_pictures.picture(7, scenes[3], "2026-04-03", taken)
    assert max(map(len, made)) < 14_000
    facts = [photo_facts(one) for one in made]
    assert facts[0].taken_at == taken.at
    assert facts[0].latitude == pytest.approx(36.3412, abs=1e-4)
    looks = [one.perceptual_hash for one in facts]
    between = hash_distances(looks, looks)
    assert min(between[at, other] for at in range(160) for other in range(at)) > 4
    again = photo_facts(demo_pictures.picture(7, scenes[3], "2026-04-03", None, 46))
    assert hash_distances([again.perceptual_hash], [looks[7]])[0, 0] <= 4
    assert again.taken_at is None


def test_references_of_a_seed_are_the_same_each_time_and_others_are_not():
    with references_from("a"):
        first = [random_ref("V") for _ in range(3)]
    with references_from("a"):
        assert [random_ref("V") for _ in range(3)] == first
    assert random_ref("V") not in first
