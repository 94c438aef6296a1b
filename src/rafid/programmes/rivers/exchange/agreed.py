"""Agreements on series: made, narrowed to named series, ended. Only those who approve for the giver do it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people import agree
from rafid.commons.people.models import Agreement, Organisation
from rafid.commons.people.visibility import agreements_of, may, may_at, scopes
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source

from ..models import AgreedSeries, Series
from ..refusals import told
from ..seeing import PROGRAMME, SERIES, STATION, opened_by
from ..values.reading import latest_of

RESERVOIR = "rafid_rivers.reservoir"


@dataclass
class Opened:
    """One series that an agreement opens: from how old on, and the last value that the receiver sees."""

    series: Series
    embargo: timedelta
    until: Any
    last: Any = None


@dataclass
class Shown:
    """An agreement as it is now. ``named``: it opens these series only; else all of the giver's at its level."""

    row: Agreement
    named: bool
    current: bool
    gives: bool
    receives: bool
    may_end: bool
    series: list[Opened] = field(default_factory=list)
    may_republish: set[Any] = field(default_factory=set)


def givers(user: Any) -> list[Organisation]:
    """The organisations for which this person may open series: those for whom they approve."""
    if not may(user, "approve", PROGRAMME):
        return []
    owners = Organisation.objects.filter(pk__in=Series.objects.order_by().values("owner"))
    return [one for one in owners.order_by("ref") if may_at(user, "approve", PROGRAMME, one.pk, None)]


def shown(user: Any) -> list[Shown]:
    """The agreements about rivers in which the person's organisation receives, or whose giver's series they see by a role
    that reads what is opened. Nobody else learns that there is one."""
    mine = {one.pk for one in agreements_of(user)} if user.is_authenticated else set()
    gives = Q(pk__in=[])
    for scope in scopes(user):
        if scope.programme in (PROGRAMME, "platform") and scope.reads >= 1:
            gives |= Q(giver__lineage__contains=[scope.organisation]) if scope.organisation else Q(giver__isnull=False)
    rows = Agreement.objects.filter(records__overlap=[SERIES, STATION]).filter(gives | Q(pk__in=mine))
    today = timezone.localdate()
    found = []
    for row in rows.select_related("giver", "receiver", "place").order_by("-starts_on", "pk"):
        current = row.ended_at is None and row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)
        receives = row.pk in mine
        one = Shown(row, False, current, not receives, receives, may_at(user, "approve", PROGRAMME, row.giver_id, None))
        named = dict(AgreedSeries.objects.filter(agreement=row).values_list("series", "may_republish"))
        one.named, one.may_republish = bool(named), {pk for pk, again in named.items() if again}
        if current:
            one.series = _opened(user, row)
        found.append(one)
    return found


def _opened(user: Any, row: Agreement) -> list[Opened]:
    """What it opens now and this person sees, too, with the last value behind the embargo."""
    now = timezone.now()
    rows = Series.objects.visible_to(user).filter(opened_by(row, SERIES), sensitivity__gte=1)
    found = []
    for one in rows.select_related("station").order_by("station__code", "variable", "ref"):
        embargo = max(timedelta(hours=one.embargo_hours), timedelta(days=row.embargo_days))
        found.append(Opened(one, embargo, now - embargo))
    for embargo in {one.embargo for one in found}:
        some = [one for one in found if one.embargo == embargo]
        latest = latest_of([one.series.pk for one in some], before=now - embargo)
        for one in some:
            one.last = latest.get(one.series.pk)
    return found


def open_series(
    user: Any, giver: Organisation, receiver: Organisation, series: Sequence[Series], *, starts_on: date | None,
    ends_on: date | None, embargo_days: int, may_republish: bool = False, document: str = "",
) -> Agreement:  # fmt: skip
    """Opens these series of ``giver`` to ``receiver``; all that partners may read where none is named."""
    if not may_at(user, "approve", PROGRAMME, giver.pk, None):
        raise PermissionDenied
    if wrong := [one for one in series if one.sensitivity > 1]:
        raise Refused(
            _("%(series)s is restricted, and an agreement of this page opens no restricted series.")
            % {"series": wrong[0]}
        )
    _only_what_is_kept_here(giver, series)
    try:
        with told(AgreedSeries), because("series opened by agreement"):
            row = agree.agree(
                None, giver, receiver, [SERIES, STATION, RESERVOIR], reads=1, starts_on=starts_on, ends_on=ends_on,
                embargo_days=embargo_days, document=document,
            )  # fmt: skip
            for one in series:
                AgreedSeries.objects.create(agreement=row, series=one, may_republish=may_republish, made_by=user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    return row


def _only_what_is_kept_here(giver: Organisation, series: Sequence[Series]) -> None:
    """What another node gave is opened to others by that node alone."""
    theirs = Series.objects.filter(source=Source.NODE, owner__lineage__contains=[giver.pk])
    if series:
        theirs = theirs.filter(pk__in=[one.pk for one in series])
    if (one := theirs.select_related("station").first()) is not None:
        raise Refused(
            _(
                "%(series)s came from another node, and only there it is opened to others. Name series that are kept here."
            )
            % {"series": one}
        )


def end(user: Any, row: Agreement, reason: str) -> None:
    if not may_at(user, "approve", PROGRAMME, row.giver_id, None):
        raise PermissionDenied
    try:
        agree.end(row, None, reason)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def receivers(giver: Organisation) -> Iterable[Organisation]:
    return Organisation.objects.filter(active=True).exclude(pk=giver.pk).order_by("ref")
