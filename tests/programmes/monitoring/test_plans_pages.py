"""Pages of plans: designed, registered, drawn, visited, revealed; each act asked for its right, and bad input told in a sentence."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from rafid.programmes.monitoring.models import DrawnSite, FrameRow, MonitoringPlan, SealedSeed, Site, Visit
from rafid.programmes.monitoring.plans.designing import gone, grouped, pool
from rafid.programmes.monitoring.plans.frame import Part, build_frame
from rafid.programmes.monitoring.plans.registering import draw_sites, register, reveal
from rafid.programmes.monitoring.plans.sizes import curve, spread

pytestmark = pytest.mark.django_db
PLANS = "/monitoring/plans/"


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def manager(client, field):
    client.force_login(field.manager)
    client.get("/?lang=en")
    return client


@pytest.fixture
def begun(manager, field):
    answer = manager.post(
        f"{PLANS}new/", {"period": "2026q1", "title": "First", "aim": "proportion", "contracts": [field.contract.pk]}
    )
    assert answer.status_code == 302, text(answer)
    return MonitoringPlan.objects.get(title="First")


def split(client, plan, total=3, by="whole", method="equal"):
    return client.post(f"{PLANS}{plan.ref}/split/", {"by": by, "total": total, "method": method}, follow=True)


def made(plan, state="denied"):
    Visit.objects.filter(plan=plan).update(
        state=state, not_seen_reason="security", not_seen_text="The road is shut", access="denied"
    )


def test_the_whole_chain_on_pages(manager, field, begun):
    plan = begun
    assert "Put the sites into strata" in text(manager.get(f"{PLANS}{plan.ref}/"))
    assert "The strata are made." in text(split(manager, plan))
    assert plan.frame.count() == len(field.sites)
    page = text(manager.get(f"{PLANS}{plan.ref}/size/"))
    assert "if 1 of the 8 sites were bad" in page
    kept = {"size": 4, "method": "equal", "tolerable": 25, "confidence": 90, "a_week": 12, "of": "All sites"}
    assert "The size is kept." in text(manager.post(f"{PLANS}{plan.ref}/size/", kept, follow=True))
    stratum = plan.strata.get()
    assert (stratum.size, stratum.tolerable, stratum.confidence) == (4, 0.25, 0.9)

    plan.refresh_from_db()
    confirm = text(manager.get(f"{PLANS}{plan.ref}/register/"))
    assert "The frame: 8 sites" in confirm
    assert "4 visits in 1 strata" in confirm
    done = manager.post(f"{PLANS}{plan.ref}/register/", {"version": plan.version}, follow=True)
    plan.refresh_from_db()
    assert plan.state == "registered"
    assert plan.seed_hash in done.content.decode()
    manager.post(f"{PLANS}{plan.ref}/draw/", {"version": plan.version, "due": "2026-03-20"})
    assert set(Visit.objects.filter(plan=plan).values_list("planned_on", flat=True)) == {date(2026, 3, 20)}
    assert "4 drawn visits are still to be made" in text(manager.get(f"{PLANS}{plan.ref}/"))

    plan.refresh_from_db()
    early = manager.post(f"{PLANS}{plan.ref}/reveal/", {"version": plan.version})
    assert early.status_code == 422
    assert "4 drawn visits are still to be made" in text(early)
    made(plan)
    manager.post(f"{PLANS}{plan.ref}/reveal/", {"version": plan.version})
    plan.refresh_from_db()
    shown = manager.get(f"{PLANS}{plan.ref}/").content.decode()
    assert plan.state == "revealed"
    assert plan.seed in shown
    assert "Repeat this draw" in shown
    file = manager.get(f"{PLANS}{plan.ref}/draw.json")
    assert hashlib.sha256(file.content).hexdigest() in shown
    assert json.loads(file.content)["seed"] == plan.seed
    assert hashlib.sha256(manager.get(f"{PLANS}{plan.ref}/repeat_draw.py").content).hexdigest() in shown
    manager.post(f"{PLANS}{plan.ref}/close/", {"version": plan.version})
    plan.refresh_from_db()
    assert plan.state == "closed"
    assert "Closed" in text(manager.get(PLANS))


def test_the_statement_comes_alone_for_the_slider(manager, begun):
    split(manager, begun)
    address = f"{PLANS}{begun.ref}/size/?of=All+sites&size=5&other=2&method=equal&tolerable=25&confidence=95&a_week=2"
    part = manager.get(address, headers={"HX-Request": "true"})
    said = text(part)
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    assert re.findall(r"data-size=.(\d)", part.content.decode()) == ["5", "2"], "two sizes stand side by side"
    assert "About 3 weeks of work." in said
    # C(6, 5) / C(8, 5) and C(6, 2) / C(8, 2)
    assert "the chance that none of the 5 drawn is bad is 11 %" in said
    assert "the chance that none of the 2 drawn is bad is 54 %" in said
    assert "<html" in manager.get(address).content.decode(), "without the script it is a page"


@pytest.mark.parametrize(
    ("aim", "there", "absent"),
    [
        ("proportion", {"tolerable", "confidence"}, {"aql", "level", "low", "high", "alpha", "beta"}),
        ("acceptance", {"aql", "level", "tolerable"}, {"confidence"}),
        ("lqas", {"tolerable", "low", "high", "alpha", "beta"}, {"aql", "level", "confidence"}),
        ("total", {"tolerable", "confidence"}, {"aql", "level"}),
    ],
)
def test_an_aim_asks_for_its_own_settings_only(manager, begun, aim, there, absent):
    MonitoringPlan.objects.filter(pk=begun.pk).update(aim=aim)
    split(manager, begun)
    page = manager.get(f"{PLANS}{begun.ref}/size/?of=All+sites").content.decode()
    names = set(re.findall(r'name="(\w+)"', page))
    assert there <= names
    assert not absent & names


def test_bad_numbers_are_told_with_field_and_remedy(manager, field, begun):
    assert "“soon” is no period" in text(
        manager.post(f"{PLANS}new/", {"period": "soon", "aim": "total", "contracts": [field.contract.pk]})
    )
    assert "Draw between 1 sites, one for each stratum, and 8" in text(split(manager, begun, total=9))
    assert not begun.strata.exists()
    Site.everything.filter(pk=field.sites[0].pk).update(size=None)
    refused = text(split(manager, begun, method="by_size"))
    assert f"The site {field.sites[0].ref} has no size; fill it in, or draw with equal chances." in refused
    split(manager, begun)
    wrong = {"size": 3, "method": "equal", "tolerable": 0, "confidence": 95, "a_week": 12}
    answer = manager.post(f"{PLANS}{begun.ref}/size/", wrong)
    assert answer.status_code == 422
    assert "Bad sites that must not be missed" in text(answer)
    by_size = {**wrong, "tolerable": 10, "method": "by_size"}
    answer = manager.post(f"{PLANS}{begun.ref}/size/", by_size)
    assert answer.status_code == 422
    assert f"The site {field.sites[0].ref} has no size" in text(answer)


LOT = {"method": "equal", "tolerable": 10, "low": 60, "high": 90, "alpha": 10, "beta": 10, "a_week": 12}


def test_shares_and_errors_of_a_lot_are_chosen_and_kept(manager, begun):
    MonitoringPlan.objects.filter(pk=begun.pk).update(aim="lqas")
    split(manager, begun)
    address = f"{PLANS}{begun.ref}/size/?of=All+sites&size=8"
    page = manager.get(f"{PLANS}{begun.ref}/size/?of=All+sites").content.decode()
    assert re.search(r'name="low" value="80"', page), "twice the share of bad sites that must not be missed"
    asked = {**LOT, "alpha": 5, "beta": 20, "size": 8}
    said = text(manager.get(address, {**asked, "of": "All sites"}))
    assert "one with 60 % good would be called good with a chance of 0 %" in said  # all eight sites are looked at
    wrong = text(manager.post(f"{PLANS}{begun.ref}/size/", {**asked, "low": 95}))
    assert "The share of a lot that must not pass lies below that of one that must." in wrong
    assert manager.post(f"{PLANS}{begun.ref}/size/", asked).status_code == 302
    kept = begun.strata.get()
    assert (kept.low, kept.high, kept.alpha, kept.beta) == (0.6, 0.9, 0.05, 0.2)
    with pytest.raises(IntegrityError), transaction.atomic():
        begun.strata.update(low=0.9, high=0.6)


def test_a_stratum_that_no_sample_can_judge_is_told_so(manager, begun):
    MonitoringPlan.objects.filter(pk=begun.pk).update(aim="lqas")
    split(manager, begun)
    begun.strata.update(tolerable=0.6)
    begun.refresh_from_db()
    answer = manager.post(f"{PLANS}{begun.ref}/register/", {"version": begun.version})
    assert answer.status_code == 422
    assert "No sample of the stratum “All sites” can tell good from bad" in text(answer)


def test_an_empty_stratum_is_refused(manager, begun):
    split(manager, begun)
    answer = manager.post(
        f"{PLANS}{begun.ref}/stratum/", {"name": "Clinics", "kind": "clinic", "size": 1, "method": "equal"}, follow=True
    )
    assert "The stratum “Clinics” is empty" in text(answer)
    assert begun.strata.count() == 1


def test_strata_are_taken_away_and_added_from_what_is_left_out(manager, field, begun):
    Site.everything.filter(pk__in=[one.pk for one in field.sites[:3]]).update(kind_of_site="session")
    split(manager, begun, by="kind")
    assert set(begun.strata.values_list("name", flat=True)) == {"Session", "Clearance task"}
    manager.post(f"{PLANS}{begun.ref}/remove/", {"stratum": "Session"})
    page = text(manager.get(f"{PLANS}{begun.ref}/"))
    assert "3 sites are in no stratum and are left out." in page
    values = {"name": "Talks", "kind": "session", "size": 2, "method": "by_size"}
    manager.post(f"{PLANS}{begun.ref}/stratum/", values)
    talks = begun.strata.get(name="Talks")
    assert (talks.size, talks.method, talks.frame.count()) == (2, "by_size", 3)
    again = text(manager.post(f"{PLANS}{begun.ref}/stratum/", {**values, "kind": ""}, follow=True))
    assert "There is a stratum “Talks” already" in again
    assert begun.strata.filter(name="Clearance task").exists()


def test_a_site_that_left_stops_the_registration_until_the_frame_is_taken_anew(manager, field, begun):
    split(manager, begun, total=8)
    Site.everything.filter(pk=field.sites[2].pk).update(active_to=date(2025, 12, 1))
    assert gone(begun) == [field.sites[2].ref]
    begun.refresh_from_db()
    refused = manager.post(f"{PLANS}{begun.ref}/register/", {"version": begun.version})
    assert refused.status_code == 422
    assert f"The site {field.sites[2].ref} left" in text(refused)
    manager.post(f"{PLANS}{begun.ref}/anew/")
    assert begun.frame.count() == begun.strata.get().size == 7
    begun.refresh_from_db()
    assert manager.post(f"{PLANS}{begun.ref}/register/", {"version": begun.version}).status_code == 302


def test_nothing_changes_after_registration(manager, begun):
    split(manager, begun)
    begun.refresh_from_db()
    stale = text(manager.post(f"{PLANS}{begun.ref}/register/", {"version": begun.version - 1}, follow=True))
    assert "Somebody changed the plan meanwhile" in stale
    manager.post(f"{PLANS}{begun.ref}/register/", {"version": begun.version})
    before = list(FrameRow.objects.filter(plan=begun).values_list("code", "size"))
    for step in ("split", "stratum", "remove", "anew", "size"):
        assert manager.post(f"{PLANS}{begun.ref}/{step}/", {"by": "whole", "total": 1}).status_code == 403
    assert list(FrameRow.objects.filter(plan=begun).values_list("code", "size")) == before
    begun.refresh_from_db()
    assert "not the plan's next one" in text(manager.get(f"{PLANS}{begun.ref}/register/", follow=True)).replace(
        "&#x27;", "'"
    )


def test_who_joined_left_and_changed_is_shown(manager, field, begun):
    split(manager, begun)
    begun.refresh_from_db()
    register(begun, by=field.manager)
    Site.everything.filter(pk=field.sites[0].pk).update(active_to=date(2026, 3, 1))
    Site.everything.filter(pk=field.sites[1].pk).update(size=77)
    new = field.make_site(30)
    manager.post(
        f"{PLANS}new/", {"period": "2026Q2", "title": "Second", "aim": "proportion", "contracts": [field.contract.pk]}
    )
    second = MonitoringPlan.objects.get(title="Second")
    page = text(manager.get(f"{PLANS}{second.ref}/"))
    assert "Since the last plan" in page
    assert f"Sites that left {field.sites[0].ref}" in page
    assert f"Sites that joined {new.ref}" in page
    assert f"{field.sites[1].ref} : 200 → 77" in page


def test_added_visits_stand_beside_the_sample(manager, field, begun):
    split(manager, begun)
    begun.refresh_from_db()
    register(begun, by=field.manager)
    draw_sites(begun, by=field.manager)
    address = f"{PLANS}{begun.ref}/visit/"
    values = {"site": field.sites[0].pk, "reason": "complaint", "text": "", "type": "unannounced"}
    refused = manager.post(address, values)
    assert refused.status_code == 422
    assert "Say which risk or which complaint" in text(refused)
    assert manager.post(address, {**values, "text": "Smoke was seen"}).status_code == 302
    added = Visit.objects.get(plan=begun, drawn=None)
    assert (added.reason, added.reason_text, added.type) == ("complaint", "Smoke was seen", "unannounced")
    assert "Beside the sample" in text(manager.get(f"{PLANS}{begun.ref}/"))
    foreign = field.make_site(2, field.other)
    assert manager.post(address, {**values, "text": "x", "site": foreign.pk}).status_code == 422


ACTS = ("split", "stratum", "remove", "anew", "size", "register", "draw", "reveal", "close", "visit")


@pytest.mark.parametrize("who", ["quality", "director", "monitor", "partner_account", "donor_account", "rival_account"])
def test_nobody_else_designs_registers_or_reveals(client, field, who):
    plan = field.make_plan()
    register(plan, by=field.manager)
    draw_sites(plan, by=field.manager)
    client.force_login(getattr(field, who))
    for act in ACTS:
        answer = client.post(f"{PLANS}{plan.ref}/{act}/", {"version": plan.version})
        assert answer.status_code in (403, 404), (who, act)
    assert client.get(f"{PLANS}new/").status_code == 404
    for way in ("file", "dataset"):
        assert client.get(f"/monitoring/sites/{way}/").status_code == 404
    plan.refresh_from_db()
    assert plan.state == "running"


def test_an_officer_adds_visits_and_registers_nothing(client, field):
    officer = field.world.person("m-officer", ("monitoring.officer", field.third, None))
    plan = field.make_plan()
    client.force_login(officer)
    assert client.post(f"{PLANS}{plan.ref}/register/", {"version": plan.version}).status_code == 403
    register(plan, by=field.manager)
    values = {"site": field.sites[0].pk, "reason": "extra", "text": "", "type": "announced"}
    assert client.post(f"{PLANS}{plan.ref}/visit/", values).status_code == 302
    assert Visit.objects.get(plan=plan).reason == "extra"


@pytest.mark.parametrize("who", ["partner_account", "donor_account"])
def test_a_side_learns_nothing_of_a_sealed_sample(client, field, who):
    """Not by any page of plans, its size, its files, its map; and not the statement, which names strata and numbers."""
    plan = field.make_plan(("Northern stratum", 3, "equal"))
    client.force_login(getattr(field, who))
    client.get("/?lang=en")
    assert client.get(f"{PLANS}{plan.ref}/").status_code == 404, "a draft is not there"
    assert plan.ref not in client.get(PLANS).content.decode()
    register(plan, by=field.manager)
    visits = draw_sites(plan, by=field.manager)
    Visit.objects.filter(pk=visits[0].pk).update(state="cancelled", not_seen_reason="road", not_seen_text="shut")
    from django.utils import timezone

    Visit.objects.filter(pk=visits[0].pk).update(released_to_partner_at=timezone.now())
    seed = SealedSeed.objects.get(plan=plan).sealed
    before = {}
    for address in (PLANS, f"{PLANS}{plan.ref}/", f"{PLANS}{plan.ref}/?page=2", f"{PLANS}{plan.ref}/frame.geojson"):
        answer = client.get(address)
        assert answer.status_code == 200
        body = answer.content.decode()
        before[address] = body
        assert "Northern" not in body
        assert seed not in body
        for site in field.sites:
            assert site.ref not in body
            assert site.name_en not in body
        for visit in visits:
            assert visit.ref not in body
    assert json.loads(before[f"{PLANS}{plan.ref}/frame.geojson"])["features"] == []
    assert plan.title in before[PLANS]
    assert "The sample is sealed" in before[f"{PLANS}{plan.ref}/"]
    for file in ("draw.json", "repeat_draw.py"):
        assert client.get(f"{PLANS}{plan.ref}/{file}").status_code == 404
    # More visits, other sizes: the same page, so that no count tells.
    Visit.objects.filter(plan=plan, drawn__isnull=False).exclude(pk=visits[0].pk).update(
        state="denied", not_seen_reason="road", not_seen_text="shut"
    )
    again = client.get(f"{PLANS}{plan.ref}/").content.decode()
    cleaned = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce-\w+', "", one)
        for one in (again, before[f"{PLANS}{plan.ref}/"])
    ]
    assert cleaned[0] == cleaned[1]

    plan.refresh_from_db()
    reveal(plan, by=field.manager)
    opened = client.get(f"{PLANS}{plan.ref}/").content.decode()
    drawn = set(DrawnSite.objects.filter(plan=plan).values_list("site__ref", flat=True))
    assert all(ref in opened for ref in drawn)
    assert "Northern stratum" in opened
    assert client.get(f"{PLANS}{plan.ref}/draw.json").status_code == 200


def test_a_rival_finds_no_plan(client, field):
    plan = field.make_plan()
    register(plan, by=field.manager)
    client.force_login(field.rival_account)
    assert client.get(f"{PLANS}{plan.ref}/").status_code == 404
    assert plan.ref not in client.get(PLANS).content.decode()


def test_strata_by_place_and_partner(field):
    plan = field.make_plan(contracts=(field.contract, field.other))
    field.make_site(3, field.other)
    sites = pool(plan)
    assert set(grouped(sites, "partner")) == {"Partner", "Rival"}
    assert set(grouped(sites, "governorate")) == {field.world.south.name}
    assert [len(rows) for rows in grouped(sites, "whole").values()] == [9]


def test_sizes_spread_and_the_curve_rises(field):
    plan = field.make_plan()
    build_frame(plan, [field.contract], [Part("a", 1, tuple(field.sites[:6])), Part("b", 1, tuple(field.sites[6:]))])
    from rafid.programmes.monitoring.plans.sizes import strata_of

    assert spread(strata_of(plan), 4) == [3, 1]
    assert spread(strata_of(plan), 99) == [6, 2]
    chances = [chance for _size, chance in curve(60, 0.1)]
    assert chances == sorted(chances)
    assert chances[-1] == 1.0
    assert dict(curve(60, 0.1))[20] == pytest.approx(1 - 0.0767, abs=1e-3)
