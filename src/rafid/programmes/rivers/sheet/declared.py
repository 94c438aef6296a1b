"""The daily sheet as a form: for those who read with ODK Collect or in the forms' own page, also without a line."""

from __future__ import annotations

from rafid.commons.programme import Form

from ..declared import three

CODE = "river_daily_sheet"
STATIONS = "river_stations"
"""The list that phones take along: each person gets the stations that they see."""

FORMS = (
    Form(
        CODE,
        f"{CODE}.md",
        on_state="rafid.programmes.rivers.sheet.by_form:on_state",
        names=three("الاستمارة اليومية للأنهار", "فۆرمی ڕۆژانەی ڕووبارەکان", "Daily sheet of rivers"),
    ),
)
