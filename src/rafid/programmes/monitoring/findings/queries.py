"""Findings as lists, boards, files and the API read them: one filter, the same rows everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.filters import Filters, echoed
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import places_within
from rafid.commons.records.models import NonConformitySeverity, NonConformityState
from rafid.commons.records.models.nonconformities import SETTLED

from ..models import Answer, ChecklistItem, Contract, NonConformity, Visit
from ..seeing import of_third_party
from .telling import WAITING_FOR_PARTNER

TO_REVIEW = ("answered", "under_review", "disputed")
WAITING = tuple(state for state in NonConformityState.values if state not in SETTLED)
SHOWS = {
    "overdue": gettext_lazy("Overdue"),
    "due": gettext_lazy("Due until tomorrow, or overdue"),
    "repeats": gettext_lazy("Repeated"),
    "to-answer": gettext_lazy("For the partner to answer"),
    "to-review": gettext_lazy("To be reviewed"),
}
MOST = 5000
"""Rows of a file or a board: a reader of more narrows the filter."""


def seen(user: Any) -> QuerySet[NonConformity]:
    """Findings that this person sees. ``whole``: he is of the third party; ``visit_seen``: he sees its visit."""
    whole = ExpressionWrapper(of_third_party(user), output_field=BooleanField())
    visit_seen = Exists(Visit.objects.visible_to(user).filter(pk=OuterRef("visit")))
    rows: QuerySet[NonConformity] = NonConformity.objects.visible_to(user).annotate(whole=whole, visit_seen=visit_seen)
    return rows.select_related(
        "contract__partner", "visit__site", "item", "place", "owner", "answered_by", "closed_by", "repeat_of"
    )


def is_overdue(today: date) -> Q:
    """Closed and withdrawn findings are waited for by nobody."""
    return Q(due_on__lt=today) & ~Q(state__in=SETTLED)


@dataclass(frozen=True)
class Shown:
    """A finding in a list: how old, how late; ``site`` and ``visit`` are empty for whom the visit is not released."""

    finding: NonConformity
    today: date

    @property
    def settled(self) -> bool:
        return self.finding.state in SETTLED

    @property
    def overdue(self) -> bool:
        return not self.settled and self.finding.due_on < self.today

    @property
    def days_late(self) -> int:
        return (self.today - self.finding.due_on).days if self.overdue else 0

    @property
    def age(self) -> int:
        """Days from opening until it was closed, else until today."""
        closed = self.finding.closed_at
        end = timezone.localdate(closed) if closed and self.settled else self.today
        return max(0, (end - self.finding.opened_on).days)

    @property
    def visit(self) -> Visit | None:
        return self.finding.visit if getattr(self.finding, "visit_seen", False) else None

    @property
    def team(self) -> str:
        return self.finding.visit.team

    @property
    def title(self) -> str:
        return title_of(self.finding)


def title_of(finding: NonConformity) -> str:
    """What it is about, in a line: the item, else the beginning of what was written. An item says what is to be so: that it
    was not is said before it."""
    if finding.item and finding.item.text:
        return _("Not met: %(item)s") % {"item": finding.item.text}
    return _shortened(finding.text) or finding.item_code or finding.ref


def _shortened(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


@dataclass(frozen=True)
class Asked:
    """A filter as the address says it; ``notes`` are sentences about what was not understood."""

    rows: QuerySet[NonConformity]
    chosen: dict[str, str]
    notes: list[str]

    @property
    def narrowed(self) -> bool:
        return any(value for name, value in self.chosen.items() if not (name == "state" and value == "waiting"))


def asked(user: Any, query: Mapping[str, str], *, place: Any = None, today: date | None = None) -> Asked:
    today = today or timezone.localdate()
    filters = Filters({name: value.replace("\x00", "\ufffd") for name, value in query.items()})
    rows = seen(user)
    contracts = {one.ref: one for one in Contract.objects.visible_to(user).select_related("partner")}
    partners = {one.partner.ref: one.partner_id for one in contracts.values()}
    state = filters.one_of(
        "state", _("State"), {"waiting", "all", *NonConformityState.values}, "waiting", _("Not yet settled")
    )
    contract = filters.one_of("contract", _("Contract"), contracts, None)
    partner = filters.one_of("partner", _("Partner"), partners, None)
    severity = filters.one_of("severity", _("Severity"), NonConformitySeverity.values, "")
    show = filters.one_of("show", _("Shown"), SHOWS.keys(), "")
    item, team = echoed(filters.query.get("item", ""), 80), echoed(filters.query.get("team", ""), 40)
    if state == "waiting":
        rows = rows.exclude(state__in=SETTLED)
    elif state != "all":
        rows = rows.filter(state=state)
    if contract is not None:
        rows = rows.filter(contract=contract)
    if partner is not None:
        rows = rows.filter(contract__partner=partner)
    if severity:
        rows = rows.filter(severity=severity)
    if item:
        rows = rows.filter(item_code=item)
    if team:
        rows = rows.filter(visit__team=team)
    if place is not None:
        rows = rows.filter(place__in=places_within(place.pk))
    rows = _shown(rows, show, today)
    chosen = {
        "state": state, "contract": contract.ref if contract is not None else "",
        "partner": filters.query.get("partner", "") if partner is not None else "", "severity": severity, "show": show,
        "item": item, "team": team, "place": place.ref if place is not None else "",
    }  # fmt: skip
    return Asked(rows.order_by(*GRAVEST_FIRST), chosen, filters.notes)


def _shown(rows: QuerySet[NonConformity], show: str, today: date) -> QuerySet[NonConformity]:
    if show == "overdue":
        return rows.filter(is_overdue(today))
    if show == "due":
        return rows.filter(due_on__lte=today + timedelta(days=1)).exclude(state__in=SETTLED)
    if show == "repeats":
        return rows.filter(repeat_of__isnull=False)
    if show == "to-answer":
        return rows.filter(state__in=WAITING_FOR_PARTNER)
    if show == "to-review":
        return rows.filter(state__in=TO_REVIEW)
    return rows


def _first(cases: dict[str, int]) -> Any:
    return [When(**{"severity": name}, then=Value(number)) for name, number in cases.items()]


GRAVEST_FIRST: tuple[Any, ...] = (
    Case(When(state__in=SETTLED, then=Value(1)), default=Value(0), output_field=IntegerField()),
    Case(*_first({"critical": 0, "major": 1}), default=Value(2), output_field=IntegerField()),
    F("due_on").asc(),
    F("pk").asc(),
)
"""What is waited for before what is settled, the gravest first, then the oldest deadline."""


def counts(user: Any, today: date | None = None) -> dict[str, int]:
    """What there is to do, for the head of the page."""
    today = today or timezone.localdate()
    found: dict[str, int] = NonConformity.objects.visible_to(user).aggregate(
        waiting=Count("pk", filter=~Q(state__in=SETTLED)),
        critical=Count("pk", filter=Q(severity="critical") & ~Q(state__in=SETTLED)),
        overdue=Count("pk", filter=is_overdue(today)),
        to_answer=Count("pk", filter=Q(state__in=WAITING_FOR_PARTNER)),
        to_review=Count("pk", filter=Q(state__in=TO_REVIEW)),
        repeats=Count("pk", filter=Q(repeat_of__isnull=False) & ~Q(state__in=SETTLED)),
    )
    return found


def choices(user: Any) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: only what is in sight of this person."""
    rows = NonConformity.objects.visible_to(user)
    teams = rows.exclude(visit__team="").order_by("visit__team").values_list("visit__team", flat=True).distinct()
    items = ChecklistItem.objects.filter(pk__in=rows.order_by().values("item"))
    named = {one.code: _shortened(one.text, 60) or one.code for one in items.order_by("pk")}
    codes = rows.exclude(item_code="").order_by("item_code").values_list("item_code", flat=True).distinct()
    partners = Organisation.objects.filter(pk__in=rows.order_by().values("contract__partner"))
    contracts = Contract.objects.visible_to(user).filter(pk__in=rows.order_by().values("contract"))
    return {
        "partners": sorted(((one.ref, one.name or one.ref) for one in partners), key=lambda pair: pair[1]),
        "contracts": [(one.ref, one.title) for one in contracts.order_by("title")],
        "teams": [(one, one) for one in teams[:200]],
        "items": sorted(((one, named.get(one, one)) for one in codes[:300]), key=lambda pair: pair[1]),
        "severities": [(code, str(name)) for code, name in NonConformitySeverity.choices],
        "states": [
            ("waiting", _("Not yet settled")), ("all", _("All")),
            *((code, str(name)) for code, name in NonConformityState.choices),
        ],
        "shows": [(code, str(name)) for code, name in SHOWS.items()],
    }  # fmt: skip


