"""Figures of the whole country are gathered by a task, which leads to the report that it made."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop, override

from rafid.commons.identity import uuid7
from rafid.commons.names import in_three
from rafid.commons.people.models import Account
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Task
from rafid.commons.records.tasks import Failure, start

from ..models import Product, ProductKind
from ..picture.asked import Asked
from .make import make, ready

LONG = (ProductKind.TREATY,)


def begin(user: Any, kind: str, after: Asked, *, before: Asked | None, **given: Any) -> Task:
    """Raises ``Refused`` for what can be refused at once."""
    ready(user, kind, after, before=before, **given)
    pk = uuid7()
    place = given.get("place")
    return start(
        "mineaction-figures", "rafid.programmes.mineaction.products.making:make_by_task",
        {"pk": str(pk), "by": str(user.pk), "kind": str(kind), "after": _written(after), "before": before and _written(before),
         "place": str(place.pk) if place else ""},
        about=in_three(gettext_noop("The figures of %(what)s are taken"), what=_names(kind)),
        link=reverse("mineaction-product", args=[pk]), by=user,
    )  # fmt: skip


def _names(kind: str) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(ProductKind(kind).label)
    return found


def _written(asked: Asked) -> list[str]:
    return [asked.on.isoformat(), asked.known.isoformat() if asked.known else ""]


def _read(said: list[str]) -> Asked:
    on, known = said
    when = (datetime if "T" in known else date).fromisoformat(known) if known else None
    return Asked(date.fromisoformat(on), when)


def make_by_task(
    progress: Any, *, pk: str, by: str, kind: str, after: list[str], before: list[str] | None, place: str
) -> None:
    """Run again after it was cut off, it finds the report that it made."""
    from rafid.commons.places.models import Place

    if Product.objects.filter(pk=pk).exists():
        return
    progress.at(0, 1)
    where = Place.objects.get(pk=place) if place else None
    try:
        make(
            Account.objects.get(pk=by),
            kind,
            _read(after),
            before=_read(before) if before else None,
            place=where,
            pk=UUID(pk),
        )
    except Refused as refused:
        raise Failure(dict.fromkeys(LANGUAGES, str(refused))) from refused
    progress.at(1, 1)
