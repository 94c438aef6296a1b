"""Run as a process of its own by ``xls.py``: reads one XLS and writes it as lines of JSON.

calamine is fast, but some damaged files make it panic or ask for more memory than there is, which ends the process that
it runs in. So it runs in this one, which holds itself to a limit, imports nothing of Rafid and needs no environment.

Usage: xls_child.py FILE [SHEET]. First line: sheets, and of the sheet its height and merged ranges; then a line per row.
Ends with 3 where a password is needed, with any other number but 0 where the file is damaged.
"""

import datetime
import json
import resource
import sys

MEMORY, SECONDS = 2 << 30, 120
PASSWORD = 3


def encoded(value):
    """JSON has no dates: they are lists of a mark and the ISO form."""
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return [type(value).__name__, value.isoformat()]
    if isinstance(value, datetime.timedelta):
        return value.total_seconds() / 86_400
    return value


def main(path, name=None):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError:
        return PASSWORD
    sheets = [
        [sheet.name, sheet.visible != calamine.SheetVisibleEnum.Visible]
        for sheet in workbook.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    sheet = workbook.get_sheet_by_name(name) if name is not None else None
    about: dict[str, object] = {"sheets": sheets}
    if sheet is not None:
        about["height"] = sheet.total_height
        about["merges"] = sheet.merged_cell_ranges or []
    sys.stdout.write(json.dumps(about) + "\n")
    if sheet is not None and sheet.start is not None:
        before = [None] * sheet.start[1]  # calamine leaves out empty columns before the first cell, but not the rows
        for values in sheet.iter_rows():
            sys.stdout.write(json.dumps(before + [encoded(value) for value in values]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
