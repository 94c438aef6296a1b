"""Pages of 1,000 features over HTTP, beside pygeoapi 0.21 on a table of the same rows; and the list in process beside Django's
GeoJSON serializer.

pygeoapi is installed by hand into an environment of its own, with ``gunicorn`` and ``psycopg2-binary``; RAFID_BENCH_PYGEOAPI
names its folder.
Without it the pages are not compared. RAFID_BENCH_POLYGONS says how many polygons.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("RAFID_BENCH_POLYGONS", "20000")

from benchmarks import bench_overviews, loaded

PAGE, ROUNDS = 1000, 3
AIM_PAGES, AIM_LIST = 5, 50
PEER = os.environ.get("RAFID_BENCH_PYGEOAPI", "")


def table() -> None:
    """The same rows as columns of a table with a key, which is kinder to the peer than our JSON."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE peer_fields AS SELECT n::int AS id, values->>'crop' AS crop,"
            " (values->>'hectares')::float8 AS hectares, (values->>'wells')::int AS wells,"
            " geometry::geometry(Polygon, 4326) AS geom FROM rafid_products_releasedrow"
            " WHERE version_id = (SELECT v.id FROM rafid_products_datasetversion v"
            " JOIN rafid_products_dataset d ON d.id = v.dataset_id WHERE d.code = 'fields')"
        )
        cursor.execute("ALTER TABLE peer_fields ADD PRIMARY KEY (id)")
        cursor.execute("CREATE INDEX ON peer_fields USING gist (geom)")
        cursor.execute("ANALYZE peer_fields")


def settings_of(port: int) -> dict[str, Any]:
    from django.db import connection

    found = connection.settings_dict
    data = {"host": found["HOST"], "dbname": found["NAME"], "user": found["USER"], "search_path": ["public"]}
    if found["PORT"]:
        data["port"] = int(found["PORT"])
    if found["PASSWORD"]:
        data["password"] = found["PASSWORD"]
    words = {"title": "x", "description": "x"}
    person = {"name": "x", "url": "http://127.0.0.1"}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port}, "url": f"http://127.0.0.1:{port}", "mimetype": "application/json",
            "encoding": "utf-8", "languages": ["en-US"], "limits": {"default_items": 100, "max_items": 10000},
            "map": {"url": "http://127.0.0.1", "attribution": "x"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**words, "keywords": ["x"], "keywords_type": "theme", "terms_of_service": "x", "url": "http://x"},
            "license": {"name": "x", "url": "http://x"}, "provider": person, "contact": person,
        },
        "resources": {
            "fields": {
                "type": "collection", **words, "keywords": ["x"], "links": [],
                "extents": {"spatial": {"bbox": [38, 29, 49, 38], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
                "providers": [
                    {"type": "feature", "name": "PostgreSQL", "data": data, "id_field": "id", "table": "peer_fields",
                     "geom_field": "geom"}
                ],
            }
        },
    }  # fmt: skip


@contextlib.contextmanager
def pygeoapi(folder: Path) -> Iterator[int]:
    """One process, as ours has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        config, api = Path(place) / "config.yml", Path(place) / "openapi.yml"
        config.write_text(json.dumps(settings_of(port)))  # JSON is YAML
        environment = {**os.environ, "PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(api)}
        programs = folder.resolve() / "bin"
        with api.open("w") as out:
            command = [programs / "pygeoapi", "openapi", "generate", config]
            subprocess.run(command, env=environment, stdout=out, check=True, stderr=subprocess.DEVNULL)
        command = [
            programs / "gunicorn",
            "-w",
            "1",
            "-b",
            f"127.0.0.1:{port}",
            "--log-level",
            "error",
            "pygeoapi.flask_app:APP",
        ]
        with subprocess.Popen(command, env=environment, cwd=place) as process:
            try:
                for _attempt in range(200):
                    with contextlib.suppress(OSError):
                        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                        line.request("GET", "/collections/fields/items?limit=1&f=json")
                        if line.getresponse().status == 200:
                            break
                    time.sleep(0.2)
                yield port
            finally:
                process.terminate()
                process.wait(20)


def pages(port: int, address: Callable[[int], str]) -> tuple[float, int]:
    """Pages a second, and features in all, over one connection."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    count = features = 0
    begun = time.perf_counter()
    for _round in range(ROUNDS):
        for at in range(0, bench_overviews.NUMBER, PAGE):
            line.request("GET", address(at), headers={"Accept": "application/geo+json"})
            answer = line.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{address(at)}: {answer.status} {body[:300]!r}")
            count += 1
            features += body.count(b'"Feature"')
    return count / (time.perf_counter() - begun), features


def best(work: Callable[[], Any]) -> float:
    found = []
    for _round in range(5):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found)


def in_process(version: Any) -> None:
    from django.core.serializers import serialize

    from rafid.commons.products.models import ReleasedRow
    from rafid.commons.products.ogc import features
    from rafid.commons.products.ogc.asked import Asked

    own = best(lambda: features.written(features.page(version, Asked(limit=PAGE)), [], ""))
    rows = ReleasedRow.objects.filter(version=version).order_by("n")
    peer = best(lambda: serialize("geojson", rows[:PAGE], geometry_field="geometry", fields=["key", "values"]))
    said = "reached" if peer / own >= AIM_LIST else "not reached"
    print(
        f"\nA list of {PAGE:,} in process: {1000 * own:.1f} ms, Django's serializer {1000 * peer:,.0f} ms:"
        f" **{peer / own:.0f} ×** ({said}: {AIM_LIST} ×)."
    )


def main() -> None:
    with loaded.site():
        version = bench_overviews.released()
        table()
        print("## OGC API Features\n")
        print(f"{bench_overviews.NUMBER:,} polygons of 13 corners, pages of {PAGE:,} over HTTP, one process each.\n")
        with loaded.granian() as server:
            own, count = pages(server.port, lambda at: f"/ogc/collections/fields/items?limit={PAGE}&after={at}")
        print("| | pages/s | features |\n|---|---|---|")
        print(f"| Rafid, visibility on | {own:.1f} | {count:,} |")
        if PEER:
            with pygeoapi(Path(PEER)) as port:
                peer, count = pages(port, lambda at: f"/collections/fields/items?f=json&limit={PAGE}&offset={at}")
            print(f"| pygeoapi | {peer:.1f} | {count:,} |")
            print(
                f"\n**{own / peer:.1f} ×** ({'reached' if own / peer >= AIM_PAGES else 'not reached'}: {AIM_PAGES} ×)."
            )
        else:
            print("\nNot compared: RAFID_BENCH_PYGEOAPI names no environment with pygeoapi.")
        in_process(version)


if __name__ == "__main__":
    main()
