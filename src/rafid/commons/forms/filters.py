"""One reading of what an address asks of a form's submissions: for list, map, gallery, bulk review, API, files and feeds.

The same words mean the same rows everywhere. A filter or order by a question that this reader sees masked is refused (422):
its answer would be told by what is found. What is not understood is told: to a person as a note beside the rows, to a
program (``strict``) as 422.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Collate
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.api import invalid
from rafid.commons.filters import Filters
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import organisations_within, places_within
from rafid.commons.places.finding import ALL, Found, find_place

from .keyset import Order
from .kinds import SEVERITY
from .models import Finding, Form, FormVersion, Row, Submission, SubmissionState, SubmissionVersion
from .models.submission import SubmissionQuerySet
from .questions import Book, book_of
from .schema import Column
from .seeing import Masks, masks_for, submissions_seen
from .works import Works, works_of

WAITING = (SubmissionState.RECEIVED, SubmissionState.EDITED)
"""States in which a submission waits for a decision; ``state=waiting`` asks for both."""
NAMES = (
    "state", "finding", "worst", "place", "organisation", "interviewer", "site", "since", "until", "changed_since",
    "version", "q", "order",
)  # fmt: skip
ANSWER = "answer."
"""``answer.gov=kirkuk``: an answer of the main table, by its column."""
ORDERS: dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]] = {
    "worst": (("worst", "received_at", "id"), ("whole", "moment", "id"), True),
    "-received_at": (("received_at", "id"), ("moment", "id"), True),
    "received_at": (("received_at", "id"), ("moment", "id"), False),
    "-changed_at": (("changed_at", "id"), ("moment", "id"), True),
    "changed_at": (("changed_at", "id"), ("moment", "id"), False),
    "interviewer": (("interviewer", "id"), ("text", "id"), False),
    "-interviewer": (("interviewer", "id"), ("text", "id"), True),
    "site": (("site", "id"), ("text", "id"), False),
    "-site": (("site", "id"), ("text", "id"), True),
}
FIRST_LOOKED_AT = "worst"
_ROLES = ("interviewer", "site", "place")
_TITLES = {
    "state": lambda: _("State"), "finding": lambda: _("Finding"), "worst": lambda: _("Severity"),
    "place": lambda: _("Place"), "organisation": lambda: _("Organisation"), "since": lambda: _("Since"),
    "until": lambda: _("Until"), "changed_since": lambda: _("Changed since"), "version": lambda: _("Version"),
    "order": lambda: _("Order"),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """``queryset``: the rows that this reader sees and the address asks for, unsorted, with ``plain`` (is every answer
    seen?) and ``works`` (are its findings seen?).

    ``query``: the filters that were understood, as an address has them. ``notices``: sentences about the others.
    """

    form: Form
    book: Book
    queryset: SubmissionQuerySet
    masks: Masks
    order: Order
    query: dict[str, str]
    notices: tuple[str, ...]
    place: Found

    @property
    def filtered(self) -> bool:
        return bool(set(self.query) - {"order"})


def seen_of(user: Any, form: Form) -> SubmissionQuerySet:
    """A form's submissions that this reader sees; the rule without joins."""
    found: SubmissionQuerySet = Submission.objects.filter(submissions_seen(user, form), form=form)
    return found


def asked(source: HttpRequest | Mapping[str, str], form: Form, user: Any, *, strict: bool = False) -> Asked:
    """Raises Problem 422 for a masked question, and with ``strict`` for what is not understood."""
    given = source.GET if isinstance(source, HttpRequest) else source
    query = {
        name: str(given[name]).replace("\x00", "\ufffd").strip()
        for name in given
        if (name in NAMES or name.startswith(ANSWER)) and str(given[name]).strip()
    }
    book, masks = book_of(form), masks_for(user, form)
    works = works_of(user, form)
    _refuse_masked(query, book, masks)
    _refuse_findings(query, works)
    reading = _Reading(query, form, book, masks, works)
    rows = reading.filtered(seen_of(user, form))
    order, rows = reading.ordered(rows)
    if strict and reading.words.wrongs:
        raise invalid(sorted(reading.words.wrongs)[0], " ".join(reading.words.notes))
    understood = {name: value for name, value in query.items() if name not in reading.words.wrongs}
    rows = works.annotate(masks.annotate(rows))
    return Asked(form, book, rows, masks, order, understood, tuple(reading.words.notes), reading.place)


def _refuse_masked(query: Mapping[str, str], book: Book, masks: Masks) -> None:
    # The search by site is left out instead (see ``by_q``); the identity is nobody's answer.
    for name, value in query.items():
        word = value.removeprefix("-") if name == "order" else name
        if word in _ROLES:
            seen = masks.sees_role(word)
        else:
            column = book.column(word.removeprefix(ANSWER)) if name == "order" or name.startswith(ANSWER) else None
            seen = column is None or column.path not in masks.paths
        if not seen:
            raise invalid(
                name, _("You do not see the answers to this question, so that nothing can be filtered or sorted by it.")
            )


def _refuse_findings(query: Mapping[str, str], works: Works) -> None:
    for name in ("finding", "worst"):
        if works.nowhere and name in query:
            raise invalid(
                name, _("You do not see what was found in submissions, so that nothing can be filtered by it.")
            )


