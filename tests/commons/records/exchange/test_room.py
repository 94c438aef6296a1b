"""The log, files and cases of one node in its database, beside another node that knows the methods alone."""

from __future__ import annotations

import json
import uuid

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils.translation import override

from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place
from rafid.commons.records.change import delete, save, undelete
from rafid.commons.records.exchange import cases, nodes
from rafid.commons.records.exchange.carrying import put_down, receipt, split, take, take_receipt, write
from rafid.commons.records.exchange.entries import write_now
from rafid.commons.records.exchange.errors import Refused
from rafid.commons.records.exchange.log import change_of, have
from rafid.commons.records.exchange.settling import settle
from rafid.commons.records.exchange.shown import side_names, table_of
from rafid.commons.records.exchange.status import status
from rafid.commons.records.models import Case, ExchangeChange, ExchangeState, Node
from rafid.methods.exchange import file_hash, merge, new_keys, seal, unseal, unwrap

pytestmark = pytest.mark.django_db


def owner():
    return Organisation.objects.order_by("ref").first()


def well(number="W1", **fields):
    from wells.models import Well

    fields = {"depth_m": 100.0, "yield_m3h": 5.0, "sensitivity": 1, **fields}
    row = Well(number=number, owner=owner(), place=Place.objects.get(ref="IQG17"), **fields)
    save(row, version=None, new=True)
    write_now()
    return row


