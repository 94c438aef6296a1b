"""Staged reports become field reports: the same again is the same, other content its next version, all of it to be undone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from rafid.commons.identity import uuid7
from rafid.commons.people.models import Organisation
from rafid.commons.records.change import Refused as Told
from rafid.commons.records.imports import Batch, Refused
from rafid.commons.records.imports.copying import Written
from rafid.commons.records.models import Source
from rafid.commons.records.search import index_rows

from ..models import ExternalId, FieldReport, Reconciled, ReportState, SurveySheet, mint_many
from ..reports.content import FIELDS, refuse_persons
from ..reports.receive import TAKEN_UP, content_hash
from . import sheet_rows
from .refused import in_three
from .sheet_rows import Sheet

BLOCK = 2000
BLOCK_TEXT = 2 << 20
"""Signs of a block: reports with hundreds of points come fewer at a time, so that the memory stays flat."""
REPORTS = "/report"
"""After the system's name in the identifiers of its reports; its objects bear the name alone."""
_FIELDS = (
    "id", "ref", "owner", "organisation", "place", "reference", "number", "type", "state", "on", "content", "content_hash",
    "document_name", "reconciled", "target", "target_kind", "endorsed_by", "endorsed_at", "made_by", "source", "source_id",
    "source_row", "applied",
)  # fmt: skip


@dataclass
class _Block:
    """So many rows at once, with what is here already of their numbers and identifiers."""

    rows: list[tuple[int, dict[str, Any]]]
    known: dict[tuple[UUID, str], list[Any]] = field(default_factory=dict)
    elsewhere: dict[tuple[str, str], tuple[str, UUID]] = field(default_factory=dict)


def apply(batch: Batch) -> None:
    """The ``apply`` of the import (``commons.records.imports``): within the transaction that the importer holds."""
    run = batch.run
    owner = Organisation.objects.select_for_update(no_key=True).get(pk=run.owner_id)
    operators = dict(Organisation.objects.filter(active=True).values_list("ref", "pk"))
    own: set[tuple[str, str]] = set()
    missing: list[tuple[int, dict[str, str]]] = []
    rows = batch.rows
    for some in _blocks(rows):
        block = _Block([(number, _read(number, values)) for number, values in some])
        _look_up(block, owner, operators)
        own.update(
            (one["system"], one["key"])
            for one in (values["content"].get("external") for _n, values in block.rows)
            if one
        )
        if batch.rehearsal:
            _doubts(batch, block, missing)
        _write(batch, block, owner)
    for number, link in missing:
        if (link["system"], link["key"]) not in own:
            batch.doubt(
                number, "says",
                in_three(
                    gettext_noop("“%(key)s” is not here, neither in this file. The report can be accepted when it is."),
                    key=link["key"],
                ),
            )  # fmt: skip
    if not batch.rehearsal:
        for model in (FieldReport, SurveySheet):
            found = model.objects.filter(source_id=run.pk).defer(*_NOT_INDEXED[model])
            index_rows(model, found.iterator(chunk_size=BLOCK))


_NOT_INDEXED: dict[Any, tuple[str, ...]] = {FieldReport: ("content",), SurveySheet: ("points", "ground", "book")}
"""Large, and no part of what a search finds them by."""


