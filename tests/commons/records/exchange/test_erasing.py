"""A name that somebody typed into a text: erased from the log, the cases and the history, here and at other nodes."""

from __future__ import annotations

import io
import json
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from rafid.commons.records.exchange.carrying import split, take, write
from rafid.commons.records.exchange.erasing import KIND, erase
from rafid.commons.records.exchange.errors import Refused
from rafid.commons.records.exchange.settling import settle
from rafid.commons.records.models import Case, ExchangeBundle, ExchangeChange, ExchangeState, Node
from rafid.methods.exchange import Change, is_envelope, seal, unseal, unwrap
from rafid.methods.exchange.erasing import erased, is_tombstone, lost, tombstone

from .test_room import change, entries, owner, same_as_methods, well

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
NAME = "Zqxname Salim"
TABLES = (
    "rafid_records_exchangechange", "rafid_records_exchangebundle", "rafid_records_exchangestate", "rafid_records_case",
    "rafid_records_caseevent", "rafid_records_searchentry",
)  # fmt: skip


def found(row=None):
    """The tables in which the name lies still."""
    models = (
        []
        if row is None
        else [type(row)._meta.db_table, type(row)._meta.get_field("events").related_model._meta.db_table]
    )
    left = []
    with connection.cursor() as cursor:
        for table in (*TABLES, *models):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{NAME}%"])
            if cursor.fetchone()[0]:
                left.append(table)
    files = [one for one in ExchangeBundle.objects.all() if NAME.encode() in bytes(one.data)]
    return left + ["files"] * bool(files)


def digest_without_erasures():
    """Of what the records show."""
    settle()
    rows = ExchangeState.objects.exclude(kind=KIND).order_by("record")
    return [(row.record, row.leaf) for row in rows]


def corrected():
    row = well(name_en=f"Ask {NAME}")
    return change(row, name_en="Ask the watchman")


def test_what_was_typed_here_leaves_log_cases_and_history(alpha, rules):
    row = corrected()
    before = digest_without_erasures()
    assert {"rafid_records_exchangechange"} <= set(found(row))
    assert len(found(row)) >= 2
    done = erase(str(row.pk), "name_en", why="By law")
    assert (done.changes, done.elsewhere) == ((entries(row)[0].id,), ())
    assert found(row) == []
    assert NAME.encode() not in write()
    first, second = entries(row)
    assert is_tombstone(first.fields["name_en"])
    assert first.fields["depth_m"] == 100
    assert second.fields["name_en"] == "Ask the watchman"
    assert digest_without_erasures() == before
    told = ExchangeChange.objects.get(kind=KIND)
    assert json.loads(told.fields) == {"changes": [first.id], "fields": ["name_en"], "why": "By law"}
    same_as_methods(rules)
    with pytest.raises(Refused, match="nothing into this field"):
        erase(str(row.pk), "name_ckb", why="By law")


def test_what_every_page_shows_is_corrected_first(alpha):
    row = well(name_en=f"Ask {NAME}")
    with pytest.raises(Refused, match="Correct the record first"):
        erase(str(row.pk), "name_en", why="By law")
    with pytest.raises(Refused, match="Only a text"):
        erase(str(row.pk), "depth_m", why="By law")
    with pytest.raises(Refused, match="Say why"):
        erase(str(row.pk), "name_en", why=" ")
    with pytest.raises(Refused, match="no such record"):
        erase(str(uuid.uuid4()), "name_en", why="By law")


def far(beta, record, **fields):
    return beta.does(record, number="B1", owner=owner().ref, sensitivity=1, place="IQG17", depth_m=8, **fields)


def erased_file(beta, *ids, until=None):
    """What BETA writes after an erasure: its whole log, signed anew."""
    own = [one for one in beta.log.changes.values() if one.id.startswith("BETA:")]
    own.sort(key=lambda one: int(one.id.rpartition(":")[2]))
    made = [erased(one, ["name_en"]) if one.id in ids else one for one in own]
    told = Change(f"BETA:{len(made) + 1}", str(uuid.uuid4()), KIND, "set", {"changes": list(ids)})
    return seal([*made[:until], *([told] if until is None else [])], node="BETA", private_key=beta.private, have={})


def test_what_another_node_erased_goes_here_too_and_its_file_is_passed_on(alpha, beta):
    from wells.models import Well

    record = str(uuid.uuid4())
    first = far(beta, record, name_en=f"Ask {NAME}")
    take(beta.file())
    beta.does(record, name_en="Ask the watchman")
    old = beta.file(since=1)
    take(old)
    row = Well.objects.get(pk=record)
    assert "files" in found(row)
    before = digest_without_erasures()
    new = erased_file(beta, first.id)
    taken = take(new)
    assert (taken.taken, taken.known) == (1, 2)
    assert found(row) == []
    assert Well.objects.get(pk=record).name_en == "Ask the watchman"
    assert digest_without_erasures() == before
    (kept,) = ExchangeBundle.objects.filter(node="BETA")
    assert (kept.first, kept.last) == (1, 3)
    passed = next(one for one in split(write()) if b'"node":"BETA"' in one.split(b"\n")[0])
    assert (
        unseal(passed, public_keys={"BETA": beta.public}).changes[0].fields["name_en"]
        == erased(first, ["name_en"]).fields["name_en"]
    )
    # Nothing brings it back: neither the new file again, nor one that was carried long ago.
    assert take(new).taken == take(beta.file()).taken == 0
    assert found(row) == []
    assert ExchangeBundle.objects.filter(node="BETA").count() == 1


