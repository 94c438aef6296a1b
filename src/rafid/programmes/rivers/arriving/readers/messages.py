"""The sentences of the readers of files, as message ids: every problem names its remedy.

The readers work without Django, so nothing is translated here: the caller passes ``gettext`` to ``.text()`` of what was said.
``gettext_noop`` only marks the literals.
"""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    return message


_ = gettext_noop

MESSAGES: dict[str, str] = {
    # The file as a whole
    "not_this_kind": _("This is no %(wanted)s file: %(found)s. Choose the file again, or its right kind."),
    "unknown_kind": _("No reader knows this file: %(found)s. Save it as CSV or XLSX and send that."),
    "empty": _("The file is empty. Choose the file that holds the values."),
    "too_large": _("The file is larger than %(limit)s MB. Send it in parts, one after another."),
    "cut": _("The file ends in the middle: %(found)s. Fetch it again and send it whole."),
    "damaged": _("The file is damaged: %(found)s. Fetch it again."),
    "zone_not_said": _("The times of this file do not say their zone. Say which it is; it will be remembered."),
    "unknown_zone": _("Time zone %(value)s is not known. Write the times in UTC, or choose the file's zone."),
    "year_not_said": _("The dates of this file have no year. Say when it was sent."),
    "no_station": _("The file does not say whose values it holds. Add the station's code where the format has it."),
    "no_units": _("Variable %(value)s has no unit. Write its attribute units and send the file again."),
    "no_variable": _("The file holds no variable that is known here: %(found)s. Name its variable as CF does."),
    "no_time": _("The file has no time. Add the coordinate time with units such as “hours since 2026-01-01”."),
    "no_time_column": _("No column of the table is a time: %(found)s. Name one “time” or “date”."),
    "no_value_column": _(
        "No column of the table holds values: %(found)s. Name one “value”, or give each station its own."
    ),
    "grid": _("This file is a grid, not values of stations. Forecasts read it as their weather."),
    "other_calendar": _("The times are in the calendar %(value)s. Convert them to the standard calendar."),
    "members_missing": _("%(found)s members are there and %(wanted)s were expected. Fetch the whole ensemble."),
    "steps_missing": _("Values are missing at step %(value)s. Fetch every step: accumulated rain needs all of them."),
    "grid_too_small": _("The grid does not reach %(value)s. Fetch an area that covers it with a cell to spare."),
    "grid_no_places": _("The grid has no latitudes and longitudes: %(found)s. Write it on both, as CF does."),
    "grid_month_missing": _(
        "Month %(value)s is missing, or is there twice. Send one field for each month, without a gap."
    ),
    "grid_negative": _(
        "%(variable)s is below nothing at %(value)s. Mark what is missing as missing, and send it again."
    ),
    "grid_infinite": _(
        "%(value)s holds a number that is infinite. Mark what is missing as missing, and send it again."
    ),
    "grid_uneven": _("The cells are not all of one size (%(value)s degrees). Put the values on an even grid first."),
    # One row
    "not_a_number": _("“%(value)s” is not a number. Correct it, or leave it empty."),
    "two_ways": _("“%(text)s” can be read in two ways. Write %(thousands)s or %(decimal)s."),
    "not_finite": _("The value is infinite. Correct it, or leave it empty."),
    "not_a_time": _("“%(value)s” is not a date and time. Write it as 2026-03-31 06:00."),
    "twice": _("This station has another value at this time in row %(other)s. Keep one of the two."),
    "no_value": _("The row is too short: its value is missing. Complete it or take it out."),
    "unknown_unit": _("Unit %(value)s is not known for %(variable)s. Convert the values and send them again."),
    "unknown_element": _("Physical element %(value)s is not read here. Take it out, or send it as CSV."),
    "unknown_format": _("“%(value)s” cannot be read. Write it as the SHEF manual has it."),
    "too_many_values": _("The row has more values than the header has elements. Check its slashes."),
    "no_height": _(
        "The row has a change of height only and no height above the sea. Take another product of this lake."
    ),
    # What was found instead
    "found_zip": _("a ZIP archive, as XLSX is one"),
    "found_pdf": _("a PDF"),
    "found_image": _("an image"),
    "found_hdf": _("NetCDF 4 or HDF5"),
    "found_netcdf3": _("NetCDF 3"),
    "found_grib": _("GRIB"),
    "found_gzip": _("a file packed with gzip"),
    "found_html": _("a web page"),
    "found_xml": _("XML of another kind"),
    "found_json": _("JSON of another kind"),
    "found_doctype": _("XML with a document type, which is refused"),
    "found_text": _("text of another kind"),
    "found_bytes": _("unknown bytes"),
    "found_no_end": _("the end of a report is missing"),
    "found_xml_open": _("its last element is not closed"),
    "found_fewer": _("it announces more rows than it holds"),
    "found_json_open": _("its last bracket is not closed"),
    "found_unreadable": _("its bytes do not fit together"),
    "found_no_values": _("no row of values"),
}
"""By code."""

DOUBTS: dict[str, str] = {
    "decimal_comma": _("Written with a decimal comma."),
    "zone_assumed": _("A day without a zone, taken as the day in UTC."),
    "ambiguous_hour": _("The clock showed this hour twice; the first is taken."),
    "no_unit": _("The file names no unit; that of the variable is taken."),
    "trace": _("A trace, taken as 0."),
    "estimated": _("Marked as estimated."),
    "provisional": _("Marked as provisional."),
    "questionable": _("Marked as questionable."),
    "forecast": _("A forecast, not an observation."),
    "frozen": _("The lake may have been frozen."),
    "smoothed": _("Smoothed by its producer."),
    "marked_missing": _("Marked as missing by its sender."),
}
"""What stands beside a value that was taken."""
