"""Importing another system's XML beside saving models one by one: reports a second, processor time, memory.

    python benchmarks/bench_mineaction_import.py [REPORTS [POINTS]]

10,000 reports with a shape of six points each (or as many as are asked for) become field reports with their field books (a
sheet and its points as they were entered), identifiers, history and search entries, in a copy of the suite's database. Rafid's
side is the whole way of its page: the file is kept, read by its mapping, staged, judged, rehearsed and recorded. The other side
saves the same rows with `Model.save()`, one by one in one transaction, from values that are ready made: it reads no file,
matches no place, measures no area, judges nothing and can undo nothing. Each side is a process of its own; memory is the most
that it held, beside what the same process holds after a tenth of the reports. At most 24,000 reports fit into the country.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT, ROOT / "src"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

REPORTS, POINTS = 10_000, 6
ONE_BY_ONE = 1_000
"""Few, since it is slow; a report does not cost less where there are more of them."""
AIM = 5


def corners(number: int, points: int) -> list[tuple[float, float]]:
    west, south = 43 + number % 100 / 50, 33 + number // 100 / 60
    ring: Any = ((0, 0), (2, -0.5), (4, 0), (4, 3), (2, 3.5), (0, 3))
    if points != POINTS:
        turns = [2 * math.pi * at / points for at in range(points)]
        ring = [(2 + 2 * math.cos(turn), 1.5 + 1.5 * math.sin(turn)) for turn in turns]
    return [(round(west + x / 1000, 6), round(south + y / 1000, 6)) for x, y in ring]


def make(path: Path, count: int, each: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write("<MineActionFieldReport>")
        for number in range(count):
            points = "".join(
                f"<Point><pointNumber>{at}</pointNumber><pointType>TP</pointType><shapeID>1</shapeID><longitude>{x}</longitude>"
                f"<latitude>{y}</latitude><coordinateSystem>WGS84</coordinateSystem></Point>"
                for at, (x, y) in enumerate(corners(number, each), start=1)
            )
            out.write(
                f"<FieldReport><FieldReportInfo><fieldReportGUID>g-{number}</fieldReportGUID><reportID>B-{number}</reportID>"
                f"<dateOfReport>2026-0{number % 8 + 1}-{number % 27 + 1:02}</dateOfReport><organisation>BENCH-OP</organisation>"
                f"</FieldReportInfo><Hazard><hazardGUID>h-{number}</hazardGUID><hazardID>H-{number}</hazardID>"
                f"<hazardType>Minefield</hazardType><hazardClass>SHA</hazardClass><comments>Along the road, seen by herders"
                f" {number}</comments><GeospatialInfo><Points>{points}</Points></GeospatialInfo></Hazard></FieldReport>\n"
            )
        out.write("</MineActionFieldReport>")


def side(what: str, name: str, count: int, each: int) -> dict[str, float]:
    """One side, in this process, on the database ``name``; taken back afterwards."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection, transaction
    from django.urls import reverse

    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = Path(folder)
        path = Path(folder) / "bench.xml"
        make(path, count, each)
        with transaction.atomic():
            authority, operator, person = world()
            reverse("home")  # addresses are loaded once in a process, on both sides
            ready = [(number, corners(number, each)) for number in range(count)] if what == "saves" else []
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (session,) = cursor.fetchone()
            before, cpu, served = time.perf_counter(), time.process_time(), processor_of(session)
            if what == "saves":
                saves(ready, authority, operator, person)
            else:
                imported(path, authority, person)
            took, busy, served = time.perf_counter() - before, time.process_time() - cpu, processor_of(session) - served
            from rafid.programmes.mineaction.models import FieldReport, SurveyPoint

            made = FieldReport.objects.filter(owner=authority).count()
            points = SurveyPoint.objects.filter(sheet__owner=authority).count()
            assert (made, points) == (count, count * each), (made, points, count)
            transaction.set_rollback(True)
    return {
        "seconds": took, "cpu": busy, "served": served, "rate": count / took, "a_report": 1000 * (busy + served) / count,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def processor_of(process: int) -> float:
    """Seconds of processor time of the database's session, which other work on the machine does not lengthen."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def world() -> Any:
    from rafid.commons.people.models import Account, Grant, Organisation

    authority = Organisation.objects.create(ref="BENCH-DMA", name_en="Bench authority", kind="authority")
    operator = Organisation.objects.create(ref="BENCH-OP", name_en="Bench operator", kind="ngo")
    person = Account.objects.create(login="bench-officer")
    Grant.objects.create(account=person, role="mineaction.im_officer", organisation=authority)
    return authority, operator, person


def imported(path: Path, authority: Any, person: Any) -> None:
    from rafid.commons.records.imports import receive, stage
    from rafid.commons.records.imports.apply import apply
    from rafid.commons.records.imports.mapping import choose_as_suggested
    from rafid.commons.records.imports.receive import open_run
    from rafid.commons.records.imports.targets import target_of

    target = target_of("mineaction.reports")
    run = receive(str(path), target, person, {"mapping": "maxml"}, owner=authority)
    choose_as_suggested(run, target, open_run(run), {})
    run.save()
    run = stage(run)
    assert run.bad == 0, run.error
    apply(run)


def saves(ready: list[Any], authority: Any, operator: Any, person: Any) -> None:
    from django.contrib.gis.geos import MultiPolygon, Point, Polygon

    from rafid.commons.records.models import Source
    from rafid.commons.records.search import index_record
    from rafid.programmes.mineaction.fieldbook.drawing import METHOD_VERSION
    from rafid.programmes.mineaction.models import ExternalId, FieldReport, SurveyPoint, SurveySheet
    from rafid.programmes.mineaction.reports.receive import content_hash

    for number, ring in ready:
        content = {
            "type": "minefield", "classification": "SHA", "comment": f"Along the road, seen by herders {number}",
            "ground": {"type": "MultiPolygon", "coordinates": [[[list(one) for one in (*ring, ring[0])]]]},
            "external": {"system": "maxml", "key": f"h-{number}"},
        }  # fmt: skip
        row = FieldReport(
            owner=authority, organisation=operator, reference=f"B-{number}/H-{number}", type="hazard",
            on=date(2026, number % 8 + 1, number % 27 + 1), content=content, content_hash=content_hash(content), made_by=person,
            source=Source.IMPORT, source_row=number + 1,
        )  # fmt: skip
        row.save()
        ExternalId(
            owner=authority, system="maxml/report", key=f"g-{number}/h-{number}", kind=FieldReport.kind(), record=row.pk,
            made_by=person,
        ).save()  # fmt: skip
        index_record(row)
        sheet = SurveySheet(
            owner=authority, organisation=operator, on=row.on, crs_code="EPSG:4326", datum="WGS 84", north="grid", report=row,
            points=[list(one) for one in ring], ground=MultiPolygon(Polygon([*ring, ring[0]]), srid=4326), plane_area=119_000.0,
            ellipsoidal_area=119_000.0, convergence=0.1, scale=0.9996, method_version=METHOD_VERSION, made_by=person,
            source=Source.IMPORT, source_row=number + 1,
        )  # fmt: skip
        sheet.save()
        for order, (x, y) in enumerate(ring):
            SurveyPoint(
                sheet=sheet, made_by=person, mark="TP", label=f"TP{order + 1}", order=order, entry="absolute", x_entered=str(x),
                y_entered=str(y), point=Point(x, y, srid=4326),
            ).save()  # fmt: skip
        index_record(sheet)


def apart(what: str, name: str, count: int, each: int) -> dict[str, float]:
    asked = [sys.executable, __file__, "--side", what, name, str(count), str(each)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(count: int, each: int) -> None:
    from benchmarks.loaded import site

    with site():
        from django.db import connection

        name = connection.settings_dict["NAME"]
        few = min(ONE_BY_ONE, count)
        tenth = apart("import", name, max(count // 10, 1), each)
        whole = apart("import", name, count, each)
        slow = apart("saves", name, few, each)
    print(f"{'':20}{'reports':>9}{'points':>9}{'s':>8}{'Python s':>10}{'server s':>10}{'ms a report':>13}{'MB':>7}")
    for title, rows, one in (
        ("import, a tenth", max(count // 10, 1), tenth), ("import", count, whole), ("saved one by one", few, slow),
    ):  # fmt: skip
        figures = (
            f"{one['seconds']:>8.1f}{one['cpu']:>10.1f}{one['served']:>10.1f}{one['a_report']:>13.2f}{one['mb']:>7.0f}"
        )
        print(f"{title:20}{rows:>9,}{rows * each:>9,}{figures}")
    times, fewer, more = whole["rate"] / slow["rate"], slow["a_report"] / whole["a_report"], whole["mb"] - tenth["mb"]
    print(f"{times:.1f} × the reports a second, 1/{fewer:.1f} of the processor time (aim {AIM} ×)")
    print(f"{more:+.0f} MB for ten times the reports")


if __name__ == "__main__":
    if "--side" in sys.argv:
        _self, _flag, which, database, how_many, *shape = sys.argv
        print(json.dumps(side(which, database, int(how_many), int(shape[0]) if shape else POINTS)))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS, int(sys.argv[2]) if len(sys.argv) > 2 else POINTS)
