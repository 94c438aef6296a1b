"""The field monitor's own week: where to go, what was found there before, what is needed to go, and what to fill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from rafid.commons.forms.events import NOT_TAKEN
from rafid.commons.forms.models import Finding, FindingState, FormState, Submission, SubmissionState
from rafid.commons.forms.submissions.finding_words import sentence_of

from ..models import Checklist, ClearanceArea, Monitor, NonConformity, SiteKind, Topic, Visit
from ..models.visits import OPEN
from ..reading import clearances, exact_places
from .odd import Odd, explanations, odd_of
from .queries import newest_first, visits_seen

AHEAD = timedelta(days=7)
BACK = timedelta(days=14)
TOPIC_OF = {
    SiteKind.CLEARANCE: Topic.CLEARANCE,
    SiteKind.SURVEY: Topic.NTS,
    SiteKind.SESSION: Topic.EORE,
    SiteKind.CLINIC: Topic.MEDICAL,
    SiteKind.OFFICE: Topic.OFFICE,
}
"""Which checklist a site asks for where the plan names none."""


@dataclass
class Stop:
    """One visit of the week. ``form``: address of its form's page, ``fill`` the same with what is known already."""

    visit: Visit
    form: str = ""
    fill: str = ""
    exact: Any = None
    before: list[Visit] = field(default_factory=list)
    findings: list[NonConformity] = field(default_factory=list)
    clearance: str = ""
    papers: list[Any] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)
    said: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Day:
    on: date | None
    stops: list[Stop]
    today: bool = False


def monitor_of(user: Any) -> Monitor | None:
    return Monitor.objects.visible_to(user).filter(account=user.pk, deleted_at=None).first()


def own_visits(user: Any, monitor: Monitor) -> Any:
    return visits_seen(user).filter(Q(lead=monitor) | Q(second=monitor))


def week_of(request: HttpRequest, monitor: Monitor, today: date) -> list[Day]:
    """Today first, then the days to come, then what is overdue or has no day. Exact places and clearances are logged."""
    rows = own_visits(request.user, monitor).filter(state__in=OPEN)
    rows = list(
        rows.filter(Q(planned_on=None) | Q(planned_on__lte=today + AHEAD)).order_by("planned_on", "window", "pk")
    )
    stops = {one.pk: Stop(one) for one in rows}
    _forms(stops.values(), monitor)
    _places(request, stops.values())
    _before(request.user, stops.values())
    _papers(request, stops.values(), today)
    days: dict[date | None, list[Stop]] = defaultdict(list)
    for stop in stops.values():
        days[stop.visit.planned_on].append(stop)
    ahead = sorted(day for day in days if day is not None and day >= today)
    behind = sorted(day for day in days if day is not None and day < today)
    found = [Day(day, days[day], day == today) for day in ahead]
    if today not in days:
        found.insert(0, Day(today, [], True))
    found += [Day(day, days[day]) for day in behind]
    return found + ([Day(None, days[None])] if None in days else [])


def sent_of(user: Any, monitor: Monitor, today: date) -> list[Stop]:
    """What was sent in the last two weeks, with what is odd about it and what was said to it."""
    rows = own_visits(user, monitor).filter(submission__isnull=False, submission__received_at__date__gte=today - BACK)
    stops = [Stop(one) for one in newest_first(rows)]
    for stop in stops:
        stop.odd, stop.said = odd_of(stop.visit, user), explanations(stop.visit)
    # What waits for a word stands first.
    return sorted(stops, key=lambda one: bool(one.said) or not any(not odd.settled for odd in one.odd))


@dataclass(frozen=True)
class Received:
    """A form that was sent and does not stand for a visit: why not, or nothing while it is being looked at."""

    form: str
    at: datetime
    why: str


