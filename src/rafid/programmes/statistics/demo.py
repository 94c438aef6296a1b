"""The demonstration: the country pack's census tables, imported as an officer would, by the same code."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import date
from importlib.resources import as_file, files
from typing import Any

from rafid.commons.people.models import Account, Organisation
from rafid.commons.places.country import Country, country
from rafid.commons.records.imports import apply, receive, stage
from rafid.commons.records.imports.mapping import choose_as_suggested
from rafid.commons.records.imports.receive import open_run
from rafid.commons.records.imports.report import reasons
from rafid.commons.records.imports.targets import target_of
from rafid.commons.records.models import ImportRow, ImportRun, RunState

OFFICER = "statistics.officer"


def load(today: date, scale: int = 1) -> list[str]:
    """Imports what is not there yet; says what it did. Real figures of real places: ``scale`` does not multiply them.

    Raises ``RuntimeError`` where a table of the pack cannot be imported whole.
    """
    pack = country()
    officer = Account.objects.filter(login=OFFICER).select_related("organisation").first()
    owner = officer.organisation if officer else None
    if owner is None:
        owner = Organisation.objects.order_by("ref").first()
    wanted: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in pack.table("demo_imports.csv"):
        wanted[row["file"], row["target"]][row["column"]] = row["header"]
    return [bring(pack, file, target, columns, officer, owner) for (file, target), columns in wanted.items()]


def bring(
    pack: Country, file: str, target: str, columns: dict[str, str], officer: Account | None, owner: Organisation | None
) -> str:
    """One table: received, its columns chosen, read, recorded; or nothing where that was done before."""
    content = files(f"rafid.countries.{pack.pack}") / file
    digest = hashlib.sha256(content.read_bytes()).hexdigest()
    if ImportRun.objects.filter(target=target, file_sha256=digest, state=RunState.APPLIED).exists():
        return f"{file}: there already"
    source = pack.source(file)
    options: dict[str, Any] = {"source": source.citation, "as_of": source.as_of} if source else {}
    with as_file(content) as path:
        run = receive(path, target, officer, options, owner=owner)
    choose_as_suggested(run, target_of(target), open_run(run), columns)
    run.save()
    run = stage(run)
    if run.state != RunState.STAGED or run.bad:
        first = ImportRow.objects.filter(run_id=run.pk, problems__isnull=False).order_by("number").first()
        why = "; ".join(reasons(first.problems, target_of(target))) if first else ""
        raise RuntimeError(f"{file}: {run.bad} of {run.rows} rows cannot be recorded: {why}")
    run = apply(run, by=officer)
    return f"{file}: {run.good} rows"
