"""A plan's life: its frame, registration, draw, reveal, and the draw repeated by anybody, outside of the platform."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from scipy.stats import hypergeom

from rafid.commons.records.change import Refused
from rafid.methods.sampling import lqas_plan
from rafid.programmes.monitoring.models import Aim, DrawnSite, FrameRow, MonitoringPlan, SealedSeed, Site, Visit
from rafid.programmes.monitoring.plans.frame import Part, build_frame, candidates, changes_since, last_plan
from rafid.programmes.monitoring.plans.registering import (
    add_visit,
    close,
    draw_sites,
    new_seed,
    not_seen,
    register,
    reveal,
)
from rafid.programmes.monitoring.plans.statement import called, facts_of, in_words

pytestmark = pytest.mark.django_db
SEED = "rafid-2026Q3"
BASE = "/api/v1/monitoring/plans"


@pytest.fixture
def tasks(field):
    """TASK-001 … TASK-040, as in the worked example of the draw."""
    rows = [field.make_site(number, external_id=f"TASK-{number:03}", origin="tasks") for number in range(1, 41)]
    for number, row in enumerate(rows, 1):
        Site.everything.filter(pk=row.pk).update(ref=f"TASK-{number:03}")
    return list(Site.objects.filter(origin="tasks").order_by("ref"))


def planned(field, *parts, aim="proportion", contracts=None):
    plan = MonitoringPlan.objects.create(owner=field.third, period="2026Q3", title="Third quarter", aim=aim)
    build_frame(plan, contracts or [field.contract], parts, by=field.manager)
    return plan


def made(plan):
    Visit.objects.filter(plan=plan).update(
        state="denied", not_seen_reason="security", not_seen_text="The road is shut", access="denied"
    )


def test_the_worked_draw(field, tasks):
    """The sites of a stratum are those of ``draw`` with the seed text "{seed}/{stratum}"."""
    from rafid.methods.sampling import draw

    plan = planned(field, Part("north", 5, tuple(tasks)))
    register(plan, by=field.manager, seed=SEED)
    visits = draw_sites(plan, by=field.manager, due=date(2026, 9, 30))
    codes = [
        one.site.ref for one in DrawnSite.objects.filter(plan=plan).order_by("place_in_draw").select_related("site")
    ]
    by_hash = sorted((hashlib.sha256(f"{SEED}/north|{one.ref}".encode()).hexdigest(), one.ref) for one in tasks)
    assert (
        codes == [ref for _hash, ref in by_hash[:5]] == list(draw([one.ref for one in tasks], 5, seed=f"{SEED}/north"))
    )
    assert [visit.site.ref for visit in visits] == codes
    assert {(visit.reason, visit.state, visit.plan_id) for visit in visits} == {("drawn", "planned", plan.pk)}
    plan.refresh_from_db()
    assert (plan.state, plan.seed, plan.seed_hash[:16]) == ("running", None, "d39eceb5bd3e3130")


def test_by_size_the_large_are_certain(field, tasks):
    sizes = (900, 100, 120, 300, 80, 60, 450, 200, 150, 40)
    for site, size in zip(tasks, sizes, strict=False):
        site.size = size
        site.save()
    plan = planned(field, Part("all", 4, tuple(tasks[:10]), "by_size"))
    register(plan, by=field.manager, seed=SEED)
    draw_sites(plan, by=field.manager)
    drawn = DrawnSite.objects.filter(plan=plan)
    assert "TASK-001" in set(drawn.filter(certain=True).values_list("site__ref", flat=True))
    assert drawn.count() == 4


def test_the_seed_is_sealed_with_many_bits_and_not_in_the_clear(field, tasks):
    plan = register(planned(field, Part("all", 2, tuple(tasks))), by=field.manager)
    sealed = SealedSeed.objects.get(plan=plan).sealed
    draw_sites(plan, by=field.manager)
    made(plan)
    seed = reveal(plan, by=field.manager).seed
    assert len(bytes.fromhex(seed)) * 8 >= 128
    assert seed not in sealed
    assert hashlib.sha256(seed.encode()).hexdigest() == plan.seed_hash
    assert new_seed() != new_seed()


def test_a_plan_is_revealed_after_the_last_visit_only(field, tasks):
    plan = planned(field, Part("all", 2, tuple(tasks)))
    with pytest.raises(Refused, match="after it was drawn"):
        reveal(plan, by=field.manager)
    register(plan, by=field.manager)
    with pytest.raises(Refused, match="registered already"):
        register(plan, by=field.manager)
    draw_sites(plan, by=field.manager)
    with pytest.raises(Refused, match="drawn once"):
        draw_sites(plan, by=field.manager)
    with pytest.raises(Refused, match="2 drawn visits"):
        reveal(plan, by=field.manager)
    made(plan)
    reveal(plan, by=field.manager)
    assert close(plan, by=field.manager).state == "closed"
    assert not_seen(plan) == {"denied": 2}


def test_a_frame_is_refused_with_site_field_and_remedy(field, tasks):
    with pytest.raises(Refused, match="is empty"):
        planned(field, Part("none", 1))
    with pytest.raises(Refused, match="9 sites are to be drawn of the 4"):
        planned(field, Part("few", 9, tuple(tasks[:4])))
    unknown = field.make_site(50, size=None)
    with pytest.raises(Refused, match=f"{unknown.ref} has no size"):
        planned(field, Part("all", 1, (unknown,), "by_size"))
    foreign = field.make_site(1, field.other)
    with pytest.raises(Refused, match="no contract of this plan"):
        planned(field, Part("all", 1, (foreign,)))
    with pytest.raises(Refused, match="in the frame once"):
        planned(field, Part("a", 1, tuple(tasks[:2])), Part("b", 1, tuple(tasks[1:3])))


def test_sites_of_a_contract_that_a_plan_leaves_out_did_not_leave(field, tasks):
    others = tuple(field.make_site(number, of=field.other) for number in (50, 51))
    first = field.make_plan(sites=[], contracts=())
    build_frame(first, [field.contract, field.other], [Part("all", 2, (*tasks[:5], *others))], by=field.manager)
    second = field.make_plan(sites=[], contracts=())
    build_frame(second, [field.contract], [Part("all", 2, tuple(tasks[1:5]))], by=field.manager)
    found = changes_since(second, first)
    assert (found.joined, found.left) == ((), (tasks[0].ref,))
    back = changes_since(first, second)
    assert (back.joined, back.left) == ((tasks[0].ref,), ())


def test_what_joined_left_and_changed_since_the_last_plan(field, tasks):
    first = register(planned(field, Part("all", 2, tuple(tasks[:5]))), by=field.manager)
    tasks[1].size = 7
    tasks[1].save()
    second = planned(field, Part("all", 2, tuple(tasks[1:6])))
    assert last_plan(second) == first
    found = changes_since(second, first)
    assert (found.joined, found.left) == (("TASK-006",), ("TASK-001",))
    assert [*found.changed] == ["TASK-002"]


def test_candidates_are_active_in_the_time(field):
    gone = field.make_site(60, active_to=date(2026, 6, 30))
    coming = field.make_site(61, active_from=date(2026, 10, 1))
    there = set(candidates([field.contract], date(2026, 7, 1), date(2026, 9, 30)))
    assert there == set(field.sites)
    assert {gone, coming}.isdisjoint(there)


def test_added_visits_are_marked_and_do_not_enter_the_sample(field, tasks):
    plan = register(planned(field, Part("all", 2, tuple(tasks))), by=field.manager)
    draw_sites(plan, by=field.manager)
    risk = add_visit(tasks[7], by=field.manager, reason="risk", text="Two accidents", plan=plan)
    assert (risk.drawn, risk.reason) == (None, "risk")
    assert sum(not_seen(plan).values()) == 2
    with pytest.raises(Refused, match="comes from the draw"):
        add_visit(tasks[8], by=field.manager, reason="drawn", plan=plan)
    with pytest.raises(Refused, match="Say which risk"):
        add_visit(tasks[8], by=field.manager, reason="complaint", plan=plan)


def test_the_statement_of_the_example():
    facts = facts_of("all", 60, 20, Aim.PROPORTION, {"tolerable": 0.1})
    said = in_words(facts)["en"]
    assert "if 6 of the 60 sites were bad, the chance that none of the 20 drawn is bad is 8 %" in said
    assert "a result of 18 good of 20 would mean between 74 and 97 % of the 60" in said
    assert "accepted" in in_words(facts_of("all", 60, 20, Aim.ACCEPTANCE, {"aql": 2.5}))["en"]
    assert "called good from" in in_words(facts_of("all", 60, 11, Aim.LQAS, {"tolerable": 0.2}))["en"]


def test_a_lot_is_called_good_by_the_rule_of_its_size():
    """At the least size the plan of LQAS itself; at a larger one the rule keeps β, and says both errors as they are."""
    settings = {"low": 0.6, "high": 0.9, "alpha": 0.1, "beta": 0.1}
    least = lqas_plan(low=0.6, high=0.9, lot=60)
    facts = facts_of("all", 60, least.size, Aim.LQAS, settings)
    assert (facts["decision"], least.size) == (least.decision, 11)
    assert (facts["alpha"], facts["beta"]) == (f"{100 * least.alpha:.0f}", f"{100 * least.beta:.0f}")
    for size in range(2, 60):
        rule = called(60, size, low=0.6, high=0.9, beta=0.1)
        chance = hypergeom(60, 36, size)  # of good sites drawn from a lot with 60 % of them
        assert rule.beta == pytest.approx(float(chance.sf(rule.decision - 1)), abs=1e-12)
        assert rule.alpha == pytest.approx(float(hypergeom(60, 54, size).cdf(rule.decision - 1)), abs=1e-12)
        assert rule.beta <= 0.1 + 1e-9 or rule.decision == size
        assert rule.decision == 1 or float(chance.sf(rule.decision - 2)) > 0.1, "one less would keep it, too"


# The API


def test_the_api_tells_a_plan_with_its_seed_when_it_is_revealed(field, tasks, client, tmp_path):
    plan = register(planned(field, Part("north", 3, tuple(tasks[:20])), Part("south", 2, tuple(tasks[20:]), "by_size")),
                    by=field.manager)  # fmt: skip
    draw_sites(plan, by=field.manager)
    client.force_login(field.manager)
    (listed,) = client.get(BASE).json()["items"]
    assert set(listed) == {"id", "ref", "period", "state", "size", "seed", "seed_hash", "frame_hash"}
    assert (listed["size"], listed["seed"], listed["state"]) == (5, None, "running")
    whole = client.get(f"{BASE}/{plan.ref}").json()
    assert set(whole) - set(listed) == {"registered_at", "statement", "frame", "strata", "visits"}
    assert (len(whole["frame"]), len(whole["visits"])) == (40, 5)
    assert set(whole["statement"]) == {"en", "ar", "ckb"}
    assert client.get(f"{BASE}/{plan.ref}/draw.json").status_code == 404
    made(plan)
    reveal(plan, by=field.manager)

    # Anybody repeats it with Python alone; a changed draw is told.
    client.force_login(field.partner_account)
    kept = tmp_path / "plan.json"
    kept.write_bytes(client.get(f"{BASE}/{plan.ref}/draw.json").content)
    program = tmp_path / "repeat_draw.py"
    program.write_bytes(client.get(f"{BASE}/{plan.ref}/repeat_draw.py").content)
    run = [sys.executable, "-I", "-S", str(program), str(kept)]
    again = subprocess.run(run, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    told = json.loads(kept.read_text())
    told["strata"][0]["drawn"] = told["strata"][0]["drawn"][::-1]
    kept.write_text(json.dumps(told))
    assert subprocess.run(run, capture_output=True, text=True, check=False).returncode == 1


def test_the_api_tells_its_sides_of_a_sealed_plan_no_more_than_its_hashes(field, tasks, client):
    plan = register(planned(field, Part("north", 3, tuple(tasks))), by=field.manager)
    for visit in draw_sites(plan, by=field.manager)[:1]:
        Visit.objects.filter(pk=visit.pk).update(type="unannounced", planned_on=date(2026, 9, 9))
    for who in (field.partner_account, field.donor_account):
        client.force_login(who)
        text = client.get(f"{BASE}/{plan.pk}").content.decode()
        found = json.loads(text)
        assert (found["seed"], found["frame"], found["strata"], found["visits"], found["statement"]) == (
            None,
            [],
            [],
            [],
            {},
        )
        assert len(found["seed_hash"]) == 64
        assert not any(one.ref in text for one in tasks)
        assert "2026-09-09" not in text
    client.force_login(field.rival_account)
    assert client.get(f"{BASE}/{plan.pk}").status_code == 404
    assert client.get(BASE).json()["items"] == []
    client.logout()
    assert client.get(BASE).status_code == 401


def test_a_released_visit_is_told_in_its_plan(field, tasks, client):
    plan = register(planned(field, Part("north", 2, tuple(tasks))), by=field.manager)
    visit = draw_sites(plan, by=field.manager)[0]
    Visit.objects.filter(pk=visit.pk).update(
        state="denied",
        not_seen_reason="road",
        not_seen_text="Bridge",
        released_to_partner_at=datetime(2026, 9, 9, tzinfo=UTC),
    )
    client.force_login(field.partner_account)
    assert [one["state"] for one in client.get(f"{BASE}/{plan.ref}").json()["visits"]] == ["denied"]
    assert FrameRow.objects.visible_to(field.partner_account).count() == 0
