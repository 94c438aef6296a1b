"""A declared report becomes a recipe of its owner's, once for each place; its editions are begun by a task."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop, override

from rafid.commons.history import because
from rafid.commons.names import in_three
from rafid.commons.people.models import Account, Organisation
from rafid.commons.people.visibility import allowing
from rafid.commons.places.models import Place
from rafid.commons.programme import LANGUAGES, SENSITIVITIES, Programme, Report
from rafid.commons.records.models import State, Task, TaskState
from rafid.commons.records.tasks import Failure, start

from ..editions import ladder
from ..models import Edition, Kind, Recipe
from ..release.decide import COMPOSE
from ..sheets.views import begin_next
from .declared import every


def open_to(user: Any) -> list[tuple[Programme, Report]]:
    """The reports that this person may compose."""
    return [(programme, report) for programme, report in every() if allowing(user, COMPOSE, programme.name)]


def owner_for(user: Any, programme: str) -> Organisation | None:
    """Whose report it becomes: of the organisation for which this person composes, else of his own."""
    for scope in allowing(user, COMPOSE, programme):
        if scope.organisation:
            return Organisation.objects.get(pk=scope.organisation)
    own: Organisation | None = getattr(user, "organisation", None)
    return own


def recipe_of(programme: Programme, report: Report, user: Any, place: Place | None = None) -> Recipe:
    """The one that is there already, or a new one."""
    owner = owner_for(user, programme.name)
    parts = [report.code, owner.ref if owner else "", place.ref if place else ""]
    code = "-".join("".join(c if c.isalnum() else "-" for c in part.lower()) for part in parts if part)[:80]
    body = {"report": report.code, "owner": owner.ref if owner else "", "place": place.ref if place else ""}
    names = {code: report.title[code] + (f" · {place.names[code]}" if place else "") for code in LANGUAGES}
    with transaction.atomic(), because("begun"):
        found, _new = Recipe.objects.get_or_create(
            code=code,
            defaults={
                "kind": Kind.REPORT, "programme": programme.name, "owner": owner, "body": body, "made_by": user,
                "every": report.every, "theme": report.theme, "sensitivity": SENSITIVITIES[report.sensitivity],
                "summary": dict(report.summary or {}), **{f"name_{code}": said[:300] for code, said in names.items()},
            },
        )  # fmt: skip
    return found


def begin_later(recipe: Recipe, by: Any, period: str) -> Task:
    """The task that takes the figures; the one that runs already, if there is one."""
    name = f"report-begin {recipe.pk}"[:60]
    running = Task.objects.filter(name=name, by=by, state__in=(TaskState.WAITING, TaskState.RUNNING)).first()
    if running is not None:
        return running
    return start(
        name, "rafid.commons.products.reports.beginning:begin_by_task",
        {"recipe": str(recipe.pk), "by": str(by.pk), "period": period},
        about=in_three(gettext_noop("The figures of %(what)s are taken"), what=recipe.names),
        link=reverse("compose-report", args=[recipe.code]), by=by,
    )  # fmt: skip


def begin_by_task(progress: Any, *, recipe: str, by: str, period: str) -> None:
    """Run again after it was cut off, it finds the draft that it began."""
    row, account = Recipe.objects.get(pk=recipe), Account.objects.get(pk=by)
    progress.at(0, 1)
    said: dict[str, str] = {}
    for language in LANGUAGES:  # a refusal is told in the language of whoever reads it
        with override(language):
            try:
                begin(row, account, period)
                break
            except ValidationError as refused:
                said[language] = " ".join(refused.messages)
    if said:
        raise Failure(said)
    progress.at(1, 1)


def begin(recipe: Recipe, by: Any, period: str) -> Edition:
    """The draft of this period with its figures taken anew, or the next edition. Raises ``ValidationError``."""
    draft = recipe.editions.filter(state=State.DRAFT, period=period).select_related("recipe").first()
    edition = ladder.refresh(draft, by, anew=True) if draft is not None else begin_next(recipe, by, period)
    if edition.figures.get("demonstration") and not recipe.demonstration:
        Recipe.objects.filter(pk=recipe.pk).update(demonstration=True)
    return edition
