"""The Population page beside the same page with its places written by Django's GeoJSON serializer: time, queries, bytes.

    ./rafid bench page

One granian process, one client, over HTTP; the two pages by turns, so that a busy moment of the machine meets both. The
peer (`peers/page.py`) shares everything but the map: instead of drawing it, `serialize("geojson", …)` writes the borders
of the same places into the page. Processor time is that of the server and of its database sessions: other work on the
machine lengthens an answer but not that, so that the ratio is taken from it. Statements are counted in this process.
"""

from __future__ import annotations

import gzip
import http.client
import statistics
import time

import loaded

ROUNDS, TURNS = 40, 4
AIM = 5
PAGES = (
    ("Iraq, governorates (the first page)", "?period=2024&lang=ckb"),
    ("Iraq, districts", "?period=2024&lang=ckb&level=2"),
    ("Dhi Qar, districts", "?period=2024&lang=ckb&place=IQG17"),
)
OURS, PEER = "/statistics/population/", "/peer/population/"


def once(port: int, path: str) -> tuple[float, int, bytes]:
    """Seconds until the whole answer is here, its bytes on the line, and its content."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    start = time.perf_counter()
    line.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = line.getresponse()
    body = answer.read()
    taken = time.perf_counter() - start
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return taken, len(body), gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body


def statements(path: str) -> int:
    from django.db import connection
    from django.test import Client, override_settings
    from django.test.utils import CaptureQueriesContext

    with override_settings(ROOT_URLCONF="benchmarks.peers.urls"):
        client = Client(headers={"host": "127.0.0.1"})
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
    return sum(one["sql"].startswith("SELECT") for one in asked)


def main() -> None:
    with loaded.site() as said:
        print("## The Population page\n")
        print("Loaded: " + "; ".join(said) + ".\n")
        with loaded.granian() as server:
            port = server.port
            first, _bytes, _body = once(port, OURS + PAGES[0][1])
            print(f"The very first answer of a process that nobody warmed: {first * 1000:,.0f} ms.\n")
            print(
                "| page | | processor ms | median ms | best ms | statements | kB | kB, gzip |\n"
                "|---|---|---|---|---|---|---|---|"
            )
            ratios = []
            for name, query in PAGES:
                times: dict[str, list[float]] = {OURS: [], PEER: []}
                sizes = {}
                for room in (OURS, PEER):
                    once(port, room + query)
                spent = dict.fromkeys((OURS, PEER), 0.0)
                for _turn in range(TURNS):
                    for room in (OURS, PEER):
                        before = server.processor_seconds()
                        for _round in range(ROUNDS // TURNS):
                            taken, on_line, body = once(port, room + query)
                            times[room].append(taken)
                            sizes[room] = len(body), on_line
                        spent[room] += server.processor_seconds() - before
                for room, who in ((OURS, "Rafid"), (PEER, "serializer")):
                    whole, on_line = sizes[room]
                    cost = spent[room] / ROUNDS * 1000
                    print(
                        f"| {name} | {who} | {cost:,.0f} | {statistics.median(times[room]) * 1000:,.0f} | "
                        f"{min(times[room]) * 1000:,.0f} | {statements(room + query)} | {whole / 1000:,.0f} | "
                        f"{on_line / 1000:,.0f} |",
                        flush=True,
                    )
                ratios.append(spent[PEER] / spent[OURS])
        print(
            f"\nProcessor time of the first page: **1/{ratios[0]:.1f}** of the peer's "
            f"({'reached' if ratios[0] >= AIM else 'not reached'}: 1/{AIM}); the others "
            + ", ".join(f"1/{ratio:.1f}" for ratio in ratios[1:])
            + "."
        )


if __name__ == "__main__":
    main()
