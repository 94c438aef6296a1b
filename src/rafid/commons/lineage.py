"""Trees in the database: each row carries the ids from its root to itself, kept by triggers.

"Below X" is then one indexed containment (``lineage @> {X}``), for scopes as for roll-ups. A circle is refused.
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


def lineage_triggers() -> list[pgtrigger.Trigger]:
    """Triggers for a model with ``id``, ``parent_id`` and ``lineage``."""
    return [
        pgtrigger.Trigger(
            name="lineage_before",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id", "lineage"),
            func=pgtrigger.Func(
                """
                IF NEW.parent_id IS NULL THEN
                    NEW.lineage := ARRAY[NEW.id];
                ELSE
                    SELECT p.lineage || NEW.id INTO NEW.lineage FROM {meta.db_table} p WHERE p.id = NEW.parent_id;
                    IF NEW.lineage IS NULL THEN
                        RAISE EXCEPTION 'parent % is not there', NEW.parent_id USING ERRCODE = 'foreign_key_violation';
                    END IF;
                    IF array_position(NEW.lineage, NEW.id) < array_length(NEW.lineage, 1) THEN
                        RAISE EXCEPTION 'a thing cannot lie inside itself' USING ERRCODE = 'check_violation',
                            CONSTRAINT = '{meta.db_table}_no_circle';
                    END IF;
                END IF;
                RETURN NEW;
                """
            ),
        ),
        pgtrigger.Trigger(
            name="lineage_after",
            when=pgtrigger.After,
            operation=pgtrigger.UpdateOf("parent_id", "lineage"),
            condition=pgtrigger.Condition("OLD.lineage IS DISTINCT FROM NEW.lineage"),
            func=pgtrigger.Func(
                """
                UPDATE {meta.db_table} SET lineage = NEW.lineage || id WHERE parent_id = NEW.id;
                RETURN NULL;
                """
            ),
        ),
    ]


class Tree(models.Model):
    """A row that may lie inside another of its kind."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    lineage = ArrayField(models.UUIDField(), editable=False, default=list)

    class Meta:
        abstract = True


def lineage_index(name: str) -> GinIndex:
    return GinIndex(fields=["lineage"], name=name)
