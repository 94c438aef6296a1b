"""What the rules look at, read set-wise: a few statements, however many contracts and visits.

Twice: with all that the office knows, and with what partner and donor may see. A warning tells a donor nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from math import nan
from typing import Any
from uuid import UUID

from django.db.models import Avg, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth

from rafid.commons.forms.models import Finding
from rafid.commons.records.models.nonconformities import SETTLED

from ..contracts import months
from ..contracts.inputs import OFFICE
from ..contracts.keeping import progress
from ..models import Answer, Contract, LandUse, NonConformity, OutcomeStudy, StudyKind, Visit
from ..outcomes.land import land
from ..outcomes.queries import asked
from .judging import Facts, FindingFact, LandFact, StudyFact, Tally
from .rules import limits_of

ODD_PHOTOS = ("same_photo", "photo_elsewhere")
YEAR = timedelta(days=365)
SERIOUS = 2


def gather(contracts: Iterable[Contract], today: date, side: str) -> dict[UUID, Facts]:
    every = {one.pk: one for one in contracts}
    found = {pk: Facts(one.ref, one.end, limits_of(one)) for pk, one in every.items()}
    _figures(found, every, today, side)
    whole = side == OFFICE
    rows = NonConformity.objects.filter(contract__in=every, deleted_at=None).exclude(state__in=SETTLED)
    for one in rows if whole else rows.filter(released_at__isnull=False):
        found[one.contract_id].findings.append(FindingFact(one.ref, one.severity, one.opened_on, one.due_on))
    _scores(found, today, whole)
    if whole:
        _late(found, today)
        for contract, ref in _with_odd_photos(every, today):
            found[contract].odd_photos.append(ref)
    _studies(found, every, whole)
    return found


def _figures(found: dict[UUID, Facts], every: dict[UUID, Contract], today: date, side: str) -> None:
    """The last months that are over, of contracts that had begun."""
    most = max((int(one.limits["spi_months"]) for one in found.values()), default=0)
    for month in months.backwards(months.ended_by(today), most):
        begun = [one for one in every.values() if months.first_of(one.start) <= month]
        for pk, figures in progress(begun, month, side).items():
            found[pk].figures.append((month, figures))


def _visits(whole: bool) -> QuerySet[Visit]:
    rows = Visit.objects.filter(deleted_at=None)
    return rows if whole else rows.filter(released_to_partner_at__isnull=False)


def _scores(found: dict[UUID, Facts], today: date, whole: bool) -> None:
    """Mean scores by month of the last year, of visits that were assessed."""
    first = months.after(months.first_of(today), -11)
    rows = _visits(whole).filter(contract__in=found, state="done", score__isnull=False, arrived__date__gte=first)
    means: dict[UUID, dict[date, float]] = defaultdict(dict)
    for contract, month, mean in (
        rows.annotate(month=TruncMonth("arrived")).values_list("contract", "month").annotate(Avg("score")).order_by()
    ):
        means[contract][month.date()] = mean
    for pk, by_month in means.items():
        found[pk].scores = [by_month.get(month, nan) for month in months.between(first, today)]


def _late(found: dict[UUID, Facts], today: date) -> None:
    rows = Visit.objects.filter(contract__in=found, deleted_at=None, planned_on__lt=today).exclude(state="cancelled")
    for contract, ref, state in rows.order_by("planned_on", "ref").values_list("contract", "ref", "state"):
        found[contract].due_visits += 1
        if state in ("planned", "cleared", "confirmed", "postponed"):
            found[contract].late_visits.append(ref)


def _with_odd_photos(contracts: Iterable[UUID], today: date) -> list[tuple[UUID, str]]:
    odd = Finding.objects.filter(submission=OuterRef("submission"), kind__in=ODD_PHOTOS).exclude(state="explained")
    rows = Visit.objects.filter(Exists(odd), contract__in=contracts, deleted_at=None, arrived__date__gte=today - YEAR)
    return list(rows.order_by("-arrived").values_list("contract", "ref"))


def _studies(found: dict[UUID, Facts], every: dict[UUID, Contract], whole: bool) -> None:
    rows = OutcomeStudy.objects.filter(contract__in=every, deleted_at=None).select_related("contract__partner")
    studies = list((rows if whole else rows.filter(released_at__isnull=False)).order_by("ref"))
    for one in asked(studies).values():
        whole_change = one.change()
        measured = whole_change.pairs or whole_change.apart
        if measured is not None:
            n = whole_change.n or whole_change.only_first + whole_change.only_then
            found[one.study.contract_id].studies.append(
                StudyFact(one.study.ref, n, measured.difference, measured.low, measured.high)
            )
    grounds: dict[UUID, list[LandUse]] = defaultdict(list)
    of_land = {one.pk: one for one in studies if one.kind_of_study == StudyKind.LAND}
    for row in LandUse.objects.filter(study__in=of_land, round="12"):
        grounds[row.study_id].append(row)
    for pk, some in grounds.items():
        counted = land(some, census=of_land[pk].design == "census")
        assert counted is not None
        found[of_land[pk].contract_id].lands.append(
            LandFact(of_land[pk].ref, counted.grounds, counted.unused.yes, counted.unused.low, counted.unused.high)
        )


def failed_items(owner: UUID, today: date) -> tuple[dict[tuple[str, str], list[str]], dict[str, Any]]:
    """(partner, item) → visits of the last year at which it failed, and the partners' names."""
    rows = Answer.objects.filter(
        result="no", assessment__superseded_at=None, assessment__visit__state="done", assessment__visit__owner=owner,
        assessment__visit__deleted_at=None, assessment__visit__arrived__date__gte=today - YEAR,
    ).order_by("-assessment__visit__arrived")  # fmt: skip
    failed: dict[tuple[str, str], list[str]] = defaultdict(list)
    names: dict[str, Any] = {}
    partner = "assessment__visit__contract__partner__"
    for ref, ar, ckb, en, item, visit in rows.values_list(
        f"{partner}ref", f"{partner}name_ar", f"{partner}name_ckb", f"{partner}name_en", "item__code",
        "assessment__visit__ref",
    ):  # fmt: skip
        names[ref] = {"ar": ar, "ckb": ckb, "en": en}
        if visit not in failed[ref, item]:
            failed[ref, item].append(visit)
    return failed, names


