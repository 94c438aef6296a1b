"""The national picture through the database: 8,000 hazards and as many releases, first asked, asked again, and after a write.

    python benchmarks/bench_mineaction_ledger.py [HAZARDS]

In a copy of the suite's database, taken back afterwards. Each figure is the processor time of this process and what the
database was asked: statements, and how many grounds were brought into the plane. "Read" is what a ledger is made of, "ledger"
the figures, "page" the whole first page of the picture as an authority's officer gets it. "A write" is one more release.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT, ROOT / "src"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

HAZARDS = 8_000
TODAY = date(2026, 9, 30)


def ring(number: int, *, shrink: float = 0.0) -> Any:
    """Eight corners about 200 m apart around a point of a grid that covers the country; every tenth meets its neighbour."""
    import math

    from django.contrib.gis.geos import MultiPolygon, Polygon

    west = 41.0 + (number % 100) * 0.05 - (0.0485 if number % 10 == 9 else 0)
    south = 30.5 + (number // 100) * 0.08
    points = [
        (west + (0.002 - shrink) * math.cos(at * math.pi / 4), south + (0.0018 - shrink) * math.sin(at * math.pi / 4))
        for at in range(8)
    ]
    return MultiPolygon(Polygon([*points, points[0]]), srid=4326)


def fill(count: int) -> tuple[Any, Any]:
    """The authority's officer and its operator."""
    from django.contrib.gis.geos import MultiPolygon  # noqa: F401 - loads the library before it is timed

    from rafid.commons.people.models import Account, Grant, Organisation
    from rafid.commons.places.models import Place
    from rafid.programmes.mineaction.models import Hazard, Release

    authority = Organisation.objects.create(ref="BENCH-DMA", name_en="Bench authority", kind="authority")
    operator = Organisation.objects.create(ref="BENCH-OP", name_en="Bench operator", kind="ngo")
    officer = Account.objects.create(login="bench-officer")
    Grant.objects.create(account=officer, role="mineaction.im_officer", organisation=authority)
    place = Place.objects.get(ref="IQG02Q06")
    base = {"owner": authority, "organisation": operator, "place": place}
    hazards = [
        Hazard(
            ref=f"BENCH-{number}", state="suspected", suspected_on=date(2024, 1, 1) + timedelta(days=number % 700),
            on=TODAY, ground=ring(number), **base,
        )
        for number in range(count)
    ]  # fmt: skip
    Hazard.objects.bulk_create(hazards, batch_size=500)
    releases = [
        Release(
            ref=f"BENCH-R-{number}", type="reduced", hazard=hazard, on=hazard.suspected_on + timedelta(days=30),
            ground=ring(number, shrink=0.0008), **base,
        )
        for number, hazard in enumerate(hazards)
    ]  # fmt: skip
    Release.objects.bulk_create(releases, batch_size=500)
    return officer, base


def told(name: str, do: Callable[[], Any]) -> float:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from rafid.programmes.mineaction.hazards import plane

    moved = 0
    own = plane._moved

    def counted(grounds: Any, *, back: bool) -> Any:
        nonlocal moved
        moved += len(grounds)
        return own(grounds, back=back)

    plane._moved = counted
    try:
        with CaptureQueriesContext(connection) as asked:
            wall, cpu = time.perf_counter(), time.process_time()
            do()
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    finally:
        plane._moved = own
    times = f"{cpu * 1000:8.0f} ms of processor {wall * 1000:8.0f} ms"
    print(f"{name:34} {times} {len(asked):4} statements {moved:6} grounds moved")
    return cpu


def run(name: str, count: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection, transaction
    from django.test import Client

    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
    settings.ALLOWED_HOSTS = ["*"]
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = Path(folder)
        with transaction.atomic():
            told(f"{count} hazards and releases made", lambda: made.extend(fill(count)))
            officer, base = made
            measure(officer, base, Client())
            transaction.set_rollback(True)


made: list[Any] = []


def measure(officer: Any, base: Any, client: Any) -> None:
    from rafid.programmes.mineaction.models import Hazard, Release
    from rafid.programmes.mineaction.picture.asked import Asked
    from rafid.programmes.mineaction.picture.inputs import inputs_for
    from rafid.programmes.mineaction.picture.ledgers import ledger_at
    from rafid.programmes.mineaction.picture.standing import standings

    asked = Asked(TODAY)
    client.force_login(officer)

    def both(title: str) -> None:
        held: dict[str, Any] = {}
        told(f"{title}: read", lambda: held.update(inputs=inputs_for(officer)))
        told(f"{title}: ledger", lambda: held.update(ledger=ledger_at(held["inputs"], asked)))
        told(f"{title}: rows of its page", lambda: standings(held["inputs"], held["ledger"], asked))
        told(f"{title}: page", lambda: client.get("/mineaction/", {"on": TODAY.isoformat()}))

    both("first")
    both("again")
    hazard = Hazard.objects.get(ref="BENCH-5")
    Release.objects.create(
        ref="BENCH-R-more", type="reduced", hazard=hazard, on=TODAY, ground=ring(5, shrink=0.0004), **base
    )
    both("after a write")


if __name__ == "__main__":
    if "--in" in sys.argv:
        run(sys.argv[2], int(sys.argv[3]))
    else:
        import subprocess

        from tests.conftest import copy_of_template

        name = f"rafid_bench_{os.getpid()}"
        cluster = copy_of_template(name)
        try:
            count = sys.argv[1] if len(sys.argv) > 1 else str(HAZARDS)
            subprocess.run([sys.executable, __file__, "--in", name, count], check=True)
        finally:
            cluster.drop_database(name)
