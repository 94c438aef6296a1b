"""Agreements: one organisation lets another read what it owns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.kinds import kind_name
from rafid.commons.places.models import Place
from rafid.commons.programme import PLATFORM

from .administration import offices, unlimited
from .models import Account, Agreement, Organisation
from .visibility import lineage_of, organisations_within


def governed_models() -> list[type[models.Model]]:
    """The models whose rows the one rule shows to some and not to others."""
    return [model for model in apps.get_models() if hasattr(model._default_manager, "visible_to")]


def kinds() -> list[tuple[str, str]]:
    """What an agreement may open: (model label, name for people)."""
    return [
        (model._meta.label_lower, kind_name(model))
        for model in governed_models()
        if {"owner", "sensitivity", "state", "known_at"} <= {field.name for field in model._meta.get_fields()}
    ]


def may_agree(user: Account, giver: Organisation, reads: int, place: Place | None) -> bool:
    """May this person open what ``giver`` owns to others? Only within an office that reads as much itself."""
    owners = lineage_of(Organisation, giver.pk)
    places = lineage_of(Place, place.pk) if place else frozenset()
    return any(
        office.programme == PLATFORM
        and office.reads >= reads
        and (office.organisation is None or office.organisation in owners)
        and (office.place is None or office.place in places)
        for office in offices(user)
    )


def agreements_seen_by(user: Account) -> QuerySet[Agreement]:
    """Those in which an organisation within the person's offices gives or receives."""
    if unlimited(user):
        return Agreement.objects.all()
    rule = Q(pk__in=[])
    for office in offices(user):
        if office.organisation:
            part = organisations_within(office.organisation)
            rule |= Q(giver__in=part) | Q(receiver__in=part)
    return Agreement.objects.filter(rule)


@transaction.atomic
def agree(
    by: Account | None,
    giver: Organisation,
    receiver: Organisation,
    records: Sequence[str],
    *,
    reads: int = 1,
    place: Place | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    embargo_days: int = 0,
    document: str = "",
) -> Agreement:
    """Opens published ``records`` (model labels) of ``giver`` to the members of ``receiver`` and of its parts."""
    if by is not None and not may_agree(by, giver, reads, place):
        raise PermissionDenied(_("You can open only records of organisations within your own scope."))
    starts_on = starts_on or timezone.localdate()
    known = {label for label, _name in kinds()}
    if not records or not set(records) <= known:
        raise ValidationError({"records": _("Choose the records that are opened.")})
    if giver == receiver:
        raise ValidationError({"receiver": _("An agreement is between two organisations.")})
    if ends_on and ends_on < starts_on:
        raise ValidationError({"ends_on": _("The agreement would end before it starts.")})
    return Agreement.objects.create(
        giver=giver,
        receiver=receiver,
        records=sorted(set(records)),
        reads=reads,
        place=place,
        starts_on=starts_on,
        ends_on=ends_on,
        embargo_days=embargo_days,
        document=document.strip(),
    )


@transaction.atomic
def end(agreement: Agreement, by: Account | None, reason: str) -> None:
    """Ends it now. Raises ValidationError without a reason or where it ended before."""
    if by is not None and not may_agree(by, agreement.giver, agreement.reads, agreement.place):
        raise PermissionDenied(_("You can open only records of organisations within your own scope."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if agreement.ended_at:
        raise ValidationError({"reason": _("This agreement was ended before.")})
    agreement.ended_at, agreement.ended_by = timezone.now(), by
    with because(reason.strip()):
        agreement.save(update_fields=["ended_at", "ended_by"])