def tallies(owner: UUID, today: date) -> tuple[list[Tally], list[Tally]]:
    """Monitors by oddities of their data, partners by findings of their work; visits of the last year."""
    odd = Finding.objects.filter(submission=OuterRef("submission"), severity__gte=SERIOUS).exclude(state="explained")
    grave = NonConformity.objects.filter(
        visit=OuterRef("pk"), severity__in=("critical", "major"), deleted_at=None
    ).exclude(state="withdrawn")
    rows = Visit.objects.filter(owner=owner, deleted_at=None, state="done", arrived__date__gte=today - YEAR)
    rows = rows.annotate(odd=Exists(odd), grave=Exists(grave)).order_by("-arrived")
    monitors = _tallies(rows.filter(~Q(lead=None), ~Q(submission=None)), "lead", "code", "odd")
    return monitors, _tallies(rows, "contract__partner", "ref", "grave")


def _tallies(rows: Any, path: str, code: str, event: str) -> list[Tally]:
    visits: dict[str, int] = defaultdict(int)
    events: dict[str, list[str]] = defaultdict(list)
    names: dict[str, Any] = {}
    found: Sequence[Any] = rows.values_list(
        f"{path}__{code}", f"{path}__name_ar", f"{path}__name_ckb", f"{path}__name_en", "ref", F(event)
    )
    for who, ar, ckb, en, visit, happened in found:
        names[who] = {"ar": ar or who, "ckb": ckb or who, "en": en or who}
        visits[who] += 1
        if happened:
            events[who].append(visit)
    return [Tally(who, names[who], count, tuple(events[who])) for who, count in sorted(visits.items())]
