"""A file of another node that somebody sent: a small one is read at once, a large one by the worker, and so is what comes while
another is read; with progress and an end that is told. Read twice at once, it is read once."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop, override

from rafid.commons import blobs
from rafid.commons.names import in_three
from rafid.commons.people.notify import notify
from rafid.commons.writing import number
from rafid.methods.exchange import file_hash

from ..models import Task, TaskState
from ..tasks import Failure, Progress, start
from .carrying import Taken, at_once, receipt, take, type_told
from .errors import Refused

LARGE = 1 << 20
"""Bytes of a file that is read in the request itself: some four thousand changes, well below ten seconds."""
NAME = "exchange.read"
TAKEN = gettext_noop(
    "Of %(node)s: %(taken)s changes taken, %(known)s were known, %(waiting)s wait, %(conflicts)s new cases."
)
GONE = gettext_noop("The file is not here any more. Send it again.")
GIVEN = gettext_noop("For this node alone: %s")
LEFT_OUT = gettext_noop("Not trusted here, and so left out: %s")


def begin(data: bytes, *, by: Any, name: str = "", carried: bool = True) -> Taken | Task:
    """What became of a small file; the task that reads a large one, or any while another is being read. Where it was
    ``carried`` it gets its receipt. Raises ``Refused``."""
    with transaction.atomic():
        if len(data) <= LARGE and at_once():
            return _taken(data, by, carried)
        sha256 = file_hash(data)
        with connection.cursor() as cursor:  # the same file sent twice at once
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{NAME} {sha256}"])
        going = Task.objects.filter(name=NAME, link=_link(sha256), state__in=(TaskState.WAITING, TaskState.RUNNING))
        found = going.order_by("made_at").first()
        if found is not None:
            return found
        blobs.keep(data)
        about = in_three(gettext_noop("Reading %(file)s"), file=name[:80] or sha256[:12])
        kwargs = {"file": sha256, "language": get_language() or "ar", "carried": carried}
        return start(NAME, f"{__name__}:read_in_background", kwargs, about=about, link=_link(sha256), by=by)


def _link(sha256: str) -> str:
    return f"{reverse('exchange')}?file={sha256}#receipts"


def waiting(hashes: list[str]) -> set[str]:
    """Files that are still to be read stay in the store; when they were read the sweep takes them."""
    links = {_link(one): one for one in hashes}
    going = Task.objects.filter(name=NAME, link__in=links, state__in=(TaskState.WAITING, TaskState.RUNNING))
    return {links[link] for link in going.values_list("link", flat=True)}


def _taken(data: bytes, by: Any, carried: bool, told: type_told | None = None) -> Taken:
    taken = take(data, by=by, told=told)
    if carried:
        receipt(taken)
    return taken


def read_in_background(progress: Progress, file: str, language: str, carried: bool) -> None:
    """The worker's part of ``begin``: one transaction, so that it is safe to run again; what was taken before is known then."""
    person = progress.task.by
    try:
        data = blobs.read(file)
    except OSError as error:
        raise Failure(in_three(GONE)) from error
    try:
        with override(language):
            taken = _taken(data, person, carried, progress.at)
    except Refused as error:
        raise Failure(error.three or dict.fromkeys(("ar", "ckb", "en"), str(error))) from error
    said = said_of(taken)
    Task.objects.filter(pk=progress.task.pk).update(about=said)
    if person is not None:
        notify(person, said, link=reverse("exchange"))


def said_of(taken: Taken) -> dict[str, str]:
    """What became of a file, in three languages."""
    said = in_three(
        TAKEN, node=taken.node, taken=number(taken.taken), known=number(taken.known), waiting=number(taken.waiting),
        conflicts=number(taken.conflicts),
    )  # fmt: skip
    parts = [said]
    if taken.given:
        parts.append({code: text % taken.given for code, text in in_three(GIVEN).items()})
    if taken.skipped:
        parts.append({code: text % ", ".join(taken.skipped) for code, text in in_three(LEFT_OUT).items()})
    parts += [dict.fromkeys(said, one) for one in taken.said]
    return {code: " ".join(one[code] for one in parts) for code in said}


def readings(user: Any) -> list[Task]:
    """Files that the worker reads or read, the newest first; one's own."""
    return list(Task.objects.filter(name=NAME, by=user).order_by("-made_at")[:5])
