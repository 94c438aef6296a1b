"""Why an arrived checklist cannot stand for the visit that it names: a sentence in three languages, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from rafid.commons.forms.models import Submission
from rafid.commons.names import in_three

from ..models import Checklist, Visit, VisitState

NO_VISIT = gettext_noop("No visit has the reference %(ref)s. Correct the reference; the answers are kept.")
OTHER_SITE = gettext_noop(
    "The visit %(ref)s goes to the site %(site)s, not to the one that is named. Correct one of the two."
)
SENT_BEFORE = gettext_noop(
    "Another form was received for the visit %(ref)s before. Correct that one, or let the office decide which one stands."
)
CANCELLED = gettext_noop("The visit %(ref)s was cancelled. Ask the office whether it is planned anew.")
OTHER_MONITOR = gettext_noop(
    "The visit %(ref)s is planned for other monitors. Ask the office to change the plan; then the form is taken again."
)
OTHER_CHECKLIST = gettext_noop(
    "The visit %(ref)s asks for the checklist “%(asked)s”; this is “%(given)s”. Fill the right one, or ask the office."
)
SAY_WHY = gettext_noop("Say why a critical item does not apply: %(items)s. Correct the form and send it again.")
UNKNOWN = gettext_noop("Nobody is registered as a monitor with the code %(code)s. Correct the code.")


def why_not(
    visit: Visit | None, submission: Submission, main: Mapping[str, Any], checklist: Checklist
) -> dict[str, str]:
    """``checklist`` is the one of the form's version by which it was filled: an older version is as good as the newest."""
    if visit is None:
        return in_three(NO_VISIT, ref=str(main.get("about-visit") or "–"))
    if visit.site.ref != main.get("about-site"):
        return in_three(OTHER_SITE, ref=visit.ref, site=visit.site.ref)
    if visit.submission_id not in (None, submission.pk):
        return in_three(SENT_BEFORE, ref=visit.ref)
    if visit.state == VisitState.CANCELLED:
        return in_three(CANCELLED, ref=visit.ref)
    code = str(main.get("about-monitor") or "")
    going = {one.code for one in (visit.lead, visit.second) if one is not None}
    if going and code not in going:
        return in_three(OTHER_MONITOR, ref=visit.ref)
    if not going and not _known(code):
        return in_three(UNKNOWN, code=code or "–")
    asked = visit.checklist
    if asked is not None and asked.code != checklist.code:
        return in_three(OTHER_CHECKLIST, ref=visit.ref, asked=asked.names, given=checklist.names)
    silent = [
        item.text
        for item in checklist.items.filter(severity="critical").order_by("place_in_list")
        if main.get(f"items-{item.code}") == "na" and not str(main.get(f"items-{item.code}_why") or "").strip()
    ]
    return in_three(SAY_WHY, items="; ".join(silent)) if silent else {}


def _known(code: str) -> bool:
    from ..models import Monitor

    return Monitor.objects.filter(code=code).exists()
