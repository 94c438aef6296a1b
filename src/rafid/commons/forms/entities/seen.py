"""Who sees which entity, and which of its properties: the one visibility rule, told for things that are visited again.

A thing has its list's programme and sensitivity, its own organisation and place. Whoever works with forms there sees it in
every state; others only where its newest version is a person's, or of an approved submission, and of it only what such
versions said. A property is seen by those who see the answer that it comes from; the label, by those who see every answer that
it is made of. In place of a label that is not seen stands the beginning of the thing's identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, F, Func, JSONField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from rafid.commons.people.visibility import Scope, organisations_within, places_within, scopes
from rafid.commons.places.models import Place
from rafid.commons.programme import PLATFORM

from ..models import Entity, EntityList, EntityVersion, Sight
from ..seeing import UNMASKED, WORKERS, coarser
from ..sender import Sender
from ..sensitivity import properties_masked
from .versions import LABEL


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


@dataclass(frozen=True)
class Told:
    """One version as a reader sees it: ``label`` and ``data`` as they stood then."""

    version: EntityVersion
    label: str
    data: dict[str, str]


def versions_told(user: Any, entity: Entity) -> list[Told]:
    """A thing's versions in their order: for others those alone that are a person's, or of approved answers.

    Each version holds the thing as a whole. For others it is put together anew from what approved versions changed.
    """
    rows = entity.versions.order_by("number").select_related("by", "source_submission__submission__form")
    if works_with(user, entity):
        return [Told(one, one.label, one.data) for one in rows]
    told, label, data = [], "", dict[str, str]()
    for one in rows:
        source = one.source_submission
        if source is not None and source.submission.state != "approved":
            continue
        said = {name: one.data.get(name, "") for name in one.changed if name != LABEL}
        data = {name: value for name, value in {**data, **said}.items() if value != ""}
        label = one.label if LABEL in one.changed else label
        if source is None or source.submission.current_id == source.pk:
            told.append(Told(one, label, data))
    return told


def seen_by(rows: QuerySet[Entity], user: Any) -> QuerySet[Entity]:
    """Adds ``label_seen`` and ``data_seen``: of what a reader sees approved only, what approved versions and people said.

    ``user`` None: a phone, which works with forms.
    """
    if user is None or all(scope.may & WORKERS for scope in scopes(user)):
        return rows.annotate(label_seen=F("label"), data_seen=F("data"))
    works = Q(pk__in=[])
    for scope in scopes(user):
        if scope.may & WORKERS:
            works |= _through(scope)
    label = EntityVersion.objects.filter(
        Q(source_submission=None) | Q(source_submission__submission__state="approved"),
        entity=OuterRef("pk"),
        changed__contains=[LABEL],
    )
    return rows.annotate(
        label_seen=Case(
            When(works, then=F("label")),
            default=Coalesce(Subquery(label.order_by("-number").values("label")[:1]), Value("")),
            output_field=CharField(),
        ),
        data_seen=Case(
            When(works, then=F("data")),
            default=Func(F("pk"), template=_APPROVED_DATA, output_field=JSONField()),
            output_field=JSONField(),
        ),
    )


_APPROVED_DATA = """
(SELECT coalesce(jsonb_strip_nulls(jsonb_object_agg(n.name, v.data->n.name ORDER BY v.number)), '{}')
 FROM rafid_forms_entityversion v CROSS JOIN LATERAL unnest(v.changed) n(name)
 LEFT JOIN rafid_forms_submissionversion w ON w.id = v.source_submission_id
 LEFT JOIN rafid_forms_submission s ON s.id = w.submission_id
 WHERE v.entity_id = %(expressions)s AND n.name <> 'label'
 AND (v.source_submission_id IS NULL OR s.state = 'approved'))
"""


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
    """Property, or ``label`` → how little of it is seen (nothing, generalised); those that are seen whole are not named.

    ``user`` None: a phone, which sees what a reader sees. Who reviews or designs in the list's programme everywhere sees all.
    """
    if user is not None and _sees_all(user, entity_list):
        return {}
    return properties_masked(entity_list)


def _sees_all(user: Any, entity_list: EntityList) -> bool:
    return any(
        scope.may & UNMASKED
        and scope.programme in (entity_list.programme, PLATFORM)
        and scope.reads >= entity_list.sensitivity
        and not scope.organisation
        and not scope.place
        for scope in scopes(user)
    )


def as_seen(data: Mapping[str, str], hidden: Mapping[str, Sight]) -> dict[str, str]:
    """A thing's properties as this reader sees them."""
    seen = {}
    for name, value in data.items():
        sight = hidden.get(name)
        if sight is None:
            seen[name] = value
        elif sight == Sight.GENERALISED:
            seen[name] = coarser(value, "geopoint" if name == "geometry" else "") or ""
    return seen


def label_of(uuid: Any, label: str, hidden: Mapping[str, Sight]) -> str:
    """What a thing is called for this reader: its label, or the beginning of its identity."""
    return str(uuid)[:8] if LABEL in hidden or not label else label


def name_of(entity: Any, hidden: Mapping[str, Sight]) -> str:
    """Of a row of :func:`seen_by`."""
    return label_of(entity.uuid, entity.label_seen, hidden)


def facts_of(entity: Any, hidden: Mapping[str, Sight]) -> dict[str, str]:
    """Of a row of :func:`seen_by`: its properties as this reader sees them."""
    return as_seen(entity.data_seen, hidden)


def place_of(entity: Any) -> Place | None:
    """Where a row of :func:`seen_by` lies; not, where answers that this reader does not see have moved it."""
    moved = entity.data_seen.get("geometry") != entity.data.get("geometry")
    found: Place | None = None if moved else entity.place
    return found
