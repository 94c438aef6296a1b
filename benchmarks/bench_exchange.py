"""Bringing together what two nodes did apart, beside the rebase of pygeodiff (Mergin Maps' three-way merge of tables).

    python benchmarks/bench_exchange.py [--long] [--database] [--only merge|log|database]

25,000 records and 62,500 changes: each record is made by one of two nodes, changed by it, and every second also by the other.
pygeodiff gets the same as three SQLite files (before, theirs, ours); it finds edits of the same cell only. Both sides in this
process, one thread, after each other; processor time, which other work on the machine lengthens less. ``--long`` takes a
bundle of 100 changes into a log of 1,000,000 instead of 100,000. ``--database`` also takes one into a short and a long log of
this installation's test cluster; its time is that of this process and its database session.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

import shapely  # noqa: E402

from rafid.methods.exchange import Change, Log, Rules, merge, new_keys, seal, unseal  # noqa: E402

RECORDS = 25_000
OPENNESS = {"closed": 0, "worked_on": 1, "open": 2}
COLUMNS = ("status", "remaining", "comment", "finds", "shared", "ground")


def square(x: float, y: float) -> str:
    return f"POLYGON (({x} {y}, {x + 100} {y}, {x + 100} {y + 100}, {x} {y + 100}, {x} {y}))"


def consent(change: Change, before: dict, after: dict) -> tuple[str, ...]:
    return ("DMA", "IKMAA") if change.fields.get("status") == "closed" and after.get("shared") else ()


RULES = Rules(
    together={"hazard": [("status", "remaining")]},
    checks={"hazard": [("closed without finds", lambda r: not (r["status"] == "closed" and r["finds"]))]},
    cautious={"remaining": max, "status": lambda values: max(values, key=OPENNESS.__getitem__)},
    ground={"hazard": lambda r: shapely.from_wkt(r["ground"])},
    agreement=consent,
)


def world(records: int) -> list[Change]:
    """Three kinds of second edit by the other node: mostly apart, now and then each of the six causes."""
    drawn = random.Random("exchange")
    changes: list[Change] = []
    numbers = {"DMA": 0, "IKMAA": 0}

    def make(node: str, record: str, fields: dict, after: tuple[str, ...] = (), action: str = "set") -> str:
        numbers[node] += 1
        one = f"{node}:{numbers[node]}"
        changes.append(Change(one, record, "hazard", action, fields, after, "2026-01-01T00:00:00Z", "somebody"))
        return one

    for at in range(records):
        node, other = ("DMA", "IKMAA") if at % 2 else ("IKMAA", "DMA")
        record = f"H-{at:06}"
        x, y = (at % 500) * 200.0, (at // 500) * 200.0
        cause = drawn.randrange(100)
        if cause == 0 and at:
            x -= 180  # over its neighbour's, which is the other node's
        first = make(
            node,
            record,
            {
                "status": "open", "remaining": 10_000, "comment": "as found", "finds": 0, "shared": at % 50 == 0,
                "ground": square(x, y),
            },
        )  # fmt: skip
        mine = (
            {"remaining": 8_000}
            if cause in (1, 2)
            else {"status": "closed"}
            if cause in (3, 4)
            else {"comment": "visited"}
        )
        make(node, record, mine, (first,))
        if at % 2 == 0:
            continue
        if cause in (1, 4):
            make(other, record, {"remaining": 6_000}, (first,))
        elif cause == 2:
            make(other, record, {}, (first,), "retire")
        elif cause == 3:
            make(other, record, {"finds": 3}, (first,))
        else:
            make(other, record, {"finds": drawn.randrange(5)}, (first,))
    return changes


def timed(work: Callable[[], object], times: int = 3) -> tuple[float, object]:
    """The best of a few runs: what else the machine does only adds."""
    best, found = float("inf"), None
    for _run in range(times):
        gc.collect()
        start = time.process_time()
        found = work()
        best = min(best, time.process_time() - start)
    return best, found


def tables(changes: list[Change], folder: Path) -> tuple[Path, Path, Path]:
    """Before, theirs and ours as SQLite: the same rows and the same edits. A retirement is a deleted row."""
    rows: dict[str, dict] = {}
    edits: dict[str, list[Change]] = {"DMA": [], "IKMAA": []}
    for change in changes:
        if change.after:
            edits[change.id.partition(":")[0]].append(change)
        else:
            rows[change.record] = dict(change.fields)
    ids = {record: at for at, record in enumerate(rows, 1)}
    base = folder / "base.db"
    with sqlite3.connect(base) as database:
        database.execute(
            "CREATE TABLE hazard (id INTEGER PRIMARY KEY, status TEXT, remaining REAL, comment TEXT, finds INTEGER,"
            " shared INTEGER, ground TEXT)"
        )
        database.executemany(
            "INSERT INTO hazard VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(ids[record], *(row[name] for name in COLUMNS)) for record, row in rows.items()],
        )
    database.close()
    sides = []
    for node, listed in edits.items():
        side = folder / f"{node}.db"
        shutil.copy(base, side)
        with sqlite3.connect(side) as database:
            for change in listed:
                if change.action == "retire":
                    database.execute("DELETE FROM hazard WHERE id = ?", [ids[change.record]])
                for name, value in change.fields.items():
                    database.execute(f"UPDATE hazard SET {name} = ? WHERE id = ?", [value, ids[change.record]])
        database.close()
        sides.append(side)
    return base, sides[0], sides[1]


def rebased(changes: list[Change]) -> tuple[float, int]:
    """Seconds of pygeodiff's rebase and the conflicts that it reports."""
    import pygeodiff

    geodiff = pygeodiff.GeoDiff()
    best, conflicts = float("inf"), 0
    for _run in range(3):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            base, theirs, ours = tables(changes, folder)
            said = folder / "conflicts.json"
            start = time.process_time()
            geodiff.rebase(str(base), str(theirs), str(ours), str(said))
            best = min(best, time.process_time() - start)
            if said.exists():
                conflicts = len(json.loads(said.read_text()).get("geodiff", []))
    return best, conflicts


