"""What submissions say of things that are visited again: applied with the receipt, at approval, or held for what comes first.

An entity part that cannot be applied never loses the submission: it is told as a finding, ``entity_problem``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import lineage_of
from rafid.methods import xforms
from rafid.methods.xforms import EntityAct

from ..attach import recount
from ..kinds import SEVERITY
from ..models import (
    Conflict,
    Entity,
    EntityList,
    EntitySource,
    EntityVersion,
    Finding,
    HeldUpdate,
    Submission,
    SubmissionVersion,
)
from ..schema import definition
from .seen import works_with
from .versions import Origin, change, lock_entity, make

log = logging.getLogger("rafid.forms")

HELD_FOR = timedelta(days=5)


class EntityProblem(Exception):
    """Why one act cannot be applied: a code, for which :mod:`.entity_words` has the sentence."""


class _Wait(Exception):
    """What this update builds on has not come yet."""


@dataclass(frozen=True)
class Source:
    """The version of a submission whose answers are applied."""

    submission: UUID
    version: UUID
    owner: UUID
    place: UUID | None
    at: datetime
    account: Any = None
    approved: bool = False


def apply_acts(acts: Sequence[EntityAct], source: Source) -> None:
    """Applies what a submission says of entities. Call it in the receipt's or the approval's transaction."""
    lists = {one.name: one for one in EntityList.objects.filter(name__in={act.dataset for act in acts})}
    touched = []
    # In one order everywhere, so that two senders never wait for each other.
    for act in sorted(acts, key=lambda act: (act.dataset, act.uuid)):
        entity = _attempt(act, lists.get(act.dataset), source)
        if entity is not None:
            touched.append(entity)
    if len(touched) == 1 or (touched and len({entity.pk for entity in touched}) == 1):
        Submission.everything.filter(pk=source.submission).update(entity=touched[0])


def apply_on_approval(submission: Submission) -> None:
    """What waited for the approval of a submission takes effect; what took effect with the receipt is not done again."""
    version = submission.current
    if submission.draft_id or submission.sealed or version.xml is None:
        return
    made = definition(version.form_version_id)
    if made.entities:
        read = xforms.read_submission(bytes(version.xml))
        apply_acts(xforms.entity_acts(made, read), source_of(submission, version, approved=True))


def source_of(submission: Submission, version: SubmissionVersion, *, approved: bool = False) -> Source:
    return Source(
        submission.pk,
        version.pk,
        submission.owner_id,
        submission.place_id,
        version.received_at,
        submission.account,
        approved or submission.state == "approved",
    )


def _attempt(act: EntityAct, entity_list: EntityList | None, source: Source) -> Entity | None:
    try:
        with transaction.atomic():
            return _apply(act, entity_list, source)
    except _Wait:
        assert entity_list is not None
        HeldUpdate.objects.get_or_create(
            list=entity_list,
            uuid=act.uuid,
            submission_version_id=source.version,
            defaults={
                "branch_id": act.branch_id or None,
                "base_version": act.base_version or 0,
                "until": source.at + HELD_FOR,
            },
        )
    except EntityProblem as problem:
        _tell(act, source, str(problem))
    except (DataError, IntegrityError) as error:
        # What the database says quotes answers, which do not belong in a log.
        state = getattr(error.__cause__, "sqlstate", None)
        log.error("an entity part of submission %s was not applied: SQLSTATE %s", source.submission, state)
        _tell(act, source, "refused")
    return None


def _apply(act: EntityAct, entity_list: EntityList | None, source: Source, *, late: bool = False) -> Entity | None:
    """``late``: it waited in vain for what it builds on, and is applied as it is, with a mark."""
    if entity_list is None:
        raise EntityProblem("no_list")
    if entity_list.source != EntitySource.OWN:
        raise EntityProblem("view")
    if not act.uuid:
        raise EntityProblem("no_id")
    lock_entity(entity_list.pk, act.uuid)
    entity = Entity.everything.filter(list=entity_list, uuid=act.uuid).first()
    if entity is None:
        if act.create:
            return _create(act, entity_list, source)
        if late and act.label and not entity_list.needs_approval:
            return _made(make(entity_list, act.uuid, act.label, act.data, _origin(act, source), owner=source.owner,
                              place=source.place, conflict=Conflict.SOFT))  # fmt: skip
        if late or not (act.branch_id or entity_list.needs_approval):
            raise EntityProblem("unknown")
        raise _Wait
    if entity.versions.filter(source_submission=source.version).exists():
        return entity
    corrected = _corrected(entity, source)
    if corrected is not None:
        return _correct(act, entity, corrected, source)
    if not act.update:
        raise EntityProblem("exists")
    if entity.deleted_at is not None:
        raise EntityProblem("deleted")
    if not _reaches(entity, source):
        raise EntityProblem("unknown")
    against = _known_version(act, entity, late=late)
    change(entity, act.label, act.data, _origin(act, source), against=against,
           conflict=Conflict.SOFT if late else Conflict.NONE)  # fmt: skip
    return _made(entity)


def _create(act: EntityAct, entity_list: EntityList, source: Source) -> Entity | None:
    if entity_list.needs_approval and not source.approved:
        return None
    if not act.label:
        raise EntityProblem("no_label")
    return _made(
        make(
            entity_list,
            act.uuid,
            act.label,
            act.data,
            _origin(act, source),
            owner=source.owner,
            place=source.place,
        )
    )


def _corrected(entity: Entity, source: Source) -> EntityVersion | None:
    """The thing's version that an earlier version of this very submission made."""
    return (
        entity.versions.filter(source_submission__submission=source.submission)
        .exclude(source_submission=source.version)
        .order_by("-number")
        .first()
    )


