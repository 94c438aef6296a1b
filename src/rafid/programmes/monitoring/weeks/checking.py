"""What speaks against a visit as it is planned: each breach with the record, the field and the remedy.

What the rules of independence and the calendar say can be allowed by a manager with a reason; that somebody is elsewhere, has
left, or has no clearance cannot.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.writing import day as written
from rafid.commons.writing import whole

from ..models import (
    ClearanceArea,
    ClearanceState,
    Crew,
    Declaration,
    Leave,
    Monitor,
    Relation,
    Rule,
    RuleOverride,
    SecurityClearance,
    Visit,
    VisitType,
)
from ..models.visits import TAKES_TIME
from .days import one_day, quarter_of
from .rotation import MOST_IN_A_ROW, least_unannounced, run_through

FIELD_TYPES = (VisitType.ANNOUNCED, VisitType.UNANNOUNCED)
"""Visits for which somebody goes somewhere."""


@dataclass(frozen=True)
class Breach:
    """``rule``: one of ``Rule``, or ``busy``, ``gone``, ``time``, ``clearance``; ``field``: where the form shows it."""

    rule: str
    sentence: str
    field: str
    monitor: Monitor | None = None
    allowable: bool = True


def breaches(visit: Visit) -> list[Breach]:
    """Of a visit with the wished ``planned_on``, ``window``, ``lead``, ``second`` and ``type``, saved or not."""
    if visit.window is None or visit.planned_on is None:
        return []
    found = _hours(visit) if visit.type in FIELD_TYPES else []
    for monitor, name in ((visit.lead, "lead"), (visit.second, "second")):
        if monitor is not None:
            found += _away(visit.planned_on, monitor, name) + _busy(visit, monitor, name)
    if visit.lead is not None:
        found += _declared(visit) + _rotation(visit) + _pair(visit)
    return found + _unannounced(visit)


def not_allowed(visit: Visit, found: Iterable[Breach]) -> list[Breach]:
    """Without those that a manager allowed for this visit and this monitor before."""
    allowed = set(RuleOverride.objects.filter(visit=visit).values_list("rule", "monitor"))
    return [one for one in found if (one.rule, one.monitor.pk if one.monitor else None) not in allowed]


# Days and people


def _hours(visit: Visit) -> list[Breach]:
    day = one_day(visit.owner_id, visit.planned_on, visit.place)
    said = {"visit": whole(visit.site), "day": written(visit.planned_on), "why": day.off}
    if day.off:
        text = _("%(visit)s on %(day)s: %(why)s. Choose a working day.") % said
        return [Breach(Rule.HOURS, text, "planned_on")]
    start, end = timezone.localtime(visit.window.lower), timezone.localtime(visit.window.upper)
    if start.time() < day.opens or end.date() != start.date() or end.time() > day.closes:
        said |= {"opens": day.opens.strftime("%H:%M"), "closes": day.closes.strftime("%H:%M")}
        text = (
            _("%(visit)s on %(day)s lies outside the hours from %(opens)s to %(closes)s. Choose another time.") % said
        )
        return [Breach(Rule.HOURS, text, "start")]
    return []


def _away(on: date, monitor: Monitor, name: str) -> list[Breach]:
    said = {"who": whole(monitor), "day": written(on)}
    if monitor.left_on and monitor.left_on < on:
        said["day"] = written(monitor.left_on)
        text = _("%(who)s left on %(day)s. Choose a monitor who is there.") % said
        return [Breach("gone", text, name, monitor, allowable=False)]
    if monitor.joined_on and monitor.joined_on > on:
        said["day"] = written(monitor.joined_on)
        text = _("%(who)s begins on %(day)s. Choose a monitor who is there.") % said
        return [Breach("gone", text, name, monitor, allowable=False)]
    if Leave.objects.filter(monitor=monitor, days__contains=on).exists():
        text = _("%(who)s is on leave on %(day)s. Choose another day or monitor.") % said
        return [Breach(Rule.LEFT, text, name, monitor)]
    return []


def _busy(visit: Visit, monitor: Monitor, name: str) -> list[Breach]:
    other = Crew.objects.filter(monitor=monitor, during__overlap=visit.window).exclude(visit=visit.pk)
    found = other.select_related("visit__site").first()
    if found is None:
        return []
    start, end = timezone.localtime(found.during.lower), timezone.localtime(found.during.upper)
    text = _("%(who)s is at %(visit)s from %(start)s to %(end)s. Choose another time or monitor.") % {
        "who": whole(monitor),
        "visit": whole(found.visit.ref),
        "start": start.strftime("%H:%M"),
        "end": end.strftime("%H:%M"),
    }
    return [Breach("busy", text, name, monitor, allowable=False)]


# Independence


def open_declarations(on: date, monitors: Iterable[Any] | None = None) -> QuerySet[Declaration]:
    rows = Declaration.objects.exclude(relation=Relation.NONE).filter(since__lte=on)
    rows = rows.filter(Q(until=None) | Q(until__gte=on))
    return rows if monitors is None else rows.filter(monitor__in=list(monitors))


def _declared(visit: Visit) -> list[Breach]:
    row = open_declarations(visit.planned_on, [visit.lead_id]).filter(partner=visit.contract.partner_id).first()
    if row is None:
        return []
    text = _("%(who)s declared about %(partner)s: %(relation)s. Choose another lead monitor.") % {
        "who": whole(visit.lead),
        "partner": whole(visit.contract.partner.name),
        "relation": row.get_relation_display(),
    }
    return [Breach(Rule.DECLARATION, text, "lead", visit.lead)]


def of_team(owner: Any, partner: Any, team: str) -> QuerySet[Visit]:
    """Visits to one team of a partner that have a lead and a time, in the order of time; without a team, those of the partner
    that name none."""
    rows = Visit.objects.filter(owner=owner, contract__partner=partner, team=team, state__in=TAKES_TIME)
    return rows.filter(lead__isnull=False, window__isnull=False).order_by("window", "pk")


def _in_order(visit: Visit) -> tuple[list[Any], int]:
    """(start, id, lead, second) of the team's visits with this one among them, and where it stands."""
    rows = of_team(visit.owner_id, visit.contract.partner_id, visit.team).exclude(pk=visit.pk)
    order = [
        (window.lower, pk, lead, second)
        for window, pk, lead, second in rows.values_list("window", "pk", "lead", "second")
    ]
    own = (visit.window.lower, visit.pk, visit.lead_id, visit.second_id)
    order = sorted([*order, own], key=lambda one: one[:2])
    return order, order.index(own)


