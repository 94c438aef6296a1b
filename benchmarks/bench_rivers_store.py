"""Storing a million values with their checks and their history, beside Django's bulk_create of the same rows; reading and
recomputing as the store grows.

    ./rafid bench rivers_store [--rows 1000000] [--long]
    python benchmarks/bench_rivers_store.py --only store

In a copy of the suite's database that is dropped afterwards. Six-hourly stages of 50 series; one in 5,000 lies far out.
Time is that of the processor, this process and its database session, which other work on the machine lengthens less.

**Store**: `record_columns` takes arrays, `record_values` readings as they come (as those of a file do) or in a list; all look
for times in the future, twice or out of range, judge each value by range, rate, spike and flat line beside its neighbours,
write it, and tell findings. The **peer** writes the same columns with ready-made flags into the same partitioned table with the
same rules of the database, in batches of 5,000: it judges nothing, tells no findings, and refuses neither a value in the
future nor one of a closed station. Then the same again as corrections, which are laid beside what stands.

**Read**: one series' year of daily values as known at a moment, in a store of 1, 10 and with ``--long`` 50 million values
(generated in the database); how many partitions its plan touches. **Recompute**: flows after a rating, by values in its window.
**Status**: statements of the page of today's status, by the stations that it shows.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT, ROOT / "src"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

SERIES = 50
BATCH = 5_000
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
RULES = {"minimum": 0, "maximum": 12, "max_rise": 0.5, "max_fall": 0.5, "spike": 1.0, "flat_steps": 20}
AIM = 8.0


def spent() -> float:
    """Processor seconds so far of this process and its database session."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(do: Callable[[], Any]) -> tuple[float, float, Any]:
    """Processor seconds, seconds of the clock, answer."""
    cpu, wall = spent(), time.perf_counter()
    answer = do()
    return spent() - cpu, time.perf_counter() - wall, answer


def series_named(tag: str, count: int = SERIES, **values: Any) -> list[Any]:
    from django.contrib.gis.geos import Point

    from rafid.commons.people.models import Organisation
    from rafid.commons.places.models import Place
    from rafid.programmes.rivers.models import Series, Station

    owner, _made = Organisation.objects.get_or_create(ref="BENCH", defaults={"name_en": "Bench", "kind": "ministry"})
    held = {"owner": owner, "place": Place.objects.filter(level=2).first(), "known_at": LONG_AGO}
    found = []
    for number in range(count):
        station = Station.objects.create(
            code=f"bench-{tag}-{number}", station_kind="stage", foreign=True, point=Point(44.0, 36.0, srid=4326),
            name_en=tag, **held,
        )  # fmt: skip
        found.append(
            Series.objects.create(
                station=station, **{"variable": "stage", "unit": "m", "step": "6h", "rules": RULES, **held, **values}
            )
        )
    return found


