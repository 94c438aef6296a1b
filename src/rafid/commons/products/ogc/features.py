"""Pages of features: one statement gives the text of a page, its last row, and how many rows match."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DataError, connection
from django.utils.translation import gettext as _

from ..models import DatasetVersion
from ..patience import TooLong, patient_cursor
from .asked import Asked, bad
from .filtering import condition

_DIGITS = {4326: 6, 3857: 2, 32637: 2, 32638: 2, 32639: 2}
_FROM = "FROM rafid_products_releasedrow r LEFT JOIN rafid_places_placeversion s ON s.id = r.shape_id"
_SHAPE = "coalesce(r.geometry, s.geometry)"


@dataclass(frozen=True)
class FeaturePage:
    """``text``: features in JSON, divided by commas. ``last``: the row by which the next page begins; 0 at the end."""

    text: str
    returned: int
    matched: int
    last: int


def page(version: DatasetVersion, asked: Asked) -> FeaturePage:
    """Raises ``Problem`` 400 for a filter that cannot be answered."""
    where, params = _where(version, asked)
    features = f"SELECT r.n, {_feature(asked)} f {_FROM} WHERE {where} AND r.n > %s ORDER BY r.n LIMIT %s"
    sql = f"SELECT coalesce(string_agg(f, ',' ORDER BY n), ''), count(*), coalesce(max(n), 0) FROM ({features}) q"
    try:
        with patient_cursor() as cursor:
            cursor.execute(sql, [_blank(version), *params, asked.after, asked.limit])
            text, returned, last = cursor.fetchone()
            if _plain(asked):
                matched = version.rows
            else:
                cursor.execute(f"SELECT count(*) {_FROM} WHERE {where}", params)
                (matched,) = cursor.fetchone()
            more = False
            if returned == asked.limit:
                cursor.execute(f"SELECT EXISTS (SELECT 1 {_FROM} WHERE {where} AND r.n > %s)", [*params, last])
                (more,) = cursor.fetchone()
    except DataError as error:
        raise bad("filter", _("The filter compares what cannot be compared.")) from error
    except TooLong as error:
        raise bad("filter", _("This question takes too long. Ask for fewer rows, or take the file.")) from error
    return FeaturePage(text, returned, matched, last if more else 0)


def feature(version: DatasetVersion, key: str, asked: Asked) -> str | None:
    """One feature as JSON text, by its key; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_feature(asked)} {_FROM} WHERE r.version_id = %s AND r.key = %s",
            [_blank(version), version.pk, key],
        )
        found = cursor.fetchone()
    return str(found[0]) if found else None


def _plain(asked: Asked) -> bool:
    return asked.box is None and asked.periods is None and not asked.filter and not asked.equal


def _feature(asked: Asked) -> str:
    shape = _SHAPE if asked.srid == 4326 else f"ST_Transform({_SHAPE}, {asked.srid})"
    shape = f"ST_FlipCoordinates({shape})" if asked.flipped else f"ST_ForcePolygonCCW({shape})"
    return (
        f'\'{{"type":"Feature","id":\' || to_json(r.key)::text || \',"geometry":\' ||'
        f" coalesce(ST_AsGeoJSON({shape}, {_DIGITS[asked.srid]}, 0), 'null') ||"
        " ',\"properties\":' || (%s::jsonb || r.values)::text || '}'"
    )


def _blank(version: DatasetVersion) -> str:
    """All fields, so that each feature has each of them."""
    return json.dumps({one["name"]: None for one in version.fields})


def _where(version: DatasetVersion, asked: Asked) -> tuple[str, list[Any]]:
    parts, params = ["r.version_id = %s"], [version.pk]
    if asked.box is not None:
        frame = "ST_MakeEnvelope(%s, %s, %s, %s, %s)"
        frame = frame if asked.box.srid == 4326 else f"ST_Transform({frame}, 4326)"
        parts.append(
            f"((r.geometry IS NOT NULL AND ST_Intersects(r.geometry, {frame}))"
            f" OR (r.geometry IS NULL AND ST_Intersects(s.geometry, {frame})))"
        )
        params += [*asked.box.edges, asked.box.srid] * 2
    if asked.periods is not None:
        parts.append("r.period = ANY(%s)")
        params.append(list(asked.periods))
    for name, value in asked.equal:
        parts.append("r.values->>%s = %s")
        params += [name, value]
    if asked.filter:
        sql, more = condition(asked.filter, version)
        parts.append(f"({sql})")
        params += more
    return " AND ".join(parts), params


def written(page: FeaturePage, links: Sequence[dict[str, str]], at: str) -> bytes:
    """The FeatureCollection: the page's text is not parsed again."""
    head = json.dumps(
        {"type": "FeatureCollection", "timeStamp": at, "numberMatched": page.matched, "numberReturned": page.returned,
         "links": list(links)},
        ensure_ascii=False,
    )  # fmt: skip
    return f'{head[:-1]},"features":[{page.text}]}}'.encode()
