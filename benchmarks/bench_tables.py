"""Reading tables beside openpyxl and the csv module: rows a second, memory, and what parsing the cells costs.

    python benchmarks/bench_tables.py

12 columns: two names in Arabic, three whole numbers, two decimals, a date, a period, a choice, a code, an empty one. Each
reader runs in a process of its own, so that memory is its own.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROWS = 100_000

HEADER = ["governorate", "district", "total", "male", "female", "share", "rate", "day", "period", "sex", "code", "note"]

RUN = """
import resource, sys, time
sys.path.insert(0, {source!r})
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
{body}
before, start = peak(), time.perf_counter()
count = sum(1 for _ in rows())
taken = time.perf_counter() - start
print(count / taken, peak() - before)
"""
OURS = """
from rafid.commons.records.tabular import open_table
table = open_table({path!r})
rows = table.rows
"""
PARSED = (
    OURS
    + """
from rafid.commons.records.tabular.parse import column_parser
kinds = "text text integer integer integer number number date period choice text text".split()
choices = {{"m": ["Male", "ذكر"], "f": ["Female", "أنثى"]}}
parsers = [column_parser(kind, choices=choices) for kind in kinds]
def rows():
    for row in table.rows():
        yield [parse(cell) for parse, cell in zip(parsers, row.cells)]
"""
)
OPENPYXL = """
import openpyxl
def rows():
    return openpyxl.load_workbook({path!r}, read_only=True, data_only=True).active.iter_rows(values_only=True)
"""
CSV = """
import csv
def rows():
    return csv.reader(open({path!r}, encoding="utf-8", newline=""))
"""


def record(index: int) -> list[object]:
    male, female = index % 900 + 3, index % 800 + 5
    return [
        f"محافظة {index % 19}", f"قضاء {index % 101}", male + female, male, female, round(male / (male + female), 4),
        index * 0.25, f"20{index % 20 + 10}-0{index % 9 + 1}-1{index % 10}", f"20{index % 20 + 10}Q{index % 4 + 1}",
        ("ذكر", "Female")[index % 2], f"IQG{index % 19:02d}", None,
    ]  # fmt: skip


def make(folder: Path) -> tuple[Path, Path]:
    import openpyxl

    text, workbook = folder / "table.csv", folder / "table.xlsx"
    with text.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(record(index) for index in range(ROWS))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.append(HEADER)
    for index in range(ROWS):
        sheet.append(record(index))
    book.save(workbook)
    return text, workbook


def measure(body: str, path: Path) -> tuple[float, int]:
    script = RUN.format(source=str(ROOT / "src"), body=body.format(path=str(path)))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    rate, memory = done.stdout.split()
    return float(rate), int(memory)


def main() -> None:
    print("## Reading tables\n")
    print(f"{ROWS:,} rows × {len(HEADER)} columns.\n")
    print("| file | reader | rows/s | memory grows by |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        text, workbook = make(Path(folder))
        rates = {}
        for name, reader, body, path in (
            ("XLSX", "open_table", OURS, workbook),
            ("XLSX", "openpyxl, read-only", OPENPYXL, workbook),
            ("XLSX", "open_table and all cells parsed", PARSED, workbook),
            ("CSV", "open_table", OURS, text),
            ("CSV", "csv.reader, nothing checked", CSV, text),
            ("CSV", "open_table and all cells parsed", PARSED, text),
        ):
            rates[name, reader], memory = measure(body, path)
            print(f"| {name} | {reader} | {rates[name, reader]:,.0f} | {memory} MB |")
    print(f"\nXLSX: **{rates['XLSX', 'open_table'] / rates['XLSX', 'openpyxl, read-only']:.1f} ×** openpyxl.")


if __name__ == "__main__":
    main()
