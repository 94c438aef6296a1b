"""Vector tiles of all places beside the same tiles made live: tiles a second, cold and warm, by zoom.

    ./rafid bench tiles

One granian process, one client, over HTTP with a kept connection. The client asks for every tile of zooms 4 to 11 that a
place lies in (at most 150 of a zoom), layer by layer. Cold: the server's first answer of each. Warm: the same again.
The peer is what Django packages for vector tiles do (`peers/tile.py`): the ORM's query with ST_AsMVTGeom on the stored
borders, packed by ST_AsMVT, through the same server and middleware; it has no store, so that there is no warm one.
"""

from __future__ import annotations

import math
import random
import statistics

import loaded

LAYERS = ("governorates", "districts", "subdistricts", "settlements")
ZOOMS = range(4, 12)
MOST = 150
AIM = 300


def tiles_of(layer: str, z: int) -> list[tuple[int, int, int]]:
    """Every tile of the zoom in which the layer has something, or a fixed sample of them."""
    from django.db import connection

    from rafid.commons.products.tile_layers import layers

    asked = layers()[layer]
    shape = "p.point" if asked.points else "v.geometry"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ST_XMin(s), ST_YMin(s), ST_XMax(s), ST_YMax(s) FROM (SELECT {shape} AS s FROM rafid_places_placeversion v "
            "JOIN rafid_places_place p ON p.id = v.place_id WHERE v.valid @> current_date AND p.level = %s AND p.division = %s "
            f"AND {shape} IS NOT NULL) t",
            [asked.level, asked.division],
        )
        boxes = cursor.fetchall()
    side = 2**z

    def column(lon: float) -> int:
        return int((lon + 180) / 360 * side)

    def row(lat: float) -> int:
        return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side)

    found = {
        (z, x, y)
        for west, south, east, north in boxes
        for x in range(column(west), column(east) + 1)
        for y in range(row(north), row(south) + 1)
    }
    chosen = sorted(found)
    return sorted(random.Random(7).sample(chosen, MOST)) if len(chosen) > MOST else chosen


def main() -> None:
    with loaded.site() as said, loaded.granian() as server:
        port = server.port
        print("## Vector tiles\n")
        print("Loaded: " + "; ".join(said) + ".\n")
        loaded.measured(["/tiles/governorates/0/0/0.mvt", "/peer/tiles/governorates/0/0/0.mvt"], port)  # both are awake
        print("| layer | zoom | tiles | median kB, gzip | cold/s | warm/s | peer/s | peer kB, gzip | warm : peer |")
        print("|---|---|---|---|---|---|---|---|---|")
        everything: list[str] = []
        peer_seconds = 0.0
        for layer in LAYERS:
            for z in ZOOMS:
                tiles = tiles_of(layer, z)
                if not tiles:
                    continue
                own, other = (
                    [f"{room}/{layer}/{z}/{x}/{y}.mvt" for z, x, y in tiles] for room in ("/tiles", "/peer/tiles")
                )
                cold, _bytes, sizes = loaded.measured(own, port)
                warm, _bytes, _sizes = loaded.measured(own, port, seconds=0.3)
                peer, _bytes, theirs = loaded.measured(other, port)
                everything += own
                peer_seconds += len(tiles) / peer
                print(
                    f"| {layer} | {z} | {len(tiles)} | {statistics.median(sizes.values()) / 1000:.1f} | {cold:,.0f} | "
                    f"{warm:,.0f} | {peer:,.0f} | {statistics.median(theirs.values()) / 1000:.1f} | {warm / peer:.0f} × |",
                    flush=True,
                )
        chance = random.Random(1)
        chance.shuffle(everything)
        rate, _bytes, sizes = loaded.measured(everything, port, seconds=3.0)
        peer = len(everything) / peer_seconds
        print(
            f"\nAll {len(everything):,} tiles in a random order, warm: **{rate:,.0f} tiles/s** "
            f"({'reached' if rate >= AIM else 'not reached'}: {AIM}); the peer made them at {peer:,.0f}/s: "
            f"**{rate / peer:.0f} ×**. Largest tile: {max(sizes.values()) / 1000:.0f} kB gzipped."
        )


if __name__ == "__main__":
    main()
