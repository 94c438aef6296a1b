"""Who sees which submission, and which answers of it: the one visibility rule, told for submissions.

A submission has its form's programme and sensitivity, its own organisation and place. A role that may neither ``collect``,
``review`` nor ``design`` sees approved ones only. Answers that a form's policy withholds from readers are seen by those whose
role may ``review`` or ``design`` there, and by whoever sent them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from rafid.commons.people.visibility import Scope, organisations_within, places_within, scopes
from rafid.commons.programme import PLATFORM

from .models import FieldPolicy, Form, Label, Sight
from .schema import Column

WORKERS = frozenset({"collect", "review", "design"})
"""Who holds one of these sees a submission in every state."""
UNMASKED = frozenset({"review", "design"})


def forms_seen(user: Any) -> Q:
    """Forms are known to whoever holds a role in their programme that reads their sensitivity."""
    rule = Q(pk__in=[])
    for scope in scopes(user):
        one = Q(sensitivity__lte=scope.reads)
        if scope.programme != PLATFORM:
            one &= Q(programme=scope.programme)
        rule |= one
    return rule


def submissions_seen(user: Any, form: Form | None = None) -> Q:
    """``form`` given: the rule for that form's submissions, without a join."""
    if form is not None and sees_all(user, form):
        # No condition stands in the statement, so that an index alone counts them.
        return ~Q(pk__in=[])
    rule = Q(account=user.pk) if getattr(user, "is_authenticated", False) and user.is_active else Q(pk__in=[])
    for scope in scopes(user):
        one = _through(scope, form)
        if one is None:
            continue
        rule |= one if scope.may & WORKERS else one & Q(state="approved")
    return rule


def sees_all(user: Any, form: Form) -> bool:
    """Does this person work with all submissions of the form, wherever and whosesoever they are?"""
    return any(
        scope.may & WORKERS
        and not scope.organisation
        and not scope.place
        and scope.programme in (form.programme, PLATFORM)
        and form.sensitivity <= scope.reads
        for scope in scopes(user)
    )


def unmasked(user: Any, form: Form | None = None) -> Q:
    """Submissions of which this person sees every answer."""
    rule = Q(account=user.pk) if getattr(user, "is_authenticated", False) and user.is_active else Q(pk__in=[])
    for scope in scopes(user):
        if scope.may & UNMASKED:
            one = _through(scope, form)
            if one is not None:
                rule |= one
    return rule


def _through(scope: Scope, form: Form | None) -> Q | None:
    rule = Q()
    if form is not None:
        if scope.programme not in (form.programme, PLATFORM) or form.sensitivity > scope.reads:
            return None
    else:
        rule &= Q(form__sensitivity__lte=scope.reads)
        if scope.programme != PLATFORM:
            rule &= Q(form__programme=scope.programme)
    if scope.organisation:
        rule &= Q(owner__in=organisations_within(scope.organisation))
    if scope.place:
        rule &= Q(place__in=places_within(scope.place))
    return rule or Q(pk__isnull=False)


@dataclass(frozen=True)
class Masks:
    """What this reader does not see of a form. ``hidden`` and ``coarse``: paths of questions.

    ``whole``: nothing is masked for this person anywhere in the form. Otherwise ``plain`` says of which rows all is seen.
    """

    hidden: frozenset[str]
    coarse: frozenset[str]
    plain: Q

    @property
    def whole(self) -> bool:
        return not (self.hidden or self.coarse)

    @property
    def paths(self) -> frozenset[str]:
        """Questions that may be neither filtered nor sorted by."""
        return self.hidden | self.coarse

    def annotate(self, submissions: QuerySet[Any]) -> QuerySet[Any]:
        """Adds ``plain``: is every answer of this row seen?"""
        if self.whole:
            return submissions.annotate(plain=Value(True, output_field=BooleanField()))
        return submissions.annotate(
            plain=Case(When(self.plain, then=Value(True)), default=Value(False), output_field=BooleanField())
        )


def masks_for(user: Any, form: Form) -> Masks:
    """The masks of one reader. Someone who reviews the whole form has none; a reviewer of a part has them elsewhere."""
    plain = unmasked(user, form)
    everywhere = any(
        scope.may & UNMASKED and not scope.organisation and not scope.place and _through(scope, form) is not None
        for scope in scopes(user)
    )
    if everywhere:
        return Masks(frozenset(), frozenset(), plain)
    return _masks(form.policies.all(), "reader_sees", plain)


def public_masks(form: Form) -> Masks:
    """What leaves for public use: names never; questions without a policy are not public where their label is set."""
    return _masks(form.policies.all(), "public_sees", Q(pk__in=[]))


def _masks(policies: Iterable[FieldPolicy], column: str, plain: Q) -> Masks:
    hidden, coarse = set(), set()
    for policy in policies:
        sees = getattr(policy, column)
        if sees == Sight.NOTHING or (column == "public_sees" and policy.label in (Label.PERSONAL, Label.IDENTIFYING)):
            hidden.add(policy.path)
        elif sees == Sight.GENERALISED:
            coarse.add(policy.path)
    return Masks(frozenset(hidden), frozenset(coarse), plain)


_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}(?![0-9])")
_EXACT = Context(prec=60)
_STEPS = {"decimal": Decimal("0.1"), "int": Decimal(10)}


def coarser(text: str | None, kind: str) -> str | None:
    """A generalised answer: coordinates to 0.1 degree (about 10 km), dates to the month, numbers to the ten, else nothing.

    A whole geopoint loses its altitude and accuracy, too. What is not written as its kind wants is nothing: a name in a
    question for a date stays unread. The same in SQL: ``exports.columns.coarser_sql``.
    """
    if not text:
        return None
    if kind in _STEPS:
        if not _NUMBER.fullmatch(text):
            return None
        step = _STEPS[kind]
        whole = _EXACT.divide(Decimal(text), step).quantize(Decimal(1), ROUND_HALF_UP, _EXACT) * step
        return format(whole + 0, "f")
    if kind in ("date", "dateTime"):
        return text[:7] if _MONTH.match(text) else None
    if kind == "geopoint":
        parts = [coarser(part, "decimal") for part in text.split(" ")[:2]]
        return " ".join(parts) if len(parts) == 2 and None not in parts else None  # type: ignore[arg-type]
    return None


def kind_seen(column: Column) -> str:
    """What a column is to :func:`coarser`: the altitude and accuracy of a point are nothing that could be made coarser."""
    return "" if column.part_of_point in ("Altitude", "Accuracy") else column.type


def hides_role(form: Form, role: str, masks: Masks) -> bool:
    """Does a reader with masks see nothing of what the form's question for ``role`` said, not even coarser? Where a newer
    version has no such question any more, older submissions keep what it said, and its mask is not known."""
    path = form.roles.get(role, "")
    return not masks.whole and (not path or path in masks.hidden)


def shown(text: str | None, path: str, kind: str, masks: Masks, plain: bool) -> str | None:
    """An answer as this reader sees it."""
    if plain or masks.whole or path not in masks.paths:
        return text
    return None if path in masks.hidden else coarser(text, kind)


def masked_values(
    values: Mapping[str, Any], masks: Masks, plain: bool, paths: Mapping[str, tuple[str, str]]
) -> dict[str, Any]:
    """Column → value as seen; ``paths`` gives each column's path and type."""
    return {
        column: shown(value, *paths[column], masks, plain) if column in paths else value
        for column, value in values.items()
    }
