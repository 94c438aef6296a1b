"""Files of settlements as people send them: CSV, or points in GeoJSON, GeoPackage, zipped shapefile. All become a table."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.methods.text import fold

from .boundary_file import MOST_BYTES, POINTS, Unreadable, read_features, recognised

_DELIMITERS = ",;\t|"
_SAMPLE = 64 * 1024
_MOST_COLUMNS = 500
_LONGEST_CELL = 1 << 20


@dataclass(frozen=True)
class SettlementFile:
    """``columns``: header → texts, one per row, blanks stripped. ``numbers`` are the rows' lines as a person counts them.

    ``points`` are the file's own geometries (longitude, latitude), or None for a table.
    """

    name: str
    kind: str
    columns: dict[str, list[str]]
    numbers: list[int]
    points: list[tuple[float, float] | None] | None = None
    remarks: list[Any] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.numbers)


def read_settlements(path: Path, *, name: str = "", layer: str = "") -> SettlementFile:
    """Reads a file of settlements; what it is, its bytes decide. Raises Unreadable."""
    name = name or path.name
    head = head_of(path)
    return _features(path, name, layer) if _is_drawn(head) else _table(path, name)


def recognised_settlements(path: Path) -> None:
    """Raises Unreadable where a look at the first bytes tells that the file is none of those that can be read."""
    if _is_drawn(head_of(path)):
        recognised(path)


def head_of(path: Path) -> bytes:
    """The first bytes of a file that may be one of settlements. Raises Unreadable."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_SAMPLE)
    except OSError as error:
        raise Unreadable(_("The file cannot be opened: %s") % (error.strerror or error)) from error
    if size > MOST_BYTES:
        raise Unreadable(
            _("The file is larger than %(most)d MB. Split it by governorate.") % {"most": MOST_BYTES >> 20}
        )
    if head.startswith(b"PK") and _is_workbook(path):
        raise Unreadable(_("This is a workbook. Save its sheet as CSV (UTF-8) and send that."))
    if not head.strip():
        raise Unreadable(_("The file is empty."))
    if b"\x00" in head and not _is_drawn(head):
        raise Unreadable(
            _("This is neither a CSV table nor points as GeoJSON, GeoPackage or zipped shapefile. Export it as one.")
        )
    return head


def _is_drawn(head: bytes) -> bool:
    packed = head.startswith((b"PK", b"SQLite format 3\x00"))
    return packed or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(member in ("[Content_Types].xml", "mimetype") for member in archive.namelist())
    except zipfile.BadZipFile:
        return False


def _features(path: Path, name: str, layer: str) -> SettlementFile:
    file = read_features(path, POINTS, name=name, layer=layer)
    columns = {
        header: ["" if value is None else str(value).strip() for value in values]
        for header, values in file.columns.items()
    }
    return SettlementFile(
        name, file.kind, columns, list(range(1, len(file) + 1)), [_point(one) for one in file.geometries], file.remarks
    )


def _point(geometry: Any) -> tuple[float, float] | None:
    """A point's own place; the middle of several; the inside of a drawn village."""
    if geometry is None or geometry.is_empty:
        return None
    point = geometry if geometry.geom_type == "Point" else shapely.point_on_surface(geometry)
    return float(point.x), float(point.y)


def _table(path: Path, name: str) -> SettlementFile:
    text, remarks = _decoded(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    headers: list[str] = []
    cells: list[list[str]] = []
    numbers: list[int] = []
    usual = csv.field_size_limit(_LONGEST_CELL)
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not headers:
                headers = _headers(row)
                cells = [[] for _header in headers]
                continue
            if not numbers and _is_hxl(row):
                continue
            numbers.append(reader.line_num)
            for index, values in enumerate(cells):
                values.append(row[index].strip() if index < len(row) else "")
            if len(numbers) > POINTS.most:
                raise Unreadable(_("The file holds more than %d settlements. Split it by governorate.") % POINTS.most)
    except csv.Error as error:
        raise Unreadable(
            _("Line %(line)d cannot be read as CSV: %(why)s. Export the table anew.")
            % {"line": reader.line_num, "why": error}
        ) from error
    finally:
        csv.field_size_limit(usual)  # the limit is the whole process's; other readers count on their own
    if not numbers:
        raise Unreadable(_("The table has a head but no rows."))
    return SettlementFile(name, "CSV", dict(zip(headers, cells, strict=True)), numbers, remarks=remarks)


def _decoded(path: Path) -> tuple[str, list[Any]]:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "cp1256"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig":
            return text, []
        return text, [
            gettext_lazy("The file is not UTF-8; it was read as Windows-1256. Look whether the names are right.")
        ]
    raise Unreadable(_("The letters of the table cannot be read. Save it as CSV in UTF-8."))


def _headers(row: list[str]) -> list[str]:
    """The head's cells; a second one of the same name gets a number, an empty one its position."""
    if len(row) > _MOST_COLUMNS:
        raise Unreadable(_("The table has %d columns. Keep those that a settlement needs.") % len(row))
    found: list[str] = []
    for index, cell in enumerate(row, 1):
        header = cell.strip()[:100] or str(index)
        while header in found:
            header = f"{header}_{index}"
        found.append(header)
    if not any(fold(header) for header in found):
        raise Unreadable(_("The first row holds no names of columns. Add a head: name, lat, lon, adm2_pcode."))
    return found


def _is_hxl(row: list[str]) -> bool:
    """The row of hashtags that humanitarian tables carry below their head."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return bool(filled) and sum(cell.startswith("#") for cell in filled) > 0.5 * len(filled)
