"""A reason belongs to what is changed inside its block, and to nothing else."""

from __future__ import annotations

import pghistory
import pytest
from django.db import IntegrityError, transaction

from rafid.commons.history import apart, because
from rafid.commons.people.models import Organisation

pytestmark = pytest.mark.django_db


def make(ref):
    return Organisation.objects.create(ref=ref, name_en=ref, kind="ministry")


def refused_after(_row):
    raise ValueError("no more")


def told(*refs):
    """Reason and person that the history holds of each."""
    events = Organisation.events.field.model.objects.select_related("pgh_context").order_by("pgh_id")
    found = {}
    for ref in refs:
        context = events.filter(ref=ref).last().pgh_context
        found[ref] = (context.metadata.get("reason"), context.metadata.get("user")) if context else None
    return found


def contexts(*refs):
    events = Organisation.events.field.model.objects.filter(ref__in=refs)
    return {one.pgh_context_id for one in events}


def test_an_inner_reason_does_not_outlive_its_block():
    with because("the whole"):
        make("hh-before")
        with because("a part", file="one.csv"):
            make("hh-within")
            with because("a part of the part"):
                make("hh-deep")
            with because(""):
                make("hh-silent")
        make("hh-after")
    assert told("hh-before", "hh-within", "hh-deep", "hh-silent", "hh-after") == {
        "hh-before": ("the whole", None), "hh-within": ("a part", None), "hh-deep": ("a part of the part", None),
        "hh-silent": ("a part", None), "hh-after": ("the whole", None),
    }  # fmt: skip


def test_what_a_request_changes_outside_of_a_block_has_no_reason():
    with pghistory.context(user="somebody"):
        make("hh-first")
        with because("entered"):
            make("hh-entered")
        make("hh-last")
    assert told("hh-first", "hh-entered", "hh-last") == {
        "hh-first": (None, "somebody"), "hh-entered": ("entered", "somebody"), "hh-last": (None, "somebody"),
    }  # fmt: skip


def test_a_reason_ends_with_its_block_in_a_transaction_without_a_request():
    with transaction.atomic():
        with because("entered"):
            make("hh-entered")
        make("hh-last")
    assert told("hh-entered", "hh-last") == {"hh-entered": ("entered", None), "hh-last": None}


def test_a_reason_ends_where_its_block_is_left_by_an_error():
    with because("the whole"):
        make("hh-twice")
        with pytest.raises(IntegrityError), transaction.atomic(), because("refused"):
            make("hh-twice")
        make("hh-after")
    with pytest.raises(IntegrityError), transaction.atomic(), because("refused"):
        make("hh-after")
    with pytest.raises(ValueError, match="no more"), because("left"):
        refused_after(make("hh-left"))
    make("hh-last")
    assert told("hh-after", "hh-left", "hh-last") == {
        "hh-after": ("the whole", None), "hh-left": ("left", None), "hh-last": None,
    }  # fmt: skip


def test_one_reason_in_one_request_is_one_deed_unless_it_is_set_apart():
    with pghistory.context(user="somebody"):
        for number in range(3):
            with because("counted"):
                make(f"hh-same-{number}")
        for number in range(3):
            with apart("counted"):
                make(f"hh-apart-{number}")
    with pghistory.context(user="somebody"), because("counted"):
        make("hh-other")
    same = contexts("hh-same-0", "hh-same-1", "hh-same-2")
    assert len(same) == 1
    assert len(contexts("hh-apart-0", "hh-apart-1", "hh-apart-2") - same) == 3
    assert not contexts("hh-other") & same
    assert told("hh-same-1", "hh-apart-1") == {
        "hh-same-1": ("counted", "somebody"), "hh-apart-1": ("counted", "somebody"),
    }  # fmt: skip
