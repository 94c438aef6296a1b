"""Ground in a shared area is closed when the other authority has agreed, and nowhere before: the step is written and asked
about, and the state follows when the consent comes (``commons.records.exchange.consent``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.models import Organisation
from rafid.commons.records.exchange import consent

from ..models import AuthorityArea, Handover, Hazard, HazardState, HazardStep, Release
from ..models.hazards import CLOSED
from ..models.numbers import short


def needed(hazard: Hazard, new: str) -> tuple[str, ...]:
    """The nodes of the other authorities that are asked before the hazard may be in this state."""
    return consent.needed(hazard, state=new)


def ask(hazard: Hazard, new: str) -> None:
    consent.ask(hazard, state=new)


def withdraw(hazard: Hazard, *, by: Any) -> None:
    """It went on from where it stood: what was asked here is asked no more."""
    consent.withdraw(hazard, by=by)


def awaited(hazard: Hazard) -> tuple[str, ...]:
    """The nodes whose consent to a step of this hazard is awaited."""
    return consent.awaited([hazard.pk]).get(str(hazard.pk), ())


def asked_about() -> list[str]:
    """The hazards for which consent is awaited."""
    return consent.asked_about(Hazard.kind())


def waited_at(moment: datetime, on: date) -> dict[UUID, str]:
    """By hazard, how it stood on a day, as known at a moment at which consent to its closing was awaited."""
    hazards = consent.asked_about(Hazard.kind(), moment)
    if not hazards:
        return {}
    steps = HazardStep.objects.filter(hazard__in=hazards, new__in=CLOSED, known_at__lte=moment)
    newest = steps.order_by("hazard", "-number").distinct("hazard").values_list("hazard", "old", "on")
    return {hazard: old for hazard, old, day in newest if day <= on}


def authorities(hazard: Hazard, nodes: Sequence[str]) -> list[Organisation | str]:
    """Who they are: those that share the area of the hazard, by their nodes' names; the name alone of what is none."""
    above = hazard.place.lineage if hazard.place else []
    areas = AuthorityArea.objects.filter(shared=True, place__in=above)
    known = {short(one): one for one in Organisation.objects.filter(pk__in=areas.values("owner")).order_by("-ref")}
    return [known.get(one, one) for one in nodes]


def in_words(hazard: Hazard, nodes: Sequence[str]) -> str:
    return ", ".join(one if isinstance(one, str) else one.name for one in authorities(hazard, nodes))


def waits(hazard: Hazard) -> str:
    """A sentence of what is awaited, "" where nothing is."""
    nodes = awaited(hazard)
    if not nodes:
        return ""
    return _("This ground lies in a shared area. It counts as closed when %(who)s has agreed, and not before.") % {
        "who": in_words(hazard, nodes)
    }


def of_handover(one: Handover) -> str:
    """What is said beside a handover that was to close its hazard and has not; "" where nothing is."""
    hazard = one.hazard
    if hazard is None or not not_agreed(hazard.steps.filter(handover=one)).exists():
        return ""
    return waits(hazard) or _("The other authority has not agreed to it: by this handover the hazard is not closed.")


def not_agreed(steps: QuerySet[HazardStep]) -> QuerySet[HazardStep]:
    """Of these steps those whose state never came, since the other authority has not agreed to it: the hazard went on from
    where it stood, or stands there."""
    later = HazardStep.objects.filter(hazard=OuterRef("hazard"), number__gt=OuterRef("number")).order_by("number")
    after = Coalesce(Subquery(later.values("old")[:1]), F("hazard__state"))
    return steps.annotate(after=after).filter(new__in=CLOSED, after=F("old"))


def closings(steps: QuerySet[HazardStep]) -> QuerySet[HazardStep]:
    """Those by which a hazard was closed indeed."""
    return steps.filter(new=HazardState.CLOSED).exclude(pk__in=not_agreed(steps).values("pk"))


def release_agreed() -> int:
    """Ground that was to be cancelled is released once the other authority has agreed; how many hazards."""
    last = HazardStep.objects.filter(hazard=OuterRef("pk")).order_by("-number")
    released = Release.everything.filter(
        hazard=OuterRef("hazard"), type="cancelled", criteria=OuterRef("criteria"), on=OuterRef("on")
    )
    hazards = Hazard.objects.filter(state=HazardState.CANCELLED).exclude(ground=None)
    steps = HazardStep.objects.filter(
        new=HazardState.CANCELLED, pk__in=hazards.annotate(last=Subquery(last.values("pk")[:1])).values("last")
    ).exclude(criteria=None)
    count = 0
    for step in steps.filter(~Exists(released)).select_related("hazard", "criteria"):
        with transaction.atomic(), because("hazard step"):
            cancel_ground(step.hazard, step.criteria, on=step.on, by=step.made_by)
        count += 1
    return count


def cancel_ground(hazard: Hazard, criteria: Any, *, on: Any, by: Any) -> None:
    """All ground of the hazard is released as cancelled."""
    if hazard.ground is not None:
        Release.objects.create(
            owner=hazard.owner, organisation=hazard.organisation, place=hazard.place, hazard=hazard, type="cancelled",
            ground=hazard.ground, on=on, criteria=criteria, made_by=by,
        )  # fmt: skip
