"""What is given to one node alone: enciphered to it, taken once, passed on to nobody, and gone on with when it arrived."""

from __future__ import annotations

import pytest

from rafid.commons.people.models import Organisation
from rafid.commons.programme import Parcel
from rafid.commons.records.exchange import nodes, parcels
from rafid.commons.records.exchange.carrying import split, take, take_receipt, write
from rafid.commons.records.exchange.errors import Refused
from rafid.commons.records.models import ExchangeBundle, ExchangeParcel, Node
from rafid.methods.exchange import Receipt, Unreadable, file_hash, sign_receipt, unwrap, wrap
from rafid.methods.exchange.parcel import is_parcel, open_parcel, seal_parcel

pytestmark = pytest.mark.django_db

HELD = [{"n": 1}, {"n": 2}]
CAME: list = []


def give(own, receiver, marks):
    if receiver.organisation_id is None:
        return None
    after = marks.get("n", 0)
    return [line for line in HELD if line["n"] > after], {"n": max(line["n"] for line in HELD)}


def taken(sender, lines, by):
    CAME.extend(lines)
    return len(lines), [f"from {sender.name}"]


@pytest.fixture(autouse=True)
def _declared(monkeypatch):
    CAME.clear()
    one = Parcel("tt.things", f"{__name__}:give", f"{__name__}:taken")
    monkeypatch.setattr(parcels, "declared", lambda: {one.code: one})
    monkeypatch.setattr(parcels, "found_at", lambda path: {"give": give, "taken": taken}[path.partition(":")[2]])


@pytest.fixture
def theirs(beta):
    Organisation.objects.create(ref="TT-BETA", name_en="Beta", kind="ministry")
    nodes.belongs("BETA", "TT-BETA")
    return beta


def opened(beta, data):
    parts = split(unwrap(data, receiver="BETA", private_key=beta.box_private))
    return [part for part in parts if is_parcel(part)]


def lines(beta, data):
    keys = {"ALPHA": bytes.fromhex(nodes.own().public_key)}
    (part,) = opened(beta, data)
    return [dict(line) for line in open_parcel(part, receiver="BETA", public_keys=keys).lines]


def to_alpha(beta, *more):
    sealed = [
        seal_parcel([{"n": 7}], code="tt.things", giver="BETA", receiver=receiver, made="now", private_key=beta.private)
        for receiver in more
    ]
    key = bytes.fromhex(nodes.own().box_key)
    return wrap(beta.file() + b"".join(sealed), sender="BETA", receiver="ALPHA", receiver_key=key)


def test_it_lies_in_the_file_for_one_node_only(theirs):
    data = write(receiver=Node.objects.get(name="BETA"))
    assert lines(theirs, data) == HELD
    assert not any(is_parcel(part) for part in split(write({})))


def test_nothing_is_given_before_it_is_said_whose_node_it_is(beta):
    assert opened(beta, write(receiver=Node.objects.get(name="BETA"))) == []
    with pytest.raises(Refused, match="TT-NONE"):
        nodes.belongs("BETA", "TT-NONE")


def test_it_goes_on_from_what_is_known_to_have_arrived(theirs):
    beta = Node.objects.get(name="BETA")
    data = write(receiver=beta)
    assert lines(theirs, write(receiver=beta)) == HELD  # not known to have arrived: again
    said = Receipt("BETA", "ALPHA", file_hash(data), {"ALPHA": 0}, "2026-01-01T00:00:00Z")
    take_receipt(sign_receipt(said, private_key=theirs.private))
    assert lines(theirs, write(receiver=Node.objects.get(name="BETA"))) == []
    HELD.append({"n": 3})
    try:
        assert lines(theirs, write(receiver=Node.objects.get(name="BETA"))) == [{"n": 3}]
    finally:
        HELD.pop()


def test_who_asks_by_network_says_what_came_and_gets_it_enciphered(theirs, client):
    from rafid.commons.people.models import Account

    account = Account.objects.create(login="tt-officer")
    from rafid.commons.people.models import Grant

    Grant.objects.create(account=account, role="platform.exchange")
    client.force_login(account)
    first = client.get("/api/v1/exchange/bundles", {"node": "BETA"}).content
    assert lines(theirs, first) == HELD
    sha = ExchangeParcel.objects.get(receiver="BETA").sha256
    second = client.get("/api/v1/exchange/bundles", {"node": "BETA", "parcels": sha}).content
    assert lines(theirs, second) == []


def test_what_comes_is_taken_once_and_passed_on_to_nobody(theirs):
    theirs.does("R-1", kind="bridges.bridge", span=1)
    data = to_alpha(theirs, "ALPHA")
    first = take(data)
    assert (first.given, first.said, CAME) == (1, ("from BETA",), [{"n": 7}])
    assert take(data).given == 0
    assert CAME == [{"n": 7}]
    assert all(b'"n":7' not in bytes(one.data) for one in ExchangeBundle.objects.all())
    assert b'"n":7' not in write({})


@pytest.mark.parametrize("change", ["elsewhere", "altered", "cut", "revoked"])
def test_what_is_not_for_this_node_or_not_whole_is_refused_with_the_file(theirs, change):
    theirs.does("R-1", kind="bridges.bridge", span=1)
    if change == "elsewhere":
        data = to_alpha(theirs, "GAMMA")
    else:
        data = to_alpha(theirs, "ALPHA")
        plain = unwrap(data, receiver="ALPHA", private_key=nodes.private_keys(nodes.own())[1])
        if change == "altered":
            plain = plain.replace(b'{"n":7}', b'{"n":8}')
        elif change == "cut":
            plain = plain[:-200]
        else:
            nodes.revoke("BETA")
        key = bytes.fromhex(nodes.own().box_key)
        data = wrap(plain, sender="BETA", receiver="ALPHA", receiver_key=key)
    with pytest.raises(Refused):
        take(data)
    assert CAME == []
    assert not ExchangeBundle.objects.exists()


def test_a_parcel_is_what_one_node_signed_for_another(theirs):
    made = seal_parcel(
        [{"b": 1, "a": "é"}], code="x", giver="BETA", receiver="ALPHA", made="t", private_key=theirs.private
    )
    keys = {"BETA": theirs.public}
    assert open_parcel(made, receiver="ALPHA", public_keys=keys).lines == ({"a": "é", "b": 1},)
    for data, wanted, known in (
        (made, "ALPHA", {}), (made, "GAMMA", keys), (made[:-1], "ALPHA", keys), (made.replace(b'"b":1', b'"b":2'), "ALPHA", keys),
        (b"", "ALPHA", keys), (b'{"code":1}\n', "ALPHA", keys),
    ):  # fmt: skip
        with pytest.raises(Unreadable):
            open_parcel(data, receiver=wanted, public_keys=known)


def test_whose_node_it_is_is_said_on_the_page(theirs, client):
    from rafid.commons.people.models import Account, Grant

    account = Account.objects.create(login="tt-admin")
    Grant.objects.create(account=account, role="platform.administrator")
    client.force_login(account)
    Organisation.objects.create(ref="TT-ALPHA", name_en="Alpha ministry", kind="ministry")
    sent = {"node": "ALPHA", "organisation": "TT-ALPHA"}
    assert client.post("/exchange/whose/", sent).status_code == 302
    assert nodes.own().organisation.ref == "TT-ALPHA"
    assert "Alpha ministry" in client.get("/exchange/").content.decode()
    assert client.post("/exchange/whose/", {**sent, "node": "NONE"}).status_code != 302