def test_a_file_of_before_is_not_taken_for_what_is_new_in_it(alpha, beta):
    record = str(uuid.uuid4())
    first = far(beta, record, name_en=f"Ask {NAME}")
    beta.does(record, name_en="Ask the watchman")
    take(beta.file())
    take(erased_file(beta, first.id, until=2))
    beta.does(record, depth_m=9)
    with pytest.raises(Refused, match="before something in it was erased"):
        take(beta.file())
    assert found() == []
    assert not ExchangeChange.objects.filter(node="BETA", number=3).exists()


def test_a_tombstone_of_something_else_is_two_contents(alpha, beta):
    record = str(uuid.uuid4())
    first = far(beta, record, name_en="Ask")
    take(beta.file())
    lying = Change(first.id, first.record, first.kind, first.action, {**first.fields, "name_en": tombstone("BETA:1", "name_en", "Other")},
                   first.after, first.at, first.by)  # fmt: skip
    with pytest.raises(Refused, match="two contents"):
        take(seal([lying], node="BETA", private_key=beta.private, have={}))


def test_cases_and_their_history_forget_it(alpha, beta):
    from rafid.commons.records.exchange.cases import decide

    row = well(name_en=f"Ask {NAME}")
    number = entries(row)[0]
    beta.log.take(entries(row))
    beta.does(str(row.pk), name_en="Ask nobody")
    change(row, name_en=f"Ask {NAME} twice")
    take(beta.file())
    case = Case.objects.get(ended_at=None)
    with pytest.raises(Refused, match="decided first"):
        erase(str(row.pk), "name_en", why="By law")
    decide(case.pk, next(side for side in case.sides if side.startswith("BETA")))
    row.refresh_from_db()
    assert row.name_en == "Ask nobody"
    assert "rafid_records_case" in found(row)
    done = erase(str(row.pk), "name_en", why="By law")
    assert number.id in done.changes
    assert len(done.changes) == 2
    assert found(row) == []


def test_the_next_file_for_a_node_holds_all_again_and_the_one_after_that_what_is_new(alpha, beta):
    row = corrected()
    other = well("W2")
    far_node = Node.objects.get(name="BETA")

    def changes():
        data = write(receiver=Node.objects.get(pk=far_node.pk))
        assert is_envelope(data)
        opened = split(unwrap(data, receiver="BETA", private_key=beta.box_private))[0]
        return [one.id for one in unseal(opened, public_keys={"ALPHA": bytes.fromhex(alpha.public_key)}).changes]

    count = len(changes())
    Node.objects.filter(pk=far_node.pk).update(have={"ALPHA": count})
    change(other, depth_m=3)
    assert len(changes()) == 1
    erase(str(row.pk), "name_en", why="By law")
    assert len(changes()) == count + 2
    Node.objects.filter(pk=far_node.pk).update(have={"ALPHA": count + 2})
    change(other, depth_m=4)
    assert len(changes()) == 1


def test_from_the_command_line(alpha):
    row = corrected()
    out = io.StringIO()
    call_command("node", "erase", row.ref, "name_en", "--why", "By law", stdout=out)
    assert f"Erased from {entries(row)[0].id}" in out.getvalue()
    assert found(row) == []
    with pytest.raises(CommandError, match="no such record"):
        call_command("node", "erase", "nothing", "name_en", "--why", "By law")


def test_a_change_is_the_same_but_for_what_was_erased():
    one = Change("A:1", "r", "hazard", "set", {"comment": "x", "men": 2})
    gone = erased(one, ["comment", "nothing"])
    assert lost(one, gone) == ("comment",)
    assert lost(gone, one) == ()
    assert erased(gone, ["comment"]) == gone
    assert lost(one, Change("A:1", "r", "hazard", "set", {"comment": "y", "men": 2})) is None
    assert lost(one, Change("A:1", "r", "hazard", "retire", gone.fields)) is None
    assert (
        lost(one, Change("A:1", "r", "hazard", "set", {"comment": tombstone("A:1", "comment", "y"), "men": 2})) is None
    )
    assert (
        lost(one, Change("A:1", "r", "hazard", "set", {"comment": tombstone("A:2", "comment", "x"), "men": 2})) is None
    )
    assert not is_tombstone({"erased": "A" * 64})
