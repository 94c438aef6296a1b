"""A change that no program should make is refused before anything of its file is taken, with its number and what is wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from rafid.methods.exchange import Change, Log, merge, new_keys, seal, unseal

GOOD = Change("A:1", "r", "hazard", "set", {"status": "open"})


def change(**parts: Any) -> Change:
    whole: dict[str, Any] = {
        "id": "A:2",
        "record": "r",
        "kind": "hazard",
        "action": "set",
        "fields": {},
        "after": ("A:1",),
    }
    return Change(**(whole | parts))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (change(id=2), "2 is no id of a change"),
        (change(record=7), "A:2 is not made as changes are: its record is no text"),
        (change(kind=None), "its kind is no text"),
        (change(fields=None), "its fields are no names with values"),
        (change(fields={1: "a"}), "the name of a field is no text"),
        (change(after="A:1"), "what it comes after is no list of changes"),
        (change(after=None), "what it comes after is no list of changes"),
        (change(action=["set"]), "which this version does not know"),
        (change(fields={"on": dt.date(2026, 1, 1)}), "A:2 holds what JSON cannot say .*write it as text or number"),
        (change(fields={"area": float("nan")}), "A:2 holds what JSON cannot say"),
        (change(fields={"area": [1.0, float("inf")]}), "A:2 holds what JSON cannot say"),
        ("A:2", "'A:2' is no change; give Change"),
    ],
)
def test_a_change_that_is_none_is_refused_and_nothing_of_it_taken(wrong, said):
    log = Log([GOOD])
    before = log.picture()
    with pytest.raises(ValueError, match=said):
        log.take([change(id="A:3", after=("A:1",)), wrong])
    assert log.picture() == before
    assert log.have == {"A": 1}


def test_a_list_and_a_tuple_of_the_same_changes_are_one_content():
    assert merge([GOOD, change(after=("A:1",)), change(after=["A:1"])]) == merge([GOOD, change()])


@pytest.mark.parametrize("key", [None, "key", b"", b"x" * 31, 5])
def test_a_key_that_is_none_is_refused_with_a_sentence(key):
    private, public = new_keys()
    data = seal([GOOD], node="A", private_key=private)
    with pytest.raises(ValueError, match="private key is not 32 bytes"):
        seal([GOOD], node="A", private_key=key)
    with pytest.raises(ValueError, match=r"no known node|public key of A is not 32 bytes"):
        unseal(data, public_keys={"A": key})
    assert unseal(data, public_keys={"A": public}).changes == (GOOD,)


@pytest.mark.parametrize("data", ["text", 5, [b"x"]])
def test_what_is_no_bytes_is_no_file(data):
    with pytest.raises(ValueError, match="give its bytes"):
        unseal(data, public_keys={})
