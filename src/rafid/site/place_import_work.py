"""Files of borders and settlements in the background: read and examined, or put in force; the person is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.people.models import Account
from rafid.commons.people.notify import notify
from rafid.commons.places.models import ImportState, PlaceImport
from rafid.commons.places.place_imports import put_in_force, read
from rafid.commons.records.models import Task, TaskState
from rafid.commons.records.tasks import Failure, Progress, start

from .place_import_map import drawing_of

_HERE = __name__


def begin_reading(run: PlaceImport, by: Account) -> None:
    """In the caller's transaction: a file that is not on record is read by nobody."""
    about = in_three(gettext_noop("Reading %(file)s"), file=run.name)
    task = start(
        "places.read",
        f"{_HERE}:read_in_background",
        {"run": str(run.pk)},
        about=about,
        link=run.get_absolute_url(),
        by=by,
    )
    run.state, run.task = ImportState.READING, task.pk
    run.save()


def begin_applying(run: PlaceImport, by: Account, *, saw: str, why: str) -> None:
    about = in_three(gettext_noop("Putting %(file)s in force"), file=run.name)
    kwargs = {"run": str(run.pk), "saw": saw, "by": str(by.pk), "why": why}
    task = start(
        "places.apply", f"{_HERE}:apply_in_background", kwargs, about=about, link=run.get_absolute_url(), by=by
    )
    run.state, run.task, run.problem = ImportState.APPLYING, task.pk, None
    run.save()


def read_in_background(progress: Progress, run: str) -> None:
    found = PlaceImport.objects.get(pk=UUID(run))
    if found.state != ImportState.READING:
        return
    progress.at(0, 3)
    plan = read(found)
    if plan is None:
        raise Failure(found.problem or {})
    progress.at(2, 3)
    PlaceImport.objects.filter(pk=found.pk).update(drawing=drawing_of(plan))
    progress.at(3, 3)


def apply_in_background(progress: Progress, run: str, saw: str, by: str, why: str) -> None:
    """One transaction makes it safe to run again."""
    found, plan = put_in_force(PlaceImport.objects.get(pk=UUID(run)), saw=saw, by=UUID(by), why=why)
    if found.state == ImportState.APPLIED:
        _tell(by, found, in_three(gettext_noop("%(file)s is in force."), file=found.name))
    elif found.state == ImportState.REFUSED:
        raise Failure(found.problem or {})
    elif plan is not None:
        said = in_three(
            gettext_noop(
                "Places have changed since you looked, so that nothing was put in force. Look at the new report and"
                " decide again."
            )
        )
        PlaceImport.objects.filter(pk=found.pk, state=ImportState.CHECKED).update(
            problem=said, drawing=drawing_of(plan)
        )
        _tell(by, found, said)


def _tell(by: str, run: PlaceImport, text: dict[str, str]) -> None:
    person = Account.objects.filter(pk=by).first()
    if person is not None:
        notify(person, text, link=run.get_absolute_url())


def settled(run: PlaceImport) -> tuple[PlaceImport, Task | None]:
    """The import and its task. Work that was given up leaves the file to be decided about: it says so and waits again."""
    task = Task.objects.filter(pk=run.task).first() if run.task else None
    if run.state in (ImportState.READING, ImportState.APPLYING) and task is not None and task.state == TaskState.FAILED:
        PlaceImport.objects.filter(pk=run.pk, state=run.state, task=run.task).update(
            state=ImportState.REFUSED, problem=_reason(task)
        )
        run.refresh_from_db()
    return run, task


def _reason(task: Task) -> dict[str, Any]:
    return dict(task.error or {})
