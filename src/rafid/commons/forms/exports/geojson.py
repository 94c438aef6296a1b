"""GeoJSON after RFC 7946: one feature a submission where its location is, answers of the main table as properties."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..models import Sight
from .columns import number_or_text
from .csv_zip import choices_found
from .selection import Selection
from .snapshot import rows, snapshot

_BLOCK = 1 << 16


def export_geojson(selection: Selection) -> Iterator[bytes]:
    """In pieces. A submission without a location, or whose location this reader does not see, has no geometry (null)."""
    yield b'{"type": "FeatureCollection", "features": ['
    with snapshot() as conn:
        columns = selection.columns(selection.tables[0], choices_found(conn, selection))
        point = location_sql(selection)
        statement, params = selection.rows_sql(
            selection.tables[0],
            [f"ARRAY[{', '.join(one.sql for one in columns)}]", "s.instance_id", point],
        )
        values = [value for one in columns for value in one.params]
        block: list[str] = []
        size, before = 0, "\n"
        for answers, key, geometry in rows(conn, statement, [*values, *params]):
            properties = {
                one.name: number_or_text(text) if one.number else text
                for one, text in zip(columns, answers, strict=True)
            }
            feature = (
                f'{before}{{"type": "Feature", "id": {json.dumps(key, ensure_ascii=False)}, "geometry": {geometry or "null"},'
                f' "properties": {json.dumps(properties, ensure_ascii=False)}}}'
            )
            before = ",\n"
            block.append(feature)
            size += len(feature)
            if size > _BLOCK:
                yield "".join(block).encode()
                block, size = [], 0
        yield "".join(block).encode()
    yield b"\n]}\n"


def location_sql(selection: Selection) -> str:
    """Where a submission was made, as far as this reader sees the question that said so: exact, to 0.1 degree, or not."""
    sight = selection.masks.sight_of("location")
    exact = _told("ST_AsGeoJSON(g.location, 7)")
    if sight == Sight.VALUE:
        return exact
    coarse = "NULL"
    if sight == Sight.GENERALISED:
        x, y = (f"round(ST_{axis}(g.location)::numeric, 1)" for axis in "XY")
        coarse = _told(f"ST_AsGeoJSON(ST_Point({x}::float8, {y}::float8), 1)")
    return f"(CASE WHEN s.plain THEN {exact} ELSE {coarse} END)"


def _told(sql: str) -> str:
    return f"(SELECT {sql} FROM rafid_forms_submission g WHERE g.id = s.id)"
