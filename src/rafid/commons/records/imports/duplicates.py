"""Rows of one file that are about the same thing, found by the database, so that memory stays flat."""

from __future__ import annotations

import json

from django.db import connection

from ..models import ImportRun
from .targets import Target


def mark_duplicates(run: ImportRun, target: Target) -> int:
    """Of rows that agree in ``unique``, an exact repeat is told at the later one, a contradiction at both.

    Returns how many rows were marked.
    """
    keys = [code for code in target.declared.unique if code in {column.code for column in target.columns}]
    if not keys:
        return 0
    parts = ", ".join("values->>%s" for _ in keys)
    some = " OR ".join("values->>%s IS NOT NULL" for _ in keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE rafid_twice ON COMMIT DROP AS
            SELECT array_agg(number) AS numbers, min(number) AS first
            FROM rafid_records_importrow
            WHERE run_id = %s AND problems IS NULL AND ({some})
            GROUP BY {parts} HAVING count(*) > 1
            """,
            [run.pk, *keys, *keys],
        )
        marked = 0
        if cursor.rowcount:
            cursor.execute(
                """
                WITH twins AS (
                    SELECT unnest(numbers) AS number, first FROM rafid_twice
                ), judged AS (
                    SELECT t.number, t.first, r.values IS DISTINCT FROM f.values AS differs
                    FROM twins t
                    JOIN rafid_records_importrow r ON r.run_id = %(run)s AND r.number = t.number
                    JOIN rafid_records_importrow f ON f.run_id = %(run)s AND f.number = t.first
                ), told AS (
                    SELECT number, CASE WHEN differs THEN 'contradicts_row' ELSE 'repeats_row' END AS code, first AS other
                    FROM judged WHERE number <> first
                    UNION ALL
                    SELECT first, 'contradicts_row', min(number) FROM judged WHERE differs GROUP BY first
                )
                UPDATE rafid_records_importrow r SET problems = jsonb_build_object('', jsonb_build_array(
                    jsonb_build_object('code', told.code, 'params',
                        jsonb_build_object('row', told.other, 'keys', %(keys)s::jsonb))))
                FROM told WHERE r.run_id = %(run)s AND r.number = told.number
                """,
                {"run": run.pk, "keys": json.dumps(keys)},
            )
            marked = cursor.rowcount
        cursor.execute("DROP TABLE rafid_twice")
    return marked