def _correct(act: EntityAct, entity: Entity, earlier: EntityVersion, source: Source) -> Entity:
    """A corrected submission changes what it corrects, measured against what the wrong one had made."""
    said = {**act.data, **({"label": act.label} if act.label else {})}
    before = {**earlier.data, "label": earlier.label}
    if any(value != before.get(name, "") for name, value in said.items()):
        change(entity, act.label, act.data, _origin(act, source), against=earlier.number)
        return _made(entity)
    return entity


def _reaches(entity: Entity, source: Source) -> bool:
    """A thing that the sender does not work with is not his to change: an account's by its roles (to read what is approved is
    not enough), a phone's by its organisation."""
    if entity.owner_id == source.owner:
        return True
    if source.account is not None:
        return works_with(source.account, entity)
    return source.owner in lineage_of(Organisation, entity.owner_id)


def _known_version(act: EntityAct, entity: Entity, *, late: bool) -> int:
    """The number here of the version that the phone had before it. Raises ``_Wait`` where that has not come."""
    base, trunk = act.base_version or 0, act.trunk_version
    if not act.branch_id or base == trunk or base == 0:
        if base > entity.version:
            raise EntityProblem("unknown_version")
        return base
    # On its own branch a phone counts on from the version that it got; what it made itself is found by that count.
    if trunk is None and base == 1:
        return 1
    before = entity.versions.filter(branch_id=act.branch_id, base_version=base - 1).order_by("number").last()
    if before is not None:
        return before.number
    if late:
        return min(trunk or 1, entity.version)
    raise _Wait


def _made(entity: Entity) -> Entity:
    """What waited for this version follows it."""
    while _release(entity):
        pass
    return entity


def _release(entity: Entity) -> bool:
    """Under the thing's lock. A submission that somebody just decides on is left for the night: he would wait for the thing's
    lock, and we for him."""
    held = HeldUpdate.objects.filter(list=entity.list_id, uuid=entity.uuid).order_by("base_version", "until")
    for one in held.select_related("submission_version__submission", "list"):
        if not _free(one.submission_version.submission_id):
            continue
        act, source = _act_of(one)
        if act is None:
            one.delete()
            return True
        try:
            with transaction.atomic():
                entity.refresh_from_db()
                against = _known_version(act, entity, late=False)
                change(entity, act.label, act.data, _origin(act, source), against=against)
                Submission.everything.filter(pk=source.submission, entity=None).update(entity=entity)
        except _Wait:
            continue
        except EntityProblem as problem:
            _tell(act, source, str(problem))
        one.delete()
        return True
    return False


def _free(submission: UUID) -> bool:
    """Takes the submission's row, unless somebody else has it."""
    rows = Submission.everything.select_for_update(no_key=True, skip_locked=True).filter(pk=submission)
    return bool(rows.values_list("pk", flat=True))


