"""What every trigger asks before it acts: whether it is to be left out, without an error that would have to be caught."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from rafid.commons.records.triggers import ask_quickly

pytestmark = pytest.mark.django_db


def one(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        (found,) = cursor.fetchone()
    return found


@pytest.fixture
def migrated():
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    ask_quickly(app_config=last, using="default")


LANGUAGE = """
    SELECT l.lanname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.oid = '_pgtrigger_should_ignore'::regproc
"""


def test_after_a_migration_the_question_is_one_that_catches_no_error(migrated):
    assert one(LANGUAGE) == "sql"


@pytest.mark.parametrize(
    ("said", "left_out"),
    [(None, False), ("", False), ("{}", False), ("{other}", False), ("{other,mine}", True)],
)
def test_a_trigger_is_left_out_where_it_is_named_and_only_there(migrated, said, left_out):
    if said is not None:
        one("SELECT set_config('pgtrigger.ignore', %s, true)", said)
    assert one("SELECT _pgtrigger_should_ignore('mine')") is left_out


def test_only_the_last_room_puts_it_in(migrated):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean"
            " LANGUAGE plpgsql AS 'BEGIN RETURN false; END'"
        )
    ask_quickly(app_config=apps.get_app_config("rafid_places"), using="default")
    assert one(LANGUAGE) == "plpgsql"
