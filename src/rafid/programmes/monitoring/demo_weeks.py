"""What weeks of the demonstration need: places that ask for clearance, declarations, former employers, leave, visits that wait.

Nobody here exists. Every date is an offset from the day of loading.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from rafid.commons.history import because
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place

from .models import ClearanceArea, Declaration, Employment, Leave, Monitor, SecurityClearance, Visit

OWNER = "DEMO-TPM-1"
SOURCE = "DEMONSTRATION"
AREAS = ("IQG15", "IQG10")
WAITING = 8
"""Visits of the sealed plan that have no day and no team yet."""
CLEARANCES = (
    # place, route, first and last day from today, state, by, number
    ("IQG15", "", -6, 5, "granted", "غرفة العمليات (عرض توضيحي)", "D-101"),
    ("IQG10", "", -2, 20, "granted", "غرفة العمليات (عرض توضيحي)", "D-102"),
    ("IQG15", "", 6, 30, "asked", "", ""),
    ("IQG10", "طريق خانقين", 3, 10, "refused", "", "D-099"),
)
DECLARED = (
    # monitor, partner, relation, since and until in days from today
    ("M02", "DEMO-IP-1", "past_employment", -5, None),
    ("M05", "DEMO-IP-4", "family", -4, None),
    ("M09", "DEMO-IP-2", "financial", -330, -30),
)
EMPLOYED = (("M02", "DEMO-IP-1", -1500, -420), ("M07", "DEMO-IP-3", -1700, -900))
LEAVES = (("M04", 8, 12), ("M11", 15, 17))


def load(today: date, zone: Any, share: float) -> list[str]:
    """Loads what is not there yet."""
    owner = Organisation.objects.filter(ref=OWNER).first()
    monitors = {one.code: one for one in Monitor.objects.filter(owner=owner)}
    if owner is None or not monitors or ClearanceArea.objects.filter(owner=owner).exists():
        return []
    with because("Demonstration"):
        _clearances(owner, today, zone)
        partners = {one.ref: one for one in Organisation.objects.filter(ref__startswith="DEMO-IP-")}
        _people(monitors, partners, today)
        waiting = _waiting(owner)
    return [f"{len(CLEARANCES)} clearances, {len(DECLARED)} open or ended declarations, {waiting} visits that wait"]


def _clearances(owner: Organisation, today: date, zone: Any) -> None:
    places = {one.ref: one for one in Place.objects.filter(ref__in=AREAS)}
    for ref in AREAS:
        if ref in places:
            asked = DateRange(today - timedelta(days=400), today + timedelta(days=366))
            ClearanceArea.objects.create(owner=owner, place=places[ref], asked=asked, source=SOURCE)
    for ref, route, first, last, state, by, number in CLEARANCES:
        if ref in places:
            valid = DateTimeTZRange(
                datetime.combine(today + timedelta(days=first), time(6), zone),
                datetime.combine(today + timedelta(days=last), time(18), zone),
            )
            SecurityClearance.objects.create(
                owner=owner, place=places[ref], route=route, valid=valid, state=state, by=by, number=number
            )


def _people(monitors: dict[str, Monitor], partners: dict[str, Organisation], today: date) -> None:
    for code, ref, relation, since, until in DECLARED:
        if code in monitors and ref in partners:
            Declaration.objects.create(
                monitor=monitors[code], partner=partners[ref], relation=relation, since=today + timedelta(days=since),
                until=None if until is None else today + timedelta(days=until),
            )  # fmt: skip
    said = {(code, ref) for code, ref, *_rest in DECLARED}
    for code, monitor in monitors.items():
        for ref, partner in sorted(partners.items()):
            # Most declare for each partner that there is nothing; the last two have not declared yet.
            if (code, ref) not in said and code < "M13":
                Declaration.objects.create(
                    monitor=monitor, partner=partner, relation="none", since=today - timedelta(days=200)
                )
    for code, ref, first, last in EMPLOYED:
        if code in monitors and ref in partners:
            Employment.objects.create(
                monitor=monitors[code], organisation=partners[ref], began_on=today + timedelta(days=first),
                ended_on=today + timedelta(days=last),
            )  # fmt: skip
    for code, first, last in LEAVES:
        if code in monitors:
            Leave.objects.create(
                monitor=monitors[code], days=DateRange(today + timedelta(days=first), today + timedelta(days=last + 1))
            )


def _waiting(owner: Organisation) -> int:
    """The last visits of the sealed plan wait for their week."""
    rows = Visit.objects.filter(owner=owner, state="planned", drawn__isnull=False, plan__state="running")
    last = list(rows.order_by("-planned_on", "ref").values_list("pk", flat=True)[:WAITING])
    return Visit.objects.filter(pk__in=last).update(window=None, lead=None, second=None)