def change(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    save(row, version=None)
    write_now()
    return row


def entries(row=None):
    rows = ExchangeChange.objects.order_by("number").filter(node="ALPHA")
    return [change_of(one) for one in (rows.filter(record=str(row.pk)) if row else rows)]


def everything():
    return [change_of(one) for one in ExchangeChange.objects.all()]


def same_as_methods(rules):
    """What the database shows is what the methods make of the whole log."""
    settle()
    picture = merge(everything(), rules=rules)
    assert status()["digest"] == picture.digest
    assert set(Case.objects.filter(ended_at=None).values_list("pk", flat=True)) == {one.id for one in picture.conflicts}
    shown = {row.record: json.loads(row.fields_shown) for row in ExchangeState.objects.filter(live=True)}
    assert shown == dict(picture.records)
    return picture


def partner(name):
    return Node.objects.get(name=name)


# The log


def test_without_a_node_nothing_is_written():
    well()
    assert not ExchangeChange.objects.exists()


def test_each_change_has_its_entry_in_its_transaction(alpha):
    row = well(point=Point(46.25, 31.05, srid=4326))
    change(row, depth_m=120.0)
    first, second = entries(row)
    assert (first.id, first.kind, first.action, first.record) == ("ALPHA:1", "wells.well", "set", str(row.pk))
    assert first.fields["depth_m"] == 100
    assert first.fields["place"] == "IQG17"
    assert first.fields["owner"] == owner().ref
    assert first.fields["point"] == "POINT(46.25 31.05)"
    assert "drilled_on" not in first.fields  # what is empty from the beginning is not said
    assert (second.fields, second.after) == ({"depth_m": 120}, ("ALPHA:1",))
    change(row, depth_m=120.0)
    assert len(entries(row)) == 2


def test_no_way_of_changing_goes_around_the_log(alpha):
    row = well()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wells SET depth_m = 7".replace("wells", type(row)._meta.db_table))
    type(row).everything.filter(pk=row.pk).update(yield_m3h=None)
    write_now()
    assert [one.fields for one in entries(row)[1:]] == [{"depth_m": 7}, {"yield_m3h": None}]
    type(row).everything.filter(pk=row.pk).delete()
    write_now()
    assert entries(row)[-1].action == "retire"


def broken_off():
    with transaction.atomic():
        well("W2")
        raise RuntimeError


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(alpha):
    well()
    with pytest.raises(RuntimeError):
        broken_off()
    well("W3")
    assert [one.id for one in entries()] == ["ALPHA:1", "ALPHA:2"]


def test_deleting_and_bringing_back(alpha):
    row = well()
    delete(row, why="double", version=None)
    write_now()
    undelete(row)
    write_now()
    assert [one.action for one in entries(row)] == ["set", "retire", "restore"]


def test_the_log_only_grows(alpha):
    well()
    for statement in (
        "UPDATE rafid_records_exchangechange SET fields = '{}'",
        "DELETE FROM rafid_records_exchangechange",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_restricted_rows_never_go(alpha):
    row = well(sensitivity=2)
    change(row, depth_m=1.0)
    assert entries() == []
    change(row, sensitivity=1)
    (first,) = entries()
    assert first.fields["depth_m"] == 1  # all of it, since nothing of it had gone


@pytest.mark.parametrize("field", ["made_by", "deleted_why", "known_at", "secret_note"])
def test_a_declaration_that_would_let_out_what_must_not_go_is_refused(field, monkeypatch):
    from django.core.exceptions import ImproperlyConfigured
    from wells.models import Well

    from rafid.commons.programme import Exchange, programme
    from rafid.commons.records.exchange.declared import kind_of

    monkeypatch.setattr(Well, "restricted_fields", ("name_en",), raising=False)
    wells = programme("wells")
    for name in (field, "name_en"):
        with pytest.raises(ImproperlyConfigured, match=name):
            kind_of(wells, Exchange("wells.well", fields=("number", name)))


def test_a_new_node_writes_what_it_holds_already():
    row = well()
    well("W2", sensitivity=2)
    nodes.init("ALPHA")
    (only,) = [entry for entry in entries() if entry.kind == "wells.well"]
    assert (only.record, only.fields["number"]) == (str(row.pk), "W1")


def test_an_installation_is_one_node_for_good(alpha):
    with pytest.raises(Refused, match="ALPHA already"):
        nodes.init("BETA")
    Node.objects.filter(own=True).delete()
    for name in ("", "A B", "ا", "A:1", "x" * 41):
        with pytest.raises(Refused, match="no name of a node"):
            nodes.init(name)


# Files


def test_a_file_for_a_node_is_read_by_it_alone(alpha, beta):
    well()
    data = write(receiver=Node.objects.get(name="BETA"))
    assert b"W1" not in data
    sealed = unwrap(data, receiver="BETA", private_key=beta.box_private)
    bundle = unseal(sealed, public_keys={"ALPHA": bytes.fromhex(alpha.public_key)})
    assert [one.id for one in bundle.changes] == ["ALPHA:1"]
    assert bundle.have == {"ALPHA": 1, "BETA": 0}


def test_what_comes_stands_in_the_tables(alpha, beta, rules):
    from wells.models import Well

    record = str(uuid.uuid4())
    beta.does(
        record, number="B1", ref="WELL-BETA", owner=owner().ref, place="IQG11", sensitivity=1, state="approved",
        depth_m=80.5, working=True, drilled_on="2020-02-29", point="POINT (44.0 36.2)", name_ar="بئر",
    )  # fmt: skip
    taken = take(beta.file())
    assert (taken.node, taken.taken, taken.waiting, taken.conflicts) == ("BETA", 1, 0, 0)
    row = Well.objects.get(pk=record)
    assert (row.ref, row.number, row.depth_m, row.place.ref, row.state) == (
        "WELL-BETA",
        "B1",
        80.5,
        "IQG11",
        "approved",
    )
    assert (row.source, str(row.drilled_on), row.point.coords) == ("node", "2020-02-29", (44.0, 36.2))
    assert entries() == []  # what came is not said again
    change(row, depth_m=90.0)
    (own,) = entries()
    assert (own.fields, own.after) == ({"depth_m": 90}, ("BETA:1",))
    beta.does(record, "retire", after=["BETA:1"])
    take(beta.file(1))
    assert Case.objects.get(ended_at=None).cause == "retired"
    assert Well.objects.filter(pk=record).exists()
    same_as_methods(rules)


def test_the_same_file_twice_changes_nothing(alpha, beta):
    beta.does(str(uuid.uuid4()), number="B1", owner=owner().ref, sensitivity=1, depth_m=8)
    first, again = take(beta.file()), take(beta.file())
    assert (first.taken, again.taken, again.known) == (1, 0, 1)


def test_what_is_newer_than_what_it_builds_on_waits(alpha, beta, rules):
    from wells.models import Well

    record = str(uuid.uuid4())
    beta.does(record, number="B1", owner=owner().ref, sensitivity=1, depth_m=8)
    beta.does(record, depth_m=9)
    taken = take(beta.file(1))
    assert (taken.taken, taken.waiting, Well.objects.filter(pk=record).count()) == (1, 1, 0)
    assert have()["BETA"] == 0  # the gap is asked for
    assert take(beta.file()).waiting == 0
    assert (Well.objects.get(pk=record).depth_m, have()["BETA"]) == (9, 2)
    same_as_methods(rules)


def test_a_decision_that_waits_for_another_record_wakes(alpha, beta, rules):
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    beta.does(one, number="B1", depth_m=1)
    beta.does(other, number="B2", depth_m=1)
    beta.does(one, "same", after=["BETA:1", "BETA:2"], **{"with": other})
    keys = {"node": "BETA", "private_key": beta.private}
    changes = list(beta.log.changes.values())
    take(seal([changes[0], changes[2]], **keys))
    assert ExchangeState.objects.get(record=one).waiting == ["BETA:3"]
    take(seal([changes[1]], **keys))
    assert ExchangeState.objects.get(record=one).waiting == []
    assert ExchangeState.objects.get(record=other).same_as == one
    same_as_methods(rules)


def test_unknown_kinds_and_fields_are_kept_and_passed_on(alpha, beta):
    from wells.models import Well

    record, other = str(uuid.uuid4()), "R-7"
    beta.does(record, number="B1", owner=owner().ref, sensitivity=1, depth_m=8, smell="sulphur")
    beta.does(other, kind="bridges.bridge", span=12)
    take(beta.file())
    assert Well.objects.get(pk=record).number == "B1"
    parts = split(write({}))
    passed = unseal(parts[1], public_keys={"BETA": beta.public})
    assert passed.changes == tuple(beta.log.changes.values())
    assert write({"BETA": 2}) == parts[0]


def test_what_a_table_refuses_is_kept_and_said(alpha, beta):
    record = str(uuid.uuid4())
    beta.does(record, number="B1", owner="NO-SUCH-ORG", sensitivity=1, depth_m=8)
    assert take(beta.file()).taken == 1
    assert "NO-SUCH-ORG" in ExchangeState.objects.get(record=record).refused
    beta.does(record, owner=owner().ref)
    take(beta.file(1))
    assert ExchangeState.objects.get(record=record).refused == ""


# Bad files


def bad_files(beta):
    good = beta.file()
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 1
    stranger = seal([], node="GAMMA", private_key=new_keys()[0])
    forged = seal(beta.log.changes.values(), node="BETA", private_key=new_keys()[0])
    return {
        "cut": good[:-40], "halved": good[: len(good) // 2], "altered": bytes(flipped), "empty": b"", "stranger": stranger,
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(500), "forged": forged, "text": b"hello\n",
    }  # fmt: skip


@pytest.mark.parametrize("what", ["cut", "halved", "altered", "empty", "stranger", "picture", "forged", "text"])
def test_a_bad_file_is_refused_and_nothing_is_half_done(alpha, beta, what):
    beta.does(str(uuid.uuid4()), number="B1", owner=owner().ref, sensitivity=1, depth_m=8)
    with pytest.raises(Refused, match=r".{20}"):
        take(bad_files(beta)[what])
    assert not ExchangeChange.objects.exists()
    assert not Case.objects.exists()


def test_a_file_for_another_node_is_refused(alpha, beta):
    from rafid.methods.exchange import new_box_keys, wrap

    other = wrap(beta.file(), sender="BETA", receiver="GAMMA", receiver_key=new_box_keys()[1])
    with pytest.raises(Refused, match="GAMMA"):
        take(other)
    lying = wrap(beta.file(), sender="DELTA", receiver="ALPHA", receiver_key=bytes.fromhex(alpha.box_key))
    with pytest.raises(Refused, match="DELTA"):
        take(lying)


def test_one_number_with_two_contents_is_refused_by_name(alpha, beta, rules):
    record = str(uuid.uuid4())
    beta.does(record, number="B1", owner=owner().ref, sensitivity=1, depth_m=8)
    take(beta.file())
    again = type(beta)("BETA", rules)
    again.private = beta.private
    again.does(record, number="B1", depth_m=9)
    again.does(record, depth_m=10)
    with pytest.raises(Refused, match="BETA:1"):
        take(again.file())
    assert ExchangeChange.objects.count() == 1


def test_after_revocation_later_files_are_refused_and_earlier_ones_stand(alpha, beta):
    from wells.models import Well

    record = str(uuid.uuid4())
    beta.does(record, number="B1", owner=owner().ref, sensitivity=1, depth_m=8)
    take(beta.file())
    nodes.revoke("BETA")
    beta.does(record, depth_m=9)
    for since in (0, 1):
        with pytest.raises(Refused, match="revoked"):
            take(beta.file(since))
    assert Well.objects.get(pk=record).depth_m == 8
    with pytest.raises(Refused, match="revoked"):
        write(receiver=Node.objects.get(name="BETA"))


def test_another_key_under_a_known_name_is_refused(alpha, beta, rules):
    with pytest.raises(Refused, match="another key"):
        nodes.trust(type(beta)("BETA", rules).key)
    with pytest.raises(Refused, match="this node itself"):
        nodes.trust(nodes.key_file(alpha))
    for data in (b"", b"{}", b"[1]", b"\xff", beta.key.replace(b"rafid-node/1", b"x")):
        with pytest.raises(Refused, match="no key"):
            nodes.trust(data)


def test_a_new_node_is_filled_from_the_log_of_one_that_knew_a_lost_one(alpha, beta, rules):
    well()
    record = str(uuid.uuid4())
    beta.does(record, number="B1", owner=owner().ref, sensitivity=1, depth_m=8)
    take(beta.file())
    lost = nodes.revoke("BETA")
    assert json.loads(nodes.key_file(lost))["last_valid"] == 1
    gamma = type(beta)("GAMMA", rules)
    nodes.trust(gamma.key)
    data = unwrap(write(receiver=Node.objects.get(name="GAMMA")), receiver="GAMMA", private_key=gamma.box_private)
    keys = {"ALPHA": bytes.fromhex(alpha.public_key), "BETA": beta.public}
    changes = [one for part in split(data) for one in unseal(part, public_keys=keys).changes]
    assert merge(changes, rules=rules).digest == status()["digest"]


def test_a_node_put_back_from_an_old_copy_gets_home_what_it_had_sent(alpha, beta, rules):
    record = str(uuid.uuid4())
    first = beta.does(record, number="B1", depth_m=10)
    early = beta.file()
    take(early)
    assert len(split(unwrap(write(receiver=partner("BETA")), receiver="BETA", private_key=beta.box_private))) == 1
    beta.does(record, depth_m=20)
    beta.does(record, depth_m=30)
    take(beta.file(since=1))
    old = type(beta)("BETA", rules)
    old.private, old.number = beta.private, 1
    old.log.take([first])
    take(old.file())
    parts = split(unwrap(write(receiver=partner("BETA")), receiver="BETA", private_key=beta.box_private))
    own = [unseal(part, public_keys={"BETA": beta.public}) for part in parts[1:]]
    assert [change.id for bundle in own for change in bundle.changes] == ["BETA:2", "BETA:3"]


def test_receipts_say_what_need_not_be_sent_again(alpha, beta):
    from rafid.methods.exchange import Receipt, sign_receipt

    well()
    sent = write(receiver=Node.objects.get(name="BETA"))
    said = sign_receipt(Receipt("BETA", "ALPHA", file_hash(sent), {"ALPHA": 1, "BETA": 0}), private_key=beta.private)
    take_receipt(said)
    take_receipt(said)
    data = unwrap(write(receiver=Node.objects.get(name="BETA")), receiver="BETA", private_key=beta.box_private)
    assert unseal(data, public_keys={"ALPHA": bytes.fromhex(alpha.public_key)}).changes == ()
    with pytest.raises(Refused, match="receipt"):
        take_receipt(said[:-2])
    beta.does(str(uuid.uuid4()), number="B1", owner=owner().ref, sensitivity=1, depth_m=8)
    ours = receipt(take(beta.file()))
    assert b'"have":{"ALPHA":1,"BETA":1}' in ours


def test_a_stick_pulled_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "for-beta.rafid"
    put_down(target, b"old")

    def pulled(_handle):
        raise OSError("no such device")

    monkeypatch.setattr("os.fsync", pulled)
    with pytest.raises(OSError, match="no such device"):
        put_down(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


# Cases


def both_sides(beta, mine, theirs):
    """A well that both have, changed by both apart."""
    row = well()
    beta.log.take(entries())
    for one in theirs:
        beta.does(str(row.pk), **one)
    for one in mine:
        change(row, **one)
    take(beta.file())
    row.refresh_from_db()
    return row


def test_edits_that_do_not_touch_merge(alpha, beta, rules):
    row = both_sides(beta, [{"name_en": "Old well"}], [{"drilled_on": "2001-01-01"}])
    assert (row.name_en, str(row.drilled_on)) == ("Old well", "2001-01-01")
    assert same_as_methods(rules).conflicts == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "cause", "shown"),
    [
        ({"name_en": "A"}, {"name_en": "B"}, "value", {"name_en": ""}),
        ({"depth_m": 150.0}, {"depth_m": 130.0}, "value", {"depth_m": 150}),
        ({"depth_m": 150.0}, {"yield_m3h": 7.0}, "together", {"depth_m": 150, "yield_m3h": 5}),
    ],
)
def test_a_case_shows_the_cautious_value_and_is_decided_once(alpha, beta, rules, mine, theirs, cause, shown):
    row = both_sides(beta, [mine], [theirs])
    case = Case.objects.get(ended_at=None)
    assert case.cause == cause
    assert {name: getattr(row, name) for name in shown} == shown
    same_as_methods(rules)
    theirs_side = next(side for side in case.sides if side.startswith("BETA:"))
    cases.decide(case.pk, theirs_side, why="seen on site")
    case.refresh_from_db()
    row.refresh_from_db()
    assert not case.open
    assert case.comments[0]["text"] == "seen on site"
    assert {name: getattr(row, name) for name in theirs} == theirs
    assert same_as_methods(rules).conflicts == ()
    take(beta.file())
    assert not Case.objects.filter(ended_at=None).exists()
    with pytest.raises(Refused, match="meanwhile"):
        cases.decide(case.pk, theirs_side)


def test_an_ordinary_edit_beside_an_open_case_does_not_decide_it(alpha, beta, rules):
    row = both_sides(beta, [{"depth_m": 150.0}], [{"yield_m3h": 7.0}])
    case = Case.objects.get(ended_at=None)
    change(row, name_en="Named")
    same_as_methods(rules)
    assert Case.objects.get(ended_at=None).pk == case.pk
    row.refresh_from_db()
    assert row.name_en == "Named"


def test_both_nodes_deciding_one_case_differently_at_once_is_one_new_case(alpha, beta, rules):
    both_sides(beta, [{"name_en": "A"}], [{"name_en": "B"}])
    case = Case.objects.get(ended_at=None)
    mine = next(side for side in case.sides if side.startswith("ALPHA:"))
    beta.log.take(everything())
    cases.decide(case.pk, mine)
    beta.does(case.records[0], name_en="B")
    take(beta.file())
    again = Case.objects.get(ended_at=None)
    assert again.pk != case.pk
    assert sorted(view["name_en"] for view in again.sides.values()) == ["A", "B"]
    beta.log.take(everything())
    assert beta.log.picture().digest == status()["digest"]
    same_as_methods(rules)


def test_a_broken_rule(alpha, beta, rules):
    row = both_sides(beta, [{"yield_m3h": 0.0, "working": False}], [{"working": True, "depth_m": 1.0}])
    assert Case.objects.get(ended_at=None).cause in ("value", "together")
    assert row.working is False


@pytest.mark.parametrize("retire", [True, False])
def test_retired_against_edited(alpha, beta, rules, retire):
    row = well()
    beta.log.take(entries())
    beta.does(str(row.pk), name_en="Seen")
    delete(row, why="dry", version=None)
    write_now()
    take(beta.file())
    case = Case.objects.get(ended_at=None)
    assert case.cause == "retired"
    row = type(row).everything.get(pk=row.pk)
    assert (row.deleted_at, row.name_en) == (None, "Seen")  # it stays on the map
    side = next(side for side in case.sides if side.startswith("ALPHA:" if retire else "BETA:"))
    cases.decide(case.pk, side)
    row.refresh_from_db()
    assert (row.deleted_at is not None) is retire
    assert same_as_methods(rules).conflicts == ()


def test_the_same_ground_under_two_numbers(alpha, beta, rules):
    row = well(point=Point(44.0, 36.0, srid=4326))
    other = str(uuid.uuid4())
    beta.does(other, number="B1", owner=owner().ref, sensitivity=1, depth_m=8, point="POINT (44.0002 36.0)")
    assert take(beta.file()).conflicts == 1
    case = Case.objects.get(ended_at=None)
    assert (case.cause, case.records) == ("ground", sorted([str(row.pk), other]))
    assert 0.5 < case.amount < 1
    same_as_methods(rules)
    cases.decide(case.pk, "same", keep=str(row.pk))
    assert ExchangeState.objects.get(record=other).same_as == str(row.pk)
    assert same_as_methods(rules).same_as == {other: str(row.pk)}
    change(row, name_en="x")
    settle()
    assert not Case.objects.filter(ended_at=None).exists()
    delete(row, why="gone", version=None)
    same_as_methods(rules)
    assert ExchangeState.objects.get(record=other).same_as == ""


def test_closing_in_a_shared_area_waits_for_consent(alpha, beta, rules):
    row = well(working=True)
    change(row, place=Place.objects.get(ref="IQG13"))
    change(row, working=False)
    settle()
    row.refresh_from_db()
    assert row.working is True  # left out until BETA has consented
    case = Case.objects.get(ended_at=None)
    assert case.cause == "agreement"
    assert cases.asking(case) == "ALPHA:3"
    with override("en"):
        said = table_of(case)
        names = sorted(side_names(case).values())
    assert [one["name"] for one in said["columns"]] == ["ALPHA", "ALPHA"], "no number of a change: nobody knows those"
    assert [(one["stands"], one["asking"]) for one in said["columns"]] == [(True, False), (False, True)]
    assert names == ["ALPHA · as it stands", "ALPHA · asks for consent"]
    assert [name for name, _text in said["rows"][0]["sides"]] == names
    same_as_methods(rules)
    beta.log.take(everything())
    beta.does(str(row.pk), "agree", change="ALPHA:3")
    take(beta.file())
    row.refresh_from_db()
    assert row.working is False
    assert not Case.objects.filter(ended_at=None).exists()
    assert same_as_methods(rules).conflicts == ()


def test_this_node_consents_or_declines(alpha, beta, rules):
    record = str(uuid.uuid4())
    beta.does(record, number="B1", owner=owner().ref, sensitivity=1, depth_m=8, place="IQG13", working=True)
    beta.does(record, working=False)
    take(beta.file())
    case = Case.objects.get(ended_at=None)
    with pytest.raises(Refused):
        cases.decide(case.pk, "BETA:2")
    cases.decide(case.pk, "decline")
    same_as_methods(rules)
    assert not Case.objects.filter(ended_at=None).exists()
    assert change_of(ExchangeChange.objects.get(node="ALPHA")).fields == {"change": "BETA:2"}


def test_a_first_file_costs_few_statements_and_names_what_cannot_stand(
    alpha, beta, rules, django_assert_max_num_queries
):
    """Rows are written together, with their history and checks; three of them are refused alone."""
    from wells.models import Well

    from rafid.commons.records.models import Finding, SearchEntry

    for number in range(200):
        owned = {"owner": owner().ref, "place": "IQG17", "sensitivity": 1}
        wrong = {7: {"depth_m": "deep"}, 8: {"owner": "NO-SUCH-ORG"}, 9: {"number": "B6"}}.get(number, {})
        depth = 700 if number == 100 else 8
        beta.does(str(uuid.uuid4()), **{"number": f"B{number}", "depth_m": depth, **owned, **wrong})
    data = beta.file()
    with django_assert_max_num_queries(200):
        assert take(data).taken == 200
    rows = Well.objects.filter(number__startswith="B")
    refused = {
        json.loads(one)["en"] for one in ExchangeState.objects.exclude(refused="").values_list("refused", flat=True)
    }
    assert (rows.count(), len(refused)) == (197, 3)
    assert rows.filter(source="node").count() == 197
    assert rows.filter(events__pgh_context__metadata__reason="exchange").distinct().count() == 197
    ids = list(rows.values_list("pk", flat=True))
    assert SearchEntry.objects.filter(kind="wells.well", record_id__in=ids).count() == 197
    assert Finding.objects.filter(kind="wells.well", record_id__in=ids, check_code="deep").count() == 1
    assert not entries()  # what was taken is nobody's change here
    beta.does(str(rows.get(number="B1").pk), depth_m=9)
    take(beta.file(200))
    assert rows.get(number="B1").depth_m == 9
    same_as_methods(rules)


def test_what_lacks_something_of_a_later_file_stands_when_it_comes(alpha, beta):
    """Nobody asks again by hand; an organisation that this node gets is looked for with the next file."""
    from wells.models import Well

    record = str(uuid.uuid4())
    beta.does(record, number="B1", owner="LATER-ORG", sensitivity=1, depth_m=8)
    take(beta.file())
    assert not Well.objects.filter(pk=record)
    Organisation.objects.create(ref="LATER-ORG", name_en="Later", kind="authority")
    beta.does("R-1", kind="bridges.bridge", span=1)
    take(beta.file(1))
    assert Well.objects.get(pk=record).owner.ref == "LATER-ORG"
    assert not ExchangeState.objects.exclude(refused="")
