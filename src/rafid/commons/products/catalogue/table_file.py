"""A table that somebody sends (CSV, XLSX, ODS, XLS) as the CSV that a dataset keeps, with its columns as fields."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.indicators.periods import is_period
from rafid.commons.places.models import Place
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.tabular import CellError, TableError, column_name, open_table
from rafid.methods.text import fold

from ..release.named_places import decide

MOST_BYTES, MOST_ROWS, SAID = 30 * 1024 * 1024, 300_000, 12
_PERIOD_WORDS = ("period", "year", "month", "quarter", "سنه", "فتره", "شهر", "ماوه", "سال", "مانگ")


_PLACE_WORDS = tuple(map(fold, (
    "place", "district", "governorate", "province", "location", "adm", "مكان", "محافظة", "قضاء", "منطقة", "شوێن", "پارێزگا",
    "قەزا", "ناوچە",
)))  # fmt: skip
_TRIED = 200
_DEGREES = {"longitude": ("lon", "long", "lng", "longitude", "x"), "latitude": ("lat", "latitude", "y")}


@dataclass
class Read:
    """``fields`` as JSON; the rows lie in the store under ``sha256``."""

    name: str
    sha256: str
    fields: list[dict[str, Any]]
    rows: int

    @property
    def source(self) -> dict[str, Any]:
        return {"sha256": self.sha256, "name": self.name}


@dataclass
class _Column:
    values: list[Any] = field(default_factory=list)
    """A sample, without empty ones."""
    widest: set[str] = field(default_factory=set)


def read_table(upload: Any, *, known: Sequence[str] | None = None) -> Read:
    """``known``: names of the fields that a later table must have. Raises ``ValidationError`` with sentences that name row,
    column and remedy."""
    if upload.size > MOST_BYTES:
        raise ValidationError({"table": _("The file is larger than %(mb)s MB. Divide it.") % {"mb": MOST_BYTES >> 20}})
    with tempfile.TemporaryDirectory(prefix="rafid-") as folder:
        path = Path(folder) / "table"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        try:
            return _read(path, str(upload.name)[-120:], known)
        except TableError as error:
            raise ValidationError({"table": error.text(_)}) from error


def _read(path: Path, name: str, known: Sequence[str] | None) -> Read:
    table = open_table(path, name=name)
    names = _names(table.header)
    if known is not None and set(names) != set(known):
        lacks = ", ".join(one for one in known if one not in names) or "–"
        more = ", ".join(one for one in names if one not in known) or "–"
        raise ValidationError(
            {"table": _("The columns must be those of the table before. Missing: %(lacks)s. Unknown: %(more)s.")
             % {"lacks": lacks, "more": more}}
        )  # fmt: skip
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    columns = [_Column() for _name in names]
    wrong: list[str] = []
    rows = 0
    for row in table.rows():
        if row.error is not None:
            wrong.append(f"{row.number}: {row.error.text(_)}")
            continue
        rows += 1
        if rows > MOST_ROWS:
            raise ValidationError(
                {"table": _("The table has more than %(n)s rows. Divide it.") % {"n": f"{MOST_ROWS:,}"}}
            )
        cells = []
        for at, cell in enumerate(row.cells):
            if isinstance(cell, CellError):
                wrong.append(f"{column_name(at)}{row.number}: {cell.text(_)}")
                cells.append("")
                continue
            _look(columns[at], cell)
            cells.append(_text(cell))
        writer.writerow(cells)
        if len(wrong) >= SAID:
            break
    if wrong:
        raise ValidationError({"table": wrong[:SAID]})
    if not rows:
        raise ValidationError({"table": _("The table has no rows.")})
    blob = blobs.keep(out.getvalue().encode())
    tags = table.hxl or [""] * len(names)
    places = _codes({value for one in columns for value in one.values if isinstance(value, str)})
    places |= _named(table.header, columns, places)
    fields = [
        _field(name, title, column, tag or "", places)
        for name, title, column, tag in zip(names, table.header, columns, tags, strict=True)
    ]
    return Read(name, blob.sha256, fields, rows)


def _names(header: Iterable[str]) -> list[str]:
    """Column names as programs take them; a title in another script becomes ``column_3``."""
    found: list[str] = []
    for number, title in enumerate(header, 1):
        name = re.sub(r"[^a-z0-9]+", "_", title.strip().lower()).strip("_")[:50]
        if not name or not name[0].isalpha():
            name = f"column_{number}" if not name else f"n_{name}"
        whole, count = name, 1
        while name in found:
            count += 1
            name = f"{whole}_{count}"
        found.append(name)
    return found


def _look(column: _Column, cell: Any) -> None:
    if cell is None or cell == "":
        return
    if len(column.values) < 500:
        column.values.append(cell)
    column.widest.add(_sort(cell))


def _sort(cell: Any) -> str:
    """What kind of value it could be."""
    if isinstance(cell, bool):
        return "boolean"
    if isinstance(cell, datetime | date):
        return "date"
    if isinstance(cell, int):
        return "integer"
    if isinstance(cell, float):
        return "integer" if cell.is_integer() and abs(cell) < 2**53 else "number"
    text = str(cell).strip()
    if re.fullmatch(r"-?\d{1,15}", text) and not re.fullmatch(r"-?0\d+", text):
        return "integer"
    if re.fullmatch(r"-?\d{1,15}\.\d+", text):
        return "number"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return "date"
    return "text"


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == cell.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return str(cell)


def _codes(texts: set[str]) -> set[str]:
    """Those that are references or P-codes of places."""
    some = [text for text in texts if 2 <= len(text) <= 20][:5000]
    return set(Place.objects.filter(ref__in=some).values_list("ref", flat=True)) | set(
        Place.objects.filter(pcode__in=some).values_list("pcode", flat=True)
    )


def _named(titles: Sequence[str], columns: Sequence[_Column], codes: set[str]) -> set[str]:
    """What stands in a column that is called a place's and holds names of places, where none holds their codes; of two such
    columns (governorate, district) the one that tells more apart. A name that fits no place is asked back later."""
    best: set[str] = set()
    for title, column in zip(titles, columns, strict=True):
        texts = {text for value in column.values if (text := _text(value).strip())}
        if texts and texts <= codes:
            return set()
        if any(word in fold(title) for word in _PLACE_WORDS) and len(texts) > len(best):
            some = sorted(texts)[:_TRIED]
            certain = sum(one.certain for one in decide(some).values())
            if certain * 2 > len(some):
                best = texts
    return best


def _field(name: str, title: str, column: _Column, tag: str, places: set[str]) -> dict[str, Any]:
    kind = _kind(title, column, places)
    # A position leaves as the policy lets it, never as a plain number.
    role = "geometry" if kind in _DEGREES else "none"
    made = {"name": name, "names": dict.fromkeys(LANGUAGES, title.strip() or name), "kind": kind, "role": role}
    return made | ({"hxl": tag} if tag.startswith("#") else {})


def _kind(title: str, column: _Column, places: set[str]) -> str:
    texts = [_text(value).strip() for value in column.values]
    if texts and all(text in places for text in texts):
        return "place"
    if texts and all(is_period(text) for text in texts) and any(word in fold(title) for word in _PERIOD_WORDS):
        return "period"
    sorts = column.widest
    if sorts and sorts <= {"integer", "number"}:
        folded = fold(title).split()
        for kind, words in _DEGREES.items():
            if any(word in folded for word in words):
                return kind
    if sorts == {"integer"}:
        return "integer"
    if sorts and sorts <= {"integer", "number"}:
        return "number"
    return sorts.pop() if len(sorts) == 1 else "text"
