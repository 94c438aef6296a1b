"""What the database refuses in mine action, as sentences that a person can act on. Models import this: it imports no verbs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from rafid.commons.records.models.nonconformities import RULES as OF_NONCONFORMITIES

RULES: dict[str, Any] = {
    **OF_NONCONFORMITIES,
    "code_listed": _("A code is not in the country’s list. Choose one that the form offers."),
    "not_after_today": _("A date lies after today. Correct it: what is recorded has happened."),
    "not_before_discovery": _(
        "The date lies before the hazard was discovered. Correct the date, or that of the discovery."
    ),
    "confirmed_needs_direct_evidence": _(
        "A confirmed hazardous area has direct evidence. Enter at least one piece of it, or keep the area suspected."
    ),
    "hazard_steps": _("From here this step is not possible. Open the page again and look at the hazard's state."),
    "hazard_version_stays": _("A version of a hazard’s ground stays as it was written. Enter the next one."),
    "hazard_step_written": _(
        "A state changes by a written step that says when, by whom and why. Use the steps of its page."
    ),
    "hazard_back_needs_survey": _(
        "A confirmed area becomes a suspected one only by an approved survey report. Name the report."
    ),
    "hazard_work_needs_task": _(
        "Work begins under a task that names this hazard and whose operator accepted it. Choose that task."
    ),
    "hazard_needs_ground": _("Nobody has drawn this hazard yet. Enter its polygon before it is completed."),
    "hazard_needs_depth": _("Say to which depth the ground was cleared, in metres, more than 0."),
    "hazard_ground_left": _(
        "By the releases there is hazardous ground left. Enter what released it, or say why it is closed nevertheless."
    ),
    "hazard_critical_open": _("A critical non-conformity about this hazard is open. Close it, or send the work back."),
    "hazard_needs_handover": _(
        "A hazard is closed with a handover on or after the day of its completion. Enter the handover first."
    ),
    "hazard_cancel_by_two": _(
        "Cancelling takes two persons and the criteria that are met. Choose the criteria and a second person."
    ),
    "step_stays": _("A step stays as it was written. Make the next one."),
    "report_stays": _("A report stays as it was received. Enter the correction as its next version."),
    "report_steps": _(
        "From here this step is not possible. Open the report again: somebody else may have decided it meanwhile."
    ),
    "report_one_accepted": _(
        "Another version of this report is accepted. Supersede it by accepting this one on its page, or reject this one."
    ),
    "sheet_stays": _("An accepted sheet is not edited. Enter a new sheet that replaces it."),
    "release_steps": _("The ground, kind and date of a release stay. Enter a new release that replaces it."),
    "task_needs_accreditation": _(
        "The operator has no granted operational accreditation for this activity on the start date. Grant one, or choose "
        "another operator or day."
    ),
    "task_steps": _("From here this step of the task is not possible. Open the page again and look at its state."),
    "product_stays": _("A report that was made stays as it is. Make the next one."),
    "order_stays": _("An issued task order stays as it is. Issue the next one."),
    "accreditation_steps": _("From here this step of the accreditation is not possible. Look at its state."),
    "accreditation_overlaps": _(
        "The operator has another accreditation for this activity and phase at that time. Change the dates, or end the other."
    ),
    "day_outside_activity": _(
        "The day lies outside the activity's time. Correct the day, or the activity's start and end."
    ),
    "handover_after_work": _("The handover lies before the last day of work. Correct its date."),
    "handover_after_completion": _("The handover lies before the completion. Correct its date."),
    "sample_stays": _("A sample plan stays as it was stored before the inspection."),
    "spot_task_steps": _("From here this step of the spot task is not possible. Look at its state."),
    "referral_steps": _("From here this step of the referral is not possible. Look at its state."),
    "referral_needs_consent": _("A referral goes out with the person's consent. Enter its date and what it covers."),
    "tombstone_stays": _("What is written of an erasure stays as it is."),
    "weights_stay": _("Ranks were computed with these weights. Make a new version of them."),
    "criteria_stay": _("Releases were judged by this version of the criteria. Make a new version."),
    "mapping_stays": _("Imports were read by this version of the mapping. Save the change as its next version."),
    "external_once": _("This identifier of that system belongs to another record already. Look the record up by it."),
}
"""By the name of the trigger's rule, or of a constraint that the person meets on another record than the one in hand."""
