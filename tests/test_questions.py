"""What a walk knows of another role's answers, and what it does not take for known."""

from __future__ import annotations

import pytest
from django.db import connection

from rafid.commons.people.models import Grant
from rafid.commons.people.visibility import PLATFORM, forget_scopes, may, programmes_of, roles, scopes
from tests.questions import TOO_OFTEN, Known, Questions, Watched, scope_of_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(world, monkeypatch):
    """``asked(ask, role, …)`` are the questions that ``ask`` puts to somebody who holds these roles."""

    def made(ask, *codes):
        with monkeypatch.context() as patch:
            account = world.person("walker", *((code, world.authority, None) for code in codes))
            found = Questions(account, patch)
            with connection.execute_wrapper(found.statement):
                ask(account)
        Grant.objects.filter(account=account).delete()
        account.delete()
        return found

    return made


def known(ask_of, status=200):
    found = Known()
    found.add("there", ask_of, status)
    return found


def status(found, *codes):
    return found.status("there", [scope_of_role(code) for code in codes])


def test_who_answers_the_same_questions_alike_is_led_alike(asked):
    found = known(asked(lambda account: may(account, "add", "wells"), "wells.keeper"))
    assert status(found, "wells.keeper") == 200
    assert status(found, "platform.administrator") == 200
    assert status(found, "wells.reader") is None
    assert status(found, "statistics.officer") is None


def test_roles_of_other_programmes_are_one_before_a_closed_door(asked):
    found = known(asked(lambda account: may(account, "add", "wells"), "statistics.officer"), 404)
    strangers = [code for code in roles() if code.partition(".")[0] not in ("wells", PLATFORM)]
    assert len(strangers) > 20
    assert {status(found, code) for code in strangers} == {404}
    assert status(found, *strangers) == 404
    assert status(found, "wells.reader") is None
    assert status(found, *strangers, "wells.reader") is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda scope: f"{scope.role}",
        lambda scope: hash(scope),
        lambda scope: scope.programme,
        lambda scope: sorted(scope.may),
        lambda scope: len(scope.may),
        lambda scope: scope.may | {"x"},
        lambda scope: {"x"} | scope.may,
        lambda scope: frozenset({"add"}) <= scope.may,
        lambda scope: {"add"}.isdisjoint(scope.may),
        lambda scope: hash(scope.may),
    ],
)
def test_who_is_asked_for_the_whole_of_a_role_is_told_apart(asked, ask):
    found = known(asked(lambda account: [ask(scope) for scope in scopes(account)], "wells.keeper"))
    assert status(found, "wells.keeper") == 200
    assert status(found, "statistics.viewer") is None


@pytest.mark.parametrize("rights", [lambda may: may & {"add", "check"}, lambda may: {"add", "check"} & may])
def test_each_right_that_is_looked_for_is_a_question(asked, rights):
    found = asked(lambda account: [rights(scope.may) for scope in scopes(account)], "wells.keeper")
    assert {name for name, _about in found.asked} <= {"may", "rights"}
    assert status(known(found), "wells.reader") is None
    assert isinstance(
        rights(Watched(scope_of_role("wells.keeper"), lambda _name, _about, answer: answer).may), frozenset
    )


def test_a_second_factor_is_a_question(asked):
    from rafid.commons.people.visibility import requires_second_factor

    found = asked(requires_second_factor, "wells.keeper")
    assert found.asked == {("second_factor", None): False}


def test_a_statement_on_the_grants_is_shared_with_nobody(asked):
    found = asked(lambda account: [may(account, "add", "wells"), account.grants.count()], "wells.keeper")
    assert status(known(found), "wells.keeper") is None


def test_scopes_of_which_one_says_otherwise_are_shared_with_nobody(asked):
    def ask(account):
        return [scope.reaches("wells") for scope in scopes(account)]

    assert status(known(asked(ask, "statistics.officer", "statistics.viewer")), "monitoring.manager") == 200
    assert status(known(asked(ask, "statistics.officer", "wells.reader")), "statistics.officer") is None


def test_only_the_walker_is_listened_to(world, monkeypatch):
    found = Questions(world.keeper, monkeypatch)
    assert may(world.reader, "view", "wells") in (True, False)
    assert found.asked == {}
    forget_scopes(world.keeper)
    assert list(programmes_of(world.keeper)) == ["wells"]
    assert found.asked == {("programme", None): "wells"}


def test_breakdowns_and_being_asked_too_often_are_not_known(asked):
    found = asked(lambda account: may(account, "add", "wells"), "wells.keeper")
    assert status(known(found, 500), "wells.keeper") is None
    assert status(known(found, TOO_OFTEN), "wells.keeper") is None


def test_what_is_known_must_be_as_it_is_known(world, monkeypatch):
    """Of many addresses some are asked all the same."""
    found, urls, sent = Known(), [(f"/{n}", "route") for n in range(100)], []

    def ask(url, status=200):
        may(world.keeper, "add", "wells")
        forget_scopes(world.keeper)
        sent.append(url)
        return status

    def walk(ask, left=()):
        return list(found.walk(urls, ask, world.keeper, ["wells.keeper"], monkeypatch, left))

    forget_scopes(world.keeper)
    assert walk(ask) == [("route", 200)] * 100
    assert len(sent) == 100
    assert walk(ask) == [("route", 200)] * 100
    assert 101 < len(sent) < 120
    with pytest.raises(AssertionError, match="404, as others 200"):
        walk(lambda url: ask(url, 404))
    assert walk(ask, left={"route"}) == []
