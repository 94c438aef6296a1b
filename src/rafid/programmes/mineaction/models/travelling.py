"""What stands in rows of its own goes to other nodes with its record: kept there as one value, and made rows again.

The points of a field book travel with their sheet as ``book``, the hazards of a task with it as ``grounds``. Triggers keep
both, as ``hazard_proofs`` keeps the evidence of a hazard.
"""

from __future__ import annotations

from collections.abc import Iterator

import pgtrigger

from .hazard_proofs import TAKING

BOOK = ("mark", "label", "order", "origin", "entry", "bearing", "distance", "x_entered", "y_entered", "fixed_by")
"""Columns of a point that travel as they are; its accuracy and position beside them."""
_POINT = (
    "jsonb_build_object('id', p.id, 'accuracy_m', p.accuracy_m, 'lon', ST_X(p.point), 'lat', ST_Y(p.point), {})".format(
        ", ".join(f"""'{name}', p."{name}\"""" for name in BOOK)
    )
)
_CHANGES = (
    ("new", pgtrigger.Insert, {"new": "new_rows"}, "new_rows"),
    ("changed", pgtrigger.Update, {"old": "old_rows", "new": "new_rows"}, "new_rows"),
    ("gone", pgtrigger.Delete, {"old": "old_rows"}, "old_rows"),
)


def kept_on(name: str, update: str) -> Iterator[pgtrigger.Trigger]:
    """Of the rows: what changes in them, ``{rows}``, changes the value of their record; each statement once."""
    for what, operation, names, rows in _CHANGES:
        yield pgtrigger.Trigger(
            name=f"{name}_{what}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(**names),
            func=pgtrigger.Func(f"IF NOT ({TAKING}) THEN {update.replace('ROWS', rows)} END IF; RETURN NULL;"),
        )


def points_on_sheet() -> list[pgtrigger.Trigger]:
    return [
        *kept_on(
            "points_on_sheet",
            f"""
            UPDATE rafid_mineaction_surveysheet s SET book = coalesce((
                SELECT jsonb_agg({_POINT} ORDER BY p."order") FROM rafid_mineaction_surveypoint p WHERE p.sheet_id = s.id
            ), '[]') WHERE s.id IN (SELECT sheet_id FROM ROWS);
            """,
        )
    ]


def hazards_on_task() -> list[pgtrigger.Trigger]:
    return [
        *kept_on(
            "hazards_on_task",
            """
            UPDATE rafid_mineaction_task t SET grounds = coalesce((
                SELECT jsonb_agg(h.hazard_id ORDER BY h.hazard_id) FROM rafid_mineaction_task_hazards h WHERE h.task_id = t.id
            ), '[]') WHERE t.id IN (SELECT task_id FROM ROWS);
            """,
        )
    ]


def written_by_rows(name: str, column: str) -> pgtrigger.Trigger:
    """Nobody but the rows writes the value, unless another node sent it."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"OLD.{column} IS DISTINCT FROM NEW.{column}"),
        func=pgtrigger.Func(
            f"IF pg_trigger_depth() = 1 AND NOT ({TAKING}) THEN NEW.{column} := OLD.{column}; END IF; RETURN NEW;"
        ),
    )


def sheet_travels() -> list[pgtrigger.Trigger]:
    columns = ", ".join(f'"{name}"' for name in BOOK)
    said = ", ".join(f"coalesce(p ->> '{name}', '')" if name != "order" else "(p ->> 'order')::int" for name in BOOK)
    return [
        written_by_rows("sheet_book_stays", "book"),
        pgtrigger.Trigger(
            name="sheet_taken_points",
            when=pgtrigger.After,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf("book"),
            func=pgtrigger.Func(
                f"""
                IF NOT ({TAKING}) THEN RETURN NULL; END IF;
                DELETE FROM rafid_mineaction_surveypoint WHERE sheet_id = NEW.id;
                INSERT INTO rafid_mineaction_surveypoint (id, sheet_id, known_at, accuracy_m, point, {columns})
                SELECT (p ->> 'id')::uuid, NEW.id, statement_timestamp(), (p ->> 'accuracy_m')::float,
                    ST_SetSRID(ST_MakePoint((p ->> 'lon')::float, (p ->> 'lat')::float), 4326), {said}
                FROM jsonb_array_elements(NEW.book) p;
                RETURN NULL;
                """
            ),
        ),
    ]


def task_travels() -> list[pgtrigger.Trigger]:
    return [
        written_by_rows("task_grounds_stay", "grounds"),
        pgtrigger.Trigger(
            name="task_taken_hazards",
            when=pgtrigger.After,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf("grounds"),
            func=pgtrigger.Func(
                f"""
                IF NOT ({TAKING}) THEN RETURN NULL; END IF;
                DELETE FROM rafid_mineaction_task_hazards t WHERE t.task_id = NEW.id AND NOT EXISTS (
                    SELECT FROM jsonb_array_elements_text(NEW.grounds) g WHERE g = t.hazard_id::text);
                INSERT INTO rafid_mineaction_task_hazards (task_id, hazard_id)
                SELECT NEW.id, h.id FROM rafid_mineaction_hazard h
                WHERE h.id IN (SELECT g::uuid FROM jsonb_array_elements_text(NEW.grounds) g)
                ON CONFLICT DO NOTHING;
                RETURN NULL;
                """
            ),
        ),
    ]


def hazard_joins_tasks() -> pgtrigger.Trigger:
    """A hazard that comes after the task that names it is linked when it comes."""
    return pgtrigger.Trigger(
        name="hazard_taken_for_tasks",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_rows"),
        func=pgtrigger.Func(
            f"""
            IF NOT ({TAKING}) THEN RETURN NULL; END IF;
            INSERT INTO rafid_mineaction_task_hazards (task_id, hazard_id)
            SELECT t.id, n.id FROM rafid_mineaction_task t CROSS JOIN LATERAL jsonb_array_elements_text(t.grounds) g
            JOIN new_rows n ON n.id::text = g
            ON CONFLICT DO NOTHING;
            RETURN NULL;
            """
        ),
    )
