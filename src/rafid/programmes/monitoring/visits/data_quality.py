"""How good the data of visits are, by monitor: from the checks, the ranks and the back-checks of the forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rafid.commons.forms.models import Form
from rafid.commons.forms.quality.measured import may_look, quality_of

from ..checklists.sheets import TOPICS, form_id
from ..models import Monitor
from ..visit_counts import FORM


@dataclass
class Line:
    """``rate`` is the share with findings, as the forms' pages draw it; ``checked``: answers that back-checks compared."""

    monitor: Monitor | None
    code: str
    form: Form
    sent: int
    flagged: int
    rate: float
    low: float
    high: float
    minutes: float | None
    metres: float | None
    checked: int
    differ: int


def forms_of_visits(user: Any) -> list[Form]:
    codes = [FORM, *(form_id(topic) for topic in TOPICS)]
    rows = Form.objects.visible_to(user).filter(xform_id__in=codes).order_by("xform_id")
    return [one for one in rows if may_look(user, one)]


def lines_of(user: Any) -> list[Line]:
    """The worst first, of all forms by which visits come."""
    known = {one.code: one for one in Monitor.objects.visible_to(user)}
    found = []
    for form in forms_of_visits(user):
        for one in quality_of(form, user, {}).interviewers:
            compared, differ, _share = one.back_checks or (0, 0, 0.0)
            found.append(
                Line(
                    known.get(one.interviewer or ""), one.interviewer or "–", form, one.interviews, one.flagged, one.rate,
                    one.low, one.high, one.median_seconds / 60 if one.median_seconds is not None else None,
                    one.median_site_m, compared, differ,
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (-one.low, one.code, one.form.xform_id))
