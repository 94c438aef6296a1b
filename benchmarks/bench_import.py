"""Importing a table beside django-import-export: rows a second, what is touched, memory.

    ./rafid bench import

A school list of 12 columns becomes records with their place and their history (the same model and the same triggers on both
sides), in a fresh database of the test cluster. Each measurement is a process of its own. Rafid's time is the whole way
from the file to the recorded rows: taking the file in, staging it (places matched, cells judged, duplicates and existing
records looked for) and recording it. The peer's is reading the file and `import_data`; its places are looked up in a
dictionary of the very names that the file uses. It is measured as it comes, and tuned (bulk inserts, existing records
read at once, no diffs), without and with the dry run that its own pages make before they record.

Other work on the machine lengthens the time of both; the processor time (this process and its database session) it does
not. What numba compiles for place matching, once in each installation, is compiled before anything is measured.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

ROWS = 200_000
TUNED, LOOKED_AT, AS_IT_COMES = "peer, tuned", "peer, tuned, after its dry run", "peer, as it comes"
PEER_ROWS = {TUNED: (5_000, 20_000), LOOKED_AT: (5_000,), AS_IT_COMES: (2_000, 5_000)}
"""Few, since it is slow; that a row does not cost less where there are more of them shows beside them."""
GROWTH = (50_000, 200_000, 1_000_000)
ALLOWED_MB = 300
AIM = 10

HEADER = (
    "الرمز", "الاسم", "المرحلة", "المحافظة", "القضاء", "تاريخ الافتتاح", "التلاميذ", "المعلمون", "المساحة", "الكهرباء",
    "خط الطول", "خط العرض",
)  # fmt: skip
CODE, NAME, STAGE, GOVERNORATE, DISTRICT, OPENED, PUPILS, TEACHERS, AREA, ELECTRICITY, LONGITUDE, LATITUDE = HEADER
STAGES = (("ابتدائية", "primary"), ("متوسطة", "intermediate"), ("Secondary", "secondary"))
_WORDS = (
    "النهضة",
    "الأمل",
    "دجلة",
    "الفرات",
    "الرافدين",
    "بابل",
    "أور",
    "سومر",
    "المستقبل",
    "الوحدة",
    "الزهور",
    "السلام",
)
COMPARED = (
    "code, name, stage, place_id, opened, pupils, teachers, area_m2, electricity, longitude, latitude, owner_id, source"
)


# The file


def names_of_districts() -> list[tuple[str, str, str]]:
    """Governorate and district as a clerk writes them, in one of three scripts, and the district's id."""
    from rafid.commons.places.models import Place

    districts = Place.objects.filter(level=2, division="ocha2019").select_related("parent").order_by("ref")
    return [
        (getattr(one.parent, f"name_{language}"), getattr(one, f"name_{language}"), str(one.pk))
        for one in districts
        for language in ("ar", "ckb", "en")
        if getattr(one.parent, f"name_{language}") and getattr(one, f"name_{language}")
    ]


def make(files: dict[int, Path], places: list[tuple[str, str, str]]) -> None:
    """The shorter files are the beginnings of the longest."""
    chance = random.Random(2024)
    with ExitStack() as opened:
        writers = {
            rows: csv.writer(opened.enter_context(path.open("w", encoding="utf-8", newline="")))
            for rows, path in files.items()
        }
        for writer in writers.values():
            writer.writerow(HEADER)
        for index in range(max(files)):
            governorate, district, _place = chance.choice(places)
            pupils = chance.randrange(40, 1200)
            row = (
                f"S{index:07d}",
                f"مدرسة {chance.choice(_WORDS)} {index % 5000}",
                chance.choice(STAGES)[0],
                governorate,
                district,
                date(1950, 1, 1) + timedelta(days=chance.randrange(27_000)),
                pupils,
                pupils // chance.randrange(12, 40) + 1,
                round(chance.uniform(200, 9000), 1),
                chance.choice(("true", "false")),
                round(chance.uniform(38.8, 48.6), 6),
                round(chance.uniform(29.1, 37.4), 6),
            )
            for rows, writer in writers.items():
                if index < rows:
                    writer.writerow(row)


# Both sides; each runs in a process of its own


