"""Kinds of findings and how serious each is: 1 note, 2 check, 3 serious."""

from __future__ import annotations

SEVERITY: dict[str, int] = {
    # told by judging the answers against the form
    "irrelevant_answer": 1,
    "required": 2,
    "wrong_type": 2,
    "unknown_choice": 2,
    "choice_not_in_filter": 2,
    "constraint": 2,
    "calculation_mismatch": 3,
    "unknown_field": 2,
    "repeat_count": 1,
    "not_evaluated": 1,
    "entity_problem": 2,
    # told of the visit
    "too_fast_travel": 3,
    "far_from_site": 2,
    "short_interview": 2,
    "clock_problem": 2,
    "night_interview": 1,
    "near_duplicate": 3,
    "same_photo": 3,
    "photo_elsewhere": 2,
    "outlier": 1,
    "straight_line": 1,
    "changed_after_finalise": 1,
    "missing_attachment": 2,
    "attachment_changed": 2,
    # told of ourselves: a check, or the programme, broke on it
    "not_examined": 1,
    # told by the programme
    "not_taken": 2,
}
