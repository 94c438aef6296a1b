"""XLSX of 200,000 rows × 20 columns beside openpyxl: cell by cell, as most programs write it, and its write-only mode.

    ./rafid bench xlsx [ROWS [TURNS]]

Names of places, text that is never the same, dates, whole and broken numbers, some missing. Each side runs in a process of its
own, by turns, so that time and memory are its own; the books are read again and compared cell by cell at a small size.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "src"):
    sys.path.insert(0, str(folder))

ROWS, COLUMNS, TURNS, AIM = 200_000, 20, 2, 5
KINDS = ["text", "text", "text", "text", "text", "text", "date", "date", *["integer"] * 6, *["number"] * 6]
SIDES = ("rafid", "cells", "write-only")

RUN = """
import sys, time
sys.path[:0] = [{root!r}, {source!r}, {benchmarks!r}]
import bench_xlsx
bench_xlsx.ready()
start = time.perf_counter()
size = bench_xlsx.write({side!r}, {rows})
taken = time.perf_counter() - start
peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")][0].split()[1]
print(taken, size, int(peak) // 1024)
"""


def ready() -> None:
    """All sides pay for the same start, outside of the measure."""
    import os

    import django
    import openpyxl  # noqa: F401

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rafid.site.settings")
    django.setup()
    import rafid.commons.products.exports.workbook  # noqa: F401


def values(rows: int) -> Iterator[list[Any]]:
    """As the database gives them: dates are ISO text."""
    names = [("بغداد", "بەغدا", "Baghdad"), ("البصرة", "بەسرە", "Basra"), ("أربيل", "هەولێر", "Erbil")]
    first = date(2020, 1, 1)
    for n in range(rows):
        ar, ckb, en = names[n % 3]
        day = (first + timedelta(days=n % 2000)).isoformat()
        whole = [n, n * 7 % 1000, None if n % 5 == 0 else n % 90, n % 7, n * 13 % 50_000, n % 2]
        broken = [n / 3, n / 7, None if n % 4 == 0 else n / 11, n * 0.1, n / 13, n / 17]
        yield [f"REF-{n:07}", ar, ckb, en, "public" if n % 2 else "partner", f"A & B < {n}", day, day, *whole, *broken]


def write(side: str, rows: int, out: Any = None) -> int:
    """The size of the book."""
    return {"rafid": _rafid, "cells": _cells, "write-only": _write_only}[side](rows, out)


def _rafid(rows: int, out: Any) -> int:
    from rafid.commons.products.exports.workbook import book, sheet

    heads = [[f"c{n}" for n in range(COLUMNS)]]
    size = 0
    for block in book([("Data", sheet(values(rows), heads=heads, kinds=KINDS))], datetime(2026, 9, 30)):
        size += len(block)
        if out is not None:
            out.write(block)
    return size


def _typed(row: list[Any]) -> list[Any]:
    return [date.fromisoformat(value) if kind == "date" else value for kind, value in zip(KINDS, row, strict=True)]


def _cells(rows: int, out: Any) -> int:
    from openpyxl import Workbook

    made = Workbook()
    page = made.active
    for at in range(COLUMNS):
        page.cell(1, at + 1, f"c{at}")
    for number, row in enumerate(values(rows), 2):
        for at, value in enumerate(_typed(row), 1):
            page.cell(number, at, value)
    return _saved(made, out)


def _write_only(rows: int, out: Any) -> int:
    from openpyxl import Workbook

    made = Workbook(write_only=True)
    page = made.create_sheet("Data")
    page.append([f"c{n}" for n in range(COLUMNS)])
    for row in values(rows):
        page.append(_typed(row))
    return _saved(made, out)


def _saved(made: Any, out: Any) -> int:
    import tempfile

    if out is not None:
        made.save(out)
        return 0
    with tempfile.TemporaryFile() as file:
        made.save(file)
        return file.tell()


def read(data: bytes) -> list[tuple[Any, ...]]:
    from openpyxl import load_workbook

    rows = load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    return [tuple(map(_alike, row)) for row in rows]


def _alike(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    return round(value, 12) if isinstance(value, float) else value


def equal(rows: int = 500) -> bool:
    """Do all sides write the same cells? openpyxl keeps 16 digits of a number, we keep all."""
    ready()
    books = []
    for side in SIDES:
        out = io.BytesIO()
        write(side, rows, out)
        books.append(read(out.getvalue()))
    return books[0] == books[1] == books[2]


def measured(side: str, rows: int) -> tuple[float, int, int]:
    """Seconds, bytes, megabytes at most."""
    text = RUN.format(
        root=str(ROOT), source=str(ROOT / "src"), benchmarks=str(ROOT / "benchmarks"), side=side, rows=rows
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    taken, size, peak = done.stdout.split()
    return float(taken), int(size), int(peak)


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    turns = int(sys.argv[2]) if len(sys.argv) > 2 else TURNS
    print(f"{rows:,} rows × {COLUMNS} columns; the same cells at 500 rows: {'yes' if equal() else 'NO'}")
    best: dict[str, tuple[float, int, int]] = {}
    for _turn in range(turns):
        for side in SIDES:
            found = measured(side, rows)
            if side not in best or found < best[side]:
                best[side] = found
    small = measured("rafid", rows // 10)
    print("| | seconds | MB file | MB memory |\n|---|---|---|---|")
    for side, (taken, size, peak) in best.items():
        print(f"| {side} | {taken:.1f} | {size / 1e6:.1f} | {peak} |")
    print(f"| rafid, a tenth of the rows | {small[0]:.1f} | {small[1] / 1e6:.1f} | {small[2]} |")
    ratio, memory = best["cells"][0] / best["rafid"][0], best["rafid"][2] - small[2]
    other = best["write-only"][0] / best["rafid"][0]
    print(f"cell by cell : rafid {ratio:.1f} × (aim {AIM}); write-only : rafid {other:.1f} ×")
    print(f"ten times the rows take {memory} MB more")
    return 0 if ratio >= AIM and memory < 20 else 1


if __name__ == "__main__":
    raise SystemExit(main())