class Counted:
    """Statements that a side sends, COPY among them."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        return execute(sql, params, many, context)


@contextmanager
def counting() -> Iterator[Counted]:
    import psycopg
    from django.db import connection

    counted = Counted()
    copy = psycopg.Cursor.copy

    def counting_copy(self: Any, *args: Any, **kwargs: Any) -> Any:
        counted.statements += 1
        return copy(self, *args, **kwargs)

    psycopg.Cursor.copy = counting_copy  # type: ignore[method-assign]
    with connection.execute_wrapper(counted):
        yield counted
    psycopg.Cursor.copy = copy  # type: ignore[method-assign]


def clerk() -> tuple[Any, Any]:
    from rafid.commons.people.models import Account, Grant, Organisation

    ministry, _made = Organisation.objects.get_or_create(ref="BENCH", defaults={"name_en": "Ministry"})
    account = Account.objects.filter(login="bench").first()
    if account is None:
        account = Account.objects.create_user("bench", password=None)
        Grant.objects.create(account=account, role="schools.clerk", organisation=ministry)
    return account, ministry


def rafid(path: Path) -> dict[str, float]:
    from rafid.commons.records.imports import apply, receive, stage
    from rafid.commons.records.imports.mapping import choose_as_suggested
    from rafid.commons.records.imports.receive import open_run
    from rafid.commons.records.imports.targets import target_of

    account, ministry = clerk()
    target = target_of("schools.schools")
    start = time.perf_counter()
    run = receive(path, target, account, owner=ministry)
    choose_as_suggested(run, target, open_run(run), {})
    run.save()
    run = stage(run)
    staged = time.perf_counter()
    if run.bad or run.state != "staged":
        from rafid.commons.records.models import ImportRow

        raise RuntimeError(
            f"{run.error} {run.bad} {ImportRow.objects.filter(run=run).exclude(problems=None)[:3].values()}"
        )
    apply(run, by=account)
    return {"stage": staged - start, "apply": time.perf_counter() - staged}


def peer(path: Path, *, tuned: bool, looked_at: bool = False) -> dict[str, float]:
    import pghistory
    import tablib
    from import_export import fields, resources, widgets
    from import_export.instance_loaders import CachedInstanceLoader, ModelInstanceLoader
    from schools.models import School

    from rafid.commons.identity import random_ref

    account, ministry = clerk()
    stages = dict(STAGES)

    class Stage(widgets.Widget):
        def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
            return stages[value]

    known = {(governorate, district): place for governorate, district, place in names_of_districts()}

    class Place(widgets.Widget):
        def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
            return known[row[GOVERNORATE], value]

    class Schools(resources.ModelResource):
        code = fields.Field("code", CODE)
        name = fields.Field("name", NAME)
        stage = fields.Field("stage", STAGE, widget=Stage())
        place = fields.Field("place_id", DISTRICT, widget=Place())
        opened = fields.Field("opened", OPENED, widget=widgets.DateWidget("%Y-%m-%d"))
        pupils = fields.Field("pupils", PUPILS, widget=widgets.IntegerWidget())
        teachers = fields.Field("teachers", TEACHERS, widget=widgets.IntegerWidget())
        area_m2 = fields.Field("area_m2", AREA, widget=widgets.FloatWidget())
        electricity = fields.Field("electricity", ELECTRICITY, widget=widgets.BooleanWidget())
        longitude = fields.Field("longitude", LONGITUDE, widget=widgets.FloatWidget())
        latitude = fields.Field("latitude", LATITUDE, widget=widgets.FloatWidget())

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.owner_id, instance.made_by_id = ministry.pk, account.pk
            instance.source, instance.source_row = "import", kwargs.get("row_number")
            instance.ref = instance.ref or random_ref(School.REF_PREFIX, 10)

        class Meta:
            model = School
            import_id_fields = ("code",)
            fields = (
                "code", "name", "stage", "place", "opened", "pupils", "teachers", "area_m2", "electricity", "longitude",
                "latitude",
            )  # fmt: skip
            use_transactions = True
            use_bulk = tuned
            skip_diff = tuned
            instance_loader_class = CachedInstanceLoader if tuned else ModelInstanceLoader

    start = time.perf_counter()
    with path.open(encoding="utf-8") as file:
        table = tablib.Dataset().load(file, format="csv")
    if looked_at and Schools().import_data(table, dry_run=True).has_errors():
        raise RuntimeError("the peer refuses the file")
    with pghistory.context(user=str(account.pk), reason="import"):
        result = Schools().import_data(table, dry_run=False, raise_errors=True)
    if result.totals["new"] != len(table):
        raise RuntimeError(f"the peer wrote {result.totals}")
    return {"import": time.perf_counter() - start}


SIDES: dict[str, Callable[[Path], dict[str, float]]] = {
    "rafid": rafid,
    TUNED: lambda path: peer(path, tuned=True),
    LOOKED_AT: lambda path: peer(path, tuned=True, looked_at=True),
    AS_IT_COMES: lambda path: peer(path, tuned=False),
}


def server_time() -> float:
    """Seconds of processor that this connection's backend has used."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(side: str, path: Path) -> None:
    """In the child: one line of JSON."""
    import django

    django.setup()
    from django.db import connection

    clerk()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE rafid_schools_school, rafid_schools_schoolevent, rafid_records_importrow CASCADE")
        cursor.execute("VACUUM ANALYZE rafid_schools_school")
        cursor.execute("CHECKPOINT")
    with counting() as counted:
        begun, server = time.process_time(), server_time()
        seconds = SIDES[side](path)
        used, server = time.process_time() - begun, server_time() - server
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), md5(string_agg(md5(({COMPARED})::text), '' ORDER BY code)) FROM rafid_schools_school"
        )
        rows, digest = cursor.fetchone()
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE c.metadata->>'user' IS NOT NULL AND c.metadata->>'reason' IS NOT NULL)"
            " FROM rafid_schools_schoolevent e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id"
        )
        events, told = cursor.fetchone()
        sizes = {}
        for name, table in (("records", "school"), ("history", "schoolevent")):
            cursor.execute("SELECT pg_total_relation_size(%s)", [f"rafid_schools_{table}"])
            sizes[name] = cursor.fetchone()[0]
        cursor.execute("SELECT pg_total_relation_size('rafid_records_importrow')")
        sizes["staged"] = cursor.fetchone()[0]
    if not rows == events == told:
        raise RuntimeError(f"{rows} rows, {events} events, {told} with who and why")
    print(
        json.dumps(
            {
                "seconds": seconds,
                "python": used,
                "server": server,
                "statements": counted.statements,
                "rows": rows,
                "digest": digest,
                "sizes": sizes,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


# The parent


def child(side: str, path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, side, str(path)], stdout=subprocess.PIPE, text=True, check=True, env=dict(os.environ)
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    found["total"] = sum(found["seconds"].values())
    return found


def make_database(cluster: Any, name: str) -> None:
    cluster.ensure()
    cluster.drop_database(name)
    cluster.create_database(name)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="rafid.site.settings",
        DATABASE_URL=cluster.url(name),
        RAFID_PROGRAMMES=str(ROOT / "benchmarks" / "programmes" / "schools"),
    )
    for command in (["migrate", "-v0"], ["createcachetable"], ["load_country", "iraq"]):
        subprocess.run([sys.executable, str(ROOT / "manage.py"), *command], check=True, stdout=subprocess.DEVNULL)


def print_comparison(files: dict[int, Path]) -> dict[str, Any]:
    """Returns what was found of the whole file."""
    print(f"{ROWS:,} rows × {len(HEADER)} columns, {files[ROWS].stat().st_size / 1e6:.0f} MB of CSV.\n")
    print("| | rows | time | rows/s | processor: Python + server | statements | records + history | peak memory |")
    print("|---|---|---|---|---|---|---|---|")
    found: dict[str, list[dict[str, Any]]] = {}
    for side, counts in (*PEER_ROWS.items(), ("rafid", (*PEER_ROWS[TUNED], ROWS))):
        for rows in counts:
            one = child(side, files[rows])
            found.setdefault(side, []).append(one)
            parts = ", ".join(f"{name} {taken:.1f} s" for name, taken in one["seconds"].items())
            touched = (one["sizes"]["records"] + one["sizes"]["history"]) / rows
            print(
                f"| {side} | {rows:,} | {one['total']:.1f} s ({parts}) | {rows / one['total']:,.0f} | "
                f"{one['python']:.1f} + {one['server']:.1f} s, {(one['python'] + one['server']) / rows * 1e6:,.0f} µs a row | "
                f"{one['statements']:,} | {touched:,.0f} B a row | {one['peak_mb']:.0f} MB |",
                flush=True,
            )
    digests: dict[int, set[str]] = {}
    for one in chain.from_iterable(found.values()):
        digests.setdefault(one["rows"], set()).add(one["digest"])
    if any(len(some) > 1 for some in digests.values()):
        raise SystemExit("The two sides did not write the same records.")
    print("\nBoth wrote the same records (a hash over all columns), each with one event that names who and why.\n")
    ours = found["rafid"][-1]
    for side in PEER_ROWS:
        wall = max(one["rows"] / one["total"] for one in found[side])
        work = min((one["python"] + one["server"]) / one["rows"] for one in found[side])
        print(
            f"Rafid beside the {side} at its best: **{ours['rows'] / ours['total'] / wall:.1f} ×** the rows/s "
            f"(aim {AIM} ×), 1/{work * ours['rows'] / (ours['python'] + ours['server']):.1f} of the processor time.",
            flush=True,
        )
    return ours


def print_growth(files: dict[int, Path], known: dict[str, Any]) -> None:
    print(
        "\n| rows | time | rows/s | processor: Python + server | staged rows | peak memory |\n|---|---|---|---|---|---|"
    )
    for rows in GROWTH:
        one = known if rows == known["rows"] else child("rafid", files[rows])
        print(
            f"| {rows:,} | {one['total']:.1f} s | {rows / one['total']:,.0f} | {one['python']:.1f} + {one['server']:.1f} s | "
            f"{one['sizes']['staged'] / 1e6:.0f} MB | {one['peak_mb']:.0f} MB |",
            flush=True,
        )
    print(f"\nAllowed at {GROWTH[-1]:,} rows: {ALLOWED_MB} MB.")


def main() -> None:
    from rafid.site.cluster import Cluster, data_dir

    print("## Importing a table\n")
    cluster = Cluster("test")
    name = f"rafid_bench_import_{os.getpid()}"
    make_database(cluster, name)
    try:
        import django

        django.setup()
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            os.environ["NUMBA_CACHE_DIR"] = str(data_dir() / "cache" / "numba")
            os.environ["RAFID_DATA"] = temporary  # the files that are taken in go with it
            places = names_of_districts()
            counts = {ROWS, *GROWTH, *(rows for some in PEER_ROWS.values() for rows in some)}
            files = {rows: folder / f"schools-{rows}.csv" for rows in counts}
            make(files, places)
            child("rafid", files[min(counts)])
            print_growth(files, print_comparison(files))
    finally:
        cluster.drop_database(name)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
