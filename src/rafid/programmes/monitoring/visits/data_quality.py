"""How good the data of visits are, by monitor: from the checks, the ranks and the back-checks of the forms, beside how he
rotates and what he declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rafid.commons.forms.models import Form
from rafid.commons.forms.quality.measured import may_look, quality_of
from rafid.methods.sampling import Estimate, proportion_interval

from ..checklists.sheets import TOPICS, form_id
from ..models import Monitor
from ..visit_counts import FORM
from ..weeks.independence import Matrix


@dataclass
class Line:
    """One monitor and one form; ``checked``: answers that back-checks compared."""

    monitor: Monitor | None
    code: str
    form: Form
    sent: int
    flagged: int
    share: Estimate
    minutes: float | None
    metres: float | None
    checked: int
    differ: int


def forms_of_visits(user: Any) -> list[Form]:
    codes = [FORM, *(form_id(topic) for topic in TOPICS)]
    rows = Form.objects.visible_to(user).filter(xform_id__in=codes).order_by("xform_id")
    return [one for one in rows if may_look(user, one)]


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 60


def lines_of(user: Any) -> list[Line]:
    """The worst first, of all forms by which visits come."""
    known = {one.code: one for one in Monitor.objects.visible_to(user)}
    found = []
    for form in forms_of_visits(user):
        for one in quality_of(form, user, {}).interviewers:
            compared, differ, _share = one.back_checks or (0, 0, 0.0)
            found.append(
                Line(
                    known.get(one.interviewer or ""), one.interviewer or "–", form, one.interviews, one.flagged,
                    proportion_interval(one.flagged, one.interviews), _minutes(one.median_seconds),
                    one.median_site_m, compared, differ,
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (-one.share.low, one.code, one.form.xform_id))


@dataclass
class OfMonitor:
    """All forms of one monitor together. ``run``: the longest row of visits to one team of a partner; ``declared``: relations
    to partners that he visited."""

    monitor: Monitor | None
    code: str
    sent: int
    flagged: int
    share: Estimate
    checked: int
    differ: int
    run: int = 0
    declared: int = 0


def by_monitor(lines: list[Line], found: Matrix | None) -> list[OfMonitor]:
    """Whom to look at first: by the lower end of the share with findings, so that few visits alone put nobody in front."""
    groups: dict[str, list[Line]] = {}
    for one in lines:
        groups.setdefault(one.code, []).append(one)
    rows = [
        OfMonitor(
            some[0].monitor, code, sum(one.sent for one in some), sum(one.flagged for one in some),
            proportion_interval(sum(one.flagged for one in some), sum(one.sent for one in some)),
            sum(one.checked for one in some), sum(one.differ for one in some),
        )
        for code, some in groups.items()
    ]  # fmt: skip
    met = {monitor.pk: [one for one in cells if one] for monitor, cells, _led in found.rows} if found else {}
    for row in rows:
        cells = met.get(row.monitor.pk, []) if row.monitor else []
        row.run = max((one.run for one in cells), default=0)
        row.declared = sum(one.declared for one in cells)
    return sorted(rows, key=lambda one: (-one.share.low, one.code))
