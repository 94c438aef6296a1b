"""Boards that are kept: for the public only, and only while nothing was committed."""

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


@pytest.fixture(autouse=True)
def empty():
    kept._kept.clear()
    yield
    kept._kept.clear()


def board(user=None):
    return kept.board(Reader(user or AnonymousUser()), "2024", POPULATION)


def test_the_same_state_gives_the_same_board(monkeypatch):
    monkeypatch.setattr(kept, "seen_state", lambda: ("one", "state"))
    first = board()
    assert first.of("population")
    assert board() is first
    assert kept.board(Reader(AnonymousUser()), "2024", [Atom("population", "sex=female")]) is not first
    monkeypatch.setattr(kept, "seen_state", lambda: ("another", "state"))
    assert board() is not first


def test_a_commit_anywhere_changes_the_state():
    before = kept.seen_state()
    assert before
    settings = connection.get_connection_params()
    with psycopg.connect(
        dbname=settings["dbname"], user=settings.get("user"), host=settings.get("host"), port=settings.get("port")
    ) as other:
        other.execute("SELECT pg_current_xact_id()")  # begins a transaction that writes; what it writes is all the same
    assert kept.seen_state() != before


def test_one_s_own_writing_is_seen_at_once_and_kept_from_others():
    assert kept.seen_state()
    figure = IndicatorValue.objects.filter(indicator__code="population", period="2024", by="", place__ref="IQG17").get()
    before = board().value(figure.place_id, "population")
    IndicatorValue.objects.filter(pk=figure.pk).update(value=before + 1)
    assert kept.seen_state() is None
    assert board().value(figure.place_id, "population") == before + 1


def test_nothing_is_kept_for_somebody_who_is_signed_in(monkeypatch):
    monkeypatch.setattr(kept, "seen_state", lambda: ("one", "state"))
    account = Account(login="someone")
    assert board(account) is not board(account)
    assert not kept._kept


def test_only_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    for state in "abc":
        monkeypatch.setattr(kept, "seen_state", lambda state=state: ("one", state))
        board()
    assert [key[1] for key in kept._kept] == ["b", "c"]
