"""The file that carries changes: exactly what a known node signed, or a sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.exchange import (
    Change,
    Receipt,
    addressed,
    canonical,
    file_hash,
    is_envelope,
    is_receipt,
    new_box_keys,
    new_keys,
    read_receipt,
    seal,
    sign_receipt,
    unseal,
    unwrap,
    wrap,
)

KEYS = new_keys()
CHANGES = (
    Change(
        "DMA:1",
        "H1",
        "hazard",
        "set",
        {"name": "حقل ڕووبار\u2028x", "area": 12.5, "at": None},
        (),
        "2026-01-01",
        "سارا",
    ),
    Change("DMA:2", "H1", "hazard", "retire", {}, ("DMA:1",)),
)
SEALED = seal(CHANGES, node="DMA", private_key=KEYS[0], have={"IKMAA": 33, "DMA": 2})


def test_keys_are_32_bytes_and_new_each_time():
    private, public = new_keys()
    assert (len(private), len(public)) == (32, 32)
    assert new_keys()[0] != private


def test_there_and_back():
    bundle = unseal(SEALED, public_keys={"DMA": KEYS[1]})
    assert (bundle.node, bundle.changes, bundle.have) == ("DMA", CHANGES, {"DMA": 2, "IKMAA": 33})


def test_the_lines_are_canonical_and_the_same_each_time():
    assert seal(list(CHANGES), node="DMA", private_key=KEYS[0], have={"DMA": 2, "IKMAA": 33}) == SEALED
    lines = SEALED.decode().split("\n")
    assert lines[0] == '{"count":2,"format":"rafid-exchange/1","have":{"DMA":2,"IKMAA":33},"node":"DMA"}'
    assert "حقل ڕووبار" in lines[1]
    assert json.loads(lines[3])["signature"]
    assert lines[4:] == [""]
    assert all(canonical(json.loads(line)) == line for line in lines[:4])


def test_an_empty_bundle_says_what_its_node_has():
    sealed = seal([], node="DMA", private_key=KEYS[0])
    assert unseal(sealed, public_keys={"DMA": KEYS[1]}).changes == ()


def test_no_flipped_bit_is_accepted():
    for at in range(len(SEALED)):
        for bit in range(8):
            broken = bytearray(SEALED)
            broken[at] ^= 1 << bit
            with pytest.raises(ValueError, match=r".{9}"):
                unseal(bytes(broken), public_keys={"DMA": KEYS[1], "EMA": KEYS[1]})


def test_no_cut_is_accepted():
    for end in range(len(SEALED)):
        with pytest.raises(ValueError, match=r".{9}"):
            unseal(SEALED[:end], public_keys={"DMA": KEYS[1]})


def test_a_line_taken_out_added_or_moved_is_refused():
    head, one, two, last, _ = SEALED.split(b"\n")
    for lines in ([head, one, last], [head, two, one, last], [head, one, one, two, last], [one, two, last]):
        with pytest.raises(ValueError, match=r".{9}"):
            unseal(b"\n".join([*lines, b""]), public_keys={"DMA": KEYS[1]})
    with pytest.raises(ValueError, match=r".{9}"):
        unseal(SEALED + b"\n", public_keys={"DMA": KEYS[1]})


@pytest.mark.parametrize(
    ("data", "keys", "said"),
    [
        (b"", {"DMA": KEYS[1]}, "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 400, {"DMA": KEYS[1]}, "no exchange file"),
        (SEALED, {}, "no known node"),
        (SEALED, {"IKMAA": KEYS[1]}, "'DMA'"),
        (SEALED, {"DMA": new_keys()[1]}, "signature is not DMA's"),
        (SEALED.replace(b"rafid-exchange/1", b"rafid-exchange/9"), {"DMA": KEYS[1]}, "format"),
        (b'{"count":' + b"[" * 100_000 + b"\n", {"DMA": KEYS[1]}, "canonical"),
    ],
)
def test_what_is_refused_is_said(data, keys, said):
    with pytest.raises(ValueError, match=said):
        unseal(data, public_keys=keys)


def test_a_node_signs_only_its_own_changes():
    foreign = Change("IKMAA:1", "H1", "hazard", "set", {"x": 1})
    with pytest.raises(ValueError, match="IKMAA:1"):
        seal([foreign], node="DMA", private_key=KEYS[0])
    # and a file that says otherwise is refused by whoever reads it
    sealed = seal([foreign], node="IKMAA", private_key=KEYS[0])
    body = sealed.replace(b'"node":"IKMAA"', b'"node":"DMA"').rsplit(b"\n", 2)[0] + b"\n"
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    signature = Ed25519PrivateKey.from_private_bytes(KEYS[0]).sign(body)
    forged = body + canonical({"signature": signature.hex()}).encode() + b"\n"
    with pytest.raises(ValueError, match="own changes"):
        unseal(forged, public_keys={"DMA": KEYS[1]})


@pytest.mark.parametrize("value", [float("nan"), object(), "\ud800"])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(ValueError, match="DMA"):
        seal([Change("DMA:1", "r", "k", "set", {"x": value})], node="DMA", private_key=KEYS[0])


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(texts, v, max_size=3),
    max_leaves=6,
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(texts, st.dictionaries(texts, values, max_size=3), texts), max_size=5))
def test_any_content_comes_back(rows):
    changes = tuple(
        Change(f"N:{n}", record, "k", "set", fields, (), "", by) for n, (record, fields, by) in enumerate(rows)
    )
    sealed = seal(changes, node="N", private_key=KEYS[0])
    assert unseal(sealed, public_keys={"N": KEYS[1]}).changes == changes


BOX = new_box_keys()
WRAPPED = wrap(SEALED, sender="DMA", receiver="IKMAA", receiver_key=BOX[1])


def test_an_envelope_is_read_by_its_receiver_alone():
    assert unwrap(WRAPPED, receiver="IKMAA", private_key=BOX[0]) == SEALED
    assert addressed(WRAPPED) == ("DMA", "IKMAA")
    assert is_envelope(WRAPPED)
    assert not is_envelope(SEALED)
    assert b"hazard" not in WRAPPED
    with pytest.raises(ValueError, match="for IKMAA, this is DMA"):
        unwrap(WRAPPED, receiver="DMA", private_key=BOX[0])
    with pytest.raises(ValueError, match="cannot be deciphered"):
        unwrap(WRAPPED, receiver="IKMAA", private_key=new_box_keys()[0])


def test_no_flipped_bit_of_an_envelope_is_accepted():
    for at in range(0, len(WRAPPED)):
        broken = bytearray(WRAPPED)
        broken[at] ^= 1 << (at % 8)
        with pytest.raises(ValueError, match=r".{9}"):
            unwrap(bytes(broken), receiver="IKMAA", private_key=BOX[0])
    for data in (b"", b"\n", SEALED, WRAPPED[:-1], WRAPPED + b"x", b"\x89PNG\r\n" + b"\0" * 9000):
        with pytest.raises(ValueError, match=r".{9}"):
            unwrap(data, receiver="IKMAA", private_key=BOX[0])


def test_a_receipt_says_who_took_which_file_and_what_he_has():
    receipt = Receipt("IKMAA", "DMA", file_hash(SEALED), {"DMA": 2, "IKMAA": 33}, "2026-01-02")
    signed = sign_receipt(receipt, private_key=KEYS[0])
    assert is_receipt(signed)
    assert not is_receipt(SEALED)
    assert read_receipt(signed, public_keys={"IKMAA": KEYS[1]}) == receipt
    for keys in ({}, {"IKMAA": new_keys()[1]}):
        with pytest.raises(ValueError, match="no receipt"):
            read_receipt(signed, public_keys=keys)
    for at in range(len(signed)):
        broken = bytearray(signed)
        broken[at] ^= 1 << (at % 8)
        with pytest.raises(ValueError, match="no receipt"):
            read_receipt(bytes(broken), public_keys={"IKMAA": KEYS[1]})
