"""What came of a run, for people: problems by cell, and the rows that could not be taken, with the reasons."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain
from typing import Any

from django.utils.translation import get_language, get_language_bidi, gettext_noop
from django.utils.translation import gettext as _

from rafid.commons.spreadsheets import disarmed, printable

from ..models import ImportRow, ImportRun
from ..tabular import CellError, Row, column_name
from .messages import label, sentence
from .receive import open_run
from .targets import Target


def shown_header(run: ImportRun) -> list[str]:
    """The file's column names; a column without one shows its letter."""
    return [name or column_name(at) for at, name in enumerate(run.header)]


def reasons(problems: Mapping[str, Sequence[Mapping[str, Any]]] | None, target: Target | None) -> list[str]:
    """``Column: sentence`` for each problem of a row."""
    return [
        f"{label(target, code)}: {sentence(problem, target)}"
        for code, found in (problems or {}).items()
        for problem in found
    ]


def rest(run: ImportRun, target: Target | None) -> Iterator[tuple[Row, list[str]]]:
    """The rows with problems as they stand in the file, each with its reasons; flat in memory."""
    wrong = (
        ImportRow.objects.filter(run_id=run.pk, problems__isnull=False)
        .order_by("number")
        .values_list("number", "problems")
        .iterator(chunk_size=2000)
    )
    number, problems = next(wrong, (None, None))
    if number is None:
        return
    for row in open_run(run).rows(after=number - 1):
        if row.number == number:
            yield row, reasons(problems, target)
            number, problems = next(wrong, (None, None))
            if number is None:
                return


def _cell(cell: Any) -> Any:
    if isinstance(cell, CellError):
        return cell.params.get("value", "")
    return cell


def rest_csv(run: ImportRun, target: Target | None) -> Iterator[str]:
    """The rest as CSV with the original columns and one of reasons, piece by piece; begins with a byte order mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([*map(disarmed, shown_header(run)), _("Row in the file"), _("What is wrong")])
    yield "\ufeff" + buffer.getvalue()
    for row, why in rest(run, target):
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([*(disarmed(_text(cell)) for cell in row.cells), row.number, disarmed(" | ".join(why))])
        yield buffer.getvalue()


def _text(cell: Any) -> str:
    cell = _cell(cell)
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | datetime | time) else str(cell)


def rest_xlsx(run: ImportRun, target: Target | None) -> bytes:
    """The rest as XLSX, read from right to left where the reader's language is."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill

    rows = rest(run, target)
    first = next(rows, None)  # a file that cannot be read says so before a sheet is begun
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Rows with problems")[:31])
    sheet.sheet_view.rightToLeft = bool(get_language_bidi())
    sheet.freeze_panes = "A2"
    bold, marked = Font(bold=True), PatternFill("solid", start_color="FFF2CC")

    def cell(value: Any, **style: Any) -> Any:
        made = WriteOnlyCell(sheet, value=None)
        if isinstance(value, str):
            made.value = printable(value)[:32_767]
            made.data_type = "s"  # a text that begins with = stays a text
        else:
            made.value = value
        for name, given in style.items():
            setattr(made, name, given)
        return made

    head = [*shown_header(run), _("Row in the file"), _("What is wrong")]
    sheet.append([cell(name, font=bold) for name in head])
    for row, why in chain([first] if first else [], rows):
        sheet.append([*(cell(_cell(one)) for one in row.cells), row.number, cell("\n".join(why), fill=marked)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def empty_table(target: Target) -> bytes:
    """An XLSX with the import's columns, their HXL tags where they have some, and what each takes."""
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    from rafid.commons.names import pick

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = target.name[:31].translate(str.maketrans("", "", "[]:*?/\\"))
    sheet.sheet_view.rightToLeft = bool(get_language_bidi())
    tagged = any(column.hxl for column in target.columns)
    for at, column in enumerate(target.columns, start=1):
        cell = sheet.cell(1, at, pick(column.names))
        cell.font = Font(bold=True)
        cell.comment = Comment(describe(column), "Rafid")
        if tagged:
            sheet.cell(2, at, column.hxl or None)
        sheet.column_dimensions[cell.column_letter].width = max(14, len(pick(column.names)) + 2)
    sheet.freeze_panes = "A3" if tagged else "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def describe(column: Any) -> str:
    """What a column takes, in a sentence."""
    text = _(KINDS[column.kind])
    if column.choices:
        text += " " + ("، " if get_language_bidi() else ", ").join(spelled(column)[:30])
    if column.required and column.default is None:
        text += " " + _("Needed in every row.")
    return text


def spelled(column: Any) -> list[str]:
    """The choices of a column as the reader writes them.

    Spellings say no language: English is what is Latin, Sorani what has its letters (or stands second of three names).
    """
    found = []
    for code, spellings in column.choices.items():
        latin = [one for one in spellings if _LATIN.search(one)]
        other = [one for one in spellings if not _LATIN.search(one) and _ARABIC.search(one)]
        kurdish = [one for one in other if _KURDISH.search(one)] or other[1:2]
        wanted = {"en": latin, "ckb": kurdish, "ar": [one for one in other if not _KURDISH.search(one)]}
        found.append(next(iter(wanted.get(get_language() or "ar", []) or other or latin), code))
    return found


_LATIN = re.compile("[A-Za-z]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_KURDISH = re.compile("[\u06d5\u06ce\u06c6\u06b5\u0695\u06af\u067e\u0686\u0698\u06a4\u06a9\u06cc]")

KINDS = {
    "text": gettext_noop("Text."),
    "integer": gettext_noop("A whole number."),
    "number": gettext_noop("A number."),
    "date": gettext_noop("A date, such as 2024-10-31."),
    "period": gettext_noop("A year (2026), a quarter (2026Q1), a month (2026-09) or a week (2026W5)."),
    "place": gettext_noop("The name or the code of a place."),
    "choice": gettext_noop("One of:"),
    "boolean": gettext_noop("Yes or no."),
    "longitude": gettext_noop("Degrees east, such as 44.36."),
    "latitude": gettext_noop("Degrees north, such as 33.31."),
    "json": gettext_noop("JSON, as it was exported."),
}