def small_bundle(records: int) -> float:
    """Seconds for taking 100 changes into a log of so many records."""
    changes = world(records)
    log = Log(changes, rules=RULES)
    log.picture()
    last = {change.record: change.id for change in changes}
    numbers = log.have["DMA"]
    drawn = random.Random(records)
    best = float("inf")
    for _run in range(5):
        chosen = drawn.sample(sorted(last), 100)
        bundle = []
        for record in chosen:
            numbers += 1
            bundle.append(Change(f"DMA:{numbers}", record, "hazard", "set", {"comment": str(numbers)}, (last[record],)))
            last[record] = f"DMA:{numbers}"
        gc.collect()
        start = time.process_time()
        log.take(bundle)
        best = min(best, time.process_time() - start)
    return best


def spent() -> float:
    """Processor seconds so far of this process and its database session."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def database(sizes: tuple[int, int]) -> list[tuple[int, float, float]]:
    """Seconds for taking a bundle of 100 changes into logs of the database, and for each change that filled the log."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    sys.path.insert(0, str(ROOT))
    import django

    from tests.conftest import copy_of_template

    django.setup()
    from django.conf import settings

    name = settings.DATABASES["default"]["NAME"]
    cluster = copy_of_template(name)
    try:
        from rafid.commons.records.exchange import nodes
        from rafid.commons.records.exchange.carrying import take
        from rafid.methods.exchange import new_box_keys

        nodes.init("HERE")
        private, public = new_keys()
        said = {
            "box_key": new_box_keys()[1].hex(), "format": "rafid-node/1", "node": "FAR", "public_key": public.hex()
        }  # fmt: skip
        nodes.trust(json.dumps(said).encode())
        found, number, last = [], 0, {}
        for size in sizes:
            bulk = []
            while number < size:
                number += 1
                record = f"R-{number // 2}"
                after = (last[record],) if record in last else ()
                bulk.append(Change(f"FAR:{number}", record, "bridges.bridge", "set", {"span": number}, after))
                last[record] = f"FAR:{number}"
            start = spent()
            take(seal(bulk, node="FAR", private_key=private))
            filled = (spent() - start) / max(1, len(bulk))
            best = float("inf")
            for _run in range(3):
                bundle = []
                for record in random.Random(number).sample(sorted(last), 100):
                    number += 1
                    bundle.append(
                        Change(f"FAR:{number}", record, "bridges.bridge", "set", {"span": 0}, (last[record],))
                    )
                    last[record] = f"FAR:{number}"
                data = seal(bundle, node="FAR", private_key=private)
                start = spent()
                take(data)
                best = min(best, spent() - start)
            found.append((size, best, filled))
        return found
    finally:
        from django.db import connections

        connections.close_all()
        cluster.drop_database(name)


def together() -> None:
    changes = world(RECORDS)
    seconds, picture = timed(lambda: merge(changes, rules=RULES))
    causes = Counter(conflict.cause for conflict in picture.conflicts)
    print(f"{len(changes):,} changes on {RECORDS:,} records")
    print(f"merge               {seconds:7.2f} s  {dict(sorted(causes.items()))}")
    assert len(causes) == 6, causes
    try:
        peer, conflicts = rebased(changes)
        print(f"pygeodiff rebase    {peer:7.2f} s  {conflicts} cells edited by both")
        print(f"merge : rebase      {seconds / peer:7.1f} ×  (at most 8)")
    except ImportError:
        print("pygeodiff           not measured: it is not installed")
    few, _picture = timed(lambda: merge(changes[: len(changes) // 10], rules=RULES))
    print(f"a tenth             {few:7.2f} s, so ten times the changes cost {seconds / few:.1f} × the time")
    private, public = new_keys()
    own = [change for change in changes if change.id.startswith("DMA:")]
    sealing, data = timed(lambda: seal(own, node="DMA", private_key=private))
    opening, _bundle = timed(lambda: unseal(data, public_keys={"DMA": public}))
    print(f"seal, unseal        {sealing:7.2f} s, {opening:.2f} s for {len(own):,} changes, {len(data) / 1e6:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true", help="a log of 1,000,000 changes instead of 100,000")
    parser.add_argument("--database", action="store_true", help="logs in the database, too")
    parser.add_argument("--only", choices=("merge", "log", "database"))
    options = parser.parse_args()
    if options.only in (None, "merge"):
        together()
    if options.only in (None, "log"):
        short, long = small_bundle(4_000), small_bundle(400_000 if options.long else 40_000)
        print(f"100 into a log      {short * 1e3:7.1f} ms into 10,000 changes, {long * 1e3:.1f} ms into ", end="")
        print(f"{1_000_000 if options.long else 100_000:,}: {long / short:.1f} ×")
    if options.database or options.only == "database":
        for size, seconds, each in database((10_000, 100_000)):
            print(
                f"100 into a database {seconds * 1e3:7.0f} ms at {size:,} changes, filled at {each * 1e3:.2f} ms each"
            )


if __name__ == "__main__":
    main()
