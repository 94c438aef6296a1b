"""Whoever keeps a dataset is told when its next version is overdue: once for each day that passed by."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from rafid.commons import writing
from rafid.commons.names import in_three
from rafid.commons.people.models import Account, Grant, Message
from rafid.commons.people.notify import notify
from rafid.commons.people.visibility import may_on, roles, who_may
from rafid.commons.programme import LANGUAGES, PLATFORM

from ..models import Dataset, DatasetVersion, VersionState
from ..release.decide import COMPOSE
from .frequency import due_on


def overdue(today: date | None = None) -> list[tuple[Dataset, date]]:
    """Published datasets whose newest version is older than they promise, with the day on which the next one was due."""
    today = today or timezone.localdate()
    newest: dict[Any, DatasetVersion] = {}
    rows = DatasetVersion.objects.filter(state=VersionState.PUBLISHED, dataset__state="published")
    for version in rows.select_related("dataset__owner", "dataset__made_by").order_by("published_at"):
        newest[version.dataset_id] = version
    found = []
    for version in newest.values():
        due = due_on(timezone.localdate(version.published_at), version.dataset.every) if version.published_at else None
        if due is not None and due < today:
            found.append((version.dataset, due))
    return found


def keepers(dataset: Dataset) -> list[Account]:
    """Who made it or its versions and still may; else all who may compose for its owner."""
    made = Q(pk=dataset.made_by_id) | Q(pk__in=dataset.versions.values("made_by"))
    own = [one for one in Account.objects.filter(made, is_active=True) if may_on(one, COMPOSE, dataset)]
    if own:
        return own
    if dataset.owner_id:
        return list(who_may(COMPOSE, dataset.programme, dataset.owner_id, None))
    codes = [
        code for code, role in roles().items()
        if COMPOSE in role.may and code.partition(".")[0] in (dataset.programme, PLATFORM)
    ]  # fmt: skip
    held = Grant.objects.current().filter(role__in=codes, organisation=None, place=None)
    return list(Account.objects.filter(is_active=True, pk__in=held.values("account")))


def tell_overdue(today: date | None = None) -> int:
    """How many messages were written. Run again on the same day it writes none."""
    told = 0
    for dataset, due in overdue(today):
        days = {}
        for code in LANGUAGES:
            with override(code):
                days[code] = writing.day(due)
        names = {code: dataset.names[code] or str(dataset) for code in LANGUAGES}
        text = in_three(
            gettext_noop("It is overdue: %(dataset)s. A new version was due on %(due)s."), dataset=names, due=days
        )
        link = dataset.get_absolute_url()
        for person in keepers(dataset):
            if not Message.objects.filter(account=person, link=link, text=text).exists():
                notify(person, text, link)
                told += 1
    return told
