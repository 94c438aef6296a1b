"""When the next edition is begun: a plain choice or five fields of cron, and the task that follows them."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.people.models import Account, Grant
from rafid.commons.people.notify import notify
from rafid.commons.people.visibility import may_on, roles
from rafid.commons.places.country import country
from rafid.commons.records.models import State

from ..editions import ladder
from ..models import Edition, Recipe, Schedule
from ..release.decide import PUBLISH
from . import cron
from .periods import ended

log = logging.getLogger(__name__)

EVERY = {"P1M": "0 7 {day} * *", "P3M": "0 7 {day} 1,4,7,10 *", "P7D": "0 7 * * {weekday}", "P1Y": "0 7 {day} 1 *"}


def cron_of(every: str, *, day: int = 5, weekday: int = 0) -> str:
    """The plain choice as five fields: at seven in the morning of that day. ``KeyError`` for another one."""
    return EVERY[every].format(day=min(max(day, 1), 28), weekday=weekday % 7)


def approvers(recipe: Recipe) -> list[Account]:
    """Who may publish it: those to whom a schedule can show its editions."""
    able = [code for code, role in roles().items() if PUBLISH in role.may]
    people = Account.objects.filter(
        pk__in=Grant.objects.current().filter(role__in=able).values("account"), is_active=True
    )
    return [one for one in people.order_by("login") if may_on(one, PUBLISH, recipe)]


def set_schedule(recipe: Recipe, text: str, approver: Account | None, by: Any, *, active: bool = True) -> Schedule:
    """Raises ``ValidationError``."""
    try:
        following = cron.read(text).after(timezone.now(), country().time_zone)
    except ValueError as wrong:
        raise ValidationError({"cron": str(wrong)}) from wrong
    if following is None:
        raise ValidationError({"cron": _("No day fits this schedule.")})
    if approver is not None and not may_on(approver, PUBLISH, recipe):
        raise ValidationError({"approver": _("This person may not approve it.")})
    with transaction.atomic():
        if recipe.made_by_id is None:
            Recipe.objects.filter(pk=recipe.pk).update(made_by=by)
        found, _made = Schedule.objects.update_or_create(
            recipe=recipe,
            defaults={"cron": text, "approver": approver, "active": active, "next_at": following if active else None},
        )
    return found


def run_due(now: datetime | None = None) -> int:
    """Begins what is due, each schedule in a transaction of its own; answers how many editions were begun."""
    now = now or timezone.now()
    begun = 0
    for pk in Schedule.objects.filter(active=True, next_at__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            due = (
                Schedule.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("recipe", "recipe__made_by", "approver")
                .filter(pk=pk, active=True, next_at__lte=now)
                .first()
            )
            if due is None:  # another worker has it
                continue
            begun += _begin(due, now)
            # What was missed while no worker ran is not made up for: one edition, then the next date to come.
            due.last_at, due.next_at = now, cron.read(due.cron).after(now, country().time_zone)
            due.save()
    return begun


def _begin(due: Schedule, now: datetime) -> int:
    recipe, author = due.recipe, due.recipe.made_by
    if author is None:
        log.warning("nobody composes %s; its schedule begins nothing", recipe.code)
        return 0
    period = ended(timezone.localtime(now).date(), recipe.every)
    there = recipe.editions.filter(period=period).exclude(state=State.WITHDRAWN).first() if period else None
    if there is not None:
        return 0
    try:
        with transaction.atomic():
            edition = ladder.begin(recipe, author, period=period)
    except ValidationError as refused:
        said = in_three(
            gettext_noop("The next edition of “%(what)s” could not be begun: %(why)s"),
            what=recipe.names, why="; ".join(refused.messages)[:400],
        )  # fmt: skip
        notify(author, said, reverse(f"compose-{recipe.kind}", args=[recipe.code]))
        return 0
    tell(edition, due.approver)
    return 1


def tell(edition: Edition, approver: Account | None) -> None:
    """Author and approver hear that an edition was begun for them."""
    link = reverse("edition", args=[edition.pk])
    names = edition.recipe.names
    said = in_three(
        gettext_noop("Edition %(number)s of “%(what)s” is begun; look through it and send it to review."),
        number=edition.number, what=names,
    )  # fmt: skip
    if edition.made_by:
        notify(edition.made_by, said, link)
    if approver is not None and approver != edition.made_by:
        said = in_three(
            gettext_noop("Edition %(number)s of “%(what)s” is begun; you will be asked to approve it."),
            number=edition.number, what=names,
        )  # fmt: skip
        notify(approver, said, link)


def words(text: str) -> str:
    """A schedule as a sentence where it is one of the plain ones, else its five fields."""
    parts = text.split()
    if len(parts) == 5 and parts[0].isdigit() and parts[1].isdigit():
        at = f"{int(parts[1]):02}:{int(parts[0]):02}"
        day, month, weekday = parts[2:]
        if day.isdigit() and weekday == "*":
            if month == "*":
                return _("On day %(day)s of each month at %(at)s") % {"day": day, "at": at}
            if month == "1,4,7,10":
                return _("On day %(day)s of each quarter at %(at)s") % {"day": day, "at": at}
            if month == "1":
                return _("On day %(day)s of January at %(at)s") % {"day": day, "at": at}
        if day == month == "*" and weekday.isdigit():
            return _("Each %(day)s at %(at)s") % {"day": weekday_name(int(weekday)), "at": at}
    return text


def weekday_name(number: int) -> str:
    from babel.dates import get_day_names

    from rafid.commons.writing import locale

    return str(get_day_names("wide", locale=locale())[(number - 1) % 7])
