"""Makes the overviews of a version, as its publication's task does.

Zooms 0-4 by governorate, 5-7 by district or in squares, 8-9 the features themselves, simplified as one coverage so that shared
borders stay shared.

What is smaller than a pixel, and what would make a tile too large, is not drawn; squares say how many lie there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from rafid.commons.indicators.periods import is_period, span
from rafid.commons.places.country import country
from rafid.commons.places.overviews import simplified

from ..models import DatasetVersion, EditionInput, Overview, VersionState
from .bands import BANDS, WORLD, Band
from .features import PLACES, level_drawn, level_wanted, levels, merged, own, placed

FEW = 2_000
"""So many areas are drawn as they are from z 5 on; more become squares until z 8."""
FULL = 400_000
"""Bytes that the features of a tile may come to."""
_TABLE = Overview._meta.db_table
_INSERT = f"INSERT INTO {_TABLE} (version_id, band, web, count, values) "
_X, _Y = "floor(ST_X(f.at) / %(side)s)", "floor(ST_Y(f.at) / %(side)s)"
_SQUARE = f"ST_MakeEnvelope({_X} * %(side)s, {_Y} * %(side)s, ({_X} + 1) * %(side)s, ({_Y} + 1) * %(side)s, 3857)"
_NAMED = "'ref', {p}.ref, 'name_ar', {v}.name_ar, 'name_ckb', {v}.name_ckb, 'name_en', {v}.name_en"


def build(version: DatasetVersion) -> int:
    """All bands anew, swapped in one transaction, in the same order each time. Returns how many features there are."""
    with transaction.atomic():
        DatasetVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        Overview.objects.filter(version=version).delete()
        if not _copied(version):
            _Maker(version).make()
        drop_old(version)
    return Overview.objects.filter(version=version).count()


def _copied(version: DatasetVersion) -> bool:
    """From another version of the dataset with the very same rows and fields, so that only what changed is made."""
    twins = DatasetVersion.objects.filter(dataset=version.dataset_id, sha256=version.sha256, fields=version.fields)
    twin = twins.exclude(pk=version.pk).filter(overviews__isnull=False).order_by("-number").first()
    if twin is None or not version.sha256 or twin.last_period != version.last_period:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_INSERT} SELECT %s, band, web, count, values FROM {_TABLE} WHERE version_id = %s", [version.pk, twin.pk]
        )
    return True


def drop_old(version: DatasetVersion) -> int:
    """Of versions that this one follows; one that an edition names keeps its own."""
    named = EditionInput.objects.values("version")
    old = DatasetVersion.objects.filter(dataset=version.dataset_id, state=VersionState.SUPERSEDED).exclude(pk__in=named)
    return Overview.objects.filter(version__in=old.exclude(pk=version.pk)).delete()[0]


class _Maker:
    def __init__(self, version: DatasetVersion) -> None:
        self.version = version
        last = version.last_period
        self.on = min(span(last)[1], timezone.localdate()) if is_period(last) else timezone.localdate()
        self.asked: dict[str, Any] = {"version": version.pk, "period": last, "on": self.on}
        self.points = self._any("ST_Dimension(r.web) = 0")
        self.areas = self._any("ST_Dimension(r.web) > 0")
        self.levels = levels(version, last)

    def make(self) -> None:
        if self.points or self.areas:
            self._governorates()
        for band in BANDS:
            if self.points:
                self._points(band)
            if self.areas:
                self._areas(band)
            if self.levels:
                self._places(band)

    def _any(self, where: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({own(self.version, where)}) f", self.asked)
            found: int = cursor.fetchone()[0]
        return found

    def _run(self, sql: str, **more: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, {**self.asked, **more})

    def _governorates(self) -> None:
        """In small parts with an index: whole borders would be walked along for every feature."""
        self._run("DROP TABLE IF EXISTS rafid_parts")
        self._run(
            f"""CREATE TEMP TABLE rafid_parts ON COMMIT DROP AS
                SELECT v.id, ST_Subdivide(v.web, 128) AS web FROM {PLACES} v JOIN rafid_places_place p ON p.id = v.place_id
                WHERE p.level = 1 AND p.division = %(division)s AND v.valid @> %(on)s::date AND v.web IS NOT NULL""",
            division=country().divisions[0].code,
        )
        self._run("CREATE INDEX ON rafid_parts USING gist (web)")
        self._run("ANALYZE rafid_parts")

    def _points(self, band: Band) -> None:
        found = f"SELECT o.*, ST_Centroid(o.web) AS at FROM ({own(self.version, 'ST_Dimension(r.web) = 0')}) o"
        middle = "ST_Centroid(ST_Collect(f.at))"
        if band.number == 0:
            self._by_governorate(band, found, middle)
        else:
            self._run(
                f"{_INSERT} SELECT %(version)s, %(band)s, {middle}, sum(f.count), {merged(self.version)}"
                f" FROM ({found}) f GROUP BY {_X}, {_Y} ORDER BY {_Y}, {_X}",
                band=band.number, side=band.square,
            )  # fmt: skip

    def _areas(self, band: Band) -> None:
        found = f"SELECT o.*, ST_Centroid(o.web) AS at FROM ({own(self.version, 'ST_Dimension(r.web) > 0')}) o"
        if band.number == 0:
            self._by_governorate(band, found, "")
            return
        drawn = self._drawn(band) if band.number >= 8 or self.areas <= FEW else ""
        self._run(
            f"{_INSERT} SELECT %(version)s, %(band)s, {_SQUARE}, sum(f.count), {merged(self.version)}"
            f" FROM ({found}) f {drawn} GROUP BY {_X}, {_Y} ORDER BY {_Y}, {_X}",
            band=band.number, side=band.square,
        )  # fmt: skip

    def _by_governorate(self, band: Band, found: str, middle: str) -> None:
        """``middle``: where its point stands; empty: its borders are drawn. What lies in none is counted in squares."""
        named = _NAMED.format(p="p", v="v")
        self._run(
            f"""{_INSERT} SELECT %(version)s, %(band)s, {middle or "v.web"}, sum(f.count),
                jsonb_build_object({named}) || ({merged(self.version)})
            FROM (SELECT o.*, x.id AS inside FROM ({found}) o CROSS JOIN LATERAL (
                SELECT g.id FROM rafid_parts g WHERE ST_Intersects(g.web, o.at) ORDER BY g.id LIMIT 1) x) f
            JOIN {PLACES} v ON v.id = f.inside JOIN rafid_places_place p ON p.id = v.place_id
            GROUP BY v.id, p.ref ORDER BY p.ref""",
            band=band.number,
        )
        self._run(
            f"{_INSERT} SELECT %(version)s, %(band)s, {middle or _SQUARE}, sum(f.count), {merged(self.version)}"
            f" FROM ({found}) f WHERE NOT EXISTS (SELECT 1 FROM rafid_parts g WHERE ST_Intersects(g.web, f.at))"
            f" GROUP BY {_X}, {_Y} ORDER BY {_Y}, {_X}",
            band=band.number, side=band.square,
        )  # fmt: skip
        if not middle:
            self._simplify(band)

    def _drawn(self, band: Band) -> str:
        """Inserts the simplified features; returns the condition of those that were not, which squares count."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT f.id, ST_AsBinary(f.web), octet_length(f.values::text) FROM ("
                f"{own(self.version, 'ST_Dimension(r.web) > 0 AND (ST_Dimension(r.web) = 1 OR ST_Area(r.web) >= %(least)s)')}"
                ") f",
                {**self.asked, "least": band.pixel**2},
            )
            rows = cursor.fetchall()
        if not rows:
            return ""
        webs = shapely.from_wkb([bytes(web) for _id, web, _size in rows])
        shapes = _coverage(webs, band.pixel)
        sizes = np.array([size for _id, _web, size in rows], dtype=float) + 20 + 4 * shapely.get_num_coordinates(shapes)
        kept = ~_crowded(shapely.centroid(webs), sizes, band.tile)
        self._run("DROP TABLE IF EXISTS rafid_drawn")
        self._run("CREATE TEMP TABLE rafid_drawn (id bigint PRIMARY KEY, web geometry) ON COMMIT DROP")
        with connection.cursor() as cursor, cursor.copy("COPY rafid_drawn FROM STDIN") as copy:
            for at in np.flatnonzero(kept):
                copy.write_row((rows[at][0], _hex(shapes[at])))
        self._run("ANALYZE rafid_drawn")
        self._run(
            f"{_INSERT} SELECT %(version)s, %(band)s, d.web, 1, f.values FROM rafid_drawn d"
            " JOIN rafid_products_releasedrow f ON f.id = d.id ORDER BY d.id",
            band=band.number,
        )
        return "WHERE NOT EXISTS (SELECT 1 FROM rafid_drawn d WHERE d.id = f.id)"

    def _places(self, band: Band) -> None:
        wanted = level_wanted(band.number)
        level = level_drawn(self.levels, wanted)
        if level is None:
            return
        source = placed(self.version)
        if level <= wanted:
            self._run(
                f"{_INSERT} SELECT %(version)s, %(band)s, f.web, f.count, f.values FROM ({source}) f ORDER BY f.shape",
                band=band.number, level=level,
            )  # fmt: skip
        else:
            named = _NAMED.format(p="p", v="v")
            self._run(
                f"""WITH RECURSIVE f AS MATERIALIZED ({source}), up (own, at, level) AS (
                    SELECT f.place_id, f.place_id, %(level)s::int FROM f
                    UNION SELECT up.own, v.parent_id, p.level::int FROM up
                    JOIN {PLACES} v ON v.place_id = up.at AND v.valid @> %(on)s::date
                    JOIN rafid_places_place p ON p.id = v.parent_id WHERE p.level >= %(wanted)s
                )
                {_INSERT} SELECT %(version)s, %(band)s, v.web, sum(f.count),
                    ({merged(self.version, values="(f.values - ARRAY['ref', 'name_ar', 'name_ckb', 'name_en'])")})
                    || jsonb_build_object({named})
                FROM f JOIN up ON up.own = f.place_id AND up.level = %(wanted)s
                JOIN {PLACES} v ON v.place_id = up.at AND v.valid @> %(on)s::date
                JOIN rafid_places_place p ON p.id = v.place_id
                WHERE v.web IS NOT NULL GROUP BY v.id, p.ref ORDER BY p.ref""",
                band=band.number, level=level, wanted=wanted,
            )  # fmt: skip
        self._simplify(band)

    def _simplify(self, band: Band) -> None:
        """The borders that stand in the band as they are."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, ST_AsBinary(web) FROM {_TABLE} WHERE version_id = %s AND band = %s AND ST_NPoints(web) > 5",
                [self.version.pk, band.number],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            shapes = _coverage(shapely.from_wkb([bytes(web) for _id, web in rows]), band.pixel)
            # One statement, not executemany: where history writes down who asks, that takes one statement only.
            cursor.execute(
                f"UPDATE {_TABLE} SET web = ST_GeomFromWKB(made.wkb, 3857)"
                " FROM unnest(%s::bigint[], %s::bytea[]) AS made(id, wkb)"
                f" WHERE {_TABLE}.id = made.id",
                [[pk for pk, _web in rows], [shapely.to_wkb(shape) for shape in shapes]],
            )


def _coverage(webs: NDArray[Any], tolerance: float) -> NDArray[Any]:
    """Areas as one coverage, lines one by one."""
    shapes = np.array(webs, dtype=object)
    areas = shapely.get_dimensions(shapes) == 2
    # A collection of both is drawn as it is: it is no member of a coverage.
    plain = areas & np.isin(shapely.get_type_id(shapes), (3, 6))
    if plain.any():
        shapes[plain] = simplified(shapes[plain], tolerance)
    if (~areas).any():
        shapes[~areas] = shapely.simplify(shapes[~areas], tolerance)
    return shapes


def _crowded(middles: NDArray[Any], sizes: NDArray[np.float64], side: float) -> NDArray[np.bool_]:
    """Which features lie in tiles that they would fill beyond ``FULL``."""
    x = np.floor((shapely.get_x(middles) + WORLD / 2) / side).astype(np.int64)
    y = np.floor((shapely.get_y(middles) + WORLD / 2) / side).astype(np.int64)
    _tiles, which = np.unique(x * 2**32 + y, return_inverse=True)
    full: NDArray[np.bool_] = np.bincount(which, weights=sizes) > FULL
    return full[which]


def _hex(shape: Any) -> str:
    return str(shapely.to_wkb(shapely.set_srid(shape, 3857), hex=True, include_srid=True))
