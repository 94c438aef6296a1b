"""The features of a version in SQL: rows with a position of their own, and one for each place that its rows are of.

Where several are drawn as one, counts are added, and only where each is known: a sum of what is not withheld would give
away, with the total, what is. Anything but a count (a rate, a year, a name) stands for one row only, or is the same in all.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import sql as psycopg_sql

from ..catalogue.fields import FLAG
from ..models import DatasetVersion
from ..release.cells import NUMBERS, TOTALS

PLACES = "rafid_places_placeversion"
ROWS = "rafid_products_releasedrow"
_MOST_ARGUMENTS = 40
"""Of jsonb_build_object: PostgreSQL takes a hundred."""


def quoted(text: str) -> str:
    """As a literal within a statement that has parameters."""
    return psycopg_sql.quote(text).replace("%", "%%")


def counts(version: DatasetVersion) -> list[str]:
    """The fields that may be added up."""
    return [
        one["name"]
        for one in version.fields
        if one.get("kind") in NUMBERS
        and (one.get("measure") or (one.get("role") == "sensitive" and one["kind"] == "integer"))
    ]


def merged(version: DatasetVersion, *, of_one_place: bool = False, values: str = "f.values") -> str:
    """An aggregate: the values of several features as those of one.

    Rows that say different things of ``choice`` fields are not added up (tents and blankets), nor, ``of_one_place``, those that
    differ in a text. There a row that stands for all others is taken, where there is one.
    """
    added = counts(version)
    words = [
        one["name"]
        for one in version.fields
        if one.get("kind", "text") not in NUMBERS and not one["name"].endswith(FLAG) and one.get("role") != "quasi"
    ]
    kinds = ("choice", "text") if of_one_place else ("choice",)
    apart = [one["name"] for one in version.fields if one["name"] in words and one.get("kind", "text") in kinds]
    same = " AND ".join(f"count(DISTINCT coalesce({values}->>{quoted(name)}, '')) <= 1" for name in apart) or "true"
    pairs = []
    for name in added:
        field, flag = quoted(name), quoted(name + FLAG)
        number = f"(CASE WHEN jsonb_typeof({values}->{field}) = 'number' THEN ({values}->>{field})::numeric END)"
        pairs.append(f"{field}, CASE WHEN {same} AND count({number}) = count(*) THEN sum({number}) END")
        pairs.append(f"{flag}, CASE WHEN bool_or({values}->>{flag} = '*') THEN '*' END")
    for name in words:
        text = f"{values}->>{quoted(name)}"
        pairs.append(
            f"{quoted(name)}, CASE WHEN count({text}) = count(*) AND count(DISTINCT {text}) = 1 THEN min({text}) END"
        )
    blocks = [pairs[at : at + _MOST_ARGUMENTS] for at in range(0, len(pairs), _MOST_ARGUMENTS)]
    built = " || ".join(f"jsonb_build_object({', '.join(block)})" for block in blocks) or "'{}'::jsonb"
    whole = f"WHEN count(*) = 1 THEN (array_agg({values}))[1]"
    dimensions = [one["name"] for one in version.fields if one.get("role") == "quasi"]
    if of_one_place and dimensions:
        told = ", ".join(quoted(one) for one in sorted(TOTALS))
        every = " AND ".join(f"coalesce({values}->>{quoted(name)}, '') IN ({told})" for name in dimensions)
        whole += f" WHEN count(*) FILTER (WHERE {every}) = 1 THEN (array_agg({values}) FILTER (WHERE {every}))[1]"
    return f"CASE {whole} ELSE jsonb_strip_nulls({built}) END"


def own(version: DatasetVersion, where: str = "true") -> str:
    """Rows with a position of their own: id, web, values, count; ``where`` over ``r``. Parameter: version."""
    return (
        f"SELECT r.id, r.web, r.values, 1 AS count, ST_Dimension(r.web) = 0 AS is_point FROM {ROWS} r"
        f" WHERE r.version_id = %(version)s AND r.web IS NOT NULL AND {where}"
    )


def placed(version: DatasetVersion, where: str = "true") -> str:
    """A feature for each place of one level: shape, place_id, web, values, count; ``where`` over the places' ``s``.
    Parameters: version, period, level."""
    return f"""SELECT g.shape_id AS shape, s.place_id, s.web, g.count,
            jsonb_build_object('ref', p.ref, 'name_ar', s.name_ar, 'name_ckb', s.name_ckb, 'name_en', s.name_en) || g.values
            AS values
        FROM (
            SELECT f.shape_id, count(*)::int AS count, {merged(version, of_one_place=True)} AS values
            FROM {ROWS} f JOIN rafid_places_place fp ON fp.id = f.place_id
            WHERE f.version_id = %(version)s AND f.web IS NULL AND f.shape_id IS NOT NULL AND f.period = %(period)s
                AND fp.level = %(level)s
                AND f.shape_id IN (SELECT s.id FROM {PLACES} s WHERE s.web IS NOT NULL AND {where})
            GROUP BY f.shape_id
        ) g JOIN {PLACES} s ON s.id = g.shape_id JOIN rafid_places_place p ON p.id = s.place_id"""


@functools.lru_cache(maxsize=512)
def _levels(version: Any, period: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT p.level FROM {ROWS} r JOIN rafid_places_place p ON p.id = r.place_id"
            f" JOIN {PLACES} s ON s.id = r.shape_id"
            " WHERE r.version_id = %s AND r.period = %s AND s.web IS NOT NULL AND r.web IS NULL ORDER BY 1",
            [version, period],
        )
        return tuple(level for (level,) in cursor.fetchall())


def levels(version: DatasetVersion, period: str) -> tuple[int, ...]:
    """Levels of the places that rows without a position of their own are of, where these have borders. A version that is out
    does not change."""
    if version.state in ("published", "superseded", "withdrawn"):
        return _levels(version.pk, period)
    return _levels.__wrapped__(version.pk, period)


def level_drawn(there: Sequence[int], wanted: int) -> int | None:
    """One level at each zoom, so that nothing lies on another: the wanted one, else the next above, else the next below."""
    above = [one for one in there if one <= wanted]
    return max(above) if above else min(there, default=None)


def level_wanted(zoom: int) -> int:
    """Governorates, then districts, then the finest that there is."""
    return 1 if zoom < 5 else 2 if zoom < 8 else 99