HEADS = (
    "ref", "contract", "partner", "team", "place", "visit", "item", "severity", "state", "text", "opened_on", "due_on",
    "overdue", "days_late", "age_days", "repeat_of", "evidence", "answered_on", "closed_on", "reopened", "stop_work",
)  # fmt: skip


def exported(rows: QuerySet[NonConformity], today: date) -> list[list[Any]]:
    """The rows as files have them, in the order of the page."""
    rows = rows.annotate(files=Count("evidence", distinct=True))[:MOST]
    return [_line(Shown(row, today)) for row in rows]


def _line(shown: Shown) -> list[Any]:
    row = shown.finding
    return [
        row.ref, row.contract.ref, row.contract.partner.ref, shown.team, row.place.ref if row.place else "",
        shown.visit.ref if shown.visit else "", row.item_code, row.severity, row.state, row.text, row.opened_on, row.due_on,
        "yes" if shown.overdue else "no", shown.days_late, shown.age, row.repeat_of.ref if row.repeat_of else "",
        row.files, timezone.localdate(row.answered_at) if row.answered_at else None,  # type: ignore[attr-defined]
        timezone.localdate(row.closed_at) if row.closed_at else None, row.reopened,
        "" if row.stop_work is None else "yes" if row.stop_work else "no",
    ]  # fmt: skip


def visible_repeat(user: Any, finding: NonConformity) -> NonConformity | None:
    """The earlier finding, where this person sees it too."""
    if finding.repeat_of_id is None:
        return None
    return NonConformity.objects.visible_to(user).filter(pk=finding.repeat_of_id).first()


@dataclass(frozen=True)
class Unspoken:
    """A visit with failed items of which no finding speaks."""

    visit: Visit
    items: int


def unspoken(user: Any, most: int = 12) -> list[Unspoken]:
    """Where findings wait to be opened, the newest visit first."""
    visits = Visit.objects.visible_to(user).filter(of_third_party(user), state="done")
    spoken = NonConformity.objects.filter(
        visit=OuterRef("assessment__visit"), item_code=OuterRef("item__code"), deleted_at=None
    )
    failed = (
        Answer.objects.filter(result="no", assessment__superseded_at=None, assessment__visit__in=visits)
        .filter(~Exists(spoken))
        .values("assessment__visit")
        .annotate(items=Count("pk"))
        .order_by("-assessment__visit")[:most]
    )
    found = {row["assessment__visit"]: row["items"] for row in failed}
    rows = Visit.objects.filter(pk__in=found).select_related("site").order_by("-arrived", "-pk")
    return [Unspoken(row, found[row.pk]) for row in rows]
