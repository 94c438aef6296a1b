"""Tiles of 200,000 polygons at zooms 5 to 7: from the overviews that a publication makes, and live by ``ST_AsMVT``.

Both sides are one statement through the same connection; the live one draws the polygons as they are, which is what a tile
server over the table does. ``RAFID_BENCH_POLYGONS`` says another number.
"""

from __future__ import annotations

import os
import statistics
import time

from benchmarks import loaded

NUMBER = int(os.environ.get("RAFID_BENCH_POLYGONS", "200000"))
WEST, SOUTH, EAST, NORTH = 39.0, 29.5, 48.5, 37.0
AIM, MOST = 50, 500_000
LIVE = """
SELECT ST_AsMVT(t, 'fields', 4096, 'geom') FROM (
    SELECT r.key, r.values, ST_AsMVTGeom(r.web, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS geom
    FROM rafid_products_releasedrow r
    WHERE r.version_id = %(version)s AND r.web && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
) t WHERE geom IS NOT NULL
"""


def released() -> object:
    """A version of fields of about five hectares in groups, each of 13 corners."""
    import numpy as np
    import shapely
    from django.db import connection
    from django.utils import timezone

    from rafid.commons.people.models import Account
    from rafid.commons.products.models import Dataset, DatasetVersion, Decision

    maker, other = (Account.objects.create_user(f"bench-{n}", password="x") for n in (1, 2))
    dataset = Dataset.objects.create(
        code="fields", programme="statistics", origin="table", name_en="Fields", sensitivity=0
    )
    fields = [
        {"name": "crop", "kind": "choice", "role": "none"}, {"name": "hectares", "kind": "number", "role": "none"},
        {"name": "wells", "kind": "integer", "role": "sensitive"},
    ]  # fmt: skip
    version = DatasetVersion.objects.create(
        dataset=dataset, number=1, sensitivity=0, known=timezone.now(), fields=fields, rows=NUMBER, sha256="f" * 64,
        bounds=[WEST, SOUTH, EAST, NORTH], made_by=maker,
    )  # fmt: skip
    chance = np.random.default_rng(7)
    side = 0.0022
    groups = chance.uniform((WEST, SOUTH), (EAST - 0.1, NORTH - 0.1), (NUMBER // 400 + 1, 2))
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    at = np.arange(NUMBER)
    corner = groups[at // 400] + side * np.column_stack([at % 400 % 20, at % 400 // 20])
    ring = np.column_stack([np.cos(turn), np.sin(turn)]) * side * 0.48
    shapes = shapely.polygons(np.round(corner[:, None, :] + ring[None, :, :], 6))
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY rafid_products_releasedrow (version_id, n, key, values, period, geometry) FROM STDIN"
        ) as copy,
    ):
        for number, text in enumerate(shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True)):
            values = f'{{"crop": "{"abc"[number % 3]}", "hectares": {number % 90 / 10}, "wells": {number % 7}}}'
            copy.write_row((version.pk, number + 1, str(number), values, "", text))
    Decision.objects.create(version=version, approved=True, by=other)
    version.state, version.published_at = "published", timezone.now()
    version.save()
    Dataset.objects.filter(pk=dataset.pk).update(state="published")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE rafid_products_releasedrow")
    return version


def tiles_of(z: int) -> list[tuple[int, int]]:
    from rafid.commons.products.tiles import Tile

    x0, y0, x1, y1 = _span(z)
    return [(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1) if Tile(z, x, y).exists]


def _span(z: int) -> tuple[int, int, int, int]:
    import math

    def at(lon: float, lat: float) -> tuple[int, int]:
        y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
        return int((lon + 180) / 360 * 2**z), int(y * 2**z)

    return *at(WEST, NORTH), *at(EAST, SOUTH)


def main() -> None:
    with loaded.site():
        from django.db import connection

        from rafid.commons.products.models import Overview
        from rafid.commons.products.overviews.build import build
        from rafid.commons.products.overviews.serving import released_tile
        from rafid.commons.products.tiles import Tile

        version = released()
        start = time.perf_counter()
        build(version)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE rafid_products_overview")
        took = time.perf_counter() - start
        print("## Tiles of released datasets: overviews\n")
        print(f"{NUMBER:,} polygons of 13 corners. Making all overviews took {took:.0f} s; ", end="")
        print(f"{Overview.objects.count():,} features.\n")
        print("| zoom | tiles | overview ms | live ms | overview : live | largest overview kB | largest live kB |")
        print("|---|---|---|---|---|---|---|")
        all_own = all_live = 0.0
        largest = 0
        for z in (5, 6, 7):
            own, live, own_sizes, live_sizes = [], [], [], []
            for x, y in tiles_of(z):
                begun = time.perf_counter()
                own_sizes.append(len(released_tile(version, Tile(z, x, y))))
                own.append(time.perf_counter() - begun)
                with connection.cursor() as cursor:
                    begun = time.perf_counter()
                    cursor.execute(LIVE, {"z": z, "x": x, "y": y, "version": version.pk})
                    live_sizes.append(len(cursor.fetchone()[0] or b""))
                    live.append(time.perf_counter() - begun)
            all_own, all_live, largest = all_own + sum(own), all_live + sum(live), max(largest, *own_sizes)
            print(
                f"| {z} | {len(own)} | {1000 * statistics.mean(own):.1f} | {1000 * statistics.mean(live):.0f} |"
                f" {sum(live) / sum(own):.0f} × | {max(own_sizes) / 1000:.0f} | {max(live_sizes) / 1000:,.0f} |"
            )
        ratio = all_live / all_own
        fast, small = ("reached" if reached else "not reached" for reached in (ratio >= AIM, largest <= MOST))
        print(
            f"\nAll tiles of zooms 5 to 7: **{ratio:.0f} ×** ({fast}: {AIM} ×);"
            f" largest tile {largest / 1000:.0f} kB ({small}: 500 kB)."
        )
        sizes, times = [], []
        for z in (8, 9, 10, 11):
            for x, y in tiles_of(z)[:: max(1, len(tiles_of(z)) // 40)]:
                begun = time.perf_counter()
                sizes.append(len(released_tile(version, Tile(z, x, y))))
                times.append(time.perf_counter() - begun)
        mean, most = 1000 * statistics.mean(times), max(sizes) / 1000
        print(f"\nZooms 8 to 11, {len(sizes)} tiles: {mean:.0f} ms each, the largest {most:.0f} kB.")


if __name__ == "__main__":
    main()
