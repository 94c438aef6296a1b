"""The log is written by the database itself, in the transaction of the change: no page, import or statement goes around it.

A deferred trigger on each declared table compares what travels of the row before and after, and writes the difference under
the next number of this node. It runs when the transaction commits, so that its numbers have no gaps and come in the order of
commits: who has number 120 has all below. While another node's changes are taken into a table, it writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.contrib.gis.db.models import GeometryField
from django.db import connection

from .declared import Kind, key_of, kinds

TRIGGER = "rafid_exchange_entry"

WRITE = """
CREATE OR REPLACE FUNCTION rafid_exchange_write(the_kind text, the_record text, the_action text, the_fields jsonb)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    own_name text; own_number bigint; known text[]; mine text[]; who text := '';
BEGIN
    UPDATE rafid_records_node SET number = number + 1 WHERE own AND revoked_at IS NULL
        RETURNING name, number INTO own_name, own_number;
    IF own_name IS NULL THEN
        RAISE EXCEPTION 'this node has no key to exchange with, or it was revoked' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'exchange_own_node';
    END IF;
    SELECT heads INTO known FROM rafid_records_exchangestate WHERE record = the_record FOR UPDATE;
    -- Where a case is open, an ordinary edit goes on with its own side; only a decision names all sides.
    IF coalesce(array_length(known, 1), 0) > 1 THEN
        SELECT array_agg(head) INTO mine FROM unnest(known) head WHERE starts_with(head, own_name || ':');
        mine := coalesce(mine, known[1:1]);
    ELSE
        mine := coalesce(known, '{}');
    END IF;
    BEGIN
        SELECT coalesce(account.login, '') INTO who FROM rafid_people_account account
            WHERE account.id::text = nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user';
    EXCEPTION WHEN invalid_text_representation THEN who := '';
    END;
    INSERT INTO rafid_records_exchangechange (node, number, record, kind, action, fields, after, at, by)
        VALUES (own_name, own_number, the_record, the_kind, the_action, the_fields::text, mine,
            to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), coalesce(who, ''));
    INSERT INTO rafid_records_exchangestate AS state
        (record, kind, node, fields_shown, retired, live, heads, waiting, leaf, bucket, same_as, stale, refused)
        VALUES (the_record, the_kind, own_name, '{}', false, false, ARRAY[own_name || ':' || own_number], '{}', '', 0, '',
            true, '')
        ON CONFLICT (record) DO UPDATE SET stale = true, heads = array_append(
            ARRAY(SELECT head FROM unnest(state.heads) head WHERE NOT head = ANY (mine)), own_name || ':' || own_number);
    RETURN own_number;
END $$;
"""


def travelling(kind: Kind, row: str) -> str:
    """The SQL of what travels of a row, as jsonb."""
    parts = []
    for field in kind.fields:
        column = f'{row}."{field.column}"'
        if field.is_relation:
            target = field.related_model._meta
            pointed, key = target.pk.column, target.get_field(key_of(field)).column
            value = f'(SELECT to_jsonb(t."{key}") FROM "{target.db_table}" t WHERE t."{pointed}" = {column})'
        elif isinstance(field, GeometryField):
            value = f"to_jsonb(ST_AsText({column}, 15))"
        else:
            value = f"to_jsonb({column})"
        parts.append(f"jsonb_build_object('{field.name}', {value})")
    return " || ".join(parts)


def attach_sql(kind: Kind) -> str:
    """The function and the trigger of a declared table."""
    table = kind.model._meta.db_table
    has = {field.name for field in kind.model._meta.concrete_fields}
    deleted = "deleted_at" in has
    went = "(OLD.sensitivity < 2)" if "sensitivity" in has else "true"
    goes = "(NEW.sensitivity < 2)" if "sensitivity" in has else "true"
    gone = (
        "IF OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL THEN act := 'retire';"
        " ELSIF OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL THEN act := 'restore'; END IF;"
        if deleted
        else ""
    )
    return f"""
CREATE OR REPLACE FUNCTION "{table}_entry"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_fields jsonb := '{{}}'; new_fields jsonb; changed jsonb; act text := 'set';
BEGIN
    IF current_setting('rafid.exchange', true) = 'taking' OR NOT EXISTS (SELECT FROM rafid_records_node WHERE own) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF {went} AND EXISTS (SELECT FROM rafid_records_exchangestate WHERE record = OLD.id::text AND NOT retired) THEN
            PERFORM rafid_exchange_write('{kind.name}', OLD.id::text, 'retire', '{{}}');
        END IF;
        RETURN NULL;
    END IF;
    IF NOT {goes} THEN RETURN NULL; END IF;  -- what is restricted never goes
    new_fields := {travelling(kind, "NEW")};
    IF TG_OP = 'UPDATE' THEN
        IF {went} AND EXISTS (SELECT FROM rafid_records_exchangestate WHERE record = NEW.id::text) THEN
            old_fields := {travelling(kind, "OLD")};
        END IF;
        {gone}
    END IF;
    SELECT jsonb_object_agg(key, value) INTO changed FROM jsonb_each(new_fields)
        WHERE old_fields -> key IS DISTINCT FROM value AND (old_fields ? key OR value <> 'null');
    IF changed IS NOT NULL OR act <> 'set' THEN
        PERFORM rafid_exchange_write('{kind.name}', NEW.id::text, act, coalesce(changed, '{{}}'));
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS {TRIGGER} ON "{table}";
CREATE CONSTRAINT TRIGGER {TRIGGER} AFTER INSERT OR UPDATE OR DELETE ON "{table}"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "{table}_entry"();
"""


def detach_sql(table: str) -> str:
    return f'DROP TRIGGER IF EXISTS {TRIGGER} ON "{table}"; DROP FUNCTION IF EXISTS "{table}_entry"();'


def attach_all() -> None:
    """Puts triggers on the tables of all declared kinds, and takes them off tables of kinds no longer declared."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if "rafid_records_exchangestate" not in there:
            return
        cursor.execute(WRITE)
        wanted = {kind.model._meta.db_table: kind for kind in kinds().values()}
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = %s", [TRIGGER]
        )
        for (table,) in cursor.fetchall():
            if table not in wanted:
                cursor.execute(detach_sql(table))
        for table, kind in wanted.items():
            columns = (
                {one.name for one in connection.introspection.get_table_description(cursor, table)}
                if table in there
                else set()
            )
            if {field.column for field in kind.fields} <= columns:
                cursor.execute(attach_sql(kind))


def after_migrate(**kwargs: Any) -> None:
    """Receiver of ``post_migrate``, which comes once for each app: the last of them is waited for."""
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if kwargs.get("app_config") is not last:
        return
    backwards = any(back for _migration, back in kwargs.get("plan") or ())
    if kwargs.get("using", "default") == "default" and not backwards:
        attach_all()


def write_now() -> None:
    """Writes the entries of what this transaction has changed so far, instead of when it commits."""
    if kinds():
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS {TRIGGER} IMMEDIATE; SET CONSTRAINTS {TRIGGER} DEFERRED")


@contextmanager
def taking() -> Iterator[None]:
    """What changes inside came from the log and writes no entry; what changed before it does."""
    write_now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rafid.exchange', 'taking', true)")
        yield
        if not connection.needs_rollback:
            write_now()
            cursor.execute("SELECT set_config('rafid.exchange', '', true)")
