"""Imports of borders and settlements on record: read and examined first, in force only when a person said so.

What two people do at once is decided here: a decision is taken under the row's lock, puts one file in force at a time,
and only what the person saw. Reading and applying are long: ``site.place_import_work`` calls them in the background.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from rafid.commons.names import FALLBACK

from . import boundary_words, settlement_words
from .boundaries import outlook, replace_borders
from .boundary_columns import Options, text_of
from .boundary_file import Unreadable, read_boundaries, recognised
from .boundary_plan import Plan, examine
from .models import BUSY, OPEN, ImportKind, ImportState, PlaceImport
from .settlement_columns import Settings
from .settlement_file import read_settlements, recognised_settlements
from .settlement_plan import SettlementPlan, examine_settlements
from .settlements import load_settlements

type_plan = Plan | SettlementPlan
_SAMPLES = 3
_SAMPLE = 60
_ONE_AT_A_TIME = 7_251_046
"""Key of the lock under which places are replaced: the second examines what the first has left."""


class NotNow(Exception):
    """Somebody decided meanwhile, or the file is being read; the sentence says what to do."""


@dataclass(frozen=True)
class Way:
    """What differs between the two kinds of import. ``put`` gives the counts ``new``, ``changed`` and ``same``."""

    options: type[Options] | type[Settings]
    look: Callable[[Path], Any]
    read: Callable[..., Any]
    examine: Callable[[Any, Any], Any]
    words: Any
    outlook: Callable[[Any], dict[str, int]]
    usable: Callable[[Any], bool]
    put: Callable[[Any, UUID | None, str], dict[str, int]]


def _put_borders(plan: Any, by: UUID | None, why: str) -> dict[str, int]:
    done = replace_borders(plan, user=by, why=why)
    return {"new": done.made, "changed": done.places, "same": done.same}


def _put_settlements(plan: Any, by: UUID | None, why: str) -> dict[str, int]:
    done = load_settlements(plan, user=by, why=why)
    return {"new": done.made, "changed": done.changed, "same": done.same}


def _settlements_outlook(plan: Any) -> dict[str, int]:
    return {"new": len(plan.new), "changed": len(plan.changed), "same": plan.same}


WAYS: dict[Any, Way] = {
    ImportKind.BORDERS: Way(
        Options,
        recognised,
        read_boundaries,
        examine,
        boundary_words,
        outlook,
        lambda plan: bool(plan.taken),
        _put_borders,
    ),
    ImportKind.SETTLEMENTS: Way(
        Settings,
        recognised_settlements,
        read_settlements,
        examine_settlements,
        settlement_words,
        _settlements_outlook,
        lambda plan: bool(plan.towns or plan.kept),
        _put_settlements,
    ),
}


def options_as_json(options: Options | Settings) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(options).items()}


def options_of(run: PlaceImport) -> Any:
    held = dict(run.options)
    if held.get("valid"):
        held["valid"] = date.fromisoformat(held["valid"])
    return WAYS[run.kind].options(**held)


def _path(run: PlaceImport) -> Path:
    return Path(settings.MEDIA_ROOT) / run.stored


def receive(kind: str, upload: UploadedFile[Any], options: Options | Settings, by: UUID | None) -> PlaceImport:
    """Stores a file that is to be read. Raises Unreadable where its first bytes tell that it cannot be, and keeps nothing."""
    run = PlaceImport(
        kind=kind,
        name=(upload.name or kind)[:200],
        by=by,
        options=options_as_json(options),
        language=get_language() or "ar",
        state=ImportState.READING,
    )
    run.stored = f"places/{run.pk}"
    path = _path(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        with path.open("wb") as file:
            for chunk in upload.chunks():
                digest.update(chunk)
                file.write(chunk)
        WAYS[kind].look(path)
        run.sha256 = digest.hexdigest()
        run.save()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return run


@contextmanager
def deciding(pk: UUID, *states: str) -> Iterator[PlaceImport]:
    """The import under its lock, in one of ``states``. Raises NotNow where it is in another."""
    with transaction.atomic():
        run = PlaceImport.objects.select_for_update().get(pk=pk)
        if run.state not in (states or OPEN):
            if run.state in BUSY:
                raise NotNow(_("This file is being worked on. Wait until that is done."))
            raise NotNow(_("Somebody has decided about this file already: %s.") % ImportState(run.state).label)
        yield run


def read(run: PlaceImport) -> type_plan | None:
    """Reads and examines the file, and writes the report; None where it cannot be read, which the import then tells."""
    way, options = WAYS[run.kind], options_of(run)
    try:
        file = _read_file(run, options)
        run.columns = _columns(file)
        with override(run.language):
            plan: type_plan = way.examine(file, options)
        _report(run, plan)
    except Unreadable as error:
        run.state, run.report, run.words, run.drawing = ImportState.REFUSED, {}, {}, ""
        run.problem = in_three(run, error)
        run.save()
        return None
    run.state, run.problem = ImportState.CHECKED, None
    run.save()
    return plan


def _read_file(run: PlaceImport, options: Any) -> Any:
    if not run.stored or not _path(run).is_file():
        raise Unreadable(_("The file is no longer here. Send it again."))
    return WAYS[run.kind].read(_path(run), name=run.name, layer=options.layer)


def in_three(run: PlaceImport, error: Unreadable) -> dict[str, str]:
    """Why the file cannot be read, said in each language: it is refused for the same reason each time."""
    said = dict.fromkeys(FALLBACK, str(error))
    for language in FALLBACK:
        with override(language):
            try:
                WAYS[run.kind].examine(_read_file(run, options_of(run)), options_of(run))
            except Unreadable as own:
                said[language] = str(own)
    return said


def _columns(file: Any) -> list[list[Any]]:
    """Each field with the first values that it has, so that a person knows it again."""
    found = []
    for name, values in file.columns.items():
        texts: list[str] = []
        for value in values:
            text = text_of(value)[:_SAMPLE]
            if text and text not in texts:
                texts.append(text)
                if len(texts) == _SAMPLES:
                    break
        found.append([name, texts])
    return found


def _report(run: PlaceImport, plan: type_plan) -> None:
    way = WAYS[run.kind]
    with override(run.language):
        run.report = {**way.words.as_json(plan), "outlook": way.outlook(plan), "usable": way.usable(plan)}
    for language in FALLBACK:
        with override(language):
            run.words[language] = {"summary": way.words.summary(plan), "groups": way.words.grouped(plan)}


def seen(run: PlaceImport) -> str:
    """What the report says, in short: a decision names it, and holds for nothing else."""
    # The database keeps no order of keys, and numbers as it reads them.
    return hashlib.sha256(json.dumps(run.report, sort_keys=True).encode()).hexdigest()[:32]


def put_in_force(run: PlaceImport, *, saw: str, by: UUID | None, why: str = "") -> tuple[PlaceImport, type_plan | None]:
    """Does what the report said, once. Places may have changed since: where the report would now be another one, nothing
    is done, and the import waits with the new report, whose plan is handed back."""
    way = WAYS[run.kind]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        run = PlaceImport.objects.select_for_update().get(pk=run.pk)
        if run.state != ImportState.APPLYING:
            return run, None
        plan = read(run)
        run.refresh_from_db()
        if plan is None or seen(run) != saw:
            return run, plan
        run.done = way.put(plan, by, why)
        run.state, run.applied_at, run.decided_by, run.why = ImportState.APPLIED, timezone.now(), by, why
        _drop_file(run)
        run.save()
    return run, None


def put_aside(run: PlaceImport, by: UUID | None) -> None:
    """Raises NotNow where it is decided or being worked on."""
    with deciding(run.pk) as held:
        held.state, held.decided_by = ImportState.CANCELLED, by
        _drop_file(held)
        held.save()


def _drop_file(run: PlaceImport) -> None:
    if run.stored:
        path, run.stored = _path(run), ""
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def record(kind: str, plan: Any, path: Path, done: dict[str, int]) -> PlaceImport:
    """An import that a command did at once."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    own = plan.options if isinstance(plan, Plan) else plan.settings
    run = PlaceImport(
        kind=kind,
        name=plan.file.name[:200],
        sha256=digest,
        language=get_language() or "en",
        options=options_as_json(own),
        state=ImportState.APPLIED,
        done=done,
        applied_at=timezone.now(),
    )
    _report(run, plan)
    run.report["outlook"] = done  # computed now, it would say that all is as it was
    run.save()
    return run
