"""Reading takes the same memory however long the table is."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.commons.records.tabular.build import inline, opendocument, saved, sheet_xml

SOURCES = Path(__file__).resolve().parents[4] / "src"

READ = """
import resource, sys
from rafid.commons.records.tabular import open_table
table = open_table(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in table.rows())
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
ROWS = 60_000


def csv_file(path: Path) -> Path:
    with path.open("w") as file:
        file.write("name,n,note\n")
        file.writelines(f"ذي قار {index},{index},{'x' * 90}\n" for index in range(ROWS))
    return path


def xlsx_file(path: Path) -> Path:
    saved(path.parent, sheet_xml("<sheetData/>"), path.name)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist() if "sheet1" not in name and "shared" not in name}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
        new.writestr(
            "xl/sharedStrings.xml",
            "<sst>" + "".join(f"<si><t>ذي قار {index}</t></si>" for index in range(ROWS)) + "</sst>",
        )
        with new.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f"<worksheet><sheetData><row>{inline('name')}{inline('n')}{inline('note')}</row>".encode())
            for index in range(ROWS):
                part.write(f'<row><c t="s"><v>{index}</v></c><c><v>{index}</v></c>{inline("x" * 90)}</row>'.encode())
            part.write(b"</sheetData></worksheet>")
    return path


def ods_file(path: Path) -> Path:
    def cell(text: object) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    rows = (f"<table:table-row>{cell(f'ذي قار {i}')}{cell('x' * 90)}</table:table-row>" for i in range(ROWS))
    head = f"<table:table-row>{cell('name')}{cell('note')}</table:table-row>"
    return saved(
        path.parent, opendocument(f'<table:table table:name="a">{head}{"".join(rows)}</table:table>'), path.name
    )


@pytest.mark.parametrize("make", [csv_file, xlsx_file, ods_file])
def test_memory_is_flat(tmp_path, make):
    path = make(tmp_path / "table")
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        env={"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=True,
    )
    count, grown = map(int, done.stdout.split())
    assert count == ROWS
    assert grown < 6_000, f"{grown} kB more after {count} rows"
