"""What the database refuses in rivers, as sentences that a person can act on. Models import this: it imports no verbs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

RULES: dict[str, Any] = {
    "value_stays": _(
        "A value stays as it was recorded. Enter the correction: it becomes the newest value of that time."
    ),
    "value_of_a_person": _("Who recorded the value is no account any more. Sign in again."),
    "value_known_before_series": _("A value is known no earlier than its series. Correct the time of knowledge."),
    "value_change_without_reason": _("Another value stands for this time already. Say why it changes."),
    "station_outside_country": _(
        "The position lies outside the country. Look for swapped longitude and latitude, or mark the station as abroad."
    ),
    "derived_in_a_circle": _("A series is not derived from itself, also not through others. Choose another one."),
    "rating_stays": _("A published rating stays as it is. Make its next version."),
    "rating_steps": _("From here this step of the rating is not possible. Open the page again and look at its state."),
    "gauging_outside_station": _(
        "The stage lies more than two metres outside what this station ever read. Look for centimetres or a lost decimal."
    ),
    "table_must_rise": _("Levels, volumes and areas rise from row to row. Correct the row that does not."),
    "thresholds_in_order": _("A more severe threshold lies beyond the milder one. Correct the value."),
    "flood_stays": _("A historical flood stays as it was entered. Leave it out with a reason and enter it anew."),
    "flood_stays_out": _("What was left out stays so. Enter the flood anew."),
    "perceived_period_stays": _("A period stays as it was entered. Leave it out with a reason and enter it anew."),
    "perceived_period_stays_out": _("What was left out stays so. Enter the period anew."),
    "regional_skew_stays": _("A regional skew stays as it was entered. Leave it out with a reason and enter it anew."),
    "regional_skew_stays_out": _("What was left out stays so. Enter the skew anew."),
    "not_republished": _(
        "This rests on a series of another node that its giver keeps from others. It stays as closed as that series is."
    ),
    "model_needs_validation": _(
        "A model becomes active with scores of a period that it has not seen. Validate it first."
    ),
    "forecast_stays": _("An issued forecast stays as it is. Withdraw it and issue the next one."),
    "forecast_steps": _("From here this step of the forecast is not possible. Look at its state."),
    "warning_stays": _("An issued warning stays as it is. Issue an update of it."),
    "warning_steps": _("From here this step of the warning is not possible. Look at its state."),
    "warning_needs_second": _("A severe warning needs the signature of a second person. Ask somebody else to sign."),
    "bulletin_stays": _("A published bulletin stays as it is. Publish a correction that names it."),
    "basin_in_a_circle": _("A basin is not part of itself, also not through others. Choose another one."),
    "bulletin_stays_whole": _("A published bulletin stays as it is. Publish a correction that names it."),
    "outlook_traces": _("An outlook rests on at least five traces. Add years of weather."),
    "file_stays": _("A file that was taken in stays as it was."),
    "elevation_model_stays": _("A grid of heights stays as it came. Send the better one as another model."),
    "flood_map_stays": _("A flood map stays as it was made. Make another one."),
    "flood_part_stays": _("A flood map stays as it was made. Make another one."),
    "flow_scenario_stays": _("A scenario stays as it was computed. Compute another one."),
    "outlook_stays": _("An outlook stays as it was computed. Compute the next one."),
    "value_of_another_node": _(
        "This series is kept at another node, and its values come from there. Enter the value at that node."
    ),
    "agreed_series_of_giver": _("The series does not belong to the giver of the agreement. Choose one of the giver's."),
    "agreed_series_twice": _(
        "Another agreement with the same receiver holds this series for some of the same days. End that one first."
    ),
    "sheet_stays": _("A sheet stays as it was sent. Send another one."),
}
"""By the name of the trigger's rule, or of a constraint that the person meets on another record than the one in hand."""