def received_of(user: Any, monitor: Monitor, today: date) -> list[Received]:
    """Sent by this person, from the browser or a phone, and not (yet) taken for a visit: nothing that was sent is out of
    sight."""
    rows = (
        Submission.objects.visible_to(user)
        .filter(Q(account=user.pk) | Q(interviewer=monitor.code), form__versions__monitoring_checklist__isnull=False)
        .filter(received_at__date__gte=today - BACK, monitoring_visit=None)
        .exclude(state=SubmissionState.REJECTED)
        .select_related("form")
        .order_by("-received_at")
        .distinct()
    )
    found = Finding.objects.filter(kind=NOT_TAKEN, submission__in=rows.order_by().values("pk"), state=FindingState.OPEN)
    why = {one.submission_version_id: sentence_of(one) for one in found}
    return [Received(one.form.title, one.received_at, why.get(one.current_id, "")) for one in rows]


def checklists_of_sites() -> dict[str, Checklist]:
    """The newest checklist of each topic whose form is open."""
    rows = Checklist.objects.filter(form_version__form__state=FormState.OPEN).select_related("form_version__form")
    return {one.topic: one for one in rows.order_by("form_version__published_at")}


def prefilled(checklist: Checklist, visit: Visit, monitor: Monitor | None) -> tuple[str, str]:
    """The address of the form, and the same with the visit, the site and the monitor's code answered."""
    version = checklist.form_version
    if version is None:
        return "", ""
    form = f"/forms/fill/{version.form_id}/"
    known = {"visit": visit.ref, "monitor": monitor.code if monitor else "", "site": visit.site.ref}
    return form, f"{form}?{urlencode({f'd[/data/about/{name}]': text for name, text in known.items() if text})}"


def checklist_for(visit: Visit, of_topics: dict[str, Checklist]) -> Checklist | None:
    if visit.checklist is not None and visit.checklist.form_version_id is not None:
        return visit.checklist
    topic = TOPIC_OF.get(SiteKind(visit.site.kind_of_site))
    return of_topics.get(topic) if topic else None


def _forms(stops: Iterable[Stop], monitor: Monitor) -> None:
    of_topics = checklists_of_sites()
    for stop in stops:
        checklist = checklist_for(stop.visit, of_topics)
        if checklist is not None:
            stop.form, stop.fill = prefilled(checklist, stop.visit, monitor)


def _places(request: HttpRequest, stops: Iterable[Stop]) -> None:
    stops = list(stops)
    exact = exact_places(request, [one.visit.site for one in stops], purpose="own visits")
    for stop in stops:
        stop.exact = exact.get(stop.visit.site_id)


def _before(user: Any, stops: Iterable[Stop]) -> None:
    """What was seen and found at these sites before."""
    sites = {one.visit.site_id for one in stops}
    seen: dict[Any, list[Visit]] = defaultdict(list)
    for visit in Visit.objects.visible_to(user).filter(site__in=sites, arrived__isnull=False).order_by("-arrived"):
        seen[visit.site_id].append(visit)
    found: dict[Any, list[NonConformity]] = defaultdict(list)
    rows = NonConformity.objects.visible_to(user).filter(visit__site__in=sites).exclude(state="withdrawn")
    for one in rows.select_related("visit", "item").order_by("-opened_on"):
        found[one.visit.site_id].append(one)
    for stop in stops:
        stop.before = [one for one in seen[stop.visit.site_id] if one.pk != stop.visit.pk][:3]
        stop.findings = found[stop.visit.site_id][:5]


def _papers(request: HttpRequest, stops: Iterable[Stop], today: date) -> None:
    """``clearance``: none asked, granted or missing, of the place of the visit and its time."""
    areas = list(ClearanceArea.objects.visible_to(request.user).values_list("place", "asked"))
    held = (
        clearances(request, purpose="own visits", state="granted", valid__endswith__gte=timezone.now()) if areas else []
    )
    for stop in stops:
        place, day = stop.visit.place, stop.visit.planned_on or today
        above = set(place.lineage or ()) if place is not None else set()
        if not any(area in above and day in asked for area, asked in areas):
            continue
        stop.papers = [one for one in held if one.place_id in above and _covers(one.valid, stop.visit)]
        stop.clearance = "granted" if stop.papers else "missing"


def _covers(valid: Any, visit: Visit) -> bool:
    if visit.window is None:
        return True
    starts = valid.lower is None or valid.lower <= visit.window.lower
    return starts and (valid.upper is None or visit.window.upper <= valid.upper)
