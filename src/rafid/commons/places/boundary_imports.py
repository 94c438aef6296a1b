"""Boundary imports on record: checked first, in force only when a person said so."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from .boundaries import Replaced, replace_borders
from .boundary_columns import Options
from .boundary_file import Unreadable, read_boundaries
from .boundary_plan import Plan, examine
from .boundary_words import as_json
from .models import BoundaryImport, BoundaryState


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "boundaries"


def options_as_json(options: Options) -> dict[str, Any]:
    return {**asdict(options), "valid": options.valid.isoformat() if options.valid else None}


def options_from_json(held: dict[str, Any]) -> Options:
    valid = held.get("valid")
    return Options(**{**held, "valid": date.fromisoformat(valid) if valid else None})


def receive(upload: UploadedFile[Any], options: Options, by: UUID | None) -> tuple[BoundaryImport, Plan]:
    """Stores the file and examines it. Raises Unreadable, and then keeps nothing."""
    run = BoundaryImport(name=(upload.name or "borders")[:200], by=by, options=options_as_json(options))
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / str(run.pk)
    digest = hashlib.sha256()
    try:
        with path.open("wb") as file:
            for chunk in upload.chunks():
                digest.update(chunk)
                file.write(chunk)
        plan = examine(read_boundaries(path, name=run.name, layer=options.layer), options)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    run.sha256, run.stored, run.report = digest.hexdigest(), f"boundaries/{run.pk}", as_json(plan)
    run.save()
    return run, plan


def plan_of(run: BoundaryImport) -> Plan:
    """The plan as the places are now. Raises Unreadable where the file is gone."""
    options = options_from_json(run.options)
    path = Path(settings.MEDIA_ROOT) / run.stored
    if not run.stored or not path.is_file():
        from django.utils.translation import gettext as _

        raise Unreadable(_("The file is no longer here. Send it again."))
    return examine(read_boundaries(path, name=run.name, layer=options.layer), options)


def confirm(run: BoundaryImport, by: UUID | None) -> Replaced:
    """Puts the borders in force. The file is examined again: places may have changed since the person saw the report."""
    plan = plan_of(run)
    with transaction.atomic():
        run = BoundaryImport.objects.select_for_update().get(pk=run.pk)
        if run.state != BoundaryState.CHECKED:
            raise Unreadable(str(BoundaryState(run.state).label))
        done = replace_borders(plan, user=by)
        run.state, run.applied_at, run.report = BoundaryState.APPLIED, timezone.now(), as_json(plan)
        stored, run.stored = run.stored, ""
        run.save()
        transaction.on_commit(lambda: (Path(settings.MEDIA_ROOT) / stored).unlink(missing_ok=True))
    return done


def put_aside(run: BoundaryImport) -> None:
    with transaction.atomic():
        BoundaryImport.objects.filter(pk=run.pk, state=BoundaryState.CHECKED).update(
            state=BoundaryState.CANCELLED, stored=""
        )
        transaction.on_commit(lambda: (_folder() / str(run.pk)).unlink(missing_ok=True))


def record(plan: Plan, path: Path, by: UUID | None = None) -> BoundaryImport:
    """An import that a command did at once."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return BoundaryImport.objects.create(
        name=plan.file.name[:200],
        sha256=digest,
        options=options_as_json(plan.options),
        report=as_json(plan),
        state=BoundaryState.APPLIED,
        by=by,
        applied_at=timezone.now(),
    )
