"""Products of the demonstration: maps, charts, an atlas and the programmes' bulletins, drawn by the worker after the start.

Each goes the whole way: begun by the author, approved and published by the approver; the issues of a bulletin follow one
another as its own page would begin them. A cut-off task goes on where it was.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from rafid.commons.indicators.figures import Reader
from rafid.commons.indicators.periods import span
from rafid.commons.indicators.queries import periods
from rafid.commons.people.models import Account
from rafid.commons.people.visibility import may
from rafid.commons.records.models import State, Task, TaskState

from .demo_recipes import charts, maps
from .editions.ladder import approve, begin, draw, publish, send_to_review
from .gallery.behind import codes_in
from .models import Edition, Kind, Recipe
from .release.decide import COMPOSE, PUBLISH

log = logging.getLogger(__name__)

TASK = "demonstration"
ISSUES = {"immunization-monthly": 6}
"""How many issues a bulletin has had; others begin with their first."""


@dataclass(frozen=True)
class People:
    author: Account
    approver: Account

    @property
    def reader(self) -> Reader:
        return Reader(self.author)


def still_drawn() -> tuple[int, int] | None:
    """How many of how many products are there, while the worker still draws them; None when it is done."""
    task = Task.objects.filter(name=TASK, state__in=(TaskState.WAITING, TaskState.RUNNING)).order_by("made_at").last()
    return (task.done, task.of) if task is not None and task.of else None


def make(progress: Any) -> None:
    """The task: what is there already stays; an edition that was cut off goes on."""
    named = {one.login: one for one in Account.objects.filter(login__in=("platform.author", "platform.approver"))}
    people = People(named["platform.author"], named["platform.approver"])
    recipes = [_recipe(Kind.MAP, *one, people.author) for one in maps()]
    recipes += [_recipe(Kind.CHART, *one, people.author) for one in charts()]
    recipes += Recipe.objects.filter(declared=True, kind__in=(Kind.BULLETIN, Kind.SHEET)).order_by("code")
    recipes.append(_atlas(people.author))
    steps = [(recipe, period, people) for recipe in recipes for period in _issues(recipe, people)]
    steps += _reports()
    for done, (recipe, period, whose) in enumerate(steps):
        progress.at(done, len(steps))
        try:
            _out(recipe, period, whose)
        except ValidationError as refused:  # the others are drawn all the same
            log.warning("%s %s: %s", recipe.code, period, "; ".join(refused.messages))
    progress.at(len(steps), len(steps))


def _recipe(
    kind: str,
    code: str,
    programme: str,
    theme: str,
    titles: Mapping[str, str],
    body: Mapping[str, Any],
    author: Account,
) -> Recipe:
    found = Recipe.objects.filter(code=code).first()
    if found is not None:
        return found
    return Recipe.objects.create(
        code=code, kind=kind, programme=programme, owner=author.organisation, sensitivity=0, theme=theme, made_by=author,
        demonstration=theme not in ("population", "places"), body=dict(body),
        **{f"name_{language}": said for language, said in titles.items()},
    )  # fmt: skip


def _atlas(author: Account) -> Recipe:
    """A page for each of today's governorates: of a month, since figures of 2024 know one less."""
    titles = {
        "ar": "أطلس تغطية لقاح الحصبة: صفحة لكل محافظة",
        "ckb": "ئەتڵەسی پۆشینی سوورێژە: پەڕەیەک بۆ هەر پارێزگایەک",
        "en": "Atlas of measles coverage: a page for each governorate",
    }
    drawn = Recipe.objects.get(code="map-measles").body
    body = {"map": drawn, "level": "governorate", "of": ""}
    return _recipe(Kind.ATLAS, "atlas-measles", "immunization", "health", titles, body, author)


def _reports() -> Iterator[tuple[Recipe, str, People]]:
    """Those that programmes declare, of the last two periods that ended: begun and published by the programme's own people."""
    from .reports.beginning import recipe_of
    from .reports.declared import every
    from .sheets.periods import before, ended

    for programme, report in every():
        own = Account.objects.filter(login__startswith=f"{programme.name}.").order_by("login")
        author = next((one for one in own if may(one, COMPOSE, programme.name)), None)
        approver = next((one for one in own if may(one, PUBLISH, programme.name) and one != author), None)
        last = ended(timezone.localdate(), report.every)
        if author is not None and approver is not None and last and not report.of_place:
            recipe = recipe_of(programme, report, author)
            yield from ((recipe, period, People(author, approver)) for period in (before(last), last))


def _issues(recipe: Recipe, people: People) -> Iterator[str]:
    """The periods of its editions, the oldest first; empty for what has none."""
    there = periods(people.reader, list(dict.fromkeys(codes_in(recipe.body))))
    months = [one for one in there if not recipe.every or len(one) == len(there[0])]
    yield from reversed(months[: ISSUES.get(recipe.code, 1)] or [""])


def _out(recipe: Recipe, period: str, people: People) -> None:
    # The words of the gallery's room know nothing of bulletins; its page begins them, and asks for the period.
    from .sheets.views import begin_next

    edition = recipe.editions.filter(period=period).order_by("-number").first()
    if edition is None:
        periodic = recipe.kind in (Kind.BULLETIN, Kind.SHEET, Kind.REPORT)
        edition = (begin_next if periodic else _begin)(recipe, people.author, period)
    if edition.state == State.DRAFT:
        edition = send_to_review(edition, people.author)
    if edition.state == State.IN_REVIEW:
        edition = approve(edition, people.approver, incomplete=True)
        _on(edition, approved_at=_day_after(period, 5))
    if edition.state == State.APPROVED:
        draw(Edition.objects.get(pk=edition.pk))
        edition = publish(Edition.objects.get(pk=edition.pk), people.approver)
        _on(edition, published_at=_day_after(period, 6))


def _begin(recipe: Recipe, by: Account, period: str) -> Edition:
    return begin(recipe, by, period=period)


def _day_after(period: str, days: int) -> datetime | None:
    """The morning so many days after a month ended; None where that is to come, or where the period is no month."""
    if len(period) != 6 or not period.isdigit():
        return None
    at = timezone.make_aware(datetime.combine(span(period).end + timedelta(days=days), time(9)))
    return at if at < timezone.now() else None


def _on(edition: Edition, **when: datetime | None) -> None:
    """Issues of earlier months came out in their own months."""
    said = {name: at for name, at in when.items() if at is not None}
    if said:
        Edition.objects.filter(pk=edition.pk).update(**said)
