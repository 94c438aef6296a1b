"""Triggers that every register carries: its version rises with each change."""

from __future__ import annotations

import pgtrigger


def record_triggers() -> list[pgtrigger.Trigger]:
    """For ``Meta.triggers`` of a register."""
    return [
        pgtrigger.Trigger(
            name="version_rises",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(),
            func=pgtrigger.Func("NEW.version := OLD.version + 1; RETURN NEW;"),
        )
    ]