class _Reading:
    """Reads word by word; ``words`` notes those that mean nothing."""

    def __init__(self, query: dict[str, str], form: Form, book: Book, masks: Masks, works: Works) -> None:
        self.works = works
        self.query, self.form, self.book, self.masks = query, form, book, masks
        self.words = Filters(query)
        self.place = Found()

    def wrong(self, name: str) -> None:
        title = _TITLES[name]() if name in _TITLES else name.removeprefix(ANSWER)
        self.words.wrong(name, title)

    def filtered(self, rows: SubmissionQuerySet) -> SubmissionQuerySet:
        for name, value in self.query.items():
            if name == "order":
                continue
            rule = self.answer(name, value) if name.startswith(ANSWER) else getattr(self, f"by_{name}")(value)
            if rule is None:
                self.wrong(name)
            else:
                rows = rows.filter(rule)
        return rows

    def by_state(self, value: str) -> Q | None:
        names = [one for word in value.split(",") for one in (WAITING if word == "waiting" else (word,))]
        return Q(state__in=names) if set(names) <= set(SubmissionState.values) else None

    def by_finding(self, value: str) -> Q | Exists | None:
        kinds = value.split(",")
        if not set(kinds) <= SEVERITY.keys():
            return None
        found = Finding.objects.filter(
            submission=OuterRef("pk"), submission_version=OuterRef("current"), kind__in=kinds
        )
        return self._worked(Exists(found.exclude(state="explained")))

    def by_worst(self, value: str) -> Q | None:
        return self._worked(Q(worst__gte=int(value))) if value in {"0", "1", "2", "3"} else None

    def _worked(self, rule: Q | Exists) -> Q | Exists:
        return rule if self.works.everywhere else Q(rule) & self.works.rule

    def by_place(self, value: str) -> Q | None:
        self.place = find_place(value, ALL)
        return Q(place__in=places_within(self.place.place.pk)) if self.place.place else None

    def by_organisation(self, value: str) -> Q | None:
        pk = Organisation.objects.filter(ref=value).values_list("pk", flat=True).first()
        return Q(owner__in=organisations_within(pk)) if pk else None

    def by_interviewer(self, value: str) -> Q:
        return Q(interviewer=value)

    def by_site(self, value: str) -> Q:
        return Q(site=value)

    def by_since(self, value: str) -> Q | None:
        moment = moment_of(value)
        return Q(received_at__gte=moment) if moment else None

    def by_until(self, value: str) -> Q | None:
        moment = moment_of(value, end=True)
        return Q(received_at__lt=moment) if moment else None

    def by_changed_since(self, value: str) -> Q | None:
        moment = moment_of(value)
        return Q(changed_at__gte=moment) if moment else None

    def by_version(self, value: str) -> Q | None:
        versions = FormVersion.objects.filter(form=self.form, published_at__isnull=False, version_text=value)
        pk = versions.values_list("pk", flat=True).first()
        return Q(current__form_version=pk) if pk else None

    def by_q(self, value: str) -> Q:
        """By any version's identity, or by a part of the site's name where the reader sees it."""
        versions = SubmissionVersion.objects.filter(
            form=self.form, draft=None, instance_id__in=(value, f"uuid:{value}")
        )
        rule = Q(pk__in=versions.values("submission"))
        if self.masks.sees_role("site"):
            rule |= Q(site__icontains=value)
        return rule

    def answer(self, name: str, value: str) -> Q | Exists | None:
        column = self.book.column(name.removeprefix(ANSWER))
        if column is None:
            return None
        rows = Row.objects.filter(submission_version=OuterRef("current"), table=0)
        return Exists(rows.filter(**{f"values__{column.slot}": value}))

    def ordered(self, rows: SubmissionQuerySet) -> tuple[Order, SubmissionQuerySet]:
        code = self.query.get("order", FIRST_LOOKED_AT)
        if code == FIRST_LOOKED_AT and not self.works.everywhere:
            if self.works.nowhere:
                code = "-received_at"
            else:
                seen = Case(When(self.works.rule, then=F("worst")), default=Value(0), output_field=IntegerField())
                _names, kinds, down = ORDERS[code]
                return Order(code, ("worst_seen", "received_at", "id"), kinds, down), rows.annotate(worst_seen=seen)
        if code in ORDERS:
            return Order(code, *ORDERS[code]), rows
        column = self.book.column(code.removeprefix("-").removeprefix(ANSWER))
        if column is None:
            self.wrong("order")
            return Order(FIRST_LOOKED_AT, *ORDERS[FIRST_LOOKED_AT]), rows
        numeric = column.type in ("int", "decimal")
        rows = rows.annotate(answer_key=_answer_key(column, numeric=numeric))
        return Order(code, ("answer_key", "id"), ("number" if numeric else "text", "id"), code.startswith("-")), rows


def _answer_key(column: Column, *, numeric: bool) -> Any:
    """An answer to sort by: numbers as numbers; what is empty, or no number, comes before all."""
    rows = Row.objects.filter(submission_version=OuterRef("current"), table=0)
    text = Subquery(rows.values(f"values__{column.slot}")[:1], output_field=CharField())
    if numeric:
        number = r"substring(%(expressions)s from '^-?[0-9]{1,200}(?:\.[0-9]{1,100})?$')"
        template = f"coalesce({number}::float8, '-infinity'::float8)"
        return Func(text, template=template, output_field=FloatField())
    return Collate(Coalesce(text, Value(""), output_field=CharField()), "C")


def moment_of(text: str, *, end: bool = False) -> datetime | None:
    """A day (its beginning, or with ``end`` the beginning of the next) or a moment; without an offset it is local time."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text) + timedelta(days=1 if end else 0)
            return timezone.make_aware(datetime.combine(day, time()))
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        return moment if moment.tzinfo else timezone.make_aware(moment)
    except (ValueError, OverflowError):
        return None
