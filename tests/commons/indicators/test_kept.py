"""Boards that are kept: for the public only, and only while nothing changed."""

import dataclasses

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from rafid.commons.indicators import kept
from rafid.commons.indicators.figures import Reader
from rafid.commons.indicators.formula import Atom
from rafid.commons.indicators.models import IndicatorValue
from rafid.commons.people.models import Account

pytestmark = pytest.mark.django_db
POPULATION = [Atom("population")]
SEEN = kept.Seen(snapshot="1:1:", numbers="1.1.1", quiet=True, at=0.0)


@pytest.fixture(autouse=True)
def empty():
    kept._kept.clear()
    yield
    kept._kept.clear()


@pytest.fixture
def now(monkeypatch):
    """Sets what the database would say it looks like now."""

    def becomes(seen):
        monkeypatch.setattr(kept, "look", lambda: seen)

    becomes(SEEN)
    return becomes


def board(user=None, asked=POPULATION):
    return kept.board(Reader(user or AnonymousUser()), "2024", asked)


def test_the_same_state_gives_the_same_board(now):
    first = board()
    assert first.of("population")
    assert board() is first
    assert board(asked=[Atom("population", "sex=female")]) is not first


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({}, True),
        ({"snapshot": "1:9:", "at": 59.0}, True),  # something else was committed
        ({"snapshot": "1:9:", "at": 61.0}, False),
        ({"snapshot": "1:9:", "numbers": "2.1.1"}, False),  # a figure
        ({"at": 3600.0}, True),  # nothing at all was committed
    ],
)
def test_what_was_read_quietly_holds_until_a_number_is_given(now, changes, holds):
    first = board()
    now(dataclasses.replace(SEEN, **changes))
    assert (board() is first) is holds


def test_what_was_read_while_others_wrote_holds_only_while_nothing_is_committed(now):
    now(dataclasses.replace(SEEN, quiet=False))
    first = board()
    assert board() is first
    now(dataclasses.replace(SEEN, snapshot="1:9:"))
    assert board() is not first


def test_a_commit_anywhere_changes_the_snapshot_and_a_writer_is_noticed():
    before = kept.look()
    assert before
    settings = connection.get_connection_params()
    place = {name: settings.get(name) for name in ("dbname", "user", "host", "port")}
    with psycopg.connect(**place) as other:
        other.execute("SELECT pg_current_xact_id()")  # a transaction that writes; what it writes is all the same
        assert kept.look().quiet is False
    after = kept.look()
    assert after.snapshot != before.snapshot
    assert after.numbers == before.numbers


def test_one_s_own_writing_is_seen_at_once_and_kept_from_others():
    assert kept.look()
    figure = IndicatorValue.objects.filter(indicator__code="population", period="2024", by="", place__ref="IQG17").get()
    before = board().value(figure.place_id, "population")
    with connection.cursor() as cursor:
        cursor.execute(kept._SQL)
        numbers = cursor.fetchone()[3]
    IndicatorValue.objects.filter(pk=figure.pk).update(value=before + 1)
    assert kept.look() is None
    assert board().value(figure.place_id, "population") == before + 1
    with connection.cursor() as cursor:
        cursor.execute(kept._SQL)
        assert cursor.fetchone()[3] != numbers, "and others will see a new number"


def test_nothing_is_kept_for_somebody_who_is_signed_in(now):
    account = Account(login="someone")
    assert board(account) is not board(account)
    assert not kept._kept


def test_only_so_many_are_kept(now, monkeypatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    for sex in ("", "sex=female", "sex=male"):
        board(asked=[Atom("population", sex)])
    assert [key[2][0].by for key in kept._kept] == ["sex=female", "sex=male"]
