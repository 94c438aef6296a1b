"""What follows the arrival of a submission: files are read, visits measured and checked, programmes told.

The receipt never waits for it. Whatever is here may run twice: a finding is one per version, kind and path, and what a
person said about it stays. One bad submission does not stop the others: it is examined alone, and what broke stands among
its findings.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from rafid.commons.identity import uuid7
from rafid.commons.records.tasks import LOST

from .accept import lock_form
from .attach import recount
from .checks import CHECKS, Batch, Found
from .checks.measures import active_seconds, changed_paths
from .checks.sites import distances
from .checks.travel import journeys
from .entities.told import link_by_code
from .events import NOT_TAKEN, NotTaken, tell
from .kinds import SEVERITY
from .models import Attachment, Finding, FindingState, Form, Submission, VisitFacts
from .photos import examine
from .quality.back_checks import link_repeats

log = logging.getLogger("rafid.forms")

AT_ONCE = 500
BROKEN = "not_examined"


def handle_arrivals(limit: int = 5000) -> int:
    """Takes up to ``limit`` submissions that wait, oldest first; tells how many are done."""
    done = 0
    waiting = Submission.everything.filter(handled_at=None, deleted_at=None).order_by("pk")
    while done < limit:
        some = list(waiting.values_list("pk", "form", "draft", "sealed")[: min(AT_ONCE, limit - done)])
        if not some:
            break
        waiting = waiting.filter(pk__gt=some[-1][0])
        by_form: dict[UUID, list[UUID]] = defaultdict(list)
        for pk, form, draft, sealed in some:
            # A test of a draft counts nowhere; of a sealed one nobody here can read anything.
            if not draft and not sealed:
                by_form[form].append(pk)
        plain = [pk for pk, _form, draft, sealed in some if draft or sealed]
        Submission.everything.filter(pk__in=plain).update(handled_at=timezone.now())
        for form, ids in by_form.items():
            _handle_each(Form.objects.get(pk=form), ids)
        done += len(some)
    return done


def _handle_each(form: Form, ids: Sequence[UUID]) -> None:
    """All at once; where that breaks, each alone, so that one does not stop the others."""
    taken = dict(Submission.everything.filter(pk__in=ids).values_list("pk", "current"))
    try:
        _handle(form, ids)
    except LOST:
        raise  # the next minute tries again
    except Exception as error:
        log.exception("%s submissions of form %s were not examined", len(ids), form.xform_id)
        if len(ids) > 1:
            for one in ids:
                _handle_each(form, [one])
            return
        batch = Batch(form, ids)
        if batch.visits:
            _record(form, [_broken(batch, ids[0], "arrival", error)], [])
        # The night tries again.
        for pk, version in taken.items():
            # One that was corrected meanwhile is another to look at.
            Submission.everything.filter(pk=pk, current=version).update(handled_at=timezone.now())


def _handle(form: Form, ids: Sequence[UUID]) -> None:
    examine(ids)
    link_by_code(ids)
    batch = Batch(form, ids)
    found, ran = look(batch)
    busy = write(batch, found, ran).busy
    link_repeats(form, ids)
    _tell(batch)
    unread = Attachment.objects.filter(submission=OuterRef("pk"), sha256__isnull=False, examined_at=None)
    done = Submission.everything.filter(~Exists(unread), handled_at=None)
    for visit in batch.visits.values():
        # One that changed meanwhile waits for the next time.
        if visit.id not in busy:
            done.filter(pk=visit.id, current=visit.version).update(handled_at=timezone.now())


def look(batch: Batch, kinds: Iterable[str] = ()) -> tuple[list[Found], set[str]]:
    """What the checks find, and the kinds that were looked for everywhere. A check that breaks on the batch is made for each
    visit alone; for those on which it breaks, that is what it finds."""
    found: list[Found] = []
    ran: set[str] = set()
    wanted = set(kinds)
    for check in CHECKS:
        if wanted and check.kind not in wanted:
            continue
        try:
            with transaction.atomic():
                found += list(check.run(batch))
        except Exception:
            log.exception("the check %s broke on form %s", check.kind, batch.form.xform_id)
            if batch.whole:
                continue
            found += _one_by_one(batch, check.kind, check.run)
        ran.add(check.kind)
    return found, ran | {BROKEN}


def _one_by_one(batch: Batch, kind: str, run: Callable[[Batch], Iterable[Found]]) -> list[Found]:
    found: list[Found] = []
    for visit in batch.visits.values():
        try:
            with transaction.atomic():
                found += list(run(Batch(batch.form, [visit.id], now=batch.now)))
        except Exception as error:
            log.exception("the check %s broke on submission %s", kind, visit.instance_id)
            found.append(_broken(batch, visit.id, kind, error))
    return found


def _broken(batch: Batch, pk: UUID, what: str, error: Exception) -> Found:
    visit = batch.visits[pk]
    # Which error it was is for the log; its words may hold anything.
    return batch.found(BROKEN, visit, path=what, evidence={"what": what, "error": type(error).__name__})


@dataclass(frozen=True)
class Written:
    """``changes``: findings that came or went. ``busy``: submissions that somebody else was just changing."""

    changes: int = 0
    busy: frozenset[UUID] = frozenset()


def write(batch: Batch, found: Sequence[Found], ran: set[str]) -> Written:
    """Records what is new and takes back what no longer holds and nobody has spoken about."""
    _measure(batch)
    keys = {one.key for one in found}
    own = {visit.version for visit in batch.visits.values()}
    if not batch.part:
        there = Finding.objects.filter(submission__form=batch.form)
    else:
        there = Finding.objects.filter(submission_version__in=[*own.union(one.version for one in found)])
    known: set[tuple[UUID, str, str]] = set()
    stale: list[tuple[UUID, UUID]] = []
    for pk, submission, version, kind, path, state, at in there.filter(kind__in=ran).values_list(
        "pk", "submission", "submission_version", "kind", "path", "state", "at"
    ):
        known.add((version, kind, path))
        untouched = state == FindingState.OPEN and at is None and version in own
        if untouched and (version, kind, path) not in keys and submission in batch.looked_at.get(kind, batch.visits):
            if kind != BROKEN or not batch.whole:
                stale.append((pk, submission))
    fresh = [one for one in {one.key: one for one in found}.values() if one.key not in known]
    if not fresh and not stale:
        return Written()
    return Written(len(fresh) + len(stale), _record(batch.form, fresh, stale))


def _record(form: Form, fresh: Sequence[Found], stale: Sequence[tuple[UUID, UUID]]) -> frozenset[UUID]:
    """Gives the submissions that were left out because somebody else held them: nobody waits for us, nor we for anybody."""
    wanted = {one.submission for one in fresh} | {submission for _pk, submission in stale}
    with transaction.atomic(), connection.cursor() as cursor:
        lock_form(form.pk)
        cursor.execute(
            "SELECT id FROM rafid_forms_submission WHERE id = ANY(%s) FOR NO KEY UPDATE SKIP LOCKED", [list(wanted)]
        )
        touched = {row[0] for row in cursor.fetchall()}
        rows = [_as_json(one) for one in fresh if one.submission in touched]
        if rows:
            cursor.execute(_FINDINGS, [json.dumps(rows, ensure_ascii=False)])
        gone = [pk for pk, submission in stale if submission in touched]
        if gone:
            cursor.execute(
                "DELETE FROM rafid_forms_finding WHERE id = ANY(%s) AND state = 'open' AND at IS NULL", [gone]
            )
        recount(*touched)
        cursor.execute(
            "UPDATE rafid_forms_submission SET changed_at = clock_timestamp() WHERE id = ANY(%s)", [list(touched)]
        )
    return frozenset(wanted - touched)


def _as_json(one: Found) -> list[Any]:
    names = [one.kind, one.path, one.field, SEVERITY.get(one.kind, 2), one.value, one.expected, one.evidence]
    return [str(uuid7()), str(one.submission), str(one.version), *names]


_FINDINGS = """
INSERT INTO rafid_forms_finding (id, submission_id, submission_version_id, kind, path, field, severity, value, expected,
    evidence, state, found_at, comment)
