"""What the database refuses in monitoring, as sentences that a person can act on. Models import this: it imports no verbs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from rafid.commons.records.models.nonconformities import RULES as OF_NONCONFORMITIES

RULES: dict[str, Any] = {
    **OF_NONCONFORMITIES,
    "contract_steps": _("A contract goes from draft to active, may be suspended and taken up again, and ends once."),
    "contract_weights_add_up": _("The weights of a contract's lines add up to 1. Change the weights until they do."),
    "month_of_contract": _(
        "The month lies outside the time of the contract. Choose a month between its start and its end."
    ),
    "planned_never_falls": _(
        "What is planned until a month is never less than until the month before. Correct the months."
    ),
    "reported_stays": _("What was reported stays as it was received. Write the correction as the next version."),
    "plan_stays": _(
        "A registered plan does not change: neither its frame and strata, nor its method. Make another plan."
    ),
    "plan_goes_forward": _("A plan does not go back to an earlier state."),
    "plan_seed_fits": _("This seed does not fit the hash that was published at registration."),
    "plan_sample_in_frame": _(
        "A stratum is empty, or more sites are to be drawn from it than it has. Correct its size."
    ),
    "plan_sizes_known": _(
        "A site without a size cannot be drawn by size. Fill in its size, or draw with equal chances."
    ),
    "seed_stays": _("A sealed seed is neither changed nor deleted."),
    "drawn_stays": _("What is drawn stays drawn. Say why a visit was not made; it stays in the sample."),
    "drawn_from_frame": _("Only sites of the registered frame are drawn, and no more than the stratum's size."),
    "visit_drawn_stays": _("A drawn visit is not deleted, and stays with its site and plan. Say why it was not made."),
    "visit_of_its_draw": _("The visit names another site or plan than the draw."),
    "visit_clearance": _("This place asks for a security clearance. Enter a granted one that covers the visit."),
    "visit_declared": _(
        "The lead monitor has an open declaration about this partner. Choose another one, or allow it with a reason."
    ),
    "one_visit_at_a_time": _("The monitor is at another visit at this time. Choose another time or monitor."),
    "override_stays": _("An exception stays on record."),
    "checklist_stays": _("Visits were assessed by this checklist. Publish a new version of its form instead."),
    "assessment_stays": _("A computed score stays on record; a correction makes the next one."),
    "report_stays": _("A final report does not change. Write an erratum."),
    "report_steps": _("A report becomes final after the partners could comment on it. Send it to them first."),
    "report_figures_stay": _(
        "The partners read these figures. Take the report back to a draft before you change them."
    ),
    "report_file_stays": _("The file of a report stays as it is."),
    "comment_stays": _("A comment stays as it was written. Write another one."),
    "comment_in_time": _("Comments are taken while the report is with the partners."),
    "erratum_stays": _("An erratum stays as it was written. Write another one."),
    "erratum_of_final": _("An erratum stands beside a final report. Change the draft itself."),
}
"""By the name of the trigger's rule, or of a constraint that the person meets on another record than the one in hand."""
