"""Triggers that every register carries: its version rises with each change."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connections

IGNORED = """
CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(trigger_name::text = ANY (nullif(current_setting('pgtrigger.ignore', true), '')::text[]), false)
$$
"""
"""What every trigger asks first. pgtrigger's own function catches an error where nothing is ignored, and each error that is
caught goes through all that waits for the end of the transaction: many rows written at once cost the square of their number."""


def record_triggers(*, derived: tuple[str, ...] = ()) -> list[pgtrigger.Trigger]:
    """For ``Meta.triggers`` of a register. ``derived``: columns that the database writes, which make no new version."""
    return [
        pgtrigger.Trigger(
            name="version_rises",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(exclude=list(derived) or None),
            func=pgtrigger.Func("NEW.version := OLD.version + 1; RETURN NEW;"),
        )
    ]


def ask_quickly(**kwargs: Any) -> None:
    """Receiver of ``post_migrate``, of the last room: each migration with a trigger puts pgtrigger's own function back."""
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if kwargs.get("app_config") is not last:
        return
    with connections[kwargs.get("using", "default")].cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('public._pgtrigger_should_ignore(name)')")
        if cursor.fetchone()[0] is not None:
            cursor.execute(IGNORED)
