"""Imports in the background: small files at once, others by the worker, with progress and an end that is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.people.notify import notify

from ..checks import judge, judge_rows
from ..judged import judged
from ..models import Finding, FindingState, ImportRun, Record, RunState
from ..search import index_rows
from ..tasks import Failure, Progress, start
from .apply import apply, ready
from .copying import quoted
from .messages import in_languages
from .reach import must_reach_rows
from .refusals import Refused
from .register import Register
from .runs import NotNow, locked
from .staging import stage, type_progress
from .targets import Target, target_of

SMALL_FILE = 200_000
"""Bytes of a file that is read in the request itself: well below two seconds."""
SMALL = 2_000
"""Good rows that are recorded in the request itself."""
_HERE = __name__


def begin_staging(run: ImportRun, by: Any) -> ImportRun:
    """Reads a small file at once; starts the worker on others. Raises ``NotNow`` as ``stage`` does."""
    if run.file_size <= SMALL_FILE:
        return stage(run)
    with locked(run, RunState.RECEIVED) as fresh:
        about = in_three(gettext_noop("Reading %(file)s"), file=fresh.file_name)
        fresh.state, fresh.error = RunState.STAGING, None
        fresh.task = start(
            "import.stage", f"{_HERE}:stage_in_background", {"run": str(fresh.pk)}, about=about, link=_page(run), by=by
        )
        fresh.save()
    run.refresh_from_db()
    return run


def begin_applying(run: ImportRun, only_good: bool, by: Any) -> ImportRun:
    """Records few rows at once; starts the worker on others. Raises ``NotNow`` and ``Refused`` as ``apply`` does."""
    if run.good <= SMALL:
        run = apply(run, only_good, by=by)
        follow_up(run, by)
        return run
    with locked(run, RunState.STAGED) as fresh:
        ready(fresh, only_good)
        must_reach_rows(fresh, by)
        about = in_three(gettext_noop("Recording %(file)s"), file=fresh.file_name)
        fresh.state, fresh.error, fresh.applied_by, fresh.only_good = RunState.APPLYING, None, by, only_good
        fresh.task = start(
            "import.apply", f"{_HERE}:apply_in_background", {"run": str(fresh.pk)}, about=about, link=_page(run), by=by
        )
        fresh.save()
    run.refresh_from_db()
    return run


def _page(run: ImportRun) -> str:
    return run.get_absolute_url()


def stage_in_background(progress: Progress, run: str) -> None:
    """The worker's part of ``begin_staging``; run again after a death, it goes on at the missing batch."""
    found = ImportRun.objects.get(pk=UUID(run))
    if found.state not in (RunState.RECEIVED, RunState.STAGING):
        return
    try:
        found = stage(found, progress)
    except NotNow as reason:
        raise Failure(in_three(gettext_noop("This file is already being read."))) from reason
    if found.state == RunState.FAILED:
        raise Failure(found.error or {})
    if found.state != RunState.STAGED:  # cancelled meanwhile
        return
    tell(found, in_three(gettext_noop("%(file)s is read: look at it and record it."), file=found.file_name))


def apply_in_background(progress: Progress, run: str) -> None:
    """The worker's part of ``begin_applying``; its one transaction makes it safe to run again."""
    found = ImportRun.objects.select_related("applied_by", "made_by").get(pk=UUID(run))
    if found.state != RunState.APPLYING:
        return
    by = found.applied_by or found.made_by
    try:
        found = apply(found, found.only_good, by=by, progress=progress)
    except Refused as refused:
        problem = {"code": refused.code, "params": refused.params}
        raise Failure(in_languages(problem, row=refused.number)) from refused
    except NotNow as reason:
        ImportRun.objects.filter(pk=found.pk, state=RunState.APPLYING).update(state=RunState.STAGED)
        raise Failure(in_three(gettext_noop("This import cannot be recorded now. Look at it again."))) from reason
    follow_up(found, by)
    tell(found, in_three(gettext_noop("%(file)s is recorded."), file=found.file_name))


def follow_up(run: ImportRun, by: Any) -> None:
    """What follows a recorded import without being part of it: search, findings, the planner's statistics."""
    target = target_of(run.target)
    if not followed(target):
        return
    if run.good <= SMALL:
        follow(run, target)
    else:
        about = in_three(gettext_noop("Indexing and checking the rows of %(file)s"), file=run.file_name)
        start(
            "import.follow", f"{_HERE}:follow_in_background", {"run": str(run.pk)}, about=about, link=_page(run), by=by
        )


def followed(target: Target) -> bool:
    if target.declared.apply is not None:
        return bool(judged())
    return target.model is not None and issubclass(target.model, Record)


def follow(run: ImportRun, target: Target, progress: type_progress | None = None) -> None:
    if target.declared.apply is None:
        index_and_judge(run, target, progress)
        return
    for one in judged():
        if one.kind in (run.written or {}):
            judge_rows(one.model.objects.filter(import_run=run.pk))


def findings_of(run: ImportRun, target: Target) -> int:
    """How many open findings speak of what this run wrote."""
    found = Finding.objects.filter(state=FindingState.OPEN)
    model: Any = target.model
    if target.declared.apply is None and model is not None and issubclass(model, Record):
        return found.filter(
            kind=model.kind(), record_id__in=model.objects.filter(source_id=run.pk).values("pk")
        ).count()
    return sum(
        found.filter(kind=one.kind, record_id__in=one.model.objects.filter(import_run=run.pk).values("pk")).count()
        for one in judged()
        if one.kind in (run.written or {})
    )


def follow_in_background(progress: Progress, run: str) -> None:
    found = ImportRun.objects.get(pk=UUID(run))
    target = target_of(found.target)
    if target.declared.apply is not None:
        follow(found, target, progress)
        return
    register = Register(found, target)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {register.table}")
        cursor.execute(f"ANALYZE {quoted(register.model.pgh_event_model._meta.db_table)}")  # type: ignore[attr-defined]
    index_and_judge(found, target, progress)


def index_and_judge(run: ImportRun, target: Target, progress: type_progress | None = None) -> None:
    """The records that this run wrote are found by search, and judged by the checks of their register."""
    from ..registers import register_of_model

    model: Any = target.model
    register = register_of_model(model)
    if register is None:
        return
    rows = model.objects.filter(source_id=run.pk)
    ids = list(rows.values_list("pk", flat=True))
    for at in range(0, len(ids), SMALL):
        some = ids[at : at + SMALL]
        with transaction.atomic():
            index_rows(model, model.objects.filter(pk__in=some))
            for check in register.checks:
                judge(register, check, model.objects.filter(pk__in=some), some)
        if progress:
            progress.at(at + len(some), len(ids))


def tell(run: ImportRun, text: dict[str, str]) -> None:
    person = run.applied_by or run.made_by
    if person is not None:
        notify(person, text, link=_page(run))