SELECT (one->>0)::uuid, s.id, s.current_id, one->>3, one->>4, one->>5, (one->>6)::smallint, one->>7, one->>8, one->9, 'open',
       clock_timestamp(), ''
FROM jsonb_array_elements(%s::jsonb) one
JOIN rafid_forms_submission s ON s.id = (one->>1)::uuid AND s.current_id = (one->>2)::uuid
ON CONFLICT (submission_version_id, kind, path) DO NOTHING
"""


def _measure(batch: Batch) -> None:
    """Writes what was measured: of a batch always, of the whole form where it changed."""
    times, away, travelled = batch.once(active_seconds), batch.once(distances), batch.once(journeys)
    changed = batch.once(changed_paths)
    now = timezone.now()
    visits = list(batch.visits.values())
    for start in range(0, len(visits), AT_ONCE):
        some = visits[start : start + AT_ONCE]
        rows = []
        for visit in some:
            time, site = times.get(visit.id), away.get(visit.id)
            journey = travelled.get(visit.id)
            rows.append(
                VisitFacts(
                    submission_id=visit.id,
                    version_id=visit.version,
                    active_seconds=time.seconds if time else None,
                    from_audit=bool(time and time.from_audit),
                    speed_kmh=journey[1].kmh if journey else None,
                    site_m=site.metres if site else None,
                    site_by=site.by if site else "",
                    changed_after_finalise=changed.get(visit.id, []),
                    measured_at=now,
                )
            )
        _write_facts(rows, only_changes=batch.whole)


_MEASURED = ("version_id", "active_seconds", "from_audit", "speed_kmh", "site_m", "site_by")


def _write_facts(rows: list[VisitFacts], *, only_changes: bool) -> None:
    if only_changes:
        there = VisitFacts.objects.filter(pk__in=[row.pk for row in rows])
        known = {row[0]: row[1:] for row in there.values_list("pk", *_MEASURED)}
        rows = [row for row in rows if known.get(row.pk) != tuple(getattr(row, name) for name in _MEASURED)]
    VisitFacts.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["submission"],
        update_fields=[
            "version", "active_seconds", "from_audit", "speed_kmh", "site_m", "site_by", "changed_after_finalise",
            "measured_at",
        ],
    )  # fmt: skip


def _tell(batch: Batch) -> None:
    """The programme hears of each, in a transaction of its own. What breaks there is said, and tried again at night."""
    broken: list[Found] = []
    taken: list[UUID] = []
    submissions = Submission.objects.filter(pk__in=batch.ids).select_related("form", "place", "entity")
    for submission in submissions:
        try:
            with transaction.atomic():
                if tell(submission, None, submission.state):
                    taken.append(submission.pk)
        except NotTaken as no:
            visit = batch.visits[submission.pk]
            broken.append(batch.found(NOT_TAKEN, visit, evidence={"said": no.said, **no.facts}))
        except Exception as error:
            log.exception("the programme's on_state broke on submission %s", submission.instance_id)
            broken.append(_broken(batch, submission.pk, "on_state", error))
    there = Finding.objects.filter(submission__in=taken, kind=NOT_TAKEN, state=FindingState.OPEN, at=None)
    no_longer = list(there.values_list("pk", "submission")) if taken else []
    if broken or no_longer:
        _record(batch.form, broken, no_longer)
