"""What the tests of the importer's engine share: small files, runs that are read, and what the register then holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wells.models import Well, WellEvent

from rafid.commons.records.imports import receive, stage
from rafid.commons.records.imports.mapping import choose, suggest
from rafid.commons.records.imports.receive import open_run
from rafid.commons.records.imports.targets import target_of
from rafid.commons.records.models import ImportRow, ImportRun

HEAD = "Number,Governorate,District,Depth,Yield,Working,Drilled on,Name (Arabic),Name (English)"
NASIRIYA, SUQ, AMARA = "IQG17Q04", "IQG17Q05", "IQG14Q03"


def wells(*lines: str) -> str:
    """A table of wells; lines may leave out cells at their end."""
    width = HEAD.count(",")
    return "\n".join([HEAD, *(line + "," * (width - line.count(",")) for line in lines), ""])


def many(count: int, *, first: int = 1, place: str = "ذي قار,الناصرية", depth: int = 10) -> str:
    return wells(*(f"W-{number:05d},{place},{depth + number % 90}" for number in range(first, first + count)))


def received(
    folder: Path, text: str, by: Any, *, owner: Any = None, target: str = "wells.wells", fixed: Any = None
) -> ImportRun:
    """Columns as suggested, nothing read yet."""
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    declared = target_of(target)
    run = receive(path, declared, by, {"source": "Survey"}, owner=owner)
    mapping = {one.column.code: one.position for one in suggest(open_run(run), declared)}
    choose(run, declared, mapping, fixed=fixed)
    run.save()
    return run


def staged(folder: Path, text: str, by: Any, **more: Any) -> ImportRun:
    return stage(received(folder, text, by, **more))


def said(run: ImportRun, number: int) -> list[tuple[str, str]]:
    """(column, code) of each problem of a row."""
    problems = ImportRow.objects.get(run=run, number=number).problems or {}
    return sorted((column, one["code"]) for column, found in problems.items() for one in found)


def warned(run: ImportRun, number: int) -> list[tuple[str, str]]:
    warnings = ImportRow.objects.get(run=run, number=number).warnings or {}
    return sorted((column, one["code"]) for column, found in warnings.items() for one in found)


KEPT = tuple(f.attname for f in Well._meta.concrete_fields if f.name not in ("version", "web"))


def register() -> dict[Any, tuple[Any, ...]]:
    """Every well with every value but its version, which rises with each change."""
    return {row[0]: row for row in Well.everything.order_by("pk").values_list("pk", *KEPT)}


def events(**rule: Any) -> list[WellEvent]:
    return list(WellEvent.objects.filter(**rule).select_related("pgh_context").order_by("pgh_id"))
