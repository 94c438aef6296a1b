"""Tables as records: a workbook, a CSV, a zip of CSVs or a GeoPackage whose tables point to one another.

Child tables (the points of hazards) are laid into an index on the disk, so that the memory stays flat however many they are.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from rafid.commons.records.tabular import CellError, Limits, TableError, open_table

from .nodes import MANY_POINTS, MOST_POINTS, Node, row_node
from .refused import BadFile

type_rows = Iterator[dict[str, Any]]
_BATCH = 5000
MOST_UNPACKED = 4 << 30


def records(path: Path, name: str, record: str, tables: Mapping[str, Mapping[str, str]]) -> Iterator[Node]:
    """Rows of ``record`` (or of the only table), each with the rows of its child tables as nodes. Raises ``TableError``."""
    with tempfile.TemporaryDirectory(prefix="carried-") as folder, closing(_File.of(path, name, Path(folder))) as file:
        children = {
            code: _Children(file, said, Path(folder) / f"{at}.db") for at, (code, said) in enumerate(tables.items())
        }
        try:
            for cells in file.rows(record):
                node = row_node(record or "row", cells)
                for code, table in children.items():
                    key = node.first(table.parent)
                    for count, row in enumerate(table.of(key) if key else (), start=1):
                        if count > MOST_POINTS:
                            raise BadFile(MANY_POINTS, key=key, most=f"{MOST_POINTS:,}")
                        child = row_node(code, row)
                        child.parent = node
                        node.children.append(child)
                yield node
        finally:
            for table in children.values():
                table.close()


class _File:
    """A file with tables of a name each."""

    @staticmethod
    def of(path: Path, name: str, folder: Path) -> _File:
        with path.open("rb") as file:
            head = file.read(16)
        if head.startswith(b"SQLite format 3"):
            return _GeoPackage(path)
        if head.startswith(b"PK") and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
                if (
                    any(one.lower().endswith((".csv", ".txt", ".tsv")) for one in names)
                    and "[Content_Types].xml" not in names
                ):
                    return _Zipped(archive, folder)
        return _Book(path, name)

    def rows(self, table: str) -> type_rows:
        raise NotImplementedError

    def close(self) -> None:
        pass


class _Book(_File):
    """A workbook, whose sheets are the tables; or one CSV."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    def rows(self, table: str) -> type_rows:
        limits = Limits(max_bytes=settings.RAFID_UPLOAD_LIMIT)
        opened = open_table(self.path, name=self.name, limits=limits)
        if table and opened.sheets:
            by_name = {sheet.name.casefold(): sheet.name for sheet in opened.sheets}
            if table.casefold() in by_name:
                opened = open_table(self.path, name=self.name, sheet=by_name[table.casefold()], limits=limits)
            elif len(opened.sheets) > 1:
                raise _no_table(table, [sheet.name for sheet in opened.sheets])
        header = opened.header
        for row in opened.rows():
            yield {name: _plain(cell) for name, cell in zip(header, row.cells, strict=False) if name}


class _Zipped(_File):
    """CSVs in a zip: the table's name is the file's."""

    def __init__(self, archive: zipfile.ZipFile, folder: Path) -> None:
        self.paths: dict[str, Path] = {}
        total = 0
        for at, one in enumerate(archive.infolist()):
            stem = Path(one.filename).stem.casefold()
            if (
                one.is_dir()
                or not one.filename.lower().endswith((".csv", ".txt", ".tsv"))
                or one.filename.startswith("__")
            ):
                continue
            total += one.file_size
            if total > MOST_UNPACKED:
                raise BadFile(gettext_noop("The zip unpacks to more than 4 GB. Split it."))
            target = folder / f"{at}.csv"
            with archive.open(one) as source, target.open("wb") as out:
                left = one.file_size
                while block := source.read(1 << 20):
                    left -= len(block)
                    if left < 0:
                        raise BadFile(gettext_noop("The zip is damaged: a file in it is larger than it says."))
                    out.write(block)
            self.paths[stem] = target

    def rows(self, table: str) -> type_rows:
        path = self.paths.get(table.casefold()) if table else next(iter(self.paths.values()), None)
        if path is None:
            raise _no_table(table, list(self.paths))
        yield from _Book(path, f"{table}.csv").rows("")


class _GeoPackage(_File):
    """Tables of a GeoPackage; their shapes are read by the layers' reader, not here."""

    def __init__(self, path: Path) -> None:
        self.link = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        self.link.row_factory = sqlite3.Row

    def rows(self, table: str) -> type_rows:
        try:
            names = [
                row[0] for row in self.link.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            ]
            own = [one for one in names if not one.startswith(("gpkg_", "rtree_", "sqlite_"))]
            found = next((one for one in own if one.casefold() == table.casefold()), "" if table else (own or [""])[0])
            if not found:
                raise _no_table(table, own)
            quoted = '"' + found.replace('"', '""') + '"'
            for row in self.link.execute(f"SELECT * FROM {quoted}"):
                yield {key: _plain(row[key]) for key in row.keys() if not isinstance(row[key], bytes)}  # noqa: SIM118
        except sqlite3.DatabaseError as error:
            raise TableError("damaged") from error

    def close(self) -> None:
        self.link.close()


class _Children:
    """Rows of a child table by the key of what they belong to."""

    def __init__(self, file: _File, said: Mapping[str, str], path: Path) -> None:
        self.parent = said["parent"]
        key = said["key"].casefold()
        self.link = sqlite3.connect(path)
        self.link.execute("PRAGMA journal_mode=OFF")
        self.link.execute("PRAGMA synchronous=OFF")
        self.link.execute("CREATE TABLE rows (key TEXT, cells TEXT)")
        batch: list[tuple[str, str]] = []
        for cells in file.rows(said["table"]):
            found = next((value for name, value in cells.items() if name.casefold() == key), None)
            if found in (None, ""):
                continue
            batch.append((str(found).strip(), json.dumps(cells, ensure_ascii=False)))
            if len(batch) >= _BATCH:
                self.link.executemany("INSERT INTO rows VALUES (?, ?)", batch)
                batch.clear()
        self.link.executemany("INSERT INTO rows VALUES (?, ?)", batch)
        self.link.execute("CREATE INDEX by_key ON rows (key)")

    def of(self, key: str) -> Iterator[dict[str, Any]]:
        for (cells,) in self.link.execute("SELECT cells FROM rows WHERE key = ? ORDER BY rowid", [key]):
            yield json.loads(cells)

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self.link.close()


def _plain(cell: Any) -> Any:
    if cell is None or isinstance(cell, CellError):
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return cell


def _no_table(table: str, there: list[str]) -> BadFile:
    return BadFile(
        gettext_noop(
            "The file has no table “%(table)s”; it has: %(there)s. Choose another mapping, or correct the name in it."
        ),
        table=table,
        there=", ".join(sorted(there)) or "–",
    )