def apply_late(now: datetime | None = None) -> int:
    """Updates that waited long enough are applied as they are, marked. Answers how many; each in its own transaction.

    What waits no longer for anything and was passed over (:func:`_release`) follows first.
    """
    _catch_up()
    done = 0
    overdue = HeldUpdate.objects.filter(until__lte=now or timezone.now()).order_by("uuid", "base_version", "until")
    for pk in list(overdue.values_list("pk", flat=True)):
        with transaction.atomic():
            one = _held(pk)
            if one is None:
                continue
            act, source = _act_of(one)
            one.delete()
            if act is not None:
                try:
                    with transaction.atomic():
                        entity = _apply(act, one.list, source, late=True)
                    Submission.everything.filter(pk=source.submission, entity=None).update(entity=entity)
                except EntityProblem as problem:
                    _tell(act, source, str(problem))
            done += 1
    return done


def _held(pk: Any) -> HeldUpdate | None:
    """With its locks, in the order in which a decision takes them: the submission's row, the thing's, then its own."""
    found = HeldUpdate.objects.filter(pk=pk)
    told = found.values_list("submission_version__submission", "list", "uuid").first()
    if told is None:
        return None
    submission, entity_list, uuid = told
    Submission.everything.select_for_update(no_key=True).values_list("pk").get(pk=submission)
    lock_entity(entity_list, str(uuid))
    related = found.select_for_update(of=("self",)).select_related("submission_version__submission", "list")
    return related.first()


def _catch_up() -> None:
    there = Entity.everything.filter(list=OuterRef("list"), uuid=OuterRef("uuid"))
    passed_over = HeldUpdate.objects.filter(Exists(there)).order_by("uuid", "base_version", "until")
    for pk in list(passed_over.values_list("pk", flat=True)):
        with transaction.atomic():
            one = _held(pk)
            if one is not None:
                _made(Entity.everything.get(list=one.list_id, uuid=one.uuid))


def _act_of(held: HeldUpdate) -> tuple[EntityAct | None, Source]:
    version = held.submission_version
    source = source_of(version.submission, version)
    if version.xml is None:
        return None, source
    made = definition(version.form_version_id)
    acts = xforms.entity_acts(made, xforms.read_submission(bytes(version.xml)))
    wanted = [act for act in acts if act.dataset == held.list.name and act.uuid == str(held.uuid)]
    return (wanted[0] if wanted else None), source


def _origin(act: EntityAct, source: Source) -> Origin:
    return Origin(
        source.at,
        source.version,
        base_version=act.base_version,
        branch_id=act.branch_id,
        trunk_version=act.trunk_version,
    )


def _tell(act: EntityAct, source: Source, code: str) -> None:
    Finding.objects.bulk_create(
        [
            Finding(
                submission_id=source.submission,
                submission_version_id=source.version,
                kind="entity_problem",
                path=act.path,
                severity=SEVERITY["entity_problem"],
                value=act.uuid or None,
                evidence={"problem": code, "list": act.dataset},
            )
        ],
        ignore_conflicts=True,
    )
    recount(source.submission)


def link_site(submission: UUID, site: str, lists: Iterable[str]) -> None:
    """The thing that the site question names is what the submission is about."""
    found = Entity.everything.filter(uuid=site, list__name__in=lists).order_by("made_at").first()
    if found is not None:
        Submission.everything.filter(pk=submission, entity=None).update(entity=found)


def link_by_code(submissions: Sequence[UUID]) -> None:
    """Where the site question has a code, the thing of the programme whose property ``code`` is that. After the receipt, for
    many at once."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_CODE, [list(submissions)])


_BY_CODE = """
UPDATE rafid_forms_submission s SET entity_id = found.entity
FROM (SELECT DISTINCT ON (one.id) one.id, e.id AS entity
      FROM rafid_forms_submission one
      JOIN rafid_forms_form f ON f.id = one.form_id
      JOIN rafid_forms_entitylist l ON l.programme = f.programme AND 'code' = ANY(l.properties)
      JOIN rafid_forms_entity e ON e.list_id = l.id AND e.data->>'code' = one.site AND e.deleted_at IS NULL
      WHERE one.id = ANY(%s) AND one.entity_id IS NULL AND one.site <> ''
      ORDER BY one.id, l.made_at, e.made_at) found
WHERE s.id = found.id
"""