def _team_said(visit: Visit) -> str:
    partner = str(whole(visit.contract.partner.name))
    return f"{partner} · {whole(visit.team)}" if visit.team else partner


def _rotation(visit: Visit) -> list[Breach]:
    order, at = _in_order(visit)
    run = run_through([lead for _start, _pk, lead, _second in order], at)
    if run <= MOST_IN_A_ROW:
        return []
    text = _("%(who)s would lead %(run)s visits in a row to %(team)s; %(most)s are allowed. Choose another lead.") % {
        "who": whole(visit.lead), "run": run, "team": _team_said(visit), "most": MOST_IN_A_ROW,
    }  # fmt: skip
    return [Breach(Rule.ROTATION, text, "lead", visit.lead)]


def _pair(visit: Visit) -> list[Breach]:
    """Not the same two as on the day before or after on which the team was visited; visits of one day are one journey."""
    if visit.second_id is None:
        return []
    order, at = _in_order(visit)
    own = timezone.localdate(visit.window.lower)
    other = [(timezone.localdate(start) - own, {lead, second}) for start, _pk, lead, second in order]
    before = next((pair for away, pair in other[:at][::-1] if away), None)
    after = next((pair for away, pair in other[at + 1 :] if away), None)
    if {visit.lead_id, visit.second_id} not in (before, after):
        return []
    text = _("%(who)s and %(second)s would go to %(team)s together again. Change one of the two.") % {
        "who": whole(visit.lead),
        "second": whole(visit.second),
        "team": _team_said(visit),
    }
    return [Breach(Rule.PAIR, text, "second", visit.second)]


def notice_given(visit: Visit) -> tuple[int, int]:
    """Visits to the partner in the quarter of this one, itself counted, and how many of them are unannounced."""
    _code, first, until = quarter_of(visit.planned_on)
    rows = Visit.objects.filter(
        owner=visit.owner_id, contract__partner=visit.contract.partner_id, planned_on__gte=first, planned_on__lt=until,
        type__in=FIELD_TYPES, state__in=TAKES_TIME, window__isnull=False,
    ).exclude(pk=visit.pk)  # fmt: skip
    without = rows.filter(type=VisitType.UNANNOUNCED).count() + (visit.type == VisitType.UNANNOUNCED)
    return rows.count() + 1, without


def _unannounced(visit: Visit) -> list[Breach]:
    if visit.type != VisitType.ANNOUNCED:
        return []
    visits, without = notice_given(visit)
    if without >= least_unannounced(visits):
        return []
    text = _(
        "Only %(without)s of %(visits)s visits to %(partner)s in this quarter would be unannounced; at least a fifth are. "
        "Make this one unannounced."
    ) % {"without": without, "visits": visits, "partner": whole(visit.contract.partner.name)}
    return [Breach(Rule.UNANNOUNCED, text, "type")]


# Clearance


def asks_clearance(place: Any, on: date) -> bool:
    if place is None:
        return False
    return ClearanceArea.objects.filter(place__in=place.lineage or [], asked__contains=on).exists()


def covering(visit: Visit) -> SecurityClearance | None:
    """A granted clearance that covers the visit's whole time."""
    if visit.place is None or visit.window is None:
        return None
    rows = SecurityClearance.objects.filter(state=ClearanceState.GRANTED, owner=visit.owner_id)
    found: SecurityClearance | None = rows.filter(
        place__in=visit.place.lineage or [], valid__contains=visit.window
    ).first()
    return found


def clearance_missing(visit: Visit) -> list[Breach]:
    if visit.planned_on is None or visit.type not in FIELD_TYPES or not asks_clearance(visit.place, visit.planned_on):
        return []
    if covering(visit) is not None:
        return []
    text = _(
        "%(place)s asks for a security clearance, and none that is granted covers %(visit)s on %(day)s. Ask for one, or "
        "choose a time that one covers."
    ) % {"place": whole(visit.place.name), "visit": whole(visit.ref), "day": written(visit.planned_on)}
    return [Breach("clearance", text, "clearance", allowable=False)]
