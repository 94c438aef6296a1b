"""Who sees which submission, and which answers of it: the one visibility rule, told for submissions.

A submission has its form's programme and sensitivity, its own organisation and place. A role that may neither ``collect``,
``review`` nor ``design`` sees approved ones only. Answers that a form's policy withholds from readers are seen by those whose
role may ``review`` or ``design`` there, and by whoever sent them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from rafid.commons.people.visibility import Scope, organisations_within, places_within, scopes
from rafid.commons.programme import PLATFORM
from rafid.methods.xforms.own_columns import ROLES

from .models import Form, Sight
from .schema import Column
from .sensitivity import rules_of, stricter

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
    ``roles``: what is seen of place, site, interviewer and location where not all is.
    """

    hidden: frozenset[str]
    coarse: frozenset[str]
    plain: Q
    roles: Mapping[str, Sight] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return not (self.hidden or self.coarse)

    @property
    def paths(self) -> frozenset[str]:
        """Questions that may be neither filtered nor sorted by."""
        return self.hidden | self.coarse

    def sight_of(self, role: str, plain: bool = False) -> Sight:
        """What is seen of what a submission bears by a role: place, site, interviewer or location. ``plain``: of a row of
        which every answer is seen."""
        return Sight.VALUE if plain or self.whole else self.roles.get(role, Sight.NOTHING)

    def sees_role(self, role: str, plain: bool = False) -> bool:
        """Whole, so that it may be shown, filtered and sorted by."""
        return self.sight_of(role, plain) == Sight.VALUE

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
    return _masks(form, "reader_sees", plain)


def public_masks(form: Form) -> Masks:
    """What leaves for public use: names never."""
    return _masks(form, "public_sees", Q(pk__in=[]))


def _masks(form: Form, column: str, plain: Q) -> Masks:
    sights = {path: getattr(rule, column) for path, rule in rules_of(form).items()}
    return Masks(
        frozenset(path for path, sight in sights.items() if sight == Sight.NOTHING),
        frozenset(path for path, sight in sights.items() if sight == Sight.GENERALISED),
        plain,
        {role: _of_role(form, role, sights) for role in ROLES},
    )


def _of_role(form: Form, role: str, sights: Mapping[str, str]) -> Sight:
    """No more than of any question that ever bore the role: older submissions keep what another question said, and bear no
    mark of which it was.

    Without a question for it the interviewer is the phone's name, and site and location are what a question of an older
    version said: only those see them who see every answer. The place may be the phone's.
    """
    if not form.roles.get(role) and role != "place":
        return Sight.NOTHING
    paths = {form.roles.get(role, "")}
    for roles in form.events.order_by().values_list("roles", flat=True).distinct():  # type: ignore[attr-defined]
        paths.add(roles.get(role, ""))
    return Sight(functools.reduce(stricter, (sights.get(path, Sight.VALUE) for path in paths if path), Sight.VALUE))


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