def drawn(rows: int) -> tuple[Any, list[Any]]:
    """Times, and the values of each series."""
    chance = np.random.default_rng(7)
    each = rows // SERIES
    times = np.datetime64("2008-01-01", "us") + np.arange(each) * np.timedelta64(6, "h")
    values = []
    for _series in range(SERIES):
        one = (4 + np.abs(np.cumsum(chance.normal(0, 0.05, each)) % 4 - 2)).round(3)
        one[chance.integers(0, each, each // 5_000)] = 21.0
        values.append(one)
    return times, values


def store(rows: int) -> None:
    from django.db import transaction

    from rafid.programmes.rivers.models import Value
    from rafid.programmes.rivers.values.columns import Reading
    from rafid.programmes.rivers.values.recording import record_columns, record_values

    times, values = drawn(rows)
    moments = [one.replace(tzinfo=UTC) for one in times.tolist()]
    lists = [one.tolist() for one in values]

    def columns(series: list[Any]) -> Any:
        return record_columns({one.pk: (times, own) for one, own in zip(series, values, strict=True)}, origin="bench")

    def made(series: list[Any]) -> Iterator[Reading]:
        for one, own in zip(series, lists, strict=True):
            for moment, value in zip(moments, own, strict=True):
                yield Reading(one.pk, moment, value)

    def readings(series: list[Any]) -> Any:
        return record_values(made(series), origin="bench")

    def listed(series: list[Any]) -> Any:
        return record_values(list(made(series)), origin="bench")

    def peer(series: list[Any], by: float = 0.0, reason: str = "") -> Any:
        known = datetime.now(UTC)
        with transaction.atomic():
            Value.objects.bulk_create(
                [
                    Value(
                        series_id=one.pk, time=time, known_from=known, value=value + by, quality=1, origin_ref="bench",
                        reason=reason,
                    )
                    for one, own in zip(series, lists, strict=True)
                    for time, value in zip(moments, own, strict=True)
                ],
                batch_size=BATCH,
            )  # fmt: skip

    def changed(series: list[Any]) -> Any:
        parts = {one.pk: (times, own + 0.001) for one, own in zip(series, values, strict=True)}
        return record_columns(parts, origin="bench", reason="Another datum")

    def changed_by_peer(series: list[Any]) -> Any:
        peer(series, 0.001, "Another datum")

    record_columns({one.pk: (times[:50], values[0][:50]) for one in series_named("warm", 2)}, origin="bench")
    stored = {name: series_named(name) for name in ("arrays", "readings", "listed", "bulk_create")}
    sides = {
        "arrays": (columns, stored["arrays"]),
        "readings as they come": (readings, stored["readings"]),
        "readings in a list": (listed, stored["listed"]),
        "bulk_create": (peer, stored["bulk_create"]),
    }
    _side_by_side(f"Store {rows:,} values", rows, sides)
    sides = {
        "arrays": (changed, stored["arrays"]),
        "bulk_create": (changed_by_peer, stored["bulk_create"]),
    }
    _side_by_side(f"Correct {rows:,} values that stand", rows, sides)


def _side_by_side(title: str, rows: int, sides: dict[str, tuple[Callable[[Any], Any], list[Any]]]) -> None:
    """The last side is the peer."""
    print(f"\n## {title}\n\n| | processor | clock | values a second | ratio |\n|---|---|---|---|---|", flush=True)
    results = {name: timed(lambda do=do, series=series: do(series)) for name, (do, series) in sides.items()}
    base = list(results.values())[-1][0]
    for name, (cpu, wall, answer) in results.items():
        told = "" if answer is None else f", {answer.accepted:,} accepted, {answer.findings:,} new findings"
        print(f"| {name}{told} | {cpu:.1f} s | {wall:.1f} s | {rows / cpu:,.0f} | {base / cpu:.1f} × |", flush=True)
    print(f"\nAim: {AIM:.0f} ×.")


GENERATE = """
INSERT INTO rafid_rivers_value (series_id, time, known_from, value, quality, origin_ref, reason)
SELECT s.id, t, t + interval '1 hour', 5 + sin(extract(epoch FROM t) / 5e6), 1, 'bench', ''
FROM unnest(%s::uuid[]) s(id), generate_series('2004-01-01Z'::timestamptz, '2023-12-31Z', '1 day') t
ORDER BY s.id, t
"""
CORRECT = """
INSERT INTO rafid_rivers_value (series_id, time, known_from, value, quality, origin_ref, reason)
SELECT s.id, t, t + late, 6 + years, 1, 'bench', 'Read again'
FROM unnest(%s::uuid[]) s(id), generate_series('2004-01-01Z'::timestamptz, '2023-12-31Z', '1 month') t,
    (VALUES (interval '30 days', 0), (interval '8 years', 8)) v(late, years)
ORDER BY s.id, t, late
"""
EACH = 7305 + 2 * 240
"""Twenty years of days, of which the first of each month was corrected a month later and once more after eight years."""


def read(sizes: list[int]) -> None:
    from django.db import connection

    from rafid.programmes.rivers.values.reading import _READ, known_values

    year = {"start": datetime(2015, 1, 1, tzinfo=UTC), "end": datetime(2015, 12, 31, tzinfo=UTC)}
    known_at = datetime(2020, 1, 1, tzinfo=UTC)
    stored, series = 0, []
    print(
        "\n## Read a series' year as known at a moment\n\n"
        "| stored | on disk | first read of 15 series, median | again, median of 45 | processor | plan touches | blocks |"
        "\n|---|---|---|---|---|---|---|"
    )
    base = None
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '256MB'")
    for size in sizes:
        while stored < size:
            more = series_named(f"read-{len(series)}", min(200, max(1, round((size - stored) / EACH))), step="1d")
            with connection.cursor() as cursor:
                for statement in (GENERATE, CORRECT):
                    cursor.execute(statement, [[one.pk for one in more]])
                    stored += cursor.rowcount
            series += more
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE rafid_rivers_value")
            cursor.execute(
                "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('rafid_rivers_value') WHERE isleaf"
            )
            space = int(cursor.fetchone()[0])
        chosen = series[:: max(1, len(series) // 15)][:15]

        def of_all(times: int, chosen: list[Any] = chosen) -> list[float]:
            took = []
            for one in chosen * times:
                begun = time.perf_counter()
                answer = known_values(one, known_at=known_at, **year)
                took.append(time.perf_counter() - begun)
                corrected = [at for at, reason in enumerate(answer.reasons) if reason]
                if (len(answer), len(corrected), set(answer.values[corrected])) != (365, 12, {6.0}):
                    raise RuntimeError("a year has 365 values, 12 of them as they were corrected the first time")
            return took

        first = statistics.median(of_all(1))
        cpu, _wall, took = timed(lambda of_all=of_all: of_all(3))
        clock, cpu = statistics.median(took), cpu / len(took)
        sql = _READ.format(known="AND known_from <= %(known_at)s", start="AND time >= %(start)s",
                           end="AND time <= %(end)s", limit="")  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}",
                {"series": chosen[0].pk, "known_at": known_at, **year},
            )
            answer = cursor.fetchone()[0]
        plan = answer if isinstance(answer, list) else json.loads(answer)
        tables = set(_tables(plan[0]["Plan"]))
        base = base or (first, clock, cpu)
        buffers = plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]
        told = [f"{one * 1e3:.2f} ms ({one / at:.2f} ×)" for one, at in zip((first, clock, cpu), base, strict=True)]
        print(
            f"| {stored:,} | {space / 1e9:.1f} GB | {' | '.join(told)} | {', '.join(sorted(tables))} | {buffers} |",
            flush=True,
        )


def _tables(plan: dict[str, Any]) -> Any:
    if "Relation Name" in plan:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _tables(part)


def recompute() -> None:
    """Six-hourly stages of 27 years and a published curve; a longer and longer window of them becomes flows."""
    from dataclasses import asdict

    from rafid.methods.hydrology import RatingCurve, RatingSegment
    from rafid.programmes.rivers.models import Rating, Series
    from rafid.programmes.rivers.rating.curves import stored
    from rafid.programmes.rivers.rating.recompute_flow import recompute_flow
    from rafid.programmes.rivers.values.recording import record_columns

    (stage,) = series_named("rated", 1, rules={})
    times = np.datetime64("1996-01-01", "us") + np.arange(40_000) * np.timedelta64(6, "h")
    record_columns({stage.pk: (times, 3 + np.sin(np.arange(40_000) / 200))}, origin="bench")
    Series.objects.create(
        station=stage.station, variable="discharge", unit="m³/s", step="6h", origin="derived", derived_from=stage,
        owner=stage.owner, place=stage.place, known_at=LONG_AGO,
    )  # fmt: skip
    curve = RatingCurve((RatingSegment(0.5, 12.0, 35.0, 0.4, 1.7),), 0.6, 9.0, 900.0, 0.03, 40)
    Rating.objects.create(
        station=stage.station, number=1, state="published", valid_from=LONG_AGO, published_at=datetime.now(UTC),
        curve=stored(curve), segments=[asdict(one) for one in curve.segments], standard_error=0.03,
    )  # fmt: skip
    print("\n## Recompute flows after a rating\n\n| values in its window | processor | a value |\n|---|---|---|")
    start = times[0].tolist().replace(tzinfo=UTC)
    for count in (500, 2_500, 5_000, 10_000, 20_000):
        window = {"start": start, "end": start + timedelta(hours=6 * count - 1)}
        cpu, _wall, done = timed(lambda window=window: recompute_flow(stage.station, **window, reason="bench"))
        if count > 500:  # the first one loads what computes
            print(f"| {done.accepted:,} | {cpu * 1e3:,.0f} ms | {cpu / done.accepted * 1e6:.0f} µs |", flush=True)
        start = window["end"]


def status() -> None:
    """Stations with two series and a threshold, half of the flows for partners; the page as a hydrologist sees it."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from rafid.commons.people.models import Grant, Organisation
    from rafid.programmes.rivers.models import Series, Threshold
    from rafid.programmes.rivers.values.recording import record_columns

    Organisation.objects.get_or_create(ref="BENCH", defaults={"name_en": "Bench", "kind": "ministry"})
    person = get_user_model().objects.create_user("bench-hydrologist", password=None)
    Grant.objects.create(account=person, role="rivers.hydrologist", organisation=Organisation.objects.get(ref="BENCH"))
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person)
    now = np.datetime64(datetime.now(UTC).replace(tzinfo=None), "us")
    times = now - np.arange(3, 0, -1) * np.timedelta64(1, "D")
    print("\n## Today's status\n\n| stations more | statements | processor |\n|---|---|---|")
    added = 0
    for count in (2, 20, 200):
        stages = series_named(f"status-{count}", count - added, step="1d")
        added = count
        for at, one in enumerate(stages):
            held = {"owner": one.owner, "place": one.place, "known_at": LONG_AGO, "step": "1d", "sensitivity": at % 2}
            flow = Series.objects.create(station=one.station, variable="discharge", unit="m³/s", **held)
            Threshold.objects.create(
                station=one.station, class_code="watch", value=4.0, source_text="Bench", valid_from=LONG_AGO
            )
            record_columns({one.pk: (times, [3.0, 3.1, 4.2]), flow.pk: (times, [90.0, 95.0, 99.0])}, origin="bench")
        client.get("/rivers/")
        with CaptureQueriesContext(connection) as asked:
            cpu, _wall, answer = timed(lambda: client.get("/rivers/"))
        if f"bench-status-{count}-0" not in answer.content.decode():
            raise RuntimeError("the page does not show its stations")
        print(f"| {count} | {len(asked) - 2} | {cpu * 1e3:,.0f} ms |", flush=True)  # two are the clock's own


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--long", action="store_true", help="read from 50 million values, too")
    parser.add_argument("--only", choices=("store", "read", "recompute", "status"))
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    from tests.conftest import copy_of_template
    from tests.settings import NAME

    cluster = copy_of_template(NAME)
    import django

    django.setup()
    from django.db import connections

    try:
        if options.only in (None, "store"):
            store(options.rows)
        if options.only in (None, "recompute"):
            recompute()
        if options.only in (None, "status"):
            status()
        if options.only in (None, "read"):
            read([1_000_000, 10_000_000, *([50_000_000] if options.long else [])])
    finally:
        connections.close_all()
        cluster.drop_database(NAME)


if __name__ == "__main__":
    main()
