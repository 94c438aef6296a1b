"""What of mine action goes to other nodes, and what never does: no person, no exact place of an accident, no price.

``sharing`` says what makes a case; it reads heavy libraries and is read only where changes are brought together.
"""

from __future__ import annotations

from rafid.commons.programme import Exchange

_SAYING = "rafid.programmes.mineaction.claims.saying:text_of"
_SHARING = "rafid.programmes.mineaction.sharing:"

EXCHANGE = (
    Exchange(
        "mineaction.hazard",
        fields=(
            "type", "classification", "state", "on", "suspected_on", "confirmed_on", "reopened_on", "organisation", "point",
            "ground", "remaining_m2", "proofs", "landmark_text", "device_categories", "depth_expected_m", "blocked",
            "land_dispute", "owner_known", "men", "women", "boys", "girls", "with_disability", "slope", "vegetation", "soil",
            "comment", "name_local", "replaces",
        ),
        rules=f"{_SHARING}rules",
        areas=f"{_SHARING}areas",
        consent=f"{_SHARING}closes",
        panel="rafid.programmes.mineaction.claims.panel:case_map",
        says=_SAYING,
        skips=("rafid_mineaction.Hazard:hazard_steps",),
    ),
    Exchange(
        "mineaction.release",
        fields=(
            "type", "ground", "on", "hazard", "organisation", "depth_m", "method", "assets", "not_covered", "criteria_met",
            "reported_m2", "replaces",
        ),
    ),
    Exchange(
        "mineaction.surveysheet",
        fields=(
            "state", "on", "organisation", "crs_code", "datum", "north", "instrument", "bearing_unit", "distance_unit", "taped",
            "declination_given", "closes", "hazard", "release", "replaces", "accepted_at", "points", "ground", "plane_area",
            "ellipsoidal_area", "declination", "convergence", "scale", "misclosure_m", "ratio", "adjusted", "method_version",
            "book",
        ),
        says=_SAYING,
    ),
    Exchange(
        "mineaction.task",
        fields=(
            "state", "on", "organisation", "activity", "purpose", "priority", "valid_from", "valid_to", "step_reason",
            "grounds",
        ),
        rules=f"{_SHARING}task_rules",
        says=_SAYING,
        skips=("rafid_mineaction.Task:task_steps", "rafid_mineaction.Task:task_needs_accreditation"),
    ),
    Exchange(
        "mineaction.eoresession",
        fields=("on", "organisation", "point", "method", "men", "women", "boys", "girls", "with_disability", "campaign"),
    ),
    Exchange("mineaction.accident", fields=("on", "type", "device_category", "killed", "injured")),
)  # fmt: skip
"""The observer of a sheet, what an investigation says, costs, and where exactly an accident was, stay where they are."""
