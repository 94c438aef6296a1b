"""Triggers that every register carries: its version rises with each change."""

from __future__ import annotations

import pgtrigger


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
