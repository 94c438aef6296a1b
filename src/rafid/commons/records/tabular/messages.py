"""The sentences of the table reader, as message ids: every problem names its remedy.

The reader works without Django, so nothing is translated here: the caller passes ``gettext`` to ``.text()`` of the
error or note. ``gettext_noop`` only marks the literals for ``makemessages``.
"""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    return message


_ = gettext_noop

MESSAGES: dict[str, str] = {
    # The file as a whole
    "empty_file": _("The file is empty. Choose the file that holds the table."),
    "file_too_large": _(
        "The file has %(size)s; files up to %(limit)s are read. Split it into parts, or leave out columns that are "
        "not needed, and send the parts one after another."
    ),
    "xls_too_large": _(
        "This old Excel file (XLS) has %(size)s; such files are read up to %(limit)s. Open it and save it as XLSX or "
        "CSV, then send that."
    ),
    "unreadable": _("The file cannot be read: %(reason)s. Copy it again and send the copy."),
    "is_html": _(
        "This file is a web page, whatever its name says. Open it in Excel or LibreOffice, save it as XLSX, and send "
        "that file."
    ),
    "is_pdf": _(
        "This file is a PDF. Tables in a PDF cannot be read: ask for the XLSX or CSV file that it was made from."
    ),
    "is_image": _("This file is a picture. A table in a picture cannot be read: ask for the XLSX or CSV file."),
    "is_archive": _("This file is an archive of other files. Unpack it and send the table inside it."),
    "is_document": _("This file is a text document. Copy its table into a spreadsheet, save it as XLSX and send that."),
    "is_presentation": _(
        "This file is a presentation. Copy its table into a spreadsheet, save it as XLSX and send that."
    ),
    "is_xlsb": _("This file is a binary Excel workbook (XLSB). Open it in Excel, save it as XLSX, and send that file."),
    "is_json": _("This file is JSON, not a table. Save the table as CSV or XLSX and send that."),
    "not_json": _("“%(value)s” is no JSON. Take the cell over as it was exported, or leave it empty."),
    "is_xml": _("This file is XML, not a table. Open it in Excel or LibreOffice, save it as XLSX, and send that file."),
    "is_database": _("This file is a database or a data store. Export the table as CSV or XLSX and send that."),
    "is_old_excel": _(
        "This file was made by a very old Excel or by another program that writes such files. Open it, save it as "
        "XLSX, and send that file."
    ),
    "is_binary": _("This file is not a table that can be read. Send a CSV, XLSX, ODS or XLS file."),
    "encrypted": _("The workbook is protected by a password. Save it without a password and send that file."),
    "damaged": _(
        "The file is damaged: it says it is a workbook, but its content cannot be read. Open it in Excel or "
        "LibreOffice, save it again, and send the new file."
    ),
    "zip_bomb": _(
        "Unpacked, this workbook would have more than %(limit)s, far more than its size says. It was not opened. "
        "Save the table as CSV and send that."
    ),
    "no_such_sheet": _("The workbook has no sheet “%(sheet)s”. Its sheets are: %(sheets)s."),
    "no_sheet": _("The workbook has no sheet with cells. Choose the file that holds the table."),
    "header_missing": _(
        "No row looks like column names. Write the name of each column in one row above the data and send the file "
        "again."
    ),
    "no_rows": _("There are column names but no rows below them. Choose the file that holds the data."),
    "too_many_columns": _(
        "The table has %(columns)s columns; up to %(limit)s are read. Delete the columns that are not needed and send "
        "the file again."
    ),
    "mixed_encoding": _(
        "Row %(row)s is written in another encoding (%(other)s) than the rest of the file (%(encoding)s), so its letters "
        "cannot be trusted. Open each part with its own encoding and save the whole as UTF-8."
    ),
    "wrong_encoding": _(
        "Row %(row)s cannot be read as %(encoding)s. Choose the encoding in which the file was saved, or save it again as "
        "UTF-8."
    ),
    "unknown_encoding": _("The encoding “%(encoding)s” is not known. Choose UTF-8 or Windows-1256."),
    "line_too_long": _(
        "Row %(row)s is longer than %(limit)s characters, so this is hardly a table. Check that the rows end in line "
        "breaks, and send the file again."
    ),
    "unclosed_quote": _(
        'Row %(row)s opens a quotation mark (") that is not closed, so the rows after it run together. Close it or '
        "delete it, and send the file again."
    ),
    # One row or one cell
    "row_too_wide": _("This row has %(columns)s columns; up to %(limit)s are read. Check where its cells end."),
    "row_wider_than_header": _(
        "This row has a value in column %(column_name)s, which has no name. Delete it, or name the column in the header."
    ),
    "cell_too_long": _("The cell holds %(length)s characters; up to %(limit)s are read. Shorten it."),
    "error_cell": _("The cell shows the error %(value)s. Repair the formula or write the value."),
    "formula_without_value": _(
        "The cell holds a formula whose result is not stored in the file. Open the file in Excel or LibreOffice, save "
        "it, and send it again."
    ),
    "nul_character": _("The cell holds a character that no text may hold (NUL). Write the cell again."),
    "bad_excel_date": _(
        "The cell is formatted as a date, but %(value)s is no date. Write the date, such as 2024-10-31."
    ),
    "not_a_number": _("“%(value)s” is not a number. Write digits only, such as 1234.5."),
    "not_an_integer": _("“%(value)s” is not a whole number. Write digits only, such as 1234."),
    "number_too_large": _("“%(value)s” has too many digits. Check the number."),
    "not_a_date": _(
        "“%(value)s” is not a date that can be understood. Write it as year-month-day, such as 2024-10-31."
    ),
    "no_such_day": _("“%(value)s” does not exist in the calendar. Check day and month."),
    "date_calendar_unclear": _(
        "“%(value)s” is %(hijri)s in the Hijri calendar but %(solar)s in the solar calendar. Write the Gregorian "
        "date, such as 2024-10-31, or choose the calendar of this column."
    ),
    "date_calendars_disagree": _(
        "“%(value)s” gives two dates that are not the same day: %(first)s and %(second)s. Write the right one as "
        "year-month-day."
    ),
    "date_out_of_range": _("The year of “%(value)s” is outside %(first)s–%(last)s. Check the year."),
    "not_a_coordinate": _("“%(value)s” is not within ±%(limit)s degrees. Write decimal degrees, such as 44.3661."),
    "not_a_period": _(
        "“%(value)s” is not a period. Write a year (2026), a quarter (2026Q1), a month (2026-09) or a week (2026W5)."
    ),
    "period_is_a_day": _("“%(value)s” is a day, not a period. Write the month, such as 2026-09."),
    "not_a_choice": _("“%(value)s” is not one of the choices. Write one of: %(choices)s."),
    "not_a_choice_near": _(
        "“%(value)s” is not one of the choices. Did you mean “%(near)s”? The choices are: %(choices)s."
    ),
    "not_a_boolean": _("“%(value)s” is neither yes nor no. Write yes or no."),
    # Notes: nothing is wrong, but the officer should know
    "encoding_guessed": _(
        "The file does not say its encoding; it was read as %(encoding)s. Check that names look right."
    ),
    "hidden_sheets": _("The workbook has hidden sheets, which were not read: %(sheets)s."),
    "other_sheets": _("Only the sheet “%(sheet)s” is read. The workbook also has: %(sheets)s."),
    "title_rows": _("Rows above the column names were taken as the table's title: %(count)s."),
    "header_joined": _("The column names stand in %(count)s rows; they were joined."),
    "hxl_row": _("Row %(row)s holds HXL tags; it was used to recognise the columns and is not data."),
    "merged_cells": _("Cells merged over several rows were repeated for each of these rows."),
}