def _blocks(rows: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    block: list[tuple[int, dict[str, Any]]] = []
    size = 0
    for row in rows:
        block.append(row)
        size += len(row[1]["content"] or "") + len(row[1].get("sheets") or "")
        if len(block) >= BLOCK or size >= BLOCK_TEXT:
            yield block
            block, size = [], 0
    if block:
        yield block


def _read(number: int, values: dict[str, Any]) -> dict[str, Any]:
    try:
        content = json.loads(values["content"] or "{}")
        if not isinstance(content, dict):
            raise ValueError("no object")
        refuse_persons(content)
    except ValueError as error:
        said = in_three(gettext_noop("The content of the report cannot be read. Take it over as it was exported."))
        raise Refused(number, "mapped", {"text": said}) from error
    except Told as error:
        raise Refused(number, "mapped", {"text": dict.fromkeys(("ar", "ckb", "en"), str(error))}) from error
    return {
        **values,
        "content": content,
        "sheets": json.loads(values.get("sheets") or "[]"),
        "hash": content_hash(content),
        "reference": " ".join(values["reference"].split()),
    }


def _look_up(block: _Block, owner: Organisation, operators: dict[str, UUID]) -> None:
    for number, values in block.rows:
        operator = operators.get(values["operator"])
        if operator is None:
            said = in_three(gettext_noop("No organisation here is called “%(name)s”."), name=values["operator"])
            raise Refused(number, "mapped", {"text": said})
        values["operator"] = operator
    there = FieldReport.everything.filter(owner=owner, reference__in={values["reference"] for _n, values in block.rows})
    known: dict[tuple[UUID, str], list[Any]] = defaultdict(list)
    fields = (
        "pk",
        "organisation_id",
        "reference",
        "number",
        "content_hash",
        "state",
        "reconciled",
        "target",
        "target_kind",
    )
    for row in there.order_by("number").only(*fields):
        known[(row.organisation_id, row.reference)].append(row)
    block.known = known
    links = [link for _n, values in block.rows for link in _links(values["content"])]
    # By both columns of their index: by the key alone every block would read all identifiers that there are.
    found = ExternalId.objects.filter(
        system__in={one["system"] for one in links}, key__in={one["key"] for one in links}
    ).values_list("system", "key", "kind", "record")
    block.elsewhere = {(system, key): (kind, record) for system, key, kind, record in found}


def _links(content: dict[str, Any]) -> Iterator[dict[str, str]]:
    for value in content.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and one.keys() == {"system", "key"}:
                yield one


def _doubts(batch: Batch, block: _Block, missing: list[tuple[int, dict[str, str]]]) -> None:
    for number, values in block.rows:
        for said in json.loads(values.get("remarks") or "[]"):
            batch.doubt(number, "says", said)
        own = values["content"].get("external")
        missing += [
            (number, link)
            for link in _links(values["content"])
            if link != own and (link["system"], link["key"]) not in block.elsewhere
        ]


def _write(batch: Batch, block: _Block, owner: Organisation) -> None:
    run = batch.run
    who = run.applied_by_id or run.made_by_id
    elsewhere = run.options.get("gates") == "elsewhere"
    state = ReportState.OPERATOR_APPROVED if elsewhere else ReportState.RECEIVED
    # Who says that the operator approved them elsewhere answers for that gate, as who holds its signed paper does.
    endorsed = (who, timezone.now()) if elsewhere else (None, None)
    today = timezone.localdate()
    fresh: list[tuple[int, dict[str, Any], int, Any]] = []
    same = 0
    replaced: list[Any] = []
    reports: list[tuple[str, str, UUID]] = []
    for number, values in block.rows:
        if values["on"] > today:
            said = in_three(
                gettext_noop("The date of information lies after today. Correct it: what is reported has happened.")
            )
            raise Refused(number, "mapped", {"text": said})
        earlier = block.known.get((values["operator"], values["reference"]), [])
        if any(one.content_hash == values["hash"] for one in earlier):
            same += 1
            continue
        replaced += [one.pk for one in earlier if one.pk and one.state in TAKEN_UP]
        fresh.append((number, values, (earlier[-1].number if earlier else 0) + 1, earlier[-1] if earlier else None))
    label = FieldReport._meta.label_lower
    if batch.rehearsal:  # what the database would refuse was judged row by row; writing twice would cost as much again
        batch.written[label] = batch.written.get(label, Written()) + Written(inserted=len(fresh), same=same)
        return
    FieldReport.objects.filter(pk__in=replaced).update(state=ReportState.SUPERSEDED)
    refs = _refs(FieldReport, owner, [values["on"].year for _n, values, _v, _e in fresh])
    before_sheets = _sheets_of(before.pk for _n, _values, _v, before in fresh if before is not None)
    sheets: list[Sheet] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for (number, values, version, before), ref in zip(fresh, refs, strict=True):
            pk = uuid7()
            reconciled, target, kind = _speaks_of(values, before, block)
            if values.get("key"):
                reports.append((f"{values['system']}{REPORTS}"[:40], values["key"], pk))
            earlier = before_sheets.get(before.pk, []) if before is not None else []
            said = values["sheets"]
            sheets.extend(
                Sheet(number, pk, values["on"], values["operator"], values.get("place"), one,
                      earlier[at] if len(earlier) == len(said) else None)
                for at, one in enumerate(said)
            )  # fmt: skip
            yield (
                pk, ref, owner.pk, values["operator"], values.get("place"), values["reference"], version, values["type"], state,
                values["on"], values["content"], values["hash"], run.file_name[:200], reconciled, target, kind, *endorsed,
                who, Source.IMPORT, run.pk, number, [],
            )  # fmt: skip

    batch.copy_rows(FieldReport, _FIELDS, rows())
    batch.copy_rows(
        ExternalId,
        ("owner", "system", "key", "kind", "record", "made_by"),
        ((owner.pk, system, key, FieldReport.kind(), pk, who) for system, key, pk in reports),
        update_on=("system", "key"),
    )
    sheet_rows.write(batch, sheets, owner, _refs(SurveySheet, owner, [one.on.year for one in sheets]))
    batch.written[label] = batch.written.get(label, Written()) + Written(same=same)


def _sheets_of(reports: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Of earlier versions, in their order."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    rows = SurveySheet.objects.filter(report__in=list(reports)).order_by("ref").values_list("report", "pk")
    for report, pk in rows:
        found[report].append(pk)
    return found


def _refs(model: Any, owner: Organisation, years: list[int]) -> list[str]:
    count: dict[int, int] = defaultdict(int)
    for year in years:
        count[year] += 1
    minted = {year: iter(mint_many(model, owner, year, many)) for year, many in count.items()}
    return [next(minted[year]) for year in years]


def _speaks_of(values: dict[str, Any], before: Any, block: _Block) -> tuple[str, UUID | None, str]:
    """A new version speaks of what the one before it spoke of; an identifier of the other system names its record."""
    if before is not None and before.target:
        return before.reconciled, before.target, before.target_kind
    own = values["content"].get("external")
    found = block.elsewhere.get((own["system"], own["key"])) if own else None
    model: Any = FIELDS.get(values["type"], (None, ()))[0]
    if found is not None and model is not None and found[0] == model.kind():
        return Reconciled.EXISTING, found[1], found[0]
    return "", None, ""
