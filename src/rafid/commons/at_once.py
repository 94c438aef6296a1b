"""Many changes of tables as one step of a migration, described first and made afterwards.

Django draws its historical models anew after each operation, and with them all that point to them: a hundred tables one
by one took more time than the database needed for the whole. Here the description of all goes first, and the database
follows by one drawing of the models. Whatever `migrate` is about to do, in rooms of ours and of others, is gathered so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.migration import Migration
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# Kinds of which many can go at once, by their very class: Django's concurrent indexes, for one, come below AddIndex.
TOGETHER = {
    CreateModel, AddField, AlterField, AddConstraint, RemoveConstraint, AddIndex, RemoveIndex, AddTrigger, RemoveTrigger,
}  # fmt: skip


class AtOnce(Operation):
    """Operations of which each needs to see no state but that before and that after all of them.

    That is so for new tables with their triggers, and for columns, constraints and indexes added to tables that stand,
    altered there or taken away. What renames, or alters the same thing twice, goes into operations of its own. A table that
    is made here is made whole: what further operations do to it but its triggers is in it already.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # drawn again when the database asks
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in self._needed():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in reversed(list(self._needed())):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def _needed(self) -> Iterator[Operation]:
        made = set()
        for operation in self.operations:
            if isinstance(operation, CreateModel):
                made.add(operation.name_lower)
            elif not isinstance(operation, AddTrigger) and getattr(operation, "model_name_lower", None) in made:
                continue
            yield operation

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.operations], {}


def _thing(operation: Operation) -> tuple[str, str]:
    """What the operation is about: a table, or a column, constraint, index or trigger of one by its name."""
    if isinstance(operation, CreateModel):
        return operation.name_lower, ""
    described = (getattr(operation, what, None) for what in ("constraint", "index", "trigger"))
    return operation.model_name.lower(), next(
        (one.name for one in described if one is not None), None
    ) or operation.name


def _can(operation: Operation) -> bool:
    """A key that other tables may point to is altered by itself: their columns are altered with it."""
    return type(operation) in TOGETHER and not (isinstance(operation, AlterField) and operation.field.unique)


def together(operations: Sequence[Operation]) -> list[Operation]:
    """The same operations, each run of those that can go at once as one. What was made or altered in it and comes again
    begins the next."""
    found: list[Operation] = []
    run: list[Operation] = []
    done: set[tuple[str, str]] = set()

    def close() -> None:
        found.extend([AtOnce(run)] if len(run) > 1 else run)
        run.clear()
        done.clear()

    for operation in operations:
        can = _can(operation)
        if not can or _thing(operation) in done:
            close()
        if not can:
            found.append(operation)
            continue
        run.append(operation)
        if not isinstance(operation, (RemoveConstraint, RemoveIndex, RemoveTrigger)):
            done.add(_thing(operation))
    close()
    return found


def gather(plan: Sequence[tuple[Migration, bool]], **signal: Any) -> None:
    """Receives Django's `pre_migrate`: what the plan will do goes at once where it can."""
    for migration, backwards in plan:
        if not backwards:
            migration.operations = together(migration.operations)
