"""A decision on more submissions than one transaction takes: a task that decides part after part, with progress.

What can be decided is decided; what cannot stays as it is, and a message says how many those are and why the first one is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext_noop

from rafid.commons.names import FALLBACK, in_three
from rafid.commons.people.models import Account
from rafid.commons.people.notify import notify
from rafid.commons.records import tasks
from rafid.commons.records.models import Task

from ..filters import asked
from ..models import Form, Submission
from . import review

AT_ONCE = 1000


def begin(form: Form, words: Mapping[str, str], state: str, *, by: Any, reason: str) -> Task:
    """Starts it for all that the filter finds now. Raises :class:`Refused` for what is no decision."""
    review.must_be_decision(state)
    kwargs = {
        "form": str(form.pk),
        "words": dict(words),
        "state": state,
        "reason": review.typed_in(reason),
        "by": str(by.pk),
        "seen_at": timezone.now().isoformat(),
    }
    titles = {"ar": form.title_ar, "ckb": form.title_ckb, "en": form.title_en}
    named = titles if any(titles.values()) else {"en": form.xform_id}
    about = in_three(gettext_noop("Decision on many submissions: %(form)s"), form=named)
    return tasks.start("decide", f"{__name__}:work", kwargs, about=about, link=_list(form, words), by=by)


def work(progress: Any, form: str, words: dict[str, str], state: str, reason: str, by: str, seen_at: str) -> None:
    """Safe to run again: what was decided before has the state already, and is not asked for."""
    person, of = Account.objects.get(pk=by), Form.objects.get(pk=form)
    # Answers that came or changed since were not in the list that he saw.
    rows = asked(words, of, person).queryset.filter(current__received_at__lte=datetime.fromisoformat(seen_at))
    rows = rows.exclude(state=state)
    total = rows.count()
    decided, left, why, last, done = 0, 0, None, None, 0
    while some := _part(rows, last):
        last = some[-1][0]
        number, refused = _decide(of, dict(some), state, person, reason)
        decided, left, done = decided + number, left + len(refused), done + len(some)
        why = why or (_in_three(of, refused[0], state, person, reason) if refused else None)
        progress.at(done, max(total, done))
    text = in_three(gettext_noop("Decided: %(decided)s. Not decided: %(left)s."), decided=decided, left=left)
    notify(person, {code: f"{text[code]} {why[code] if why else ''}".strip() for code in text}, _list(of, words))


def _part(rows: QuerySet[Submission], last: UUID | None) -> list[tuple[UUID, str]]:
    following = rows.filter(pk__gt=last) if last else rows
    return list(following.order_by("pk").values_list("pk", "instance_id")[:AT_ONCE])


def _decide(form: Form, names: dict[UUID, str], state: str, by: Any, reason: str) -> tuple[int, list[UUID]]:
    """How many were decided, and those that cannot be: all of this part that can in one transaction."""
    left: list[UUID] = []
    wanted = dict(names)
    while wanted:
        try:
            return len(review.decide(form, wanted, state, by=by, reason=reason)), left
        except review.NotDecided as refused:
            barred = {name for name, _sentence in refused.refusals}
            left += [pk for pk, name in wanted.items() if name in barred]
            wanted = {pk: name for pk, name in wanted.items() if name not in barred}
    return 0, left


def _in_three(form: Form, pk: UUID, state: str, by: Any, reason: str) -> dict[str, str]:
    """Why this one cannot be decided so, for readers of each language."""
    said = dict.fromkeys(FALLBACK, "")
    for language in FALLBACK:
        with translation.override(language):
            said[language] = review.why_not(form, pk, state, by=by, reason=reason)
    return said


def _list(form: Form, words: Mapping[str, str]) -> str:
    query = urlencode(words)
    address = f"{reverse('submissions', args=[form.pk])}{'?' + query if query else ''}"
    return address if len(address) <= 300 else reverse("submissions", args=[form.pk])
