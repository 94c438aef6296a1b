"""Who sees which entity, and which of its properties: the one visibility rule, told for things that are visited again.

A thing has its list's programme and sensitivity, its own organisation and place. Whoever works with forms there sees it in
every state; others only where its newest version is a person's, or of an approved submission. A property is seen by those who
see the answer that it comes from.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from rafid.commons.people.visibility import Scope, organisations_within, places_within, scopes
from rafid.commons.programme import PLATFORM

from ..models import Entity, EntityList, EntityVersion, FieldPolicy, Sight
from ..seeing import UNMASKED, WORKERS, coarser
from ..sender import Sender


def lists_seen(user: Any) -> Q:
    rule = Q(pk__in=[])
    for scope in scopes(user):
        one = Q(sensitivity__lte=scope.reads)
        if scope.programme != PLATFORM:
            one &= Q(programme=scope.programme)
        rule |= one
    return rule


def entities_seen(user: Any) -> Q:
    rule = Q(pk__in=[])
    for scope in scopes(user):
        one = _through(scope)
        if scope.may & WORKERS:
            rule |= one
        else:
            rule |= one & Exists(
                EntityVersion.objects.filter(
                    Q(source_submission=None) | Q(source_submission__submission__state="approved"),
                    entity=OuterRef("pk"),
                    number=OuterRef("version"),
                ).order_by()
            )
    return rule


def works_with(user: Any, entity: Entity) -> bool:
    """Does this person work with forms there, and so with what was said of the thing in every state?"""
    rule = Q(pk__in=[])
    for scope in scopes(user):
        if scope.may & WORKERS:
            rule |= _through(scope)
    return Entity.everything.filter(rule, pk=entity.pk).exists()


def versions_seen(user: Any, entity: Entity) -> QuerySet[EntityVersion]:
    """A thing's versions in their order: for others those alone that are a person's, or of approved answers."""
    rows = entity.versions.order_by("number")
    if works_with(user, entity):
        return rows
    return rows.filter(
        Q(source_submission=None)
        | Q(
            source_submission__submission__state="approved",
            source_submission__submission__current=F("source_submission"),
        )
    )


def _through(scope: Scope) -> Q:
    rule = Q(list__sensitivity__lte=scope.reads)
    if scope.programme != PLATFORM:
        rule &= Q(list__programme=scope.programme)
    if scope.organisation:
        rule &= Q(owner__in=organisations_within(scope.organisation))
    if scope.place:
        rule &= Q(place__in=places_within(scope.place))
    return rule


def entities_of_sender(entity_list: EntityList, sender: Sender) -> Any:
    """The things of a list that go to this sender: a phone's organisation × its places, what an account sees; a public link
    gets none, for anybody may hold it."""
    rows = Entity.everything.filter(list=entity_list)
    if sender.account is not None:
        return rows.visible_to(sender.account)
    if sender.app_user is None or sender.owner is None:
        return rows.none()
    rows = rows.filter(owner__in=organisations_within(sender.owner))
    if sender.places:
        inside = Q(pk__in=[])
        for place in sender.places:
            inside |= Q(place__in=places_within(place))
        rows = rows.filter(inside)
    return rows


def hidden_properties(entity_list: EntityList, user: Any = None) -> dict[str, Sight]:
    """Property → how little of it is seen (nothing, generalised); those that are seen whole are not named.

    ``user`` None: a phone, which sees what a reader sees. Who reviews or designs in the list's programme everywhere sees all.
    """
    if user is not None and _sees_all(user, entity_list):
        return {}
    found: dict[str, Sight] = {}
    sources = {(form, path): name for name, places in entity_list.written_by.items() for form, path in places}
    forms = {form for form, _path in sources}
    policies = FieldPolicy.objects.filter(form__in=forms).exclude(reader_sees=Sight.VALUE)
    for policy in policies:
        name = sources.get((str(policy.form_id), policy.path))
        if name and found.get(name) != Sight.NOTHING:
            found[name] = Sight(policy.reader_sees)
    return found


def _sees_all(user: Any, entity_list: EntityList) -> bool:
    return any(
        scope.may & UNMASKED
        and scope.programme in (entity_list.programme, PLATFORM)
        and scope.reads >= entity_list.sensitivity
        and not scope.organisation
        and not scope.place
        for scope in scopes(user)
    )


def as_seen(data: dict[str, str], hidden: dict[str, Sight]) -> dict[str, str]:
    """A thing's properties as this reader sees them."""
    seen = {}
    for name, value in data.items():
        sight = hidden.get(name)
        if sight is None:
            seen[name] = value
        elif sight == Sight.GENERALISED:
            seen[name] = coarser(value, "geopoint" if name == "geometry" else "") or ""
    return seen
