"""Back-checks: visits are drawn by risk and at random, visited again by another person, and compared question by question."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from ..models import BackCheck, BackCheckDraw, Form, Row, Submission, SubmissionState
from ..schema import united
from ..seeing import unmasked

ROLE = "back_check"
"""The form's role of the question that says of a visit that it is a back-check: yes, or the instanceID of the first visit."""
_GUESSED = ("back_check", "backcheck", "is_back_check", "is_backcheck")
_NO = frozenset({"", "no", "0", "false", "n"})
MOST = 500


class NotDrawn(Exception):
    """The sentence says why, and what to do."""


def candidates(form: Form, user: Any, since: date | None = None) -> QuerySet[Submission]:
    """Visits that may be drawn: those that this person reviews, of a known interviewer and site, not drawn before, not rejected
    and no back-check themselves."""
    rows = Submission.objects.filter(unmasked(user, form), form=form, sealed=False, repeats=None, back_checks=None)
    rows = rows.exclude(state=SubmissionState.REJECTED).exclude(interviewer="")
    if since:
        rows = rows.filter(received_at__date__gte=since)
    return rows


@transaction.atomic
def draw_back_checks(
    form: Form,
    user: Any,
    *,
    by_risk: int,
    at_random: int,
    items: Mapping[str, int],
    due_on: date,
    seed: int | None = None,
    since: date | None = None,
) -> BackCheckDraw:
    """Draws ``by_risk`` visits with the worst and most findings, then ``at_random`` of the others.

    ``items``: column of the main table → 1 (should not change), 2 (hard to ask), 3 (unstable). The same ``seed`` draws the
    same visits of the same submissions; it is stored. Raises ``NotDrawn``.
    """
    if by_risk < 0 or at_random < 0 or not 0 < by_risk + at_random <= MOST:
        raise NotDrawn(_("Draw between 1 and %(most)s visits.") % {"most": MOST})
    if not items:
        raise NotDrawn(_("Choose at least one question to ask again."))
    if wrong := [name for name, kind in items.items() if kind not in (1, 2, 3)] + unknown_items(form, items):
        raise NotDrawn(_("There is no such question in the form: %(name)s.") % {"name": wrong[0]})
    # Under a lock: two draws at once do not take the same visit.
    Form.objects.select_for_update().get(pk=form.pk)
    pool = list(candidates(form, user, since).order_by("pk").values_list("pk", "worst", "findings_open"))
    if not pool:
        raise NotDrawn(_("There is no visit left to draw from. Choose an earlier day to draw from."))
    seed = random.SystemRandom().randrange(1, 1 << 31) if seed is None else seed
    luck = random.Random(seed)  # noqa: S311 - a sample that anybody can draw again, no secret
    luck.shuffle(pool)
    # After the shuffle the sort leaves equals in the order of chance.
    risky = sorted((one for one in pool if one[1]), key=lambda one: (-one[1], -one[2]))[:by_risk]
    taken = {one[0] for one in risky}
    others = [one for one in pool if one[0] not in taken][: at_random + by_risk - len(risky)]
    draw = BackCheckDraw.objects.create(
        form=form, seed=seed, by_risk=by_risk, at_random=at_random, since=since, items=dict(items), due_on=due_on,
        drawn_by=user if getattr(user, "pk", None) else None,
    )  # fmt: skip
    BackCheck.objects.bulk_create(
        BackCheck(
            form=form, original_id=pk, basis=basis, items=dict(items), draw=draw, due_on=due_on, drawn_by=draw.drawn_by
        )
        for basis, some in (("risk", risky), ("random", others))
        for pk, _worst, _findings in some
    )
    return draw


def unknown_items(form: Form, items: Iterable[str]) -> list[str]:
    known = {column.name for column in main_columns(form)}
    return [name for name in items if name not in known]


def main_columns(form: Form) -> tuple[Any, ...]:
    schemas = form.versions.filter(published_at__isnull=False).order_by("published_at").values_list("schema", flat=True)
    tables = united(list(schemas))
    return tables[0].columns if tables else ()


@transaction.atomic
def link_by_hand(check: BackCheck, repeated: Submission) -> None:
    """Raises ``NotDrawn`` where the two cannot be one visit and its back-check."""
    if repeated.form_id != check.form_id or repeated.pk == check.original_id:
        raise NotDrawn(_("A back-check is another submission of the same form."))
    if repeated.interviewer and repeated.interviewer == check.original.interviewer:
        raise NotDrawn(_("A back-check is made by another person than the first visit."))
    try:
        with transaction.atomic():
            check.repeated = repeated
            check.save(update_fields=["repeated"])
    except IntegrityError:
        raise NotDrawn(_("This submission is the back-check of another visit already.")) from None


def link_repeats(form: Form, ids: Iterable[UUID] | None = None) -> int:
    """Links submissions whose back-check question says that they are one to the open back-check of the same site."""
    waiting = BackCheck.objects.filter(form=form, repeated=None).select_related("original").order_by("drawn_at", "pk")
    open_checks = list(waiting)
    slot = _question(form)
    if not open_checks or slot is None:
        return 0
    rows = Submission.objects.filter(form=form, sealed=False, repeats=None).exclude(site="")
    rows = rows.filter(pk__in=list(ids)) if ids is not None else rows.filter(received_at__gte=open_checks[0].drawn_at)
    answers = Row.objects.filter(submission_version__in=rows.values("current"), table=0, ordinal=1)
    said = {
        version: (values[slot] or "").strip() if slot < len(values) else ""
        for version, values in answers.values_list("submission_version", "values")
    }
    linked = 0
    for one in rows.order_by("received_at", "pk"):
        answer = said.get(one.current_id, "")
        if answer.casefold() in _NO:
            continue
        for check in open_checks:
            first = check.original
            if first.pk == one.pk or first.received_at > one.received_at:
                continue
            if answer == first.instance_id or (first.site == one.site and first.interviewer != one.interviewer):
                check.repeated = one
                check.save(update_fields=["repeated"])
                open_checks.remove(check)
                linked += 1
                break
    return linked


def _question(form: Form) -> int | None:
    columns = main_columns(form)
    path = form.roles.get(ROLE)
    for column in columns:
        if (path and column.path == path) or (not path and column.name.rpartition("-")[2] in _GUESSED):
            slot: int = column.slot
            return slot
    return None


def of_reader(form: Form, user: Any) -> QuerySet[BackCheck]:
    """Back-checks whose first visit this person reviews."""
    rows = Submission.objects.filter(unmasked(user, form), form=form)
    return (
        BackCheck.objects.filter(form=form, original__in=rows.values("pk"))
        .select_related("original", "original__place", "repeated", "draw")
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )
