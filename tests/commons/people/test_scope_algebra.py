"""The one visibility rule against a plain reading of it in Python, for random trees, grants, agreements and records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rafid.commons.people.explain import Because, who, why
from rafid.commons.people.models import Account, Agreement, Grant, Organisation
from rafid.commons.people.visibility import may_on, roles, who_may
from rafid.commons.places.models import Place

pytestmark = pytest.mark.django_db

READS = {"public": 0, "partner": 1, "restricted": 2}
ROLES = ["wells.keeper", "wells.reader", "statistics.officer", "platform.administrator"]
NODES = 5
property_test = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

node = st.integers(0, NODES - 1)
maybe = st.none() | node
tree = st.tuples(*[st.none() if n == 0 else st.none() | st.integers(0, n - 1) for n in range(NODES)])
grant = st.fixed_dictionaries(
    {
        "role": st.sampled_from(ROLES),
        "organisation": maybe,
        "place": maybe,
        "over": st.sampled_from(["", "", "", "revoked", "ran out"]),
    }
)
agreement = st.fixed_dictionaries(
    {
        "giver": node,
        "receiver": node,
        "reads": st.integers(0, 2),
        "place": maybe,
        "starts": st.integers(-3, 1),
        "ends": st.none() | st.integers(-3, 3),
        "embargo": st.sampled_from([0, 0, 5]),
        "of_wells": st.sampled_from([True, True, False]),
        "ended": st.sampled_from([False, False, True]),
    }
)
record = st.fixed_dictionaries(
    {
        "owner": node,
        "place": maybe,
        "sensitivity": st.integers(0, 2),
        "state": st.sampled_from(["draft", "published", "withdrawn"]),
        "own": st.booleans(),
        "days_known": st.sampled_from([0, 10]),
    }
)
worlds = st.fixed_dictionaries(
    {
        "organisations": tree,
        "places": tree,
        "member_of": maybe,
        "grants": st.lists(grant, max_size=3),
        "agreements": st.lists(agreement, max_size=2),
        "records": st.lists(record, min_size=1, max_size=5),
    }
)


# Agreements alone, drawn so that most conditions hold and each fails now and then.
agreeing = st.fixed_dictionaries(
    {
        "organisations": st.just((None, 0, None, 2, 0)),
        "places": tree,
        "member_of": node,
        "grants": st.just([]),
        "agreements": st.lists(
            st.fixed_dictionaries(
                {
                    "giver": st.sampled_from([0, 0, 1, 4]),
                    "receiver": st.sampled_from([2, 2, 3]),
                    "reads": st.sampled_from([1, 2, 2]),
                    "place": st.none() | node,
                    "starts": st.sampled_from([-3, -1, 0, 1]),
                    "ends": st.sampled_from([None, None, 3, 0, -1]),
                    "embargo": st.sampled_from([0, 5]),
                    "of_wells": st.sampled_from([True, True, True, False]),
                    "ended": st.sampled_from([False, False, False, True]),
                }
            ),
            min_size=1,
            max_size=1,
        ),
        "records": st.lists(
            st.fixed_dictionaries(
                {
                    "owner": node,
                    "place": maybe,
                    "sensitivity": st.sampled_from([1, 2]),
                    "state": st.sampled_from(["published", "published", "published", "draft"]),
                    "own": st.just(False),
                    "days_known": st.sampled_from([0, 10]),
                }
            ),
            min_size=5,
            max_size=5,
        ),
    }
)


def above(parents: tuple, n: int | None) -> set[int]:
    """The node and everything above it."""
    found: set[int] = set()
    while n is not None:
        found.add(n)
        n = parents[n]
    return found


@dataclass
class World:
    """The drawn world in the database, and its reading by an oracle that knows no SQL."""

    drawn: dict[str, Any]
    places: list[Place] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    wells: list[Any] = field(default_factory=list)
    account: Account | None = None

    def build(self) -> World:
        from wells.models import Well

        drawn, today = self.drawn, timezone.localdate()
        for n, parent in enumerate(drawn["organisations"]):
            over = None if parent is None else self.organisations[parent]
            self.organisations.append(Organisation.objects.create(ref=f"O{n}", name_en=f"O{n}", parent=over))
        for n, parent in enumerate(drawn["places"]):
            over = None if parent is None else self.places[parent]
            self.places.append(Place.objects.create(ref=f"P{n}", level=2, name_en=f"P{n}", parent=over))
        organisation = self.pick(self.organisations, drawn["member_of"])
        self.account = Account.objects.create(login="somebody", organisation=organisation)
        for one in drawn["grants"]:
            self.grants.append(self.grant(one))
        for one in drawn["agreements"]:
            if one["giver"] == one["receiver"] or (one["ends"] is not None and one["ends"] < one["starts"]):
                continue
            Agreement.objects.create(
                giver=self.organisations[one["giver"]],
                receiver=self.organisations[one["receiver"]],
                records=["rafid_wells.well"] if one["of_wells"] else ["rafid_wells.other"],
                reads=one["reads"],
                place=self.pick(self.places, one["place"]),
                starts_on=today + timedelta(days=one["starts"]),
                ends_on=None if one["ends"] is None else today + timedelta(days=one["ends"]),
                embargo_days=one["embargo"],
                ended_at=timezone.now() if one["ended"] else None,
            )
        for n, one in enumerate(drawn["records"]):
            self.wells.append(
                Well.objects.create(
                    number=f"N{n}",
                    depth_m=1,
                    owner=self.organisations[one["owner"]],
                    place=self.pick(self.places, one["place"]),
                    sensitivity=one["sensitivity"],
                    state=one["state"],
                    made_by=self.account if one["own"] else None,
                    known_at=timezone.now() - timedelta(days=one["days_known"]),
                )
            )
        return self

    @staticmethod
    def pick(rows: list[Any], n: int | None) -> Any:
        return None if n is None else rows[n]

    def grant(self, one: dict[str, Any]) -> Grant:
        # The same role in the same scope is held once; what is over may stand beside it.
        now = timezone.now()
        taken = Grant.objects.filter(
            account=self.account,
            role=one["role"],
            organisation=self.pick(self.organisations, one["organisation"]),
            place=self.pick(self.places, one["place"]),
            revoked_at=None,
        ).first()
        if taken and one["over"] != "revoked":
            if not one["over"]:
                taken.until = None
                taken.save()
            return taken
        return Grant.objects.create(
            account=self.account,
            role=one["role"],
            organisation=self.pick(self.organisations, one["organisation"]),
            place=self.pick(self.places, one["place"]),
            revoked_at=now if one["over"] == "revoked" else None,
            until=now - timedelta(hours=1) if one["over"] == "ran out" else None,
        )

    # The oracle

    def reaches(self, one: dict[str, Any], record: dict[str, Any]) -> bool:
        programme = one["role"].partition(".")[0]
        if one["over"] or programme not in ("wells", "platform"):
            return False
        if one["organisation"] is not None and one["organisation"] not in above(
            self.drawn["organisations"], record["owner"]
        ):
            return False
        return one["place"] is None or one["place"] in above(self.drawn["places"], record["place"])

    def opens(self, one: dict[str, Any], record: dict[str, Any]) -> bool:
        if one["giver"] == one["receiver"] or not one["of_wells"] or one["ended"] or one["starts"] > 0:
            return False
        if one["ends"] is not None and (one["ends"] < one["starts"] or one["ends"] < 0):
            return False
        if one["receiver"] not in above(self.drawn["organisations"], self.drawn["member_of"]):
            return False
        if one["giver"] not in above(self.drawn["organisations"], record["owner"]):
            return False
        if one["place"] is not None and one["place"] not in above(self.drawn["places"], record["place"]):
            return False
        published = record["state"] == "published" and record["sensitivity"] <= one["reads"]
        return published and (one["embargo"] == 0 or record["days_known"] > one["embargo"])

    def public(self, record: dict[str, Any]) -> bool:
        return record["state"] == "published" and record["sensitivity"] == 0

    def sees(self, record: dict[str, Any]) -> bool:
        by_role = any(
            self.reaches(one, record) and record["sensitivity"] <= READS[roles()[one["role"]].reads]
            for one in self.drawn["grants"]
        )
        by_agreement = any(self.opens(one, record) for one in self.drawn["agreements"])
        return self.public(record) or record["own"] or by_role or by_agreement

    def does(self, action: str, record: dict[str, Any]) -> bool:
        return any(self.reaches(one, record) and action in roles()[one["role"]].may for one in self.drawn["grants"])

    # What the platform says

    def fresh(self) -> Account:
        return Account.objects.get(pk=self.account.pk)

    def shown(self, user: Any = None) -> set[str]:
        from wells.models import Well

        return set(Well.objects.visible_to(user or self.fresh()).values_list("number", flat=True))

    def expected(self) -> set[str]:
        return {f"N{n}" for n, one in enumerate(self.drawn["records"]) if self.sees(one)}


class Undo(Exception):
    pass


def tried(drawn: dict[str, Any], check: Any) -> None:
    """Each drawn world lives in a transaction of its own that is rolled back."""
    try:
        with transaction.atomic():
            check(World(drawn).build())
            raise Undo
    except Undo:
        pass


def unlike(drawn: dict[str, Any]) -> dict[str, Any]:
    """Two grants of one role in one scope are one grant: the current one counts."""
    kept: dict[Any, dict[str, Any]] = {}
    revoked = []
    for one in drawn["grants"]:
        key = (one["role"], one["organisation"], one["place"])
        if one["over"] == "revoked":
            revoked.append(one)
        elif key not in kept or not one["over"]:
            kept[key] = one
    return {**drawn, "grants": [*kept.values(), *revoked]}


@given(worlds)
@property_test
def test_visible_to_is_what_the_rule_says(drawn):
    def check(world: World) -> None:
        assert world.shown() == world.expected()

    tried(unlike(drawn), check)


@given(agreeing)
@property_test
def test_agreements_open_what_they_say_to_whom_they_say_while_they_run(drawn):
    def check(world: World) -> None:
        assert world.shown() == world.expected()
        for well, one in zip(world.wells, drawn["records"], strict=True):
            assert bool(why(world.fresh(), well)) == world.sees(one)

    tried(drawn, check)


@given(worlds)
@property_test
def test_may_on_is_what_the_scopes_say(drawn):
    def check(world: World) -> None:
        user = world.fresh()
        for well, one in zip(world.wells, world.drawn["records"], strict=True):
            for action in ("change", "import", "publish", "people"):
                may = world.does(action, one)
                assert may_on(user, action, well) == may, action
                listed = who_may(action, "wells", well.owner_id, well.place_id)
                assert listed.filter(pk=user.pk).exists() == may, action

    tried(unlike(drawn), check)


@given(worlds, maybe, maybe, st.sampled_from(ROLES))
@property_test
def test_a_narrower_grant_shows_no_more_and_none_less_than_nobody_sees(drawn, organisation, place, role):
    wide = {"role": role, "organisation": organisation, "place": place, "over": ""}

    def check(world: World) -> None:
        anonymous = world.shown(AnonymousUser())
        without = world.shown()
        held = world.grant(wide)
        widest = world.shown()
        assert anonymous <= without <= widest
        for part in world.organisations:
            if held.organisation_id is None or held.organisation_id in part.lineage:
                for area in world.places:
                    if held.place_id is None or held.place_id in area.lineage:
                        narrow = (
                            Grant.objects.create(account=world.account, role=role, organisation=part, place=area)
                            if (
                                part.pk,
                                area.pk,
                            )
                            != (held.organisation_id, held.place_id)
                            else held
                        )
                        Grant.objects.filter(pk=held.pk).update(revoked_at=timezone.now())
                        Grant.objects.filter(pk=narrow.pk).update(revoked_at=None)
                        assert world.shown() <= widest
                        if narrow.pk != held.pk:
                            narrow.delete()
                        Grant.objects.filter(pk=held.pk).update(revoked_at=None)
        Grant.objects.filter(pk=held.pk).update(revoked_at=timezone.now())
        assert world.shown() == without
        Account.objects.filter(pk=world.account.pk).update(is_active=False)
        assert world.shown() == anonymous

    tried({**unlike(drawn), "grants": []}, check)


@given(worlds)
@property_test
def test_an_explanation_is_given_exactly_for_what_is_seen_and_agrees_with_the_list_of_everybody(drawn):
    def check(world: World) -> None:
        user = world.fresh()
        for well, one in zip(world.wells, world.drawn["records"], strict=True):
            reasons = why(user, well)
            assert any("see" in reason.actions for reason in reasons) == world.sees(one)
            assert all(reason.text for reason in reasons)
            for action in ("change", "import", "publish"):
                assert any(action in reason.actions for reason in reasons) == world.does(action, one)
            mine = [reason for account, reason in who(well) if account == user]
            everybody = [reason for account, reason in who(well) if account is None]
            assert bool(everybody) == world.public(one)
            assert sorted(map(_key, mine + everybody)) == sorted(map(_key, reasons))

    tried(unlike(drawn), check)


def _key(reason: Because) -> tuple[str, str]:
    thing = reason.grant or reason.agreement
    return reason.kind, str(thing.pk) if thing else ""


def test_a_record_without_a_place_needs_a_grant_without_one(world):
    well = world.well(place=None)
    for person, sees in ((world.keeper, True), (world.local, False)):
        user = Account.objects.get(pk=person.pk)
        assert (well in type(well).objects.visible_to(user)) is sees
        assert may_on(user, "change", well) is sees


def test_the_scope_of_a_place_moves_with_its_parent(world):
    well = world.well(owner=world.branch, place=world.town)
    rows = type(well).objects
    assert rows.visible_to(Account.objects.get(pk=world.local.pk)).exists()
    world.town.parent = world.north
    world.town.save()
    assert not rows.visible_to(Account.objects.get(pk=world.local.pk)).exists()


def test_an_agreement_counts_from_its_first_to_its_last_day(world, monkeypatch):
    well = world.well(sensitivity=1, state="published", owner=world.other)
    guest = world.person("guest")
    guest.organisation = world.branch
    guest.save()
    Agreement.objects.create(
        giver=world.other,
        receiver=world.authority,
        records=["rafid_wells.well"],
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 3, 31),
    )
    from rafid.commons.people import visibility

    for day, sees in ((28, False), (1, True), (31, True), (32, False)):
        month = 2 if day == 28 else 3
        on = date(2026, 4, 1) if day == 32 else date(2026, month, day)
        clock = SimpleNamespace(localdate=lambda on=on: on, now=timezone.now)
        monkeypatch.setattr(visibility, "timezone", clock)
        guest = Account.objects.get(login="guest")
        assert type(well).objects.visible_to(guest).exists() is sees, on


@pytest.mark.parametrize(
    ("agreement", "record", "sees"),
    [
        ({}, {}, True),
        ({"ended": True}, {}, False),
        ({"starts": 1}, {}, False),
        ({"starts": 0}, {}, True),
        ({"ends": -1}, {}, False),
        ({"ends": 0}, {}, True),
        ({"of_wells": False}, {}, False),
        ({"reads": 0}, {}, False),
        ({"embargo": 5}, {}, True),
        ({"embargo": 5}, {"days_known": 0}, False),
        ({"embargo": 0}, {"days_known": 0}, True),
        ({"place": 0}, {}, True),
        ({"place": 1}, {}, True),
        ({"place": 2}, {}, False),
        ({"place": 0}, {"place": None}, False),
        ({}, {"place": None}, True),
        ({"giver": 1}, {}, True),
        ({"giver": 2}, {}, False),
        ({"receiver": 3}, {}, True),
        ({"receiver": 4}, {}, False),
        ({}, {"state": "draft"}, False),
        ({}, {"sensitivity": 2}, False),
    ],
)
def test_each_condition_of_an_agreement_counts_by_itself(db, agreement, record, sees):
    usual = {"giver": 0, "receiver": 2, "reads": 1, "place": None, "starts": -3, "ends": None}
    drawn = {
        "organisations": (None, 0, None, 2, None),
        "places": (None, 0, None, None, None),
        "member_of": 3,
        "grants": [],
        "agreements": [{**usual, "embargo": 0, "of_wells": True, "ended": False, **agreement}],
        "records": [
            {"owner": 1, "place": 1, "sensitivity": 1, "state": "published", "own": False, "days_known": 10, **record}
        ],
    }
    world = World(drawn).build()
    assert (world.shown() == {"N0"}) is sees
    assert world.shown() == world.expected()
    assert bool(why(world.fresh(), world.wells[0])) is sees
